/*
 * The past of TCP as text: a graph for each metric, in plain characters, of 79 columns at most.
 *
 * A graph is ten rows high. Its scale begins at 0, and the step from row to row is a round number.
 * Under a bucket of which nothing is known the axis has a gap, so that 0 and unknown differ. Every
 * line is indented, and none has a character in it that ends a prompt.
 */
#include "cli/render.h"

#include <string.h>

#include "cli/paragraph.h"
#include "cli/text_parts.h"
#include "cli/utf8.h"
#include "stats/tcp_series_summary.h"

#define INDENT       1
#define ROWS         10
#define LABEL        5                    /* columns of a label of the scale */
#define GRAPH        (INDENT + LABEL + 1) /* where the bars begin */
#define TICK         10                   /* buckets from one label of time to the next */
#define NUMBER_BYTES 24                   /* of any number's text */

static void print_line(void *ctx, const char *line)
{
    netdiag_output_line(ctx, line);
}

static const char *phrase(const struct netdiag_output *output, enum netdiag_phrase which)
{
    return netdiag_catalogue(output->language)->phrases[which];
}

/* ---- numbers ---- */

/* The units that large numbers are written in. */
static const struct {
    uint64_t size;
    char letter;
} units[] = {{1000000000, 'G'}, {1000000, 'M'}, {1000, 'k'}};

/* Of one that is as large as the least of them. */
static size_t find_unit(uint64_t number)
{
    size_t unit = 0;

    while (number < units[unit].size)
        unit++;
    return unit;
}

/* Its first three digits with a unit; up to five digits as it is. */
static void put_number(struct netdiag_text *text, uint64_t number)
{
    uint64_t whole;
    size_t unit;

    if (number < 100000) {
        netdiag_text_number(text, number);
        return;
    }
    unit = find_unit(number);
    whole = number / units[unit].size;
    if (whole >= 100)
        netdiag_text_number(text, whole);
    else if (whole >= 10)
        netdiag_text_fixed(text, number / (units[unit].size / 10), 1);
    else
        netdiag_text_fixed(text, number / (units[unit].size / 100), 2);
    netdiag_text_char(text, units[unit].letter);
}

static void put_tenths(struct netdiag_text *text, uint64_t tenths)
{
    if (tenths < 100000)
        netdiag_text_fixed(text, tenths, 1);
    else
        put_number(text, tenths / 10);
}

/*
 * One to ten steps of a scale. That has three digits before its zeros at most, and so is exact with
 * a unit in LABEL columns.
 */
static void put_label(struct netdiag_text *text, uint64_t number)
{
    unsigned decimals = 0;
    uint64_t last;
    size_t unit;

    if (number < 10000) {
        netdiag_text_number(text, number);
        return;
    }
    unit = find_unit(number);
    for (last = units[unit].size; number % last > 0; last /= 10)
        decimals++;
    if (decimals > 0)
        netdiag_text_fixed(text, number / last, decimals);
    else
        netdiag_text_number(text, number / last);
    netdiag_text_char(text, units[unit].letter);
}

/* ---- the head ---- */

static struct netdiag_evidence text_fact(const char *key, const char *text)
{
    return (struct netdiag_evidence){.key = key, .kind = NETDIAG_EVIDENCE_TEXT, .text = text};
}

static struct netdiag_evidence number_fact(const char *key, uint64_t number)
{
    return (struct netdiag_evidence){.key = key, .kind = NETDIAG_EVIDENCE_COUNT, .number = number};
}

/* Prints a template. Its facts are texts and counts, which need no other text. */
static void print_pattern(struct netdiag_output *output, const char *pattern, size_t column,
                          const struct netdiag_evidence *rows, size_t count)
{
    const struct netdiag_text_sink sink = {
        .line = print_line, .ctx = output, .language = output->language};
    const struct netdiag_facts facts = {.rows = rows, .count = count, .texts = NULL};
    char bytes[NETDIAG_SENTENCE_SIZE];
    struct netdiag_text text;

    netdiag_text_start(&text, bytes, sizeof bytes);
    (void)netdiag_template_put(&text, pattern, &facts);
    netdiag_sink_paragraph(&sink, column, "", column, bytes);
}

static const char *unit_of(const struct netdiag_output *output, uint32_t bucket_s)
{
    if (bucket_s == 1)
        return phrase(output, NETDIAG_PHRASE_SECOND);
    return phrase(output, bucket_s == 60 ? NETDIAG_PHRASE_MINUTE : NETDIAG_PHRASE_HOUR);
}

static void print_head(struct netdiag_output *output, const struct netdiag_tcp_graph *graph,
                       const struct netdiag_tcp_series_summary *summary)
{
    const struct netdiag_tcp_span_info *span = &netdiag_tcp_span_infos[graph->series.span];
    char now[NUMBER_BYTES] = "-", average[NUMBER_BYTES] = "-", peak[NUMBER_BYTES] = "-";
    struct netdiag_text text;

    if (graph->has_now) {
        netdiag_text_start(&text, now, sizeof now);
        put_number(&text, graph->now);
    }
    if (summary->known) {
        netdiag_text_start(&text, average, sizeof average);
        put_tenths(&text, summary->average_tenths);
        netdiag_text_start(&text, peak, sizeof peak);
        put_number(&text, summary->peak);
    }
    print_pattern(output, phrase(output, NETDIAG_PHRASE_HISTORY), INDENT,
                  (const struct netdiag_evidence[]){
                      text_fact("metric", netdiag_tcp_metric_infos[graph->series.metric].word),
                      number_fact("count", span->buckets),
                      text_fact("unit", unit_of(output, span->bucket_s)),
                      text_fact("now", now),
                      text_fact("average", average),
                      text_fact("peak", peak),
                      number_fact("ago", summary->peak_ago),
                  },
                  7);
}

/* ---- the graph ---- */

/*
 * The least of the round numbers by which ten steps hold the peak. They lie so close that it stands
 * in the upper quarter of the graph; steps below ten are whole numbers, and lie further apart.
 */
static uint64_t step_of(uint32_t peak)
{
    static const uint64_t tenths[] = {10, 12, 15, 20, 25, 30, 40, 50, 60, 80};
    uint64_t power = 1;

    for (;; power *= 10) {
        for (size_t i = 0; i < sizeof tenths / sizeof tenths[0]; i++) {
            uint64_t step = tenths[i] * power / 10; /* cut, 1.2 is the 1 before it */

            if (step * ROWS >= peak)
                return step;
        }
    }
}

/*
 * What a bucket has in a row, from 1 at the bottom. It is of the average if that fills the row to
 * its middle, or as far as the peak does: where both are one no row is the peak's alone.
 */
static char mark_of(const struct netdiag_tcp_bucket *bucket, uint64_t step, unsigned row)
{
    uint64_t middle = (2 * row - 1) * step, peak = 2 * (uint64_t)bucket->peak; /* both twice */

    if (bucket->seconds == 0 || bucket->peak <= (row - 1) * step)
        return ' ';
    return 2 * bucket->sum >= bucket->seconds * (middle < peak ? middle : peak) ? '|' : '*';
}

/* A line: the number on its left, and a character for each bucket, less the blanks at its end. */
static void print_row(struct netdiag_output *output, uint64_t number, const char *marks,
                      size_t count)
{
    char line[GRAPH + NETDIAG_TCP_SERIES_MOST + 1], label[NUMBER_BYTES];
    struct netdiag_text text, scale;

    netdiag_text_start(&scale, label, sizeof label);
    put_label(&scale, number);
    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_blanks(&text, INDENT + LABEL - scale.length);
    netdiag_text_string(&text, label);
    while (count > 0 && marks[count - 1] == ' ')
        count--;
    if (count > 0)
        netdiag_text_char(&text, ' ');
    netdiag_text_bytes(&text, marks, count);
    netdiag_output_line(output, line);
}

static void print_rows(struct netdiag_output *output, const struct netdiag_tcp_series *series,
                       uint64_t step)
{
    char marks[NETDIAG_TCP_SERIES_MOST];

    for (unsigned row = ROWS; row > 0; row--) {
        for (uint32_t i = 0; i < series->count; i++)
            marks[i] = mark_of(&series->buckets[i], step, row);
        print_row(output, row * step, marks, series->count);
    }
}

static void print_axis(struct netdiag_output *output, const struct netdiag_tcp_series *series)
{
    char marks[NETDIAG_TCP_SERIES_MOST];

    for (uint32_t i = 0; i < series->count; i++) {
        bool is_tick = (series->count - 1 - i) % TICK == 0;

        marks[i] = series->buckets[i].seconds == 0 ? ' ' : is_tick ? '+' : '-';
    }
    print_row(output, 0, marks, series->count);
}

/* How many buckets ago it was, each label so that it ends below its tick. */
static void print_times(struct netdiag_output *output, uint32_t count)
{
    const char *now = phrase(output, NETDIAG_PHRASE_NOW);
    char line[4 * (GRAPH + NETDIAG_TCP_SERIES_MOST)];
    size_t end = GRAPH + count, now_columns = netdiag_utf8_columns(now, strlen(now));
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    for (uint32_t ago = count / TICK * TICK; ago > 0; ago -= TICK) {
        netdiag_text_go_to(&text, end - ago - strlen("-10"), 0);
        netdiag_text_char(&text, '-');
        netdiag_text_number(&text, ago);
    }
    netdiag_text_go_to(&text, end - now_columns, 0);
    netdiag_text_string(&text, now);
    netdiag_output_line(output, line);
}

static enum netdiag_phrase legend_of(uint32_t bucket_s)
{
    if (bucket_s == 1)
        return NETDIAG_PHRASE_HISTORY_SECONDS;
    return bucket_s == 60 ? NETDIAG_PHRASE_HISTORY_MINUTES : NETDIAG_PHRASE_HISTORY_HOURS;
}

/* What the metric is, of how many, and where a bucket is more than a second what its marks are. */
static void print_legend(struct netdiag_output *output, const struct netdiag_tcp_graph *graph)
{
    const struct netdiag_label *metrics = netdiag_catalogue(output->language)->metrics;
    const struct netdiag_tcp_series *series = &graph->series;
    const char *text = netdiag_label_text(metrics, netdiag_tcp_metric_infos[series->metric].key);
    uint32_t bucket_s = netdiag_tcp_span_infos[series->span].bucket_s;

    print_pattern(output, phrase(output, legend_of(bucket_s)), GRAPH,
                  (const struct netdiag_evidence[]){
                      text_fact("text", text),
                      number_fact("capacity", graph->capacity),
                  },
                  2);
}

static void say_failed(struct netdiag_output *output, const struct netdiag_tcp_graph *graph)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "% history of ");
    netdiag_text_string(&text, netdiag_tcp_metric_infos[graph->series.metric].word);
    netdiag_text_string(&text, " not available: ");
    netdiag_text_string(&text, netdiag_error_text(graph->error));
    netdiag_output_error(output, line);
}

void netdiag_text_history(struct netdiag_output *output, const struct netdiag_tcp_graph *graph)
{
    const struct netdiag_tcp_series *series = &graph->series;
    struct netdiag_tcp_series_summary summary;

    if (!graph->recorded)
        return; /* the begin says so */
    if (graph->error != NETDIAG_OK) {
        say_failed(output, graph);
        return;
    }
    if (graph->index > 0)
        netdiag_output_line(output, "");
    netdiag_tcp_series_summarize(series, &summary);
    print_head(output, graph, &summary);
    if (!summary.known) {
        print_pattern(output, phrase(output, NETDIAG_PHRASE_HISTORY_UNKNOWN), GRAPH, NULL, 0);
        return;
    }
    print_rows(output, series, step_of(summary.peak));
    print_axis(output, series);
    print_times(output, series->count);
    print_legend(output, graph);
}

void netdiag_text_history_begin(struct netdiag_output *output, bool recorded)
{
    if (!recorded)
        print_pattern(output, phrase(output, NETDIAG_PHRASE_HISTORY_UNWATCHED), INDENT, NULL, 0);
}

void netdiag_text_history_span(struct netdiag_output *output, enum netdiag_tcp_span span)
{
    (void)output, (void)span; /* each head says it */
}

void netdiag_text_history_span_end(struct netdiag_output *output)
{
    (void)output;
}

void netdiag_text_history_end(struct netdiag_output *output)
{
    (void)output;
}
