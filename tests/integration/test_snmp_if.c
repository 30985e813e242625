/*
 * IF-MIB, BRIDGE-MIB and Q-BRIDGE-MIB as lwIP's framework finds them: each cell beside the ops'
 * records, and their order beside that of a list of all cells that there must be.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lan.h"
#include "lwip/apps/snmp.h"
#include "platform/lwip/snmp/look.h"
#include "platform/lwip/snmp/mibs.h"
#include "platform/sim/clock.h"
#include "platform/sim/random.h"
#include "snmp_core_priv.h"

#define INTEGER   0x02
#define STRING    0x04
#define OBJECT_ID 0x06
#define COUNTER32 0x41
#define GAUGE32   0x42
#define TICKS     0x43
#define COUNTER64 0x46

#define NO_SUCH_INSTANCE 0xf1

#define CELLS_MOST  1024
#define FUZZ_ROUNDS 60000

static const uint8_t everybody[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

struct cell {
    struct snmp_obj_id id;
    u8_t type;
    size_t size;
    union {
        uint8_t bytes[SNMP_MAX_VALUE_SIZE];
        uint32_t u32;
        uint64_t u64;
    } value;
};

/* Every cell that there must be, in ascending order. */
static struct cell cells[CELLS_MOST];
static size_t cell_count;

/* ---- the list of all cells ---- */

/* By RFC 2578: number by number, and what is longer comes behind what it begins with. */
static int compare_ids(const struct snmp_obj_id *one, const struct snmp_obj_id *other)
{
    for (u8_t i = 0; i < one->len && i < other->len; i++) {
        if (one->id[i] != other->id[i])
            return one->id[i] < other->id[i] ? -1 : 1;
    }
    return one->len - other->len;
}

static int compare_cells(const void *one, const void *other)
{
    return compare_ids(&((const struct cell *)one)->id, &((const struct cell *)other)->id);
}

/* An identifier below 1.3.6.1.2.1: numbers that end with -1, and `index`. */
static struct snmp_obj_id make_id(const int *below, uint32_t index)
{
    static const u32_t mib_2[] = {1, 3, 6, 1, 2, 1};
    struct snmp_obj_id id = {.len = 6};

    memcpy(id.id, mib_2, sizeof(mib_2));
    while (*below >= 0)
        id.id[id.len++] = (u32_t)*below++;
    id.id[id.len++] = index;
    return id;
}
#define ID(index, ...) make_id((const int[]){__VA_ARGS__, -1}, (index))

static void expect_bytes(struct snmp_obj_id id, u8_t type, const void *bytes, size_t size)
{
    struct cell *cell = &cells[cell_count++];

    assert_true(cell_count < CELLS_MOST);
    memset(cell, 0, sizeof(*cell));
    cell->id = id;
    cell->type = type;
    cell->size = size;
    memcpy(cell->value.bytes, bytes, size);
}

static void expect_number(struct snmp_obj_id id, u8_t type, uint64_t number)
{
    uint32_t low = (uint32_t)number;

    if (type == COUNTER64)
        expect_bytes(id, type, &number, sizeof(number));
    else
        expect_bytes(id, type, &low, sizeof(low));
}

static void expect_text(struct snmp_obj_id id, const char *text)
{
    expect_bytes(id, STRING, text, strlen(text));
}

static void expect_if_entry(const struct netdiag_interface *row)
{
    uint32_t i = row->if_index;
    bool is_port = row->type == NETDIAG_INTERFACE_PORT;
    char descr[128];

    snprintf(descr, sizeof(descr), "%s, %s", row->name, row->alias);
    expect_number(ID(i, 2, 2, 1, 1), INTEGER, i);
    expect_text(ID(i, 2, 2, 1, 2), is_port && row->alias[0] ? descr : row->name);
    expect_number(ID(i, 2, 2, 1, 3), INTEGER, is_port ? 6 : 136);
    if (row->mtu > 0)
        expect_number(ID(i, 2, 2, 1, 4), INTEGER, row->mtu);
    expect_number(ID(i, 2, 2, 1, 5), GAUGE32,
                  row->speed_bps > 4294967295 ? 4294967295 : row->speed_bps);
    expect_bytes(ID(i, 2, 2, 1, 6), STRING, row->mac, row->has_mac ? 6 : 0);
    expect_number(ID(i, 2, 2, 1, 7), INTEGER, row->admin_up ? 1 : 2);
    expect_number(ID(i, 2, 2, 1, 8), INTEGER, row->oper_up ? 1 : 2);
    if (row->has_last_change)
        expect_number(ID(i, 2, 2, 1, 9), TICKS, row->last_change_ms / 10);
    expect_number(ID(i, 2, 2, 1, 10), COUNTER32, row->in.octets);
    expect_number(ID(i, 2, 2, 1, 11), COUNTER32, row->in.unicast);
    expect_number(ID(i, 2, 2, 1, 13), COUNTER32, row->unknown_vlans);
    expect_number(ID(i, 2, 2, 1, 14), COUNTER32, row->runts + row->giants);
    if (is_port)
        expect_number(ID(i, 2, 2, 1, 15), COUNTER32, row->stacked_tags);
    expect_number(ID(i, 2, 2, 1, 16), COUNTER32, row->out.octets);
    expect_number(ID(i, 2, 2, 1, 17), COUNTER32, row->out.unicast);
    expect_number(ID(i, 2, 2, 1, 19), COUNTER32, row->out_discards);
    expect_number(ID(i, 2, 2, 1, 20), COUNTER32, 0);
}

static void expect_if_x_entry(const struct netdiag_interface *row)
{
    const struct netdiag_interface_traffic *in = &row->in, *out = &row->out;
    uint32_t i = row->if_index;
    bool is_port = row->type == NETDIAG_INTERFACE_PORT;

    expect_text(ID(i, 31, 1, 1, 1, 1), row->name);
    expect_number(ID(i, 31, 1, 1, 1, 2), COUNTER32, in->multicast);
    expect_number(ID(i, 31, 1, 1, 1, 3), COUNTER32, in->broadcast);
    expect_number(ID(i, 31, 1, 1, 1, 4), COUNTER32, out->multicast);
    expect_number(ID(i, 31, 1, 1, 1, 5), COUNTER32, out->broadcast);
    expect_number(ID(i, 31, 1, 1, 1, 6), COUNTER64, in->octets);
    expect_number(ID(i, 31, 1, 1, 1, 7), COUNTER64, in->unicast);
    expect_number(ID(i, 31, 1, 1, 1, 8), COUNTER64, in->multicast);
    expect_number(ID(i, 31, 1, 1, 1, 9), COUNTER64, in->broadcast);
    expect_number(ID(i, 31, 1, 1, 1, 10), COUNTER64, out->octets);
    expect_number(ID(i, 31, 1, 1, 1, 11), COUNTER64, out->unicast);
    expect_number(ID(i, 31, 1, 1, 1, 12), COUNTER64, out->multicast);
    expect_number(ID(i, 31, 1, 1, 1, 13), COUNTER64, out->broadcast);
    expect_number(ID(i, 31, 1, 1, 1, 14), INTEGER, 2);
    expect_number(ID(i, 31, 1, 1, 1, 15), GAUGE32, (row->speed_bps + 500000) / 1000000);
    expect_number(ID(i, 31, 1, 1, 1, 16), INTEGER, is_port ? 1 : 2);
    if (!is_port)
        expect_number(ID(i, 31, 1, 1, 1, 17), INTEGER, 2);
    expect_text(ID(i, 31, 1, 1, 1, 18), row->alias);
    expect_number(ID(i, 31, 1, 1, 1, 19), TICKS, row->created_ms / 10);
}

static void expect_bridge_port(const struct netdiag_interface *row)
{
    static const u32_t zero_dot_zero[] = {0, 0};
    uint32_t port = row->if_index - 1000;

    expect_number(ID(port, 17, 1, 4, 1, 1), INTEGER, port);
    expect_number(ID(port, 17, 1, 4, 1, 2), INTEGER, row->if_index);
    expect_bytes(ID(port, 17, 1, 4, 1, 3), OBJECT_ID, zero_dot_zero, sizeof(zero_dot_zero));
    expect_number(ID(port, 17, 1, 4, 1, 5), COUNTER32, row->giants);
    if (row->vlan > 0)
        expect_number(ID(port, 17, 7, 1, 4, 5, 1, 1), GAUGE32, row->vlan);
}

/* Ports 1 to 10 as lan.c has them: two bytes, the first port's bit the highest. */
static void expect_vlans(void)
{
    static const struct {
        uint16_t id;
        const char *name;
        uint8_t egress[2], untagged[2];
    } vlans[] = {
        {10, "users", {0xdb, 0xc0}, {0x49, 0x80}},
        {20, "Vlan20", {0xb2, 0x40}, {0x20, 0x40}},
        {30, "Vlan30", {0x96, 0x40}, {0x04, 0x00}},
    };
    static const uint8_t none[2];

    for (size_t i = 0; i < 3; i++) {
        uint16_t id = vlans[i].id;

        expect_text(ID(id, 17, 7, 1, 4, 3, 1, 1), vlans[i].name);
        expect_bytes(ID(id, 17, 7, 1, 4, 3, 1, 2), STRING, vlans[i].egress, 2);
        expect_bytes(ID(id, 17, 7, 1, 4, 3, 1, 3), STRING, none, 2);
        expect_bytes(ID(id, 17, 7, 1, 4, 3, 1, 4), STRING, vlans[i].untagged, 2);
        expect_number(ID(id, 17, 7, 1, 4, 3, 1, 5), INTEGER, 1);
    }
}

static void expect_scalars(size_t interfaces, uint64_t changed_ms)
{
    static const uint8_t smallest_mac[] = {0x02, 0, 0, 1, 0, 10};

    expect_number(ID(0, 2, 1), INTEGER, interfaces);
    expect_bytes(ID(0, 17, 1, 1), STRING, smallest_mac, sizeof(smallest_mac));
    expect_number(ID(0, 17, 1, 2), INTEGER, LAN_PORTS);
    expect_number(ID(0, 17, 1, 3), INTEGER, 2);
    expect_number(ID(0, 17, 7, 1, 1, 1), INTEGER, 1);
    expect_number(ID(0, 17, 7, 1, 1, 2), INTEGER, 4094);
    expect_number(ID(0, 17, 7, 1, 1, 3), GAUGE32, CONFIG_NETDIAG_VLANS);
    expect_number(ID(0, 17, 7, 1, 1, 4), GAUGE32, 3);
    expect_number(ID(0, 17, 7, 1, 1, 5), INTEGER, 2);
    expect_number(ID(0, 31, 1, 5), TICKS, changed_ms / 10);
    expect_number(ID(0, 31, 1, 6), TICKS, changed_ms / 10);
}

/* All cells, by what the ops say now. */
static void list_cells(void)
{
    struct netdiag_interface rows[LAN_PORTS + 3];
    uint64_t changed_ms;
    size_t count;

    cell_count = 0;
    assert_int_equal(netdiag_lwip_platform.interfaces(NULL, 0, rows, LAN_PORTS + 3, &count), 0);
    assert_int_equal(netdiag_lwip_platform.interfaces_changed(NULL, &changed_ms), 0);
    for (size_t i = 0; i < count; i++) {
        expect_if_entry(&rows[i]);
        expect_if_x_entry(&rows[i]);
        if (rows[i].type == NETDIAG_INTERFACE_PORT)
            expect_bridge_port(&rows[i]);
    }
    expect_vlans();
    expect_scalars(count, changed_ms);
    qsort(cells, cell_count, sizeof(cells[0]), compare_cells);
}

/* ---- what lwIP's framework finds ---- */

static void take_value(struct snmp_node_instance *instance, struct cell *cell)
{
    s16_t size = instance->get_value(instance, cell->value.bytes);

    assert_true(size >= 0 && instance->access == SNMP_NODE_INSTANCE_READ_ONLY);
    assert_null(instance->set_value);
    cell->size = (size_t)size;
    cell->type = instance->asn1_type;
}

static int get(const struct snmp_obj_id *id, struct cell *cell)
{
    struct snmp_node_instance instance = {.node = NULL};
    int status;

    netdiag_snmp_look_anew();
    cell->id = *id;
    status = snmp_get_node_instance_from_oid(id->id, id->len, &instance);
    if (!status)
        take_value(&instance, cell);
    return status;
}

static int get_next(const struct snmp_obj_id *id, struct cell *cell)
{
    struct snmp_node_instance instance = {.node = NULL};
    int status;

    netdiag_snmp_look_anew();
    status =
        snmp_get_next_node_instance_from_oid(id->id, id->len, NULL, NULL, &cell->id, &instance);
    if (!status)
        take_value(&instance, cell);
    return status;
}

static void print_id(const char *what, const struct snmp_obj_id *id)
{
    print_message("%s", what);
    for (u8_t i = 0; i < id->len; i++)
        print_message(".%u", id->id[i]);
    print_message("\n");
}

static void assert_cell(const struct cell *cell, const struct cell *expected)
{
    if (compare_ids(&cell->id, &expected->id) != 0 || cell->type != expected->type ||
        cell->size != expected->size ||
        memcmp(cell->value.bytes, expected->value.bytes, cell->size) != 0) {
        print_id("found", &cell->id);
        print_id("expected", &expected->id);
    }
    assert_int_equal(compare_ids(&cell->id, &expected->id), 0);
    assert_int_equal(cell->type, expected->type);
    assert_int_equal(cell->size, expected->size);
    assert_memory_equal(cell->value.bytes, expected->value.bytes, cell->size);
}

/* From the first to the last, and no further. */
static void assert_walk_is_the_list(void)
{
    struct snmp_obj_id id = {.len = 6, .id = {1, 3, 6, 1, 2, 1}};
    struct cell cell;

    list_cells();
    for (size_t i = 0; i < cell_count; i++) {
        assert_int_equal(get_next(&id, &cell), 0);
        assert_cell(&cell, &cells[i]);
        id = cell.id;
    }
    assert_true(get_next(&id, &cell) != 0);
}

static struct cell read_cell(struct snmp_obj_id id)
{
    struct cell cell;

    memset(&cell, 0, sizeof(cell));
    assert_int_equal(get(&id, &cell), 0);
    return cell;
}

static bool has_cell(struct snmp_obj_id id)
{
    struct cell cell;

    return get(&id, &cell) == 0;
}

static int start(void **state)
{
    static const struct snmp_mib *mibs[] = {&netdiag_snmp_mib_interfaces, &netdiag_snmp_mib_bridge,
                                            &netdiag_snmp_mib_if};

    if (lan_start(state))
        return -1;
    netdiag_snmp_look_at(&netdiag_lwip_platform, NULL);
    snmp_set_mibs(mibs, 3);
    return 0;
}

/* ---- tests ---- */

static void walk_gives_every_cell_of_the_records_in_order(void **state)
{
    (void)state;
    assert_walk_is_the_list();
    assert_true(cell_count > 400);
}

static void walk_under_traffic_gives_what_the_ops_give(void **state)
{
    (void)state;
    for (int i = 0; i < 50; i++)
        lan_receive_arp(i % 2 ? 10 : 20, everybody);
    netif_set_link_down(&lan.trunk.netif);
    sim_clock_set(sim_clock_ms() + 12340);
    netif_set_link_up(&lan.trunk.netif);
    assert_walk_is_the_list();
}

static void get_gives_each_cell(void **state)
{
    struct cell cell;

    (void)state;
    list_cells();
    for (size_t i = 0; i < cell_count; i++) {
        assert_int_equal(get(&cells[i].id, &cell), 0);
        assert_cell(&cell, &cells[i]);
    }
}

/* An identifier near one that there is: cut, with a number more, or with another number. */
static struct snmp_obj_id strange_id(void)
{
    static const u32_t numbers[] = {0, 1, 2, 5, 17, 31, 255, 1000, 1010, 1011, 4294967295};
    struct snmp_obj_id id = cells[sim_random_between(0, (uint32_t)cell_count - 1)].id;
    u32_t number = numbers[sim_random_between(0, 10)];

    switch (sim_random_between(0, 4)) {
    case 0:
        id.len = (u8_t)sim_random_between(6, id.len);
        break;
    case 1:
        id.id[id.len++] = number;
        break;
    case 2:
        id.id[sim_random_between(6, id.len - 1u)] = number;
        break;
    case 3:
        id.id[sim_random_between(6, id.len - 1u)] += sim_random_between(0, 1) ? 1 : UINT32_MAX;
        break;
    default:
        id.id[sim_random_between(6, id.len - 1u)] = number;
        id.len = (u8_t)sim_random_between(6, id.len);
        id.id[id.len++] = numbers[sim_random_between(0, 10)];
        break;
    }
    return id;
}

/* The first cell behind an identifier; cell_count: none. */
static size_t next_of(const struct snmp_obj_id *id)
{
    size_t i = 0;

    while (i < cell_count && compare_ids(&cells[i].id, id) <= 0)
        i++;
    return i;
}

static void strange_identifier_next_is_that_of_the_list(void **state)
{
    struct cell cell;

    (void)state;
    sim_random_seed(7);
    list_cells();
    for (int i = 0; i < FUZZ_ROUNDS; i++) {
        struct snmp_obj_id id = strange_id();
        size_t next = next_of(&id);
        bool is_there = next > 0 && compare_ids(&cells[next - 1].id, &id) == 0;
        int status = get_next(&id, &cell);

        if ((status == 0) != (next < cell_count))
            print_id("asked for", &id);
        assert_int_equal(status == 0, next < cell_count);
        if (status == 0)
            assert_cell(&cell, &cells[next]);
        assert_int_equal(get(&id, &cell) == 0, is_there);
    }
}

/* Six numbers of a frame each, as a poller would read them. */
static void counters_are_the_frames_that_passed(void **state)
{
    static const uint8_t all_nodes[6] = {0x33, 0x33, 0, 0, 0, 1};
    uint32_t i = lan_if_index(&lan.netif_10);

    (void)state;
    lan_receive(10, all_nodes, 0x88cc, 100);
    lan_receive_arp(10, everybody);
    lan_receive_arp(10, lan.netif_10.hwaddr);
    assert_int_equal(read_cell(ID(i, 31, 1, 1, 1, 6)).value.u64, lan.received[10].octets);
    assert_int_equal(read_cell(ID(i, 31, 1, 1, 1, 7)).value.u64, lan.received[10].unicast);
    assert_int_equal(read_cell(ID(i, 31, 1, 1, 1, 8)).value.u64, lan.received[10].multicast);
    assert_int_equal(read_cell(ID(i, 31, 1, 1, 1, 9)).value.u64, lan.received[10].broadcast);
    assert_int_equal(read_cell(ID(i, 31, 1, 1, 1, 10)).value.u64, lan.sent[10].octets);
    assert_int_equal(read_cell(ID(i, 31, 1, 1, 1, 11)).value.u64, lan.sent[10].unicast);
    assert_int_equal(read_cell(ID(i, 31, 1, 1, 1, 13)).value.u64, lan.sent[10].broadcast);
    assert_true(lan.received[10].multicast > 0 && lan.sent[10].unicast > 0);
}

static void interface_made_anew_says_since_when_it_counts(void **state)
{
    uint32_t i = lan_if_index(&lan.netif_10);
    struct cell bridge = read_cell(ID(0, 17, 1, 1)), without;

    (void)state;
    assert_int_equal(read_cell(ID(i, 31, 1, 1, 1, 19)).value.u32, 0);
    assert_int_equal(netdiag_lwip_vlan_interface_remove(10), NETDIAG_OK);
    assert_false(has_cell(ID(i, 31, 1, 1, 1, 19)));
    without = read_cell(ID(0, 17, 1, 1)); /* of the bridge: its own, not the smallest VLAN's */
    assert_cell(&without, &bridge);
    sim_clock_set(sim_clock_ms() + 60000);
    lan_make_vlan_10();
    i = lan_if_index(&lan.netif_10);
    assert_int_equal(read_cell(ID(i, 31, 1, 1, 1, 19)).value.u32, sim_clock_ms() / 10);
    assert_int_equal(read_cell(ID(0, 31, 1, 5)).value.u32, sim_clock_ms() / 10);
    assert_int_equal(read_cell(ID(i, 31, 1, 1, 1, 6)).value.u64, 0);
    assert_walk_is_the_list();
}

/* ---- a platform that knows less, or has more ---- */

static struct netdiag_interface few[3];
static size_t few_count;

static enum netdiag_error few_interfaces(void *ctx, uint32_t after, struct netdiag_interface *rows,
                                         size_t capacity, size_t *count)
{
    (void)ctx;
    *count = 0;
    for (size_t i = 0; i < few_count && *count < capacity; i++) {
        if (few[i].if_index > after)
            rows[(*count)++] = few[i];
    }
    return NETDIAG_OK;
}

static enum netdiag_error one_vlan(void *ctx, uint16_t after, struct netdiag_vlan *rows,
                                   size_t capacity, size_t *count)
{
    (void)ctx;
    *count = after < 7 && capacity > 0;
    if (*count) {
        memset(rows, 0, sizeof(*rows));
        rows->id = 7;
        memset(rows->name, 'n', NETDIAG_VLAN_NAME_LENGTH);
    }
    return NETDIAG_OK;
}

static int start_few(void **state)
{
    static const struct netdiag_platform platform = {.interfaces = few_interfaces,
                                                     .vlans = one_vlan};

    (void)state;
    memset(few, 0, sizeof(few));
    few_count = 0;
    netdiag_snmp_look_at(&platform, NULL);
    return 0;
}

static int end_few(void **state)
{
    (void)state;
    netdiag_snmp_look_at(&netdiag_lwip_platform, NULL);
    return 0;
}

static void cell_that_is_not_known_is_no_instance(void **state)
{
    struct snmp_obj_id id = ID(1, 2, 2, 1, 3);
    struct cell cell;

    (void)state;
    few[0].if_index = 1;
    few[0].type = NETDIAG_INTERFACE_PORT;
    few_count = 1;
    assert_int_equal(get_next(&id, &cell), 0); /* over ifMtu to ifSpeed */
    id = ID(1, 2, 2, 1, 5);
    assert_int_equal(compare_ids(&cell.id, &id), 0);
    id = ID(1, 2, 2, 1, 4);
    assert_int_equal(get(&id, &cell), NO_SUCH_INSTANCE);
    assert_false(has_cell(ID(1, 2, 2, 1, 9)));
    assert_false(has_cell(ID(1, 31, 1, 1, 1, 17)));
    assert_false(has_cell(ID(0, 31, 1, 5)));
    assert_false(has_cell(ID(0, 17, 1, 1))); /* nobody has an address */
    few[0].has_mac = true;
    few[0].mac[5] = 7;
    assert_int_equal(read_cell(ID(0, 17, 1, 1)).value.bytes[5], 7);
    few[0].has_mac = false;
    assert_int_equal(read_cell(ID(1, 2, 2, 1, 5)).value.u32, 0);
    assert_int_equal(read_cell(ID(1, 2, 2, 1, 6)).size, 0);
    few[0].type = NETDIAG_INTERFACE_VLAN;
    assert_false(has_cell(ID(1, 2, 2, 1, 15)));
}

static void bridge_without_an_address_of_its_own_has_the_smallest(void **state)
{
    static const uint8_t last_bytes[] = {9, 7, 8};

    (void)state;
    for (few_count = 0; few_count < sizeof(last_bytes); few_count++) {
        few[few_count].if_index = (uint32_t)few_count + 1;
        few[few_count].has_mac = true;
        few[few_count].mac[5] = last_bytes[few_count];
    }
    assert_int_equal(read_cell(ID(0, 17, 1, 1)).value.bytes[5], 7);
}

static void bridge_has_ports_alone_among_its_ports(void **state)
{
    (void)state;
    for (few_count = 0; few_count < 3; few_count++) {
        few[few_count].if_index = NETDIAG_IF_INDEX_PORT_FIRST + (uint32_t)few_count;
        few[few_count].type = few_count == 1 ? NETDIAG_INTERFACE_VLAN : NETDIAG_INTERFACE_PORT;
    }
    assert_int_equal(read_cell(ID(0, 17, 1, 2)).value.u32, 2);
    assert_int_equal(read_cell(ID(1, 17, 1, 4, 1, 2)).value.u32, few[0].if_index);
    assert_false(has_cell(ID(2, 17, 1, 4, 1, 2)));
    assert_int_equal(read_cell(ID(3, 17, 1, 4, 1, 2)).value.u32, few[2].if_index);
}

static void speed_beyond_32_bits_is_in_the_high_one(void **state)
{
    static const struct {
        uint64_t bps;
        uint32_t speed, high;
    } rows[] = {{499999, 499999, 0},
                {500000, 500000, 1},
                {4294967295, 4294967295, 4295},
                {4294967296, 4294967295, 4295},
                {UINT64_C(100000000000), 4294967295, 100000},
                {UINT64_MAX, 4294967295, 4294967295}};

    (void)state;
    few[0].if_index = 1;
    few_count = 1;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        few[0].speed_bps = rows[i].bps;
        assert_int_equal(read_cell(ID(1, 2, 2, 1, 5)).value.u32, rows[i].speed);
        assert_int_equal(read_cell(ID(1, 31, 1, 1, 1, 15)).value.u32, rows[i].high);
    }
}

static void list_of_ports_is_as_long_as_the_last_port_needs(void **state)
{
    struct cell list;

    (void)state;
    assert_int_equal(read_cell(ID(7, 17, 7, 1, 4, 3, 1, 2)).size, 0); /* no ports */
    assert_int_equal(read_cell(ID(7, 17, 7, 1, 4, 3, 1, 5)).value.u32, 2);
    assert_int_equal(read_cell(ID(7, 17, 7, 1, 4, 3, 1, 1)).size, NETDIAG_VLAN_NAME_LENGTH);
    for (int i = 0; i < 3; i++)
        few[i].mode = NETDIAG_PORT_TRUNK;
    few[0].if_index = 1008;
    few[0].vlan = 7; /* a trunk's, but with a tag */
    few[1].if_index = 1009;
    few[1].mode = NETDIAG_PORT_UNKNOWN;
    few[2].if_index = 1000 + 8 * 255;
    few_count = 3;
    list = read_cell(ID(7, 17, 7, 1, 4, 3, 1, 2));
    assert_int_equal(list.size, 255);
    assert_int_equal(list.value.bytes[0], 0x01);
    assert_int_equal(list.value.bytes[1], 0);
    assert_int_equal(list.value.bytes[254], 0x01);
    list = read_cell(ID(7, 17, 7, 1, 4, 3, 1, 4));
    assert_int_equal(list.size, 255);
    assert_int_equal(list.value.bytes[0], 0);
    few[2].if_index++; /* beyond what a string holds */
    list = read_cell(ID(7, 17, 7, 1, 4, 3, 1, 2));
    assert_int_equal(list.size, 2);
    assert_int_equal(read_cell(ID(0, 17, 1, 2)).value.u32, 2);
    assert_false(has_cell(ID(8 * 255 + 1, 17, 1, 4, 1, 2)));
    few[2].if_index = UINT32_MAX;
    assert_int_equal(read_cell(ID(0, 17, 1, 2)).value.u32, 2);
    assert_int_equal(read_cell(ID(0, 2, 1)).value.u32, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(walk_gives_every_cell_of_the_records_in_order),
        cmocka_unit_test(walk_under_traffic_gives_what_the_ops_give),
        cmocka_unit_test(get_gives_each_cell),
        cmocka_unit_test(strange_identifier_next_is_that_of_the_list),
        cmocka_unit_test(counters_are_the_frames_that_passed),
        cmocka_unit_test(interface_made_anew_says_since_when_it_counts),
        cmocka_unit_test_setup_teardown(cell_that_is_not_known_is_no_instance, start_few, end_few),
        cmocka_unit_test_setup_teardown(bridge_without_an_address_of_its_own_has_the_smallest,
                                        start_few, end_few),
        cmocka_unit_test_setup_teardown(bridge_has_ports_alone_among_its_ports, start_few, end_few),
        cmocka_unit_test_setup_teardown(speed_beyond_32_bits_is_in_the_high_one, start_few,
                                        end_few),
        cmocka_unit_test_setup_teardown(list_of_ports_is_as_long_as_the_last_port_needs, start_few,
                                        end_few),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
