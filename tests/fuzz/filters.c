/*
 * The filters: what stands behind the first '|' of a command, over a table that is always the same.
 * That nothing takes too long is the judgement of who runs the target (libFuzzer's -timeout).
 */
#include <stdio.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/plain.h"
#include "tests/fuzz/shell.h"
#include "tests/unit/fake_platform.h"

static const char command[] = "show vlan ifindex | ";

static void furnish(void)
{
    static const char *const names[] = {"Voice LAN", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                                        "abababababababababababababababab", "\xc3\xbc(a|b)*[x]"};

    fake_reset();
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        snprintf(fake_vlan((uint16_t)(100 + i))->name, NETDIAG_VLAN_NAME_LENGTH + 1, "%s",
                 names[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char line[sizeof command + CONFIG_NETDIAG_LINE_LENGTH];
    static struct fuzz_shell shell;
    size_t length = sizeof command - 1;

    furnish();
    if (!fuzz_shell_open(&shell))
        return 0;
    memcpy(line, command, sizeof command);
    if (size > sizeof line - length)
        size = sizeof line - length;
    if (size > 0)
        memcpy(line + length, data, size);
    fuzz_shell_run(&shell, line, length + size);
    FUZZ_CHECK(fuzz_is_plain(shell.out.bytes, shell.out.size));
    FUZZ_CHECK(fuzz_is_plain(shell.error.bytes, shell.error.size));
    fuzz_shell_close(&shell);
    return 0;
}
