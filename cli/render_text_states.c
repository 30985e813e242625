/*
 * The states as text: a table of all, or one with what it means.
 */
#include "cli/render.h"
#include "cli/text_parts.h"

enum column {
    COLUMN_NOW = 14,
    COLUMN_PEAK = COLUMN_NOW + 8,
    COLUMN_ENTERED = COLUMN_PEAK + 8,
    COLUMN_LONGEST = COLUMN_ENTERED + 11,
    COLUMN_BRIEF = COLUMN_LONGEST + 10,
};

#define COLUMN_TEXT 10 /* where explanations stand beside their titles */

static void put_known(struct netdiag_text *text, bool known, uint64_t number)
{
    if (known)
        netdiag_text_number(text, number);
    else
        netdiag_text_char(text, '-');
}

static void put_longest(struct netdiag_text *text, const struct netdiag_tcp_state_report *report,
                        enum netdiag_tcp_state state)
{
    if (netdiag_tcp_state_report_has_longest(report, state))
        netdiag_text_span(text, report->totals.state[state].longest_ms / 1000);
    else
        netdiag_text_char(text, '-');
}

static void print_row(struct netdiag_output *output, const struct netdiag_tcp_state_report *report,
                      enum netdiag_tcp_state state)
{
    const struct netdiag_tcp_state_total *total = &report->totals.state[state];
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, netdiag_tcp_state_name(state));
    netdiag_text_column(&text, COLUMN_NOW);
    netdiag_text_number(&text, report->now.count[state]);
    netdiag_text_column(&text, COLUMN_PEAK);
    put_known(&text, report->has_totals, total->peak);
    netdiag_text_column(&text, COLUMN_ENTERED);
    put_known(&text, report->has_totals && total->has_entered, total->entered);
    netdiag_text_column(&text, COLUMN_LONGEST);
    put_longest(&text, report, state);
    netdiag_text_column(&text, COLUMN_BRIEF);
    netdiag_text_string(&text, netdiag_catalogue_state(output->language, state)->brief);
    netdiag_output_text(output, &text);
}

static void print_head(struct netdiag_output *output)
{
    const char *const *phrases = netdiag_catalogue(output->language)->phrases;
    const struct netdiag_text_title titles[] = {
        {0, phrases[NETDIAG_PHRASE_STATES_STATE]},
        {COLUMN_NOW, phrases[NETDIAG_PHRASE_STATES_NOW]},
        {COLUMN_PEAK, phrases[NETDIAG_PHRASE_STATES_PEAK]},
        {COLUMN_ENTERED, phrases[NETDIAG_PHRASE_STATES_ENTERED]},
        {COLUMN_LONGEST, phrases[NETDIAG_PHRASE_STATES_LONGEST]},
        {COLUMN_BRIEF, phrases[NETDIAG_PHRASE_STATES_MEANING]},
    };

    netdiag_text_titles(output, titles, sizeof titles / sizeof titles[0]);
}

void netdiag_text_tcp_states(struct netdiag_output *output,
                             const struct netdiag_tcp_state_report *report)
{
    print_head(output);
    for (unsigned i = NETDIAG_TCP_STATE_FIRST; i <= NETDIAG_TCP_STATE_LAST; i++)
        print_row(output, report, (enum netdiag_tcp_state)i);
}

static void print_line(void *ctx, const char *line)
{
    netdiag_output_line(ctx, line);
}

void netdiag_text_tcp_state(struct netdiag_output *output, enum netdiag_tcp_state state,
                            const struct netdiag_tcp_state_report *report)
{
    const struct netdiag_text_sink sink = {
        .line = print_line, .ctx = output, .language = output->language};
    const struct netdiag_state_texts *texts = netdiag_catalogue_state(sink.language, state);
    const char *const *phrases = netdiag_catalogue(sink.language)->phrases;
    const char *title = phrases[NETDIAG_PHRASE_SUSPECT];

    print_head(output);
    print_row(output, report, state);
    netdiag_output_line(output, "");
    netdiag_sink_paragraph(&sink, 0, phrases[NETDIAG_PHRASE_MEANS], COLUMN_TEXT, texts->means);
    netdiag_sink_paragraph(&sink, 0, phrases[NETDIAG_PHRASE_NORMAL], COLUMN_TEXT, texts->normal);
    for (const char *const *suspect = texts->suspect; *suspect != NULL; suspect++) {
        netdiag_sink_paragraph(&sink, 0, title, COLUMN_TEXT, *suspect);
        title = "";
    }
    title = phrases[NETDIAG_PHRASE_NEXT];
    for (const char *const *next = netdiag_catalogue_state_next(state); *next != NULL; next++) {
        netdiag_sink_command(&sink, 0, title, COLUMN_TEXT, *next);
        title = "";
    }
}
