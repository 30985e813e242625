/*
 * What stands between TCP and the cable: show arp, show ipv6 neighbors, ping.
 */
#include "cli/command.h"

#include <string.h>

#include <libcli.h>

#include "cli/arguments.h"
#include "stats/address_parse.h"

#define ADDRESS "address"
#define COUNT   "count"

/* Of a ping that is not told; Cisco's. */
#define COUNT_DEFAULT 5

/* ---- neighbours ---- */

static enum netdiag_status show_neighbors(struct netdiag_call *call, enum netdiag_family family)
{
    struct netdiag_neighbors_end ended = {.count = 0, .error = NETDIAG_OK};
    struct netdiag_neighbor_reader reader;
    const struct netdiag_neighbor *row;

    netdiag_neighbor_reader_start(&reader, call->diag, family);
    row = netdiag_neighbor_reader_next(&reader, &ended.error);
    if (ended.error != NETDIAG_OK)
        return netdiag_call_fail(call, ended.error);
    netdiag_call_begin(call);
    call->renderer->neighbors_begin(&call->output, family);
    for (; row != NULL; ended.count++) {
        if (netdiag_output_cancelled(&call->output))
            return netdiag_call_stopped(call);
        call->renderer->neighbor(&call->output, family, row);
        row = netdiag_neighbor_reader_next(&reader, &ended.error);
    }
    call->renderer->neighbors_end(&call->output, &ended);
    netdiag_call_end(call);
    return ended.error == NETDIAG_OK ? NETDIAG_STATUS_OK : NETDIAG_STATUS_FAILED;
}

static enum netdiag_status show_arp(struct netdiag_call *call)
{
    return show_neighbors(call, NETDIAG_FAMILY_IPV4);
}

static enum netdiag_status show_ipv6_neighbors(struct netdiag_call *call)
{
    return show_neighbors(call, NETDIAG_FAMILY_IPV6);
}

/* ---- ping ---- */

/* Not 0.0.0.0/8, not multicast and what lies above it; not "::", not multicast. */
static bool is_one_host(const struct netdiag_address *address)
{
    static const struct netdiag_address none = {.family = NETDIAG_FAMILY_IPV6};

    if (address->family == NETDIAG_FAMILY_IPV4)
        return address->bytes[0] > 0 && address->bytes[0] < 224;
    return address->bytes[0] != 0xff && memcmp(address->bytes, none.bytes, sizeof none.bytes) != 0;
}

static enum netdiag_status refuse_ping(struct netdiag_call *call, enum netdiag_error error,
                                       const struct netdiag_address *to)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE], address[NETDIAG_ADDRESS_TEXT];
    struct netdiag_text text;

    if (error == NETDIAG_ERROR_UNSUPPORTED || error == NETDIAG_ERROR_DOWN)
        return netdiag_call_fail(call, error);
    netdiag_text_start(&text, line, sizeof line);
    if (error == NETDIAG_ERROR_NOT_FOUND)
        netdiag_text_string(&text, "peer unreachable: the device has no route to ");
    else if (error == NETDIAG_ERROR_INVALID)
        netdiag_text_string(&text, "ping takes the address of one host, which this is not: ");
    else
        netdiag_text_string(&text, "no echo can be sent now to ");
    netdiag_text_string(&text, netdiag_address_text(to, address, sizeof address));
    if (error == NETDIAG_ERROR_FULL)
        netdiag_text_string(&text, ": too many pings wait for their answers; try again");
    else if (error != NETDIAG_ERROR_NOT_FOUND && error != NETDIAG_ERROR_INVALID) {
        netdiag_text_string(&text, ": ");
        netdiag_text_string(&text, netdiag_error_text(error));
    }
    return netdiag_call_refuse(call, error, line);
}

static enum netdiag_status take_words(struct netdiag_call *call, struct netdiag_address *to,
                                      uint32_t *count)
{
    const char *address = netdiag_call_argument(call, ADDRESS);
    const char *given = netdiag_call_argument(call, COUNT);

    *count = COUNT_DEFAULT;
    if (address == NULL || !netdiag_address_parse(address, to))
        return netdiag_call_refuse(call, NETDIAG_ERROR_INVALID, "not an IP address");
    if (given != NULL && !netdiag_parse_number(given, 1, CONFIG_NETDIAG_PING_COUNT, count))
        return netdiag_call_refuse(call, NETDIAG_ERROR_INVALID, "the count is out of range");
    return is_one_host(to) ? NETDIAG_STATUS_OK : refuse_ping(call, NETDIAG_ERROR_INVALID, to);
}

/* Says how far it is, and tells whether the user has stopped it. */
static bool is_stopped(const struct netdiag_call *call, const struct netdiag_ping *ping)
{
    netdiag_output_progress(&call->output, ping->count, ping->asked, NETDIAG_PHRASE_ECHOES);
    return netdiag_output_cancelled(&call->output);
}

/* False when the user stopped it. */
static bool run_ping(struct netdiag_call *call, struct netdiag_ping *ping,
                     enum netdiag_error *error)
{
    bool done = false;

    *error = NETDIAG_OK;
    while (*error == NETDIAG_OK && !done && !is_stopped(call, ping)) {
        uint32_t count = ping->count;

        *error = netdiag_ping_step(call->diag, ping, &done);
        if (ping->count > count)
            call->renderer->ping_echo(&call->output, ping);
    }
    netdiag_ping_end(call->diag, ping);
    return done;
}

static enum netdiag_status ping(struct netdiag_call *call)
{
    struct netdiag_address to;
    struct netdiag_ping ping;
    enum netdiag_error error;
    uint32_t count;
    enum netdiag_status status = take_words(call, &to, &count);

    if (status != NETDIAG_STATUS_OK)
        return status;
    error = netdiag_ping_start(call->diag, &ping, &to, count);
    if (error != NETDIAG_OK)
        return refuse_ping(call, error, &to);
    netdiag_call_begin(call);
    call->renderer->ping_begin(&call->output, &ping);
    netdiag_output_flush(&call->output); /* a person sees what is waited for */
    if (!run_ping(call, &ping, &error))
        return netdiag_call_stopped(call);
    netdiag_output_progress_end(&call->output);
    call->renderer->ping_end(&call->output, &ping, error);
    netdiag_call_end(call);
    if (error == NETDIAG_ERROR_DOWN)
        return NETDIAG_STATUS_UNREACHABLE;
    return error == NETDIAG_OK && ping.received > 0 ? NETDIAG_STATUS_OK : NETDIAG_STATUS_FAILED;
}

/* ---- their words ---- */

static const struct netdiag_argument json_only[] = {
    NETDIAG_ARGUMENT_JSON,
    {.name = NULL},
};

#define DIGITS_OF(number) #number
#define DIGITS(symbol)    DIGITS_OF(symbol)

static const struct netdiag_argument of_ping[] = {
    {.name = ADDRESS,
     .kind = NETDIAG_ARGUMENT_VALUE,
     .help = "IPv4 or IPv6 address of a host",
     .validate = netdiag_validate_address},
    {.name = COUNT,
     .kind = NETDIAG_ARGUMENT_NAMED,
     .help = "How many echoes, 1 to " DIGITS(CONFIG_NETDIAG_PING_COUNT) "; " DIGITS(
         COUNT_DEFAULT) " when it is not given",
     .validate = netdiag_validate_ping_count},
    NETDIAG_ARGUMENT_JSON,
    {.name = NULL},
};

const struct netdiag_command netdiag_commands_net[] = {
    {.path = "show arp",
     .help = "The neighbours that ARP knows",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .arguments = json_only,
     .run = show_arp},
    {.path = "show ipv6",
     .help = "IPv6: neighbours",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY},
    {.path = "show ipv6 neighbors",
     .help = "The neighbours that IPv6 knows, and whether they answer",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .arguments = json_only,
     .run = show_ipv6_neighbors},
    {.path = "ping",
     .help = "Ask a host whether it answers, by ICMP",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .arguments = of_ping,
     .run = ping},
    {.path = NULL},
};
