/*
 * show tcp ..., clear tcp ...
 */
#include "cli/command.h"

#include <libcli.h>

#include "cli/arguments.h"
#include "stats/tcp_baseline.h"
#include "stats/tcp_rate.h"
#include "stats/tcp_statistics.h"

#define NONZERO "nonzero"
#define SECONDS "seconds"

#define MS_A_SECOND 1000u

/* Of `rate` when no seconds are given. */
#define SECONDS_DEFAULT 10

static enum netdiag_status show_statistics(struct netdiag_call *call)
{
    enum netdiag_zeros zeros =
        netdiag_call_argument(call, NONZERO) != NULL ? NETDIAG_ZEROS_HIDDEN : NETDIAG_ZEROS_SHOWN;
    struct netdiag_tcp_baseline baseline;
    struct netdiag_tcp_statistics statistics;
    enum netdiag_error error;

    netdiag_tcp_baseline_get(call->diag, &baseline);
    netdiag_tcp_statistics_collect(call->diag, &baseline, &statistics);
    error = netdiag_tcp_statistics_error(&statistics);
    if (error != NETDIAG_OK)
        return netdiag_call_fail(call, error);
    call->head.cleared = baseline.cleared; /* another may have cleared since the call began */
    netdiag_call_begin(call);
    call->renderer->tcp_statistics(&call->output, zeros, &statistics);
    netdiag_call_end(call);
    return NETDIAG_STATUS_OK;
}

static enum netdiag_status refuse_rate(struct netdiag_call *call, enum netdiag_error error,
                                       const char *part)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "show tcp statistics rate needs ");
    netdiag_text_string(&text, part);
    netdiag_text_string(&text, ": ");
    netdiag_text_string(&text, netdiag_error_text(error));
    return netdiag_call_refuse(call, error, line);
}

/* Asked for each of its waits: says how far it is. */
static bool is_stopped(struct netdiag_call *call, const struct netdiag_tcp_rate *rate)
{
    netdiag_output_progress(&call->output, rate->elapsed_ms / MS_A_SECOND, rate->asked_s,
                            NETDIAG_PHRASE_SECOND);
    return netdiag_output_cancelled(&call->output);
}

static enum netdiag_status show_rate(struct netdiag_call *call)
{
    const char *given = netdiag_call_argument(call, SECONDS);
    uint32_t seconds = SECONDS_DEFAULT;
    struct netdiag_tcp_rate rate;
    enum netdiag_error error;
    bool done = false;

    if (given != NULL && !netdiag_parse_number(given, 1, CONFIG_NETDIAG_RATE_SECONDS, &seconds))
        return netdiag_call_refuse(call, NETDIAG_ERROR_INVALID, "the seconds are out of range");
    error = netdiag_tcp_rate_start(call->diag, &rate, seconds);
    while (error == NETDIAG_OK && !done && !is_stopped(call, &rate))
        error = netdiag_tcp_rate_wait(call->diag, &rate, &done);
    if (error == NETDIAG_OK && !done)
        return netdiag_call_stopped(call);
    if (error == NETDIAG_OK)
        error = netdiag_tcp_rate_end(call->diag, &rate);
    if (error != NETDIAG_OK)
        return refuse_rate(call, error, rate.part);
    netdiag_call_begin(call);
    call->renderer->tcp_rate(&call->output, &rate);
    netdiag_call_end(call);
    return NETDIAG_STATUS_OK;
}

static enum netdiag_status clear_statistics(struct netdiag_call *call)
{
    char bytes[CONFIG_NETDIAG_WHO_LENGTH + 1];
    enum netdiag_error error;

    netdiag_call_who(call, bytes, sizeof bytes);
    error = netdiag_tcp_clear(call->diag, bytes);
    return error == NETDIAG_OK ? NETDIAG_STATUS_OK : netdiag_call_fail(call, error);
}

static const struct netdiag_argument of_statistics[] = {
    {.name = NONZERO, .kind = NETDIAG_ARGUMENT_FLAG, .help = "Only what is not 0"},
    NETDIAG_ARGUMENT_JSON,
    {.name = NULL},
};

#define DIGITS_OF(number) #number
#define DIGITS(symbol)    DIGITS_OF(symbol)

static const struct netdiag_argument of_rate[] = {
    {.name = SECONDS,
     .kind = NETDIAG_ARGUMENT_OPTIONAL,
     .help = "How long to look, 1 to " DIGITS(CONFIG_NETDIAG_RATE_SECONDS) " seconds; " DIGITS(
         SECONDS_DEFAULT) " when it is not given",
     .validate = netdiag_validate_rate_seconds},
    NETDIAG_ARGUMENT_JSON,
    {.name = NULL},
};

const struct netdiag_command netdiag_commands_tcp[] = {
    {.path = "show tcp",
     .help = "TCP: counters, connections, states",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY},
    {.path = "show tcp statistics",
     .help = "Counters of TCP, connections in each state, the pool",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .arguments = of_statistics,
     .run = show_statistics},
    /* What people and scripts type on other devices, where no "states" makes it ambiguous. */
    {.path = "show tcp stat",
     .title = "show tcp statistics",
     .help = "The same as show tcp statistics",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .arguments = of_statistics,
     .run = show_statistics},
    {.path = "show tcp stat rate",
     .title = "show tcp statistics rate",
     .help = "The same as show tcp statistics rate",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .arguments = of_rate,
     .run = show_rate},
    {.path = "show tcp statistics rate",
     .help = "How fast the counters grow",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .arguments = of_rate,
     .run = show_rate},
    /* The words on the way are privileged too: below it nobody sees them. */
    {.path = "clear",
     .help = "Begin to count anew, end a connection",
     .privilege = PRIVILEGE_PRIVILEGED,
     .mode = MODE_ANY},
    {.path = "clear tcp",
     .help = "TCP: counters, a connection",
     .privilege = PRIVILEGE_PRIVILEGED,
     .mode = MODE_ANY},
    {.path = "clear tcp statistics",
     .help = "Show the counters of TCP from now on; the stack's own, and SNMP's, go on",
     .privilege = PRIVILEGE_PRIVILEGED,
     .mode = MODE_ANY,
     .run = clear_statistics},
    {.path = NULL},
};
