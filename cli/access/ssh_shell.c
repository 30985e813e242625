/*
 * A shell behind a channel: a session of netdiag's on a thread of its own.
 *
 * It reads and writes its ends of the socket pairs, and ends when the other ends are shut down. A
 * command that does neither is ended by netdiag_ssh_shell_abandon().
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/access/descriptors.h"
#include "cli/access/ssh_private.h"
#include "cli/lines.h"
#include "cli/locks.h"
#include "cli/shell.h"

/* Small, so that ^C is not followed by much that was printed before. */
#define PIPE_BYTES 32768

struct netdiag_ssh_shell {
    struct netdiag_ssh_shell_config config;
    pthread_t thread;
    atomic_uint columns, rows;
    atomic_bool is_done;
    atomic_bool is_left; /* by its client, or by `clear line` */
    int status;          /* the thread's until it is done */

    pthread_mutex_t lock;            /* of the next */
    struct netdiag_session *session; /* NULL: not open, or about to be closed */

    struct netdiag_descriptors descriptors; /* the shell's ends */
    char line[CONFIG_NETDIAG_LINE_LENGTH];
};

/* ---- the door ---- */

/*
 * A client may say that it has no more input, and wait for what its last commands print. Who only
 * looks for a ^C meanwhile is told that none came; who waits for input is told that it has ended.
 * When the client itself is gone, or its line was cleared, that is another end: a line that it did
 * not end is then not run.
 */
static ssize_t read_door(void *ctx, char *bytes, size_t size, int timeout_ms)
{
    struct netdiag_ssh_shell *shell = ctx;
    ssize_t count = netdiag_descriptors_read(&shell->descriptors, bytes, size, timeout_ms);

    if (count == NETDIAG_READ_END && atomic_load(&shell->is_left))
        return NETDIAG_READ_STOPPED;
    return count == NETDIAG_READ_END && timeout_ms == 0 ? NETDIAG_READ_TIMEOUT : count;
}

static bool write_door(void *ctx, enum netdiag_stream stream, const char *bytes, size_t size)
{
    struct netdiag_ssh_shell *shell = ctx;

    return netdiag_descriptors_write(&shell->descriptors, stream, bytes, size);
}

static void ask_size(void *ctx, struct netdiag_terminal *terminal)
{
    const struct netdiag_ssh_shell *shell = ctx;

    terminal->columns = atomic_load(&shell->columns);
    terminal->rows = atomic_load(&shell->rows);
}

static bool enable(void *ctx, const char *secret)
{
    const struct netdiag_ssh_shell *shell = ctx;
    const struct netdiag_remote_client *client = shell->config.client;
    const struct netdiag_login_try attempt = {
        .door = NETDIAG_SSH_NAME,
        .user = shell->config.user,
        .from = client->from,
        .stop = client->stop,
    };

    return netdiag_login_enable(client->login, &attempt, secret);
}

/* The session is open, and so are its descriptors. */
static void hang_up(void *ctx)
{
    struct netdiag_ssh_shell *shell = ctx;

    atomic_store(&shell->is_left, true);
    shutdown(shell->descriptors.in, SHUT_RDWR);
    shutdown(shell->descriptors.err, SHUT_RDWR);
}

/* ---- the thread ---- */

static void publish(struct netdiag_ssh_shell *shell, struct netdiag_session *session)
{
    netdiag_lock_take(&shell->lock, NETDIAG_LOCK_SSH_SHELL);
    shell->session = session;
    netdiag_lock_leave(&shell->lock, NETDIAG_LOCK_SSH_SHELL);
}

static int run_session(struct netdiag_ssh_shell *shell, struct netdiag_session *session)
{
    const struct netdiag_ssh_shell_config *config = &shell->config;
    int status = NETDIAG_STATUS_OK;

    publish(shell, session);
    if (config->is_exec)
        netdiag_session_run(session, shell->line, config->line_size);
    else if (config->has_pty)
        netdiag_shell_run(session);
    else
        netdiag_lines_run(session);
    publish(shell, NULL);
    if (config->is_exec || !config->has_pty)
        status = (int)netdiag_session_status(session);
    netdiag_session_close(session);
    if (!netdiag_descriptors_check(&shell->descriptors, config->has_pty ? "\r\n" : "\n") &&
        status == NETDIAG_STATUS_OK)
        status = NETDIAG_STATUS_FAILED;
    return shell->descriptors.stopped ? NETDIAG_STATUS_UNREACHABLE : status;
}

static int run_shell(struct netdiag_ssh_shell *shell)
{
    const struct netdiag_ssh_shell_config *config = &shell->config;
    const struct netdiag_door door = {
        .read = read_door,
        .write = write_door,
        .size = config->has_pty ? ask_size : NULL,
        .enable = enable,
        .hang_up = hang_up,
        .ctx = shell,
        .line_end = config->has_pty ? "\r\n" : "\n",
        .name = NETDIAG_SSH_NAME,
        .user = config->user,
        .from = config->client->from,
        .privilege = config->privilege,
        .trusted = false,
        .idle_s = CONFIG_NETDIAG_IDLE_TIMEOUT_S,
        .echoes = config->has_pty && !config->is_exec,
    };
    struct netdiag_session *session;
    enum netdiag_error error = netdiag_session_open(config->client->diag, &door, &session);

    if (error == NETDIAG_OK)
        return run_session(shell, session);
    netdiag_descriptors_refuse(&shell->descriptors,
                               error == NETDIAG_ERROR_FULL
                                   ? "all shells are in use; try again later"
                                   : netdiag_error_text(error),
                               door.line_end);
    return NETDIAG_STATUS_FAILED;
}

static void close_ends(const struct netdiag_descriptors *descriptors)
{
    close(descriptors->in);
    if (descriptors->err != descriptors->in)
        close(descriptors->err);
}

static void *run(void *argument)
{
    struct netdiag_ssh_shell *shell = argument;

    shell->status = run_shell(shell);
    close_ends(&shell->descriptors);
    atomic_store(&shell->is_done, true);
    return NULL;
}

/* ---- for the connection ---- */

static bool make_pair(int ends[2])
{
    const int bytes = PIPE_BYTES;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return false;
    (void)setsockopt(ends[1], SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
    (void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
    return true;
}

/* Joins the connection's ends and the shell's. */
static bool make_pipes(struct netdiag_ssh_shell *shell, struct netdiag_ssh_pipes *pipes)
{
    struct netdiag_descriptors *descriptors = &shell->descriptors;
    int in_out[2], err[2];

    if (!make_pair(in_out))
        return false;
    pipes->in_out = in_out[0];
    descriptors->in = descriptors->out = descriptors->err = in_out[1];
    pipes->err = -1;
    if (shell->config.has_pty && !shell->config.is_exec)
        return true;
    if (!make_pair(err)) {
        close(in_out[0]);
        close(in_out[1]);
        return false;
    }
    pipes->err = err[0];
    descriptors->err = err[1];
    return true;
}

static void release(struct netdiag_ssh_shell *shell)
{
    pthread_mutex_destroy(&shell->lock);
    free(shell);
}

struct netdiag_ssh_shell *netdiag_ssh_shell_start(const struct netdiag_ssh_shell_config *config,
                                                  struct netdiag_ssh_pipes *pipes)
{
    struct netdiag_ssh_shell *shell = calloc(1, sizeof *shell);

    if (shell == NULL)
        return NULL;
    shell->config = *config;
    if (config->line_size > 0)
        memcpy(shell->line, config->line,
               config->line_size < sizeof shell->line ? config->line_size : sizeof shell->line);
    pthread_mutex_init(&shell->lock, NULL);
    netdiag_ssh_shell_resize(shell, config->columns, config->rows);
    shell->descriptors.stop = config->client->stop;
    if (!make_pipes(shell, pipes)) {
        release(shell);
        return NULL;
    }
    if (pthread_create(&shell->thread, NULL, run, shell) != 0) {
        close_ends(&shell->descriptors);
        close(pipes->in_out);
        if (pipes->err >= 0)
            close(pipes->err);
        release(shell);
        return NULL;
    }
    return shell;
}

void netdiag_ssh_shell_resize(struct netdiag_ssh_shell *shell, unsigned columns, unsigned rows)
{
    atomic_store(&shell->columns, columns);
    atomic_store(&shell->rows, rows);
}

void netdiag_ssh_shell_cancel(struct netdiag_ssh_shell *shell)
{
    netdiag_lock_take(&shell->lock, NETDIAG_LOCK_SSH_SHELL);
    if (shell->session != NULL)
        netdiag_session_cancel(shell->session);
    netdiag_lock_leave(&shell->lock, NETDIAG_LOCK_SSH_SHELL);
}

void netdiag_ssh_shell_abandon(struct netdiag_ssh_shell *shell)
{
    atomic_store(&shell->is_left, true);
    netdiag_lock_take(&shell->lock, NETDIAG_LOCK_SSH_SHELL);
    if (shell->session != NULL)
        netdiag_session_abandon(shell->session);
    netdiag_lock_leave(&shell->lock, NETDIAG_LOCK_SSH_SHELL);
}

bool netdiag_ssh_shell_is_left(const struct netdiag_ssh_shell *shell)
{
    return atomic_load(&shell->is_left);
}

bool netdiag_ssh_shell_is_done(const struct netdiag_ssh_shell *shell)
{
    return atomic_load(&shell->is_done);
}

int netdiag_ssh_shell_end(struct netdiag_ssh_shell *shell)
{
    int status;

    pthread_join(shell->thread, NULL);
    status = shell->status;
    release(shell);
    return status;
}
