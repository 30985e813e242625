/*
 * Connections as JSON: an array, a line or two for each. What is not known of one is null.
 */
#include "cli/render.h"

#include "stats/text.h"

void netdiag_json_connections_begin(struct netdiag_output *output, enum netdiag_layout layout)
{
    (void)layout; /* JSON always has all */
    netdiag_json_key(&output->json, "connections");
    netdiag_json_array(&output->json);
}

static void member_endpoint(struct netdiag_json *json, const char *key, bool known,
                            const struct netdiag_endpoint *endpoint)
{
    char address[NETDIAG_ADDRESS_TEXT];

    netdiag_json_key(json, key);
    if (!known) {
        netdiag_json_null(json);
        return;
    }
    netdiag_json_object(json);
    netdiag_json_member_string(json, "address", true,
                               netdiag_address_text(&endpoint->address, address, sizeof address));
    netdiag_json_member_unsigned(json, "port", true, endpoint->port);
    netdiag_json_object_end(json);
}

static void member_id(struct netdiag_json *json, bool known, uint32_t id)
{
    char digits[9];
    struct netdiag_text text;

    netdiag_text_start(&text, digits, sizeof digits);
    netdiag_text_hex(&text, id, 8);
    netdiag_json_member_string(json, "id", known, digits);
}

static void member_bool(struct netdiag_json *json, const char *key, bool known, bool value)
{
    netdiag_json_key(json, key);
    if (known)
        netdiag_json_bool(json, value);
    else
        netdiag_json_null(json);
}

static void members_of_traffic(struct netdiag_json *json, bool known,
                               const struct netdiag_tcp_traffic *traffic)
{
    netdiag_json_member_unsigned(json, "rxBytes", known, traffic->in_bytes);
    netdiag_json_member_unsigned(json, "txBytes", known, traffic->out_bytes);
    netdiag_json_member_unsigned(json, "rxSegs", known, traffic->in_segs);
    netdiag_json_member_unsigned(json, "txSegs", known, traffic->out_segs);
    netdiag_json_member_unsigned(json, "retransSegs", known,
                                 (uint64_t)traffic->retrans_timeout + traffic->retrans_fast);
}

static void members_of_history(struct netdiag_json *json, const struct netdiag_tcp_connection *row,
                               const struct netdiag_tcp_ages *ages)
{
    bool has = row->has_history;

    netdiag_json_member_unsigned(json, "ageMs", ages->known, ages->age_ms);
    netdiag_json_member_unsigned(json, "idleMs", ages->known, ages->idle_ms);
    members_of_traffic(json, has, &row->history.traffic);
    netdiag_json_member_string(json, "opened", has, row->history.is_passive ? "passive" : "active");
    netdiag_json_member_unsigned(json, "stateMs", ages->known, ages->state_ms);
    member_bool(json, "sentSinceFin", has, row->history.sent_since_fin);
}

/* A port that is only bound has no flow. */
static void members_of_flow(struct netdiag_json *json, const struct netdiag_tcp_connection *row)
{
    bool has = row->state != NETDIAG_TCP_CLOSED;

    netdiag_json_member_unsigned(json, "rtoMs", has, row->rto_ms);
    netdiag_json_member_unsigned(json, "srttMs", has && row->srtt_ms > 0, row->srtt_ms);
    netdiag_json_member_unsigned(json, "congestionWindow", has, row->congestion_window);
    netdiag_json_member_unsigned(json, "sendWindow", has, row->send_window);
    netdiag_json_member_unsigned(json, "receiveWindow", has, row->receive_window);
    netdiag_json_member_unsigned(json, "sendQueue", has, row->send_queue);
    netdiag_json_member_unsigned(json, "inFlight", has, row->in_flight);
    netdiag_json_member_unsigned(json, "receiveQueue", has, row->receive_queue);
    netdiag_json_member_unsigned(json, "retries", has, row->retries);
    netdiag_json_member_unsigned(json, "keepalives", has, row->keepalives);
}

void netdiag_json_connection(struct netdiag_output *output, enum netdiag_layout layout,
                             const struct netdiag_tcp_connection *row,
                             const struct netdiag_tcp_ages *ages)
{
    struct netdiag_json *json = &output->json;

    (void)layout;
    netdiag_json_newline(json);
    netdiag_json_object(json);
    member_id(json, row->has_history, row->history.id);
    netdiag_json_member_string(json, "state", true, netdiag_tcp_state_key(row->state));
    member_endpoint(json, "local", true, &row->local);
    member_endpoint(json, "remote", row->remote.address.family != NETDIAG_FAMILY_ANY, &row->remote);
    netdiag_json_member_string(json, "owner", row->owner.name[0] != '\0', row->owner.name);
    netdiag_json_member_unsigned(json, "vlan", row->vlan != 0, row->vlan);
    members_of_history(json, row, ages);
    members_of_flow(json, row);
    netdiag_json_member_unsigned(json, "freeMs", row->has_free_in, row->free_in_ms);
    member_bool(json, "reclaimable", true, row->is_reclaimable);
    member_bool(json, "unaccepted", true, row->is_unaccepted);
    member_bool(json, "reuseAddress", true, row->reuse_address);
    netdiag_json_object_end(json);
}

void netdiag_json_connections_end(struct netdiag_output *output, enum netdiag_layout layout,
                                  const struct netdiag_connections_end *end)
{
    struct netdiag_json *json = &output->json;

    (void)layout;
    netdiag_json_array_end(json);
    netdiag_json_newline(json);
    netdiag_json_member_unsigned(json, "total", true, end->total);
    netdiag_json_member_unsigned(json, "shown", true, end->shown);
    netdiag_json_member_unsigned(json, "longestHoldNs", end->has_hold, end->longest_hold_ns);
    if (end->error != NETDIAG_OK)
        netdiag_json_problem(json, "error", end->error, netdiag_error_text(end->error));
}

/* An address is a string: a number of 64 bits is none that every reader of JSON can keep. */
static void members_of_accept(struct netdiag_json *json, const struct netdiag_tcp_listener *row)
{
    char digits[19];
    struct netdiag_text text;

    netdiag_text_start(&text, digits, sizeof digits);
    netdiag_text_string(&text, "0x");
    netdiag_text_hex(&text, (uint32_t)(row->accept_address >> 32), 8);
    netdiag_text_hex(&text, (uint32_t)row->accept_address, 8);
    netdiag_json_member_string(json, "acceptCallback", row->has_accept, digits);
    netdiag_json_member_string(json, "acceptSymbol", row->accept_symbol[0] != '\0',
                               row->accept_symbol);
}

void netdiag_json_tcp_listeners(struct netdiag_output *output, enum netdiag_layout layout,
                                const struct netdiag_tcp_listeners *listeners)
{
    struct netdiag_json *json = &output->json;

    (void)layout;
    netdiag_json_newline(json);
    netdiag_json_key(json, "listeners");
    netdiag_json_array(json);
    for (size_t i = 0; i < listeners->count; i++) {
        const struct netdiag_tcp_listener *row = &listeners->rows[i];

        netdiag_json_newline(json);
        netdiag_json_object(json);
        member_endpoint(json, "local", true, &row->local);
        netdiag_json_member_string(json, "owner", row->owner.name[0] != '\0', row->owner.name);
        netdiag_json_member_unsigned(json, "pending", row->has_backlog, row->pending);
        netdiag_json_member_unsigned(json, "backlog", row->has_backlog, row->backlog);
        netdiag_json_member_unsigned(json, "accepted", row->has_counts, row->accepted);
        netdiag_json_member_unsigned(json, "refused", row->has_counts, row->refused);
        members_of_accept(json, row);
        netdiag_json_object_end(json);
    }
    netdiag_json_array_end(json);
    netdiag_json_newline(json);
    netdiag_json_member_unsigned(json, "listenersTotal", true, listeners->total);
    netdiag_json_member_unsigned(json, "listenersShown", true, listeners->count);
}

void netdiag_json_closed_begin(struct netdiag_output *output)
{
    netdiag_json_key(&output->json, "closed");
    netdiag_json_array(&output->json);
}

/* Who sent the first FIN; NULL: nobody did, as far as is known. */
static const char *closer_key(enum netdiag_tcp_closer closer)
{
    switch (closer) {
    case NETDIAG_TCP_CLOSER_NONE:
        break;
    case NETDIAG_TCP_CLOSER_DEVICE:
        return "device";
    case NETDIAG_TCP_CLOSER_PEER:
        return "peer";
    case NETDIAG_TCP_CLOSER_BOTH:
        return "both";
    }
    return NULL;
}

void netdiag_json_closed(struct netdiag_output *output, const struct netdiag_tcp_closed *row,
                         const struct netdiag_tcp_closed_ages *ages)
{
    const char *closer = closer_key(row->closer);
    struct netdiag_json *json = &output->json;

    netdiag_json_newline(json);
    netdiag_json_object(json);
    member_id(json, true, row->id);
    member_endpoint(json, "local", true, &row->local);
    member_endpoint(json, "remote", true, &row->remote);
    netdiag_json_member_string(json, "owner", row->owner.name[0] != '\0', row->owner.name);
    netdiag_json_member_unsigned(json, "vlan", row->vlan != 0, row->vlan);
    netdiag_json_member_string(json, "end", true, netdiag_tcp_end_key(row->end));
    netdiag_json_member_string(json, "firstFin", closer != NULL, closer);
    netdiag_json_member_string(json, "opened", true, row->is_passive ? "passive" : "active");
    netdiag_json_key(json, "wasEstablished");
    netdiag_json_bool(json, row->was_established);
    netdiag_json_member_unsigned(json, "endedAgoMs", ages->has_ended, ages->ended_ms);
    netdiag_json_member_unsigned(json, "lifetimeMs", true, ages->lifetime_ms);
    members_of_traffic(json, true, &row->traffic);
    netdiag_json_object_end(json);
}

void netdiag_json_closed_end(struct netdiag_output *output, const struct netdiag_closed_end *end)
{
    struct netdiag_json *json = &output->json;

    netdiag_json_array_end(json);
    netdiag_json_newline(json);
    netdiag_json_member_unsigned(json, "total", true, end->total);
    netdiag_json_member_unsigned(json, "lookedAt", true, end->looked_at);
    netdiag_json_member_unsigned(json, "shown", true, end->shown);
}

static void members_of_owned(struct netdiag_json *json, const struct netdiag_tcp_owned *owned)
{
    netdiag_json_member_unsigned(json, "total", true, owned->total);
    netdiag_json_key(json, "states");
    netdiag_json_object(json);
    for (unsigned i = NETDIAG_TCP_STATE_FIRST; i <= NETDIAG_TCP_STATE_LAST; i++)
        netdiag_json_member_unsigned(json, netdiag_tcp_state_key((enum netdiag_tcp_state)i), true,
                                     owned->count[i]);
    netdiag_json_object_end(json);
}

/* "others" are those that there was no room for: null as a rule. */
void netdiag_json_tcp_owners(struct netdiag_output *output, const struct netdiag_tcp_owners *owners)
{
    struct netdiag_json *json = &output->json;

    netdiag_json_key(json, "owners");
    netdiag_json_array(json);
    for (size_t i = 0; i < owners->count; i++) {
        const struct netdiag_owner *owner = &owners->rows[i].owner;

        netdiag_json_newline(json);
        netdiag_json_object(json);
        netdiag_json_member_string(json, "owner", owner->name[0] != '\0', owner->name);
        members_of_owned(json, &owners->rows[i]);
        netdiag_json_object_end(json);
    }
    netdiag_json_array_end(json);
    netdiag_json_newline(json);
    netdiag_json_key(json, "others");
    if (owners->others.total > 0) {
        netdiag_json_object(json);
        members_of_owned(json, &owners->others);
        netdiag_json_object_end(json);
    } else {
        netdiag_json_null(json);
    }
    netdiag_json_newline(json);
    members_of_owned(json, &owners->all);
}
