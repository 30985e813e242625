/*
 * A target's kept inputs as a test: each once, in the order of their names.
 *
 *     NAME [FILE...]
 *
 * Without files, those of tests/fuzz/corpus/NAME. No libFuzzer is needed. What does not hold ends
 * the program, and the last file that it named is the one.
 */
#include <dirent.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

#define CORPUS "tests/fuzz/corpus"

__attribute__((weak)) int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    return 0;
}

_Noreturn static void die(const char *what)
{
    fprintf(stderr, "%s: ", what);
    perror(NULL);
    exit(1);
}

/* In memory of just its size, so that a byte too far is seen. */
static void run_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes;
    long size;

    if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0)
        die(path);
    rewind(file);
    bytes = malloc(size > 0 ? (size_t)size : 1);
    if (bytes == NULL || fread(bytes, 1, (size_t)size, file) != (size_t)size)
        die(path);
    fclose(file);
    fprintf(stderr, "%s\n", path);
    LLVMFuzzerTestOneInput(bytes, (size_t)size);
    free(bytes);
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int run_directory(const char *name)
{
    char directory[PATH_MAX], path[PATH_MAX + NAME_MAX + 2];
    struct dirent **entries;
    int count;

    snprintf(directory, sizeof directory, CORPUS "/%s", name);
    count = scandir(directory, &entries, is_visible, alphasort);
    if (count < 0)
        die(directory);
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof path, "%s/%s", directory, entries[i]->d_name);
        run_file(path);
        free(entries[i]);
    }
    free(entries);
    return count;
}

int main(int argc, char **argv)
{
    const char *name = basename(argv[0]);
    int count = argc - 1;

    LLVMFuzzerInitialize(&argc, &argv);
    LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
    for (int i = 1; i < argc; i++)
        run_file(argv[i]);
    if (argc == 1)
        count = run_directory(name);
    if (count == 0) {
        fprintf(stderr, "%s: there are no inputs\n", name);
        return 1;
    }
    printf("ok %s: %d inputs\n", name, count);
    return 0;
}
