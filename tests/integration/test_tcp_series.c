/*
 * The history of a real lwIP while connections come and go, beside what the stack itself says each
 * second: its lists of PCBs, its pool, its counters of segments.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "churn.h"
#include "lwip/memp.h"
#include "lwip/priv/memp_priv.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/stats.h"
#include "netdiag/lwip.h"
#include "peer.h"
#include "platform/sim/random.h"
#include "platform/sim/stack.h"
#include "sides.h"
#include "stats/tcp_series.h"

#define PCBS    64
#define SECONDS 9000 /* each of 60 minutes comes twice and more */

static struct netdiag diag;
static struct netdiag_tcp_series series;

/* What was in each second. */
static uint32_t seen[SECONDS][NETDIAG_TCP_METRICS];

static uint32_t count_on(const struct tcp_pcb *pcb, enum tcp_state state)
{
    uint32_t count = 0;

    for (; pcb; pcb = pcb->next)
        count += pcb->state == state;
    return count;
}

static uint32_t grown(uint64_t now, uint64_t *before)
{
    uint64_t by = now - *before;

    *before = now;
    return (uint32_t)by;
}

static void look_at_the_stack(uint32_t *of)
{
    static uint64_t in, out, again, sent, ended;
    uint32_t resets_sent = grown(device_counter(NETDIAG_TCP_OUT_RSTS), &sent);
    uint32_t resets_ended = grown(device_counter(NETDIAG_TCP_ESTAB_RESETS), &ended);

    sim_stack_lock(NULL);
    of[NETDIAG_TCP_METRIC_ESTABLISHED] = count_on(tcp_active_pcbs, ESTABLISHED);
    of[NETDIAG_TCP_METRIC_SYN_RECEIVED] = count_on(tcp_active_pcbs, SYN_RCVD);
    of[NETDIAG_TCP_METRIC_CLOSE_WAIT] = count_on(tcp_active_pcbs, CLOSE_WAIT);
    of[NETDIAG_TCP_METRIC_TIME_WAIT] = count_on(tcp_tw_pcbs, TIME_WAIT);
    of[NETDIAG_TCP_METRIC_POOL] = lwip_stats.memp[MEMP_TCP_PCB]->used - (MEMP_NUM_TCP_PCB - PCBS);
    of[NETDIAG_TCP_METRIC_SEGMENTS_IN] = grown(lwip_stats.tcp.recv, &in);
    of[NETDIAG_TCP_METRIC_SEGMENTS_OUT] = grown(lwip_stats.tcp.xmit, &out);
    sim_stack_unlock(NULL);
    of[NETDIAG_TCP_METRIC_RETRANSMITS] = grown(device_counter(NETDIAG_TCP_RETRANS_SEGS), &again);
    of[NETDIAG_TCP_METRIC_RESETS] = resets_sent > resets_ended ? resets_sent : resets_ended;
}

/* Seconds from `begin` on, as far as they were looked at; `first` is uptime at the first. */
static void assert_bucket(const struct netdiag_tcp_bucket *bucket, enum netdiag_tcp_metric metric,
                          uint64_t begin, uint32_t length)
{
    bool is_rate = netdiag_tcp_metric_infos[metric].kind == NETDIAG_TCP_METRIC_RATE;
    struct netdiag_tcp_bucket want = {0, 0, 0};
    uint64_t first = series.now_ms / 1000 - (SECONDS - 1);

    for (uint64_t s = begin; s < begin + length; s++) {
        uint32_t value;

        if (s < first + is_rate || s >= first + SECONDS)
            continue;
        value = seen[s - first][metric];
        want.seconds++;
        want.sum += value;
        want.peak = value > want.peak ? value : want.peak;
    }
    assert_int_equal(bucket->seconds, want.seconds);
    assert_int_equal(bucket->peak, want.peak);
    assert_int_equal(bucket->sum, want.sum);
}

static void assert_span(enum netdiag_tcp_metric metric, enum netdiag_tcp_span span)
{
    const struct netdiag_tcp_span_info *info = &netdiag_tcp_span_infos[span];
    uint64_t now;

    assert_int_equal(netdiag_tcp_series_get(&diag, metric, span, &series), NETDIAG_OK);
    now = series.now_ms / 1000 / info->bucket_s;
    for (uint32_t back = 0; back < info->buckets && back <= now; back++)
        assert_bucket(&series.buckets[info->buckets - 1 - back], metric,
                      (now - back) * info->bucket_s, info->bucket_s);
}

static int start(void **state)
{
    (void)state;
    churn_start(PCBS);
    assert_int_equal(netdiag_init(&diag, &netdiag_lwip_platform, NULL), NETDIAG_OK);
    return 0;
}

static void history_is_what_the_stack_itself_says_each_second(void **state)
{
    uint64_t sum[NETDIAG_TCP_METRICS] = {0};

    (void)state;
    for (unsigned second = 0; second < SECONDS; second++) {
        for (unsigned i = sim_random_between(0, 8); i > 0; i--)
            churn_once(NULL);
        netdiag_watch(&diag);
        look_at_the_stack(seen[second]);
        if (second + 1 < SECONDS)
            peer_advance(1000);
        for (unsigned metric = 0; metric < NETDIAG_TCP_METRICS; metric++)
            sum[metric] += seen[second][metric];
    }
    for (unsigned metric = 0; metric < NETDIAG_TCP_METRICS; metric++) {
        assert_true(sum[metric] > 100); /* it was not compared with nothing */
        for (unsigned span = 0; span < NETDIAG_TCP_SPANS; span++)
            assert_span((enum netdiag_tcp_metric)metric, (enum netdiag_tcp_span)span);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(history_is_what_the_stack_itself_says_each_second),
    };

    return cmocka_run_group_tests_name("tcp_series", tests, start, NULL);
}
