/*
 * What the watch hands to others, and how: in two places (stats/places.h).
 */
#include "stats/tcp_watch.h"

#include <string.h>

#include "stats/device.h"
#include "stats/places.h"
#include "stats/tcp_past.h"
#include "stats/tcp_stalls.h"

/* No look for so long, and nobody watches any more. */
#define LATELY_MS 10000

void netdiag_tcp_watch_init(struct netdiag *diag)
{
    struct netdiag_tcp_watch *watch = &diag->tcp_watch;

    atomic_flag_clear(&watch->looking);
    watch->has_walked = false;
    netdiag_tcp_past_init(&watch->past);
    netdiag_tcp_stalls_init(&watch->stalls);
    memset(&watch->alarms, 0, sizeof watch->alarms);
    netdiag_places_init(&watch->places);
    memset(watch->watched, 0, sizeof watch->watched);
}

void netdiag_tcp_alarms_step(struct netdiag_tcp_alarms *alarms, netdiag_tcp_codes found,
                             struct netdiag_tcp_changes *changes)
{
    netdiag_tcp_codes absent = alarms->raised & ~found;

    changes->appeared = found & ~alarms->raised;
    changes->cleared = absent & alarms->absent;
    alarms->absent = absent & ~changes->cleared;
    alarms->raised = (alarms->raised | found) & ~changes->cleared;
}

void netdiag_tcp_watch_publish(struct netdiag *diag, uint64_t now_ms)
{
    struct netdiag_tcp_watch *watch = &diag->tcp_watch;
    struct netdiag_tcp_watched *watched;
    unsigned place;

    if (!netdiag_places_begin(&watch->places, &place))
        return; /* what holds is a second old; the next look tries again */
    watched = &watch->watched[place];
    watched->at_ms = now_ms;
    netdiag_tcp_past_trend(&watch->past, &watched->trend);
    watched->active = watch->alarms.raised;
    watched->stall_count = watch->stalls.count;
    watched->stalls_cut = watch->stalls.is_cut;
    for (uint32_t i = 0; i < watch->stalls.count; i++)
        watched->stalls[i] = watch->stalls.entries[i].stall;
    netdiag_places_publish(&watch->places, place);
}

void netdiag_tcp_watched_get(struct netdiag *diag, struct netdiag_tcp_watched *watched)
{
    struct netdiag_tcp_watch *watch = &diag->tcp_watch;
    unsigned place = netdiag_places_enter(&watch->places);
    struct netdiag_time time;

    *watched = watch->watched[place];
    netdiag_places_leave(&watch->places, place);
    if (netdiag_device_time(diag, &time) == NETDIAG_OK &&
        time.uptime_ms <= watched->at_ms + LATELY_MS)
        return;
    memset(&watched->trend, 0, sizeof watched->trend);
    watched->active = 0;
    watched->stall_count = 0;
}
