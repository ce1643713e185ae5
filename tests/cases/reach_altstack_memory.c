/* SPDX-License-Identifier: MIT
 * reach_altstack_memory.c: memory that only the kernel knows, as an alternate signal stack, is not lost.
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
#include <signal.h>

static sem_t ready, never;

static NOINLINE void set_altstack(void)
{
    stack_t stack = { 0 };
    stack.ss_size = 100000;
    stack.ss_sp = make(stack.ss_size);
    CHECK(sigaltstack(&stack, NULL) == 0);
    /* The system call's arguments stay in no frame. */
    memset(&stack, 0, sizeof stack);
    KEEP(stack.ss_sp);
}

static void *body(void *unused)
{
    set_altstack();
    clear_stack();
    sem_post(&ready);
    sem_wait(&never);
    return unused;
}

int main(int argc, char **argv)
{
    pthread_t thread;
    if (argc > 1 && !strcmp(argv[1], "thread")) {
        sem_init(&ready, 0, 0);
        sem_init(&never, 0, 0);
        CHECK(pthread_create(&thread, NULL, body, NULL) == 0);
        sem_wait(&ready);
    } else {
        set_altstack();
    }
    clear_stack();
    return 0;
}
