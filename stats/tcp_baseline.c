/*
 * The baseline stands in two places (stats/places.h): half a kilobyte more a device, and neither a
 * clear nor a command that reads waits for the other.
 */
#include "stats/tcp_baseline.h"

#include <string.h>

#include "stats/device.h"
#include "stats/places.h"
#include "stats/text.h"

void netdiag_tcp_baselines_init(struct netdiag_tcp_baselines *baselines)
{
    memset(baselines->baseline, 0, sizeof baselines->baseline);
    netdiag_places_init(&baselines->places);
}

void netdiag_tcp_baseline_get(struct netdiag *diag, struct netdiag_tcp_baseline *baseline)
{
    unsigned place = netdiag_places_enter(&diag->tcp_baselines.places);

    *baseline = diag->tcp_baselines.baseline[place];
    netdiag_places_leave(&diag->tcp_baselines.places, place);
}

void netdiag_tcp_cleared_get(struct netdiag *diag, struct netdiag_tcp_cleared *cleared)
{
    unsigned place = netdiag_places_enter(&diag->tcp_baselines.places);

    *cleared = diag->tcp_baselines.baseline[place].cleared;
    netdiag_places_leave(&diag->tcp_baselines.places, place);
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

static enum netdiag_error fill(struct netdiag *diag, struct netdiag_tcp_baseline *baseline,
                               const char *by)
{
    enum netdiag_error error = netdiag_device_tcp_counters(diag, &baseline->counters);

    if (error != NETDIAG_OK)
        return error;
    baseline->has_pool = netdiag_device_tcp_pool(diag, &baseline->pool) == NETDIAG_OK;
    sign(diag, &baseline->cleared, by);
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
    struct netdiag_tcp_baselines *baselines = &diag->tcp_baselines;
    enum netdiag_error error;
    unsigned place;

    if (!netdiag_places_begin(&baselines->places, &place))
        return NETDIAG_ERROR_BUSY;
    error = fill(diag, &baselines->baseline[place], by);
    if (error != NETDIAG_OK) {
        netdiag_places_drop(&baselines->places);
        return error;
    }
    netdiag_places_publish(&baselines->places, place);
    log_clear(diag, by);
    return NETDIAG_OK;
}
