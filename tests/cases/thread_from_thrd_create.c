/* SPDX-License-Identifier: MIT
 * thread_from_thrd_create.c: C11 threads are scanned, and what they lose is found.
 *
 * run:
 *   direct 1 9
 *   stack make lose body
 */
#include "case.h"
#include <semaphore.h>
#include <threads.h>

static sem_t ready, never;
static _Thread_local void *in_tls;

static int body(void *unused)
{
    void *volatile held[3];
    held[1] = make(129);
    in_tls = make(130);
    KEEP(in_tls);
    lose(9, 1);
    sem_post(&ready);
    sem_wait(&never);
    return held[1] == unused;
}

int main(void)
{
    thrd_t thread;
    sem_init(&ready, 0, 0);
    sem_init(&never, 0, 0);
    CHECK(thrd_create(&thread, body, NULL) == thrd_success);
    sem_wait(&ready);
    return 0;
}
