/*
 * The parts of stats/tcp_digest.h, by subject as the rules are: each looks at every row of both
 * walks, and chooses between them.
 */
#ifndef NETDIAG_STATS_TCP_DIGEST_PARTS_H
#define NETDIAG_STATS_TCP_DIGEST_PARTS_H

#include "stats/tcp_digest.h"

/* A row, and how long ago things were. Without a history or a clock no age is known. */
struct netdiag_digest_row {
    const struct netdiag_tcp_connection *row;
    struct netdiag_tcp_ages ages;
    uint64_t silent_ms; /* since the peer was heard; 0: not known */
};

void netdiag_digest_opening_nominate(struct netdiag_tcp_digest *digest,
                                     const struct netdiag_digest_row *seen);
void netdiag_digest_opening_choose(struct netdiag_tcp_digest *digest);
void netdiag_digest_opening_count(struct netdiag_tcp_digest *digest,
                                  const struct netdiag_digest_row *seen);
void netdiag_digest_opening_end(struct netdiag_tcp_digest *digest);

void netdiag_digest_established_nominate(struct netdiag_tcp_digest *digest,
                                         const struct netdiag_digest_row *seen);
void netdiag_digest_established_choose(struct netdiag_tcp_digest *digest);
void netdiag_digest_established_count(struct netdiag_tcp_digest *digest,
                                      const struct netdiag_digest_row *seen);
void netdiag_digest_established_end(struct netdiag_tcp_digest *digest);

void netdiag_digest_closing_nominate(struct netdiag_tcp_digest *digest,
                                     const struct netdiag_digest_row *seen);
void netdiag_digest_closing_choose(struct netdiag_tcp_digest *digest);
void netdiag_digest_closing_count(struct netdiag_tcp_digest *digest,
                                  const struct netdiag_digest_row *seen);

/* What they share. The clients that reconnect are of the established part. */
void netdiag_digest_visit_nominate(struct netdiag_tcp_digest *digest,
                                   const struct netdiag_digest_row *seen);
void netdiag_digest_visit_count(struct netdiag_tcp_digest *digest,
                                const struct netdiag_digest_row *seen);
void netdiag_digest_visits_end(struct netdiag_tcp_digest *digest);

/* The threshold, which is one of seconds, in milliseconds. */
uint64_t netdiag_digest_ms(const struct netdiag_tcp_digest *digest,
                           enum netdiag_tcp_threshold threshold);

/* Whether it has been in its state for as long as the threshold says. */
bool netdiag_digest_is_old(const struct netdiag_tcp_digest *digest,
                           const struct netdiag_digest_row *seen,
                           enum netdiag_tcp_threshold threshold);

/* The port's place among digest->ports; NULL: nobody is known to listen on it. */
struct netdiag_digest_port *netdiag_digest_port(struct netdiag_tcp_digest *digest, uint16_t port);

/* Names the connection of a row. */
void netdiag_digest_name(struct netdiag_seen_connection *connection,
                         const struct netdiag_tcp_connection *row);

/* One more, for so long; it is named when it is the first, or has been for longer than others. */
void netdiag_digest_plight(struct netdiag_seen_plight *plight,
                           const struct netdiag_tcp_connection *row, uint64_t ms, uint32_t bytes);

/* `*owner` is the row's when it is the first; otherwise `*is_mixed` says that they differ. */
void netdiag_digest_agree(struct netdiag_owner *owner, bool *any, bool *is_mixed,
                          const struct netdiag_owner *other);

static inline void netdiag_digest_longest(uint64_t *longest_ms, uint64_t ms)
{
    if (ms > *longest_ms)
        *longest_ms = ms;
}

#endif
