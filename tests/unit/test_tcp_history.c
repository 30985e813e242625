/*
 * `show tcp history`: its graphs and its JSON of programmed series, and its words on the fake
 * platform.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <libcli.h>

#include "cli/arguments.h"
#include "cli/catalogue.h"
#include "cli/utf8.h"
#include "stats/abbreviation.h"
#include "stats/tcp_series_summary.h"
#include "tests/unit/fake_platform.h"
#include "tests/unit/golden.h"

#define HISTORY_COLUMNS 79
#define GRAPH_COLUMN    7
#define GRAPH_ROWS      10

/* ---- a command that shows programmed series as the real one shows recorded ones ---- */

static struct {
    enum netdiag_language language;
    bool recorded;
    enum netdiag_tcp_span span;
    size_t count;
    struct netdiag_tcp_graph graphs[16];
} played;

static enum netdiag_status play(struct netdiag_call *call)
{
    call->output.language = played.language;
    netdiag_call_begin(call);
    call->renderer->history_begin(&call->output, played.recorded);
    call->renderer->history_span(&call->output, played.span);
    for (size_t i = 0; i < played.count; i++) {
        played.graphs[i].index = i;
        played.graphs[i].recorded = played.recorded;
        call->renderer->history(&call->output, &played.graphs[i]);
    }
    call->renderer->history_span_end(&call->output);
    call->renderer->history_end(&call->output);
    netdiag_call_end(call);
    return NETDIAG_STATUS_OK;
}

static const struct netdiag_argument of_play[] = {
    NETDIAG_ARGUMENT_JSON,
    {.name = NULL},
};

static const struct netdiag_command commands[] = {
    {.path = "play",
     .title = "show tcp history",
     .help = "Programmed series",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .arguments = of_play,
     .run = play},
    {.path = NULL},
};

static enum netdiag_tcp_metric metric_of(const char *word)
{
    enum netdiag_tcp_metric metric;

    if (!netdiag_tcp_metric_parse(word, &metric))
        skip(); /* left out by Kconfig */
    return metric;
}

static enum netdiag_tcp_span span_of(const char *word)
{
    enum netdiag_tcp_span span;

    if (!netdiag_tcp_span_parse(word, &span))
        skip();
    return span;
}

static bool has_language(enum netdiag_language language)
{
    const struct netdiag_catalogue *catalogue = netdiag_catalogue(language);

    return catalogue != NULL && catalogue->metrics != NULL;
}

/* Another graph: a metric over a span, of which nothing is known. */
static struct netdiag_tcp_graph *graph(const char *metric, const char *span)
{
    struct netdiag_tcp_graph *next = &played.graphs[played.count];

    played.span = span_of(span);
    memset(next, 0, sizeof *next);
    next->series.metric = metric_of(metric);
    next->series.span = played.span;
    next->series.now_ms = UINT64_C(93784005); /* 1 d 2 h 3 min 4 s */
    next->series.count = netdiag_tcp_span_infos[played.span].buckets;
    played.count++;
    return next;
}

static void set(struct netdiag_tcp_graph *one, uint32_t bucket, uint32_t seconds, uint32_t peak,
                uint64_t sum)
{
    one->series.buckets[bucket] =
        (struct netdiag_tcp_bucket){.seconds = seconds, .peak = peak, .sum = sum};
}

/* Each bucket has one value, all of its seconds. */
static void set_all(struct netdiag_tcp_graph *one, uint32_t value)
{
    uint32_t seconds = netdiag_tcp_span_infos[one->series.span].bucket_s;

    for (uint32_t i = 0; i < one->series.count; i++)
        set(one, i, seconds, value, (uint64_t)seconds * value);
    one->has_now = true;
    one->now = value;
}

static void assert_played(const char *name)
{
    char file[64];

    snprintf(file, sizeof file, "tcp_history_%s.txt", name);
    assert_line_golden("play", file);
    snprintf(file, sizeof file, "tcp_history_%s.json", name);
    assert_line_golden("play json", file);
}

static int setup(void **state)
{
    (void)state;
    fake_reset();
    memset(&played, 0, sizeof played);
    played.recorded = true;
    return 0;
}

/* ---- golden graphs ---- */

static void history_of_nothing_recorded_says_why(void **state)
{
    (void)state;
    played.recorded = false;
    graph("established", "60min");
    graph("resets", "60min");
    assert_played("unwatched");
}

static void history_of_an_unknown_time_says_so(void **state)
{
    (void)state;
    graph("established", "60s");
    assert_played("unknown");
}

static void history_of_one_sample_has_one_column(void **state)
{
    struct netdiag_tcp_graph *one;

    (void)state;
    one = graph("established", "60s");
    set(one, 59, 1, 3, 3);
    one->has_now = true;
    one->now = 3;
    assert_played("one");
}

static void history_of_one_value_is_all_average(void **state)
{
    (void)state;
    set_all(graph("established", "60min"), 30);
    assert_played("flat");
}

/* Of one second in a minute, and of a minute: the peak is told from the average. */
static void history_of_a_spike_has_peak_and_average_apart(void **state)
{
    struct netdiag_tcp_graph *one;

    (void)state;
    one = graph("syn-received", "60min");
    set_all(one, 2);
    set(one, 20, 60, 47, 2 * 59 + 47);
    set(one, 40, 60, 47, 47 * 30 + 2 * 30);
    set(one, 47, 60, 35, 35 * 60);
    assert_played("spike");
}

/* The ring went round: every bucket is known, and no two are equal. */
static void history_of_a_full_ring_is_oldest_first(void **state)
{
    struct netdiag_tcp_graph *one;

    (void)state;
    one = graph("time-wait", "72h");
    set_all(one, 0);
    for (uint32_t i = 0; i < one->series.count; i++)
        set(one, i, 3600, 2 * i + 10, (uint64_t)3600 * (i + 5));
    set(one, one->series.count - 1, 184, 160, 184 * 100); /* this hour is not over */
    one->now = 99;
    assert_played("full");
}

static void history_of_zeros_has_a_scale_of_one(void **state)
{
    (void)state;
    set_all(graph("close-wait", "60s"), 0);
    assert_played("zeros");
}

/* What is unknown has no axis, 0 has one. */
static void history_with_a_gap_differs_from_zeros(void **state)
{
    struct netdiag_tcp_graph *one;

    (void)state;
    one = graph("pool", "60min");
    one->capacity = 256;
    set_all(one, 12);
    for (uint32_t i = 15; i < 25; i++)
        set(one, i, 0, 0, 0);
    for (uint32_t i = 35; i < 45; i++)
        set(one, i, 60, 0, 0);
    set(one, 59, 0, 0, 0); /* and what is now is not known yet */
    one->has_now = false;
    assert_played("gap");
}

static void history_of_a_slow_rate_shows_each_that_came(void **state)
{
    struct netdiag_tcp_graph *one;

    (void)state;
    one = graph("retransmits", "60min");
    set_all(one, 0);
    for (uint32_t i = 0; i < 60; i += 7)
        set(one, i, 60, 1, 1 + i / 14);
    assert_played("slow_rate");
}

static void history_of_large_numbers_fits(void **state)
{
    struct netdiag_tcp_graph *one;

    (void)state;
    one = graph("segments-out", "72h");
    for (uint32_t i = 0; i < one->series.count; i++)
        set(one, i, 3600, UINT32_MAX - i * 50000000, UINT64_C(3600) * (3000000000U - i * 40000000));
    one->has_now = true;
    one->now = UINT32_MAX;
    assert_played("large");
    played.count = 0;
    one = graph("segments-in", "60min");
    set_all(one, 99999);
    set(one, 3, 60, 123456, UINT64_C(60) * 120000);
    assert_played("thousands");
}

static void history_of_all_metrics_has_a_graph_for_each(void **state)
{
    (void)state;
    span_of("60s");
    for (unsigned i = 0; i < NETDIAG_TCP_METRICS; i++) {
        struct netdiag_tcp_graph *one = graph(netdiag_tcp_metric_infos[i].word, "60s");

        for (uint32_t j = 30; j < 60; j++)
            set(one, j, 1, (i + 1) * (j - 29), (i + 1) * (j - 29));
        one->has_now = true;
        one->now = (i + 1) * 30;
        one->capacity = strcmp(netdiag_tcp_metric_infos[i].word, "pool") == 0 ? 256 : 0;
    }
    if (played.count != 9)
        skip();
    assert_played("all");
}

static void history_that_is_not_read_says_why(void **state)
{
    struct netdiag_tcp_graph *one;
    const struct run *run;

    (void)state;
    set_all(graph("established", "60s"), 5);
    one = graph("resets", "60s");
    one->error = NETDIAG_ERROR_BUSY;
    one->series.count = 0;
    set_all(graph("pool", "60s"), 5);
    run = run_lines("play");
    assert_string_equal(run->err,
                        "% history of resets not available: it is in use now; try again\n");
    assert_golden("tcp_history_failed.txt", run->out, run->out_size);
    assert_line_golden("play json", "tcp_history_failed.json");
}

/* ---- the words of the command ---- */

/* The device is looked at for three seconds. */
static int setup_watched(void **state)
{
    setup(state);
    for (unsigned i = 0; i < 3; i++) {
        netdiag_watch(&fake.diag);
        fake.time.uptime_ms += 1000;
    }
    netdiag_watch(&fake.diag);
    return 0;
}

static bool has_all(void)
{
    return NETDIAG_TCP_METRICS == 9 && NETDIAG_TCP_SPANS == 3;
}

static void history_metric_is_known_by_each_of_its_names(void **state)
{
    (void)state;
    if (!has_all())
        skip();
    assert_same_output("show tcp history syn-received json", "show tcp history SYNRECEIVED json");
    assert_same_output("show tcp history syn-received json", "show tcp history json synr");
    assert_same_output("show tcp history segments-in", "show tcp history inSegs");
    assert_same_output("show tcp history segments-in", "show tcp history segments-i");
    assert_same_output("show tcp history pool 72h", "sh tcp hist 7 poolu");
    assert_same_output("show tcp history retransmits 60min", "sh tc h 60MIN retransseg");
}

static void history_word_that_is_none_gets_a_caret(void **state)
{
    (void)state;
    if (!has_all())
        skip();
    assert_caret("show tcp history seg", 17); /* two begin so */
    assert_caret("show tcp history 6", 17);
    assert_caret("show tcp history re", 17);
    assert_caret("show tcp history -", 17);
    assert_caret("show tcp history listen", 17);
    assert_caret("show tcp history 60min 72h", 23);
    assert_caret("show tcp history pool resets", 22);
}

/* What TAB and '?' offer of a beginning. */
static void assert_offered(int (*complete)(struct cli_def *, const char *, const char *,
                                           struct cli_comphelp *),
                           const char *word, const char *expected)
{
    struct cli_comphelp offered = {.num_entries = 0};
    char got[200] = "";

    assert_int_equal(complete(NULL, "", word, &offered), CLI_OK);
    for (int i = 0; i < offered.num_entries; i++) {
        strcat(got, offered.entries[i]);
        strcat(got, " ");
    }
    cli_free_comphelp(&offered);
    assert_string_equal(got, expected);
}

static void history_words_are_offered(void **state)
{
    (void)state;
    if (!has_all())
        skip();
    assert_offered(netdiag_complete_tcp_span, NULL, "60s 60min 72h ");
    assert_offered(netdiag_complete_tcp_span, "60", "60s 60min ");
    assert_offered(netdiag_complete_tcp_span, "e", "");
    assert_offered(netdiag_complete_tcp_metric, NULL,
                   "established syn-received time-wait close-wait pool segments-in segments-out "
                   "retransmits resets ");
    assert_offered(netdiag_complete_tcp_metric, "SEG", "segments-in segments-out ");
    assert_offered(netdiag_complete_tcp_metric, "retransS", "retransSegs ");
    assert_offered(netdiag_complete_tcp_metric, "inS", "inSegs ");
    assert_offered(netdiag_complete_tcp_metric, "6", "");
}

static size_t count_of(const char *text, const char *word)
{
    size_t count = 0;

    for (; (text = strstr(text, word)) != NULL; text++)
        count++;
    return count;
}

static void history_without_words_is_all_of_the_shortest_span(void **state)
{
    (void)state;
    if (!has_all())
        skip();
    assert_same_output("show tcp history", "show tcp history 60s");
    assert_int_equal(count_of(run_lines("show tcp history")->out, ", last 60 s: now"), 9);
    assert_int_equal(count_of(run_lines("show tcp history 72h")->out, ", last 72 h: now"), 9);
    assert_int_equal(count_of(run_lines("show tcp history resets")->out, ", last "), 3);
    assert_int_equal(count_of(run_lines("show tcp history resets 60min")->out, ", last "), 1);
    assert_int_equal(count_of(run_lines("show tcp history resets json")->out, "{\"span\":"), 3);
    assert_int_equal(count_of(run_lines("show tcp history json")->out, "\"endMs\":"), 9);
}

/* What is now is the last second's, in each span; the last minute's where no span has seconds. */
static void history_has_what_was_looked_at(void **state)
{
    unsigned long before = (unsigned long)fake.states.count[NETDIAG_TCP_ESTABLISHED];
    const char *out;
    char peak[32];

    (void)state;
    metric_of("established");
    span_of("60s"); /* what is now is known by it */
    fake.states.count[NETDIAG_TCP_ESTABLISHED] = 7;
    fake.time.uptime_ms += 1000;
    netdiag_watch(&fake.diag);
    snprintf(peak, sizeof peak, "\"peak\":%lu,", before);
    out = run_lines("show tcp history established json")->out;
    if (netdiag_tcp_span_infos[0].bucket_s == 1)
        assert_int_equal(count_of(out, "\"now\":7,"), NETDIAG_TCP_SPANS);
    assert_int_equal(count_of(out, peak), NETDIAG_TCP_SPANS);
}

static void history_of_the_pool_says_its_size(void **state)
{
    const char *out;

    (void)state;
    metric_of("pool");
    fake.pool.capacity = 300;
    out = run_lines("show tcp history pool")->out;
    assert_int_equal(count_of(out, "PCBs in use, of 300"), NETDIAG_TCP_SPANS);
    assert_int_equal(count_of(run_lines("show tcp history json")->out, "\"capacity\":300,"), 1);
    fake.pool_error = NETDIAG_ERROR_DOWN;
    assert_int_equal(count_of(run_lines("show tcp history pool")->out, ", of "), 0);
    assert_null(strstr(run_lines("show tcp history pool json")->out, "\"capacity\":3"));
}

static void history_of_a_device_that_is_not_watched_says_so(void **state)
{
    const struct run *run = run_lines("show tcp history");

    (void)state;
    assert_golden("tcp_history_unwatched.txt", run->out, run->out_size);
    assert_non_null(strstr(run_lines("show tcp history json")->out, "\"recorded\":false"));
}

/* An hour in which connections come and go again. */
static void history_in_chinese_is_as_in_the_transcript(void **state)
{
    const struct run *run;

    (void)state;
    metric_of("established");
    span_of("60s");
    span_of("60min");
    if (!has_language(NETDIAG_LANGUAGE_CHINESE))
        skip();
    fake.time.uptime_ms = 10000;
    for (unsigned second = 10; second < 4000; second++) {
        unsigned wave = second / 2 % 1000;

        fake.states.count[NETDIAG_TCP_ESTABLISHED] =
            (wave < 500 ? wave : 1000 - wave) / 4 + (second % 600 == 0 ? 40 : 0);
        netdiag_watch(&fake.diag);
        fake.time.uptime_ms += 1000;
    }
    run = run_lines("terminal language zh\nshow tcp history 60min established\n");
    assert_string_equal(run->err, "");
    assert_golden("tcp_history_zh.txt", run->out, run->out_size);
}

static void history_without_a_clock_is_refused(void **state)
{
    (void)state;
    fake.time_error = NETDIAG_ERROR_BUSY;
    assert_refused("show tcp history",
                   "% show tcp history not available: it is in use now; try again\n", 1);
}

static void output_has_no_words_that_fail_a_client(void **state)
{
    (void)state;
    assert_no_client_fails("show tcp history\nshow tcp history json\n");
}

/* ---- what holds of every graph ---- */

/* The same numbers each time. */
static uint32_t draw(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8;
}

static void fill(struct netdiag_tcp_graph *one, uint32_t *seed)
{
    static const uint32_t most[] = {1, 9, 10, 99, 12345, 9999999, UINT32_MAX};
    uint32_t bucket_s = netdiag_tcp_span_infos[one->series.span].bucket_s;
    uint32_t bound = most[draw(seed) % (sizeof most / sizeof most[0])];
    uint32_t known = draw(seed) % 5;

    for (uint32_t i = 0; i < one->series.count; i++) {
        uint32_t seconds = bucket_s > 1 ? 1 + draw(seed) % bucket_s : 1;
        uint32_t peak = (uint32_t)((uint64_t)draw(seed) * bound >> 24);
        uint64_t least = peak, range = (uint64_t)peak * (seconds - 1);

        if (draw(seed) % 4 > known)
            continue; /* unknown */
        set(one, i, seconds, peak, least + (range > 0 ? draw(seed) % (range + 1) : 0));
    }
    one->now = bound;
    one->has_now = known > 0;
}

static void check_line(const char *line)
{
    assert_true(netdiag_utf8_columns(line, strlen(line)) <= HISTORY_COLUMNS);
    assert_true(*line == '\0' || (*line == ' ' && line[strlen(line) - 1] != ' '));
    assert_null(strpbrk(line, "#>$"));
}

static char at(const char *line, size_t column)
{
    return column < strlen(line) ? line[column] : ' ';
}

/* Each column has a mark where its peak is not 0, and no gap below one; unknown ones have none. */
static void check_columns(const struct netdiag_tcp_series *series, char *const *rows)
{
    for (uint32_t i = 0; i < series->count; i++) {
        const struct netdiag_tcp_bucket *bucket = &series->buckets[i];
        size_t column = GRAPH_COLUMN + i;
        char below = '|';

        assert_true((at(rows[GRAPH_ROWS], column) != ' ') == (bucket->seconds > 0));
        assert_true((at(rows[GRAPH_ROWS - 1], column) != ' ') ==
                    (bucket->seconds > 0 && bucket->peak > 0));
        for (size_t row = GRAPH_ROWS; row-- > 0;) {
            char mark = at(rows[row], column);

            assert_non_null(strchr("|* ", mark));
            assert_true(below == '|' || (below == '*' && mark != '|') || mark == ' ');
            if (bucket->sum == (uint64_t)bucket->seconds * bucket->peak)
                assert_true(mark != '*'); /* all of it is average */
            below = mark;
        }
    }
}

/* What the label of a row says: "950", "1.08M". */
static uint64_t label_at(const char *line)
{
    uint64_t number = 0, size = 1;
    unsigned decimals = 0;
    bool has_point = false;

    assert_true(strlen(line) >= GRAPH_COLUMN - 1);
    for (size_t i = strspn(line, " "); i < GRAPH_COLUMN - 1; i++) {
        const char *unit = strchr("kMG", line[i]);

        if (line[i] == '.') {
            has_point = true;
        } else if (unit != NULL) {
            size = line[i] == 'k' ? 1000 : line[i] == 'M' ? 1000000 : 1000000000;
        } else {
            assert_in_range(line[i], '0', '9');
            number = number * 10 + (uint64_t)(line[i] - '0');
            decimals += has_point;
        }
    }
    for (; decimals > 0; decimals--)
        size /= 10;
    return number * size;
}

/* Labels are exact, two digits and zeros a step, and the peak is not far from the top. */
static void check_scale(char *const *rows, uint32_t peak)
{
    uint64_t step = label_at(rows[GRAPH_ROWS - 1]), top = GRAPH_ROWS * step, digits = step;

    for (unsigned i = 0; i <= GRAPH_ROWS; i++)
        assert_int_equal(label_at(rows[i]), (GRAPH_ROWS - i) * step);
    assert_true(top >= peak);
    assert_true(step < 10 || 4 * (uint64_t)peak > 3 * top);
    assert_true(step == 1 || 2 * (uint64_t)peak > top);
    while (digits % 10 == 0)
        digits /= 10;
    assert_true(digits < 10 || digits == 12 || digits == 15 || digits == 25);
}

static void check_graph(const struct netdiag_tcp_graph *one, char *text)
{
    struct netdiag_tcp_series_summary summary;
    char *lines[32], *save = NULL;
    size_t count = 0;

    for (char *line = strtok_r(text, "\n", &save); line != NULL;
         line = strtok_r(NULL, "\n", &save)) {
        check_line(line);
        assert_true(count < 32);
        lines[count++] = line;
    }
    netdiag_tcp_series_summarize(&one->series, &summary);
    if (!summary.known) {
        assert_int_equal(count, 2);
        return;
    }
    assert_true(count >= 1 + GRAPH_ROWS + 3);
    check_columns(&one->series, lines + 1);
    check_scale(lines + 1, summary.peak);
    assert_int_equal(netdiag_utf8_columns(lines[GRAPH_ROWS + 2], strlen(lines[GRAPH_ROWS + 2])),
                     GRAPH_COLUMN + one->series.count); /* "now" is below the last bucket */
}

static void history_of_anything_keeps_its_bounds(void **state)
{
    uint32_t seed = 1;

    (void)state;
    for (unsigned run = 0; run < 400; run++) {
        const char *metric = netdiag_tcp_metric_infos[draw(&seed) % NETDIAG_TCP_METRICS].word;
        const char *span = netdiag_tcp_span_infos[draw(&seed) % NETDIAG_TCP_SPANS].word;
        struct netdiag_tcp_graph *one;

        played.language = (enum netdiag_language)(draw(&seed) % NETDIAG_LANGUAGES);
        if (!has_language(played.language))
            played.language = NETDIAG_LANGUAGE_ENGLISH;
        played.count = 0;
        one = graph(metric, span);
        fill(one, &seed);
        check_graph(one, run_lines("play")->out);
    }
}

/* Each step of the scale and what is next to it. */
static void history_scale_is_round_and_close_to_the_peak(void **state)
{
    static const uint32_t steps[] = {10, 12, 15, 20, 25, 30, 40, 50, 60, 80};
    struct netdiag_tcp_graph *one;

    (void)state;
    one = graph("established", "60s");
    for (uint64_t power = 1; power <= 100000000; power *= 10) {
        for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
            for (uint64_t peak = steps[i] * power - 1; peak <= steps[i] * power + 1; peak++) {
                if (peak > UINT32_MAX)
                    continue;
                set(one, 3, 1, (uint32_t)peak, peak);
                check_graph(one, run_lines("play")->out);
            }
        }
    }
}

/* ---- numbers ---- */

static void summary_is_of_what_is_known(void **state)
{
    struct netdiag_tcp_series_summary summary;
    struct netdiag_tcp_graph *one;
    uint32_t last = 0;

    (void)state;
    one = graph("established", "60min");
    netdiag_tcp_series_summarize(&one->series, &summary);
    assert_false(summary.known);
    assert_false(netdiag_tcp_series_now(&one->series, &last));
    set(one, 10, 60, 7, 61);
    set(one, 20, 30, 7, 29);
    set(one, 30, 10, 6, 10);
    netdiag_tcp_series_summarize(&one->series, &summary);
    assert_true(summary.known);
    assert_int_equal(summary.average_tenths, 10); /* of each second, not of each bucket */
    assert_int_equal(summary.peak, 7);
    assert_int_equal(summary.peak_ago, 39); /* the latest of the two */
    assert_int_equal(netdiag_tcp_bucket_average_tenths(&one->series.buckets[10]), 10);
    assert_int_equal(netdiag_tcp_bucket_average_tenths(&one->series.buckets[20]), 10);
    set(one, 21, 3600, UINT32_MAX, UINT64_C(3600) * UINT32_MAX);
    assert_int_equal(netdiag_tcp_bucket_average_tenths(&one->series.buckets[21]),
                     UINT64_C(10) * UINT32_MAX);
}

static void now_is_a_second_of_the_last_three(void **state)
{
    struct netdiag_tcp_graph *one;
    uint32_t last = 0;

    (void)state;
    one = graph("established", "60s");
    set(one, 56, 1, 4, 4);
    assert_false(netdiag_tcp_series_now(&one->series, &last));
    set(one, 57, 1, 5, 5);
    assert_true(netdiag_tcp_series_now(&one->series, &last));
    assert_int_equal(last, 5);
    set(one, 59, 1, 6, 6);
    assert_true(netdiag_tcp_series_now(&one->series, &last));
    assert_int_equal(last, 6);
}

static void now_is_not_the_average_of_a_minute(void **state)
{
    struct netdiag_tcp_graph *one;
    uint32_t last = 0;

    (void)state;
    one = graph("established", "60min");
    set_all(one, 5);
    assert_false(netdiag_tcp_series_now(&one->series, &last));
}

static void end_is_that_of_the_bucket_that_lasts(void **state)
{
    struct netdiag_tcp_graph *one;

    (void)state;
    one = graph("established", "60min");
    one->series.now_ms = 119999;
    assert_int_equal(netdiag_tcp_series_end_ms(&one->series), 120000);
    one->series.now_ms = 120000;
    assert_int_equal(netdiag_tcp_series_end_ms(&one->series), 180000);
}

static void fit_is_of_a_beginning_whatever_its_joints_and_capitals(void **state)
{
    (void)state;
    assert_int_equal(netdiag_fit_of("syn-received", "SYN_RECEIVED"), NETDIAG_FIT_WHOLE);
    assert_int_equal(netdiag_fit_of("syn-received", "synreceived"), NETDIAG_FIT_WHOLE);
    assert_int_equal(netdiag_fit_of("synReceived", "syn-r"), NETDIAG_FIT_BEGINNING);
    assert_int_equal(netdiag_fit_of("pool", "pools"), NETDIAG_FIT_NONE);
    assert_int_equal(netdiag_fit_of("pool", "ool"), NETDIAG_FIT_NONE);
    assert_int_equal(netdiag_fit_of("pool", ""), NETDIAG_FIT_NONE);
    assert_int_equal(netdiag_fit_of("pool", "-"), NETDIAG_FIT_NONE);
}

static void catalogue_has_a_text_for_each_metric(void **state)
{
    (void)state;
    for (unsigned language = 0; language < NETDIAG_LANGUAGES; language++) {
        const struct netdiag_catalogue *catalogue =
            netdiag_catalogue((enum netdiag_language)language);

        if (catalogue == NULL)
            continue; /* that language is left out */
        assert_non_null(catalogue->metrics);
        for (unsigned i = 0; i < NETDIAG_TCP_METRICS; i++) {
            const struct netdiag_label *label = catalogue->metrics;

            while (label->key != NULL && strcmp(label->key, netdiag_tcp_metric_infos[i].key) != 0)
                label++;
            assert_non_null(label->key);
            assert_true(strlen(label->text) > 0);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(history_of_nothing_recorded_says_why, setup),
        cmocka_unit_test_setup(history_of_an_unknown_time_says_so, setup),
        cmocka_unit_test_setup(history_of_one_sample_has_one_column, setup),
        cmocka_unit_test_setup(history_of_one_value_is_all_average, setup),
        cmocka_unit_test_setup(history_of_a_spike_has_peak_and_average_apart, setup),
        cmocka_unit_test_setup(history_of_a_full_ring_is_oldest_first, setup),
        cmocka_unit_test_setup(history_of_zeros_has_a_scale_of_one, setup),
        cmocka_unit_test_setup(history_with_a_gap_differs_from_zeros, setup),
        cmocka_unit_test_setup(history_of_a_slow_rate_shows_each_that_came, setup),
        cmocka_unit_test_setup(history_of_large_numbers_fits, setup),
        cmocka_unit_test_setup(history_of_all_metrics_has_a_graph_for_each, setup),
        cmocka_unit_test_setup(history_that_is_not_read_says_why, setup),
        cmocka_unit_test_setup(history_of_anything_keeps_its_bounds, setup),
        cmocka_unit_test_setup(history_scale_is_round_and_close_to_the_peak, setup),
        cmocka_unit_test_setup(history_metric_is_known_by_each_of_its_names, setup_watched),
        cmocka_unit_test_setup(history_word_that_is_none_gets_a_caret, setup_watched),
        cmocka_unit_test(history_words_are_offered),
        cmocka_unit_test_setup(history_without_words_is_all_of_the_shortest_span, setup_watched),
        cmocka_unit_test_setup(history_has_what_was_looked_at, setup_watched),
        cmocka_unit_test_setup(history_of_the_pool_says_its_size, setup_watched),
        cmocka_unit_test_setup(history_of_a_device_that_is_not_watched_says_so, setup),
        cmocka_unit_test_setup(history_in_chinese_is_as_in_the_transcript, setup),
        cmocka_unit_test_setup(history_without_a_clock_is_refused, setup_watched),
        cmocka_unit_test_setup(output_has_no_words_that_fail_a_client, setup_watched),
        cmocka_unit_test_setup(summary_is_of_what_is_known, setup),
        cmocka_unit_test_setup(now_is_a_second_of_the_last_three, setup),
        cmocka_unit_test_setup(now_is_not_the_average_of_a_minute, setup),
        cmocka_unit_test_setup(end_is_that_of_the_bucket_that_lasts, setup),
        cmocka_unit_test(fit_is_of_a_beginning_whatever_its_joints_and_capitals),
        cmocka_unit_test_setup(catalogue_has_a_text_for_each_metric, setup),
    };

    netdiag_command_extend(commands);
    return cmocka_run_group_tests_name("tcp_history", tests, NULL, NULL);
}
