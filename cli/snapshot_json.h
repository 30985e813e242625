/*
 * Plain structs as JSON, by the descriptors of their fields (stats/field.h).
 *
 * What is 0, empty or false is left out, so that a snapshot of a quiet device is small: who reads
 * it takes what is missing for that. cli/access/client/fields.h reads it again.
 */
#ifndef NETDIAG_CLI_SNAPSHOT_JSON_H
#define NETDIAG_CLI_SNAPSHOT_JSON_H

#include "cli/json.h"
#include "stats/field.h"

/*
 * The largest number that is written; what is above it becomes it. Readers of JSON keep 64 bits
 * with a sign at most, and refuse the whole file for one number that does not fit.
 */
#define NETDIAG_JSON_FIELD_MOST ((uint64_t)INT64_MAX)

/* Adds the fields of `record` as members to the object that is open. */
void netdiag_json_fields(struct netdiag_json *json, const struct netdiag_field *fields,
                         const void *record);

#endif
