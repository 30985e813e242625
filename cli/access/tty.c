#include "cli/access/tty.h"

#include <errno.h>
#include <sys/ioctl.h>

/* A signal may come in between. */
static int set_mode(int fd, int when, const struct termios *mode)
{
    int result;

    do
        result = tcsetattr(fd, when, mode);
    while (result != 0 && errno == EINTR);
    return result;
}

bool netdiag_tty_save(int fd, struct netdiag_tty *tty)
{
    tty->saved = tcgetattr(fd, &tty->mode) == 0;
    return tty->saved;
}

bool netdiag_tty_raw(int fd, const struct netdiag_tty *tty)
{
    struct termios raw = tty->mode;

    cfmakeraw(&raw);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    return set_mode(fd, TCSADRAIN, &raw) == 0; /* what was typed ahead stays */
}

bool netdiag_tty_restore(int fd, const struct netdiag_tty *tty)
{
    /* Not after draining: a stuck terminal would hold us */
    return !tty->saved || set_mode(fd, TCSANOW, &tty->mode) == 0 || errno == EIO;
}

void netdiag_tty_size(int fd, unsigned *columns, unsigned *rows)
{
    struct winsize size = {.ws_col = 0, .ws_row = 0};

    (void)ioctl(fd, TIOCGWINSZ, &size);
    *columns = size.ws_col;
    *rows = size.ws_row;
}
