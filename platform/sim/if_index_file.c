#include "if_index_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "cli/access/new_file.h"
#include "log.h"
#include "netdiag/lwip.h"

#define NAME "/ifindex"

#define PATH_SIZE (PATH_MAX + sizeof(NAME))

static const char *directory; /* NULL: nothing is kept */
static char failure[512];

void sim_if_index_file_open(const char *state_directory)
{
    directory = state_directory;
}

static void make_path(char path[PATH_SIZE], const char *name)
{
    snprintf(path, PATH_SIZE, "%s%s", directory, name);
}

/* ---- reading ---- */

/* Up to `size` bytes of a file. How many; -1: errno says why. */
static ssize_t read_all(int fd, char *bytes, size_t size)
{
    size_t length = 0;
    ssize_t got;

    do {
        got = read(fd, bytes + length, size - length);
        if (got > 0)
            length += (size_t)got;
    } while (length < size && (got > 0 || (got < 0 && errno == EINTR)));
    return got < 0 ? -1 : (ssize_t)length;
}

/* How many bytes the file has, as far as they fit; 0 where there is none. -1: errno says why. */
static ssize_t read_file(const char *path, char *bytes, size_t size, bool *is_there)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), why;
    ssize_t length;

    *is_there = fd >= 0 || errno != ENOENT;
    if (fd < 0)
        return *is_there ? -1 : 0;
    length = read_all(fd, bytes, size);
    why = errno;
    close(fd);
    errno = why;
    return length;
}

bool sim_if_index_file_load(char *error, size_t error_size)
{
    char path[PATH_SIZE], text[NETDIAG_LWIP_IF_INDEX_TEXT + 1], why[256];
    bool is_there;
    ssize_t length;

    if (!directory)
        return true;
    make_path(path, NAME);
    length = read_file(path, text, sizeof(text), &is_there);
    if (length < 0) {
        snprintf(error, error_size,
                 "the interfaces' numbers cannot be read from %.256s: %s; make it a file that this "
                 "user can read",
                 path, strerror(errno));
        return false;
    }
    if (!is_there)
        return true;
    if (netdiag_lwip_if_index_load(text, (size_t)length, why, sizeof(why)) == NETDIAG_OK)
        return true;
    snprintf(error, error_size,
             "the interfaces' numbers in %.256s are damaged: %s; mend the file, or put a copy of "
             "it back, or remove it: then every interface gets a new number",
             path, why);
    return false;
}

/* ---- writing ---- */

static bool write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t written = write(fd, bytes, size);

        if (written < 0 && errno != EINTR)
            return false;
        if (written > 0) {
            bytes += written;
            size -= (size_t)written;
        }
    }
    return true;
}

/* False: errno says why. */
static bool replace(const char *path, const char *bytes, size_t size)
{
    struct netdiag_new_file file;

    if (!netdiag_new_file_open(&file, path))
        return false;
    if (write_all(file.fd, bytes, size))
        return netdiag_new_file_keep(&file);
    netdiag_new_file_drop(&file);
    return false;
}

enum netdiag_error sim_if_index_file_save(void *ctx, const char *text, size_t size)
{
    char path[PATH_SIZE];

    (void)ctx;
    if (!directory)
        return NETDIAG_OK;
    make_path(path, NAME);
    if (replace(path, text, size))
        return NETDIAG_OK;
    snprintf(failure, sizeof(failure), "the interfaces' numbers cannot be kept in %.256s: %s", path,
             strerror(errno));
    sim_log_write(NULL, NETDIAG_SEVERITY_WARNING, failure);
    return NETDIAG_ERROR_IO;
}

const char *sim_if_index_file_failure(void)
{
    return failure;
}
