/* SPDX-License-Identifier: MIT
 * new_is_exact_under_stress.c: while threads allocate, free and fork, every lost block is new in exactly one of many checks, on copies and in place.
 *
 * run: snapshot=fork
 *   direct 300 15000
 * run: snapshot=stop
 *   direct 300 15000
 */
#include "case.h"
#include "api.h"
#include <sys/wait.h>

enum { ROUNDS = 60, EACH = 5, SLOTS = 512 };
static void *slot[SLOTS];
static volatile int stop;

static void *churn(void *seed)
{
    unsigned s = (unsigned)(size_t)seed;
    while (!stop) {
        void *p = malloc((size_t)rand_r(&s) % 2000);
        free(__atomic_exchange_n(&slot[rand_r(&s) % SLOTS], p, __ATOMIC_ACQ_REL));
    }
    return NULL;
}

static void *forker(void *unused)
{
    while (!stop) {
        int pid = fork(), status;
        CHECK(pid >= 0);
        if (pid == 0)
            _exit(0);
        CHECK(waitpid(pid, &status, 0) == pid && status == 0);
        usleep(2000);
    }
    return unused;
}

int main(void)
{
    pthread_t thread[3];
    uint64_t sum = 0;
    CHECK(pthread_create(&thread[0], NULL, churn, (void *)1) == 0);
    CHECK(pthread_create(&thread[1], NULL, churn, (void *)2) == 0);
    CHECK(pthread_create(&thread[2], NULL, forker, NULL) == 0);
    for (int round = 0; round < ROUNDS; round++) {
        lose(50, EACH);
        if (leaksgc_check) {
            struct leaksgc_result r = check_now();
            sum += r.fresh.objects;
            /* A thread that is stopped in malloc may hold the address of one
             * for a moment; then it is new in a later check. */
            CHECK(r.direct.objects == sum && r.fresh.bytes == r.fresh.objects * 50);
            CHECK(sum <= (uint64_t)EACH * (round + 1));
        }
    }
    stop = 1;
    for (int i = 0; i < 3; i++)
        CHECK(pthread_join(thread[i], NULL) == 0);
    for (int i = 0; i < SLOTS; i++)
        free(slot[i]);
    if (leaksgc_check) {
        sum += check_now().fresh.objects;
        CHECK(sum == ROUNDS * EACH);
        CHECK(check_now().fresh.objects == 0);
    }
    return 0;
}
