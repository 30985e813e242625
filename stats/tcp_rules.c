#include "stats/tcp_rules.h"

#include <string.h>

bool netdiag_tcp_snapshot_is_active(const struct netdiag_tcp_snapshot *snapshot,
                                    enum netdiag_tcp_code code)
{
    return snapshot->active >> (unsigned)code & 1;
}

uint32_t netdiag_tcp_snapshot_limit(const struct netdiag_tcp_snapshot *snapshot,
                                    enum netdiag_tcp_code code,
                                    enum netdiag_tcp_threshold threshold)
{
    uint32_t value = snapshot->thresholds.value[threshold];

    return netdiag_tcp_snapshot_is_active(snapshot, code) ? value - value / 4 : value;
}

static struct netdiag_evidence *add(struct netdiag_tcp_finding *finding, const char *key,
                                    enum netdiag_evidence_kind kind)
{
    struct netdiag_evidence *fact;

    if (finding->count == NETDIAG_TCP_EVIDENCE)
        return NULL;
    fact = &finding->evidence[finding->count++];
    memset(fact, 0, sizeof *fact);
    fact->key = key;
    fact->kind = kind;
    return fact;
}

void netdiag_tcp_add_number(struct netdiag_tcp_finding *finding, const char *key,
                            enum netdiag_evidence_kind kind, uint64_t number)
{
    struct netdiag_evidence *fact = add(finding, key, kind);

    if (fact != NULL)
        fact->number = number;
}

void netdiag_tcp_add_bounded(struct netdiag_tcp_finding *finding, const char *key, uint64_t number,
                             bool is_more)
{
    struct netdiag_evidence *fact = add(finding, key, NETDIAG_EVIDENCE_BOUNDED);

    if (fact != NULL) {
        fact->number = number;
        fact->is_more = is_more;
    }
}

void netdiag_tcp_add_address(struct netdiag_tcp_finding *finding, const char *key,
                             const struct netdiag_address *address)
{
    struct netdiag_evidence *fact = add(finding, key, NETDIAG_EVIDENCE_ADDRESS);

    if (fact != NULL)
        fact->address = *address;
}

static void add_string(struct netdiag_tcp_finding *finding, const char *key,
                       enum netdiag_evidence_kind kind, const char *string)
{
    struct netdiag_evidence *fact = add(finding, key, kind);

    if (fact != NULL)
        fact->text = string;
}

void netdiag_tcp_add_text(struct netdiag_tcp_finding *finding, const char *key, const char *text)
{
    if (text[0] != '\0')
        add_string(finding, key, NETDIAG_EVIDENCE_TEXT, text);
}

void netdiag_tcp_add_word(struct netdiag_tcp_finding *finding, const char *key, const char *word)
{
    add_string(finding, key, NETDIAG_EVIDENCE_WORD, word);
}

void netdiag_tcp_add_pool_percent(struct netdiag_tcp_finding *finding,
                                  const struct netdiag_tcp_snapshot *snapshot, uint64_t count)
{
    const struct netdiag_seen_pool *pool = &snapshot->pool;

    if (pool->is_known && pool->capacity > 0)
        netdiag_tcp_add_number(finding, "poolPercent", NETDIAG_EVIDENCE_PERCENT,
                               count * 100 / pool->capacity);
}

bool netdiag_tcp_is_share(uint64_t count, uint64_t whole, uint32_t percent)
{
    return whole > 0 && count * 100 >= whole * percent;
}

bool netdiag_tcp_is_pool_share(const struct netdiag_tcp_snapshot *snapshot, uint64_t count,
                               uint32_t percent)
{
    return snapshot->pool.is_known && netdiag_tcp_is_share(count, snapshot->pool.capacity, percent);
}
