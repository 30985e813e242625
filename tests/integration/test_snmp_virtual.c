/*
 * The SNMP agent on the virtual clock, where no thread answers: the steps of the simulation do.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lwip/inet_chksum.h"
#include "lwip/ip.h"
#include "lwip/netif.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/udp.h"
#include "netdiag/lwip.h"
#include "netdiag/lwip_snmp.h"
#include "platform/sim/sim.h"
#include "platform/sim/stack.h"
#include "snmp_message.h"

#define GET        0xa0
#define POLLER     2 /* the world's host in each VLAN */
#define POLLER_UDP 5000
#define VLAN       10

static struct sim_options options;
static struct sim *sim;

static int start(void **state)
{
    char error[256];

    (void)state;
    sim_options_default(&options);
    options.clock = SIM_CLOCK_VIRTUAL;
    strcpy(options.snmp_community, "public");
    sim = sim_start(&options, NULL, NULL, error, sizeof(error));
    return sim ? 0 : -1;
}

static int stop(void **state)
{
    char error[256];

    (void)state;
    return sim_stop(sim, error, sizeof(error)) ? 0 : -1;
}

static struct netdiag_snmp counts(void)
{
    struct netdiag_snmp snmp;

    memset(&snmp, 0, sizeof(snmp));
    assert_int_equal(netdiag_lwip_platform.snmp(NULL, &snmp), NETDIAG_OK);
    return snmp;
}

static struct netif *interface(void)
{
    struct netdiag_vlan row;
    size_t count;

    assert_int_equal(netdiag_lwip_platform.vlans(NULL, VLAN - 1, &row, 1, &count), NETDIAG_OK);
    assert_true(count == 1 && row.id == VLAN);
    return netif_get_by_index((u8_t)row.if_index);
}

/* An IPv4 packet from the poller as it comes in; its UDP has no checksum, which is legal. */
static struct pbuf *make_packet(const struct netif *to, const struct bytes *request)
{
    struct pbuf *packet = pbuf_alloc(PBUF_IP, (u16_t)(UDP_HLEN + request->length), PBUF_RAM);
    struct udp_hdr *udp;
    struct ip_hdr *ip;

    assert_non_null(packet);
    udp = packet->payload;
    udp->src = lwip_htons(POLLER_UDP);
    udp->dest = lwip_htons(NETDIAG_LWIP_SNMP_PORT);
    udp->len = lwip_htons(packet->tot_len);
    udp->chksum = 0;
    memcpy(udp + 1, request->at, request->length);
    assert_int_equal(pbuf_add_header(packet, IP_HLEN), 0);
    ip = packet->payload;
    memset(ip, 0, IP_HLEN);
    IPH_VHL_SET(ip, 4, IP_HLEN / 4);
    IPH_LEN_SET(ip, lwip_htons(packet->tot_len));
    IPH_TTL_SET(ip, 64);
    IPH_PROTO_SET(ip, IP_PROTO_UDP);
    ip->dest.addr = netif_ip4_addr(to)->addr;
    ip->src.addr = (ip->dest.addr & netif_ip4_netmask(to)->addr) | lwip_htonl(POLLER);
    IPH_CHKSUM_SET(ip, inet_chksum(ip, IP_HLEN));
    return packet;
}

static void poller_asks(void)
{
    static const struct binding name = {.name = "1.3.6.1.2.1.1.5.0"};
    const struct request request = {
        .version = V2C, .community = "public", .type = GET, .count = 1, .bindings = &name};
    struct netif *netif = interface();
    struct bytes bytes;

    make_request(&bytes, &request);
    sim_stack_lock(NULL);
    assert_int_equal(ip_input(make_packet(netif, &bytes), netif), ERR_OK);
    sim_stack_unlock(NULL);
}

static void request_waits_until_time_moves_and_is_answered_then(void **state)
{
    struct netdiag_snmp snmp;

    (void)state;
    poller_asks();
    snmp = counts();
    assert_true(snmp.in_packets == 1 && snmp.queued == 1 && snmp.out_packets == 0);
    assert_true(sim_run(sim, 1));
    snmp = counts();
    assert_true(snmp.queued == 0 && snmp.out_packets == 1 && snmp.dropped == 0);
}

static void queue_that_is_full_is_emptied_in_one_step(void **state)
{
    const struct netdiag_snmp before = counts();
    struct netdiag_snmp snmp;

    (void)state;
    for (int i = 0; i < CONFIG_NETDIAG_SNMP_QUEUE + 2; i++)
        poller_asks();
    snmp = counts();
    assert_int_equal(snmp.queued, CONFIG_NETDIAG_SNMP_QUEUE);
    assert_int_equal(snmp.dropped - before.dropped, 2);
    assert_true(sim_run(sim, 1));
    snmp = counts();
    assert_int_equal(snmp.queued, 0);
    assert_int_equal(snmp.out_packets - before.out_packets, CONFIG_NETDIAG_SNMP_QUEUE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(request_waits_until_time_moves_and_is_answered_then),
        cmocka_unit_test(queue_that_is_full_is_emptied_in_one_step),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
