/*
 * `show tcp statistics rate` as text: a line for each counter that grew. Names are those of the
 * JSON form, group and key, since some of Cisco's words name two counters.
 */
#include "cli/render.h"
#include "cli/tcp_counter_names.h"

#include "stats/tcp_counters.h"

/* Wide enough for the longest name, and for 10 Gbit/s over an hour. */
#define NAME_COLUMNS  31
#define COUNT_COLUMNS 14
#define RATE_COLUMNS  14

static void put_right(struct netdiag_text *text, const struct netdiag_text *what, size_t columns)
{
    for (size_t i = what->length; i < columns; i++)
        netdiag_text_char(text, ' ');
    netdiag_text_string(text, what->bytes);
}

static void put_name(struct netdiag_text *text, const struct netdiag_tcp_counter_name *of)
{
    char bytes[64];
    struct netdiag_text name;

    netdiag_text_start(&name, bytes, sizeof bytes);
    netdiag_text_string(&name, netdiag_tcp_group_key(of->group));
    netdiag_text_char(&name, '.');
    netdiag_text_string(&name, of->key);
    netdiag_output_name(text, bytes, NAME_COLUMNS);
}

static void print_row(struct netdiag_output *output, enum netdiag_tcp_counter counter,
                      uint64_t count, uint64_t elapsed_ms)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE], bytes[24];
    struct netdiag_text text, number;
    uint64_t tenths;

    netdiag_text_start(&text, line, sizeof line);
    put_name(&text, netdiag_tcp_counter_name(counter));
    netdiag_text_start(&number, bytes, sizeof bytes);
    netdiag_text_number(&number, count);
    put_right(&text, &number, COUNT_COLUMNS);
    netdiag_text_start(&number, bytes, sizeof bytes);
    if (netdiag_tcp_rate_tenths(count, elapsed_ms, &tenths))
        netdiag_text_fixed(&number, tenths, 1);
    else
        netdiag_text_char(&number, '-');
    netdiag_text_char(&text, ' '); /* however long the count is */
    put_right(&text, &number, RATE_COLUMNS - 1);
    netdiag_output_text(output, &text);
}

struct summary {
    unsigned grown;
    unsigned not_counted;
};

static struct summary summarize(const struct netdiag_tcp_counters *grown)
{
    struct summary summary = {.grown = 0, .not_counted = 0};

    for (unsigned i = 0; i < NETDIAG_TCP_COUNTERS; i++) {
        enum netdiag_tcp_counter counter = (enum netdiag_tcp_counter)i;
        uint64_t count;

        if (!netdiag_tcp_counter_only_grows(counter))
            continue;
        if (!netdiag_tcp_counter_get(grown, counter, &count))
            summary.not_counted++;
        else if (count > 0)
            summary.grown++;
    }
    return summary;
}

static void print_rows(struct netdiag_output *output, const struct netdiag_tcp_rate *rate)
{
    netdiag_output_line(output, "Counter                                 Count    Per second");
    for (unsigned i = 0; i < NETDIAG_TCP_COUNTERS; i++) {
        enum netdiag_tcp_counter counter = (enum netdiag_tcp_counter)i;
        uint64_t count;

        if (netdiag_tcp_counter_get(&rate->grown, counter, &count) && count > 0)
            print_row(output, counter, count, rate->elapsed_ms);
    }
}

/* "In 10.003 seconds N counters grew", and what of them is not known. */
static void print_summary(struct netdiag_output *output, const struct netdiag_tcp_rate *rate,
                          const struct summary *summary)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "In ");
    netdiag_text_fixed(&text, rate->elapsed_ms, 3);
    netdiag_text_string(&text, " seconds ");
    if (summary->grown > 0)
        netdiag_text_number(&text, summary->grown);
    else
        netdiag_text_string(&text, "no");
    netdiag_text_string(&text, summary->grown == 1 ? " counter grew" : " counters grew");
    if (summary->not_counted > 0) {
        netdiag_text_string(&text, ", ");
        netdiag_text_number(&text, summary->not_counted);
        netdiag_text_string(&text, " [not counted]");
    }
    if (rate->elapsed_ms == 0)
        netdiag_text_string(&text, "; the device's clock stands still");
    netdiag_output_text(output, &text);
}

void netdiag_text_tcp_rate(struct netdiag_output *output, const struct netdiag_tcp_rate *rate)
{
    struct summary summary = summarize(&rate->grown);

    if (summary.grown > 0)
        print_rows(output, rate);
    print_summary(output, rate, &summary);
}
