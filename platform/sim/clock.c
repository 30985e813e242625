#include "clock.h"

#include <stdatomic.h>
#include <time.h>

#include "lwip/sys.h"

/* 2000-01-01T00:00:00Z */
#define VIRTUAL_EPOCH_MS INT64_C(946684800000)

/* Read by the shell's threads while the stack's thread moves it. */
static _Atomic uint64_t virtual_ms;
static enum sim_clock_kind kind;
static uint64_t start_ms;

/* Not in its callers: the virtual clock is asked for every segment and should cost as little */
static __attribute__((noinline)) int64_t host_ms(clockid_t id)
{
    struct timespec now;

    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void sim_clock_start(enum sim_clock_kind new_kind)
{
    kind = new_kind;
    start_ms = (uint64_t)host_ms(CLOCK_MONOTONIC);
    atomic_store(&virtual_ms, 0);
}

uint64_t sim_clock_ms(void)
{
    if (kind == SIM_CLOCK_VIRTUAL)
        return atomic_load(&virtual_ms);
    return (uint64_t)host_ms(CLOCK_MONOTONIC) - start_ms;
}

uint64_t sim_clock_passed(uint64_t now_ms, uint64_t since_ms)
{
    return now_ms > since_ms ? now_ms - since_ms : 0;
}

void sim_clock_set(uint64_t ms)
{
    if (ms > atomic_load(&virtual_ms))
        atomic_store(&virtual_ms, ms);
}

bool sim_clock_wall(void *ctx, int64_t *ms)
{
    (void)ctx;
    if (kind == SIM_CLOCK_VIRTUAL)
        *ms = VIRTUAL_EPOCH_MS + (int64_t)sim_clock_ms();
    else
        *ms = host_ms(CLOCK_REALTIME);
    return true;
}

uint64_t sim_clock_host_ns(void *ctx)
{
    struct timespec now;

    (void)ctx;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* lwIP's clock, 32 bits wide as lwIP has it. */
u32_t sys_now(void)
{
    return (u32_t)sim_clock_ms();
}
