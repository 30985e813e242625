#include "stats/abbreviation.h"

#include <stdbool.h>

static bool is_joint(char c)
{
    return c == '-' || c == '_';
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

enum netdiag_fit netdiag_fit_of(const char *name, const char *typed)
{
    bool is_empty = true;

    for (; *typed != '\0'; typed++) {
        if (is_joint(*typed))
            continue;
        is_empty = false;
        while (is_joint(*name))
            name++;
        if (lower(*name++) != lower(*typed))
            return NETDIAG_FIT_NONE; /* the name's NUL too */
    }
    if (is_empty)
        return NETDIAG_FIT_NONE;
    return *name == '\0' ? NETDIAG_FIT_WHOLE : NETDIAG_FIT_BEGINNING;
}
