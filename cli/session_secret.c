/*
 * What is typed and must not be seen: no echo, no history, and no trace in the session.
 */
#include "cli/session_private.h"

#include <string.h>

#define INTERRUPT  0x03
#define END        0x04
#define BACKSPACE  0x08
#define KILL_LINE  0x15
#define DELETE     0x7f
#define LINE_BEGIN "\r\n"

static bool read_secret(struct netdiag_session *session, const char *prompt, char *secret,
                        size_t size)
{
    size_t length = 0;
    char key;

    netdiag_session_write(session, prompt, strlen(prompt));
    while (netdiag_session_read(session, &key, 1, -1) > 0 && key != INTERRUPT && key != END) {
        if (key == '\r') {
            netdiag_session_write(session, LINE_BEGIN, sizeof LINE_BEGIN - 1);
            secret[length < size ? length : 0] = '\0'; /* one that is too long fits nothing */
            return true;
        }
        if (key == KILL_LINE)
            length = 0;
        else if (key == BACKSPACE || key == DELETE)
            length -= length > 0;
        else if ((unsigned char)key >= ' ' && length < size)
            secret[length++] = key;
    }
    netdiag_session_write(session, LINE_BEGIN, sizeof LINE_BEGIN - 1);
    return false;
}

bool netdiag_session_ask_secret(struct netdiag_session *session, const char *prompt, char *secret,
                                size_t size)
{
    bool is_read = read_secret(session, prompt, secret, size);

    /* What was typed ahead and is taken; what waits stays where it is */
    explicit_bzero(session->ahead.bytes, session->ahead.begin);
    return is_read;
}
