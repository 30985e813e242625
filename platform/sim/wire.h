/*
 * The wire between the device and the remote world: a SOCK_SEQPACKET pair, one end a process, one
 * whole Ethernet frame a packet.
 *
 * Frames to send wait in a queue, so that lwIP, which has counted a segment before the frame is on
 * the wire, loses none to a full socket; what does not fit the queue is counted as discarded.
 *
 * On the real clock each end sends when it can and takes what comes. On the virtual clock the ends
 * go in lockstep, and neither processes anything while it sends, or both could wait on a full
 * wire: the device sends its frames and a token, the world, which has queued until the token,
 * processes, and answers with its frames and a token; and again, until a round carried no frame.
 */
#ifndef NETDIAG_SIM_WIRE_H
#define NETDIAG_SIM_WIRE_H

#include "queue.h"

enum sim_wire_result {
    SIM_WIRE_OK,
    SIM_WIRE_CLOSED,  /* the other end said good-bye */
    SIM_WIRE_LOST,    /* the other end is gone without a word, or the socket failed */
    SIM_WIRE_STOPPED, /* who waited for the other end is to wait no more */
};

/* What one end has sent and received, for a test to compare with what the stack says. */
struct sim_wire_counts {
    uint64_t frames_in, frames_out, discarded;
    uint64_t tcp_in, tcp_out; /* of them, those that carry a TCP segment */
};

struct sim_wire {
    int fd;
    int stop_fd; /* readable: nobody is to wait for the other end any more; -1: never */
    struct sim_queue out, in;
    struct sim_wire_counts *counts; /* may be in memory that both processes see */
};

/* Takes the descriptor over. False: no memory. `counts` must live as long as the wire. */
bool sim_wire_init(struct sim_wire *wire, int fd, struct sim_wire_counts *counts);

/*
 * From now on the other end, which may be held up, is not waited for once `stop_fd` is readable;
 * that is seen soon after. The round is not whole then: there can be no other.
 */
void sim_wire_stop_by(struct sim_wire *wire, int stop_fd);

/* Says good-bye if `polite`, and closes. */
void sim_wire_close(struct sim_wire *wire, bool polite);

/* Queues a frame to send. */
void sim_wire_send(struct sim_wire *wire, const uint8_t *frame, size_t length);

/* Takes the oldest frame that has come in: its length, 0 for none. */
size_t sim_wire_take(struct sim_wire *wire, uint8_t *frame, size_t size);

/* Real clock: sends what the socket takes now, and queues what has come in. Never waits. */
enum sim_wire_result sim_wire_poll(struct sim_wire *wire);

/* Whether frames wait to be sent, and to be taken: then the socket need not say so. */
bool sim_wire_is_pending(const struct sim_wire *wire);
bool sim_wire_has_received(const struct sim_wire *wire);

/* Lockstep: sends all that is queued, then a token with the time; `*frames`: how many frames. */
enum sim_wire_result sim_wire_send_round(struct sim_wire *wire, uint64_t now_ms, uint32_t *frames);

/* Lockstep: queues what comes in up to the token, and gives the token's time and frame count. */
enum sim_wire_result sim_wire_receive_round(struct sim_wire *wire, uint64_t *now_ms,
                                            uint32_t *frames);

#endif
