/*
 * show vlan ...
 */
#include "cli/command.h"

#include <libcli.h>

#include "cli/arguments.h"
#include "stats/text.h"
#include "stats/vlan_reader.h"
#include "stats/vlan_verify.h"

#define ID     "vlan-id"
#define NAME   "vlan-name"
#define DETAIL "detail"

/* Nothing was found: because the platform failed, or because there is no such VLAN. */
static enum netdiag_status refuse(struct netdiag_call *call, enum netdiag_error error,
                                  const char *what)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    if (error != NETDIAG_OK)
        return netdiag_call_fail(call, error);
    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "no such VLAN ");
    netdiag_output_name(&text, what, 0);
    netdiag_text_string(&text, "; \"show vlan ifindex\" lists those there are");
    return netdiag_call_refuse(call, NETDIAG_ERROR_NOT_FOUND, line);
}

static void render(struct netdiag_call *call, struct netdiag_vlan_reader *reader,
                   const struct netdiag_vlan *vlan, struct netdiag_vlans_end *ended)
{
    enum netdiag_detail detail =
        netdiag_call_argument(call, DETAIL) != NULL ? NETDIAG_DETAIL_FULL : NETDIAG_DETAIL_TABLE;

    netdiag_call_begin(call);
    call->renderer->vlans_begin(&call->output, detail);
    for (; vlan != NULL && !netdiag_output_cancelled(&call->output); ended->count++) {
        call->renderer->vlan(&call->output, detail, vlan);
        vlan = netdiag_vlan_reader_next(reader, &ended->error);
    }
    call->renderer->vlans_end(&call->output, ended);
    netdiag_call_end(call);
}

static enum netdiag_status show_ifindex(struct netdiag_call *call)
{
    const char *id_text = netdiag_call_argument(call, ID);
    const char *name = netdiag_call_argument(call, NAME);
    struct netdiag_vlans_end ended = {.count = 0, .error = NETDIAG_OK};
    struct netdiag_vlan_reader reader;
    const struct netdiag_vlan *vlan;
    uint32_t id = 0;

    if (id_text != NULL && !netdiag_parse_number(id_text, NETDIAG_VLAN_MIN, NETDIAG_VLAN_MAX, &id))
        return netdiag_call_refuse(call, NETDIAG_ERROR_INVALID, "a VLAN ID is 1 to 4094");
    netdiag_vlan_reader_start(&reader, call->diag, (uint16_t)id, name);
    vlan = netdiag_vlan_reader_next(&reader, &ended.error);
    if (vlan == NULL && (ended.error != NETDIAG_OK || id_text != NULL || name != NULL))
        return refuse(call, ended.error, id_text != NULL ? id_text : name);
    render(call, &reader, vlan, &ended);
    return ended.error == NETDIAG_OK ? NETDIAG_STATUS_OK : NETDIAG_STATUS_FAILED;
}

static bool cancelled(void *output)
{
    return netdiag_output_cancelled(output);
}

static enum netdiag_status show_verify(struct netdiag_call *call)
{
    struct netdiag_vlan_verify verify;
    const struct netdiag_vlan_view *view;
    enum netdiag_error error;

    netdiag_vlan_verify_start(&verify, call->diag, cancelled, &call->output);
    view = netdiag_vlan_verify_next(&verify, &error);
    if (error != NETDIAG_OK)
        return netdiag_call_fail(call, error);
    netdiag_call_begin(call);
    call->renderer->vlan_verify_begin(&call->output);
    for (; view != NULL && !cancelled(&call->output);
         view = netdiag_vlan_verify_next(&verify, &error))
        call->renderer->vlan_view(&call->output, view);
    if (cancelled(&call->output))
        return netdiag_call_stopped(call);
    call->renderer->vlan_verify_end(&call->output, &verify.summary, error);
    netdiag_call_end(call);
    return error == NETDIAG_OK && netdiag_vlan_verify_passed(&verify.summary)
               ? NETDIAG_STATUS_OK
               : NETDIAG_STATUS_FAILED;
}

#define ARGUMENT_DETAIL                                                                            \
    {                                                                                              \
        .name = DETAIL, .kind = NETDIAG_ARGUMENT_FLAG,                                             \
        .help = "State, MAC address, MTU and IP addresses too"                                     \
    }
#define ARGUMENT_IFINDEX                                                                           \
    {                                                                                              \
        .name = "ifindex", .kind = NETDIAG_ARGUMENT_KEYWORD,                                       \
        .help = "The ifIndex that SNMP, NetFlow and sFlow use",                                    \
        .validate = netdiag_validate_keyword                                                       \
    }
#define ARGUMENT_ID(how)                                                                           \
    {                                                                                              \
        .name = ID, .kind = (how), .help = "Number of a VLAN, 1 to 4094",                          \
        .validate = netdiag_validate_vlan_id, .complete = netdiag_complete_vlan_id                 \
    }

static const struct netdiag_argument of_ifindex[] = {
    ARGUMENT_ID(NETDIAG_ARGUMENT_OPTIONAL),
    ARGUMENT_DETAIL,
    NETDIAG_ARGUMENT_JSON,
    {.name = NULL},
};

static const struct netdiag_argument json_only[] = {
    NETDIAG_ARGUMENT_JSON,
    {.name = NULL},
};

static const struct netdiag_argument of_id[] = {
    ARGUMENT_ID(NETDIAG_ARGUMENT_VALUE),
    ARGUMENT_IFINDEX,
    ARGUMENT_DETAIL,
    NETDIAG_ARGUMENT_JSON,
    {.name = NULL},
};

static const struct netdiag_argument of_name[] = {
    {.name = NAME,
     .kind = NETDIAG_ARGUMENT_VALUE,
     .help = "Name of a VLAN, at most 32 characters",
     .validate = netdiag_validate_vlan_name,
     .complete = netdiag_complete_vlan_name},
    ARGUMENT_IFINDEX,
    ARGUMENT_DETAIL,
    NETDIAG_ARGUMENT_JSON,
    {.name = NULL},
};

const struct netdiag_command netdiag_commands_vlan[] = {
    {.path = "show vlan",
     .help = "VLANs and their interfaces",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY},
    {.path = "show vlan ifindex",
     .help = "The ifIndex of each VLAN",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .arguments = of_ifindex,
     .run = show_ifindex},
    {.path = "show vlan ifindex verify",
     .help = "Whether the stack, SNMP and what is remembered say the same",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .arguments = json_only,
     .run = show_verify},
    {.path = "show vlan id",
     .title = "show vlan id ifindex",
     .help = "One VLAN, by its number",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .arguments = of_id,
     .run = show_ifindex},
    {.path = "show vlan name",
     .title = "show vlan name ifindex",
     .help = "One VLAN, by its name",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .arguments = of_name,
     .run = show_ifindex},
    {.path = NULL},
};
