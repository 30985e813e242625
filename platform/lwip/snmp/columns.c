#include "columns.h"

#include <string.h>

/* RFC 2579 */
#define TRUTH_TRUE  1
#define TRUTH_FALSE 2

static bool find_next(struct snmp_obj_id *index, const void **row,
                      const void *(*after)(uint32_t number, uint32_t *found))
{
    uint32_t found;

    /* An index that has more numbers is behind the row of its first, and before the next */
    *row = after(index->len > 0 ? index->id[0] : 0, &found);
    if (!*row)
        return false;
    index->len = 1;
    index->id[0] = found;
    return true;
}

bool netdiag_snmp_find_number(struct snmp_obj_id *index, bool next, const void **row,
                              const void *(*after)(uint32_t number, uint32_t *found))
{
    uint32_t found = 0;

    if (next)
        return find_next(index, row, after);
    if (index->len != 1 || index->id[0] == 0)
        return false;
    *row = after(index->id[0] - 1, &found);
    return *row && found == index->id[0];
}

bool netdiag_snmp_set_integer(struct snmp_node_instance *cell, int32_t number)
{
    cell->reference.s32 = number;
    return true;
}

bool netdiag_snmp_set_unsigned(struct snmp_node_instance *cell, uint32_t number)
{
    cell->reference.u32 = number;
    return true;
}

bool netdiag_snmp_set_counter64(struct snmp_node_instance *cell, uint64_t number)
{
    cell->reference.u64 = number;
    return true;
}

bool netdiag_snmp_set_truth(struct snmp_node_instance *cell, bool is_true)
{
    return netdiag_snmp_set_integer(cell, is_true ? TRUTH_TRUE : TRUTH_FALSE);
}

bool netdiag_snmp_set_ticks(struct snmp_node_instance *cell, uint64_t time_ms)
{
    return netdiag_snmp_set_unsigned(cell, (uint32_t)(time_ms / 10));
}

bool netdiag_snmp_set_bytes(struct snmp_node_instance *cell, const void *bytes, size_t size)
{
    cell->reference.const_ptr = bytes;
    cell->reference_len = (u32_t)size;
    return true;
}

bool netdiag_snmp_set_text(struct snmp_node_instance *cell, const char *text)
{
    return netdiag_snmp_set_bytes(cell, text, strlen(text));
}
