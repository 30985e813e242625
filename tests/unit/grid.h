/*
 * A terminal as far as a picture needs one: what a person sees after the bytes, and where the
 * cursor is. As xterm does it: a character in the last column leaves the cursor there, and the next
 * one goes to the next row first; clearing from there clears the last column.
 */
#ifndef NETDIAG_TESTS_GRID_H
#define NETDIAG_TESTS_GRID_H

#include <stdbool.h>
#include <stddef.h>

#define GRID_COLUMNS 200
#define GRID_ROWS    80

struct grid {
    unsigned columns, rows;
    unsigned row, column;
    bool is_past;                                   /* after the last column of the row */
    unsigned wrapped, scrolled;                     /* how often */
    char cells[GRID_ROWS][GRID_COLUMNS][3 * 4 + 1]; /* "": the right half of a wide character */
};

/* An empty screen with the cursor at its top. */
void grid_start(struct grid *grid, unsigned columns, unsigned rows);

/* Fails the test for a byte or a sequence that it does not know, or that is cut off. */
void grid_take(struct grid *grid, const char *bytes, size_t size);

/* A row without the blanks at its end. Valid until the next call. */
const char *grid_row(const struct grid *grid, unsigned row);

#endif
