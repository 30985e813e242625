#include "stats/tcp_abort.h"

#include "stats/device.h"
#include "stats/text.h"

enum netdiag_error netdiag_tcp_abort(const struct netdiag *diag, uint32_t id, const char *by)
{
    char bytes[CONFIG_NETDIAG_WHO_LENGTH + 64];
    struct netdiag_text text;
    enum netdiag_error error;

    if (diag->platform->tcp_abort == NULL)
        return NETDIAG_ERROR_UNSUPPORTED;
    error = diag->platform->tcp_abort(diag->ctx, id);
    if (error != NETDIAG_OK)
        return error;
    netdiag_text_start(&text, bytes, sizeof bytes);
    netdiag_text_string(&text, "tcp connection ");
    netdiag_text_hex(&text, id, 8);
    netdiag_text_string(&text, " cleared by ");
    netdiag_text_string(&text, by);
    netdiag_device_log(diag, NETDIAG_SEVERITY_NOTICE, bytes);
    return NETDIAG_OK;
}
