/*
 * Every function of the platform fails with every error, from its n-th call on, in every command:
 * the status says so, and a word says why; JSON is JSON.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/unit/fake_platform.h"
#include "tests/unit/golden.h"

#define LAST_ERROR NETDIAG_ERROR_REMEMBERED

/* From its first, its second and its third call on. */
#define CALLS 3

/* ---- what fails ---- */

static struct netdiag_platform real;
static struct {
    const char *name; /* of the function; NULL: none */
    unsigned call;    /* from 1; later ones fail, too */
    enum netdiag_error error;
    unsigned calls; /* that were made of it */
} fault;

static bool fails(const char *name)
{
    return fault.name != NULL && strcmp(fault.name, name) == 0 && ++fault.calls >= fault.call;
}

#define FUNCTION(name, parameters, arguments)                                                      \
    static enum netdiag_error failing_##name parameters                                            \
    {                                                                                              \
        return fails(#name) ? fault.error : real.name arguments;                                   \
    }

FUNCTION(system, (void *ctx, struct netdiag_system *system), (ctx, system))
FUNCTION(time, (void *ctx, struct netdiag_time *time), (ctx, time))
FUNCTION(wait, (void *ctx, uint32_t ms), (ctx, ms))
FUNCTION(log, (void *ctx, enum netdiag_severity severity, const char *text), (ctx, severity, text))
FUNCTION(tcp_counters, (void *ctx, struct netdiag_tcp_counters *counters), (ctx, counters))
FUNCTION(tcp_states, (void *ctx, struct netdiag_tcp_states *states), (ctx, states))
FUNCTION(tcp_pool, (void *ctx, struct netdiag_tcp_pool *pool), (ctx, pool))
FUNCTION(tcp_connections,
         (void *ctx, struct netdiag_tcp_cursor *cursor, struct netdiag_tcp_connection *rows,
          size_t capacity, size_t *count),
         (ctx, cursor, rows, capacity, count))
FUNCTION(tcp_listeners,
         (void *ctx, struct netdiag_tcp_listener *rows, size_t capacity, size_t *total),
         (ctx, rows, capacity, total))
FUNCTION(tcp_closed,
         (void *ctx, struct netdiag_tcp_closed *rows, size_t capacity, size_t *count,
          uint64_t *total),
         (ctx, rows, capacity, count, total))
FUNCTION(tcp_state_totals, (void *ctx, struct netdiag_tcp_state_totals *totals), (ctx, totals))
FUNCTION(tcp_scanners,
         (void *ctx, struct netdiag_tcp_scanner *rows, size_t capacity, size_t *count),
         (ctx, rows, capacity, count))
FUNCTION(reach, (void *ctx, const struct netdiag_address *to, enum netdiag_reach *reach),
         (ctx, to, reach))
FUNCTION(tcp_abort, (void *ctx, uint32_t id), (ctx, id))
FUNCTION(symbol, (void *ctx, uint64_t address, char *name, size_t size), (ctx, address, name, size))
FUNCTION(memory_pools,
         (void *ctx, struct netdiag_memory_pool *rows, size_t capacity, size_t *total),
         (ctx, rows, capacity, total))
FUNCTION(vlans,
         (void *ctx, uint16_t after, struct netdiag_vlan *rows, size_t capacity, size_t *count),
         (ctx, after, rows, capacity, count))
FUNCTION(vlan_add, (void *ctx, uint16_t id, const char *name), (ctx, id, name))
FUNCTION(vlan_remove, (void *ctx, uint16_t id, bool forget), (ctx, id, forget))
FUNCTION(vlan_numbers,
         (void *ctx, uint16_t after, struct netdiag_vlan_number *rows, size_t capacity,
          size_t *count),
         (ctx, after, rows, capacity, count))
FUNCTION(interfaces,
         (void *ctx, uint32_t after, struct netdiag_interface *rows, size_t capacity,
          size_t *count),
         (ctx, after, rows, capacity, count))
FUNCTION(snmp, (void *ctx, struct netdiag_snmp *snmp), (ctx, snmp))
FUNCTION(snmp_names,
         (void *ctx, uint32_t after, struct netdiag_snmp_name *rows, size_t capacity,
          size_t *count),
         (ctx, after, rows, capacity, count))
FUNCTION(neighbors,
         (void *ctx, enum netdiag_family family, struct netdiag_neighbor_cursor *cursor,
          struct netdiag_neighbor *rows, size_t capacity, size_t *count),
         (ctx, family, cursor, rows, capacity, count))
FUNCTION(echo_send, (void *ctx, const struct netdiag_address *to, uint16_t bytes, uint32_t *echo),
         (ctx, to, bytes, echo))
FUNCTION(echo_poll, (void *ctx, uint32_t echo, bool *answered, uint32_t *rtt_ms),
         (ctx, echo, answered, rtt_ms))
FUNCTION(echo_end, (void *ctx, uint32_t echo), (ctx, echo))

static const char *const functions[] = {
    "system",       "time",       "wait",          "log",
    "tcp_counters", "tcp_states", "tcp_pool",      "tcp_connections",
    "tcp_closed",   "tcp_abort",  "tcp_listeners", "tcp_state_totals",
    "tcp_scanners", "reach",      "symbol",        "memory_pools",
    "vlans",        "vlan_add",   "vlan_remove",   "vlan_numbers",
    "interfaces",   "snmp",       "snmp_names",    "neighbors",
    "echo_send",    "echo_poll",  "echo_end",
};

static void make_platform_fail(void)
{
    real = fake.platform;
    fake.platform = (struct netdiag_platform){
        .system = failing_system,
        .time = failing_time,
        .wait = failing_wait,
        .log = failing_log,
        .tcp_counters = failing_tcp_counters,
        .tcp_states = failing_tcp_states,
        .tcp_pool = failing_tcp_pool,
        .tcp_connections = failing_tcp_connections,
        .tcp_listeners = failing_tcp_listeners,
        .tcp_closed = failing_tcp_closed,
        .tcp_state_totals = failing_tcp_state_totals,
        .tcp_scanners = failing_tcp_scanners,
        .reach = failing_reach,
        .tcp_abort = failing_tcp_abort,
        .symbol = failing_symbol,
        .memory_pools = failing_memory_pools,
        .vlans = failing_vlans,
        .vlan_add = failing_vlan_add,
        .vlan_remove = failing_vlan_remove,
        .vlan_numbers = failing_vlan_numbers,
        .interfaces = failing_interfaces,
        .snmp = failing_snmp,
        .snmp_names = failing_snmp_names,
        .neighbors = failing_neighbors,
        .echo_send = failing_echo_send,
        .echo_poll = failing_echo_poll,
        .echo_end = failing_echo_end,
    };
}

/* ---- the device ---- */

/* More of everything than a chunk has. */
static void furnish(void)
{
    fake_reset();
    fake_count_all();
    for (unsigned i = 0; i < 2 * CONFIG_NETDIAG_NEIGHBOR_ROWS + 2; i++) {
        fake_connection();
        fake_neighbor(i % 2 ? "10.0.10.3" : "fe80::1");
        fake_closed(NETDIAG_TCP_END_CLOSED);
        fake_interface("port");
    }
    fake_listener(80, "httpd");
    fake_listener(7, "");
    fake_scanner("10.0.10.9");
    fake_memory_pool("TCP_PCB");
    fake_memory_pool("HEAP");
    for (uint16_t id = 100; id < 200; id++)
        fake_vlan(id);
    fake_agree();
    make_platform_fail();
}

/* Each alone, and as JSON where there is JSON of it. */
static const char *const commands[] = {
    "show version",
    "show clock",
    "show arp",
    "show ipv6 neighbors",
    "show interfaces",
    "show interfaces counters",
    "show memory pools",
    "show snmp",
    "show tcp brief all",
    "show tcp check",
    "show tcp closed",
    "show tcp connections",
    "show tcp connections detail",
    "show tcp diagnosis",
    "show tcp history 60s",
    "show tcp listeners detail",
    "show tcp owners",
    "show tcp pool",
    "show tcp states",
    "show tcp states close-wait",
    "show tcp statistics",
    "show tcp statistics nonzero",
    "show tcp statistics rate 1",
    "show tcp thresholds",
    "show tech-support tcp",
    "show vlan ifindex",
    "show vlan ifindex detail",
    "show vlan ifindex verify",
    "show vlan id 10 ifindex",
    "show users",
    "monitor tcp interval 1 count 2",
    "ping 10.0.10.2 count 2",
    "clear tcp statistics",
    "clear tcp connection 00000001",
    "vlan 300",
    "no vlan 10",
    "no vlan 10 forget",
    "tcp threshold close-wait-age 30",
};

static void add_json(char *line, size_t size, const char *command)
{
    snprintf(line, size, "%s json", command);
}

/* ---- what is right ---- */

static bool is_json(const struct run *run)
{
    size_t begin = 0;

    while (begin < run->out_size) {
        json_error_t error;
        json_t *document =
            json_loadb(run->out + begin, run->out_size - begin, JSON_DISABLE_EOF_CHECK, &error);

        if (document == NULL)
            return false;
        json_decref(document);
        begin += (size_t)error.position;
        while (begin < run->out_size && run->out[begin] == '\n')
            begin++;
    }
    return true;
}

static bool says_why(const struct run *run)
{
    if (strstr(run->out, netdiag_error_text(fault.error)) != NULL)
        return true; /* a list of several sources names those that failed */
    return strstr(run->err, "% ") != NULL || strstr(run->out, "\"error\":{\"code\":") != NULL ||
           strstr(run->out, "% ") != NULL || strstr(run->out, "UNKNOWN - ") != NULL;
}

static unsigned tried, wrong;
static char whole[1 << 20]; /* what the line prints where nothing fails */

/* Each part with its own word, and the others none the worse. */
static bool has_several_parts(const char *line)
{
    return strncmp(line, "show tcp statistics", 19) == 0 ||
           strncmp(line, "show tech-support", 17) == 0 || strncmp(line, "show version", 12) == 0 ||
           strncmp(line, "show vlan ifindex verify", 24) == 0;
}

/*
 * What is left out where it failed, and seen to be: null in JSON, a dash, an address for a symbol's
 * name, a letter for a ping that did not leave. Whatever else fails, a word says so.
 */
static bool is_seen_to_be_missing(const char *line)
{
    static const struct {
        const char *line, *function;
    } missing[] = {
        {"", "system"},
        {"", "symbol"},
        {"monitor tcp", ""},
        {"ping", "echo_send"},
        {"show tcp check", "tcp_counters"},
        {"show tcp check", "memory_pools"},
        {"show tcp diagnosis", "tcp_listeners"},
        {"show tcp diagnosis", "tcp_scanners"},
        {"show tcp history", "tcp_pool"},
        {"show tcp pool", "tcp_pool"},
        {"show tech-support", "tcp_listeners"},
        {"show tech-support", "tcp_pool"},
        {"show tech-support", "tcp_scanners"},
        {"show tech-support", "snmp_names"},
        {"show vlan ifindex verify", "snmp_names"},
    };

    if (strcmp(fault.name, "time") == 0)
        return strstr(line, " json") != NULL || strncmp(line, "show clock", 10) != 0;
    for (size_t i = 0; i < sizeof missing / sizeof missing[0]; i++) {
        if (strncmp(line, missing[i].line, strlen(missing[i].line)) == 0 &&
            strncmp(fault.name, missing[i].function, strlen(missing[i].function)) == 0)
            return true;
    }
    return false;
}

static void complain(const char *line, const char *what, const struct run *run)
{
    if (wrong++ < 40)
        print_error("%s, %s() call %u on, %s: %s: status %d\n%.600s%.300s\n", line, fault.name,
                    fault.call, netdiag_error_code(fault.error), what, run->status, run->out,
                    run->err);
}

static void judge(const char *line, const struct run *run)
{
    bool has_json = strstr(line, " json") != NULL;

    if (has_json && run->out_size > 0 && !is_json(run))
        complain(line, "that is no JSON", run);
    if (run->status != 0 && !says_why(run))
        complain(line, "no word why", run);
    if (run->status != 0 || fault.calls < fault.call || fault.error == NETDIAG_ERROR_UNSUPPORTED)
        return;
    if (!says_why(run) && strcmp(run->out, whole) != 0 && !is_seen_to_be_missing(line))
        complain(line, "another answer, and no word why", run);
    if (says_why(run) && !has_several_parts(line))
        complain(line, "it failed, and the status does not say so", run);
}

static void try_function(const char *line, const char *function)
{
    unsigned most = CALLS;

    for (unsigned call = 1; call <= most; call++) {
        for (int error = NETDIAG_ERROR_INVALID; error <= LAST_ERROR; error++) {
            furnish();
            fault.name = function;
            fault.call = call;
            fault.error = (enum netdiag_error)error;
            fault.calls = 0;
            judge(line, run_lines(line));
            if (fault.calls < call)
                return; /* there is no such call */
            tried++;
        }
    }
}

static void try_line(const char *line)
{
    fault.name = NULL;
    furnish();
    snprintf(whole, sizeof whole, "%s", run_lines(line)->out);
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++)
        try_function(line, functions[i]);
}

/* What the diagnosis did not see it does not say that it looked at. */
static void listeners_fail_diagnosis_counts_none(void **state)
{
    (void)state;
    furnish();
    assert_non_null(strstr(run_lines("show tcp diagnosis")->out, ", 2 listeners"));
    fault.name = "tcp_listeners";
    fault.call = 1;
    fault.error = NETDIAG_ERROR_IO;
    furnish();
    assert_null(strstr(run_lines("show tcp diagnosis")->out, "0 listeners"));
    assert_non_null(strstr(run_lines("show tcp diagnosis json")->out, "\"listeners\":null"));
    fault.name = NULL;
}

static void function_fails_command_says_so(void **state)
{
    char line[128];

    (void)state;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        try_line(commands[i]);
        add_json(line, sizeof line, commands[i]);
        try_line(line);
    }
    print_message("%u failures of the platform, %u wrong\n", tried, wrong);
    assert_true(tried > 1000);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(listeners_fail_diagnosis_counts_none),
        cmocka_unit_test(function_fails_command_says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
