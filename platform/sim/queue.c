#include "queue.h"

#include <stdlib.h>
#include <string.h>

#define LENGTH_BYTES 2

bool sim_queue_init(struct sim_queue *queue, size_t size)
{
    memset(queue, 0, sizeof(*queue));
    queue->bytes = malloc(size);
    queue->size = queue->bytes ? size : 0;
    return queue->bytes != NULL;
}

void sim_queue_free(struct sim_queue *queue)
{
    free(queue->bytes);
    memset(queue, 0, sizeof(*queue));
}

static void put(struct sim_queue *queue, const uint8_t *bytes, size_t length)
{
    size_t at = (queue->head + queue->used) % queue->size;
    size_t first = length < queue->size - at ? length : queue->size - at;

    memcpy(queue->bytes + at, bytes, first);
    memcpy(queue->bytes, bytes + first, length - first);
    queue->used += length;
}

static void get(const struct sim_queue *queue, size_t offset, uint8_t *bytes, size_t length)
{
    size_t at = (queue->head + offset) % queue->size;
    size_t first = length < queue->size - at ? length : queue->size - at;

    memcpy(bytes, queue->bytes + at, first);
    memcpy(bytes + first, queue->bytes, length - first);
}

static size_t oldest_length(const struct sim_queue *queue)
{
    uint8_t bytes[LENGTH_BYTES];

    if (queue->used == 0)
        return 0;
    get(queue, 0, bytes, LENGTH_BYTES);
    return (size_t)(bytes[0] << 8 | bytes[1]);
}

bool sim_queue_push(struct sim_queue *queue, const uint8_t *frame, size_t length)
{
    uint8_t bytes[LENGTH_BYTES] = {(uint8_t)(length >> 8), (uint8_t)length};

    if (length == 0 || length > UINT16_MAX || queue->size - queue->used < LENGTH_BYTES + length)
        return false;
    put(queue, bytes, LENGTH_BYTES);
    put(queue, frame, length);
    return true;
}

size_t sim_queue_peek(const struct sim_queue *queue, uint8_t *frame, size_t size)
{
    size_t length = oldest_length(queue);

    get(queue, LENGTH_BYTES, frame, length < size ? length : size);
    return length;
}

void sim_queue_drop(struct sim_queue *queue)
{
    size_t bytes = LENGTH_BYTES + oldest_length(queue);

    if (queue->used == 0)
        return;
    queue->head = (queue->head + bytes) % queue->size;
    queue->used -= bytes;
}
