/*
 * In place of agent.c, in a build without SNMP.
 */
#include "agent.h"

bool agent_start(void)
{
    return true;
}

size_t agent_ask(const uint8_t *request, size_t size, uint8_t *answer, size_t capacity)
{
    (void)request, (void)size, (void)answer, (void)capacity;
    return 0;
}
