/*
 * What --snmp-community and those with it say.
 */
#include <stdio.h>
#include <string.h>

#include "snmp.h"
#include "stats/address_parse.h"
#include "stats/text.h"

#define TEXT_MAX 255 /* of sysContact and sysLocation, RFC 3418 */

/* A secret: what is wrong with it is said, but not what it is, and ps does not show it. */
bool sim_snmp_community(struct sim_options *options, char *text, char *error, size_t error_size)
{
    size_t length = strlen(text);
    bool is_legal = length > 0 && length <= CONFIG_NETDIAG_SNMP_COMMUNITY_LENGTH;

    for (size_t i = 0; i < length; i++)
        is_legal = is_legal && text[i] >= ' ' && text[i] <= '~';
    if (is_legal)
        (void)netdiag_text_copy(options->snmp_community, sizeof(options->snmp_community), text);
    else
        snprintf(error, error_size,
                 "--snmp-community: what was given has %zu characters; legal are 1 to %d printable "
                 "ones of ASCII",
                 length, CONFIG_NETDIAG_SNMP_COMMUNITY_LENGTH);
    memset(text, '*', length);
    return is_legal;
}

bool sim_snmp_source(struct sim_options *options, const char *text, char *error, size_t error_size)
{
    struct netdiag_prefix *source = &options->snmp_sources[options->snmp_source_count];

    if (options->snmp_source_count == CONFIG_NETDIAG_SNMP_SOURCES) {
        snprintf(error, error_size,
                 "--snmp-source %.100s: there are %d prefixes already; "
                 "CONFIG_NETDIAG_SNMP_SOURCES bounds them",
                 text, CONFIG_NETDIAG_SNMP_SOURCES);
        return false;
    }
    if (!netdiag_prefix_parse(text, source)) {
        snprintf(error, error_size,
                 "--snmp-source: \"%.100s\" is no prefix; legal are IPv4 and IPv6 addresses, and "
                 "those with a length, 10.0.10.0/24 and 2001:db8:10::/64 for example",
                 text);
        return false;
    }
    if (netdiag_prefix_clear_host(source)) {
        char prefix[NETDIAG_PREFIX_TEXT];

        snprintf(error, error_size,
                 "--snmp-source: \"%.100s\" has bits after its prefix; %s is legal", text,
                 netdiag_prefix_text(source, prefix, sizeof(prefix)));
        return false;
    }
    options->snmp_source_count++;
    return true;
}

bool sim_snmp_text(const char *option, const char *text, const char **place, char *error,
                   size_t error_size)
{
    size_t length = strlen(text);
    bool is_legal = length <= TEXT_MAX;

    for (size_t i = 0; i < length; i++)
        is_legal = is_legal && text[i] >= ' ' && text[i] <= '~';
    if (is_legal)
        *place = text;
    else
        snprintf(error, error_size,
                 "--%s: \"%.60s\" has %zu characters; legal are %d printable ones of ASCII at most",
                 option, text, length, TEXT_MAX);
    return is_legal;
}

bool sim_snmp_check(const struct sim_options *options, char *error, size_t error_size)
{
    const char *what = NULL;

    if (options->snmp_community[0] != '\0')
        return true;
    if (options->snmp_source_count > 0)
        what = "--snmp-source says who may ask";
    else if (options->snmp_contact)
        what = "--snmp-contact is what pollers are told";
    else if (options->snmp_location)
        what = "--snmp-location is what pollers are told";
    if (what)
        snprintf(error, error_size, "%s, and nobody can: --snmp-community is needed, too", what);
    return what == NULL;
}
