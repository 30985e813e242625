/*
 * Connections that are being opened: half-open ones, attempts of the device's, and who listens.
 */
#include <string.h>

#include "stats/tcp_digest_parts.h"
#include "stats/tcp_lists.h"

static bool is_half_open(const struct netdiag_tcp_connection *row)
{
    return row->state == NETDIAG_TCP_SYN_RECEIVED;
}

static void nominate_half_open(struct netdiag_tcp_digest *digest,
                               const struct netdiag_digest_row *seen)
{
    const struct netdiag_tcp_connection *row = seen->row;
    struct netdiag_tally_key key = netdiag_tally_key(&row->remote.address, row->local.port);
    struct netdiag_digest_port *port;

    netdiag_tally_vote(&digest->sources, &key);
    if (!netdiag_digest_is_old(digest, seen, NETDIAG_TCP_THRESHOLD_SYN_FLOOD_AGE))
        return;
    digest->snapshot->half_open.old++;
    netdiag_tops_vote(&digest->half_open, row->local.port);
    port = netdiag_digest_port(digest, row->local.port);
    if (port != NULL)
        port->half_old++;
}

/* The listener whose backlog they fill most; NULL: they are of none that has a backlog. */
static const struct netdiag_digest_port *fullest(const struct netdiag_tcp_digest *digest)
{
    const struct netdiag_digest_port *most = NULL;

    for (uint32_t i = 0; i < digest->port_count; i++) {
        const struct netdiag_digest_port *port = &digest->ports[i];

        if (port->has_backlog && port->half_old > 0 &&
            (most == NULL ||
             (uint64_t)port->half_old * most->backlog > (uint64_t)most->half_old * port->backlog))
            most = port;
    }
    return most;
}

/* Where there are too few for a flood, a backlog can still be full of them. */
static void choose_half_open(struct netdiag_tcp_digest *digest)
{
    struct netdiag_tcp_snapshot *snapshot = digest->snapshot;
    struct netdiag_seen_half_open *half_open = &snapshot->half_open;
    const struct netdiag_digest_port *port = fullest(digest);
    struct netdiag_tally_key source;
    uint64_t most;

    if (!netdiag_tops_top(&digest->half_open, &most))
        return;
    half_open->port = (uint16_t)most;
    /* The first walk's number chooses, the second's is told: then all are of one walk. */
    if (port != NULL &&
        half_open->old < netdiag_tcp_snapshot_limit(snapshot, NETDIAG_TCP_FINDING_SYN_FLOOD,
                                                    NETDIAG_TCP_THRESHOLD_SYN_FLOOD_COUNT))
        half_open->port = port->port;
    port = netdiag_digest_port(digest, half_open->port);
    half_open->has_backlog = port != NULL && port->has_backlog;
    half_open->backlog = half_open->has_backlog ? port->backlog : 0;
    half_open->other_ports = digest->half_open.count > 0 ? digest->half_open.count - 1 : 0;
    if (netdiag_tally_top(&digest->sources, half_open->port, &source))
        half_open->top_source = netdiag_tally_address(&source);
    half_open->old = 0;
}

static void count_half_open(struct netdiag_tcp_digest *digest,
                            const struct netdiag_digest_row *seen)
{
    struct netdiag_seen_half_open *half_open = &digest->snapshot->half_open;
    const struct netdiag_tcp_connection *row = seen->row;
    struct netdiag_tally_key source = netdiag_tally_key(&row->remote.address, 0);
    struct netdiag_tally_key top = netdiag_tally_key(&half_open->top_source, 0);
    bool is_old = netdiag_digest_is_old(digest, seen, NETDIAG_TCP_THRESHOLD_SYN_FLOOD_AGE);

    half_open->total++;
    half_open->old += is_old;
    if (row->local.port != half_open->port)
        return;
    if (half_open->count++ == 0)
        half_open->owner = row->owner;
    half_open->count_old += is_old;
    half_open->top_source_count += netdiag_tally_same(&source, &top);
    half_open->retransmitted += row->retries;
    netdiag_digest_longest(&half_open->oldest_ms, seen->ages.state_ms);
    (void)netdiag_tally_note(&digest->sources, &source);
}

/* ---- attempts ---- */

static bool is_attempt(const struct netdiag_tcp_connection *row)
{
    return row->state == NETDIAG_TCP_SYN_SENT;
}

static bool is_late(const struct netdiag_digest_row *seen)
{
    return seen->row->retries > 0 ||
           (seen->ages.known && seen->ages.state_ms >= NETDIAG_TCP_ANSWER_MS);
}

/* Whether nobody answered it: its program may have given up before the stack did. */
static bool is_unanswered(const struct netdiag_tcp_closed *row)
{
    return row->end == NETDIAG_TCP_END_UNANSWERED ||
           (row->end == NETDIAG_TCP_END_CANCELLED &&
            row->ended_ms >= row->created_ms + NETDIAG_TCP_ANSWER_MS);
}

static bool was_in_vain(const struct netdiag_tcp_digest *digest,
                        const struct netdiag_tcp_closed *row)
{
    struct netdiag_tcp_closed_ages ages;

    if (row->is_passive || row->was_established)
        return false;
    if (row->end != NETDIAG_TCP_END_REFUSED && !is_unanswered(row))
        return false;
    netdiag_tcp_closed_ages_of(row, digest->snapshot->has_now, digest->snapshot->now_ms, &ages);
    return ages.has_ended && ages.ended_ms < NETDIAG_TCP_LATELY_MS;
}

static void nominate_target(struct netdiag_tcp_digest *digest, const struct netdiag_address *target)
{
    struct netdiag_tally_key key = netdiag_tally_key(target, 0);

    netdiag_tally_vote(&digest->targets, &key);
}

void netdiag_tcp_digest_nominate_closed(struct netdiag_tcp_digest *digest,
                                        const struct netdiag_tcp_closed *row)
{
    if (was_in_vain(digest, row))
        nominate_target(digest, &row->remote.address);
}

static void choose_target(struct netdiag_tcp_digest *digest)
{
    struct netdiag_seen_attempts *attempts = &digest->snapshot->attempts;
    struct netdiag_tally_key key;

    attempts->addresses = digest->targets.count;
    attempts->more_addresses = digest->targets.is_cut;
    if (attempts->more_addresses)
        attempts->addresses = CONFIG_NETDIAG_TCP_DIAGNOSIS_ROWS;
    attempts->has_target = netdiag_tally_top(&digest->targets, 0, &key);
    if (attempts->has_target)
        attempts->target = netdiag_tally_address(&key);
}

static bool is_target(const struct netdiag_seen_attempts *attempts,
                      const struct netdiag_endpoint *remote)
{
    struct netdiag_tally_key key = netdiag_tally_key(&remote->address, 0);
    struct netdiag_tally_key target = netdiag_tally_key(&attempts->target, 0);

    return attempts->has_target && netdiag_tally_same(&key, &target);
}

/* Each port has a row of its own, whose votes say whether the target was tried on it. */
static void note_port(struct netdiag_tcp_digest *digest, uint16_t port, bool is_of_target)
{
    struct netdiag_seen_attempts *attempts = &digest->snapshot->attempts;
    struct netdiag_tally_key key = netdiag_tally_key(NULL, port);
    struct netdiag_tally_row *row = netdiag_tally_note(&digest->targets, &key);

    if (row == NULL) {
        attempts->more_ports = true;
        attempts->more_target_ports = attempts->more_target_ports || is_of_target;
    } else if (is_of_target && row->votes == 0) {
        row->votes = 1;
        attempts->target_ports++;
    }
}

/* An attempt to the target of most. */
static void count_target(struct netdiag_tcp_digest *digest, uint16_t port,
                         const struct netdiag_owner *owner)
{
    struct netdiag_seen_attempts *attempts = &digest->snapshot->attempts;

    if (!digest->any_target_attempt)
        attempts->target_port = port;
    else if (attempts->target_port != port)
        digest->target_ports_differ = true;
    netdiag_digest_agree(&attempts->target_owner, &digest->any_target_attempt,
                         &digest->target_is_mixed, owner);
}

static void count_attempt(struct netdiag_tcp_digest *digest, const struct netdiag_digest_row *seen)
{
    struct netdiag_seen_attempts *attempts = &digest->snapshot->attempts;
    const struct netdiag_tcp_connection *row = seen->row;
    bool is_to_target = is_target(attempts, &row->remote);

    attempts->now++;
    netdiag_digest_longest(&attempts->oldest_ms, seen->ages.state_ms);
    netdiag_digest_agree(&attempts->owner, &digest->any_attempt, &digest->is_mixed, &row->owner);
    if (is_late(seen))
        note_port(digest, row->remote.port, is_to_target);
    if (!is_to_target)
        return;
    attempts->target_now++;
    attempts->target_late += is_late(seen);
    netdiag_digest_longest(&attempts->target_oldest_ms, seen->ages.state_ms);
    count_target(digest, row->remote.port, &row->owner);
}

void netdiag_tcp_digest_count_closed(struct netdiag_tcp_digest *digest,
                                     const struct netdiag_tcp_closed *row)
{
    struct netdiag_seen_attempts *attempts = &digest->snapshot->attempts;
    bool is_to_target = is_target(attempts, &row->remote);

    if (!was_in_vain(digest, row))
        return;
    attempts->failed++;
    netdiag_digest_agree(&attempts->owner, &digest->any_attempt, &digest->is_mixed, &row->owner);
    note_port(digest, row->remote.port, is_to_target);
    if (!is_to_target)
        return;
    attempts->target_unanswered += is_unanswered(row);
    count_target(digest, row->remote.port, &row->owner);
}

/* ---- all of them ---- */

void netdiag_digest_opening_nominate(struct netdiag_tcp_digest *digest,
                                     const struct netdiag_digest_row *seen)
{
    if (seen->row->owner.name[0] != '\0')
        digest->snapshot->unowned.any_owner = true;
    if (is_half_open(seen->row))
        nominate_half_open(digest, seen);
    else if (is_attempt(seen->row) && is_late(seen))
        nominate_target(digest, &seen->row->remote.address);
}

/* The second walk has other use for the two large tables. */
void netdiag_digest_opening_choose(struct netdiag_tcp_digest *digest)
{
    choose_half_open(digest);
    choose_target(digest);
    memset(&digest->sources, 0, sizeof digest->sources);
    memset(&digest->targets, 0, sizeof digest->targets);
}

void netdiag_digest_opening_count(struct netdiag_tcp_digest *digest,
                                  const struct netdiag_digest_row *seen)
{
    struct netdiag_seen_unowned *unowned = &digest->snapshot->unowned;

    if (unowned->count > 0 && seen->row->local.port == unowned->port)
        unowned->connections++;
    if (is_half_open(seen->row))
        count_half_open(digest, seen);
    else if (is_attempt(seen->row))
        count_attempt(digest, seen);
}

void netdiag_digest_opening_end(struct netdiag_tcp_digest *digest)
{
    struct netdiag_seen_half_open *half_open = &digest->snapshot->half_open;
    struct netdiag_seen_attempts *attempts = &digest->snapshot->attempts;

    half_open->sources = digest->sources.count;
    half_open->more_sources = digest->sources.is_cut;
    attempts->ports = digest->targets.count;
    if (digest->is_mixed)
        memset(&attempts->owner, 0, sizeof attempts->owner);
    if (digest->target_is_mixed)
        memset(&attempts->target_owner, 0, sizeof attempts->target_owner);
    if (digest->target_ports_differ)
        attempts->target_port = 0;
}
