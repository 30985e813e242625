/*
 * A queue of frames of any length in a fixed amount of memory. For one thread.
 */
#ifndef NETDIAG_SIM_QUEUE_H
#define NETDIAG_SIM_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sim_queue {
    uint8_t *bytes; /* a ring: each frame is its length in two bytes, then itself */
    size_t size;
    size_t head; /* where the oldest frame is */
    size_t used;
};

/* Allocates `size` bytes. False: no memory. Free with sim_queue_free(). */
bool sim_queue_init(struct sim_queue *queue, size_t size);
void sim_queue_free(struct sim_queue *queue);

/* False: no room, or longer than UINT16_MAX; the frame is not in. */
bool sim_queue_push(struct sim_queue *queue, const uint8_t *frame, size_t length);

/*
 * Copies the oldest frame to `frame`, at most `size` bytes, and returns its length, 0 when the
 * queue is empty. It stays in the queue until sim_queue_drop().
 */
size_t sim_queue_peek(const struct sim_queue *queue, uint8_t *frame, size_t size);
void sim_queue_drop(struct sim_queue *queue);

#endif
