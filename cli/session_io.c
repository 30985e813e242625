/*
 * What goes out of a session and comes into it: the buffer, the pages, the keys.
 */
#include <string.h>

#include "cli/session_private.h"
#include "cli/utf8.h"

#define INTERRUPT '\x03'
#define MORE      " --More-- "
#define ESCAPE    '\x1b'
#define LOOK_MS   20 /* a ^C is seen after so long at most, while a command prints */
#define ESCAPE_MS 30 /* the bytes of one key come closer together than a person types */

/* The door is read so often at most when keys are taken. */
#define READS_MOST 16

/* ---- output ---- */

void netdiag_session_flush(struct netdiag_session *session)
{
    const struct netdiag_door *door = session->door;

    if (session->length > 0 && !session->unread &&
        !door->write(door->ctx, session->stream, session->buffer, session->length)) {
        session->unread = true;
        session->ended = true;
    }
    session->length = 0;
}

static void put(struct netdiag_session *session, enum netdiag_stream stream, const char *bytes,
                size_t size)
{
    if (session->progress.columns > 0)
        netdiag_session_progress_erase(session);
    if (stream != session->stream)
        netdiag_session_flush(session); /* the order of the two must stay */
    session->stream = stream;
    while (size > 0) {
        size_t part = sizeof session->buffer - session->length;

        if (part > size)
            part = size;
        memcpy(session->buffer + session->length, bytes, part);
        session->length += part;
        bytes += part;
        size -= part;
        if (session->length == sizeof session->buffer)
            netdiag_session_flush(session);
    }
}

void netdiag_session_line(struct netdiag_session *session, enum netdiag_stream stream,
                          const char *line)
{
    put(session, stream, line, strlen(line));
    put(session, stream, session->door->line_end, strlen(session->door->line_end));
    session->open_columns = 0;
    netdiag_session_progress_rest(session);
}

void netdiag_session_write(struct netdiag_session *session, const char *bytes, size_t size)
{
    put(session, NETDIAG_STREAM_OUT, bytes, size);
}

void netdiag_session_blanks(struct netdiag_session *session, size_t count)
{
    static const char blanks[] = "                                ";

    while (count > 0) {
        size_t part = count < sizeof blanks - 1 ? count : sizeof blanks - 1;

        netdiag_session_write(session, blanks, part);
        count -= part;
    }
}

void netdiag_session_error(struct netdiag_session *session, const char *line)
{
    if (session->open_columns > 0)
        netdiag_session_line(session, NETDIAG_STREAM_OUT, "");
    netdiag_session_line(session, NETDIAG_STREAM_ERROR, line);
}

/* ---- input ---- */

/* Makes one CR of each form of Enter. Returns how many bytes are left. */
static size_t unify_enters(struct netdiag_session *session, char *bytes, size_t size)
{
    size_t kept = 0;

    for (size_t i = 0; i < size; i++) {
        switch (netdiag_enter_take(&session->enter, bytes[i])) {
        case NETDIAG_ENTER_NONE:
            bytes[kept++] = bytes[i];
            break;
        case NETDIAG_ENTER_PRESSED:
            bytes[kept++] = '\r';
            break;
        case NETDIAG_ENTER_REST:
            break;
        }
    }
    return kept;
}

ssize_t netdiag_session_end_idle(struct netdiag_session *session)
{
    char line[80];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "% this shell ends: nothing was typed for ");
    netdiag_text_number(&text, session->door->idle_s);
    netdiag_text_string(&text, " seconds");
    netdiag_session_write(session, session->door->line_end, strlen(session->door->line_end));
    netdiag_session_error(session, line);
    netdiag_session_flush(session);
    session->ended = true;
    return NETDIAG_READ_END;
}

bool netdiag_session_is_left(struct netdiag_session *session)
{
    const struct netdiag_door *door = session->door;
    uint64_t idle_ms = netdiag_session_clock_ms() - atomic_load(&session->active);

    if (!door->echoes || door->idle_s == 0 || idle_ms < (uint64_t)door->idle_s * 1000)
        return false;
    netdiag_session_end_idle(session);
    return true;
}

/* Reads from the door. 0 bytes are NETDIAG_READ_END, as the door has it. */
static ssize_t read_door(struct netdiag_session *session, char *bytes, size_t size, int timeout_ms)
{
    unsigned idle_s = timeout_ms == -1 ? session->door->idle_s : 0;
    ssize_t count;

    if (idle_s > 0)
        timeout_ms = (int)idle_s * 1000;
    do {
        count = session->door->read(session->door->ctx, bytes, size, timeout_ms);
        if (count == NETDIAG_READ_TIMEOUT && idle_s > 0)
            return netdiag_session_end_idle(session);
        if (count <= 0)
            return count;
        atomic_store(&session->active, netdiag_session_clock_ms());
        if (session->door->echoes)
            count = (ssize_t)unify_enters(session, bytes, (size_t)count);
    } while (count == 0);
    return count;
}

/* So much of what was typed ahead was taken. */
static void forget(struct netdiag_ahead *ahead, size_t size)
{
    ahead->begin += size;
    ahead->earlier -= size < ahead->earlier ? size : ahead->earlier;
}

ssize_t netdiag_session_read(struct netdiag_session *session, char *bytes, size_t size,
                             int timeout_ms)
{
    struct netdiag_ahead *ahead = &session->ahead;

    if (!session->door->echoes) {
        netdiag_session_flush(session);
        return read_door(session, bytes, size, timeout_ms);
    }
    if (ahead->begin == ahead->end) {
        ssize_t count;

        netdiag_session_flush(session);
        count = read_door(session, ahead->bytes, sizeof ahead->bytes, timeout_ms);
        if (count <= 0)
            return count;
        ahead->begin = 0;
        ahead->end = (size_t)count;
    }
    if (size > ahead->end - ahead->begin)
        size = ahead->end - ahead->begin;
    memcpy(bytes, ahead->bytes + ahead->begin, size);
    forget(ahead, size);
    return (ssize_t)size;
}

/* ^C: what waits to be printed is dropped, and so is what was typed before it. */
static void interrupt(struct netdiag_session *session)
{
    session->length = 0;
    netdiag_session_picture_drop(session);
    netdiag_session_cancel(session);
    netdiag_session_line(session, NETDIAG_STREAM_OUT, "^C");
    netdiag_session_flush(session);
}

/* Looks for a ^C in what was typed ahead. */
static void find_interrupt(struct netdiag_session *session)
{
    struct netdiag_ahead *ahead = &session->ahead;

    for (size_t i = ahead->end; i > ahead->begin; i--) {
        if (ahead->bytes[i - 1] == INTERRUPT) {
            forget(ahead, i - ahead->begin);
            interrupt(session);
            return;
        }
    }
}

/* Adds what the door has to what was typed ahead; all the room is taken, and the rest dropped. */
static void type_ahead(struct netdiag_session *session, const char *keys, size_t count)
{
    struct netdiag_ahead *ahead = &session->ahead;

    memmove(ahead->bytes, ahead->bytes + ahead->begin, ahead->end - ahead->begin);
    ahead->end -= ahead->begin;
    ahead->begin = 0;
    for (size_t i = 0; i < count; i++) {
        if (ahead->end < sizeof ahead->bytes)
            ahead->bytes[ahead->end++] = keys[i];
        else if (keys[i] == INTERRUPT)
            ahead->bytes[ahead->end - 1] = keys[i]; /* it is heard all the same */
        else
            netdiag_session_write(session, "\a", 1);
    }
}

void netdiag_session_look(struct netdiag_session *session)
{
    uint64_t now;
    char keys[256];
    ssize_t count;

    if (!session->door->echoes || netdiag_session_cancelled(session))
        return;
    now = netdiag_session_clock_ms();
    if (now - session->looked_ms < LOOK_MS)
        return;
    session->looked_ms = now;
    count = read_door(session, keys, sizeof keys, 0);
    if (count > 0)
        type_ahead(session, keys, (size_t)count);
    else if (count != NETDIAG_READ_TIMEOUT)
        session->unread = session->ended = true;
    find_interrupt(session);
    if (!netdiag_session_cancelled(session))
        netdiag_session_progress_show(session, now);
}

void netdiag_session_mark_typed(struct netdiag_session *session)
{
    struct netdiag_ahead *ahead = &session->ahead;
    char keys[256];
    size_t room;

    if (!session->door->echoes)
        return;
    while ((room = sizeof ahead->bytes - (ahead->end - ahead->begin)) > 0) {
        ssize_t count = read_door(session, keys, room < sizeof keys ? room : sizeof keys, 0);

        if (count <= 0) /* when it is the end, the next read says so again */
            break;
        type_ahead(session, keys, (size_t)count);
    }
    ahead->earlier = ahead->end - ahead->begin;
}

/* Keys as they are taken in the course of a view. */
struct keys {
    bool is_any;
    bool is_interrupt;
    enum netdiag_escape escape; /* a sequence that has begun, and not ended */
    size_t bytes_left;          /* of a character that has begun */
};

/* The rest of a sequence, or of a character, would be typed at the prompt. */
static enum netdiag_escape after_key(enum netdiag_escape escape, char key)
{
    if (key == ESCAPE)
        return NETDIAG_ESCAPE_BEGUN;
    if (escape == NETDIAG_ESCAPE_BEGUN && key == '[')
        return NETDIAG_ESCAPE_SEQUENCE;
    if (escape == NETDIAG_ESCAPE_BEGUN && key == 'O')
        return NETDIAG_ESCAPE_SINGLE;
    if (escape == NETDIAG_ESCAPE_SEQUENCE && key >= ' ' && key < '@')
        return escape; /* up to a final byte */
    return NETDIAG_ESCAPE_NONE;
}

static void take_bytes(struct keys *keys, const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        keys->is_any = true;
        keys->is_interrupt = keys->is_interrupt || bytes[i] == INTERRUPT;
        keys->escape = after_key(keys->escape, bytes[i]);
        if (((unsigned char)bytes[i] & 0xc0) == 0x80)
            keys->bytes_left -= keys->bytes_left > 0;
        else
            keys->bytes_left =
                netdiag_utf8_length(bytes[i]) > 1 ? netdiag_utf8_length(bytes[i]) - 1 : 0;
    }
}

/* Takes all that the door has; who types without end is not waited for. */
static void take_door(struct netdiag_session *session, struct keys *keys)
{
    for (unsigned i = 0; i < READS_MOST; i++) {
        bool is_begun = keys->escape != NETDIAG_ESCAPE_NONE || keys->bytes_left > 0;
        char bytes[256];
        ssize_t count = read_door(session, bytes, sizeof bytes, is_begun ? ESCAPE_MS : 0);

        if (count == NETDIAG_READ_TIMEOUT)
            return;
        if (count <= 0) {
            session->unread = session->ended = true;
            return;
        }
        take_bytes(keys, bytes, (size_t)count);
    }
}

bool netdiag_session_take_key(struct netdiag_session *session)
{
    struct netdiag_ahead *ahead = &session->ahead;
    struct keys keys = {.is_any = false, .escape = NETDIAG_ESCAPE_NONE};

    if (!session->door->echoes || netdiag_session_cancelled(session))
        return netdiag_session_cancelled(session);
    find_interrupt(session);
    /* what came while the command looked for a ^C */
    take_bytes(&keys, ahead->bytes + ahead->begin + ahead->earlier,
               ahead->end - ahead->begin - ahead->earlier);
    ahead->end = ahead->begin + ahead->earlier;
    take_door(session, &keys);
    if (keys.is_interrupt) {
        forget(ahead, ahead->end - ahead->begin);
        interrupt(session);
    }
    return keys.is_any || netdiag_session_cancelled(session);
}

/* ---- pages ---- */

void netdiag_session_begin(struct netdiag_session *session)
{
    atomic_store(&session->cancelled, false);
    session->looked_ms = netdiag_session_clock_ms();
    session->screen = netdiag_session_terminal(session);
    session->rows_used = 0;
    session->open_columns = 0;
    netdiag_session_screen_begin(session);
}

/* Rows of the screen that a line takes. */
static unsigned rows_of(const struct netdiag_session *session, const char *line)
{
    size_t columns = netdiag_utf8_columns(line, strlen(line));

    if (session->screen.columns == 0 || columns == 0)
        return 1;
    return (unsigned)((columns - 1) / session->screen.columns) + 1;
}

/*
 * Says how far the command is, behind what asks, where that fits. Returns the columns that it
 * takes.
 */
static size_t write_position(struct netdiag_session *session)
{
    char text[NETDIAG_PROGRESS_SIZE];
    size_t columns;

    netdiag_session_progress_text(session, text, sizeof text);
    columns = netdiag_utf8_columns(text, strlen(text)) + sizeof "() " - 1;
    if (text[0] == '\0' ||
        (session->screen.columns > 0 && sizeof MORE - 1 + columns >= session->screen.columns))
        return 0;
    netdiag_session_write(session, "(", 1);
    netdiag_session_write(session, text, strlen(text));
    netdiag_session_write(session, ") ", 2);
    return columns;
}

/*
 * Reads a key. Who takes as long as a person does is told how far the command is: a program that
 * answers each page finds the same bytes as ever. False: nobody is there any more.
 */
static bool read_answer(struct netdiag_session *session, char *key, size_t *columns)
{
    ssize_t count = NETDIAG_READ_TIMEOUT;

    if (*columns == sizeof MORE - 1)
        count = netdiag_session_read(session, key, 1, NETDIAG_PROGRESS_QUIET_MS);
    if (count == NETDIAG_READ_TIMEOUT) {
        if (*columns == sizeof MORE - 1)
            *columns += write_position(session);
        count = netdiag_session_read(session, key, 1, -1);
    }
    return count > 0;
}

/*
 * Waits for the key that says how to go on, and makes room for it: a page, or `rows`. `*columns`
 * are those that the question takes.
 */
static void wait_for_key(struct netdiag_session *session, unsigned rows, size_t *columns)
{
    for (;;) {
        char key;

        if (!read_answer(session, &key, columns)) {
            session->unread = session->ended = true;
            return;
        }
        switch (key) {
        case ' ':
            session->screen = netdiag_session_terminal(session); /* it may have been resized */
            session->rows_used = 0;
            return;
        case '\r':
            session->rows_used -= rows < session->rows_used ? rows : session->rows_used;
            return;
        case INTERRUPT:
        case 'q':
        case 'Q':
            netdiag_session_cancel(session);
            return;
        default:
            break;
        }
    }
}

/* Stops before a line that does not fit on the page. */
static void page(struct netdiag_session *session, const char *line)
{
    unsigned rows;

    if (!session->door->echoes || session->screen.rows == 0)
        return;
    rows = rows_of(session, line);
    if (session->rows_used > 0 && session->rows_used + rows > session->screen.rows - 1) {
        size_t columns = sizeof MORE - 1;

        netdiag_session_write(session, MORE, columns);
        wait_for_key(session, rows, &columns);
        netdiag_session_write(session, "\r", 1);
        netdiag_session_blanks(session, columns);
        netdiag_session_write(session, "\r", 1);
    }
    session->rows_used += rows;
}

void netdiag_session_print(struct netdiag_session *session, const char *line)
{
    if (netdiag_session_cancelled(session))
        return;
    if (session->picture.is_open) {
        netdiag_session_picture_line(session, line);
        return;
    }
    if (session->open_columns == 0)
        page(session, line);
    if (!netdiag_session_cancelled(session))
        netdiag_session_line(session, NETDIAG_STREAM_OUT, line);
}

void netdiag_session_piece(struct netdiag_session *session, const char *piece)
{
    if (netdiag_session_cancelled(session))
        return;
    if (session->open_columns == 0)
        page(session, piece);
    if (netdiag_session_cancelled(session))
        return;
    netdiag_session_write(session, piece, strlen(piece));
    netdiag_session_flush(session);
    session->open_columns += netdiag_utf8_columns(piece, strlen(piece));
    netdiag_session_progress_rest(session);
}

void netdiag_session_on_print(struct cli_def *cli, const char *line)
{
    netdiag_session_print(cli_get_context(cli), line);
}
