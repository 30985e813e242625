#include "cli/history.h"

#include <stdbool.h>
#include <string.h>

static bool is_blank(const char *line, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (line[i] != ' ')
            return false;
    }
    return true;
}

static bool is_newest(const struct netdiag_history *history, const char *line, size_t size)
{
    const char *newest = netdiag_history_back(history, 1);

    return newest != NULL && strlen(newest) == size && memcmp(newest, line, size) == 0;
}

static void drop_oldest(struct netdiag_history *history)
{
    size_t oldest = strlen(history->bytes) + 1;

    history->size -= oldest;
    memmove(history->bytes, history->bytes + oldest, history->size);
}

void netdiag_history_add(struct netdiag_history *history, const char *line, size_t size)
{
    if (size >= sizeof history->bytes || is_blank(line, size) || is_newest(history, line, size))
        return;
    while (sizeof history->bytes - history->size < size + 1)
        drop_oldest(history);
    memcpy(history->bytes + history->size, line, size);
    history->size += size;
    history->bytes[history->size++] = '\0';
}

const char *netdiag_history_back(const struct netdiag_history *history, size_t back)
{
    size_t at = history->size;

    for (; back > 0; back--) {
        if (at == 0)
            return NULL;
        at--;
        while (at > 0 && history->bytes[at - 1] != '\0')
            at--;
    }
    return history->bytes + at;
}

size_t netdiag_history_count(const struct netdiag_history *history)
{
    size_t count = 0;

    for (size_t i = 0; i < history->size; i++)
        count += history->bytes[i] == '\0';
    return count;
}
