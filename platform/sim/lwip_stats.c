/*
 * JSON in the shape of `show tcp statistics json`, {group: {key: number}}, with the keys that lwIP
 * has a number for. What lwIP calls a thing is what its SNMP agent would report for it.
 */
#include "lwip_stats.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lwip/priv/tcp_priv.h"
#include "lwip/stats.h"

static struct {
    const char *path;
    FILE *file;
} stats;

bool sim_lwip_stats_open(const char *path, char *error, size_t error_size)
{
    stats.path = path;
    stats.file = fopen(path, "we");
    if (!stats.file)
        snprintf(error, error_size, "--lwip-stats: cannot write %s: %s", path, strerror(errno));
    return stats.file;
}

/* lwIP's agent counts so. */
static unsigned current_established(void)
{
    unsigned count = 0;

    for (const struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next)
        count += pcb->state == ESTABLISHED || pcb->state == CLOSE_WAIT;
    return count;
}

static void print_rfc4022(FILE *file)
{
    const struct stats_mib2 *mib2 = &lwip_stats.mib2;

    fprintf(file,
            "{\"rfc4022\":{\"activeOpens\":%" PRIu32 ",\"passiveOpens\":%" PRIu32
            ",\"attemptFails\":%" PRIu32 ",\"estabResets\":%" PRIu32
            ",\"currEstab\":%u,\"inSegs\":%" PRIu32 ",\"outSegs\":%" PRIu32
            ",\"retransSegs\":%" PRIu32 ",\"inErrs\":%" PRIu32 ",\"outRsts\":%" PRIu32 "},\n",
            mib2->tcpactiveopens, mib2->tcppassiveopens, mib2->tcpattemptfails,
            mib2->tcpestabresets, current_established(), mib2->tcpinsegs, mib2->tcpoutsegs,
            mib2->tcpretranssegs, mib2->tcpinerrs, mib2->tcpoutrsts);
}

static void print_protocol(FILE *file)
{
    const struct stats_proto *tcp = &lwip_stats.tcp;

    fprintf(file,
            "\"rcvd\":{\"total\":%" PRIu32 ",\"checksumErrors\":%" PRIu32 "},\n"
            "\"sent\":{\"total\":%" PRIu32 "},\n"
            "\"lwip\":{\"drop\":%" PRIu32 ",\"lenerr\":%" PRIu32 ",\"memerr\":%" PRIu32
            ",\"proterr\":%" PRIu32 ",\"err\":%" PRIu32 ",\"cachehit\":%" PRIu32 "}}\n",
            tcp->recv, tcp->chkerr, tcp->xmit, tcp->drop, tcp->lenerr, tcp->memerr, tcp->proterr,
            tcp->err, tcp->cachehit);
}

void sim_lwip_stats_close(void)
{
    if (!stats.file)
        return;
    print_rfc4022(stats.file);
    print_protocol(stats.file);
    if (ferror(stats.file) | fclose(stats.file))
        fprintf(stderr, "netdiag-sim: --lwip-stats: cannot write %s: %s\n", stats.path,
                strerror(errno));
    stats.file = NULL;
}
