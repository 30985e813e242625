/*
 * Reads what cli/snapshot_json.h has written, into a plain struct again.
 */
#ifndef NETDIAG_CLI_ACCESS_CLIENT_FIELDS_H
#define NETDIAG_CLI_ACCESS_CLIENT_FIELDS_H

#include <stdbool.h>

#include <jansson.h>

#include "stats/field.h"

/* Why it could not be read: which member, what was given, what is legal. */
struct client_problem {
    bool is_bound; /* it is too long for this netdiag, and another build may hold it */
    char text[400];
};

/*
 * Fills the fields of `record`, which the caller has zeroed, from the members of `object`; `name`
 * is what errors call it. Nothing that the descriptors do not allow gets in: a type, a number, a
 * length, a member that is not known. False: it does not fit, `problem` says why, and the record
 * means nothing.
 */
bool client_fields_read(json_t *object, const char *name, const struct netdiag_field *fields,
                        void *record, struct client_problem *problem);

/* Copies a text from a file: cut to `size`, and with '?' for what is not printable ASCII. */
void client_problem_quote(char *bytes, size_t size, const char *given);

#endif
