/* SPDX-License-Identifier: MIT
 * work.c: chunks, the list of full ones, and who waits. */
#include "find/work.h"

#include <atomic_ops.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

enum { MAP = 1 << 20, TRIES = 50, NAP_NS = 50000, GIVE_LEAST = 8 };

/* All guarded by `lock`, but for what is only looked at. */
static struct {
    AO_t ready;                  /* chunks to read, as a list                */
    AO_t later;
    struct lgc_chunk *empty;     /* to be used again                         */
    struct lgc_chunk *maps;      /* the first chunk of each mapping          */
    char *fresh, *fresh_end;
    AO_t entered, waiting, over, failed;
} now;

/* Not one of base/lock.h: markers share their thread-local variables. */
static volatile AO_TS_t lock = AO_TS_INITIALIZER;

void lgc_work_lock(void)
{
    while (AO_test_and_set_acquire(&lock) == AO_TS_SET)
        syscall(SYS_sched_yield);
}

void lgc_work_unlock(void) { AO_CLEAR(&lock); }

void lgc_work_begin(void)
{
    memset(&now, 0, sizeof now);
    AO_CLEAR(&lock);
}

bool lgc_work_end(void)
{
    bool ok = !now.failed;

    while (now.maps != NULL) {
        struct lgc_chunk *next = now.maps->next;

        lgc_mem_unmap(now.maps, MAP);
        now.maps = next;
    }
    memset(&now, 0, sizeof now);
    return ok;
}

/* ---- lists; the lock is held ------------------------------------------- */

static void put(AO_t *list, struct lgc_chunk *c)
{
    c->next = (struct lgc_chunk *)AO_load(list);
    AO_store(list, (AO_t)c);
}

static struct lgc_chunk *get(AO_t *list)
{
    struct lgc_chunk *c = (struct lgc_chunk *)AO_load(list);

    if (c != NULL)
        AO_store(list, (AO_t)c->next);
    return c;
}

/* NULL: no memory, which is noted. */
static struct lgc_chunk *fresh(void)
{
    struct lgc_chunk *c = now.empty;

    if (c != NULL) {
        now.empty = c->next;
        return c;
    }
    if ((size_t)(now.fresh_end - now.fresh) < sizeof *c) {
        c = lgc_mem_map(MAP);
        if (c == NULL) {
            AO_store(&now.failed, 1);
            return NULL;
        }
        c->next = now.maps;
        now.maps = c;
        now.fresh = (char *)(c + 1);
        now.fresh_end = (char *)c + MAP;
    }
    c = (struct lgc_chunk *)now.fresh;
    now.fresh += sizeof *c;
    return c;
}

static void give_back(struct lgc_chunk *c)
{
    c->n = 0;
    c->next = now.empty;
    now.empty = c;
}

/* ---- a marker's own ---------------------------------------------------- */

/* The older half goes: more hangs on it, and what is left is far from both
 * ends.  Without room for it all stays. */
static void give_half(struct lgc_chunk *mine, AO_t *list)
{
    struct lgc_chunk *half = fresh();
    size_t n = mine->n / 2;

    if (half == NULL)
        return;
    memcpy(half->entry, mine->entry, n * sizeof *half->entry);
    half->n = n;
    memmove(mine->entry, mine->entry + n, (mine->n - n) * sizeof *mine->entry);
    mine->n -= n;
    put(list, half);
}

static void push_full(struct lgc_chunk **mine, AO_t *list, uintptr_t entry)
{
    lgc_work_lock();
    if (*mine == NULL)
        *mine = fresh();
    else
        give_half(*mine, list);
    lgc_work_unlock();
    if (*mine != NULL && (*mine)->n < LGC_WORK_CHUNK)
        (*mine)->entry[(*mine)->n++] = entry; /* else it failed */
}

static bool take_chunk(struct lgc_chunk **mine, AO_t *list)
{
    struct lgc_chunk *c;

    if (AO_load(list) == 0)
        return false;
    lgc_work_lock();
    c = get(list);
    if (c != NULL) {
        if (*mine != NULL)
            give_back(*mine);
        *mine = c;
    }
    lgc_work_unlock();
    return c != NULL;
}

void lgc_work_push_full(struct lgc_work *w, uintptr_t entry) { push_full(&w->chunk, &now.ready, entry); }

uintptr_t lgc_work_pop_empty(struct lgc_work *w)
{
    return take_chunk(&w->chunk, &now.ready) ? w->chunk->entry[--w->chunk->n] : 0;
}

void lgc_work_later(struct lgc_work *w, uintptr_t entry)
{
    if (w->later != NULL && w->later->n < LGC_WORK_CHUNK)
        w->later->entry[w->later->n++] = entry;
    else
        push_full(&w->later, &now.later, entry);
}

uintptr_t lgc_work_pop_later(struct lgc_work *w)
{
    if ((w->later == NULL || w->later->n == 0) && !take_chunk(&w->later, &now.later))
        return 0;
    return w->later->entry[--w->later->n];
}

bool lgc_work_any_later(void) { return AO_load(&now.later) != 0; }

/* ---- with others ------------------------------------------------------- */

void lgc_work_enter(void)
{
    lgc_work_lock();
    AO_store(&now.entered, AO_load(&now.entered) + 1);
    lgc_work_unlock();
}

static void give_all(struct lgc_chunk **mine, AO_t *list)
{
    if (*mine != NULL && (*mine)->n > 0)
        put(list, *mine);
    else if (*mine != NULL)
        give_back(*mine);
    *mine = NULL;
}

void lgc_work_leave(struct lgc_work *w)
{
    lgc_work_lock();
    AO_store(&now.entered, AO_load(&now.entered) - 1);
    if (AO_load(&now.entered) == 0) {
        AO_store(&now.over, 0);
        AO_store(&now.waiting, 0);
    }
    give_all(&w->chunk, &now.ready);
    give_all(&w->later, &now.later);
    lgc_work_unlock();
}

void lgc_work_share(struct lgc_work *w)
{
    if (AO_load(&now.waiting) == 0 || AO_load(&now.ready) != 0 || w->chunk == NULL ||
        w->chunk->n < GIVE_LEAST)
        return;
    lgc_work_lock();
    give_half(w->chunk, &now.ready);
    lgc_work_unlock();
}

static void rest(unsigned tries)
{
    static const struct timespec nap = { 0, NAP_NS };

    if (tries < TRIES)
        syscall(SYS_sched_yield);
    else
        syscall(SYS_nanosleep, &nap, NULL);
}

bool lgc_work_wait(void)
{
    lgc_work_lock();
    AO_store(&now.waiting, AO_load(&now.waiting) + 1);
    if (AO_load(&now.waiting) == AO_load(&now.entered) && AO_load(&now.ready) == 0)
        AO_store(&now.over, 1);
    lgc_work_unlock();
    for (unsigned tries = 0; AO_load(&now.ready) == 0 && !AO_load(&now.over); tries++)
        rest(tries);
    if (AO_load(&now.over))
        return false;
    lgc_work_lock();
    AO_store(&now.waiting, AO_load(&now.waiting) - 1);
    lgc_work_unlock();
    return true;
}
