/*
 * Validators and completers of TCP: states, ports, prefixes, owners.
 */
#include "cli/arguments.h"

#include <string.h>
#include <strings.h>

#include <libcli.h>

#include "stats/address_parse.h"
#include "stats/tcp_filter.h"

int netdiag_validate_tcp_state(struct cli_def *cli, const char *name, const char *value)
{
    enum netdiag_tcp_state state;

    (void)cli;
    (void)name;
    return value != NULL && netdiag_tcp_state_parse(value, &state) ? CLI_OK : CLI_ERROR;
}

static bool begins_with(const char *candidate, const char *word)
{
    return word == NULL || strncasecmp(candidate, word, strlen(word)) == 0;
}

/* How many of the states' names begin with a word; they are added. */
static unsigned complete_states(const char *(*name_of)(enum netdiag_tcp_state), const char *word,
                                struct cli_comphelp *completions)
{
    unsigned count = 0;

    for (unsigned i = NETDIAG_TCP_STATE_FIRST; i <= NETDIAG_TCP_STATE_LAST; i++) {
        const char *name = name_of((enum netdiag_tcp_state)i);

        if (!begins_with(name, word))
            continue;
        cli_add_comphelp_entry(completions, name);
        count++;
    }
    return count;
}

/* RFC 9293's names; RFC 4022's where the word can be of those alone, "synR". */
int netdiag_complete_tcp_state(struct cli_def *cli, const char *name, const char *word,
                               struct cli_comphelp *completions)
{
    (void)cli;
    (void)name;
    if (complete_states(netdiag_tcp_state_name, word, completions) == 0)
        complete_states(netdiag_tcp_state_key, word, completions);
    return CLI_OK;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool netdiag_parse_tcp_id(const char *text, uint32_t *id)
{
    if (text == NULL || strlen(text) != 8)
        return false;
    for (*id = 0; *text != '\0'; text++) {
        if (hex_value(*text) < 0)
            return false;
        *id = *id << 4 | (uint32_t)hex_value(*text);
    }
    return true;
}

int netdiag_validate_tcp_id(struct cli_def *cli, const char *name, const char *value)
{
    uint32_t id;

    (void)cli;
    (void)name;
    return netdiag_parse_tcp_id(value, &id) ? CLI_OK : CLI_ERROR;
}

int netdiag_validate_tcp_port(struct cli_def *cli, const char *name, const char *value)
{
    uint32_t port;

    (void)cli;
    (void)name;
    return value != NULL && netdiag_parse_number(value, 1, UINT16_MAX, &port) ? CLI_OK : CLI_ERROR;
}

/* Host bits are the command's business: it can say what is wrong with them. */
int netdiag_validate_prefix(struct cli_def *cli, const char *name, const char *value)
{
    struct netdiag_prefix prefix;

    (void)cli;
    (void)name;
    return value != NULL && netdiag_prefix_parse(value, &prefix) ? CLI_OK : CLI_ERROR;
}

int netdiag_validate_tcp_owner(struct cli_def *cli, const char *name, const char *value)
{
    (void)cli;
    (void)name;
    if (value == NULL || *value == '\0' || strlen(value) > CONFIG_NETDIAG_OWNER_LENGTH)
        return CLI_ERROR;
    return CLI_OK;
}

static bool stands_before(const struct netdiag_tcp_listeners *listeners, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        if (strcmp(listeners->rows[i].owner.name, listeners->rows[at].owner.name) == 0)
            return true;
    }
    return false;
}

/* The owners of listeners, each once: a walk over all connections is not worth a TAB. */
int netdiag_complete_tcp_owner(struct cli_def *cli, const char *name, const char *word,
                               struct cli_comphelp *completions)
{
    struct netdiag *diag = netdiag_command_device();
    size_t size = word != NULL ? strlen(word) : 0;
    struct netdiag_tcp_listeners listeners;

    (void)cli;
    (void)name;
    if (diag == NULL || netdiag_tcp_listeners_collect(diag, &listeners) != NETDIAG_OK)
        return CLI_OK;
    for (size_t i = 0; i < listeners.count; i++) {
        const char *owner = listeners.rows[i].owner.name;

        if (*owner != '\0' && !stands_before(&listeners, i) &&
            (size == 0 || strncmp(owner, word, size) == 0))
            cli_add_comphelp_entry(completions, owner);
    }
    return CLI_OK;
}

int netdiag_validate_netstat(struct cli_def *cli, const char *name, const char *value)
{
    (void)cli;
    (void)name;
    if (value == NULL || strlen(value) != 4 || value[0] != '-')
        return CLI_ERROR;
    return strchr(value, 'n') != NULL && strchr(value, 'a') != NULL && strchr(value, 't') != NULL
               ? CLI_OK
               : CLI_ERROR;
}

bool netdiag_parse_lsof(const char *text, uint16_t *port)
{
    static const char beginning[] = "-i:";
    uint32_t number;

    if (text == NULL || strncmp(text, beginning, sizeof beginning - 1) != 0 ||
        !netdiag_parse_number(text + sizeof beginning - 1, 1, UINT16_MAX, &number))
        return false;
    *port = (uint16_t)number;
    return true;
}

int netdiag_validate_lsof(struct cli_def *cli, const char *name, const char *value)
{
    uint16_t port;

    (void)cli;
    (void)name;
    return netdiag_parse_lsof(value, &port) ? CLI_OK : CLI_ERROR;
}
