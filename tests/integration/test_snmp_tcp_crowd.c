/*
 * Ten thousand connections walked by SNMP as pollers do it, packet by packet, while connections
 * come and go and the copy that is walked grows old.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "crowd.h"
#include "lwip/priv/tcp_priv.h"
#include "mib.h"
#include "netdiag/lwip.h"
#include "peer.h"
#include "platform/lwip/snmp/look.h"
#include "platform/lwip/snmp/mibs.h"
#include "platform/sim/random.h"
#include "platform/sim/stack.h"

#define BULK         50  /* rows of a packet */
#define PACKET_MS    137 /* from one to the next */
#define CHANGES      3   /* connections that end, and as many that begin, in between */
#define STATE_COLUMN 7

static uint16_t next_port = CROWD_FIRST_PORT + CROWD_MOST;

/* How often the connection to a port of the peer's came. */
static uint8_t seen[UINT16_MAX + 1];

static size_t copies;

static enum netdiag_error noted_connections(void *ctx, struct netdiag_tcp_cursor *cursor,
                                            struct netdiag_tcp_connection *rows, size_t capacity,
                                            size_t *count)
{
    enum netdiag_error error =
        netdiag_lwip_platform.tcp_connections(ctx, cursor, rows, capacity, count);

    assert_true(capacity <= CONFIG_NETDIAG_TCP_CHUNK_ROWS);
    copies += cursor->done;
    return error;
}

static int start(void **state)
{
    static struct netdiag_platform platform;

    (void)state;
    sim_random_seed(1);
    crowd_start(CROWD_MOST);
    platform = netdiag_lwip_platform;
    platform.tcp_connections = noted_connections;
    mib_start(&platform, NULL);
    return 0;
}

static void look(bool present[UINT16_MAX + 1])
{
    memset(present, 0, UINT16_MAX + 1);
    sim_stack_lock(NULL);
    for (const struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next)
        present[pcb->remote_port] = true;
    sim_stack_unlock(NULL);
}

static void one_ends(void)
{
    uint32_t skip = sim_random_between(0, CROWD_MOST / 2);
    struct tcp_pcb *pcb;

    sim_stack_lock(NULL);
    pcb = tcp_active_pcbs;
    while (skip-- > 0)
        pcb = pcb->next;
    tcp_abort(pcb);
    sim_stack_unlock(NULL);
}

static void things_happen(void)
{
    struct peer_segment segment;

    for (int i = 0; i < CHANGES; i++) {
        one_ends();
        peer_connect(next_port++, CROWD_PORT, &segment);
    }
    peer_advance(PACKET_MS);
}

/* One packet; false: the column is at its end. */
static bool take_packet(struct snmp_obj_id *id, u32_t column)
{
    struct snmp_obj_id before;
    struct mib_value value;

    netdiag_snmp_look_anew();
    for (int i = 0; i < BULK; i++) {
        before = *id;
        if (mib_next(id, &value) || id->id[MIB_TCP_LENGTH] != 19 ||
            id->id[MIB_TCP_LENGTH + 2] != column)
            return false;
        assert_true(mib_compare(&before, id) < 0);
        assert_int_equal(id->len, MIB_TCP_LENGTH + 3 + 14);
        seen[id->id[id->len - 1]]++;
    }
    return true;
}

static void assert_all_that_lived(const bool *before, const bool *after)
{
    size_t lived = 0, changed = 0;

    for (size_t port = 0; port <= UINT16_MAX; port++) {
        assert_true(seen[port] <= 1);
        changed += before[port] != after[port];
        if (!before[port] || !after[port])
            continue;
        lived++;
        assert_int_equal(seen[port], 1);
    }
    print_message("%zu lived throughout and came once, %zu came or went; %zu copies\n", lived,
                  changed, copies);
    assert_true(lived > CROWD_MOST / 2 && changed > BULK);
}

static void crowd_walked_in_bulk_under_churn_none_missed_none_doubled(void **state)
{
    static bool before[UINT16_MAX + 1], after[UINT16_MAX + 1];
    size_t packets = 0;

    (void)state;
    for (u32_t column = STATE_COLUMN; column <= STATE_COLUMN + 1; column++) {
        struct snmp_obj_id id = MIB_ID(19, 1, column);

        memset(seen, 0, sizeof(seen));
        copies = 0;
        look(before);
        for (; take_packet(&id, column); packets++)
            things_happen();
        look(after);
        assert_all_that_lived(before, after);
        assert_true(copies >= 3);
    }
    assert_true(packets >= 2 * CROWD_MOST / BULK);
}

static void crowd_at_rest_is_what_the_walk_has(void **state)
{
    static bool present[UINT16_MAX + 1];
    struct snmp_obj_id id = MIB_ID(19, 1, STATE_COLUMN);
    uint32_t rows;
    uint64_t read_ms;

    (void)state;
    netdiag_snmp_tcp_tables_forget();
    memset(seen, 0, sizeof(seen));
    copies = 0;
    look(present);
    while (take_packet(&id, STATE_COLUMN))
        continue;
    for (size_t port = 0; port <= UINT16_MAX; port++)
        assert_int_equal(seen[port], present[port]);
    assert_int_equal(copies, 1);
    assert_true(netdiag_snmp_tcp_tables_state(&rows, &read_ms));
    assert_int_equal(rows, CROWD_MOST + 1);
    assert_int_equal(netdiag_snmp_tcp_tables_left_out(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crowd_walked_in_bulk_under_churn_none_missed_none_doubled),
        cmocka_unit_test(crowd_at_rest_is_what_the_walk_has),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
