#include "cli/diagnosis.h"

#include <string.h>

void netdiag_diagnosis_looked_of(const struct netdiag_tcp_snapshot *snapshot,
                                 struct netdiag_diagnosis_looked *looked)
{
    memset(looked, 0, sizeof *looked);
    looked->has_connections = true;
    looked->connections = snapshot->connections;
    looked->lacks_ages = snapshot->lacks_ages;
    looked->has_listeners = !snapshot->lacks_listeners;
    looked->listeners = snapshot->listeners;
    looked->is_watched = snapshot->trend.is_watched;
    looked->watched_ms = snapshot->trend.watched_ms;
    looked->has_pools = snapshot->trend.is_watched;
    looked->pools = snapshot->trend.memory_count;
}
