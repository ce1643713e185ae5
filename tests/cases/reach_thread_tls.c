/* SPDX-License-Identifier: MIT
 * reach_thread_tls.c: a pointer in a thread-local variable of another thread keeps its block.
 *
 * run: use_tls=1
 *   direct 0 0
 * run: use_tls=0:use_mmap=0
 *   direct any
 *   indirect any
 *   site 1 108 make body
 */
#include "case.h"
#include <semaphore.h>

static sem_t ready, never;
static __thread void *held;

static void *body(void *unused)
{
    held = make(108);
    KEEP(held);
    clear_stack();
    sem_post(&ready);
    sem_wait(&never);
    return unused;
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
