/*
 * Who holds the pool as JSON.
 */
#include "cli/render.h"

/* Times and names of nobody are null. */
static void members_of_held(struct netdiag_json *json, const struct netdiag_tcp_held *held)
{
    bool is_timed = held->timed > 0;

    netdiag_json_member_unsigned(json, "held", true, held->total);
    netdiag_json_member_unsigned(json, "timed", true, held->timed);
    netdiag_json_member_unsigned(json, "firstFreeMs", is_timed, held->first_ms);
    netdiag_json_member_unsigned(json, "lastFreeMs", is_timed, held->last_ms);
    netdiag_json_member_unsigned(json, "untilPeer", true, held->by_peer);
    netdiag_json_member_unsigned(json, "untilProgram", true, held->by_program);
    netdiag_json_member_string(json, "program",
                               held->by_program > 0 && held->is_one_program &&
                                   held->program.name[0] != '\0',
                               held->program.name);
}

static void put_states(struct netdiag_json *json, const struct netdiag_tcp_holders *holders)
{
    netdiag_json_newline(json);
    netdiag_json_key(json, "states");
    netdiag_json_array(json);
    for (unsigned i = NETDIAG_TCP_STATE_FIRST; i <= NETDIAG_TCP_STATE_LAST; i++) {
        if (holders->states[i].total == 0)
            continue;
        netdiag_json_newline(json);
        netdiag_json_object(json);
        netdiag_json_member_string(json, "state", true,
                                   netdiag_tcp_state_key((enum netdiag_tcp_state)i));
        members_of_held(json, &holders->states[i]);
        netdiag_json_object_end(json);
    }
    netdiag_json_array_end(json);
}

static void members_of_name(struct netdiag_json *json, enum netdiag_tcp_held_by by,
                            const struct netdiag_tcp_holder *holder)
{
    char address[NETDIAG_ADDRESS_TEXT];

    switch (by) {
    case NETDIAG_TCP_HELD_BY_PORT:
        netdiag_json_member_unsigned(json, "port", true, holder->service.port);
        netdiag_json_member_string(json, "end", true,
                                   holder->service.is_remote ? "remote" : "local");
        return;
    case NETDIAG_TCP_HELD_BY_REMOTE:
        netdiag_json_member_string(json, "address", holder->remote.family != NETDIAG_FAMILY_ANY,
                                   netdiag_address_text(&holder->remote, address, sizeof address));
        return;
    case NETDIAG_TCP_HELD_BY_OWNER:
        netdiag_json_member_string(json, "owner", holder->owner.name[0] != '\0',
                                   holder->owner.name);
        return;
    case NETDIAG_TCP_HELD_BY:
        break;
    }
}

static void put_table(struct netdiag_json *json, const struct netdiag_tcp_holders *holders,
                      enum netdiag_tcp_held_by by)
{
    static const struct {
        const char *rows, *others;
    } keys[NETDIAG_TCP_HELD_BY] = {
        [NETDIAG_TCP_HELD_BY_PORT] = {"ports", "otherPorts"},
        [NETDIAG_TCP_HELD_BY_REMOTE] = {"remotes", "otherRemotes"},
        [NETDIAG_TCP_HELD_BY_OWNER] = {"owners", "otherOwners"},
    };

    netdiag_json_newline(json);
    netdiag_json_key(json, keys[by].rows);
    netdiag_json_array(json);
    for (size_t i = 0; i < holders->count[by]; i++) {
        netdiag_json_newline(json);
        netdiag_json_object(json);
        members_of_name(json, by, &holders->rows[by][i]);
        members_of_held(json, &holders->rows[by][i].held);
        netdiag_json_object_end(json);
    }
    netdiag_json_array_end(json);
    netdiag_json_member_unsigned(json, keys[by].others, true,
                                 netdiag_tcp_holders_others(holders, by));
}

void netdiag_json_tcp_holding(struct netdiag_output *output,
                              const struct netdiag_tcp_holding *holding)
{
    const struct netdiag_tcp_holders *holders = &holding->holders;
    bool has_pool = holding->pool_error == NETDIAG_OK;
    struct netdiag_json *json = &output->json;

    netdiag_json_member_unsigned(json, "capacity", has_pool, holding->pool.capacity);
    netdiag_json_member_unsigned(json, "used", has_pool, holding->pool.used);
    netdiag_json_member_unsigned(json, "peak", has_pool, holding->pool.peak);
    netdiag_json_member_unsigned(json, "refused", has_pool, holding->pool.refused);
    netdiag_json_member_unsigned(json, "held", true, holders->all.total);
    netdiag_json_member_unsigned(json, "reclaimable", true, holders->reclaimable);
    put_states(json, holders);
    for (unsigned by = 0; by < NETDIAG_TCP_HELD_BY; by++)
        put_table(json, holders, (enum netdiag_tcp_held_by)by);
}
