/*
 * What arguments are made of: validators and completers, for the rows of the command table.
 *
 * All follow libcli's contracts: a validator answers CLI_OK or CLI_ERROR and prints nothing.
 */
#ifndef NETDIAG_CLI_ARGUMENTS_H
#define NETDIAG_CLI_ARGUMENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/command.h"

/*
 * A decimal number from `least` to `most`: digits only, no sign, no blank, nothing after it.
 * Fills `*number` and answers true when it is one.
 */
bool netdiag_parse_number(const char *text, uint32_t least, uint32_t most, uint32_t *number);

/* The largest that Cisco's devices take, and so what clients ask for. */
#define NETDIAG_TERMINAL_MOST 512

/* The argument's own name, or the beginning of it, in either case. */
int netdiag_validate_keyword(struct cli_def *cli, const char *name, const char *value);

/* Seconds that rates are taken over, 1 to CONFIG_NETDIAG_RATE_SECONDS. */
int netdiag_validate_rate_seconds(struct cli_def *cli, const char *name, const char *value);

/* Intervals of monitor tcp, 1 to CONFIG_NETDIAG_LIVE_COUNT. */
int netdiag_validate_live_count(struct cli_def *cli, const char *name, const char *value);

/* Lines or columns of a terminal, 0 to 512. */
int netdiag_validate_terminal_size(struct cli_def *cli, const char *name, const char *value);

/* A line of `show users`. */
int netdiag_validate_line(struct cli_def *cli, const char *name, const char *value);

/* The number of a VLAN, 1 to 4094; whether it exists is the command's business. */
int netdiag_validate_vlan_id(struct cli_def *cli, const char *name, const char *value);
int netdiag_complete_vlan_id(struct cli_def *cli, const char *name, const char *word,
                             struct cli_comphelp *completions);

/* The name of a VLAN, 1 to NETDIAG_VLAN_NAME_LENGTH bytes. */
int netdiag_validate_vlan_name(struct cli_def *cli, const char *name, const char *value);
int netdiag_complete_vlan_name(struct cli_def *cli, const char *name, const char *word,
                               struct cli_comphelp *completions);

/* A state's name in any of its forms, or a beginning of it that no other has. */
int netdiag_validate_tcp_state(struct cli_def *cli, const char *name, const char *value);
int netdiag_complete_tcp_state(struct cli_def *cli, const char *name, const char *word,
                               struct cli_comphelp *completions);

/* A metric or a span of tcp_series.def, by its names or a beginning that no other has. */
int netdiag_validate_tcp_metric(struct cli_def *cli, const char *name, const char *value);
int netdiag_complete_tcp_metric(struct cli_def *cli, const char *name, const char *word,
                                struct cli_comphelp *completions);
int netdiag_validate_tcp_span(struct cli_def *cli, const char *name, const char *value);
int netdiag_complete_tcp_span(struct cli_def *cli, const char *name, const char *word,
                              struct cli_comphelp *completions);

/* The ID of a connection: 8 hexadecimal digits, in either case. */
bool netdiag_parse_tcp_id(const char *text, uint32_t *id);
int netdiag_validate_tcp_id(struct cli_def *cli, const char *name, const char *value);

/* A port, 1 to 65535. */
int netdiag_validate_tcp_port(struct cli_def *cli, const char *name, const char *value);

/* An IP address, or a prefix whose host bits may be set. */
int netdiag_validate_prefix(struct cli_def *cli, const char *name, const char *value);

/* An IP address. */
int netdiag_validate_address(struct cli_def *cli, const char *name, const char *value);

/* 1 to 100. */
int netdiag_validate_percent(struct cli_def *cli, const char *name, const char *value);

/* Echoes of a ping, 1 to CONFIG_NETDIAG_PING_COUNT. */
int netdiag_validate_ping_count(struct cli_def *cli, const char *name, const char *value);

/* The name of an owner, 1 to CONFIG_NETDIAG_OWNER_LENGTH bytes. */
int netdiag_validate_tcp_owner(struct cli_def *cli, const char *name, const char *value);
int netdiag_complete_tcp_owner(struct cli_def *cli, const char *name, const char *word,
                               struct cli_comphelp *completions);

/* "-nat", in any order of its letters. */
int netdiag_validate_netstat(struct cli_def *cli, const char *name, const char *value);

/* "-i:PORT". */
bool netdiag_parse_lsof(const char *text, uint16_t *port);
int netdiag_validate_lsof(struct cli_def *cli, const char *name, const char *value);

#define NETDIAG_ARGUMENT_JSON                                                                      \
    {                                                                                              \
        .name = "json", .kind = NETDIAG_ARGUMENT_FLAG, .help = "The same as JSON, for programs"    \
    }

#endif
