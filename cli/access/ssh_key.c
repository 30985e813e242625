/*
 * SSH's host key: made on the first start, kept, the device's name to its clients ever after.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/access/new_file.h"
#include "cli/access/ssh_private.h"
#include "cli/locks.h"

/* Of a private key's file: RSA with 16384 bits has 13 KB. */
#define KEY_FILE_BYTES 16384

/* SHA-1 signatures of RSA keys are not among them; clients are told which are. */
#define KEY_ALGORITHMS                                                                             \
    "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,"                     \
    "sk-ssh-ed25519@openssh.com,sk-ecdsa-sha2-nistp256@openssh.com,rsa-sha2-512,rsa-sha2-256"

struct netdiag_ssh {
    pthread_mutex_t lock; /* of `bind`, which libssh guards from no other thread */
    ssh_bind bind;
};

static bool fail(char *error, size_t size, const char *path, const char *why)
{
    snprintf(error, size, "SSH host key %.200s: %s", path, why);
    return false;
}

/* ---- making one ---- */

static bool write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t count = write(fd, bytes, size);

        if (count < 0 && errno != EINTR)
            return false;
        if (count > 0) {
            bytes += count;
            size -= (size_t)count;
        }
    }
    return true;
}

/* Writes a file that is whole, or not there; link() leaves one that another process made. */
static bool store(const char *path, const char *text, char *error, size_t size)
{
    char temporary[PATH_MAX];
    int fd, reason = 0;

    if ((size_t)snprintf(temporary, sizeof temporary, "%s.XXXXXX", path) >= sizeof temporary)
        return fail(error, size, path, strerror(ENAMETOOLONG));
    fd = mkostemp(temporary, O_CLOEXEC); /* for its owner alone */
    if (fd < 0)
        return fail(error, size, path, strerror(errno));
    if (!write_all(fd, text, strlen(text)) || fsync(fd) != 0)
        reason = errno;
    if (close(fd) != 0 && reason == 0)
        reason = errno;
    if (reason == 0 && link(temporary, path) != 0 && errno != EEXIST)
        reason = rename(temporary, path) != 0 ? errno : 0; /* a file system without links */
    unlink(temporary);
    if (reason == 0 && !netdiag_new_file_sync_name(path))
        reason = errno;
    return reason == 0 || fail(error, size, path, strerror(reason));
}

static bool make(const char *path, char *error, size_t size)
{
    ssh_key key = NULL;
    char *text = NULL;
    bool is_made = false;

    if (ssh_pki_generate(SSH_KEYTYPE_ED25519, 0, &key) != SSH_OK ||
        ssh_pki_export_privkey_base64(key, NULL, NULL, NULL, &text) != SSH_OK)
        fail(error, size, path, "none can be made");
    else
        is_made = store(path, text, error, size);
    if (text != NULL)
        explicit_bzero(text, strlen(text));
    ssh_string_free_char(text);
    ssh_key_free(key);
    return is_made;
}

/* ---- loading it ---- */

/* Reads the whole file into `text`. False: `error` says why. */
static bool read_file(int fd, const char *path, char *text, size_t text_size, char *error,
                      size_t size)
{
    size_t length = 0;
    struct stat status;
    ssize_t count;

    if (fstat(fd, &status) != 0)
        return fail(error, size, path, strerror(errno));
    if (!S_ISREG(status.st_mode))
        return fail(error, size, path, "it is no regular file");
    if (status.st_uid != geteuid())
        return fail(error, size, path, "it is another user's of this machine");
    if ((status.st_mode & 077) != 0) {
        snprintf(error, size,
                 "SSH host key %.200s: its mode is %04o, and others than its owner can use it; "
                 "legal is 0600 (chmod 600), and a key that others have seen should be replaced",
                 path, (unsigned)status.st_mode & 07777);
        return false;
    }
    do {
        count = read(fd, text + length, text_size - length);
        if (count > 0)
            length += (size_t)count;
    } while (count > 0 || (count < 0 && errno == EINTR));
    if (count < 0)
        return fail(error, size, path, strerror(errno));
    if (length == text_size)
        return fail(error, size, path, "it is too long for a private key");
    text[length] = '\0';
    return true;
}

/* Nobody is there to type a passphrase: without this OpenSSL asks on the terminal. */
static int ask_nobody(const char *prompt, char *passphrase, size_t size, int echo, int verify,
                      void *ctx)
{
    (void)prompt, (void)passphrase, (void)size, (void)echo, (void)verify, (void)ctx;
    return -1;
}

/* NULL: `error` says why. */
static ssh_key load(int fd, const char *path, char *error, size_t size)
{
    char text[KEY_FILE_BYTES];
    ssh_key key = NULL;

    if (read_file(fd, path, text, sizeof text, error, size) &&
        ssh_pki_import_privkey_base64(text, NULL, ask_nobody, NULL, &key) != SSH_OK)
        fail(error, size, path,
             "it is no private key without a passphrase; remove it, and a new one is made");
    explicit_bzero(text, sizeof text);
    return key;
}

static ssh_key load_or_make(const char *path, char *error, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssh_key key;

    if (fd < 0 && errno == ENOENT) {
        if (!make(path, error, size))
            return NULL;
        fd = open(path, O_RDONLY | O_CLOEXEC);
    }
    if (fd < 0) {
        fail(error, size, path, strerror(errno));
        return NULL;
    }
    key = load(fd, path, error, size);
    close(fd);
    return key;
}

/* ---- what connections share ---- */

/* Takes the key over. No `bind`: there was no memory. */
static bool set_options(ssh_bind bind, ssh_key key)
{
    const bool process_config = false; /* nothing of the host's /etc/ssh */

    if (bind == NULL || ssh_bind_options_set(bind, SSH_BIND_OPTIONS_IMPORT_KEY, key) != SSH_OK) {
        ssh_key_free(key);
        return false;
    }
    return ssh_bind_options_set(bind, SSH_BIND_OPTIONS_PROCESS_CONFIG, &process_config) == SSH_OK &&
           ssh_bind_options_set(bind, SSH_BIND_OPTIONS_PUBKEY_ACCEPTED_KEY_TYPES, KEY_ALGORITHMS) ==
               SSH_OK;
}

struct netdiag_ssh *netdiag_ssh_start(const char *host_key, char *error, size_t size)
{
    ssh_key key = load_or_make(host_key, error, size);
    struct netdiag_ssh *ssh;

    if (key == NULL)
        return NULL;
    ssh = calloc(1, sizeof *ssh);
    if (ssh == NULL) {
        fail(error, size, host_key, "no memory left");
        ssh_key_free(key);
        return NULL;
    }
    pthread_mutex_init(&ssh->lock, NULL);
    ssh->bind = ssh_bind_new();
    if (!set_options(ssh->bind, key)) {
        fail(error, size, host_key, "libssh does not take it");
        netdiag_ssh_stop(ssh);
        return NULL;
    }
    return ssh;
}

void netdiag_ssh_stop(struct netdiag_ssh *ssh)
{
    if (ssh == NULL)
        return;
    ssh_bind_free(ssh->bind);
    pthread_mutex_destroy(&ssh->lock);
    free(ssh);
}

bool netdiag_ssh_accept(struct netdiag_ssh *ssh, ssh_session session, int fd)
{
    bool is_accepted;

    netdiag_lock_take(&ssh->lock, NETDIAG_LOCK_SSH_KEY);
    is_accepted = ssh_bind_accept_fd(ssh->bind, session, fd) == SSH_OK;
    netdiag_lock_leave(&ssh->lock, NETDIAG_LOCK_SSH_KEY);
    return is_accepted;
}
