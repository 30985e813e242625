#include "agent.h"

#include <string.h>

#include "look.h"
#include "lwip/opt.h"
#include "message.h"
#include "mibs.h"
#include "platform/lwip/internal.h"
#include "snmp_core_priv.h"
#include "snmp_msg.h"

#if !NO_SYS && !SYS_LIGHTWEIGHT_PROT
#error                                                                                             \
    "SNMP: answers are allocated by a task of their own; lwipopts.h must set SYS_LIGHTWEIGHT_PROT"
#endif

/* lwIP reads numbers out of this buffer, but does not say so to the compiler. */
_Static_assert(offsetof(struct snmp_request, value_buffer) % sizeof(u32_t) == 0,
               "lwIP's buffer for values is not aligned");

#define TEXT_LENGTH 255 /* DisplayString of RFC 3418 */

/* ifName of IF-MIB, and the place of the ifIndex after it. */
static const u32_t if_name[] = {1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 1};
#define IF_NAME_INDEX (sizeof(if_name) / sizeof(if_name[0]))

static struct {
    bool started;
    bool claimed; /* somebody is in lwIP's framework */
    char community[CONFIG_NETDIAG_SNMP_COMMUNITY_LENGTH + 1];
    char contact[TEXT_LENGTH + 1], location[TEXT_LENGTH + 1];
    void (*wake)(void *ctx);
    void *ctx;
    struct netdiag_lwip_wide out_packets, parse_errors, set_requests; /* of lwIP's snmp_stats */
} agent;

struct netdiag_snmp_counts netdiag_snmp_counts;

const char *netdiag_snmp_contact(void)
{
    return agent.contact;
}

const char *netdiag_snmp_location(void)
{
    return agent.location;
}

/* ---- one at a time; the core lock is held ---- */

static bool claim(void)
{
    if (!agent.started || agent.claimed)
        return false;
    agent.claimed = true;
    return true;
}

/* The framework's counters are 32 bits wide, and belong to whoever is in it. */
static void read_stats(void)
{
    netdiag_lwip_widen(&agent.out_packets, snmp_stats.outpkts, UINT32_MAX);
    netdiag_lwip_widen(&agent.parse_errors, snmp_stats.inasnparseerrs, UINT32_MAX);
    netdiag_lwip_widen(&agent.set_requests, snmp_stats.insetrequests, UINT32_MAX);
}

void netdiag_snmp_wake(void)
{
    if (!agent.claimed && netdiag_snmp_transport_queued() > 0)
        agent.wake(agent.ctx);
}

static void release(void)
{
    read_stats();
    agent.claimed = false;
    if (agent.started)
        netdiag_snmp_wake();
}

/* ---- requests ---- */

/* The lock is held. */
static void count_refused(enum netdiag_snmp_verdict verdict)
{
    switch (verdict) {
    case NETDIAG_SNMP_MALFORMED:
        netdiag_snmp_counts.parse_errors++;
        break;
    case NETDIAG_SNMP_BAD_VERSION:
        netdiag_snmp_counts.bad_versions++;
        break;
    case NETDIAG_SNMP_BAD_COMMUNITY:
        netdiag_snmp_counts.bad_communities++;
        break;
    case NETDIAG_SNMP_TOO_LONG:
        netdiag_snmp_counts.silent_drops++;
        netdiag_snmp_counts.dropped++;
        break;
    case NETDIAG_SNMP_GOOD:
        break;
    }
}

/* Answers a request, or says why not. Without the lock, by whoever has claimed the framework. */
static enum netdiag_snmp_verdict respond(struct netdiag_snmp_exchange *exchange)
{
    enum netdiag_snmp_verdict verdict =
        netdiag_snmp_message_check(exchange->request, agent.community, &exchange->type);

    if (verdict == NETDIAG_SNMP_GOOD) {
        netdiag_snmp_look_anew();
        snmp_receive(exchange, exchange->request, &exchange->from, exchange->port);
    }
    return verdict;
}

/* The lock is held. */
static void conclude(const struct netdiag_snmp_exchange *exchange,
                     enum netdiag_snmp_verdict verdict)
{
    uint64_t errors = agent.parse_errors.total;

    pbuf_free(exchange->request);
    count_refused(verdict);
    read_stats();
    if (verdict == NETDIAG_SNMP_GOOD && exchange->length == 0 && agent.parse_errors.total == errors)
        netdiag_snmp_counts.dropped++; /* no memory for the answer, or no way */
    release();
}

bool netdiag_lwip_snmp_serve(void)
{
    struct netdiag_snmp_exchange exchange;
    enum netdiag_snmp_verdict verdict;
    bool has_work;

    netdiag_lwip_lock();
    has_work = netdiag_snmp_transport_queued() > 0 && claim();
    if (has_work)
        has_work = netdiag_snmp_transport_take(&exchange);
    netdiag_lwip_unlock();
    if (!has_work)
        return false;
    verdict = respond(&exchange);
    netdiag_lwip_lock();
    conclude(&exchange, verdict);
    netdiag_lwip_unlock();
    return true;
}

size_t netdiag_snmp_answer(const uint8_t *request, size_t size, uint8_t *answer, size_t capacity)
{
    struct netdiag_snmp_exchange exchange = {.answer = answer, .capacity = capacity};
    enum netdiag_snmp_verdict verdict;
    bool has_work = false;

    netdiag_lwip_lock();
    if (size > 0 && size <= UINT16_MAX && claim()) {
        netdiag_snmp_counts.in_packets++;
        exchange.request = pbuf_alloc(PBUF_RAW, (u16_t)size, PBUF_RAM);
        has_work = exchange.request != NULL;
        if (!has_work)
            release();
    }
    netdiag_lwip_unlock();
    if (!has_work)
        return 0;
    pbuf_take(exchange.request, request, (u16_t)size);
    verdict = respond(&exchange);
    netdiag_lwip_lock();
    conclude(&exchange, verdict);
    netdiag_lwip_unlock();
    return exchange.length;
}

/* ---- start and end ---- */

static bool is_community(const char *text)
{
    size_t length = text ? strlen(text) : 0;

    for (size_t i = 0; i < length; i++) {
        if (text[i] < ' ' || text[i] > '~')
            return false;
    }
    return length > 0 && length <= CONFIG_NETDIAG_SNMP_COMMUNITY_LENGTH;
}

static bool is_text(const char *text)
{
    return !text || strlen(text) <= TEXT_LENGTH;
}

enum netdiag_error netdiag_lwip_snmp_start(const struct netdiag_lwip_snmp_config *config)
{
    enum netdiag_error error;

    if (!config || !is_community(config->community) || !config->wake || !is_text(config->contact) ||
        !is_text(config->location))
        return NETDIAG_ERROR_INVALID;
    if (agent.started || agent.claimed)
        return NETDIAG_ERROR_EXISTS;
    error = netdiag_snmp_transport_start(config->sources, config->source_count);
    if (error)
        return error;

    netdiag_lwip_copy_text(agent.community, sizeof(agent.community), config->community);
    netdiag_lwip_copy_text(agent.contact, sizeof(agent.contact),
                           config->contact ? config->contact : "");
    netdiag_lwip_copy_text(agent.location, sizeof(agent.location),
                           config->location ? config->location : "");
    agent.wake = config->wake;
    agent.ctx = config->ctx;
    read_stats();
    agent.out_packets.total = agent.parse_errors.total = agent.set_requests.total = 0;
    memset(&netdiag_snmp_counts, 0, sizeof(netdiag_snmp_counts));
    snmp_set_community(agent.community);
    snmp_set_community_write(""); /* nobody writes */
    netdiag_snmp_mibs_set();
    netdiag_snmp_look_at(&netdiag_lwip_platform, NULL);
    netdiag_snmp_tcp_tables_forget();
    agent.started = true;
    return NETDIAG_OK;
}

void netdiag_lwip_snmp_stop(void)
{
    agent.started = false;
    netdiag_snmp_transport_stop();
}

/* ---- ops ---- */

/* The lock is held. */
static void describe_copies(struct netdiag_snmp *snmp)
{
    uint64_t read_ms;

    snmp->has_cache = netdiag_snmp_tcp_tables_state(&snmp->cached_rows, &read_ms);
    snmp->cached_left_out = netdiag_snmp_tcp_tables_left_out();
    if (snmp->has_cache)
        snmp->cache_age_ms = netdiag_lwip_uptime_ms() - read_ms;
}

enum netdiag_error netdiag_lwip_snmp(void *ctx, struct netdiag_snmp *snmp)
{
    const struct netdiag_snmp_counts *counts = &netdiag_snmp_counts;
    enum netdiag_error error = NETDIAG_ERROR_DOWN;

    (void)ctx;
    memset(snmp, 0, sizeof(*snmp));
    netdiag_lwip_lock();
    if (agent.started) {
        snmp->port = NETDIAG_LWIP_SNMP_PORT;
        snmp->in_packets = counts->in_packets;
        snmp->out_packets = agent.out_packets.total;
        snmp->bad_versions = counts->bad_versions;
        snmp->bad_communities = counts->bad_communities;
        snmp->parse_errors = counts->parse_errors + agent.parse_errors.total;
        snmp->set_requests = agent.set_requests.total;
        snmp->refused_sources = counts->refused_sources;
        snmp->dropped = counts->dropped;
        snmp->sources = netdiag_snmp_transport_sources();
        snmp->queued = netdiag_snmp_transport_queued();
        describe_copies(snmp);
        error = NETDIAG_OK;
    }
    netdiag_lwip_unlock();
    return error;
}

static u8_t may_be_read(struct snmp_node_instance *instance, void *arg)
{
    (void)arg;
    return instance->access & SNMP_NODE_INSTANCE_ACCESS_READ && instance->get_value
               ? SNMP_ERR_NOERROR
               : SNMP_ERR_NOSUCHINSTANCE;
}

/* What a GETNEXT after `oid` gets, which then is its name; false: no ifName any more. */
static bool read_next_name(struct snmp_obj_id *oid, struct netdiag_snmp_name *row)
{
    u32_t value[(SNMP_MAX_VALUE_SIZE + sizeof(u32_t) - 1) / sizeof(u32_t)];
    struct snmp_node_instance instance = {0};
    struct snmp_obj_id next;
    s16_t length = -1;

    if (snmp_get_next_node_instance_from_oid(oid->id, oid->len, may_be_read, NULL, &next,
                                             &instance) != SNMP_ERR_NOERROR)
        return false;
    if (next.len == IF_NAME_INDEX + 1 && memcmp(next.id, if_name, sizeof(if_name)) == 0)
        length = instance.get_value(&instance, value);
    if (instance.release_instance)
        instance.release_instance(&instance);
    if (length < 0)
        return false;
    memset(row, 0, sizeof(*row));
    row->if_index = next.id[IF_NAME_INDEX];
    length &= ~SNMP_GET_VALUE_RAW_DATA;
    memcpy(row->name, value, LWIP_MIN((size_t)length, sizeof(row->name) - 1));
    snmp_oid_assign(oid, next.id, next.len);
    return true;
}

enum netdiag_error netdiag_lwip_snmp_names(void *ctx, uint32_t after,
                                           struct netdiag_snmp_name *rows, size_t capacity,
                                           size_t *count)
{
    struct snmp_obj_id oid;
    enum netdiag_error error = NETDIAG_OK;

    (void)ctx;
    *count = 0;
    netdiag_lwip_lock();
    if (!agent.started)
        error = NETDIAG_ERROR_DOWN;
    else if (!claim())
        error = NETDIAG_ERROR_BUSY;
    netdiag_lwip_unlock();
    if (error)
        return error;
    netdiag_snmp_look_anew();
    snmp_oid_assign(&oid, if_name, IF_NAME_INDEX);
    oid.id[oid.len++] = after;
    while (*count < capacity && read_next_name(&oid, &rows[*count]))
        (*count)++;
    netdiag_lwip_lock();
    release();
    netdiag_lwip_unlock();
    return NETDIAG_OK;
}
