/*
 * In place of the renderers of the diagnosis, in a build without CONFIG_NETDIAG_DIAGNOSIS: a
 * renderer has every function, and no command calls these.
 */
#include "cli/render.h"

void netdiag_text_diagnosis_begin(struct netdiag_output *output,
                                  const struct netdiag_tcp_diagnosis *diagnosis)
{
    (void)output, (void)diagnosis;
}

void netdiag_text_finding(struct netdiag_output *output, const struct netdiag_tcp_finding *finding)
{
    (void)output, (void)finding;
}

void netdiag_text_diagnosis_end(struct netdiag_output *output,
                                const struct netdiag_diagnosis_looked *looked)
{
    (void)output, (void)looked;
}

void netdiag_text_tcp_thresholds(struct netdiag_output *output,
                                 const struct netdiag_tcp_thresholds *thresholds)
{
    (void)output, (void)thresholds;
}

void netdiag_json_diagnosis_begin(struct netdiag_output *output,
                                  const struct netdiag_tcp_diagnosis *diagnosis)
{
    (void)output, (void)diagnosis;
}

void netdiag_json_finding(struct netdiag_output *output, const struct netdiag_tcp_finding *finding)
{
    (void)output, (void)finding;
}

void netdiag_json_diagnosis_end(struct netdiag_output *output,
                                const struct netdiag_diagnosis_looked *looked)
{
    (void)output, (void)looked;
}

void netdiag_json_tcp_thresholds(struct netdiag_output *output,
                                 const struct netdiag_tcp_thresholds *thresholds)
{
    (void)output, (void)thresholds;
}
