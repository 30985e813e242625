/*
 * Walks over the connections, and their judge: lwIP's own lists, looked at before a walk and after
 * it. Who is there both times lived throughout and must have come exactly once; nobody may come
 * twice. It serves any lwIP, with NO_SYS=1 and NO_SYS=0.
 *
 * A connection is known by its two ports: what makes connections must not use a pair of them again
 * within a walk.
 */
#ifndef NETDIAG_TESTS_WALK_H
#define NETDIAG_TESTS_WALK_H

#include <stddef.h>

#define WALK_READERS 4

struct walk_stack {
    void (*lock)(void *ctx); /* lwIP's core lock; they are given NULL */
    void (*unlock)(void *ctx);
    void (*between)(void); /* called between two chunks, without the lock */
};

/* Of one walk or more. */
struct walk_tally {
    size_t walks;
    size_t rows;
    size_t lived;   /* connections that lived throughout a walk; of these */
    size_t missed;  /* those that did not come */
    size_t doubled; /* rows that came more than once in a walk */
    size_t changed; /* connections that began or ended during a walk */
    size_t full;    /* walks before which the pool was exhausted */
    size_t refused; /* calls that failed, or whose answers cannot be */
    size_t untimed; /* walks that did not say how long they held the stack */
};

/* One walk in chunks of so many rows. */
void walk_judged(const struct walk_stack *stack, size_t chunk, struct walk_tally *tally);

/* Something that happens to the stack, again and again, in a thread of its own. */
struct walk_churner {
    void (*happens)(void *arg);
    void *arg;
};

/*
 * `walks` walks by each of WALK_READERS threads at once, which read all else of TCP in between,
 * while the churners' threads go on: between two chunks of each walk one more thing happens.
 * walk_stack.between is not used. Once a program.
 */
void walk_by_readers(const struct walk_stack *stack, size_t walks,
                     const struct walk_churner *churners, size_t churner_count,
                     struct walk_tally *tally);

/*
 * Prints the tally, and asserts that none was missed, none doubled, and that it was a test: enough
 * connections lived throughout, others came and went, and the pool was exhausted often.
 */
void walk_assert(const struct walk_tally *tally, size_t walks);

#endif
