/*
 * What the fuzz targets share. A target is one function of some bytes; libFuzzer makes the bytes up
 * (`make fuzz`), and replay.c reads those that are kept (`make test`).
 */
#ifndef NETDIAG_TESTS_FUZZ_H
#define NETDIAG_TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The names are libFuzzer's. The first is the target, the second is called once before it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* What must hold of every input. */
#define FUZZ_CHECK(condition)                                                                      \
    do {                                                                                           \
        if (!(condition))                                                                          \
            fuzz_fail(#condition, __FILE__, __LINE__);                                             \
    } while (0)

_Noreturn void fuzz_fail(const char *condition, const char *file, int line);

/* ---- an input, from its front ---- */

struct fuzz_input {
    const uint8_t *at;
    size_t left;
};

/* 0 where nothing is left. Numbers have their high byte first. */
uint8_t fuzz_byte(struct fuzz_input *input);
uint16_t fuzz_u16(struct fuzz_input *input);
uint32_t fuzz_u32(struct fuzz_input *input);

/* The next `size` bytes, or as many as are left: how many. */
size_t fuzz_bytes(struct fuzz_input *input, void *bytes, size_t size);

/* The bytes up to the next LF, which is taken too. */
struct fuzz_input fuzz_line(struct fuzz_input *input);

/* A text of at most `size` - 1 of the next bytes: the first says how many. No NUL is among them. */
void fuzz_text(struct fuzz_input *input, char *text, size_t size);

#endif
