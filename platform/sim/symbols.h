/*
 * The names of the simulator's own functions, as its program file has them.
 */
#ifndef NETDIAG_SIM_SYMBOLS_H
#define NETDIAG_SIM_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* As `symbol` of struct netdiag_lwip_config: false too when the program was stripped. */
bool sim_symbol(void *ctx, uintptr_t address, char *name, size_t size);

#endif
