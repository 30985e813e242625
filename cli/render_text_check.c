/*
 * The verdict of `show tcp check` as text: one line, as monitoring plugins print it (Monitoring
 * Plugins Development Guidelines): the service and its state, what is to be known, a bar, the
 * performance data.
 */
#include "cli/render.h"

static const char *level_word(enum netdiag_tcp_level level)
{
    switch (level) {
    case NETDIAG_TCP_LEVEL_OK:
        return "OK";
    case NETDIAG_TCP_LEVEL_WARNING:
        return "WARNING";
    case NETDIAG_TCP_LEVEL_CRITICAL:
        return "CRITICAL";
    case NETDIAG_TCP_LEVEL_UNKNOWN:
        break;
    }
    return "UNKNOWN";
}

static void put_count(struct netdiag_text *text, const char *before, uint64_t count,
                      const char *after)
{
    if (count == 0)
        return;
    netdiag_text_string(text, before);
    netdiag_text_number(text, count);
    netdiag_text_string(text, after);
}

/* The pools that were ever asked in vain, by the stack's own names. */
static void put_memory(struct netdiag_text *text, const struct netdiag_memory_pools *memory)
{
    bool started = false;

    for (size_t i = 0; i < memory->count; i++) {
        if (memory->rows[i].refused == 0)
            continue;
        netdiag_text_string(text, started ? ", " : "; out of memory since boot: ");
        netdiag_output_name(text, memory->rows[i].name, 0);
        netdiag_text_char(text, ' ');
        netdiag_text_number(text, memory->rows[i].refused);
        started = true;
    }
}

static uint64_t backlog_refused(const struct netdiag_tcp_check *check, bool *known)
{
    uint64_t count = 0;

    *known = check->statistics.counters_error == NETDIAG_OK &&
             netdiag_tcp_counter_get(&check->statistics.counters, NETDIAG_TCP_CONN_BACKLOG_REFUSED,
                                     &count);
    return *known ? count : 0;
}

static void put_facts(struct netdiag_text *text, const struct netdiag_tcp_check *check)
{
    bool known;

    netdiag_text_number(text, check->held);
    netdiag_text_string(text, " of ");
    netdiag_text_number(text, check->statistics.pool.capacity);
    netdiag_text_string(text, " connections held (");
    netdiag_text_number(text, netdiag_tcp_check_percent(check));
    netdiag_text_string(text, "%)");
    put_count(text, ", ", check->reclaimable, " more that make room when it is needed");
    put_count(text, "; ", check->statistics.pool.refused,
              " connections refused with the pool full");
    put_count(text, "; ", backlog_refused(check, &known), " SYNs refused with the backlog full");
    if (check->memory_error == NETDIAG_OK)
        put_memory(text, &check->memory);
}

static void put_value(struct netdiag_text *text, const char *label, uint64_t value,
                      const char *unit)
{
    netdiag_text_char(text, ' ');
    netdiag_text_string(text, label);
    netdiag_text_char(text, '=');
    netdiag_text_number(text, value);
    netdiag_text_string(text, unit);
}

/* A plugin's threshold is the largest value that is still well: one less than where ours begins. */
static void put_limit(struct netdiag_text *text, uint32_t limit)
{
    netdiag_text_char(text, ';');
    netdiag_text_number(text, limit > 0 ? limit - 1 : 0);
}

static void put_performance(struct netdiag_text *text, const struct netdiag_tcp_check *check)
{
    bool known;
    uint64_t refused = backlog_refused(check, &known);

    netdiag_text_string(text, " |");
    put_value(text, "held", check->held, "");
    put_limit(text, netdiag_tcp_check_limit(check, check->warning_percent));
    put_limit(text, netdiag_tcp_check_limit(check, check->critical_percent));
    netdiag_text_string(text, ";0;");
    netdiag_text_number(text, check->statistics.pool.capacity);
    put_value(text, "reclaimable", check->reclaimable, "");
    put_value(text, "established", check->states[NETDIAG_TCP_ESTABLISHED], "");
    put_value(text, "syn_received", check->states[NETDIAG_TCP_SYN_RECEIVED], "");
    put_value(text, "close_wait", check->states[NETDIAG_TCP_CLOSE_WAIT], "");
    put_value(text, "pool_refused", check->statistics.pool.refused, "c");
    if (known)
        put_value(text, "backlog_refused", refused, "c");
}

void netdiag_text_tcp_check(struct netdiag_output *output, const struct netdiag_tcp_check *check)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "TCP ");
    netdiag_text_string(&text, level_word(check->level));
    netdiag_text_string(&text, " - ");
    if (check->level == NETDIAG_TCP_LEVEL_UNKNOWN) {
        netdiag_text_string(&text, check->part);
        netdiag_text_string(&text, ": ");
        netdiag_text_string(&text, netdiag_error_text(check->error));
    } else {
        put_facts(&text, check);
        put_performance(&text, check);
    }
    netdiag_output_text(output, &text);
}
