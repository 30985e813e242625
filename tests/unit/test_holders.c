/*
 * Who has what, on the fake platform: `show tcp listeners detail`, `show tcp pool`, `show memory
 * pools`, and `clear tcp connection`.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/fake_platform.h"
#include "tests/unit/golden.h"

static int setup(void **state)
{
    (void)state;
    fake_reset();
    return 0;
}

/* ---- show tcp listeners detail ---- */

static void listeners_detail_is_all_that_is_known(void **state)
{
    struct netdiag_tcp_listener *row;

    (void)state;
    fake_listener(80, "httpd");
    fake_endpoint(&fake_listener(31337, "")->local, "2001:db8:10::1", 31337);
    row = fake_listener(9502, "meter");
    row->has_backlog = row->has_counts = row->has_accept = false;
    fake_listener(7, "echo")->accept_address = 0x20000007;
    assert_line_golden("show tcp listeners detail", "tcp_listeners_detail.txt");
    assert_line_golden("show tcp listeners json", "tcp_listeners_detail.json");
    assert_same_output("show tcp listeners json", "show tcp listeners detail json");
}

static void listeners_without_a_symbol_function_have_addresses(void **state)
{
    (void)state;
    fake_listener(80, "httpd");
    fake.platform.symbol = NULL;
    assert_non_null(strstr(run_lines("show tcp listeners detail")->out,
                           "  Accept callback 0x500000000050, its name is not known\n"));
    assert_non_null(strstr(run_lines("show tcp listeners json")->out, "\"acceptSymbol\":null"));
}

/* ---- show tcp pool ---- */

static struct netdiag_tcp_connection *add(enum netdiag_tcp_state state, const char *remote,
                                          uint16_t port, const char *owner)
{
    struct netdiag_tcp_connection *row = fake_connection();

    row->state = state;
    row->local.port = port;
    fake_endpoint(&row->remote, remote, row->remote.port);
    snprintf(row->owner.name, sizeof row->owner.name, "%s", owner);
    return row;
}

static void end_in(struct netdiag_tcp_connection *row, uint32_t ms, bool is_reclaimable)
{
    row->has_free_in = true;
    row->free_in_ms = ms;
    row->is_reclaimable = is_reclaimable;
}

static void add_holders(void)
{
    struct netdiag_tcp_connection *row;

    for (uint32_t i = 0; i < 4; i++)
        end_in(add(NETDIAG_TCP_TIME_WAIT, "10.0.10.2", 80, "httpd"), 500 + 40000 * i, true);
    end_in(add(NETDIAG_TCP_SYN_RECEIVED, "2001:db8:10::2", 22, "ssh"), 0, false);
    add(NETDIAG_TCP_ESTABLISHED, "2001:db8:10::2", 22, "ssh");
    add(NETDIAG_TCP_ESTABLISHED, "10.0.10.2", 80, "httpd");
    add(NETDIAG_TCP_CLOSE_WAIT, "10.0.10.2", 80, "httpd");
    add(NETDIAG_TCP_ESTABLISHED, "10.0.10.3", 9502, "");
    add(NETDIAG_TCP_FIN_WAIT_1, "10.0.10.3", 80, "httpd");
    add(NETDIAG_TCP_CLOSING, "10.0.10.3", 80, "httpd")->is_reclaimable = true;
    row = add(NETDIAG_TCP_SYN_SENT, "10.0.20.9", 60000, "my task");
    row->history.is_passive = false;
    row->remote.port = 443;
    row = add(NETDIAG_TCP_CLOSED, "10.0.10.2", 1234, "");
    row->has_history = false;
    memset(&row->remote, 0, sizeof row->remote);
}

static void pool_text_and_json(void **state)
{
    (void)state;
    add_holders();
    assert_line_golden("show tcp pool", "tcp_pool.txt");
    assert_line_golden("show tcp pool json", "tcp_pool.json");
}

static void pool_empty_and_absent(void **state)
{
    (void)state;
    fake.pool.used = 0;
    assert_line_golden("show tcp pool", "tcp_pool_empty.txt");
    assert_line_golden("show tcp pool json", "tcp_pool_empty.json");
    fake.platform.tcp_pool = NULL;
    assert_string_equal(run_lines("show tcp pool")->out, "PCB pool: not available\n");
    assert_non_null(strstr(run_lines("show tcp pool json")->out, "\"capacity\":null,"));
    fake.connections_error = NETDIAG_ERROR_BUSY;
    assert_int_equal(run_lines("show tcp pool")->status, 1);
    fake.platform.tcp_connections = NULL;
    assert_refused("show tcp pool",
                   "% show tcp pool not available: this platform does not offer it\n", 1);
}

/* One of many remote addresses has a tenth, and comes last: a first-come table would miss it. */
static void pool_large_holder_that_comes_last_is_found(void **state)
{
    const unsigned others = 9 * CONFIG_NETDIAG_TCP_HOLDERS;
    char expected[100], address[40];
    const struct run *run;

    (void)state;
    for (unsigned i = 0; i < others; i++) {
        snprintf(address, sizeof address, "10.1.%u.%u", i / 200, i % 200 + 1);
        add(NETDIAG_TCP_ESTABLISHED, address, (uint16_t)(1000 + i), "many");
    }
    for (unsigned i = 0; i < 10; i++)
        add(NETDIAG_TCP_CLOSE_WAIT, "192.0.2.7", 7777, "leak");
    run = run_lines("show tcp pool json");
    assert_non_null(strstr(run->out, "\"address\":\"192.0.2.7\",\"held\":10,"));
    assert_non_null(strstr(run->out, "\"port\":7777,\"end\":\"local\",\"held\":10,"));
    assert_non_null(strstr(run->out, "\"owner\":\"leak\",\"held\":10,"));
    snprintf(expected, sizeof expected, "\"owner\":\"many\",\"held\":%u,", others);
    assert_non_null(strstr(run->out, expected));
    assert_non_null(strstr(run->out, "\"otherOwners\":0}"));
    assert_null(strstr(run->out, "\"otherRemotes\":0,"));
}

/* ---- show memory pools ---- */

static void memory_pools_text_and_json(void **state)
{
    struct netdiag_memory_pool *heap;

    (void)state;
    fake_memory_pool("TCP_PCB");
    fake_memory_pool("PBUF_POOL")->refused = UINT64_C(5000000000);
    fake_memory_pool("TCP_SEG")->refused = 1;
    heap = fake_memory_pool("HEAP");
    heap->is_heap = true;
    heap->size = 1;
    heap->capacity = UINT32_MAX;
    assert_line_golden("show memory pools", "memory_pools.txt");
    assert_line_golden("show memory pools json", "memory_pools.json");
}

static void memory_pools_past_the_bound_and_absent(void **state)
{
    char expected[100];

    (void)state;
    for (unsigned i = 0; i <= CONFIG_NETDIAG_MEMORY_POOLS; i++)
        fake_memory_pool("P");
    snprintf(expected, sizeof expected, "\n%d pools, %d shown\n", CONFIG_NETDIAG_MEMORY_POOLS + 1,
             CONFIG_NETDIAG_MEMORY_POOLS);
    assert_non_null(strstr(run_lines("show memory pools")->out, expected));
    fake.memory_pools_error = NETDIAG_ERROR_BUSY;
    assert_int_equal(run_lines("show memory pools")->status, 1);
    fake.platform.memory_pools = NULL;
    assert_refused("show memory pools",
                   "% show memory pools not available: this platform does not offer it\n", 1);
}

/* ---- clear tcp connection ---- */

static void clear_connection_ends_that_one_and_logs_it(void **state)
{
    const struct run *run;

    (void)state;
    for (unsigned i = 0; i < 3; i++)
        fake_connection()->history.id = 0xabcd0000 + i;
    run = run_lines("clear tcp connection ABCD0001");
    assert_int_equal(run->status, 0);
    assert_string_equal(run->out, "");
    assert_string_equal(run->err, "");
    assert_int_equal(fake.aborted, 0xabcd0001);
    assert_string_equal(fake.log, "5 tcp connection abcd0001 cleared by pipe\n");
    assert_refused("clear tcp connection abcd0001",
                   "% no connection has the ID abcd0001 now; show tcp connections has those that "
                   "live\n",
                   1);
    assert_int_equal(fake.connection_count, 2);
}

static void clear_connection_bad_words_are_told(void **state)
{
    (void)state;
    fake_connection();
    assert_refused("clear tcp connection", "% Incomplete command.\n", 2);
    assert_caret("clear tcp connection 1", 21);
    assert_caret("clear tcp connection 0000000g", 21);
    assert_caret("clear tcp connection 000000001", 21);
    assert_int_equal(fake.connection_count, 1);
    fake.platform.tcp_abort = NULL;
    assert_refused("clear tcp connection 00000001",
                   "% clear tcp connection not available: this platform does not offer it\n", 1);
}

static void output_has_no_words_that_fail_a_client(void **state)
{
    (void)state;
    add_holders();
    fake_listener(80, "httpd");
    fake_memory_pool("TCP_PCB");
    assert_no_client_fails("show tcp listeners detail\nshow tcp pool\nshow tcp pool json\n"
                           "show memory pools\nshow memory pools json\n"
                           "clear tcp connection 12345678\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(listeners_detail_is_all_that_is_known, setup),
        cmocka_unit_test_setup(listeners_without_a_symbol_function_have_addresses, setup),
        cmocka_unit_test_setup(pool_text_and_json, setup),
        cmocka_unit_test_setup(pool_empty_and_absent, setup),
        cmocka_unit_test_setup(pool_large_holder_that_comes_last_is_found, setup),
        cmocka_unit_test_setup(memory_pools_text_and_json, setup),
        cmocka_unit_test_setup(memory_pools_past_the_bound_and_absent, setup),
        cmocka_unit_test_setup(clear_connection_ends_that_one_and_logs_it, setup),
        cmocka_unit_test_setup(clear_connection_bad_words_are_told, setup),
        cmocka_unit_test_setup(output_has_no_words_that_fail_a_client, setup),
    };

    return cmocka_run_group_tests_name("holders", tests, NULL, NULL);
}
