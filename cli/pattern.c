#include "cli/pattern.h"

#include <stdbool.h>
#include <string.h>

#include "netdiag/config.h"

/* Groups within groups. A line has no room for the ends of more. */
#define GROUPS_MOST (CONFIG_NETDIAG_LINE_LENGTH / 2)

#define TOO_LARGE (NETDIAG_PATTERN_MOST + 1)

struct measure {
    unsigned sums[GROUPS_MOST + 1]; /* of the open groups, the outermost first */
    unsigned depth;                 /* of them */
    unsigned last;                  /* what a repetition that comes next would repeat */
};

static unsigned least(unsigned size)
{
    return size < TOO_LARGE ? size : TOO_LARGE;
}

static void add(struct measure *measure, unsigned size)
{
    unsigned *sum = &measure->sums[measure->depth];

    measure->last = size;
    *sum = least(*sum + size);
}

/* What was last stands there `times` times, with an operator; each number is TOO_LARGE at most. */
static void repeat(struct measure *measure, unsigned times, unsigned operators)
{
    unsigned *sum = &measure->sums[measure->depth];
    unsigned size = least(measure->last * times + operators);

    *sum = least(*sum + size - measure->last);
    measure->last = size;
}

static void open_group(struct measure *measure)
{
    if (measure->depth == GROUPS_MOST) {
        add(measure, TOO_LARGE);
        return;
    }
    measure->sums[++measure->depth] = 0;
    measure->last = 1;
}

/* One without an opening is an error, or stands for itself. */
static void close_group(struct measure *measure)
{
    if (measure->depth == 0)
        add(measure, 1);
    else
        add(measure, least(measure->sums[measure->depth--] + 1));
}

/* Behind the '[' of a list of characters: what comes after its end. */
static const char *skip_list(const char *at)
{
    at += *at == '^';
    at += *at == ']'; /* the first one is of the list */
    while (*at != '\0' && *at != ']') {
        char kind = *at++ == '[' ? *at : '\0';
        const char *end;

        if (kind == '\0' || strchr(".:=", kind) == NULL)
            continue;
        /* [:alpha:] and its like */
        for (end = at + 1; *end != '\0' && !(end[0] == kind && end[1] == ']'); end++) {
            /* its name */
        }
        at = *end == '\0' ? end : end + 2;
    }
    return *at == '\0' ? at : at + 1;
}

/* Behind the '{' of a repetition such as {2,5}: what comes after its end. {2,} is {2}, and '*'. */
static const char *take_interval(struct measure *measure, const char *at)
{
    unsigned most = 1, number = 0;
    bool is_open = false;

    for (; *at != '\0' && *at != '}'; at++) {
        is_open = *at < '0' || *at > '9';
        number = is_open ? 0 : least(number * 10 + (unsigned)(*at - '0'));
        if (number > most)
            most = number;
    }
    repeat(measure, most + is_open, is_open);
    return *at == '\0' ? at : at + 1;
}

/* What comes after the character, or the operator, at `at`. */
static const char *take(struct measure *measure, const char *at)
{
    switch (*at++) {
    case '\\':
        add(measure, 1);
        return *at == '\0' ? at : at + 1;
    case '[':
        add(measure, 1);
        return skip_list(at);
    case '{':
        return take_interval(measure, at);
    case '(':
        open_group(measure);
        return at;
    case ')':
        close_group(measure);
        return at;
    case '+':
        repeat(measure, 2, 1);
        return at;
    case '*':
    case '?':
        repeat(measure, 1, 1);
        return at;
    default:
        add(measure, 1);
        return at;
    }
}

unsigned netdiag_pattern_size(const char *pattern)
{
    struct measure measure = {.depth = 0};
    unsigned size = 0;

    while (*pattern != '\0')
        pattern = take(&measure, pattern);
    for (unsigned i = 0; i <= measure.depth; i++)
        size = least(size + measure.sums[i]);
    return size;
}
