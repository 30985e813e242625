/*
 * Names and the beginnings of them that a user types.
 */
#ifndef NETDIAG_STATS_ABBREVIATION_H
#define NETDIAG_STATS_ABBREVIATION_H

enum netdiag_fit {
    NETDIAG_FIT_NONE,
    NETDIAG_FIT_BEGINNING, /* what was typed begins the name */
    NETDIAG_FIT_WHOLE,
};

/* How what was typed fits a name. Capitals, '-' and '_' make no difference; "" fits none. */
enum netdiag_fit netdiag_fit_of(const char *name, const char *typed);

#endif
