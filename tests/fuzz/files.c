/*
 * Files that are read: a byte that says which, and what stands in it.
 *
 *     u  the users file             k  a line of a public key file
 *     i  the interfaces' numbers    t  what `show tech-support tcp` printed
 *
 * What is taken is written and read again: it is the same.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <jansson.h>

#include "cli/access/client/client.h"
#include "cli/access/users.h"
#include "platform/lwip/if_index.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/plain.h"

static char directory[] = "/tmp/netdiag-fuzz-XXXXXX";
static char path[sizeof directory + 8];

static void leave(void)
{
    unlink(path);
    rmdir(directory);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    FUZZ_CHECK(mkdtemp(directory) != NULL);
    snprintf(path, sizeof path, "%s/file", directory);
    atexit(leave);
    return 0;
}

static void write_file(const struct fuzz_input *input)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    if (fd < 0 || write(fd, input->at, input->left) != (ssize_t)input->left || close(fd) != 0)
        fuzz_fail("a file can be written", __FILE__, __LINE__);
}

/* ---- the users file ---- */

static void judge_error(const char *error, size_t size)
{
    FUZZ_CHECK(error[0] != '\0' && memchr(error, '\0', size) != NULL);
    FUZZ_CHECK(fuzz_is_plain(error, strlen(error)));
}

static void judge_users(struct netdiag_users *users)
{
    static struct netdiag_users again;
    char error[512];
    bool exists;

    for (size_t i = 0; i < users->count; i++)
        FUZZ_CHECK(netdiag_users_find(users, users->rows[i].name) == &users->rows[i]);
    FUZZ_CHECK(netdiag_users_store(path, users, error, sizeof error));
    FUZZ_CHECK(netdiag_users_load(path, &again, &exists, error, sizeof error) && exists);
    FUZZ_CHECK(again.count == users->count && strcmp(again.enable, users->enable) == 0);
    for (size_t i = 0; i < users->count; i++) {
        FUZZ_CHECK(strcmp(again.rows[i].name, users->rows[i].name) == 0);
        FUZZ_CHECK(strcmp(again.rows[i].hash, users->rows[i].hash) == 0);
        FUZZ_CHECK(again.rows[i].privilege == users->rows[i].privilege);
        FUZZ_CHECK(again.rows[i].key_count == users->rows[i].key_count);
    }
}

static void read_users(const struct fuzz_input *input)
{
    static struct netdiag_users users;
    char error[512] = "";

    write_file(input);
    if (netdiag_users_load(path, &users, NULL, error, sizeof error))
        judge_users(&users);
    else
        judge_error(error, sizeof error);
}

static void read_key(const struct fuzz_input *input)
{
    static struct netdiag_users users;
    char error[512] = "", line[4096];
    struct fuzz_input copy = *input;

    line[fuzz_bytes(&copy, line, sizeof line - 1)] = '\0';
    memset(&users, 0, sizeof users);
    FUZZ_CHECK(netdiag_users_add(&users, "a", 1, error, sizeof error));
    if (netdiag_user_add_key(&users.rows[0], line, error, sizeof error))
        judge_users(&users);
    else
        judge_error(error, sizeof error);
}

/* ---- the interfaces' numbers ---- */

static void read_numbers(const struct fuzz_input *input)
{
    static struct netdiag_lwip_if_indexes numbers, again;
    static char text[NETDIAG_LWIP_IF_INDEX_TEXT];
    char why[256] = "";
    size_t size;

    if (!netdiag_lwip_if_index_parse((const char *)input->at, input->left, &numbers, why,
                                     sizeof why)) {
        judge_error(why, sizeof why);
        return;
    }
    size = netdiag_lwip_if_index_write(&numbers, text);
    FUZZ_CHECK(size == input->left); /* the lines may stand in another order */
    FUZZ_CHECK(netdiag_lwip_if_index_parse(text, size, &again, why, sizeof why));
    FUZZ_CHECK(memcmp(&numbers, &again, sizeof numbers) == 0);
}

/* ---- what a device has printed ---- */

/* What client_diagnose() prints, in place of the standard streams. */
static int diagnose(bool as_json, char **printed, size_t *size)
{
    FILE *out = stdout, *error = stderr;
    char *complaint;
    size_t complaint_size;
    int status;

    stdout = open_memstream(printed, size);
    stderr = open_memstream(&complaint, &complaint_size);
    FUZZ_CHECK(stdout != NULL && stderr != NULL);
    status = client_diagnose(path, NETDIAG_LANGUAGE_ENGLISH, as_json);
    fclose(stdout);
    fclose(stderr);
    stdout = out;
    stderr = error;
    FUZZ_CHECK(fuzz_is_plain(complaint, complaint_size));
    FUZZ_CHECK((status == 0) == (complaint_size == 0));
    free(complaint);
    return status;
}

static void read_tech_support(const struct fuzz_input *input)
{
    char *printed;
    json_t *document;
    size_t size;
    int status;

    write_file(input);
    status = diagnose(false, &printed, &size);
    FUZZ_CHECK(fuzz_is_plain(printed, size));
    free(printed);
    FUZZ_CHECK(diagnose(true, &printed, &size) == status);
    document = json_loadb(printed, size, JSON_REJECT_DUPLICATES, NULL);
    FUZZ_CHECK((document != NULL) == (status == 0));
    json_decref(document);
    free(printed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};

    switch (fuzz_byte(&input)) {
    case 'u':
        read_users(&input);
        break;
    case 'k':
        read_key(&input);
        break;
    case 'i':
        read_numbers(&input);
        break;
    case 't':
        read_tech_support(&input);
        break;
    default:
        break;
    }
    return 0;
}
