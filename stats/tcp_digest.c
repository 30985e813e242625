#include "stats/tcp_digest.h"

#include <string.h>

#include "stats/tcp_digest_parts.h"

void netdiag_tcp_digest_start(struct netdiag_tcp_digest *digest,
                              struct netdiag_tcp_snapshot *snapshot)
{
    memset(digest, 0, sizeof *digest);
    digest->snapshot = snapshot;
}

static bool comes_after(const struct netdiag_tcp_stall *one, const struct netdiag_tcp_stall *other)
{
    return one->id != other->id ? one->id > other->id : one->is_send && !other->is_send;
}

/* Shell's, with gaps of Knuth's: short, without recursion, and fast enough for thousands. */
static void sort_stalls(struct netdiag_tcp_stall *rows, uint32_t count)
{
    uint32_t gap = 1;

    while (gap < count / 3)
        gap = 3 * gap + 1;
    for (; gap > 0; gap /= 3) {
        for (uint32_t i = gap; i < count; i++) {
            struct netdiag_tcp_stall moved = rows[i];
            uint32_t to = i;

            for (; to >= gap && comes_after(&rows[to - gap], &moved); to -= gap)
                rows[to] = rows[to - gap];
            rows[to] = moved;
        }
    }
}

void netdiag_tcp_digest_watched(struct netdiag_tcp_digest *digest)
{
    struct netdiag_tcp_watched *watched = &digest->watched;

    digest->snapshot->trend = watched->trend;
    if (!watched->trend.is_watched) {
        watched->stall_count = 0; /* of long ago: what was raised or stood then says nothing */
        return;
    }
    digest->snapshot->active = watched->active;
    if (watched->stall_count > CONFIG_NETDIAG_TCP_STALLS)
        watched->stall_count = CONFIG_NETDIAG_TCP_STALLS;
    sort_stalls(watched->stalls, watched->stall_count);
}

struct netdiag_digest_port *netdiag_digest_port(struct netdiag_tcp_digest *digest, uint16_t port)
{
    uint32_t low = 0, high = digest->port_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (digest->ports[middle].port < port)
            low = middle + 1;
        else
            high = middle;
    }
    return low < digest->port_count && digest->ports[low].port == port ? &digest->ports[low] : NULL;
}

static struct netdiag_digest_port *add_port(struct netdiag_tcp_digest *digest, uint16_t port)
{
    struct netdiag_digest_port *ports = digest->ports;
    uint32_t to = digest->port_count;

    if (to == CONFIG_NETDIAG_TCP_LISTENERS) {
        digest->knows_listeners = false;
        return NULL;
    }
    for (; to > 0 && ports[to - 1].port > port; to--)
        ports[to] = ports[to - 1];
    digest->port_count++;
    memset(&ports[to], 0, sizeof ports[to]);
    ports[to].port = port;
    ports[to].has_backlog = true;
    return &ports[to];
}

void netdiag_tcp_digest_listener(struct netdiag_tcp_digest *digest,
                                 const struct netdiag_tcp_listener *row)
{
    struct netdiag_seen_unowned *unowned = &digest->snapshot->unowned;
    struct netdiag_digest_port *port = netdiag_digest_port(digest, row->local.port);

    if (port == NULL)
        port = add_port(digest, row->local.port);
    if (port != NULL) {
        port->has_backlog = port->has_backlog && row->has_backlog;
        port->backlog += row->backlog;
        if (port->owner.name[0] == '\0')
            port->owner = row->owner;
    }
    digest->snapshot->listeners++;
    if (row->owner.name[0] != '\0') {
        unowned->any_owner = true;
    } else if (unowned->count++ == 0) {
        unowned->port = row->local.port;
        memcpy(unowned->function, row->accept_symbol, sizeof unowned->function);
    }
}

void netdiag_tcp_digest_scanner(struct netdiag_tcp_digest *digest,
                                const struct netdiag_tcp_scanner *row)
{
    struct netdiag_tcp_snapshot *snapshot = digest->snapshot;
    struct netdiag_seen_scanners *scanners = &snapshot->scanners;
    uint64_t now_ms = snapshot->now_ms;
    uint64_t ago_ms = now_ms > row->last_ms ? now_ms - row->last_ms : 0;

    if (!snapshot->has_now || ago_ms >= NETDIAG_TCP_LATELY_MS ||
        row->ports < netdiag_tcp_snapshot_limit(snapshot, NETDIAG_TCP_FINDING_PORT_SCAN,
                                                NETDIAG_TCP_THRESHOLD_PORT_SCAN_PORTS))
        return;
    if (scanners->sources++ > 0 && row->ports <= scanners->ports)
        return;
    scanners->source = row->source;
    scanners->ports = row->ports;
    scanners->more_ports = row->more_ports;
    scanners->segments = row->segments;
    scanners->duration_ms = row->last_ms > row->first_ms ? row->last_ms - row->first_ms : 0;
    scanners->ago_ms = ago_ms;
}

void netdiag_tcp_digest_memory(struct netdiag_tcp_digest *digest, size_t index,
                               const struct netdiag_memory_pool *pool)
{
    const struct netdiag_tcp_trend *trend = &digest->snapshot->trend;
    struct netdiag_seen_memory *memory = &digest->snapshot->memory;
    uint64_t refused;

    if (index >= trend->memory_count || index >= CONFIG_NETDIAG_MEMORY_POOLS)
        return;
    refused = trend->memory_refused[index];
    if (refused == 0 || strcmp(pool->name, "TCP_PCB") == 0) /* which has a finding of its own */
        return;
    if (memory->pools++ > 0 && refused <= memory->refused)
        return;
    memcpy(memory->name, pool->name, sizeof memory->name);
    memory->refused = refused;
    memory->used = pool->used;
    memory->capacity = pool->capacity;
}

uint64_t netdiag_digest_ms(const struct netdiag_tcp_digest *digest,
                           enum netdiag_tcp_threshold threshold)
{
    return UINT64_C(1000) * digest->snapshot->thresholds.value[threshold];
}

bool netdiag_digest_is_old(const struct netdiag_tcp_digest *digest,
                           const struct netdiag_digest_row *seen,
                           enum netdiag_tcp_threshold threshold)
{
    return seen->ages.known && seen->ages.state_ms >= netdiag_digest_ms(digest, threshold);
}

void netdiag_digest_name(struct netdiag_seen_connection *connection,
                         const struct netdiag_tcp_connection *row)
{
    memset(connection, 0, sizeof *connection);
    connection->id = row->has_history ? row->history.id : 0;
    connection->state = row->state;
    connection->port = row->local.port;
    connection->remote = row->remote.address;
    connection->owner = row->owner;
}

void netdiag_digest_plight(struct netdiag_seen_plight *plight,
                           const struct netdiag_tcp_connection *row, uint64_t ms, uint32_t bytes)
{
    if (plight->count++ > 0 && ms <= plight->longest_ms)
        return;
    plight->longest_ms = ms;
    netdiag_digest_name(&plight->connection, row);
    plight->bytes = bytes;
    plight->retries = row->retries;
    plight->keepalives = row->keepalives;
    plight->has_free_in = row->has_free_in;
    plight->free_in_ms = row->has_free_in ? row->free_in_ms : 0;
}

void netdiag_digest_agree(struct netdiag_owner *owner, bool *any, bool *is_mixed,
                          const struct netdiag_owner *other)
{
    if (!*any)
        *owner = *other;
    else if (strcmp(owner->name, other->name) != 0)
        *is_mixed = true;
    *any = true;
}

static void see(const struct netdiag_tcp_digest *digest, const struct netdiag_tcp_connection *row,
                struct netdiag_digest_row *seen)
{
    uint64_t now_ms = digest->snapshot->now_ms;

    seen->row = row;
    netdiag_tcp_ages_of(row, digest->snapshot->has_now, now_ms, &seen->ages);
    seen->silent_ms = 0;
    if (seen->ages.known && now_ms > row->history.last_in_ms)
        seen->silent_ms = now_ms - row->history.last_in_ms;
}

/* What is bound and no more has no age anywhere. */
static void note_age(struct netdiag_tcp_digest *digest, const struct netdiag_digest_row *seen)
{
    digest->any_age = digest->any_age || seen->ages.known;
    if (!seen->ages.known && seen->row->state != NETDIAG_TCP_CLOSED)
        digest->snapshot->lacks_ages = true;
}

/* By the program that holds a place, and by the port of a service. */
static void nominate_holder(struct netdiag_tcp_digest *digest,
                            const struct netdiag_tcp_connection *row)
{
    if (row->is_reclaimable)
        return;
    if (row->has_history && row->history.is_passive)
        netdiag_tops_vote(&digest->pool_ports, row->local.port);
    if (row->owner.name[0] != '\0')
        netdiag_tops_vote(&digest->pool_owners, netdiag_tally_name(row->owner.name));
}

static void choose_holder(struct netdiag_tcp_digest *digest)
{
    uint64_t port;

    digest->has_pool_port = netdiag_tops_top(&digest->pool_ports, &port);
    if (digest->has_pool_port)
        digest->snapshot->pool.top_port = (uint16_t)port;
    digest->has_pool_owner = netdiag_tops_top(&digest->pool_owners, &digest->pool_owner);
}

static void count_holder(struct netdiag_tcp_digest *digest,
                         const struct netdiag_tcp_connection *row)
{
    struct netdiag_seen_pool *pool = &digest->snapshot->pool;

    digest->snapshot->connections++;
    if (row->is_reclaimable) {
        pool->reclaimable++;
        return;
    }
    pool->held++;
    if (row->state >= NETDIAG_TCP_STATE_FIRST && row->state <= NETDIAG_TCP_STATE_LAST)
        digest->held[row->state]++;
    if (digest->has_pool_port && row->has_history && row->history.is_passive &&
        row->local.port == pool->top_port)
        pool->top_port_connections++;
    if (digest->has_pool_owner && pool->top_owner.name[0] == '\0' &&
        netdiag_tally_name(row->owner.name) == digest->pool_owner)
        pool->top_owner = row->owner;
}

static void end_holders(struct netdiag_tcp_digest *digest)
{
    uint32_t most = 0;

    for (int state = NETDIAG_TCP_STATE_FIRST; state <= NETDIAG_TCP_STATE_LAST; state++) {
        if (digest->held[state] > most) {
            most = digest->held[state];
            digest->snapshot->pool.top_state = (enum netdiag_tcp_state)state;
        }
    }
}

void netdiag_tcp_digest_nominate(struct netdiag_tcp_digest *digest,
                                 const struct netdiag_tcp_connection *row)
{
    struct netdiag_digest_row seen;

    see(digest, row, &seen);
    netdiag_digest_opening_nominate(digest, &seen);
    netdiag_digest_established_nominate(digest, &seen);
    netdiag_digest_closing_nominate(digest, &seen);
    nominate_holder(digest, row);
}

void netdiag_tcp_digest_choose(struct netdiag_tcp_digest *digest)
{
    netdiag_digest_opening_choose(digest);
    netdiag_digest_established_choose(digest);
    netdiag_digest_closing_choose(digest);
    choose_holder(digest);
}

void netdiag_tcp_digest_count(struct netdiag_tcp_digest *digest,
                              const struct netdiag_tcp_connection *row)
{
    struct netdiag_digest_row seen;

    see(digest, row, &seen);
    netdiag_digest_opening_count(digest, &seen);
    netdiag_digest_established_count(digest, &seen);
    netdiag_digest_closing_count(digest, &seen);
    note_age(digest, &seen);
    count_holder(digest, row);
}

void netdiag_tcp_digest_end(struct netdiag_tcp_digest *digest)
{
    netdiag_digest_opening_end(digest);
    netdiag_digest_established_end(digest);
    end_holders(digest);
    if (digest->any_age)
        digest->snapshot->lacks_ages = false;
}
