/*
 * Reads a device's VLANs in chunks.
 */
#include "stats/vlan_reader.h"

#include <string.h>

#include "stats/device.h"

void netdiag_vlan_reader_start(struct netdiag_vlan_reader *reader, const struct netdiag *diag,
                               uint16_t id, const char *name)
{
    reader->diag = diag;
    reader->id = id;
    reader->name = name;
    reader->after = id > 0 ? (uint16_t)(id - 1) : 0;
    reader->next = 0;
    reader->count = 0;
    reader->ended = false;
}

static enum netdiag_error refill(struct netdiag_vlan_reader *reader)
{
    size_t capacity = reader->id > 0 ? 1 : NETDIAG_VLAN_CHUNK;
    enum netdiag_error error;

    reader->next = 0;
    reader->count = 0;
    error =
        netdiag_device_vlans(reader->diag, reader->after, reader->rows, capacity, &reader->count);
    if (error != NETDIAG_OK)
        reader->count = 0;
    /* Fewer than asked for: there are no more. One ID needs no second look either. */
    reader->ended = reader->count < capacity || reader->id > 0;
    if (reader->count > 0)
        reader->after = reader->rows[reader->count - 1].id;
    return error;
}

static bool is_wanted(const struct netdiag_vlan_reader *reader, const struct netdiag_vlan *vlan)
{
    return (reader->id == 0 || reader->id == vlan->id) &&
           (reader->name == NULL || strcmp(reader->name, vlan->name) == 0);
}

const struct netdiag_vlan *netdiag_vlan_reader_next(struct netdiag_vlan_reader *reader,
                                                    enum netdiag_error *error)
{
    *error = NETDIAG_OK;
    for (;;) {
        while (reader->next < reader->count) {
            const struct netdiag_vlan *vlan = &reader->rows[reader->next++];

            if (is_wanted(reader, vlan))
                return vlan;
        }
        if (reader->ended)
            return NULL;
        *error = refill(reader);
        if (*error != NETDIAG_OK)
            return NULL;
    }
}
