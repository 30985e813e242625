/*
 * One command line, at privilege 15, on a device whose records the input makes up, with names of
 * any bytes; and the same line with `json` behind it.
 *
 *     LINE LF RECORDS
 *
 * Text is always plain: no name drives a terminal. JSON is always JSON.
 */
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/plain.h"
#include "tests/fuzz/shell.h"
#include "tests/unit/fake_platform.h"

static const char json_word[] = " json";

#define ROWS_MOST 40 /* of each kind */

#define TEXT(input, text) fuzz_text((input), (text), sizeof(text))

static bool odd(struct fuzz_input *input)
{
    return fuzz_byte(input) % 2 == 1;
}

/* Small numbers and the largest ones, more than others. */
static uint64_t number(struct fuzz_input *input)
{
    switch (fuzz_byte(input) % 4) {
    case 0:
        return fuzz_byte(input);
    case 1:
        return fuzz_u32(input);
    case 2:
        return UINT64_MAX - fuzz_byte(input);
    default:
        return (uint64_t)fuzz_u32(input) << 32 | fuzz_u32(input);
    }
}

static void take_address(struct fuzz_input *input, struct netdiag_address *address)
{
    static const enum netdiag_family families[] = {NETDIAG_FAMILY_IPV4, NETDIAG_FAMILY_IPV6,
                                                   NETDIAG_FAMILY_ANY};

    memset(address, 0, sizeof *address);
    address->family = families[fuzz_byte(input) % 3];
    if (address->family == NETDIAG_FAMILY_IPV4)
        fuzz_bytes(input, address->bytes, 4);
    else if (address->family == NETDIAG_FAMILY_IPV6)
        fuzz_bytes(input, address->bytes, sizeof address->bytes);
}

static void take_endpoint(struct fuzz_input *input, struct netdiag_endpoint *endpoint)
{
    take_address(input, &endpoint->address);
    endpoint->port = fuzz_u16(input);
}

static enum netdiag_tcp_state take_state(struct fuzz_input *input)
{
    return (enum netdiag_tcp_state)(NETDIAG_TCP_STATE_FIRST +
                                    fuzz_byte(input) % NETDIAG_TCP_STATE_LAST);
}

static void take_traffic(struct fuzz_input *input, struct netdiag_tcp_traffic *traffic)
{
    traffic->in_bytes = number(input);
    traffic->in_segs = number(input);
    traffic->out_bytes = number(input);
    traffic->out_segs = number(input);
    traffic->retrans_timeout = (uint32_t)number(input);
    traffic->retrans_fast = (uint32_t)number(input);
}

static void take_connection(struct fuzz_input *input)
{
    struct netdiag_tcp_connection *row = fake_connection();

    row->state = take_state(input);
    take_endpoint(input, &row->local);
    take_endpoint(input, &row->remote);
    TEXT(input, row->owner.name);
    row->vlan = fuzz_u16(input) % (NETDIAG_VLAN_MAX + 1);
    row->rto_ms = (uint32_t)number(input);
    row->send_queue = (uint32_t)number(input);
    row->has_free_in = odd(input);
    row->free_in_ms = (uint32_t)number(input);
    row->is_unaccepted = odd(input);
    row->has_history = odd(input);
    row->history.created_ms = number(input);
    row->history.state_since_ms = number(input);
    row->history.last_in_ms = number(input);
    take_traffic(input, &row->history.traffic);
}

static void take_listener(struct fuzz_input *input)
{
    struct netdiag_tcp_listener *row = fake_listener(fuzz_u16(input), "");

    take_endpoint(input, &row->local);
    TEXT(input, row->owner.name);
    TEXT(input, row->accept_symbol);
    row->backlog = fuzz_u16(input);
    row->pending = fuzz_u16(input);
    row->accepted = number(input);
    row->refused = number(input);
}

static void take_closed(struct fuzz_input *input)
{
    struct netdiag_tcp_closed *row =
        fake_closed((enum netdiag_tcp_end)(fuzz_byte(input) % NETDIAG_TCP_ENDS));

    take_endpoint(input, &row->local);
    take_endpoint(input, &row->remote);
    TEXT(input, row->owner.name);
    row->created_ms = number(input);
    row->ended_ms = number(input);
    take_traffic(input, &row->traffic);
}

static void take_scanner(struct fuzz_input *input)
{
    struct netdiag_tcp_scanner *row = fake_scanner("10.0.0.1");

    take_address(input, &row->source);
    row->ports = (uint32_t)number(input);
    row->segments = number(input);
    row->first_ms = number(input);
    row->last_ms = number(input);
}

static void take_vlan(struct fuzz_input *input)
{
    struct netdiag_vlan *row =
        fake_vlan((uint16_t)(fake.vlans[fake.vlan_count - 1].id + 1 + fuzz_byte(input)));

    if (row->id > NETDIAG_VLAN_MAX) {
        fake.vlan_count--;
        return;
    }
    TEXT(input, row->name);
    row->active = odd(input);
    row->has_if_index = odd(input);
    row->if_index = 1 + (uint32_t)fuzz_u16(input);
    if (odd(input))
        fake_vlan_interface(row, fuzz_byte(input));
}

static void take_interface(struct fuzz_input *input)
{
    struct netdiag_interface *row = fake_interface("");

    TEXT(input, row->name);
    TEXT(input, row->alias);
    row->mode = (enum netdiag_port_mode)(fuzz_byte(input) % 4);
    row->vlan = fuzz_u16(input) % (NETDIAG_VLAN_MAX + 1);
    row->has_last_change = odd(input);
    row->last_change_ms = number(input);
    row->speed_bps = number(input);
    row->in.octets = number(input);
    row->out_discards = number(input);
}

static void take_neighbor(struct fuzz_input *input)
{
    struct netdiag_neighbor *row = fake_neighbor("10.0.0.1");

    take_address(input, &row->address);
    TEXT(input, row->interface);
    row->has_mac = odd(input);
    row->has_age = odd(input);
    row->age_s = (uint32_t)number(input);
}

static void take_pool(struct fuzz_input *input)
{
    struct netdiag_memory_pool *row = fake_memory_pool("");

    TEXT(input, row->name);
    row->size = (uint32_t)number(input);
    row->capacity = (uint32_t)number(input);
    row->used = (uint32_t)number(input);
    row->peak = (uint32_t)number(input);
    row->refused = number(input);
}

static void take_snmp_name(struct fuzz_input *input)
{
    TEXT(input, fake_snmp_name((uint32_t)fake.snmp_name_count + 1 + fuzz_byte(input), "")->name);
}

static void take_system(struct fuzz_input *input)
{
    TEXT(input, fake.system.host);
    TEXT(input, fake.system.product);
    TEXT(input, fake.system.stack);
}

static void take_times(struct fuzz_input *input)
{
    fake.time.uptime_ms = number(input);
    fake.time.has_wall = odd(input);
    fake.time.wall_ms = (int64_t)number(input);
}

static void take_counter(struct fuzz_input *input)
{
    netdiag_tcp_counter_set(&fake.counters,
                            (enum netdiag_tcp_counter)(fuzz_byte(input) % NETDIAG_TCP_COUNTERS),
                            number(input));
}

static void take_tcp_pool(struct fuzz_input *input)
{
    fake.pool.capacity = (uint32_t)number(input);
    fake.pool.used = (uint32_t)number(input);
    fake.pool.peak = (uint32_t)number(input);
    fake.pool.refused = number(input);
}

static void take_failure(struct fuzz_input *input)
{
    enum netdiag_error *const errors[] = {
        &fake.system_error,     &fake.time_error,         &fake.counters_error,
        &fake.states_error,     &fake.pool_error,         &fake.wait_error,
        &fake.vlans_error,      &fake.vlan_numbers_error, &fake.snmp_error,
        &fake.snmp_names_error, &fake.connections_error,  &fake.listeners_error,
        &fake.closed_error,     &fake.scanners_error,     &fake.reach_error,
        &fake.interfaces_error, &fake.neighbors_error,    &fake.memory_pools_error,
        &fake.echo_error,       &fake.vlan_add_error,     &fake.state_totals_error,
    };

    *errors[fuzz_byte(input) % (sizeof errors / sizeof errors[0])] =
        odd(input) ? NETDIAG_ERROR_UNSUPPORTED : NETDIAG_ERROR_MEMORY;
}

static void take_records(struct fuzz_input *input)
{
    static void (*const kinds[])(struct fuzz_input *) = {
        take_connection, take_listener, take_closed,    take_scanner, take_vlan,
        take_interface,  take_neighbor, take_pool,      take_system,  take_times,
        take_counter,    take_tcp_pool, take_snmp_name, take_failure,
    };

    for (int i = 0; i < ROWS_MOST && input->left > 0; i++)
        kinds[fuzz_byte(input) % (sizeof kinds / sizeof kinds[0])](input);
}

/* Documents one after the other, as a live view prints them. */
static void judge_json(const struct fuzz_printed *printed)
{
    size_t at = 0;

    while (at < printed->size) {
        json_error_t error;
        json_t *document = json_loadb(printed->bytes + at, printed->size - at,
                                      JSON_REJECT_DUPLICATES | JSON_DISABLE_EOF_CHECK |
                                          JSON_DECODE_INT_AS_REAL, /* it has 63 bits */
                                      &error);

        if (document == NULL)
            fprintf(stderr, "%s\n%.*s\n", error.text, (int)printed->size, printed->bytes);
        FUZZ_CHECK(document != NULL);
        json_decref(document);
        at += (size_t)error.position;
        while (at < printed->size && strchr(" \n", printed->bytes[at]) != NULL)
            at++;
    }
}

static void run(struct fuzz_shell *shell, const char *line, size_t size)
{
    fuzz_shell_run(shell, line, size);
    FUZZ_CHECK(fuzz_is_plain(shell->out.bytes, shell->out.size));
    FUZZ_CHECK(fuzz_is_plain(shell->error.bytes, shell->error.size));
    if (!shell->out.is_cut && shell->out.size > 0 && shell->out.bytes[0] == '{' &&
        memchr(line, '|', size) == NULL)
        judge_json(&shell->out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct fuzz_shell shell;
    static char line[CONFIG_NETDIAG_LINE_LENGTH + 10 + sizeof json_word];
    struct fuzz_input input = {data, size}, words = fuzz_line(&input);

    size = fuzz_bytes(&words, line, CONFIG_NETDIAG_LINE_LENGTH + 10);
    fake_reset();
    fake_count_all();
    take_records(&input);
    if (!fuzz_shell_open(&shell))
        return 0;
    run(&shell, line, size);
    memcpy(line + size, json_word, sizeof json_word);
    run(&shell, line, size + sizeof json_word - 1);
    fuzz_shell_close(&shell);
    return 0;
}
