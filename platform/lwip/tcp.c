/*
 * What lwIP itself knows of TCP: the counters of its own that are true, and its lists of PCBs.
 *
 * lwIP keeps PCBs on four lists: bound (CLOSED with a port), listening, active, and TIME-WAIT.
 */
#include <string.h>

#include "lwip/ip_addr.h"
#include "lwip/memp.h"
#include "lwip/opt.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/stats.h"
#include "lwip/tcp.h"

#include "internal.h"

/* lwIP's number to RFC 4022's. lwIP starts at 0 and has CLOSING before LAST-ACK: no arithmetic. */
static const enum netdiag_tcp_state state_of_lwip[] = {
    [CLOSED] = NETDIAG_TCP_CLOSED,           [LISTEN] = NETDIAG_TCP_LISTEN,
    [SYN_SENT] = NETDIAG_TCP_SYN_SENT,       [SYN_RCVD] = NETDIAG_TCP_SYN_RECEIVED,
    [ESTABLISHED] = NETDIAG_TCP_ESTABLISHED, [FIN_WAIT_1] = NETDIAG_TCP_FIN_WAIT_1,
    [FIN_WAIT_2] = NETDIAG_TCP_FIN_WAIT_2,   [CLOSE_WAIT] = NETDIAG_TCP_CLOSE_WAIT,
    [CLOSING] = NETDIAG_TCP_CLOSING,         [LAST_ACK] = NETDIAG_TCP_LAST_ACK,
    [TIME_WAIT] = NETDIAG_TCP_TIME_WAIT,
};

enum netdiag_tcp_state netdiag_lwip_state(uint8_t state)
{
    return state_of_lwip[state];
}

/*
 * The lists whose PCBs are connections: struct tcp_pcb, not the shorter one of a listener. Those
 * of the first never sent anything, so the observer's table has none of them; it has the others'.
 */
static struct tcp_pcb **const connection_lists[] = {&tcp_bound_pcbs, &tcp_active_pcbs,
                                                    &tcp_tw_pcbs};

#define CONNECTION_LISTS (sizeof(connection_lists) / sizeof(connection_lists[0]))

#ifdef CONFIG_NETDIAG_TCP_HOOKS
#define LISTS_WALKED 1
#else
#define LISTS_WALKED CONNECTION_LISTS
#endif

static struct {
    struct netdiag_lwip_wide in_segs, sent, bad_checksum;
    struct netdiag_lwip_wide active_opens, passive_opens, out_rsts;
} wide;

/* Without LWIP_STATS_LARGE lwIP's own are 16 bits wide and wrap in seconds: useless. */
#define HAS_PROTOCOL_STATS (LWIP_STATS && TCP_STATS && LWIP_STATS_LARGE)
#define HAS_MIB2_STATS     (LWIP_STATS && MIB2_STATS)

/* The two short lists, whose PCBs no hook tells of. */
static void look_at_idle_lists(void)
{
    uint32_t listening = 0, bound = 0;

    for (const struct tcp_pcb_listen *pcb = tcp_listen_pcbs.listen_pcbs; pcb; pcb = pcb->next)
        listening++;
    for (const struct tcp_pcb *pcb = tcp_bound_pcbs; pcb; pcb = pcb->next)
        bound++;
    netdiag_lwip_observer_looked(LISTEN, listening);
    netdiag_lwip_observer_looked(CLOSED, bound);
}

void netdiag_lwip_tcp_poll(void)
{
    look_at_idle_lists();
#if HAS_PROTOCOL_STATS
    netdiag_lwip_widen(&wide.in_segs, lwip_stats.tcp.recv, UINT32_MAX);
    netdiag_lwip_widen(&wide.sent, lwip_stats.tcp.xmit, UINT32_MAX);
    netdiag_lwip_widen(&wide.bad_checksum, lwip_stats.tcp.chkerr, UINT32_MAX);
#endif
#if HAS_MIB2_STATS
    netdiag_lwip_widen(&wide.active_opens, lwip_stats.mib2.tcpactiveopens, UINT32_MAX);
    netdiag_lwip_widen(&wide.passive_opens, lwip_stats.mib2.tcppassiveopens, UINT32_MAX);
    netdiag_lwip_widen(&wide.out_rsts, lwip_stats.mib2.tcpoutrsts, UINT32_MAX);
#endif
}

void netdiag_lwip_address(const ip_addr_t *from, struct netdiag_address *to)
{
    memset(to, 0, sizeof(*to));
#if LWIP_IPV4 && LWIP_IPV6
    if (IP_IS_ANY_TYPE_VAL(*from)) {
        to->family = NETDIAG_FAMILY_ANY;
        return;
    }
#endif
#if LWIP_IPV6
    if (IP_IS_V6_VAL(*from)) {
        to->family = NETDIAG_FAMILY_IPV6;
        memcpy(to->bytes, ip_2_ip6(from)->addr, 16);
        return;
    }
#endif
#if LWIP_IPV4
    to->family = NETDIAG_FAMILY_IPV4;
    memcpy(to->bytes, &ip_2_ip4(from)->addr, 4);
#endif
}

bool netdiag_lwip_ip_address(const struct netdiag_address *from, ip_addr_t *to)
{
    memset(to, 0, sizeof(*to));
#if LWIP_IPV6
    if (from->family == NETDIAG_FAMILY_IPV6) {
        IP_SET_TYPE(to, IPADDR_TYPE_V6);
        memcpy(ip_2_ip6(to)->addr, from->bytes, sizeof(ip_2_ip6(to)->addr));
        return true;
    }
#endif
#if LWIP_IPV4
    if (from->family == NETDIAG_FAMILY_IPV4) {
        IP_SET_TYPE(to, IPADDR_TYPE_V4);
        memcpy(&ip_2_ip4(to)->addr, from->bytes, sizeof(ip_2_ip4(to)->addr));
        return true;
    }
#endif
    return false;
}

static void count_list(const struct tcp_pcb *pcb, struct netdiag_tcp_states *states)
{
    for (; pcb; pcb = pcb->next)
        states->count[state_of_lwip[pcb->state]]++;
}

/* In one hold of the lock: for connections that the observer's table has not, or not all of. */
static void count_lists_alone(struct netdiag_tcp_states *states)
{
    uint64_t listen = states->count[NETDIAG_TCP_LISTEN];

    memset(states, 0, sizeof(*states));
    states->count[NETDIAG_TCP_LISTEN] = listen;
    for (size_t i = 0; i < CONNECTION_LISTS; i++)
        count_list(*connection_lists[i], states);
}

enum netdiag_error netdiag_lwip_tcp_states(void *ctx, struct netdiag_tcp_states *states)
{
    uint32_t slot = 0;
    bool ended = false;

    (void)ctx;
    memset(states, 0, sizeof(*states));
    netdiag_lwip_lock();
    look_at_idle_lists();
    for (const struct tcp_pcb_listen *pcb = tcp_listen_pcbs.listen_pcbs; pcb; pcb = pcb->next)
        states->count[NETDIAG_TCP_LISTEN]++;
    count_list(tcp_bound_pcbs, states);
    while (!ended) {
        if (!netdiag_lwip_observer_count(&slot, states, &ended)) {
            count_lists_alone(states);
            break;
        }
        netdiag_lwip_unlock();
        netdiag_lwip_lock();
    }
    netdiag_lwip_unlock();
    return NETDIAG_OK;
}

/*
 * The counters of lwIP's that count what their name says. Its tcpAttemptFails, tcpEstabResets,
 * tcpOutSegs, tcpRetransSegs and tcpInErrs do not, and its lenerr, proterr and drop each mix
 * several things: they stay "not counted".
 */
enum netdiag_error netdiag_lwip_tcp_counters(void *ctx, struct netdiag_tcp_counters *counters)
{
    (void)ctx;
    memset(counters, 0, sizeof(*counters));
    netdiag_lwip_lock();
    netdiag_lwip_tcp_poll();
#if HAS_PROTOCOL_STATS
    netdiag_tcp_counter_set(counters, NETDIAG_TCP_IN_SEGS, wide.in_segs.total);
    netdiag_tcp_counter_set(counters, NETDIAG_TCP_RCVD_TOTAL, wide.in_segs.total);
    netdiag_tcp_counter_set(counters, NETDIAG_TCP_RCVD_BAD_CHECKSUM, wide.bad_checksum.total);
    netdiag_tcp_counter_set(counters, NETDIAG_TCP_SENT_TOTAL, wide.sent.total);
#endif
#if HAS_MIB2_STATS
    netdiag_tcp_counter_set(counters, NETDIAG_TCP_ACTIVE_OPENS, wide.active_opens.total);
    netdiag_tcp_counter_set(counters, NETDIAG_TCP_CONN_INITIATED, wide.active_opens.total);
    netdiag_tcp_counter_set(counters, NETDIAG_TCP_PASSIVE_OPENS, wide.passive_opens.total);
    netdiag_tcp_counter_set(counters, NETDIAG_TCP_CONN_ACCEPTED, wide.passive_opens.total);
    netdiag_tcp_counter_set(counters, NETDIAG_TCP_OUT_RSTS, wide.out_rsts.total);
#endif
#if HAS_PROTOCOL_STATS
    const struct netdiag_lwip_received received = {wide.in_segs.total, wide.bad_checksum.total};

    netdiag_lwip_observer_add(counters, &received);
#endif
    netdiag_lwip_unlock();
    return NETDIAG_OK;
}

enum netdiag_error netdiag_lwip_tcp_pool(void *ctx, struct netdiag_tcp_pool *pool)
{
    (void)ctx;
#if NETDIAG_LWIP_HAS_POOL_STATS
    uint32_t reserved = netdiag_lwip_pcbs_reserved();

    memset(pool, 0, sizeof(*pool));
    netdiag_lwip_lock();
    netdiag_lwip_memory_poll();
    netdiag_lwip_observer_add_pool(pool);
    const struct stats_mem *stats = lwip_stats.memp[MEMP_TCP_PCB];
    pool->capacity = MEMP_NUM_TCP_PCB - reserved;
    pool->used = (uint32_t)stats->used - reserved;
    pool->peak = (uint32_t)stats->max - reserved;
    pool->refused = netdiag_lwip_pcbs_refused();
    netdiag_lwip_unlock();
    return NETDIAG_OK;
#else
    (void)pool;
    return NETDIAG_ERROR_UNSUPPORTED;
#endif
}

/* srtt is kept times 8 in ticks of the slow timer, and a round trip within a tick is not seen. */
static void fill_flow(const struct tcp_pcb *pcb, struct netdiag_tcp_connection *row)
{
    row->rto_ms = (uint32_t)pcb->rto * TCP_SLOW_INTERVAL;
    row->srtt_ms = (uint32_t)pcb->sa * TCP_SLOW_INTERVAL / 8;
    row->congestion_window = pcb->cwnd;
    row->send_window = pcb->snd_wnd;
    row->receive_window = pcb->rcv_ann_wnd;
    /* A FIN that went with data is in lastack once acknowledged, and in snd_lbb never. */
    row->send_queue = TCP_SEQ_GT(pcb->snd_lbb, pcb->lastack) ? pcb->snd_lbb - pcb->lastack : 0;
    row->in_flight = pcb->snd_nxt - pcb->lastack;
    row->receive_queue = (uint32_t)(TCP_WND_MAX(pcb) - pcb->rcv_wnd);
    row->retries = row->in_flight > 0 ? pcb->nrtx : 0; /* what lwIP leaves there means nothing */
    row->keepalives = ip_get_option(pcb, SOF_KEEPALIVE) ? pcb->keep_cnt_sent : 0;
}

static void fill_options(const struct tcp_pcb *pcb, struct netdiag_tcp_connection *row)
{
#if TCP_LISTEN_BACKLOG
    row->is_unaccepted = (pcb->flags & TF_BACKLOGPEND) != 0;
#endif
#if SO_REUSE
    row->reuse_address = ip_get_option(pcb, SOF_REUSEADDR) != 0;
#endif
    (void)pcb, (void)row;
}

/* How long lwIP lets a connection be of which nothing more is received; 0: as long as it takes. */
static uint32_t lifetime_ms(const struct tcp_pcb *pcb)
{
    if (pcb->state == SYN_RCVD)
        return TCP_SYN_RCVD_TIMEOUT;
    if (pcb->state == FIN_WAIT_2 && pcb->flags & TF_RXCLOSED)
        return TCP_FIN_WAIT_TIMEOUT;
    if (pcb->state == LAST_ACK || pcb->state == TIME_WAIT)
        return 2 * TCP_MSL;
    return 0;
}

/*
 * When lwIP's slow timer ends it. It does so at the first tick by which more than that time has
 * passed since `tmr`, which in these states stands still from when the program closed: TIME-WAIT
 * too is counted from then, and not from its own beginning.
 */
static void fill_end(const struct tcp_pcb *pcb, struct netdiag_tcp_connection *row)
{
    uint32_t ticks = lifetime_ms(pcb) / TCP_SLOW_INTERVAL, passed = tcp_ticks - pcb->tmr;

    row->is_reclaimable =
        pcb->state == TIME_WAIT || pcb->state == LAST_ACK || pcb->state == CLOSING;
    row->has_free_in = ticks > 0;
    if (row->has_free_in && passed <= ticks)
        row->free_in_ms = (ticks + 1 - passed) * TCP_SLOW_INTERVAL;
}

void netdiag_lwip_fill_connection(const struct tcp_pcb *pcb, struct netdiag_tcp_connection *row)
{
    memset(row, 0, sizeof(*row));
    row->state = state_of_lwip[pcb->state];
    netdiag_lwip_address(&pcb->local_ip, &row->local.address);
    row->local.port = pcb->local_port;
    fill_options(pcb, row);
    if (pcb->state != CLOSED) {
        netdiag_lwip_address(&pcb->remote_ip, &row->remote.address);
        row->remote.port = pcb->remote_port;
        fill_flow(pcb, row);
        fill_end(pcb, row);
        netdiag_lwip_observer_add_connection(pcb, row);
    }
    if (!row->has_history)
        row->vlan = netdiag_lwip_vlan_of_address(&pcb->local_ip);
    if (row->owner.name[0] == '\0')
        netdiag_lwip_owner_of_port(pcb->local_port, &row->owner);
}

/*
 * Fills rows from lwIP's lists, going on by position. That is exact as long as nothing moves on
 * them, which holds for the bound PCBs between two calls as a rule, and for no other list.
 */
static size_t walk_lists(struct netdiag_tcp_cursor *cursor, struct netdiag_tcp_connection *rows,
                         size_t capacity)
{
    uint32_t position = 0;
    size_t count = 0;

    for (size_t i = 0; i < LISTS_WALKED; i++) {
        for (const struct tcp_pcb *pcb = *connection_lists[i]; pcb; pcb = pcb->next) {
            if (position++ < cursor->listed)
                continue;
            if (count == capacity)
                return count;
            netdiag_lwip_fill_connection(pcb, &rows[count++]);
            cursor->listed++;
        }
    }
    cursor->done = true;
    return count;
}

enum netdiag_error netdiag_lwip_tcp_connections(void *ctx, struct netdiag_tcp_cursor *cursor,
                                                struct netdiag_tcp_connection *rows,
                                                size_t capacity, size_t *count)
{
    uint64_t from, to;
    bool ended;

    (void)ctx;
    if (capacity == 0)
        return NETDIAG_ERROR_INVALID;
    if (capacity > CONFIG_NETDIAG_TCP_CHUNK_ROWS)
        capacity = CONFIG_NETDIAG_TCP_CHUNK_ROWS;
    netdiag_lwip_lock();
    cursor->has_hold = netdiag_lwip_clock_ns(&from);
    *count = netdiag_lwip_observer_walk(cursor, rows, capacity, &ended);
    if (ended && *count < capacity)
        *count += walk_lists(cursor, rows + *count, capacity - *count);
    if (cursor->has_hold && netdiag_lwip_clock_ns(&to) && to - from > cursor->longest_hold_ns)
        cursor->longest_hold_ns = to - from;
    netdiag_lwip_unlock();
    return NETDIAG_OK;
}

/* remote_ip is never read here: lwIP leaves it as it was in the PCB that became the listener. */
static void fill_listener(const struct tcp_pcb_listen *pcb, struct netdiag_tcp_listener *row)
{
    memset(row, 0, sizeof(*row));
    netdiag_lwip_address(&pcb->local_ip, &row->local.address);
    row->local.port = pcb->local_port;
    netdiag_lwip_owner_of_port(pcb->local_port, &row->owner);
#if TCP_LISTEN_BACKLOG
    row->has_backlog = true;
    row->backlog = pcb->backlog;
    row->pending = pcb->accepts_pending;
#endif
#if LWIP_CALLBACK_API
    row->has_accept = pcb->accept != NULL;
    row->accept_address = (uintptr_t)pcb->accept;
#endif
    netdiag_lwip_observer_add_listener(pcb, row);
}

enum netdiag_error netdiag_lwip_tcp_listeners(void *ctx, struct netdiag_tcp_listener *rows,
                                              size_t capacity, size_t *total)
{
    (void)ctx;
    *total = 0;
    netdiag_lwip_lock();
    for (const struct tcp_pcb_listen *pcb = tcp_listen_pcbs.listen_pcbs; pcb; pcb = pcb->next) {
        if (*total < capacity)
            fill_listener(pcb, &rows[*total]);
        (*total)++;
    }
    netdiag_lwip_observer_looked(LISTEN, (uint32_t)*total);
    netdiag_lwip_unlock();
    return NETDIAG_OK;
}
