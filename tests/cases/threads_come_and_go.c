/* SPDX-License-Identifier: MIT
 * threads_come_and_go.c: 3000 threads in turn, each of which allocates and frees, lose nothing and do not add up.
 *
 * run:
 *   direct 0 0
 *   indirect 0 0
 */
#include "case.h"
#include <sys/resource.h>

static void *body(void *unused)
{
    void *p[200];
    for (int i = 0; i < 200; i++)
        p[i] = make((size_t)i * 10);
    for (int i = 0; i < 200; i++)
        free(p[i]);
    return unused;
}

int main(void)
{
    for (int i = 0; i < 3000; i++) {
        pthread_t thread;
        CHECK(pthread_create(&thread, NULL, body, NULL) == 0);
        CHECK(pthread_join(thread, NULL) == 0);
    }
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    /* 3000 x 199 kB would be 600 MB. */
    CHECK(usage.ru_maxrss < 150 * 1024);
    return 0;
}
