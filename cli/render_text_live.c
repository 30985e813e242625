/*
 * A frame of the live view as text: numbers in a grid, then tables, which share the rows that a
 * screen has left. Without a screen they are whole.
 */
#include <string.h>

#include "cli/live.h"
#include "cli/render.h"
#include "cli/text_parts.h"
#include "cli/utf8.h"

#define CELL_COLUMNS  20 /* of the grid: four of them fit on 80 columns */
#define CELL_GAP      2
#define COLUMN_GAP    3 /* before a column that is not of numbers */
#define BLOCK_COLUMNS 80
#define ROOMY_ROWS    36 /* from here on blank lines stand between tables */

/* Where columns end, and the last begins. */
enum column {
    COLUMN_NAME = 2,   /* and the longest IPv6 address beside it */
    COLUMN_OWNED = 28, /* further right where a name is long */
    COLUMN_IN = 52,
    COLUMN_OUT = COLUMN_IN + 10,
    COLUMN_CONNECTIONS = COLUMN_OUT + 14,
    COLUMN_STATE = COLUMN_IN + COLUMN_GAP,
};

enum section { SECTION_FINDINGS, SECTION_BYTES, SECTION_CONNECTIONS, SECTION_OWNERS, SECTIONS };

/* A frame on its way out. */
struct frame {
    struct netdiag_output *output;
    const struct netdiag_live_view *view;
    unsigned columns;
    size_t lines; /* so far */
    char bytes[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text; /* the present line */
};

static const char *phrase(const struct frame *frame, enum netdiag_phrase phrase)
{
    return netdiag_catalogue(frame->output->language)->phrases[phrase];
}

/* ---- lines ---- */

static void line_start(struct frame *frame)
{
    netdiag_text_start(&frame->text, frame->bytes, sizeof frame->bytes);
}

static void line_end(struct frame *frame)
{
    netdiag_output_text(frame->output, &frame->text);
    frame->lines++;
}

static void blank_line(struct frame *frame)
{
    line_start(frame);
    line_end(frame);
}

/* A text that ends in a column; a blank at least stands before it. */
static void put_right(struct frame *frame, const char *what, size_t column)
{
    size_t needed = netdiag_utf8_columns(what, strlen(what));

    netdiag_text_go_to(&frame->text, needed < column ? column - needed : 0, 1);
    netdiag_text_string(&frame->text, what);
}

static void put_number(struct frame *frame, uint64_t number, size_t column)
{
    char bytes[24];
    struct netdiag_text text;

    netdiag_text_start(&text, bytes, sizeof bytes);
    netdiag_text_number(&text, number);
    put_right(frame, bytes, column);
}

/* In six characters: "9999.9", "10.0k", "999.9M". */
static void put_rate(struct frame *frame, bool known, uint64_t tenths, size_t column)
{
    static const char units[] = " kMGTPE";
    char bytes[24];
    struct netdiag_text text;
    size_t unit = 0;

    netdiag_text_start(&text, bytes, sizeof bytes);
    for (uint64_t most = 99999; tenths > most && unit < sizeof units - 2; most = 9999) {
        tenths /= 1000; /* cut, as what is below is */
        unit++;
    }
    if (known)
        netdiag_text_fixed(&text, tenths, 1);
    else
        netdiag_text_char(&text, '-');
    if (unit > 0)
        netdiag_text_char(&text, units[unit]);
    put_right(frame, bytes, column);
}

/* ---- the grid ---- */

static size_t cells_a_line(const struct frame *frame)
{
    return frame->columns >= CELL_COLUMNS ? (frame->columns + CELL_GAP) / CELL_COLUMNS : 1;
}

/* Begins cell number `index` of a group, on a new line where it is the first. */
static size_t cell_start(struct frame *frame, size_t index, const char *title)
{
    size_t at = index % cells_a_line(frame) * CELL_COLUMNS;

    if (at == 0 && index > 0)
        line_end(frame);
    if (at == 0)
        line_start(frame);
    else
        netdiag_text_go_to(&frame->text, at, 1);
    netdiag_text_string(&frame->text, title);
    return at + CELL_COLUMNS - CELL_GAP;
}

static void put_level(struct frame *frame, size_t index, const char *title, bool known,
                      uint64_t number)
{
    size_t column = cell_start(frame, index, title);

    if (known)
        put_number(frame, number, column);
    else
        put_right(frame, "-", column);
}

static void print_rates(struct frame *frame)
{
    for (unsigned i = 0; i < NETDIAG_LIVE_RATES; i++) {
        enum netdiag_phrase title = (enum netdiag_phrase)(NETDIAG_PHRASE_LIVE_IN_SEGS + i);
        size_t column = cell_start(frame, i, phrase(frame, title));
        uint64_t tenths = 0;
        bool known = netdiag_tcp_live_rate(&frame->view->live, (enum netdiag_live_rate)i, &tenths);

        put_rate(frame, known, tenths, column);
    }
    line_end(frame);
}

static void print_states(struct frame *frame)
{
    const struct netdiag_tcp_live *live = &frame->view->live;

    for (unsigned i = NETDIAG_TCP_STATE_FIRST; i <= NETDIAG_TCP_STATE_LAST; i++)
        put_level(frame, i - NETDIAG_TCP_STATE_FIRST,
                  netdiag_tcp_state_name((enum netdiag_tcp_state)i),
                  live->states_error == NETDIAG_OK, live->states.count[i]);
    line_end(frame);
}

static void print_pool(struct frame *frame)
{
    const struct netdiag_tcp_pool *pool = &frame->view->live.pool;
    bool known = frame->view->live.pool_error == NETDIAG_OK;

    put_level(frame, 0, phrase(frame, NETDIAG_PHRASE_LIVE_POOL_USED), known, pool->used);
    put_level(frame, 1, phrase(frame, NETDIAG_PHRASE_LIVE_POOL_SIZE), known, pool->capacity);
    put_level(frame, 2, phrase(frame, NETDIAG_PHRASE_LIVE_POOL_PEAK), known, pool->peak);
    put_level(frame, 3, phrase(frame, NETDIAG_PHRASE_LIVE_POOL_REFUSED), known, pool->refused);
    line_end(frame);
}

/* The host, its time, and how often. */
static void print_head(struct frame *frame, const struct netdiag_head *head)
{
    struct netdiag_text *text = &frame->text;

    line_start(frame);
    if (head->system_error == NETDIAG_OK) {
        netdiag_output_name(text, head->system.host, 0);
        netdiag_text_string(text, "  ");
    }
    if (head->time_error == NETDIAG_OK && head->time.has_wall) {
        (void)netdiag_text_put_clock(text, head->time.wall_ms);
    } else if (head->time_error == NETDIAG_OK) {
        netdiag_text_string(text, "uptime ");
        netdiag_text_span(text, head->time.uptime_ms / 1000);
    }
    netdiag_text_string(text, "  ");
    netdiag_text_string(text, phrase(frame, NETDIAG_PHRASE_LIVE_INTERVAL));
    netdiag_text_char(text, ' ');
    netdiag_text_number(text, frame->view->live.rate.asked_s);
    netdiag_text_char(text, ' ');
    netdiag_text_string(text, phrase(frame, NETDIAG_PHRASE_SECOND));
    if (frame->view->rows > 0) {
        netdiag_text_string(text, "  ");
        netdiag_text_string(text, phrase(frame, NETDIAG_PHRASE_LIVE_KEY));
    }
    line_end(frame);
}

/* ---- tables ---- */

/* The title of a table, and how much of it is shown where that is not all. */
static void title_start(struct frame *frame, enum netdiag_phrase title, size_t shown, size_t total)
{
    line_start(frame);
    netdiag_text_string(&frame->text, phrase(frame, title));
    if (shown >= total)
        return;
    netdiag_text_string(&frame->text, " (");
    netdiag_text_number(&frame->text, shown);
    netdiag_text_char(&frame->text, '/');
    netdiag_text_number(&frame->text, total);
    netdiag_text_char(&frame->text, ')');
}

static size_t least(size_t one, size_t other)
{
    return one < other ? one : other;
}

static void nothing(struct frame *frame)
{
    line_start(frame);
    netdiag_text_blanks(&frame->text, COLUMN_NAME);
    netdiag_text_char(&frame->text, '-');
    line_end(frame);
}

static void host_start(struct frame *frame, const struct netdiag_live_host *host)
{
    char bytes[NETDIAG_ADDRESS_TEXT];

    line_start(frame);
    netdiag_text_blanks(&frame->text, COLUMN_NAME);
    netdiag_text_string(&frame->text, netdiag_address_text(&host->address, bytes, sizeof bytes));
}

static void put_bytes(struct frame *frame, uint64_t bytes, size_t column)
{
    uint64_t tenths = 0;
    bool known = netdiag_tcp_rate_tenths(bytes, frame->view->live.bytes_ms, &tenths);

    put_rate(frame, known, tenths, column);
}

/* What is not among the bytes, where there is any. */
static void print_uncounted(struct frame *frame)
{
    const struct netdiag_tcp_live *live = &frame->view->live;
    const struct {
        enum netdiag_phrase phrase;
        uint64_t count;
    } parts[] = {
        {NETDIAG_PHRASE_LIVE_NOT_FOLLOWED, live->not_followed},
        {NETDIAG_PHRASE_LIVE_ENDED, live->ended_uncounted},
        {NETDIAG_PHRASE_LIVE_WITHOUT, live->without_bytes},
    };
    bool started = false;

    line_start(frame);
    netdiag_text_blanks(&frame->text, COLUMN_NAME);
    netdiag_text_string(&frame->text, phrase(frame, NETDIAG_PHRASE_LIVE_UNCOUNTED));
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (parts[i].count == 0)
            continue;
        if (started)
            netdiag_text_string(&frame->text, phrase(frame, NETDIAG_PHRASE_AND));
        netdiag_text_number(&frame->text, parts[i].count);
        netdiag_text_char(&frame->text, ' ');
        netdiag_text_string(&frame->text, phrase(frame, parts[i].phrase));
        started = true;
    }
    line_end(frame);
}

static bool has_uncounted(const struct netdiag_tcp_live *live)
{
    return live->not_followed > 0 || live->ended_uncounted > 0 || live->without_bytes > 0;
}

static void print_bytes(struct frame *frame, size_t rows)
{
    const struct netdiag_live_hosts *hosts = &frame->view->live.hosts[NETDIAG_LIVE_BY_BYTES];
    size_t shown = least(rows, hosts->count);

    title_start(frame, NETDIAG_PHRASE_LIVE_MOST_BYTES, shown, hosts->count);
    put_right(frame, phrase(frame, NETDIAG_PHRASE_LIVE_IN), COLUMN_IN);
    put_right(frame, phrase(frame, NETDIAG_PHRASE_LIVE_OUT), COLUMN_OUT);
    put_right(frame, phrase(frame, NETDIAG_PHRASE_LIVE_CONNECTIONS), COLUMN_CONNECTIONS);
    line_end(frame);
    if (hosts->count == 0 && rows > 0)
        nothing(frame);
    for (size_t i = 0; i < shown; i++) {
        host_start(frame, &hosts->rows[i]);
        put_bytes(frame, hosts->rows[i].in_bytes, COLUMN_IN);
        put_bytes(frame, hosts->rows[i].out_bytes, COLUMN_OUT);
        put_number(frame, hosts->rows[i].connections, COLUMN_CONNECTIONS);
        line_end(frame);
    }
    if (has_uncounted(&frame->view->live))
        print_uncounted(frame);
}

static void print_connections(struct frame *frame, size_t rows)
{
    const struct netdiag_live_hosts *hosts = &frame->view->live.hosts[NETDIAG_LIVE_BY_CONNECTIONS];
    size_t shown = least(rows, hosts->count);

    title_start(frame, NETDIAG_PHRASE_LIVE_MOST_CONNECTIONS, shown, hosts->count);
    put_right(frame, phrase(frame, NETDIAG_PHRASE_LIVE_CONNECTIONS), COLUMN_IN);
    netdiag_text_blanks(&frame->text, COLUMN_STATE - COLUMN_IN);
    netdiag_text_string(&frame->text, phrase(frame, NETDIAG_PHRASE_LIVE_MAINLY));
    line_end(frame);
    if (hosts->count == 0 && rows > 0)
        nothing(frame);
    for (size_t i = 0; i < shown; i++) {
        enum netdiag_tcp_state state = netdiag_live_host_mainly(&hosts->rows[i]);

        host_start(frame, &hosts->rows[i]);
        put_number(frame, hosts->rows[i].connections, COLUMN_IN);
        netdiag_text_blanks(&frame->text, COLUMN_STATE - COLUMN_IN);
        netdiag_text_number(&frame->text, hosts->rows[i].count[state]);
        netdiag_text_char(&frame->text, ' ');
        netdiag_text_string(&frame->text, netdiag_tcp_state_name(state));
        line_end(frame);
    }
}

/* Those that had no place in the record count as one more, and come last. */
static size_t owner_rows(const struct netdiag_tcp_owners *owners)
{
    return owners->count + (owners->others.total > 0);
}

/* Begins a line with the name; returns what it has. */
static const struct netdiag_tcp_owned *owner_start(struct frame *frame, size_t row)
{
    const struct netdiag_tcp_owners *owners = &frame->view->live.owners;

    line_start(frame);
    netdiag_text_blanks(&frame->text, COLUMN_NAME);
    if (row < owners->count) {
        netdiag_text_owner(&frame->text, &owners->rows[row].owner);
        return &owners->rows[row];
    }
    netdiag_text_string(&frame->text, phrase(frame, NETDIAG_PHRASE_LIVE_OTHERS));
    return &owners->others;
}

/* Where the numbers of so many rows end: behind the longest name. */
static size_t owned_column(struct frame *frame, size_t rows)
{
    size_t column = COLUMN_OWNED;

    for (size_t i = 0; i < rows; i++) {
        const struct netdiag_tcp_owned *owned = owner_start(frame, i);
        size_t needed;

        put_number(frame, owned->total, 0);
        needed = netdiag_utf8_columns(frame->text.bytes, frame->text.length);
        column = needed > column ? needed : column;
    }
    return column;
}

static void print_owner(struct frame *frame, size_t row, size_t column)
{
    const struct netdiag_tcp_owned *owned = owner_start(frame, row);

    put_number(frame, owned->total, column);
    netdiag_text_blanks(&frame->text, COLUMN_GAP);
    netdiag_text_owned_states(&frame->text, owned->count);
    line_end(frame);
}

static void print_owners(struct frame *frame, size_t rows)
{
    const struct netdiag_tcp_owners *owners = &frame->view->live.owners;
    size_t shown = least(rows, owner_rows(owners));
    size_t column = owned_column(frame, shown);

    title_start(frame, NETDIAG_PHRASE_LIVE_OWNERS, shown, owner_rows(owners));
    put_right(frame, phrase(frame, NETDIAG_PHRASE_LIVE_CONNECTIONS), column);
    netdiag_text_blanks(&frame->text, COLUMN_GAP);
    netdiag_text_string(&frame->text, phrase(frame, NETDIAG_PHRASE_LIVE_STATES));
    line_end(frame);
    if (shown == 0 && rows > 0)
        nothing(frame);
    for (size_t i = 0; i < shown; i++)
        print_owner(frame, i, column);
}

static void put_line(void *ctx, const char *line)
{
    struct frame *frame = ctx;

    line_start(frame);
    netdiag_output_name(&frame->text, line, 0); /* names of programs are in it */
    line_end(frame);
}

static void count_line(void *ctx, const char *line)
{
    (void)line;
    ++*(size_t *)ctx;
}

static struct netdiag_text_sink sink_of(const struct frame *frame)
{
    return (struct netdiag_text_sink){
        .language = frame->output->language,
        .columns = frame->columns - 1,
    };
}

/* Lines of all findings. */
static size_t finding_lines(const struct frame *frame)
{
    struct netdiag_text_sink sink = sink_of(frame);
    size_t lines = 0;

    sink.line = count_line;
    sink.ctx = &lines;
    (void)netdiag_live_findings_text(&sink, frame->view, SIZE_MAX);
    return lines;
}

static void print_findings(struct frame *frame, size_t rows)
{
    size_t count = frame->view->diagnosis.count;
    struct netdiag_text_sink sink = sink_of(frame);

    if (!frame->view->has_findings)
        return;
    title_start(frame, NETDIAG_PHRASE_LIVE_FINDINGS, least(rows, count), count);
    line_end(frame);
    sink.line = put_line;
    sink.ctx = frame;
    if (count == 0 && rows > 0)
        nothing(frame);
    else
        (void)netdiag_live_findings_text(&sink, frame->view, rows);
}

/* ---- shares of the rows ---- */

/* A row for each in turn, until all have what they want or nothing is left. */
static void share(size_t left, const size_t want[SECTIONS], size_t got[SECTIONS])
{
    bool given = true;

    memset(got, 0, SECTIONS * sizeof got[0]);
    while (left > 0 && given) {
        given = false;
        for (unsigned i = 0; i < SECTIONS && left > 0; i++) {
            if (got[i] == want[i])
                continue;
            got[i]++;
            left--;
            given = true;
        }
    }
}

static size_t at_least_one(size_t count)
{
    return count > 0 ? count : 1; /* which says that there is nothing */
}

static void share_rows(const struct frame *frame, bool is_roomy, size_t got[SECTIONS])
{
    const struct netdiag_live_view *view = frame->view;
    const struct netdiag_tcp_live *live = &view->live;
    const size_t want[SECTIONS] = {
        [SECTION_FINDINGS] = view->has_findings ? at_least_one(finding_lines(frame)) : 0,
        [SECTION_BYTES] = at_least_one(live->hosts[NETDIAG_LIVE_BY_BYTES].count),
        [SECTION_CONNECTIONS] = at_least_one(live->hosts[NETDIAG_LIVE_BY_CONNECTIONS].count),
        [SECTION_OWNERS] = at_least_one(owner_rows(&live->owners)),
    };
    size_t tables = view->has_findings ? SECTIONS : SECTIONS - 1;
    size_t used = frame->lines + tables + (is_roomy ? tables : 0) + has_uncounted(live) + 1;

    if (view->rows == 0)
        memcpy(got, want, sizeof want);
    else
        share(view->rows > used ? view->rows - used : 0, want, got);
}

void netdiag_text_tcp_live(struct netdiag_output *output, const struct netdiag_head *head,
                           const struct netdiag_live_view *view)
{
    static void (*const print[])(struct frame * frame, size_t rows) = {
        [SECTION_FINDINGS] = print_findings,
        [SECTION_BYTES] = print_bytes,
        [SECTION_CONNECTIONS] = print_connections,
        [SECTION_OWNERS] = print_owners,
    };
    static const enum section order[] = {SECTION_BYTES, SECTION_CONNECTIONS, SECTION_OWNERS,
                                         SECTION_FINDINGS};
    bool is_roomy = view->rows >= ROOMY_ROWS;
    struct frame frame = {.output = output, .view = view, .columns = view->columns};
    size_t rows[SECTIONS];

    if (frame.columns == 0)
        frame.columns = BLOCK_COLUMNS;
    if (view->rows == 0 && view->index > 0)
        blank_line(&frame);
    print_head(&frame, head);
    print_rates(&frame);
    print_states(&frame);
    print_pool(&frame);
    share_rows(&frame, is_roomy, rows);
    for (unsigned i = 0; i < SECTIONS; i++) {
        if (is_roomy && (order[i] != SECTION_FINDINGS || view->has_findings))
            blank_line(&frame);
        print[order[i]](&frame, rows[order[i]]);
    }
}
