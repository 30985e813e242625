/*
 * The comparison of ifIndexes as text: a row for each VLAN, what was not compared and why, and a
 * sentence.
 */
#include "cli/render.h"

#include "cli/text_parts.h"
#include "stats/device.h"

#define WIDTH 12 /* of a number's column: 4294967295 and two blanks */

enum column {
    COLUMN_SHOWN = 6,
    COLUMN_REMEMBERED = COLUMN_SHOWN + WIDTH,
    COLUMN_STACK = COLUMN_REMEMBERED + WIDTH,
    COLUMN_SNMP = COLUMN_STACK + WIDTH,
    COLUMN_VERDICT = COLUMN_SNMP + WIDTH,
};

static const size_t columns[NETDIAG_VLAN_SOURCES] = {
    [NETDIAG_VLAN_SOURCE_SHOWN] = COLUMN_SHOWN,
    [NETDIAG_VLAN_SOURCE_REMEMBERED] = COLUMN_REMEMBERED,
    [NETDIAG_VLAN_SOURCE_STACK] = COLUMN_STACK,
    [NETDIAG_VLAN_SOURCE_SNMP] = COLUMN_SNMP,
};

void netdiag_text_vlan_verify_begin(struct netdiag_output *output)
{
    static const struct netdiag_text_title titles[] = {
        {0, "VLAN"},
        {COLUMN_SHOWN, "Ifindex"},
        {COLUMN_REMEMBERED, "Remembered"},
        {COLUMN_STACK, "Stack"},
        {COLUMN_SNMP, "SNMP"},
        {COLUMN_VERDICT, "Verdict"},
    };

    netdiag_text_titles(output, titles, sizeof titles / sizeof titles[0]);
}

/* The sources that say something else: "differs: stack, SNMP". */
static void put_difference(struct netdiag_text *text, const struct netdiag_vlan_view *view)
{
    const char *before = view->exists ? "differs: " : "no such VLAN: ";

    for (unsigned i = 0; i < NETDIAG_VLAN_SOURCES; i++) {
        if (!view->differs[i])
            continue;
        netdiag_text_string(text, before);
        netdiag_text_string(text, netdiag_vlan_source_text((enum netdiag_vlan_source)i));
        before = ", ";
    }
    if (view->snmp_again)
        netdiag_text_string(text, " has it twice");
}

void netdiag_text_vlan_view(struct netdiag_output *output, const struct netdiag_vlan_view *view)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_number(&text, view->id);
    for (unsigned i = 0; i < NETDIAG_VLAN_SOURCES; i++) {
        netdiag_text_column(&text, columns[i]);
        if (view->if_index[i] != 0)
            netdiag_text_number(&text, view->if_index[i]);
        else
            netdiag_text_char(&text, '-');
    }
    netdiag_text_column(&text, COLUMN_VERDICT);
    if (netdiag_vlan_view_differs(view))
        put_difference(&text, view);
    else
        netdiag_text_string(&text, view->exists ? "same" : "remembered");
    netdiag_output_text(output, &text);
}

static void print_left_out(struct netdiag_output *output, const char *source, const char *why)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, source);
    netdiag_text_string(&text, " not compared: ");
    netdiag_text_string(&text, why);
    netdiag_output_text(output, &text);
}

/* How many differ, and the first of them. */
static void put_differing(struct netdiag_text *text,
                          const struct netdiag_vlan_verify_summary *summary)
{
    size_t named =
        summary->differ < NETDIAG_VLAN_VERIFY_NAMED ? summary->differ : NETDIAG_VLAN_VERIFY_NAMED;

    netdiag_text_number(text, summary->differ);
    netdiag_text_string(text, " of ");
    netdiag_text_number(text, summary->vlans);
    netdiag_text_string(text, summary->differ == 1 ? " differs: " : " differ: ");
    for (size_t i = 0; i < named; i++) {
        netdiag_text_string(text, i > 0 ? ", " : "");
        netdiag_text_number(text, summary->named[i]);
    }
    if (named < summary->differ)
        netdiag_text_string(text, ", ...");
}

static void put_verdict(struct netdiag_text *text,
                        const struct netdiag_vlan_verify_summary *summary)
{
    bool compared = summary->has_stack || summary->remembered_error == NETDIAG_OK ||
                    summary->snmp_error == NETDIAG_OK;

    if (summary->differ > 0) {
        put_differing(text, summary);
        return;
    }
    netdiag_text_number(text, summary->vlans);
    netdiag_text_string(text, summary->vlans == 1 ? " VLAN" : " VLANs");
    if (summary->vlans == 0)
        return;
    if (!compared)
        netdiag_text_string(text, ", nothing to compare with");
    else
        netdiag_text_string(text, summary->vlans == 1 ? ", the same" : ", all the same");
}

void netdiag_text_vlan_verify_end(struct netdiag_output *output,
                                  const struct netdiag_vlan_verify_summary *summary,
                                  enum netdiag_error error)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    if (error != NETDIAG_OK) {
        netdiag_text_string(&text, "% the list ends after ");
        netdiag_text_number(&text, summary->vlans + summary->gone);
        netdiag_text_string(&text, " VLANs: ");
        netdiag_text_string(&text, netdiag_error_text(error));
        netdiag_output_error(output, line);
        return;
    }
    if (summary->remembered_error != NETDIAG_OK)
        print_left_out(output, "Remembered numbers", netdiag_error_text(summary->remembered_error));
    if (summary->snmp_error != NETDIAG_OK)
        print_left_out(output, "SNMP", netdiag_snmp_error_text(summary->snmp_error));
    put_verdict(&text, summary);
    if (summary->gone > 0) {
        netdiag_text_string(&text, "; ");
        netdiag_text_number(&text, summary->gone);
        netdiag_text_string(&text, summary->gone == 1
                                       ? " more is gone, and its number is remembered"
                                       : " more are gone, and their numbers are remembered");
    }
    netdiag_output_text(output, &text);
}
