/*
 * tcpConnectionTable and tcpListenerTable: sorted copies.
 *
 * A poller asks for one row after the other, and the next row is the one whose index follows; the
 * stack has them in no order at all. So all connections are copied as packed rows, chunk by chunk
 * as any walk does it, with the stack held for one chunk at a time; sorted in place; and each
 * request is a binary search in the copy, without the lock. The copy is made anew when a request
 * comes that is CONFIG_NETDIAG_SNMP_CACHE seconds younger. All that a poller keeps of its walk is
 * the last index, so a new copy under it neither repeats rows nor loses any that stays.
 *
 * A packed row is its index byte by byte, but for the lengths of its addresses, which follow from
 * their types: so the order of memcmp() is that of the indices. For the one task that answers.
 */
#include "tcp_tables.h"

#include <stdatomic.h>
#include <string.h>

#include "look.h"
#include "mibs.h"
#include "platform/lwip/internal.h"

/* RFC 4001's InetAddressType, and how long an InetAddress of each is. */
enum { TYPE_UNKNOWN = 0, TYPE_IPV4 = 1, TYPE_IPV6 = 2, TYPE_IPV6Z = 4 };
static const uint8_t address_bytes[] = {
    [TYPE_UNKNOWN] = 0, [TYPE_IPV4] = 4, [TYPE_IPV6] = 16, [TYPE_IPV6Z] = 20};

#define ADDRESS_MOST     20
#define END_BYTES        (1 + ADDRESS_MOST + 2) /* type, address, port */
#define END_NUMBERS      (2 + ADDRESS_MOST + 1) /* type, length, address, port */
#define CONNECTION_STATE (2 * END_BYTES)        /* where that is */
#define CONNECTION_BYTES (CONNECTION_STATE + 1)
#define LISTENER_BYTES   END_BYTES

/*
 * The rows of connections, and the chunk of a walk. Listeners come as a whole, and are packed
 * before that: they lie in the same memory.
 */
static union {
    struct netdiag_tcp_listener listeners[CONFIG_NETDIAG_SNMP_LISTENERS];
    struct {
        struct netdiag_tcp_connection chunk[CONFIG_NETDIAG_TCP_WALK_ROWS];
        uint8_t rows[CONFIG_NETDIAG_SNMP_ROWS][CONNECTION_BYTES];
    } connections;
} memory;

static uint8_t listener_rows[CONFIG_NETDIAG_SNMP_LISTENERS][LISTENER_BYTES];

struct table {
    uint8_t *rows;
    uint8_t size, ends; /* bytes of a row, and how many ends are in it */
    size_t count;
};

static struct table connections = {
    .rows = memory.connections.rows[0], .size = CONNECTION_BYTES, .ends = 2};
static struct table listeners = {.rows = listener_rows[0], .size = LISTENER_BYTES, .ends = 1};

/* What others see of the copy: written under the core lock. */
static struct {
    bool is_read;
    uint32_t rows, left_out;
    uint64_t read_ms;
} copy;

/* Set by any thread. */
static atomic_bool is_forgotten;

static uint8_t *row_of(const struct table *table, size_t number)
{
    return table->rows + number * table->size;
}

/* ---- packing ---- */

static bool is_link_local(const struct netdiag_address *address)
{
    return address->family == NETDIAG_FAMILY_IPV6 && address->bytes[0] == 0xfe &&
           (address->bytes[1] & 0xc0) == 0x80;
}

static uint8_t type_of(const struct netdiag_address *address, uint32_t zone)
{
    switch (address->family) {
    case NETDIAG_FAMILY_IPV4:
        return TYPE_IPV4;
    case NETDIAG_FAMILY_IPV6:
        return zone > 0 && is_link_local(address) ? TYPE_IPV6Z : TYPE_IPV6;
    case NETDIAG_FAMILY_ANY:
        break;
    }
    return TYPE_UNKNOWN;
}

/* Returns what follows. */
static uint8_t *pack_end(uint8_t *to, const struct netdiag_endpoint *end, uint32_t zone)
{
    uint8_t type = type_of(&end->address, zone);

    *to++ = type;
    if (type == TYPE_IPV6Z) {
        memcpy(to, end->address.bytes, 16);
        for (int i = 0; i < 4; i++)
            to[16 + i] = (uint8_t)(zone >> (24 - 8 * i));
    } else {
        memcpy(to, end->address.bytes, address_bytes[type]);
    }
    to += address_bytes[type];
    *to++ = (uint8_t)(end->port >> 8);
    *to++ = (uint8_t)end->port;
    return to;
}

/* RFC 4007's zone of its link-local addresses: the ifIndex of its VLAN's interface; 0: none. */
static uint32_t zone_of(const struct netdiag_tcp_connection *connection)
{
    const struct netdiag_vlan *vlan;

    if (connection->vlan == 0 ||
        (!is_link_local(&connection->local.address) && !is_link_local(&connection->remote.address)))
        return 0;
    vlan = netdiag_snmp_look_vlan(connection->vlan - 1u);
    return vlan && vlan->id == connection->vlan && vlan->has_if_index ? vlan->if_index : 0;
}

/* The place of a new row, zeroed; there is room. */
static uint8_t *add_row(struct table *table)
{
    return memset(row_of(table, table->count++), 0, table->size);
}

/* False: there is no room. */
static bool add_connection(const struct netdiag_tcp_connection *connection)
{
    uint32_t zone = zone_of(connection);
    uint8_t *row;

    if (connections.count == CONFIG_NETDIAG_SNMP_ROWS)
        return false;
    row = add_row(&connections);
    row[CONNECTION_STATE] = (uint8_t)connection->state;
    (void)pack_end(pack_end(row, &connection->local, zone), &connection->remote, zone);
    return true;
}

/* ---- sorting ---- */

/* Makes the heap below `root` a heap again, when only its root is in the wrong place. */
static void sift(const struct table *table, size_t root, size_t count)
{
    uint8_t row[CONNECTION_BYTES];

    memcpy(row, row_of(table, root), table->size);
    for (size_t child; (child = 2 * root + 1) < count; root = child) {
        if (child + 1 < count &&
            memcmp(row_of(table, child), row_of(table, child + 1), table->size) < 0)
            child++;
        if (memcmp(row, row_of(table, child), table->size) >= 0)
            break;
        memcpy(row_of(table, root), row_of(table, child), table->size);
    }
    memcpy(row_of(table, root), row, table->size);
}

/* Heapsort: in place, without recursion, and as fast for any order that somebody thinks of. */
static void sort(const struct table *table)
{
    uint8_t row[CONNECTION_BYTES];

    for (size_t i = table->count / 2; i > 0; i--)
        sift(table, i - 1, table->count);
    for (size_t last = table->count; last-- > 1;) {
        memcpy(row, row_of(table, last), table->size);
        memcpy(row_of(table, last), row_of(table, 0), table->size);
        memcpy(row_of(table, 0), row, table->size);
        sift(table, 0, last);
    }
}

/* ---- reading ---- */

/* Returns how many have no place. */
static uint32_t read_listeners(const struct netdiag_platform *platform, void *ctx)
{
    size_t total;

    listeners.count = 0;
    if (!platform->tcp_listeners ||
        platform->tcp_listeners(ctx, memory.listeners, CONFIG_NETDIAG_SNMP_LISTENERS, &total))
        return 0;
    for (size_t i = 0; i < total && i < CONFIG_NETDIAG_SNMP_LISTENERS; i++)
        (void)pack_end(add_row(&listeners), &memory.listeners[i].local, 0);
    sort(&listeners);
    return total > CONFIG_NETDIAG_SNMP_LISTENERS ? (uint32_t)(total - CONFIG_NETDIAG_SNMP_LISTENERS)
                                                 : 0;
}

static uint32_t read_connections(const struct netdiag_platform *platform, void *ctx)
{
    struct netdiag_tcp_connection *chunk = memory.connections.chunk;
    struct netdiag_tcp_cursor cursor = {.done = false};
    uint32_t left_out = 0;
    size_t count;

    connections.count = 0;
    while (platform->tcp_connections && !cursor.done &&
           !platform->tcp_connections(ctx, &cursor, chunk, CONFIG_NETDIAG_TCP_WALK_ROWS, &count)) {
        for (size_t i = 0; i < count; i++)
            left_out += !add_connection(&chunk[i]);
    }
    sort(&connections);
    return left_out;
}

/* All answers of one request are of one time, so the copy does not change within it. */
static bool is_old(const struct netdiag_time *time)
{
    return atomic_exchange(&is_forgotten, false) || !copy.is_read || !time ||
           time->uptime_ms - copy.read_ms >= CONFIG_NETDIAG_SNMP_CACHE * UINT64_C(1000);
}

static void bring_up_to_date(void)
{
    const struct netdiag_time *time = netdiag_snmp_look_time();
    const struct netdiag_platform *platform;
    uint32_t left_out;
    void *ctx;

    if (!is_old(time))
        return;
    platform = netdiag_snmp_look_platform(&ctx);
    left_out = read_listeners(platform, ctx);
    left_out += read_connections(platform, ctx);
    netdiag_lwip_lock();
    copy.is_read = time != NULL;
    copy.read_ms = time ? time->uptime_ms : 0;
    copy.rows = (uint32_t)(connections.count + listeners.count);
    copy.left_out = left_out;
    netdiag_lwip_unlock();
}

bool netdiag_snmp_tcp_tables_state(uint32_t *rows, uint64_t *read_ms)
{
    *rows = copy.rows;
    *read_ms = copy.read_ms;
    return copy.is_read;
}

uint32_t netdiag_snmp_tcp_tables_left_out(void)
{
    return copy.left_out;
}

void netdiag_snmp_tcp_tables_forget(void)
{
    atomic_store(&is_forgotten, true);
}

/* ---- searching ---- */

/* The index of a row as SNMP has it. Returns how many numbers it has. */
static u8_t unpack(const struct table *table, size_t number, u32_t index[static 2 * END_NUMBERS])
{
    const uint8_t *byte = row_of(table, number);
    u8_t length = 0;

    for (uint8_t end = 0; end < table->ends; end++) {
        uint8_t bytes = address_bytes[*byte];

        index[length++] = *byte++;
        index[length++] = bytes;
        for (; bytes > 0; bytes--)
            index[length++] = *byte++;
        index[length++] = (u32_t)byte[0] << 8 | byte[1];
        byte += 2;
    }
    return length;
}

static int compare(const struct table *table, size_t number, const struct snmp_obj_id *index)
{
    u32_t numbers[2 * END_NUMBERS];
    u8_t length = unpack(table, number, numbers);

    return snmp_oid_compare(numbers, length, index->id, index->len);
}

/*
 * Several rows may have one index: listeners that share a port, or TIME-WAIT and the connection
 * that took its place while the table was read. The first one is found, which of connections is
 * not TIME-WAIT, the last of the states; and the next index is above them all.
 */
static bool find(const struct table *table, struct snmp_obj_id *index, bool next, const void **row)
{
    size_t from = 0, to = table->count;

    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = compare(table, middle, index);

        if (order < 0 || (order == 0 && next))
            from = middle + 1;
        else
            to = middle;
    }
    if (from == table->count || (!next && compare(table, from, index) != 0))
        return false;
    *row = row_of(table, from);
    index->len = unpack(table, from, index->id);
    return true;
}

bool netdiag_snmp_find_tcp_connection(struct snmp_obj_id *index, bool next, const void **row)
{
    bring_up_to_date();
    return find(&connections, index, next, row);
}

bool netdiag_snmp_find_tcp_listener(struct snmp_obj_id *index, bool next, const void **row)
{
    bring_up_to_date();
    return find(&listeners, index, next, row);
}

u32_t netdiag_snmp_tcp_state_of(const void *row)
{
    const uint8_t *bytes = row;

    return bytes[CONNECTION_STATE];
}
