/*
 * Which number, lwIP's netif index and RFC 2863's ifIndex in one, is whose: of VLANs that are there
 * and of VLANs that are gone, and of the trunk. And the text that keeps them over a restart.
 */
#ifndef NETDIAG_PLATFORM_LWIP_IF_INDEX_H
#define NETDIAG_PLATFORM_LWIP_IF_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "netdiag/lwip.h"

/* Whose a number is: a VLAN's ID, or one of these, which no VLAN has. */
#define NETDIAG_LWIP_NOBODY 0
#define NETDIAG_LWIP_TRUNK  UINT16_MAX

struct netdiag_lwip_if_indexes {
    uint16_t owners[NETDIAG_IF_INDEX_STACK_MAX + 1]; /* by the number; 0 is none */
};

/* ---- if_index.c: for whoever holds the core lock ---- */

/* 0: it has none. And the other way round. */
uint8_t netdiag_lwip_if_index_of(uint16_t owner);
uint16_t netdiag_lwip_if_index_owner(uint8_t number);

/*
 * The number of an interface that is about to be added to lwIP, given now if it has none.
 * NETDIAG_ERROR_REMEMBERED: every number is in use or remembered; NETDIAG_ERROR_TAKEN: its own is
 * that of an interface in lwIP's list now.
 */
enum netdiag_error netdiag_lwip_if_index_give(uint16_t owner, uint8_t *number);

void netdiag_lwip_if_index_forget(uint16_t owner);

/*
 * One task at a time changes what is kept. False: another one does now. Who has begun, ends, and
 * may call netdiag_lwip_if_index_save() in between.
 */
bool netdiag_lwip_if_index_begin(void);
void netdiag_lwip_if_index_end(void);

/* ---- without the core lock ---- */

/*
 * Keeps the numbers as they are, but for that of `forgotten` (NETDIAG_LWIP_NOBODY: all of them),
 * if that is not what was kept last. What the platform says.
 */
enum netdiag_error netdiag_lwip_if_index_save(uint16_t forgotten);

/* ---- if_index_text.c ---- */

/* Writes them to `text`, of NETDIAG_LWIP_IF_INDEX_TEXT bytes. How many bytes, without a NUL. */
size_t netdiag_lwip_if_index_write(const struct netdiag_lwip_if_indexes *indexes, char *text);

/*
 * The other way round: any `size` bytes at `text`. False: they are not what was written, `why` says
 * in which line and what is legal there, and `indexes` means nothing.
 */
bool netdiag_lwip_if_index_parse(const char *text, size_t size,
                                 struct netdiag_lwip_if_indexes *indexes, char *why,
                                 size_t why_size);

#endif
