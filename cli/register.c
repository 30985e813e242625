/*
 * Replays the command table into a libcli shell.
 *
 * The device is found by a pointer of the process: libcli hands a handler nothing but the shell,
 * whose one context belongs to the product.
 */
#include "cli/command.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <libcli.h>

#define WORD_LONGEST 32

static _Atomic(struct netdiag *) device;

struct netdiag *netdiag_command_device(void)
{
    return atomic_load(&device);
}

/* The first shell's device stays the device; a second one is refused. */
static bool claim_device(struct netdiag *diag)
{
    struct netdiag *none = NULL;

    return atomic_compare_exchange_strong(&device, &none, diag) || none == diag;
}

static struct cli_command *find_child(struct cli_def *cli, struct cli_command *parent,
                                      const char *word)
{
    struct cli_command *child = parent != NULL ? parent->children : cli->commands;

    for (; child != NULL; child = child->next) {
        if (child->command_type == CLI_REGULAR_COMMAND && strcmp(child->command, word) == 0)
            return child;
    }
    return NULL;
}

/* Takes the next word off a path. Returns what follows, NULL after the last one. */
static const char *next_word(const char *path, char word[WORD_LONGEST + 1])
{
    size_t size = strcspn(path, " ");

    if (size > WORD_LONGEST)
        size = WORD_LONGEST;
    memcpy(word, path, size);
    word[size] = '\0';
    path += size;
    while (*path == ' ')
        path++;
    return *path != '\0' ? path : NULL;
}

static int argument_flags(enum netdiag_argument_kind kind)
{
    /* With OPTION_MULTIPLE libcli records both when a word stands there twice, and the dispatcher
     * can refuse; without, the later silently wins. */
    switch (kind) {
    case NETDIAG_ARGUMENT_FLAG:
    case NETDIAG_ARGUMENT_OPTIONAL:
        return CLI_CMD_OPTIONAL_FLAG | CLI_CMD_OPTION_MULTIPLE;
    case NETDIAG_ARGUMENT_NAMED:
        return CLI_CMD_OPTIONAL_ARGUMENT | CLI_CMD_OPTION_MULTIPLE;
    case NETDIAG_ARGUMENT_VALUE:
    case NETDIAG_ARGUMENT_KEYWORD:
        return CLI_CMD_ARGUMENT;
    }
    return CLI_CMD_ARGUMENT;
}

static enum netdiag_error add_arguments(struct cli_command *leaf,
                                        const struct netdiag_command *command)
{
    const struct netdiag_argument *argument = command->arguments;

    for (; argument != NULL && argument->name != NULL; argument++) {
        if (cli_register_optarg(leaf, argument->name, argument_flags(argument->kind),
                                command->privilege, command->mode, argument->help,
                                argument->complete, argument->validate, NULL) == NULL)
            return NETDIAG_ERROR_MEMORY;
    }
    return NETDIAG_OK;
}

static enum netdiag_error add_command(struct cli_def *cli, const struct netdiag_command *command)
{
    int (*callback)(struct cli_def *, const char *, char **, int) = NULL;
    struct cli_command *parent = NULL;
    const char *rest = command->path;

    if (command->run != NULL)
        callback = netdiag_dispatch;
    else if (command->symbol != NULL)
        callback = netdiag_dispatch_absent;
    while (rest != NULL) {
        char word[WORD_LONGEST + 1];
        struct cli_command *there;

        rest = next_word(rest, word);
        there = find_child(cli, parent, word);
        if (there != NULL && rest == NULL)
            return NETDIAG_OK; /* the shell's own command of that name stays */
        if (there == NULL)
            there = cli_register_command(cli, parent, word, rest == NULL ? callback : NULL,
                                         command->privilege, command->mode, command->help);
        if (there == NULL)
            return NETDIAG_ERROR_MEMORY;
        parent = there;
    }
    return add_arguments(parent, command);
}

enum netdiag_error netdiag_command_register(struct cli_def *cli,
                                            const struct netdiag_command *table)
{
    for (; table->path != NULL; table++) {
        enum netdiag_error error = add_command(cli, table);

        if (error != NETDIAG_OK)
            return error;
    }
    return NETDIAG_OK;
}

void netdiag_command_shorten(struct cli_def *cli)
{
    char *modestring = cli->modestring != NULL ? strdup(cli->modestring) : NULL;
    int mode = cli->mode;

    /* By the mode: a change of privilege would replace the shell's prompt. */
    cli_set_configmode(cli, mode == MODE_EXEC ? MODE_CONFIG : MODE_EXEC, NULL);
    cli_set_configmode(cli, mode, NULL);
    cli_set_modestring(cli, modestring);
    free(modestring);
}

enum netdiag_error netdiag_register(struct netdiag *diag, struct cli_def *cli)
{
    const struct netdiag_command *table;

    if (diag == NULL || diag->platform == NULL || cli == NULL)
        return NETDIAG_ERROR_INVALID;
    if (!claim_device(diag))
        return NETDIAG_ERROR_BUSY;
    for (size_t i = 0; (table = netdiag_command_table(i)) != NULL; i++) {
        enum netdiag_error error = netdiag_command_register(cli, table);

        if (error != NETDIAG_OK)
            return error;
    }
    netdiag_command_shorten(cli);
    return NETDIAG_OK;
}
