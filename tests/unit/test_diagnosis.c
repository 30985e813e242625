/*
 * `show tcp diagnosis`: findings written out as text and as JSON, for every code and variant; and
 * what they say to type is typed.
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
#include "netdiag/series.h"
#include "tests/unit/fake_platform.h"
#include "tests/unit/findings_def.h"
#include "tests/unit/golden.h"
#include "tests/unit/written.h"

static int setup(void **state)
{
    (void)state;
    fake_reset();
    written_clear();
    return 0;
}

static const struct netdiag_text_sink sink = {.line = written_line,
                                              .language = NETDIAG_LANGUAGE_ENGLISH};

/* ---- by hand ---- */

static void make_diagnosis(struct netdiag_tcp_diagnosis *diagnosis)
{
    memset(diagnosis, 0, sizeof *diagnosis);
    for (unsigned code = 0; code < NETDIAG_TCP_FINDINGS; code++) {
        struct netdiag_tcp_finding finding;

        def_make((enum netdiag_tcp_code)code, 0, DEF_FILL_LEAST, &finding);
        diagnosis->found[code].code = finding.code;
        diagnosis->found[code].severity = finding.severity;
        if (finding.severity > diagnosis->verdict)
            diagnosis->verdict = finding.severity;
    }
    diagnosis->count = NETDIAG_TCP_FINDINGS;
}

/* Every code and variant: whole, and with the least that must be there. */
static void each_finding(void (*write)(const struct netdiag_tcp_finding *finding))
{
    for (unsigned code = 0; code < NETDIAG_TCP_FINDINGS; code++) {
        for (unsigned variant = 0; variant < def_variants((enum netdiag_tcp_code)code); variant++) {
            struct netdiag_tcp_finding finding;

            def_make((enum netdiag_tcp_code)code, variant, DEF_FILL_ALL, &finding);
            write(&finding);
            def_make((enum netdiag_tcp_code)code, variant, DEF_FILL_LEAST, &finding);
            write(&finding);
        }
    }
}

static void write_text(const struct netdiag_tcp_finding *finding)
{
    netdiag_diagnosis_text_finding(&sink, finding);
}

/* None but a command may be longer than a narrow terminal. */
static void assert_narrow(void)
{
    for (const char *line = written; *line != '\0'; line += strcspn(line, "\n") + 1) {
        size_t size = strcspn(line, "\n");

        if (netdiag_utf8_columns(line, size) > 79 && strncmp(line + 12, "show ", 5) != 0)
            fail_msg("%zu bytes: %.*s", size, (int)size, line);
    }
}

static void text_of_every_finding(void **state)
{
    struct netdiag_tcp_diagnosis diagnosis;

    (void)state;
    if (!def_has_each_next())
        skip();
    make_diagnosis(&diagnosis);
    netdiag_diagnosis_text_begin(&sink, &diagnosis);
    each_finding(write_text);
    netdiag_diagnosis_text_end(&sink, &def_looked);
    assert_narrow();
    assert_golden("tcp_diagnosis_all.txt", written, written_size);
}

static void text_of_long_facts_is_narrow_too(void **state)
{
    (void)state;
    for (unsigned code = 0; code < NETDIAG_TCP_FINDINGS; code++) {
        struct netdiag_tcp_finding finding;

        def_make((enum netdiag_tcp_code)code, 0, DEF_FILL_LONGEST, &finding);
        write_text(&finding);
    }
    assert_narrow();
}

static struct netdiag_json json;

static void write_json(const struct netdiag_tcp_finding *finding)
{
    netdiag_diagnosis_json_finding(&json, finding);
}

static void json_of_every_finding(void **state)
{
    const struct netdiag_diagnosis_looked looked = {.has_connections = true, .connections = 12};
    struct netdiag_tcp_diagnosis diagnosis;

    (void)state;
    if (!def_has_each_next())
        skip();
    make_diagnosis(&diagnosis);
    netdiag_json_start(&json, written_line, NULL);
    netdiag_json_object(&json);
    netdiag_json_member_unsigned(&json, "schema", true, 1);
    netdiag_json_member_string(&json, "command", true, "show tcp diagnosis");
    netdiag_diagnosis_json_begin(&json, &diagnosis);
    each_finding(write_json);
    netdiag_diagnosis_json_end(&json, &looked);
    netdiag_json_object_end(&json);
    netdiag_json_end(&json);
    assert_null(strstr(written, "\xe2\x80\xa6")); /* no string was cut */
    assert_golden("tcp_diagnosis_all.json", written, written_size);
}

static void text_verdicts_and_what_was_looked_at(void **state)
{
    struct netdiag_tcp_diagnosis diagnosis = {.count = 0};
    const struct netdiag_diagnosis_looked nothing = {.is_watched = false};
    const struct netdiag_diagnosis_looked looked = {.has_connections = true, .is_watched = true};

    (void)state;
    netdiag_diagnosis_text_begin(&sink, &diagnosis);
    netdiag_diagnosis_text_end(&sink, &looked);
    assert_string_equal(written, "TCP OK: no findings\n\nLooked at 0 connections, and watched for "
                                 "less than 1 s.\n");
    setup(NULL);
    diagnosis.count = 1;
    diagnosis.found[0].severity = NETDIAG_TCP_SEVERITY_INFO;
    netdiag_diagnosis_text_begin(&sink, &diagnosis);
    assert_string_equal(written, "TCP OK: 1 finding, 1 for information\n\n");
    setup(NULL);
    diagnosis.count = 2;
    diagnosis.verdict = diagnosis.found[0].severity = NETDIAG_TCP_SEVERITY_WARNING;
    diagnosis.found[1].severity = NETDIAG_TCP_SEVERITY_WARNING;
    netdiag_diagnosis_text_begin(&sink, &diagnosis);
    netdiag_diagnosis_text_end(&sink, &nothing);
    assert_string_equal(
        written, "TCP WARNING: 2 findings, 2 warnings\n\n"
                 "The device is not watched (its firmware does not call netdiag_watch()):\n"
                 "findings that need the past, such as stalls, rises and what was refused lately,\n"
                 "are not made.\n");
}

/* ---- in the shell ---- */

static void diagnosis_of_a_quiet_device_says_what_it_looked_at(void **state)
{
    const struct run *run;

    (void)state;
    memset(&fake.states, 0, sizeof fake.states);
    memset(&fake.pool, 0, sizeof fake.pool);
    fake.pool.capacity = 256;
    run = run_lines("show tcp diagnosis");
    assert_int_equal(run->status, 0);
    assert_string_equal(run->err, "");
    assert_non_null(strstr(run->out, "TCP OK: no findings\n"));
    assert_non_null(strstr(run->out, "The device is not watched"));
    run = run_lines("show tcp diagnosis json");
    assert_int_equal(run->status, 0);
    assert_non_null(strstr(run->out, "\"verdict\":\"ok\",\"findings\":[],\n\"looked\":{"));
    assert_non_null(strstr(run->out, "\"watched\":false,\"watchedMs\":null}}"));
}

/* A stack without netdiag's hooks: that no finding was made says little, and it says so. */
static void diagnosis_without_ages_says_so(void **state)
{
    const struct run *run;

    (void)state;
    fake_connection()->has_history = false;
    run = run_lines("show tcp diagnosis");
    assert_non_null(strstr(run->out, "How long connections are in their states is not known"));
    run = run_lines("show tcp diagnosis json");
    assert_non_null(strstr(run->out, "\"ages\":false,\"watched\":false"));
    fake_connection(); /* of one it is known */
    run = run_lines("show tcp diagnosis");
    assert_null(strstr(run->out, "is not known ("));
    run = run_lines("show tcp diagnosis json");
    assert_non_null(strstr(run->out, "\"ages\":true,\"watched\":false"));
}

static void diagnosis_of_half_a_table_is_none(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 100; i++)
        fake_connection();
    fake.connections_error = NETDIAG_ERROR_BUSY;
    fake.connections_fail_at = 50;
    fake.connections_chunk = 10;
    assert_int_equal(run_lines("show tcp diagnosis")->status, 1);
    fake.platform.tcp_connections = NULL;
    assert_refused("show tcp diagnosis",
                   "% show tcp diagnosis not available: this platform does not offer it\n", 1);
}

/* The command is typed as it stands: it parses, and gives an answer. */
static void assert_answers(const char *command)
{
    const struct run *run = run_lines(command);

    if (run->status > 1 || strncmp(run->err, "% In", 4) == 0)
        fail_msg("%s: status %d, %s", command, run->status, run->err);
    assert_true(run->status == 0 || run->out_size + strlen(run->err) > 0);
}

static void assert_next_answers(const struct netdiag_tcp_finding *finding)
{
    const char *const *next = netdiag_catalogue_next(finding->code, finding->variant);

    for (; *next != NULL; next++) {
        char bytes[NETDIAG_SENTENCE_SIZE];
        struct netdiag_text text;

        netdiag_text_start(&text, bytes, sizeof bytes);
        if (netdiag_catalogue_next_put(&text, NETDIAG_LANGUAGE_ENGLISH, *next, finding))
            assert_answers(bytes);
    }
}

static void next_commands_of_findings_parse_and_answer(void **state)
{
    (void)state;
    fake_count_all();
    fake_listener(80, "httpd");
    fake_connection();
    each_finding(assert_next_answers);
}

static void next_commands_of_findings_take_ipv6_too(void **state)
{
    (void)state;
    fake_count_all();
    for (unsigned code = 0; code < NETDIAG_TCP_FINDINGS; code++) {
        for (unsigned variant = 0; variant < def_variants((enum netdiag_tcp_code)code); variant++) {
            struct netdiag_tcp_finding finding;

            def_make((enum netdiag_tcp_code)code, variant, DEF_FILL_LONGEST, &finding);
            assert_next_answers(&finding);
        }
    }
}

static bool is_next(const char *command)
{
    const struct netdiag_tcp_finding finding = {.count = 0};
    char bytes[NETDIAG_SENTENCE_SIZE];
    struct netdiag_text text;

    netdiag_text_start(&text, bytes, sizeof bytes);
    return netdiag_catalogue_next_put(&text, NETDIAG_LANGUAGE_ENGLISH, command, &finding);
}

static void next_commands_show_the_metrics_of_this_build_alone(void **state)
{
    (void)state;
#define METRIC(name, key, word, kind, text) assert_true(is_next("show tcp history " word));
#include "netdiag/tcp_series.def"
    assert_true(is_next("show tcp history"));
    assert_true(is_next("show tcp states syn-received"));
    /* Without a history the command names the symbol */
    assert_int_equal(is_next("show tcp history moods"), NETDIAG_TCP_METRICS == 0);
}

static void next_commands_of_states_parse_and_answer(void **state)
{
    (void)state;
    for (unsigned i = NETDIAG_TCP_STATE_FIRST; i <= NETDIAG_TCP_STATE_LAST; i++) {
        const char *const *next = netdiag_catalogue_state_next((enum netdiag_tcp_state)i);

        for (; *next != NULL; next++)
            assert_answers(*next);
    }
}

static void output_has_no_words_that_fail_a_client(void **state)
{
    static const char *const poison[] = {
        "not found",     "connection timed out", "ERROR:",           "error: ", "% Invalid",
        "invalid input", "incomplete command",   "ambiguous command"};

    (void)state;
    each_finding(write_text);
    netdiag_json_start(&json, written_line, NULL);
    netdiag_json_array(&json);
    each_finding(write_json);
    netdiag_json_array_end(&json);
    netdiag_json_end(&json);
    for (size_t i = 0; i < sizeof poison / sizeof poison[0]; i++)
        assert_null(strstr(written, poison[i]));
    assert_no_client_fails("show tcp diagnosis\nshow tcp diagnosis json\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(text_of_every_finding, setup),
        cmocka_unit_test_setup(text_of_long_facts_is_narrow_too, setup),
        cmocka_unit_test_setup(json_of_every_finding, setup),
        cmocka_unit_test_setup(text_verdicts_and_what_was_looked_at, setup),
        cmocka_unit_test_setup(diagnosis_of_a_quiet_device_says_what_it_looked_at, setup),
        cmocka_unit_test_setup(diagnosis_without_ages_says_so, setup),
        cmocka_unit_test_setup(diagnosis_of_half_a_table_is_none, setup),
        cmocka_unit_test_setup(next_commands_of_findings_parse_and_answer, setup),
        cmocka_unit_test_setup(next_commands_of_findings_take_ipv6_too, setup),
        cmocka_unit_test_setup(next_commands_show_the_metrics_of_this_build_alone, setup),
        cmocka_unit_test_setup(next_commands_of_states_parse_and_answer, setup),
        cmocka_unit_test_setup(output_has_no_words_that_fail_a_client, setup),
    };

    return cmocka_run_group_tests_name("diagnosis", tests, NULL, NULL);
}
