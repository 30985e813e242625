/*
 * SSH: one connection, from the key exchange to its end.
 *
 * Nothing here blocks but poll(), and netdiag_login_password() on purpose: its answer leaves at a
 * fixed time. libssh reads and writes the connection when poll() says so, and calls back. What it
 * cannot send at once it keeps without a bound, so nothing is given to it, and nothing is read that
 * it might answer, before it has sent that.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/access/ssh_private.h"
#include "cli/session.h"

#define PATIENCE_MS (UINT64_C(1000) * CONFIG_NETDIAG_SEND_TIMEOUT_S)
#define IDLE_MS     (UINT64_C(1000) * CONFIG_NETDIAG_IDLE_TIMEOUT_S)
#define TICK_MS     1000 /* the timeouts above need no more */
#define FAREWELL_MS 200  /* for the last words to leave */

/* Keys that a client may offer: an agent of a busy administrator has not as many. */
#define KEYS_MAX 32

/* ---- who comes in ---- */

static struct netdiag_login_try attempt_of(const struct netdiag_ssh_connection *connection,
                                           const char *user)
{
    return (struct netdiag_login_try){
        .door = NETDIAG_SSH_NAME,
        .user = user,
        .from = connection->client->from,
        .stop = connection->client->stop,
    };
}

static int let_in(struct netdiag_ssh_connection *connection, const char *user)
{
    connection->is_in = true;
    connection->busy_ms = netdiag_session_clock_ms();
    snprintf(connection->user, sizeof connection->user, "%s", user);
    return SSH_AUTH_SUCCESS;
}

static int on_password(ssh_session session, const char *user, const char *password, void *ctx)
{
    struct netdiag_ssh_connection *connection = ctx;
    struct netdiag_login_try attempt = attempt_of(connection, user);

    (void)session;
    if (connection->over || connection->is_in || connection->wrong >= NETDIAG_LOGIN_TRIES)
        return SSH_AUTH_DENIED;
    if (netdiag_login_password(connection->client->login, &attempt, password,
                               &connection->privilege))
        return let_in(connection, user);
    connection->wrong++;
    return SSH_AUTH_DENIED;
}

/* Whether it is one of the user's, proved or not. */
static bool is_users_key(struct netdiag_ssh_connection *connection,
                         const struct netdiag_login_try *attempt, ssh_key key)
{
    const char *type = ssh_key_type_to_char(ssh_key_type(key));
    char *base64 = NULL;
    bool is_right = false;

    if (type != NULL && ssh_pki_export_pubkey_base64(key, &base64) == SSH_OK)
        is_right = netdiag_login_key(connection->client->login, attempt, type, base64,
                                     &connection->privilege);
    ssh_string_free_char(base64);
    return is_right;
}

/* A client first asks whether a key would do, and then signs; libssh has checked the signature. */
static int on_key(ssh_session session, const char *user, struct ssh_key_struct *key,
                  char signature_state, void *ctx)
{
    struct netdiag_ssh_connection *connection = ctx;
    struct netdiag_login_try attempt = attempt_of(connection, user);

    (void)session;
    if (connection->over || connection->is_in || connection->keys++ >= KEYS_MAX)
        return SSH_AUTH_DENIED;
    if (signature_state != SSH_PUBLICKEY_STATE_NONE && signature_state != SSH_PUBLICKEY_STATE_VALID)
        return SSH_AUTH_DENIED;
    if (!is_users_key(connection, &attempt, key))
        return SSH_AUTH_DENIED;
    if (signature_state == SSH_PUBLICKEY_STATE_NONE)
        return SSH_AUTH_SUCCESS; /* it would do */
    netdiag_login_key_proved(connection->client->login, &attempt);
    return let_in(connection, user);
}

/* Without this, libssh would ask the host's Kerberos, and the DNS for it. */
static ssh_string on_gssapi(ssh_session session, const char *user, int count, ssh_string *oids,
                            void *ctx)
{
    (void)session, (void)user, (void)count, (void)oids, (void)ctx;
    return NULL;
}

/* ---- its channels ---- */

static size_t count_open(const struct netdiag_ssh_connection *connection)
{
    size_t count = 0;

    for (size_t i = 0; i < NETDIAG_SSH_PLACES; i++)
        count +=
            connection->channels[i] != NULL && netdiag_ssh_channel_is_open(connection->channels[i]);
    return count;
}

/* NULL: the client is told that there is no room. */
static ssh_channel on_channel(ssh_session session, void *ctx)
{
    struct netdiag_ssh_connection *connection = ctx;

    (void)session;
    connection->called_back = true;
    if (!connection->is_in || connection->over ||
        count_open(connection) >= CONFIG_NETDIAG_SSH_CHANNELS)
        return NULL;
    for (size_t i = 0; i < NETDIAG_SSH_PLACES; i++) {
        if (connection->channels[i] != NULL)
            continue;
        connection->channels[i] = netdiag_ssh_channel_open(connection);
        return connection->channels[i] != NULL ? netdiag_ssh_channel_handle(connection->channels[i])
                                               : NULL;
    }
    return NULL;
}

/* Each is the first one in its turn: the first may leave no room for the others. */
static void work(struct netdiag_ssh_connection *connection, uint64_t now_ms)
{
    connection->called_back = false;
    connection->turn++;
    for (size_t i = 0; i < NETDIAG_SSH_PLACES; i++) {
        struct netdiag_ssh_channel **place =
            &connection->channels[(connection->turn + i) % NETDIAG_SSH_PLACES];

        if (*place == NULL)
            continue;
        netdiag_ssh_channel_work(*place, now_ms);
        if (netdiag_ssh_channel_is_busy(*place))
            connection->busy_ms = now_ms;
        if (netdiag_ssh_channel_is_done(*place)) {
            struct netdiag_ssh_channel *done = *place;

            *place = NULL;
            netdiag_ssh_channel_free(done);
        }
    }
}

/* ---- its bytes ---- */

bool netdiag_ssh_may_write(const struct netdiag_ssh_connection *connection)
{
    return (ssh_get_poll_flags(connection->session) & SSH_WRITE_PENDING) == 0;
}

/* Notes what has moved since the last look. */
static void look_at_bytes(struct netdiag_ssh_connection *connection, uint64_t now_ms)
{
    const struct ssh_counter_struct *bytes = &connection->bytes;

    if (bytes->out_bytes != connection->out_bytes || netdiag_ssh_may_write(connection))
        connection->sent_ms = now_ms;
    if (bytes->in_bytes != connection->in_bytes)
        connection->heard_ms = now_ms;
    connection->in_bytes = bytes->in_bytes;
    connection->out_bytes = bytes->out_bytes;
}

/* Whether the client reads nothing, does not log in, or is in and runs nothing. */
static bool is_too_late(const struct netdiag_ssh_connection *connection, uint64_t now_ms)
{
    if (now_ms > connection->sent_ms + PATIENCE_MS)
        return true;
    if (!connection->is_in)
        return now_ms > connection->begun_ms + PATIENCE_MS;
    return IDLE_MS > 0 && now_ms > connection->busy_ms + IDLE_MS;
}

/* To a client that is no longer there; the stack below then ends the connection. */
static void keep_alive(struct netdiag_ssh_connection *connection, uint64_t now_ms)
{
    if (!connection->is_in || now_ms <= connection->heard_ms + PATIENCE_MS)
        return;
    /* The first call takes the answer to the last one, and the second sends, if it came. */
    ssh_send_keepalive(connection->session);
    ssh_send_keepalive(connection->session);
    connection->heard_ms = now_ms;
}

static int patience_ms(const struct netdiag_ssh_connection *connection)
{
    int patience = connection->called_back ? 0 : TICK_MS;

    for (size_t i = 0; i < NETDIAG_SSH_PLACES; i++) {
        int ms = connection->channels[i] != NULL
                     ? netdiag_ssh_channel_patience_ms(connection->channels[i])
                     : -1;

        if (ms >= 0 && ms < patience)
            patience = ms;
    }
    return patience;
}

/* Lets libssh read and write. False: the connection has ended. */
static bool move_bytes(const struct netdiag_ssh_connection *connection)
{
    return ssh_event_dopoll(connection->event, 0) != SSH_ERROR &&
           ssh_is_connected(connection->session) &&
           (ssh_get_status(connection->session) & (SSH_CLOSED | SSH_CLOSED_ERROR)) == 0;
}

/* Waits until there is something to do, and lets libssh do its part. */
static void wait_for_client(struct netdiag_ssh_connection *connection)
{
    struct pollfd fds[2 + NETDIAG_SSH_PLACES * NETDIAG_SSH_CHANNEL_FDS] = {
        {.fd = connection->client->stop, .events = POLLIN},
        {.fd = connection->client->fd,
         .events = netdiag_ssh_may_write(connection) ? POLLIN : POLLOUT},
    };
    nfds_t count = 2;
    bool goes_on;
    int ready;

    for (size_t i = 0; i < NETDIAG_SSH_PLACES; i++) {
        if (connection->channels[i] != NULL)
            count += netdiag_ssh_channel_poll(connection->channels[i], fds + count);
    }
    ready = poll(fds, count, patience_ms(connection));
    goes_on = ready >= 0 || errno == EINTR;
    if (ready > 0)
        goes_on = fds[0].revents == 0 && (fds[1].revents == 0 || move_bytes(connection));
    if (!goes_on) /* a callback may have said so before */
        connection->over = true;
}

/* ---- its life ---- */

static bool set_up(struct netdiag_ssh_connection *connection, int fd)
{
    ssh_session session = connection->session;
    bool is_accepted;

    connection->callbacks = (struct ssh_server_callbacks_struct){
        .userdata = connection,
        .auth_password_function = on_password,
        .auth_pubkey_function = on_key,
        .channel_open_request_session_function = on_channel,
        .gssapi_select_oid_function = on_gssapi,
    };
    ssh_callbacks_init(&connection->callbacks);
    is_accepted =
        /* A compressor costs 300 KB a connection. */
        ssh_options_set(session, SSH_OPTIONS_COMPRESSION, "no") == SSH_OK &&
        netdiag_ssh_accept(connection->client->ssh, session, fd) &&
        ssh_set_server_callbacks(session, &connection->callbacks) == SSH_OK;
    if (ssh_get_fd(session) != fd)
        close(fd);
    return is_accepted;
}

static bool begin(struct netdiag_ssh_connection *connection)
{
    int fd;

    connection->begun_ms = netdiag_session_clock_ms();
    connection->heard_ms = connection->sent_ms = connection->begun_ms;
    connection->session = ssh_new();
    connection->event = ssh_event_new();
    if (connection->session == NULL || connection->event == NULL)
        return false;
    fd = fcntl(connection->client->fd, F_DUPFD_CLOEXEC, 0); /* libssh closes its own */
    if (fd < 0 || !set_up(connection, fd))
        return false;
    ssh_set_blocking(connection->session, 0);
    ssh_set_auth_methods(connection->session, SSH_AUTH_METHOD_PASSWORD | SSH_AUTH_METHOD_PUBLICKEY);
    ssh_set_counters(connection->session, &connection->bytes, NULL);
    return ssh_handle_key_exchange(connection->session) != SSH_ERROR &&
           ssh_event_add_session(connection->event, connection->session) == SSH_OK;
}

static void serve(struct netdiag_ssh_connection *connection)
{
    while (!connection->over) {
        uint64_t now_ms;

        wait_for_client(connection);
        now_ms = netdiag_session_clock_ms();
        if (connection->over)
            return;
        work(connection, now_ms);
        look_at_bytes(connection, now_ms);
        keep_alive(connection, now_ms);
        if (connection->wrong >= NETDIAG_LOGIN_TRIES || is_too_late(connection, now_ms))
            connection->over = true;
    }
}

/* Ends all shells, and waits for that. */
static void end_channels(struct netdiag_ssh_connection *connection)
{
    for (size_t i = 0; i < NETDIAG_SSH_PLACES; i++) {
        if (connection->channels[i] != NULL)
            netdiag_ssh_channel_leave(connection->channels[i]);
    }
    for (size_t i = 0; i < NETDIAG_SSH_PLACES; i++) {
        struct netdiag_ssh_channel *channel = connection->channels[i];

        if (channel == NULL)
            continue;
        while (netdiag_ssh_channel_is_busy(channel)) {
            netdiag_ssh_channel_work(channel, netdiag_session_clock_ms());
            if (netdiag_ssh_channel_is_busy(channel))
                (void)poll(NULL, 0, netdiag_ssh_channel_patience_ms(channel));
        }
        connection->channels[i] = NULL;
        netdiag_ssh_channel_free(channel);
    }
}

/* Says why it ends, if the client listens. */
static void say_farewell(const struct netdiag_ssh_connection *connection)
{
    const char *why = connection->wrong >= NETDIAG_LOGIN_TRIES ? "too many wrong passwords"
                      : connection->is_in                      ? "the connection is closed"
                                                               : "no login in time";
    uint64_t until_ms = netdiag_session_clock_ms() + FAREWELL_MS;
    struct pollfd fd = {.fd = connection->client->fd, .events = POLLOUT};

    while (!netdiag_ssh_may_write(connection)) {
        if (netdiag_session_clock_ms() >= until_ms || poll(&fd, 1, FAREWELL_MS) <= 0 ||
            !move_bytes(connection))
            return;
    }
    if (ssh_is_connected(connection->session)) {
        ssh_session_set_disconnect_message(connection->session, why);
        ssh_disconnect(connection->session);
    }
}

static void end(struct netdiag_ssh_connection *connection)
{
    if (connection->event != NULL && connection->session != NULL) {
        end_channels(connection);
        say_farewell(connection);
        ssh_event_remove_session(connection->event, connection->session);
    }
    ssh_event_free(connection->event);
    ssh_free(connection->session);
    if (connection->is_in) {
        struct netdiag_login_try attempt = attempt_of(connection, connection->user);

        netdiag_login_left(connection->client->login, &attempt);
    }
}

void netdiag_ssh_serve(struct netdiag_remote_client *client)
{
    struct netdiag_ssh_connection *connection = calloc(1, sizeof *connection);

    if (connection == NULL)
        return;
    connection->client = client;
    if (begin(connection))
        serve(connection);
    end(connection);
    free(connection);
}
