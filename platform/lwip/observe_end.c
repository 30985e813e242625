/*
 * How connections begin and end.
 *
 * lwIP tells only that a PCB is freed. Why is read from what it leaves behind: a PCB that its slow
 * timer removes keeps its state, one that is closed, reset or aborted is in CLOSED already; FIN is
 * in its flags when the program had closed; the last segment tells a RST; and the pool's count of
 * failures, which stands between two multiples of its tries while tcp_alloc() is at work, tells
 * that the PCB had to make room for another.
 */
#include "closed.h"
#include "observer.h"

struct netdiag_tcp_counters netdiag_lwip_observed;
uint8_t netdiag_lwip_ext_arg;
uint64_t netdiag_lwip_evicted[TIME_WAIT + 1];
uint32_t netdiag_lwip_without_slot;

const struct tcp_ext_arg_callbacks netdiag_lwip_callbacks = {.destroy = netdiag_lwip_destroyed};

bool netdiag_lwip_is_observing;

/* Those that were opened before: idle ones too, so that the table has them all. */
void netdiag_lwip_observer_start(void)
{
    netdiag_lwip_ext_arg = tcp_ext_arg_alloc_id();
    netdiag_lwip_is_observing = true;
    for (const struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next)
        netdiag_lwip_begin(pcb);
    for (const struct tcp_pcb *pcb = tcp_tw_pcbs; pcb; pcb = pcb->next)
        netdiag_lwip_begin(pcb);
}

/* Of a connection that the task which runs now is opening. */
static uint8_t owner_of_task(uint16_t local_port)
{
    const char *name = netdiag_lwip_task_name();
    struct netdiag_owner of_port;
    uint8_t number = 0;

    netdiag_lwip_owner_of_port(local_port, &of_port);
    if (name && of_port.name[0] == '\0')
        (void)netdiag_lwip_owner_number(name, &number);
    return number;
}

static void fill_slot(struct netdiag_lwip_slot *slot, const struct tcp_pcb *pcb, bool is_old)
{
    uint64_t now = netdiag_lwip_uptime_ms();

    netdiag_lwip_stamp_set(&slot->created, now);
    netdiag_lwip_stamp_set(&slot->state_since, now);
    /* An active open builds its SYN before it is in SYN-SENT, and may yet fail */
    if (pcb->state != CLOSED)
        netdiag_lwip_slot_enter(slot, (uint8_t)pcb->state, now);
    netdiag_lwip_stamp_set(&slot->last_in, now);
    netdiag_lwip_stamp_set(&slot->last_out, now);
    slot->local_port = pcb->local_port;
    slot->is_passive = pcb->state == SYN_RCVD;
    slot->was_established = is_old;
    slot->is_closed_counted = pcb->state == TIME_WAIT;
    slot->owner = pcb->state <= SYN_SENT ? owner_of_task(pcb->local_port) : 0;
    slot->vlan = netdiag_lwip_vlan_of_address(&pcb->local_ip) & 0x0fffu;
    slot->fin_sent = (pcb->flags & TF_FIN) != 0;
    slot->highest = pcb->snd_nxt;
    slot->received = pcb->rcv_nxt;
    slot->last_ack = pcb->rcv_nxt;
    slot->last_edge = pcb->rcv_ann_right_edge;
}

/* Not inlined: one of its callers is called for every segment, and seldom has one to begin. */
void netdiag_lwip_begin(const struct tcp_pcb *known)
{
    struct tcp_pcb *pcb = (struct tcp_pcb *)(uintptr_t)known; /* the const is the hook's alone */
    /* One that is established already was opened before netdiag_lwip_start() */
    bool is_old = pcb->state >= ESTABLISHED;
    uintptr_t handle = (uintptr_t)pcb | (is_old ? HANDLE_ESTABLISHED : 0);
    struct netdiag_lwip_slot *slot;

    if (!netdiag_lwip_is_observing)
        return;
    slot = netdiag_lwip_slot_take(pcb, &handle);
    /*
     * An active open that may still fail: then its program can make a listener of the PCB, which
     * would keep the address. Without a slot it begins when its SYN is sent.
     */
    if (!slot && pcb->state == CLOSED)
        return;
    if (slot) {
        fill_slot(slot, pcb, is_old);
    } else {
        netdiag_lwip_count(NETDIAG_TCP_CONN_WITHOUT_ROW, 1);
        netdiag_lwip_without_slot++;
    }
    tcp_ext_arg_set_callbacks(pcb, netdiag_lwip_ext_arg, &netdiag_lwip_callbacks);
    tcp_ext_arg_set(pcb, netdiag_lwip_ext_arg, (void *)handle);
}

static __attribute__((noinline)) void begin(const struct tcp_pcb *pcb)
{
    if (pcb->state == SYN_RCVD)
        netdiag_lwip_listener_accepted();
    netdiag_lwip_begin(pcb);
}

uint8_t netdiag_lwip_tcp_build(const struct tcp_pcb *pcb, uint8_t length)
{
    if (pcb && !netdiag_lwip_handle_of(pcb) && pcb->state != LISTEN)
        begin(pcb);
    return length;
}

static void enter_time_wait(struct netdiag_lwip_slot *slot)
{
    if (!slot->is_closed_counted)
        netdiag_lwip_count(NETDIAG_TCP_CONN_CLOSED, 1);
    slot->is_closed_counted = 1;
}

void netdiag_lwip_slot_follow(struct netdiag_lwip_slot *slot, enum tcp_state state,
                              uint64_t since_ms)
{
    if (slot->state == state)
        return;
    if (state == TIME_WAIT)
        enter_time_wait(slot);
    else if (state == CLOSING)
        slot->closer = NETDIAG_TCP_CLOSER_BOTH;
    netdiag_lwip_slot_enter(slot, (uint8_t)state, since_ms);
}

void netdiag_lwip_enter_established(struct tcp_pcb *pcb, struct netdiag_lwip_slot *slot)
{
    netdiag_lwip_count(NETDIAG_TCP_CONN_ESTABLISHED, 1);
    if (slot) {
        slot->was_established = 1;
        if (pcb->state == SYN_SENT)
            slot->syn_retries = LWIP_MIN(pcb->nrtx, SYN_RETRIES_MAX) & SYN_RETRIES_MAX;
        netdiag_lwip_slot_follow(slot, ESTABLISHED, netdiag_lwip_stamp_ms(&slot->last_in));
    } else if (netdiag_lwip_is_observing) {
        tcp_ext_arg_set(pcb, netdiag_lwip_ext_arg, (void *)((uintptr_t)pcb | HANDLE_ESTABLISHED));
    }
}

/* The VLAN that is being removed by a command; lwIP then aborts what has its addresses. */
static uint16_t cleared_vlan;

void netdiag_lwip_observer_clears_vlan(uint16_t vlan)
{
    cleared_vlan = vlan;
}

static bool is_keepalive_over(const struct tcp_pcb *pcb)
{
#if LWIP_TCP_KEEPALIVE
    uint32_t duration = pcb->keep_idle + pcb->keep_cnt * pcb->keep_intvl;
#else
    uint32_t duration = pcb->keep_idle + TCP_MAXIDLE;
#endif

    return ip_get_option(pcb, SOF_KEEPALIVE) &&
           (uint32_t)(tcp_ticks - pcb->tmr) > duration / TCP_SLOW_INTERVAL;
}

/* Why lwIP's slow timer, or tcp_close() with data unread, removed a PCB in a state of its own. */
static enum netdiag_tcp_end end_in_state(const struct tcp_pcb *pcb)
{
    if (pcb->state == SYN_SENT)
        return NETDIAG_TCP_END_UNANSWERED;
    if (pcb->state == SYN_RCVD)
        return NETDIAG_TCP_END_SYN_RECEIVED_TIMEOUT;
    if (pcb->state == TIME_WAIT)
        return NETDIAG_TCP_END_CLOSED;
    if (pcb->nrtx >= TCP_MAXRTX)
        return NETDIAG_TCP_END_RETRANSMIT_TIMEOUT;
    if (pcb->persist_probe >= TCP_MAXRTX)
        return NETDIAG_TCP_END_PERSIST_TIMEOUT;
    if (pcb->state == FIN_WAIT_2)
        return NETDIAG_TCP_END_FIN_WAIT_2_TIMEOUT;
    if (pcb->state == LAST_ACK)
        return NETDIAG_TCP_END_LAST_ACK_TIMEOUT;
    if (is_keepalive_over(pcb))
        return NETDIAG_TCP_END_KEEPALIVE_TIMEOUT;
    return NETDIAG_TCP_END_CLOSED_UNREAD;
}

static enum netdiag_tcp_end end_of(const struct tcp_pcb *pcb, const struct netdiag_lwip_slot *slot,
                                   bool was_established)
{
    if (pcb->state != CLOSED)
        return end_in_state(pcb);
    if (netdiag_lwip_pool_tries_failed() > 0)
        return NETDIAG_TCP_END_EVICTED;
    if (pcb == netdiag_lwip_reset_by_peer)
        return was_established ? NETDIAG_TCP_END_RESET : NETDIAG_TCP_END_REFUSED;
    if (slot && (slot == netdiag_lwip_slot_cleared || (slot->vlan && slot->vlan == cleared_vlan)))
        return NETDIAG_TCP_END_CLEARED;
    if (slot && slot->reset_unread)
        return NETDIAG_TCP_END_CLOSED_UNREAD;
    if (pcb == netdiag_lwip_reset_by_us)
        return NETDIAG_TCP_END_ABORTED;
    if (pcb->flags & TF_FIN)
        return NETDIAG_TCP_END_CLOSED;
    return NETDIAG_TCP_END_CANCELLED;
}

/*
 * Whether our FIN was sent: that is when a connection leaves ESTABLISHED or CLOSE-WAIT. lwIP's own
 * state says so as soon as the program closes, data still waiting or not, and some programs close
 * on hearing that they were reset.
 */
static bool had_closed(const struct tcp_pcb *pcb, const struct netdiag_lwip_slot *slot)
{
    return slot ? slot->fin_sent : (pcb->flags & TF_FIN) != 0;
}

static void count_end(const struct tcp_pcb *pcb, const struct netdiag_lwip_slot *slot,
                      enum netdiag_tcp_end end, bool was_established)
{
    netdiag_lwip_count(NETDIAG_TCP_CONN_CLOSED, 1);
    if (!had_closed(pcb, slot))
        netdiag_lwip_count(was_established ? NETDIAG_TCP_ESTAB_RESETS : NETDIAG_TCP_ATTEMPT_FAILS,
                           1);
    if (!was_established)
        netdiag_lwip_count(NETDIAG_TCP_CONN_EMBRYONIC_DROPPED, 1);
    else if (end != NETDIAG_TCP_END_CLOSED)
        netdiag_lwip_count(NETDIAG_TCP_CONN_DROPPED, 1);
    if (end == NETDIAG_TCP_END_RETRANSMIT_TIMEOUT || end == NETDIAG_TCP_END_UNANSWERED)
        netdiag_lwip_count(NETDIAG_TCP_CONN_RXMT_DROPPED, 1);
    if (end == NETDIAG_TCP_END_KEEPALIVE_TIMEOUT) {
        netdiag_lwip_count(NETDIAG_TCP_CONN_KEEPALIVE_DROPPED, 1);
        netdiag_lwip_count(NETDIAG_TCP_CONN_KEEPALIVE_TIMEOUTS, 1);
    }
}

static void evicted(const struct netdiag_lwip_slot *slot, bool was_established)
{
    /* The order in which tcp_alloc() looks for victims; the last looks at the priority only */
    static const uint8_t victims[] = {[1] = TIME_WAIT, [2] = LAST_ACK, [3] = CLOSING};
    unsigned tries = netdiag_lwip_pool_tries_failed();
    uint8_t state = was_established ? ESTABLISHED : SYN_RCVD;

    if (tries < sizeof(victims))
        state = victims[tries];
    else if (slot)
        state = slot->state;
    netdiag_lwip_evicted[state]++;
}

/* Who gets the same memory next was not reset. */
static void forget_resets(const struct tcp_pcb *pcb)
{
    if (netdiag_lwip_reset_by_peer == pcb)
        netdiag_lwip_reset_by_peer = NULL;
    if (netdiag_lwip_reset_by_us == pcb)
        netdiag_lwip_reset_by_us = NULL;
}

void netdiag_lwip_destroyed(u8_t id, void *data)
{
    uintptr_t handle = (uintptr_t)data;
    struct netdiag_lwip_slot *slot = netdiag_lwip_slot_of_handle(handle);
    struct tcp_pcb *pcb = slot ? slot->pcb : (struct tcp_pcb *)(handle & ~HANDLE_ESTABLISHED);
    bool was_established = slot ? slot->was_established : handle & HANDLE_ESTABLISHED;
    enum netdiag_tcp_end end;

    /* A listener's, or a stale one: of a PCB that became a listener, whose end was settled then */
    if (!slot && (handle & HANDLE_SLOT)) {
        netdiag_lwip_listener_ended(handle);
        return;
    }
    /* lwIP clears the port of what it removes; else its connect failed before it began */
    if (pcb->state != CLOSED || pcb->local_port == 0) {
        if (slot) {
            netdiag_lwip_slot_receive(slot);
            netdiag_lwip_slot_settle(slot);
        }
        end = end_of(pcb, slot, was_established);
        if (end == NETDIAG_TCP_END_EVICTED)
            evicted(slot, was_established);
        if (!slot || !slot->is_closed_counted)
            count_end(pcb, slot, end, was_established);
        if (slot)
            netdiag_lwip_closed_add(slot, end);
    }
    if (slot) {
        netdiag_lwip_slot_leave(slot);
        netdiag_lwip_slot_release(slot);
    } else {
        netdiag_lwip_without_slot--;
    }
    forget_resets(pcb);
    tcp_ext_arg_set(pcb, id, NULL);
}
