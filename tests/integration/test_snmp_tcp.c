/*
 * TCP-MIB, value by value: beside the ops and the JSON of a real lwIP in every state, and its order
 * beside that of a list of all its instances.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lwip/tcp.h"
#include "mib.h"
#include "netdiag/lwip.h"
#include "netif/ethernet.h"
#include "platform/lwip/snmp/look.h"
#include "platform/lwip/snmp/mibs.h"
#include "platform/sim/random.h"
#include "platform/sim/stack.h"
#include "shell.h"
#include "sides.h"

#define PCBS         128
#define SERVICE_PORT 8080
#define BOUND_PORT   8081
#define IPV6_VLAN    20
#define FUZZ_ROUNDS  30000
#define CACHE_MS     (CONFIG_NETDIAG_SNMP_CACHE * 1000)

/* Beyond this many are only in the test of too many. */
#define ROWS_MOST 512

static struct netdiag diag;
static struct tcp_pcb *accepted; /* the last connection that the service got */

/* ---- a platform whose tables are the test's, and all else lwIP's ---- */

static struct {
    struct netdiag_platform platform;
    struct netdiag_tcp_connection rows[ROWS_MOST];
    size_t row_count;
    uint32_t repeated; /* the last row, with another remote port each time */
    struct netdiag_tcp_listener listeners[CONFIG_NETDIAG_SNMP_LISTENERS + 2];
    size_t listener_count;
    struct netdiag_tcp_counters counters;
    size_t walks;
} fake;

static enum netdiag_error fake_connections(void *ctx, struct netdiag_tcp_cursor *cursor,
                                           struct netdiag_tcp_connection *rows, size_t capacity,
                                           size_t *count)
{
    (void)ctx;
    *count = 0;
    for (; *count < capacity && cursor->slot < fake.row_count + fake.repeated; cursor->slot++) {
        struct netdiag_tcp_connection *row = &rows[(*count)++];

        if (cursor->slot < fake.row_count) {
            *row = fake.rows[cursor->slot];
            continue;
        }
        *row = fake.rows[fake.row_count - 1];
        row->remote.port = (uint16_t)(cursor->slot + 1);
    }
    cursor->done = cursor->slot == fake.row_count + fake.repeated;
    fake.walks += cursor->done;
    return NETDIAG_OK;
}

static enum netdiag_error fake_listeners(void *ctx, struct netdiag_tcp_listener *rows,
                                         size_t capacity, size_t *total)
{
    (void)ctx;
    *total = fake.listener_count;
    for (size_t i = 0; i < *total && i < capacity; i++)
        rows[i] = fake.listeners[i];
    return NETDIAG_OK;
}

static enum netdiag_error fake_counters(void *ctx, struct netdiag_tcp_counters *counters)
{
    (void)ctx;
    *counters = fake.counters;
    return NETDIAG_OK;
}

static void start_fake(void)
{
    memset(&fake, 0, sizeof(fake));
    fake.platform = netdiag_lwip_platform;
    fake.platform.tcp_connections = fake_connections;
    fake.platform.tcp_listeners = fake_listeners;
    mib_start(&fake.platform, NULL);
}

static void start_real(void)
{
    mib_start(&netdiag_lwip_platform, NULL);
}

/* ---- a real lwIP with something in every state ---- */

static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t error)
{
    (void)arg;
    if (error == ERR_OK) {
        tcp_recv(pcb, peer_left_unread);
        accepted = pcb;
    }
    return error;
}

static void listen_on(const ip_addr_t *address, u8_t type, uint16_t port)
{
    struct tcp_pcb *pcb;

    sim_stack_lock(NULL);
    pcb = tcp_new_ip_type(type);
    assert_int_equal(tcp_bind(pcb, address, port), ERR_OK);
    tcp_accept(tcp_listen(pcb), on_accept);
    sim_stack_unlock(NULL);
}

/* Leaves one connection of the service in a state, any but CLOSED, LISTEN and SYN-SENT. */
static void enter(enum netdiag_tcp_state state, uint16_t port)
{
    struct peer_segment segment;

    if (state == NETDIAG_TCP_SYN_RECEIVED) {
        (void)peer_sends_syn(port, SERVICE_PORT);
        return;
    }
    peer_connect(port, SERVICE_PORT, &segment);
    if (state == NETDIAG_TCP_CLOSE_WAIT || state == NETDIAG_TCP_LAST_ACK)
        peer_sends(&segment, PEER_FIN | PEER_ACK);
    if (state != NETDIAG_TCP_ESTABLISHED && state != NETDIAG_TCP_CLOSE_WAIT)
        device_closes(accepted);
    if (state == NETDIAG_TCP_FIN_WAIT_2 || state == NETDIAG_TCP_TIME_WAIT)
        peer_acknowledges(&segment, PEER_ACK);
    if (state == NETDIAG_TCP_CLOSING || state == NETDIAG_TCP_TIME_WAIT)
        peer_sends(&segment, PEER_FIN | PEER_ACK);
}

static void bind_and_connect(const ip_addr_t *to, uint16_t bound)
{
    struct tcp_pcb *pcb;

    sim_stack_lock(NULL);
    pcb = tcp_new_ip_type(IP_GET_TYPE(to));
    assert_int_equal(tcp_bind(pcb, NULL, bound), ERR_OK);
    pcb = tcp_new_ip_type(IP_GET_TYPE(to));
    assert_int_equal(tcp_connect(pcb, to, 9, NULL), ERR_OK);
    sim_stack_unlock(NULL);
}

#ifdef CONFIG_NETDIAG_IPV6
static err_t drop_frame(struct netif *netif, struct pbuf *frame)
{
    (void)netif, (void)frame;
    return ERR_OK;
}

/* An interface that leads nowhere, with a number far from the others'. */
static err_t nowhere_init(struct netif *netif)
{
    netif->num = 200;
    netif->mtu = 1500;
    netif->hwaddr_len = NETDIAG_MAC_LENGTH;
    netif->flags = NETIF_FLAG_ETHERNET | NETIF_FLAG_LINK_UP;
    netif->linkoutput = drop_frame;
    return ERR_OK;
}

static void start_ipv6(void)
{
    static const uint8_t mac[] = {0x02, 0, 0, 1, 1, 0};
    static const struct netdiag_prefix address = {
        {NETDIAG_FAMILY_IPV6, {0x20, 0x01, 0x0d, 0xb8, [15] = 1}}, 64};
    static struct netif nowhere, interface;
    ip_addr_t to;

    sim_stack_lock(NULL);
    assert_non_null(netif_add_noaddr(&nowhere, NULL, nowhere_init, ethernet_input));
    netif_set_up(&nowhere);
    assert_int_equal(netdiag_lwip_vlan_add(IPV6_VLAN, NULL), NETDIAG_OK);
    assert_int_equal(netdiag_lwip_vlan_interface_add(IPV6_VLAN, &interface, &nowhere, mac),
                     NETDIAG_OK);
    assert_int_equal(netdiag_lwip_vlan_address_add(IPV6_VLAN, &address), NETDIAG_OK);
    sim_stack_unlock(NULL);
    assert_true(ipaddr_aton("2001:db8::2", &to));
    bind_and_connect(&to, BOUND_PORT + 1);
    assert_true(ipaddr_aton("fe80::ff:fe00:2", &to));
    ip6_addr_assign_zone(ip_2_ip6(&to), IP6_UNICAST, &interface);
    bind_and_connect(&to, BOUND_PORT + 2);
    listen_on(IP6_ADDR_ANY, IPADDR_TYPE_V6, SERVICE_PORT + 100);
    listen_on(&interface.ip6_addr[0], IPADDR_TYPE_V6, SERVICE_PORT);
}
#else
static void start_ipv6(void)
{
}
#endif

static int start(void **state)
{
    uint16_t port = 1024;

    (void)state;
    sim_random_seed(1);
    peer_start(PCBS);
    netdiag_init(&diag, &netdiag_lwip_platform, NULL);
    listen_on(IP_ANY_TYPE, IPADDR_TYPE_ANY, SERVICE_PORT);
    listen_on(IP4_ADDR_ANY, IPADDR_TYPE_V4, SERVICE_PORT + 200);
    bind_and_connect(peer_address(), BOUND_PORT);
    for (enum netdiag_tcp_state s = NETDIAG_TCP_SYN_RECEIVED; s <= NETDIAG_TCP_STATE_LAST; s++) {
        for (int i = 0; i < 2; i++)
            enter(s, port++);
    }
    start_ipv6();
    return 0;
}

/* ---- what there is to be, one instance after the other ---- */

struct instance {
    struct snmp_obj_id id;
    uint64_t number;
};

struct instances {
    size_t count;
    struct instance of[3 * ROWS_MOST + CONFIG_NETDIAG_SNMP_LISTENERS + 16];
};

static struct instances expected;

static void expect(struct snmp_obj_id id, uint64_t number)
{
    expected.of[expected.count++] = (struct instance){id, number};
}

static int order_of(const void *one, const void *other)
{
    return mib_compare(&((const struct instance *)one)->id, &((const struct instance *)other)->id);
}

/* The zone of a link-local address: the ifIndex of the VLAN, as show vlan ifindex has it. */
static uint32_t zone_of(const struct netdiag_address *address, uint16_t vlan)
{
    struct netdiag_vlan row;
    size_t count;

    if (address->family != NETDIAG_FAMILY_IPV6 || memcmp(address->bytes, "\xfe\x80", 2) != 0 ||
        vlan == 0)
        return 0;
    assert_int_equal(netdiag_lwip_platform.vlans(NULL, (uint16_t)(vlan - 1), &row, 1, &count),
                     NETDIAG_OK);
    return count == 1 && row.id == vlan && row.has_if_index ? row.if_index : 0;
}

static void expect_connection(const struct netdiag_tcp_connection *row)
{
    struct snmp_obj_id id = MIB_ID(19, 1, 7);

    mib_add_end(&id, &row->local, zone_of(&row->local.address, row->vlan));
    mib_add_end(&id, &row->remote, zone_of(&row->remote.address, row->vlan));
    expect(id, row->state);
    id.id[MIB_TCP_LENGTH + 2] = 8;
    expect(id, 0);
}

static void expect_tables(const struct netdiag_platform *platform)
{
    struct netdiag_tcp_cursor cursor = {.done = false};
    struct netdiag_tcp_connection row;
    struct netdiag_tcp_listener rows[CONFIG_NETDIAG_SNMP_LISTENERS];
    size_t count;

    while (!cursor.done) {
        assert_int_equal(platform->tcp_connections(NULL, &cursor, &row, 1, &count), NETDIAG_OK);
        if (count == 1)
            expect_connection(&row);
    }
    assert_int_equal(platform->tcp_listeners(NULL, rows, CONFIG_NETDIAG_SNMP_LISTENERS, &count),
                     NETDIAG_OK);
    for (size_t i = 0; i < count; i++) {
        struct snmp_obj_id id = MIB_ID(20, 1, 4);

        mib_add_end(&id, &rows[i].local, 0);
        expect(id, 0);
    }
}

static void expect_counter(const struct netdiag_tcp_counters *counters,
                           enum netdiag_tcp_counter counter, u32_t number, bool is_wide)
{
    uint64_t value;

    if (netdiag_tcp_counter_get(counters, counter, &value))
        expect(MIB_ID(number, 0), is_wide ? value : value & UINT32_MAX);
}

static void expect_scalars(const struct netdiag_platform *platform)
{
    static const struct {
        enum netdiag_tcp_counter counter;
        u32_t number;
        bool is_wide;
    } scalars[] = {
        {NETDIAG_TCP_ACTIVE_OPENS, 5, false},  {NETDIAG_TCP_PASSIVE_OPENS, 6, false},
        {NETDIAG_TCP_ATTEMPT_FAILS, 7, false}, {NETDIAG_TCP_ESTAB_RESETS, 8, false},
        {NETDIAG_TCP_IN_SEGS, 10, false},      {NETDIAG_TCP_OUT_SEGS, 11, false},
        {NETDIAG_TCP_RETRANS_SEGS, 12, false}, {NETDIAG_TCP_IN_ERRS, 14, false},
        {NETDIAG_TCP_OUT_RSTS, 15, false},     {NETDIAG_TCP_IN_SEGS, 17, true},
        {NETDIAG_TCP_OUT_SEGS, 18, true},
    };
    struct netdiag_tcp_counters counters;
    struct netdiag_tcp_states states;

    expect(MIB_ID(1, 0), 4);
    expect(MIB_ID(2, 0), 1500);
    expect(MIB_ID(3, 0), 16383500);
    expect(MIB_ID(4, 0), PCBS);
    assert_int_equal(platform->tcp_states(NULL, &states), NETDIAG_OK);
    expect(MIB_ID(9, 0),
           states.count[NETDIAG_TCP_ESTABLISHED] + states.count[NETDIAG_TCP_CLOSE_WAIT]);
    assert_int_equal(platform->tcp_counters(NULL, &counters), NETDIAG_OK);
    for (size_t i = 0; i < sizeof(scalars) / sizeof(scalars[0]); i++)
        expect_counter(&counters, scalars[i].counter, scalars[i].number, scalars[i].is_wide);
}

static void expect_all(const struct netdiag_platform *platform)
{
    expected.count = 0;
    expect_scalars(platform);
    expect_tables(platform);
    qsort(expected.of, expected.count, sizeof(expected.of[0]), order_of);
}

/* The whole MIB in one walk, each instance by GET too. */
static void assert_walk_is_expected(void)
{
    struct snmp_obj_id id = MIB_ID(0);
    struct mib_value value, got;

    id.len = MIB_TCP_LENGTH;
    netdiag_snmp_look_anew();
    for (size_t i = 0; i < expected.count; i++) {
        assert_int_equal(mib_next(&id, &value), 0);
        assert_int_equal(mib_compare(&id, &expected.of[i].id), 0);
        assert_int_equal(value.number, expected.of[i].number);
        assert_int_equal(mib_get(&id, &got), 0);
        assert_int_equal(got.number, value.number);
        assert_int_equal(got.type, value.type);
    }
    assert_int_equal(mib_next(&id, &value), MIB_END_OF_VIEW);
}

/* ---- beside the real lwIP ---- */

static void mib_of_every_state_equals_the_ops(void **state)
{
    uint64_t states = 0, types = 0;

    (void)state;
    start_real();
    expect_all(&netdiag_lwip_platform);
    assert_walk_is_expected();
    for (size_t i = 0; i < expected.count; i++) {
        const u32_t *id = expected.of[i].id.id + MIB_TCP_LENGTH;

        if (id[0] == 19 && id[2] == 7)
            states |= UINT64_C(1) << expected.of[i].number;
        if (id[0] >= 19)
            types |= UINT64_C(1) << id[3];
    }
    assert_int_equal(states, 0xffa); /* 1 to 11, less listen(2), which is the other table's */
#ifdef CONFIG_NETDIAG_IPV6
    assert_int_equal(types, 0x17); /* unknown, ipv4, ipv6, ipv6z */
#endif
}

static uint64_t scalar(u32_t number)
{
    struct snmp_obj_id id = MIB_ID(number, 0);
    struct mib_value value;

    netdiag_snmp_look_anew();
    assert_int_equal(mib_get(&id, &value), 0);
    return value.number;
}

static void assert_json_has(const char *json, const char *key, uint64_t number)
{
    char member[64];

    snprintf(member, sizeof(member), "\"%s\":%llu", key, (unsigned long long)number);
    if (!strstr(json, member))
        fail_msg("no %s in %s", member, json);
}

static void scalars_equal_json_and_nothing_clears_them(void **state)
{
    static const struct {
        const char *key;
        u32_t number;
    } scalars[] = {{"activeOpens", 5}, {"passiveOpens", 6}, {"attemptFails", 7},
                   {"estabResets", 8}, {"currEstab", 9},    {"inSegs", 10},
                   {"outSegs", 11},    {"retransSegs", 12}, {"inErrs", 14},
                   {"outRsts", 15},    {"inSegs", 17},      {"outSegs", 18}};
    char json[16384];
    uint64_t before;

    (void)state;
    start_real();
    assert_int_equal(shell_run(&diag, "show tcp statistics json\n", json, sizeof(json)), 0);
    for (size_t i = 0; i < sizeof(scalars) / sizeof(scalars[0]); i++)
        assert_json_has(json, scalars[i].key, scalar(scalars[i].number));
    before = scalar(10);
    assert_true(before > 0);
    assert_int_equal(
        shell_run(&diag, "clear tcp statistics\nshow tcp statistics json\n", json, sizeof(json)),
        0);
    assert_json_has(json, "inSegs", 0);
    assert_int_equal(scalar(10), before);
}

/* Its deviation falls as the peer answers at once, and stops above nothing. */
static void rto_of_a_fast_peer_is_the_least_that_there_is(void **state)
{
    struct netdiag_tcp_cursor cursor = {.done = false};
    struct netdiag_tcp_connection row = {.rto_ms = 0};
    struct peer_segment segment;
    size_t count;

    (void)state;
    start_real();
    peer_connect(5000, SERVICE_PORT, &segment);
    for (int i = 0; i < 50; i++) {
        device_writes(accepted);
        peer_acknowledges(&segment, PEER_ACK);
        peer_advance(500);
    }
    while (row.remote.port != 5000 && !cursor.done)
        assert_int_equal(netdiag_lwip_platform.tcp_connections(NULL, &cursor, &row, 1, &count),
                         NETDIAG_OK);
    assert_int_equal(row.remote.port, 5000);
    assert_int_equal(row.rto_ms, scalar(2));
    device_aborts(accepted);
}

/* ---- what is not there, and what is too much ---- */

static void counters_not_counted_have_no_instance(void **state)
{
    const struct snmp_obj_id errors = MIB_ID(14, 0), none = MIB_ID(16, 0), later = MIB_ID(12, 0, 5);
    struct snmp_obj_id next = MIB_ID(12, 0), rsts = MIB_ID(15, 0);
    struct mib_value value;

    (void)state;
    start_fake();
    fake.platform.tcp_counters = fake_counters;
    netdiag_tcp_counter_set(&fake.counters, NETDIAG_TCP_OUT_RSTS, 7);
    netdiag_tcp_counter_set(&fake.counters, NETDIAG_TCP_IN_SEGS, UINT64_C(0x123456789abcdef0));
    assert_int_equal(mib_get(&errors, &value), MIB_NO_SUCH_INSTANCE);
    assert_int_equal(mib_get(&none, &value), MIB_NO_SUCH_OBJECT);
    assert_int_equal(mib_get(&later, &value), MIB_NO_SUCH_INSTANCE);
    assert_int_equal(mib_next(&next, &value), 0);
    assert_int_equal(mib_compare(&next, &rsts), 0);
    assert_int_equal(value.number, 7);
    assert_int_equal(value.type, SNMP_ASN1_TYPE_COUNTER);
    assert_int_equal(scalar(10), 0x9abcdef0);
    assert_int_equal(scalar(17), UINT64_C(0x123456789abcdef0));
}

static void ops_missing_mib_is_what_remains(void **state)
{
    struct snmp_obj_id id = MIB_ID(0), last = MIB_ID(3, 0);
    struct mib_value value;

    (void)state;
    start_fake();
    memset(&fake.platform, 0, sizeof(fake.platform));
    for (int i = 0; i < 3; i++)
        assert_int_equal(mib_next(&id, &value), 0);
    assert_int_equal(mib_compare(&id, &last), 0);
    assert_int_equal(mib_next(&id, &value), MIB_END_OF_VIEW);
}

static struct netdiag_tcp_connection *add_row(enum netdiag_tcp_state state, uint16_t remote)
{
    struct netdiag_tcp_connection *row = &fake.rows[fake.row_count++];

    row->state = state;
    row->local = (struct netdiag_endpoint){{NETDIAG_FAMILY_IPV4, {10, 0, 0, 1}}, 80};
    row->remote = (struct netdiag_endpoint){{NETDIAG_FAMILY_IPV4, {10, 0, 0, 2}}, remote};
    return row;
}

static size_t count_column(u32_t table, u32_t column, uint64_t *last)
{
    struct snmp_obj_id id = MIB_ID(table, 1, column);
    struct mib_value value;
    size_t count = 0;

    netdiag_snmp_look_anew();
    while (!mib_next(&id, &value) && id.id[MIB_TCP_LENGTH] == table &&
           id.id[MIB_TCP_LENGTH + 2] == column) {
        *last = value.number;
        count++;
    }
    return count;
}

static void rows_with_one_index_are_one(void **state)
{
    uint64_t number;

    (void)state;
    start_fake();
    for (uint8_t i = 0; i < 5; i++) { /* longer ones were there before */
        fake.rows[i].local.address = (struct netdiag_address){NETDIAG_FAMILY_IPV6, {[15] = i}};
        fake.row_count++;
    }
    assert_int_equal(count_column(19, 7, &number), 5);
    start_fake();
    for (int i = 0; i < 5; i++)
        (void)add_row(i == 2 ? NETDIAG_TCP_SYN_RECEIVED : NETDIAG_TCP_TIME_WAIT, 1000);
    for (int i = 0; i < 3; i++)
        fake.listeners[fake.listener_count++].local.port = 80;
    assert_int_equal(count_column(19, 7, &number), 1);
    assert_int_equal(number, NETDIAG_TCP_SYN_RECEIVED);
    assert_int_equal(count_column(20, 4, &number), 1);
}

static void rows_too_many_are_counted(void **state)
{
    uint64_t number, read_ms;
    uint32_t rows;

    (void)state;
    start_fake();
    (void)add_row(NETDIAG_TCP_ESTABLISHED, 1);
    fake.repeated = CONFIG_NETDIAG_SNMP_ROWS + 4;
    for (uint16_t i = 0; i < CONFIG_NETDIAG_SNMP_LISTENERS + 2; i++)
        fake.listeners[fake.listener_count++].local.port = i;
    assert_int_equal(count_column(19, 7, &number), CONFIG_NETDIAG_SNMP_ROWS);
    assert_int_equal(count_column(20, 4, &number), CONFIG_NETDIAG_SNMP_LISTENERS);
    assert_int_equal(netdiag_snmp_tcp_tables_left_out(), 5 + 2);
    assert_true(netdiag_snmp_tcp_tables_state(&rows, &read_ms));
    assert_int_equal(rows, CONFIG_NETDIAG_SNMP_ROWS + CONFIG_NETDIAG_SNMP_LISTENERS);
    assert_true(read_ms <= sim_clock_ms());
}

static void copy_is_read_again_when_it_is_old(void **state)
{
    uint64_t number;

    (void)state;
    start_fake();
    (void)add_row(NETDIAG_TCP_ESTABLISHED, 1);
    assert_int_equal(count_column(19, 7, &number), 1);
    assert_int_equal(fake.walks, 1);
    (void)add_row(NETDIAG_TCP_ESTABLISHED, 2);
    peer_advance(CACHE_MS - 50);
    assert_int_equal(count_column(19, 8, &number), 1);
    peer_advance(50);
    assert_int_equal(count_column(19, 8, &number), 2);
    assert_int_equal(fake.walks, 2);
    netdiag_snmp_tcp_tables_forget();
    assert_int_equal(count_column(20, 4, &number), 0);
    assert_int_equal(fake.walks, 3);
}

/* ---- any index at all ---- */

static uint32_t any(uint32_t most)
{
    return sim_random_between(0, most);
}

/* Few different bytes, so that indices are alike for long. */
static void fill_end(struct netdiag_endpoint *end)
{
    static const enum netdiag_family families[] = {NETDIAG_FAMILY_ANY, NETDIAG_FAMILY_IPV4,
                                                   NETDIAG_FAMILY_IPV6};
    static const uint8_t bytes[] = {0, 1, 127, 128, 255};
    static const uint16_t ports[] = {0, 1, 255, 256, 257, 32768, 65535};

    end->address.family = families[any(2)];
    for (size_t i = 0; i < (end->address.family == NETDIAG_FAMILY_IPV6 ? 16 : 4); i++)
        end->address.bytes[i] = end->address.family == NETDIAG_FAMILY_ANY ? 0 : bytes[any(4)];
    if (end->address.family == NETDIAG_FAMILY_IPV6 && any(1)) {
        memset(end->address.bytes, 0, 15);
        memcpy(end->address.bytes, "\xfe\x80", 2);
    }
    end->port = ports[any(6)];
}

static bool is_there(const struct snmp_obj_id *id)
{
    for (size_t i = 0; i < expected.count; i++) {
        if (mib_compare(&expected.of[i].id, id) == 0)
            return true;
    }
    return false;
}

static void make_rows(void)
{
    start_fake();
    for (fake.row_count = 0; fake.row_count < 200; fake.row_count++) {
        struct netdiag_tcp_connection *row = &fake.rows[fake.row_count];

        row->state = NETDIAG_TCP_SYN_SENT;
        row->vlan = any(1) ? IPV6_VLAN : PEER_VLAN;
        fill_end(&row->local);
        fill_end(&row->remote);
    }
    for (fake.listener_count = 0; fake.listener_count < 20; fake.listener_count++)
        fill_end(&fake.listeners[fake.listener_count].local);
    expect_all(&fake.platform);
    for (size_t i = 1; i < expected.count;) { /* the same one twice is one */
        if (order_of(&expected.of[i - 1], &expected.of[i]) != 0) {
            i++;
            continue;
        }
        memmove(&expected.of[i], &expected.of[i + 1],
                (--expected.count - i) * sizeof(expected.of[0]));
    }
}

static u32_t any_number(u32_t now)
{
    static const u32_t odd[] = {
        0,   1,   2,   3,     4,     7,     8,          16,         20,         127,       128,
        254, 255, 256, 65534, 65535, 65536, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff};

    switch (any(3)) {
    case 0:
        return now + 1;
    case 1:
        return now - 1;
    case 2:
        return any(20);
    default:
        return odd[any(sizeof(odd) / sizeof(odd[0]) - 1)];
    }
}

/* One that is there, cut, made longer or changed in a place or two. */
static struct snmp_obj_id any_id(void)
{
    struct snmp_obj_id id = expected.of[any((uint32_t)expected.count - 1)].id;

    for (uint32_t changes = any(2); changes > 0; changes--) {
        bool is_below = id.len > MIB_TCP_LENGTH && any(9) > 0;
        u8_t place = (u8_t)(is_below ? any(id.len - MIB_TCP_LENGTH - 1u) + MIB_TCP_LENGTH
                                     : any(id.len - 1u));

        switch (any(3)) {
        case 0:
            id.len = (u8_t)(place + 1);
            break;
        case 1:
            for (uint32_t more = any(any(9) ? 3 : SNMP_MAX_OBJ_ID_LEN);
                 more > 0 && id.len < SNMP_MAX_OBJ_ID_LEN; more--)
                id.id[id.len++] = any_number(0);
            break;
        default:
            id.id[place] = any_number(id.id[place]);
            break;
        }
    }
    return id;
}

/* The first one above it, of all that there are. */
static const struct instance *next_of(const struct snmp_obj_id *id)
{
    for (size_t i = 0; i < expected.count; i++) {
        if (mib_compare(&expected.of[i].id, id) > 0)
            return &expected.of[i];
    }
    return NULL;
}

static void index_of_any_kind_gives_the_one_above_it(void **state)
{
    size_t ends = 0, hits = 0;

    (void)state;
    make_rows();
    assert_walk_is_expected();
    for (int i = 0; i < FUZZ_ROUNDS; i++) {
        struct snmp_obj_id id = any_id(), next = id;
        const struct instance *wanted = next_of(&id);
        struct mib_value value;

        if (i % 100 == 0)
            netdiag_snmp_look_anew();
        hits += is_there(&id);
        assert_int_equal(mib_get(&id, &value) == 0, is_there(&id));
        ends += !wanted;
        assert_int_equal(mib_next(&next, &value), wanted ? 0 : MIB_END_OF_VIEW);
        if (wanted)
            assert_int_equal(mib_compare(&next, &wanted->id), 0);
    }
    print_message("%zu instances; %d identifiers, %zu of them there, %zu above all\n",
                  expected.count, FUZZ_ROUNDS, hits, ends);
    assert_true(hits > FUZZ_ROUNDS / 10 && ends > FUZZ_ROUNDS / 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mib_of_every_state_equals_the_ops),
        cmocka_unit_test(scalars_equal_json_and_nothing_clears_them),
        cmocka_unit_test(rto_of_a_fast_peer_is_the_least_that_there_is),
        cmocka_unit_test(counters_not_counted_have_no_instance),
        cmocka_unit_test(ops_missing_mib_is_what_remains),
        cmocka_unit_test(rows_with_one_index_are_one),
        cmocka_unit_test(rows_too_many_are_counted),
        cmocka_unit_test(copy_is_read_again_when_it_is_old),
        cmocka_unit_test(index_of_any_kind_gives_the_one_above_it),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
