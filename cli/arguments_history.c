/*
 * Validators and completers of `show tcp history`: metrics and spans.
 */
#include "cli/arguments.h"

#include <string.h>
#include <strings.h>

#include <libcli.h>

#include "stats/tcp_series_summary.h"

static bool begins_with(const char *candidate, const char *word)
{
    return word == NULL || strncasecmp(candidate, word, strlen(word)) == 0;
}

int netdiag_validate_tcp_metric(struct cli_def *cli, const char *name, const char *value)
{
    enum netdiag_tcp_metric metric;

    (void)cli;
    (void)name;
    return value != NULL && netdiag_tcp_metric_parse(value, &metric) ? CLI_OK : CLI_ERROR;
}

/* The words that are typed; names in JSON where it can be of those alone, "inS". */
int netdiag_complete_tcp_metric(struct cli_def *cli, const char *name, const char *word,
                                struct cli_comphelp *completions)
{
    unsigned count = 0;

    (void)cli;
    (void)name;
    for (unsigned i = 0; i < NETDIAG_TCP_METRICS; i++) {
        if (!begins_with(netdiag_tcp_metric_infos[i].word, word))
            continue;
        cli_add_comphelp_entry(completions, netdiag_tcp_metric_infos[i].word);
        count++;
    }
    for (unsigned i = 0; count == 0 && i < NETDIAG_TCP_METRICS; i++) {
        if (begins_with(netdiag_tcp_metric_infos[i].key, word))
            cli_add_comphelp_entry(completions, netdiag_tcp_metric_infos[i].key);
    }
    return CLI_OK;
}

int netdiag_validate_tcp_span(struct cli_def *cli, const char *name, const char *value)
{
    enum netdiag_tcp_span span;

    (void)cli;
    (void)name;
    return value != NULL && netdiag_tcp_span_parse(value, &span) ? CLI_OK : CLI_ERROR;
}

int netdiag_complete_tcp_span(struct cli_def *cli, const char *name, const char *word,
                              struct cli_comphelp *completions)
{
    (void)cli;
    (void)name;
    for (unsigned i = 0; i < NETDIAG_TCP_SPANS; i++) {
        if (begins_with(netdiag_tcp_span_infos[i].word, word))
            cli_add_comphelp_entry(completions, netdiag_tcp_span_infos[i].word);
    }
    return CLI_OK;
}
