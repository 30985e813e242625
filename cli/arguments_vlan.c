/*
 * Validators and completers of VLANs.
 */
#include "cli/arguments.h"

#include <string.h>

#include <libcli.h>

#include "stats/text.h"
#include "stats/vlan_reader.h"

int netdiag_validate_vlan_id(struct cli_def *cli, const char *name, const char *value)
{
    uint32_t id;

    (void)cli;
    (void)name;
    if (value == NULL || !netdiag_parse_number(value, NETDIAG_VLAN_MIN, NETDIAG_VLAN_MAX, &id))
        return CLI_ERROR;
    return CLI_OK;
}

int netdiag_validate_vlan_name(struct cli_def *cli, const char *name, const char *value)
{
    (void)cli;
    (void)name;
    if (value == NULL || *value == '\0' || strlen(value) > NETDIAG_VLAN_NAME_LENGTH)
        return CLI_ERROR;
    return CLI_OK;
}

static void complete_vlans(const char *word, bool by_name, struct cli_comphelp *completions)
{
    struct netdiag *diag = netdiag_command_device();
    size_t size = word != NULL ? strlen(word) : 0;
    struct netdiag_vlan_reader reader;
    const struct netdiag_vlan *vlan;
    enum netdiag_error error;

    if (diag == NULL)
        return;
    netdiag_vlan_reader_start(&reader, diag, 0, NULL);
    while ((vlan = netdiag_vlan_reader_next(&reader, &error)) != NULL) {
        char digits[8];
        struct netdiag_text text;
        const char *value = by_name ? vlan->name : digits;

        netdiag_text_start(&text, digits, sizeof digits);
        netdiag_text_number(&text, vlan->id);
        if (size == 0 || strncmp(value, word, size) == 0)
            cli_add_comphelp_entry(completions, value);
    }
}

int netdiag_complete_vlan_id(struct cli_def *cli, const char *name, const char *word,
                             struct cli_comphelp *completions)
{
    (void)cli;
    (void)name;
    complete_vlans(word, false, completions);
    return CLI_OK;
}

int netdiag_complete_vlan_name(struct cli_def *cli, const char *name, const char *word,
                               struct cli_comphelp *completions)
{
    (void)cli;
    (void)name;
    complete_vlans(word, true, completions);
    return CLI_OK;
}
