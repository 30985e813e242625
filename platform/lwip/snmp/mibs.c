#include "mibs.h"

#include "agent.h"
#include "lwip/apps/snmp.h"

void netdiag_snmp_mibs_set(void)
{
    static const struct snmp_mib *mibs[] = {
        &netdiag_snmp_mib_system, &netdiag_snmp_mib_interfaces, &netdiag_snmp_mib_tcp,
        &netdiag_snmp_mib_snmp,   &netdiag_snmp_mib_bridge,     &netdiag_snmp_mib_if,
    };

    snmp_set_mibs(mibs, sizeof(mibs) / sizeof(mibs[0]));
}
