/*
 * What a look found new goes to the device's log and to the shells that asked for it, in the form
 * that Cisco's devices give such lines, %TCP-4-SYN_FLOOD: ...
 */
#include "cli/watch.h"

#include "cli/catalogue.h"
#include "cli/monitor.h"
#include "cli/output.h"
#include "stats/device.h"
#include "stats/tcp_diagnosis.h"
#include "stats/tcp_watch.h"

static const char *mnemonic(enum netdiag_tcp_code code)
{
    static const char *const names[NETDIAG_TCP_FINDINGS] = {
#define FINDING(name, code, state) #name,
#include "netdiag/tcp_findings.def"
#undef FINDING
    };

    return names[code];
}

static enum netdiag_severity severity_of(enum netdiag_tcp_severity severity)
{
    switch (severity) {
    case NETDIAG_TCP_SEVERITY_CRITICAL:
        return NETDIAG_SEVERITY_CRITICAL;
    case NETDIAG_TCP_SEVERITY_WARNING:
        return NETDIAG_SEVERITY_WARNING;
    case NETDIAG_TCP_SEVERITY_INFO:
        break;
    }
    return NETDIAG_SEVERITY_INFORMATIONAL;
}

static void begin_line(struct netdiag_text *text, enum netdiag_severity severity,
                       enum netdiag_tcp_code code)
{
    netdiag_text_string(text, "%TCP-");
    netdiag_text_number(text, severity);
    netdiag_text_char(text, '-');
    netdiag_text_string(text, mnemonic(code));
    netdiag_text_string(text, ": ");
}

static void tell(const struct netdiag *diag, enum netdiag_severity severity, const char *line)
{
    netdiag_device_log(diag, severity, line);
    netdiag_monitor_add(line);
}

/* Not in its caller, whose stack would hold the texts while the device is looked at. */
static __attribute__((noinline)) void tell_appeared(const struct netdiag *diag,
                                                    const struct netdiag_tcp_snapshot *snapshot,
                                                    enum netdiag_tcp_code code)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE], sentence[NETDIAG_SENTENCE_SIZE];
    struct netdiag_tcp_finding finding;
    enum netdiag_severity severity;
    struct netdiag_text text;

    if (!netdiag_tcp_rule(snapshot, code, &finding))
        return;
    severity = severity_of(finding.severity);
    netdiag_text_start(&text, sentence, sizeof sentence);
    /* Whatever people's shells speak: collectors and searches of logs know one text of each. */
    netdiag_catalogue_sentence(&text, NETDIAG_LANGUAGE_ENGLISH, &finding);
    netdiag_text_start(&text, line, sizeof line);
    begin_line(&text, severity, code);
    netdiag_output_name(&text, sentence, 0); /* names of programs are in it */
    tell(diag, severity, netdiag_output_marked(&text));
}

static void tell_cleared(const struct netdiag *diag, enum netdiag_tcp_code code)
{
    char line[80];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    begin_line(&text, NETDIAG_SEVERITY_NOTICE, code);
    netdiag_text_string(&text, "cleared");
    tell(diag, NETDIAG_SEVERITY_NOTICE, line);
}

void netdiag_watch_findings(struct netdiag *diag)
{
    struct netdiag_tcp_snapshot snapshot;
    struct netdiag_tcp_changes changes;

    if (!netdiag_tcp_watch_step(diag, &snapshot, &changes))
        return;
    for (unsigned i = 0; i < NETDIAG_TCP_FINDINGS; i++) {
        if (changes.cleared >> i & 1)
            tell_cleared(diag, (enum netdiag_tcp_code)i);
        if (changes.appeared >> i & 1)
            tell_appeared(diag, &snapshot, (enum netdiag_tcp_code)i);
    }
}
