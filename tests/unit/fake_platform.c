#include "tests/unit/fake_platform.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

struct fake fake;

static enum netdiag_error fake_system(void *ctx, struct netdiag_system *system)
{
    (void)ctx;
    *system = fake.system;
    return fake.system_error;
}

static enum netdiag_error fake_time(void *ctx, struct netdiag_time *time)
{
    (void)ctx;
    *time = fake.time;
    return fake.time_error;
}

static enum netdiag_error fake_wait(void *ctx, uint32_t ms)
{
    (void)ctx;
    fake.wait_calls++;
    if (ms > fake.wait_longest)
        fake.wait_longest = ms;
    fake.time.uptime_ms += (uint64_t)ms * fake.wait_percent / 100;
    if (fake.on_wait != NULL)
        fake.on_wait();
    return fake.wait_error;
}

static enum netdiag_error fake_log(void *ctx, enum netdiag_severity severity, const char *text)
{
    size_t size = strlen(fake.log);

    (void)ctx;
    snprintf(fake.log + size, sizeof fake.log - size, "%d %s\n", (int)severity, text);
    return NETDIAG_OK;
}

static enum netdiag_error fake_counters(void *ctx, struct netdiag_tcp_counters *counters)
{
    (void)ctx;
    if (fake.on_counters != NULL)
        fake.on_counters();
    *counters = fake.counters;
    return fake.counters_error;
}

static enum netdiag_error fake_states(void *ctx, struct netdiag_tcp_states *states)
{
    (void)ctx;
    *states = fake.states;
    return fake.states_error;
}

static enum netdiag_error fake_state_totals(void *ctx, struct netdiag_tcp_state_totals *totals)
{
    (void)ctx;
    *totals = fake.state_totals;
    return fake.state_totals_error;
}

static enum netdiag_error fake_pool(void *ctx, struct netdiag_tcp_pool *pool)
{
    (void)ctx;
    *pool = fake.pool;
    return fake.pool_error;
}

static enum netdiag_error fake_vlans(void *ctx, uint16_t after, struct netdiag_vlan *rows,
                                     size_t capacity, size_t *count)
{
    size_t filled = 0;

    (void)ctx;
    fake.vlans_calls++;
    if (fake.on_vlans != NULL)
        fake.on_vlans();
    if (capacity > fake.vlans_capacity)
        fake.vlans_capacity = capacity;
    if (after >= fake.vlans_fail_after && fake.vlans_error != NETDIAG_OK)
        return fake.vlans_error;
    for (size_t i = 0; i < fake.vlan_count && filled < capacity; i++) {
        if (fake.vlans[i].id > after)
            rows[filled++] = fake.vlans[i];
    }
    *count = filled + fake.vlans_count_added;
    return NETDIAG_OK;
}

static struct netdiag_vlan *find_vlan(uint16_t id, const char *name)
{
    for (size_t i = 0; i < fake.vlan_count; i++) {
        if (fake.vlans[i].id == id || (name != NULL && strcmp(fake.vlans[i].name, name) == 0))
            return &fake.vlans[i];
    }
    return NULL;
}

static enum netdiag_error fake_vlan_add(void *ctx, uint16_t id, const char *name)
{
    struct netdiag_vlan vlan;
    size_t place;

    (void)ctx;
    if (fake.vlan_add_error != NETDIAG_OK)
        return fake.vlan_add_error;
    vlan = *fake_vlan(id);
    fake.vlan_count--;
    if (name != NULL)
        snprintf(vlan.name, sizeof vlan.name, "%s", name);
    if (find_vlan(id, vlan.name) != NULL)
        return NETDIAG_ERROR_EXISTS;
    if (fake.vlan_numbers[id] != 0)
        vlan.if_index = fake.vlan_numbers[id];
    fake.vlan_numbers[id] = vlan.if_index;
    for (place = fake.vlan_count++; place > 0 && fake.vlans[place - 1].id > id; place--)
        fake.vlans[place] = fake.vlans[place - 1];
    fake.vlans[place] = vlan;
    return NETDIAG_OK;
}

static enum netdiag_error fake_vlan_remove(void *ctx, uint16_t id, bool forget)
{
    struct netdiag_vlan *vlan = find_vlan(id, NULL);

    (void)ctx;
    if (fake.vlan_remove_error != NETDIAG_OK)
        return fake.vlan_remove_error;
    if (vlan == NULL && (!forget || fake.vlan_numbers[id] == 0))
        return NETDIAG_ERROR_NOT_FOUND;
    if (forget)
        fake.vlan_numbers[id] = 0;
    if (vlan != NULL) {
        memmove(vlan, vlan + 1, (size_t)(fake.vlans + fake.vlan_count - vlan - 1) * sizeof *vlan);
        fake.vlan_count--;
    }
    return NETDIAG_OK;
}

static enum netdiag_error fake_vlan_numbers(void *ctx, uint16_t after,
                                            struct netdiag_vlan_number *rows, size_t capacity,
                                            size_t *count)
{
    (void)ctx;
    if (after >= fake.vlan_numbers_fail_after && fake.vlan_numbers_error != NETDIAG_OK)
        return fake.vlan_numbers_error;
    *count = 0;
    for (unsigned id = after + 1u; id <= NETDIAG_VLAN_MAX && *count < capacity; id++) {
        if (fake.vlan_numbers[id] != 0)
            rows[(*count)++] = (struct netdiag_vlan_number){(uint16_t)id, fake.vlan_numbers[id]};
    }
    return NETDIAG_OK;
}

static enum netdiag_error fake_snmp(void *ctx, struct netdiag_snmp *snmp)
{
    (void)ctx;
    *snmp = fake.snmp;
    return fake.snmp_error;
}

static enum netdiag_error fake_snmp_names(void *ctx, uint32_t after, struct netdiag_snmp_name *rows,
                                          size_t capacity, size_t *count)
{
    (void)ctx;
    if (fake.snmp_names_calls++ < fake.snmp_names_busy)
        return NETDIAG_ERROR_BUSY;
    if (fake.snmp_names_error != NETDIAG_OK && fake.snmp_names_calls > fake.snmp_names_fail_at)
        return fake.snmp_names_error;
    *count = 0;
    for (size_t i = 0; i < fake.snmp_name_count && *count < capacity; i++) {
        if (fake.snmp_names[i].if_index > after)
            rows[(*count)++] = fake.snmp_names[i];
    }
    return NETDIAG_OK;
}

struct netdiag_snmp_name *fake_snmp_name(uint32_t if_index, const char *name)
{
    struct netdiag_snmp_name *row = &fake.snmp_names[fake.snmp_name_count++];

    row->if_index = if_index;
    snprintf(row->name, sizeof row->name, "%s", name);
    return row;
}

void fake_agree(void)
{
    fake.snmp_name_count = 0;
    memset(fake.vlan_numbers, 0, sizeof fake.vlan_numbers);
    for (size_t i = 0; i < fake.vlan_count; i++) {
        struct netdiag_vlan *vlan = &fake.vlans[i];
        char name[16];

        vlan->if_index = (uint32_t)i + 2;
        fake_vlan_interface(vlan, vlan->if_index);
        fake.vlan_numbers[vlan->id] = vlan->if_index;
        snprintf(name, sizeof name, "Vlan%u", (unsigned)vlan->id);
        fake_snmp_name(vlan->if_index, name);
    }
}

static enum netdiag_error fake_connections(void *ctx, struct netdiag_tcp_cursor *cursor,
                                           struct netdiag_tcp_connection *rows, size_t capacity,
                                           size_t *count)
{
    size_t most = capacity;

    (void)ctx;
    fake.connections_calls++;
    if (capacity > fake.connections_capacity)
        fake.connections_capacity = capacity;
    if (fake.on_connections != NULL)
        fake.on_connections();
    if (fake.connections_error != NETDIAG_OK && cursor->slot >= fake.connections_fail_at)
        return fake.connections_error;
    if (fake.connections_chunk > 0 && fake.connections_chunk < most)
        most = fake.connections_chunk;
    for (*count = 0; *count < most && cursor->slot < fake.connection_count; ++*count)
        rows[*count] = fake.connections[cursor->slot++];
    cursor->done = cursor->slot == fake.connection_count;
    cursor->has_hold = !fake.connections_no_hold;
    if (cursor->longest_hold_ns < 1000 + 150 * *count)
        cursor->longest_hold_ns = 1000 + 150 * *count;
    if (fake.connections_stuck) {
        cursor->slot = 0;
        cursor->done = false;
    }
    *count += fake.connections_count_added;
    return NETDIAG_OK;
}

static enum netdiag_error fake_listeners(void *ctx, struct netdiag_tcp_listener *rows,
                                         size_t capacity, size_t *total)
{
    (void)ctx;
    *total = fake.listener_count;
    for (size_t i = 0; i < capacity && i < *total; i++)
        rows[i] = fake.listeners[i];
    return fake.listeners_error;
}

struct netdiag_tcp_listener *fake_listener(uint16_t port, const char *owner)
{
    struct netdiag_tcp_listener *row = &fake.listeners[fake.listener_count++];

    memset(row, 0, sizeof *row);
    row->local.port = port;
    snprintf(row->owner.name, sizeof row->owner.name, "%s", owner);
    row->has_backlog = true;
    row->backlog = 5;
    row->pending = 2;
    row->has_counts = true;
    row->accepted = 1000u + port;
    row->refused = 100u + port;
    row->has_accept = true;
    row->accept_address = UINT64_C(0x500000000000) + port;
    return row;
}

static enum netdiag_error fake_symbol(void *ctx, uint64_t address, char *name, size_t size)
{
    unsigned port = (unsigned)address & 0xffff;

    (void)ctx;
    if (port > 9999)
        return NETDIAG_ERROR_NOT_FOUND;
    snprintf(name, size, "accept_%u", port);
    return NETDIAG_OK;
}

static enum netdiag_error fake_abort(void *ctx, uint32_t id)
{
    (void)ctx;
    for (size_t i = 0; i < fake.connection_count; i++) {
        if (!fake.connections[i].has_history || fake.connections[i].history.id != id)
            continue;
        fake.aborted = id;
        fake.connections[i] = fake.connections[--fake.connection_count];
        return NETDIAG_OK;
    }
    return NETDIAG_ERROR_NOT_FOUND;
}

static enum netdiag_error fake_memory_pools(void *ctx, struct netdiag_memory_pool *rows,
                                            size_t capacity, size_t *total)
{
    (void)ctx;
    *total = fake.memory_pool_count;
    for (size_t i = 0; i < capacity && i < *total; i++)
        rows[i] = fake.memory_pools[i];
    return fake.memory_pools_error;
}

struct netdiag_memory_pool *fake_memory_pool(const char *name)
{
    struct netdiag_memory_pool *pool = &fake.memory_pools[fake.memory_pool_count++];
    uint32_t n = (uint32_t)fake.memory_pool_count;

    memset(pool, 0, sizeof *pool);
    snprintf(pool->name, sizeof pool->name, "%s", name);
    pool->size = 16 * n;
    pool->capacity = 1000 * n;
    pool->used = 100 * n;
    pool->peak = 200 * n;
    return pool;
}

static enum netdiag_error fake_interfaces(void *ctx, uint32_t after, struct netdiag_interface *rows,
                                          size_t capacity, size_t *count)
{
    (void)ctx;
    *count = 0;
    for (size_t i = 0; i < fake.interface_count && *count < capacity; i++) {
        if (fake.interfaces[i].if_index > after)
            rows[(*count)++] = fake.interfaces[i];
    }
    return fake.interfaces_error;
}

struct netdiag_interface *fake_interface(const char *name)
{
    struct netdiag_interface *row = &fake.interfaces[fake.interface_count++];
    uint64_t n = fake.interface_count;
    const struct netdiag_interface_traffic in = {1000 * n, 10 * n + 1, 10 * n + 2, 10 * n + 3};
    const struct netdiag_interface_traffic out = {2000 * n, 20 * n + 4, 20 * n + 5, 20 * n + 6};

    memset(row, 0, sizeof *row);
    row->if_index = 1000 + (uint32_t)n;
    snprintf(row->name, sizeof row->name, "%s", name);
    row->in = in;
    row->out = out;
    row->runts = 100 * n + 1;
    row->giants = 100 * n + 2;
    row->unknown_vlans = 100 * n + 3;
    row->stacked_tags = 100 * n + 4;
    row->out_discards = 100 * n + 5;
    return row;
}

struct netdiag_interface *fake_vlan_counters(uint16_t id, uint32_t if_index)
{
    struct netdiag_interface *row = fake_interface("");

    snprintf(row->name, sizeof row->name, "Vlan%u", (unsigned)id);
    row->if_index = if_index;
    row->type = NETDIAG_INTERFACE_VLAN;
    row->vlan = id;
    row->admin_up = row->oper_up = true;
    row->has_last_change = true;
    row->last_change_ms = 1000u + id;
    row->created_ms = 500u + id;
    row->has_mac = true;
    memcpy(row->mac, (const uint8_t[]){2, 0, 0, 1, 0, (uint8_t)id}, sizeof row->mac);
    row->mtu = 1500;
    row->speed_bps = UINT64_C(1000000000);
    return row;
}

static enum netdiag_error fake_endings(void *ctx, struct netdiag_tcp_closed *rows, size_t capacity,
                                       size_t *count, uint64_t *total)
{
    (void)ctx;
    for (*count = 0; *count < capacity && *count < fake.closed_count; ++*count)
        rows[*count] = fake.closed[*count];
    *count += fake.closed_count_added;
    *total = fake.closed_total;
    return fake.closed_error;
}

struct netdiag_tcp_closed *fake_closed(enum netdiag_tcp_end end)
{
    struct netdiag_tcp_closed *row = &fake.closed[fake.closed_count++];
    uint32_t n = (uint32_t)fake.closed_count;

    memset(row, 0, sizeof *row);
    row->id = n;
    row->end = end;
    row->is_passive = true;
    row->was_established = true;
    fake_endpoint(&row->local, "10.0.10.1", 80);
    fake_endpoint(&row->remote, "10.0.10.2", (uint16_t)(50000 + n));
    snprintf(row->owner.name, sizeof row->owner.name, "httpd");
    row->ended_ms = fake.time.uptime_ms - UINT64_C(1000) * n;
    row->created_ms = row->ended_ms - UINT64_C(60000) * n;
    row->traffic = (struct netdiag_tcp_traffic){.in_bytes = 100 + n,
                                                .in_segs = 10 + n,
                                                .out_bytes = 200 + n,
                                                .out_segs = 20 + n,
                                                .retrans_timeout = n,
                                                .retrans_fast = 1};
    fake.closed_total++;
    return row;
}

static enum netdiag_error fake_scanners(void *ctx, struct netdiag_tcp_scanner *rows,
                                        size_t capacity, size_t *count)
{
    (void)ctx;
    for (*count = 0; *count < capacity && *count < fake.scanner_count; ++*count)
        rows[*count] = fake.scanners[*count];
    *count += fake.scanner_count_added;
    return fake.scanners_error;
}

struct netdiag_tcp_scanner *fake_scanner(const char *address)
{
    struct netdiag_tcp_scanner *row = &fake.scanners[fake.scanner_count++];
    struct netdiag_endpoint endpoint;
    uint32_t n = (uint32_t)fake.scanner_count;

    fake_endpoint(&endpoint, address, 0);
    memset(row, 0, sizeof *row);
    row->source = endpoint.address;
    row->ports = 9 + n;
    row->segments = 2 * (9 + n);
    row->last_ms = fake.time.uptime_ms - UINT64_C(1000) * n;
    row->first_ms = row->last_ms - 60000;
    return row;
}

static enum netdiag_error fake_reach(void *ctx, const struct netdiag_address *to,
                                     enum netdiag_reach *reach)
{
    (void)ctx;
    fake.reach_to = *to;
    *reach = fake.reach;
    return fake.reach_error;
}

void fake_endpoint(struct netdiag_endpoint *endpoint, const char *address, uint16_t port)
{
    struct netdiag_address *to = &endpoint->address;

    memset(endpoint, 0, sizeof *endpoint);
    endpoint->port = port;
    if (inet_pton(AF_INET, address, to->bytes) == 1)
        to->family = NETDIAG_FAMILY_IPV4;
    else if (inet_pton(AF_INET6, address, to->bytes) == 1)
        to->family = NETDIAG_FAMILY_IPV6;
}

struct netdiag_tcp_connection *fake_connection(void)
{
    struct netdiag_tcp_connection *row = &fake.connections[fake.connection_count++];
    uint32_t n = (uint32_t)fake.connection_count;

    memset(row, 0, sizeof *row);
    row->state = NETDIAG_TCP_ESTABLISHED;
    fake_endpoint(&row->local, "10.0.10.1", 80);
    fake_endpoint(&row->remote, "10.0.10.2", (uint16_t)(50000 + n));
    snprintf(row->owner.name, sizeof row->owner.name, "httpd");
    row->vlan = 10;
    row->rto_ms = 1000 + n;
    row->srtt_ms = 20 + n;
    row->congestion_window = 5840 + n;
    row->send_window = 8760 + n;
    row->receive_window = 11680 + n;
    row->send_queue = 300 + n;
    row->in_flight = 200 + n;
    row->receive_queue = 100 + n;
    row->has_history = true;
    row->history.id = n;
    row->history.is_passive = true;
    row->history.created_ms = fake.time.uptime_ms - 10000 - n;
    row->history.state_since_ms = row->history.created_ms + 50;
    row->history.last_in_ms = row->history.created_ms + 2000;
    row->history.last_out_ms = row->history.created_ms + 3000;
    row->history.traffic = (struct netdiag_tcp_traffic){
        .in_bytes = UINT64_C(10000000000) + n,
        .in_segs = 4000 + n,
        .out_bytes = 5000 + n,
        .out_segs = 6000 + n,
        .retrans_timeout = 7 + n,
        .retrans_fast = 8 + n,
    };
    return row;
}

static enum netdiag_error fake_neighbors(void *ctx, enum netdiag_family family,
                                         struct netdiag_neighbor_cursor *cursor,
                                         struct netdiag_neighbor *rows, size_t capacity,
                                         size_t *count)
{
    uint32_t before = cursor->place;

    (void)ctx;
    if (fake.neighbors_error != NETDIAG_OK && before >= fake.neighbors_fail_at)
        return fake.neighbors_error;
    for (*count = 0; *count < capacity && cursor->place < fake.neighbor_count; cursor->place++) {
        if (fake.neighbors[cursor->place].address.family == family)
            rows[(*count)++] = fake.neighbors[cursor->place];
    }
    cursor->done = cursor->place == fake.neighbor_count;
    if (fake.neighbors_stuck)
        *cursor = (struct netdiag_neighbor_cursor){.place = before};
    *count += fake.neighbors_count_added;
    return NETDIAG_OK;
}

struct netdiag_neighbor *fake_neighbor(const char *address)
{
    struct netdiag_neighbor *row = &fake.neighbors[fake.neighbor_count++];
    struct netdiag_endpoint endpoint;

    fake_endpoint(&endpoint, address, 0);
    memset(row, 0, sizeof *row);
    row->address = endpoint.address;
    row->has_mac = true;
    memcpy(row->mac, (const uint8_t[]){2, 0, 0, 2, 0, (uint8_t)fake.neighbor_count},
           sizeof row->mac);
    row->vlan = 10;
    snprintf(row->interface, sizeof row->interface, "Vlan10");
    if (row->address.family == NETDIAG_FAMILY_IPV6)
        row->state = NETDIAG_NEIGHBOR_REACHABLE;
    return row;
}

static char echo_fate(size_t number)
{
    return number < strlen(fake.echoes) ? fake.echoes[number] : '!';
}

static enum netdiag_error fake_echo_send(void *ctx, const struct netdiag_address *to,
                                         uint16_t bytes, uint32_t *echo)
{
    (void)ctx;
    fake.echo_to = *to;
    fake.echo_bytes = bytes;
    fake.echo_sent_ms = fake.time.uptime_ms;
    if (echo_fate(fake.echoes_tried++) == 'U')
        return fake.echo_error;
    *echo = (uint32_t)fake.echoes_tried;
    fake.echoes_open++;
    return NETDIAG_OK;
}

static enum netdiag_error fake_echo_poll(void *ctx, uint32_t echo, bool *answered, uint32_t *rtt_ms)
{
    uint32_t number = echo - 1;

    (void)ctx;
    if (echo != fake.echoes_tried)
        return NETDIAG_ERROR_NOT_FOUND;
    *rtt_ms = fake.echo_rtt_ms + 10 * number;
    *answered = echo_fate(number) == '!' && fake.time.uptime_ms - fake.echo_sent_ms >= *rtt_ms;
    return fake.echo_poll_error;
}

static enum netdiag_error fake_echo_end(void *ctx, uint32_t echo)
{
    (void)ctx;
    if (echo != fake.echoes_tried)
        return NETDIAG_ERROR_NOT_FOUND;
    fake.echoes_open--;
    return NETDIAG_OK;
}

struct netdiag_vlan *fake_vlan(uint16_t id)
{
    struct netdiag_vlan *vlan = &fake.vlans[fake.vlan_count++];

    memset(vlan, 0, sizeof *vlan);
    vlan->id = id;
    snprintf(vlan->name, sizeof vlan->name, "Vlan%u", (unsigned)id);
    vlan->active = true;
    vlan->has_if_index = true;
    vlan->if_index = 1000u + id;
    return vlan;
}

void fake_vlan_interface(struct netdiag_vlan *vlan, uint32_t netif_index)
{
    struct netdiag_vlan_interface *interface = &vlan->interface;
    const uint8_t mac[] = {2, 0, 0x0a, 0, (uint8_t)vlan->id, 1};
    const uint8_t address[] = {10, 0, (uint8_t)vlan->id, 1};

    vlan->has_interface = true;
    interface->admin_up = true;
    interface->oper_up = true;
    interface->has_netif_index = true;
    interface->netif_index = netif_index;
    interface->has_mac = true;
    memcpy(interface->mac, mac, sizeof mac);
    interface->mtu = 1500;
    interface->address_count = 1;
    interface->addresses[0].address.family = NETDIAG_FAMILY_IPV4;
    memcpy(interface->addresses[0].address.bytes, address, sizeof address);
    interface->addresses[0].length = 24;
}

void fake_count_all(void)
{
    for (unsigned i = 0; i < NETDIAG_TCP_COUNTERS; i++)
        netdiag_tcp_counter_set(&fake.counters, (enum netdiag_tcp_counter)i, 100 + i);
}

void fake_reset(void)
{
    static const uint16_t ids[] = {1, 10, 20};

    memset(&fake, 0, sizeof fake);
    fake.platform.system = fake_system;
    fake.platform.time = fake_time;
    fake.platform.wait = fake_wait;
    fake.platform.log = fake_log;
    fake.wait_percent = 100;
    fake.platform.tcp_counters = fake_counters;
    fake.platform.tcp_states = fake_states;
    fake.platform.tcp_pool = fake_pool;
    fake.platform.tcp_connections = fake_connections;
    fake.platform.tcp_listeners = fake_listeners;
    fake.platform.tcp_closed = fake_endings;
    fake.platform.tcp_state_totals = fake_state_totals;
    fake.platform.tcp_scanners = fake_scanners;
    fake.platform.reach = fake_reach;
    fake.platform.tcp_abort = fake_abort;
    fake.platform.symbol = fake_symbol;
    fake.platform.memory_pools = fake_memory_pools;
    fake.platform.interfaces = fake_interfaces;
    fake.platform.vlans = fake_vlans;
    fake.platform.vlan_add = fake_vlan_add;
    fake.platform.vlan_remove = fake_vlan_remove;
    fake.platform.vlan_numbers = fake_vlan_numbers;
    fake.platform.snmp = fake_snmp;
    fake.platform.snmp_names = fake_snmp_names;
    fake.platform.neighbors = fake_neighbors;
    fake.platform.echo_send = fake_echo_send;
    fake.platform.echo_poll = fake_echo_poll;
    fake.platform.echo_end = fake_echo_end;
    fake.echo_rtt_ms = 1;
    fake.echo_error = NETDIAG_ERROR_NOT_FOUND;
    snprintf(fake.system.host, sizeof fake.system.host, "sw1");
    snprintf(fake.system.product, sizeof fake.system.product, "netdiag test switch");
    snprintf(fake.system.stack, sizeof fake.system.stack, "lwIP 2.2.1");
    fake.time.uptime_ms = 93784005; /* 1 day, 2 hours, 3 minutes, 4 s, 5 ms */
    fake.time.has_wall = true;
    fake.time.wall_ms = INT64_C(1795167643123); /* 2026-11-20T09:40:43.123Z */
    for (unsigned i = NETDIAG_TCP_STATE_FIRST; i <= NETDIAG_TCP_STATE_LAST; i++)
        fake.states.count[i] = i * 10;
    fake.pool = (struct netdiag_tcp_pool){
        .capacity = 256, .used = 17, .peak = 42, .refused = 3, .has_evicted = true};
    fake.pool.evicted[NETDIAG_TCP_TIME_WAIT] = 5;
    fake.pool.evicted[NETDIAG_TCP_ESTABLISHED] = 2;
    for (unsigned i = NETDIAG_TCP_STATE_FIRST; i <= NETDIAG_TCP_STATE_LAST; i++) {
        fake.state_totals.state[i] = (struct netdiag_tcp_state_total){
            .has_entered = i > NETDIAG_TCP_LISTEN,
            .entered = i > NETDIAG_TCP_LISTEN ? UINT64_C(1000) * i : 0,
            .peak = 20 * i,
            .longest_ms = i > NETDIAG_TCP_LISTEN ? UINT64_C(7000) * i : 0,
        };
    }
    fake.reach = NETDIAG_REACH_RESOLVED;
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
        fake_vlan_interface(fake_vlan(ids[i]), (uint32_t)i + 2);
    netdiag_init(&fake.diag, &fake.platform, NULL);
}
