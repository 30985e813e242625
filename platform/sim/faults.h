/*
 * What a bad line does to the frames of one direction: each that carries a TCP segment may be
 * lost, doubled, held back behind the next few, or spoilt. Other frames pass as they are, so that
 * neighbours are always found.
 *
 * From a seed: the same seed and the same frames give the same faults. For one thread.
 */
#ifndef NETDIAG_SIM_FAULTS_H
#define NETDIAG_SIM_FAULTS_H

#include "frame.h"
#include "netdiag/config.h"
#include "switch.h"

/* How many of 10,000 frames; their sum must not be more than that. */
struct sim_fault_rates {
    uint16_t loss;
    uint16_t duplicate;
    uint16_t reorder;
    uint16_t bit_flip;   /* one bit of the TCP part, so that its checksum is wrong */
    uint16_t bad_offset; /* a data offset that no segment of its length can have; checksum right */
    uint16_t too_short;  /* cut before the end of the TCP header; lengths and IP's checksum right */
};

struct sim_held_frame {
    size_t length;     /* 0: the slot is free */
    uint32_t overtake; /* frames that are still to pass first */
    uint64_t until_ms; /* when it goes at the latest */
    uint8_t bytes[SIM_FRAME_MAX];
};

struct sim_faults {
    struct sim_fault_rates rates;
    uint64_t random;
    sim_port_output pass;
    void *ctx;
    struct sim_held_frame held[CONFIG_NETDIAG_SIM_FAULTS_HELD];
};

/* A line without faults. What is left of the frames is given to `pass`. */
void sim_faults_init(struct sim_faults *faults, uint64_t seed, sim_port_output pass, void *ctx);

/* What the line does from now on; frames that it held back still go. */
void sim_faults_set(struct sim_faults *faults, const struct sim_fault_rates *rates);

void sim_faults_frame(struct sim_faults *faults, const uint8_t *frame, size_t length,
                      uint64_t now_ms);

/* Lets frames go that were held back for long. To be called as time goes by. */
void sim_faults_tick(struct sim_faults *faults, uint64_t now_ms);

#endif
