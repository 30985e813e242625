/*
 * Our commands in a libcli shell that is not ours: a product's, with its own words, prompt,
 * context and filters.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <libcli.h>

#include "cli/command.h"
#include "tests/unit/fake_platform.h"

static char printed[65536];

static void on_print(struct cli_def *cli, const char *line)
{
    size_t size = strlen(printed);

    (void)cli;
    snprintf(printed + size, sizeof printed - size, "%s\n", line);
}

static int product_version(struct cli_def *cli, const char *command, char *argv[], int argc)
{
    (void)command;
    (void)argv;
    (void)argc;
    cli_print(cli, "the product's own");
    return CLI_OK;
}

static int product_handler(struct cli_def *cli, const char *command, char *argv[], int argc)
{
    (void)cli;
    (void)command;
    (void)argv;
    (void)argc;
    return CLI_OK;
}

/* A product's shell: libcli's own commands, and "show version", "show inventory" of its own. */
static int setup(void **state)
{
    struct cli_def *cli = cli_init();
    struct cli_command *show;

    fake_reset();
    printed[0] = '\0';
    assert_non_null(cli);
    cli_print_callback(cli, on_print);
    cli_set_context(cli, printed);
    cli_set_promptchar(cli, "=> ");
    show = cli_register_command(cli, NULL, "show", NULL, 0, MODE_ANY, "Show");
    cli_register_command(cli, show, "version", product_version, 0, MODE_ANY, "Version");
    cli_register_command(cli, show, "inventory", product_handler, 0, MODE_ANY, "Inventory");
    *state = cli;
    return 0;
}

static int teardown(void **state)
{
    cli_done(*state);
    return 0;
}

static void register_in_a_products_shell_adds_our_commands(void **state)
{
    struct cli_def *cli = *state;

    assert_int_equal(netdiag_register(&fake.diag, cli), NETDIAG_OK);
    assert_int_equal(cli_run_command(cli, "sh tcp stati"), CLI_OK);
    assert_non_null(strstr(printed, "Rcvd: - Total"));
    printed[0] = '\0';
    assert_int_equal(cli_run_command(cli, "sh vlan ifi 10 json"), CLI_OK);
    assert_non_null(strstr(printed, "\"vlan\":10"));
}

static void register_arguments_with_names_work_in_a_products_shell(void **state)
{
    struct cli_def *cli = *state;

    fake_connection()->local.port = 7;
    fake_connection();
    fake_connection()->state = NETDIAG_TCP_TIME_WAIT;
    assert_int_equal(netdiag_register(&fake.diag, cli), NETDIAG_OK);
    assert_int_equal(cli_run_command(cli, "sh tcp conn local 10.0.10.0/24 local-port 80 state est"),
                     CLI_OK);
    assert_non_null(strstr(printed, "3 connections, 1 shown;"));
    printed[0] = '\0';
    assert_int_equal(cli_run_command(cli, "lsof -i:7"), CLI_OK);
    assert_non_null(strstr(printed, "10.0.10.1:7->10.0.10.2:50001 (ESTABLISHED)"));
    assert_int_not_equal(cli_run_command(cli, "show tcp connections port 0"), CLI_OK);
    assert_int_not_equal(cli_run_command(cli, "show tcp connections port"), CLI_OK);
}

static void register_leaves_the_products_own_alone(void **state)
{
    struct cli_def *cli = *state;
    unsigned shows = 0;

    assert_int_equal(netdiag_register(&fake.diag, cli), NETDIAG_OK);
    assert_int_equal(cli_run_command(cli, "show version"), CLI_OK);
    assert_string_equal(printed, "the product's own\n");
    assert_string_equal(cli->promptchar, "=> ");
    assert_int_equal(cli->mode, MODE_EXEC);
    assert_null(cli->modestring);
    assert_ptr_equal(cli_get_context(cli), printed);
    for (struct cli_command *c = cli->commands; c != NULL; c = c->next)
        shows += strcmp(c->command, "show") == 0;
    assert_int_equal(shows, 1);
    /* Its filters and commands are still there. */
    printed[0] = '\0';
    assert_int_equal(cli_run_command(cli, "show vlan ifindex | include Vlan20"), CLI_OK);
    assert_non_null(strstr(printed, "Vlan20"));
    assert_null(strstr(printed, "Vlan10"));
}

static void register_twice_doubles_nothing(void **state)
{
    struct cli_def *cli = *state;

    assert_int_equal(netdiag_register(&fake.diag, cli), NETDIAG_OK);
    assert_int_equal(netdiag_register(&fake.diag, cli), NETDIAG_OK);
    assert_int_equal(cli_run_command(cli, "show vlan ifindex"), CLI_OK);
}

static void register_keeps_a_mode_and_its_text(void **state)
{
    struct cli_def *cli = *state;

    cli_set_configmode(cli, 7, NULL);
    cli_set_modestring(cli, "(seven)");
    assert_int_equal(netdiag_register(&fake.diag, cli), NETDIAG_OK);
    assert_int_equal(cli->mode, 7);
    assert_string_equal(cli->modestring, "(seven)");
    assert_int_equal(cli_run_command(cli, "show vlan ifindex"), CLI_OK);
}

static void register_another_device_is_busy(void **state)
{
    struct netdiag other;

    netdiag_init(&other, &fake.platform, NULL);
    assert_int_equal(netdiag_register(&fake.diag, *state), NETDIAG_OK);
    assert_int_equal(netdiag_register(&other, *state), NETDIAG_ERROR_BUSY);
}

static void register_null_is_invalid(void **state)
{
    struct netdiag none = {.platform = NULL};

    assert_int_equal(netdiag_register(NULL, *state), NETDIAG_ERROR_INVALID);
    assert_int_equal(netdiag_register(&fake.diag, NULL), NETDIAG_ERROR_INVALID);
    assert_int_equal(netdiag_register(&none, *state), NETDIAG_ERROR_INVALID);
}

static void dispatch_words_wrong_are_refused_by_it(void **state)
{
    struct cli_def *cli = *state;

    assert_int_equal(netdiag_register(&fake.diag, cli), NETDIAG_OK);
    assert_int_equal(cli_run_command(cli, "show tcp statistics foo"), NETDIAG_STATUS_USAGE);
    assert_string_equal(printed, "% unknown word \"foo\" after the command\n");
    printed[0] = '\0';
    assert_int_equal(cli_run_command(cli, "show tcp statistics json js"), NETDIAG_STATUS_USAGE);
    assert_string_equal(printed, "% given twice: \"js\" stands there again\n");
    printed[0] = '\0';
    assert_int_equal(cli_run_command(cli, "show vlan ifindex 10 20"), NETDIAG_STATUS_USAGE);
    assert_string_equal(printed, "% given twice: \"20\" stands there again\n");
    printed[0] = '\0';
    assert_int_equal(cli_run_command(cli, "show tcp connections port 7 state est port 8"),
                     NETDIAG_STATUS_USAGE);
    assert_string_equal(printed, "% given twice: \"8\" stands there again\n");
}

static void dispatch_question_mark_explains_and_runs_nothing(void **state)
{
    struct cli_def *cli = *state;

    assert_int_equal(netdiag_register(&fake.diag, cli), NETDIAG_OK);
    assert_int_equal(cli_run_command(cli, "show tcp statistics ?"), CLI_OK);
    assert_string_equal(printed, "  rate                 How fast the counters grow\n"
                                 "  nonzero              Only what is not 0\n"
                                 "  json                 The same as JSON, for programs\n"
                                 "  <cr>\n");
}

static void dispatch_answers_are_safe_for_libcli(void **state)
{
    struct cli_def *cli = *state;

    assert_int_equal(netdiag_register(&fake.diag, cli), NETDIAG_OK);
    assert_int_equal(cli_run_command(cli, "show vlan ifindex 99"), CLI_ERROR);
    for (int error = NETDIAG_ERROR_INVALID; error <= NETDIAG_ERROR_DOWN; error++) {
        int answer;

        fake.vlans_error = (enum netdiag_error)error;
        answer = cli_run_command(cli, "show vlan ifindex");
        assert_true(answer == CLI_ERROR || answer >= 2);
    }
}

static void dispatch_privilege_too_low_is_refused(void **state)
{
    struct cli_def *cli = *state;

    assert_int_equal(netdiag_register(&fake.diag, cli), NETDIAG_OK);
    cli->privilege = -1; /* libcli itself lets no one come here */
    assert_int_equal(netdiag_dispatch(cli, "show tcp statistics", NULL, 0), CLI_ERROR);
    assert_string_equal(printed, "% the privilege is too low for \"show tcp statistics\" here\n");
    cli->privilege = 0;
}

struct loop {
    struct cli_def *cli;
    int fd;
};

static void *run_loop(void *argument)
{
    struct loop *loop = argument;

    cli_loop(loop->cli, loop->fd);
    return NULL;
}

static void register_works_in_cli_loop(void **state)
{
    struct cli_def *cli = *state;
    struct loop loop = {.cli = cli};
    static char text[65536];
    size_t size = 0;
    pthread_t thread;
    int ends[2];

    cli_print_callback(cli, NULL);
    cli_telnet_protocol(cli, 0);
    assert_int_equal(netdiag_register(&fake.diag, cli), NETDIAG_OK);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    loop.fd = ends[0];
    assert_int_equal(pthread_create(&thread, NULL, run_loop, &loop), 0);
    assert_int_equal(write(ends[1], "sh tcp stati\rsh vl ifi js\rquit\r", 31), 31);
    for (;;) {
        ssize_t count = read(ends[1], text + size, sizeof text - 1 - size);

        if (count <= 0)
            break;
        size += (size_t)count;
    }
    text[size] = '\0';
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_non_null(strstr(text, "Last cleared never\r\n"));
    assert_non_null(strstr(text, "\"vlan\":20"));
    close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(register_in_a_products_shell_adds_our_commands, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(register_arguments_with_names_work_in_a_products_shell,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(register_leaves_the_products_own_alone, setup, teardown),
        cmocka_unit_test_setup_teardown(register_twice_doubles_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(register_keeps_a_mode_and_its_text, setup, teardown),
        cmocka_unit_test_setup_teardown(register_another_device_is_busy, setup, teardown),
        cmocka_unit_test_setup_teardown(register_null_is_invalid, setup, teardown),
        cmocka_unit_test_setup_teardown(dispatch_words_wrong_are_refused_by_it, setup, teardown),
        cmocka_unit_test_setup_teardown(dispatch_question_mark_explains_and_runs_nothing, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(dispatch_answers_are_safe_for_libcli, setup, teardown),
        cmocka_unit_test_setup_teardown(dispatch_privilege_too_low_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(register_works_in_cli_loop, setup, teardown),
    };

    return cmocka_run_group_tests_name("register", tests, NULL, NULL);
}
