#include "privilege.h"

#include <ctype.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <unistd.h>

static bool refuse(const char *what, char *error, size_t error_size)
{
    snprintf(error, error_size, "cannot drop privilege after opening the ports: %s: %s", what,
             strerror(errno));
    return false;
}

/* A user, and room for what the database says of one. */
struct user {
    struct passwd entry;
    char text[4096];
    bool found;
};

/* Who typed sudo; not found when nobody did, or root. False: there is no such user. */
static bool find_sudo_user(struct user *user, char *error, size_t error_size)
{
    const char *text = getenv("SUDO_UID");
    struct passwd *found = NULL;
    unsigned long uid;
    char *end;

    user->found = false;
    /* Where a bit of the file gave root, the environment is no word of sudo's */
    if (getuid() != 0 || !text || *text == '\0' || strcmp(text, "0") == 0)
        return true;
    uid = strtoul(text, &end, 10);
    if (isdigit((unsigned char)*text) && *end == '\0' && uid > 0 && uid < UINT32_MAX &&
        getpwuid_r((uid_t)uid, &user->entry, user->text, sizeof(user->text), &found) == 0)
        user->found = found != NULL;
    if (!user->found)
        snprintf(error, error_size,
                 "cannot drop privilege after opening the ports: SUDO_UID \"%.32s\" is no user's; "
                 "legal is a number that \"getent passwd\" shows",
                 text);
    return user->found;
}

/* With that user's home, where the switch's state is kept. */
static bool become(const struct passwd *user, char *error, size_t error_size)
{
    if (initgroups(user->pw_name, user->pw_gid) != 0 ||
        setresgid(user->pw_gid, user->pw_gid, user->pw_gid) != 0 ||
        setresuid(user->pw_uid, user->pw_uid, user->pw_uid) != 0)
        return refuse(user->pw_name, error, error_size);
    if (setenv("HOME", user->pw_dir, 1) != 0)
        return refuse("HOME", error, error_size);
    return true;
}

static bool clear_capabilities(void)
{
    cap_t none = cap_init();
    bool ok = none && cap_set_proc(none) == 0;

    if (none)
        cap_free(none);
    return ok;
}

bool sim_privilege_drop(char *error, size_t error_size)
{
    struct user user;

    if (!find_sudo_user(&user, error, error_size))
        return false;
    if (user.found && !become(&user.entry, error, error_size))
        return false;
    if (!user.found && (setresgid(getgid(), getgid(), getgid()) != 0 ||
                        setresuid(getuid(), getuid(), getuid()) != 0))
        return refuse("user and group", error, error_size);
    if (!clear_capabilities())
        return refuse("capabilities", error, error_size);
    /* With this the bounding set gives nothing back: to empty it, too, would take CAP_SETPCAP */
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return refuse("no new privileges", error, error_size);
    return true;
}
