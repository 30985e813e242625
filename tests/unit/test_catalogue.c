/*
 * The catalogue: every template names only what its finding has, comes out whole whatever is
 * missing, and fits; the words of the knowledge that it must carry are in it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cli/catalogue.h"
#include "tests/unit/findings_def.h"

static char buffer[2000];

/* ---- templates ---- */

static const char *put(const char *pattern, const struct netdiag_evidence *rows, size_t count,
                       bool *is_whole)
{
    const struct netdiag_facts facts = {
        .rows = rows,
        .count = count,
        .texts = &netdiag_finding_catalogue(NETDIAG_LANGUAGE_ENGLISH)->facts};
    struct netdiag_text text;

    netdiag_text_start(&text, buffer, sizeof buffer);
    *is_whole = netdiag_template_put(&text, pattern, &facts);
    return buffer;
}

static void assert_put(const char *pattern, const struct netdiag_evidence *fact,
                       const char *expected)
{
    bool is_whole;

    assert_string_equal(put(pattern, fact, 1, &is_whole), expected);
    assert_true(is_whole);
}

static void fact_each_kind_has_its_form(void **state)
{
    struct netdiag_evidence fact = {.key = "a", .number = 5};

    (void)state;
    assert_put("<{a}>", &fact, "<5>");
    fact.kind = NETDIAG_EVIDENCE_BOUNDED;
    assert_put("<{a}>", &fact, "<5>");
    fact.is_more = true;
    assert_put("<{a}>", &fact, "<more than 5>");
    fact.kind = NETDIAG_EVIDENCE_PERCENT;
    assert_put("<{a}>", &fact, "<5%>");
    fact.kind = NETDIAG_EVIDENCE_PERMILLE;
    assert_put("<{a}>", &fact, "<0.5%>");
    fact.number = 1000;
    assert_put("<{a}>", &fact, "<100.0%>");
    fact.kind = NETDIAG_EVIDENCE_PORT;
    assert_put("<{a}>", &fact, "<1000>");
    fact.kind = NETDIAG_EVIDENCE_ID;
    assert_put("<{a}>", &fact, "<000003e8>");
    fact.kind = NETDIAG_EVIDENCE_ADDRESS;
    fact.address = (struct netdiag_address){.family = NETDIAG_FAMILY_IPV4, .bytes = {10, 0, 0, 9}};
    assert_put("<{a}>", &fact, "<10.0.0.9>");
    fact.kind = NETDIAG_EVIDENCE_TEXT;
    fact.text = "a\x1b[2J b"; /* no name drives a terminal */
    assert_put("<{a}>", &fact, "<a?[2J b>");
    fact.kind = NETDIAG_EVIDENCE_WORD;
    fact.text = "noRoute";
    assert_put("<{a}>", &fact, "<no route>");
    fact.text = "finWait2";
    assert_put("<{a}>", &fact, "<FIN-WAIT-2>");
    fact.text = "somethingNew";
    assert_put("<{a}>", &fact, "<somethingNew>");
}

static void fact_durations_have_their_two_largest_units(void **state)
{
    static const struct {
        uint64_t ms;
        const char *past, *to_come;
    } rows[] = {
        {0, "less than 1 s", "0 s"},
        {999, "less than 1 s", "1 s"},
        {1000, "1 s", "1 s"},
        {1001, "1 s", "2 s"},
        {59999, "59 s", "1 min"},
        {125000, "2 min 5 s", "2 min 5 s"},
        {3600000, "1 h", "1 h"},
        {3605000, "1 h", "1 h"},
        {7500000, "2 h 5 min", "2 h 5 min"},
        {90000000, "1 d 1 h", "1 d 1 h"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct netdiag_evidence fact = {
            .key = "oldestMs", .kind = NETDIAG_EVIDENCE_MS, .number = rows[i].ms};

        assert_put("{oldestMs}", &fact, rows[i].past);
        fact.key = "freeMs";
        assert_put("{freeMs}", &fact, rows[i].to_come);
    }
}

static void template_choices_follow_the_number(void **state)
{
    struct netdiag_evidence fact = {.key = "a", .number = 1};

    (void)state;
    assert_put("{a} {a:port is|ports are} open", &fact, "1 port is open");
    assert_put("x{a:|; # in all}", &fact, "x");
    fact.number = 0;
    assert_put("{a} {a:port is|ports are} open", &fact, "0 ports are open");
    fact.number = 2;
    assert_put("x{a:|; # in all}", &fact, "x; 2 in all");
    fact = (struct netdiag_evidence){
        .key = "a", .kind = NETDIAG_EVIDENCE_BOUNDED, .number = 1, .is_more = true};
    assert_put("{a} {a:port|ports}", &fact, "more than 1 ports");
}

static void template_parts_that_lack_something_are_left_out(void **state)
{
    struct netdiag_evidence fact = {.key = "a", .number = 0};
    bool is_whole;

    (void)state;
    assert_put("x[ of {a}]y", &fact, "xy");
    assert_put("x[ of {b}]y[ {a:one|many}]", &fact, "xy");
    fact.number = 3;
    assert_put("x[ of {a}]y", &fact, "x of 3y");
    assert_put("x[ of {a} and {b}]y", &fact, "xy");
    fact.kind = NETDIAG_EVIDENCE_MS;
    fact.number = 0;
    assert_put("x[ of {a}]y", &fact, "x of less than 1 sy"); /* a time of 0 is a time */
    fact.kind = NETDIAG_EVIDENCE_TEXT;
    fact.text = "";
    assert_put("x[ of {a}]y", &fact, "xy");
    assert_string_equal(put("x {a} y", &fact, 1, &is_whole), "x ? y");
    assert_false(is_whole);
}

static void template_that_does_not_close_is_told(void **state)
{
    const struct netdiag_evidence fact = {.key = "a", .number = 1};
    bool is_whole;

    (void)state;
    put("x {a", &fact, 1, &is_whole);
    assert_false(is_whole);
    put("x [{a}", &fact, 1, &is_whole);
    assert_false(is_whole);
    put("x {a:one}", &fact, 1, &is_whole);
    assert_false(is_whole);
}

/* ---- every template of the catalogue ---- */

typedef void check_pattern(enum netdiag_tcp_code code, unsigned variant, const char *pattern);

static void each_of(enum netdiag_tcp_code code, unsigned variant, check_pattern *check)
{
    const struct netdiag_finding_texts *texts =
        netdiag_catalogue_finding(NETDIAG_LANGUAGE_ENGLISH, code, variant);
    const char *const *next = netdiag_catalogue_next(code, variant);

    check(code, variant, texts->sentence);
    for (const char *const *cause = texts->causes; *cause != NULL; cause++)
        check(code, variant, *cause);
    for (; *next != NULL; next++)
        check(code, variant, *next);
}

static void each_template(check_pattern *check)
{
    for (unsigned code = 0; code < NETDIAG_TCP_FINDINGS; code++) {
        unsigned variants = def_variants((enum netdiag_tcp_code)code);

        assert_true(variants > 0);
        for (unsigned variant = 0; variant < variants; variant++)
            each_of((enum netdiag_tcp_code)code, variant, check);
    }
}

/* A key outside of brackets must always be there; in a command it may be missing. */
static void check_keys(enum netdiag_tcp_code code, unsigned variant, const char *pattern)
{
    const char *sentence =
        netdiag_catalogue_finding(NETDIAG_LANGUAGE_ENGLISH, code, variant)->sentence;
    bool in_brackets = false;

    for (const char *at = pattern; *at != '\0'; at++) {
        size_t size = strcspn(at + 1, ":}");
        const struct def_key *key;

        if (*at == '[' || *at == ']') {
            assert_true(in_brackets == (*at == ']'));
            in_brackets = *at == '[';
        }
        assert_int_not_equal(*at, '}'); /* one that nothing opened: others are passed below */
        if (*at != '{')
            continue;
        key = def_key_find(code, at + 1, size);
        if (key == NULL)
            fail_msg("%s: %.*s is none of its keys", def_findings()[code].code, (int)size, at + 1);
        if (key->may_be_missing && !in_brackets && pattern == sentence)
            fail_msg("%s: %s may be missing", def_findings()[code].code, key->name);
        at += 1 + size;
        if (*at == ':') {
            const char *bar = at + strcspn(at, "|{}[]");

            assert_int_equal(*bar, '|');
            at = bar + 1 + strcspn(bar + 1, "|{}[]");
        }
        assert_int_equal(*at, '}');
    }
    assert_false(in_brackets);
}

static void templates_parse_and_name_keys_of_their_finding(void **state)
{
    (void)state;
    each_template(check_keys);
}

static void check_text(enum netdiag_tcp_code code, unsigned variant, const char *pattern,
                       enum def_fill fill)
{
    struct netdiag_tcp_finding finding;
    char bytes[NETDIAG_SENTENCE_SIZE];
    struct netdiag_text text;
    bool is_whole;

    def_make(code, variant, fill, &finding);
    netdiag_text_start(&text, bytes, sizeof bytes);
    is_whole = netdiag_catalogue_put(&text, NETDIAG_LANGUAGE_ENGLISH, pattern, &finding);
    assert_false(text.cut);
    if (fill == DEF_FILL_ALL || fill == DEF_FILL_LONGEST)
        assert_true(is_whole);
    if (!is_whole)
        return; /* a command that is not shown */
    if (strpbrk(bytes, "{}[]") != NULL || strstr(bytes, "  ") != NULL || strchr(bytes, '?') != NULL)
        fail_msg("%s: %s", def_findings()[code].code, bytes);
    /* What a line of JSON holds with the default bound, so that no string is cut. */
    if (fill == DEF_FILL_LONGEST && text.length > 500)
        fail_msg("%s: %zu bytes: %s", def_findings()[code].code, text.length, bytes);
}

static void check_all_texts(enum netdiag_tcp_code code, unsigned variant, const char *pattern)
{
    for (unsigned fill = DEF_FILL_ALL; fill <= DEF_FILL_LONGEST; fill++)
        check_text(code, variant, pattern, (enum def_fill)fill);
}

static void templates_come_out_whole_whatever_is_missing(void **state)
{
    (void)state;
    each_template(check_all_texts);
}

static void sentences_end_and_are_whole_without_what_may_be_missing(void **state)
{
    (void)state;
    for (unsigned code = 0; code < NETDIAG_TCP_FINDINGS; code++) {
        for (unsigned variant = 0; variant < def_variants((enum netdiag_tcp_code)code); variant++) {
            struct netdiag_tcp_finding finding;
            struct netdiag_text text;

            def_make((enum netdiag_tcp_code)code, variant, DEF_FILL_LEAST, &finding);
            netdiag_text_start(&text, buffer, sizeof buffer);
            netdiag_catalogue_sentence(&text, NETDIAG_LANGUAGE_ENGLISH, &finding);
            assert_null(strchr(buffer, '?'));
            assert_true(text.length > 20);
            assert_int_equal(buffer[text.length - 1], '.');
        }
    }
}

static void variants_are_those_of_the_rules(void **state)
{
    static const struct {
        enum netdiag_tcp_code code;
        unsigned variants;
    } rows[] = {
        {NETDIAG_TCP_FINDING_SYN_FLOOD, NETDIAG_TCP_SYN_FLOOD_FEW + 1},
        {NETDIAG_TCP_FINDING_SYN_SENT_ONE_TARGET, 4}, /* enum netdiag_reach */
        {NETDIAG_TCP_FINDING_SYN_SENT_SCAN, NETDIAG_TCP_SCAN_PORTS + 1},
        {NETDIAG_TCP_FINDING_UNKNOWN_LISTENER, NETDIAG_TCP_UNKNOWN_ALL + 1},
        {NETDIAG_TCP_FINDING_STALE_ESTABLISHED, NETDIAG_TCP_STALE_AFTER_FIN + 1},
        {NETDIAG_TCP_FINDING_FIN_WAIT_STUCK, NETDIAG_TCP_FIN_WAIT_OPEN + 1},
        {NETDIAG_TCP_FINDING_TIME_WAIT_PILE, NETDIAG_TCP_TIME_WAIT_LARGE + 1},
        {NETDIAG_TCP_FINDING_BIND_BLOCKED, NETDIAG_TCP_BIND_OPEN + 1},
        {NETDIAG_TCP_FINDING_POOL_EXHAUSTION, NETDIAG_TCP_POOL_REFUSED + 1},
        {NETDIAG_TCP_FINDING_RETRANSMISSION_RISE, NETDIAG_TCP_LEVEL + 1},
        {NETDIAG_TCP_FINDING_RESET_RISE, NETDIAG_TCP_LEVEL + 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(def_variants(rows[i].code), rows[i].variants);
    /* A variant or a code that there is not is no reason to crash. */
    assert_ptr_equal(
        netdiag_catalogue_finding(NETDIAG_LANGUAGE_ENGLISH, NETDIAG_TCP_FINDING_SYN_FLOOD, 77),
        netdiag_catalogue_finding(NETDIAG_LANGUAGE_ENGLISH, NETDIAG_TCP_FINDING_SYN_FLOOD, 0));
    assert_string_equal(netdiag_catalogue_finding(NETDIAG_LANGUAGE_ENGLISH,
                                                  (enum netdiag_tcp_code)NETDIAG_TCP_FINDINGS, 0)
                            ->sentence,
                        "");
    assert_null(netdiag_catalogue_next((enum netdiag_tcp_code)NETDIAG_TCP_FINDINGS, 0)[0]);
}

static void labels_are_there_for_every_key(void **state)
{
    const struct netdiag_label *labels =
        netdiag_finding_catalogue(NETDIAG_LANGUAGE_ENGLISH)->labels;
    size_t used = 0;

    (void)state;
    for (const struct netdiag_label *label = labels; label->key != NULL; label++) {
        bool found = false;

        for (unsigned code = 0; code < NETDIAG_TCP_FINDINGS && !found; code++)
            found = def_key_find((enum netdiag_tcp_code)code, label->key, strlen(label->key));
        if (!found)
            fail_msg("%s is a key of no finding", label->key);
        used++;
    }
    assert_true(used > 50);
    for (unsigned code = 0; code < NETDIAG_TCP_FINDINGS; code++) {
        const struct def_finding *finding = &def_findings()[code];

        for (size_t i = 0; i < finding->count; i++) {
            const struct netdiag_label *label = labels;

            while (label->key != NULL && strcmp(label->key, finding->keys[i].name) != 0)
                label++;
            if (label->key == NULL)
                fail_msg("%s: %s has no label", finding->code, finding->keys[i].name);
        }
    }
}

/* ---- the knowledge ---- */

/* Every text of a state, one after the other. */
static const char *all_of_state(enum netdiag_tcp_state state)
{
    const struct netdiag_state_texts *texts =
        netdiag_catalogue_state(NETDIAG_LANGUAGE_ENGLISH, state);
    struct netdiag_text text;

    netdiag_text_start(&text, buffer, sizeof buffer);
    netdiag_text_string(&text, texts->means);
    netdiag_text_char(&text, '\n');
    netdiag_text_string(&text, texts->normal);
    for (const char *const *suspect = texts->suspect; *suspect != NULL; suspect++) {
        netdiag_text_char(&text, '\n');
        netdiag_text_string(&text, *suspect);
        assert_true(strlen(*suspect) < 480);
    }
    assert_false(text.cut);
    return buffer;
}

static void states_carry_what_operators_know(void **state)
{
    static const struct {
        enum netdiag_tcp_state state;
        const char *words;
    } rows[] = {
        {NETDIAG_TCP_LISTEN, "Which program opened it?"},
        {NETDIAG_TCP_LISTEN, "backdoor"},
        {NETDIAG_TCP_LISTEN, "stop the service, and the port is closed"},
        {NETDIAG_TCP_SYN_SENT, "called connect"},
        {NETDIAG_TCP_SYN_SENT, "rarely seen"},
        {NETDIAG_TCP_SYN_SENT, "to one target"},
        {NETDIAG_TCP_SYN_SENT, "scans a segment"},
        {NETDIAG_TCP_SYN_SENT, "worm"},
        {NETDIAG_TCP_SYN_RECEIVED, "SYN flood"},
        {NETDIAG_TCP_SYN_RECEIVED, "third step"},
        {NETDIAG_TCP_SYN_RECEIVED, "30 s to 2 min"},
        {NETDIAG_TCP_SYN_RECEIVED, "20 s and has no SYN cookies"},
        {NETDIAG_TCP_SYN_RECEIVED, "stops answering normal clients"},
        {NETDIAG_TCP_ESTABLISHED, "which program"},
        {NETDIAG_TCP_ESTABLISHED, "without a FIN"},
        {NETDIAG_TCP_ESTABLISHED, "pile up until new clients cannot connect"},
        {NETDIAG_TCP_ESTABLISHED, "goes to CLOSE-WAIT"},
        {NETDIAG_TCP_ESTABLISHED, "client that reconnects over and over"},
        {NETDIAG_TCP_ESTABLISHED, "never accepts"},
        {NETDIAG_TCP_FIN_WAIT_1, "closed first"},
        {NETDIAG_TCP_FIN_WAIT_1, "path to it is gone"},
        {NETDIAG_TCP_FIN_WAIT_2, "half closed, we can receive and no longer send"},
        {NETDIAG_TCP_FIN_WAIT_2, "until its application decides"},
        {NETDIAG_TCP_FIN_WAIT_2, "CLOSE-WAIT"},
        {NETDIAG_TCP_FIN_WAIT_2, "without a word to the peer"},
        {NETDIAG_TCP_CLOSE_WAIT, "application must close"},
        {NETDIAG_TCP_CLOSE_WAIT, "leak in the code of the owner"},
        {NETDIAG_TCP_CLOSING, "Both sides closed at once"},
        {NETDIAG_TCP_CLOSING, "ACK is lost"},
        {NETDIAG_TCP_LAST_ACK, "closed after the peer"},
        {NETDIAG_TCP_LAST_ACK, "path to it is gone"},
        {NETDIAG_TCP_TIME_WAIT, "2MSL, so that a lost last ACK can be repeated"},
        {NETDIAG_TCP_TIME_WAIT, "follows each active close"},
        {NETDIAG_TCP_TIME_WAIT, "\"address in use\""},
        {NETDIAG_TCP_TIME_WAIT, "quiet time"},
        {NETDIAG_TCP_TIME_WAIT, "holds a PCB"},
        {NETDIAG_TCP_TIME_WAIT, "let the client close first"},
        {NETDIAG_TCP_TIME_WAIT, "SO_REUSE=1"},
        {NETDIAG_TCP_TIME_WAIT, "SOF_REUSEADDR on the listener before it binds"},
        {NETDIAG_TCP_CLOSED, "No connection"},
        {NETDIAG_TCP_CLOSED, "neither listens nor is connected"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *text = all_of_state(rows[i].state);

        if (strstr(text, rows[i].words) == NULL)
            fail_msg("%s: %s", rows[i].words, text);
    }
}

static void states_each_has_its_texts(void **state)
{
    (void)state;
    for (unsigned i = NETDIAG_TCP_STATE_FIRST; i <= NETDIAG_TCP_STATE_LAST; i++) {
        const struct netdiag_state_texts *texts =
            netdiag_catalogue_state(NETDIAG_LANGUAGE_ENGLISH, (enum netdiag_tcp_state)i);

        assert_true(strlen(texts->brief) > 0 && strlen(texts->brief) <= 28);
        assert_true(strlen(texts->means) > 0 && strlen(texts->normal) > 0);
        assert_non_null(texts->suspect[0]);
        assert_non_null(netdiag_catalogue_state_next((enum netdiag_tcp_state)i)[0]);
    }
    assert_string_equal(
        netdiag_catalogue_state(NETDIAG_LANGUAGE_ENGLISH, (enum netdiag_tcp_state)12)->means, "");
    assert_null(netdiag_catalogue_state_next((enum netdiag_tcp_state)0)[0]);
}

static void phrases_are_all_there(void **state)
{
    (void)state;
    for (unsigned language = 0; language < NETDIAG_LANGUAGES; language++) {
        const struct netdiag_catalogue *catalogue =
            netdiag_catalogue((enum netdiag_language)language);

        for (unsigned i = 0; i < NETDIAG_PHRASES; i++)
            assert_non_null(catalogue->phrases[i]);
    }
    assert_ptr_equal(netdiag_catalogue((enum netdiag_language)NETDIAG_LANGUAGES),
                     netdiag_catalogue(NETDIAG_LANGUAGE_ENGLISH));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fact_each_kind_has_its_form),
        cmocka_unit_test(fact_durations_have_their_two_largest_units),
        cmocka_unit_test(template_choices_follow_the_number),
        cmocka_unit_test(template_parts_that_lack_something_are_left_out),
        cmocka_unit_test(template_that_does_not_close_is_told),
        cmocka_unit_test(templates_parse_and_name_keys_of_their_finding),
        cmocka_unit_test(templates_come_out_whole_whatever_is_missing),
        cmocka_unit_test(sentences_end_and_are_whole_without_what_may_be_missing),
        cmocka_unit_test(variants_are_those_of_the_rules),
        cmocka_unit_test(labels_are_there_for_every_key),
        cmocka_unit_test(states_carry_what_operators_know),
        cmocka_unit_test(states_each_has_its_texts),
        cmocka_unit_test(phrases_are_all_there),
    };

    return cmocka_run_group_tests_name("catalogue", tests, NULL, NULL);
}
