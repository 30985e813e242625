/*
 * Who has what: show tcp listeners, owners, pool; and whether that is well: show tcp check.
 */
#include "cli/command.h"

#include <string.h>

#include <libcli.h>

#include "cli/arguments.h"
#include "cli/collect.h"
#include "stats/device.h"
#include "stats/tcp_baseline.h"
#include "stats/tcp_thresholds.h"

#define DETAIL   "detail"
#define WARNING  "warning"
#define CRITICAL "critical"

static enum netdiag_status show_listeners(struct netdiag_call *call)
{
    enum netdiag_layout layout =
        netdiag_call_argument(call, DETAIL) != NULL ? NETDIAG_LAYOUT_FULL : NETDIAG_LAYOUT_TABLE;
    struct netdiag_tcp_listeners listeners;
    enum netdiag_error error = netdiag_tcp_listeners_collect(call->diag, &listeners);

    if (error != NETDIAG_OK)
        return netdiag_call_fail(call, error);
    netdiag_tcp_listeners_name(call->diag, &listeners);
    netdiag_call_begin(call);
    call->renderer->tcp_listeners(&call->output, layout, &listeners);
    netdiag_call_end(call);
    return NETDIAG_STATUS_OK;
}

static enum netdiag_status show_owners(struct netdiag_call *call)
{
    struct netdiag_tcp_owners owners;
    enum netdiag_error error;

    if (!netdiag_collect_owners(call, &owners, &error))
        return netdiag_call_stopped(call);
    if (error != NETDIAG_OK)
        return netdiag_call_fail(call, error);
    netdiag_call_begin(call);
    call->renderer->tcp_owners(&call->output, &owners);
    netdiag_call_end(call);
    return NETDIAG_STATUS_OK;
}

static enum netdiag_status show_pool(struct netdiag_call *call)
{
    struct netdiag_tcp_holding holding;
    enum netdiag_error error;

    if (!netdiag_collect_holding(call, &holding, &error))
        return netdiag_call_stopped(call);
    if (error != NETDIAG_OK)
        return netdiag_call_fail(call, error);
    netdiag_call_begin(call);
    call->renderer->tcp_holding(&call->output, &holding);
    netdiag_call_end(call);
    return NETDIAG_STATUS_OK;
}

static void check_row(void *check, const struct netdiag_tcp_connection *row)
{
    netdiag_tcp_check_add(check, row);
}

/* The numbers of monitoring plugins are those of our statuses, and mean something else. */
static enum netdiag_status status_of(enum netdiag_tcp_level level)
{
    switch (level) {
    case NETDIAG_TCP_LEVEL_OK:
        return NETDIAG_STATUS_OK;
    case NETDIAG_TCP_LEVEL_WARNING:
        return NETDIAG_STATUS_FAILED;
    case NETDIAG_TCP_LEVEL_CRITICAL:
        return NETDIAG_STATUS_USAGE;
    case NETDIAG_TCP_LEVEL_UNKNOWN:
        break;
    }
    return NETDIAG_STATUS_UNREACHABLE;
}

/* Its validator has seen it. Not given, it is the diagnosis's threshold: the two never differ. */
static uint32_t percent_given(const struct netdiag_call *call, const char *name,
                              enum netdiag_tcp_threshold threshold)
{
    const char *given = netdiag_call_argument(call, name);
    struct netdiag_tcp_thresholds thresholds;
    uint32_t percent = 0;

    netdiag_tcp_thresholds_get(call->diag, &thresholds);
    if (given == NULL || !netdiag_parse_number(given, 1, 100, &percent))
        return thresholds.value[threshold];
    return percent;
}

static enum netdiag_status show_check(struct netdiag_call *call)
{
    uint32_t warning = percent_given(call, WARNING, NETDIAG_TCP_THRESHOLD_POOL_WARNING);
    uint32_t critical = percent_given(call, CRITICAL, NETDIAG_TCP_THRESHOLD_POOL_CRITICAL);
    struct netdiag_tcp_baseline baseline;
    struct netdiag_tcp_check check;
    enum netdiag_error error;

    netdiag_tcp_baseline_get(call->diag, &baseline);
    netdiag_tcp_check_start(call->diag, &baseline, warning, critical, &check);
    if (!netdiag_collect_walk(call, check_row, &check, &error))
        return netdiag_call_stopped(call);
    netdiag_tcp_check_judge(&check, error);
    call->head.cleared = baseline.cleared;
    netdiag_call_begin(call);
    call->renderer->tcp_check(&call->output, &check);
    netdiag_call_end(call);
    return status_of(check.level);
}

static const struct netdiag_argument of_listeners[] = {
    {.name = DETAIL, .kind = NETDIAG_ARGUMENT_FLAG, .help = "All that is known of each"},
    NETDIAG_ARGUMENT_JSON,
    {.name = NULL},
};

static const struct netdiag_argument of_check[] = {
    {.name = WARNING,
     .kind = NETDIAG_ARGUMENT_NAMED,
     .help = "Per cent of the pool held from which it warns; not given, the threshold pool-warning",
     .validate = netdiag_validate_percent},
    {.name = CRITICAL,
     .kind = NETDIAG_ARGUMENT_NAMED,
     .help = "From which it is critical; not given, the threshold pool-critical",
     .validate = netdiag_validate_percent},
    NETDIAG_ARGUMENT_JSON,
    {.name = NULL},
};

static const struct netdiag_argument json_only[] = {
    NETDIAG_ARGUMENT_JSON,
    {.name = NULL},
};

const struct netdiag_command netdiag_commands_holders[] = {
    {.path = "show tcp listeners",
     .help = "The ports that are open, and to whom they belong",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .arguments = of_listeners,
     .run = show_listeners},
    {.path = "show tcp owners",
     .help = "How many connections each owner has, by state",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .arguments = json_only,
     .run = show_owners},
    {.path = "show tcp pool",
     .help = "Who holds the pool of connections, and when they will be free",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .arguments = json_only,
     .run = show_pool},
    {.path = "show tcp check",
     .help = "One line and a status, for monitoring: OK, WARNING, CRITICAL or UNKNOWN",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .arguments = of_check,
     .run = show_check},
    {.path = NULL},
};
