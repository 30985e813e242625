#include "stats/vlan_config.h"

#include "stats/device.h"
#include "stats/text.h"

static void log_change(const struct netdiag *diag, uint16_t id, const char *what, const char *by,
                       const char *more)
{
    char bytes[CONFIG_NETDIAG_WHO_LENGTH + 96];
    struct netdiag_text text;

    netdiag_text_start(&text, bytes, sizeof bytes);
    netdiag_text_string(&text, "vlan ");
    netdiag_text_number(&text, id);
    netdiag_text_string(&text, what);
    netdiag_text_string(&text, by);
    netdiag_text_string(&text, more);
    netdiag_device_log(diag, NETDIAG_SEVERITY_NOTICE, bytes);
}

enum netdiag_error netdiag_vlan_add(const struct netdiag *diag, uint16_t id, const char *name,
                                    const char *by)
{
    enum netdiag_error error;

    if (diag->platform->vlan_add == NULL)
        return NETDIAG_ERROR_UNSUPPORTED;
    error = diag->platform->vlan_add(diag->ctx, id, name);
    if (error == NETDIAG_OK)
        log_change(diag, id, " added by ", by, "");
    return error;
}

enum netdiag_error netdiag_vlan_remove(const struct netdiag *diag, uint16_t id, bool forget,
                                       const char *by)
{
    enum netdiag_error error;

    if (diag->platform->vlan_remove == NULL)
        return NETDIAG_ERROR_UNSUPPORTED;
    error = diag->platform->vlan_remove(diag->ctx, id, forget);
    if (error == NETDIAG_OK)
        log_change(diag, id, " removed by ", by, forget ? ", its ifIndex is forgotten" : "");
    return error;
}

enum netdiag_error netdiag_vlan_number_find(const struct netdiag *diag, uint16_t id,
                                            uint32_t *if_index)
{
    struct netdiag_vlan_number number;
    enum netdiag_error error;
    size_t count;

    error = netdiag_device_vlan_numbers(diag, (uint16_t)(id - 1), &number, 1, &count);
    if (error != NETDIAG_OK)
        return error;
    if (count == 0 || number.id != id)
        return NETDIAG_ERROR_NOT_FOUND;
    *if_index = number.if_index;
    return NETDIAG_OK;
}
