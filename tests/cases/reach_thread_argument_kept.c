/* SPDX-License-Identifier: MIT
 * reach_thread_argument_kept.c: a running thread's argument is found in its control block even if the thread dropped it.
 *
 * run:
 *   direct 0 0
 * run: use_tls=0:use_stacks=0:use_mmap=0:use_registers=0
 *   direct any
 *   indirect any
 *   site 1 124 make main
 */
#include "case.h"
#include <semaphore.h>

static sem_t ready, never;

static void *body(void *argument)
{
    argument = NULL;
    KEEP(argument);
    clear_stack();
    sem_post(&ready);
    sem_wait(&never);
    return argument;
}

int main(void)
{
    pthread_t thread;
    sem_init(&ready, 0, 0);
    sem_init(&never, 0, 0);
    CHECK(pthread_create(&thread, NULL, body, make(124)) == 0);
    sem_wait(&ready);
    clear_stack();
    return 0;
}
