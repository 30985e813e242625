#include "stats/tcp_holders.h"

#include <string.h>

static struct netdiag_tcp_service service_of(const struct netdiag_tcp_connection *row)
{
    struct netdiag_tcp_service service = {.port = row->local.port};

    if (row->has_history && !row->history.is_passive) {
        service.port = row->remote.port;
        service.is_remote = true;
    }
    return service;
}

static bool is_of(const struct netdiag_tcp_holder *holder, enum netdiag_tcp_held_by by,
                  const struct netdiag_tcp_connection *row)
{
    struct netdiag_tcp_service service;

    if (by == NETDIAG_TCP_HELD_BY_OWNER)
        return strcmp(holder->owner.name, row->owner.name) == 0;
    if (by == NETDIAG_TCP_HELD_BY_REMOTE)
        return holder->remote.family == row->remote.address.family &&
               memcmp(holder->remote.bytes, row->remote.address.bytes,
                      sizeof holder->remote.bytes) == 0;
    service = service_of(row);
    return holder->service.port == service.port && holder->service.is_remote == service.is_remote;
}

static struct netdiag_tcp_holder *find(struct netdiag_tcp_holders *holders,
                                       enum netdiag_tcp_held_by by,
                                       const struct netdiag_tcp_connection *row)
{
    for (size_t i = 0; i < holders->count[by]; i++) {
        if (is_of(&holders->rows[by][i], by, row))
            return &holders->rows[by][i];
    }
    return NULL;
}

/* One vote against each: who has none left loses the place. */
static void vote_against(struct netdiag_tcp_holders *holders, enum netdiag_tcp_held_by by)
{
    size_t kept = 0;

    for (size_t i = 0; i < holders->count[by]; i++) {
        struct netdiag_tcp_holder *holder = &holders->rows[by][i];

        if (--holder->votes > 0)
            holders->rows[by][kept++] = *holder;
    }
    holders->count[by] = kept;
}

void netdiag_tcp_holders_nominate(struct netdiag_tcp_holders *holders,
                                  const struct netdiag_tcp_connection *row)
{
    for (unsigned i = 0; i < NETDIAG_TCP_HELD_BY; i++) {
        enum netdiag_tcp_held_by by = (enum netdiag_tcp_held_by)i;
        struct netdiag_tcp_holder *holder = find(holders, by, row);

        if (holder != NULL) {
            holder->votes++;
        } else if (holders->count[by] == CONFIG_NETDIAG_TCP_HOLDERS) {
            vote_against(holders, by);
        } else {
            holder = &holders->rows[by][holders->count[by]++];
            memset(holder, 0, sizeof *holder);
            holder->service = service_of(row);
            holder->remote = row->remote.address;
            holder->owner = row->owner;
            holder->votes = 1;
        }
    }
}

/* Whether the device has sent its FIN, or has asked and not been answered: it is the peer's turn */
static bool waits_for_peer(enum netdiag_tcp_state state)
{
    switch (state) {
    case NETDIAG_TCP_SYN_SENT:
    case NETDIAG_TCP_SYN_RECEIVED:
    case NETDIAG_TCP_FIN_WAIT_1:
    case NETDIAG_TCP_FIN_WAIT_2:
    case NETDIAG_TCP_CLOSING:
    case NETDIAG_TCP_LAST_ACK:
    case NETDIAG_TCP_TIME_WAIT:
        return true;
    case NETDIAG_TCP_CLOSED:
    case NETDIAG_TCP_LISTEN:
    case NETDIAG_TCP_ESTABLISHED:
    case NETDIAG_TCP_CLOSE_WAIT:
        break;
    }
    return false;
}

static void count(struct netdiag_tcp_held *held, const struct netdiag_tcp_connection *row)
{
    held->total++;
    if (row->has_free_in) {
        if (held->timed == 0 || row->free_in_ms < held->first_ms)
            held->first_ms = row->free_in_ms;
        if (held->timed == 0 || row->free_in_ms > held->last_ms)
            held->last_ms = row->free_in_ms;
        held->timed++;
    } else if (waits_for_peer(row->state)) {
        held->by_peer++;
    } else {
        held->is_one_program =
            held->by_program == 0 ||
            (held->is_one_program && strcmp(held->program.name, row->owner.name) == 0);
        held->program = row->owner;
        held->by_program++;
    }
}

void netdiag_tcp_holders_count(struct netdiag_tcp_holders *holders,
                               const struct netdiag_tcp_connection *row)
{
    count(&holders->all, row);
    if (row->state >= NETDIAG_TCP_STATE_FIRST && row->state <= NETDIAG_TCP_STATE_LAST)
        count(&holders->states[row->state], row);
    holders->reclaimable += row->is_reclaimable;
    for (unsigned by = 0; by < NETDIAG_TCP_HELD_BY; by++) {
        struct netdiag_tcp_holder *holder = find(holders, (enum netdiag_tcp_held_by)by, row);

        if (holder != NULL)
            count(&holder->held, row);
    }
}

static void sort(struct netdiag_tcp_holder *rows, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct netdiag_tcp_holder moved = rows[i];
        size_t to = i;

        for (; to > 0 && rows[to - 1].held.total < moved.held.total; to--)
            rows[to] = rows[to - 1];
        rows[to] = moved;
    }
}

void netdiag_tcp_holders_sort(struct netdiag_tcp_holders *holders)
{
    for (unsigned by = 0; by < NETDIAG_TCP_HELD_BY; by++) {
        struct netdiag_tcp_holder *rows = holders->rows[by];
        size_t *rows_count = &holders->count[by];

        sort(rows, *rows_count);
        while (*rows_count > 0 && rows[*rows_count - 1].held.total == 0)
            --*rows_count;
    }
}

uint32_t netdiag_tcp_holders_others(const struct netdiag_tcp_holders *holders,
                                    enum netdiag_tcp_held_by by)
{
    uint32_t others = holders->all.total;

    for (size_t i = 0; i < holders->count[by]; i++)
        others -= holders->rows[by][i].held.total;
    return others;
}
