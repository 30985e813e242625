/*
 * Words are checked by the handlers and not by validators: what is refused is named, and so is
 * what is legal.
 */
#include "commands_simulate.h"

#include <string.h>

#include <libcli.h>

#include "cli/arguments.h"
#include "cli/command.h"
#include "scenario.h"
#include "stats/text.h"

#define SCENARIO "scenario"
#define SECONDS  "seconds"

#define WAIT_MIN_S 1
#define WAIT_MAX_S 86400

/* So often a shell that waits looks whether it is to stop. */
#define WAIT_MS 50

static struct sim *simulation;

/* `"given" is no thing; legal are these`. A word that is not legal is a wrong word. */
static enum netdiag_status refuse_word(struct netdiag_call *call, const char *given,
                                       const char *thing, const char *legal)
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

static enum netdiag_status simulate(struct netdiag_call *call)
{
    const char *given = netdiag_call_argument(call, SCENARIO);
    const struct sim_scenario *scenario = sim_scenario_find(given);
    char names[SIM_SCENARIO_NAMES];

    if (!scenario) {
        sim_scenario_names(names, sizeof names);
        return refuse_word(call, given, "scenario", names);
    }
    sim_simulate(simulation, scenario);
    return NETDIAG_STATUS_OK;
}

static enum netdiag_status wait_seconds(struct netdiag_call *call)
{
    const char *given = netdiag_call_argument(call, SECONDS);
    uint32_t seconds;
    uint64_t end_ms;

    if (!netdiag_parse_number(given, WAIT_MIN_S, WAIT_MAX_S, &seconds))
        return refuse_word(call, given, "number of seconds to wait", "1 to 86400");
    end_ms = sim_clock_ms() + UINT64_C(1000) * seconds;
    for (uint64_t now_ms; (now_ms = sim_clock_ms()) < end_ms;) {
        uint64_t left_ms = end_ms - now_ms;

        if (!sim_run(simulation, left_ms < WAIT_MS ? left_ms : WAIT_MS) ||
            netdiag_output_cancelled(&call->output))
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
    if (begun && cue->until_ms != UINT64_MAX) {
        netdiag_text_string(&text, ", ");
        netdiag_text_number(&text, (cue->until_ms - now_ms + 999) / 1000);
        netdiag_text_string(&text, " s to go");
    } else if (begun) {
        netdiag_text_string(&text, ", until another is simulated");
    }
    netdiag_output_text(&call->output, &text);
}

static enum netdiag_status show_scenario(struct netdiag_call *call)
{
    struct sim_cue_state cue;
    uint64_t now_ms = sim_clock_ms();

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
    netdiag_command_extend(commands);
}
