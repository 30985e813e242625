/*
 * What --forward says.
 */
#include <stdlib.h>
#include <string.h>

#include "forward.h"
#include "stats/address_parse.h"
#include "stats/text.h"

/* Characters of "tcp:" and "udp:". */
#define PROTOCOL_LENGTH 4

static bool parse_port(const char *text, uint16_t *port)
{
    unsigned long number = 0;

    for (size_t i = 0; text[i] != '\0'; i++) {
        if (text[i] < '0' || text[i] > '9' || number > UINT16_MAX)
            return false;
        number = number * 10 + (unsigned long)(text[i] - '0');
    }
    *port = (uint16_t)number;
    return number > 0 && number <= UINT16_MAX;
}

/* An address alone; one of IPv6 in brackets. */
static bool parse_address(char *text, struct netdiag_address *address)
{
    struct netdiag_prefix prefix;
    size_t length = strlen(text);
    bool brackets = length > 2 && text[0] == '[' && text[length - 1] == ']';

    if (brackets) {
        text[length - 1] = '\0';
        text++;
    }
    if (strchr(text, '/') || !netdiag_prefix_parse(text, &prefix))
        return false;
    *address = prefix.address;
    return brackets == (address->family == NETDIAG_FAMILY_IPV6);
}

static bool parse_endpoint(char *text, struct netdiag_endpoint *endpoint)
{
    char *colon = strrchr(text, ':');

    if (!colon)
        return false;
    *colon = '\0';
    return parse_address(text, &endpoint->address) && parse_port(colon + 1, &endpoint->port);
}

const char *sim_forward_protocol(const struct sim_forward *forward)
{
    return forward->is_udp ? "udp" : "tcp";
}

bool sim_forward_parse(const char *text, struct sim_forward *forward)
{
    char copy[PROTOCOL_LENGTH + 2 * NETDIAG_ENDPOINT_TEXT];
    char *minus;

    memset(forward, 0, sizeof(*forward));
    forward->is_udp = strncmp(text, "udp:", PROTOCOL_LENGTH) == 0;
    if ((!forward->is_udp && strncmp(text, "tcp:", PROTOCOL_LENGTH) != 0) ||
        !netdiag_text_copy(copy, sizeof(copy), text + PROTOCOL_LENGTH))
        return false;
    minus = strchr(copy, '-');
    if (!minus)
        return false;
    *minus++ = '\0';
    if (!parse_endpoint(copy, &forward->from))
        return false;
    return strchr(minus, ':') ? parse_endpoint(minus, &forward->to)
                              : parse_port(minus, &forward->to.port);
}

static bool is_loopback(const struct netdiag_address *address)
{
    static const uint8_t ipv6[16] = {[15] = 1};

    if (address->family == NETDIAG_FAMILY_IPV4)
        return address->bytes[0] == 127;
    return memcmp(address->bytes, ipv6, sizeof(ipv6)) == 0;
}

static bool is_of_device(const struct sim_options *options, const struct netdiag_address *address)
{
    if (address->family == NETDIAG_FAMILY_ANY)
        return true;
    for (size_t i = 0; i < options->vlan_count; i++) {
        const struct sim_vlan *vlan = &options->vlans[i];

        for (size_t j = 0; j < vlan->address_count; j++) {
            if (memcmp(&vlan->addresses[j].address, address, sizeof(*address)) == 0)
                return true;
        }
    }
    return false;
}

static bool refuse(const struct netdiag_address *address, const char *why, char *error,
                   size_t error_size)
{
    char bytes[NETDIAG_ADDRESS_TEXT];
    struct netdiag_text text;

    netdiag_text_start(&text, error, error_size);
    netdiag_text_string(&text, "--forward: ");
    netdiag_text_string(&text, netdiag_address_text(address, bytes, sizeof(bytes)));
    netdiag_text_string(&text, why);
    return false;
}

bool sim_forward_check(const struct sim_options *options, char *error, size_t error_size)
{
    for (size_t i = 0; i < options->forward_count; i++) {
        const struct sim_forward *forward = &options->forwards[i];

        if (!options->forward_any && !is_loopback(&forward->from.address))
            return refuse(&forward->from.address,
                          " is no loopback address, and others than this host's users could come "
                          "in; legal are 127.0.0.0/8 and ::1, or any with --forward-any",
                          error, error_size);
        if (!is_of_device(options, &forward->to.address))
            return refuse(&forward->to.address,
                          " is no address of the switch's; legal are those of its VLANs", error,
                          error_size);
        if (options->clock != SIM_CLOCK_REAL)
            return refuse(&forward->from.address,
                          ": on a virtual clock nobody can come in; --clock real is needed", error,
                          error_size);
    }
    return true;
}
