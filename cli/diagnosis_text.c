/*
 * A diagnosis as text: a line with the verdict, then each finding with its sentence, its evidence,
 * what it likely comes from, and what to type next.
 */
#include "cli/diagnosis.h"

#include <string.h>

#include "cli/utf8.h"

#define COLUMNS      79
#define INDENT       2
#define COLUMN       12 /* where texts stand beside their titles */
#define LINE_LONGEST (COLUMNS * NETDIAG_UTF8_LONGEST + NETDIAG_SENTENCE_SIZE)

/* ---- paragraphs ---- */

/*
 * Whether a line may break before `text[i]`, `width` columns wide: at a blank, and before a
 * character that is two columns wide. Not between a number and its unit.
 */
static bool may_break(const char *text, size_t i, unsigned width)
{
    if (i == 0)
        return false;
    return width == 2 || (text[i] == ' ' && (text[i - 1] < '0' || text[i - 1] > '9'));
}

/* How many bytes of `text` fit in so many columns. What has no place to break stays whole. */
static size_t fitting(const char *text, size_t columns)
{
    size_t size = strlen(text), used = 0, best = 0;

    for (size_t i = 0; i < size;) {
        uint32_t code;
        size_t length = netdiag_utf8_decode(text + i, size - i, &code);
        unsigned width = length > 0 ? netdiag_utf8_width(code) : 1;

        if (may_break(text, i, width))
            best = i;
        used += width;
        if (used > columns && best > 0)
            return best;
        i += length > 0 ? length : 1;
    }
    return size;
}

static void start_line(struct netdiag_text *line, size_t indent, const char *title, size_t column)
{
    size_t used = indent + netdiag_utf8_columns(title, strlen(title));

    netdiag_text_blanks(line, indent);
    netdiag_text_string(line, title);
    if (used < column)
        netdiag_text_blanks(line, column - used);
}

void netdiag_sink_paragraph(const struct netdiag_text_sink *sink, size_t indent, const char *title,
                            size_t column, const char *paragraph)
{
    do {
        char bytes[LINE_LONGEST];
        struct netdiag_text line;
        size_t size = fitting(paragraph, COLUMNS - column);

        netdiag_text_start(&line, bytes, sizeof bytes);
        start_line(&line, indent, title, column);
        netdiag_text_bytes(&line, paragraph, size);
        sink->line(sink->ctx, bytes);
        paragraph += size;
        while (*paragraph == ' ')
            paragraph++;
        title = "";
    } while (*paragraph != '\0');
}

void netdiag_sink_command(const struct netdiag_text_sink *sink, size_t indent, const char *title,
                          size_t column, const char *command)
{
    char bytes[LINE_LONGEST];
    struct netdiag_text line;

    netdiag_text_start(&line, bytes, sizeof bytes);
    start_line(&line, indent, title, column);
    netdiag_text_string(&line, command);
    sink->line(sink->ctx, bytes);
}

/* ---- the verdict ---- */

static struct netdiag_evidence number_fact(const char *key, uint64_t number)
{
    return (struct netdiag_evidence){.key = key, .kind = NETDIAG_EVIDENCE_COUNT, .number = number};
}

/* A template of the catalogue's phrases with facts of ours. */
static void put_phrase(const struct netdiag_text_sink *sink, enum netdiag_phrase phrase,
                       const struct netdiag_evidence *rows, size_t count)
{
    const struct netdiag_catalogue *catalogue = netdiag_catalogue(sink->language);
    const struct netdiag_facts facts = {.rows = rows, .count = count, .texts = &catalogue->facts};
    char bytes[NETDIAG_SENTENCE_SIZE];
    struct netdiag_text text;

    netdiag_text_start(&text, bytes, sizeof bytes);
    (void)netdiag_template_put(&text, catalogue->phrases[phrase], &facts);
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

/* Capitals, as `show tcp check` has them. */
static const char *verdict_word(enum netdiag_tcp_severity verdict)
{
    switch (verdict) {
    case NETDIAG_TCP_SEVERITY_INFO:
        break;
    case NETDIAG_TCP_SEVERITY_WARNING:
        return "WARNING";
    case NETDIAG_TCP_SEVERITY_CRITICAL:
        return "CRITICAL";
    }
    return "OK";
}

void netdiag_diagnosis_text_begin(const struct netdiag_text_sink *sink,
                                  const struct netdiag_tcp_diagnosis *diagnosis)
{
    const struct netdiag_evidence facts[] = {
        {.key = "verdict", .kind = NETDIAG_EVIDENCE_TEXT, .text = verdict_word(diagnosis->verdict)},
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
    netdiag_text_string(&text, netdiag_tcp_severity_key(finding->severity));
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
    const struct netdiag_catalogue *catalogue = netdiag_catalogue(sink->language);
    char bytes[NETDIAG_TCP_EVIDENCE * 100]; /* each with its label is shorter */
    struct netdiag_text text;

    netdiag_text_start(&text, bytes, sizeof bytes);
    for (size_t i = 0; i < finding->count; i++) {
        const struct netdiag_evidence *fact = &finding->evidence[i];

        if (!netdiag_fact_known(fact))
            continue;
        netdiag_text_string(&text, text.length > 0 ? "; " : "");
        netdiag_text_string(&text, netdiag_label_text(catalogue->labels, fact->key));
        netdiag_text_char(&text, ' ');
        netdiag_fact_put(&text, fact, &catalogue->facts);
    }
    netdiag_sink_paragraph(sink, INDENT, catalogue->phrases[NETDIAG_PHRASE_EVIDENCE], COLUMN,
                           bytes);
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
        if (!netdiag_catalogue_put(&text, sink->language, *next, finding))
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
