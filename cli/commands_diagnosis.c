/*
 * What is wrong, and what to do: show tcp diagnosis.
 */
#include "cli/command.h"

#include <libcli.h>

#include "cli/arguments.h"
#include "cli/collect.h"

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
    struct netdiag_collect_progress progress;
    struct netdiag_tcp_snapshot snapshot;
    struct netdiag_tcp_diagnosis diagnosis;
    struct netdiag_diagnosis_looked looked;
    enum netdiag_error error = NETDIAG_OK;

    netdiag_collect_start(call, 2, &progress);
    if (!netdiag_tcp_snapshot_take(call->diag, &snapshot, netdiag_collect_cancelled, &progress,
                                   &error))
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
    {.path = NULL},
};
