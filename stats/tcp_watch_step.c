/*
 * One look: a sample of what counts, and now and then a walk over all connections and a judgement.
 */
#include "stats/tcp_watch.h"

#include "stats/device.h"
#include "stats/tcp_diagnosis.h"
#include "stats/tcp_past.h"
#include "stats/tcp_stalls.h"
#include "stats/tcp_walk.h"

#define WALK_MS  (CONFIG_NETDIAG_WATCH_S * 1000u)
#define EARLY_MS 100 /* a task that comes a little early waits no second more for its walk */

static bool is_walk_due(const struct netdiag_tcp_watch *watch, uint64_t now_ms)
{
    return !watch->has_walked || now_ms + EARLY_MS >= watch->walked_ms + WALK_MS;
}

struct stall_look {
    struct netdiag_tcp_stall_table *table;
    uint64_t now_ms;
};

static void add_stall(void *into, const struct netdiag_tcp_connection *row)
{
    const struct stall_look *look = into;

    netdiag_tcp_stalls_add(look->table, row, look->now_ms);
}

/* A walk that breaks off ends no stall: what it did not come to may still be so. */
static void look_for_stalls(struct netdiag *diag, uint64_t now_ms)
{
    struct netdiag_tcp_stall_table *table = &diag->tcp_watch.stalls;
    struct stall_look look = {.table = table, .now_ms = now_ms};
    enum netdiag_error error;

    netdiag_tcp_stalls_begin(table);
    if (netdiag_tcp_walk_all(diag, add_stall, &look, NULL, NULL, &error) && error == NETDIAG_OK)
        netdiag_tcp_stalls_end(table);
}

static netdiag_tcp_codes codes_of(const struct netdiag_tcp_diagnosis *diagnosis)
{
    netdiag_tcp_codes codes = 0;

    for (size_t i = 0; i < diagnosis->count; i++)
        codes |= UINT32_C(1) << diagnosis->found[i].code;
    return codes;
}

/* The rules see what was published: the present trend, and the findings that were raised before. */
static bool judge(struct netdiag *diag, struct netdiag_tcp_snapshot *snapshot,
                  struct netdiag_tcp_changes *changes)
{
    struct netdiag_tcp_diagnosis diagnosis;
    enum netdiag_error error;

    if (!netdiag_tcp_snapshot_take(diag, snapshot, NULL, NULL, &error) || error != NETDIAG_OK)
        return false;
    netdiag_tcp_diagnose(snapshot, &diagnosis);
    netdiag_tcp_alarms_step(&diag->tcp_watch.alarms, codes_of(&diagnosis), changes);
    return true;
}

/* False: the device does not answer. */
static __attribute__((noinline)) bool sample(struct netdiag *diag, uint64_t now_ms)
{
    struct netdiag_tcp_growing growing;

    if (!netdiag_tcp_growing_collect(diag, &growing))
        return false;
    netdiag_tcp_past_add(&diag->tcp_watch.past, now_ms, &growing);
    return true;
}

static bool look(struct netdiag *diag, struct netdiag_tcp_snapshot *snapshot,
                 struct netdiag_tcp_changes *changes)
{
    struct netdiag_tcp_watch *watch = &diag->tcp_watch;
    struct netdiag_time time;
    bool is_judged = false;

    if (netdiag_device_time(diag, &time) != NETDIAG_OK ||
        !netdiag_tcp_past_is_due(&watch->past, time.uptime_ms) || !sample(diag, time.uptime_ms))
        return false;
    if (is_walk_due(watch, time.uptime_ms)) {
        watch->walked_ms = time.uptime_ms;
        watch->has_walked = true;
        look_for_stalls(diag, time.uptime_ms);
        netdiag_tcp_watch_publish(diag, time.uptime_ms);
        is_judged = judge(diag, snapshot, changes);
    }
    netdiag_tcp_watch_publish(diag, time.uptime_ms);
    return is_judged;
}

bool netdiag_tcp_watch_step(struct netdiag *diag, struct netdiag_tcp_snapshot *snapshot,
                            struct netdiag_tcp_changes *changes)
{
    bool is_judged;

    if (atomic_flag_test_and_set(&diag->tcp_watch.looking))
        return false;
    is_judged = look(diag, snapshot, changes);
    atomic_flag_clear(&diag->tcp_watch.looking);
    return is_judged;
}
