/*
 * The connections stand on the handler's stack, and are closed before it returns, however it does.
 */
#include "commands_connect.h"

#include "cli/arguments.h"
#include "commands_simulate.h"
#include "dial.h"
#include "stack.h"
#include "stats/address_parse.h"

#define ADDRESS "address"
#define PORT    "port"
#define COUNT   "count"
#define SECONDS "seconds"

#define PORT_MAX    65535
#define SECONDS_MAX SIM_WAIT_MAX_S

/* Of a call that is not told. */
#define COUNT_DEFAULT   1
#define SECONDS_DEFAULT 10

#define DIGITS_OF(number) #number
#define DIGITS(symbol)    DIGITS_OF(symbol)

#define COUNTS       "1 to " DIGITS(CONFIG_NETDIAG_SIM_CONNECTS)
#define SECOND_COUNT "1 to " DIGITS(SECONDS_MAX)

static struct sim *simulation;

void sim_connect_by(struct sim *sim)
{
    simulation = sim;
}

struct request {
    const char *to; /* as it was typed */
    struct netdiag_address address;
    uint32_t port, count, seconds;
};

/* A number that may be missing. */
static bool take_number(const char *given, uint32_t most, uint32_t otherwise, uint32_t *number)
{
    *number = otherwise;
    return !given || netdiag_parse_number(given, 1, most, number);
}

static enum netdiag_status take_words(struct netdiag_call *call, struct request *request)
{
    const char *port = netdiag_call_argument(call, PORT);
    const char *count = netdiag_call_argument(call, COUNT);
    const char *seconds = netdiag_call_argument(call, SECONDS);

    request->to = netdiag_call_argument(call, ADDRESS);
    if (!netdiag_address_parse(request->to, &request->address))
        return sim_refuse_word(call, request->to, "IP address",
                               "those of one host, as 10.0.10.2 or fd00:10::2");
    if (!netdiag_parse_number(port, 1, PORT_MAX, &request->port))
        return sim_refuse_word(call, port, "TCP port", "1 to " DIGITS(PORT_MAX));
    if (!take_number(count, CONFIG_NETDIAG_SIM_CONNECTS, COUNT_DEFAULT, &request->count))
        return sim_refuse_word(call, count, "number of connections", COUNTS);
    if (!take_number(seconds, SECONDS_MAX, SECONDS_DEFAULT, &request->seconds))
        return sim_refuse_word(call, seconds, "number of seconds", SECOND_COUNT);
    return NETDIAG_STATUS_OK;
}

static enum netdiag_status refuse(struct netdiag_call *call, enum netdiag_error error,
                                  const struct request *request)
{
    char bytes[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, bytes, sizeof bytes);
    netdiag_text_string(&text, "cannot call ");
    netdiag_text_string(&text, request->to);
    if (error == NETDIAG_ERROR_NOT_FOUND)
        netdiag_text_string(&text, ": the device has no route there; show vlan ifindex detail has "
                                   "the subnets that it is in");
    else if (error == NETDIAG_ERROR_INVALID)
        netdiag_text_string(&text, ": the device is built without IPv6");
    else if (error == NETDIAG_ERROR_FULL)
        netdiag_text_string(&text, ": the pool of connections is full; show tcp pool has who "
                                   "holds it");
    else
        netdiag_text_string(&text, ": no local port or no memory is left");
    return netdiag_call_refuse(call, error, bytes);
}

static void close_all(struct sim_dial *dials, uint32_t count)
{
    sim_stack_lock(NULL);
    for (uint32_t i = 0; i < count; i++)
        sim_dial_close(&dials[i]);
    sim_stack_unlock(NULL);
}

/* All or none. */
static enum netdiag_error open_all(struct sim_dial *dials, const struct request *request)
{
    enum netdiag_error error = NETDIAG_OK;
    uint32_t opened = 0;

    sim_stack_lock(NULL);
    while (opened < request->count && error == NETDIAG_OK)
        error = sim_dial_open(&dials[opened++], &request->address, (uint16_t)request->port);
    sim_stack_unlock(NULL);
    if (error != NETDIAG_OK)
        close_all(dials, opened);
    return error;
}

/* False: the user stopped it, or the simulation ends. */
static bool pass_time(const struct netdiag_call *call, uint32_t seconds)
{
    uint64_t start_ms = sim_clock_ms(), end_ms = start_ms + UINT64_C(1000) * seconds, now_ms;

    while ((now_ms = sim_clock_ms()) < end_ms) {
        netdiag_output_progress(&call->output, (now_ms - start_ms) / 1000, seconds,
                                NETDIAG_PHRASE_SECOND);
        if (!sim_run(simulation, end_ms - now_ms < SIM_WAIT_MS ? end_ms - now_ms : SIM_WAIT_MS) ||
            netdiag_output_cancelled(&call->output))
            return false;
    }
    return true;
}

/* "6 called: 1 open, 0 refused, 5 unanswered, 0 ended" */
static void say(struct netdiag_call *call, const struct sim_dial *dials, uint32_t count)
{
    uint64_t numbers[1 + SIM_DIAL_STATES] = {count};

    sim_stack_lock(NULL);
    for (uint32_t i = 0; i < count; i++)
        numbers[1 + dials[i].state]++;
    sim_stack_unlock(NULL);
    netdiag_output_numbers(&call->output, "# called: # unanswered, # open, # refused, # ended",
                           numbers);
}

enum netdiag_status sim_connect(struct netdiag_call *call)
{
    struct sim_dial dials[CONFIG_NETDIAG_SIM_CONNECTS];
    struct request request;
    enum netdiag_status status = take_words(call, &request);
    enum netdiag_error error;
    bool passed;

    if (status != NETDIAG_STATUS_OK)
        return status;
    error = open_all(dials, &request);
    if (error != NETDIAG_OK)
        return refuse(call, error, &request);
    passed = pass_time(call, request.seconds);
    if (passed)
        say(call, dials, request.count);
    close_all(dials, request.count);
    return passed ? NETDIAG_STATUS_OK : netdiag_call_stopped(call);
}

const struct netdiag_argument sim_connect_arguments[] = {
    {.name = ADDRESS, .kind = NETDIAG_ARGUMENT_VALUE, .help = "IPv4 or IPv6 address of a host"},
    {.name = PORT, .kind = NETDIAG_ARGUMENT_VALUE, .help = "TCP port, 1 to " DIGITS(PORT_MAX)},
    {.name = COUNT,
     .kind = NETDIAG_ARGUMENT_NAMED,
     .help = "How many connections, " COUNTS "; " DIGITS(COUNT_DEFAULT) " when it is not given"},
    {.name = SECONDS,
     .kind = NETDIAG_ARGUMENT_NAMED,
     .help =
         "How long they stay, " SECOND_COUNT "; " DIGITS(SECONDS_DEFAULT) " when it is not given"},
    {.name = NULL},
};
