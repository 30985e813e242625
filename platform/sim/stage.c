/*
 * A cue is one word, so that the other process never sees half of it: a serial number, by which
 * the same scenario can begin again, its index in the table, and the millisecond of its beginning.
 */
#include "stage.h"

#define MS_BITS      40 /* 34 years */
#define INDEX_BITS   8
#define INDEX_SHIFT  MS_BITS
#define SERIAL_SHIFT (MS_BITS + INDEX_BITS)
#define MS_MASK      ((UINT64_C(1) << MS_BITS) - 1)
#define INDEX_MASK   ((UINT64_C(1) << INDEX_BITS) - 1)

static const struct sim_activity *const nothing[] = {NULL};

static struct {
    const struct sim_options *options;
    enum sim_stage_side side;
    const struct sim_cue *cue;
    uint64_t serial;                     /* of the cue that was followed last */
    const struct sim_scenario *scenario; /* NULL: none runs */
    uint64_t until_ms;
} stage;

static uint64_t serial_of(uint64_t value)
{
    return value >> SERIAL_SHIFT;
}

static void decode(uint64_t value, struct sim_cue_state *state)
{
    state->scenario = NULL;
    state->from_ms = value & MS_MASK;
    state->until_ms = UINT64_MAX;
    if (serial_of(value) == 0)
        return;
    state->scenario = sim_scenario_at((size_t)(value >> INDEX_SHIFT & INDEX_MASK));
    if (state->scenario && state->scenario->seconds > 0)
        state->until_ms = state->from_ms + UINT64_C(1000) * state->scenario->seconds;
}

void sim_cue_give(struct sim_cue *cue, const struct sim_scenario *scenario, uint64_t at_ms)
{
    uint64_t serial = (serial_of(atomic_load(&cue->value)) + 1) & (UINT64_MAX >> SERIAL_SHIFT);
    uint64_t index = 0;

    if (serial == 0)
        serial = 1; /* 0 says that none was given */
    while (sim_scenario_at((size_t)index) != scenario)
        index++;
    atomic_store(&cue->value, serial << SERIAL_SHIFT | index << INDEX_SHIFT | (at_ms & MS_MASK));
}

void sim_cue_read(const struct sim_cue *cue, struct sim_cue_state *state)
{
    decode(atomic_load(&cue->value), state);
}

static const struct sim_activity *const *activities_of(const struct sim_scenario *scenario)
{
    const struct sim_activity *const *activities = NULL;

    if (scenario)
        activities = stage.side == SIM_STAGE_DEVICE ? scenario->device : scenario->world;
    return activities ? activities : nothing;
}

static void start_all(const struct sim_scenario *scenario)
{
    for (const struct sim_activity *const *activity = activities_of(scenario); *activity;
         activity++)
        (*activity)->start(stage.options);
}

static void tick_all(const struct sim_scenario *scenario, uint64_t now_ms)
{
    for (const struct sim_activity *const *activity = activities_of(scenario); *activity;
         activity++) {
        if ((*activity)->tick)
            (*activity)->tick(now_ms);
    }
}

static void stop_running(void)
{
    for (const struct sim_activity *const *activity = activities_of(stage.scenario); *activity;
         activity++) {
        if ((*activity)->stop)
            (*activity)->stop();
    }
    stage.scenario = NULL;
}

/* The ordinary day goes on all the time: to begin it is to end whatever else there is. */
static void follow(const struct sim_cue_state *cue, uint64_t serial)
{
    stop_running();
    stage.serial = serial;
    if (cue->scenario == sim_scenario_default())
        return;
    stage.scenario = cue->scenario;
    stage.until_ms = cue->until_ms;
    start_all(stage.scenario);
}

void sim_stage_open(const struct sim_options *options, enum sim_stage_side side,
                    const struct sim_cue *cue)
{
    stage.options = options;
    stage.side = side;
    stage.cue = cue;
    start_all(sim_scenario_default());
}

const struct sim_scenario *sim_stage_tick(uint64_t now_ms)
{
    struct sim_cue_state cue;
    uint64_t value;

    if (!stage.cue)
        return NULL; /* there is no world: nothing goes on */
    value = atomic_load(&stage.cue->value);
    decode(value, &cue);
    if (serial_of(value) != stage.serial && now_ms >= cue.from_ms)
        follow(&cue, serial_of(value));
    if (stage.scenario && now_ms >= stage.until_ms)
        stop_running();
    tick_all(sim_scenario_default(), now_ms);
    tick_all(stage.scenario, now_ms);
    return stage.scenario;
}
