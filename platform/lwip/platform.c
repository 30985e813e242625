/*
 * netdiag on lwIP: start, lock, clock, and the table of ops.
 *
 * There is one lwIP in a firmware, all its state is global, and so is ours: one `state`, touched
 * only under the core lock once netdiag_lwip_start() has returned.
 */
#include <ctype.h>
#include <string.h>

#include "lwip/init.h"
#include "lwip/opt.h"
#include "lwip/sys.h"
#include "lwip/timeouts.h"
#include "netif/ppp/ppp_opts.h" /* a part of lwIP's own number of timeouts */
#if !NO_SYS
#include "lwip/tcpip.h"
#endif

#include "internal.h"

/* poll_counters() waits in one of lwIP's timeouts, of which lwIP's default has none to spare: the
 * first connection would leave TCP without its timer. */
#if !LWIP_TIMERS_CUSTOM && !MEMP_MEM_MALLOC && MEMP_NUM_SYS_TIMEOUT <= LWIP_NUM_SYS_TIMEOUT_INTERNAL
#error "lwipopts.h must set MEMP_NUM_SYS_TIMEOUT to LWIP_NUM_SYS_TIMEOUT_INTERNAL + 1 or more"
#endif

static struct {
    bool started;
    struct netdiag_lwip_config config; /* its two names are not used: `system` holds the copies */
    struct netdiag_system system;
} state;

struct netdiag_lwip_wide netdiag_lwip_clock;

void netdiag_lwip_lock(void)
{
    if (state.config.lock) {
        state.config.lock(state.config.ctx);
        return;
    }
#if !NO_SYS && LWIP_TCPIP_CORE_LOCKING
    LOCK_TCPIP_CORE();
#endif
}

void netdiag_lwip_unlock(void)
{
    if (state.config.unlock) {
        state.config.unlock(state.config.ctx);
        return;
    }
#if !NO_SYS && LWIP_TCPIP_CORE_LOCKING
    UNLOCK_TCPIP_CORE();
#endif
}

uint32_t netdiag_lwip_pcbs_reserved(void)
{
    return state.config.pcbs_reserved;
}

static void poll_counters(void *arg)
{
    (void)netdiag_lwip_uptime_ms();
    netdiag_lwip_tcp_poll();
    netdiag_lwip_memory_poll();
    sys_timeout(CONFIG_NETDIAG_LWIP_POLL_S * 1000u, poll_counters, arg);
}

static bool is_host_name(const char *host)
{
    size_t length = strlen(host);

    for (size_t i = 0; i < length; i++) {
        if (!isalnum((unsigned char)host[i]) && !strchr("-_.", host[i]))
            return false;
    }
    return length > 0 && length <= NETDIAG_HOST_LENGTH;
}

void netdiag_lwip_copy_text(char *to, size_t size, const char *from)
{
    size_t length = strlen(from);

    if (length >= size)
        length = size - 1;
    memcpy(to, from, length);
    to[length] = '\0';
}

enum netdiag_error netdiag_lwip_start(const struct netdiag_lwip_config *config)
{
    if (!config || !config->host || !is_host_name(config->host) ||
        !config->lock != !config->unlock || config->pcbs_reserved >= MEMP_NUM_TCP_PCB)
        return NETDIAG_ERROR_INVALID;
    if (state.started)
        return NETDIAG_ERROR_EXISTS;

    state.config = *config;
    netdiag_lwip_copy_text(state.system.host, sizeof(state.system.host), config->host);
    netdiag_lwip_copy_text(state.system.product, sizeof(state.system.product),
                           config->product ? config->product : "");
    netdiag_lwip_copy_text(state.system.stack, sizeof(state.system.stack),
                           "lwIP " LWIP_VERSION_STRING);
    netdiag_lwip_clock.last = sys_now();
    state.started = true;
    netdiag_lwip_observer_start();
    poll_counters(NULL);
    return NETDIAG_OK;
}

/* The names do not change after the start: no lock is needed. */
static enum netdiag_error get_system(void *ctx, struct netdiag_system *system)
{
    (void)ctx;
    if (!state.started)
        return NETDIAG_ERROR_DOWN;
    *system = state.system;
    netdiag_lwip_lock();
    system->has_mac = netdiag_lwip_trunk_mac(system->mac);
    netdiag_lwip_unlock();
    return NETDIAG_OK;
}

static enum netdiag_error get_time(void *ctx, struct netdiag_time *time)
{
    (void)ctx;
    if (!state.started)
        return NETDIAG_ERROR_DOWN;
    netdiag_lwip_lock();
    time->uptime_ms = netdiag_lwip_uptime_ms();
    netdiag_lwip_unlock();
    time->wall_ms = 0;
    time->has_wall =
        state.config.wall_clock && state.config.wall_clock(state.config.ctx, &time->wall_ms);
    return NETDIAG_OK;
}

bool netdiag_lwip_clock_ns(uint64_t *ns)
{
    if (!state.config.clock_ns)
        return false;
    *ns = state.config.clock_ns(state.config.ctx);
    return true;
}

const struct netdiag_lwip_config *netdiag_lwip_configuration(void)
{
    return &state.config;
}

const char *netdiag_lwip_task_name(void)
{
    return state.config.task_name ? state.config.task_name(state.config.ctx) : NULL;
}

static enum netdiag_error symbol_of(void *ctx, uint64_t address, char *name, size_t size)
{
    (void)ctx;
    if (!state.config.symbol)
        return NETDIAG_ERROR_UNSUPPORTED;
    return state.config.symbol(state.config.ctx, (uintptr_t)address, name, size)
               ? NETDIAG_OK
               : NETDIAG_ERROR_NOT_FOUND;
}

enum netdiag_error netdiag_lwip_ports(uint32_t after, struct netdiag_interface *rows,
                                      size_t capacity, size_t *count)
{
    if (!state.config.ports)
        return NETDIAG_ERROR_UNSUPPORTED;
    return state.config.ports(state.config.ctx, after, rows, capacity, count);
}

static enum netdiag_error wait_ms(void *ctx, uint32_t ms)
{
    (void)ctx;
    if (!state.config.wait)
        return NETDIAG_ERROR_UNSUPPORTED;
    return state.config.wait(state.config.ctx, ms) ? NETDIAG_OK : NETDIAG_ERROR_DOWN;
}

static enum netdiag_error log_line(void *ctx, enum netdiag_severity severity, const char *text)
{
    (void)ctx;
    if (!state.config.log)
        return NETDIAG_ERROR_UNSUPPORTED;
    state.config.log(state.config.ctx, severity, text);
    return NETDIAG_OK;
}

const struct netdiag_platform netdiag_lwip_platform = {
    .system = get_system,
    .time = get_time,
    .wait = wait_ms,
    .log = log_line,
    .tcp_counters = netdiag_lwip_tcp_counters,
    .tcp_states = netdiag_lwip_tcp_states,
    .tcp_pool = netdiag_lwip_tcp_pool,
    .tcp_connections = netdiag_lwip_tcp_connections,
    .tcp_listeners = netdiag_lwip_tcp_listeners,
#ifdef CONFIG_NETDIAG_TCP_HOOKS
    .tcp_closed = netdiag_lwip_tcp_closed,
    .tcp_state_totals = netdiag_lwip_tcp_state_totals,
    .tcp_abort = netdiag_lwip_tcp_abort,
#endif
#if defined(CONFIG_NETDIAG_TCP_HOOKS) && defined(CONFIG_NETDIAG_DIAGNOSIS)
    .tcp_scanners = netdiag_lwip_tcp_scanners,
#endif
#ifdef CONFIG_NETDIAG_DIAGNOSIS
    .reach = netdiag_lwip_reach,
#endif
    .symbol = symbol_of,
    .memory_pools = netdiag_lwip_memory_pools,
#if defined(CONFIG_NETDIAG_CMD_NET) || defined(CONFIG_NETDIAG_SNMP)
    .interfaces = netdiag_lwip_interfaces,
    .interfaces_changed = netdiag_lwip_interfaces_changed,
#endif
#ifdef CONFIG_NETDIAG_SNMP
    .snmp = netdiag_lwip_snmp,
    .snmp_names = netdiag_lwip_snmp_names,
#endif
#ifdef CONFIG_NETDIAG_VLAN
    .vlans = netdiag_lwip_vlans,
    .vlan_add = netdiag_lwip_vlan_make,
    .vlan_remove = netdiag_lwip_vlan_unmake,
    .vlan_numbers = netdiag_lwip_vlan_numbers,
#endif
#ifdef CONFIG_NETDIAG_CMD_NET
    .neighbors = netdiag_lwip_neighbors,
    .echo_send = netdiag_lwip_echo_send,
    .echo_poll = netdiag_lwip_echo_poll,
    .echo_end = netdiag_lwip_echo_end,
#endif
};
