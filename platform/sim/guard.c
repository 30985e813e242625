/*
 * What lwIP takes from a peer and then cannot live with. It remembers that no segment which waits
 * to be sent is longer than it makes new ones, and asserts that; a peer can make it untrue in two
 * ways, and a program that writes the next byte stops the device:
 *
 *  - an option of maximum segment size in a segment without SYN, which lwIP 2.1 and 2.2 follow.
 *    RFC 9293 (3.7.1) lets nobody send one there; here it becomes no option.
 *  - a window of 0 or 1 in its SYN. Half of the largest window seen is the most that lwIP puts in
 *    a segment, but with half of 1 it goes by the MSS alone; a small window later would make new
 *    segments shorter than those that wait. For a connection with something queued the MSS stays.
 */
#include "lwip/priv/tcp_priv.h"

#define OPTION_END   0
#define OPTION_NOP   1
#define OPTION_MSS   2
#define LENGTH_LEAST 2

/* They may go on in the next buffer. */
struct options {
    uint8_t *first, *second;
    uint16_t first_bytes, bytes;
};

static uint8_t *option_at(const struct options *options, unsigned at)
{
    if (!options->second || at < options->first_bytes)
        return options->first + at;
    return options->second + (at - options->first_bytes);
}

static void blank(const struct options *options, unsigned at, unsigned length)
{
    for (unsigned i = 0; i < length; i++)
        *option_at(options, at + i) = OPTION_NOP;
}

/* Ends where lwIP does: at the first that is not whole. */
static void blank_mss(const struct options *options)
{
    for (unsigned at = 0, length; at < options->bytes; at += length) {
        uint8_t kind = *option_at(options, at);

        length = 1;
        if (kind == OPTION_END)
            break;
        if (kind == OPTION_NOP)
            continue;
        if (at + 1 == options->bytes)
            break;
        length = *option_at(options, at + 1);
        if (length < LENGTH_LEAST || at + length > options->bytes)
            break;
        if (kind == OPTION_MSS)
            blank(options, at, length);
    }
}

static void keep_mss(struct tcp_pcb *pcb)
{
    if (pcb->snd_wnd_max < 2 && (pcb->unsent || pcb->unacked))
        pcb->snd_wnd_max = (tcpwnd_size_t)(2 * pcb->mss);
}

void sim_guard_tcp_in(struct tcp_pcb *pcb, struct tcp_hdr *hdr, uint16_t option_bytes,
                      uint16_t first_bytes, uint8_t *second)
{
    const struct options options = {(uint8_t *)hdr + TCP_HLEN, second, first_bytes, option_bytes};

    if (!(TCPH_FLAGS(hdr) & TCP_SYN))
        blank_mss(&options);
    if (pcb->state != LISTEN && pcb->state != TIME_WAIT)
        keep_mss(pcb);
}
