/*
 * A device of plain rows for tests of the rules: connections, listeners and what was, without a
 * platform. plain_reset() empties it: a pool of 256, a clock at NOW_MS, watched for ten minutes.
 */
#ifndef NETDIAG_TESTS_PLAIN_DEVICE_H
#define NETDIAG_TESTS_PLAIN_DEVICE_H

#include "stats/tcp_diagnosis.h"
#include "stats/tcp_digest.h"

#define PLAIN_ROWS 12000
#define NOW_MS     UINT64_C(1000000000)
#define CAPACITY   256

struct plain {
    struct netdiag_tcp_snapshot base; /* its thresholds and pool, with which each one begins */
    struct netdiag_tcp_watched watched;
    bool knows_listeners;
    enum netdiag_reach reach;
    size_t row_count, closed_count, listener_count, scanner_count, memory_count;
    struct netdiag_tcp_connection rows[PLAIN_ROWS];
    struct netdiag_tcp_closed closed[100];
    struct netdiag_tcp_listener listeners[CONFIG_NETDIAG_TCP_LISTENERS];
    struct netdiag_tcp_scanner scanners[10];
    struct netdiag_memory_pool memory[10];

    struct netdiag_tcp_snapshot snapshot; /* the last that was taken */
    struct netdiag_tcp_finding finding;   /* the last that was made */
};

extern struct plain plain;

/* For cmocka. */
int plain_setup(void **state);
void plain_reset(void);

/* A passive connection from 10.0.10.2 to port 80 of "httpd", in that state for so long. */
struct netdiag_tcp_connection *plain_row(enum netdiag_tcp_state state, uint64_t state_ms);
struct netdiag_tcp_listener *plain_listener(uint16_t port, const char *owner);

/* An attempt of the device's that ended so, so long ago. */
struct netdiag_tcp_closed *plain_closed(enum netdiag_tcp_end end, uint64_t ago_ms);

/* 10.A.B.C */
struct netdiag_address plain_address(unsigned a, unsigned b, unsigned c);
void plain_owner(struct netdiag_owner *owner, const char *name);
void plain_stall(uint32_t id, bool is_send, uint64_t ms);

/* Takes the snapshot; in the next the finding is active, or it is not. */
void plain_take(void);
void plain_active(enum netdiag_tcp_code code, bool is_active);

/* Takes the snapshot and applies the rule. */
const struct netdiag_tcp_finding *plain_find(enum netdiag_tcp_code code);

/* As plain_find(), and the test fails when there is one, or when there is none. */
void assert_none(enum netdiag_tcp_code code);
const struct netdiag_tcp_finding *
assert_found(enum netdiag_tcp_code code, enum netdiag_tcp_severity severity, unsigned variant);

/* Takes the snapshot: the device has these findings, by their keys with blanks between. */
void assert_findings(const char *keys);

/* What the last finding says: a number, a text or a word, an address; or that it does not. */
void assert_number(const char *key, uint64_t number);
void assert_text(const char *key, const char *text);
void assert_address(const char *key, struct netdiag_address address);
void assert_more(const char *key, bool is_more);
void assert_left_out(const char *key);

#endif
