/*
 * The declarative command table, and what a handler gets.
 *
 * A command is a row: its words, who may use it and where, its arguments, its help, its handler.
 * The rows are replayed into each libcli shell; one dispatcher stands around every handler.
 */
#ifndef NETDIAG_CLI_COMMAND_H
#define NETDIAG_CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/render.h"
#include "netdiag/netdiag.h"

struct cli_def;
struct cli_comphelp;
struct netdiag_call;

/* How a command ended, and the exit status of a program that ran it. */
enum netdiag_status {
    NETDIAG_STATUS_OK = 0,
    NETDIAG_STATUS_FAILED = 1,      /* refused, or the device could not */
    NETDIAG_STATUS_USAGE = 2,       /* no such command, or wrong words */
    NETDIAG_STATUS_UNREACHABLE = 3, /* the device does not answer */
};

enum netdiag_argument_kind {
    NETDIAG_ARGUMENT_FLAG,     /* a word that may stand there, "json" */
    NETDIAG_ARGUMENT_OPTIONAL, /* a value that may stand there; its validator knows it */
    NETDIAG_ARGUMENT_VALUE,    /* a value that must stand there */
    NETDIAG_ARGUMENT_NAMED,    /* its name and then a value, both of which may stand there */
    NETDIAG_ARGUMENT_KEYWORD,  /* a word that must stand there, after a value */
};

/*
 * An argument. None may be given twice. The validator answers CLI_OK or CLI_ERROR; the completer
 * adds the values that begin with `word` (NULL or "": all), and returns CLI_OK.
 */
struct netdiag_argument {
    const char *name; /* the flag or keyword itself; of a value, what it is: "vlan-id" */
    enum netdiag_argument_kind kind;
    const char *help;
    int (*validate)(struct cli_def *cli, const char *name, const char *value);
    int (*complete)(struct cli_def *cli, const char *name, const char *word,
                    struct cli_comphelp *completions);
};

struct netdiag_command {
    const char *path;  /* its words, "show tcp statistics" */
    const char *title; /* the same with its keywords; NULL: the path */
    const char *help;  /* of its last word; never NULL, libcli prints that as "(null)" */
    int privilege;     /* the least that may use it */
    int mode;          /* of libcli: MODE_EXEC or MODE_ANY */
    const struct netdiag_argument *arguments; /* up to one without a name; NULL: none */
    /* NULL: not a command, only words on the way to others, and their help. */
    enum netdiag_status (*run)(struct netdiag_call *call);
    const char *symbol; /* Kconfig's, of a command that was left out; NULL: it is there */
};

/* The rows of one file, up to one without a path. */
extern const struct netdiag_command netdiag_commands_show[];
extern const struct netdiag_command netdiag_commands_tcp[];
extern const struct netdiag_command netdiag_commands_connections[];
extern const struct netdiag_command netdiag_commands_holders[];
extern const struct netdiag_command netdiag_commands_memory[];
extern const struct netdiag_command netdiag_commands_states[];
extern const struct netdiag_command netdiag_commands_diagnosis[];
extern const struct netdiag_command netdiag_commands_thresholds[];
extern const struct netdiag_command netdiag_commands_tcp_history[];
extern const struct netdiag_command netdiag_commands_vlan[];
extern const struct netdiag_command netdiag_commands_vlan_config[];
extern const struct netdiag_command netdiag_commands_system[];
extern const struct netdiag_command netdiag_commands_net[];
extern const struct netdiag_command netdiag_commands_interfaces[];
extern const struct netdiag_command netdiag_commands_snmp[];
extern const struct netdiag_command netdiag_commands_tech_support[];
extern const struct netdiag_command netdiag_commands_tcp_absent[];
extern const struct netdiag_command netdiag_commands_tcp_history_absent[];
extern const struct netdiag_command netdiag_commands_vlan_absent[];
extern const struct netdiag_command netdiag_commands_system_absent[];
extern const struct netdiag_command netdiag_commands_net_absent[];
extern const struct netdiag_command netdiag_commands_tech_support_absent[];
extern const struct netdiag_command netdiag_commands_diagnosis_absent[];

/* The same, in sessions of ours only. */
extern const struct netdiag_command netdiag_commands_session[];
extern const struct netdiag_command netdiag_commands_language[];
extern const struct netdiag_command netdiag_commands_language_zh[];
extern const struct netdiag_command netdiag_commands_language_zh_absent[];
extern const struct netdiag_command netdiag_commands_monitor[];
extern const struct netdiag_command netdiag_commands_monitor_absent[];
extern const struct netdiag_command netdiag_commands_live[];
extern const struct netdiag_command netdiag_commands_live_absent[];

/* The table of this number from 0, the sessions' not among them; NULL after the last. */
const struct netdiag_command *netdiag_command_table(size_t index);
/* The sessions' own. */
const struct netdiag_command *netdiag_command_session_table(size_t index);

/*
 * Adds a table of the program around this library, after its own; it stays for good. Once, before
 * the first shell is registered.
 */
void netdiag_command_extend(const struct netdiag_command *table);

/* The JSON renderer, or NULL when this build has none. */
const struct netdiag_renderer *netdiag_command_json(void);

/* The row with these words; NULL when there is none. The sessions' rows are among them. */
const struct netdiag_command *netdiag_command_find(const char *path);

/* One run of a command, on the dispatcher's stack. */
struct netdiag_call {
    struct netdiag *diag;
    const struct netdiag_command *command;
    const struct netdiag_renderer *renderer;
    struct netdiag_head head;
    struct netdiag_output output;
};

/* What was given for an argument, valid until the handler returns; NULL: it was not given. */
const char *netdiag_call_argument(const struct netdiag_call *call, const char *name);

/*
 * Who runs the command, for logs and records: the name of the session's line, with the user who
 * logged in there before it, "shell" in another product's shell; printable, cut to `size` bytes
 * with its NUL.
 */
void netdiag_call_who(const struct netdiag_call *call, char *bytes, size_t size);

/* Asks the device who it is and what time it is there: the head of an answer. */
void netdiag_call_look(struct netdiag_call *call);

/* The same, and begins the answer. */
void netdiag_call_begin(struct netdiag_call *call);
void netdiag_call_end(struct netdiag_call *call);

/*
 * Says why the command gives nothing: `text`, one clause without a full stop. Returns the status
 * for the handler to return. Before netdiag_call_begin() only.
 */
enum netdiag_status netdiag_call_refuse(struct netdiag_call *call, enum netdiag_error error,
                                        const char *text);

/* The same when the device does not give what the command shows. */
enum netdiag_status netdiag_call_fail(struct netdiag_call *call, enum netdiag_error error);

/* Says that the user stopped the command. Returns the status for the handler to return. */
enum netdiag_status netdiag_call_stopped(struct netdiag_call *call);

/* ---- for the registration and the sessions ---- */

/* The device whose commands are registered; NULL before netdiag_register(). */
struct netdiag *netdiag_command_device(void);

/* Replays one table into a shell. Words that are there already are used. */
enum netdiag_error netdiag_command_register(struct cli_def *cli,
                                            const struct netdiag_command *table);

/*
 * Makes libcli compute how short its words may be. It does so only in cli_loop() and when the
 * mode or the privilege changes; without it cli_run_command() takes the first word that fits.
 */
void netdiag_command_shorten(struct cli_def *cli);

/* The callback of every command of ours in libcli. */
int netdiag_dispatch(struct cli_def *cli, const char *command, char *argv[], int argc);
/* The same of a command that was left out of this build: it takes any words. */
int netdiag_dispatch_absent(struct cli_def *cli, const char *command, char *argv[], int argc);

#endif
