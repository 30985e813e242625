#include "cli/access/new_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool netdiag_new_file_open(struct netdiag_new_file *file, const char *path)
{
    file->path = path;
    file->fd = -1;
    if ((size_t)snprintf(file->new_path, sizeof file->new_path, "%s.new", path) >=
        sizeof file->new_path) {
        errno = ENAMETOOLONG;
        return false;
    }
    (void)unlink(file->new_path);
    file->fd = open(file->new_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    return file->fd >= 0;
}

void netdiag_new_file_drop(struct netdiag_new_file *file)
{
    int why = errno;

    if (file->fd >= 0)
        close(file->fd);
    file->fd = -1;
    (void)unlink(file->new_path);
    errno = why;
}

bool netdiag_new_file_sync_name(const char *path)
{
    char directory[PATH_MAX];
    const char *slash = strrchr(path, '/');
    int length = slash != NULL ? (int)(slash - path) + 1 : 1;
    int fd, why;
    bool is_synced;

    snprintf(directory, sizeof directory, "%.*s", length, slash != NULL ? path : ".");
    fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    is_synced = fsync(fd) == 0;
    why = errno;
    close(fd);
    errno = why;
    return is_synced;
}

bool netdiag_new_file_keep(struct netdiag_new_file *file)
{
    int fd = file->fd;

    if (fsync(fd) != 0) {
        netdiag_new_file_drop(file);
        return false;
    }
    file->fd = -1;
    if (close(fd) != 0 || rename(file->new_path, file->path) != 0) {
        netdiag_new_file_drop(file);
        return false;
    }
    return netdiag_new_file_sync_name(file->path);
}
