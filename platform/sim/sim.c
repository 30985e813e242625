/*
 * Lifetime: the memory that both processes see and the socket pair are made first, then the world
 * is forked, then the device starts. On the real clock a thread of the device runs its stack until
 * `stopping`; on the virtual clock the caller of sim_run() does.
 */
#include "sim.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/locks.h"
#include "device.h"
#include "forward.h"
#include "ports.h"
#include "privilege.h"
#include "snmp.h"
#include "stack.h"
#include "world.h"

/* Every timer of lwIP's is a multiple of 250 ms; a step must divide that. */
#define STEP_MS 50

#define SECOND_MS 1000

/* How long the world may take to end. */
#define WORLD_END_MS 2000

struct shared {
    struct sim_wire_counts device, world;
    struct sim_cue cue; /* which scenario runs: written here, read by both */
};

struct sim {
    const struct sim_options *options;
    struct shared *shared;
    pid_t world;
    int stop_fd;
    bool has_thread;
    pthread_t thread;
    pthread_mutex_t stepping; /* held by the one that makes virtual time pass */
    atomic_bool stopping, lost;
    void (*each_second)(void *ctx); /* NULL: nobody asked for it */
    void *each_second_ctx;
    uint64_t second; /* the last that it was called for */
    bool has_seconds_thread;
    pthread_t seconds_thread;
};

static void end_waiting(const struct sim *sim)
{
    const uint64_t one = 1;

    if (write(sim->stop_fd, &one, sizeof(one)) < 0)
        return; /* it is readable already */
}

static void world_is_gone(struct sim *sim)
{
    atomic_store(&sim->lost, true);
    end_waiting(sim);
}

static void *stack_thread(void *arg)
{
    struct sim *sim = arg;

    while (!atomic_load(&sim->stopping)) {
        if (sim_device_serve() != SIM_WIRE_OK) {
            world_is_gone(sim);
            break;
        }
    }
    return NULL;
}

/* What a terminal sends to its foreground processes is for the device to act on. */
static void ignore_terminal_signals(void)
{
    static const int signals[] = {SIGINT, SIGQUIT, SIGTSTP, SIGTTOU, SIGHUP, SIGTERM, SIGPIPE};

    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
        signal(signals[i], SIG_IGN);
}

static void be_the_world(const struct sim *sim, int wire_fd, void (*on_lost)(void *), void *ctx)
    __attribute__((noreturn));

static void be_the_world(const struct sim *sim, int wire_fd, void (*on_lost)(void *), void *ctx)
{
    pid_t device = getppid();

    ignore_terminal_signals();
    if (!sim_world_run(sim->options, wire_fd, &sim->shared->world, &sim->shared->cue)) {
        if (on_lost)
            on_lost(ctx);
        dprintf(STDERR_FILENO, "\nnetdiag-sim: the switch (process %ld) is gone\n", (long)device);
    }
    _exit(0);
}

static bool fork_world(struct sim *sim, int fds[2], void (*on_lost)(void *), void *ctx)
{
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) != 0)
        return false;
    fflush(NULL);
    sim->world = fork();
    if (sim->world < 0) {
        close(fds[0]);
        close(fds[1]);
        return false;
    }
    if (sim->world == 0) {
        close(fds[0]);
        sim_ports_close();
        be_the_world(sim, fds[1], on_lost, ctx);
    }
    close(fds[1]);
    sim_forward_close();
    return true;
}

static void *map_shared(size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    return memory == MAP_FAILED ? NULL : memory;
}

static void release(struct sim *sim)
{
    if (sim->shared)
        munmap(sim->shared, sizeof(*sim->shared));
    if (sim->stop_fd >= 0)
        close(sim->stop_fd);
    free(sim);
}

/* Everything but the two processes' stacks. False: errno says why. */
static bool prepare(struct sim *sim, const struct sim_options *options)
{
    sim->options = options;
    sim->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    sim->shared = map_shared(sizeof(*sim->shared));
    pthread_mutex_init(&sim->stepping, NULL);
    sim_clock_start(options->clock);
    if (sim->stop_fd < 0 || !sim->shared)
        return false;
    if (options->scenario != sim_scenario_default())
        sim_cue_give(&sim->shared->cue, options->scenario, SIM_STAGE_FIRST_MS);
    return true;
}

static bool start_thread(struct sim *sim, char *error, size_t error_size)
{
    int failure;

    if (sim->options->clock == SIM_CLOCK_VIRTUAL)
        return true;
    failure = pthread_create(&sim->thread, NULL, stack_thread, sim);
    sim->has_thread = failure == 0;
    if (!failure)
        failure = sim_snmp_start_thread();
    if (failure)
        snprintf(error, error_size, "cannot make a thread: %s", strerror(failure));
    return failure == 0;
}

static bool wait_for_shell(void *ctx, uint32_t ms)
{
    return sim_run(ctx, ms);
}

bool sim_open_host(const struct sim_options *options, char *error, size_t error_size)
{
    if (!sim_forward_open(options, error, error_size))
        return false;
    if (options->port_count == 0)
        return true; /* no privilege was needed */
    if (sim_ports_open(options, error, error_size) && sim_privilege_drop(error, error_size))
        return true;
    sim_close_host();
    return false;
}

void sim_close_host(void)
{
    sim_forward_close();
    sim_ports_close();
}

struct sim *sim_start(const struct sim_options *options, void (*on_lost)(void *ctx), void *ctx,
                      char *error, size_t error_size)
{
    struct sim *sim = calloc(1, sizeof(*sim));
    char ignored[1];
    int fds[2];

    if (!sim || !prepare(sim, options) || !fork_world(sim, fds, on_lost, ctx)) {
        snprintf(error, error_size, "cannot start: %s", strerror(errno));
        sim_close_host();
        if (sim)
            release(sim);
        return NULL;
    }
    sim_stack_set_wait(wait_for_shell, sim);
    if (sim_device_start(options, fds[0], &sim->shared->device, &sim->shared->cue, error,
                         error_size)) {
        sim_device_stop_by(sim->stop_fd);
        if (start_thread(sim, error, error_size))
            return sim;
    }
    sim_stop(sim, ignored, sizeof(ignored));
    return NULL;
}

static bool wait_real(const struct sim *sim, uint64_t ms)
{
    struct pollfd fd = {.fd = sim->stop_fd, .events = POLLIN};
    uint64_t end = sim_clock_ms() + ms;

    for (;;) {
        uint64_t now = sim_clock_ms();

        if (now >= end)
            return !atomic_load(&sim->lost);
        if (poll(&fd, 1, (int)(end - now > 60000 ? 60000 : end - now)) > 0)
            return false;
    }
}

/* Whether something has ended the shells: a signal, or the world. */
static bool is_ending(const struct sim *sim)
{
    struct pollfd fd = {.fd = sim->stop_fd, .events = POLLIN};

    return poll(&fd, 1, 0) > 0;
}

static void *seconds_thread(void *arg)
{
    const struct sim *sim = arg;

    while (wait_real(sim, SECOND_MS))
        sim->each_second(sim->each_second_ctx);
    return NULL;
}

bool sim_each_second(struct sim *sim, void (*each_second)(void *ctx), void *ctx)
{
    sim->each_second = each_second;
    sim->each_second_ctx = ctx;
    sim->second = sim_clock_ms() / SECOND_MS;
    if (sim->options->clock == SIM_CLOCK_REAL)
        sim->has_seconds_thread =
            pthread_create(&sim->seconds_thread, NULL, seconds_thread, sim) == 0;
    return sim->has_seconds_thread || sim->options->clock == SIM_CLOCK_VIRTUAL;
}

/* On the virtual clock, after a step: where a second is full. */
static void count_seconds(struct sim *sim)
{
    uint64_t second = sim_clock_ms() / SECOND_MS;

    if (!sim->each_second || second == sim->second)
        return;
    sim->second = second;
    sim->each_second(sim->each_second_ctx);
}

/* Several shells may wait at a time: their times add up, as if one had waited after the other. */
bool sim_run(struct sim *sim, uint64_t ms)
{
    uint64_t end;

    if (sim->options->clock == SIM_CLOCK_REAL)
        return wait_real(sim, ms);
    netdiag_lock_take(&sim->stepping, NETDIAG_LOCK_STEPPING);
    end = sim_clock_ms() + ms;
    while (!is_ending(sim) && sim_clock_ms() < end) {
        uint64_t next = sim_clock_ms() + STEP_MS;

        enum sim_wire_result result = sim_device_step(next < end ? next : end);

        if (result == SIM_WIRE_CLOSED || result == SIM_WIRE_LOST)
            world_is_gone(sim);
        count_seconds(sim);
    }
    netdiag_lock_leave(&sim->stepping, NETDIAG_LOCK_STEPPING);
    return !is_ending(sim);
}

/*
 * The world sees the cue when its timers run next. On the virtual clock that is at the next step,
 * in every run the same.
 */
void sim_simulate(struct sim *sim, const struct sim_scenario *scenario, struct sim_cue_state *state)
{
    sim_stack_lock(NULL);
    sim_cue_give(&sim->shared->cue, scenario, sim_clock_ms());
    sim_cue_read(&sim->shared->cue, state);
    sim_device_follow();
    sim_stack_unlock(NULL);
}

bool sim_has_world(const struct sim *sim)
{
    return !sim->options->no_world;
}

void sim_simulated(const struct sim *sim, struct sim_cue_state *state)
{
    sim_cue_read(&sim->shared->cue, state);
}

int sim_stop_fd(const struct sim *sim)
{
    return sim->stop_fd;
}

struct sim_wire_counts sim_world_counts(const struct sim *sim)
{
    return sim->shared->world;
}

long sim_world_pid(const struct sim *sim)
{
    return sim->world;
}

static void describe_end(const struct sim *sim, int status, char *error, size_t error_size)
{
    if (WIFSIGNALED(status))
        snprintf(error, error_size, "the remote world (process %ld) was ended by signal %d",
                 (long)sim->world, WTERMSIG(status));
    else
        snprintf(error, error_size, "the remote world (process %ld) ended with status %d",
                 (long)sim->world, WEXITSTATUS(status));
}

/* The world ends when its wire does. One that cannot, because it was stopped, is killed. */
static int wait_for_world(const struct sim *sim)
{
    const struct timespec pause = {.tv_nsec = 10 * 1000 * 1000};
    int status = 0;

    for (int waited_ms = 0; waited_ms < WORLD_END_MS; waited_ms += 10) {
        if (waitpid(sim->world, &status, WNOHANG) != 0)
            return status;
        nanosleep(&pause, NULL);
    }
    kill(sim->world, SIGKILL);
    while (waitpid(sim->world, &status, 0) < 0 && errno == EINTR)
        ;
    return status;
}

bool sim_stop(struct sim *sim, char *error, size_t error_size)
{
    bool lost;
    int status;

    atomic_store(&sim->stopping, true);
    if (sim->has_seconds_thread) {
        end_waiting(sim);
        pthread_join(sim->seconds_thread, NULL);
    }
    if (sim->has_thread)
        pthread_join(sim->thread, NULL);
    sim_snmp_stop();
    lost = atomic_load(&sim->lost);
    sim_device_stop();
    status = wait_for_world(sim);
    if (lost)
        describe_end(sim, status, error, error_size);
    release(sim);
    return !lost;
}
