/*
 * Established connections: those whose peer is gone, that nobody accepts, on which nothing moves.
 */
#include "stats/tcp_digest_parts.h"

/*
 * That the program has not accepted it explains all else that is wrong with a connection: data
 * unread, a peer that gave up. So such a one is counted here and nowhere else.
 */
static bool is_unaccepted(const struct netdiag_tcp_connection *row)
{
    return row->is_unaccepted &&
           (row->state == NETDIAG_TCP_ESTABLISHED || row->state == NETDIAG_TCP_CLOSE_WAIT);
}

static bool is_late(const struct netdiag_tcp_digest *digest, const struct netdiag_digest_row *seen)
{
    return netdiag_digest_is_old(digest, seen, NETDIAG_TCP_THRESHOLD_ACCEPT_AGE);
}

static void count_unaccepted(struct netdiag_tcp_digest *digest,
                             const struct netdiag_digest_row *seen)
{
    struct netdiag_seen_unaccepted *unaccepted = &digest->snapshot->unaccepted;

    unaccepted->total++;
    unaccepted->late += is_late(digest, seen);
    if (!digest->has_unaccepted || seen->row->local.port != unaccepted->port)
        return;
    if (unaccepted->count++ == 0)
        unaccepted->owner = seen->row->owner;
    netdiag_digest_longest(&unaccepted->oldest_ms, seen->ages.state_ms);
}

/* A peer whose window is closed acknowledges nothing new, and is there. */
static void count_stale(struct netdiag_tcp_digest *digest, const struct netdiag_digest_row *seen)
{
    const struct netdiag_tcp_connection *row = seen->row;
    struct netdiag_tcp_snapshot *snapshot = digest->snapshot;
    uint32_t most = netdiag_tcp_snapshot_limit(snapshot, NETDIAG_TCP_FINDING_STALE_ESTABLISHED,
                                               NETDIAG_TCP_THRESHOLD_STALE_RETRIES);

    if (row->state != NETDIAG_TCP_ESTABLISHED &&
        !(row->state == NETDIAG_TCP_CLOSE_WAIT && row->in_flight > 0))
        return;
    if (row->keepalives >= most || (row->retries >= most && row->send_window > 0))
        netdiag_digest_plight(&snapshot->stale, row, seen->silent_ms, row->in_flight);
}

static const struct netdiag_tcp_stall *find_stall(const struct netdiag_tcp_watched *watched,
                                                  uint32_t id, bool is_send)
{
    const struct netdiag_tcp_stall *rows = watched->stalls;
    uint32_t low = 0, high = watched->stall_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        bool is_before =
            rows[middle].id != id ? rows[middle].id < id : rows[middle].is_send < is_send;

        if (is_before)
            low = middle + 1;
        else
            high = middle;
    }
    return low < watched->stall_count && rows[low].id == id && rows[low].is_send == is_send
               ? &rows[low]
               : NULL;
}

/* Whether it has stalled for as long as the threshold says; if so `*ms` says how long. */
static bool is_stalled(const struct netdiag_tcp_digest *digest,
                       const struct netdiag_tcp_connection *row, bool is_send,
                       enum netdiag_tcp_threshold threshold, uint64_t *ms)
{
    const struct netdiag_tcp_snapshot *snapshot = digest->snapshot;
    const struct netdiag_tcp_stall *stall;

    if (!row->has_history || !snapshot->has_now)
        return false;
    stall = find_stall(&digest->watched, row->history.id, is_send);
    if (stall == NULL || stall->since_ms > snapshot->now_ms)
        return false;
    *ms = snapshot->now_ms - stall->since_ms;
    return *ms >= netdiag_digest_ms(digest, threshold);
}

static void count_stalls(struct netdiag_tcp_digest *digest, const struct netdiag_digest_row *seen)
{
    const struct netdiag_tcp_connection *row = seen->row;
    struct netdiag_tcp_snapshot *snapshot = digest->snapshot;
    bool receives = row->state == NETDIAG_TCP_ESTABLISHED || row->state == NETDIAG_TCP_CLOSE_WAIT ||
                    row->state == NETDIAG_TCP_FIN_WAIT_1 || row->state == NETDIAG_TCP_FIN_WAIT_2;
    bool sends = row->state == NETDIAG_TCP_ESTABLISHED || row->state == NETDIAG_TCP_CLOSE_WAIT;
    uint64_t ms;

    if (receives && row->receive_queue > 0 &&
        is_stalled(digest, row, false, NETDIAG_TCP_THRESHOLD_RECEIVE_STALL, &ms))
        netdiag_digest_plight(&snapshot->receive_stall, row, ms, row->receive_queue);
    if (sends && row->send_window == 0 &&
        is_stalled(digest, row, true, NETDIAG_TCP_THRESHOLD_SEND_STALL, &ms))
        netdiag_digest_plight(&snapshot->send_stall, row, ms,
                              row->send_queue > row->in_flight ? row->send_queue - row->in_flight
                                                               : 0);
}

void netdiag_digest_established_nominate(struct netdiag_tcp_digest *digest,
                                         const struct netdiag_digest_row *seen)
{
    if (!is_unaccepted(seen->row))
        netdiag_digest_visit_nominate(digest, seen);
    else if (is_late(digest, seen))
        netdiag_tops_vote(&digest->unaccepted, seen->row->local.port);
}

void netdiag_digest_established_choose(struct netdiag_tcp_digest *digest)
{
    struct netdiag_seen_unaccepted *unaccepted = &digest->snapshot->unaccepted;
    const struct netdiag_digest_port *port;
    uint64_t most;

    digest->has_unaccepted = netdiag_tops_top(&digest->unaccepted, &most);
    if (!digest->has_unaccepted)
        return;
    unaccepted->port = (uint16_t)most;
    port = netdiag_digest_port(digest, unaccepted->port);
    unaccepted->has_backlog = port != NULL && port->has_backlog;
    unaccepted->backlog = unaccepted->has_backlog ? port->backlog : 0;
}

void netdiag_digest_established_count(struct netdiag_tcp_digest *digest,
                                      const struct netdiag_digest_row *seen)
{
    if (is_unaccepted(seen->row)) {
        count_unaccepted(digest, seen);
        return;
    }
    count_stale(digest, seen);
    count_stalls(digest, seen);
    netdiag_digest_visit_count(digest, seen);
}

void netdiag_digest_established_end(struct netdiag_tcp_digest *digest)
{
    netdiag_digest_visits_end(digest);
}
