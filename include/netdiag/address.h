/*
 * IP and MAC addresses as netdiag's records carry them, and their text.
 */
#ifndef NETDIAG_ADDRESS_H
#define NETDIAG_ADDRESS_H

#include <stddef.h>
#include <stdint.h>

enum netdiag_family {
    NETDIAG_FAMILY_ANY = 0, /* unspecified, either family: a dual-stack listener's address */
    NETDIAG_FAMILY_IPV4 = 4,
    NETDIAG_FAMILY_IPV6 = 6,
};

/* An address. IPv4 uses the first four bytes; all in network order, unused ones zero. */
struct netdiag_address {
    enum netdiag_family family;
    uint8_t bytes[16];
};

/* An address with the length of its prefix in bits, as configured on an interface. */
struct netdiag_prefix {
    struct netdiag_address address;
    uint8_t length;
};

struct netdiag_endpoint {
    struct netdiag_address address;
    uint16_t port; /* host order; 0: none */
};

#define NETDIAG_MAC_LENGTH 6

/* Sizes in bytes that hold every text of that kind, its NUL included. */
#define NETDIAG_ADDRESS_TEXT  46
#define NETDIAG_PREFIX_TEXT   50
#define NETDIAG_ENDPOINT_TEXT 54
#define NETDIAG_MAC_TEXT      18

/*
 * The text of an address: dotted decimal, RFC 5952 for IPv6, "*" for any family. Each writes at
 * most `size` bytes, always ends in NUL when `size` > 0, and returns `text`. No locking.
 */
char *netdiag_address_text(const struct netdiag_address *address, char *text, size_t size);
char *netdiag_prefix_text(const struct netdiag_prefix *prefix, char *text, size_t size);
char *netdiag_endpoint_text(const struct netdiag_endpoint *endpoint, char *text, size_t size);
/* "02:00:0a:00:0a:01" (IEEE 802, lower case). */
char *netdiag_mac_text(const uint8_t mac[NETDIAG_MAC_LENGTH], char *text, size_t size);

#endif
