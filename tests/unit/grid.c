#include "tests/unit/grid.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/utf8.h"

static void clear(struct grid *grid, unsigned row, unsigned column, unsigned end)
{
    for (; column < end; column++)
        strcpy(grid->cells[row][column], " ");
}

static void clear_from(struct grid *grid, unsigned row)
{
    for (; row < grid->rows; row++)
        clear(grid, row, 0, grid->columns);
}

void grid_start(struct grid *grid, unsigned columns, unsigned rows)
{
    assert_true(columns <= GRID_COLUMNS && rows <= GRID_ROWS);
    memset(grid, 0, sizeof *grid);
    grid->columns = columns;
    grid->rows = rows;
    clear_from(grid, 0);
}

static void go_down(struct grid *grid)
{
    if (grid->row + 1 < grid->rows) {
        grid->row++;
        return;
    }
    memmove(grid->cells[0], grid->cells[1], sizeof grid->cells[0] * (grid->rows - 1));
    clear(grid, grid->row, 0, grid->columns);
    grid->scrolled++;
}

static void combine(struct grid *grid, const char *bytes, size_t length)
{
    unsigned column = grid->is_past ? grid->column : grid->column - 1;
    char *cell;

    assert_true(grid->column > 0);
    if (grid->cells[grid->row][column][0] == '\0')
        column--;
    cell = grid->cells[grid->row][column];
    assert_true(strlen(cell) + length < sizeof grid->cells[0][0]);
    strncat(cell, bytes, length);
}

static void put(struct grid *grid, const char *bytes, size_t length, unsigned width)
{
    char *cell;

    if (grid->is_past || grid->column + width > grid->columns) {
        grid->wrapped++;
        grid->is_past = false;
        grid->column = 0;
        go_down(grid);
    }
    cell = grid->cells[grid->row][grid->column];
    memcpy(cell, bytes, length);
    cell[length] = '\0';
    if (width == 2)
        grid->cells[grid->row][grid->column + 1][0] = '\0';
    grid->column += width;
    if (grid->column == grid->columns) {
        grid->column--;
        grid->is_past = true;
    }
}

static size_t take_character(struct grid *grid, const char *bytes, size_t size)
{
    uint32_t code;
    size_t length = netdiag_utf8_decode(bytes, size, &code);
    unsigned width;

    if (length == 0)
        fail_msg("no whole character at \"%.*s\"", (int)size, bytes);
    assert_true(code >= ' ');
    width = netdiag_utf8_width(code);
    if (width == 0)
        combine(grid, bytes, length);
    else
        put(grid, bytes, length, width);
    return length;
}

static size_t take_sequence(struct grid *grid, const char *bytes, size_t size)
{
    static const char clear_all[] = "\x1b[2J";

    if (size >= sizeof clear_all - 1 && memcmp(bytes, clear_all, sizeof clear_all - 1) == 0) {
        clear_from(grid, 0);
        return sizeof clear_all - 1;
    }
    assert_true(size >= 3 && bytes[1] == '[');
    switch (bytes[2]) {
    case 'H':
        grid->row = grid->column = 0;
        grid->is_past = false;
        break;
    case 'J':
        clear(grid, grid->row, grid->column, grid->columns);
        clear_from(grid, grid->row + 1);
        break;
    case 'K':
        clear(grid, grid->row, grid->column, grid->columns);
        break;
    default:
        fail_msg("an unknown sequence: %.3s", bytes + 1);
    }
    return 3;
}

void grid_take(struct grid *grid, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size;) {
        switch (bytes[i]) {
        case '\r':
            grid->column = 0;
            grid->is_past = false;
            i++;
            break;
        case '\n':
            grid->is_past = false;
            go_down(grid);
            i++;
            break;
        case '\x1b':
            i += take_sequence(grid, bytes + i, size - i);
            break;
        default:
            i += take_character(grid, bytes + i, size - i);
            break;
        }
    }
}

const char *grid_row(const struct grid *grid, unsigned row)
{
    static char text[sizeof grid->cells[0]];
    size_t size = 0;

    for (unsigned column = 0; column < grid->columns; column++) {
        const char *cell = grid->cells[row][column];

        memcpy(text + size, cell, strlen(cell));
        size += strlen(cell);
    }
    while (size > 0 && text[size - 1] == ' ')
        size--;
    text[size] = '\0';
    return text;
}
