/*
 * A frame of the live view as JSON: what is not known is null, rates are per second.
 */
#include "cli/live.h"
#include "cli/render.h"

static void member_rate(struct netdiag_json *json, const char *key, bool known, uint64_t tenths)
{
    netdiag_json_key(json, key);
    if (known)
        netdiag_json_fixed(json, tenths, 1);
    else
        netdiag_json_null(json);
}

static void put_rates(struct netdiag_json *json, const struct netdiag_tcp_live *live)
{
    static const char *const keys[NETDIAG_LIVE_RATES] = {
        [NETDIAG_LIVE_RATE_IN_SEGS] = "inSegs",
        [NETDIAG_LIVE_RATE_SENT_SEGS] = "sentSegs",
        [NETDIAG_LIVE_RATE_IN_BYTES] = "inBytes",
        [NETDIAG_LIVE_RATE_OUT_BYTES] = "outBytes",
        [NETDIAG_LIVE_RATE_RETRANS_SEGS] = "retransSegs",
        [NETDIAG_LIVE_RATE_RESETS] = "resets",
        [NETDIAG_LIVE_RATE_ACTIVE_OPENS] = "activeOpens",
        [NETDIAG_LIVE_RATE_PASSIVE_OPENS] = "passiveOpens",
        [NETDIAG_LIVE_RATE_CLOSED] = "closed",
        [NETDIAG_LIVE_RATE_ATTEMPT_FAILS] = "attemptFails",
    };

    netdiag_json_newline(json);
    netdiag_json_key(json, "rates");
    netdiag_json_object(json);
    for (unsigned i = 0; i < NETDIAG_LIVE_RATES; i++) {
        uint64_t tenths = 0;
        bool known = netdiag_tcp_live_rate(live, (enum netdiag_live_rate)i, &tenths);

        member_rate(json, keys[i], known, tenths);
    }
    netdiag_json_object_end(json);
}

static void put_levels(struct netdiag_json *json, const struct netdiag_tcp_live *live)
{
    bool has_pool = live->pool_error == NETDIAG_OK;

    netdiag_json_newline(json);
    netdiag_json_key(json, "states");
    netdiag_json_object(json);
    for (unsigned i = NETDIAG_TCP_STATE_FIRST; i <= NETDIAG_TCP_STATE_LAST; i++)
        netdiag_json_member_unsigned(json, netdiag_tcp_state_key((enum netdiag_tcp_state)i),
                                     live->states_error == NETDIAG_OK, live->states.count[i]);
    netdiag_json_object_end(json);
    netdiag_json_newline(json);
    netdiag_json_key(json, "pool");
    netdiag_json_object(json);
    netdiag_json_member_unsigned(json, "capacity", has_pool, live->pool.capacity);
    netdiag_json_member_unsigned(json, "used", has_pool, live->pool.used);
    netdiag_json_member_unsigned(json, "peak", has_pool, live->pool.peak);
    netdiag_json_member_unsigned(json, "refused", has_pool, live->pool.refused);
    netdiag_json_object_end(json);
}

static void put_host(struct netdiag_json *json, const struct netdiag_tcp_live *live,
                     enum netdiag_live_by by, const struct netdiag_live_host *host)
{
    char address[NETDIAG_ADDRESS_TEXT];
    enum netdiag_tcp_state state = netdiag_live_host_mainly(host);
    uint64_t in = 0, out = 0;
    bool has_in = netdiag_tcp_rate_tenths(host->in_bytes, live->bytes_ms, &in);
    bool has_out = netdiag_tcp_rate_tenths(host->out_bytes, live->bytes_ms, &out);

    netdiag_json_newline(json);
    netdiag_json_object(json);
    netdiag_json_member_string(json, "address", true,
                               netdiag_address_text(&host->address, address, sizeof address));
    netdiag_json_member_unsigned(json, "connections", true, host->connections);
    if (by == NETDIAG_LIVE_BY_BYTES) {
        member_rate(json, "inBytesPerSecond", has_in, in);
        member_rate(json, "outBytesPerSecond", has_out, out);
    } else {
        netdiag_json_member_string(json, "state", state != 0, netdiag_tcp_state_key(state));
        netdiag_json_member_unsigned(json, "inState", state != 0, host->count[state]);
    }
    netdiag_json_object_end(json);
}

static void put_hosts(struct netdiag_json *json, const struct netdiag_tcp_live *live,
                      enum netdiag_live_by by, const char *key)
{
    const struct netdiag_live_hosts *hosts = &live->hosts[by];

    netdiag_json_newline(json);
    netdiag_json_key(json, key);
    netdiag_json_array(json);
    for (size_t i = 0; i < hosts->count; i++)
        put_host(json, live, by, &hosts->rows[i]);
    netdiag_json_array_end(json);
}

static void put_owners(struct netdiag_output *output, const struct netdiag_tcp_owners *owners)
{
    netdiag_json_newline(&output->json);
    netdiag_json_key(&output->json, "connections");
    netdiag_json_object(&output->json);
    netdiag_json_tcp_owners(output, owners);
    netdiag_json_object_end(&output->json);
}

void netdiag_json_tcp_live(struct netdiag_output *output, const struct netdiag_head *head,
                           const struct netdiag_live_view *view)
{
    const struct netdiag_tcp_live *live = &view->live;
    struct netdiag_json *json = &output->json;

    (void)head; /* it stands there already */
    netdiag_json_member_unsigned(json, "seconds", true, live->rate.asked_s);
    netdiag_json_member_unsigned(json, "elapsedMs", true, live->elapsed_ms);
    put_rates(json, live);
    put_levels(json, live);
    put_hosts(json, live, NETDIAG_LIVE_BY_BYTES, "topByBytes");
    put_hosts(json, live, NETDIAG_LIVE_BY_CONNECTIONS, "topByConnections");
    netdiag_json_newline(json);
    netdiag_json_member_unsigned(json, "followed", true, live->followed);
    netdiag_json_member_unsigned(json, "notFollowed", true, live->not_followed);
    netdiag_json_member_unsigned(json, "endedUncounted", true, live->ended_uncounted);
    netdiag_json_member_unsigned(json, "withoutBytes", true, live->without_bytes);
    put_owners(output, &live->owners);
    netdiag_live_findings_json(output, view);
}
