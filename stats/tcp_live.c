#include "stats/tcp_live.h"

#include <string.h>

/* ---- connections that are followed ---- */

static uint16_t *head_of(struct netdiag_live_table *table, uint32_t id)
{
    return &table->heads[id % CONFIG_NETDIAG_LIVE_CONNECTIONS];
}

static struct netdiag_live_connection *find(struct netdiag_live_table *table, uint32_t id)
{
    for (uint16_t at = *head_of(table, id); at != 0; at = table->rows[at - 1].next) {
        if (table->rows[at - 1].id == id)
            return &table->rows[at - 1];
    }
    return NULL;
}

/* What points to a row in its chain. */
static uint16_t *link_to(struct netdiag_live_table *table, uint16_t place)
{
    uint16_t *link = head_of(table, table->rows[place].id);

    while (*link != place + 1)
        link = &table->rows[*link - 1].next;
    return link;
}

static void chain(struct netdiag_live_table *table, uint16_t place)
{
    uint16_t *head = head_of(table, table->rows[place].id);

    table->rows[place].next = *head;
    *head = (uint16_t)(place + 1);
}

/* The last row takes the place. */
static void forget(struct netdiag_live_table *table, uint16_t place)
{
    uint16_t last = (uint16_t)(table->count - 1);

    *link_to(table, place) = table->rows[place].next;
    if (place != last) {
        *link_to(table, last) = (uint16_t)(place + 1);
        table->rows[place] = table->rows[last];
    }
    table->count = last;
    table->has_least = false;
}

static uint16_t least_of(struct netdiag_live_table *table)
{
    if (!table->has_least) {
        table->least = 0;
        for (uint16_t i = 1; i < table->count; i++) {
            if (table->rows[i].worth < table->rows[table->least].worth)
                table->least = i;
        }
        table->has_least = true;
    }
    return table->least;
}

static void set_worth(struct netdiag_live_table *table, uint16_t place, uint32_t worth)
{
    table->rows[place].worth = worth;
    if (!table->has_least)
        return;
    if (place == table->least)
        table->has_least = false; /* another may be worth less now */
    else if (worth < table->rows[table->least].worth)
        table->least = place;
}

/* Whether nobody else knows what it carried since the last frame. */
static bool loses_growth(const struct netdiag_live_connection *row)
{
    return row->in_growth + row->out_growth > 0 && !row->is_new;
}

/* A place for one that is worth so much; false: all that are there are worth as much. */
static bool make_room(struct netdiag_tcp_live *live, uint32_t worth, uint16_t *place)
{
    struct netdiag_live_table *table = &live->table;

    if (table->count < CONFIG_NETDIAG_LIVE_CONNECTIONS) {
        *place = table->count++;
        return true;
    }
    *place = least_of(table);
    if (table->rows[*place].worth >= worth)
        return false;
    live->not_followed += loses_growth(&table->rows[*place]);
    *link_to(table, *place) = table->rows[*place].next;
    return true;
}

/* Follows a connection from now on; NULL: others are worth more. */
static struct netdiag_live_connection *follow(struct netdiag_tcp_live *live, uint32_t id,
                                              const struct netdiag_tcp_traffic *traffic,
                                              uint32_t worth)
{
    struct netdiag_live_table *table = &live->table;
    struct netdiag_live_connection *row;
    uint16_t place;

    if (!make_room(live, worth, &place))
        return NULL;
    row = &table->rows[place];
    memset(row, 0, sizeof *row);
    row->id = id;
    row->in_bytes = traffic->in_bytes;
    row->out_bytes = traffic->out_bytes;
    chain(table, place);
    set_worth(table, place, worth);
    return row;
}

static uint32_t bounded(uint64_t number)
{
    return number < UINT32_MAX ? (uint32_t)number : UINT32_MAX;
}

static uint64_t grown(uint64_t now, uint64_t before)
{
    return now > before ? now - before : 0;
}

static void grow(struct netdiag_live_table *table, struct netdiag_live_connection *row,
                 const struct netdiag_tcp_traffic *traffic)
{
    row->in_growth += grown(traffic->in_bytes, row->in_bytes);
    row->out_growth += grown(traffic->out_bytes, row->out_bytes);
    row->in_bytes = traffic->in_bytes;
    row->out_bytes = traffic->out_bytes;
    row->missed = 0;
    set_worth(table, (uint16_t)(row - table->rows), bounded(row->in_growth + row->out_growth));
}

/* What one of which nothing is known may carry in an interval: as much as in its life so far. */
static uint32_t guess(const struct netdiag_tcp_live *live,
                      const struct netdiag_tcp_history *history)
{
    uint64_t bytes = history->traffic.in_bytes + history->traffic.out_bytes;
    uint64_t age_ms = grown(live->now_ms, history->created_ms);
    uint64_t interval_ms = grown(live->now_ms, live->since_ms);

    if (age_ms <= interval_ms)
        return bounded(bytes);
    return bounded(bytes / age_ms * interval_ms + bytes % age_ms * interval_ms / age_ms);
}

static bool is_active(const struct netdiag_tcp_live *live,
                      const struct netdiag_tcp_history *history)
{
    return history->last_in_ms >= live->since_ms || history->last_out_ms >= live->since_ms;
}

/* ---- hosts ---- */

static struct netdiag_live_host *find_host(struct netdiag_live_hosts *hosts,
                                           const struct netdiag_address *address)
{
    for (size_t i = 0; i < hosts->count; i++) {
        struct netdiag_live_host *host = &hosts->rows[i];

        if (host->address.family == address->family &&
            memcmp(host->address.bytes, address->bytes, sizeof address->bytes) == 0)
            return host;
    }
    return NULL;
}

/* As many votes against each as the weakest has; who has none left loses the place. */
static uint64_t vote_against(struct netdiag_live_hosts *hosts, uint64_t weight)
{
    size_t kept = 0;

    for (size_t i = 0; i < hosts->count; i++) {
        if (hosts->rows[i].votes < weight)
            weight = hosts->rows[i].votes;
    }
    for (size_t i = 0; i < hosts->count; i++) {
        hosts->rows[i].votes -= weight;
        if (hosts->rows[i].votes > 0)
            hosts->rows[kept++] = hosts->rows[i];
    }
    hosts->count = kept;
    return weight;
}

static void vote(struct netdiag_live_hosts *hosts, const struct netdiag_address *address,
                 uint64_t weight)
{
    struct netdiag_live_host *host;

    if (address->family == NETDIAG_FAMILY_ANY || weight == 0)
        return;
    host = find_host(hosts, address);
    if (host != NULL) {
        host->votes += weight;
        return;
    }
    if (hosts->count == CONFIG_NETDIAG_TCP_HOLDERS)
        weight -= vote_against(hosts, weight);
    if (weight == 0)
        return;
    host = &hosts->rows[hosts->count++];
    memset(host, 0, sizeof *host);
    host->address = *address;
    host->votes = weight;
}

static void add_bytes(struct netdiag_tcp_live *live, const struct netdiag_address *address,
                      uint64_t in_bytes, uint64_t out_bytes)
{
    for (unsigned by = 0; by < NETDIAG_LIVE_BY; by++) {
        struct netdiag_live_host *host = find_host(&live->hosts[by], address);

        if (host == NULL)
            continue;
        host->in_bytes += in_bytes;
        host->out_bytes += out_bytes;
    }
}

static bool is_before(enum netdiag_live_by by, const struct netdiag_live_host *one,
                      const struct netdiag_live_host *other)
{
    if (by == NETDIAG_LIVE_BY_CONNECTIONS)
        return one->connections > other->connections;
    return one->in_bytes + one->out_bytes > other->in_bytes + other->out_bytes;
}

static bool is_nobody(enum netdiag_live_by by, const struct netdiag_live_host *host)
{
    return by == NETDIAG_LIVE_BY_CONNECTIONS ? host->connections == 0
                                             : host->in_bytes + host->out_bytes == 0;
}

static void sort(struct netdiag_live_hosts *hosts, enum netdiag_live_by by)
{
    struct netdiag_live_host *rows = hosts->rows;

    for (size_t i = 1; i < hosts->count; i++) {
        struct netdiag_live_host moved = rows[i];
        size_t to = i;

        for (; to > 0 && is_before(by, &moved, &rows[to - 1]); to--)
            rows[to] = rows[to - 1];
        rows[to] = moved;
    }
    while (hosts->count > 0 && is_nobody(by, &rows[hosts->count - 1]))
        hosts->count--;
}

enum netdiag_tcp_state netdiag_live_host_mainly(const struct netdiag_live_host *host)
{
    unsigned most = 0;

    for (unsigned i = NETDIAG_TCP_STATE_FIRST; i <= NETDIAG_TCP_STATE_LAST; i++) {
        if (host->count[i] > host->count[most])
            most = i;
    }
    return (enum netdiag_tcp_state)most;
}

/* ---- a frame ---- */

void netdiag_tcp_live_begin(struct netdiag_tcp_live *live, uint64_t now_ms, uint32_t interval_ms)
{
    struct netdiag_live_table *table = &live->table;

    live->since_ms = live->has_before ? live->now_ms : grown(now_ms, interval_ms);
    live->now_ms = now_ms;
    live->bytes_ms = live->has_before ? grown(now_ms, live->since_ms) : 0;
    live->followed = live->not_followed = live->without_bytes = 0;
    live->ended_uncounted = 0;
    memset(&live->owners, 0, sizeof live->owners);
    for (unsigned by = 0; by < NETDIAG_LIVE_BY; by++)
        live->hosts[by].count = 0;
    for (uint16_t i = 0; i < table->count; i++) {
        table->rows[i].in_growth = table->rows[i].out_growth = 0;
        table->rows[i].missed++;
        table->rows[i].is_new = false;
    }
}

static bool began_since(const struct netdiag_tcp_live *live, uint64_t created_ms)
{
    return live->has_before && created_ms >= live->since_ms;
}

/*
 * By how much the connection with that ID grew. False: it is not known. Of one without a place that
 * began since the last frame it is all.
 */
static bool growth_of(struct netdiag_tcp_live *live, uint32_t id, uint64_t created_ms,
                      const struct netdiag_tcp_traffic *traffic, uint64_t *in, uint64_t *out)
{
    const struct netdiag_live_connection *row = find(&live->table, id);

    if (row != NULL) {
        *in = row->in_growth;
        *out = row->out_growth;
        return true;
    }
    *in = traffic->in_bytes;
    *out = traffic->out_bytes;
    return began_since(live, created_ms);
}

static void start_to_follow(struct netdiag_tcp_live *live,
                            const struct netdiag_tcp_history *history)
{
    const struct netdiag_tcp_traffic *traffic = &history->traffic;
    bool is_new = began_since(live, history->created_ms);
    bool active = is_active(live, history);
    struct netdiag_live_connection *row;

    live->not_followed += live->has_before && active && !is_new;
    row = follow(live, history->id, traffic, active ? guess(live, history) : 0);
    if (row == NULL || !is_new)
        return;
    row->is_new = true;
    row->in_growth = traffic->in_bytes;
    row->out_growth = traffic->out_bytes;
}

static void vote_bytes(struct netdiag_tcp_live *live, const struct netdiag_address *address,
                       uint32_t id, uint64_t created_ms, const struct netdiag_tcp_traffic *traffic)
{
    uint64_t in, out;

    if (growth_of(live, id, created_ms, traffic, &in, &out))
        vote(&live->hosts[NETDIAG_LIVE_BY_BYTES], address, in + out);
}

void netdiag_tcp_live_nominate(struct netdiag_tcp_live *live,
                               const struct netdiag_tcp_connection *row)
{
    const struct netdiag_tcp_history *history = &row->history;
    struct netdiag_live_connection *followed;

    netdiag_tcp_owners_add(&live->owners, row);
    vote(&live->hosts[NETDIAG_LIVE_BY_CONNECTIONS], &row->remote.address, 1);
    if (!row->has_history) {
        live->without_bytes++;
        return;
    }
    followed = find(&live->table, history->id);
    if (followed != NULL)
        grow(&live->table, followed, &history->traffic);
    else
        start_to_follow(live, history);
    vote_bytes(live, &row->remote.address, history->id, history->created_ms, &history->traffic);
}

void netdiag_tcp_live_nominate_closed(struct netdiag_tcp_live *live,
                                      const struct netdiag_tcp_closed *row)
{
    struct netdiag_live_connection *followed = find(&live->table, row->id);

    if (followed != NULL)
        grow(&live->table, followed, &row->traffic);
    vote_bytes(live, &row->remote.address, row->id, row->created_ms, &row->traffic);
}

void netdiag_tcp_live_count(struct netdiag_tcp_live *live, const struct netdiag_tcp_connection *row)
{
    const struct netdiag_tcp_history *history = &row->history;
    uint64_t in, out;

    for (unsigned by = 0; by < NETDIAG_LIVE_BY; by++) {
        struct netdiag_live_host *host = find_host(&live->hosts[by], &row->remote.address);

        if (host == NULL)
            continue;
        host->connections++;
        if (row->state >= NETDIAG_TCP_STATE_FIRST && row->state <= NETDIAG_TCP_STATE_LAST)
            host->count[row->state]++;
    }
    if (row->has_history &&
        growth_of(live, history->id, history->created_ms, &history->traffic, &in, &out))
        add_bytes(live, &row->remote.address, in, out);
}

void netdiag_tcp_live_count_closed(struct netdiag_tcp_live *live,
                                   const struct netdiag_tcp_closed *row)
{
    struct netdiag_live_connection *followed = find(&live->table, row->id);
    uint64_t in, out;

    if (growth_of(live, row->id, row->created_ms, &row->traffic, &in, &out))
        add_bytes(live, &row->remote.address, in, out);
    else if (live->has_before && in + out > 0)
        live->ended_uncounted++;
    if (followed != NULL)
        forget(&live->table, (uint16_t)(followed - live->table.rows));
}

/*
 * One that was missed once may have ended between the list of those that ended and the walk: its
 * last bytes come with the next frame.
 */
void netdiag_tcp_live_end(struct netdiag_tcp_live *live)
{
    struct netdiag_live_table *table = &live->table;

    for (uint16_t i = table->count; i > 0; i--) {
        if (table->rows[i - 1].missed > 1)
            forget(table, (uint16_t)(i - 1));
    }
    live->followed = table->count;
    netdiag_tcp_owners_sort(&live->owners);
    for (unsigned by = 0; by < NETDIAG_LIVE_BY; by++)
        sort(&live->hosts[by], (enum netdiag_live_by)by);
    live->has_before = true;
}

/* ---- rates ---- */

static bool counted(const struct netdiag_tcp_live *live, enum netdiag_live_rate rate,
                    uint64_t *count)
{
    static const enum netdiag_tcp_counter counters[NETDIAG_LIVE_RATES] = {
        [NETDIAG_LIVE_RATE_IN_SEGS] = NETDIAG_TCP_IN_SEGS,
        [NETDIAG_LIVE_RATE_SENT_SEGS] = NETDIAG_TCP_SENT_TOTAL,
        [NETDIAG_LIVE_RATE_IN_BYTES] = NETDIAG_TCP_RCVD_IN_SEQ_BYTES,
        [NETDIAG_LIVE_RATE_OUT_BYTES] = NETDIAG_TCP_SENT_DATA_BYTES,
        [NETDIAG_LIVE_RATE_RETRANS_SEGS] = NETDIAG_TCP_RETRANS_SEGS,
        [NETDIAG_LIVE_RATE_RESETS] = NETDIAG_TCP_OUT_RSTS,
        [NETDIAG_LIVE_RATE_ACTIVE_OPENS] = NETDIAG_TCP_ACTIVE_OPENS,
        [NETDIAG_LIVE_RATE_PASSIVE_OPENS] = NETDIAG_TCP_PASSIVE_OPENS,
        [NETDIAG_LIVE_RATE_CLOSED] = NETDIAG_TCP_CONN_CLOSED,
        [NETDIAG_LIVE_RATE_ATTEMPT_FAILS] = NETDIAG_TCP_ATTEMPT_FAILS,
    };
    const struct netdiag_tcp_counters *grown_by = &live->rate.grown;
    bool is_known = netdiag_tcp_counter_get(grown_by, counters[rate], count);
    uint64_t other;

    if (rate == NETDIAG_LIVE_RATE_IN_BYTES && is_known &&
        netdiag_tcp_counter_get(grown_by, NETDIAG_TCP_RCVD_OUT_OF_ORDER_BYTES, &other))
        *count += other;
    if (rate == NETDIAG_LIVE_RATE_RESETS &&
        netdiag_tcp_counter_get(grown_by, NETDIAG_TCP_ESTAB_RESETS, &other)) {
        if (!is_known || other > *count)
            *count = other;
        is_known = true;
    }
    return is_known;
}

bool netdiag_tcp_live_rate(const struct netdiag_tcp_live *live, enum netdiag_live_rate rate,
                           uint64_t *tenths)
{
    uint64_t count;

    return counted(live, rate, &count) && netdiag_tcp_rate_tenths(count, live->elapsed_ms, tenths);
}
