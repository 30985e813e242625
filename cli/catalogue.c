#include "cli/catalogue.h"

static const char *const nothing[] = {NULL};

bool netdiag_catalogue_has(enum netdiag_language language)
{
    return language == NETDIAG_LANGUAGE_ENGLISH ||
           (language == NETDIAG_LANGUAGE_CHINESE && netdiag_catalogue_chinese != NULL);
}

const struct netdiag_catalogue *netdiag_catalogue(enum netdiag_language language)
{
    if (language == NETDIAG_LANGUAGE_CHINESE && netdiag_catalogue_chinese != NULL)
        return netdiag_catalogue_chinese;
    return &netdiag_catalogue_english;
}

const struct netdiag_state_texts *netdiag_catalogue_state(enum netdiag_language language,
                                                          enum netdiag_tcp_state state)
{
    static const struct netdiag_state_texts none = {"", "", "", nothing};

    if (state < NETDIAG_TCP_STATE_FIRST || state > NETDIAG_TCP_STATE_LAST)
        return &none;
    return &netdiag_catalogue(language)->states[state];
}
