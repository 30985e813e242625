#include "tests/unit/golden.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/access/access.h"
#include "tests/unit/fake_platform.h"

static FILE *file_of(const char *first, const char *bytes, size_t size)
{
    FILE *file = tmpfile();

    assert_non_null(file);
    assert_true(fputs(first, file) >= 0);
    if (size > 0)
        assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fflush(file), 0);
    rewind(file);
    return file;
}

/* All bytes of a file, with a NUL after them. */
static char *contents_of(FILE *file, size_t *size)
{
    char *bytes;
    long end;

    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    end = ftell(file);
    assert_true(end >= 0);
    *size = (size_t)end;
    bytes = malloc(*size + 1);
    assert_non_null(bytes);
    rewind(file);
    assert_int_equal(fread(bytes, 1, *size, file), *size);
    bytes[*size] = '\0';
    fclose(file);
    return bytes;
}

const struct run *run_bytes(const char *input, size_t size)
{
    static struct run run;
    FILE *in = file_of(IN_ENGLISH, input, size);
    FILE *out = file_of("", "", 0);
    FILE *err = file_of("", "", 0);

    free(run.out);
    free(run.err);
    run.status = netdiag_pipe_run(&fake.diag, fileno(in), fileno(out), fileno(err), -1);
    run.out = contents_of(out, &run.out_size);
    run.err = contents_of(err, &run.err_size);
    fclose(in);
    return &run;
}

const struct run *run_lines(const char *input)
{
    return run_bytes(input, strlen(input));
}

static void golden_path(char *path, size_t size, const char *name)
{
    const char *directory = getenv("GOLDEN_DIR");

    snprintf(path, size, "%s/%s", directory != NULL ? directory : "tests/golden", name);
}

void assert_golden(const char *name, const char *bytes, size_t size)
{
    const char *update = getenv("UPDATE_GOLDEN");
    char path[1024];
    char *expected;
    size_t expected_size;
    FILE *file;

    golden_path(path, sizeof path, name);
    if (update != NULL && strcmp(update, "1") == 0) {
        file = fopen(path, "wb");
        assert_non_null(file);
        assert_int_equal(fwrite(bytes, 1, size, file), size);
        assert_int_equal(fclose(file), 0);
        return;
    }
    file = fopen(path, "rb");
    if (file == NULL)
        fail_msg("%s: cannot be opened", path);
    expected = contents_of(file, &expected_size);
    if (expected_size != size || memcmp(expected, bytes, size) != 0)
        fail_msg("%s differs\n--- expected\n%s--- got\n%.*s", path, expected, (int)size, bytes);
    free(expected);
}

void assert_line_golden(const char *line, const char *name)
{
    const struct run *run = run_lines(line);

    assert_string_equal(run->err, "");
    assert_int_equal(run->status, 0);
    assert_golden(name, run->out, run->out_size);
}

void assert_refused(const char *line, const char *err, int status)
{
    const struct run *run = run_lines(line);

    assert_string_equal(run->err, err);
    assert_string_equal(run->out, "");
    assert_int_equal(run->status, status);
}

void assert_caret(const char *line, int column)
{
    char expected[1024];

    snprintf(expected, sizeof expected, "%s\n%*s^\n%% Invalid input detected at '^' marker.\n",
             line, column, "");
    assert_refused(line, expected, 2);
}

void assert_same_output(const char *line, const char *other)
{
    const struct run *run = run_lines(line);
    char *first = malloc(run->out_size + 1);

    assert_non_null(first);
    assert_true(run->out_size > 0);
    memcpy(first, run->out, run->out_size + 1);
    assert_string_equal(run_lines(other)->out, first);
    free(first);
}

void assert_no_client_fails(const char *lines)
{
    static const char *const poison[] = {
        "not found",
        "connection timed out",
        "ERROR:",
        "error: ",
        "% Invalid",
        "% Error",
        "invalid input",
        "incomplete command",
        "ambiguous command",
        "Bad mask",
    };
    const struct run *run = run_lines(lines);

    assert_true(run->out_size > 0);
    for (size_t i = 0; i < sizeof poison / sizeof poison[0]; i++) {
        assert_null(strstr(run->out, poison[i]));
        assert_null(strstr(run->err, poison[i]));
    }
}
