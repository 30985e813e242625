#include "cli/template.h"

#include <string.h>

#include "cli/name.h"
#include "cli/utf8.h"

/* ---- facts ---- */

const char *netdiag_label_text(const struct netdiag_label *labels, const char *key)
{
    for (; labels->key != NULL; labels++) {
        if (strcmp(labels->key, key) == 0)
            return labels->text;
    }
    return key;
}

bool netdiag_fact_known(const struct netdiag_evidence *fact)
{
    if (fact == NULL)
        return false;
    if (fact->kind == NETDIAG_EVIDENCE_TEXT || fact->kind == NETDIAG_EVIDENCE_WORD)
        return fact->text != NULL && fact->text[0] != '\0';
    return true;
}

/* What is still to come is rounded up: it has happened by then. What has passed is cut. */
static bool is_to_come(const char *key)
{
    return strcmp(key, "freeMs") == 0 || strcmp(key, "lastMs") == 0;
}

/* The two largest units: "3 h 5 min", "2 min 5 s", "12 s". */
static void put_duration(struct netdiag_text *text, uint64_t seconds, const char *const units[4])
{
    const uint64_t sizes[] = {86400, 3600, 60, 1};
    size_t i = 0;

    while (i < 3 && seconds < sizes[i])
        i++;
    netdiag_text_number(text, seconds / sizes[i]);
    netdiag_text_string(text, units[i]);
    seconds %= sizes[i];
    if (i == 3 || seconds / sizes[i + 1] == 0)
        return;
    netdiag_text_char(text, ' ');
    netdiag_text_number(text, seconds / sizes[i + 1]);
    netdiag_text_string(text, units[i + 1]);
}

static void put_ms(struct netdiag_text *text, const struct netdiag_evidence *fact,
                   const struct netdiag_fact_texts *texts)
{
    if (is_to_come(fact->key))
        put_duration(text, fact->number / 1000 + (fact->number % 1000 > 0), texts->units);
    else if (fact->number < 1000)
        netdiag_text_string(text, texts->less_than_a_second);
    else
        put_duration(text, fact->number / 1000, texts->units);
}

/* A state by its RFC 9293 name, another word by the catalogue's. */
static void put_word(struct netdiag_text *text, const char *word,
                     const struct netdiag_fact_texts *texts)
{
    for (unsigned i = NETDIAG_TCP_STATE_FIRST; i <= NETDIAG_TCP_STATE_LAST; i++) {
        if (strcmp(word, netdiag_tcp_state_key((enum netdiag_tcp_state)i)) == 0) {
            netdiag_text_string(text, netdiag_tcp_state_name((enum netdiag_tcp_state)i));
            return;
        }
    }
    netdiag_output_name(text, netdiag_label_text(texts->words, word), 0);
}

void netdiag_fact_put(struct netdiag_text *text, const struct netdiag_evidence *fact,
                      const struct netdiag_fact_texts *texts)
{
    char address[NETDIAG_ADDRESS_TEXT];

    switch (fact->kind) {
    case NETDIAG_EVIDENCE_BOUNDED:
        if (fact->is_more)
            netdiag_text_string(text, texts->more_than);
        netdiag_text_number(text, fact->number);
        return;
    case NETDIAG_EVIDENCE_COUNT:
    case NETDIAG_EVIDENCE_PORT:
        netdiag_text_number(text, fact->number);
        return;
    case NETDIAG_EVIDENCE_PERCENT:
        netdiag_text_number(text, fact->number);
        netdiag_text_char(text, '%');
        return;
    case NETDIAG_EVIDENCE_PERMILLE:
        netdiag_text_fixed(text, fact->number, 1);
        netdiag_text_char(text, '%');
        return;
    case NETDIAG_EVIDENCE_MS:
        put_ms(text, fact, texts);
        return;
    case NETDIAG_EVIDENCE_ADDRESS:
        netdiag_text_string(text, netdiag_address_text(&fact->address, address, sizeof address));
        return;
    case NETDIAG_EVIDENCE_ID:
        netdiag_text_hex(text, (uint32_t)fact->number, 8);
        return;
    case NETDIAG_EVIDENCE_TEXT:
        if (netdiag_fact_known(fact))
            netdiag_output_name(text, fact->text, 0);
        return;
    case NETDIAG_EVIDENCE_WORD:
        if (netdiag_fact_known(fact))
            put_word(text, fact->text, texts);
        return;
    }
}

/* ---- templates ---- */

static const struct netdiag_evidence *find(const struct netdiag_facts *facts, const char *key,
                                           size_t size)
{
    for (size_t i = 0; i < facts->count; i++) {
        if (strlen(facts->rows[i].key) == size && memcmp(facts->rows[i].key, key, size) == 0)
            return netdiag_fact_known(&facts->rows[i]) ? &facts->rows[i] : NULL;
    }
    return NULL;
}

/* What stands between two braces. */
struct place {
    const char *key;
    size_t size;
    const char *one; /* NULL: no choice of words */
    size_t one_size;
    const char *many;
    size_t many_size;
};

/* Takes what begins with the '{' at `at`. Returns what follows its '}', NULL if it has none. */
static const char *take_place(const char *at, struct place *place)
{
    const char *end = strchr(at, '}');
    const char *colon, *bar;

    if (end == NULL)
        return NULL;
    memset(place, 0, sizeof *place);
    place->key = at + 1;
    place->size = (size_t)(end - place->key);
    colon = memchr(place->key, ':', place->size);
    if (colon == NULL)
        return end + 1;
    bar = memchr(colon, '|', (size_t)(end - colon));
    if (bar == NULL)
        return NULL;
    place->size = (size_t)(colon - place->key);
    place->one = colon + 1;
    place->one_size = (size_t)(bar - place->one);
    place->many = bar + 1;
    place->many_size = (size_t)(end - place->many);
    return end + 1;
}

static bool is_wide_at(const char *bytes, size_t size)
{
    uint32_t code;

    return netdiag_utf8_decode(bytes, size, &code) > 0 && netdiag_utf8_width(code) == 2;
}

static bool ends_wide(const char *bytes, size_t size)
{
    uint32_t code;

    return netdiag_utf8_last(bytes, size, &code) > 0 && netdiag_utf8_width(code) == 2;
}

/*
 * A template of Chinese has a blank beside a fact, as beside a number or a word of Latin. The fact
 * may begin with Chinese, "more than 5"; between the two stands no blank.
 */
static void close_up(struct netdiag_text *text, size_t begin)
{
    if (begin == 0 || text->bytes[begin - 1] != ' ' || !ends_wide(text->bytes, begin - 1) ||
        !is_wide_at(text->bytes + begin, text->length - begin))
        return;
    memmove(text->bytes + begin - 1, text->bytes + begin, text->length - begin + 1);
    text->length--;
}

static void put_fact(struct netdiag_text *text, const struct netdiag_evidence *fact,
                     const struct netdiag_fact_texts *texts)
{
    size_t begin = text->length;

    netdiag_fact_put(text, fact, texts);
    close_up(text, begin);
}

/* The same where the fact ends with Chinese, "5 seconds", or is left out. */
static bool is_superfluous(const struct netdiag_text *text, const char *pattern)
{
    return *pattern == ' ' && is_wide_at(pattern + 1, strlen(pattern + 1)) &&
           ends_wide(text->bytes, text->length);
}

static void put_choice(struct netdiag_text *text, const char *bytes, size_t size,
                       const struct netdiag_evidence *fact, const struct netdiag_fact_texts *texts)
{
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] == '#')
            netdiag_fact_put(text, fact, texts);
        else
            netdiag_text_char(text, bytes[i]);
    }
}

static bool put_place(struct netdiag_text *text, const struct place *place,
                      const struct netdiag_facts *facts)
{
    const struct netdiag_evidence *fact = find(facts, place->key, place->size);

    if (fact == NULL)
        netdiag_text_char(text, '?');
    else if (place->one == NULL)
        put_fact(text, fact, facts->texts);
    else if (fact->number == 1 && !fact->is_more)
        put_choice(text, place->one, place->one_size, fact, facts->texts);
    else
        put_choice(text, place->many, place->many_size, fact, facts->texts);
    return fact != NULL;
}

static bool is_number(const struct netdiag_evidence *fact)
{
    switch (fact->kind) {
    case NETDIAG_EVIDENCE_COUNT:
    case NETDIAG_EVIDENCE_BOUNDED:
    case NETDIAG_EVIDENCE_PERCENT:
    case NETDIAG_EVIDENCE_PERMILLE:
        return true;
    case NETDIAG_EVIDENCE_MS:
    case NETDIAG_EVIDENCE_PORT:
    case NETDIAG_EVIDENCE_ADDRESS:
    case NETDIAG_EVIDENCE_ID:
    case NETDIAG_EVIDENCE_TEXT:
    case NETDIAG_EVIDENCE_WORD:
        break;
    }
    return false;
}

/* Whether what stands from `at` to `end`, a part in brackets, has all that it needs. */
static bool has_all(const char *at, const char *end, const struct netdiag_facts *facts)
{
    while (at != NULL && at < end) {
        const struct netdiag_evidence *fact;
        struct place place;

        if (*at != '{') {
            at++;
            continue;
        }
        at = take_place(at, &place);
        fact = at != NULL ? find(facts, place.key, place.size) : NULL;
        if (fact == NULL || (is_number(fact) && fact->number == 0 && !fact->is_more))
            return false;
    }
    return true;
}

bool netdiag_template_put(struct netdiag_text *text, const char *pattern,
                          const struct netdiag_facts *facts)
{
    bool is_whole = true;

    while (*pattern != '\0') {
        struct place place;

        if (*pattern == '[') {
            const char *end = strchr(pattern, ']');

            if (end == NULL)
                return false;
            pattern = has_all(pattern, end, facts) ? pattern + 1 : end + 1;
        } else if (*pattern == ']') {
            pattern++;
        } else if (*pattern == '{') {
            pattern = take_place(pattern, &place);
            if (pattern == NULL)
                return false;
            is_whole = put_place(text, &place, facts) && is_whole;
        } else {
            if (!is_superfluous(text, pattern))
                netdiag_text_char(text, *pattern);
            pattern++;
        }
    }
    return is_whole;
}
