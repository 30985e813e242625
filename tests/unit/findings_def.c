#include "tests/unit/findings_def.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/catalogue.h"
#include "netdiag/series.h"

#define DEF "include/netdiag/tcp_findings.def"

const struct netdiag_diagnosis_looked def_looked = {.has_connections = true,
                                                    .has_listeners = true,
                                                    .has_pools = true,
                                                    .connections = 12,
                                                    .listeners = 1,
                                                    .pools = 9,
                                                    .is_watched = true,
                                                    .watched_ms = 125000};

static struct def_finding findings[NETDIAG_TCP_FINDINGS];
static size_t finding_count;

static bool kind_of(const char *word, enum netdiag_evidence_kind *kind)
{
    static const struct {
        const char *word;
        enum netdiag_evidence_kind kind;
    } kinds[] = {
        {"#", NETDIAG_EVIDENCE_COUNT},      {"#+", NETDIAG_EVIDENCE_BOUNDED},
        {"%", NETDIAG_EVIDENCE_PERCENT},    {"%%", NETDIAG_EVIDENCE_PERMILLE},
        {"ms", NETDIAG_EVIDENCE_MS},        {"port", NETDIAG_EVIDENCE_PORT},
        {"addr", NETDIAG_EVIDENCE_ADDRESS}, {"id", NETDIAG_EVIDENCE_ID},
        {"text", NETDIAG_EVIDENCE_TEXT},    {"word", NETDIAG_EVIDENCE_WORD},
    };

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kinds[i].word, word) == 0) {
            *kind = kinds[i].kind;
            return true;
        }
    }
    return false;
}

/* What is in parentheses says more of a key. */
static void drop_remarks(char *text)
{
    char *open;

    while ((open = strchr(text, '(')) != NULL) {
        char *close = strchr(open, ')');

        assert_non_null(close);
        memset(open, ' ', (size_t)(close - open) + 1);
    }
}

/* Takes a word without its stop and bracket; says whether one opens before it, closes after it. */
static char *take_word(char *word, bool *opens, bool *closes)
{
    size_t size;

    *opens = word[0] == '[';
    word += *opens;
    size = strlen(word);
    if (size > 0 && word[size - 1] == '.')
        word[--size] = '\0';
    *closes = size > 0 && word[size - 1] == ']';
    if (*closes)
        word[size - 1] = '\0';
    return word;
}

static void add_key(struct def_finding *finding, const char *name, enum netdiag_evidence_kind kind,
                    bool may_be_missing)
{
    struct def_key *key = &finding->keys[finding->count++];

    assert_true(finding->count <= NETDIAG_TCP_EVIDENCE);
    assert_true(strlen(name) < sizeof key->name);
    snprintf(key->name, sizeof key->name, "%s", name);
    key->kind = kind;
    key->may_be_missing = may_be_missing;
}

/* "port [owner text] halfOpen #": a key and then its kind; "port" alone is both. */
static void read_keys(struct def_finding *finding, char *comment)
{
    const char *name = NULL;
    bool in_brackets = false;
    char *rest = NULL;

    drop_remarks(comment);
    for (char *word = strtok_r(comment, " \n", &rest); word != NULL;
         word = strtok_r(NULL, " \n", &rest)) {
        enum netdiag_evidence_kind kind;
        bool opens, closes;

        if (strcmp(word, "Variants:") == 0)
            return;
        word = take_word(word, &opens, &closes);
        in_brackets = in_brackets || opens;
        if (word[0] == '\0') {
            in_brackets = in_brackets && !closes; /* a bracket that stood after a remark */
            continue;
        }
        if (name != NULL && kind_of(word, &kind)) {
            add_key(finding, name, kind, in_brackets);
            name = NULL;
        } else if (name == NULL && strcmp(word, "port") == 0) {
            add_key(finding, "port", NETDIAG_EVIDENCE_PORT, in_brackets);
        } else {
            if (name != NULL)
                fail_msg("%s: %s has no kind", finding->code, name);
            name = word;
        }
        in_brackets = in_brackets && !closes;
    }
    if (name != NULL)
        fail_msg("%s: %s has no kind", finding->code, name);
}

static void read_finding(char *comment, const char *row)
{
    struct def_finding *finding = &findings[finding_count++];
    const char *quote = strchr(row, '"');

    assert_true(finding_count <= NETDIAG_TCP_FINDINGS);
    assert_non_null(quote);
    snprintf(finding->code, sizeof finding->code, "%.*s", (int)strcspn(quote + 1, "\""), quote + 1);
    if (strstr(comment, "as above") != NULL) {
        assert_true(finding_count > 1);
        finding->count = finding[-1].count;
        memcpy(finding->keys, finding[-1].keys, sizeof finding->keys);
        return;
    }
    read_keys(finding, comment);
}

/* Each comment, and the row after it. The first comment is the file's. */
static void read_all(char *text)
{
    char *at = strstr(text, "*/");

    assert_non_null(at);
    at += 2;
    for (char *comment = strstr(at, "/*"); comment != NULL; comment = strstr(at, "/*")) {
        char *end = strstr(comment, "*/");
        char *row;

        assert_non_null(end);
        *end = '\0';
        row = end + 2;
        at = strstr(row, "/*");
        if (at == NULL)
            at = row + strlen(row);
        read_finding(comment + 2, row);
    }
}

const struct def_finding *def_findings(void)
{
    static char text[16384];
    FILE *file;
    size_t size;

    if (finding_count > 0)
        return findings;
    file = fopen(DEF, "r");
    if (file == NULL)
        fail_msg("%s: cannot be opened; tests run from the repository's root", DEF);
    size = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    assert_true(size < sizeof text - 1);
    read_all(text);
    assert_int_equal(finding_count, NETDIAG_TCP_FINDINGS);
    return findings;
}

const struct def_key *def_key_find(enum netdiag_tcp_code code, const char *name, size_t size)
{
    const struct def_finding *finding = &def_findings()[code];

    for (size_t i = 0; i < finding->count; i++) {
        if (strlen(finding->keys[i].name) == size && memcmp(finding->keys[i].name, name, size) == 0)
            return &finding->keys[i];
    }
    return NULL;
}

unsigned def_variants(enum netdiag_tcp_code code)
{
    const struct netdiag_finding_texts *texts =
        netdiag_finding_catalogue(NETDIAG_LANGUAGE_ENGLISH)->findings[code];
    unsigned count = 0;

    while (count < NETDIAG_VARIANTS && texts[count].sentence != NULL)
        count++;
    return count;
}

/* ---- making findings ---- */

static uint64_t number_of(enum netdiag_evidence_kind kind, enum def_fill fill, size_t place)
{
    bool is_share = kind == NETDIAG_EVIDENCE_PERCENT || kind == NETDIAG_EVIDENCE_PERMILLE;

    switch (fill) {
    case DEF_FILL_NONE:
        return 0;
    case DEF_FILL_LEAST:
        return kind == NETDIAG_EVIDENCE_MS ? 1000 : 1;
    case DEF_FILL_ALL:
        return kind == NETDIAG_EVIDENCE_MS ? 10500 * (place + 1) : place + 2;
    case DEF_FILL_LONGEST:
        break;
    }
    if (is_share)
        return 1000;
    if (kind == NETDIAG_EVIDENCE_PORT)
        return 65535;
    return kind == NETDIAG_EVIDENCE_MS ? UINT64_C(99999) * 86400000 - 1000 : UINT32_MAX;
}

static void address_of(enum def_fill fill, size_t place, struct netdiag_address *address)
{
    memset(address, 0, sizeof *address);
    address->family = fill == DEF_FILL_LONGEST ? NETDIAG_FAMILY_IPV6 : NETDIAG_FAMILY_IPV4;
    memcpy(address->bytes, (const uint8_t[]){192, 0, 2, (uint8_t)(place + 1)}, 4);
    if (fill == DEF_FILL_LONGEST)
        memset(address->bytes, 0xab, sizeof address->bytes);
}

static const char *text_of(const struct def_key *key, enum def_fill fill)
{
    static char longest[CONFIG_NETDIAG_OWNER_LENGTH + 1];

    if (key->kind == NETDIAG_EVIDENCE_WORD)
        return strcmp(key->name, "reach") == 0 ? "noRoute" : "finWait2";
    if (fill != DEF_FILL_LONGEST)
        return strcmp(key->name, "pool") == 0 ? "TCP_SEG" : "my server";
    memset(longest, 'w', sizeof longest - 1);
    return longest;
}

void def_make(enum netdiag_tcp_code code, unsigned variant, enum def_fill fill,
              struct netdiag_tcp_finding *finding)
{
    const struct def_finding *def = &def_findings()[code];
    bool is_full = fill == DEF_FILL_ALL || fill == DEF_FILL_LONGEST;

    memset(finding, 0, sizeof *finding);
    finding->code = code;
    finding->variant = variant;
    finding->state = netdiag_tcp_code_state(code);
    finding->severity = (enum netdiag_tcp_severity)((unsigned)code % 3);
    for (size_t i = 0; i < def->count; i++) {
        const struct def_key *key = &def->keys[i];
        struct netdiag_evidence *fact = &finding->evidence[finding->count];

        if (key->may_be_missing && !is_full)
            continue;
        fact->key = key->name;
        fact->kind = key->kind;
        fact->is_more = key->kind == NETDIAG_EVIDENCE_BOUNDED && is_full;
        fact->number = number_of(key->kind, fill, i);
        address_of(fill, i, &fact->address);
        fact->text = text_of(key, fill);
        finding->count++;
    }
}

bool def_has_each_next(void)
{
    return NETDIAG_TCP_METRICS == 9 || NETDIAG_TCP_METRICS == 0;
}
