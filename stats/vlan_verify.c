/*
 * The comparison of ifIndexes.
 *
 * A window has the VLANs with the smallest IDs that any source knows and that were not shown yet.
 * A source that comes with a smaller one pushes the largest out: so each that stays was seen by
 * every source, in whatever order that lists them, and the ones pushed out come again in the next
 * window.
 */
#include "stats/vlan_verify.h"

#include <string.h>

#include "stats/device.h"

#define CHUNK       16
#define NAME_PREFIX "Vlan"

void netdiag_vlan_verify_start(struct netdiag_vlan_verify *verify, const struct netdiag *diag,
                               bool (*cancelled)(void *ctx), void *ctx)
{
    memset(verify, 0, sizeof *verify);
    verify->diag = diag;
    verify->cancelled = cancelled;
    verify->ctx = ctx;
}

/* ---- the window ---- */

static bool is_full(const struct netdiag_vlan_verify *verify)
{
    return verify->count == NETDIAG_VLAN_VERIFY_WINDOW;
}

/* An ID above all of a full window: it belongs to a later one. */
static bool is_beyond(const struct netdiag_vlan_verify *verify, uint16_t id)
{
    return is_full(verify) && id > verify->rows[verify->count - 1].id;
}

/* The row of a VLAN, made where there was none; NULL: it belongs to another window. */
static struct netdiag_vlan_view *row_of(struct netdiag_vlan_verify *verify, uint16_t id)
{
    size_t place = 0;

    if (id <= verify->after || is_beyond(verify, id))
        return NULL;
    while (place < verify->count && verify->rows[place].id < id)
        place++;
    if (place < verify->count && verify->rows[place].id == id)
        return &verify->rows[place];
    if (is_full(verify))
        verify->count--;
    memmove(&verify->rows[place + 1], &verify->rows[place],
            (verify->count - place) * sizeof verify->rows[0]);
    verify->count++;
    memset(&verify->rows[place], 0, sizeof verify->rows[place]);
    verify->rows[place].id = id;
    return &verify->rows[place];
}

/* ---- what each source says ---- */

static void take_vlan(struct netdiag_vlan_verify *verify, const struct netdiag_vlan *vlan)
{
    const struct netdiag_vlan_interface *interface = &vlan->interface;
    struct netdiag_vlan_view *row = row_of(verify, vlan->id);

    if (row == NULL)
        return;
    row->exists = true;
    memcpy(row->name, vlan->name, sizeof row->name);
    row->if_index[NETDIAG_VLAN_SOURCE_SHOWN] = vlan->has_if_index ? vlan->if_index : 0;
    if (!vlan->has_interface || !interface->has_netif_index)
        return;
    row->if_index[NETDIAG_VLAN_SOURCE_STACK] = interface->netif_index;
    verify->summary.has_stack = true;
}

static enum netdiag_error take_vlans(struct netdiag_vlan_verify *verify)
{
    uint16_t after = verify->after;
    struct netdiag_vlan rows[CHUNK];
    size_t count;

    do {
        enum netdiag_error error = netdiag_device_vlans(verify->diag, after, rows, CHUNK, &count);

        if (error != NETDIAG_OK)
            return error;
        for (size_t i = 0; i < count; i++) {
            take_vlan(verify, &rows[i]);
            after = rows[i].id;
        }
    } while (count == CHUNK && !is_full(verify));
    return NETDIAG_OK;
}

static enum netdiag_error take_numbers(struct netdiag_vlan_verify *verify)
{
    uint16_t after = verify->after;
    struct netdiag_vlan_number rows[CHUNK];
    size_t count;

    do {
        enum netdiag_error error =
            netdiag_device_vlan_numbers(verify->diag, after, rows, CHUNK, &count);

        if (error != NETDIAG_OK)
            return error;
        for (size_t i = 0; i < count; i++) {
            struct netdiag_vlan_view *row = row_of(verify, rows[i].id);

            after = rows[i].id;
            if (row != NULL)
                row->if_index[NETDIAG_VLAN_SOURCE_REMEMBERED] = rows[i].if_index;
        }
    } while (count == CHUNK && !is_beyond(verify, after));
    return NETDIAG_OK;
}

/* The VLAN whose interface has that name, 0: none. */
static uint16_t vlan_of(const char *name)
{
    const char *digit = name + sizeof NAME_PREFIX - 1;
    uint32_t id = 0;

    if (strncmp(name, NAME_PREFIX, sizeof NAME_PREFIX - 1) != 0 || *digit == '0')
        return 0;
    for (; *digit >= '0' && *digit <= '9' && id <= NETDIAG_VLAN_MAX; digit++)
        id = id * 10 + (uint32_t)(*digit - '0');
    return *digit == '\0' && id <= NETDIAG_VLAN_MAX ? (uint16_t)id : 0;
}

static void take_name(struct netdiag_vlan_verify *verify, const struct netdiag_snmp_name *name)
{
    struct netdiag_vlan_view *row = row_of(verify, vlan_of(name->name));

    if (row == NULL)
        return;
    if (row->if_index[NETDIAG_VLAN_SOURCE_SNMP] != 0)
        row->snmp_again = true;
    else
        row->if_index[NETDIAG_VLAN_SOURCE_SNMP] = name->if_index;
}

/* An agent that answers somebody else is asked again for a while. */
static enum netdiag_error ask_names(struct netdiag_vlan_verify *verify, uint32_t after,
                                    struct netdiag_snmp_name *rows, size_t *count)
{
    for (uint32_t waited_ms = 0;; waited_ms += NETDIAG_WAIT_MS) {
        enum netdiag_error error =
            netdiag_device_snmp_names(verify->diag, after, rows, CHUNK, count);

        if (error != NETDIAG_ERROR_BUSY || waited_ms >= NETDIAG_VLAN_VERIFY_BUSY_MS ||
            verify->cancelled(verify->ctx) ||
            netdiag_device_wait(verify->diag, NETDIAG_WAIT_MS) != NETDIAG_OK)
            return error;
    }
}

static enum netdiag_error take_names(struct netdiag_vlan_verify *verify)
{
    struct netdiag_snmp_name rows[CHUNK];
    uint32_t after = 0;
    size_t count;

    do {
        enum netdiag_error error = ask_names(verify, after, rows, &count);

        if (error != NETDIAG_OK)
            return error;
        for (size_t i = 0; i < count; i++) {
            take_name(verify, &rows[i]);
            after = rows[i].if_index;
        }
    } while (count == CHUNK);
    return NETDIAG_OK;
}

/* ---- the comparison ---- */

static void compare(const struct netdiag_vlan_verify_summary *summary,
                    struct netdiag_vlan_view *row)
{
    uint32_t shown = row->if_index[NETDIAG_VLAN_SOURCE_SHOWN];
    uint32_t stack = row->if_index[NETDIAG_VLAN_SOURCE_STACK];
    uint32_t remembered = row->if_index[NETDIAG_VLAN_SOURCE_REMEMBERED];

    /* A number may be remembered for a VLAN that is gone, or that has no interface now; and of one
     * without a number of the stack's nothing is known there. */
    row->differs[NETDIAG_VLAN_SOURCE_STACK] = stack != 0 && stack != shown;
    row->differs[NETDIAG_VLAN_SOURCE_REMEMBERED] =
        summary->remembered_error == NETDIAG_OK && shown != 0 && remembered != shown;
    row->differs[NETDIAG_VLAN_SOURCE_SNMP] =
        summary->snmp_error == NETDIAG_OK &&
        (row->if_index[NETDIAG_VLAN_SOURCE_SNMP] != shown || row->snmp_again);
}

bool netdiag_vlan_view_differs(const struct netdiag_vlan_view *view)
{
    for (unsigned i = 0; i < NETDIAG_VLAN_SOURCES; i++) {
        if (view->differs[i])
            return true;
    }
    return false;
}

static void count_row(struct netdiag_vlan_verify_summary *summary,
                      const struct netdiag_vlan_view *row)
{
    bool differs = netdiag_vlan_view_differs(row);

    if (!row->exists && !differs) {
        summary->gone++;
        return;
    }
    summary->vlans++;
    if (!differs)
        return;
    if (summary->differ < NETDIAG_VLAN_VERIFY_NAMED)
        summary->named[summary->differ] = row->id;
    summary->differ++;
}

/* Reads the next window. A source that fails is left out from now on, and the window read anew:
 * rows that came from it alone may have pushed others out. */
static enum netdiag_error read_window(struct netdiag_vlan_verify *verify)
{
    struct netdiag_vlan_verify_summary *summary = &verify->summary;
    bool is_whole;

    do {
        enum netdiag_error error;

        verify->count = 0;
        error = take_vlans(verify);
        if (error != NETDIAG_OK) {
            verify->count = 0;
            return error;
        }
        is_whole = true;
        if (summary->remembered_error == NETDIAG_OK) {
            summary->remembered_error = take_numbers(verify);
            is_whole = summary->remembered_error == NETDIAG_OK;
        }
        if (is_whole && summary->snmp_error == NETDIAG_OK) {
            summary->snmp_error = take_names(verify);
            is_whole = summary->snmp_error == NETDIAG_OK;
        }
    } while (!is_whole);
    return NETDIAG_OK;
}

static bool has_differences(struct netdiag_vlan_verify *verify)
{
    bool has_one = false;

    for (size_t i = 0; i < verify->count; i++) {
        compare(&verify->summary, &verify->rows[i]);
        has_one = has_one || netdiag_vlan_view_differs(&verify->rows[i]);
    }
    return has_one;
}

/* A VLAN that comes or goes between two sources is in one of them alone. */
static enum netdiag_error fill(struct netdiag_vlan_verify *verify)
{
    unsigned reads = 0;
    enum netdiag_error error;

    do {
        error = read_window(verify);
        reads++;
    } while (has_differences(verify) && reads < NETDIAG_VLAN_VERIFY_READS &&
             !verify->cancelled(verify->ctx));
    return error;
}

const struct netdiag_vlan_view *netdiag_vlan_verify_next(struct netdiag_vlan_verify *verify,
                                                         enum netdiag_error *error)
{
    struct netdiag_vlan_view *row;

    *error = NETDIAG_OK;
    if (verify->next == verify->count && !verify->ended) {
        verify->next = 0;
        *error = fill(verify);
        verify->ended = *error != NETDIAG_OK || !is_full(verify);
        if (verify->count > 0)
            verify->after = verify->rows[verify->count - 1].id;
    }
    if (verify->next == verify->count)
        return NULL;
    row = &verify->rows[verify->next++];
    count_row(&verify->summary, row);
    return row;
}

/* ---- the verdict ---- */

static bool is_offered(enum netdiag_error error)
{
    return error != NETDIAG_ERROR_UNSUPPORTED && error != NETDIAG_ERROR_DOWN;
}

bool netdiag_vlan_verify_passed(const struct netdiag_vlan_verify_summary *summary)
{
    if (summary->differ > 0)
        return false;
    return (summary->remembered_error == NETDIAG_OK || !is_offered(summary->remembered_error)) &&
           (summary->snmp_error == NETDIAG_OK || !is_offered(summary->snmp_error));
}

static const struct {
    const char *text, *key;
} sources[NETDIAG_VLAN_SOURCES] = {
    [NETDIAG_VLAN_SOURCE_SHOWN] = {"shown", "shown"},
    [NETDIAG_VLAN_SOURCE_REMEMBERED] = {"remembered", "remembered"},
    [NETDIAG_VLAN_SOURCE_STACK] = {"stack", "stack"},
    [NETDIAG_VLAN_SOURCE_SNMP] = {"SNMP", "snmp"},
};

const char *netdiag_vlan_source_text(enum netdiag_vlan_source source)
{
    return sources[source].text;
}

const char *netdiag_vlan_source_key(enum netdiag_vlan_source source)
{
    return sources[source].key;
}
