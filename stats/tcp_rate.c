/*
 * Rates, in integers: a small device has no floating point.
 */
#include "stats/tcp_rate.h"

#include <string.h>

#include "stats/device.h"
#include "stats/tcp_counters.h"

#define MS_A_SECOND     1000u
#define TENTHS_A_SECOND 10u
#define SCALE           (MS_A_SECOND * TENTHS_A_SECOND)

static enum netdiag_error read_clock(const struct netdiag *diag, struct netdiag_tcp_rate *rate,
                                     uint64_t *uptime_ms)
{
    struct netdiag_time time = {.uptime_ms = 0};
    enum netdiag_error error = netdiag_device_time(diag, &time);

    rate->part = "the device's clock";
    *uptime_ms = time.uptime_ms;
    return error;
}

static enum netdiag_error measure(const struct netdiag *diag, struct netdiag_tcp_rate *rate)
{
    uint64_t now_ms;
    enum netdiag_error error = read_clock(diag, rate, &now_ms);

    if (error == NETDIAG_OK)
        rate->elapsed_ms = now_ms - rate->start_ms;
    return error;
}

static enum netdiag_error read_counters(const struct netdiag *diag, struct netdiag_tcp_rate *rate,
                                        struct netdiag_tcp_counters *counters)
{
    rate->part = "the counters of TCP";
    return netdiag_device_tcp_counters(diag, counters);
}

static uint32_t waits_of(uint32_t seconds)
{
    return seconds * (MS_A_SECOND / NETDIAG_WAIT_MS);
}

enum netdiag_error netdiag_tcp_rate_start(const struct netdiag *diag, struct netdiag_tcp_rate *rate,
                                          uint32_t seconds)
{
    enum netdiag_error error;

    memset(rate, 0, sizeof *rate);
    rate->asked_s = seconds;
    rate->waits_left = waits_of(seconds);
    error = read_counters(diag, rate, &rate->before);
    if (error != NETDIAG_OK)
        return error;
    return read_clock(diag, rate, &rate->start_ms);
}

enum netdiag_error netdiag_tcp_rate_wait(const struct netdiag *diag, struct netdiag_tcp_rate *rate,
                                         bool *done)
{
    uint64_t left_ms = (uint64_t)rate->asked_s * MS_A_SECOND - rate->elapsed_ms;
    enum netdiag_error error;

    rate->part = "time to pass";
    error =
        netdiag_device_wait(diag, left_ms < NETDIAG_WAIT_MS ? (uint32_t)left_ms : NETDIAG_WAIT_MS);
    if (error == NETDIAG_OK)
        error = measure(diag, rate);
    rate->waits_left--;
    *done = error != NETDIAG_OK || rate->waits_left == 0 ||
            rate->elapsed_ms >= (uint64_t)rate->asked_s * MS_A_SECOND;
    return error;
}

enum netdiag_error netdiag_tcp_rate_end(const struct netdiag *diag, struct netdiag_tcp_rate *rate)
{
    struct netdiag_tcp_counters now;
    enum netdiag_error error = read_counters(diag, rate, &now);

    if (error == NETDIAG_OK)
        error = measure(diag, rate);
    if (error != NETDIAG_OK)
        return error;
    rate->now = now;
    memset(&rate->grown, 0, sizeof rate->grown);
    netdiag_tcp_counters_subtract(&now, &rate->before);
    for (unsigned i = 0; i < NETDIAG_TCP_COUNTERS; i++) {
        enum netdiag_tcp_counter counter = (enum netdiag_tcp_counter)i;
        uint64_t before, grown;

        if (netdiag_tcp_counter_only_grows(counter) &&
            netdiag_tcp_counter_get(&rate->before, counter, &before) &&
            netdiag_tcp_counter_get(&now, counter, &grown))
            netdiag_tcp_counter_set(&rate->grown, counter, grown);
    }
    return NETDIAG_OK;
}

void netdiag_tcp_rate_go_on(struct netdiag_tcp_rate *rate)
{
    rate->before = rate->now;
    rate->start_ms += rate->elapsed_ms;
    rate->elapsed_ms = 0;
    rate->waits_left = waits_of(rate->asked_s);
}

bool netdiag_tcp_rate_tenths(uint64_t count, uint64_t ms, uint64_t *tenths)
{
    uint64_t whole, rest;

    if (ms == 0 || ms > UINT64_MAX / (2 * SCALE))
        return false;
    whole = count / ms; /* first, as count * SCALE can be past 64 bits */
    rest = (count % ms * SCALE + ms / 2) / ms;
    if (whole > (UINT64_MAX - rest) / SCALE)
        return false;
    *tenths = whole * SCALE + rest;
    return true;
}
