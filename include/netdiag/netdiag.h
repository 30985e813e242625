/*
 * netdiag: what an integrator calls.
 *
 *     static struct netdiag diag;
 *
 *     netdiag_init(&diag, &netdiag_lwip_platform, NULL);
 *     ...
 *     netdiag_register(&diag, cli);      for each libcli shell, before its cli_loop()
 */
#ifndef NETDIAG_H
#define NETDIAG_H

#include <stdatomic.h>

#include "netdiag/diagnosis.h"
#include "netdiag/platform.h"
#include "netdiag/series.h"

#define NETDIAG_VERSION "0.1.0"

/* Which of two places for a record holds; stats/places.h says how they are shared. */
struct netdiag_places {
    atomic_flag writing;
    atomic_uint current;
    atomic_uint readers[2]; /* how many copy each */
};

/* Who is at a record: any number of readers, or one writer; stats/gate.h. */
struct netdiag_gate {
    atomic_uint holders;
};

/* What "clear tcp statistics" stored. */
struct netdiag_tcp_baselines {
    struct netdiag_places places;
    struct netdiag_tcp_baseline baseline[2];
};

/* What netdiag_watch() knows, and what it hands to others. */
struct netdiag_tcp_watch {
    atomic_flag looking; /* a call of netdiag_watch() runs: the next five are its own */
    uint64_t walked_ms;  /* when it walked over the connections last */
    bool has_walked;
    struct netdiag_tcp_past past;
    struct netdiag_tcp_stall_table stalls;
    struct netdiag_tcp_alarms alarms;
    struct netdiag_places places;
    struct netdiag_tcp_watched watched[2];
};

#ifdef CONFIG_NETDIAG_HISTORY
/* What show tcp history shows. */
struct netdiag_tcp_recorder {
    atomic_flag looking;      /* a call of netdiag_watch() runs, which alone writes */
    struct netdiag_gate gate; /* of the next two */
    struct netdiag_tcp_resets resets;
    struct netdiag_tcp_rings rings;
};
#endif

/*
 * One device under diagnosis. The caller owns the memory, which must live until the last shell
 * that was registered with it has ended. The fields are private.
 */
struct netdiag {
    const struct netdiag_platform *platform;
    void *ctx;
    struct netdiag_tcp_baselines tcp_baselines;
#ifdef CONFIG_NETDIAG_DIAGNOSIS                         /* it is most of the struct */
    atomic_uint tcp_thresholds[NETDIAG_TCP_THRESHOLDS]; /* each as it is now */
    struct netdiag_tcp_watch tcp_watch;
#endif
#ifdef CONFIG_NETDIAG_HISTORY
    struct netdiag_tcp_recorder tcp_recorder;
#endif
};

/*
 * Binds a device to its platform, with no counter cleared. `platform` and `ctx` must live as long
 * as `diag`. Returns NETDIAG_ERROR_INVALID when `diag` or `platform` is NULL. Call it before any
 * other thread uses `diag`; all else may then be called from any thread.
 */
enum netdiag_error netdiag_init(struct netdiag *diag, const struct netdiag_platform *platform,
                                void *ctx);

/*
 * Looks at the device: to be called about once a second by one task that may wait for the core
 * lock, and not with it held. What it sees is what the diagnosis knows of the past, and what show
 * tcp history shows; a finding that appears or clears is logged. Without it there is no history,
 * the findings that need a past are never made, and the rest works. Each CONFIG_NETDIAG_WATCH_S
 * seconds it walks over all connections, in chunks. Without CONFIG_NETDIAG_DIAGNOSIS it finds and
 * logs nothing, without CONFIG_NETDIAG_HISTORY it keeps no history, and without both it does
 * nothing.
 *
 * Its stack: about 21 KB on a 32-bit machine with the defaults for a device, and the platform's
 * own; show tcp diagnosis takes as much of its shell's. Most of it are NETDIAG_TCP_CLOSED_ROWS,
 * NETDIAG_TCP_DIAGNOSIS_ROWS and NETDIAG_TCP_LISTENERS. Without CONFIG_NETDIAG_DIAGNOSIS it is less
 * than 1 KB.
 */
void netdiag_watch(struct netdiag *diag);

/*
 * Adds netdiag's commands to a libcli shell, before cli_loop() or cli_run_command() is called on
 * it. Words that the shell has already ("show") are used, not doubled; a command that it has
 * already is left to it. The shell keeps its own context, callbacks, filters and privileges.
 * Returns NETDIAG_ERROR_INVALID for NULL, NETDIAG_ERROR_MEMORY when libcli refuses a command, and
 * NETDIAG_ERROR_BUSY when shells of another device are registered: there is one stack in a
 * firmware, and so one device.
 */
struct cli_def;
enum netdiag_error netdiag_register(struct netdiag *diag, struct cli_def *cli);

#endif
