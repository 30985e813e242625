#include "cli/live.h"
#include "cli/render.h"

void netdiag_live_findings_json(struct netdiag_output *output, const struct netdiag_live_view *view)
{
    struct netdiag_diagnosis_looked looked;

    netdiag_json_newline(&output->json);
    netdiag_json_diagnosis_begin(output, &view->diagnosis);
    for (size_t i = 0; i < view->diagnosis.count; i++) {
        struct netdiag_tcp_finding finding;

        if (netdiag_tcp_rule(&view->snapshot, view->diagnosis.found[i].code, &finding))
            netdiag_json_finding(output, &finding);
    }
    netdiag_diagnosis_looked_of(&view->snapshot, &looked);
    netdiag_json_diagnosis_end(output, &looked);
}
