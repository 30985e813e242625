/*
 * Records of memory: the pools that a stack takes its objects from, and its heap.
 */
#ifndef NETDIAG_MEMORY_H
#define NETDIAG_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

#define NETDIAG_MEMORY_NAME_LENGTH 31

/* A pool of objects of one size, or a heap, whose unit is then the byte. All since boot. */
struct netdiag_memory_pool {
    char name[NETDIAG_MEMORY_NAME_LENGTH + 1]; /* the stack's own, "TCP_PCB" */
    bool is_heap;
    uint32_t size; /* bytes of an object; of a heap 1 */
    uint32_t capacity, used, peak;
    uint64_t refused; /* how often it was asked in vain */
};

#endif
