/*
 * In place of `terminal monitor`, in a build without CONFIG_NETDIAG_DIAGNOSIS: nobody logs what it
 * would show.
 */
#include "cli/session.h"

void netdiag_session_show_monitored(struct netdiag_session *session)
{
    (void)session;
}

ssize_t netdiag_session_wait(struct netdiag_session *session, char *bytes, size_t size)
{
    return netdiag_session_read(session, bytes, size, -1);
}
