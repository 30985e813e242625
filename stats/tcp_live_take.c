/*
 * Takes a frame of the live view from the device.
 */
#include <string.h>

#include "stats/device.h"
#include "stats/tcp_lists.h"
#include "stats/tcp_live.h"

#define MS_A_SECOND 1000u

static void take_levels(const struct netdiag *diag, struct netdiag_tcp_live *live)
{
    live->states_error = netdiag_device_tcp_states(diag, &live->states);
    live->pool_error = netdiag_device_tcp_pool(diag, &live->pool);
}

enum netdiag_error netdiag_tcp_live_start(const struct netdiag *diag, struct netdiag_tcp_live *live,
                                          uint32_t seconds)
{
    enum netdiag_error error;

    memset(live, 0, sizeof *live);
    error = netdiag_tcp_rate_start(diag, &live->rate, seconds);
    if (error == NETDIAG_OK)
        take_levels(diag, live);
    return error;
}

enum netdiag_error netdiag_tcp_live_next(const struct netdiag *diag, struct netdiag_tcp_live *live)
{
    enum netdiag_error error = netdiag_tcp_rate_end(diag, &live->rate);

    if (error != NETDIAG_OK)
        return error;
    live->elapsed_ms = live->rate.elapsed_ms;
    netdiag_tcp_rate_go_on(&live->rate);
    take_levels(diag, live);
    return NETDIAG_OK;
}

/*
 * Those that ended after the last frame, up to the one that was the last when this frame began:
 * the same ones each time. A list of many, and only here on the stack.
 */
static __attribute__((noinline)) void
take_closed(const struct netdiag *diag, struct netdiag_tcp_live *live, bool is_first,
            void (*take)(struct netdiag_tcp_live *live, const struct netdiag_tcp_closed *row))
{
    struct netdiag_tcp_endings endings;
    uint64_t taken = 0;

    if (netdiag_tcp_endings_collect(diag, &endings) != NETDIAG_OK)
        return;
    if (is_first) {
        live->ended_before = live->has_ended ? live->ended : endings.total;
        live->ended = endings.total;
        live->has_ended = true;
    }
    for (size_t i = 0; i < endings.count; i++) {
        uint64_t number = endings.total - i;

        if (number <= live->ended_before)
            break;
        if (number > live->ended)
            continue;
        take(live, &endings.rows[i]);
        taken++;
    }
    if (!is_first) /* what ended during the walks has displaced some, too */
        live->ended_uncounted += live->ended - live->ended_before - taken;
}

enum netdiag_error netdiag_tcp_live_open(const struct netdiag *diag, struct netdiag_tcp_live *live)
{
    struct netdiag_time time;
    enum netdiag_error error = netdiag_device_time(diag, &time);

    if (error != NETDIAG_OK)
        return error;
    netdiag_tcp_live_begin(live, time.uptime_ms, live->rate.asked_s * MS_A_SECOND);
    take_closed(diag, live, true, netdiag_tcp_live_nominate_closed);
    return NETDIAG_OK;
}

void netdiag_tcp_live_first(void *live, const struct netdiag_tcp_connection *row)
{
    netdiag_tcp_live_nominate(live, row);
}

void netdiag_tcp_live_second(void *live, const struct netdiag_tcp_connection *row)
{
    netdiag_tcp_live_count(live, row);
}

void netdiag_tcp_live_close(const struct netdiag *diag, struct netdiag_tcp_live *live)
{
    take_closed(diag, live, false, netdiag_tcp_live_count_closed);
    netdiag_tcp_live_end(live);
}
