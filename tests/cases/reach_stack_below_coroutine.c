/* SPDX-License-Identifier: MIT
 * reach_stack_below_coroutine.c: while a thread runs on a coroutine's stack, its own stack still keeps its blocks.
 *
 * run:
 *   args main
 *   direct 0 0
 *   lsan-differs
 * run:
 *   args thread
 *   direct 0 0
 *   lsan-differs
 */
#include "case.h"
#include <semaphore.h>
#include <ucontext.h>

static ucontext_t outside, coroutine;
static sem_t ready, never;
static int in_thread;

static void body(void)
{
    clear_stack();
    if (!in_thread)
        exit(0);
    sem_post(&ready);
    sem_wait(&never);
}

static NOINLINE void enter(void)
{
    void *volatile held[4];
    held[2] = make(122);
    CHECK(getcontext(&coroutine) == 0);
    coroutine.uc_stack.ss_size = 512 * 1024;
    coroutine.uc_stack.ss_sp = malloc(coroutine.uc_stack.ss_size);
    makecontext(&coroutine, body, 0);
    swapcontext(&outside, &coroutine);
    _exit(held[2] == NULL ? 97 : 96);
}

static void *thread_body(void *unused)
{
    enter();
    return unused;
}

int main(int argc, char **argv)
{
    in_thread = argc > 1 && !strcmp(argv[1], "thread");
    if (!in_thread)
        enter();
    pthread_t thread;
    sem_init(&ready, 0, 0);
    sem_init(&never, 0, 0);
    CHECK(pthread_create(&thread, NULL, thread_body, NULL) == 0);
    sem_wait(&ready);
    return 0;
}
