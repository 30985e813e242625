/*
 * What is wrong, and what to do: show tcp diagnosis. What each state means: show tcp states.
 */
#include "cli/command.h"

#include <libcli.h>

#include "cli/arguments.h"
#include "stats/device.h"
#include "stats/tcp_filter.h"

#define STATE "state"

static bool cancelled(const void *output)
{
    return netdiag_output_cancelled(output);
}

/* Each rule is applied again: one finding at a time fits on a small stack. */
static void show_findings(struct netdiag_call *call, const struct netdiag_tcp_snapshot *snapshot,
                          const struct netdiag_tcp_diagnosis *diagnosis)
{
    for (size_t i = 0; i < diagnosis->count; i++) {
        struct netdiag_tcp_finding finding;

        if (netdiag_tcp_rule(snapshot, diagnosis->found[i].code, &finding))
            call->renderer->finding(&call->output, &finding);
    }
}

static enum netdiag_status show_diagnosis(struct netdiag_call *call)
{
    struct netdiag_tcp_snapshot snapshot;
    struct netdiag_tcp_diagnosis diagnosis;
    struct netdiag_diagnosis_looked looked;
    enum netdiag_error error = NETDIAG_OK;

    if (!netdiag_tcp_snapshot_take(call->diag, &snapshot, cancelled, &call->output, &error))
        return netdiag_call_stopped(call);
    if (error != NETDIAG_OK)
        return netdiag_call_fail(call, error); /* "nothing is wrong" would be a guess */
    netdiag_tcp_diagnose(&snapshot, &diagnosis);
    netdiag_diagnosis_looked_of(&snapshot, &looked);
    netdiag_call_begin(call);
    call->renderer->diagnosis_begin(&call->output, &diagnosis);
    show_findings(call, &snapshot, &diagnosis);
    call->renderer->diagnosis_end(&call->output, &looked);
    netdiag_call_end(call);
    return NETDIAG_STATUS_OK;
}

/* Brings the stays that last still into the report. False when the user stopped it. */
static bool add_present(const struct netdiag_call *call, struct netdiag_tcp_state_report *report,
                        enum netdiag_error *error)
{
    struct netdiag_time now = {.uptime_ms = 0};
    bool has_now = netdiag_device_time(call->diag, &now) == NETDIAG_OK;
    struct netdiag_tcp_walk walk;

    netdiag_tcp_walk_start(&walk);
    do {
        if (netdiag_output_cancelled(&call->output))
            return false;
        *error = netdiag_tcp_walk_next(call->diag, &walk);
        for (size_t i = 0; i < walk.count; i++)
            netdiag_tcp_state_report_add(report, has_now, now.uptime_ms, &walk.rows[i]);
    } while (!walk.cursor.done && *error == NETDIAG_OK);
    return true;
}

static enum netdiag_status show_states(struct netdiag_call *call)
{
    const char *given = netdiag_call_argument(call, STATE);
    enum netdiag_tcp_state state = NETDIAG_TCP_CLOSED;
    struct netdiag_tcp_state_report report;
    enum netdiag_error error;

    if (given != NULL && !netdiag_tcp_state_parse(given, &state))
        return netdiag_call_refuse(call, NETDIAG_ERROR_INVALID, "no state has that name");
    error = netdiag_tcp_state_report_collect(call->diag, &report);
    if (error == NETDIAG_OK && report.has_totals && !add_present(call, &report, &error))
        return netdiag_call_stopped(call);
    if (error != NETDIAG_OK)
        return netdiag_call_fail(call, error);
    netdiag_call_begin(call);
    if (given != NULL)
        call->renderer->tcp_state(&call->output, state, &report);
    else
        call->renderer->tcp_states(&call->output, &report);
    netdiag_call_end(call);
    return NETDIAG_STATUS_OK;
}

static const struct netdiag_argument of_states[] = {
    {.name = STATE,
     .kind = NETDIAG_ARGUMENT_OPTIONAL,
     .help = "With the explanation of this state: ESTABLISHED, TIME-WAIT, ...",
     .validate = netdiag_validate_tcp_state,
     .complete = netdiag_complete_tcp_state},
    NETDIAG_ARGUMENT_JSON,
    {.name = NULL},
};

static const struct netdiag_argument json_only[] = {
    NETDIAG_ARGUMENT_JSON,
    {.name = NULL},
};

const struct netdiag_command netdiag_commands_diagnosis[] = {
    {.path = "show tcp diagnosis",
     .help = "What is wrong with TCP, why, and what to type next",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .arguments = json_only,
     .run = show_diagnosis},
    {.path = "show tcp states",
     .help = "The states: how many, how long, what each means and what to suspect",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .arguments = of_states,
     .run = show_states},
    {.path = NULL},
};
