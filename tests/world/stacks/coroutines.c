/* SPDX-License-Identifier: MIT
 * coroutines.c: coroutines that allocate at every depth and go on in whichever thread takes them up.
 *
 * Their stacks are mapped anew again and again, smaller and larger, so that the
 * same addresses serve other stacks, and end at other places.
 */
#include <pthread.h>
#include <sys/mman.h>
#include <ucontext.h>

#include "stacks.h"

enum { COROUTINES = 24, THREADS = 3, TURNS = 4000 };

struct coroutine {
    ucontext_t self, scheduler;
    char *stack;
    size_t size;
    uint32_t state;
    int running, done;
};

static struct coroutine coroutine[COROUTINES];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int turns, ended;
static unsigned long long sum;

static NOINLINE void give_way(struct coroutine *c)
{
    swapcontext(&c->self, &c->scheduler);
}

static NOINLINE unsigned down(struct coroutine *c, int depth)
{
    unsigned r = chance(&c->state) % 1000;

    allocate(r);
    if (depth > 0)
        r += down(c, depth - 1);
    if (r % 4 == 0)
        give_way(c);
    allocate(r);
    return r;
}

static void body(unsigned which)
{
    struct coroutine *c = &coroutine[which];
    unsigned r = 0;

    for (int i = 0; i < 5; i++)
        r += down(c, (int)(chance(&c->state) % 12));
    c->done = (int)r | 1;
    for (;;)
        give_way(c);
}

static void begin(unsigned which)
{
    struct coroutine *c = &coroutine[which];

    if (c->stack != NULL)
        munmap(c->stack, c->size);
    if (c->state == 0)
        c->state = which + 1;
    c->size = (64 + chance(&c->state) % 3 * 32) * 1024;
    c->stack = mmap(NULL, c->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    c->done = 0;
    getcontext(&c->self);
    c->self.uc_stack.ss_sp = c->stack;
    c->self.uc_stack.ss_size = c->size;
    makecontext(&c->self, (void (*)(void))body, 1, which);
}

/* One that nobody runs, the one that waits longest; NULL: all turns are over. */
static struct coroutine *take(void)
{
    static unsigned at;
    struct coroutine *c = NULL;

    pthread_mutex_lock(&lock);
    if (turns < TURNS) {
        turns++;
        do
            c = &coroutine[at++ % COROUTINES];
        while (c->running);
        if (c->stack == NULL || c->done)
            begin((unsigned)(c - coroutine));
        c->running = 1;
    }
    pthread_mutex_unlock(&lock);
    return c;
}

static void *scheduler(void *arg)
{
    struct coroutine *c;

    while ((c = take()) != NULL) {
        swapcontext(&c->scheduler, &c->self);
        pthread_mutex_lock(&lock);
        c->running = 0;
        ended += c->done != 0;
        sum += (unsigned)c->done;
        pthread_mutex_unlock(&lock);
        allocate((uint32_t)(uintptr_t)arg);
    }
    return NULL;
}

int main(void)
{
    pthread_t thread[THREADS];

    for (uintptr_t t = 0; t < THREADS; t++)
        pthread_create(&thread[t], NULL, scheduler, (void *)t);
    for (int t = 0; t < THREADS; t++)
        pthread_join(thread[t], NULL);
    printf("%s\n", ended > 100 ? "many ended" : "too few ended");
    return 0;
}
