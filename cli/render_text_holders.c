/*
 * Who holds the pool as text: a table for the states, one each for ports, remote addresses and
 * owners. The first two words of a row are whose it is and how many; the rest says when they will
 * be free.
 */
#include "cli/render.h"
#include "cli/text_parts.h"

enum column { COLUMN_TOTAL = 16, COLUMN_FREE = COLUMN_TOTAL + 8 };

static void put_seconds(struct netdiag_text *text, uint32_t ms)
{
    netdiag_text_span(text, ((uint64_t)ms + 999) / 1000); /* rounded up: it is free by then */
}

static void put_number(struct netdiag_text *text, bool *started, uint32_t number)
{
    netdiag_text_string(text, *started ? "; " : "");
    netdiag_text_number(text, number);
    *started = true;
}

static void put_program(struct netdiag_text *text, const struct netdiag_tcp_held *held)
{
    if (!held->is_one_program) {
        netdiag_text_string(text, " until their owners close");
    } else if (held->program.name[0] == '\0') {
        netdiag_text_string(text, held->by_program == 1 ? " until its program closes"
                                                        : " until their program closes");
    } else {
        netdiag_text_string(text, " until ");
        netdiag_text_owner(text, &held->program);
        netdiag_text_string(text, " closes");
    }
}

static void put_free(struct netdiag_text *text, const struct netdiag_tcp_held *held)
{
    bool started = false;

    if (held->timed > 0) {
        put_number(text, &started, held->timed);
        netdiag_text_string(text, " in ");
        put_seconds(text, held->first_ms);
        if (held->last_ms > held->first_ms) {
            netdiag_text_string(text, " to ");
            put_seconds(text, held->last_ms);
        }
    }
    if (held->by_program > 0) {
        put_number(text, &started, held->by_program);
        put_program(text, held);
    }
    if (held->by_peer > 0) {
        put_number(text, &started, held->by_peer);
        netdiag_text_string(text, " until the peer answers");
    }
}

static void print_head(struct netdiag_output *output, const char *title)
{
    const struct netdiag_text_title titles[] = {
        {0, title},
        {COLUMN_TOTAL, "Held"},
        {COLUMN_FREE, "Free"},
    };

    netdiag_output_line(output, "");
    netdiag_text_titles(output, titles, sizeof titles / sizeof titles[0]);
}

/* `text` has the name already. */
static void print_row(struct netdiag_output *output, struct netdiag_text *text,
                      const struct netdiag_tcp_held *held)
{
    netdiag_text_column(text, COLUMN_TOTAL);
    netdiag_text_number(text, held->total);
    netdiag_text_column(text, COLUMN_FREE);
    put_free(text, held);
    netdiag_output_text(output, text);
}

static void print_states(struct netdiag_output *output, const struct netdiag_tcp_holders *holders)
{
    print_head(output, "State");
    for (unsigned i = NETDIAG_TCP_STATE_FIRST; i <= NETDIAG_TCP_STATE_LAST; i++) {
        char line[CONFIG_NETDIAG_OUTPUT_LINE];
        struct netdiag_text text;

        if (holders->states[i].total == 0)
            continue;
        netdiag_text_start(&text, line, sizeof line);
        netdiag_text_string(&text, netdiag_tcp_state_name((enum netdiag_tcp_state)i));
        print_row(output, &text, &holders->states[i]);
    }
}

static void put_name(struct netdiag_text *text, enum netdiag_tcp_held_by by,
                     const struct netdiag_tcp_holder *holder)
{
    char address[NETDIAG_ADDRESS_TEXT];

    switch (by) {
    case NETDIAG_TCP_HELD_BY_PORT:
        netdiag_text_string(text, holder->service.is_remote ? "remote:" : "local:");
        netdiag_text_number(text, holder->service.port);
        return;
    case NETDIAG_TCP_HELD_BY_REMOTE:
        netdiag_text_string(text, netdiag_address_text(&holder->remote, address, sizeof address));
        return;
    case NETDIAG_TCP_HELD_BY_OWNER:
        netdiag_text_owner(text, &holder->owner);
        return;
    case NETDIAG_TCP_HELD_BY:
        break;
    }
}

static void print_table(struct netdiag_output *output, const struct netdiag_tcp_holders *holders,
                        enum netdiag_tcp_held_by by)
{
    static const char *const titles[NETDIAG_TCP_HELD_BY] = {
        [NETDIAG_TCP_HELD_BY_PORT] = "Port",
        [NETDIAG_TCP_HELD_BY_REMOTE] = "Remote",
        [NETDIAG_TCP_HELD_BY_OWNER] = "Owner",
    };
    uint32_t others = netdiag_tcp_holders_others(holders, by);
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    print_head(output, titles[by]);
    for (size_t i = 0; i < holders->count[by]; i++) {
        netdiag_text_start(&text, line, sizeof line);
        put_name(&text, by, &holders->rows[by][i]);
        print_row(output, &text, &holders->rows[by][i].held);
    }
    if (others > 0) {
        netdiag_text_start(&text, line, sizeof line);
        netdiag_text_string(&text, "(others)");
        netdiag_text_column(&text, COLUMN_TOTAL);
        netdiag_text_number(&text, others);
        netdiag_output_text(output, &text);
    }
}

static void print_pool(struct netdiag_output *output, const struct netdiag_tcp_holding *holding)
{
    const struct netdiag_tcp_pool *pool = &holding->pool;
    const uint64_t numbers[] = {pool->capacity, pool->used, pool->peak, pool->refused};
    const uint64_t reclaimable[] = {holding->holders.reclaimable};
    const uint64_t unlisted[] = {pool->used - holding->holders.all.total};

    if (holding->pool_error == NETDIAG_OK)
        netdiag_output_numbers(output, "PCB pool: # capacity, # used, # peak, # refused", numbers);
    else
        netdiag_output_line(output, "PCB pool: not available");
    if (holding->holders.reclaimable > 0)
        netdiag_output_numbers(
            output, "# of them make room for new connections when the pool is full", reclaimable);
    if (holding->pool_error == NETDIAG_OK && pool->used > holding->holders.all.total)
        netdiag_output_numbers(output, "# used by programs that have not bound or opened them",
                               unlisted);
}

void netdiag_text_tcp_holding(struct netdiag_output *output,
                              const struct netdiag_tcp_holding *holding)
{
    print_pool(output, holding);
    if (holding->holders.all.total == 0)
        return;
    print_states(output, &holding->holders);
    for (unsigned by = 0; by < NETDIAG_TCP_HELD_BY; by++)
        print_table(output, &holding->holders, (enum netdiag_tcp_held_by)by);
}
