/*
 * Addresses and prefixes from their text.
 *
 * Written here and not left to inet_pton(), which a device's C library need not have.
 */
#ifndef NETDIAG_STATS_ADDRESS_PARSE_H
#define NETDIAG_STATS_ADDRESS_PARSE_H

#include <stdbool.h>

#include "netdiag/address.h"

/*
 * "10.0.10.0/24", "2001:db8::/32", or an address alone, which is the prefix of all its bits:
 * dotted decimal, or any of RFC 4291's forms. Numbers have no leading zeros (some take those for
 * octal). Fills `*prefix` and answers true when the text is one; host bits are left as they are.
 */
bool netdiag_prefix_parse(const char *text, struct netdiag_prefix *prefix);

/* The same, of an address alone. */
bool netdiag_address_parse(const char *text, struct netdiag_address *address);

/* Sets the bits after the prefix to 0. Answers whether one of them was set. */
bool netdiag_prefix_clear_host(struct netdiag_prefix *prefix);

/* Whether an address of the same family begins with the prefix. */
bool netdiag_prefix_contains(const struct netdiag_prefix *prefix,
                             const struct netdiag_address *address);

#endif
