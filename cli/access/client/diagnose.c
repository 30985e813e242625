/*
 * netdiag diagnose FILE: the diagnosis of a device that is elsewhere, from what its
 * `show tech-support tcp` printed. The rules and the texts are the device's own.
 *
 * A file is read whole, up to a bound, and believed in nothing: fields.c checks every value.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "cli/diagnosis.h"
#include "cli/json.h"
#include "client.h"
#include "fields.h"
#include "stats/tcp_snapshot.h"
#include "stats/tcp_thresholds.h"

#define SOURCE_COMMAND "show tech-support tcp"
#define SNAPSHOT       "snapshot"

/* ---- the file ---- */

static bool out_of_memory;

/* For jansson, which may go on with half of a string where it gets none for the rest. */
static void *allocate(size_t size)
{
    void *block = malloc(size);

    out_of_memory |= block == NULL;
    return block;
}

struct source {
    FILE *file;
    const char *name; /* for errors */
    size_t left;      /* bytes that it may still have */
    bool is_long;     /* it has more */
    int error;        /* errno of a read that failed; 0: none */
};

/* For jansson: some bytes of the file, 0 at its end. */
static size_t read_some(void *bytes, size_t size, void *ctx)
{
    struct source *source = ctx;
    size_t count = fread(bytes, 1, size < source->left ? size : source->left, source->file);

    if (count == 0 && source->left == 0)
        source->is_long = fgetc(source->file) != EOF;
    if (ferror(source->file))
        source->error = errno;
    source->left -= count;
    return count;
}

static void refuse(const char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void refuse(const char *name, const char *format, ...)
{
    va_list arguments;

    fprintf(stderr, "netdiag: %s: ", name);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

static void refuse_unread(const struct source *source, const json_error_t *error)
{
    char words[JSON_ERROR_TEXT_LENGTH];

    client_problem_quote(words, sizeof words, error->text);
    if (out_of_memory)
        refuse(source->name, "cannot be read: no memory left");
    else if (source->error != 0)
        refuse(source->name, "cannot be read: %s", strerror(source->error));
    else if (source->is_long)
        refuse(source->name,
               "has more than the %d bytes that are read at most (CONFIG_NETDIAG_DIAGNOSE_BYTES)",
               CONFIG_NETDIAG_DIAGNOSE_BYTES);
    else if (json_error_code(error) == json_error_premature_end_of_input)
        refuse(source->name, "ends in the middle, in line %d: it is empty, or was cut short",
               error->line);
    else
        refuse(source->name, "is no JSON: line %d, column %d: %s", error->line, error->column,
               words);
}

/* The document; NULL: there is none, and it has been said why. The caller frees it. */
static json_t *load(const char *path, const char *name)
{
    struct source source = {.name = name, .left = CONFIG_NETDIAG_DIAGNOSE_BYTES};
    bool is_stdin = strcmp(path, "-") == 0;
    json_error_t error = {.line = 0};
    json_t *document;

    source.file = is_stdin ? stdin : fopen(path, "rb");
    if (source.file == NULL) {
        refuse(name, "cannot be opened: %s", strerror(errno));
        return NULL;
    }
    json_set_alloc_funcs(allocate, free);
    document =
        json_load_callback(read_some, &source, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (document == NULL || source.is_long || source.error != 0 || out_of_memory) {
        refuse_unread(&source, &error);
        json_decref(document);
        document = NULL;
    }
    if (!is_stdin)
        fclose(source.file);
    return document;
}

/* ---- the document ---- */

/* Whether it is an answer of the one command that has a snapshot, in the schema that we know. */
static bool check_head(const json_t *document, const char *name)
{
    const json_t *schema = json_object_get(document, "schema");
    const char *command = json_string_value(json_object_get(document, "command"));
    char words[48];

    if (!json_is_integer(schema) || command == NULL) {
        refuse(name, "is no answer of a netdiag: its head has no \"schema\" and \"command\"");
        return false;
    }
    if (json_integer_value(schema) != NETDIAG_JSON_SCHEMA) {
        refuse(name, "schema is %" JSON_INTEGER_FORMAT "; this netdiag, %s, reads %d",
               json_integer_value(schema), NETDIAG_VERSION, NETDIAG_JSON_SCHEMA);
        return false;
    }
    if (strcmp(command, SOURCE_COMMAND) != 0) {
        client_problem_quote(words, sizeof words, command);
        refuse(name, "command is \"%s\"; legal is the answer of " SOURCE_COMMAND, words);
        return false;
    }
    return true;
}

/* Why the device has put no snapshot there; NULL: it has not said. */
static const char *device_error(const json_t *document)
{
    const json_t *error = json_object_get(json_object_get(document, SNAPSHOT), "error");

    if (error == NULL)
        error = json_object_get(document, "error");
    return json_string_value(json_object_get(error, "text"));
}

#define DIGITS_OF(number) #number
#define DIGITS(symbol)    DIGITS_OF(symbol)

/* Another build has other bounds, and another version's snapshot has members that are not known. */
static void refuse_snapshot(const json_t *document, const char *name,
                            const struct client_problem *problem)
{
    const char *version = json_string_value(json_object_get(document, "version"));
    char words[48] = NETDIAG_VERSION;

    if (version != NULL)
        client_problem_quote(words, sizeof words, version);
    if (problem->is_bound)
        refuse(name,
               "%s; this netdiag was built with %s, %s, %s: build it with those of the device",
               problem->text, "CONFIG_NETDIAG_MEMORY_POOLS=" DIGITS(CONFIG_NETDIAG_MEMORY_POOLS),
               "CONFIG_NETDIAG_OWNER_LENGTH=" DIGITS(CONFIG_NETDIAG_OWNER_LENGTH),
               "CONFIG_NETDIAG_SYMBOL_LENGTH=" DIGITS(CONFIG_NETDIAG_SYMBOL_LENGTH));
    else if (strcmp(words, NETDIAG_VERSION) != 0)
        refuse(name, "%s (the file is of netdiag %s, this is %s)", problem->text, words,
               NETDIAG_VERSION);
    else
        refuse(name, "%s", problem->text);
}

/* No rule is made for a threshold that could not have been set: not for one that is missing. */
static bool check_thresholds(const struct netdiag_tcp_snapshot *snapshot,
                             struct client_problem *problem)
{
    for (size_t i = 0; i < NETDIAG_TCP_THRESHOLDS; i++) {
        const struct netdiag_threshold_info *info = &netdiag_threshold_infos[i];
        uint32_t value = snapshot->thresholds.value[i];

        if (value >= info->low && value <= info->high)
            continue;
        snprintf(problem->text, sizeof problem->text,
                 SNAPSHOT ".thresholds.%s is %s%" PRIu32 "; legal is a whole number from %" PRIu32
                          " to %" PRIu32,
                 info->key, value == 0 ? "missing, or " : "", value, info->low, info->high);
        return false;
    }
    return true;
}

static bool read_snapshot(const json_t *document, const char *name,
                          struct netdiag_tcp_snapshot *snapshot)
{
    json_t *given = json_object_get(document, SNAPSHOT);
    struct client_problem problem;
    char words[160];

    if (device_error(document) != NULL) {
        client_problem_quote(words, sizeof words, device_error(document));
        refuse(name, "has no snapshot: the device said: %s", words);
        return false;
    }
    if (given == NULL) {
        refuse(name, "has no member \"" SNAPSHOT "\", which is what is diagnosed");
        return false;
    }
    memset(snapshot, 0, sizeof *snapshot);
    if (client_fields_read(given, SNAPSHOT, netdiag_tcp_snapshot_fields, snapshot, &problem) &&
        check_thresholds(snapshot, &problem))
        return true;
    refuse_snapshot(document, name, &problem);
    return false;
}

/* ---- the answer ---- */

static void print_line(void *ctx, const char *line)
{
    (void)ctx;
    puts(line);
}

/* A member of the file's head, as it is there. */
static void put_member(struct netdiag_json *json, const json_t *document, const char *key)
{
    const json_t *given = json_object_get(document, key);

    netdiag_json_key(json, key);
    if (json_is_string(given))
        netdiag_json_string(json, json_string_value(given));
    else if (json_is_integer(given) && json_integer_value(given) >= 0)
        netdiag_json_unsigned(json, (uint64_t)json_integer_value(given));
    else
        netdiag_json_null(json);
}

static void print_json(const json_t *document, const struct netdiag_tcp_snapshot *snapshot)
{
    struct netdiag_json json;

    netdiag_json_start(&json, print_line, NULL);
    netdiag_json_object(&json);
    netdiag_json_key(&json, "schema");
    netdiag_json_unsigned(&json, NETDIAG_JSON_SCHEMA);
    netdiag_json_key(&json, "command");
    netdiag_json_string(&json, "netdiag diagnose");
    put_member(&json, document, "host");
    put_member(&json, document, "time");
    put_member(&json, document, "uptimeMs");
    netdiag_json_newline(&json);
    netdiag_diagnosis_json(&json, snapshot);
    netdiag_json_object_end(&json);
    netdiag_json_end(&json);
}

int client_diagnose(const char *path, enum netdiag_language language, bool as_json)
{
    static struct netdiag_tcp_snapshot snapshot;
    const struct netdiag_text_sink sink = {.line = print_line, .language = language};
    const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
    json_t *document = load(path, name);
    bool done =
        document != NULL && check_head(document, name) && read_snapshot(document, name, &snapshot);

    if (done && as_json)
        print_json(document, &snapshot);
    else if (done)
        netdiag_diagnosis_text(&sink, &snapshot);
    json_decref(document);
    return done ? 0 : STATUS_FAILED;
}
