/* SPDX-License-Identifier: MIT
 * reach_pthread_keys.c: thread-specific values keep their blocks, in keys below and above 32, in every thread.
 *
 * run: use_tls=1
 *   direct 0 0
 * run: use_tls=0:use_mmap=0
 *   direct any
 *   indirect any
 *   site 60 3600 make fill body
 *   site 60 3600 make fill main
 */
#include "case.h"
#include <semaphore.h>

enum { KEYS = 60 };
static pthread_key_t keys[KEYS];
static sem_t ready, never;

static NOINLINE void fill(void)
{
    for (int i = 0; i < KEYS; i++)
        CHECK(pthread_setspecific(keys[i], make(60)) == 0);
}

static void *body(void *unused)
{
    fill();
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
    for (int i = 0; i < KEYS; i++)
        CHECK(pthread_key_create(&keys[i], NULL) == 0);
    fill();
    CHECK(pthread_create(&thread, NULL, body, NULL) == 0);
    sem_wait(&ready);
    clear_stack();
    return 0;
}
