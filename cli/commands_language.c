/*
 * terminal language en, terminal language zh: what a session explains states and findings in. It
 * is the session's alone, and ends with it.
 */
#include "cli/command.h"

#include <libcli.h>

#include "cli/session.h"

static enum netdiag_status speak_english(struct netdiag_call *call)
{
    netdiag_session_set_language(call->output.session, NETDIAG_LANGUAGE_ENGLISH);
    return NETDIAG_STATUS_OK;
}

static enum netdiag_status speak_chinese(struct netdiag_call *call)
{
    netdiag_session_set_language(call->output.session, NETDIAG_LANGUAGE_CHINESE);
    return NETDIAG_STATUS_OK;
}

#define COMMAND(words, text, function)                                                             \
    {                                                                                              \
        .path = (words), .help = (text), .privilege = PRIVILEGE_UNPRIVILEGED, .mode = MODE_ANY,    \
        .run = (function)                                                                          \
    }

const struct netdiag_command netdiag_commands_language[] = {
    COMMAND("terminal language", "What states and findings are explained in", NULL),
    COMMAND("terminal language " NETDIAG_LANGUAGE_ENGLISH_WORD, "English", speak_english),
    {.path = NULL},
};

const struct netdiag_command netdiag_commands_language_zh[] = {
    COMMAND("terminal language " NETDIAG_LANGUAGE_CHINESE_WORD, "Simplified Chinese, in UTF-8",
            speak_chinese),
    {.path = NULL},
};
