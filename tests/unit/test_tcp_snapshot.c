/*
 * The snapshot: that its fields are described whole, so that one that was written down and read
 * again gives the same findings; the order of findings; how long it takes to make.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "tests/unit/plain_device.h"

/* ---- the fields ---- */

static void each_field(const struct netdiag_field *fields, size_t base,
                       void (*act)(const struct netdiag_field *field, size_t offset))
{
    for (const struct netdiag_field *field = fields; field->key != NULL; field++) {
        size_t count = field->most > 0 ? field->most : 1;

        for (size_t i = 0; i < count; i++) {
            size_t offset = base + field->offset + i * field->size;

            if (field->type == NETDIAG_FIELD_STRUCT)
                each_field(field->fields, offset, act);
            else
                act(field, offset);
        }
    }
}

static struct netdiag_tcp_snapshot from, to;
static uint8_t covered[sizeof(struct netdiag_tcp_snapshot)];
static size_t leaves;

static size_t size_of_type(enum netdiag_field_type type, size_t size)
{
    switch (type) {
    case NETDIAG_FIELD_BOOL:
        return sizeof(bool);
    case NETDIAG_FIELD_U8:
        return 1;
    case NETDIAG_FIELD_U16:
        return 2;
    case NETDIAG_FIELD_U32:
        return 4;
    case NETDIAG_FIELD_U64:
        return 8;
    case NETDIAG_FIELD_ENUM:
        return sizeof(int);
    case NETDIAG_FIELD_ADDRESS:
        return sizeof(struct netdiag_address);
    case NETDIAG_FIELD_TEXT:
    case NETDIAG_FIELD_STRUCT:
        break;
    }
    return size;
}

static void cover(const struct netdiag_field *field, size_t offset)
{
    assert_int_equal(field->size, size_of_type(field->type, field->size));
    assert_in_range(offset + field->size, 1, sizeof covered);
    for (size_t i = 0; i < field->size; i++) {
        if (covered[offset + i] != 0)
            fail_msg("%s lies over another field", field->key);
        covered[offset + i] = 1;
    }
    leaves++;
}

static void fields_cover_every_byte_but_padding(void **state)
{
    (void)state;
    leaves = 0;
    memset(covered, 0, sizeof covered);
    each_field(netdiag_tcp_snapshot_fields, 0, cover);
    assert_in_range(leaves, 200, 400);
#if defined __has_builtin
#if __has_builtin(__builtin_clear_padding)
    memset(&from, 0xff, sizeof from);
    __builtin_clear_padding(&from);
    for (size_t i = 0; i < sizeof from; i++) {
        bool is_value = ((const uint8_t *)&from)[i] == 0xff;

        if (is_value != (covered[i] == 1))
            fail_msg("byte %zu: %s", i, is_value ? "no field has it" : "a field has padding");
    }
#endif
#endif
}

static void unique_keys(const struct netdiag_field *fields)
{
    for (const struct netdiag_field *field = fields; field->key != NULL; field++) {
        for (const struct netdiag_field *other = fields; other != field; other++)
            assert_string_not_equal(field->key, other->key);
        if (field->type == NETDIAG_FIELD_STRUCT)
            unique_keys(field->fields);
    }
}

static void fields_have_names_of_their_own(void **state)
{
    (void)state;
    unique_keys(netdiag_tcp_snapshot_fields);
}

static uint32_t random_state;

static uint32_t any_number(void)
{
    random_state = random_state * 1664525 + 1013904223;
    return random_state >> 8;
}

/* Where in a uint64_t the low bytes of its value are. */
static size_t low_bytes(size_t size)
{
    const uint16_t one = 1;

    return *(const uint8_t *)&one == 1 ? 0 : sizeof(uint64_t) - size;
}

/* Values of all sizes, and what each type allows. */
static void fill(const struct netdiag_field *field, size_t offset)
{
    uint8_t *at = (uint8_t *)&from + offset;
    uint64_t number = any_number() % (any_number() % 3 == 0 ? 100000 : 20);
    struct netdiag_address address = plain_address(any_number() % 256, 1, 1);
    int word = (int)(number % 12);

    if (field->type == NETDIAG_FIELD_BOOL)
        *at = number % 4 > 0;
    else if (field->type == NETDIAG_FIELD_ENUM)
        memcpy(at, &word, sizeof word);
    else if (field->type == NETDIAG_FIELD_ADDRESS)
        memcpy(at, &address, sizeof address);
    else if (field->type == NETDIAG_FIELD_TEXT)
        snprintf((char *)at, field->size, "%.*s", (int)(number % 5), "name");
    else
        memcpy(at, (const uint8_t *)&number + low_bytes(field->size), field->size);
}

static void copy(const struct netdiag_field *field, size_t offset)
{
    memcpy((uint8_t *)&to + offset, (const uint8_t *)&from + offset, field->size);
}

static void assert_same_fact(const struct netdiag_evidence *one,
                             const struct netdiag_evidence *other)
{
    assert_string_equal(one->key, other->key);
    assert_int_equal(one->kind, other->kind);
    assert_int_equal(one->is_more, other->is_more);
    assert_true(one->number == other->number);
    assert_memory_equal(&one->address, &other->address, sizeof one->address);
    assert_int_equal(one->text == NULL, other->text == NULL);
    if (one->text != NULL)
        assert_string_equal(one->text, other->text);
}

static bool assert_same_finding(enum netdiag_tcp_code code)
{
    struct netdiag_tcp_finding one, other;
    bool is_found = netdiag_tcp_rule(&from, code, &one);

    assert_int_equal(netdiag_tcp_rule(&to, code, &other), is_found);
    if (!is_found)
        return false;
    assert_int_equal(one.severity, other.severity);
    assert_int_equal(one.variant, other.variant);
    assert_int_equal(one.count, other.count);
    for (size_t i = 0; i < one.count; i++)
        assert_same_fact(&one.evidence[i], &other.evidence[i]);
    return true;
}

static void snapshot_of_described_fields_gives_the_same_findings(void **state)
{
    unsigned found[NETDIAG_TCP_FINDINGS] = {0};

    (void)state;
    for (unsigned round = 0; round < 500; round++) {
        memset(&from, 0xa5, sizeof from); /* what stands in padding is nobody's */
        memset(&to, 0, sizeof to);
        each_field(netdiag_tcp_snapshot_fields, 0, fill);
        each_field(netdiag_tcp_snapshot_fields, 0, copy);
        for (unsigned code = 0; code < NETDIAG_TCP_FINDINGS; code++)
            found[code] += assert_same_finding((enum netdiag_tcp_code)code);
    }
    for (unsigned code = 0; code < NETDIAG_TCP_FINDINGS; code++) {
        if (found[code] == 0)
            fail_msg("%s was never found", netdiag_tcp_code_key((enum netdiag_tcp_code)code));
    }
}

/* ---- findings ---- */

static void names_are_those_of_the_list(void **state)
{
    struct netdiag_tcp_finding finding;

    (void)state;
    assert_string_equal(netdiag_tcp_code_key(NETDIAG_TCP_FINDING_SYN_FLOOD), "syn-flood");
    assert_string_equal(netdiag_tcp_code_key(NETDIAG_TCP_FINDING_RESET_RISE), "reset-rise");
    assert_string_equal(netdiag_tcp_code_key(NETDIAG_TCP_FINDINGS), "unknown");
    assert_int_equal(netdiag_tcp_code_state(NETDIAG_TCP_FINDING_PORT_SCAN), NETDIAG_TCP_CLOSED);
    assert_int_equal(netdiag_tcp_code_state(NETDIAG_TCP_FINDING_RESET_RISE), 0);
    assert_int_equal(netdiag_tcp_code_state(NETDIAG_TCP_FINDINGS), 0);
    assert_string_equal(netdiag_tcp_severity_key(NETDIAG_TCP_SEVERITY_INFO), "info");
    assert_string_equal(netdiag_tcp_verdict_key(NETDIAG_TCP_SEVERITY_INFO), "ok");
    assert_string_equal(netdiag_tcp_verdict_key(NETDIAG_TCP_SEVERITY_WARNING), "warning");
    assert_string_equal(netdiag_tcp_verdict_key(NETDIAG_TCP_SEVERITY_CRITICAL), "critical");
    assert_string_equal(netdiag_reach_key(NETDIAG_REACH_NO_ROUTE), "noRoute");
    assert_string_equal(netdiag_reach_key(NETDIAG_REACH_UNRESOLVED), "unresolved");
    assert_string_equal(netdiag_reach_key(NETDIAG_REACH_RESOLVED), "resolved");
    assert_string_equal(netdiag_reach_key((enum netdiag_reach)99), "unknown");
    plain_take();
    assert_false(netdiag_tcp_rule(&plain.snapshot, NETDIAG_TCP_FINDINGS, &finding));
    assert_null(netdiag_tcp_finding_fact(&finding, "port"));
}

static void diagnosis_has_the_worst_first(void **state)
{
    struct netdiag_tcp_diagnosis diagnosis;

    (void)state;
    plain_take();
    netdiag_tcp_diagnose(&plain.snapshot, &diagnosis);
    assert_int_equal(diagnosis.count, 0);
    assert_int_equal(diagnosis.verdict, NETDIAG_TCP_SEVERITY_INFO);

    plain_listener(80, "");
    plain_row(NETDIAG_TCP_CLOSE_WAIT, 100000)->owner.name[0] = '\0';
    plain_row(NETDIAG_TCP_LAST_ACK, 100000)->owner.name[0] = '\0';
    assert_findings("close-wait-leak last-ack-stuck unknown-listener");
    plain.watched.trend.pool_refused = 1;
    assert_findings("pool-exhaustion close-wait-leak last-ack-stuck unknown-listener");
    netdiag_tcp_diagnose(&plain.snapshot, &diagnosis);
    assert_int_equal(diagnosis.verdict, NETDIAG_TCP_SEVERITY_CRITICAL);
    assert_int_equal(diagnosis.found[3].severity, NETDIAG_TCP_SEVERITY_INFO);
}

static void device_without_a_clock_has_no_ages(void **state)
{
    (void)state;
    plain.base.has_now = false;
    plain_listener(80, "httpd");
    for (int s = NETDIAG_TCP_STATE_FIRST; s <= NETDIAG_TCP_STATE_LAST; s++)
        plain_row((enum netdiag_tcp_state)s, 100000);
    plain_closed(NETDIAG_TCP_END_UNANSWERED, 10);
    assert_findings("");
}

/* ---- any device ---- */

/* Every kind of row there is, and some that there are not. */
static void fill_with_anything(unsigned rows)
{
    for (unsigned i = 0; i < rows; i++) {
        struct netdiag_tcp_connection *row =
            plain_row((enum netdiag_tcp_state)(any_number() % 13), any_number() % 200000);

        row->remote.address =
            plain_address(any_number() % 3, any_number() % 40, any_number() % 250);
        row->local.port = (uint16_t)(any_number() % 5 ? 80 : any_number());
        row->owner.name[any_number() % 4] = '\0';
        row->retries = (uint8_t)(any_number() % 12);
        row->history.is_passive = any_number() % 2;
        row->is_unaccepted = any_number() % 3 == 0;
        row->is_reclaimable = any_number() % 2;
        row->has_free_in = any_number() % 2;
        row->free_in_ms = any_number();
        row->receive_queue = any_number() % 2;
        row->send_window = any_number() % 2;
        row->history.last_in_ms = NOW_MS - any_number() % 100000;
        row->history.created_ms = row->history.state_since_ms - any_number() % 50000;
        if (i < CONFIG_NETDIAG_TCP_STALLS)
            plain_stall(any_number() % rows, any_number() % 2, any_number() % 60000);
    }
}

static void anything_keeps_the_bounds(void **state)
{
    (void)state;
    random_state = 1;
    for (unsigned round = 0; round < 30; round++) {
        const struct netdiag_tcp_snapshot *snapshot = &plain.snapshot;

        plain_reset();
        fill_with_anything(round * 60);
        plain_take();
        assert_int_equal(snapshot->connections, plain.row_count);
        assert_int_equal(snapshot->pool.held + snapshot->pool.reclaimable, plain.row_count);
        assert_true(snapshot->half_open.count <= snapshot->half_open.total);
        assert_true(snapshot->half_open.old <= snapshot->half_open.total);
        assert_true(snapshot->half_open.sources <= snapshot->half_open.count);
        assert_true(snapshot->half_open.sources <= CONFIG_NETDIAG_TCP_DIAGNOSIS_ROWS);
        assert_true(snapshot->leak.count <= snapshot->leaks);
        assert_true(snapshot->unaccepted.count <= snapshot->unaccepted.total);
        assert_true(snapshot->attempts.target_now <= snapshot->attempts.now);
        assert_true(snapshot->attempts.target_ports <= snapshot->attempts.ports);
        assert_true(snapshot->time_wait.port_count <= snapshot->time_wait.count);
        assert_true(snapshot->time_wait.in_10s <= snapshot->time_wait.in_30s);
        for (unsigned code = 0; code < NETDIAG_TCP_FINDINGS; code++)
            (void)netdiag_tcp_rule(snapshot, (enum netdiag_tcp_code)code, &plain.finding);
    }
}

static void vote(struct netdiag_tally *tally, unsigned from_number, unsigned count)
{
    for (unsigned i = from_number; i < from_number + count; i++) {
        struct netdiag_tally_key key = netdiag_tally_key(NULL, (uint16_t)i);

        netdiag_tally_vote(tally, &key);
    }
}

/* Of 2N + 1 votes more than one in N + 1: two. */
static void tally_keeps_whoever_has_more_than_its_share(void **state)
{
    static struct netdiag_tally tally;
    const unsigned rows = CONFIG_NETDIAG_TCP_DIAGNOSIS_ROWS;
    struct netdiag_tally_key key;

    (void)state;
    assert_false(netdiag_tally_top(&tally, 0, &key));
    vote(&tally, 9, 1);
    vote(&tally, 9, 1);
    vote(&tally, 1000, rows);
    assert_int_equal(tally.count, 1);
    assert_true(tally.is_cut);
    vote(&tally, 20000, rows - 1);
    key = netdiag_tally_key(NULL, 9);
    assert_non_null(netdiag_tally_find(&tally, &key));
    assert_true(netdiag_tally_top(&tally, 0, &key));
    assert_int_equal(key.port, 9);
    vote(&tally, 30000, 1); /* and all have cancelled each other out */
    assert_int_equal(tally.count, 0);
    assert_true(netdiag_tally_top(&tally, 0, &key));
    assert_int_equal(key.port, 30000);
}

/* Large ones that come last are found among as many small ones as one likes. */
static void large_ones_that_come_last_are_found(void **state)
{
    (void)state;
    plain.base.pool.capacity = PLAIN_ROWS;
    for (unsigned i = 0; i < 4000; i++) {
        struct netdiag_tcp_connection *row =
            plain_row(i % 2 ? NETDIAG_TCP_SYN_SENT : NETDIAG_TCP_SYN_RECEIVED, 5000);

        row->remote.address = plain_address(i / 250, i % 250, 1);
        row->local.port = (uint16_t)(1000 + i);
        row->history.is_passive = i % 2 == 0;
    }
    for (unsigned i = 0; i < 500; i++) {
        struct netdiag_tcp_connection *row = plain_row(NETDIAG_TCP_SYN_SENT, 5000);

        row->history.is_passive = false;
        row->remote.address = plain_address(99, 99, 99);
        row->remote.port = 443;
        plain_row(NETDIAG_TCP_SYN_RECEIVED, 5000)->remote.address = plain_address(88, 88, 88);
    }
    assert_found(NETDIAG_TCP_FINDING_SYN_SENT_ONE_TARGET, NETDIAG_TCP_SEVERITY_WARNING, 0);
    assert_address("target", plain_address(99, 99, 99));
    assert_number("attempts", 500);
    assert_found(NETDIAG_TCP_FINDING_SYN_FLOOD, NETDIAG_TCP_SEVERITY_WARNING,
                 NETDIAG_TCP_SYN_FLOOD_FEW);
    assert_number("port", 80);
    assert_address("topSource", plain_address(88, 88, 88));
    assert_number("topSourceCount", 500);
}

static uint64_t now_us(void)
{
    struct timespec time;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_nsec / 1000;
}

/* Rows of as many kinds as the tables have places, and more: the best of several tries. */
static void ten_thousand_connections_take_milliseconds(void **state)
{
    uint64_t least_us = UINT64_MAX;

    (void)state;
    random_state = 7;
    fill_with_anything(10000);
    for (unsigned i = 0; i < 5; i++) {
        uint64_t start_us = now_us();

        plain_take();
        if (now_us() - start_us < least_us)
            least_us = now_us() - start_us;
    }
    print_message("snapshot of 10000 connections: %llu us\n", (unsigned long long)least_us);
    if (getenv("NETDIAG_VARIANT") == NULL || strcmp(getenv("NETDIAG_VARIANT"), "release") == 0)
        assert_in_range(least_us, 1, 20000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(fields_cover_every_byte_but_padding, plain_setup),
        cmocka_unit_test_setup(fields_have_names_of_their_own, plain_setup),
        cmocka_unit_test_setup(snapshot_of_described_fields_gives_the_same_findings, plain_setup),
        cmocka_unit_test_setup(names_are_those_of_the_list, plain_setup),
        cmocka_unit_test_setup(diagnosis_has_the_worst_first, plain_setup),
        cmocka_unit_test_setup(device_without_a_clock_has_no_ages, plain_setup),
        cmocka_unit_test_setup(anything_keeps_the_bounds, plain_setup),
        cmocka_unit_test_setup(tally_keeps_whoever_has_more_than_its_share, plain_setup),
        cmocka_unit_test_setup(large_ones_that_come_last_are_found, plain_setup),
        cmocka_unit_test_setup(ten_thousand_connections_take_milliseconds, plain_setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
