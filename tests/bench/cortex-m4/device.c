/*
 * What a firmware has for netdiag, to measure it (make size): it is not counted as netdiag's own.
 */
#include "netdiag/netdiag.h"

struct netdiag netdiag_size_device;
