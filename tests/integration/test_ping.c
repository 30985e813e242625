/*
 * ICMP echoes and neighbours on a real lwIP, with a peer made of raw frames: what is an answer, and
 * what is none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lwip/memp.h"
#include "lwip/stats.h"
#include "netdiag/lwip.h"
#include "platform/sim/frame.h"
#include "platform/sim/stack.h"

#define VLAN        10
#define ARP_AT      (SIM_FRAME_HEADER + SIM_FRAME_TAG)
#define IP_AT       ARP_AT
#define ICMP_AT     (IP_AT + 20)
#define ARP_LENGTH  28
#define ARP_TYPE    0x0806
#define BYTES       100
#define ECHO_REPLY  0
#define ECHO_NUMBER 4 /* where it stands in an ICMP echo */

static const uint8_t device_mac[SIM_FRAME_MAC] = {0x02, 0, 0, 1, 0, VLAN};
static const uint8_t peer_mac[SIM_FRAME_MAC] = {0x02, 0, 0, 2, 0, VLAN};
static const struct netdiag_address peer = {NETDIAG_FAMILY_IPV4, {10, 0, VLAN, 2}};

static struct sim_trunk trunk;
static struct netif interface;
static uint8_t last[SIM_FRAME_MAX]; /* what the device sent */
static size_t last_length;
static size_t sent;

static void take_frame(void *ctx, const uint8_t *frame, size_t length)
{
    (void)ctx;
    memcpy(last, frame, length);
    last_length = length;
    sent++;
}

static int start(void **state)
{
    static const struct sim_vlan vlan = {
        .id = VLAN,
        .address_count = 1,
        .addresses = {{{NETDIAG_FAMILY_IPV4, {10, 0, VLAN, 1}}, 24}},
    };

    (void)state;
    sim_clock_start(SIM_CLOCK_VIRTUAL);
    if (sim_stack_start("sw1", "test", 16, 60000))
        return -1;
    sim_trunk_add(&trunk, device_mac, take_frame, NULL);
    return sim_stack_vlan_add(&vlan, &interface, &trunk, device_mac) ? -1 : 0;
}

static void give(const uint8_t *frame, size_t length)
{
    sim_stack_lock(NULL);
    sim_trunk_input(&trunk, frame, length);
    sim_stack_unlock(NULL);
}

/* The peer tells its MAC address unasked, which lwIP takes in where it has asked. */
static void answer_arp(void)
{
    uint8_t frame[ARP_AT + ARP_LENGTH];
    uint8_t *arp = frame + ARP_AT;

    memcpy(frame, interface.hwaddr, SIM_FRAME_MAC);
    memcpy(frame + SIM_FRAME_MAC, peer_mac, SIM_FRAME_MAC);
    sim_frame_put_u16(frame + 12, SIM_ETHERTYPE_VLAN);
    sim_frame_put_u16(frame + 14, VLAN);
    sim_frame_put_u16(frame + 16, ARP_TYPE);
    memcpy(arp, (const uint8_t[]){0, 1, 8, 0, 6, 4, 0, 2}, 8);
    memcpy(arp + 8, peer_mac, SIM_FRAME_MAC);
    memcpy(arp + 14, peer.bytes, 4);
    memcpy(arp + 18, interface.hwaddr, SIM_FRAME_MAC);
    memcpy(arp + 24, (const uint8_t[]){10, 0, VLAN, 1}, 4);
    give(frame, sizeof(frame));
}

/* Sends a request, whose frame is then in `last`. */
static uint32_t send_echo(void)
{
    uint32_t echo;

    assert_int_equal(netdiag_lwip_platform.echo_send(NULL, &peer, BYTES, &echo), NETDIAG_OK);
    return echo;
}

/* The peer's answer to the request in `last`, to be spoilt. */
static size_t make_reply(uint8_t *frame)
{
    memcpy(frame, last, last_length);
    memcpy(frame, last + SIM_FRAME_MAC, SIM_FRAME_MAC);
    memcpy(frame + SIM_FRAME_MAC, peer_mac, SIM_FRAME_MAC);
    memcpy(frame + IP_AT + 12, last + IP_AT + 16, 4);
    memcpy(frame + IP_AT + 16, last + IP_AT + 12, 4);
    frame[ICMP_AT] = ECHO_REPLY;
    return last_length;
}

static void finish_and_give(uint8_t *frame, size_t length)
{
    sim_frame_put_u16(frame + IP_AT + 10, 0);
    sim_frame_put_u16(frame + IP_AT + 10, sim_frame_checksum(sim_frame_sum(frame + IP_AT, 20, 0)));
    sim_frame_put_u16(frame + ICMP_AT + 2, 0);
    sim_frame_put_u16(frame + ICMP_AT + 2,
                      sim_frame_checksum(sim_frame_sum(frame + ICMP_AT, length - ICMP_AT, 0)));
    give(frame, length);
}

static bool is_answered(uint32_t echo, uint32_t *rtt_ms)
{
    bool answered;

    assert_int_equal(netdiag_lwip_platform.echo_poll(NULL, echo, &answered, rtt_ms), NETDIAG_OK);
    return answered;
}

static void end_echo(uint32_t echo)
{
    assert_int_equal(netdiag_lwip_platform.echo_end(NULL, echo), NETDIAG_OK);
}

/* ---- the tests ---- */

static void neighbor_is_not_listed_before_it_answers(void **state)
{
    struct netdiag_neighbor_cursor cursor = {.done = false};
    struct netdiag_neighbor rows[ARP_TABLE_SIZE];
    uint32_t echo = send_echo(); /* asks for its MAC address */
    size_t count;

    (void)state;
    assert_int_equal(netdiag_lwip_platform.neighbors(NULL, NETDIAG_FAMILY_IPV4, &cursor, rows,
                                                     ARP_TABLE_SIZE, &count),
                     NETDIAG_OK);
    assert_int_equal(count, 0);
    assert_true(cursor.done);
    answer_arp();
    end_echo(echo);
    cursor = (struct netdiag_neighbor_cursor){.done = false};
    assert_int_equal(netdiag_lwip_platform.neighbors(NULL, NETDIAG_FAMILY_IPV4, &cursor, rows,
                                                     ARP_TABLE_SIZE, &count),
                     NETDIAG_OK);
    assert_int_equal(count, 1);
    assert_memory_equal(rows[0].address.bytes, peer.bytes, 16);
    assert_memory_equal(rows[0].mac, peer_mac, SIM_FRAME_MAC);
    assert_int_equal(rows[0].vlan, VLAN);
    assert_string_equal(rows[0].interface, "Vlan10");
    assert_false(rows[0].has_age);
}

/* A walk in steps of one place sees what a walk in one step sees. */
static void neighbors_in_chunks_come_once(void **state)
{
    struct netdiag_neighbor_cursor cursor = {.done = false};
    struct netdiag_neighbor row;
    size_t seen = 0, calls = 0;

    (void)state;
    for (; !cursor.done; calls++) {
        size_t count;

        assert_int_equal(
            netdiag_lwip_platform.neighbors(NULL, NETDIAG_FAMILY_IPV4, &cursor, &row, 1, &count),
            NETDIAG_OK);
        seen += count;
    }
    assert_int_equal(seen, 1);
    assert_int_equal(calls, ARP_TABLE_SIZE);
}

static void request_is_a_packet_of_the_size_asked_for(void **state)
{
    uint32_t echo = send_echo();

    (void)state;
    assert_int_equal(last_length, IP_AT + BYTES);
    assert_int_equal(sim_frame_u16(last + 14), VLAN);
    assert_int_equal(last[IP_AT + 9], 1);
    assert_int_equal(last[ICMP_AT], 8);
    assert_int_equal(sim_frame_checksum(sim_frame_sum(last + ICMP_AT, last_length - ICMP_AT, 0)),
                     0);
    assert_memory_equal(last + IP_AT + 16, peer.bytes, 4);
    end_echo(echo);
}

static void answer_tells_how_long_it_took(void **state)
{
    uint32_t echo = send_echo(), rtt_ms;
    uint8_t frame[SIM_FRAME_MAX];
    size_t length = make_reply(frame);

    (void)state;
    assert_false(is_answered(echo, &rtt_ms));
    sim_clock_set(sim_clock_ms() + 37);
    finish_and_give(frame, length);
    sim_clock_set(sim_clock_ms() + 100);
    finish_and_give(frame, length); /* a second one changes nothing */
    assert_true(is_answered(echo, &rtt_ms));
    assert_int_equal(rtt_ms, 37);
    end_echo(echo);
    finish_and_give(frame, length); /* nobody waits for it any more */
}

static void answer_that_is_none_is_left_alone(void **state)
{
    uint32_t echo = send_echo(), rtt_ms;
    uint8_t frame[SIM_FRAME_MAX];
    size_t length = make_reply(frame);

    (void)state;
    frame[ICMP_AT + ECHO_NUMBER + 3] ^= 1;
    finish_and_give(frame, length); /* of another request */
    frame[ICMP_AT + ECHO_NUMBER + 3] ^= 1;
    frame[IP_AT + 15] ^= 1;
    finish_and_give(frame, length); /* from another host */
    frame[IP_AT + 15] ^= 1;
    frame[ICMP_AT] = 3;
    finish_and_give(frame, length); /* of another type */
    frame[ICMP_AT] = ECHO_REPLY;
    frame[ICMP_AT + 2] ^= 1;
    give(frame, length); /* with a wrong checksum */
    sim_frame_put_u16(frame + IP_AT + 2, 20 + 7);
    finish_and_give(frame, ICMP_AT + 7); /* too short for an echo */
    assert_false(is_answered(echo, &rtt_ms));
    length = make_reply(frame);
    finish_and_give(frame, length);
    assert_true(is_answered(echo, &rtt_ms));
    end_echo(echo);
}

static void echoes_past_the_bound_are_refused_and_the_pcb_is_given_back(void **state)
{
    uint32_t echoes[CONFIG_NETDIAG_PINGS], one_more, rtt_ms;
    uint8_t frame[SIM_FRAME_MAX];

    (void)state;
    assert_int_equal(lwip_stats.memp[MEMP_RAW_PCB]->used, 0);
    for (size_t i = 0; i < CONFIG_NETDIAG_PINGS; i++)
        echoes[i] = send_echo();
    assert_int_equal(lwip_stats.memp[MEMP_RAW_PCB]->used, 1);
    assert_int_equal(netdiag_lwip_platform.echo_send(NULL, &peer, BYTES, &one_more),
                     NETDIAG_ERROR_FULL);
    finish_and_give(frame, make_reply(frame));
    for (size_t i = 0; i < CONFIG_NETDIAG_PINGS; i++) {
        assert_int_equal(is_answered(echoes[i], &rtt_ms), i == CONFIG_NETDIAG_PINGS - 1);
        end_echo(echoes[i]);
    }
    assert_int_equal(lwip_stats.memp[MEMP_RAW_PCB]->used, 0);
    assert_int_equal(netdiag_lwip_platform.echo_end(NULL, echoes[0]), NETDIAG_ERROR_NOT_FOUND);
    assert_int_equal(netdiag_lwip_platform.echo_end(NULL, 0), NETDIAG_ERROR_NOT_FOUND);
}

static void request_that_cannot_be_is_refused_and_takes_no_place(void **state)
{
    static const struct {
        struct netdiag_address to;
        uint16_t bytes;
        enum netdiag_error error;
    } cases[] = {
        {{NETDIAG_FAMILY_IPV4, {10, 0, 11, 2}}, BYTES, NETDIAG_ERROR_NOT_FOUND},
        {{NETDIAG_FAMILY_IPV4, {10, 0, VLAN, 255}}, BYTES, NETDIAG_ERROR_INVALID},
        {{NETDIAG_FAMILY_IPV4, {255, 255, 255, 255}}, BYTES, NETDIAG_ERROR_INVALID},
        {{NETDIAG_FAMILY_IPV4, {224, 0, 0, 1}}, BYTES, NETDIAG_ERROR_INVALID},
        {{NETDIAG_FAMILY_IPV4, {0}}, BYTES, NETDIAG_ERROR_INVALID},
        {{NETDIAG_FAMILY_IPV4, {10, 0, VLAN, 2}}, 27, NETDIAG_ERROR_INVALID},
        {{NETDIAG_FAMILY_ANY, {0}}, BYTES, NETDIAG_ERROR_UNSUPPORTED},
#if LWIP_IPV6
        {{NETDIAG_FAMILY_IPV6, {0xff, 2, [15] = 1}}, BYTES, NETDIAG_ERROR_INVALID},
        {{NETDIAG_FAMILY_IPV6, {0x20, 1, [15] = 1}}, BYTES, NETDIAG_ERROR_NOT_FOUND},
#endif
    };
    size_t before = sent;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint32_t echo;

        assert_int_equal(netdiag_lwip_platform.echo_send(NULL, &cases[i].to, cases[i].bytes, &echo),
                         cases[i].error);
    }
    assert_int_equal(sent, before);
    assert_int_equal(lwip_stats.memp[MEMP_RAW_PCB]->used, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(neighbor_is_not_listed_before_it_answers),
        cmocka_unit_test(neighbors_in_chunks_come_once),
        cmocka_unit_test(request_is_a_packet_of_the_size_asked_for),
        cmocka_unit_test(answer_tells_how_long_it_took),
        cmocka_unit_test(answer_that_is_none_is_left_alone),
        cmocka_unit_test(echoes_past_the_bound_are_refused_and_the_pcb_is_given_back),
        cmocka_unit_test(request_that_cannot_be_is_refused_and_takes_no_place),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
