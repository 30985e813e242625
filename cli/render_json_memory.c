/*
 * Pools of memory as JSON.
 */
#include "cli/render.h"

void netdiag_json_memory_pools(struct netdiag_output *output,
                               const struct netdiag_memory_pools *pools)
{
    struct netdiag_json *json = &output->json;

    netdiag_json_key(json, "pools");
    netdiag_json_array(json);
    for (size_t i = 0; i < pools->count; i++) {
        const struct netdiag_memory_pool *pool = &pools->rows[i];

        netdiag_json_newline(json);
        netdiag_json_object(json);
        netdiag_json_member_string(json, "name", true, pool->name);
        netdiag_json_key(json, "heap");
        netdiag_json_bool(json, pool->is_heap);
        netdiag_json_member_unsigned(json, "size", true, pool->size);
        netdiag_json_member_unsigned(json, "capacity", true, pool->capacity);
        netdiag_json_member_unsigned(json, "used", true, pool->used);
        netdiag_json_member_unsigned(json, "peak", true, pool->peak);
        netdiag_json_member_unsigned(json, "refused", true, pool->refused);
        netdiag_json_object_end(json);
    }
    netdiag_json_array_end(json);
    netdiag_json_newline(json);
    netdiag_json_member_unsigned(json, "total", true, pools->total);
    netdiag_json_member_unsigned(json, "shown", true, pools->count);
}
