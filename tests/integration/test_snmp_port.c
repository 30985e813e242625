/*
 * The SNMP agent's port on a real lwIP, with pollers made of raw frames: who may ask, what waits,
 * where answers come from, and a task that answers while the stack goes on.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "lwip/timeouts.h"
#include "netdiag/lwip.h"
#include "netdiag/lwip_snmp.h"
#include "platform/sim/frame.h"
#include "platform/sim/stack.h"
#include "snmp_message.h"

#define COMMUNITY "public"
#define SYS_NAME  "1.3.6.1.2.1.1.5.0"

#define VLAN       10
#define OTHER_VLAN 20
#define IP_AT      (SIM_FRAME_HEADER + SIM_FRAME_TAG)
#define UDP_AT     (IP_AT + 20)
#define DATA_AT    (UDP_AT + 8)
#define ARP_LENGTH 28
#define ARP_TYPE   0x0806
#define UDP        17
#define ICMP       1
#define PORT       161
#define OUR_PORT   40000
#define ANSWERS    1000 /* by a task of its own */

static const uint8_t device_mac[SIM_FRAME_MAC] = {0x02, 0, 0, 1, 0, 0};
static const uint8_t peer_mac[SIM_FRAME_MAC] = {0x02, 0, 0, 2, 0, VLAN};
static const uint8_t device_ip[4] = {10, 0, VLAN, 1};
static const uint8_t other_ip[4] = {10, 0, OTHER_VLAN, 1};
static const uint8_t everybody[4] = {10, 0, VLAN, 255};

static struct sim_trunk trunk;
static struct netif interfaces[2];
static uint8_t last[SIM_FRAME_MAX]; /* what the device sent, but for ARP */
static size_t last_length, sent, woken;

static void take_frame(void *ctx, const uint8_t *frame, size_t length)
{
    (void)ctx;
    if (sim_frame_u16(frame + IP_AT - 2) != SIM_ETHERTYPE_IPV4)
        return;
    memcpy(last, frame, length);
    last_length = length;
    sent++;
}

static void wake(void *ctx)
{
    (void)ctx;
    woken++;
}

static int start(void **state)
{
    static const struct sim_vlan vlans[] = {
        {VLAN, 1, {{{NETDIAG_FAMILY_IPV4, {10, 0, VLAN, 1}}, 24}}},
        {OTHER_VLAN, 1, {{{NETDIAG_FAMILY_IPV4, {10, 0, OTHER_VLAN, 1}}, 24}}},
    };

    (void)state;
    sim_clock_start(SIM_CLOCK_VIRTUAL);
    if (sim_stack_start("sw1", "test", 16, 60000))
        return -1;
    sim_trunk_add(&trunk, device_mac, take_frame, NULL);
    for (size_t i = 0; i < 2; i++) {
        if (sim_stack_vlan_add(&vlans[i], &interfaces[i], &trunk, device_mac))
            return -1;
    }
    return 0;
}

static void start_agent(const struct netdiag_prefix *sources, size_t count)
{
    const struct netdiag_lwip_snmp_config config = {
        .community = COMMUNITY, .sources = sources, .source_count = count, .wake = wake};

    sim_stack_lock(NULL);
    netdiag_lwip_snmp_stop();
    assert_int_equal(netdiag_lwip_snmp_start(&config), NETDIAG_OK);
    sim_stack_unlock(NULL);
    woken = 0;
}

static struct netdiag_snmp counters(void)
{
    struct netdiag_snmp snmp;

    assert_int_equal(netdiag_lwip_platform.snmp(NULL, &snmp), NETDIAG_OK);
    return snmp;
}

/* ---- frames ---- */

static void put_header(uint8_t *frame, uint16_t type)
{
    memcpy(frame, interfaces[0].hwaddr, SIM_FRAME_MAC);
    memcpy(frame + SIM_FRAME_MAC, peer_mac, SIM_FRAME_MAC);
    sim_frame_put_u16(frame + 12, SIM_ETHERTYPE_VLAN);
    sim_frame_put_u16(frame + 14, VLAN);
    sim_frame_put_u16(frame + 16, type);
}

static void give(const uint8_t *frame, size_t length)
{
    sim_stack_lock(NULL);
    sim_trunk_input(&trunk, frame, length);
    sim_stack_unlock(NULL);
}

/* Somebody asks for the device's MAC address, and so the device knows his. */
static void introduce(const uint8_t *peer_ip)
{
    uint8_t frame[IP_AT + ARP_LENGTH] = {0};
    uint8_t *arp = frame + IP_AT;

    put_header(frame, ARP_TYPE);
    memcpy(arp, (const uint8_t[]){0, 1, 8, 0, 6, 4, 0, 1}, 8);
    memcpy(arp + 8, peer_mac, SIM_FRAME_MAC);
    memcpy(arp + 14, peer_ip, 4);
    memcpy(arp + 24, device_ip, 4);
    give(frame, sizeof(frame));
}

/* A part of a datagram, of `length` bytes of IP's data. */
static void give_packet(const uint8_t *from, const uint8_t *to, const uint8_t *data, size_t length,
                        uint16_t fragment)
{
    uint8_t frame[SIM_FRAME_MAX] = {0};
    uint8_t *ip = frame + IP_AT;

    put_header(frame, SIM_ETHERTYPE_IPV4);
    ip[0] = 0x45;
    sim_frame_put_u16(ip + 2, (uint16_t)(20 + length));
    sim_frame_put_u16(ip + 4, 7);
    sim_frame_put_u16(ip + 6, fragment);
    ip[8] = 64;
    ip[9] = UDP;
    memcpy(ip + 12, from, 4);
    memcpy(ip + 16, to, 4);
    sim_frame_put_u16(ip + 10, sim_frame_checksum(sim_frame_sum(ip, 20, 0)));
    memcpy(frame + UDP_AT, data, length);
    give(frame, UDP_AT + length);
}

static void give_request(const uint8_t *from, const uint8_t *to, const struct bytes *request,
                         bool in_pieces)
{
    uint8_t data[SIM_FRAME_MAX] = {0};
    size_t length = 8 + request->length;

    sim_frame_put_u16(data, OUR_PORT);
    sim_frame_put_u16(data + 2, PORT);
    sim_frame_put_u16(data + 4, (uint16_t)length);
    memcpy(data + 8, request->at, request->length);
    if (!in_pieces) {
        give_packet(from, to, data, length, 0);
        return;
    }
    give_packet(from, to, data, 24, 0x2000);
    give_packet(from, to, data + 24, length - 24, 24 / 8);
}

static void make(struct bytes *bytes, int32_t id, uint8_t type)
{
    static const struct binding name = {.name = SYS_NAME};

    make_request(bytes, &(const struct request){V2C, COMMUNITY, 0, type, id, 0, 0, 1, &name});
}

static void ask(const uint8_t *from, const uint8_t *to, int32_t id)
{
    struct bytes request;

    make(&request, id, GET);
    give_request(from, to, &request, false);
}

/* The answer that was sent last. */
static void assert_answer(const uint8_t *from, const uint8_t *to, int32_t id)
{
    static struct answer answer;

    assert_int_equal(last[IP_AT + 9], UDP);
    assert_memory_equal(last + IP_AT + 12, from, 4);
    assert_memory_equal(last + IP_AT + 16, to, 4);
    assert_int_equal(sim_frame_u16(last + UDP_AT), PORT);
    assert_int_equal(sim_frame_u16(last + UDP_AT + 2), OUR_PORT);
    answer.bytes.length = sim_frame_u16(last + UDP_AT + 4) - 8u;
    memcpy(answer.bytes.at, last + DATA_AT, answer.bytes.length);
    assert_true(read_answer(&answer));
    assert_int_equal(answer.id, id);
    assert_int_equal(answer.status, NO_ERROR);
    assert_int_equal(answer.bindings[0].length, 3);
    assert_memory_equal(answer.bindings[0].value, "sw1", 3);
}

/* ---- tests ---- */

static const uint8_t poller[4] = {10, 0, VLAN, 2};

static void no_agent_port_unreachable(void **state)
{
    struct netdiag_snmp snmp;
    struct netdiag_snmp_name row;
    size_t count;

    (void)state;
    assert_int_equal(netdiag_lwip_platform.snmp(NULL, &snmp), NETDIAG_ERROR_DOWN);
    assert_int_equal(netdiag_lwip_platform.snmp_names(NULL, 0, &row, 1, &count),
                     NETDIAG_ERROR_DOWN);
    assert_false(netdiag_lwip_snmp_serve());
    introduce(poller);
    ask(poller, device_ip, 1);
    assert_int_equal(sent, 1);
    assert_int_equal(last[IP_AT + 9], ICMP);
    assert_memory_equal(last + UDP_AT, ((const uint8_t[]){3, 3}), 2);
}

static void answer_comes_from_the_address_asked(void **state)
{
    (void)state;
    start_agent(NULL, 0);
    introduce(poller);
    sent = 0;
    ask(poller, device_ip, 11);
    assert_int_equal(woken, 1);
    assert_int_equal(sent, 0); /* not in the stack's context */
    assert_int_equal(counters().queued, 1);
    assert_true(netdiag_lwip_snmp_serve());
    assert_false(netdiag_lwip_snmp_serve());
    assert_int_equal(sent, 1);
    assert_answer(device_ip, poller, 11);
    ask(poller, other_ip, 12);
    assert_true(netdiag_lwip_snmp_serve());
    assert_answer(other_ip, poller, 12);
    assert_int_equal(counters().in_packets, 2);
    assert_int_equal(counters().out_packets, 2);
}

static void request_to_everybody_is_dropped(void **state)
{
    (void)state;
    start_agent(NULL, 0);
    ask(poller, everybody, 1);
    assert_false(netdiag_lwip_snmp_serve());
    assert_int_equal(counters().dropped, 1);
}

/* lwIP has a request that came in fragments in a chain of buffers. */
static void request_in_fragments_is_answered(void **state)
{
    struct bytes request;

    (void)state;
    start_agent(NULL, 0);
    introduce(poller);
    make(&request, 13, GET);
    give_request(poller, device_ip, &request, true);
    assert_true(netdiag_lwip_snmp_serve());
    assert_answer(device_ip, poller, 13);
    /* a SET is given back as it came: bytes of the request, and no others */
    make(&request, 14, SET);
    give_request(poller, device_ip, &request, true);
    assert_true(netdiag_lwip_snmp_serve());
    assert_memory_equal(last + last_length - 14, request.at + request.length - 14, 14);
}

static void source_outside_the_prefixes_refused(void **state)
{
    static const struct netdiag_prefix sources[] = {
        {{NETDIAG_FAMILY_IPV6, {10, 0, VLAN}}, 24}, /* another family */
        {{NETDIAG_FAMILY_IPV4, {10, 0, VLAN, 128}}, 25},
        {{NETDIAG_FAMILY_IPV4, {10, 0, VLAN, 6}}, 32},
        {{NETDIAG_FAMILY_IPV4, {10, 0, VLAN, 16}}, 31},
    };
    uint64_t allowed = 0;

    (void)state;
    start_agent(sources, sizeof(sources) / sizeof(sources[0]));
    assert_int_equal(counters().sources, sizeof(sources) / sizeof(sources[0]));
    for (int host = 2; host < 255; host++) {
        const uint8_t from[4] = {10, 0, VLAN, (uint8_t)host};
        bool may = host >= 128 || host == 6 || host == 16 || host == 17;

        introduce(from);
        ask(from, device_ip, host);
        assert_int_equal(netdiag_lwip_snmp_serve(), may);
        if (may)
            assert_answer(device_ip, from, host);
        allowed += may;
    }
    assert_int_equal(counters().refused_sources, 253 - allowed);
    assert_int_equal(counters().out_packets, allowed);
}

static void queue_full_the_last_are_dropped(void **state)
{
    const size_t extra = 3;

    (void)state;
    start_agent(NULL, 0);
    introduce(poller);
    for (size_t i = 0; i < CONFIG_NETDIAG_SNMP_QUEUE + extra; i++)
        ask(poller, device_ip, (int32_t)i);
    assert_int_equal(counters().queued, CONFIG_NETDIAG_SNMP_QUEUE);
    assert_int_equal(counters().dropped, extra);
    for (size_t i = 0; i < CONFIG_NETDIAG_SNMP_QUEUE; i++) {
        assert_true(netdiag_lwip_snmp_serve());
        assert_answer(device_ip, poller, (int32_t)i); /* first come, first served */
    }
    assert_false(netdiag_lwip_snmp_serve());
    for (size_t i = 0; i < CONFIG_NETDIAG_SNMP_QUEUE; i++)
        ask(poller, device_ip, 1);
    sim_stack_lock(NULL);
    netdiag_lwip_snmp_stop(); /* with a full queue */
    sim_stack_unlock(NULL);
    assert_false(netdiag_lwip_snmp_serve());
}

static atomic_bool stopping;

static void rest(void)
{
    nanosleep(&(const struct timespec){.tv_nsec = 200 * 1000}, NULL);
}

static void *serve(void *arg)
{
    size_t *answers = arg;

    while (!atomic_load(&stopping)) {
        bool answered = netdiag_lwip_snmp_serve();

        *answers += answered;
        if (!answered)
            rest();
    }
    return NULL;
}

/* A shell asks for names and numbers meanwhile; it may be told that another is being answered. */
static void *look(void *arg)
{
    struct netdiag_snmp_name rows[4];
    struct netdiag_snmp snmp;
    size_t count;

    (void)arg;
    while (!atomic_load(&stopping)) {
        enum netdiag_error error = netdiag_lwip_platform.snmp_names(NULL, 0, rows, 4, &count);

        if (error != NETDIAG_OK && error != NETDIAG_ERROR_BUSY)
            return arg;
        (void)netdiag_lwip_platform.snmp(NULL, &snmp);
        rest();
    }
    return NULL;
}

static void task_answers_while_the_stack_goes_on(void **state)
{
    pthread_t server, shell;
    size_t answers = 0, asked = 0;
    void *failed;

    (void)state;
    start_agent(NULL, 0);
    introduce(poller);
    atomic_store(&stopping, false);
    assert_int_equal(pthread_create(&server, NULL, serve, &answers), 0);
    assert_int_equal(pthread_create(&shell, NULL, look, NULL), 0);
    for (uint64_t now = 50; counters().out_packets < ANSWERS; now += 50) {
        for (int i = 0; i < 5; i++, asked++)
            ask(poller, device_ip, i);
        sim_stack_lock(NULL);
        sim_clock_set(now);
        sys_check_timeouts();
        sim_stack_unlock(NULL);
        introduce(poller);
        if (counters().queued == CONFIG_NETDIAG_SNMP_QUEUE)
            rest();
    }
    atomic_store(&stopping, true);
    pthread_join(server, NULL);
    pthread_join(shell, &failed);
    assert_null(failed);
    assert_int_equal(counters().out_packets, answers);
    assert_int_equal(counters().dropped + counters().queued + answers, asked);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_agent_port_unreachable), /* first: nothing was started yet */
        cmocka_unit_test(answer_comes_from_the_address_asked),
        cmocka_unit_test(request_to_everybody_is_dropped),
        cmocka_unit_test(request_in_fragments_is_answered),
        cmocka_unit_test(source_outside_the_prefixes_refused),
        cmocka_unit_test(queue_full_the_last_are_dropped),
        cmocka_unit_test(task_answers_while_the_stack_goes_on),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
