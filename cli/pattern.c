#include "cli/pattern.h"

#include <stdbool.h>
#include <string.h>

#include "netdiag/config.h"

/* Groups within groups. A line has no room for the ends of more. */
#define GROUPS_MOST (CONFIG_NETDIAG_LINE_LENGTH / 2)

#define TOO_LARGE 1001

/* Each number is TOO_LARGE at most. */
struct part {
    unsigned size;
    unsigned empty; /* in how many ways it matches nothing */
    unsigned ways;  /* that, or in how many its parts do, one after the other */
};

static const struct part character = {1, 0, 1}, anchor = {1, 1, 3}, nothing = {0, 1, 1};

struct group {
    struct part parts;     /* one after the other, since the last '|' as far as `empty` goes */
    unsigned alternatives; /* in how many ways those before that match nothing */
};

struct measure {
    struct group groups[GROUPS_MOST + 1]; /* the open ones, the outermost first */
    unsigned depth;                       /* of them */
    struct part last; /* what a repetition that comes next would repeat; no part of its group yet */
};

static unsigned least(unsigned number)
{
    return number < TOO_LARGE ? number : TOO_LARGE;
}

static unsigned larger(unsigned one, unsigned other)
{
    return one > other ? one : other;
}

static unsigned power(unsigned base, unsigned exponent)
{
    unsigned product = 1;

    if (base <= 1)
        return exponent == 0 ? 1 : base;
    while (exponent-- > 0 && product < TOO_LARGE)
        product = least(product * base);
    return product;
}

static void join_last(struct measure *measure)
{
    struct part *parts = &measure->groups[measure->depth].parts;

    parts->size = least(parts->size + measure->last.size);
    parts->empty = least(parts->empty * measure->last.empty);
    parts->ways = least(parts->ways * measure->last.ways);
    measure->last = nothing;
}

static void add(struct measure *measure, struct part part)
{
    join_last(measure);
    measure->last = part;
}

/* What was last stands there from `low` to `high` times, or from `low` times on, or more. */
static void repeat(struct measure *measure, unsigned low, unsigned high, bool is_open)
{
    struct part *last = &measure->last;
    unsigned times = is_open ? low + 1 : larger(larger(low, high), 1);
    unsigned empty = power(last->empty, low);

    if (is_open)
        empty *= last->empty + 1;
    for (unsigned i = low + 1; i <= high && empty < TOO_LARGE; i++)
        empty += power(last->empty, i);
    last->size = least(last->size * times + is_open);
    last->ways = larger(power(last->ways, times), least(empty));
    last->empty = least(empty);
}

static void open_group(struct measure *measure)
{
    join_last(measure);
    if (measure->depth == GROUPS_MOST) {
        add(measure, (struct part){TOO_LARGE, TOO_LARGE, TOO_LARGE});
        return;
    }
    measure->groups[++measure->depth] = (struct group){.parts = nothing};
}

static void begin_alternative(struct measure *measure)
{
    struct group *group = &measure->groups[measure->depth];

    join_last(measure);
    group->alternatives = least(group->alternatives + group->parts.empty);
    group->parts.empty = 1;
    group->parts.size = least(group->parts.size + 1);
}

/* The group as one part of what is around it. */
static struct part whole(const struct group *group)
{
    struct part part = group->parts;

    part.empty = least(part.empty + group->alternatives);
    part.ways = larger(part.ways, part.empty);
    return part;
}

/* One without an opening is an error, or stands for itself. */
static void close_group(struct measure *measure)
{
    if (measure->depth == 0) {
        add(measure, character);
        return;
    }
    join_last(measure);
    measure->last = whole(&measure->groups[measure->depth--]);
    if (measure->last.size == 0)
        measure->last.ways = anchor.ways; /* "()" costs as much */
    measure->last.size = least(measure->last.size + 1);
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

static unsigned take_number(const char **at)
{
    unsigned number = 0;

    for (; **at >= '0' && **at <= '9'; (*at)++)
        number = least(number * 10 + (unsigned)(**at - '0'));
    return number;
}

/* Behind the '{' of a repetition such as {2,5}: what comes after its end. {2,} is {2}, and '*'. */
static const char *take_interval(struct measure *measure, const char *at)
{
    unsigned low = take_number(&at), high = low;
    bool is_open = false;

    if (*at == ',') {
        at++;
        is_open = *at < '0' || *at > '9';
        high = take_number(&at);
    }
    repeat(measure, low, high, is_open);
    while (*at != '\0' && *at != '}')
        at++; /* it is no interval, and an error */
    return *at == '\0' ? at : at + 1;
}

/* Behind a '\': what comes after the character that it makes another. */
static const char *take_escape(struct measure *measure, const char *at)
{
    add(measure, *at != '\0' && strchr("<>bB`'", *at) != NULL ? anchor : character);
    return *at == '\0' ? at : at + 1;
}

/* What comes after the character, or the operator, at `at`. */
static const char *take(struct measure *measure, const char *at)
{
    switch (*at++) {
    case '\\':
        return take_escape(measure, at);
    case '[':
        add(measure, character);
        return skip_list(at);
    case '{':
        return take_interval(measure, at);
    case '(':
        open_group(measure);
        return at;
    case ')':
        close_group(measure);
        return at;
    case '|':
        begin_alternative(measure);
        return at;
    case '+':
        repeat(measure, 1, 1, true);
        return at;
    case '*':
        repeat(measure, 0, 0, true);
        return at;
    case '?':
        repeat(measure, 0, 1, false);
        measure->last.size = least(measure->last.size + 1);
        return at;
    case '^':
    case '$':
        add(measure, anchor);
        return at;
    default:
        add(measure, character);
        return at;
    }
}

void netdiag_pattern_measure(const char *pattern, struct netdiag_pattern *measured)
{
    struct measure measure = {.groups[0] = {.parts = nothing}, .last = nothing};

    while (*pattern != '\0')
        pattern = take(&measure, pattern);
    join_last(&measure);
    *measured = (struct netdiag_pattern){0, 1};
    for (unsigned i = 0; i <= measure.depth; i++) {
        struct part part = whole(&measure.groups[i]);

        measured->size = least(measured->size + part.size);
        measured->ways = least(measured->ways * part.ways);
    }
}
