/*
 * The states as JSON. What is not known is null.
 */
#include "cli/render.h"

static void members_of_numbers(struct netdiag_json *json,
                               const struct netdiag_tcp_state_report *report,
                               enum netdiag_tcp_state state)
{
    const struct netdiag_tcp_state_total *total = &report->totals.state[state];

    netdiag_json_member_string(json, "state", true, netdiag_tcp_state_key(state));
    netdiag_json_member_unsigned(json, "now", true, report->now.count[state]);
    netdiag_json_member_unsigned(json, "peak", report->has_totals, total->peak);
    netdiag_json_member_unsigned(json, "entered", report->has_totals && total->has_entered,
                                 total->entered);
    netdiag_json_member_unsigned(
        json, "longestMs", netdiag_tcp_state_report_has_longest(report, state), total->longest_ms);
}

void netdiag_json_tcp_states(struct netdiag_output *output,
                             const struct netdiag_tcp_state_report *report)
{
    struct netdiag_json *json = &output->json;

    netdiag_json_key(json, "states");
    netdiag_json_array(json);
    for (unsigned i = NETDIAG_TCP_STATE_FIRST; i <= NETDIAG_TCP_STATE_LAST; i++) {
        netdiag_json_newline(json);
        netdiag_json_object(json);
        members_of_numbers(json, report, (enum netdiag_tcp_state)i);
        netdiag_json_object_end(json);
    }
    netdiag_json_array_end(json);
}

static void member_list(struct netdiag_json *json, const char *key, const char *const *strings)
{
    netdiag_json_newline(json);
    netdiag_json_key(json, key);
    netdiag_json_array(json);
    for (; *strings != NULL; strings++)
        netdiag_json_string(json, *strings);
    netdiag_json_array_end(json);
}

void netdiag_json_tcp_state(struct netdiag_output *output, enum netdiag_tcp_state state,
                            const struct netdiag_tcp_state_report *report)
{
    const struct netdiag_state_texts *texts = /* for programs, whatever people read */
        netdiag_catalogue_state(NETDIAG_LANGUAGE_ENGLISH, state);
    struct netdiag_json *json = &output->json;

    netdiag_json_key(json, "states");
    netdiag_json_array(json);
    netdiag_json_newline(json);
    netdiag_json_object(json);
    members_of_numbers(json, report, state);
    netdiag_json_newline(json);
    netdiag_json_member_string(json, "means", true, texts->means);
    netdiag_json_newline(json);
    netdiag_json_member_string(json, "normal", true, texts->normal);
    member_list(json, "suspect", texts->suspect);
    member_list(json, "next", netdiag_catalogue_state_next(state));
    netdiag_json_object_end(json);
    netdiag_json_array_end(json);
}
