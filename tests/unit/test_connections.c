/*
 * `show tcp connections` on the fake platform: what it shows, every filter alone and with every
 * other, walks that end early.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <libcli.h>

#include "cli/arguments.h"
#include "cli/session.h"
#include "tests/unit/fake_platform.h"
#include "tests/unit/golden.h"

static int setup(void **state)
{
    (void)state;
    fake_reset();
    return 0;
}

/* One of each kind: long endpoints, a bound port, no owner, a name with blanks, a history of 0. */
static void add_odd_connections(void)
{
    struct netdiag_tcp_connection *row;

    fake_connection();
    row = fake_connection();
    row->state = NETDIAG_TCP_SYN_RECEIVED;
    fake_endpoint(&row->local, "255.255.255.255", 65535);
    fake_endpoint(&row->remote, "255.255.255.255", 65535);
    row->owner.name[0] = '\0';
    row->srtt_ms = 0;
    row->vlan = 4094;
    row->has_free_in = true;
    row->free_in_ms = 19501;
    row->is_unaccepted = true;
    row->retries = 3;
    row->history.created_ms = fake.time.uptime_ms + 5; /* after the command's own look */
    row->history.last_in_ms = row->history.last_out_ms = row->history.created_ms;
    row->history.state_since_ms = row->history.created_ms;
    row = fake_connection();
    row->state = NETDIAG_TCP_TIME_WAIT;
    fake_endpoint(&row->local, "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff", 65535);
    fake_endpoint(&row->remote, "2001:db8:1111:2222:3333:4444:5555:6666", 65535);
    snprintf(row->owner.name, sizeof row->owner.name, "my task\033[31m");
    row->vlan = 0;
    row->has_free_in = row->is_reclaimable = true;
    row->reuse_address = true;
    row->history.id = UINT32_MAX;
    row->history.is_passive = false;
    row->history.created_ms = 0; /* at boot: more than a day ago */
    row = fake_connection();
    row->state = NETDIAG_TCP_CLOSED;
    fake_endpoint(&row->local, "*", 9000);
    memset(&row->remote, 0, sizeof row->remote);
    row->has_history = false;
    row = fake_connection();
    row->state = NETDIAG_TCP_CLOSING;
    row->is_reclaimable = true;
    row->retries = 1;
    row->keepalives = 2;
    row->history.sent_since_fin = true;
    row->history.id = 0x0a0b0c0d;
}

static void connections_table_detail_and_json(void **state)
{
    (void)state;
    add_odd_connections();
    assert_line_golden("show tcp connections", "tcp_connections.txt");
    assert_line_golden("show tcp connections detail", "tcp_connections_detail.txt");
    assert_line_golden("show tcp connections json", "tcp_connections.json");
    assert_same_output("show tcp connections json", "sh tcp conn detail json");
}

static void connections_every_row_is_ten_words(void **state)
{
    char *line, *rest;
    unsigned rows = 0;

    (void)state;
    add_odd_connections();
    line = strtok_r(run_lines("show tcp connections")->out, "\n", &rest);
    for (; line != NULL && strstr(line, " shown") == NULL;
         line = strtok_r(NULL, "\n", &rest), rows++) {
        unsigned words = 0;

        for (char *c = line; *c != '\0'; c++)
            words += *c != ' ' && (c == line || c[-1] == ' ');
        assert_int_equal(words, 10);
    }
    assert_int_equal(rows, 6);
}

static void connections_none_and_one(void **state)
{
    (void)state;
    assert_line_golden("show tcp connections", "tcp_connections_none.txt");
    assert_line_golden("show tcp connections json", "tcp_connections_none.json");
    fake_connection();
    fake.connections_no_hold = true;
    assert_non_null(strstr(run_lines("sh tcp conn")->out, "\n1 connection, 1 shown\n"));
    assert_non_null(strstr(run_lines("sh tcp conn json")->out, "\"longestHoldNs\":null}"));
}

static void connections_age_has_ciscos_form(void **state)
{
    static const struct {
        uint64_t seconds;
        const char *text;
    } ages[] = {
        {0, " 00:00:00 "},     {59, " 00:00:59 "},
        {3600, " 01:00:00 "},  {86399, " 23:59:59 "},
        {86400, " 1d00h "},    {604799, " 6d23h "},
        {604800, " 1w00d "},   {31535999, " 52w00d "},
        {31536000, " 1y00w "}, {UINT64_C(31536000) * 600, " 600y00w "},
    };

    (void)state;
    fake_connection();
    fake.time.uptime_ms = UINT64_C(31536000) * 700 * 1000;
    for (size_t i = 0; i < sizeof ages / sizeof ages[0]; i++) {
        fake.connections[0].history.created_ms = fake.time.uptime_ms - ages[i].seconds * 1000;
        assert_non_null(strstr(run_lines("sh tcp conn")->out, ages[i].text));
    }
}

static void connections_without_a_clock_have_no_age(void **state)
{
    (void)state;
    fake_connection();
    fake.time_error = NETDIAG_ERROR_IO;
    assert_non_null(
        strstr(run_lines("sh tcp conn")->out, "httpd       10    -         -         101"));
    assert_non_null(
        strstr(run_lines("sh tcp conn json")->out, "\"ageMs\":null,\"idleMs\":null,\"rxBytes\":1"));
    assert_non_null(strstr(run_lines("sh tcp conn detail")->out,
                           "  Opened by the peer - ago, idle for -, in this state for -\n"));
}

/* ---- filters ---- */

struct filter_case {
    const char *words;
    bool (*fits)(const struct netdiag_tcp_connection *row);
};

static bool address_begins(const struct netdiag_endpoint *endpoint, const char *beginning)
{
    char text[NETDIAG_ADDRESS_TEXT];

    netdiag_address_text(&endpoint->address, text, sizeof text);
    return strncmp(text, beginning, strlen(beginning)) == 0;
}

#define CASE(name, condition)                                                                      \
    static bool name(const struct netdiag_tcp_connection *row)                                     \
    {                                                                                              \
        return (condition);                                                                        \
    }

CASE(is_established, row->state == NETDIAG_TCP_ESTABLISHED)
CASE(is_syn_received, row->state == NETDIAG_TCP_SYN_RECEIVED)
CASE(is_closed, row->state == NETDIAG_TCP_CLOSED)
CASE(has_port_80, row->local.port == 80 || row->remote.port == 80)
CASE(has_port_65535, row->local.port == 65535 || row->remote.port == 65535)
CASE(has_local_port_7, row->local.port == 7)
CASE(has_remote_port_1, row->remote.port == 1)
CASE(has_local_10, address_begins(&row->local, "10.0.10."))
CASE(has_local_v6, address_begins(&row->local, "2001:db8:10:"))
CASE(has_local_exact, address_begins(&row->local, "10.0.20.1"))
CASE(has_remote_20, address_begins(&row->remote, "10.0.20."))
CASE(has_remote_any_v6, row->remote.address.family == NETDIAG_FAMILY_IPV6)
CASE(has_remote_exact_v6, address_begins(&row->remote, "2001:db8:20::2"))
CASE(is_of_vlan_10, row->vlan == 10)
CASE(is_of_vlan_4094, row->vlan == 4094)
CASE(is_of_httpd, strcmp(row->owner.name, "httpd") == 0)
CASE(is_of_none, row->owner.name[0] == '\0')
CASE(is_of_my_task, strcmp(row->owner.name, "my task") == 0)

static const struct filter_case cases[] = {
    {"state established", is_established},
    {"state SYN_RECEIVED", is_syn_received},
    {"state closed", is_closed},
    {"port 80", has_port_80},
    {"port 65535", has_port_65535},
    {"local-port 7", has_local_port_7},
    {"remote-port 1", has_remote_port_1},
    {"local 10.0.10.0/24", has_local_10},
    {"local 2001:db8:10::/48", has_local_v6},
    {"local 10.0.20.1", has_local_exact},
    {"remote 10.0.20.0/24", has_remote_20},
    {"remote ::/0", has_remote_any_v6},
    {"remote 2001:db8:20::2", has_remote_exact_v6},
    {"vlan 10", is_of_vlan_10},
    {"vlan 4094", is_of_vlan_4094},
    {"owner httpd", is_of_httpd},
    {"owner -", is_of_none},
    {"owner \"my task\"", is_of_my_task},
};

#define CASES (sizeof cases / sizeof cases[0])

/* Rows in which each filter's values stand in every mixture. */
static void add_mixture(void)
{
    static const char *const local[] = {"10.0.10.1", "10.0.20.1", "2001:db8:10::1",
                                        "2001:db8:20::1"};
    static const char *const remote[] = {"10.0.10.2", "10.0.20.2", "2001:db8:10::2",
                                         "2001:db8:20::2"};
    static const char *const owners[] = {"httpd", "", "my task", "HTTPD", "httpd2"};
    static const uint16_t ports[] = {7, 80, 65535, 1, 8080};
    static const uint16_t vlans[] = {0, 10, 100, 4094};
    uint32_t seed = 7;

    for (unsigned i = 0; i < 600; i++) {
        struct netdiag_tcp_connection *row = fake_connection();
        uint32_t r = seed = seed * UINT32_C(1664525) + UINT32_C(1013904223);
        size_t family = (r >> 8 & 1) * 2;

        row->state = (enum netdiag_tcp_state)(i % 11 + 1);
        fake_endpoint(&row->local, local[family + (r >> 9 & 1)], ports[(r >> 10) % 5]);
        fake_endpoint(&row->remote, remote[family + (r >> 16 & 1)], ports[(r >> 18) % 5]);
        snprintf(row->owner.name, sizeof row->owner.name, "%s", owners[(r >> 24) % 5]);
        row->vlan = vlans[(r >> 28) % 4];
    }
}

static void assert_selects(const char *line, const struct filter_case *one,
                           const struct filter_case *other)
{
    const struct run *run = run_lines(line);
    size_t expected = 0, got = 0;
    char text[64];

    assert_string_equal(run->err, "");
    assert_int_equal(run->status, 0);
    for (size_t i = 0; i < fake.connection_count; i++) {
        const struct netdiag_tcp_connection *row = &fake.connections[i];
        bool fits = one->fits(row) && other->fits(row);

        expected += fits;
        snprintf(text, sizeof text, "\"id\":\"%08x\"", (unsigned)row->history.id);
        if ((strstr(run->out, text) != NULL) != fits)
            fail_msg("%s: %s is%s among them", line, text, fits ? " not" : "");
    }
    for (const char *at = run->out; (at = strstr(at, "\"id\":")) != NULL; at++)
        got++;
    assert_int_equal(got, expected);
    snprintf(text, sizeof text, "\"total\":600,\"shown\":%zu,", expected);
    assert_non_null(strstr(run->out, text));
}

/* A word's filter, to tell whether two cases are of the same one. */
static bool same_filter(const char *one, const char *other)
{
    size_t size = strcspn(one, " ");

    return strncmp(one, other, size + 1) == 0;
}

static void filters_alone_and_in_pairs_are_a_plain_selection(void **state)
{
    unsigned pairs = 0;
    char line[200];

    (void)state;
    add_mixture();
    for (size_t i = 0; i < CASES; i++) {
        snprintf(line, sizeof line, "show tcp connections %s json", cases[i].words);
        assert_selects(line, &cases[i], &cases[i]);
        for (size_t k = 0; k < CASES; k++) {
            if (same_filter(cases[i].words, cases[k].words))
                continue;
            snprintf(line, sizeof line, "show tcp connections %s json %s", cases[i].words,
                     cases[k].words);
            assert_selects(line, &cases[i], &cases[k]);
            pairs++;
        }
    }
    assert_true(pairs > 150);
}

static void filters_all_at_once(void **state)
{
    const struct run *run;

    (void)state;
    add_mixture();
    fake_endpoint(&fake_connection()->local, "10.0.10.1", 22);
    run = run_lines("sh tcp conn state est port 22 local-port 22 remote-port 50601 local 10.0.10.1 "
                    "remote 10.0.10.2/32 vlan 10 owner httpd");
    assert_non_null(strstr(run->out, "\n00000259  10.0.10.1:22 "));
    assert_non_null(strstr(run->out, "\n601 connections, 1 shown;"));
}

static void states_every_name_and_unique_beginning_is_taken(void **state)
{
    static const struct {
        const char *text;
        const char *key;
    } names[] = {
        {"ESTABLISHED", "established"},
        {"e", "established"},
        {"LISTEN", "listen"},
        {"li", "listen"},
        {"SYN-SENT", "synSent"},
        {"syns", "synSent"},
        {"synReceived", "synReceived"},
        {"syn-r", "synReceived"},
        {"FIN-WAIT-1", "finWait1"},
        {"finwait2", "finWait2"},
        {"FIN_WAIT_2", "finWait2"},
        {"closed", "closed"},
        {"closeW", "closeWait"},
        {"CLOSE-W", "closeWait"},
        {"closi", "closing"},
        {"LAST-ACK", "lastAck"},
        {"la", "lastAck"},
        {"t", "timeWait"},
        {"time_wait", "timeWait"},
    };
    char line[100], key[64];

    (void)state;
    for (unsigned i = NETDIAG_TCP_STATE_FIRST; i <= NETDIAG_TCP_STATE_LAST; i++)
        fake_connection()->state = (enum netdiag_tcp_state)i;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct run *run;

        snprintf(line, sizeof line, "show tcp connections state %s json", names[i].text);
        snprintf(key, sizeof key, "\"state\":\"%s\"", names[i].key);
        run = run_lines(line);
        assert_non_null(strstr(run->out, key));
        assert_non_null(strstr(run->out, "\"total\":11,\"shown\":1,"));
    }
}

static void values_out_of_bounds_are_carets(void **state)
{
    static const char *const wrong[] = {
        "state s",
        "state close",
        "state fin-wait",
        "state -",
        "state establishedx",
        "port 0",
        "port 65536",
        "port 1a",
        "local-port 0",
        "local-port 65536",
        "remote-port 0",
        "remote-port -1",
        "local 10.0.0",
        "local 10.0.0.0/33",
        "remote 2001:::1",
        "remote ::/129",
        "local host",
        "vlan 0",
        "vlan 4095",
        "vlan x",
    };
    char line[200];

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        snprintf(line, sizeof line, "show tcp connections %s", wrong[i]);
        assert_caret(line, (int)(strrchr(line, ' ') - line) + 1);
    }
    assert_caret("show tcp connections port 1 port 2", 33);
    assert_caret("show tcp connections nonsense", 21);
    assert_refused("show tcp connections port", "% Incomplete command.\n", 2);
    fake_connection();
    assert_int_equal(run_lines("sh tcp conn port 1")->status, 0);
    assert_int_equal(run_lines("sh tcp conn port 65535")->status, 0);
}

static void owner_length_bounds(void **state)
{
    char name[CONFIG_NETDIAG_OWNER_LENGTH + 2];
    char line[200];

    (void)state;
    memset(name, 'x', sizeof name);
    name[CONFIG_NETDIAG_OWNER_LENGTH] = '\0';
    strcpy(fake_connection()->owner.name, name);
    snprintf(line, sizeof line, "show tcp connections owner %s", name);
    assert_non_null(strstr(run_lines(line)->out, "\n1 connection, 1 shown;"));
    name[CONFIG_NETDIAG_OWNER_LENGTH] = 'x';
    name[CONFIG_NETDIAG_OWNER_LENGTH + 1] = '\0';
    snprintf(line, sizeof line, "show tcp connections owner %s", name);
    assert_caret(line, 27);
}

static void prefix_with_host_bits_says_the_right_one(void **state)
{
    (void)state;
    fake_connection();
    assert_refused("show tcp connections local 10.0.10.1/24",
                   "% the prefix 10.0.10.1/24 has host bits set; write 10.0.10.0/24\n", 1);
    assert_refused("show tcp connections remote 2001:db8::1/32",
                   "% the prefix 2001:db8::1/32 has host bits set; write 2001:db8::/32\n", 1);
    assert_non_null(strstr(run_lines("show tcp connections local 10.0.10.1/24 json")->out,
                           "\"error\":{\"code\":\"invalid\","));
}

static void state_completions_are_its_names(void **state)
{
    struct cli_comphelp completions;

    (void)state;
    memset(&completions, 0, sizeof completions);
    netdiag_complete_tcp_state(NULL, "state", "syn", &completions);
    assert_int_equal(completions.num_entries, 2);
    assert_string_equal(completions.entries[0], "SYN-SENT");
    assert_string_equal(completions.entries[1], "SYN-RECEIVED");
    cli_free_comphelp(&completions);
    memset(&completions, 0, sizeof completions);
    netdiag_complete_tcp_state(NULL, "state", NULL, &completions);
    assert_int_equal(completions.num_entries, 11);
    cli_free_comphelp(&completions);
    memset(&completions, 0, sizeof completions);
    netdiag_complete_tcp_state(NULL, "state", "synR", &completions);
    assert_int_equal(completions.num_entries, 1);
    cli_free_comphelp(&completions);
}

/* ---- the walk ---- */

static void walk_goes_on_over_chunks_of_any_size(void **state)
{
    static const size_t chunks[] = {1, 2, CONFIG_NETDIAG_TCP_WALK_ROWS - 1,
                                    CONFIG_NETDIAG_TCP_WALK_ROWS, 0};

    (void)state;
    for (unsigned i = 0; i < 100; i++)
        fake_connection();
    for (size_t i = 0; i < sizeof chunks / sizeof chunks[0]; i++) {
        fake.connections_chunk = chunks[i];
        assert_non_null(strstr(run_lines("sh tcp conn json")->out, "\"total\":100,\"shown\":100,"));
    }
    assert_int_equal(fake.connections_capacity, CONFIG_NETDIAG_TCP_WALK_ROWS);
}

static void walk_that_breaks_off_says_so(void **state)
{
    const struct run *run;

    (void)state;
    for (unsigned i = 0; i < 10; i++)
        fake_connection();
    fake.connections_chunk = 2;
    fake.connections_error = NETDIAG_ERROR_IO;
    fake.connections_fail_at = 4;
    run = run_lines("show tcp connections");
    assert_int_equal(run->status, 1);
    assert_string_equal(run->err,
                        "% the list ends after 4 connections: reading from the device failed\n");
    assert_null(strstr(run->out, " shown"));
    run = run_lines("show tcp connections json");
    assert_int_equal(run->status, 1);
    assert_golden("tcp_connections_broken_off.json", run->out, run->out_size);
}

static void walk_absent_or_failing_is_told(void **state)
{
    (void)state;
    fake.connections_error = NETDIAG_ERROR_DOWN;
    assert_int_equal(run_lines("show tcp connections")->status, 3);
    fake.connections_error = NETDIAG_ERROR_BUSY;
    assert_int_equal(run_lines("show tcp connections")->status, 1);
    fake.platform.tcp_connections = NULL;
    assert_refused("show tcp connections",
                   "% show tcp connections not available: this platform does not offer it\n", 1);
    assert_non_null(strstr(run_lines("show tcp connections json")->out,
                           "\"error\":{\"code\":\"unsupported\","));
}

static void walk_that_breaks_its_contract_ends(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 10; i++)
        fake_connection();
    fake.connections_stuck = true;
    assert_int_equal(run_lines("show tcp connections")->status, 1);
    fake.connections_stuck = false;
    fake.connections_count_added = 100;
    assert_int_equal(run_lines("show tcp connections")->status, 1);
}

static struct netdiag_session *to_cancel;
static char written[65536];

static bool write_down(void *ctx, enum netdiag_stream stream, const char *bytes, size_t size)
{
    size_t used = strlen(written);

    (void)ctx;
    (void)stream;
    if (size > sizeof written - 1 - used)
        size = sizeof written - 1 - used;
    memcpy(written + used, bytes, size);
    return true;
}

static void cancel_in_the_third_chunk(void)
{
    if (fake.connections_calls == 3)
        netdiag_session_cancel(to_cancel);
}

static void walk_stopped_by_the_user_ends_before_the_next_chunk(void **state)
{
    static const struct netdiag_door door = {
        .name = "test", .line_end = "\n", .privilege = PRIVILEGE_PRIVILEGED, .write = write_down};

    (void)state;
    for (unsigned i = 0; i < 1000; i++)
        fake_connection();
    memset(written, 0, sizeof written);
    fake.on_connections = cancel_in_the_third_chunk;
    assert_int_equal(netdiag_session_open(&fake.diag, &door, &to_cancel), NETDIAG_OK);
    /* None is shown: it is asked between the chunks, not at the rows. */
    netdiag_session_run(to_cancel, "show tcp connections port 1", 27);
    assert_int_equal(netdiag_session_status(to_cancel), 1);
    assert_int_equal(fake.connections_calls, 3);
    assert_non_null(strstr(written, "% show tcp connections stopped\n"));
    assert_null(strstr(written, " shown"));
    netdiag_session_close(to_cancel);
}

static void output_has_no_words_that_fail_a_client(void **state)
{
    (void)state;
    add_odd_connections();
    assert_no_client_fails(
        "show tcp connections\nshow tcp connections detail\nshow tcp connections json\n"
        "show tcp connections local 10.0.10.1/8\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(connections_table_detail_and_json, setup),
        cmocka_unit_test_setup(connections_every_row_is_ten_words, setup),
        cmocka_unit_test_setup(connections_none_and_one, setup),
        cmocka_unit_test_setup(connections_age_has_ciscos_form, setup),
        cmocka_unit_test_setup(connections_without_a_clock_have_no_age, setup),
        cmocka_unit_test_setup(filters_alone_and_in_pairs_are_a_plain_selection, setup),
        cmocka_unit_test_setup(filters_all_at_once, setup),
        cmocka_unit_test_setup(states_every_name_and_unique_beginning_is_taken, setup),
        cmocka_unit_test_setup(values_out_of_bounds_are_carets, setup),
        cmocka_unit_test_setup(owner_length_bounds, setup),
        cmocka_unit_test_setup(prefix_with_host_bits_says_the_right_one, setup),
        cmocka_unit_test_setup(state_completions_are_its_names, setup),
        cmocka_unit_test_setup(walk_goes_on_over_chunks_of_any_size, setup),
        cmocka_unit_test_setup(walk_that_breaks_off_says_so, setup),
        cmocka_unit_test_setup(walk_absent_or_failing_is_told, setup),
        cmocka_unit_test_setup(walk_that_breaks_its_contract_ends, setup),
        cmocka_unit_test_setup(walk_stopped_by_the_user_ends_before_the_next_chunk, setup),
        cmocka_unit_test_setup(output_has_no_words_that_fail_a_client, setup),
    };

    return cmocka_run_group_tests_name("connections", tests, NULL, NULL);
}
