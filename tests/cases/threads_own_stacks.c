/* SPDX-License-Identifier: MIT
 * threads_own_stacks.c: a thread on a stack that the program provided, malloc'ed or static, is scanned like any other.
 *
 * run:
 *   direct 2 30
 *   stack make lose body
 */
#include "case.h"
#include <semaphore.h>

static sem_t ready, never;
static char stack[512 * 1024] __attribute__((aligned(4096)));

static void *body(void *unused)
{
    void *volatile held = make(95);
    lose(15, 1);
    sem_post(&ready);
    sem_wait(&never);
    return held ? unused : NULL;
}

int main(void)
{
    pthread_attr_t attributes;
    sem_init(&ready, 0, 0);
    sem_init(&never, 0, 0);
    for (int i = 0; i < 2; i++) {
        pthread_t thread;
        pthread_attr_init(&attributes);
        CHECK(pthread_attr_setstack(&attributes, i ? malloc(sizeof stack) : stack, sizeof stack) == 0);
        CHECK(pthread_create(&thread, &attributes, body, NULL) == 0);
        sem_wait(&ready);
    }
    return 0;
}
