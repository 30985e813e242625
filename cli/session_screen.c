/*
 * Live views and progress: what a person sees of a command that takes its time.
 */
#include "cli/session_private.h"

bool netdiag_session_has_screen(const struct netdiag_session *session)
{
    (void)session;
    return false;
}

void netdiag_session_picture_begin(struct netdiag_session *session, bool first,
                                   struct netdiag_terminal *screen)
{
    (void)first;
    *screen = netdiag_session_terminal(session);
}

void netdiag_session_picture_end(struct netdiag_session *session)
{
    netdiag_session_flush(session);
}

bool netdiag_session_was_resized(const struct netdiag_session *session)
{
    (void)session;
    return false;
}

bool netdiag_session_take_key(struct netdiag_session *session)
{
    return netdiag_session_cancelled(session);
}

void netdiag_session_progress(struct netdiag_session *session, uint64_t done, uint64_t total,
                              const char *what)
{
    (void)session;
    (void)done;
    (void)total;
    (void)what;
}

bool netdiag_session_shows_progress(const struct netdiag_session *session)
{
    return session->door->echoes && session->screen.rows > 0;
}
