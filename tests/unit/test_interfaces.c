/*
 * `show interfaces` and `show interfaces counters` on the fake platform.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/fake_platform.h"
#include "tests/unit/golden.h"

#define COMMAND "show interfaces counters"

static int setup(void **state)
{
    (void)state;
    fake_reset();
    return 0;
}

/* All that a record can say. */
static void add_interfaces(void)
{
    struct netdiag_interface *row = fake_vlan_counters(1, 2);

    snprintf(row->alias, sizeof row->alias, "management");
    row = fake_vlan_counters(4094, 255);
    row->oper_up = row->has_last_change = row->has_mac = false;
    row->mtu = 0;
    row->speed_bps = 0;
    row = fake_interface("CPU");
    row->admin_up = row->oper_up = true;
    row->mode = NETDIAG_PORT_TRUNK;
    row = fake_interface("Gi1/0/1");
    row->mode = NETDIAG_PORT_ACCESS;
    row->vlan = 10;
    row->oper_up = true; /* while it is down by configuration */
    row = fake_interface("fifteen-letters");
    snprintf(row->alias, sizeof row->alias, "e\x1b[2Jn1 \xe4\xba\xa4\xe6\x8d\xa2");
    row->if_index = UINT32_MAX;
    row->admin_up = true;
    row->mode = NETDIAG_PORT_TRUNK_NATIVE;
    row->vlan = 4094;
    row->mtu = 9000;
    row->speed_bps = UINT64_C(400000000000);
}

static void interfaces_text_and_json(void **state)
{
    (void)state;
    add_interfaces();
    assert_line_golden("show interfaces", "interfaces.txt");
    assert_line_golden("show interfaces json", "interfaces.json");
    assert_line_golden(COMMAND, "interfaces_counters_vlans.txt");
    assert_same_output("sh int", "show interfaces");
}

static void interfaces_counters_json_has_all_of_interfaces(void **state)
{
    char all[8192];
    const char *out;

    (void)state;
    add_interfaces();
    snprintf(all, sizeof all, "%s",
             strstr(run_lines("show interfaces json")->out, "\"interfaces\""));
    out = run_lines(COMMAND " json")->out;
    assert_string_equal(strstr(out, "\"interfaces\""), all);
}

static void interfaces_out_of_order_are_a_failure(void **state)
{
    (void)state;
    fake_interface("a");
    fake_interface("b")->if_index = 1001;
    assert_refused("show interfaces",
                   "% show interfaces not available: reading from the device failed\n", 1);
}

static void counters_text_and_json(void **state)
{
    struct netdiag_interface *row;

    (void)state;
    snprintf(fake_interface("CPU")->alias, NETDIAG_INTERFACE_ALIAS_LENGTH + 1,
             "the switch's own stack");
    fake_interface("Gi1/0/1");
    row = fake_interface("fifteen-letters"); /* a year of 10 Gbit/s */
    row->in.octets = UINT64_C(39420000000000000);
    row->in.unicast = UINT64_C(26000000000000);
    assert_line_golden(COMMAND, "interfaces_counters.txt");
    assert_line_golden(COMMAND " json", "interfaces_counters.json");
}

static void counters_of_64_bits_stand_apart(void **state)
{
    struct netdiag_interface *row = fake_interface("fifteen-letters");

    (void)state;
    row->in = row->out =
        (struct netdiag_interface_traffic){UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX};
    row->runts = row->giants = row->unknown_vlans = row->stacked_tags = row->out_discards =
        UINT64_MAX;
    assert_line_golden(COMMAND, "interfaces_counters_wide.txt");
}

static void counters_of_one_port_and_of_none(void **state)
{
    (void)state;
    assert_non_null(strstr(run_lines(COMMAND)->out, "\n\n0 interfaces\n"));
    assert_line_golden(COMMAND " json", "interfaces_counters_none.json");
    fake_interface("CPU");
    assert_non_null(strstr(run_lines(COMMAND)->out, "\n\n1 interface\n"));
}

static void counters_past_the_bound_say_so(void **state)
{
    char expected[100];

    (void)state;
    for (unsigned i = 0; i < CONFIG_NETDIAG_INTERFACES; i++)
        fake_interface("P");
    snprintf(expected, sizeof expected, "\n\n%d interfaces\n", CONFIG_NETDIAG_INTERFACES);
    if (CONFIG_NETDIAG_INTERFACES > 1)
        assert_non_null(strstr(run_lines(COMMAND)->out, expected));
    for (unsigned i = 0; i < 27; i++)
        fake_interface("last");
    snprintf(expected, sizeof expected, "\n\n%d interfaces, %d shown\n",
             CONFIG_NETDIAG_INTERFACES + 27, CONFIG_NETDIAG_INTERFACES);
    assert_non_null(strstr(run_lines(COMMAND)->out, expected));
    assert_null(strstr(run_lines(COMMAND)->out, "last"));
    snprintf(expected, sizeof expected, "\"total\":%d,\"shown\":%d", CONFIG_NETDIAG_INTERFACES + 27,
             CONFIG_NETDIAG_INTERFACES);
    assert_non_null(strstr(run_lines(COMMAND " json")->out, expected));
}

static void counters_failed_and_unsupported_are_told(void **state)
{
    (void)state;
    fake.interfaces_error = NETDIAG_ERROR_BUSY;
    assert_int_equal(run_lines(COMMAND)->status, 1);
    fake.platform.interfaces = NULL;
    assert_refused(
        COMMAND, "% show interfaces counters not available: this platform does not offer it\n", 1);
    assert_non_null(strstr(run_lines(COMMAND " json")->out, "\"code\":\"unsupported\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(interfaces_text_and_json, setup),
        cmocka_unit_test_setup(interfaces_counters_json_has_all_of_interfaces, setup),
        cmocka_unit_test_setup(interfaces_out_of_order_are_a_failure, setup),
        cmocka_unit_test_setup(counters_text_and_json, setup),
        cmocka_unit_test_setup(counters_of_64_bits_stand_apart, setup),
        cmocka_unit_test_setup(counters_of_one_port_and_of_none, setup),
        cmocka_unit_test_setup(counters_past_the_bound_say_so, setup),
        cmocka_unit_test_setup(counters_failed_and_unsupported_are_told, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
