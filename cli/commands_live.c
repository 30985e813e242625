/*
 * monitor tcp: what goes on, drawn anew after each interval, or printed where there is no screen.
 *
 * On a screen the first picture comes at once, with what needs no interval; printed, each block
 * comes after its interval, whole.
 */
#include "cli/command.h"

#include <libcli.h>

#include "cli/arguments.h"
#include "cli/live.h"
#include "cli/session.h"

#define INTERVAL "interval"
#define COUNT    "count"

/* Of `interval` when it is not given. */
#define SECONDS_DEFAULT 2

/* How it goes on. */
enum event {
    EVENT_TIME,    /* the interval is over */
    EVENT_KEY,     /* a key was typed, or none for too long: enough */
    EVENT_STOPPED, /* ^C, or nobody is there any more */
    EVENT_ERROR,
};

struct monitor {
    struct netdiag_call *call;
    uint32_t seconds, count; /* count 0: without end */
    bool on_screen;          /* each frame is a picture */
    enum netdiag_error error;
    const char *part; /* what failed */
    struct netdiag_live_view view;
};

static uint32_t number_given(const struct netdiag_call *call, const char *name, uint32_t otherwise)
{
    const char *given = netdiag_call_argument(call, name);
    uint32_t number;

    return given != NULL && netdiag_parse_number(given, 1, UINT32_MAX, &number) ? number
                                                                                : otherwise;
}

static enum event fail(struct monitor *monitor, enum netdiag_error error, const char *part)
{
    monitor->error = error;
    monitor->part = part;
    return EVENT_ERROR;
}

static void draw(struct monitor *monitor)
{
    struct netdiag_call *call = monitor->call;
    struct netdiag_live_view *view = &monitor->view;
    struct netdiag_session *session = call->output.session;
    struct netdiag_terminal screen = {.columns = 0, .rows = 0};

    if (monitor->on_screen)
        netdiag_session_picture_begin(session, view->index == 0, &screen);
    view->columns = screen.columns;
    view->rows = screen.rows;
    call->renderer->begin(&call->output, &call->head);
    call->renderer->tcp_live(&call->output, &call->head, view);
    call->renderer->end(&call->output);
    if (monitor->on_screen)
        netdiag_session_picture_end(session);
    else
        netdiag_output_flush(&call->output);
    view->index++;
}

/* How far a walk is says the next picture. */
static bool cancelled(void *output, size_t walked)
{
    (void)walked;
    return netdiag_output_cancelled(output);
}

/* The walks; it is asked for a key between two waits, and so for a ^C here. */
static enum event take(struct monitor *monitor)
{
    struct netdiag_call *call = monitor->call;
    enum netdiag_error error;

    if (!netdiag_live_take(call->diag, &monitor->view, cancelled, &call->output, &error))
        return EVENT_STOPPED;
    if (error != NETDIAG_OK)
        return fail(monitor, error, "the connections");
    netdiag_call_look(call);
    return EVENT_TIME;
}

/* With a count it has an end of its own, however long nobody types. */
static bool is_over(struct monitor *monitor, enum event *event)
{
    struct netdiag_output *output = &monitor->call->output;

    if (!netdiag_session_take_key(output->session) &&
        (monitor->count > 0 || !netdiag_session_is_left(output->session)))
        return false;
    *event = netdiag_output_cancelled(output) ? EVENT_STOPPED : EVENT_KEY;
    return true;
}

static enum event wait_interval(struct monitor *monitor)
{
    struct netdiag_tcp_rate *rate = &monitor->view.live.rate;
    enum netdiag_error error;
    enum event event;
    bool done = false;

    while (!done) {
        if (is_over(monitor, &event))
            return event;
        if (monitor->on_screen && netdiag_session_was_resized(monitor->call->output.session))
            draw(monitor);
        error = netdiag_tcp_rate_wait(monitor->call->diag, rate, &done);
        if (error != NETDIAG_OK)
            return fail(monitor, error, rate->part);
    }
    return is_over(monitor, &event) ? event : EVENT_TIME;
}

/* On a screen that is a picture already; elsewhere it is what the first block is compared with. */
static enum event start(struct monitor *monitor)
{
    struct netdiag_tcp_live *live = &monitor->view.live;
    enum netdiag_error error = netdiag_tcp_live_start(monitor->call->diag, live, monitor->seconds);
    enum event event;

    if (error != NETDIAG_OK)
        return fail(monitor, error, live->rate.part);
    event = take(monitor);
    if (event == EVENT_TIME && monitor->on_screen)
        draw(monitor);
    return event;
}

static enum event next(struct monitor *monitor)
{
    struct netdiag_tcp_live *live = &monitor->view.live;
    enum event event = wait_interval(monitor);
    enum netdiag_error error;

    if (event != EVENT_TIME)
        return event;
    error = netdiag_tcp_live_next(monitor->call->diag, live);
    if (error != NETDIAG_OK)
        return fail(monitor, error, live->rate.part);
    event = take(monitor);
    if (event == EVENT_TIME)
        draw(monitor);
    return event;
}

static enum netdiag_status refuse(struct netdiag_call *call, const struct monitor *monitor)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "monitor tcp needs ");
    netdiag_text_string(&text, monitor->part);
    netdiag_text_string(&text, ": ");
    netdiag_text_string(&text, netdiag_error_text(monitor->error));
    return netdiag_call_refuse(call, monitor->error, line);
}

static enum netdiag_status monitor_tcp(struct netdiag_call *call)
{
    struct monitor monitor = {.call = call};
    enum event event;

    monitor.seconds = number_given(call, INTERVAL, SECONDS_DEFAULT);
    monitor.count = number_given(call, COUNT, 0);
    monitor.on_screen = call->renderer->draws && netdiag_session_has_screen(call->output.session);
    event = start(&monitor);
    for (uint32_t i = 0; event == EVENT_TIME && (monitor.count == 0 || i < monitor.count); i++)
        event = next(&monitor);
    if (event == EVENT_ERROR)
        return refuse(call, &monitor);
    return event == EVENT_STOPPED ? netdiag_call_stopped(call) : NETDIAG_STATUS_OK;
}

#define DIGITS_OF(number) #number
#define DIGITS(symbol)    DIGITS_OF(symbol)

static const struct netdiag_argument of_tcp[] = {
    {.name = INTERVAL,
     .kind = NETDIAG_ARGUMENT_NAMED,
     .help = "Seconds of an interval, 1 to " DIGITS(CONFIG_NETDIAG_RATE_SECONDS) "; " DIGITS(
         SECONDS_DEFAULT) " when it is not given",
     .validate = netdiag_validate_rate_seconds},
    {.name = COUNT,
     .kind = NETDIAG_ARGUMENT_NAMED,
     .help = "Intervals, 1 to " DIGITS(
         CONFIG_NETDIAG_LIVE_COUNT) "; not given, it goes on until a key is typed",
     .validate = netdiag_validate_live_count},
    NETDIAG_ARGUMENT_JSON,
    {.name = NULL},
};

const struct netdiag_command netdiag_commands_live[] = {
    {.path = "monitor",
     .help = "See what goes on, until a key is typed",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY},
    {.path = "monitor tcp",
     .help = "Rates, states, top talkers, owners and findings of TCP, live",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .arguments = of_tcp,
     .run = monitor_tcp},
    {.path = NULL},
};
