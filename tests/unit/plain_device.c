#include "tests/unit/plain_device.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct plain plain;

static const uint32_t defaults[NETDIAG_TCP_THRESHOLDS] = {
#define THRESHOLD(name, key, unit, low, high, value, text) value,
#include "netdiag/tcp_thresholds.def"
#undef THRESHOLD
};

void plain_reset(void)
{
    memset(&plain, 0, sizeof plain);
    plain.base.has_now = true;
    plain.base.now_ms = NOW_MS;
    memcpy(plain.base.thresholds.value, defaults, sizeof defaults);
    plain.base.pool.is_known = true;
    plain.base.pool.capacity = CAPACITY;
    plain.watched.trend.is_watched = true;
    plain.watched.trend.watched_ms = 600000;
    plain.knows_listeners = true;
}

int plain_setup(void **state)
{
    (void)state;
    plain_reset();
    return 0;
}

struct netdiag_address plain_address(unsigned a, unsigned b, unsigned c)
{
    struct netdiag_address address = {.family = NETDIAG_FAMILY_IPV4};

    address.bytes[0] = 10;
    address.bytes[1] = (uint8_t)a;
    address.bytes[2] = (uint8_t)b;
    address.bytes[3] = (uint8_t)c;
    return address;
}

void plain_owner(struct netdiag_owner *owner, const char *name)
{
    memset(owner, 0, sizeof *owner);
    snprintf(owner->name, sizeof owner->name, "%s", name);
}

struct netdiag_tcp_connection *plain_row(enum netdiag_tcp_state state, uint64_t state_ms)
{
    struct netdiag_tcp_connection *row = &plain.rows[plain.row_count++];

    assert_true(plain.row_count <= PLAIN_ROWS);
    memset(row, 0, sizeof *row);
    row->state = state;
    row->local.address = plain_address(0, 10, 1);
    row->local.port = 80;
    row->remote.address = plain_address(0, 10, 2);
    row->remote.port = (uint16_t)(50000 + plain.row_count % 10000);
    plain_owner(&row->owner, "httpd");
    row->send_window = 65535;
    row->has_history = true;
    row->history.id = (uint32_t)plain.row_count;
    row->history.is_passive = true;
    row->history.created_ms = NOW_MS - state_ms;
    row->history.state_since_ms = NOW_MS - state_ms;
    row->history.last_in_ms = NOW_MS - state_ms;
    row->history.last_out_ms = NOW_MS - state_ms;
    return row;
}

struct netdiag_tcp_listener *plain_listener(uint16_t port, const char *owner)
{
    struct netdiag_tcp_listener *row = &plain.listeners[plain.listener_count++];

    row->local.port = port;
    row->has_backlog = true;
    row->backlog = 255;
    plain_owner(&row->owner, owner);
    return row;
}

struct netdiag_tcp_closed *plain_closed(enum netdiag_tcp_end end, uint64_t ago_ms)
{
    struct netdiag_tcp_closed *row = &plain.closed[plain.closed_count++];

    row->end = end;
    row->remote.address = plain_address(0, 20, 9);
    row->remote.port = 443;
    plain_owner(&row->owner, "agent");
    row->ended_ms = NOW_MS - ago_ms;
    row->created_ms = row->ended_ms - 18000;
    return row;
}

void plain_stall(uint32_t id, bool is_send, uint64_t ms)
{
    struct netdiag_tcp_stall *stall = &plain.watched.stalls[plain.watched.stall_count++];

    stall->id = id;
    stall->is_send = is_send;
    stall->since_ms = NOW_MS - ms;
}

void plain_active(enum netdiag_tcp_code code, bool is_active)
{
    plain.watched.active = is_active ? UINT32_C(1) << code : 0;
}

void plain_take(void)
{
    static struct netdiag_tcp_digest digest;

    plain.snapshot = plain.base;
    netdiag_tcp_digest_start(&digest, &plain.snapshot);
    digest.watched = plain.watched;
    netdiag_tcp_digest_watched(&digest);
    digest.knows_listeners = plain.knows_listeners;
    for (size_t i = 0; i < plain.listener_count; i++)
        netdiag_tcp_digest_listener(&digest, &plain.listeners[i]);
    for (size_t i = 0; i < plain.scanner_count; i++)
        netdiag_tcp_digest_scanner(&digest, &plain.scanners[i]);
    for (size_t i = 0; i < plain.memory_count; i++)
        netdiag_tcp_digest_memory(&digest, i, &plain.memory[i]);
    for (size_t i = 0; i < plain.row_count; i++)
        netdiag_tcp_digest_nominate(&digest, &plain.rows[i]);
    for (size_t i = 0; i < plain.closed_count; i++)
        netdiag_tcp_digest_nominate_closed(&digest, &plain.closed[i]);
    netdiag_tcp_digest_choose(&digest);
    plain.snapshot.attempts.reach = plain.reach;
    for (size_t i = 0; i < plain.row_count; i++)
        netdiag_tcp_digest_count(&digest, &plain.rows[i]);
    for (size_t i = 0; i < plain.closed_count; i++)
        netdiag_tcp_digest_count_closed(&digest, &plain.closed[i]);
    netdiag_tcp_digest_end(&digest);
}

const struct netdiag_tcp_finding *plain_find(enum netdiag_tcp_code code)
{
    plain_take();
    return netdiag_tcp_rule(&plain.snapshot, code, &plain.finding) ? &plain.finding : NULL;
}

void assert_none(enum netdiag_tcp_code code)
{
    if (plain_find(code) != NULL)
        fail_msg("%s was found", netdiag_tcp_code_key(code));
}

const struct netdiag_tcp_finding *assert_found(enum netdiag_tcp_code code,
                                               enum netdiag_tcp_severity severity, unsigned variant)
{
    if (plain_find(code) == NULL)
        fail_msg("%s was not found", netdiag_tcp_code_key(code));
    assert_int_equal(plain.finding.code, code);
    assert_int_equal(plain.finding.state, netdiag_tcp_code_state(code));
    assert_string_equal(netdiag_tcp_severity_key(plain.finding.severity),
                        netdiag_tcp_severity_key(severity));
    assert_int_equal(plain.finding.variant, variant);
    assert_true(plain.finding.count < NETDIAG_TCP_EVIDENCE); /* all of it had a place */
    return &plain.finding;
}

void assert_findings(const char *keys)
{
    struct netdiag_tcp_diagnosis diagnosis;
    char found[500] = "";

    plain_take();
    netdiag_tcp_diagnose(&plain.snapshot, &diagnosis);
    for (size_t i = 0; i < diagnosis.count; i++) {
        size_t length = strlen(found);

        snprintf(found + length, sizeof found - length, "%s%s", i > 0 ? " " : "",
                 netdiag_tcp_code_key(diagnosis.found[i].code));
    }
    assert_string_equal(found, keys);
}

static const struct netdiag_evidence *fact(const char *key)
{
    const struct netdiag_evidence *found = netdiag_tcp_finding_fact(&plain.finding, key);

    if (found == NULL)
        fail_msg("the finding has no %s", key);
    return found;
}

void assert_number(const char *key, uint64_t number)
{
    const struct netdiag_evidence *found = fact(key);

    if (found->number != number)
        fail_msg("%s is %llu, not %llu", key, (unsigned long long)found->number,
                 (unsigned long long)number);
    assert_true(found->kind <= NETDIAG_EVIDENCE_PORT || found->kind == NETDIAG_EVIDENCE_ID);
}

void assert_text(const char *key, const char *text)
{
    const struct netdiag_evidence *found = fact(key);

    assert_true(found->kind == NETDIAG_EVIDENCE_TEXT || found->kind == NETDIAG_EVIDENCE_WORD);
    assert_string_equal(found->text, text);
}

void assert_address(const char *key, struct netdiag_address address)
{
    const struct netdiag_evidence *found = fact(key);

    assert_int_equal(found->kind, NETDIAG_EVIDENCE_ADDRESS);
    assert_int_equal(found->address.family, address.family);
    assert_memory_equal(found->address.bytes, address.bytes, sizeof address.bytes);
}

void assert_more(const char *key, bool is_more)
{
    assert_int_equal(fact(key)->kind, NETDIAG_EVIDENCE_BOUNDED);
    assert_int_equal(fact(key)->is_more, is_more);
}

void assert_left_out(const char *key)
{
    assert_null(netdiag_tcp_finding_fact(&plain.finding, key));
}
