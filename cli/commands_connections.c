/*
 * show tcp connections, brief, closed, and the lines of other tools: a walk whose rows are filtered
 * and printed between two holds of the stack. clear tcp connection.
 */
#include "cli/command.h"

#include <string.h>

#include <libcli.h>

#include "cli/arguments.h"
#include "cli/collect.h"
#include "stats/address_parse.h"
#include "stats/tcp_abort.h"
#include "stats/tcp_filter.h"
#include "stats/text.h"

#define STATE       "state"
#define PORT        "port"
#define LOCAL_PORT  "local-port"
#define REMOTE_PORT "remote-port"
#define LOCAL       "local"
#define REMOTE      "remote"
#define OWNER       "owner"
#define VLAN        "vlan"
#define ID          "id"
#define DETAIL      "detail"
#define ALL         "all"
#define LSOF_PORT   "-i:PORT"

static enum netdiag_status refuse_host_bits(struct netdiag_call *call, const char *given,
                                            const struct netdiag_prefix *prefix)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    char right[NETDIAG_PREFIX_TEXT];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "the prefix ");
    netdiag_output_name(&text, given, 0);
    netdiag_text_string(&text, " has host bits set; write ");
    netdiag_text_string(&text, netdiag_prefix_text(prefix, right, sizeof right));
    return netdiag_call_refuse(call, NETDIAG_ERROR_INVALID, line);
}

/* Takes the argument of that name, if it is given. */
static enum netdiag_status take_prefix(struct netdiag_call *call, const char *name, bool *has,
                                       struct netdiag_prefix *prefix)
{
    const char *given = netdiag_call_argument(call, name);

    *has = given != NULL;
    if (given == NULL)
        return NETDIAG_STATUS_OK;
    if (!netdiag_prefix_parse(given, prefix))
        return netdiag_call_refuse(call, NETDIAG_ERROR_INVALID, "not an IP address or prefix");
    if (netdiag_prefix_clear_host(prefix))
        return refuse_host_bits(call, given, prefix);
    return NETDIAG_STATUS_OK;
}

/* A port or a VLAN, which its validator has seen; 0: it is not given. */
static uint16_t number_given(const struct netdiag_call *call, const char *name)
{
    const char *given = netdiag_call_argument(call, name);
    uint32_t number = 0;

    if (given != NULL)
        (void)netdiag_parse_number(given, 1, UINT16_MAX, &number);
    return (uint16_t)number;
}

/* The answer has two parts: says which of them is missing. */
static enum netdiag_status fail_listeners(struct netdiag_call *call, enum netdiag_error error)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "the listeners are not available: ");
    netdiag_text_string(&text, netdiag_error_text(error));
    return netdiag_call_refuse(call, error, line);
}

static enum netdiag_status take_filter(struct netdiag_call *call, struct netdiag_tcp_filter *filter)
{
    const char *state = netdiag_call_argument(call, STATE);
    enum netdiag_status status;

    filter->state = NETDIAG_TCP_CLOSED;
    filter->has_state = state != NULL && netdiag_tcp_state_parse(state, &filter->state);
    filter->port = number_given(call, PORT);
    filter->local_port = number_given(call, LOCAL_PORT);
    filter->remote_port = number_given(call, REMOTE_PORT);
    filter->vlan = number_given(call, VLAN);
    filter->owner = netdiag_call_argument(call, OWNER);
    status = take_prefix(call, LOCAL, &filter->has_local, &filter->local);
    if (status != NETDIAG_STATUS_OK)
        return status;
    return take_prefix(call, REMOTE, &filter->has_remote, &filter->remote);
}

/* Before each row it is said how many there were, so that it is right wherever a page ends. */
static void show_chunk(struct netdiag_call *call, enum netdiag_layout layout,
                       const struct netdiag_tcp_filter *filter, const struct netdiag_tcp_walk *walk,
                       const struct netdiag_collect_progress *progress,
                       struct netdiag_connections_end *ended)
{
    for (size_t i = 0; i < walk->count; i++) {
        struct netdiag_tcp_ages ages;

        netdiag_collect_say(progress, ended->total++);
        if (!netdiag_tcp_filter_connection(filter, &walk->rows[i]))
            continue;
        ended->shown++;
        netdiag_tcp_ages_of(&walk->rows[i], call->head.time_error == NETDIAG_OK,
                            call->head.time.uptime_ms, &ages);
        call->renderer->connection(&call->output, layout, &walk->rows[i], &ages);
    }
    netdiag_collect_say(progress, ended->total);
}

/* Shows what is left of a walk. False when the user stopped it. */
static bool show_walk(struct netdiag_call *call, enum netdiag_layout layout,
                      const struct netdiag_tcp_filter *filter, struct netdiag_tcp_walk *walk,
                      struct netdiag_connections_end *ended)
{
    struct netdiag_collect_progress progress;

    netdiag_collect_start(call, 1, &progress);
    show_chunk(call, layout, filter, walk, &progress, ended);
    while (!walk->cursor.done && ended->error == NETDIAG_OK) {
        if (netdiag_output_cancelled(&call->output))
            return false;
        ended->error = netdiag_tcp_walk_next(call->diag, walk);
        show_chunk(call, layout, filter, walk, &progress, ended);
    }
    ended->has_hold = walk->cursor.has_hold;
    ended->longest_hold_ns = walk->cursor.longest_hold_ns;
    return true;
}

/* The connections that fit and, where `listeners` is not NULL, those listeners after them. */
static enum netdiag_status show(struct netdiag_call *call, enum netdiag_layout layout,
                                const struct netdiag_tcp_filter *filter,
                                const struct netdiag_tcp_listeners *listeners)
{
    struct netdiag_connections_end ended = {.error = NETDIAG_OK};
    struct netdiag_tcp_walk walk;
    enum netdiag_error error;

    netdiag_tcp_walk_start(&walk);
    error = netdiag_tcp_walk_next(call->diag, &walk);
    if (error != NETDIAG_OK)
        return netdiag_call_fail(call, error);
    netdiag_call_begin(call);
    call->renderer->connections_begin(&call->output, layout);
    if (!show_walk(call, layout, filter, &walk, &ended))
        return netdiag_call_stopped(call);
    call->renderer->connections_end(&call->output, layout, &ended);
    if (listeners != NULL)
        call->renderer->tcp_listeners(&call->output, layout, listeners);
    netdiag_call_end(call);
    return ended.error == NETDIAG_OK ? NETDIAG_STATUS_OK : NETDIAG_STATUS_FAILED;
}

static enum netdiag_status show_connections(struct netdiag_call *call)
{
    enum netdiag_layout layout =
        netdiag_call_argument(call, DETAIL) != NULL ? NETDIAG_LAYOUT_FULL : NETDIAG_LAYOUT_TABLE;
    struct netdiag_tcp_filter filter;
    enum netdiag_status status = take_filter(call, &filter);

    return status == NETDIAG_STATUS_OK ? show(call, layout, &filter, NULL) : status;
}

/* With the listeners too, or nothing. */
static enum netdiag_status show_all(struct netdiag_call *call, enum netdiag_layout layout,
                                    const struct netdiag_tcp_filter *filter)
{
    struct netdiag_tcp_listeners listeners;
    enum netdiag_error error = netdiag_tcp_listeners_collect(call->diag, &listeners);

    if (error != NETDIAG_OK)
        return fail_listeners(call, error);
    netdiag_tcp_filter_listeners(filter, &listeners);
    return show(call, layout, filter, &listeners);
}

static enum netdiag_status show_brief(struct netdiag_call *call)
{
    const struct netdiag_tcp_filter everything = {.has_state = false};

    if (netdiag_call_argument(call, ALL) != NULL)
        return show_all(call, NETDIAG_LAYOUT_BRIEF, &everything);
    return show(call, NETDIAG_LAYOUT_BRIEF, &everything, NULL);
}

static void show_endings(struct netdiag_call *call, const struct netdiag_tcp_filter *filter,
                         const struct netdiag_tcp_endings *endings)
{
    struct netdiag_closed_end end = {.total = endings->total, .looked_at = endings->count};

    call->renderer->closed_begin(&call->output);
    for (size_t i = 0; i < endings->count && !netdiag_output_cancelled(&call->output); i++) {
        struct netdiag_tcp_closed_ages ages;

        if (!netdiag_tcp_filter_closed(filter, &endings->rows[i]))
            continue;
        netdiag_tcp_closed_ages_of(&endings->rows[i], call->head.time_error == NETDIAG_OK,
                                   call->head.time.uptime_ms, &ages);
        call->renderer->closed(&call->output, &endings->rows[i], &ages);
        end.shown++;
    }
    call->renderer->closed_end(&call->output, &end);
}

static enum netdiag_status show_closed(struct netdiag_call *call)
{
    struct netdiag_tcp_filter filter;
    struct netdiag_tcp_endings endings;
    enum netdiag_status status = take_filter(call, &filter);
    enum netdiag_error error;

    if (status != NETDIAG_STATUS_OK)
        return status;
    error = netdiag_tcp_endings_collect(call->diag, &endings);
    if (error != NETDIAG_OK)
        return netdiag_call_fail(call, error);
    netdiag_call_begin(call);
    show_endings(call, &filter, &endings);
    netdiag_call_end(call);
    return NETDIAG_STATUS_OK;
}

static enum netdiag_status refuse_id(struct netdiag_call *call, const char *given)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "no connection has the ID ");
    netdiag_output_name(&text, given, 0);
    netdiag_text_string(&text, " now; show tcp connections has those that live");
    return netdiag_call_refuse(call, NETDIAG_ERROR_NOT_FOUND, line);
}

static enum netdiag_status clear_connection(struct netdiag_call *call)
{
    const char *given = netdiag_call_argument(call, ID);
    char bytes[CONFIG_NETDIAG_WHO_LENGTH + 1];
    enum netdiag_error error;
    uint32_t id;

    if (!netdiag_parse_tcp_id(given, &id))
        return netdiag_call_refuse(call, NETDIAG_ERROR_INVALID, "an ID is 8 hexadecimal digits");
    netdiag_call_who(call, bytes, sizeof bytes);
    error = netdiag_tcp_abort(call->diag, id, bytes);
    if (error == NETDIAG_ERROR_NOT_FOUND)
        return refuse_id(call, given);
    return error == NETDIAG_OK ? NETDIAG_STATUS_OK : netdiag_call_fail(call, error);
}

static enum netdiag_status netstat(struct netdiag_call *call)
{
    const struct netdiag_tcp_filter everything = {.has_state = false};

    return show_all(call, NETDIAG_LAYOUT_NETSTAT, &everything);
}

static enum netdiag_status lsof(struct netdiag_call *call)
{
    struct netdiag_tcp_filter of_port = {.has_state = false};

    if (!netdiag_parse_lsof(netdiag_call_argument(call, LSOF_PORT), &of_port.port))
        return netdiag_call_refuse(call, NETDIAG_ERROR_INVALID, "a port is 1 to 65535");
    return show_all(call, NETDIAG_LAYOUT_LSOF, &of_port);
}

#define ARGUMENT_PORT(which, text)                                                                 \
    {                                                                                              \
        .name = (which), .kind = NETDIAG_ARGUMENT_NAMED, .help = (text),                           \
        .validate = netdiag_validate_tcp_port                                                      \
    }
#define ARGUMENT_PREFIX(which, text)                                                               \
    {                                                                                              \
        .name = (which), .kind = NETDIAG_ARGUMENT_NAMED, .help = (text),                           \
        .validate = netdiag_validate_prefix                                                        \
    }

/* What connections are found by, whether they live or not. */
#define ARGUMENTS_OF_ENDS                                                                          \
    ARGUMENT_PORT(PORT, "With this port at either end, 1 to 65535"),                               \
        ARGUMENT_PORT(LOCAL_PORT, "With this port at the device, 1 to 65535"),                     \
        ARGUMENT_PORT(REMOTE_PORT, "With this port at the peer, 1 to 65535"),                      \
        ARGUMENT_PREFIX(LOCAL, "With this address of the device, or one in this prefix"),          \
        ARGUMENT_PREFIX(REMOTE, "With this address of the peer, or one in this prefix"),           \
        {.name = VLAN,                                                                             \
         .kind = NETDIAG_ARGUMENT_NAMED,                                                           \
         .help = "Whose local address is of this VLAN, 1 to 4094",                                 \
         .validate = netdiag_validate_vlan_id,                                                     \
         .complete = netdiag_complete_vlan_id},                                                    \
    {                                                                                              \
        .name = OWNER, .kind = NETDIAG_ARGUMENT_NAMED,                                             \
        .help = "Of this owner; - for those without", .validate = netdiag_validate_tcp_owner,      \
        .complete = netdiag_complete_tcp_owner                                                     \
    }

static const struct netdiag_argument of_connections[] = {
    {.name = STATE,
     .kind = NETDIAG_ARGUMENT_NAMED,
     .help = "In this state: ESTABLISHED, TIME-WAIT, ...",
     .validate = netdiag_validate_tcp_state,
     .complete = netdiag_complete_tcp_state},
    ARGUMENTS_OF_ENDS,
    {.name = DETAIL, .kind = NETDIAG_ARGUMENT_FLAG, .help = "All that is known of each"},
    NETDIAG_ARGUMENT_JSON,
    {.name = NULL},
};

static const struct netdiag_argument of_closed[] = {
    ARGUMENTS_OF_ENDS,
    NETDIAG_ARGUMENT_JSON,
    {.name = NULL},
};

static const struct netdiag_argument of_brief[] = {
    {.name = ALL, .kind = NETDIAG_ARGUMENT_FLAG, .help = "Listeners too"},
    NETDIAG_ARGUMENT_JSON,
    {.name = NULL},
};

static const struct netdiag_argument of_clear[] = {
    {.name = ID,
     .kind = NETDIAG_ARGUMENT_VALUE,
     .help = "The ID of a connection, 8 hexadecimal digits",
     .validate = netdiag_validate_tcp_id},
    {.name = NULL},
};

static const struct netdiag_argument of_netstat[] = {
    {.name = "-nat",
     .kind = NETDIAG_ARGUMENT_KEYWORD,
     .help = "Connections and listeners of TCP, in numbers",
     .validate = netdiag_validate_netstat},
    {.name = NULL},
};

static const struct netdiag_argument of_lsof[] = {
    {.name = LSOF_PORT,
     .kind = NETDIAG_ARGUMENT_VALUE,
     .help = "With this port at either end: -i:9502",
     .validate = netdiag_validate_lsof},
    {.name = NULL},
};

const struct netdiag_command netdiag_commands_connections[] = {
    {.path = "show tcp connections",
     .help = "The connections, all or those that fit",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .arguments = of_connections,
     .run = show_connections},
    {.path = "show tcp brief",
     .help = "The connections, in short",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .arguments = of_brief,
     .run = show_brief},
    {.path = "show tcp closed",
     .help = "The last connections that ended, and why",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .arguments = of_closed,
     .run = show_closed},
    {.path = "clear tcp connection",
     .help = "End a connection at once, by RST",
     .privilege = PRIVILEGE_PRIVILEGED,
     .mode = MODE_ANY,
     .arguments = of_clear,
     .run = clear_connection},
    {.path = "netstat",
     .help = "Connections and listeners as netstat -nat shows them",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .arguments = of_netstat,
     .run = netstat},
    {.path = "lsof",
     .help = "Who has a port, as lsof -i:PORT shows it",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .arguments = of_lsof,
     .run = lsof},
    {.path = NULL},
};
