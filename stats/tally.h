/*
 * Who comes most often, in bounded memory, whatever comes before.
 *
 * By Misra and Gries as stats/tcp_holders.h says it: whoever has more than one in N + 1 of all
 * votes has a row at the end.
 */
#ifndef NETDIAG_STATS_TALLY_H
#define NETDIAG_STATS_TALLY_H

#include <stdbool.h>

#include "netdiag/address.h"
#include "netdiag/config.h"

/* An address and a port, either of them left out (zero). */
struct netdiag_tally_key {
    uint8_t family;
    uint8_t bytes[16];
    uint16_t port;
};

struct netdiag_tally_row {
    struct netdiag_tally_key key;
    uint32_t votes;
};

#define NETDIAG_TALLY_INDEX (2 * CONFIG_NETDIAG_TCP_DIAGNOSIS_ROWS)

/* A table found by hash, for thousands of votes. The caller's; zeroed, nobody has voted. */
struct netdiag_tally {
    uint32_t count;                /* of the rows; while not is_cut, all different ones that came */
    bool is_cut;                   /* there were more */
    bool any;                      /* somebody came, */
    struct netdiag_tally_key last; /* and this one last */
    struct netdiag_tally_row rows[CONFIG_NETDIAG_TCP_DIAGNOSIS_ROWS];
    uint16_t index[NETDIAG_TALLY_INDEX]; /* of each hash 1 + the row; 0: none */
};

struct netdiag_tally_key netdiag_tally_key(const struct netdiag_address *address, uint16_t port);
struct netdiag_address netdiag_tally_address(const struct netdiag_tally_key *key);
bool netdiag_tally_same(const struct netdiag_tally_key *one, const struct netdiag_tally_key *other);

/* A vote for the key; when there is no row for it, one against each. */
void netdiag_tally_vote(struct netdiag_tally *tally, const struct netdiag_tally_key *key);

/* The row of the key, a new one without votes if need be. NULL: there is no room, and is_cut. */
struct netdiag_tally_row *netdiag_tally_note(struct netdiag_tally *tally,
                                             const struct netdiag_tally_key *key);

/* The row of the key; NULL: it has none. */
struct netdiag_tally_row *netdiag_tally_find(struct netdiag_tally *tally,
                                             const struct netdiag_tally_key *key);

/*
 * The one with most votes of those whose port is `port`, or of all (0). Where votes cancelled each
 * other out it is the last that came. False: nobody came.
 */
bool netdiag_tally_top(const struct netdiag_tally *tally, uint16_t port,
                       struct netdiag_tally_key *key);

/* The same for a few: CONFIG_NETDIAG_TCP_HOLDERS numbers. Zeroed, nobody has voted. */
struct netdiag_tops {
    uint32_t count; /* of the rows: at most as many as different ones came */
    bool any;
    uint64_t last;
    struct {
        uint64_t key;
        uint32_t votes;
    } rows[CONFIG_NETDIAG_TCP_HOLDERS];
};

void netdiag_tops_vote(struct netdiag_tops *tops, uint64_t key);
bool netdiag_tops_top(const struct netdiag_tops *tops, uint64_t *key);

/* A number for a name, the same wherever the name is the same. */
uint64_t netdiag_tally_name(const char *name);

#endif
