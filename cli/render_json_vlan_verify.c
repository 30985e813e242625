/*
 * The comparison of ifIndexes as JSON. A number that a source has not, or that was not asked for,
 * is null.
 */
#include "cli/render.h"

#include "stats/device.h"

void netdiag_json_vlan_verify_begin(struct netdiag_output *output)
{
    netdiag_json_key(&output->json, "vlans");
    netdiag_json_array(&output->json);
}

static void member_number(struct netdiag_json *json, const char *key,
                          const struct netdiag_vlan_view *view, enum netdiag_vlan_source source)
{
    netdiag_json_member_unsigned(json, key, view->if_index[source] != 0, view->if_index[source]);
}

static void member_differs(struct netdiag_json *json, const struct netdiag_vlan_view *view)
{
    netdiag_json_key(json, "differs");
    netdiag_json_array(json);
    for (unsigned i = 0; i < NETDIAG_VLAN_SOURCES; i++) {
        if (view->differs[i])
            netdiag_json_string(json, netdiag_vlan_source_key((enum netdiag_vlan_source)i));
    }
    netdiag_json_array_end(json);
}

void netdiag_json_vlan_view(struct netdiag_output *output, const struct netdiag_vlan_view *view)
{
    struct netdiag_json *json = &output->json;

    netdiag_json_newline(json);
    netdiag_json_object(json);
    netdiag_json_member_unsigned(json, "vlan", true, view->id);
    netdiag_json_member_string(json, "name", view->exists, view->name);
    netdiag_json_key(json, "exists");
    netdiag_json_bool(json, view->exists);
    member_number(json, "ifIndex", view, NETDIAG_VLAN_SOURCE_SHOWN);
    member_number(json, "remembered", view, NETDIAG_VLAN_SOURCE_REMEMBERED);
    member_number(json, "stackIfIndex", view, NETDIAG_VLAN_SOURCE_STACK);
    member_number(json, "snmpIfIndex", view, NETDIAG_VLAN_SOURCE_SNMP);
    netdiag_json_key(json, "same");
    netdiag_json_bool(json, !netdiag_vlan_view_differs(view));
    member_differs(json, view);
    netdiag_json_object_end(json);
}

static void member_problem(struct netdiag_json *json, const char *key, enum netdiag_error error,
                           const char *text)
{
    if (error == NETDIAG_OK)
        return;
    netdiag_json_newline(json);
    netdiag_json_problem(json, key, error, text);
}

void netdiag_json_vlan_verify_end(struct netdiag_output *output,
                                  const struct netdiag_vlan_verify_summary *summary,
                                  enum netdiag_error error)
{
    struct netdiag_json *json = &output->json;

    netdiag_json_array_end(json);
    netdiag_json_newline(json);
    netdiag_json_member_unsigned(json, "total", true, summary->vlans);
    netdiag_json_member_unsigned(json, "differ", true, summary->differ);
    netdiag_json_member_unsigned(json, "gone", true, summary->gone);
    netdiag_json_key(json, "same");
    netdiag_json_bool(json, error == NETDIAG_OK && netdiag_vlan_verify_passed(summary));
    member_problem(json, "rememberedError", summary->remembered_error,
                   netdiag_error_text(summary->remembered_error));
    member_problem(json, "snmpError", summary->snmp_error,
                   netdiag_snmp_error_text(summary->snmp_error));
    member_problem(json, "error", error, netdiag_error_text(error));
}
