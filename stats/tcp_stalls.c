/*
 * The table: an array without holes, and chains through it by the connection's ID, so that a look
 * costs the same for each connection, however many stand here.
 */
#include "stats/tcp_stalls.h"

#include <string.h>

#include "stats/tcp_watch.h"

#define NONE  0
#define PROBE 1 /* octets that a window probe on its way makes of nothing */

void netdiag_tcp_stalls_init(struct netdiag_tcp_stall_table *table)
{
    memset(table, 0, sizeof *table);
}

/* lwIP's platform has the row of its table in an ID's low bits, so they spread well. */
static uint32_t *head_of(struct netdiag_tcp_stall_table *table, uint32_t id)
{
    return &table->heads[id % CONFIG_NETDIAG_TCP_STALLS];
}

static struct netdiag_tcp_stall_entry *find(struct netdiag_tcp_stall_table *table, uint32_t id,
                                            bool is_send)
{
    uint32_t at = *head_of(table, id);

    while (at != NONE) {
        struct netdiag_tcp_stall_entry *entry = &table->entries[at - 1];

        if (entry->stall.id == id && entry->stall.is_send == is_send)
            return entry;
        at = entry->next;
    }
    return NULL;
}

static void link_entry(struct netdiag_tcp_stall_table *table, uint32_t place)
{
    uint32_t *head = head_of(table, table->entries[place].stall.id);

    table->entries[place].next = *head;
    *head = place + 1;
}

void netdiag_tcp_stalls_begin(struct netdiag_tcp_stall_table *table)
{
    table->is_cut = false;
    for (uint32_t i = 0; i < table->count; i++)
        table->entries[i].is_seen = false;
}

static void see(struct netdiag_tcp_stall_table *table, const struct netdiag_tcp_stall *stall,
                uint64_t moved)
{
    struct netdiag_tcp_stall_entry *entry = find(table, stall->id, stall->is_send);

    if (entry == NULL) {
        if (table->count == CONFIG_NETDIAG_TCP_STALLS) {
            table->is_cut = true;
            return;
        }
        entry = &table->entries[table->count];
        entry->stall = *stall;
        entry->moved = moved;
        link_entry(table, table->count++);
    } else if ((int64_t)(moved - entry->moved) > (stall->is_send ? PROBE : 0)) {
        entry->stall.since_ms = stall->since_ms;
        entry->moved = moved;
    }
    entry->is_seen = true;
}

void netdiag_tcp_stalls_add(struct netdiag_tcp_stall_table *table,
                            const struct netdiag_tcp_connection *row, uint64_t now_ms)
{
    struct netdiag_tcp_stall stall = {.since_ms = now_ms};

    if (!row->has_history)
        return;
    stall.id = row->history.id;
    if (row->receive_queue > 0)
        see(table, &stall, row->history.traffic.in_bytes - row->receive_queue);
    stall.is_send = true;
    if (row->send_window == 0 && row->send_queue > 0 &&
        (row->state == NETDIAG_TCP_ESTABLISHED || row->state == NETDIAG_TCP_CLOSE_WAIT))
        see(table, &stall, row->history.traffic.out_bytes - row->in_flight);
}

/* ---- the order of IDs ---- */

static uint64_t key_of(const struct netdiag_tcp_stall *stall)
{
    return (uint64_t)stall->id << 1 | stall->is_send;
}

static bool is_before(const struct netdiag_tcp_stall_entry *entry,
                      const struct netdiag_tcp_stall_entry *other)
{
    return key_of(&entry->stall) < key_of(&other->stall);
}

static void swap(struct netdiag_tcp_stall_entry *entry, struct netdiag_tcp_stall_entry *other)
{
    struct netdiag_tcp_stall_entry third = *entry;

    *entry = *other;
    *other = third;
}

/* Of a heap of so many, lets the entry at `top` go down to its place. */
static void sift(struct netdiag_tcp_stall_entry *entries, uint32_t top, uint32_t count)
{
    for (uint32_t child = 2 * top + 1; child < count; child = 2 * top + 1) {
        if (child + 1 < count && is_before(&entries[child], &entries[child + 1]))
            child++;
        if (!is_before(&entries[top], &entries[child]))
            return;
        swap(&entries[top], &entries[child]);
        top = child;
    }
}

/* A heap sort: it needs no memory, and is never quadratic. */
static void sort(struct netdiag_tcp_stall_entry *entries, uint32_t count)
{
    for (uint32_t top = count / 2; top > 0; top--)
        sift(entries, top - 1, count);
    for (uint32_t last = count; last > 1; last--) {
        swap(&entries[0], &entries[last - 1]);
        sift(entries, 0, last - 1);
    }
}

/* In that order, so that a reader who has all connections to look up can halve. */
const struct netdiag_tcp_stall *netdiag_tcp_stall_find(const struct netdiag_tcp_watched *watched,
                                                       uint32_t id, bool is_send)
{
    const struct netdiag_tcp_stall wanted = {.id = id, .is_send = is_send};
    uint32_t low = 0, high = watched->stall_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (key_of(&watched->stalls[middle]) < key_of(&wanted))
            low = middle + 1;
        else
            high = middle;
    }
    if (low == watched->stall_count || key_of(&watched->stalls[low]) != key_of(&wanted))
        return NULL;
    return &watched->stalls[low];
}

void netdiag_tcp_stalls_end(struct netdiag_tcp_stall_table *table)
{
    uint32_t kept = 0;

    memset(table->heads, 0, sizeof table->heads);
    for (uint32_t i = 0; i < table->count; i++) {
        if (table->entries[i].is_seen)
            table->entries[kept++] = table->entries[i];
    }
    table->count = kept;
    sort(table->entries, kept);
    for (uint32_t i = 0; i < kept; i++)
        link_entry(table, i);
}
