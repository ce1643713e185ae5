/* SPDX-License-Identifier: MIT
 * stress_everything_at_once.c: threads that allocate, free each other's blocks, come and go, and fork, while checks run: none finds a leak that is none, and none is missed.
 *
 * run:
 *   direct 77 3850
 */
#include "case.h"
#include "api.h"
#include <sys/wait.h>

enum { SLOTS = 4096, CHECKS = 60, WORKERS = 3 };
static void *slot[SLOTS];
static volatile int stop;

static void *work(void *seed)
{
    unsigned s = (unsigned)(size_t)seed;
    while (!stop) {
        size_t n = rand_r(&s) % 3 == 0 ? (size_t)rand_r(&s) % 40000 : (size_t)rand_r(&s) % 300;
        char *p = malloc(n + 1);
        CHECK(p);
        p[0] = p[n] = 1;
        if (rand_r(&s) % 7 == 0)
            CHECK(p = realloc(p, 2 * n + 1));
        free(__atomic_exchange_n(&slot[rand_r(&s) % SLOTS], p, __ATOMIC_ACQ_REL));
    }
    return NULL;
}

static void *brief(void *arg)
{
    free(malloc(100));
    return arg;
}

static void *come_and_go(void *unused)
{
    unsigned s = 7;
    while (!stop) {
        pthread_t t;
        CHECK(pthread_create(&t, NULL, brief, NULL) == 0);
        if (rand_r(&s) % 2)
            pthread_join(t, NULL);
        else
            pthread_detach(t);
        usleep(200);
    }
    return unused;
}

static void in_child(void)
{
    void *p[100];
    for (int i = 0; i < 100; i++)
        p[i] = malloc((size_t)i * 10);
    for (int i = 0; i < 100; i++)
        free(p[i]);
    if (leaksgc_check)
        CHECK(check_now().direct.objects == 0);
    _exit(0);
}

static void *forks(void *unused)
{
    while (!stop) {
        int status;
        pid_t child = fork();
        if (child == 0)
            in_child();
        CHECK(child > 0 && waitpid(child, &status, 0) == child && status == 0);
        usleep(3000);
    }
    return unused;
}

int main(void)
{
    pthread_t t[WORKERS + 2];
    for (int i = 0; i < WORKERS; i++)
        CHECK(pthread_create(&t[i], NULL, work, (void *)(size_t)(i + 1)) == 0);
    CHECK(pthread_create(&t[WORKERS], NULL, come_and_go, NULL) == 0);
    CHECK(pthread_create(&t[WORKERS + 1], NULL, forks, NULL) == 0);
    for (int i = 0; i < CHECKS; i++) {
        if (leaksgc_check)
            CHECK(check_now().direct.objects == 0);
        usleep(1000);
    }
    stop = 1;
    for (int i = 0; i < WORKERS + 2; i++)
        pthread_join(t[i], NULL);
    for (int i = 0; i < SLOTS; i++)
        free(__atomic_exchange_n(&slot[i], NULL, __ATOMIC_ACQ_REL));
    lose(50, 77);
    clear_stack();
    return 0;
}
