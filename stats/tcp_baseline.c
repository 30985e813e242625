/*
 * How the baseline is shared.
 *
 * There are two places. One holds; the other is free for the next clear, which fills it and then
 * makes it the one that holds. A reader counts itself in at the place that holds, looks whether it
 * still does, copies, and counts itself out; a clear does not touch a place where a reader is. So
 * no copy is ever torn, and nobody waits: with a lock of the platform's, a platform that forgot it
 * would show mixed numbers, and with a sequence counter a reader would spin for ever on an RTOS
 * with strict priorities, above a clear that it interrupted. A clear that cannot go on at once says
 * so; the price is a second baseline, half a kilobyte a device.
 *
 * All atomics are sequentially consistent, and must be: a reader writes `readers` and then reads
 * `current`, a clear writes `current` and, the next time, reads `readers`. Weaker ones would let
 * both miss what the other wrote.
 */
#include "stats/tcp_baseline.h"

#include <string.h>

#include "stats/device.h"
#include "stats/text.h"

void netdiag_tcp_baselines_init(struct netdiag_tcp_baselines *baselines)
{
    memset(baselines->baseline, 0, sizeof baselines->baseline);
    atomic_flag_clear(&baselines->writing);
    atomic_init(&baselines->current, 0);
    atomic_init(&baselines->readers[0], 0);
    atomic_init(&baselines->readers[1], 0);
}

/* Counts a reader in. Goes round again only when a clear has come between. */
static unsigned enter(struct netdiag_tcp_baselines *baselines)
{
    for (;;) {
        unsigned place = atomic_load(&baselines->current);

        atomic_fetch_add(&baselines->readers[place], 1);
        if (atomic_load(&baselines->current) == place)
            return place;
        atomic_fetch_sub(&baselines->readers[place], 1);
    }
}

static void leave(struct netdiag_tcp_baselines *baselines, unsigned place)
{
    atomic_fetch_sub(&baselines->readers[place], 1);
}

void netdiag_tcp_baseline_get(struct netdiag *diag, struct netdiag_tcp_baseline *baseline)
{
    unsigned place = enter(&diag->tcp_baselines);

    *baseline = diag->tcp_baselines.baseline[place];
    leave(&diag->tcp_baselines, place);
}

void netdiag_tcp_cleared_get(struct netdiag *diag, struct netdiag_tcp_cleared *cleared)
{
    unsigned place = enter(&diag->tcp_baselines);

    *cleared = diag->tcp_baselines.baseline[place].cleared;
    leave(&diag->tcp_baselines, place);
}

static void sign(const struct netdiag *diag, struct netdiag_tcp_cleared *cleared, const char *by)
{
    struct netdiag_time time;
    struct netdiag_text text;

    memset(cleared, 0, sizeof *cleared);
    cleared->ever = true;
    cleared->has_uptime = netdiag_device_time(diag, &time) == NETDIAG_OK;
    if (cleared->has_uptime)
        cleared->uptime_ms = time.uptime_ms;
    netdiag_text_start(&text, cleared->by, sizeof cleared->by);
    netdiag_text_string(&text, by);
}

/* By one thread at a time. What is half written when the platform fails never held. */
static enum netdiag_error replace(struct netdiag *diag, const char *by)
{
    struct netdiag_tcp_baselines *baselines = &diag->tcp_baselines;
    unsigned place = 1 - atomic_load(&baselines->current);
    struct netdiag_tcp_baseline *baseline = &baselines->baseline[place];
    enum netdiag_error error;

    if (atomic_load(&baselines->readers[place]) > 0)
        return NETDIAG_ERROR_BUSY;
    error = netdiag_device_tcp_counters(diag, &baseline->counters);
    if (error != NETDIAG_OK)
        return error;
    baseline->has_pool = netdiag_device_tcp_pool(diag, &baseline->pool) == NETDIAG_OK;
    sign(diag, &baseline->cleared, by);
    atomic_store(&baselines->current, place);
    return NETDIAG_OK;
}

static void log_clear(const struct netdiag *diag, const char *by)
{
    char bytes[CONFIG_NETDIAG_WHO_LENGTH + 64];
    struct netdiag_text text;

    netdiag_text_start(&text, bytes, sizeof bytes);
    netdiag_text_string(&text, "tcp statistics cleared by ");
    netdiag_text_string(&text, by);
    netdiag_device_log(diag, NETDIAG_SEVERITY_NOTICE, bytes);
}

enum netdiag_error netdiag_tcp_clear(struct netdiag *diag, const char *by)
{
    enum netdiag_error error;

    if (atomic_flag_test_and_set(&diag->tcp_baselines.writing))
        return NETDIAG_ERROR_BUSY;
    error = replace(diag, by);
    atomic_flag_clear(&diag->tcp_baselines.writing);
    if (error == NETDIAG_OK)
        log_clear(diag, by);
    return error;
}
