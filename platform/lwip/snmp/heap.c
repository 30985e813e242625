/*
 * What lwIP's snmp_msg.c is compiled with in place of pbuf_alloc() and so on, where it answers in a
 * task of its own: the same, with the core lock held. See netdiag/lwip_snmp.h.
 */
#include "lwip/pbuf.h"
#include "platform/lwip/internal.h"

struct pbuf *netdiag_snmp_pbuf_alloc(pbuf_layer layer, u16_t length, pbuf_type type);
u8_t netdiag_snmp_pbuf_free(struct pbuf *p);
void netdiag_snmp_pbuf_realloc(struct pbuf *p, u16_t size);

struct pbuf *netdiag_snmp_pbuf_alloc(pbuf_layer layer, u16_t length, pbuf_type type)
{
    struct pbuf *p;

    netdiag_lwip_lock();
    p = pbuf_alloc(layer, length, type);
    netdiag_lwip_unlock();
    return p;
}

u8_t netdiag_snmp_pbuf_free(struct pbuf *p)
{
    u8_t count;

    netdiag_lwip_lock();
    count = pbuf_free(p);
    netdiag_lwip_unlock();
    return count;
}

void netdiag_snmp_pbuf_realloc(struct pbuf *p, u16_t size)
{
    netdiag_lwip_lock();
    pbuf_realloc(p, size);
    netdiag_lwip_unlock();
}
