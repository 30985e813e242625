/*
 * `show tech-support tcp` on the fake platform: one JSON document whatever the platform lacks, and
 * each of its parts what its own command shows.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include <libcli.h>

#include "cli/access/client/fields.h"
#include "cli/session.h"
#include "stats/tcp_snapshot.h"
#include "tests/unit/fake_platform.h"
#include "tests/unit/golden.h"

#define COMMAND "show tech-support tcp"

static int setup(void **state)
{
    (void)state;
    fake_reset();
    fake_count_all();
    for (unsigned i = 0; i < 30; i++)
        fake_connection();
    fake_listener(80, "httpd");
    fake_listener(9999, "");
    fake_closed(NETDIAG_TCP_END_RESET);
    fake_memory_pool("TCP_PCB");
    fake_neighbor("10.0.10.2");
    fake_neighbor("2001:db8:10::2");
    fake_scanner("10.0.20.2");
    fake_agree();
    fake_vlan_counters(10, 3);
    fake_interface("CPU");
    return 0;
}

/* What the line prints; the caller frees it. */
static json_t *answer_to(const char *line, int status)
{
    const struct run *run = run_lines(line);
    json_error_t error;
    json_t *document = json_loadb(run->out, run->out_size, JSON_REJECT_DUPLICATES, &error);

    assert_string_equal(run->err, "");
    assert_int_equal(run->status, status);
    if (document == NULL)
        fail_msg("%s: line %d: %s", line, error.line, error.text);
    return document;
}

static const char *const parts[] = {
    "thresholds",  "statistics", "stateTotals", "listeners", "owners",   "holders",
    "connections", "closed",     "memory",      "scanners",  "arp",      "ipv6Neighbors",
    "vlans",       "vlanVerify", "interfaces",  "snmp",      "snapshot", "diagnosis",
};

#define PARTS (sizeof parts / sizeof parts[0])

static const char *error_of(json_t *document, const char *part)
{
    json_t *error = json_object_get(json_object_get(document, part), "error");

    return json_string_value(json_object_get(error, "code"));
}

/* ---- the document ---- */

static void document_has_every_part_and_no_error(void **state)
{
    json_t *document = answer_to(COMMAND, 0);

    (void)state;
    assert_string_equal(json_string_value(json_object_get(document, "command")), COMMAND);
    assert_string_equal(json_string_value(json_object_get(document, "version")), NETDIAG_VERSION);
    for (size_t i = 0; i < PARTS; i++) {
        if (!json_is_object(json_object_get(document, parts[i])) ||
            error_of(document, parts[i]) != NULL)
            fail_msg("%s", parts[i]);
    }
    json_decref(document);
}

static void word_json_changes_nothing(void **state)
{
    (void)state;
    assert_same_output(COMMAND, COMMAND " json");
}

static void parts_are_what_their_commands_show(void **state)
{
    static const struct {
        const char *part, *line;
    } pairs[] = {
        {"thresholds", "show tcp thresholds json"},
        {"statistics", "show tcp statistics json"},
        {"stateTotals", "show tcp states json"},
        {"listeners", "show tcp listeners detail json"},
        {"owners", "show tcp owners json"},
        {"holders", "show tcp pool json"},
        {"connections", "show tcp connections json"},
        {"closed", "show tcp closed json"},
        {"memory", "show memory pools json"},
        {"arp", "show arp json"},
        {"ipv6Neighbors", "show ipv6 neighbors json"},
        {"vlans", "show vlan ifindex json"},
        {"vlanVerify", "show vlan ifindex verify json"},
        {"interfaces", "show interfaces counters json"},
        {"snmp", "show snmp json"},
        {"diagnosis", "show tcp diagnosis json"},
    };
    static const char *const head[] = {"schema", "command",  "host",
                                       "time",   "uptimeMs", "countersSinceMs"};
    json_t *document = answer_to(COMMAND, 0);

    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        json_t *alone = answer_to(pairs[i].line, 0);

        for (size_t j = 0; j < sizeof head / sizeof head[0]; j++)
            assert_int_equal(json_object_del(alone, head[j]), 0);
        if (!json_equal(alone, json_object_get(document, pairs[i].part)))
            fail_msg("%s is not %s", pairs[i].part, pairs[i].line);
        json_decref(alone);
    }
    json_decref(document);
}

static void scanners_are_those_of_the_platform(void **state)
{
    json_t *document = answer_to(COMMAND, 0);
    json_t *rows = json_object_get(json_object_get(document, "scanners"), "scanners");
    char *text = json_dumps(rows, JSON_SORT_KEYS | JSON_COMPACT);

    (void)state;
    assert_string_equal(text, "[{\"address\":\"10.0.20.2\",\"firstAgoMs\":61000,"
                              "\"lastAgoMs\":1000,\"morePorts\":false,\"ports\":10,"
                              "\"segments\":20}]");
    free(text);
    json_decref(document);
}

static void more_scanners_than_fit_are_cut(void **state)
{
    json_t *document, *rows;

    (void)state;
    while (fake.scanner_count < FAKE_SCANNERS)
        fake_scanner("10.0.20.2");
    document = answer_to(COMMAND, 0);
    rows = json_object_get(json_object_get(document, "scanners"), "scanners");
    assert_int_equal(json_array_size(rows), CONFIG_NETDIAG_TCP_HOLDERS);
    json_decref(document);
}

static void snapshot_can_be_read_again(void **state)
{
    static struct netdiag_tcp_snapshot snapshot;
    json_t *document = answer_to(COMMAND, 0);
    struct client_problem problem;

    (void)state;
    memset(&snapshot, 0, sizeof snapshot);
    if (!client_fields_read(json_object_get(document, "snapshot"), "snapshot",
                            netdiag_tcp_snapshot_fields, &snapshot, &problem))
        fail_msg("%s", problem.text);
    assert_true(snapshot.now_ms == fake.time.uptime_ms);
    json_decref(document);
}

/* ---- what is missing ---- */

static void part_that_the_platform_lacks_has_an_error(void **state)
{
    json_t *document;

    (void)state;
    fake.platform.tcp_listeners = NULL;
    fake.platform.tcp_closed = NULL;
    fake.platform.memory_pools = NULL;
    fake.platform.tcp_scanners = NULL;
    fake.platform.neighbors = NULL;
    fake.platform.vlans = NULL;
    fake.platform.interfaces = NULL;
    fake.platform.snmp = NULL;
    document = answer_to(COMMAND, 0);
    for (size_t i = 0; i < PARTS; i++) {
        static const char *const lacking[] = {"listeners",  "closed",        "memory", "scanners",
                                              "arp",        "ipv6Neighbors", "vlans",  "vlanVerify",
                                              "interfaces", "snmp"};
        const char *code = error_of(document, parts[i]);
        bool is_lacking = false;

        for (size_t j = 0; j < sizeof lacking / sizeof lacking[0]; j++)
            is_lacking = is_lacking || strcmp(parts[i], lacking[j]) == 0;
        if (is_lacking && (code == NULL || strcmp(code, "unsupported") != 0))
            fail_msg("%s: %s", parts[i], code != NULL ? code : "no error");
        if (!is_lacking && code != NULL)
            fail_msg("%s: %s", parts[i], code);
    }
    json_decref(document);
}

static void platform_with_nothing_gives_a_document_all_the_same(void **state)
{
    json_t *document;

    (void)state;
    memset(&fake.platform, 0, sizeof fake.platform);
    document = answer_to(COMMAND, 1);
    assert_string_equal(error_of(document, "snapshot"), "unsupported");
    assert_string_equal(error_of(document, "diagnosis"), "unsupported");
    assert_string_equal(error_of(document, "connections"), "unsupported");
    json_decref(document);
}

static void walk_that_breaks_off_says_so_in_its_part(void **state)
{
    json_t *document;

    (void)state;
    fake.connections_fail_at = 16;
    fake.connections_error = NETDIAG_ERROR_IO;
    document = answer_to(COMMAND, 1);
    assert_string_equal(error_of(document, "connections"), "io");
    assert_string_equal(error_of(document, "owners"), "io");
    assert_string_equal(error_of(document, "holders"), "io");
    assert_string_equal(error_of(document, "snapshot"), "io");
    assert_null(error_of(document, "listeners"));
    json_decref(document);
}

static void stack_that_is_down_is_unreachable(void **state)
{
    (void)state;
    fake.connections_error = NETDIAG_ERROR_DOWN;
    json_decref(answer_to(COMMAND, 3));
}

/* ---- stopping it ---- */

static struct netdiag_session *to_cancel;
static char written[4 << 20];

static bool write_down(void *ctx, enum netdiag_stream stream, const char *bytes, size_t size)
{
    size_t used = strlen(written);

    (void)ctx;
    (void)stream;
    if (size > sizeof written - 1 - used)
        size = sizeof written - 1 - used;
    memcpy(written + used, bytes, size);
    written[used + size] = '\0';
    return true;
}

static size_t cancel_at;

static void cancel_in_that_chunk(void)
{
    if (fake.connections_calls == cancel_at)
        netdiag_session_cancel(to_cancel);
}

/* In each of the walks: of the states, owners, holders (two), connections, and the snapshot's. */
static void document_stopped_by_the_user_ends_before_the_next_chunk(void **state)
{
    static const struct netdiag_door door = {
        .name = "test", .line_end = "\n", .privilege = PRIVILEGE_PRIVILEGED, .write = write_down};
    const size_t chunks =
        (FAKE_CONNECTIONS + CONFIG_NETDIAG_TCP_WALK_ROWS - 1) / CONFIG_NETDIAG_TCP_WALK_ROWS;

    (void)state;
    while (fake.connection_count < FAKE_CONNECTIONS)
        fake_connection();
    fake.on_connections = cancel_in_that_chunk;
    for (cancel_at = 2; cancel_at < 7 * chunks; cancel_at += chunks) {
        memset(written, 0, sizeof written);
        fake.connections_calls = 0;
        assert_int_equal(netdiag_session_open(&fake.diag, &door, &to_cancel), NETDIAG_OK);
        netdiag_session_run(to_cancel, COMMAND, strlen(COMMAND));
        assert_int_equal(netdiag_session_status(to_cancel), 1);
        assert_int_equal(fake.connections_calls, cancel_at);
        assert_non_null(strstr(written, "% " COMMAND " stopped\n"));
        assert_null(strstr(written, "\"diagnosis\""));
        netdiag_session_close(to_cancel);
    }
}

/* ---- what does not get in ---- */

static void secrets_and_users_are_not_in_it(void **state)
{
    const struct run *run = run_lines(COMMAND);

    (void)state;
    assert_null(strstr(run->out, "assword"));
    assert_null(strstr(run->out, "\"user"));
}

static void output_has_no_words_that_fail_a_client(void **state)
{
    (void)state;
    assert_no_client_fails(COMMAND "\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(document_has_every_part_and_no_error, setup),
        cmocka_unit_test_setup(word_json_changes_nothing, setup),
        cmocka_unit_test_setup(parts_are_what_their_commands_show, setup),
        cmocka_unit_test_setup(scanners_are_those_of_the_platform, setup),
        cmocka_unit_test_setup(more_scanners_than_fit_are_cut, setup),
        cmocka_unit_test_setup(snapshot_can_be_read_again, setup),
        cmocka_unit_test_setup(part_that_the_platform_lacks_has_an_error, setup),
        cmocka_unit_test_setup(platform_with_nothing_gives_a_document_all_the_same, setup),
        cmocka_unit_test_setup(walk_that_breaks_off_says_so_in_its_part, setup),
        cmocka_unit_test_setup(stack_that_is_down_is_unreachable, setup),
        cmocka_unit_test_setup(document_stopped_by_the_user_ends_before_the_next_chunk, setup),
        cmocka_unit_test_setup(secrets_and_users_are_not_in_it, setup),
        cmocka_unit_test_setup(output_has_no_words_that_fail_a_client, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
