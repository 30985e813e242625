/*
 * A whole session: what a person types, or pastes, from the first key to the last.
 *
 *     FLAGS COLUMNS ROWS READ KEYS...
 *
 * Four bytes and the keys. FLAGS: 1 privilege 15, 2 a trusted door, 4 one that asks for a secret
 * ("s"), 8 a screen of unknown size, 16 no person. READ is how many keys come at once, 0 all.
 * Among the keys 0xff, which is no key, is a moment at which nothing is typed.
 */
#include <string.h>

#include "cli/shell.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/shell.h"
#include "tests/unit/fake_platform.h"

#define PRIVILEGED 0x01
#define TRUSTED    0x02
#define SECRET     0x04
#define NO_SIZE    0x08
#define NO_PERSON  0x10

#define PAUSE 0xff

struct person {
    struct fuzz_input keys;
    size_t at_once;
    struct netdiag_terminal screen;
    unsigned waits;
    bool in_escape;
    struct netdiag_session *session;
};

static struct person person;

static ssize_t press(void *ctx, char *bytes, size_t size, int timeout_ms)
{
    size_t count = 0;

    (void)ctx;
    if (person.keys.left > 0 && *person.keys.at == PAUSE) {
        (void)fuzz_byte(&person.keys);
        if (timeout_ms >= 0)
            return NETDIAG_READ_TIMEOUT;
    }
    if (person.at_once > 0 && size > person.at_once)
        size = person.at_once;
    while (count < size && person.keys.left > 0 && *person.keys.at != PAUSE)
        bytes[count++] = (char)fuzz_byte(&person.keys);
    if (count > 0)
        return (ssize_t)count;
    return person.keys.left > 0 && timeout_ms >= 0 ? NETDIAG_READ_TIMEOUT : NETDIAG_READ_END;
}

/* Nothing that was typed, and no name, drives the terminal: what drives it is the shell's own. */
static void judge_byte(char byte)
{
    bool is_control = (unsigned char)byte < 0x20 || byte == 0x7f;

    if (person.in_escape) {
        FUZZ_CHECK(!is_control);
        person.in_escape = byte == '[' || byte == ';' || (byte >= '0' && byte <= '9');
        return;
    }
    person.in_escape = byte == '\x1b';
    FUZZ_CHECK(!is_control || strchr("\r\n\a\b\x1b", byte) != NULL);
}

static bool show(void *ctx, enum netdiag_stream stream, const char *bytes, size_t size)
{
    (void)ctx, (void)stream;
    for (size_t i = 0; i < size; i++)
        judge_byte(bytes[i]);
    return true;
}

static void ask_size(void *ctx, struct netdiag_terminal *terminal)
{
    (void)ctx;
    *terminal = person.screen;
}

static bool is_secret(void *ctx, const char *secret)
{
    (void)ctx;
    return strcmp(secret, "s") == 0;
}

/* A command that goes on for ever on a clock of which no time costs anything. */
static void count_wait(void)
{
    if (++person.waits % FUZZ_WAITS == 0)
        netdiag_session_cancel(person.session);
}

static void furnish(void)
{
    fake_reset();
    fake_count_all();
    strcpy(fake_vlan(30)->name, "Voice \x1b[2J\xc3\xbc\xff");
    for (int i = 0; i < 30; i++)
        fake_connection();
    fake_listener(80, "httpd");
    fake_closed(NETDIAG_TCP_END_RESET);
    fake_scanner("10.0.20.9");
    fake_neighbor("10.0.10.2");
    fake_interface("Port1");
    fake_memory_pool("TCP_PCB");
    fake.on_wait = count_wait;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    uint8_t flags = fuzz_byte(&input);
    struct netdiag_door door = {
        .read = press,
        .write = show,
        .size = flags & NO_SIZE ? NULL : ask_size,
        .enable = flags & SECRET ? is_secret : NULL,
        .line_end = "\r\n",
        .name = "fuzz",
        .user = "fuzz",
        .from = "10.0.0.1",
        .privilege = flags & PRIVILEGED ? 15 : NETDIAG_PRIVILEGE_USER,
        .trusted = flags & TRUSTED,
        .echoes = !(flags & NO_PERSON),
    };

    person = (struct person){.screen.columns = fuzz_byte(&input)};
    person.screen.rows = fuzz_byte(&input);
    person.at_once = fuzz_byte(&input);
    person.keys = input;
    furnish();
    if (netdiag_session_open(&fake.diag, &door, &person.session) != NETDIAG_OK)
        return 0;
    netdiag_shell_run(person.session);
    netdiag_session_close(person.session);
    return 0;
}
