/* SPDX-License-Identifier: MIT
 * threads_two_hundred.c: 200 threads at once are stopped and scanned: what each holds is kept, what each lost is found.
 *
 * run:
 *   direct 200 2800
 *   groups 1
 *   stack make lose body
 */
#include "case.h"

static pthread_barrier_t barrier;
static pthread_mutex_t never = PTHREAD_MUTEX_INITIALIZER;

static void *body(void *unused)
{
    void *volatile held = make(94);
    lose(14, 1);
    pthread_barrier_wait(&barrier);
    pthread_mutex_lock(&never);
    return held ? unused : NULL;
}

int main(void)
{
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 512 * 1024);
    pthread_barrier_init(&barrier, NULL, 201);
    pthread_mutex_lock(&never);
    for (int i = 0; i < 200; i++) {
        pthread_t thread;
        CHECK(pthread_create(&thread, &attributes, body, NULL) == 0);
    }
    pthread_barrier_wait(&barrier);
    return 0;
}
