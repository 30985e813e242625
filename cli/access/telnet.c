/*
 * Telnet: one connection, from its bytes to a shell.
 *
 * libtelnet takes the protocol out of what comes, and doubles IAC in what goes. The rest of it is
 * here: each form of Enter becomes one CR and other NULs vanish, a CR of ours that is no line's end
 * goes out as CR NUL, and the keys that telnet has commands for become those keys. So what the
 * login and the session read is what was typed, and nothing else.
 *
 * Whoever breaks the protocol loses the connection with a word. The parser could not be trusted
 * after that: what is left of a subnegotiation that it has no room for would be typed, and what
 * follows an unasked COMPRESS2 would be inflated. From that event on nothing that it says is heard,
 * and it is given no more bytes.
 *
 * Nothing here waits for the peer longer than CONFIG_NETDIAG_SEND_TIMEOUT_S, but for the keys of
 * one who has logged in; the end of the device ends every wait.
 */
#include "cli/access/remote.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h> /* libtelnet.h needs it, and leaves it to us */
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include <libtelnet.h>

#include "cli/access/descriptors.h"
#include "cli/access/users.h"
#include "cli/editor.h"
#include "cli/shell.h"

#define PATIENCE_MS  (CONFIG_NETDIAG_SEND_TIMEOUT_S * 1000)
#define LINGER_MS    500
#define SEND_BUFFER  32768 /* small, so that ^C is not followed by much that was sent before */
#define PART         256   /* bytes that are looked at together */
#define NEGOTIATION  3     /* bytes of IAC WILL ECHO and its like */
#define WINDOW_BYTES 4     /* of a window's size, as NAWS has it */

#define INTERRUPT  '\x03'
#define END        '\x04'
#define ERASE_LINE '\x15'
#define DELETE     '\x7f'

#define LINE_END "\r\n"

#define DIGITS_OF(number) #number
#define DIGITS(number)    DIGITS_OF(number)

struct telnet {
    struct netdiag_remote_client *client;
    struct netdiag_login_try attempt; /* who it is */
    telnet_t *parser;
    bool over;            /* nothing more is read from the peer, nor sent to it */
    bool unread;          /* it is over because the peer did not read */
    const char *farewell; /* why we ended it; NULL: we did not */

    struct netdiag_descriptors input;
    struct netdiag_terminal terminal; /* as NAWS has it */
    struct netdiag_enter enter;
    size_t begin, end;   /* of what waits in `keys` */
    char keys[PART];     /* a byte that was received makes one key at most */
    char received[PART]; /* what the parser is given */

    unsigned negotiations; /* that we began or answered */
    bool after_cr;         /* the last byte that went out was CR */
    size_t out_size;
    char out[4096];
};

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- out ---- */

/* Waits until the socket takes more. False: it did not for too long, or all is to end. */
static bool wait_for_room(struct telnet *telnet)
{
    struct pollfd fds[2] = {
        {.fd = telnet->client->stop, .events = POLLIN},
        {.fd = telnet->client->fd, .events = POLLOUT},
    };
    int count;

    do
        count = poll(fds, 2, PATIENCE_MS);
    while (count < 0 && errno == EINTR);
    telnet->unread = count == 0;
    return count > 0 && fds[0].revents == 0;
}

static void flush(struct telnet *telnet)
{
    size_t sent = 0;

    while (!telnet->over && sent < telnet->out_size) {
        ssize_t count = send(telnet->client->fd, telnet->out + sent, telnet->out_size - sent,
                             MSG_DONTWAIT | MSG_NOSIGNAL);

        if (count >= 0)
            sent += (size_t)count;
        else if (errno == EAGAIN)
            telnet->over = !wait_for_room(telnet);
        else
            telnet->over = errno != EINTR;
    }
    telnet->out_size = 0;
}

/* Bytes as they go over the wire. */
static void put(struct telnet *telnet, const char *bytes, size_t size)
{
    while (size > 0) {
        size_t part = sizeof telnet->out - telnet->out_size;

        if (part > size)
            part = size;
        memcpy(telnet->out + telnet->out_size, bytes, part);
        telnet->out_size += part;
        bytes += part;
        size -= part;
        if (telnet->out_size == sizeof telnet->out)
            flush(telnet);
    }
}

/* RFC 854 has CR LF and CR NUL and no other CR; what follows one may come with the next call. */
static void write_bytes(struct telnet *telnet, const char *bytes, size_t size)
{
    size_t begin = 0;

    for (size_t i = 0; i < size; i++) {
        if (telnet->after_cr && bytes[i] != '\n') {
            telnet_send(telnet->parser, bytes + begin, i - begin);
            telnet_send(telnet->parser, "", 1);
            begin = i;
        }
        telnet->after_cr = bytes[i] == '\r';
    }
    telnet_send(telnet->parser, bytes + begin, size - begin);
}

static void write_text(struct telnet *telnet, const char *text)
{
    write_bytes(telnet, text, strlen(text));
}

static bool write_door(void *ctx, enum netdiag_stream stream, const char *bytes, size_t size)
{
    struct telnet *telnet = ctx;

    (void)stream; /* a terminal has one screen for both */
    write_bytes(telnet, bytes, size);
    flush(telnet);
    return !telnet->over;
}

/* ---- what the parser says ---- */

/* We end it. What was answered before still goes out. */
static void end(struct telnet *telnet, const char *farewell)
{
    flush(telnet);
    if (!telnet->over)
        telnet->farewell = farewell;
    telnet->over = true;
}

static void push_key(struct telnet *telnet, char key)
{
    if (telnet->end < sizeof telnet->keys)
        telnet->keys[telnet->end++] = key;
}

static void take_data(struct telnet *telnet, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        switch (netdiag_enter_take(&telnet->enter, bytes[i])) {
        case NETDIAG_ENTER_NONE:
            if (bytes[i] != '\0')
                push_key(telnet, bytes[i]);
            break;
        case NETDIAG_ENTER_PRESSED:
            push_key(telnet, '\r');
            break;
        case NETDIAG_ENTER_REST:
            break;
        }
    }
}

static void take_command(struct telnet *telnet, unsigned char command)
{
    switch (command) {
    case TELNET_IP:
    case TELNET_BREAK:
        push_key(telnet, INTERRUPT);
        break;
    case TELNET_EC:
        push_key(telnet, DELETE);
        break;
    case TELNET_EL:
        push_key(telnet, ERASE_LINE);
        break;
    case TELNET_AYT:
        write_text(telnet, LINE_END "[yes]" LINE_END);
        break;
    default:
        break;
    }
}

/* Columns and rows, 16 bits each; 0 says that it is not known (RFC 1073). */
static void take_window(struct telnet *telnet, const char *bytes)
{
    unsigned char window[WINDOW_BYTES];

    memcpy(window, bytes, sizeof window);
    telnet->terminal.columns = window[0] * 256u + window[1];
    telnet->terminal.rows = window[2] * 256u + window[3];
}

/* Each answer costs the peer as much as us, but one who asks without end is no terminal. */
static void count_negotiation(struct telnet *telnet, const char *bytes, size_t size)
{
    if (size != NEGOTIATION || (unsigned char)bytes[0] != TELNET_IAC ||
        ++telnet->negotiations <= CONFIG_NETDIAG_TELNET_NEGOTIATIONS)
        return;
    end(telnet,
        "% telnet: more than " DIGITS(CONFIG_NETDIAG_TELNET_NEGOTIATIONS) " options negotiated");
}

static void on_event(telnet_t *parser, telnet_event_t *event, void *ctx)
{
    struct telnet *telnet = ctx;

    (void)parser;
    if (telnet->over)
        return;
    switch (event->type) {
    case TELNET_EV_DATA:
        take_data(telnet, event->data.buffer, event->data.size);
        break;
    case TELNET_EV_SEND:
        count_negotiation(telnet, event->data.buffer, event->data.size);
        put(telnet, event->data.buffer, event->data.size);
        break;
    case TELNET_EV_IAC:
        take_command(telnet, event->iac.cmd);
        break;
    case TELNET_EV_SUBNEGOTIATION:
        if (event->sub.telopt == TELNET_TELOPT_NAWS && event->sub.size == WINDOW_BYTES)
            take_window(telnet, event->sub.buffer);
        break;
    case TELNET_EV_COMPRESS:
        end(telnet, "% telnet: compression began, and nobody had agreed to it");
        break;
    case TELNET_EV_WARNING: /* of what kind they are is not told */
    case TELNET_EV_ERROR:
        end(telnet, "% telnet: a subnegotiation that is broken, or has more than 16 KB");
        break;
    case TELNET_EV_WILL:
    case TELNET_EV_WONT:
    case TELNET_EV_DO:
    case TELNET_EV_DONT:
    case TELNET_EV_ZMP:
    case TELNET_EV_TTYPE:
    case TELNET_EV_ENVIRON:
    case TELNET_EV_MSSP:
        break;
    }
}

/* ---- in ---- */

/* Makes keys of what there is: 1, or what a door's read answers when there is nothing. */
static ssize_t receive(struct telnet *telnet, int timeout_ms)
{
    ssize_t count;

    if (telnet->over)
        return NETDIAG_READ_END;
    telnet->begin = telnet->end = 0;
    count = netdiag_descriptors_read(&telnet->input, telnet->received, sizeof telnet->received,
                                     timeout_ms);
    if (count == NETDIAG_READ_TIMEOUT)
        return count;
    if (count <= 0) {
        telnet->over = true;
        return count;
    }
    telnet_recv(telnet->parser, telnet->received, (size_t)count);
    flush(telnet);
    return 1;
}

/* Takes keys that wait. */
static ssize_t take_keys(struct telnet *telnet, char *bytes, size_t size)
{
    if (size > telnet->end - telnet->begin)
        size = telnet->end - telnet->begin;
    memcpy(bytes, telnet->keys + telnet->begin, size);
    telnet->begin += size;
    return (ssize_t)size;
}

static ssize_t read_door(void *ctx, char *bytes, size_t size, int timeout_ms)
{
    struct telnet *telnet = ctx;
    int64_t until_ms = now_ms() + timeout_ms;
    int left_ms = timeout_ms;

    while (telnet->begin == telnet->end) {
        ssize_t answer = receive(telnet, left_ms);

        if (answer <= 0)
            return answer;
        if (timeout_ms < 0 || telnet->end > 0)
            continue;
        /* There was nothing but protocol: who sends much of it must not keep us here. */
        left_ms = (int)(until_ms - now_ms());
        if (left_ms <= 0)
            return NETDIAG_READ_TIMEOUT;
    }
    return take_keys(telnet, bytes, size);
}

static void ask_size(void *ctx, struct netdiag_terminal *terminal)
{
    const struct telnet *telnet = ctx;

    *terminal = telnet->terminal;
}

/* ---- who it is ---- */

/* One byte more than a password may have: a longer one is never cut to one that fits. */
struct answer {
    size_t size;
    size_t surplus; /* bytes that did not fit */
    char bytes[NETDIAG_PASSWORD_LENGTH + 2];
};

enum asked {
    ASKED_ANSWERED,
    ASKED_ABANDONED, /* ^C */
    ASKED_LEFT,      /* it is over */
};

struct visit {
    struct telnet *telnet;
    int64_t until_ms; /* the login must be done by then */
    struct answer user, password;
    int privilege;
};

static bool is_middle_of_character(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

/* Shows a character as one column: names have no others than those of ASCII. */
static void echo(struct telnet *telnet, char byte)
{
    if (!is_middle_of_character(byte))
        write_bytes(telnet, (unsigned char)byte < DELETE ? &byte : "?", 1);
}

static void add_byte(struct telnet *telnet, struct answer *answer, char byte, bool echoes)
{
    if (answer->size == sizeof answer->bytes - 1) {
        answer->surplus++;
        write_text(telnet, echoes ? "\a" : "");
        return;
    }
    answer->bytes[answer->size++] = byte;
    if (echoes)
        echo(telnet, byte);
}

/* Takes the last character back. */
static void erase(struct telnet *telnet, struct answer *answer, bool echoes)
{
    char byte;

    if (answer->surplus > 0) {
        answer->surplus--;
        return;
    }
    if (answer->size == 0)
        return;
    do
        byte = answer->bytes[--answer->size];
    while (answer->size > 0 && is_middle_of_character(byte));
    write_text(telnet, echoes ? "\b \b" : "");
}

static bool read_key(struct visit *visit, char *key)
{
    int64_t left_ms = visit->until_ms - now_ms();
    ssize_t count = NETDIAG_READ_TIMEOUT;

    flush(visit->telnet);
    if (left_ms > 0)
        count = read_door(visit->telnet, key, 1, (int)left_ms);
    if (count == NETDIAG_READ_TIMEOUT)
        end(visit->telnet,
            "% telnet: nobody logged in within " DIGITS(CONFIG_NETDIAG_SEND_TIMEOUT_S) " seconds");
    return count > 0;
}

/* Asks, and reads a line. A client that does not let us echo has Cisco's echo all the same. */
static enum asked ask(struct visit *visit, const char *prompt, struct answer *answer, bool echoes)
{
    struct telnet *telnet = visit->telnet;
    char key;

    memset(answer, 0, sizeof *answer);
    write_text(telnet, prompt);
    while (read_key(visit, &key)) {
        switch (key) {
        case '\r':
            answer->bytes[answer->size] = '\0';
            write_text(telnet, LINE_END);
            return ASKED_ANSWERED;
        case INTERRUPT:
            write_text(telnet, "^C" LINE_END);
            return ASKED_ABANDONED;
        case END:
            if (answer->size == 0)
                return ASKED_LEFT;
            break;
        case '\b':
        case DELETE:
            erase(telnet, answer, echoes);
            break;
        case ERASE_LINE:
            while (answer->size > 0)
                erase(telnet, answer, echoes);
            break;
        default:
            if ((unsigned char)key >= ' ')
                add_byte(telnet, answer, key, echoes);
            break;
        }
    }
    return ASKED_LEFT;
}

/* Forgets what was typed. */
static void wipe_keys(struct telnet *telnet)
{
    explicit_bzero(telnet->received, sizeof telnet->received);
    explicit_bzero(telnet->keys, telnet->begin);
}

/* Asks for a name and a password. */
static enum asked ask_both(struct visit *visit)
{
    enum asked asked = ask(visit, "Username: ", &visit->user, true);

    if (asked == ASKED_ANSWERED && visit->user.size == 0)
        return ASKED_ABANDONED;
    if (asked == ASKED_ANSWERED)
        asked = ask(visit, "Password: ", &visit->password, false);
    flush(visit->telnet);
    return asked;
}

static bool log_in(struct visit *visit)
{
    struct telnet *telnet = visit->telnet;
    unsigned wrong = 0;

    write_text(telnet, LINE_END);
    while (wrong < NETDIAG_LOGIN_TRIES) {
        enum asked asked = ask_both(visit);
        bool right = asked == ASKED_ANSWERED &&
                     netdiag_login_password(telnet->client->login, &telnet->attempt,
                                            visit->password.bytes, &visit->privilege);

        explicit_bzero(&visit->password, sizeof visit->password);
        wipe_keys(telnet);
        if (right || asked == ASKED_LEFT)
            return right;
        if (asked == ASKED_ANSWERED) {
            wrong++;
            write_text(telnet, "% Login invalid" LINE_END LINE_END);
        }
    }
    flush(telnet);
    return false;
}

/* ---- the connection ---- */

static bool enable(void *ctx, const char *secret)
{
    struct telnet *telnet = ctx;

    wipe_keys(telnet);
    return netdiag_login_enable(telnet->client->login, &telnet->attempt, secret);
}

/* Wakes the thread that serves it, even where that waits for a reader. */
static void hang_up(void *ctx)
{
    const struct telnet *telnet = ctx;

    (void)shutdown(telnet->client->fd, SHUT_RDWR);
}

static void run_shell(struct telnet *telnet, int privilege)
{
    const struct netdiag_door door = {
        .read = read_door,
        .write = write_door,
        .size = ask_size,
        .enable = enable,
        .hang_up = hang_up,
        .ctx = telnet,
        .line_end = LINE_END,
        .name = "telnet",
        .user = telnet->attempt.user,
        .from = telnet->attempt.from,
        .privilege = privilege,
        .idle_s = CONFIG_NETDIAG_IDLE_TIMEOUT_S,
        .echoes = true,
    };
    struct netdiag_session *session;
    enum netdiag_error error = netdiag_session_open(telnet->client->diag, &door, &session);

    if (error == NETDIAG_OK) {
        netdiag_shell_run(session);
        netdiag_session_close(session);
        return;
    }
    write_text(telnet, "% no shell: ");
    write_text(telnet, error == NETDIAG_ERROR_FULL ? "all shells are in use; try again later"
                                                   : netdiag_error_text(error));
    write_text(telnet, LINE_END);
    flush(telnet);
}

/* Who may come in gets a shell. */
static void receive_visitor(struct telnet *telnet)
{
    struct visit visit = {.telnet = telnet, .until_ms = now_ms() + PATIENCE_MS};

    telnet->attempt = (struct netdiag_login_try){
        .door = "telnet",
        .user = visit.user.bytes,
        .from = telnet->client->from,
        .stop = telnet->client->stop,
    };
    if (!log_in(&visit))
        return;
    run_shell(telnet, visit.privilege);
    netdiag_login_left(telnet->client->login, &telnet->attempt);
}

/*
 * The last words go out, and the peer has a moment to take them: a socket that is closed with bytes
 * unread resets the connection, and what was sent is lost.
 */
static void take_leave(struct telnet *telnet)
{
    int64_t until_ms = now_ms() + LINGER_MS;
    char bytes[PART];
    int64_t left_ms;

    if (telnet->farewell != NULL) {
        telnet->over = false;
        write_text(telnet, LINE_END);
        write_text(telnet, telnet->farewell);
        write_text(telnet, LINE_END);
        (void)send(telnet->client->fd, telnet->out, telnet->out_size, MSG_DONTWAIT | MSG_NOSIGNAL);
    }
    if (telnet->unread || shutdown(telnet->client->fd, SHUT_WR) != 0)
        return;
    while ((left_ms = until_ms - now_ms()) > 0 &&
           netdiag_descriptors_read(&telnet->input, bytes, sizeof bytes, (int)left_ms) > 0) {
        /* it is not for anybody */
    }
}

/* Small buffers, and TCP's urgent byte, with which IAC IP comes, in its place among the others. */
static void prepare(int fd)
{
    const int buffer = SEND_BUFFER, yes = 1;

    (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    (void)setsockopt(fd, SOL_SOCKET, SO_OOBINLINE, &yes, sizeof yes);
}

void netdiag_telnet_serve(struct netdiag_remote_client *client)
{
    /* What we agree to; of the terminal's type nothing depends, but clients expect the question. */
    static const telnet_telopt_t options[] = {
        {TELNET_TELOPT_ECHO, TELNET_WILL, TELNET_DONT},
        {TELNET_TELOPT_SGA, TELNET_WILL, TELNET_DO},
        {TELNET_TELOPT_TTYPE, TELNET_WONT, TELNET_DO},
        {TELNET_TELOPT_NAWS, TELNET_WONT, TELNET_DO},
        {-1, 0, 0},
    };
    struct telnet telnet = {
        .client = client,
        .input = {.in = client->fd, .out = -1, .err = -1, .stop = client->stop},
    };

    telnet.parser = telnet_init(options, on_event, 0, &telnet);
    if (telnet.parser == NULL) {
        static const char full[] = "% no shell: the device is out of memory" LINE_END;

        (void)send(client->fd, full, sizeof full - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
        return;
    }
    prepare(client->fd);
    telnet_negotiate(telnet.parser, TELNET_WILL, TELNET_TELOPT_ECHO);
    telnet_negotiate(telnet.parser, TELNET_WILL, TELNET_TELOPT_SGA);
    telnet_negotiate(telnet.parser, TELNET_DO, TELNET_TELOPT_TTYPE);
    telnet_negotiate(telnet.parser, TELNET_DO, TELNET_TELOPT_NAWS);
    receive_visitor(&telnet);
    take_leave(&telnet);
    telnet_free(telnet.parser);
}
