/* SPDX-License-Identifier: MIT
 * reach_thread_stack.c: a pointer on the stack of another thread keeps its block.
 *
 * run: use_stacks=1
 *   direct 0 0
 * run: use_stacks=0:use_mmap=0
 *   direct 1 104
 *   stack make body
 */
#include "case.h"
#include <semaphore.h>

static sem_t ready, never;

static void *body(void *unused)
{
    void *volatile held[4];
    held[1] = make(104);
    clear_stack();
    sem_post(&ready);
    sem_wait(&never);
    return held[1] ? unused : NULL;
}

int main(void)
{
    pthread_t thread;
    sem_init(&ready, 0, 0);
    sem_init(&never, 0, 0);
    CHECK(pthread_create(&thread, NULL, body, NULL) == 0);
    sem_wait(&ready);
    return 0;
}
