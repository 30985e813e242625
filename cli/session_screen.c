/*
 * Live views and progress: what a person sees of a command that takes its time.
 *
 * A picture is drawn over the one before it: the cursor goes to the top, each line clears what is
 * right of it, and at the end all below is cleared. All of it gathers in the session's buffer and
 * leaves with one write, where it fits there, so that no half of it is seen. The last row stays
 * free: the cursor rests there, and a line that ends in the last column scrolls nothing.
 *
 * Progress stands where the next line will be, or behind the pieces of one. It is drawn with no
 * more than CR, BS and blanks, as a program may read along that has not turned the pages off. While
 * it is there the buffer is empty, and whatever is written next takes it away first: whoever drops
 * the buffer, at a ^C, does not drop that.
 */
#include <string.h>

#include "cli/session_private.h"
#include "cli/utf8.h"

#define HOME        "\x1b[H"
#define CLEAR_ALL   "\x1b[2J"
#define CLEAR_RIGHT "\x1b[K"
#define CLEAR_BELOW "\x1b[J"

#define REDRAW_MS 200 /* faster nobody reads */

#define INDENT "  "

static void write_text(struct netdiag_session *session, const char *text)
{
    netdiag_session_write(session, text, strlen(text));
}

/* ---- a command's begin and end ---- */

void netdiag_session_screen_begin(struct netdiag_session *session)
{
    memset(&session->picture, 0, sizeof session->picture);
    session->progress.told.what = NULL;
    session->progress.printed_ms = session->looked_ms;
}

void netdiag_session_screen_end(struct netdiag_session *session)
{
    netdiag_session_picture_drop(session);
    if (session->progress.columns > 0)
        netdiag_session_progress_erase(session);
    session->progress.told.what = NULL;
}

/* ---- pictures ---- */

static bool can_hold(struct netdiag_terminal screen)
{
    return screen.columns > 0 && screen.rows > 1; /* one row stays free */
}

bool netdiag_session_has_screen(const struct netdiag_session *session)
{
    return session->door->echoes && session->cli->filters == NULL &&
           can_hold(netdiag_session_terminal(session));
}

static bool is_same(struct netdiag_terminal one, struct netdiag_terminal other)
{
    return one.columns == other.columns && one.rows == other.rows;
}

/*
 * What the next picture is drawn for. A size that is not known any more, as some terminals say
 * while they are iconified, or that holds no picture, is none to draw for: the one before stays.
 */
static struct netdiag_terminal size_to_draw(const struct netdiag_session *session)
{
    struct netdiag_terminal screen = netdiag_session_terminal(session);

    return can_hold(screen) || session->picture.size.rows == 0 ? screen : session->picture.size;
}

void netdiag_session_picture_begin(struct netdiag_session *session, bool first,
                                   struct netdiag_terminal *screen)
{
    struct netdiag_picture *picture = &session->picture;

    *screen = size_to_draw(session);
    if (netdiag_session_cancelled(session))
        return;
    netdiag_session_flush(session);
    write_text(session, HOME);
    if (first || !is_same(*screen, picture->size))
        write_text(session, CLEAR_ALL); /* a terminal that was resized may have wrapped lines */
    picture->is_open = true;
    picture->size = *screen;
    picture->rows = 0;
}

void netdiag_session_picture_line(struct netdiag_session *session, const char *line)
{
    struct netdiag_picture *picture = &session->picture;
    size_t size, columns;

    if (picture->rows + 1 >= picture->size.rows)
        return;
    size = netdiag_utf8_fit(line, strlen(line), picture->size.columns, &columns);
    netdiag_session_write(session, line, size);
    if (columns < picture->size.columns) /* in the last column it would clear that one, too */
        write_text(session, CLEAR_RIGHT);
    write_text(session, session->door->line_end);
    picture->rows++;
}

void netdiag_session_picture_drop(struct netdiag_session *session)
{
    if (session->picture.is_open)
        write_text(session, CLEAR_BELOW); /* at a ^C too: part of a large one may be out */
    session->picture.is_open = false;
}

void netdiag_session_picture_end(struct netdiag_session *session)
{
    netdiag_session_picture_drop(session);
    netdiag_session_flush(session);
    session->rows_used = 0; /* what the command prints below it is a page of its own */
}

bool netdiag_session_was_resized(const struct netdiag_session *session)
{
    return session->picture.size.rows > 0 && !is_same(size_to_draw(session), session->picture.size);
}

/* ---- progress ---- */

bool netdiag_session_shows_progress(const struct netdiag_session *session)
{
    return session->door->echoes && session->screen.rows > 0 && !session->picture.is_open;
}

void netdiag_session_progress(struct netdiag_session *session, uint64_t done, uint64_t total,
                              const char *what)
{
    session->progress.told =
        (struct netdiag_progress_position){.done = done, .total = total, .what = what};
    if (what == NULL && session->progress.columns > 0)
        netdiag_session_progress_erase(session);
}

void netdiag_session_progress_rest(struct netdiag_session *session)
{
    if (netdiag_session_shows_progress(session))
        session->progress.printed_ms = netdiag_session_clock_ms();
}

void netdiag_session_progress_text(const struct netdiag_session *session, char *bytes, size_t size)
{
    const struct netdiag_progress_position *told = &session->progress.told;
    struct netdiag_text text;

    netdiag_text_start(&text, bytes, size);
    if (told->what == NULL)
        return;
    netdiag_text_number(&text, told->done);
    if (told->total > 0) {
        netdiag_text_string(&text,
                            netdiag_catalogue(session->language)->phrases[NETDIAG_PHRASE_OF]);
        netdiag_text_number(&text, told->total);
    }
    netdiag_text_char(&text, ' ');
    netdiag_text_string(&text, told->what);
}

/* To where progress stands: the head of a line, or the end of what is out of an open one. */
static void go_back(struct netdiag_session *session, size_t columns)
{
    if (session->open_columns == 0) {
        write_text(session, "\r");
        return;
    }
    while (columns-- > 0)
        write_text(session, "\b");
}

void netdiag_session_progress_erase(struct netdiag_session *session)
{
    size_t columns = session->progress.columns;

    session->progress.columns = 0; /* first, since each write looks for it */
    go_back(session, columns);
    netdiag_session_blanks(session, columns);
    go_back(session, columns);
    netdiag_session_flush(session);
}

/* Over what stands there of the one before. */
static void draw(struct netdiag_session *session)
{
    struct netdiag_progress *progress = &session->progress;
    unsigned width = netdiag_session_terminal(session).columns;
    size_t indent = sizeof INDENT - 1, older = progress->columns;
    size_t used = session->open_columns + indent;
    size_t room = SIZE_MAX, columns, size;
    char text[NETDIAG_PROGRESS_SIZE];

    if (width > 0) /* in the last column some terminals go to the next row */
        room = width > used + 1 ? width - used - 1 : 0;
    netdiag_session_progress_text(session, text, sizeof text);
    size = netdiag_utf8_fit(text, strlen(text), room, &columns);
    if (size == 0 || (session->open_columns > 0 && text[size] != '\0'))
        return; /* a part of a number would be another number */
    progress->columns = 0;
    go_back(session, older);
    write_text(session, INDENT);
    netdiag_session_write(session, text, size);
    columns += indent;
    if (older > columns) {
        netdiag_session_blanks(session, older - columns);
        if (session->open_columns > 0)
            columns = older; /* that is where the cursor is, and there is no CR back */
    }
    netdiag_session_flush(session);
    progress->columns = columns;
}

static bool is_drawn(const struct netdiag_progress *progress)
{
    return progress->columns > 0 && progress->told.done == progress->drawn.done &&
           progress->told.total == progress->drawn.total &&
           progress->told.what == progress->drawn.what;
}

void netdiag_session_progress_show(struct netdiag_session *session, uint64_t now_ms)
{
    struct netdiag_progress *progress = &session->progress;

    if (progress->told.what == NULL || !netdiag_session_shows_progress(session) ||
        now_ms < progress->printed_ms + NETDIAG_PROGRESS_QUIET_MS ||
        now_ms < progress->drawn_ms + REDRAW_MS || is_drawn(progress))
        return;
    progress->drawn_ms = now_ms;
    progress->drawn = progress->told;
    draw(session);
}
