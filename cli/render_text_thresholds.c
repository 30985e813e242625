/*
 * The thresholds of the diagnosis as text: a row for each.
 */
#include "cli/render.h"
#include "cli/text_parts.h"
#include "stats/tcp_thresholds.h"

/* Of six digits at most. */
enum column {
    COLUMN_VALUE = 2 + 19,
    COLUMN_UNIT = COLUMN_VALUE + 8,
    COLUMN_DEFAULT = COLUMN_UNIT + 10,
    COLUMN_LEGAL = COLUMN_DEFAULT + 9,
    COLUMN_BOUNDS = COLUMN_LEGAL + 12,
};

static void print_threshold(struct netdiag_output *output,
                            const struct netdiag_threshold_info *info, uint32_t value)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, value != info->preset ? "* " : "  ");
    netdiag_text_string(&text, info->key);
    netdiag_text_column(&text, COLUMN_VALUE);
    netdiag_text_number(&text, value);
    netdiag_text_column(&text, COLUMN_UNIT);
    netdiag_text_string(&text, netdiag_threshold_unit_key(info->unit));
    netdiag_text_column(&text, COLUMN_DEFAULT);
    netdiag_text_number(&text, info->preset);
    netdiag_text_column(&text, COLUMN_LEGAL);
    netdiag_text_number(&text, info->low);
    netdiag_text_char(&text, '-');
    netdiag_text_number(&text, info->high);
    netdiag_text_column(&text, COLUMN_BOUNDS);
    netdiag_text_string(&text, info->text);
    netdiag_output_text(output, &text);
}

void netdiag_text_tcp_thresholds(struct netdiag_output *output,
                                 const struct netdiag_tcp_thresholds *thresholds)
{
    static const struct netdiag_text_title titles[] = {
        {0, "  Threshold"},          {COLUMN_VALUE, "Value"}, {COLUMN_UNIT, "Unit"},
        {COLUMN_DEFAULT, "Default"}, {COLUMN_LEGAL, "Legal"}, {COLUMN_BOUNDS, "What it bounds"},
    };
    uint64_t numbers[] = {0, NETDIAG_TCP_THRESHOLDS};

    netdiag_text_titles(output, titles, sizeof titles / sizeof titles[0]);
    for (size_t i = 0; i < NETDIAG_TCP_THRESHOLDS; i++) {
        const struct netdiag_threshold_info *info = &netdiag_threshold_infos[i];

        print_threshold(output, info, thresholds->value[i]);
        numbers[0] += thresholds->value[i] != info->preset;
    }
    netdiag_output_numbers(output, "* differs from its default: # of #", numbers);
}
