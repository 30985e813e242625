/*
 * Validators and completers that are not of one area.
 */
#include "cli/arguments.h"

#include <string.h>
#include <strings.h>

#include <libcli.h>

#include "stats/address_parse.h"

bool netdiag_parse_number(const char *text, uint32_t least, uint32_t most, uint32_t *number)
{
    uint64_t value = 0;

    if (*text == '\0')
        return false;
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9')
            return false;
        value = value * 10 + (uint64_t)(*text - '0');
        if (value > most)
            return false; /* before it can overflow */
    }
    if (value < least)
        return false;
    *number = (uint32_t)value;
    return true;
}

int netdiag_validate_keyword(struct cli_def *cli, const char *name, const char *value)
{
    (void)cli;
    if (value == NULL || *value == '\0' || strncasecmp(name, value, strlen(value)) != 0)
        return CLI_ERROR;
    return CLI_OK;
}

int netdiag_validate_rate_seconds(struct cli_def *cli, const char *name, const char *value)
{
    uint32_t seconds;

    (void)cli;
    (void)name;
    if (value == NULL || !netdiag_parse_number(value, 1, CONFIG_NETDIAG_RATE_SECONDS, &seconds))
        return CLI_ERROR;
    return CLI_OK;
}

int netdiag_validate_live_count(struct cli_def *cli, const char *name, const char *value)
{
    uint32_t count;

    (void)cli;
    (void)name;
    if (value == NULL || !netdiag_parse_number(value, 1, CONFIG_NETDIAG_LIVE_COUNT, &count))
        return CLI_ERROR;
    return CLI_OK;
}

int netdiag_validate_address(struct cli_def *cli, const char *name, const char *value)
{
    struct netdiag_address address;

    (void)cli;
    (void)name;
    return value != NULL && netdiag_address_parse(value, &address) ? CLI_OK : CLI_ERROR;
}

int netdiag_validate_percent(struct cli_def *cli, const char *name, const char *value)
{
    uint32_t percent;

    (void)cli;
    (void)name;
    return value != NULL && netdiag_parse_number(value, 1, 100, &percent) ? CLI_OK : CLI_ERROR;
}

int netdiag_validate_ping_count(struct cli_def *cli, const char *name, const char *value)
{
    uint32_t count;

    (void)cli;
    (void)name;
    if (value == NULL || !netdiag_parse_number(value, 1, CONFIG_NETDIAG_PING_COUNT, &count))
        return CLI_ERROR;
    return CLI_OK;
}

int netdiag_validate_terminal_size(struct cli_def *cli, const char *name, const char *value)
{
    uint32_t size;

    (void)cli;
    (void)name;
    if (value == NULL || !netdiag_parse_number(value, 0, NETDIAG_TERMINAL_MOST, &size))
        return CLI_ERROR;
    return CLI_OK;
}

int netdiag_validate_line(struct cli_def *cli, const char *name, const char *value)
{
    uint32_t line;

    (void)cli;
    (void)name;
    if (value == NULL || !netdiag_parse_number(value, 0, CONFIG_NETDIAG_SESSIONS - 1, &line))
        return CLI_ERROR;
    return CLI_OK;
}
