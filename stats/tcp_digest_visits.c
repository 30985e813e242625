/*
 * Clients that reconnect: of each client (an address, and the port that it connects to) the newest
 * connections, in the order in which they were opened.
 *
 * What tells a client that vanished and came back from a browser's parallel connections, or from
 * hosts behind one address: each of its connections was opened when the one before had fallen
 * silent already, and that one has not been heard since. So the row of such connections is followed
 * from the newest back. It ends at the first that overlaps with its successor. Of a client that
 * comes back every few seconds the newest have not been silent for long: they are part of the row,
 * but do not count.
 *
 * A client with more connections than there is room for has its older ones counted as part of the
 * row only while none of them overlapped with the oldest that had a place.
 */
#include <string.h>

#include "stats/tcp_digest_parts.h"

#define VISITS CONFIG_NETDIAG_TCP_RECONNECT_ROWS

/* The longest age that fits; a connection as old as that, or older, follows none. */
#define LONGEST_MS UINT32_C(0x7fffffff)

static bool is_visit(const struct netdiag_digest_row *seen)
{
    const struct netdiag_tcp_connection *row = seen->row;

    return seen->ages.known && row->history.is_passive &&
           (row->state == NETDIAG_TCP_ESTABLISHED || row->state == NETDIAG_TCP_CLOSE_WAIT);
}

/* For how long it has been silent, or in CLOSE-WAIT. */
static uint64_t silent_ms(const struct netdiag_digest_row *seen)
{
    return seen->row->state == NETDIAG_TCP_CLOSE_WAIT ? seen->ages.state_ms : seen->silent_ms;
}

static uint64_t least_silence_ms(const struct netdiag_tcp_digest *digest)
{
    return netdiag_digest_ms(digest, NETDIAG_TCP_THRESHOLD_RECONNECT_SILENCE);
}

void netdiag_digest_visit_nominate(struct netdiag_tcp_digest *digest,
                                   const struct netdiag_digest_row *seen)
{
    struct netdiag_tally_key client;

    if (!is_visit(seen) || silent_ms(seen) < least_silence_ms(digest))
        return;
    client = netdiag_tally_key(&seen->row->remote.address, seen->row->local.port);
    netdiag_tally_vote(&digest->clients, &client);
}

/* Whether `next` was opened when the other was silent already; it has not been heard since. */
static bool follows(const struct netdiag_digest_visit *next,
                    const struct netdiag_digest_visit *before)
{
    return next->age_ms <= before->silent_ms;
}

static void count_visit(struct netdiag_digest_visited *visited,
                        const struct netdiag_digest_visit *visit)
{
    if (visit->is_close_wait)
        visited->close_wait++;
    else
        visited->established++;
    netdiag_digest_longest(&visited->oldest_ms, visit->age_ms);
}

/* One that has no place, older than all that have. */
static void leave_out(const struct netdiag_tcp_digest *digest, struct netdiag_digest_visits *visits,
                      const struct netdiag_digest_visit *visit)
{
    if (!follows(&visits->rows[VISITS - 1], visit))
        visits->is_broken = true;
    else if (visit->silent_ms >= least_silence_ms(digest))
        count_visit(&visits->left_out, visit);
}

static void insert(const struct netdiag_tcp_digest *digest, struct netdiag_digest_visits *visits,
                   const struct netdiag_digest_visit *visit)
{
    struct netdiag_digest_visit last = visits->rows[VISITS - 1];
    bool is_full = visits->count == VISITS;
    unsigned to;

    if (is_full && visit->age_ms >= last.age_ms) {
        leave_out(digest, visits, visit);
        return;
    }
    to = is_full ? VISITS - 1 : visits->count++;
    for (; to > 0 && visits->rows[to - 1].age_ms > visit->age_ms; to--)
        visits->rows[to] = visits->rows[to - 1];
    visits->rows[to] = *visit;
    if (is_full)
        leave_out(digest, visits, &last);
}

void netdiag_digest_visit_count(struct netdiag_tcp_digest *digest,
                                const struct netdiag_digest_row *seen)
{
    const struct netdiag_tcp_connection *row = seen->row;
    struct netdiag_tally_key client;
    const struct netdiag_tally_row *found;
    struct netdiag_digest_visit visit;
    uint64_t silence_ms = silent_ms(seen);

    if (!is_visit(seen))
        return;
    client = netdiag_tally_key(&row->remote.address, row->local.port);
    found = netdiag_tally_find(&digest->clients, &client);
    if (found == NULL)
        return;
    visit.age_ms = seen->ages.age_ms > LONGEST_MS ? LONGEST_MS + 1 : (uint32_t)seen->ages.age_ms;
    visit.silent_ms = (uint32_t)(silence_ms > LONGEST_MS ? LONGEST_MS : silence_ms) & LONGEST_MS;
    visit.is_close_wait = row->state == NETDIAG_TCP_CLOSE_WAIT;
    insert(digest, &digest->visits[found - digest->clients.rows], &visit);
}

/*
 * The row of connections from the newest back; `*row` says what it has: the newest, and of those
 * before it the ones that have been silent for long enough.
 */
static void follow(const struct netdiag_tcp_digest *digest,
                   const struct netdiag_digest_visits *visits, struct netdiag_seen_reconnects *row)
{
    const struct netdiag_digest_visit *rows = visits->rows;
    struct netdiag_digest_visited visited;
    unsigned count = 0;

    memset(&visited, 0, sizeof visited);
    for (; count < visits->count && (count == 0 || follows(&rows[count - 1], &rows[count]));
         count++) {
        if (count == 0 || rows[count].silent_ms >= least_silence_ms(digest))
            count_visit(&visited, &rows[count]);
    }
    if (count == VISITS && !visits->is_broken) {
        visited.close_wait += visits->left_out.close_wait;
        visited.established += visits->left_out.established;
        netdiag_digest_longest(&visited.oldest_ms, visits->left_out.oldest_ms);
    }
    memset(row, 0, sizeof *row);
    row->established = visited.established;
    row->close_wait = visited.close_wait;
    row->oldest_ms = visited.oldest_ms;
    row->longest = row->established + row->close_wait;
}

void netdiag_digest_visits_end(struct netdiag_tcp_digest *digest)
{
    struct netdiag_seen_reconnects *reconnects = &digest->snapshot->reconnects;
    const struct netdiag_digest_port *port;
    uint32_t clients = 0, connections = 0;
    uint32_t most =
        netdiag_tcp_snapshot_limit(digest->snapshot, NETDIAG_TCP_FINDING_RECONNECTING_CLIENT,
                                   NETDIAG_TCP_THRESHOLD_RECONNECT_COUNT);

    for (uint32_t i = 0; i < digest->clients.count; i++) {
        struct netdiag_seen_reconnects row;

        follow(digest, &digest->visits[i], &row);
        if (row.longest >= most) {
            clients++;
            connections += row.longest;
        }
        if (row.longest <= reconnects->longest)
            continue;
        row.remote = netdiag_tally_address(&digest->clients.rows[i].key);
        row.port = digest->clients.rows[i].key.port;
        *reconnects = row;
    }
    port = netdiag_digest_port(digest, reconnects->port);
    if (reconnects->longest > 0 && port != NULL)
        reconnects->owner = port->owner;
    reconnects->clients = clients;
    reconnects->connections = connections;
}
