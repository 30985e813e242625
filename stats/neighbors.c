#include "stats/neighbors.h"

#include <string.h>

void netdiag_neighbor_reader_start(struct netdiag_neighbor_reader *reader,
                                   const struct netdiag *diag, enum netdiag_family family)
{
    memset(reader, 0, sizeof *reader);
    reader->diag = diag;
    reader->family = family;
}

/* A cursor that does not move would never end, and more rows than fit are none. */
static enum netdiag_error refill(struct netdiag_neighbor_reader *reader)
{
    const struct netdiag *diag = reader->diag;
    const uint32_t before = reader->cursor.place;
    enum netdiag_error error;
    size_t count = 0;

    reader->next = reader->count = 0;
    if (diag->platform->neighbors == NULL)
        return NETDIAG_ERROR_UNSUPPORTED;
    memset(reader->rows, 0, sizeof reader->rows);
    error = diag->platform->neighbors(diag->ctx, reader->family, &reader->cursor, reader->rows,
                                      CONFIG_NETDIAG_NEIGHBOR_ROWS, &count);
    if (error != NETDIAG_OK)
        return error;
    if (count > CONFIG_NETDIAG_NEIGHBOR_ROWS ||
        (!reader->cursor.done && reader->cursor.place <= before))
        return NETDIAG_ERROR_IO;
    reader->count = count;
    return NETDIAG_OK;
}

const struct netdiag_neighbor *netdiag_neighbor_reader_next(struct netdiag_neighbor_reader *reader,
                                                            enum netdiag_error *error)
{
    *error = NETDIAG_OK;
    while (reader->next == reader->count) {
        if (reader->cursor.done)
            return NULL;
        *error = refill(reader);
        if (*error != NETDIAG_OK)
            return NULL;
    }
    return &reader->rows[reader->next++];
}

const char *netdiag_neighbor_state_key(enum netdiag_neighbor_state state)
{
    switch (state) {
    case NETDIAG_NEIGHBOR_UNKNOWN:
        break;
    case NETDIAG_NEIGHBOR_INCOMPLETE:
        return "incomplete";
    case NETDIAG_NEIGHBOR_REACHABLE:
        return "reachable";
    case NETDIAG_NEIGHBOR_STALE:
        return "stale";
    case NETDIAG_NEIGHBOR_DELAY:
        return "delay";
    case NETDIAG_NEIGHBOR_PROBE:
        return "probe";
    }
    return "unknown";
}

const char *netdiag_reach_key(enum netdiag_reach reach)
{
    switch (reach) {
    case NETDIAG_REACH_UNKNOWN:
        break;
    case NETDIAG_REACH_NO_ROUTE:
        return "noRoute";
    case NETDIAG_REACH_UNRESOLVED:
        return "unresolved";
    case NETDIAG_REACH_RESOLVED:
        return "resolved";
    }
    return "unknown";
}
