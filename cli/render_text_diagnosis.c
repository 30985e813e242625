/*
 * A diagnosis as text in a shell.
 */
#include "cli/render.h"

static void print_line(void *ctx, const char *line)
{
    netdiag_output_line(ctx, line);
}

static struct netdiag_text_sink sink_to(struct netdiag_output *output)
{
    return (struct netdiag_text_sink){
        .line = print_line, .ctx = output, .language = output->language};
}

void netdiag_text_diagnosis_begin(struct netdiag_output *output,
                                  const struct netdiag_tcp_diagnosis *diagnosis)
{
    const struct netdiag_text_sink sink = sink_to(output);

    netdiag_diagnosis_text_begin(&sink, diagnosis);
}

void netdiag_text_finding(struct netdiag_output *output, const struct netdiag_tcp_finding *finding)
{
    const struct netdiag_text_sink sink = sink_to(output);

    netdiag_diagnosis_text_finding(&sink, finding);
}

void netdiag_text_diagnosis_end(struct netdiag_output *output,
                                const struct netdiag_diagnosis_looked *looked)
{
    const struct netdiag_text_sink sink = sink_to(output);

    netdiag_diagnosis_text_end(&sink, looked);
}
