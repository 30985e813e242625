#include "state_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stats/text.h"

#define LOCK_NAME "/lock"

bool sim_state_dir_make(const char *path)
{
    char partial[PATH_MAX];
    size_t length = strlen(path);

    if (length >= sizeof(partial))
        return false;
    for (size_t i = 1; i <= length; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        memcpy(partial, path, i);
        partial[i] = '\0';
        if (mkdir(partial, 0700) != 0 && errno != EEXIST)
            return false;
    }
    return true;
}

static bool make_temporary(struct sim_state_dir *dir)
{
    const char *base = getenv("TMPDIR");

    if (!base || base[0] != '/' || strlen(base) > PATH_MAX - 64)
        base = "/tmp";
    snprintf(dir->path, sizeof(dir->path), "%s/netdiag-sim.XXXXXX", base);
    dir->temporary = mkdtemp(dir->path) != NULL;
    return dir->temporary;
}

static bool lock(struct sim_state_dir *dir, char *error, size_t error_size)
{
    char path[PATH_MAX + sizeof(LOCK_NAME)];
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    struct flock holder = whole;

    snprintf(path, sizeof(path), "%s%s", dir->path, LOCK_NAME);
    dir->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (dir->lock_fd < 0) {
        snprintf(error, error_size, "state directory %.256s: %s", dir->path, strerror(errno));
        return false;
    }
    if (fcntl(dir->lock_fd, F_SETLK, &whole) == 0)
        return true;
    if (fcntl(dir->lock_fd, F_GETLK, &holder) == 0 && holder.l_type != F_UNLCK)
        snprintf(error, error_size,
                 "state directory %.256s is in use by process %ld; give another by --state-dir",
                 dir->path, (long)holder.l_pid);
    else
        snprintf(error, error_size, "state directory %.256s cannot be locked: %s", dir->path,
                 strerror(errno));
    return false;
}

bool sim_state_dir_open(struct sim_state_dir *dir, const char *path, char *error, size_t error_size)
{
    bool made;

    memset(dir, 0, sizeof(*dir));
    dir->lock_fd = -1;
    if (path && !netdiag_text_copy(dir->path, sizeof(dir->path), path)) {
        snprintf(error, error_size, "state directory: a path of %zu bytes; legal are up to %zu",
                 strlen(path), sizeof(dir->path) - 1);
        return false;
    }
    made = path ? sim_state_dir_make(path) : make_temporary(dir);
    if (!made) {
        snprintf(error, error_size, "state directory %.256s: %s", dir->path, strerror(errno));
        return false;
    }
    if (lock(dir, error, error_size))
        return true;
    sim_state_dir_close(dir);
    return false;
}

bool sim_state_dir_default(const char *host, char *path, size_t size)
{
    const char *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    int length = -1;

    if (state && state[0] == '/')
        length = snprintf(path, size, "%s/netdiag/%s", state, host);
    else if (home && home[0] == '/')
        length = snprintf(path, size, "%s/.local/state/netdiag/%s", home, host);
    return length > 0 && (size_t)length < size;
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *place)
{
    (void)status, (void)type, (void)place;
    (void)remove(path);
    return 0;
}

void sim_state_dir_close(struct sim_state_dir *dir)
{
    if (dir->lock_fd >= 0)
        close(dir->lock_fd);
    dir->lock_fd = -1;
    if (dir->temporary)
        nftw(dir->path, remove_entry, 4, FTW_DEPTH | FTW_PHYS);
    dir->temporary = false;
}
