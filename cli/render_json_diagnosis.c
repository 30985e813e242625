/*
 * A diagnosis as JSON in a shell.
 */
#include "cli/render.h"

void netdiag_json_diagnosis_begin(struct netdiag_output *output,
                                  const struct netdiag_tcp_diagnosis *diagnosis)
{
    netdiag_diagnosis_json_begin(&output->json, diagnosis);
}

void netdiag_json_finding(struct netdiag_output *output, const struct netdiag_tcp_finding *finding)
{
    netdiag_diagnosis_json_finding(&output->json, finding);
}

void netdiag_json_diagnosis_end(struct netdiag_output *output,
                                const struct netdiag_diagnosis_looked *looked)
{
    netdiag_diagnosis_json_end(&output->json, looked);
}
