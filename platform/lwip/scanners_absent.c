/*
 * In place of scanners.c, in a build without CONFIG_NETDIAG_DIAGNOSIS.
 */
#include "observer.h"

void netdiag_lwip_port_refused(uint16_t port, uint32_t acknowledged)
{
    (void)port;
    (void)acknowledged;
}
