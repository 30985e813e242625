/*
 * Segments sent: lwIP calls for each when its header is complete but for the checksum, every
 * retransmit, RST and probe too. The definitions are those of tcp_counters.def.
 */
#include "observer.h"

const struct tcp_pcb *netdiag_lwip_reset_by_us;

/* A segment, in host order. Its octets are its data, and SYN and FIN. */
struct sent {
    uint32_t seq, ack, data, octets;
    uint8_t flags;
};

static struct sent parse(const struct pbuf *p, const struct tcp_hdr *hdr)
{
    struct sent segment = {
        .seq = netdiag_lwip_word(&hdr->seqno),
        .ack = netdiag_lwip_word(&hdr->ackno),
        .data = (uint32_t)p->tot_len - netdiag_lwip_tcp_header_length(hdr),
        .flags = netdiag_lwip_tcp_flags(hdr),
    };

    segment.octets = segment.data + !!(segment.flags & TCP_SYN) + !!(segment.flags & TCP_FIN);
    return segment;
}

/* How many of its octets were sent before, other than in a window probe. */
static uint32_t octets_repeated(const struct sent *segment, const struct tcp_pcb *pcb,
                                const struct netdiag_lwip_slot *slot)
{
    uint32_t highest = slot ? slot->highest : pcb->snd_nxt;

    if (segment->flags & TCP_SYN) /* lwIP's SND.NXT is beyond an active open's first SYN */
        return pcb->nrtx > 0 ? segment->octets : 0;
    if (!TCP_SEQ_LT(segment->seq, highest))
        return 0;
    /* Without a slot nothing tells a probe's octet from others but that none is sent again */
    if (!slot && pcb->nrtx == 0 && !(pcb->flags & (TF_RTO | TF_INFR)))
        return 0;
    return LWIP_MIN(segment->octets, highest - segment->seq);
}

static void send_data(const struct sent *segment, const struct tcp_pcb *pcb, uint32_t repeated,
                      struct netdiag_lwip_slot *slot)
{
    uint32_t old = LWIP_MIN(repeated, segment->data);

    if (repeated > 0) {
        netdiag_lwip_count(NETDIAG_TCP_SENT_RETRANS_PACKETS, 1);
        netdiag_lwip_count(NETDIAG_TCP_SENT_RETRANS_BYTES, old);
    } else if (pcb->snd_wnd == 0) {
        netdiag_lwip_count(NETDIAG_TCP_SENT_WINDOW_PROBES, 1);
        return;
    } else {
        netdiag_lwip_count(NETDIAG_TCP_SENT_DATA_PACKETS, 1);
    }
    netdiag_lwip_count(NETDIAG_TCP_SENT_DATA_BYTES, segment->data - old);
    if (!slot)
        return;
    slot->out_bytes += segment->data - old;
    if (pcb->state >= CLOSE_WAIT && segment->data > old) /* CLOSING and LAST_ACK too */
        slot->sent_since_fin = 1;
}

/* By the timer of delayed ACKs: it has come over the PCB since a segment last came in. */
static bool is_delayed_ack(const struct tcp_pcb *pcb, const struct netdiag_lwip_slot *slot)
{
    const tcpflags_t delayed = TF_ACK_DELAY | TF_ACK_NOW;

    return (pcb->flags & delayed) == delayed && (!slot || pcb->last_timer != slot->timer_at_input);
}

static void send_empty(const struct sent *segment, const struct tcp_pcb *pcb, uint32_t repeated,
                       const struct netdiag_lwip_slot *slot)
{
    if (segment->flags & (TCP_SYN | TCP_FIN | TCP_RST)) {
        netdiag_lwip_count(NETDIAG_TCP_SENT_CONTROL, 1);
        netdiag_lwip_count(NETDIAG_TCP_SENT_CONTROL_RETRANS, repeated > 0);
    } else if (segment->seq == pcb->snd_nxt - 1) {
        netdiag_lwip_count(NETDIAG_TCP_CONN_KEEPALIVE_PROBES, 1);
        netdiag_lwip_count(NETDIAG_TCP_CONN_KEEPALIVE_TIMEOUTS, 1);
    } else if (slot && segment->ack == slot->last_ack &&
               TCP_SEQ_GT(pcb->rcv_ann_right_edge, slot->last_edge)) {
        netdiag_lwip_count(NETDIAG_TCP_SENT_WINDOW_UPDATES, 1);
    } else {
        netdiag_lwip_count(NETDIAG_TCP_SENT_ACK_ONLY, 1);
        netdiag_lwip_count(NETDIAG_TCP_SENT_DELAYED_ACKS, is_delayed_ack(pcb, slot));
    }
}

/*
 * The retransmit timer sends the segment with the first octet that is not acknowledged, which may
 * begin before it: of one whose first octet went as a window probe that much may be. And no segment
 * has come in since lwIP's tick began: that is when its timers run. With the window closed it is
 * the persist timer.
 */
static bool is_timeout(const struct sent *segment, const struct tcp_pcb *pcb)
{
    return TCP_SEQ_LEQ(segment->seq, pcb->lastack) && netdiag_lwip_input_tick != tcp_ticks &&
           !(segment->data > 0 && pcb->snd_wnd == 0);
}

static void count_repeated(const struct sent *segment, const struct tcp_pcb *pcb,
                           struct netdiag_lwip_slot *slot)
{
    netdiag_lwip_count(NETDIAG_TCP_RETRANS_SEGS, 1);
    if (is_timeout(segment, pcb))
        netdiag_lwip_count(NETDIAG_TCP_CONN_RXMT_TIMEOUTS, 1);
    if (!slot)
        return;
    if (pcb->flags & TF_RTO)
        slot->retrans_timeout++;
    else
        slot->retrans_fast++;
}

static void remember(const struct sent *segment, const struct tcp_pcb *pcb, bool is_probe,
                     struct netdiag_lwip_slot *slot)
{
    uint32_t end = segment->seq + segment->octets;
    uint64_t now = netdiag_lwip_uptime_ms();

    netdiag_lwip_stamp_set(&slot->last_out, now);
    slot->out_segs++;
    if (segment->flags & TCP_RST) {
        /* tcp_abort() has taken the PCB to CLOSED before; close in a callback does so afterwards */
        slot->reset_unread = pcb->state == ESTABLISHED || pcb->state == CLOSE_WAIT;
        return;
    }
    /* An empty one sends no octet, though behind a probe it begins after the probe's */
    if (segment->flags & TCP_SYN ||
        (segment->octets > 0 && !is_probe && TCP_SEQ_GT(end, slot->highest)))
        slot->highest = end;
    if (segment->flags & TCP_ACK) {
        slot->last_ack = segment->ack;
        slot->last_edge = pcb->rcv_ann_right_edge;
    }
    if (segment->flags & TCP_FIN) {
        slot->fin_sent = 1;
        if (slot->closer == NETDIAG_TCP_CLOSER_NONE)
            slot->closer = NETDIAG_TCP_CLOSER_DEVICE;
    }
    netdiag_lwip_slot_follow(slot, pcb->state, now);
}

static void sent_by(const struct tcp_pcb *pcb, const struct sent *segment)
{
    struct netdiag_lwip_slot *slot;
    uint32_t repeated;

    if (pcb->state == SYN_SENT && !netdiag_lwip_handle_of(pcb))
        netdiag_lwip_begin(pcb);
    slot = netdiag_lwip_slot_of(pcb);
    repeated = segment->octets ? octets_repeated(segment, pcb, slot) : 0;
    if (repeated > 0)
        count_repeated(segment, pcb, slot);
    if (segment->octets == 0 || repeated < segment->octets)
        netdiag_lwip_count(NETDIAG_TCP_OUT_SEGS, 1);
    if (segment->data > 0)
        send_data(segment, pcb, repeated, slot);
    else
        send_empty(segment, pcb, repeated, slot);
    netdiag_lwip_reset_by_us = segment->flags & TCP_RST ? pcb : NULL;
    if (slot)
        remember(segment, pcb, repeated == 0 && segment->data > 0 && pcb->snd_wnd == 0, slot);
}

/* Not in its caller, so that the short way does not pay for the long one. */
static __attribute__((noinline)) void send_segment(const struct pbuf *p, const struct tcp_hdr *hdr,
                                                   const struct tcp_pcb *pcb)
{
    struct sent segment = parse(p, hdr);

    /* A RST that answers a segment of no connection; lwIP 2.1.3 names the listener for some */
    if (!pcb || pcb->state == LISTEN) {
        netdiag_lwip_count(NETDIAG_TCP_OUT_SEGS, 1);
        netdiag_lwip_count(NETDIAG_TCP_SENT_CONTROL, 1);
        if (!pcb)
            netdiag_lwip_port_refused(netdiag_lwip_half_word(&hdr->src),
                                      netdiag_lwip_word(&hdr->seqno));
    } else {
        sent_by(pcb, &segment);
    }
    netdiag_lwip_count(NETDIAG_TCP_SENT_URGENT, !!(segment.flags & TCP_URG));
}

/* A plain segment with new data, or an acknowledgement at once of something new; else false. */
static inline bool send_plain(const struct tcp_pcb *pcb, const struct tcp_hdr *hdr, uint32_t length,
                              struct netdiag_lwip_slot *slot)
{
    uint32_t ack = netdiag_lwip_word(&hdr->ackno);

    if (netdiag_lwip_word(&hdr->seqno) != slot->highest)
        return false;
    if (length > 0) {
        if (pcb->snd_wnd == 0)
            return false;
        netdiag_lwip_count(NETDIAG_TCP_SENT_DATA_PACKETS, 1);
    } else {
        if (ack == slot->last_ack || slot->highest == pcb->snd_nxt - 1 || is_delayed_ack(pcb, slot))
            return false;
        netdiag_lwip_count(NETDIAG_TCP_SENT_ACK_ONLY, 1);
    }
    netdiag_lwip_count(NETDIAG_TCP_SENT_DATA_BYTES, length);
    slot->out_bytes += length;
    slot->highest += length;
    netdiag_lwip_count(NETDIAG_TCP_OUT_SEGS, 1);
    netdiag_lwip_reset_by_us = NULL;
    slot->last_ack = ack;
    slot->last_edge = pcb->rcv_ann_right_edge;
    slot->out_segs++;
    netdiag_lwip_stamp_set(&slot->last_out, netdiag_lwip_uptime_ms());
    return true;
}

uint32_t *netdiag_lwip_tcp_out(const struct pbuf *segment, const struct tcp_hdr *hdr,
                               const struct tcp_pcb *pcb, uint32_t *options)
{
    uint32_t length = (uint32_t)segment->tot_len - netdiag_lwip_tcp_header_length(hdr);
    struct netdiag_lwip_slot *slot = NULL;

    if (pcb && (netdiag_lwip_tcp_flags(hdr) & PLAIN_MASK) == PLAIN)
        slot = netdiag_lwip_slot_established(pcb);
    if (!slot || !send_plain(pcb, hdr, length, slot))
        send_segment(segment, hdr, pcb);
    return options;
}
