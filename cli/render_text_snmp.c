/*
 * The SNMP agent as text, in Cisco's words where it has them.
 */
#include "cli/render.h"

#include "cli/text_parts.h"

static void print_access(struct netdiag_output *output, const struct netdiag_snmp *snmp)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "SNMP agent: UDP port ");
    netdiag_text_number(&text, snmp->port);
    netdiag_text_string(&text, ", SNMPv1 and SNMPv2c, read-only");
    netdiag_output_text(output, &text);
    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "Who knows the community may ask");
    if (snmp->sources > 0) {
        netdiag_text_string(&text, ", from ");
        netdiag_text_number(&text, snmp->sources);
        netdiag_text_string(&text, snmp->sources == 1 ? " prefix" : " prefixes");
    }
    netdiag_output_text(output, &text);
}

static void print_packets(struct netdiag_output *output, const struct netdiag_snmp *snmp)
{
    const struct {
        const char *format;
        uint64_t number;
    } lines[] = {
        {"# SNMP packets input", snmp->in_packets},
        {"    # Bad SNMP version errors", snmp->bad_versions},
        {"    # Unknown community name", snmp->bad_communities},
        {"    # Encoding errors", snmp->parse_errors},
        {"    # Set-request PDUs, each refused", snmp->set_requests},
        {"    # Packets from sources that may not ask", snmp->refused_sources},
        {"    # Packets dropped, the queue full or memory short", snmp->dropped},
        {"# SNMP packets output", snmp->out_packets},
        {"# requests in the queue", snmp->queued},
    };

    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        netdiag_output_numbers(output, lines[i].format, &lines[i].number);
}

static void print_cache(struct netdiag_output *output, const struct netdiag_snmp *snmp)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "Tables of connections: ");
    if (snmp->has_cache) {
        netdiag_text_number(&text, snmp->cached_rows);
        netdiag_text_string(&text, snmp->cached_rows == 1 ? " row, read " : " rows, read ");
        netdiag_text_fixed(&text, snmp->cache_age_ms, 3);
        netdiag_text_string(&text, " s ago");
        if (snmp->cached_left_out > 0) {
            netdiag_text_string(&text, "; ");
            netdiag_text_number(&text, snmp->cached_left_out);
            netdiag_text_string(&text, " more had no place (CONFIG_NETDIAG_SNMP_ROWS)");
        }
    } else {
        netdiag_text_string(&text, "nobody has asked for them yet");
    }
    netdiag_output_text(output, &text);
}

void netdiag_text_snmp(struct netdiag_output *output, const struct netdiag_snmp *snmp)
{
    print_access(output, snmp);
    print_packets(output, snmp);
    print_cache(output, snmp);
}
