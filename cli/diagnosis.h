/*
 * A diagnosis written out, as text and as JSON, one finding at a time.
 *
 * It needs neither libcli nor a session: lines go to a function, JSON to a writer. The shell's
 * renderers stand on it, and so do documents and programs beside the shell.
 */
#ifndef NETDIAG_CLI_DIAGNOSIS_H
#define NETDIAG_CLI_DIAGNOSIS_H

#include "cli/catalogue.h"
#include "cli/json.h"
#include "cli/paragraph.h"
#include "stats/tcp_diagnosis.h"

/* What a diagnosis looked at. What is not known is not told. */
struct netdiag_diagnosis_looked {
    bool has_connections, has_listeners, has_pools;
    uint64_t connections, listeners;
    uint64_t pools; /* of memory */
    bool is_watched;
    uint64_t watched_ms;
    bool lacks_ages; /* there are connections, and the age of none is known */
};

void netdiag_diagnosis_looked_of(const struct netdiag_tcp_snapshot *snapshot,
                                 struct netdiag_diagnosis_looked *looked);

/* ---- text ---- */

/* The whole of it: every rule is applied to the snapshot, which stays as it is. */
void netdiag_diagnosis_text(const struct netdiag_text_sink *sink,
                            const struct netdiag_tcp_snapshot *snapshot);

/* Its parts, in this order; `finding` comes as often as the diagnosis says. */
void netdiag_diagnosis_text_begin(const struct netdiag_text_sink *sink,
                                  const struct netdiag_tcp_diagnosis *diagnosis);
void netdiag_diagnosis_text_finding(const struct netdiag_text_sink *sink,
                                    const struct netdiag_tcp_finding *finding);
void netdiag_diagnosis_text_end(const struct netdiag_text_sink *sink,
                                const struct netdiag_diagnosis_looked *looked);

/* ---- JSON, always English; in builds with CONFIG_NETDIAG_JSON ---- */

/* Members of an object that is open: "verdict", "findings", "looked". */
void netdiag_diagnosis_json(struct netdiag_json *json, const struct netdiag_tcp_snapshot *snapshot);

/* Its parts. */
void netdiag_diagnosis_json_begin(struct netdiag_json *json,
                                  const struct netdiag_tcp_diagnosis *diagnosis);
void netdiag_diagnosis_json_finding(struct netdiag_json *json,
                                    const struct netdiag_tcp_finding *finding);
void netdiag_diagnosis_json_end(struct netdiag_json *json,
                                const struct netdiag_diagnosis_looked *looked);

#endif
