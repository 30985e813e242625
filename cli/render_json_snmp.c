/*
 * The SNMP agent as JSON, with the names of RFC 3418's snmp group where it has them.
 */
#include "cli/render.h"

void netdiag_json_snmp(struct netdiag_output *output, const struct netdiag_snmp *snmp)
{
    struct netdiag_json *json = &output->json;

    netdiag_json_member_unsigned(json, "port", true, snmp->port);
    netdiag_json_member_unsigned(json, "sources", true, snmp->sources);
    netdiag_json_newline(json);
    netdiag_json_member_unsigned(json, "inPkts", true, snmp->in_packets);
    netdiag_json_member_unsigned(json, "outPkts", true, snmp->out_packets);
    netdiag_json_member_unsigned(json, "inBadVersions", true, snmp->bad_versions);
    netdiag_json_member_unsigned(json, "inBadCommunityNames", true, snmp->bad_communities);
    netdiag_json_member_unsigned(json, "inASNParseErrs", true, snmp->parse_errors);
    netdiag_json_newline(json);
    netdiag_json_member_unsigned(json, "inSetRequests", true, snmp->set_requests);
    netdiag_json_member_unsigned(json, "refusedSources", true, snmp->refused_sources);
    netdiag_json_member_unsigned(json, "dropped", true, snmp->dropped);
    netdiag_json_member_unsigned(json, "queued", true, snmp->queued);
    netdiag_json_member_unsigned(json, "cachedRows", snmp->has_cache, snmp->cached_rows);
    netdiag_json_member_unsigned(json, "cachedLeftOut", snmp->has_cache, snmp->cached_left_out);
    netdiag_json_member_unsigned(json, "cacheAgeMs", snmp->has_cache, snmp->cache_age_ms);
}
