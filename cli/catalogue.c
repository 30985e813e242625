#include "cli/catalogue.h"

static const char *const nothing[] = {NULL};

static const struct netdiag_catalogue *const catalogues[NETDIAG_LANGUAGES] = {
    [NETDIAG_LANGUAGE_ENGLISH] = &netdiag_catalogue_english,
};

const struct netdiag_catalogue *netdiag_catalogue(enum netdiag_language language)
{
    return catalogues[(unsigned)language < NETDIAG_LANGUAGES ? language : NETDIAG_LANGUAGE_ENGLISH];
}

const struct netdiag_state_texts *netdiag_catalogue_state(enum netdiag_language language,
                                                          enum netdiag_tcp_state state)
{
    static const struct netdiag_state_texts none = {"", "", "", nothing};

    if (state < NETDIAG_TCP_STATE_FIRST || state > NETDIAG_TCP_STATE_LAST)
        return &none;
    return &netdiag_catalogue(language)->states[state];
}
