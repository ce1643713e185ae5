/* SPDX-License-Identifier: MIT
 * life_fork_in_threads.c: fork while other threads allocate: each child can allocate and ends cleanly, 200 times.
 *
 * run: use_stacks=1
 *   direct 0 0
 *   indirect 0 0
 */
#include "case.h"
#include <sys/wait.h>

static int volatile stop;

static void *churn(void *unused)
{
    void *p[100] = { 0 };
    for (unsigned i = 0; !stop; i++) {
        free(p[i % 100]);
        p[i % 100] = malloc(i * 13 % 5000);
        memset(p[i % 100], 1, i * 13 % 5000);
    }
    for (int i = 0; i < 100; i++)
        free(p[i]);
    return unused;
}

int main(void)
{
    pthread_t threads[3];
    for (int i = 0; i < 3; i++)
        CHECK(pthread_create(&threads[i], NULL, churn, NULL) == 0);
    for (int round = 0; round < 200; round++) {
        pid_t child = fork();
        CHECK(child >= 0);
        if (child == 0) {
            for (size_t n = 1; n < 100000; n *= 3) {
                char *p = malloc(n);
                CHECK(p);
                p[n - 1] = 1;
                free(realloc(p, 2 * n));
            }
            _exit(7);
        }
        int status;
        CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 7);
    }
    stop = 1;
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
