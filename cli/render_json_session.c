/*
 * The clock and the sessions as JSON. What is not known is null.
 */
#include "cli/render.h"
#include "cli/session.h"

void netdiag_json_clock(struct netdiag_output *output, const struct netdiag_head *head)
{
    netdiag_json_key(&output->json, "wallMs"); /* the rest stands at the head of every answer */
    netdiag_json_signed(&output->json, head->time.wall_ms);
}

void netdiag_json_users_begin(struct netdiag_output *output)
{
    netdiag_json_key(&output->json, "users");
    netdiag_json_array(&output->json);
}

static void member(struct netdiag_json *json, const char *key, const char *string)
{
    netdiag_json_key(json, key);
    if (*string != '\0')
        netdiag_json_string(json, string);
    else
        netdiag_json_null(json);
}

void netdiag_json_user(struct netdiag_output *output, const struct netdiag_session_row *row)
{
    struct netdiag_json *json = &output->json;

    netdiag_json_newline(json);
    netdiag_json_object(json);
    netdiag_json_key(json, "line");
    netdiag_json_unsigned(json, row->line);
    netdiag_json_key(json, "self");
    netdiag_json_bool(json, row->self);
    member(json, "door", row->door);
    member(json, "user", row->user);
    netdiag_json_key(json, "idleS");
    netdiag_json_unsigned(json, row->idle_s);
    member(json, "from", row->from);
    netdiag_json_object_end(json);
}

void netdiag_json_users_end(struct netdiag_output *output)
{
    netdiag_json_array_end(&output->json);
}
