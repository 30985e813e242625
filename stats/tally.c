#include "stats/tally.h"

#include <string.h>

#define ROWS  CONFIG_NETDIAG_TCP_DIAGNOSIS_ROWS
#define INDEX NETDIAG_TALLY_INDEX

_Static_assert(ROWS < UINT16_MAX, "1 + a row fits the index");

struct netdiag_tally_key netdiag_tally_key(const struct netdiag_address *address, uint16_t port)
{
    struct netdiag_tally_key key;

    memset(&key, 0, sizeof key);
    if (address != NULL) {
        key.family = (uint8_t)address->family;
        memcpy(key.bytes, address->bytes, sizeof key.bytes);
    }
    key.port = port;
    return key;
}

struct netdiag_address netdiag_tally_address(const struct netdiag_tally_key *key)
{
    struct netdiag_address address;

    memset(&address, 0, sizeof address);
    address.family = (enum netdiag_family)key->family;
    memcpy(address.bytes, key->bytes, sizeof address.bytes);
    return address;
}

bool netdiag_tally_same(const struct netdiag_tally_key *one, const struct netdiag_tally_key *other)
{
    return one->port == other->port && one->family == other->family &&
           memcmp(one->bytes, other->bytes, sizeof one->bytes) == 0;
}

/* FNV-1a, of 32 bits; its high bits are the better ones. */
static uint32_t hash_of(const struct netdiag_tally_key *key)
{
    uint32_t hash = (UINT32_C(2166136261) ^ key->port) * UINT32_C(16777619);

    for (size_t i = 0; i < sizeof key->bytes; i++)
        hash = (hash ^ key->bytes[i]) * UINT32_C(16777619);
    return (hash ^ hash >> 15) % INDEX;
}

/* Where the key stands in the index, or would: half of it is free, so there is an end. */
static uint32_t place_of(const struct netdiag_tally *tally, const struct netdiag_tally_key *key)
{
    uint32_t at = hash_of(key);

    while (tally->index[at] > 0 && !netdiag_tally_same(&tally->rows[tally->index[at] - 1].key, key))
        at = (at + 1) % INDEX;
    return at;
}

struct netdiag_tally_row *netdiag_tally_find(struct netdiag_tally *tally,
                                             const struct netdiag_tally_key *key)
{
    uint32_t row = tally->index[place_of(tally, key)];

    return row > 0 ? &tally->rows[row - 1] : NULL;
}

struct netdiag_tally_row *netdiag_tally_note(struct netdiag_tally *tally,
                                             const struct netdiag_tally_key *key)
{
    uint32_t at = place_of(tally, key);
    struct netdiag_tally_row *row;

    tally->any = true;
    tally->last = *key;
    if (tally->index[at] > 0)
        return &tally->rows[tally->index[at] - 1];
    if (tally->count == ROWS) {
        tally->is_cut = true;
        return NULL;
    }
    row = &tally->rows[tally->count++];
    row->key = *key;
    row->votes = 0;
    tally->index[at] = (uint16_t)tally->count;
    return row;
}

/* Each such call takes as many votes as there are rows, so all of them cost no more than the votes
 * themselves. */
static void vote_against(struct netdiag_tally *tally)
{
    uint32_t kept = 0;

    memset(tally->index, 0, sizeof tally->index);
    for (uint32_t i = 0; i < tally->count; i++) {
        struct netdiag_tally_row row = tally->rows[i];

        if (--row.votes == 0)
            continue;
        tally->rows[kept] = row;
        tally->index[place_of(tally, &row.key)] = (uint16_t)++kept;
    }
    tally->count = kept;
}

void netdiag_tally_vote(struct netdiag_tally *tally, const struct netdiag_tally_key *key)
{
    struct netdiag_tally_row *row = netdiag_tally_note(tally, key);

    if (row != NULL)
        row->votes++;
    else
        vote_against(tally);
}

bool netdiag_tally_top(const struct netdiag_tally *tally, uint16_t port,
                       struct netdiag_tally_key *key)
{
    uint32_t most = 0;

    *key = tally->last;
    for (uint32_t i = 0; i < tally->count; i++) {
        if (tally->rows[i].votes > most && (port == 0 || tally->rows[i].key.port == port)) {
            most = tally->rows[i].votes;
            *key = tally->rows[i].key;
        }
    }
    return tally->any;
}

static void tops_vote_against(struct netdiag_tops *tops)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < tops->count; i++) {
        if (--tops->rows[i].votes > 0)
            tops->rows[kept++] = tops->rows[i];
    }
    tops->count = kept;
}

void netdiag_tops_vote(struct netdiag_tops *tops, uint64_t key)
{
    uint32_t at = 0;

    tops->any = true;
    tops->last = key;
    while (at < tops->count && tops->rows[at].key != key)
        at++;
    if (at < tops->count) {
        tops->rows[at].votes++;
    } else if (tops->count == CONFIG_NETDIAG_TCP_HOLDERS) {
        tops_vote_against(tops);
    } else {
        tops->rows[tops->count].key = key;
        tops->rows[tops->count++].votes = 1;
    }
}

bool netdiag_tops_top(const struct netdiag_tops *tops, uint64_t *key)
{
    uint32_t most = 0;

    *key = tops->last;
    for (uint32_t i = 0; i < tops->count; i++) {
        if (tops->rows[i].votes > most) {
            most = tops->rows[i].votes;
            *key = tops->rows[i].key;
        }
    }
    return tops->any;
}

uint64_t netdiag_tally_name(const char *name)
{
    uint64_t hash = UINT64_C(14695981039346656037);

    for (; *name != '\0'; name++)
        hash = (hash ^ (uint8_t)*name) * UINT64_C(1099511628211);
    return hash;
}
