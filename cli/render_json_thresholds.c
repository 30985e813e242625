/*
 * The thresholds of the diagnosis as JSON.
 */
#include "cli/render.h"
#include "stats/tcp_thresholds.h"

void netdiag_json_tcp_thresholds(struct netdiag_output *output,
                                 const struct netdiag_tcp_thresholds *thresholds)
{
    struct netdiag_json *json = &output->json;

    netdiag_json_key(json, "thresholds");
    netdiag_json_array(json);
    for (size_t i = 0; i < NETDIAG_TCP_THRESHOLDS; i++) {
        const struct netdiag_threshold_info *info = &netdiag_threshold_infos[i];

        netdiag_json_newline(json);
        netdiag_json_object(json);
        netdiag_json_member_string(json, "name", true, info->key);
        netdiag_json_member_unsigned(json, "value", true, thresholds->value[i]);
        netdiag_json_member_string(json, "unit", true, netdiag_threshold_unit_key(info->unit));
        netdiag_json_member_unsigned(json, "default", true, info->preset);
        netdiag_json_key(json, "changed");
        netdiag_json_bool(json, thresholds->value[i] != info->preset);
        netdiag_json_member_unsigned(json, "lowest", true, info->low);
        netdiag_json_member_unsigned(json, "highest", true, info->high);
        netdiag_json_member_string(json, "bounds", true, info->text);
        netdiag_json_object_end(json);
    }
    netdiag_json_array_end(json);
}
