/*
 * A diagnosis as JSON. A fact that a finding lacks is left out; what was not looked at is null.
 */
#include "cli/diagnosis.h"

#define LANGUAGE NETDIAG_LANGUAGE_ENGLISH /* for programs, whatever people read */

void netdiag_diagnosis_json_begin(struct netdiag_json *json,
                                  const struct netdiag_tcp_diagnosis *diagnosis)
{
    netdiag_json_member_string(json, "verdict", true, netdiag_tcp_verdict_key(diagnosis->verdict));
    netdiag_json_key(json, "findings");
    netdiag_json_array(json);
}

/* "sources" of a bounded count is followed by "sourcesMore". */
static void member_more(struct netdiag_json *json, const struct netdiag_evidence *fact)
{
    char key[40];
    struct netdiag_text text;

    netdiag_text_start(&text, key, sizeof key);
    netdiag_text_string(&text, fact->key);
    netdiag_text_string(&text, "More");
    netdiag_json_key(json, key);
    netdiag_json_bool(json, fact->is_more);
}

static void member_fact(struct netdiag_json *json, const struct netdiag_evidence *fact)
{
    char bytes[NETDIAG_ADDRESS_TEXT];
    struct netdiag_text text;

    switch (fact->kind) {
    case NETDIAG_EVIDENCE_BOUNDED:
        netdiag_json_member_unsigned(json, fact->key, true, fact->number);
        member_more(json, fact);
        return;
    case NETDIAG_EVIDENCE_COUNT:
    case NETDIAG_EVIDENCE_PERCENT:
    case NETDIAG_EVIDENCE_PERMILLE:
    case NETDIAG_EVIDENCE_MS:
    case NETDIAG_EVIDENCE_PORT:
        netdiag_json_member_unsigned(json, fact->key, true, fact->number);
        return;
    case NETDIAG_EVIDENCE_ADDRESS:
        netdiag_json_member_string(json, fact->key, true,
                                   netdiag_address_text(&fact->address, bytes, sizeof bytes));
        return;
    case NETDIAG_EVIDENCE_ID:
        netdiag_text_start(&text, bytes, sizeof bytes);
        netdiag_text_hex(&text, (uint32_t)fact->number, 8);
        netdiag_json_member_string(json, fact->key, true, bytes);
        return;
    case NETDIAG_EVIDENCE_TEXT:
    case NETDIAG_EVIDENCE_WORD:
        netdiag_json_member_string(json, fact->key, true, fact->text);
        return;
    }
}

static void put_evidence(struct netdiag_json *json, const struct netdiag_tcp_finding *finding)
{
    netdiag_json_newline(json);
    netdiag_json_key(json, "evidence");
    netdiag_json_object(json);
    for (size_t i = 0; i < finding->count; i++) {
        if (netdiag_fact_known(&finding->evidence[i]))
            member_fact(json, &finding->evidence[i]);
    }
    netdiag_json_object_end(json);
}

typedef bool put_template(struct netdiag_text *text, enum netdiag_language language,
                          const char *pattern, const struct netdiag_tcp_finding *finding);

/* Each template that is filled whole is a string of the array. */
static void put_list(struct netdiag_json *json, const char *key, put_template *put,
                     const char *const *patterns, const struct netdiag_tcp_finding *finding)
{
    netdiag_json_newline(json);
    netdiag_json_key(json, key);
    netdiag_json_array(json);
    for (; *patterns != NULL; patterns++) {
        char bytes[NETDIAG_SENTENCE_SIZE];
        struct netdiag_text text;

        netdiag_text_start(&text, bytes, sizeof bytes);
        if (put(&text, LANGUAGE, *patterns, finding))
            netdiag_json_string(json, bytes);
    }
    netdiag_json_array_end(json);
}

void netdiag_diagnosis_json_finding(struct netdiag_json *json,
                                    const struct netdiag_tcp_finding *finding)
{
    char bytes[NETDIAG_SENTENCE_SIZE];
    struct netdiag_text text;

    netdiag_json_newline(json);
    netdiag_json_object(json);
    netdiag_json_member_string(json, "code", true, netdiag_tcp_code_key(finding->code));
    netdiag_json_member_string(json, "severity", true, netdiag_tcp_severity_key(finding->severity));
    netdiag_json_member_string(json, "state", finding->state != 0,
                               netdiag_tcp_state_key(finding->state));
    netdiag_text_start(&text, bytes, sizeof bytes);
    netdiag_catalogue_sentence(&text, LANGUAGE, finding);
    netdiag_json_newline(json);
    netdiag_json_member_string(json, "text", true, bytes);
    put_evidence(json, finding);
    put_list(json, "causes", netdiag_catalogue_put,
             netdiag_catalogue_finding(LANGUAGE, finding->code, finding->variant)->causes, finding);
    put_list(json, "next", netdiag_catalogue_next_put,
             netdiag_catalogue_next(finding->code, finding->variant), finding);
    netdiag_json_object_end(json);
}

void netdiag_diagnosis_json_end(struct netdiag_json *json,
                                const struct netdiag_diagnosis_looked *looked)
{
    netdiag_json_array_end(json);
    netdiag_json_newline(json);
    netdiag_json_key(json, "looked");
    netdiag_json_object(json);
    netdiag_json_member_unsigned(json, "connections", looked->has_connections, looked->connections);
    netdiag_json_member_unsigned(json, "listeners", looked->has_listeners, looked->listeners);
    netdiag_json_member_unsigned(json, "memoryPools", looked->has_pools, looked->pools);
    netdiag_json_key(json, "ages");
    netdiag_json_bool(json, !looked->lacks_ages);
    netdiag_json_key(json, "watched");
    netdiag_json_bool(json, looked->is_watched);
    netdiag_json_member_unsigned(json, "watchedMs", looked->is_watched, looked->watched_ms);
    netdiag_json_object_end(json);
}

void netdiag_diagnosis_json(struct netdiag_json *json, const struct netdiag_tcp_snapshot *snapshot)
{
    struct netdiag_tcp_diagnosis diagnosis;
    struct netdiag_diagnosis_looked looked;

    netdiag_tcp_diagnose(snapshot, &diagnosis);
    netdiag_diagnosis_json_begin(json, &diagnosis);
    for (size_t i = 0; i < diagnosis.count; i++) {
        struct netdiag_tcp_finding finding;

        if (netdiag_tcp_rule(snapshot, diagnosis.found[i].code, &finding))
            netdiag_diagnosis_json_finding(json, &finding);
    }
    netdiag_diagnosis_looked_of(snapshot, &looked);
    netdiag_diagnosis_json_end(json, &looked);
}
