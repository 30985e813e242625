/*
 * Words are checked by the handlers and not by validators: what is refused is named, and so is
 * what is legal.
 */
#include "commands_simulate.h"

#include <string.h>

#include <libcli.h>

#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/session.h"
#include "commands_connect.h"
#include "scenario.h"
#include "stats/text.h"

#define SCENARIO "scenario"
#define SECONDS  "seconds"
#define WAIT     "wait"

#define WAIT_MIN_S 1

static struct sim *simulation;

/* A word that is not legal is a wrong word. */
enum netdiag_status sim_refuse_word(struct netdiag_call *call, const char *given, const char *thing,
                                    const char *legal)
{
    char bytes[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, bytes, sizeof bytes);
    netdiag_text_string(&text, "\"");
    netdiag_output_name(&text, given, 0);
    netdiag_text_string(&text, "\" is no ");
    netdiag_text_string(&text, thing);
    netdiag_text_string(&text, "; legal are ");
    netdiag_text_string(&text, legal);
    (void)netdiag_call_refuse(call, NETDIAG_ERROR_INVALID, bytes);
    return NETDIAG_STATUS_USAGE;
}

/* ", 37 s to go": when a scenario that has begun is over. */
static void put_rest(struct netdiag_text *text, const struct sim_cue_state *cue, uint64_t now_ms)
{
    if (cue->until_ms == UINT64_MAX) {
        netdiag_text_string(text, ", until another is simulated");
        return;
    }
    netdiag_text_string(text, ", ");
    netdiag_text_number(text, (cue->until_ms - now_ms + 999) / 1000);
    netdiag_text_string(text, " s to go");
}

/* To a person; a script goes on in silence. The ordinary day is no scenario that runs. */
static void say_begun(struct netdiag_call *call, const struct sim_cue_state *cue)
{
    char bytes[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    if (!netdiag_output_shows_progress(&call->output) || cue->scenario == sim_scenario_default())
        return;
    netdiag_text_start(&text, bytes, sizeof bytes);
    netdiag_text_string(&text, cue->scenario->name);
    put_rest(&text, cue, cue->from_ms);
    netdiag_text_string(&text, "; show scenario says how far it is");
    netdiag_output_text(&call->output, &text);
}

/* Without neighbours there is nobody to do anything. */
static enum netdiag_status refuse_without_world(struct netdiag_call *call)
{
    return netdiag_call_refuse(call, NETDIAG_ERROR_UNSUPPORTED,
                               "nothing is simulated here: the switch was started with --no-world, "
                               "and its neighbours are those at its ports");
}

static enum netdiag_status refuse_to_wait(struct netdiag_call *call,
                                          const struct sim_scenario *scenario)
{
    char bytes[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, bytes, sizeof bytes);
    netdiag_text_string(&text, scenario->name);
    netdiag_text_string(&text, " has no end to wait for, as it lasts until another is simulated; "
                               "wait SECONDS lets time pass");
    (void)netdiag_call_refuse(call, NETDIAG_ERROR_INVALID, bytes);
    return NETDIAG_STATUS_USAGE;
}

/* Nobody waits any more, and the scenario goes on. */
static enum netdiag_status stop_waiting(struct netdiag_call *call, const struct sim_cue_state *cue,
                                        uint64_t now_ms)
{
    char bytes[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, bytes, sizeof bytes);
    netdiag_text_string(&text, "% simulate waits no longer; ");
    netdiag_text_string(&text, cue->scenario->name);
    netdiag_text_string(&text, " goes on");
    put_rest(&text, cue, now_ms);
    netdiag_output_error(&call->output, bytes);
    return NETDIAG_STATUS_FAILED;
}

static enum netdiag_status say_replaced(struct netdiag_call *call, const struct sim_cue_state *cue,
                                        const struct sim_scenario *by)
{
    char bytes[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, bytes, sizeof bytes);
    netdiag_text_string(&text, "% ");
    netdiag_text_string(&text, cue->scenario->name);
    netdiag_text_string(&text, " is over before its time: another shell simulates ");
    netdiag_text_string(&text, by->name);
    netdiag_output_error(&call->output, bytes);
    return NETDIAG_STATUS_FAILED;
}

static bool pass_time(uint64_t left_ms)
{
    return sim_run(simulation, left_ms < SIM_WAIT_MS ? left_ms : SIM_WAIT_MS);
}

/* `what` is behind the numbers, "23 of 60 s of syn-flood". */
static enum netdiag_status wait_for_end(struct netdiag_call *call, const struct sim_cue_state *cue,
                                        const char *what)
{
    struct sim_cue_state latest = *cue;
    uint64_t now_ms;

    while ((now_ms = sim_clock_ms()) < cue->until_ms) {
        if (call->output.session)
            netdiag_session_progress(call->output.session, (now_ms - cue->from_ms) / 1000,
                                     cue->scenario->seconds, what);
        if (netdiag_output_cancelled(&call->output))
            return stop_waiting(call, cue, now_ms);
        if (!pass_time(cue->until_ms - now_ms))
            return netdiag_call_stopped(call);
        sim_simulated(simulation, &latest);
        if (latest.scenario != cue->scenario || latest.from_ms != cue->from_ms)
            return say_replaced(call, cue, latest.scenario);
    }
    return NETDIAG_STATUS_OK;
}

static enum netdiag_status wait_for_scenario(struct netdiag_call *call,
                                             const struct sim_cue_state *cue)
{
    char what[64];
    struct netdiag_text text;
    enum netdiag_status status;

    netdiag_text_start(&text, what, sizeof what);
    netdiag_text_string(&text, "s of ");
    netdiag_text_string(&text, cue->scenario->name);
    status = wait_for_end(call, cue, what);
    netdiag_output_progress_end(&call->output); /* it has `what` */
    return status;
}

static enum netdiag_status simulate(struct netdiag_call *call)
{
    const char *given = netdiag_call_argument(call, SCENARIO);
    bool waits = netdiag_call_argument(call, WAIT) != NULL;
    const struct sim_scenario *scenario = sim_scenario_find(given);
    char names[SIM_SCENARIO_NAMES];
    struct sim_cue_state cue;

    if (!sim_has_world(simulation))
        return refuse_without_world(call);
    if (!scenario) {
        sim_scenario_names(names, sizeof names);
        return sim_refuse_word(call, given, "scenario", names);
    }
    if (waits && scenario->seconds == 0)
        return refuse_to_wait(call, scenario);
    sim_simulate(simulation, scenario, &cue);
    if (waits)
        return wait_for_scenario(call, &cue);
    say_begun(call, &cue);
    return NETDIAG_STATUS_OK;
}

static enum netdiag_status wait_seconds(struct netdiag_call *call)
{
    const char *given = netdiag_call_argument(call, SECONDS);
    uint64_t start_ms = sim_clock_ms(), end_ms;
    uint32_t seconds;

    if (!netdiag_parse_number(given, WAIT_MIN_S, SIM_WAIT_MAX_S, &seconds))
        return sim_refuse_word(call, given, "number of seconds to wait", "1 to 86400");
    end_ms = start_ms + UINT64_C(1000) * seconds;
    for (uint64_t now_ms; (now_ms = sim_clock_ms()) < end_ms;) {
        netdiag_output_progress(&call->output, (now_ms - start_ms) / 1000, seconds,
                                NETDIAG_PHRASE_SECOND);
        if (!pass_time(end_ms - now_ms) || netdiag_output_cancelled(&call->output))
            return netdiag_call_stopped(call);
    }
    return NETDIAG_STATUS_OK;
}

static void print_running(struct netdiag_call *call, const struct sim_cue_state *cue,
                          uint64_t now_ms)
{
    bool begun = now_ms >= cue->from_ms;
    uint64_t span_ms = begun ? now_ms - cue->from_ms : cue->from_ms - now_ms;
    char bytes[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, bytes, sizeof bytes);
    netdiag_text_string(&text, cue->scenario->name);
    netdiag_text_string(&text, begun ? ", for " : ", begins in ");
    netdiag_text_number(&text, span_ms / 1000);
    netdiag_text_string(&text, " s");
    if (begun)
        put_rest(&text, cue, now_ms);
    netdiag_output_text(&call->output, &text);
}

static enum netdiag_status show_scenario(struct netdiag_call *call)
{
    struct sim_cue_state cue;
    uint64_t now_ms = sim_clock_ms();

    if (!sim_has_world(simulation))
        return refuse_without_world(call);
    sim_simulated(simulation, &cue);
    if (!cue.scenario || cue.scenario == sim_scenario_default() || now_ms >= cue.until_ms)
        netdiag_output_line(&call->output, "normal");
    else
        print_running(call, &cue, now_ms);
    return NETDIAG_STATUS_OK;
}

static int complete_scenario(struct cli_def *cli, const char *name, const char *word,
                             struct cli_comphelp *completions)
{
    const struct sim_scenario *scenario;

    (void)cli;
    (void)name;
    for (size_t i = 0; (scenario = sim_scenario_at(i)) != NULL; i++) {
        if (!word || strncmp(scenario->name, word, strlen(word)) == 0)
            cli_add_comphelp_entry(completions, scenario->name);
    }
    return CLI_OK;
}

static const struct netdiag_argument of_simulate[] = {
    {.name = SCENARIO,
     .kind = NETDIAG_ARGUMENT_VALUE,
     .help = "What is to go on; normal ends it",
     .complete = complete_scenario},
    {.name = WAIT,
     .kind = NETDIAG_ARGUMENT_FLAG,
     .help = "Until it is over; its time passes as by wait"},
    {.name = NULL},
};

static const struct netdiag_argument of_wait[] = {
    {.name = SECONDS, .kind = NETDIAG_ARGUMENT_VALUE, .help = "1 to 86400"},
    {.name = NULL},
};

static const struct netdiag_command commands[] = {
    {.path = "simulate",
     .help = "Let something happen on the simulated network",
     .privilege = PRIVILEGE_PRIVILEGED,
     .mode = MODE_ANY,
     .arguments = of_simulate,
     .run = simulate},
    {.path = "wait",
     .help = "Let the simulation's time pass",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .arguments = of_wait,
     .run = wait_seconds},
    {.path = "connect",
     .help = "Let a program on the device open TCP connections, and close them",
     .privilege = PRIVILEGE_PRIVILEGED,
     .mode = MODE_ANY,
     .arguments = sim_connect_arguments,
     .run = sim_connect},
    {.path = "show scenario",
     .help = "What is simulated, since when, for how long still",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .run = show_scenario},
    {.path = NULL},
};

void sim_commands_add(struct sim *sim)
{
    simulation = sim;
    sim_connect_by(sim);
    netdiag_command_extend(commands);
}
