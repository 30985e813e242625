/*
 * Connections that are being closed, and what they keep from being opened.
 */
#include "stats/tcp_digest_parts.h"

/* From here on ports are ephemeral (RFC 6335): nobody binds one by its number. */
#define EPHEMERAL_PORT 49152

/* The program saw its peer's FIN, and has sent nothing since, and has nothing left to send. */
static bool is_leak(const struct netdiag_tcp_digest *digest, const struct netdiag_digest_row *seen)
{
    const struct netdiag_tcp_connection *row = seen->row;

    return row->state == NETDIAG_TCP_CLOSE_WAIT && !row->is_unaccepted &&
           !row->history.sent_since_fin && row->send_queue == 0 &&
           netdiag_digest_is_old(digest, seen, NETDIAG_TCP_THRESHOLD_CLOSE_WAIT_AGE);
}

/* By its owner, and where it has none by its port: no name has a number as small. */
static uint64_t leak_of(const struct netdiag_tcp_connection *row)
{
    return row->owner.name[0] != '\0' ? netdiag_tally_name(row->owner.name) : row->local.port;
}

static void count_leak(struct netdiag_tcp_digest *digest, const struct netdiag_digest_row *seen)
{
    digest->snapshot->leaks++;
    if (digest->has_leak && leak_of(seen->row) == digest->leak)
        netdiag_digest_plight(&digest->snapshot->leak, seen->row, seen->ages.state_ms,
                              seen->row->receive_queue);
}

/*
 * lwIP closes at once, and what its program wrote before goes out ahead of the FIN. A slow peer
 * that acknowledges it bit by bit keeps nothing stuck: it is heard, its window is open, and nothing
 * had to be sent again.
 */
static bool is_moving(const struct netdiag_tcp_digest *digest,
                      const struct netdiag_digest_row *seen)
{
    const struct netdiag_tcp_connection *row = seen->row;

    return row->send_queue > 1 && row->send_window > 0 && row->retries == 0 &&
           seen->silent_ms < netdiag_digest_ms(digest, NETDIAG_TCP_THRESHOLD_CLOSING_AGE);
}

/* A peer that still sends in FIN-WAIT-2 uses its half of the connection, which is legal. */
static void count_fin_wait(struct netdiag_tcp_digest *digest, const struct netdiag_digest_row *seen)
{
    struct netdiag_tcp_snapshot *snapshot = digest->snapshot;
    uint64_t age_ms = netdiag_digest_ms(digest, NETDIAG_TCP_THRESHOLD_CLOSING_AGE);

    if (seen->row->state == NETDIAG_TCP_FIN_WAIT_2 && seen->silent_ms < age_ms)
        return;
    if (seen->row->state == NETDIAG_TCP_FIN_WAIT_1)
        snapshot->fin_wait_1++;
    else
        snapshot->fin_wait_2++;
    netdiag_digest_plight(&snapshot->fin_wait, seen->row, seen->ages.state_ms,
                          seen->row->in_flight);
}

static void count_stuck(struct netdiag_tcp_digest *digest, const struct netdiag_digest_row *seen)
{
    const struct netdiag_tcp_connection *row = seen->row;
    struct netdiag_tcp_snapshot *snapshot = digest->snapshot;

    if (!netdiag_digest_is_old(digest, seen, NETDIAG_TCP_THRESHOLD_CLOSING_AGE))
        return;
    if (row->state != NETDIAG_TCP_FIN_WAIT_2 && is_moving(digest, seen))
        return;
    if (row->state == NETDIAG_TCP_FIN_WAIT_1 || row->state == NETDIAG_TCP_FIN_WAIT_2)
        count_fin_wait(digest, seen);
    else if (row->state == NETDIAG_TCP_LAST_ACK)
        netdiag_digest_plight(&snapshot->last_ack, row, seen->ages.state_ms, row->in_flight);
    else if (row->state == NETDIAG_TCP_CLOSING)
        netdiag_digest_plight(&snapshot->closing, row, seen->ages.state_ms, row->in_flight);
}

/* ---- TIME-WAIT ---- */

/* The port of the service: the device's, or its peer's where the device opened the connection. */
static uint16_t service_of(const struct netdiag_tcp_connection *row)
{
    return row->has_history && !row->history.is_passive ? row->remote.port : row->local.port;
}

static void count_time_wait(struct netdiag_tcp_digest *digest,
                            const struct netdiag_tcp_connection *row)
{
    struct netdiag_seen_time_wait *time_wait = &digest->snapshot->time_wait;

    time_wait->count++;
    time_wait->port_count += digest->has_time_wait && service_of(row) == time_wait->port;
    if (!row->has_free_in)
        return;
    time_wait->in_10s += row->free_in_ms <= 10000;
    time_wait->in_30s += row->free_in_ms <= 30000;
    time_wait->in_60s += row->free_in_ms <= 60000;
    if (row->free_in_ms > time_wait->last_ms)
        time_wait->last_ms = row->free_in_ms;
}

/* ---- what keeps a port from being bound ---- */

/* A connection that came after the listeners were looked at may be of one that came with it. */
static bool is_blocking(struct netdiag_tcp_digest *digest, const struct netdiag_tcp_connection *row)
{
    return digest->knows_listeners && row->has_history && row->history.is_passive &&
           !row->reuse_address && row->local.port > 0 && row->local.port < EPHEMERAL_PORT &&
           digest->snapshot->has_now && row->history.created_ms <= digest->snapshot->now_ms &&
           netdiag_digest_port(digest, row->local.port) == NULL;
}

static void count_blocking(struct netdiag_tcp_digest *digest,
                           const struct netdiag_tcp_connection *row)
{
    struct netdiag_seen_blocked *blocked = &digest->snapshot->blocked;

    if (blocked->count++ == 0) {
        blocked->owner = row->owner;
        blocked->is_timed = true;
    }
    blocked->time_wait += row->state == NETDIAG_TCP_TIME_WAIT;
    if (row->has_free_in) {
        if (row->free_in_ms > blocked->free_ms)
            blocked->free_ms = row->free_in_ms;
    } else if (blocked->is_timed) {
        blocked->is_timed = false;
        netdiag_digest_name(&blocked->connection, row);
    }
}

/* ---- all of them ---- */

void netdiag_digest_closing_nominate(struct netdiag_tcp_digest *digest,
                                     const struct netdiag_digest_row *seen)
{
    const struct netdiag_tcp_connection *row = seen->row;

    if (row->state == NETDIAG_TCP_TIME_WAIT)
        netdiag_tops_vote(&digest->time_wait, service_of(row));
    else if (is_leak(digest, seen))
        netdiag_tops_vote(&digest->leaks, leak_of(row));
    if (is_blocking(digest, row))
        netdiag_tops_vote(&digest->blocked, row->local.port);
}

void netdiag_digest_closing_choose(struct netdiag_tcp_digest *digest)
{
    struct netdiag_tcp_snapshot *snapshot = digest->snapshot;
    uint64_t port;

    digest->has_leak = netdiag_tops_top(&digest->leaks, &digest->leak);
    digest->has_time_wait = netdiag_tops_top(&digest->time_wait, &port);
    if (digest->has_time_wait)
        snapshot->time_wait.port = (uint16_t)port;
    digest->has_blocked = netdiag_tops_top(&digest->blocked, &port);
    if (!digest->has_blocked)
        return;
    snapshot->blocked.port = (uint16_t)port;
    snapshot->blocked.ports = digest->blocked.count > 0 ? digest->blocked.count : 1;
}

void netdiag_digest_closing_count(struct netdiag_tcp_digest *digest,
                                  const struct netdiag_digest_row *seen)
{
    const struct netdiag_tcp_connection *row = seen->row;

    if (row->state == NETDIAG_TCP_TIME_WAIT)
        count_time_wait(digest, row);
    else if (is_leak(digest, seen))
        count_leak(digest, seen);
    count_stuck(digest, seen);
    if (digest->has_blocked && row->local.port == digest->snapshot->blocked.port &&
        is_blocking(digest, row))
        count_blocking(digest, row);
}
