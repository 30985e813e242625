/*
 * The numbers of interfaces, and VLANs that come and go at run time, on a real lwIP.
 *
 * A device boots once a process: each boot of a test is a process of its own, and what it keeps
 * over the restart is memory that all of them share.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lwip/netif.h"
#include "netdiag/lwip.h"
#include "platform/sim/stack.h"

#define VLANS (CONFIG_NETDIAG_VLANS < 300 ? CONFIG_NETDIAG_VLANS : 300)

static struct flash {
    size_t size; /* 0: nothing was ever kept */
    char text[NETDIAG_LWIP_IF_INDEX_TEXT];
    unsigned writes;
} * flash;

static const uint8_t mac[NETDIAG_MAC_LENGTH] = {0x02, 0, 0, 1, 0, 0};

/* Of a boot. */
static struct sim_trunk trunk;
static struct netif interfaces[VLANS];
static bool switch_has[NETDIAG_VLAN_MAX + 1];
static bool flash_is_broken, switch_is_full;
static void (*while_saving)(void); /* without the core lock */

/* In a boot's process cmocka's own asserts would go on with the next test. */
#define REQUIRE(condition) ((condition) ? (void)0 : fail_boot(__LINE__, #condition))

static void fail_boot(int line, const char *what)
{
    fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, line, what);
    _exit(1);
}

static enum netdiag_error save(void *ctx, const char *text, size_t size)
{
    (void)ctx;
    REQUIRE(size <= sizeof(flash->text));
    if (while_saving)
        while_saving();
    if (flash_is_broken)
        return NETDIAG_ERROR_FULL;
    memcpy(flash->text, text, size);
    flash->size = size;
    flash->writes++;
    return NETDIAG_OK;
}

static struct netif *find_memory(void)
{
    const struct netif *netif;

    for (size_t i = 0; i < VLANS; i++) {
        bool is_used = false;

        NETIF_FOREACH(netif)
        {
            is_used |= netif == &interfaces[i];
        }
        if (!is_used)
            return &interfaces[i];
    }
    return NULL;
}

static enum netdiag_error add_to_switch(void *ctx, uint16_t id, struct netdiag_lwip_vlan *vlan)
{
    (void)ctx;
    if (switch_is_full)
        return NETDIAG_ERROR_FULL;
    REQUIRE(!switch_has[id]);
    switch_has[id] = true;
    vlan->netif = find_memory();
    vlan->trunk = &trunk.netif;
    memcpy(vlan->mac, mac, sizeof(mac));
    vlan->address_count = 1;
    vlan->addresses[0] = (struct netdiag_prefix){
        {NETDIAG_FAMILY_IPV4, {10, (uint8_t)(id >> 8), (uint8_t)id, 1}}, 24};
    return NETDIAG_OK;
}

static void remove_from_switch(void *ctx, uint16_t id)
{
    (void)ctx;
    REQUIRE(switch_has[id]);
    switch_has[id] = false;
}

static void drop_frame(void *ctx, const uint8_t *frame, size_t length)
{
    (void)ctx, (void)frame, (void)length;
}

static void power_on(void)
{
    static const struct sim_stack_device functions = {
        .if_index_save = save,
        .vlan_add = add_to_switch,
        .vlan_remove = remove_from_switch,
    };
    unsigned writes = flash->writes;
    char why[256];

    sim_clock_start(SIM_CLOCK_VIRTUAL);
    sim_stack_set_device(&functions);
    REQUIRE(sim_stack_start("sw1", "test", 16, 60000) == NETDIAG_OK);
    if (flash->size)
        REQUIRE(netdiag_lwip_if_index_load(flash->text, flash->size, why, sizeof(why)) ==
                NETDIAG_OK);
    REQUIRE(sim_trunk_add(&trunk, mac, drop_frame, NULL) == NETDIAG_OK);
    REQUIRE(netdiag_lwip_if_index_keep() == NETDIAG_OK);
    REQUIRE(flash->writes == (writes ? writes : 1)); /* nothing was new but to the first */
}

/* Boots the device with what was kept, and runs `test` on it. */
static void boot(void (*test)(void))
{
    int status = 0;
    pid_t device;

    fflush(NULL);
    device = fork();
    if (device == 0) {
        power_on();
        test();
        _exit(0);
    }
    assert_int_equal(waitpid(device, &status, 0), device);
    assert_int_equal(status, 0);
}

static int buy(void **state)
{
    (void)state;
    memset(flash, 0, sizeof(*flash));
    return 0;
}

/* ---- what a shell does and sees ---- */

static enum netdiag_error add(uint16_t id)
{
    return netdiag_lwip_platform.vlan_add(NULL, id, NULL);
}

static enum netdiag_error drop(uint16_t id)
{
    return netdiag_lwip_platform.vlan_remove(NULL, id, false);
}

static enum netdiag_error forget(uint16_t id)
{
    return netdiag_lwip_platform.vlan_remove(NULL, id, true);
}

static bool read_vlan(uint16_t id, struct netdiag_vlan *row)
{
    size_t count;

    REQUIRE(netdiag_lwip_platform.vlans(NULL, (uint16_t)(id - 1), row, 1, &count) == NETDIAG_OK);
    return count == 1 && row->id == id;
}

/* The number of a VLAN that is there, by netdiag and lwIP alike; 0: it is not there. */
static uint32_t number_of(uint16_t id)
{
    struct netdiag_vlan row;

    if (!read_vlan(id, &row))
        return 0;
    REQUIRE(row.has_interface && row.has_if_index);
    REQUIRE(row.interface.has_netif_index && row.interface.netif_index == row.if_index);
    REQUIRE(netif_get_by_index((u8_t)row.if_index) != NULL);
    REQUIRE(switch_has[id]);
    return row.if_index;
}

/* The number that is remembered for a VLAN; 0: none is. */
static uint32_t remembered(uint16_t id)
{
    struct netdiag_vlan_number row;
    size_t count;

    REQUIRE(netdiag_lwip_platform.vlan_numbers(NULL, (uint16_t)(id - 1), &row, 1, &count) ==
            NETDIAG_OK);
    return count == 1 && row.id == id ? row.if_index : 0;
}

static void require_kept(const char *lines)
{
    char text[NETDIAG_LWIP_IF_INDEX_TEXT];
    int size = snprintf(text, sizeof(text), "netdiag ifindex 1\n%s", lines);

    REQUIRE((size_t)size == flash->size && memcmp(text, flash->text, flash->size) == 0);
}

/* ---- giving ---- */

static void first_boot(void)
{
    REQUIRE(netif_get_index(&trunk.netif) == 1);
    require_kept("1 trunk\nend 1\n");
    REQUIRE(add(30) == NETDIAG_OK && add(10) == NETDIAG_OK && add(4094) == NETDIAG_OK);
    REQUIRE(number_of(30) == 2 && number_of(10) == 3 && number_of(4094) == 4);
    require_kept("1 trunk\n2 vlan 30\n3 vlan 10\n4 vlan 4094\nend 4\n");
}

static void vlans_new_get_the_lowest_numbers_in_turn(void **state)
{
    (void)state;
    boot(first_boot);
}

static void boot_in_another_order(void)
{
    unsigned writes = flash->writes;

    REQUIRE(add(4094) == NETDIAG_OK && add(10) == NETDIAG_OK && add(30) == NETDIAG_OK);
    REQUIRE(netif_get_index(&trunk.netif) == 1);
    REQUIRE(number_of(30) == 2 && number_of(10) == 3 && number_of(4094) == 4);
    REQUIRE(flash->writes == writes); /* nothing was new */
}

static void boot_without_two_of_them(void)
{
    REQUIRE(add(5) == NETDIAG_OK && add(10) == NETDIAG_OK);
    REQUIRE(number_of(5) == 5 && number_of(10) == 3);
    REQUIRE(remembered(30) == 2 && remembered(4094) == 4);
}

static void numbers_stay_over_restarts_in_any_order(void **state)
{
    (void)state;
    boot(first_boot);
    boot(boot_in_another_order);
    boot(boot_without_two_of_them);
    boot(boot_in_another_order);
}

static void boot_of_coming_and_going(void)
{
    for (unsigned i = 0; i < 600; i++) { /* lwIP's own count goes around twice */
        REQUIRE(add(10) == NETDIAG_OK && number_of(10) == 2);
        REQUIRE(add(20) == NETDIAG_OK && number_of(20) == 3);
        REQUIRE(drop(10) == NETDIAG_OK && number_of(10) == 0 && !switch_has[10]);
        REQUIRE(remembered(10) == 2);
        REQUIRE(add(30) == NETDIAG_OK && number_of(30) == 4);
        REQUIRE(drop(20) == NETDIAG_OK && drop(30) == NETDIAG_OK);
    }
    REQUIRE(flash->writes == 4); /* the trunk and three VLANs */
    REQUIRE(drop(20) == NETDIAG_ERROR_NOT_FOUND);
}

static void number_of_removed_vlan_is_no_others_and_its_own_again(void **state)
{
    (void)state;
    boot(boot_of_coming_and_going);
}

static void boot_and_forget(void)
{
    REQUIRE(add(10) == NETDIAG_OK && add(20) == NETDIAG_OK);
    REQUIRE(forget(10) == NETDIAG_OK && number_of(10) == 0 && remembered(10) == 0);
    require_kept("1 trunk\n3 vlan 20\nend 2\n");
    REQUIRE(drop(20) == NETDIAG_OK && remembered(20) == 3);
    REQUIRE(add(30) == NETDIAG_OK && number_of(30) == 2);
    REQUIRE(forget(20) == NETDIAG_OK && remembered(20) == 0); /* it was gone already */
    require_kept("1 trunk\n2 vlan 30\nend 2\n");
    REQUIRE(forget(20) == NETDIAG_ERROR_NOT_FOUND);
    REQUIRE(forget(0) == NETDIAG_ERROR_NOT_FOUND && forget(UINT16_MAX) == NETDIAG_ERROR_NOT_FOUND);
}

static void number_forgotten_is_free(void **state)
{
    (void)state;
    boot(boot_and_forget);
}

static void boot_that_remembers_all(void)
{
    const struct netif *netif;
    size_t count = 0;

    for (uint16_t id = 1; id <= 254; id++)
        REQUIRE(add(id) == NETDIAG_OK && drop(id) == NETDIAG_OK);
    REQUIRE(remembered(254) == 255);
    REQUIRE(add(1000) == NETDIAG_ERROR_REMEMBERED);
    REQUIRE(number_of(1000) == 0 && remembered(1000) == 0 && !switch_has[1000]);
    NETIF_FOREACH(netif)
    {
        count++;
    }
    REQUIRE(count == 1);
    REQUIRE(netdiag_lwip_vlan_add(1000, NULL) == NETDIAG_OK);
    REQUIRE(netdiag_lwip_vlan_interface_add(1000, &interfaces[0], &trunk.netif, mac) ==
            NETDIAG_ERROR_REMEMBERED);
    REQUIRE(netdiag_lwip_vlan_remove(1000) == NETDIAG_OK);
    REQUIRE(add(77) == NETDIAG_OK && number_of(77) == 78);
    REQUIRE(forget(99) == NETDIAG_OK && add(1000) == NETDIAG_OK && number_of(1000) == 100);
    REQUIRE(flash->size <= NETDIAG_LWIP_IF_INDEX_TEXT);
}

static void vlan_when_all_numbers_are_remembered_is_refused(void **state)
{
    (void)state;
    boot(boot_that_remembers_all);
}

static void boot_with_255_interfaces(void)
{
    for (uint16_t id = 1; id <= 254; id++)
        REQUIRE(add(id) == NETDIAG_OK && number_of(id) == id + 1u);
    REQUIRE(add(1000) == NETDIAG_ERROR_REMEMBERED);
    REQUIRE(netdiag_lwip_vlan_add(1000, NULL) == NETDIAG_OK);
    REQUIRE(netdiag_lwip_vlan_interface_add(1000, &interfaces[254], &trunk.netif, mac) ==
            NETDIAG_ERROR_FULL);
}

static void interface_256th_is_refused(void **state)
{
    (void)state;
#if CONFIG_NETDIAG_VLANS < 255
    skip();
#endif
    boot(boot_with_255_interfaces);
}

/* ---- the firmware's own interfaces ---- */

static err_t foreign_init(struct netif *netif)
{
    memcpy(netif->name, "pp", 2);
    netif->num = (u8_t)(uintptr_t)netif->state;
    return ERR_OK;
}

static void add_foreign(struct netif *netif, unsigned number)
{
    REQUIRE(netif_add_noaddr(netif, (void *)(uintptr_t)(number - 1), foreign_init, netif_input));
    REQUIRE(netif_get_index(netif) == number);
}

static void boot_with_foreign_interfaces(void)
{
    static struct netif before, after;

    add_foreign(&before, 2);
    REQUIRE(add(10) == NETDIAG_OK && number_of(10) == 3);
    REQUIRE(drop(10) == NETDIAG_OK);
    add_foreign(&after, 3);
    REQUIRE(add(10) == NETDIAG_ERROR_TAKEN);
    REQUIRE(number_of(10) == 0 && remembered(10) == 3 && !switch_has[10]);
    REQUIRE(netdiag_lwip_vlan_add(10, NULL) == NETDIAG_OK);
    REQUIRE(netdiag_lwip_vlan_interface_add(10, &interfaces[0], &trunk.netif, mac) ==
            NETDIAG_ERROR_TAKEN);
    REQUIRE(netdiag_lwip_vlan_remove(10) == NETDIAG_OK);
    netif_remove(&after);
    REQUIRE(add(10) == NETDIAG_OK && number_of(10) == 3);
    REQUIRE(drop(10) == NETDIAG_OK);
    add_foreign(&after, 3);
    REQUIRE(forget(10) == NETDIAG_OK && add(10) == NETDIAG_OK && number_of(10) == 4);
}

static void foreign_interface_keeps_its_number_and_a_clash_is_told(void **state)
{
    (void)state;
    boot(boot_with_foreign_interfaces);
}

static void boot_with_a_second_trunk(void)
{
    static struct sim_trunk second;

    REQUIRE(sim_trunk_add(&second, mac, drop_frame, NULL) == NETDIAG_ERROR_TAKEN);
    REQUIRE(netdiag_lwip_if_index_trunk(NULL) == NETDIAG_ERROR_INVALID);
}

static void trunk_second_is_refused(void **state)
{
    (void)state;
    boot(boot_with_a_second_trunk);
}

static void boot_and_load_late(void)
{
    static const char text[] = "netdiag ifindex 1\n9 vlan 9\nend 1\n";
    char why[256];

    REQUIRE(netdiag_lwip_if_index_load(text, sizeof(text) - 1, why, sizeof(why)) ==
            NETDIAG_ERROR_EXISTS);
    REQUIRE(remembered(9) == 0);
    REQUIRE(add(10) == NETDIAG_OK && number_of(10) == 2);
}

static void load_after_a_number_was_given_is_refused(void **state)
{
    (void)state;
    boot(boot_and_load_late);
}

static void boot_and_renumber(void)
{
    struct netdiag_vlan row;

    REQUIRE(add(10) == NETDIAG_OK && add(20) == NETDIAG_OK);
    netif_get_by_index(2)->num = 98;
    REQUIRE(read_vlan(10, &row) && row.if_index == 2 && row.interface.netif_index == 99);
    REQUIRE(number_of(20) == 3);
}

static void interface_renumbered_by_somebody_is_seen(void **state)
{
    (void)state;
    boot(boot_and_renumber);
}

/* ---- when it cannot be done ---- */

static void boot_with_broken_flash(void)
{
    struct flash before;

    REQUIRE(add(10) == NETDIAG_OK && add(20) == NETDIAG_OK && drop(20) == NETDIAG_OK);
    before = *flash;
    flash_is_broken = true;
    REQUIRE(add(30) == NETDIAG_ERROR_IO);
    REQUIRE(number_of(30) == 0 && remembered(30) == 0 && !switch_has[30]);
    REQUIRE(forget(10) == NETDIAG_ERROR_IO);
    REQUIRE(number_of(10) == 2);
    REQUIRE(forget(20) == NETDIAG_ERROR_IO);
    REQUIRE(remembered(20) == 3);
    REQUIRE(flash->writes == before.writes && flash->size == before.size);
    REQUIRE(memcmp(flash->text, before.text, before.size) == 0);
    REQUIRE(drop(10) == NETDIAG_OK && add(10) == NETDIAG_OK); /* nothing is to be kept */
    REQUIRE(netdiag_lwip_if_index_keep() == NETDIAG_OK);
    flash_is_broken = false;
    REQUIRE(add(30) == NETDIAG_OK && number_of(30) == 4);
}

static void keeping_fails_nothing_has_changed(void **state)
{
    (void)state;
    boot(boot_with_broken_flash);
}

static void boot_with_full_switch(void)
{
    REQUIRE(add(10) == NETDIAG_OK);
    switch_is_full = true;
    REQUIRE(add(20) == NETDIAG_ERROR_FULL);
    REQUIRE(number_of(20) == 0 && remembered(20) == 0);
    require_kept("1 trunk\n2 vlan 10\nend 2\n"); /* it stood there for a moment */
    REQUIRE(flash->writes == 4);
    switch_is_full = false;
    REQUIRE(add(20) == NETDIAG_OK && number_of(20) == 3);
}

static void switch_has_no_room_nothing_has_changed(void **state)
{
    (void)state;
    boot(boot_with_full_switch);
}

static unsigned second_shells;

static void be_second_shell(void)
{
    second_shells++;
    REQUIRE(add(20) == NETDIAG_ERROR_BUSY && drop(10) == NETDIAG_ERROR_BUSY);
    REQUIRE(forget(10) == NETDIAG_ERROR_BUSY);
    REQUIRE(netdiag_lwip_if_index_keep() == NETDIAG_ERROR_BUSY);
    REQUIRE(add(10) == NETDIAG_ERROR_EXISTS && drop(99) == NETDIAG_ERROR_NOT_FOUND);
    REQUIRE(number_of(10) == 2); /* readers do not wait */
}

static void boot_with_two_shells(void)
{
    REQUIRE(add(10) == NETDIAG_OK);
    while_saving = be_second_shell;
    REQUIRE(add(30) == NETDIAG_OK && forget(30) == NETDIAG_OK);
    REQUIRE(second_shells == 2);
    while_saving = NULL;
    REQUIRE(add(20) == NETDIAG_OK && drop(10) == NETDIAG_OK);
}

static void change_during_another_is_busy(void **state)
{
    (void)state;
    boot(boot_with_two_shells);
}

static void be_quicker(void)
{
    while_saving = NULL;
    sim_stack_lock(NULL);
    REQUIRE(netdiag_lwip_vlan_add(30, "quick") == NETDIAG_OK);
    sim_stack_unlock(NULL);
}

static void boot_with_quick_firmware(void)
{
    struct netdiag_vlan row;

    while_saving = be_quicker;
    REQUIRE(add(30) == NETDIAG_ERROR_EXISTS);
    REQUIRE(read_vlan(30, &row) && strcmp(row.name, "quick") == 0 && !row.has_interface);
    REQUIRE(!row.has_if_index && remembered(30) == 0 && !switch_has[30]);
    require_kept("1 trunk\nend 1\n");
}

static void firmware_that_adds_it_meanwhile_is_left_alone(void **state)
{
    (void)state;
    boot(boot_with_quick_firmware);
}

static void boot_with_bad_arguments(void)
{
    static const char *const names[] = {"a\nb", "\x7f", "\x1b[2J",
                                        "a-name-of-thirty-three-characters"};
    uint32_t before = flash->writes;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        REQUIRE(netdiag_lwip_platform.vlan_add(NULL, 10, names[i]) == NETDIAG_ERROR_INVALID);
    REQUIRE(add(0) == NETDIAG_ERROR_INVALID && add(4095) == NETDIAG_ERROR_INVALID);
    REQUIRE(add(UINT16_MAX) == NETDIAG_ERROR_INVALID);
    REQUIRE(netdiag_lwip_platform.vlan_add(NULL, 10, names[3] + 1) == NETDIAG_OK);
    REQUIRE(netdiag_lwip_platform.vlan_add(NULL, 20, names[3] + 1) == NETDIAG_ERROR_EXISTS);
    REQUIRE(netdiag_lwip_platform.vlan_add(NULL, 30, "caf\xc3\xa9") == NETDIAG_OK);
    REQUIRE(netdiag_lwip_platform.vlan_add(NULL, 20, "") == NETDIAG_OK);
    REQUIRE(add(20) == NETDIAG_ERROR_EXISTS);
    REQUIRE(flash->writes == before + 3);
}

static void arguments_that_are_bad_are_refused(void **state)
{
    (void)state;
    boot(boot_with_bad_arguments);
}

static void boot_and_read_numbers(void)
{
    static const uint16_t ids[] = {4094, 5, 1, 900, 77};
    struct netdiag_vlan_number rows[2];
    uint16_t after = 0;
    size_t count, seen = 0;

    for (size_t i = 0; i < 5; i++)
        REQUIRE(add(ids[i]) == NETDIAG_OK && (i % 2 || drop(ids[i]) == NETDIAG_OK));
    do {
        REQUIRE(netdiag_lwip_platform.vlan_numbers(NULL, after, rows, 2, &count) == NETDIAG_OK);
        for (size_t i = 0; i < count; i++) {
            REQUIRE(rows[i].id > after && rows[i].if_index >= 2 && rows[i].if_index <= 6);
            REQUIRE(rows[i].id == ids[rows[i].if_index - 2]);
            after = rows[i].id;
            seen++;
        }
    } while (count == 2);
    REQUIRE(seen == 5 && after == 4094);
    REQUIRE(netdiag_lwip_platform.vlan_numbers(NULL, UINT16_MAX, rows, 2, &count) == NETDIAG_OK);
    REQUIRE(count == 0);
}

static void numbers_read_in_chunks_each_comes_once(void **state)
{
    (void)state;
    boot(boot_and_read_numbers);
}

int main(void)
{
    int fd = memfd_create("flash", MFD_CLOEXEC);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(vlans_new_get_the_lowest_numbers_in_turn, buy),
        cmocka_unit_test_setup(numbers_stay_over_restarts_in_any_order, buy),
        cmocka_unit_test_setup(number_of_removed_vlan_is_no_others_and_its_own_again, buy),
        cmocka_unit_test_setup(number_forgotten_is_free, buy),
        cmocka_unit_test_setup(vlan_when_all_numbers_are_remembered_is_refused, buy),
        cmocka_unit_test_setup(interface_256th_is_refused, buy),
        cmocka_unit_test_setup(foreign_interface_keeps_its_number_and_a_clash_is_told, buy),
        cmocka_unit_test_setup(trunk_second_is_refused, buy),
        cmocka_unit_test_setup(load_after_a_number_was_given_is_refused, buy),
        cmocka_unit_test_setup(interface_renumbered_by_somebody_is_seen, buy),
        cmocka_unit_test_setup(keeping_fails_nothing_has_changed, buy),
        cmocka_unit_test_setup(switch_has_no_room_nothing_has_changed, buy),
        cmocka_unit_test_setup(change_during_another_is_busy, buy),
        cmocka_unit_test_setup(firmware_that_adds_it_meanwhile_is_left_alone, buy),
        cmocka_unit_test_setup(arguments_that_are_bad_are_refused, buy),
        cmocka_unit_test_setup(numbers_read_in_chunks_each_comes_once, buy),
    };

    if (fd < 0 || ftruncate(fd, sizeof(*flash)) != 0)
        return 1;
    flash = mmap(NULL, sizeof(*flash), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (flash == MAP_FAILED)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
