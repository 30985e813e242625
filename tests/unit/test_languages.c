/*
 * The catalogue in Chinese beside that in English: nothing is missing, nothing is said of a key
 * that the finding lacks, everything is set as Chinese is, and stands in its columns.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cli/diagnosis.h"
#include "cli/utf8.h"
#include "tests/unit/fake_platform.h"
#include "tests/unit/findings_def.h"
#include "tests/unit/golden.h"
#include "tests/unit/written.h"

#define EN NETDIAG_LANGUAGE_ENGLISH
#define ZH NETDIAG_LANGUAGE_CHINESE

#define COLUMNS 79

static int setup(void **state)
{
    (void)state;
    fake_reset();
    fake_count_all();
    written_clear();
    return 0;
}

static const struct netdiag_text_sink sink = {.line = written_line, .language = ZH};

/* ---- how a text is set ---- */

static bool is_ideograph(uint32_t code)
{
    return code >= 0x4e00 && code <= 0x9fff;
}

static bool is_latin(uint32_t code)
{
    return (code >= '0' && code <= '9') || (code >= 'A' && code <= 'Z') ||
           (code >= 'a' && code <= 'z');
}

static bool is_wide(uint32_t code)
{
    return netdiag_utf8_width(code) == 2;
}

/* What may not stand side by side in Chinese. */
static const char *wrong_pair(uint32_t before, uint32_t code, uint32_t after)
{
    if (is_ideograph(before) && code < 0x80 && strchr(",.;:?!()\"'", (int)code) != NULL)
        return "punctuation of half width after Chinese";
    if (is_wide(before) && code == ' ' && is_wide(after))
        return "a blank within Chinese";
    if ((is_ideograph(before) && is_latin(code)) || (is_latin(before) && is_ideograph(code)))
        return "no blank between Chinese and Latin";
    if (code >= 0x80 && netdiag_utf8_width(code) != 2)
        return "a character whose width depends on the screen";
    return NULL;
}

/* A text as people see it: UTF-8, with Chinese in it, set as Chinese is. */
static void assert_chinese(const char *text)
{
    size_t size = strlen(text), ideographs = 0;
    uint32_t before = ' ', code = ' ';

    for (size_t i = 0; i <= size;) {
        uint32_t after = ' ';
        size_t length = i < size ? netdiag_utf8_decode(text + i, size - i, &after) : 1;
        const char *wrong;

        if (length == 0)
            fail_msg("no UTF-8: %s", text);
        wrong = wrong_pair(before, code, after);
        if (wrong != NULL)
            fail_msg("%s, before byte %zu: %s", wrong, i, text);
        ideographs += is_ideograph(after);
        before = code;
        code = after;
        i += length;
    }
    if (ideographs == 0)
        fail_msg("no Chinese: %s", text);
}

/* What stands between two words, in neither language. */
static bool is_punctuation(const char *text)
{
    for (size_t i = 0, size = strlen(text); i < size;) {
        uint32_t code = 0;
        size_t length = netdiag_utf8_decode(text + i, size - i, &code);

        if (length == 0 || is_ideograph(code) || is_latin(code))
            return false;
        i += length;
    }
    return true;
}

/* ---- nothing is missing ---- */

static size_t count_of(const char *const *texts)
{
    size_t count = 0;

    while (texts[count] != NULL)
        count++;
    return count;
}

/* Lists with the same keys in the same order; the labels themselves differ. */
static void assert_same_keys(const struct netdiag_label *english,
                             const struct netdiag_label *chinese)
{
    for (; english->key != NULL; english++, chinese++) {
        assert_non_null(chinese->key);
        assert_string_equal(chinese->key, english->key);
        assert_string_not_equal(chinese->text, english->text);
        assert_chinese(chinese->text);
    }
    assert_null(chinese->key);
}

static void phrases_are_all_in_chinese(void **state)
{
    const char *const *english = netdiag_catalogue(EN)->phrases;
    const char *const *chinese = netdiag_catalogue(ZH)->phrases;

    (void)state;
    assert_true(netdiag_catalogue_has(ZH));
    assert_false(netdiag_catalogue_has(NETDIAG_LANGUAGES));
    for (unsigned i = 0; i < NETDIAG_PHRASES; i++) {
        if (chinese[i] == NULL)
            fail_msg("phrase %u has no Chinese: %s", i, english[i]);
        assert_string_not_equal(chinese[i], english[i]);
        if (strchr(chinese[i], '{') == NULL && !is_punctuation(chinese[i]))
            assert_chinese(chinese[i]);
    }
}

static void states_are_all_in_chinese(void **state)
{
    (void)state;
    for (unsigned i = NETDIAG_TCP_STATE_FIRST; i <= NETDIAG_TCP_STATE_LAST; i++) {
        const struct netdiag_state_texts *english = &netdiag_catalogue(EN)->states[i];
        const struct netdiag_state_texts *chinese = &netdiag_catalogue(ZH)->states[i];

        if (chinese->brief == NULL || chinese->means == NULL || chinese->normal == NULL ||
            chinese->suspect == NULL)
            fail_msg("%s has no Chinese", netdiag_tcp_state_name((enum netdiag_tcp_state)i));
        assert_chinese(chinese->brief);
        assert_true(netdiag_utf8_columns(chinese->brief, strlen(chinese->brief)) <= 28);
        assert_chinese(chinese->means);
        assert_chinese(chinese->normal);
        assert_int_equal(count_of(chinese->suspect), count_of(english->suspect));
        for (const char *const *suspect = chinese->suspect; *suspect != NULL; suspect++)
            assert_chinese(*suspect);
    }
}

static void findings_are_all_in_chinese(void **state)
{
    (void)state;
    for (unsigned code = 0; code < NETDIAG_TCP_FINDINGS; code++) {
        for (unsigned variant = 0; variant < NETDIAG_VARIANTS; variant++) {
            const struct netdiag_finding_texts *english =
                &netdiag_finding_catalogue(EN)->findings[code][variant];
            const struct netdiag_finding_texts *chinese =
                &netdiag_finding_catalogue(ZH)->findings[code][variant];

            if ((english->sentence == NULL) != (chinese->sentence == NULL))
                fail_msg("%s, variant %u: not in both", def_findings()[code].code, variant);
            if (english->sentence == NULL)
                continue;
            if (count_of(english->causes) != count_of(chinese->causes))
                fail_msg("%s, variant %u: other causes", def_findings()[code].code, variant);
        }
    }
}

static void labels_words_and_units_are_all_in_chinese(void **state)
{
    const struct netdiag_finding_catalogue *english = netdiag_finding_catalogue(EN);
    const struct netdiag_finding_catalogue *chinese = netdiag_finding_catalogue(ZH);

    (void)state;
    assert_same_keys(english->labels, chinese->labels);
    assert_same_keys(english->facts.words, chinese->facts.words);
    assert_chinese(chinese->facts.more_than);
    assert_chinese(chinese->facts.less_than_a_second);
    for (size_t i = 0; i < 4; i++)
        assert_chinese(chinese->facts.units[i]);
    for (size_t i = 0; i < NETDIAG_SEVERITIES; i++) {
        assert_non_null(english->verdicts[i]);
        assert_non_null(english->severities[i]);
        assert_chinese(chinese->verdicts[i]);
        assert_chinese(chinese->severities[i]);
    }
}

/* ---- the same is said ---- */

struct keys {
    size_t count;
    struct {
        const char *name;
        size_t size;
        bool in_brackets;
    } key[40];
};

static void take_keys(const char *pattern, struct keys *keys)
{
    bool in_brackets = false;

    keys->count = 0;
    for (const char *at = pattern; *at != '\0'; at++) {
        if (*at == '[' || *at == ']')
            in_brackets = *at == '[';
        if (*at != '{')
            continue;
        assert_true(keys->count < 40);
        keys->key[keys->count].name = at + 1;
        keys->key[keys->count].size = strcspn(at + 1, ":}");
        keys->key[keys->count++].in_brackets = in_brackets;
    }
}

static bool has_key(const struct keys *keys, const char *name, size_t size, bool in_brackets)
{
    for (size_t i = 0; i < keys->count; i++) {
        if (keys->key[i].size == size && memcmp(keys->key[i].name, name, size) == 0 &&
            (in_brackets || !keys->key[i].in_brackets))
            return true;
    }
    return false;
}

/* Each key of one is in the other; one outside of brackets outside of them. */
static void assert_keys_among(const char *pattern, const char *other)
{
    struct keys keys, others;

    take_keys(pattern, &keys);
    take_keys(other, &others);
    for (size_t i = 0; i < keys.count; i++) {
        if (!has_key(&others, keys.key[i].name, keys.key[i].size, keys.key[i].in_brackets))
            fail_msg("{%.*s} is not in: %s", (int)keys.key[i].size, keys.key[i].name, other);
    }
}

static void assert_same_said(const char *english, const char *chinese)
{
    assert_keys_among(english, chinese);
    assert_keys_among(chinese, english);
}

static void templates_have_the_same_keys(void **state)
{
    (void)state;
    for (unsigned i = 0; i < NETDIAG_PHRASES; i++)
        assert_same_said(netdiag_catalogue(EN)->phrases[i], netdiag_catalogue(ZH)->phrases[i]);
    for (unsigned code = 0; code < NETDIAG_TCP_FINDINGS; code++) {
        for (unsigned variant = 0; variant < def_variants((enum netdiag_tcp_code)code); variant++) {
            const struct netdiag_finding_texts *english =
                netdiag_catalogue_finding(EN, (enum netdiag_tcp_code)code, variant);
            const struct netdiag_finding_texts *chinese =
                netdiag_catalogue_finding(ZH, (enum netdiag_tcp_code)code, variant);

            assert_same_said(english->sentence, chinese->sentence);
            for (size_t i = 0; english->causes[i] != NULL; i++)
                assert_same_said(english->causes[i], chinese->causes[i]);
        }
    }
}

/* ---- filled with facts ---- */

typedef void check_finding(const struct netdiag_tcp_finding *finding, enum def_fill fill);

static void each_finding(check_finding *check)
{
    for (unsigned code = 0; code < NETDIAG_TCP_FINDINGS; code++) {
        for (unsigned variant = 0; variant < def_variants((enum netdiag_tcp_code)code); variant++) {
            for (unsigned fill = DEF_FILL_ALL; fill <= DEF_FILL_LONGEST; fill++) {
                struct netdiag_tcp_finding finding;

                def_make((enum netdiag_tcp_code)code, variant, (enum def_fill)fill, &finding);
                check(&finding, (enum def_fill)fill);
            }
        }
    }
}

static void assert_whole(const char *pattern, const struct netdiag_tcp_finding *finding)
{
    char bytes[NETDIAG_SENTENCE_SIZE];
    struct netdiag_text text;

    netdiag_text_start(&text, bytes, sizeof bytes);
    assert_true(netdiag_catalogue_put(&text, ZH, pattern, finding));
    if (text.cut)
        fail_msg("does not fit: %s", bytes);
    assert_null(strpbrk(bytes, "{}[]?"));
    assert_chinese(bytes);
    assert_string_equal(bytes + text.length - strlen("。"), "。");
}

static void check_whole(const struct netdiag_tcp_finding *finding, enum def_fill fill)
{
    const struct netdiag_finding_texts *texts =
        netdiag_catalogue_finding(ZH, finding->code, finding->variant);

    (void)fill;
    assert_whole(texts->sentence, finding);
    for (const char *const *cause = texts->causes; *cause != NULL; cause++)
        assert_whole(*cause, finding);
}

static void templates_come_out_whole_and_fit(void **state)
{
    (void)state;
    each_finding(check_whole);
}

static void template_has_no_blank_within_chinese(void **state)
{
    static const struct {
        const char *pattern;
        uint64_t number;
        bool is_more;
        const char *expected;
    } rows[] = {
        {"来自 {a} 个地址", 7, false, "来自 7 个地址"},
        {"来自 {a} 个地址", 7, true, "来自超过 7 个地址"},
        {"{a} 个地址", 7, true, "超过 7 个地址"},
        {"SYN {a} x", 7, true, "SYN 超过 7 x"},
        {"端口[（{a}）] 已打开", 0, false, "端口已打开"},
        {"端口 {a}[（{a}）] 已打开", 7, false, "端口 7（7）已打开"},
    };
    struct netdiag_evidence fact = {.key = "a", .kind = NETDIAG_EVIDENCE_BOUNDED};
    const struct netdiag_facts facts = {
        .rows = &fact, .count = 1, .texts = &netdiag_finding_catalogue(ZH)->facts};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char bytes[100];
        struct netdiag_text text;

        fact.number = rows[i].number;
        fact.is_more = rows[i].is_more;
        netdiag_text_start(&text, bytes, sizeof bytes);
        assert_true(netdiag_template_put(&text, rows[i].pattern, &facts));
        assert_string_equal(bytes, rows[i].expected);
        assert_int_equal(text.length, strlen(bytes));
    }
}

/* ---- lines ---- */

static uint32_t first_of(const char *line, size_t size)
{
    uint32_t code = 0;

    (void)netdiag_utf8_decode(line, size, &code);
    return code;
}

static bool is_one_of(uint32_t code, const char *set)
{
    for (size_t i = 0; set[i] != '\0';) {
        uint32_t one = 0;
        size_t length = netdiag_utf8_decode(set + i, strlen(set + i), &one);

        if (one == code)
            return true;
        i += length;
    }
    return false;
}

/* One line of `column` blanks, or of a title that ends before it, and of a text. */
static void assert_line_set(const char *line, size_t size, size_t column)
{
    uint32_t last = 0;
    size_t begin = 0;

    for (size_t used = 0; begin < size && used < column;) {
        uint32_t code = 0;
        size_t length = netdiag_utf8_decode(line + begin, size - begin, &code);

        used += netdiag_utf8_width(code);
        begin += length;
        assert_true(used <= column);
    }
    if (size > 0 && begin == size)
        fail_msg("nothing beside its title: %.*s", (int)size, line);
    assert_int_not_equal(line[begin], ' ');
    if (netdiag_utf8_columns(line, size) > COLUMNS && strncmp(line + begin, "show ", 5) != 0 &&
        strncmp(line + begin, "ping ", 5) != 0)
        fail_msg("too long: %.*s", (int)size, line);
    if (is_one_of(first_of(line + begin, size - begin), "，。；：、？！）」』》】"))
        fail_msg("begins with punctuation: %.*s", (int)size, line);
    (void)netdiag_utf8_last(line, size, &last);
    if (is_one_of(last, "（「『《【 "))
        fail_msg("ends in a bracket or a blank: %.*s", (int)size, line);
}

/* From the line at `at` up to an empty one: the text stands in that column on each. */
static const char *assert_lines_set(const char *at, size_t column)
{
    for (; *at != '\0' && *at != '\n'; at += strcspn(at, "\n") + 1)
        assert_line_set(at, strcspn(at, "\n"), column);
    return *at == '\n' ? at + 1 : at;
}

/* A head, a sentence, and texts beside their titles. */
static void check_lines(const struct netdiag_tcp_finding *finding, enum def_fill fill)
{
    const char *at = written, *evidence;

    (void)fill;
    written_clear();
    netdiag_diagnosis_text_finding(&sink, finding);
    assert_line_set(at, strcspn(at, "\n"), 0);
    evidence = strstr(written, "  证据：    ");
    assert_non_null(evidence);
    for (at += strcspn(at, "\n") + 1; at < evidence; at += strcspn(at, "\n") + 1)
        assert_line_set(at, strcspn(at, "\n"), 2);
    at = assert_lines_set(evidence, 12);
    assert_int_equal(*at, '\0');
}

static void lines_of_findings_are_set(void **state)
{
    (void)state;
    each_finding(check_lines);
}

static void lines_of_states_are_set(void **state)
{
    (void)state;
    for (unsigned i = NETDIAG_TCP_STATE_FIRST; i <= NETDIAG_TCP_STATE_LAST; i++) {
        char line[100];
        const char *text;

        snprintf(line, sizeof line, "terminal language zh\nshow tcp states %s\n",
                 netdiag_tcp_state_name((enum netdiag_tcp_state)i));
        text = strstr(run_lines(line)->out, "\n\n");
        assert_non_null(text);
        text = assert_lines_set(text + 2, 10);
        assert_int_equal(*text, '\0');
    }
}

/* The column on the screen at which a word of a line begins. */
static size_t column_of(const char *line, const char *word)
{
    const char *at = strstr(line, word);

    assert_non_null(at);
    return netdiag_utf8_columns(line, (size_t)(at - line));
}

static void columns_of_states_are_those_of_the_screen(void **state)
{
    static const char *const titles[][2] = {{"Now", "当前"},
                                            {"Peak", "峰值"},
                                            {"Entered", "进入次数"},
                                            {"Longest", "最长停留"},
                                            {"Meaning", "含义"}};
    char english[200];
    const char *chinese;

    (void)state;
    snprintf(english, sizeof english, "%.*s", 150, run_lines("show tcp states")->out);
    chinese = run_lines("terminal language zh\nshow tcp states\n")->out;
    for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++)
        assert_int_equal(column_of(chinese, titles[i][1]), column_of(english, titles[i][0]));
    chinese = strstr(chinese, "TIME-WAIT");
    assert_non_null(chinese);
    assert_int_equal(column_of(chinese, "已主动关闭"), column_of(english, "Meaning"));
}

static void paragraph_breaks_as_chinese_does(void **state)
{
    static const struct {
        const char *text, *expected;
    } rows[] = {
        /* No line begins with a stop: the character before goes with it */
        {"一二三四五。", "一二三四\n五。\n"},
        {"一二三四（五六）", "一二三四\n（五六）\n"},
        {"一二三四（五）", "一二三四\n（五）\n"},
        {"一二「三四」", "一二「三\n四」\n"},
        /* Latin breaks at blanks alone, and stays whole where it is longer than a line */
        {"一二 SYN+ACK 五", "一二\nSYN+ACK 五\n"},
        {"一二，SYN+ACK。五", "一二，\nSYN+ACK。\n五\n"},
        {"SO_REUSE=1，SOF_REUSEADDR 三", "SO_REUSE=1，\nSOF_REUSEADDR\n三\n"},
        /* A number stays with its unit */
        {"一二三 25 分钟", "一二三\n25 分钟\n"},
        {"plain words break", "plain\nwords\nbreak\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char expected[1000] = "", *end = expected;

        for (const char *at = rows[i].expected; *at != '\0'; at += strcspn(at, "\n") + 1)
            end += snprintf(end, 200, "%*s%.*s\n", COLUMNS - 10, at == rows[i].expected ? "x" : "",
                            (int)strcspn(at, "\n"), at);
        written_clear();
        /* Ten columns are left beside a title that reaches them */
        netdiag_sink_paragraph(&sink, COLUMNS - 11, "x", COLUMNS - 10, rows[i].text);
        assert_string_equal(written, expected);
    }
}

/* Chinese at each place of a line of ASCII, of each length: what counts eight bytes at a time. */
static void columns_are_counted_wherever_chinese_stands(void **state)
{
    (void)state;
    for (size_t size = 0; size < 40; size++) {
        char line[60];
        uint32_t code = 0;

        memset(line, 'x', sizeof line);
        assert_int_equal(netdiag_utf8_columns(line, size), size);
        for (size_t at = 0; at <= size; at++) {
            memset(line, 'x', sizeof line);
            memcpy(line + at, (const char[]){'\xe4', '\xb8', '\xad'}, 3);
            assert_int_equal(netdiag_utf8_columns(line, size + 3), size + 2);
            assert_int_equal(netdiag_utf8_last(line, size + 3, &code), at == size ? 3 : 1);
            assert_int_equal(code, at == size ? 0x4e2d : 'x');
        }
        assert_int_equal(netdiag_utf8_last(line, size + 2, &code), 0); /* cut */
        line[size] = '\x80'; /* no UTF-8: a column for each byte */
        assert_int_equal(netdiag_utf8_columns(line, size + 1), size + 1);
    }
    assert_int_equal(netdiag_utf8_last("", 0, &(uint32_t){0}), 0);
}

/* ---- transcripts ---- */

static void states_in_chinese_are_as_in_the_transcript(void **state)
{
    char lines[1000] = "terminal language zh\nshow tcp states\n";
    const struct run *run;

    (void)state;
    for (unsigned i = NETDIAG_TCP_STATE_FIRST; i <= NETDIAG_TCP_STATE_LAST; i++) {
        strcat(lines, "show tcp states ");
        strcat(lines, netdiag_tcp_state_name((enum netdiag_tcp_state)i));
        strcat(lines, "\n");
    }
    run = run_lines(lines);
    assert_int_equal(run->status, 0);
    assert_string_equal(run->err, "");
    assert_golden("tcp_states_zh.txt", run->out, run->out_size);
}

static void write_some(const struct netdiag_tcp_finding *finding, enum def_fill fill)
{
    if (fill == DEF_FILL_ALL || fill == DEF_FILL_LEAST)
        netdiag_diagnosis_text_finding(&sink, finding);
}

static void findings_in_chinese_are_as_in_the_transcript(void **state)
{
    const struct netdiag_diagnosis_looked nothing = {.lacks_ages = true};
    struct netdiag_tcp_diagnosis diagnosis = {.count = 0};

    (void)state;
    if (!def_has_each_next())
        skip();
    netdiag_diagnosis_text_begin(&sink, &diagnosis);
    diagnosis.count = 3;
    for (unsigned i = 0; i < 3; i++)
        diagnosis.found[i].severity = (enum netdiag_tcp_severity)i;
    diagnosis.verdict = NETDIAG_TCP_SEVERITY_CRITICAL;
    netdiag_diagnosis_text_begin(&sink, &diagnosis);
    each_finding(write_some);
    netdiag_diagnosis_text_end(&sink, &def_looked);
    netdiag_diagnosis_text_end(&sink, &nothing);
    assert_golden("tcp_diagnosis_zh.txt", written, written_size);
}

/* ---- in the shell ---- */

static void language_is_chosen_and_goes_with_the_session(void **state)
{
    const struct run *run = run_lines("terminal language zh\nshow tcp states\n"
                                      "terminal language en\nshow tcp states\n");

    (void)state;
    assert_string_equal(run->err, "");
    assert_non_null(strstr(run->out, "半连接"));
    assert_non_null(strstr(run->out, "half-open"));
    assert_null(strstr(run_lines("show tcp states\n")->out, "半连接")); /* the next session */
    assert_null(strstr(run_lines("term lang zh\nterm la e\nshow tcp states\n")->out, "半连接"));
    assert_non_null(strstr(run_lines("ter la z\nshow tcp states\n")->out, "半连接"));
}

static void language_that_is_none_is_refused(void **state)
{
    (void)state;
    assert_caret("terminal language fr", 18);
    assert_caret("terminal language zh json", 21);
    assert_refused("terminal language", "% Incomplete command.\n", 2);
    assert_refused("terminal l zh", "% Ambiguous command:  \"terminal l\"\n", 2);
}

static void what_programs_type_stays_unambiguous(void **state)
{
    static const char *const lines[] = {"terminal length 0", "terminal len 0", "term len 0",
                                        "term length 0",     "ter len 0",      "terminal width 511",
                                        "term width 512"};

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        const struct run *run = run_lines(lines[i]);

        assert_int_equal(run->status, 0);
        assert_int_equal(run->out_size + run->err_size, 0);
    }
}

static void json_is_the_same_in_both(void **state)
{
    static const char *const lines[] = {"show tcp states json", "show tcp states syn-received json",
                                        "show tcp diagnosis json"};

    (void)state;
    fake_connection();
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        char english[20000], chosen[100];

        snprintf(english, sizeof english, "%s", run_lines(lines[i])->out);
        snprintf(chosen, sizeof chosen, "terminal language zh\n%s", lines[i]);
        assert_string_equal(run_lines(chosen)->out, english);
    }
}

static void output_has_no_words_that_fail_a_client(void **state)
{
    (void)state;
    assert_no_client_fails("terminal language zh\nshow tcp states\nshow tcp states closed\n"
                           "show tcp states time-wait\nshow tcp diagnosis\nshow tcp check\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(phrases_are_all_in_chinese, setup),
        cmocka_unit_test_setup(states_are_all_in_chinese, setup),
        cmocka_unit_test_setup(findings_are_all_in_chinese, setup),
        cmocka_unit_test_setup(labels_words_and_units_are_all_in_chinese, setup),
        cmocka_unit_test_setup(templates_have_the_same_keys, setup),
        cmocka_unit_test_setup(templates_come_out_whole_and_fit, setup),
        cmocka_unit_test_setup(template_has_no_blank_within_chinese, setup),
        cmocka_unit_test_setup(lines_of_findings_are_set, setup),
        cmocka_unit_test_setup(lines_of_states_are_set, setup),
        cmocka_unit_test_setup(columns_of_states_are_those_of_the_screen, setup),
        cmocka_unit_test_setup(paragraph_breaks_as_chinese_does, setup),
        cmocka_unit_test_setup(columns_are_counted_wherever_chinese_stands, setup),
        cmocka_unit_test_setup(states_in_chinese_are_as_in_the_transcript, setup),
        cmocka_unit_test_setup(findings_in_chinese_are_as_in_the_transcript, setup),
        cmocka_unit_test_setup(language_is_chosen_and_goes_with_the_session, setup),
        cmocka_unit_test_setup(language_that_is_none_is_refused, setup),
        cmocka_unit_test_setup(what_programs_type_stays_unambiguous, setup),
        cmocka_unit_test_setup(json_is_the_same_in_both, setup),
        cmocka_unit_test_setup(output_has_no_words_that_fail_a_client, setup),
    };

    return cmocka_run_group_tests_name("languages", tests, NULL, NULL);
}
