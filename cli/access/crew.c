/*
 * A place belongs to whoever holds the lock, but for its thread between its start and its last
 * act, which is to call the place done. Whoever adds the next job joins it then.
 */
#include "cli/access/crew.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>

#include "cli/locks.h"
#include "netdiag/config.h"

enum place_state {
    PLACE_FREE,
    PLACE_BUSY,
    PLACE_DONE,
};

struct place {
    _Atomic enum place_state state;
    pthread_t thread;
    netdiag_crew_serve *serve;
    void *job;
};

struct netdiag_crew {
    pthread_mutex_t lock;
    size_t most;
    struct place places[CONFIG_NETDIAG_SESSIONS];
};

struct netdiag_crew *netdiag_crew_start(size_t most)
{
    struct netdiag_crew *crew = calloc(1, sizeof *crew);

    if (crew == NULL)
        return NULL;
    crew->most = most < CONFIG_NETDIAG_SESSIONS ? most : CONFIG_NETDIAG_SESSIONS;
    pthread_mutex_init(&crew->lock, NULL);
    return crew;
}

static void *work(void *argument)
{
    struct place *place = argument;

    place->serve(place->job);
    atomic_store(&place->state, PLACE_DONE);
    return NULL;
}

static void reap(struct place *place)
{
    pthread_join(place->thread, NULL);
    atomic_store(&place->state, PLACE_FREE);
}

static struct place *find_place(struct netdiag_crew *crew)
{
    struct place *free_one = NULL;

    for (size_t i = 0; i < crew->most; i++) {
        struct place *place = &crew->places[i];

        if (atomic_load(&place->state) == PLACE_DONE)
            reap(place);
        if (free_one == NULL && atomic_load(&place->state) == PLACE_FREE)
            free_one = place;
    }
    return free_one;
}

static enum netdiag_error add(struct netdiag_crew *crew, netdiag_crew_serve *serve, void *job)
{
    struct place *place = find_place(crew);

    if (place == NULL)
        return NETDIAG_ERROR_FULL;
    place->serve = serve;
    place->job = job;
    atomic_store(&place->state, PLACE_BUSY);
    if (pthread_create(&place->thread, NULL, work, place) == 0)
        return NETDIAG_OK;
    atomic_store(&place->state, PLACE_FREE);
    return NETDIAG_ERROR_MEMORY;
}

enum netdiag_error netdiag_crew_add(struct netdiag_crew *crew, netdiag_crew_serve *serve, void *job)
{
    enum netdiag_error error;

    netdiag_lock_take(&crew->lock, NETDIAG_LOCK_CREW);
    error = add(crew, serve, job);
    netdiag_lock_leave(&crew->lock, NETDIAG_LOCK_CREW);
    return error;
}

void netdiag_crew_end(struct netdiag_crew *crew)
{
    if (crew == NULL)
        return;
    for (size_t i = 0; i < crew->most; i++) {
        if (atomic_load(&crew->places[i].state) != PLACE_FREE)
            reap(&crew->places[i]);
    }
    pthread_mutex_destroy(&crew->lock);
    free(crew);
}
