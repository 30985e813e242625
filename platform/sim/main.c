/*
 * netdiag-sim: a simulated switch, and its shell on the terminal or on a pipe.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/access/access.h"
#include "cli/access/control.h"
#include "cli/access/control_protocol.h"
#include "cli/access/tty.h"
#include "commands_simulate.h"
#include "if_index_file.h"
#include "log.h"
#include "netdiag/lwip.h"
#include "netdiag/netdiag.h"
#include "remote.h"
#include "sim.h"
#include "state_dir.h"
#include "user_command.h"

#define STATUS_NOT_STARTED 3

/* What a signal handler may use: the descriptor that ends the shell, and which signal came. */
static volatile sig_atomic_t stop_fd = -1;
static volatile sig_atomic_t caught_signal;

static void on_signal(int number)
{
    const uint64_t one = 1;
    int saved = errno;

    caught_signal = number;
    if (stop_fd >= 0 && write(stop_fd, &one, sizeof(one)) < 0) {
        /* It is readable already */
    }
    errno = saved;
}

/* From the start on, so that one that comes early finds all undone that was done. */
static void catch_signals(void)
{
    static const int ending[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    struct sigaction action = {.sa_handler = on_signal};

    for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
        sigaction(ending[i], &action, NULL);
}

/* Signals end the shell by way of `fd` from here on; one that was caught before does so now. */
static void let_signals_stop(int fd)
{
    stop_fd = fd;
    if (caught_signal)
        on_signal(caught_signal);
}

static void restore_terminal(void *saved)
{
    netdiag_tty_restore(STDIN_FILENO, saved);
}

static int complain(const char *what)
{
    fprintf(stderr, "netdiag-sim: %s\n", what);
    return STATUS_NOT_STARTED;
}

/* Waits until the simulation is to end. */
static int wait_for_end(int fd)
{
    const struct timespec pause = {.tv_nsec = 100 * 1000 * 1000};
    struct pollfd end = {.fd = fd, .events = POLLIN};

    while (poll(&end, 1, -1) < 0) {
        /* The signal's handler makes it readable, if it is one that ends us */
        if (errno != EINTR)
            nanosleep(&pause, NULL); /* the host is out of memory, and the switch goes on */
    }
    return 0;
}

/* The shell, on whatever the standard input is. */
static int run_shell(struct netdiag *diag, const struct sim_options *options, bool on_terminal,
                     int fd)
{
    if (options->no_console)
        return wait_for_end(fd);
    if (on_terminal)
        return netdiag_console_run(diag, STDIN_FILENO, fd);
    return netdiag_pipe_run(diag, STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO, fd);
}

/* The shells: on the control socket, where anybody can know of it, and here. */
static int run_shells(struct netdiag *diag, const struct sim_options *options,
                      const struct sim_state_dir *dir, bool on_terminal, int fd)
{
    static struct sim_remote remote;
    char path[PATH_MAX + sizeof(NETDIAG_CONTROL_NAME)];
    struct netdiag_control *control = NULL;
    int status = STATUS_NOT_STARTED;
    char error[512];
    bool is_open;

    is_open = sim_remote_start(&remote, options, dir, on_terminal, diag, error, sizeof(error));
    if (is_open && !dir->temporary) {
        snprintf(path, sizeof(path), "%s/" NETDIAG_CONTROL_NAME, dir->path);
        control = netdiag_control_start(diag, path, options->control_group, error, sizeof(error));
        is_open = control != NULL;
    }
    if (is_open)
        status = run_shell(diag, options, on_terminal, fd);
    else
        complain(error);
    netdiag_control_stop(control);
    sim_remote_stop(&remote);
    return status;
}

static void watch(void *diag)
{
    netdiag_watch(diag);
}

/* Starts the simulation, runs the shell, ends the simulation. The exit status. */
static int run_switch(const struct sim_options *options, const struct sim_state_dir *dir,
                      bool on_terminal)
{
    static struct netdiag diag;
    struct netdiag_tty tty;
    char error[1024];
    struct sim *sim;
    int status = STATUS_NOT_STARTED;

    (void)netdiag_tty_save(STDIN_FILENO, &tty);
    sim = sim_start(options, on_terminal ? restore_terminal : NULL, &tty, error, sizeof(error));
    if (!sim)
        return complain(error);
    let_signals_stop(sim_stop_fd(sim));
    netdiag_init(&diag, &netdiag_lwip_platform, NULL);
    sim_commands_add(sim);
    if (!sim_each_second(sim, watch, &diag))
        complain("no thread left to watch: nothing is known of the past");
    if (sim_run(sim, options->run_ms))
        status = run_shells(&diag, options, dir, on_terminal, sim_stop_fd(sim));
    stop_fd = -1; /* sim_stop() closes it */
    if (!sim_stop(sim, error, sizeof(error)))
        status = complain(error);
    return status;
}

/* Where the state is kept: the directory given; for a pipe a new one; else the switch's own. */
static bool open_state_dir(const struct sim_options *options, bool on_terminal,
                           struct sim_state_dir *dir, char *error, size_t error_size)
{
    char path[PATH_MAX];
    const char *wanted = options->state_dir;

    if (!wanted && (on_terminal || options->no_console) &&
        sim_state_dir_default(options->host, path, sizeof(path)))
        wanted = path;
    return sim_state_dir_open(dir, wanted, error, error_size);
}

int main(int argc, char **argv)
{
    static struct sim_options options;
    static struct sim_state_dir state_dir;
    bool on_terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    char error[512];
    int status;

    if (argc > 1 && strcmp(argv[1], "user") == 0)
        return sim_user_command(argc, argv);
    signal(SIGPIPE, SIG_IGN);
    sim_options_default(&options);
    switch (sim_options_parse(&options, argc, argv, error, sizeof(error))) {
    case SIM_OPTIONS_DONE:
        return 0;
    case SIM_OPTIONS_BAD:
        return complain(error);
    case SIM_OPTIONS_RUN:
        break;
    }
    if (on_terminal || options.no_console)
        sim_options_default_forwards(&options);
    catch_signals();
    if (!sim_open_host(&options, error, sizeof(error)))
        return complain(error);
    if (!open_state_dir(&options, on_terminal, &state_dir, error, sizeof(error))) {
        sim_close_host();
        return complain(error);
    }
    sim_log_open(state_dir.path, options.syslog ? options.host : NULL);
    if (!state_dir.temporary)
        sim_if_index_file_open(state_dir.path);
    status = run_switch(&options, &state_dir, on_terminal && !options.no_console);
    sim_state_dir_close(&state_dir);
    if (caught_signal) {
        signal(caught_signal, SIG_DFL);
        raise(caught_signal);
    }
    return status;
}
