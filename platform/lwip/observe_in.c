/*
 * Segments received: lwIP calls for each before it acts on it, so the PCB is as the segment finds
 * it. The definitions are those of tcp_counters.def.
 */
#include "observer.h"

uint32_t netdiag_lwip_input_tick = UINT32_MAX;
const struct tcp_pcb *netdiag_lwip_reset_by_peer;

uint64_t netdiag_lwip_taken;

/* The last segment with FIN was this PCB's, and the octet after it this one. */
static const struct tcp_pcb *fin_of;
static uint32_t fin_end;

/* Whether the peer's FIN is among what lwIP has taken in. */
static bool has_taken_fin(const struct netdiag_lwip_slot *slot)
{
    const struct tcp_pcb *pcb = slot->pcb;
    unsigned state = pcb->state;

    if (state == CLOSED) { /* it is freed: the state that was seen last counts, and the last FIN */
        if (fin_of == pcb && fin_end == pcb->rcv_nxt)
            return true;
        state = slot->state;
    }
    return state >= CLOSE_WAIT; /* CLOSING, LAST_ACK and TIME_WAIT too, as lwIP numbers them */
}

void netdiag_lwip_slot_receive(struct netdiag_lwip_slot *slot)
{
    uint32_t octets = slot->pcb->rcv_nxt - slot->received;

    if (!slot->was_established || octets == 0)
        return;
    slot->received += octets;
    if (!slot->fin_received && has_taken_fin(slot)) {
        slot->fin_received = 1;
        octets--;
    }
    slot->in_bytes += octets;
}

static void receive_data(const struct tcp_pcb *pcb, uint32_t seq, uint32_t length)
{
    uint32_t next = pcb->rcv_nxt, edge = pcb->rcv_ann_right_edge, end = seq + length;

    if (TCP_SEQ_LT(edge, next))
        edge = next;
    if (edge == next && seq == next)
        netdiag_lwip_count(NETDIAG_TCP_RCVD_WINDOW_PROBES, 1);
    if (TCP_SEQ_LEQ(end, next)) {
        netdiag_lwip_count(NETDIAG_TCP_RCVD_DUP_PACKETS, 1);
        netdiag_lwip_count(NETDIAG_TCP_RCVD_DUP_BYTES, length);
        return;
    }
    if (TCP_SEQ_LT(seq, next)) {
        netdiag_lwip_count(NETDIAG_TCP_RCVD_PART_DUP_PACKETS, 1);
        netdiag_lwip_count(NETDIAG_TCP_RCVD_PART_DUP_BYTES, next - seq);
        seq = next;
    }
    if (TCP_SEQ_GT(end, edge)) {
        uint32_t from = TCP_SEQ_GT(seq, edge) ? seq : edge;

        netdiag_lwip_count(NETDIAG_TCP_RCVD_AFTER_WINDOW_PACKETS, 1);
        netdiag_lwip_count(NETDIAG_TCP_RCVD_AFTER_WINDOW_BYTES, end - from);
        end = from;
    }
    if (end == seq)
        return;
    if (seq != next) {
        netdiag_lwip_count(NETDIAG_TCP_RCVD_OUT_OF_ORDER_PACKETS, 1);
        netdiag_lwip_count(NETDIAG_TCP_RCVD_OUT_OF_ORDER_BYTES, end - seq);
        return;
    }
    if (pcb->flags & TF_RXCLOSED && (pcb->state == FIN_WAIT_1 || pcb->state == FIN_WAIT_2)) {
        netdiag_lwip_count(NETDIAG_TCP_RCVD_AFTER_CLOSE_PACKETS, 1);
        return;
    }
    netdiag_lwip_count(NETDIAG_TCP_RCVD_IN_SEQ_PACKETS, 1);
    netdiag_lwip_count(NETDIAG_TCP_RCVD_IN_SEQ_BYTES, end - seq);
}

/* How many of the octets that a new acknowledgement covers are data: not SYN, and not FIN. */
static uint32_t acknowledged_data(const struct tcp_pcb *pcb, uint32_t ack,
                                  const struct netdiag_lwip_slot *slot)
{
    uint32_t octets = ack - pcb->lastack;
    bool fin_sent = slot ? slot->fin_sent : pcb->flags & TF_FIN && !pcb->unsent;

    if (pcb->state == SYN_SENT || pcb->state == SYN_RCVD)
        octets--;
    if (fin_sent && ack == pcb->snd_nxt)
        octets--;
    return octets;
}

static bool is_new_ack(const struct tcp_pcb *pcb, uint32_t ack)
{
    return TCP_SEQ_BETWEEN(ack, pcb->lastack + 1, pcb->snd_nxt);
}

static void receive_ack(const struct tcp_pcb *pcb, const struct tcp_hdr *hdr, uint32_t data,
                        const struct netdiag_lwip_slot *slot)
{
    uint8_t flags = netdiag_lwip_tcp_flags(hdr);
    bool is_empty = data == 0 && !(flags & (TCP_SYN | TCP_FIN));
    uint32_t ack = hdr->ackno, window = SND_WND_SCALE(pcb, hdr->wnd);

    if (TCP_SEQ_GT(ack, pcb->snd_nxt)) {
        netdiag_lwip_count(NETDIAG_TCP_RCVD_ACKS_UNSENT, 1);
    } else if (pcb->state == SYN_SENT && !(flags & TCP_SYN)) {
        return; /* of an earlier connection: lwIP answers with RST */
    } else if (is_new_ack(pcb, ack)) {
        netdiag_lwip_count(NETDIAG_TCP_RCVD_ACK_PACKETS, 1);
        netdiag_lwip_count(NETDIAG_TCP_RCVD_ACK_BYTES, acknowledged_data(pcb, ack, slot));
    } else if (is_empty && window == pcb->snd_wnd) {
        netdiag_lwip_count(NETDIAG_TCP_RCVD_DUP_ACKS, 1);
    } else if (is_empty && ack == pcb->lastack && window > pcb->snd_wnd) {
        netdiag_lwip_count(NETDIAG_TCP_RCVD_WINDOW_UPDATES, 1);
    }
}

/* RFC 5961, as lwIP has it. */
static bool is_acceptable_reset(const struct tcp_pcb *pcb, const struct tcp_hdr *hdr)
{
    if (pcb->state == TIME_WAIT)
        return false;
    return pcb->state == SYN_SENT ? hdr->ackno == pcb->snd_nxt : hdr->seqno == pcb->rcv_nxt;
}

/*
 * Whether nothing is left to acknowledge after this. What the retransmit timer put back on
 * `unsent` is there still; what was never sent ends above SND.NXT.
 */
static bool acknowledges_all(const struct tcp_pcb *pcb, uint32_t ack)
{
    if (ack != pcb->snd_nxt)
        return false;
    for (const struct tcp_seg *segment = pcb->unsent; segment; segment = segment->next) {
        if (TCP_SEQ_GT(netdiag_lwip_word(&segment->tcphdr->seqno) + TCP_TCPLEN(segment), ack))
            return false;
    }
    return true;
}

static void establish(struct tcp_pcb *pcb, const struct tcp_hdr *hdr,
                      struct netdiag_lwip_slot *slot)
{
    if (slot)
        slot->received = pcb->state == SYN_SENT ? hdr->seqno + 1 : pcb->rcv_nxt;
    netdiag_lwip_enter_established(pcb, slot);
}

/*
 * The states that lwIP is about to enter without sending anything, so that no other hook would
 * show them in time.
 */
static void foresee(struct tcp_pcb *pcb, const struct tcp_hdr *hdr, uint8_t flags,
                    struct netdiag_lwip_slot *slot)
{
    if (!(flags & TCP_ACK) || (flags & TCP_SYN && pcb->state != SYN_SENT))
        return;
    if (pcb->state == SYN_SENT ? flags & TCP_SYN && hdr->ackno == pcb->lastack + 1
                               : pcb->state == SYN_RCVD && is_new_ack(pcb, hdr->ackno))
        establish(pcb, hdr, slot);
    else if (pcb->state == FIN_WAIT_1 && slot && !(flags & TCP_FIN) &&
             acknowledges_all(pcb, hdr->ackno))
        netdiag_lwip_slot_follow(slot, FIN_WAIT_2, netdiag_lwip_stamp_ms(&slot->last_in));
    else if (pcb->state == CLOSING && slot && acknowledges_all(pcb, hdr->ackno))
        netdiag_lwip_slot_follow(slot, TIME_WAIT, netdiag_lwip_stamp_ms(&slot->last_in));
}

static void listener_received(const struct tcp_pcb_listen *listener, uint8_t flags)
{
    if ((flags & (TCP_SYN | TCP_ACK | TCP_RST)) != TCP_SYN)
        return;
    netdiag_lwip_listener_asked(listener);
#if TCP_LISTEN_BACKLOG
    if (listener->accepts_pending >= listener->backlog)
        netdiag_lwip_count(NETDIAG_TCP_CONN_BACKLOG_REFUSED, 1);
#endif
}

static void follow(struct tcp_pcb *pcb, struct netdiag_lwip_slot *slot, uint8_t flags)
{
    /* What changed since the last segment that was seen was that segment's doing */
    netdiag_lwip_slot_look(slot);
    netdiag_lwip_stamp_set(&slot->last_in, netdiag_lwip_uptime_ms());
    slot->timer_at_input = pcb->last_timer;
    slot->in_segs++;
    netdiag_lwip_slot_receive(slot);
    if (flags & TCP_FIN && slot->closer == NETDIAG_TCP_CLOSER_NONE && pcb->state >= SYN_RCVD)
        slot->closer = NETDIAG_TCP_CLOSER_PEER;
}

/* Not in its caller, so that the short way does not pay for the long one. */
static __attribute__((noinline)) void receive(struct tcp_pcb *pcb, const struct tcp_hdr *hdr,
                                              uint32_t length)
{
    uint8_t flags = netdiag_lwip_tcp_flags(hdr);
    struct netdiag_lwip_slot *slot;

    if (pcb->state == LISTEN) {
        listener_received((const struct tcp_pcb_listen *)(const void *)pcb, flags);
        return;
    }
    slot = netdiag_lwip_slot_of(pcb);
    if (slot)
        follow(pcb, slot, flags);
    if (flags & TCP_FIN) {
        fin_of = pcb;
        fin_end = hdr->seqno + length + 1;
    }
    if (flags & TCP_RST) {
        if (is_acceptable_reset(pcb, hdr))
            netdiag_lwip_reset_by_peer = pcb;
        return;
    }
    if (flags & TCP_SYN && pcb->state != SYN_SENT)
        return;
    if (length > 0 && pcb->state != SYN_SENT)
        receive_data(pcb, hdr->seqno, length);
    if (flags & TCP_ACK)
        receive_ack(pcb, hdr, length, slot);
    foresee(pcb, hdr, flags, slot);
}

/* A plain segment with the next data, or a new acknowledgement, or both; false for any other. */
static inline bool receive_plain(const struct tcp_pcb *pcb, const struct tcp_hdr *hdr,
                                 uint32_t length, struct netdiag_lwip_slot *slot)
{
    uint32_t acknowledged = hdr->ackno - pcb->lastack;

    if (acknowledged > 0 ? acknowledged > pcb->snd_nxt - pcb->lastack : length == 0)
        return false;
    if (length > 0) {
        if (hdr->seqno != pcb->rcv_nxt || TCP_SEQ_LT(pcb->rcv_ann_right_edge, hdr->seqno + length))
            return false;
        netdiag_lwip_count(NETDIAG_TCP_RCVD_IN_SEQ_PACKETS, 1);
    }
    if (acknowledged > 0)
        netdiag_lwip_count(NETDIAG_TCP_RCVD_ACK_PACKETS, 1);
    netdiag_lwip_count(NETDIAG_TCP_RCVD_IN_SEQ_BYTES, length);
    netdiag_lwip_count(NETDIAG_TCP_RCVD_ACK_BYTES, acknowledged);
    slot->in_bytes += pcb->rcv_nxt - slot->received; /* by segments before: no FIN among them */
    slot->received = pcb->rcv_nxt;
    slot->timer_at_input = pcb->last_timer;
    slot->in_segs++;
    netdiag_lwip_stamp_set(&slot->last_in, netdiag_lwip_uptime_ms());
    return true;
}

err_t netdiag_lwip_tcp_in(struct tcp_pcb *pcb, const struct tcp_hdr *hdr, const struct pbuf *data)
{
    struct netdiag_lwip_slot *slot = NULL;

    netdiag_lwip_taken++;
    netdiag_lwip_input_tick = tcp_ticks;
    netdiag_lwip_reset_by_peer = NULL;
    netdiag_lwip_reset_by_us = NULL;
    if ((netdiag_lwip_tcp_flags(hdr) & PLAIN_MASK) == PLAIN)
        slot = netdiag_lwip_slot_established(pcb);
    if (!slot || !receive_plain(pcb, hdr, data->tot_len, slot))
        receive(pcb, hdr, data->tot_len);
    return ERR_OK;
}
