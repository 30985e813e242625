/*
 * A diagnosis as text: a line with the verdict, then each finding with its sentence, its evidence,
 * what it likely comes from, and what to type next.
 */
#include "cli/diagnosis.h"

#define COLUMNS 79
#define INDENT  2
#define COLUMN  12 /* where texts stand beside their titles */

/* ---- the verdict ---- */

static struct netdiag_evidence number_fact(const char *key, uint64_t number)
{
    return (struct netdiag_evidence){.key = key, .kind = NETDIAG_EVIDENCE_COUNT, .number = number};
}

/* A template of the catalogue's phrases with facts of ours. */
static void put_phrase(const struct netdiag_text_sink *sink, enum netdiag_phrase phrase,
                       const struct netdiag_evidence *rows, size_t count)
{
    const struct netdiag_facts facts = {
        .rows = rows, .count = count, .texts = &netdiag_finding_catalogue(sink->language)->facts};
    char bytes[NETDIAG_SENTENCE_SIZE];
    struct netdiag_text text;

    netdiag_text_start(&text, bytes, sizeof bytes);
    (void)netdiag_template_put(&text, netdiag_catalogue(sink->language)->phrases[phrase], &facts);
    netdiag_sink_paragraph(sink, 0, "", 0, bytes);
}

static uint64_t count_of(const struct netdiag_tcp_diagnosis *diagnosis,
                         enum netdiag_tcp_severity severity)
{
    uint64_t count = 0;

    for (size_t i = 0; i < diagnosis->count; i++)
        count += diagnosis->found[i].severity == severity;
    return count;
}

void netdiag_diagnosis_text_begin(const struct netdiag_text_sink *sink,
                                  const struct netdiag_tcp_diagnosis *diagnosis)
{
    const struct netdiag_finding_catalogue *catalogue = netdiag_finding_catalogue(sink->language);
    const struct netdiag_evidence facts[] = {
        {.key = "verdict",
         .kind = NETDIAG_EVIDENCE_TEXT,
         .text = catalogue->verdicts[diagnosis->verdict]},
        number_fact("count", diagnosis->count),
        number_fact("critical", count_of(diagnosis, NETDIAG_TCP_SEVERITY_CRITICAL)),
        number_fact("warning", count_of(diagnosis, NETDIAG_TCP_SEVERITY_WARNING)),
        number_fact("info", count_of(diagnosis, NETDIAG_TCP_SEVERITY_INFO)),
    };

    put_phrase(sink, diagnosis->count > 0 ? NETDIAG_PHRASE_VERDICT : NETDIAG_PHRASE_NO_FINDING,
               facts, sizeof facts / sizeof facts[0]);
    sink->line(sink->ctx, "");
}

/* ---- a finding ---- */

static void put_head(const struct netdiag_text_sink *sink,
                     const struct netdiag_tcp_finding *finding)
{
    char bytes[COLUMNS + 1];
    struct netdiag_text text;

    netdiag_text_start(&text, bytes, sizeof bytes);
    netdiag_text_string(&text,
                        netdiag_finding_catalogue(sink->language)->severities[finding->severity]);
    netdiag_text_string(&text, "  ");
    netdiag_text_string(&text, netdiag_tcp_code_key(finding->code));
    if (finding->state != 0) {
        netdiag_text_string(&text, "  ");
        netdiag_text_string(&text, netdiag_tcp_state_name(finding->state));
    }
    sink->line(sink->ctx, bytes);
}

static void put_evidence(const struct netdiag_text_sink *sink,
                         const struct netdiag_tcp_finding *finding)
{
    const struct netdiag_finding_catalogue *catalogue = netdiag_finding_catalogue(sink->language);
    const char *const *phrases = netdiag_catalogue(sink->language)->phrases;
    char bytes[NETDIAG_TCP_EVIDENCE * 100]; /* each with its label is shorter */
    struct netdiag_text text;

    netdiag_text_start(&text, bytes, sizeof bytes);
    for (size_t i = 0; i < finding->count; i++) {
        const struct netdiag_evidence *fact = &finding->evidence[i];

        if (!netdiag_fact_known(fact))
            continue;
        netdiag_text_string(&text, text.length > 0 ? phrases[NETDIAG_PHRASE_AND] : "");
        netdiag_text_string(&text, netdiag_label_text(catalogue->labels, fact->key));
        netdiag_text_string(&text, phrases[NETDIAG_PHRASE_IS]);
        netdiag_fact_put(&text, fact, &catalogue->facts);
    }
    netdiag_sink_paragraph(sink, INDENT, phrases[NETDIAG_PHRASE_EVIDENCE], COLUMN, bytes);
}

static void put_causes(const struct netdiag_text_sink *sink,
                       const struct netdiag_tcp_finding *finding)
{
    const char *const *causes =
        netdiag_catalogue_finding(sink->language, finding->code, finding->variant)->causes;
    const char *title = netdiag_catalogue(sink->language)->phrases[NETDIAG_PHRASE_LIKELY];

    for (; *causes != NULL; causes++) {
        char bytes[NETDIAG_SENTENCE_SIZE];
        struct netdiag_text text;

        netdiag_text_start(&text, bytes, sizeof bytes);
        if (!netdiag_catalogue_put(&text, sink->language, *causes, finding))
            continue;
        netdiag_sink_paragraph(sink, INDENT, title, COLUMN, bytes);
        title = "";
    }
}

static void put_next(const struct netdiag_text_sink *sink,
                     const struct netdiag_tcp_finding *finding)
{
    const char *const *next = netdiag_catalogue_next(finding->code, finding->variant);
    const char *title = netdiag_catalogue(sink->language)->phrases[NETDIAG_PHRASE_NEXT];

    for (; *next != NULL; next++) {
        char bytes[NETDIAG_SENTENCE_SIZE];
        struct netdiag_text text;

        netdiag_text_start(&text, bytes, sizeof bytes);
        if (!netdiag_catalogue_next_put(&text, sink->language, *next, finding))
            continue;
        netdiag_sink_command(sink, INDENT, title, COLUMN, bytes);
        title = "";
    }
}

void netdiag_diagnosis_text_finding(const struct netdiag_text_sink *sink,
                                    const struct netdiag_tcp_finding *finding)
{
    char bytes[NETDIAG_SENTENCE_SIZE];
    struct netdiag_text text;

    put_head(sink, finding);
    netdiag_text_start(&text, bytes, sizeof bytes);
    netdiag_catalogue_sentence(&text, sink->language, finding);
    netdiag_sink_paragraph(sink, INDENT, "", INDENT, bytes);
    put_evidence(sink, finding);
    put_causes(sink, finding);
    put_next(sink, finding);
    sink->line(sink->ctx, "");
}

/* ---- what was looked at ---- */

void netdiag_diagnosis_text_end(const struct netdiag_text_sink *sink,
                                const struct netdiag_diagnosis_looked *looked)
{
    struct netdiag_evidence facts[4];
    size_t count = 0;

    if (looked->has_connections)
        facts[count++] = number_fact("connections", looked->connections);
    if (looked->has_listeners)
        facts[count++] = number_fact("listeners", looked->listeners);
    if (looked->has_pools)
        facts[count++] = number_fact("pools", looked->pools);
    if (looked->is_watched)
        facts[count++] = (struct netdiag_evidence){
            .key = "watchedMs", .kind = NETDIAG_EVIDENCE_MS, .number = looked->watched_ms};
    if (looked->has_connections)
        put_phrase(sink, NETDIAG_PHRASE_LOOKED, facts, count);
    if (looked->lacks_ages)
        put_phrase(sink, NETDIAG_PHRASE_AGELESS, NULL, 0);
    if (!looked->is_watched)
        put_phrase(sink, NETDIAG_PHRASE_UNWATCHED, NULL, 0);
}

void netdiag_diagnosis_text(const struct netdiag_text_sink *sink,
                            const struct netdiag_tcp_snapshot *snapshot)
{
    struct netdiag_tcp_diagnosis diagnosis;
    struct netdiag_diagnosis_looked looked;

    netdiag_tcp_diagnose(snapshot, &diagnosis);
    netdiag_diagnosis_text_begin(sink, &diagnosis);
    for (size_t i = 0; i < diagnosis.count; i++) {
        struct netdiag_tcp_finding finding;

        if (netdiag_tcp_rule(snapshot, diagnosis.found[i].code, &finding))
            netdiag_diagnosis_text_finding(sink, &finding);
    }
    netdiag_diagnosis_looked_of(snapshot, &looked);
    netdiag_diagnosis_text_end(sink, &looked);
}
