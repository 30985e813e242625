/*
 * Clients of the world that all come to one port of the device's, and behave alike. A crowd of
 * them is the counterpart of a program on the device.
 */
#ifndef NETDIAG_SIM_VISITORS_H
#define NETDIAG_SIM_VISITORS_H

#include "options.h"

enum sim_leaving {
    SIM_LEAVES_BY_CLOSING,
    SIM_LEAVES_BY_RESET,
    SIM_LEAVES_SILENTLY,      /* vanishes without a word */
    SIM_LEAVES_WITH_LAST_FIN, /* vanishes right after its FIN */
};

struct sim_crowd {
    uint16_t port;
    bool over_ipv4;   /* else by any family */
    uint32_t most;    /* at a time; 0: as many as the device has PCBs */
    uint32_t in_all;  /* 0: they come again and again */
    uint32_t fill_ms; /* in which `most` come, evenly */
    uint32_t bytes;   /* that each of them sends */
    bool never_reads;
    bool stays;               /* when the device has closed, it does not */
    bool half_open;           /* vanishes after its SYN */
    uint32_t deaf_after_ms;   /* hears nothing from so long after it came; 0: it hears */
    uint32_t leaves_after_ms; /* 0: it does not by itself */
    enum sim_leaving leaving;
    const struct sim_options *options; /* from here on the crowd's own */
    uint64_t start_ms;
    uint32_t due, came, here; /* who should have come; who came; who is there */
};

/* The crowd begins to come. It must stay. */
void sim_crowd_start(struct sim_crowd *crowd, const struct sim_options *options);

void sim_crowd_tick(struct sim_crowd *crowd, uint64_t now_ms);

/* All leave, in good order where they can, and those who had vanished reset what they left. */
void sim_crowd_stop(struct sim_crowd *crowd);

#endif
