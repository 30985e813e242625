#include "stats/ping.h"

#include <string.h>

#include "stats/device.h"

#define TIMEOUT_MS (CONFIG_NETDIAG_PING_TIMEOUT_S * 1000u)

static enum netdiag_error send_echo(const struct netdiag *diag, struct netdiag_ping *ping)
{
    enum netdiag_error error =
        diag->platform->echo_send(diag->ctx, &ping->to, NETDIAG_PING_BYTES, &ping->echo);

    if (error != NETDIAG_OK)
        return error;
    ping->waits = true;
    ping->waited_ms = 0;
    ping->sent++;
    return NETDIAG_OK;
}

enum netdiag_error netdiag_ping_start(const struct netdiag *diag, struct netdiag_ping *ping,
                                      const struct netdiag_address *to, uint32_t count)
{
    const struct netdiag_platform *platform = diag->platform;

    memset(ping, 0, sizeof *ping);
    if (platform->echo_send == NULL || platform->echo_poll == NULL || platform->echo_end == NULL)
        return NETDIAG_ERROR_UNSUPPORTED;
    if (count < 1 || count > CONFIG_NETDIAG_PING_COUNT)
        return NETDIAG_ERROR_INVALID;
    ping->to = *to;
    ping->asked = count;
    return send_echo(diag, ping);
}

void netdiag_ping_end(const struct netdiag *diag, struct netdiag_ping *ping)
{
    if (ping->waits)
        (void)diag->platform->echo_end(diag->ctx, ping->echo);
    ping->waits = false;
}

static void add_answer(struct netdiag_ping *ping, uint32_t rtt_ms)
{
    if (ping->received == 0 || rtt_ms < ping->least_ms)
        ping->least_ms = rtt_ms;
    if (rtt_ms > ping->most_ms)
        ping->most_ms = rtt_ms;
    ping->sum_ms += rtt_ms;
    ping->received++;
}

static void settle(const struct netdiag *diag, struct netdiag_ping *ping,
                   enum netdiag_ping_result result, uint32_t rtt_ms)
{
    netdiag_ping_end(diag, ping);
    ping->echoes[ping->count].result = result;
    ping->echoes[ping->count].rtt_ms = rtt_ms;
    ping->count++;
    if (result == NETDIAG_PING_ANSWERED)
        add_answer(ping, rtt_ms);
}

/*
 * As long as was waited already: a host that answers in a millisecond is not waited for fifty, and
 * one that does not costs few looks. What is counted is what was asked for, so that a clock which
 * stands still holds no shell for ever.
 */
static uint32_t next_wait(const struct netdiag_ping *ping)
{
    uint32_t ms = ping->waited_ms > 0 ? ping->waited_ms : 1;

    if (ms > NETDIAG_WAIT_MS)
        ms = NETDIAG_WAIT_MS;
    return ms < TIMEOUT_MS - ping->waited_ms ? ms : TIMEOUT_MS - ping->waited_ms;
}

static enum netdiag_error wait_for_answer(const struct netdiag *diag, struct netdiag_ping *ping)
{
    uint32_t ms = next_wait(ping);
    bool answered = false;
    uint32_t rtt_ms = 0;
    enum netdiag_error error = netdiag_device_wait(diag, ms);

    ping->waited_ms += ms;
    if (error == NETDIAG_OK)
        error = diag->platform->echo_poll(diag->ctx, ping->echo, &answered, &rtt_ms);
    if (error != NETDIAG_OK)
        return error;
    if (answered)
        settle(diag, ping, NETDIAG_PING_ANSWERED, rtt_ms);
    else if (ping->waited_ms >= TIMEOUT_MS)
        settle(diag, ping, NETDIAG_PING_SILENT, 0);
    return NETDIAG_OK;
}

enum netdiag_error netdiag_ping_step(const struct netdiag *diag, struct netdiag_ping *ping,
                                     bool *done)
{
    enum netdiag_error error = NETDIAG_OK;

    if (ping->waits)
        error = wait_for_answer(diag, ping);
    else if (send_echo(diag, ping) != NETDIAG_OK)
        settle(diag, ping, NETDIAG_PING_UNSENT, 0);
    *done = error != NETDIAG_OK || ping->count == ping->asked;
    return error;
}

const char *netdiag_ping_result_key(enum netdiag_ping_result result)
{
    switch (result) {
    case NETDIAG_PING_ANSWERED:
        return "answered";
    case NETDIAG_PING_SILENT:
        return "silent";
    case NETDIAG_PING_UNSENT:
        return "unsent";
    }
    return "unknown";
}
