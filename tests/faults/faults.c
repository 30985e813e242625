/*
 * Linked into a program with -Wl,--wrap for each call that is named here: the calls of our own
 * objects come by, those of the libraries do not. The environment says what is to happen:
 *
 *     NETDIAG_FAULT=SITE:N:ERRNO    the N-th call from there fails; with N+ each from the N-th on
 *     NETDIAG_FAULT_CALLS=FILE      gets a line for each of the first calls from each site
 *     NETDIAG_FAULT_REPORT=FILE     gets at the end what is still held: blocks, descriptors
 *     NETDIAG_FAULT_CLOCK=FILE      three numbers of 64 bits: nanoseconds that are added to the
 *                                   monotonic clock and to the time of day, and that each reading
 *                                   adds to the first; they may change
 *
 * A site is the return address less where the program lies, so it is the same in each run. ERRNO
 * 0 makes a write() a short one.
 */
#include "tests/faults/faults.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <regex.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

/* What stands for a call here itself. NOLINTNEXTLINE(bugprone-reserved-identifier,cert-dcl37-c) */
ssize_t __real_write(int fd, const void *bytes, size_t size);

/* With _FILE_OFFSET_BITS=64 the C library's headers have another name for each that knows an off_t;
 * the linker's names are made here. */
#ifdef __USE_FILE_OFFSET64
#define __real_fcntl     __real_fcntl64
#define __wrap_fcntl     __wrap_fcntl64
#define __real_fopen     __real_fopen64
#define __wrap_fopen     __wrap_fopen64
#define __real_fstat     __real_fstat64
#define __wrap_fstat     __wrap_fstat64
#define __real_ftruncate __real_ftruncate64
#define __wrap_ftruncate __wrap_ftruncate64
#define __real_lstat     __real_lstat64
#define __wrap_lstat     __wrap_lstat64
#define __real_mkostemp  __real_mkostemp64
#define __wrap_mkostemp  __wrap_mkostemp64
#define __real_mkstemp   __real_mkstemp64
#define __wrap_mkstemp   __wrap_mkstemp64
#define __real_mmap      __real_mmap64
#define __wrap_mmap      __wrap_mmap64
#define __real_open      __real_open64
#define __wrap_open      __wrap_open64
#define __real_stat      __real_stat64
#define __wrap_stat      __wrap_stat64
#endif

#define SITES  4096
#define BLOCKS 65536
#define LOGGED 64 /* calls from one site */

extern const char __executable_start[];

struct site {
    uintptr_t offset; /* 0: unused */
    unsigned calls;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct site sites[SITES];
static const void *blocks[BLOCKS];
static struct {
    uintptr_t offset;
    unsigned call;
    bool each;
    int error;
} fault;
static int calls_fd = -1;
static const char *report_path;
static int64_t *clock_ns; /* NULL: the host's clocks as they are */
static size_t descriptors_before;
static pid_t first_pid;
static unsigned failed;

static size_t count_descriptors(void)
{
    DIR *directory = opendir("/proc/self/fd");
    size_t count = 0;

    while (directory && readdir(directory))
        count++;
    if (directory)
        closedir(directory);
    return count;
}

/* ---- what is held ---- */

static size_t hash(const void *block)
{
    return (size_t)((uintptr_t)block >> 4) * 2654435761u % BLOCKS;
}

void *fault_keep(void *block)
{
    if (!block)
        return NULL;
    pthread_mutex_lock(&lock);
    for (size_t i = hash(block), n = 0; n < BLOCKS; i = (i + 1) % BLOCKS, n++) {
        if (!blocks[i] || blocks[i] == (const void *)blocks) {
            blocks[i] = block;
            break;
        }
    }
    pthread_mutex_unlock(&lock);
    return block;
}

/* The place stays taken for those behind it. */
void fault_forget(const void *block)
{
    if (!block)
        return;
    pthread_mutex_lock(&lock);
    for (size_t i = hash(block), n = 0; n < BLOCKS && blocks[i]; i = (i + 1) % BLOCKS, n++) {
        if (blocks[i] == block) {
            blocks[i] = (const void *)blocks;
            break;
        }
    }
    pthread_mutex_unlock(&lock);
}

/* ---- what fails ---- */

/* The lock is held. */
static struct site *find_site(uintptr_t offset)
{
    size_t i = offset % SITES;

    while (sites[i].offset != 0 && sites[i].offset != offset)
        i = (i + 1) % SITES;
    sites[i].offset = offset;
    return &sites[i];
}

bool fault_hits(const char *name, const void *from)
{
    uintptr_t offset = (uintptr_t)from - (uintptr_t)__executable_start;
    unsigned call;
    bool hit;

    pthread_mutex_lock(&lock);
    call = ++find_site(offset)->calls;
    hit = fault.offset == offset && (fault.each ? call >= fault.call : call == fault.call);
    failed += hit;
    pthread_mutex_unlock(&lock);
    if (calls_fd >= 0 && call <= LOGGED) {
        char line[128];
        int length = snprintf(line, sizeof(line), "%s %lx %u %d\n", name, (unsigned long)offset,
                              call, getpid() == first_pid);

        if (__real_write(calls_fd, line, (size_t)length) < 0)
            abort();
    }
    if (hit)
        errno = fault.error;
    return hit;
}

/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) names of the linker's */
WRAP_BLOCK(malloc, (size_t size), (size))
WRAP_BLOCK(calloc, (size_t count, size_t size), (count, size))
char *__real_strdup(const char *text);
char *__wrap_strdup(const char *text);
char *__wrap_strdup(const char *text)
{
    return FAILS("strdup") ? NULL : fault_keep(__real_strdup(text));
}

void __real_free(void *block);
void __wrap_free(void *block);
void __wrap_free(void *block)
{
    fault_forget(block);
    __real_free(block);
}

static mode_t mode_of(int flags, va_list rest)
{
    return (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
}

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
    va_list rest;
    mode_t mode;

    va_start(rest, flags);
    mode = mode_of(flags, rest);
    va_end(rest);
    return FAILS("open") ? -1 : __real_open(path, flags, mode);
}

int __real_fcntl(int fd, int command, ...);
int __wrap_fcntl(int fd, int command, ...);
int __wrap_fcntl(int fd, int command, ...)
{
    va_list rest;
    void *argument;

    va_start(rest, command);
    argument = va_arg(rest, void *);
    va_end(rest);
    return FAILS("fcntl") ? -1 : __real_fcntl(fd, command, argument);
}

ssize_t __wrap_write(int fd, const void *bytes, size_t size);
ssize_t __wrap_write(int fd, const void *bytes, size_t size)
{
    if (!FAILS("write"))
        return __real_write(fd, bytes, size);
    return errno == 0 ? __real_write(fd, bytes, size > 1 ? size / 2 : size) : -1;
}

int __real_clock_gettime(clockid_t id, struct timespec *now);
int __wrap_clock_gettime(clockid_t id, struct timespec *now);
int __wrap_clock_gettime(clockid_t id, struct timespec *now)
{
    int answer = __real_clock_gettime(id, now);

    if (clock_ns) {
        int64_t ns = __atomic_load_n(&clock_ns[id == CLOCK_MONOTONIC ? 0 : 1], __ATOMIC_RELAXED) +
                     now->tv_nsec;

        if (id == CLOCK_MONOTONIC)
            __atomic_add_fetch(&clock_ns[0], clock_ns[2], __ATOMIC_RELAXED);
        now->tv_sec += (time_t)(ns / 1000000000 - (ns % 1000000000 < 0));
        now->tv_nsec = (long)(ns % 1000000000 + (ns % 1000000000 < 0 ? 1000000000 : 0));
    }
    return answer;
}

/* What was not written is lost. */
int __real_fflush(FILE *file);
int __wrap_fflush(FILE *file);
int __wrap_fflush(FILE *file)
{
    if (!file || !FAILS("fflush"))
        return __real_fflush(file);
    __fpurge(file);
    file->_flags |= STREAM_FAILED;
    return EOF;
}

/* What they give is a number or a pointer, as the request says. */
int __real_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...)
{
    va_list rest;
    void *argument;

    va_start(rest, request);
    argument = va_arg(rest, void *);
    va_end(rest);
    return FAILS("ioctl") ? -1 : __real_ioctl(fd, request, argument);
}

int __real_prctl(int option, ...);
int __wrap_prctl(int option, ...);
int __wrap_prctl(int option, ...)
{
    unsigned long words[4];
    va_list rest;

    va_start(rest, option);
    for (size_t i = 0; i < 4; i++)
        words[i] = va_arg(rest, unsigned long);
    va_end(rest);
    return FAILS("prctl") ? -1 : __real_prctl(option, words[0], words[1], words[2], words[3]);
}

WRAP(read, ssize_t, -1, (int fd, void *bytes, size_t size), (fd, bytes, size))
WRAP(__read_chk, ssize_t, -1, (int fd, void *bytes, size_t size, size_t room),
     (fd, bytes, size, room))
WRAP_AFTER(close, int, -1, (int fd), (fd))
WRAP(fsync, int, -1, (int fd), (fd))
WRAP(rename, int, -1, (const char *from, const char *to), (from, to))
WRAP(link, int, -1, (const char *from, const char *to), (from, to))
WRAP(unlink, int, -1, (const char *path), (path))
WRAP(ftruncate, int, -1, (int fd, off_t size), (fd, size))
WRAP(mkdir, int, -1, (const char *path, mode_t mode), (path, mode))
WRAP(mkdtemp, char *, NULL, (char *path), (path))
WRAP(mkstemp, int, -1, (char *path), (path))
WRAP(mkostemp, int, -1, (char *path, int flags), (path, flags))
WRAP(chmod, int, -1, (const char *path, mode_t mode), (path, mode))
WRAP(stat, int, -1, (const char *path, struct stat *status), (path, status))
WRAP(lstat, int, -1, (const char *path, struct stat *status), (path, status))
WRAP(fstat, int, -1, (int fd, struct stat *status), (fd, status))
WRAP(flock, int, -1, (int fd, int operation), (fd, operation))
WRAP(socket, int, -1, (int domain, int type, int protocol), (domain, type, protocol))
WRAP(socketpair, int, -1, (int domain, int type, int protocol, int fds[2]),
     (domain, type, protocol, fds))
WRAP(bind, int, -1, (int fd, const struct sockaddr *address, socklen_t length),
     (fd, address, length))
WRAP(listen, int, -1, (int fd, int backlog), (fd, backlog))
WRAP(accept4, int, -1, (int fd, struct sockaddr *address, socklen_t *length, int flags),
     (fd, address, length, flags))
WRAP(setsockopt, int, -1, (int fd, int level, int option, const void *value, socklen_t length),
     (fd, level, option, value, length))
WRAP(getsockopt, int, -1, (int fd, int level, int option, void *value, socklen_t *length),
     (fd, level, option, value, length))
WRAP(shutdown, int, -1, (int fd, int how), (fd, how))
WRAP(send, ssize_t, -1, (int fd, const void *bytes, size_t size, int flags),
     (fd, bytes, size, flags))
WRAP(recv, ssize_t, -1, (int fd, void *bytes, size_t size, int flags), (fd, bytes, size, flags))
WRAP(sendmsg, ssize_t, -1, (int fd, const struct msghdr *message, int flags), (fd, message, flags))
WRAP(recvmsg, ssize_t, -1, (int fd, struct msghdr *message, int flags), (fd, message, flags))
WRAP(poll, int, -1, (struct pollfd * fds, nfds_t count, int timeout), (fds, count, timeout))
WRAP(__poll_chk, int, -1, (struct pollfd * fds, nfds_t count, int timeout, size_t size),
     (fds, count, timeout, size))
WRAP(pipe2, int, -1, (int fds[2], int flags), (fds, flags))
WRAP(eventfd, int, -1, (unsigned value, int flags), (value, flags))
WRAP_CODE(pthread_create, int,
          (pthread_t * thread, const pthread_attr_t *attributes, void *(*function)(void *),
           void *argument),
          (thread, attributes, function, argument))
WRAP(fork, pid_t, -1, (void), ())
WRAP(mmap, void *, MAP_FAILED,
     (void *address, size_t size, int protection, int flags, int fd, off_t offset),
     (address, size, protection, flags, fd, offset))
WRAP(ppoll, int, -1,
     (struct pollfd * fds, nfds_t count, const struct timespec *timeout, const sigset_t *signals),
     (fds, count, timeout, signals))
WRAP(connect, int, -1, (int fd, const struct sockaddr *address, socklen_t length),
     (fd, address, length))
WRAP(chown, int, -1, (const char *path, uid_t user, gid_t group), (path, user, group))
WRAP(tcgetattr, int, -1, (int fd, struct termios *mode), (fd, mode))
WRAP(tcsetattr, int, -1, (int fd, int when, const struct termios *mode), (fd, when, mode))
WRAP_CODE(ttyname_r, int, (int fd, char *name, size_t size), (fd, name, size))
WRAP(waitpid, pid_t, -1, (pid_t child, int *status, int options), (child, status, options))
WRAP(setenv, int, -1, (const char *name, const char *value, int replace), (name, value, replace))
WRAP(initgroups, int, -1, (const char *user, gid_t group), (user, group))
WRAP(setresgid, int, -1, (gid_t real, gid_t effective, gid_t saved), (real, effective, saved))
WRAP(setresuid, int, -1, (uid_t real, uid_t effective, uid_t saved), (real, effective, saved))
WRAP_CODE(getpwuid_r, int,
          (uid_t user, struct passwd *entry, char *text, size_t size, struct passwd **found),
          (user, entry, text, size, found))
WRAP_CODE(getgrnam_r, int,
          (const char *name, struct group *entry, char *text, size_t size, struct group **found),
          (name, entry, text, size, found))
WRAP(getrandom, ssize_t, -1, (void *bytes, size_t size, unsigned flags), (bytes, size, flags))
WRAP(fopen, FILE *, NULL, (const char *path, const char *mode), (path, mode))
WRAP(fdopen, FILE *, NULL, (int fd, const char *mode), (fd, mode))
WRAP_AFTER(fclose, int, EOF, (FILE * file), (file))
WRAP_STREAM(fgets, char *, NULL, (char *line, int size, FILE *file), (line, size, file), file)
WRAP_STREAM(fgetc, int, EOF, (FILE * file), (file), file)
WRAP_STREAM(fread, size_t, 0, (void *bytes, size_t size, size_t count, FILE *file),
            (bytes, size, count, file), file)
WRAP_STREAM(fwrite, size_t, 0, (const void *bytes, size_t size, size_t count, FILE *file),
            (bytes, size, count, file), file)
WRAP_STREAM(fputs, int, EOF, (const char *text, FILE *file), (text, file), file)
WRAP_STREAM(puts, int, EOF, (const char *text), (text), stdout)
WRAP(open_memstream, FILE *, NULL, (char **text, size_t *size), (text, size))
WRAP_CODE(regcomp, int, (regex_t * pattern, const char *text, int flags), (pattern, text, flags))

/* ---- start and end ---- */

static void report(void)
{
    FILE *file = getpid() == first_pid && report_path ? __real_fopen(report_path, "w") : NULL;
    size_t held = 0, open_ones = count_descriptors();

    if (!file)
        return;
    for (size_t i = 0; i < BLOCKS; i++)
        held += blocks[i] && blocks[i] != (const void *)blocks;
    fprintf(file, "%zu %zu %u\n", held,
            open_ones - 1 > descriptors_before ? open_ones - 1 - descriptors_before : 0, failed);
    __real_fclose(file);
}

static void read_fault(const char *text)
{
    char *rest;

    fault.offset = (uintptr_t)strtoull(text, &rest, 16);
    fault.call = (unsigned)strtoul(rest + 1, &rest, 10);
    fault.each = *rest == '+';
    fault.error = (int)strtol(rest + fault.each + 1, NULL, 10);
}

/* A simulator that a signal ended ends by that signal, once all is undone. */
int __real_raise(int number);
int __wrap_raise(int number);
void __gcov_dump(void) __attribute__((weak)); /* there where coverage is counted */
int __wrap_raise(int number)
{
    report();
    if (__gcov_dump)
        __gcov_dump();
    return __real_raise(number);
}

__attribute__((constructor)) static void start(void)
{
    const char *text = getenv("NETDIAG_FAULT"), *calls = getenv("NETDIAG_FAULT_CALLS");
    const char *clock_path = getenv("NETDIAG_FAULT_CLOCK");

    first_pid = getpid();
    if (text)
        read_fault(text);
    if (calls)
        calls_fd = __real_open(calls, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (clock_path) {
        int fd = __real_open(clock_path, O_RDWR | O_CLOEXEC);
        void *memory =
            __real_mmap(NULL, 3 * sizeof(*clock_ns), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

        __real_close(fd);
        if (memory == MAP_FAILED)
            abort();
        clock_ns = memory;
    }
    report_path = getenv("NETDIAG_FAULT_REPORT");
    descriptors_before = count_descriptors();
    atexit(report);
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
