/*
 * vlan, no vlan
 */
#include "cli/command.h"

#include <string.h>

#include <libcli.h>

#include "cli/arguments.h"
#include "cli/utf8.h"
#include "stats/vlan_config.h"
#include "stats/vlan_reader.h"

#define ID     "vlan-id"
#define NAME   "name"
#define FORGET "forget"

/* A refusal in the making: "VLAN 10: " and why. */
struct refusal {
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;
};

static struct netdiag_text *start(struct refusal *refusal, uint16_t id)
{
    netdiag_text_start(&refusal->text, refusal->line, sizeof refusal->line);
    netdiag_text_string(&refusal->text, "VLAN ");
    netdiag_text_number(&refusal->text, id);
    return &refusal->text;
}

/* `before`, the quoted command `words` with the VLAN's number and `more`, `after`. */
static void put_remedy(struct netdiag_text *text, const char *before, uint16_t id, const char *more,
                       const char *after)
{
    netdiag_text_string(text, before);
    netdiag_text_string(text, "\"no vlan ");
    netdiag_text_number(text, id);
    netdiag_text_string(text, more);
    netdiag_text_char(text, '"');
    netdiag_text_string(text, after);
}

/* The validator has seen it. */
static uint16_t given_id(const struct netdiag_call *call)
{
    uint32_t id = 0;

    (void)netdiag_parse_number(netdiag_call_argument(call, ID), NETDIAG_VLAN_MIN, NETDIAG_VLAN_MAX,
                               &id);
    return (uint16_t)id;
}

/* ---- vlan ---- */

/* The VLAN of that number, or of that name where `id` is 0. */
static bool find(const struct netdiag_call *call, uint16_t id, const char *name,
                 struct netdiag_vlan *found)
{
    struct netdiag_vlan_reader reader;
    enum netdiag_error error;
    const struct netdiag_vlan *vlan;

    netdiag_vlan_reader_start(&reader, call->diag, id, name);
    vlan = netdiag_vlan_reader_next(&reader, &error);
    if (vlan != NULL)
        *found = *vlan;
    return vlan != NULL;
}

static enum netdiag_status refuse_name(struct netdiag_call *call, uint16_t id, const char *name)
{
    struct refusal refusal;
    struct netdiag_text *text = start(&refusal, id);

    netdiag_text_string(text, ": the name \"");
    netdiag_output_name(text, name, 0);
    netdiag_text_string(text, "\" was given; legal are 1 to ");
    netdiag_text_number(text, NETDIAG_VLAN_NAME_LENGTH);
    netdiag_text_string(text, " bytes of printable text");
    return netdiag_call_refuse(call, NETDIAG_ERROR_INVALID, refusal.line);
}

/* Which of the two is there, the VLAN or its name. */
static enum netdiag_status refuse_existing(struct netdiag_call *call, uint16_t id, const char *name)
{
    char own[sizeof "Vlan65535"];
    struct refusal refusal;
    struct netdiag_text *text = start(&refusal, id), digits;
    struct netdiag_vlan found;

    netdiag_text_start(&digits, own, sizeof own);
    netdiag_text_string(&digits, "Vlan");
    netdiag_text_number(&digits, id);
    if (name == NULL)
        name = own;
    if (find(call, id, NULL, &found)) {
        netdiag_text_string(text, " exists already, with the name \"");
        netdiag_output_name(text, found.name, 0);
        put_remedy(text, "\"; ", id, "", " removes it");
    } else if (find(call, 0, name, &found)) {
        netdiag_text_string(text, ": the name \"");
        netdiag_output_name(text, name, 0);
        netdiag_text_string(text, "\" is that of VLAN ");
        netdiag_text_number(text, found.id);
        netdiag_text_string(text, "; give another by \"name\"");
    } else { /* it has gone meanwhile */
        netdiag_text_string(text, ": the VLAN or its name was there a moment ago; try again");
    }
    return netdiag_call_refuse(call, NETDIAG_ERROR_EXISTS, refusal.line);
}

static enum netdiag_status refuse_full(struct netdiag_call *call, uint16_t id)
{
    struct netdiag_vlan_reader reader;
    struct refusal refusal;
    struct netdiag_text *text = start(&refusal, id);
    enum netdiag_error error;
    size_t count = 0;

    netdiag_vlan_reader_start(&reader, call->diag, 0, NULL);
    while (netdiag_vlan_reader_next(&reader, &error) != NULL)
        count++;
    netdiag_text_string(text, ": the device has ");
    netdiag_text_number(text, count);
    netdiag_text_string(text, " VLANs, as many as it holds (CONFIG_NETDIAG_VLANS, or its number of "
                              "interfaces); \"no vlan\" of another makes room");
    return netdiag_call_refuse(call, NETDIAG_ERROR_FULL, refusal.line);
}

static void put_remembered(struct netdiag_text *text)
{
    netdiag_text_string(text, ": each of the ");
    netdiag_text_number(text, NETDIAG_IF_INDEX_STACK_MAX);
    netdiag_text_string(text, " interface numbers is in use or remembered for a VLAN that is gone; "
                              "\"show vlan ifindex verify\" lists them, and \"no vlan N forget\" "
                              "of one that is not needed any more frees its number");
}

/* What adding and removing have in common. */
static enum netdiag_status refuse(struct netdiag_call *call, uint16_t id, enum netdiag_error error)
{
    struct refusal refusal;
    struct netdiag_text *text = start(&refusal, id);

    if (error == NETDIAG_ERROR_BUSY)
        netdiag_text_string(text, ": another shell adds or removes a VLAN now; try again");
    else if (error == NETDIAG_ERROR_IO)
        netdiag_text_string(text, ": its ifIndex cannot be kept over a restart, and nothing was "
                                  "changed; is the device's storage full, or read-only?");
    else if (error == NETDIAG_ERROR_REMEMBERED)
        put_remembered(text);
    else
        return netdiag_call_fail(call, error);
    return netdiag_call_refuse(call, error, refusal.line);
}

/* The number that the VLAN had. */
static enum netdiag_status refuse_taken(struct netdiag_call *call, uint16_t id)
{
    struct refusal refusal;
    struct netdiag_text *text = start(&refusal, id);
    uint32_t if_index;

    netdiag_text_string(text, ": an interface that is no VLAN's has the ifIndex ");
    if (netdiag_vlan_number_find(call->diag, id, &if_index) == NETDIAG_OK) {
        netdiag_text_number(text, if_index);
        netdiag_text_char(text, ' ');
    }
    put_remedy(text, "that is remembered for it; ", id, " " FORGET, " lets it have another");
    return netdiag_call_refuse(call, NETDIAG_ERROR_TAKEN, refusal.line);
}

/* UTF-8 that has no control characters, and fits. */
static bool is_name(const char *name)
{
    size_t size = strlen(name);

    if (size == 0 || size > NETDIAG_VLAN_NAME_LENGTH)
        return false;
    for (size_t i = 0; i < size;) {
        uint32_t code;
        size_t length = netdiag_utf8_decode(name + i, size - i, &code);

        if (length == 0 || netdiag_utf8_is_control(code))
            return false;
        i += length;
    }
    return true;
}

static enum netdiag_status add(struct netdiag_call *call)
{
    const char *name = netdiag_call_argument(call, NAME);
    char by[CONFIG_NETDIAG_WHO_LENGTH + 1];
    uint16_t id = given_id(call);
    enum netdiag_error error;

    if (name != NULL && !is_name(name))
        return refuse_name(call, id, name);
    netdiag_call_who(call, by, sizeof by);
    error = netdiag_vlan_add(call->diag, id, name, by);
    if (error == NETDIAG_ERROR_EXISTS)
        return refuse_existing(call, id, name);
    if (error == NETDIAG_ERROR_INVALID && name != NULL)
        return refuse_name(call, id, name);
    if (error == NETDIAG_ERROR_FULL)
        return refuse_full(call, id);
    if (error == NETDIAG_ERROR_TAKEN)
        return refuse_taken(call, id);
    return error == NETDIAG_OK ? NETDIAG_STATUS_OK : refuse(call, id, error);
}

/* ---- no vlan ---- */

/* There is no such VLAN; its number may be remembered. */
static enum netdiag_status refuse_gone(struct netdiag_call *call, uint16_t id)
{
    struct refusal refusal;
    struct netdiag_text *text;
    uint32_t if_index;

    if (netdiag_vlan_number_find(call->diag, id, &if_index) == NETDIAG_OK) {
        text = start(&refusal, id);
        netdiag_text_string(text, " is gone already, and its ifIndex ");
        netdiag_text_number(text, if_index);
        put_remedy(text, " is remembered; ", id, " " FORGET, " frees it");
    } else {
        netdiag_text_start(&refusal.text, refusal.line, sizeof refusal.line);
        netdiag_text_string(&refusal.text, "no such VLAN ");
        netdiag_text_number(&refusal.text, id);
        netdiag_text_string(&refusal.text,
                            netdiag_call_argument(call, FORGET) != NULL
                                ? ", and no ifIndex is remembered for it; \"show vlan ifindex "
                                  "verify\" lists those that are"
                                : "; \"show vlan ifindex\" lists those there are");
    }
    return netdiag_call_refuse(call, NETDIAG_ERROR_NOT_FOUND, refusal.line);
}

static enum netdiag_status no_vlan(struct netdiag_call *call)
{
    bool forget = netdiag_call_argument(call, FORGET) != NULL;
    char by[CONFIG_NETDIAG_WHO_LENGTH + 1];
    uint16_t id = given_id(call);
    enum netdiag_error error;

    netdiag_call_who(call, by, sizeof by);
    error = netdiag_vlan_remove(call->diag, id, forget, by);
    if (error == NETDIAG_ERROR_NOT_FOUND)
        return refuse_gone(call, id);
    return error == NETDIAG_OK ? NETDIAG_STATUS_OK : refuse(call, id, error);
}

/* Which names are legal the command says itself: a caret would not. */
static int validate_any(struct cli_def *cli, const char *name, const char *value)
{
    (void)cli;
    (void)name;
    return value != NULL ? CLI_OK : CLI_ERROR;
}

static const struct netdiag_argument of_vlan[] = {
    {.name = ID,
     .kind = NETDIAG_ARGUMENT_VALUE,
     .help = "Number of the new VLAN, 1 to 4094",
     .validate = netdiag_validate_vlan_id},
    {.name = NAME,
     .kind = NETDIAG_ARGUMENT_NAMED,
     .help = "What it is called, at most 32 characters; else Vlan and its number",
     .validate = validate_any},
    {.name = NULL},
};

static const struct netdiag_argument of_no_vlan[] = {
    {.name = ID,
     .kind = NETDIAG_ARGUMENT_VALUE,
     .help = "Number of a VLAN, 1 to 4094",
     .validate = netdiag_validate_vlan_id,
     .complete = netdiag_complete_vlan_id},
    {.name = FORGET,
     .kind = NETDIAG_ARGUMENT_FLAG,
     .help = "Its ifIndex too, which may then become another's"},
    {.name = NULL},
};

const struct netdiag_command netdiag_commands_vlan_config[] = {
    {.path = "vlan",
     .help = "Add a VLAN with its interface",
     .privilege = PRIVILEGE_PRIVILEGED,
     .mode = MODE_ANY,
     .arguments = of_vlan,
     .run = add},
    {.path = "no",
     .help = "Remove what the word after it adds",
     .privilege = PRIVILEGE_PRIVILEGED,
     .mode = MODE_ANY},
    {.path = "no vlan",
     .help = "Remove a VLAN; its ifIndex stays remembered",
     .privilege = PRIVILEGE_PRIVILEGED,
     .mode = MODE_ANY,
     .arguments = of_no_vlan,
     .run = no_vlan},
    {.path = NULL},
};
