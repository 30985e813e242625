/*
 * A file that is replaced as a whole: whoever reads it, and whoever is killed while it is written,
 * finds the old one or the new one.
 */
#ifndef NETDIAG_CLI_ACCESS_NEW_FILE_H
#define NETDIAG_CLI_ACCESS_NEW_FILE_H

#include <limits.h>
#include <stdbool.h>

struct netdiag_new_file {
    int fd; /* to be written; its owner's alone */
    const char *path;
    char new_path[PATH_MAX]; /* the path and ".new": what one that was killed left is replaced */
};

/* False: errno says why, and nothing is open. One process at a time; the caller sees to that. */
bool netdiag_new_file_open(struct netdiag_new_file *file, const char *path);

/*
 * Puts it in the place of the old one, and closes it; on the disk when this returns. False: errno
 * says why, and the old one is still there, or both are the same.
 */
bool netdiag_new_file_keep(struct netdiag_new_file *file);

/* Makes the name of a file last that was written and got its name otherwise. False: errno says why.
 */
bool netdiag_new_file_sync_name(const char *path);

/* Closes and removes it. errno stays. */
void netdiag_new_file_drop(struct netdiag_new_file *file);

#endif
