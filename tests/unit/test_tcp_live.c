/*
 * The live view: what grew since the last frame, in a world of rows; and `monitor tcp` on the fake
 * platform.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/catalogue.h"
#include "cli/utf8.h"
#include "stats/tcp_live.h"
#include "tests/unit/fake_platform.h"
#include "tests/unit/golden.h"

#define INTERVAL_MS 2000
#define ROWS        (CONFIG_NETDIAG_LIVE_CONNECTIONS + 100)

static struct netdiag_tcp_live live;
static uint64_t now_ms;
static struct netdiag_tcp_connection rows[ROWS];
static size_t row_count;
static struct netdiag_tcp_closed ended[ROWS]; /* since the last frame */
static size_t ended_count;

static int setup(void **state)
{
    (void)state;
    fake_reset();
    fake_count_all();
    memset(&live, 0, sizeof live);
    row_count = ended_count = 0;
    now_ms = 1000000;
    return 0;
}

static void frame(void)
{
    netdiag_tcp_live_begin(&live, now_ms, INTERVAL_MS);
    for (size_t i = 0; i < ended_count; i++)
        netdiag_tcp_live_nominate_closed(&live, &ended[i]);
    for (size_t i = 0; i < row_count; i++)
        netdiag_tcp_live_nominate(&live, &rows[i]);
    for (size_t i = 0; i < row_count; i++)
        netdiag_tcp_live_count(&live, &rows[i]);
    for (size_t i = 0; i < ended_count; i++)
        netdiag_tcp_live_count_closed(&live, &ended[i]);
    netdiag_tcp_live_end(&live);
    ended_count = 0;
    now_ms += INTERVAL_MS;
}

/* A connection from host 10.0.0.`host`, so many ms old. */
static struct netdiag_tcp_connection *add_row(uint32_t id, uint32_t host, uint64_t age_ms)
{
    struct netdiag_tcp_connection *row = &rows[row_count++];

    memset(row, 0, sizeof *row);
    row->state = NETDIAG_TCP_ESTABLISHED;
    row->remote.address.family = NETDIAG_FAMILY_IPV4;
    row->remote.address.bytes[0] = 10;
    row->remote.address.bytes[2] = (uint8_t)(host >> 8);
    row->remote.address.bytes[3] = (uint8_t)host;
    row->has_history = true;
    row->history.id = id;
    row->history.created_ms = now_ms - age_ms;
    return row;
}

static void carry(struct netdiag_tcp_connection *row, uint64_t in, uint64_t out)
{
    row->history.traffic.in_bytes += in;
    row->history.traffic.out_bytes += out;
    row->history.last_in_ms = now_ms;
}

/* The connection number `at` ends; another takes its place in the walk. */
static void disconnect(size_t at)
{
    struct netdiag_tcp_closed *closed = &ended[ended_count++];

    memset(closed, 0, sizeof *closed);
    closed->id = rows[at].history.id;
    closed->remote = rows[at].remote;
    closed->created_ms = rows[at].history.created_ms;
    closed->traffic = rows[at].history.traffic;
    rows[at] = rows[--row_count];
}

static const struct netdiag_live_host *host(enum netdiag_live_by by, uint32_t number)
{
    const struct netdiag_live_hosts *hosts = &live.hosts[by];

    for (size_t i = 0; i < hosts->count; i++) {
        const uint8_t *bytes = hosts->rows[i].address.bytes;

        if (((uint32_t)bytes[2] << 8 | bytes[3]) == number)
            return &hosts->rows[i];
    }
    return NULL;
}

static void assert_bytes(uint32_t number, uint64_t in, uint64_t out)
{
    const struct netdiag_live_host *found = host(NETDIAG_LIVE_BY_BYTES, number);

    if (in + out == 0) {
        assert_null(found);
        return;
    }
    assert_non_null(found);
    assert_int_equal(found->in_bytes, in);
    assert_int_equal(found->out_bytes, out);
}

/* ---- growth ---- */

static void live_first_frame_has_no_growth(void **state)
{
    (void)state;
    carry(add_row(1, 1, 50), 100, 200);
    frame();
    assert_bytes(1, 0, 0);
    assert_int_equal(live.bytes_ms, 0);
    assert_int_equal(live.followed, 1);
    assert_int_equal(live.not_followed, 0);
    assert_int_equal(host(NETDIAG_LIVE_BY_CONNECTIONS, 1)->connections, 1);
}

static void live_growth_is_since_the_last_frame(void **state)
{
    (void)state;
    carry(add_row(1, 1, 60000), 100, 200);
    carry(add_row(2, 1, 60000), 1000, 2000);
    add_row(3, 2, 60000);
    frame();
    carry(&rows[0], 5, 0);
    carry(&rows[1], 0, 7);
    frame();
    assert_bytes(1, 5, 7);
    assert_bytes(2, 0, 0);
    assert_int_equal(live.bytes_ms, INTERVAL_MS);
    carry(&rows[2], 1, 1);
    frame();
    assert_bytes(1, 0, 0);
    assert_bytes(2, 1, 1);
}

static void live_new_connection_counts_with_all_its_bytes(void **state)
{
    (void)state;
    frame();
    carry(add_row(1, 1, INTERVAL_MS), 100, 200); /* at the very time of the frame before */
    frame();
    assert_bytes(1, 100, 200);
    frame();
    assert_bytes(1, 0, 0);
}

static void live_old_connection_counts_from_the_next_frame_on(void **state)
{
    (void)state;
    frame();
    carry(add_row(1, 1, INTERVAL_MS + 1), 100, 200);
    frame();
    assert_bytes(1, 0, 0);
    assert_int_equal(live.not_followed, 1);
    carry(&rows[0], 3, 4);
    frame();
    assert_bytes(1, 3, 4);
    assert_int_equal(live.not_followed, 0);
}

static void live_ended_connection_counts_its_last_bytes(void **state)
{
    (void)state;
    carry(add_row(1, 1, 60000), 100, 200);
    frame();
    carry(&rows[0], 10, 20);
    disconnect(0);
    carry(add_row(2, 2, 100), 30, 40); /* one that began and ended within the interval */
    disconnect(0);
    carry(add_row(3, 3, 60000), 50, 60); /* one that nobody followed */
    disconnect(0);
    frame();
    assert_bytes(1, 10, 20);
    assert_bytes(2, 30, 40);
    assert_bytes(3, 0, 0);
    assert_int_equal(live.ended_uncounted, 1);
    assert_int_equal(live.followed, 0);
    assert_int_equal(host(NETDIAG_LIVE_BY_BYTES, 1)->connections, 0);
    assert_null(host(NETDIAG_LIVE_BY_CONNECTIONS, 1));
}

static void live_end_between_list_and_walk_counts_in_the_next_frame(void **state)
{
    struct netdiag_tcp_closed late;

    (void)state;
    carry(add_row(1, 1, 60000), 100, 200);
    frame();
    carry(&rows[0], 10, 20);
    disconnect(0);
    late = ended[0];
    ended_count = 0;
    frame();
    assert_bytes(1, 0, 0);
    ended[ended_count++] = late;
    frame();
    assert_bytes(1, 10, 20);
    assert_int_equal(live.followed, 0);
}

static void live_vanished_connection_is_forgotten(void **state)
{
    (void)state;
    add_row(1, 1, 60000);
    frame();
    row_count = 0;
    frame();
    assert_int_equal(live.followed, 1);
    frame();
    assert_int_equal(live.followed, 0);
}

static void live_without_history_is_told(void **state)
{
    (void)state;
    add_row(1, 1, 60000)->has_history = false;
    add_row(2, 1, 60000);
    frame();
    frame();
    assert_int_equal(live.without_bytes, 1);
    assert_int_equal(live.followed, 1);
    assert_int_equal(host(NETDIAG_LIVE_BY_CONNECTIONS, 1)->connections, 2);
}

/* ---- a table that is full ---- */

static void fill_table(void)
{
    for (uint32_t id = 1; id <= CONFIG_NETDIAG_LIVE_CONNECTIONS; id++)
        add_row(id, 1, 60000);
}

static void live_table_full_says_how_many_are_not_followed(void **state)
{
    (void)state;
    fill_table();
    for (size_t i = 0; i < row_count; i++)
        carry(&rows[i], 1000000, 0);
    for (uint32_t i = 0; i < 3; i++)
        carry(add_row(100000 + i, 2, 60000), 1, 0);
    add_row(200000, 3, 60000); /* idle: nothing is missed of it */
    frame();
    assert_int_equal(live.followed, CONFIG_NETDIAG_LIVE_CONNECTIONS);
    for (size_t i = 0; i < row_count - 1; i++)
        carry(&rows[i], 1000, 0);
    frame();
    assert_int_equal(live.not_followed, 3);
    assert_bytes(1, UINT64_C(1000) * CONFIG_NETDIAG_LIVE_CONNECTIONS, 0);
    assert_bytes(2, 0, 0);
}

static void live_idle_one_makes_room(void **state)
{
    (void)state;
    fill_table();
    for (size_t i = 1; i < row_count; i++)
        carry(&rows[i], 1000000, 0);
    frame();
    for (size_t i = 1; i < row_count; i++)
        carry(&rows[i], 100, 0);
    carry(add_row(100000, 2, 60000), 900000, 0);
    frame();
    assert_int_equal(live.not_followed, 1);
    for (size_t i = 1; i < row_count; i++)
        carry(&rows[i], 100, 0);
    frame();
    assert_int_equal(live.not_followed, 0);
    assert_bytes(2, 100, 0);
    assert_bytes(1, UINT64_C(100) * (CONFIG_NETDIAG_LIVE_CONNECTIONS - 1), 0);
}

static void live_least_growth_makes_room_and_no_other(void **state)
{
    uint64_t counted;

    (void)state;
    fill_table();
    for (size_t i = 0; i < row_count; i++)
        carry(&rows[i], 600000 + i, 0); /* 20000 in an interval, as a guess */
    frame();
    for (size_t i = 0; i < row_count; i++)
        carry(&rows[i], i == 7 ? 10 : 30000, 0);
    carry(add_row(100000, 2, 60000), 6000, 0);  /* 200 in an interval, more than number 7 */
    carry(add_row(100001, 3, 60000), 60, 0);    /* 2: less */
    carry(add_row(100002, 4, 60000), 60000, 0); /* the place is taken by one that grows more */
    frame();
    assert_int_equal(live.not_followed, 4); /* number 7 lost its place, and its 10 bytes */
    assert_bytes(1, UINT64_C(30000) * (CONFIG_NETDIAG_LIVE_CONNECTIONS - 1), 0);
    for (size_t i = 0; i < row_count; i++)
        carry(&rows[i], 1, 0);
    frame();
    /* Number 7 is one of them now; it carried more in its life, and pushed others out again */
    assert_bytes(4, 1, 0);
    counted = host(NETDIAG_LIVE_BY_BYTES, 1)->in_bytes + 1;
    assert_true(live.not_followed >= 3);
    assert_int_equal(counted + live.not_followed, row_count);
}

/* Each newcomer takes the place of the one that grew least then, and not of another newcomer. */
static void live_newcomers_take_the_places_of_the_least(void **state)
{
    (void)state;
    fill_table();
    for (size_t i = 0; i < row_count; i++)
        carry(&rows[i], 600000, 0);
    frame();
    for (size_t i = 0; i < row_count; i++)
        carry(&rows[i], i == 7 ? 10 : i == 9 ? 20 : 30000, 0);
    carry(add_row(100000, 2, 60000), 6000, 0);
    carry(add_row(100001, 3, 60000), 9000, 0);
    frame();
    rows[7] = rows[--row_count];
    rows[9] = rows[--row_count];
    for (size_t i = 0; i < row_count; i++)
        carry(&rows[i], 30000, 0);
    frame();
    assert_bytes(2, 30000, 0);
    assert_bytes(3, 30000, 0);
    assert_int_equal(live.not_followed, 0);
}

static void live_new_one_counts_where_no_room_is(void **state)
{
    (void)state;
    fill_table();
    for (size_t i = 0; i < row_count; i++)
        carry(&rows[i], 1000000, 0);
    frame();
    for (size_t i = 0; i < row_count; i++)
        carry(&rows[i], 1000000, 0);
    carry(add_row(100000, 2, 10), 5, 6);
    frame();
    assert_bytes(2, 5, 6);
    assert_int_equal(live.not_followed, 0);
}

/* ---- hosts ---- */

static void live_large_host_that_comes_last_is_found(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 500; i++)
        add_row(i + 1, i, 60000)->state = NETDIAG_TCP_SYN_RECEIVED;
    for (uint32_t i = 0; i < 100; i++)
        add_row(1000 + i, 1000, 60000)->state =
            i < 60 ? NETDIAG_TCP_TIME_WAIT : NETDIAG_TCP_ESTABLISHED;
    frame();
    for (size_t i = 0; i < row_count; i++)
        carry(&rows[i], i == 599 ? 1000 : 1, 0);
    frame();
    assert_int_equal(host(NETDIAG_LIVE_BY_CONNECTIONS, 1000)->connections, 100);
    assert_int_equal(netdiag_live_host_mainly(&live.hosts[NETDIAG_LIVE_BY_CONNECTIONS].rows[0]),
                     NETDIAG_TCP_TIME_WAIT);
    assert_bytes(1000, 1099, 0);
    assert_ptr_equal(host(NETDIAG_LIVE_BY_BYTES, 1000), &live.hosts[NETDIAG_LIVE_BY_BYTES].rows[0]);
}

/* The weakest of those that have a place loses it, and its votes are all that the new one pays. */
static void live_host_of_more_bytes_than_the_weakest_takes_its_place(void **state)
{
    (void)state;
    for (uint32_t i = 0; i <= CONFIG_NETDIAG_TCP_HOLDERS; i++)
        add_row(i + 1, i + 1, 60000);
    frame();
    for (uint32_t i = 0; i < CONFIG_NETDIAG_TCP_HOLDERS; i++)
        carry(&rows[i], i == 3 ? 10 : 100, 0);
    carry(&rows[CONFIG_NETDIAG_TCP_HOLDERS], 50, 0);
    frame();
    assert_int_equal(live.hosts[NETDIAG_LIVE_BY_BYTES].count, CONFIG_NETDIAG_TCP_HOLDERS);
    assert_bytes(4, 0, 0);
    assert_bytes(1, 100, 0);
    assert_bytes(CONFIG_NETDIAG_TCP_HOLDERS + 1, 50, 0);
}

static void live_bound_connection_has_no_host(void **state)
{
    (void)state;
    add_row(1, 0, 60000)->remote.address.family = NETDIAG_FAMILY_ANY;
    frame();
    assert_int_equal(live.hosts[NETDIAG_LIVE_BY_CONNECTIONS].count, 0);
    assert_int_equal(live.owners.all.total, 1);
}

/* Always the same 16 bits, one after the other: by Knuth's MMIX. */
static uint32_t random_number(void)
{
    static uint64_t number = 1;

    number = number * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(number >> 48);
}

/* As long as all have a place the bytes are exact, whatever begins and ends in whatever order. */
static void live_random_world_is_as_a_model_has_it(void **state)
{
    enum { HOSTS = CONFIG_NETDIAG_TCP_HOLDERS };
    uint64_t in[HOSTS], out[HOSTS];
    uint32_t id = 1;

    (void)state;
    frame();
    for (int turn = 0; turn < 300; turn++) {
        memset(in, 0, sizeof in);
        memset(out, 0, sizeof out);
        for (uint32_t i = random_number() % 20;
             i > 0 && row_count < CONFIG_NETDIAG_LIVE_CONNECTIONS / 2; i--)
            add_row(id += 1 + random_number() % 3000, random_number() % HOSTS, 1);
        for (size_t i = row_count; i > 0; i--) {
            uint64_t more_in = UINT64_C(1) * (random_number() % 3) * random_number(),
                     more_out = random_number();
            uint8_t number = rows[i - 1].remote.address.bytes[3];

            carry(&rows[i - 1], more_in, more_out);
            in[number] += more_in;
            out[number] += more_out;
            if (random_number() % 10 == 0)
                disconnect(i - 1);
        }
        frame();
        assert_int_equal(live.followed, row_count);
        for (uint32_t i = 0; i < HOSTS; i++)
            assert_bytes(i, in[i], out[i]);
    }
}

/* ---- rates ---- */

static void live_resets_are_the_more_frequent_kind(void **state)
{
    uint64_t tenths;

    (void)state;
    live.elapsed_ms = 1000;
    assert_false(netdiag_tcp_live_rate(&live, NETDIAG_LIVE_RATE_RESETS, &tenths));
    netdiag_tcp_counter_set(&live.rate.grown, NETDIAG_TCP_ESTAB_RESETS, 3);
    assert_true(netdiag_tcp_live_rate(&live, NETDIAG_LIVE_RATE_RESETS, &tenths));
    assert_int_equal(tenths, 30);
    netdiag_tcp_counter_set(&live.rate.grown, NETDIAG_TCP_OUT_RSTS, 5);
    assert_true(netdiag_tcp_live_rate(&live, NETDIAG_LIVE_RATE_RESETS, &tenths));
    assert_int_equal(tenths, 50);
    netdiag_tcp_counter_set(&live.rate.grown, NETDIAG_TCP_ESTAB_RESETS, 7);
    assert_true(netdiag_tcp_live_rate(&live, NETDIAG_LIVE_RATE_RESETS, &tenths));
    assert_int_equal(tenths, 70);
    live.elapsed_ms = 0;
    assert_false(netdiag_tcp_live_rate(&live, NETDIAG_LIVE_RATE_RESETS, &tenths));
}

/* ---- the command ---- */

static void add_hosts(void)
{
    struct netdiag_tcp_connection *row;

    fake_endpoint(&fake_connection()->remote, "2001:db8:ffff:ffff:ffff:ffff:ffff:fff1", 50000);
    fake_endpoint(&fake_connection()->remote, "2001:db8:ffff:ffff:ffff:ffff:ffff:fff1", 50001);
    row = fake_connection();
    row->state = NETDIAG_TCP_TIME_WAIT;
    row = fake_connection();
    row->state = NETDIAG_TCP_CLOSE_WAIT;
    row->owner.name[0] = '\0';
    fake_listener(80, "httpd");
}

static void carry_fake(size_t at, uint64_t in, uint64_t out)
{
    struct netdiag_tcp_history *history = &fake.connections[at].history;

    history->traffic.in_bytes += in;
    history->traffic.out_bytes += out;
    history->last_in_ms = fake.time.uptime_ms;
}

/* In each wait. */
static void traffic(void)
{
    fake.counters.value[NETDIAG_TCP_IN_SEGS] += 1;
    fake.counters.value[NETDIAG_TCP_SENT_TOTAL] += 2;
    fake.counters.value[NETDIAG_TCP_OUT_SEGS] += 1; /* the other one is sent again */
    fake.counters.value[NETDIAG_TCP_RCVD_IN_SEQ_BYTES] += 617283;
    fake.counters.value[NETDIAG_TCP_SENT_DATA_BYTES] += UINT64_C(50000000000);
    carry_fake(0, 617283, 1);
    carry_fake(2, 1, 2);
}

/* The transcripts have findings; what is there without them says test_without_diagnosis.c. */
static void skip_without_findings(void)
{
#ifndef CONFIG_NETDIAG_DIAGNOSIS
    skip();
#endif
}

static void monitor_blocks_text_and_json(void **state)
{
    (void)state;
    skip_without_findings();
    add_hosts();
    fake.on_wait = traffic;
    assert_line_golden("monitor tcp count 2", "monitor_tcp.txt");
    assert_int_equal(fake.wait_calls, 2 * 2 * 1000 / NETDIAG_WAIT_MS);
    fake_reset();
    fake_count_all();
    add_hosts();
    fake.on_wait = traffic;
    assert_line_golden("monitor tcp interval 1 count 2 json", "monitor_tcp.json");
    assert_int_equal(fake.wait_calls, 2 * 1000 / NETDIAG_WAIT_MS);
}

/* The pool is full, so that there is a finding too. */
static void monitor_block_in_chinese(void **state)
{
    const struct run *run;

    (void)state;
    if (!netdiag_catalogue_has(NETDIAG_LANGUAGE_CHINESE))
        skip();
    add_hosts();
    fake.connections[2].state = NETDIAG_TCP_CLOSE_WAIT;
    fake.connections[3].has_history = false;
    fake.pool.used = fake.pool.peak = fake.pool.capacity = (uint32_t)fake.connection_count;
    fake.on_wait = traffic;
    run = run_lines("terminal language zh\nmonitor tcp count 1\n");
    assert_string_equal(run->err, "");
    assert_golden("monitor_tcp_zh.txt", run->out, run->out_size);
}

/* Something ends before that column of the screen, and a blank or nothing is in it. */
static void assert_ends_at(const char *line, size_t column)
{
    size_t used, size = netdiag_utf8_fit(line, strlen(line), column, &used);

    if (used != column || line[size - 1] == ' ' || (line[size] != ' ' && line[size] != '\0'))
        fail_msg("nothing ends at column %zu: %s", column, line);
}

static void assert_begins_at(const char *line, size_t column)
{
    size_t used, size = netdiag_utf8_fit(line, strlen(line), column, &used);

    if (used != column || line[size - 1] != ' ' || line[size] == ' ' || line[size] == '\0')
        fail_msg("nothing begins at column %zu: %s", column, line);
}

/* Where the columns of a table are: those of numbers end, the last one may be a text. */
struct columns {
    enum netdiag_phrase title;
    size_t ends[3];
    size_t begins;
};

static void check_row(const struct columns *columns, const char *line)
{
    for (size_t i = 0; i < 3 && columns->ends[i] > 0; i++)
        assert_ends_at(line, columns->ends[i]);
    if (columns->begins > 0)
        assert_begins_at(line, columns->begins);
}

static bool begins_with(const char *line, const char *text)
{
    return strncmp(line, text, strlen(text)) == 0;
}

/* A block without its head: cells that end in four columns, then tables. */
static void check_block(char *block, const char *const *phrases, const struct columns *tables)
{
    const struct columns *table = NULL;
    size_t found = 0;
    char *save = NULL;

    (void)strtok_r(block, "\n", &save);
    for (char *line = strtok_r(NULL, "\n", &save); line != NULL;
         line = strtok_r(NULL, "\n", &save)) {
        if (begins_with(line, phrases[NETDIAG_PHRASE_LIVE_FINDINGS]))
            break;
        for (size_t i = 0; i < 3; i++) {
            if (!begins_with(line, phrases[tables[i].title]))
                continue;
            table = &tables[i];
            found++;
        }
        if (table != NULL)
            check_row(table, line);
        for (size_t end = 18; table == NULL && end <= netdiag_utf8_columns(line, strlen(line));
             end += 20)
            assert_ends_at(line, end);
    }
    assert_int_equal(found, 3);
}

static void check_columns(size_t owned)
{
    static const char *const words[] = {"terminal language en\nmonitor tcp count 1\n",
                                        "terminal language zh\nmonitor tcp count 1\n"};
    const struct columns tables[] = {
        {.title = NETDIAG_PHRASE_LIVE_MOST_BYTES, .ends = {52, 62, 76}},
        {.title = NETDIAG_PHRASE_LIVE_MOST_CONNECTIONS, .ends = {52}, .begins = 55},
        {.title = NETDIAG_PHRASE_LIVE_OWNERS, .ends = {owned}, .begins = owned + 3},
    };

    for (unsigned language = 0; language < NETDIAG_LANGUAGES; language++) {
        if (!netdiag_catalogue_has((enum netdiag_language)language))
            continue;
        fake.wait_calls = 0;
        check_block(run_lines(words[language])->out,
                    netdiag_catalogue((enum netdiag_language)language)->phrases, tables);
    }
}

static void monitor_columns_are_aligned_in_each_language(void **state)
{
    (void)state;
    add_hosts();
    fake.on_wait = traffic;
    check_columns(28);
}

static void monitor_long_owner_moves_the_column_of_all(void **state)
{
    (void)state;
    add_hosts();
    memset(fake.connections[2].owner.name, 'x', CONFIG_NETDIAG_OWNER_LENGTH);
    fake.connections[2].owner.name[CONFIG_NETDIAG_OWNER_LENGTH] = '\0';
    fake.on_wait = traffic;
    check_columns(CONFIG_NETDIAG_OWNER_LENGTH > 24 ? 2 + CONFIG_NETDIAG_OWNER_LENGTH + 2 : 28);
}

static void monitor_without_parts_says_so(void **state)
{
    (void)state;
    skip_without_findings();
    fake_connection()->has_history = false;
    fake.platform.tcp_states = NULL;
    fake.platform.tcp_pool = NULL;
    fake.time.has_wall = false;
    memset(fake.counters.counted, 0, sizeof fake.counters.counted);
    assert_line_golden("monitor tcp count 1", "monitor_tcp_parts.txt");
    assert_line_golden("monitor tcp count 1 json", "monitor_tcp_parts.json");
}

static void end_many(void)
{
    if (fake.wait_calls == 1)
        fake.closed_total += CONFIG_NETDIAG_TCP_CLOSED_ROWS + 5;
}

static void monitor_more_ended_than_are_remembered_is_told(void **state)
{
    (void)state;
    for (unsigned i = 0; i < CONFIG_NETDIAG_TCP_CLOSED_ROWS; i++)
        fake_closed(NETDIAG_TCP_END_CLOSED)->traffic = (struct netdiag_tcp_traffic){.in_bytes = 0};
    fake.on_wait = end_many;
    assert_non_null(strstr(run_lines("monitor tcp count 1")->out,
                           "\n  Bytes not counted of connections: 5 that ended\n"));
}

static void end_as_many_as_are_remembered(void)
{
    if (fake.wait_calls == 1)
        fake.closed_total += CONFIG_NETDIAG_TCP_CLOSED_ROWS;
}

static void end_three_in_the_walk(void)
{
    if (fake.wait_calls == 0)
        return; /* that of the frame that is compared with */
    fake.closed_total += 3;
    fake.on_connections = NULL;
}

static void monitor_ended_that_a_walk_displaced_are_told(void **state)
{
    (void)state;
    for (unsigned i = 0; i < CONFIG_NETDIAG_TCP_CLOSED_ROWS; i++)
        fake_closed(NETDIAG_TCP_END_CLOSED)->traffic = (struct netdiag_tcp_traffic){.in_bytes = 0};
    fake.on_wait = end_as_many_as_are_remembered;
    fake.on_connections = end_three_in_the_walk;
    assert_non_null(strstr(run_lines("monitor tcp count 1")->out,
                           "\n  Bytes not counted of connections: 3 that ended\n"));
}

static void end_first(void)
{
    struct netdiag_tcp_connection *row = &fake.connections[0];
    struct netdiag_tcp_closed *closed;

    if (fake.wait_calls != 1)
        return;
    closed = fake_closed(NETDIAG_TCP_END_RESET);
    closed->id = row->history.id;
    closed->remote = row->remote;
    closed->created_ms = row->history.created_ms;
    closed->traffic = row->history.traffic;
    closed->traffic.in_bytes += 4000;
    fake.connection_count = 0;
}

static void monitor_last_bytes_of_one_that_ended(void **state)
{
    (void)state;
    fake_closed(NETDIAG_TCP_END_CLOSED); /* before: none of this view's */
    fake.closed_count = 0;
    fake_connection();
    fake.on_wait = end_first;
    assert_non_null(strstr(run_lines("monitor tcp interval 1 count 1")->out,
                           "  10.0.10.2                                   4000.0       0.0      "
                           "       0\n"));
}

static void monitor_device_fails_is_told(void **state)
{
    (void)state;
    fake.counters_error = NETDIAG_ERROR_DOWN;
    assert_refused("monitor tcp",
                   "% monitor tcp needs the counters of TCP: the device's stack is not running\n",
                   3);
    fake.counters_error = NETDIAG_OK;
    fake.connections_error = NETDIAG_ERROR_DOWN;
    assert_refused("monitor tcp",
                   "% monitor tcp needs the connections: the device's stack is not running\n", 3);
    fake.connections_error = NETDIAG_OK;
    fake.platform.wait = NULL;
    assert_refused("monitor tcp",
                   "% monitor tcp needs time to pass: this platform does not offer it\n", 1);
}

static void monitor_bad_words_are_told(void **state)
{
    char line[64];

    (void)state;
    snprintf(line, sizeof line, "monitor tcp interval %d", CONFIG_NETDIAG_RATE_SECONDS + 1);
    assert_caret(line, 21);
    snprintf(line, sizeof line, "monitor tcp count %d", CONFIG_NETDIAG_LIVE_COUNT + 1);
    assert_caret(line, 18);
    assert_caret("monitor tcp interval 0", 21);
    assert_caret("monitor tcp interval 1.5", 21);
    assert_caret("monitor tcp count 0", 18);
    assert_refused("monitor tcp count", "% Incomplete command.\n", 2);
}

static void monitor_output_has_no_words_that_fail_a_client(void **state)
{
    (void)state;
    add_hosts();
    fake.on_wait = traffic;
    assert_no_client_fails("monitor tcp count 2\nmonitor tcp count 1 json\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(live_first_frame_has_no_growth, setup),
        cmocka_unit_test_setup(live_growth_is_since_the_last_frame, setup),
        cmocka_unit_test_setup(live_new_connection_counts_with_all_its_bytes, setup),
        cmocka_unit_test_setup(live_old_connection_counts_from_the_next_frame_on, setup),
        cmocka_unit_test_setup(live_ended_connection_counts_its_last_bytes, setup),
        cmocka_unit_test_setup(live_end_between_list_and_walk_counts_in_the_next_frame, setup),
        cmocka_unit_test_setup(live_vanished_connection_is_forgotten, setup),
        cmocka_unit_test_setup(live_without_history_is_told, setup),
        cmocka_unit_test_setup(live_table_full_says_how_many_are_not_followed, setup),
        cmocka_unit_test_setup(live_idle_one_makes_room, setup),
        cmocka_unit_test_setup(live_least_growth_makes_room_and_no_other, setup),
        cmocka_unit_test_setup(live_newcomers_take_the_places_of_the_least, setup),
        cmocka_unit_test_setup(live_new_one_counts_where_no_room_is, setup),
        cmocka_unit_test_setup(live_large_host_that_comes_last_is_found, setup),
        cmocka_unit_test_setup(live_host_of_more_bytes_than_the_weakest_takes_its_place, setup),
        cmocka_unit_test_setup(live_bound_connection_has_no_host, setup),
        cmocka_unit_test_setup(live_random_world_is_as_a_model_has_it, setup),
        cmocka_unit_test_setup(live_resets_are_the_more_frequent_kind, setup),
        cmocka_unit_test_setup(monitor_blocks_text_and_json, setup),
        cmocka_unit_test_setup(monitor_block_in_chinese, setup),
        cmocka_unit_test_setup(monitor_columns_are_aligned_in_each_language, setup),
        cmocka_unit_test_setup(monitor_long_owner_moves_the_column_of_all, setup),
        cmocka_unit_test_setup(monitor_without_parts_says_so, setup),
        cmocka_unit_test_setup(monitor_more_ended_than_are_remembered_is_told, setup),
        cmocka_unit_test_setup(monitor_ended_that_a_walk_displaced_are_told, setup),
        cmocka_unit_test_setup(monitor_last_bytes_of_one_that_ended, setup),
        cmocka_unit_test_setup(monitor_device_fails_is_told, setup),
        cmocka_unit_test_setup(monitor_bad_words_are_told, setup),
        cmocka_unit_test_setup(monitor_output_has_no_words_that_fail_a_client, setup),
    };

    return cmocka_run_group_tests_name("tcp_live", tests, NULL, NULL);
}
