/* SPDX-License-Identifier: MIT
 * life_helper_sleeps_alone.c: after main's pthread_exit the library's thread wakes ever less often.
 *
 * run:
 *   stdout quiet
 * run: control=0
 *   args none
 *   stdout quiet
 */
#include "case.h"
#include "helper.h"
#include <stdbool.h>

static long switches(int task)
{
    char path[80], line[200];
    long n = -1;
    snprintf(path, sizeof path, "/proc/self/task/%d/status", task);
    FILE *f = fopen(path, "r");
    CHECK(f);
    while (fgets(line, sizeof line, f))
        sscanf(line, "voluntary_ctxt_switches: %ld", &n);
    fclose(f);
    CHECK(n >= 0);
    return n;
}

static bool expected;

/* In a second and a bit every 20 ms were 60; twice as long each time are 6. */
static void count_switches(void)
{
    int task = 0;
    for (int i = 0; i < 1000 && (task = helper()) == 0; i++)
        usleep(10000);
    if (task == 0) {
        puts("no helper");
        return;
    }
    long before = switches(task);
    usleep(1200000);
    long woken = switches(task) - before;
    if (woken < 25)
        puts("quiet");
    else
        printf("woken %ld times\n", woken);
}

static void *body(void *main_thread)
{
    pthread_join(*(pthread_t *)main_thread, NULL);
    if (expected) {
        count_switches();
    } else {
        usleep(200000);
        puts(helper() == 0 ? "quiet" : "a helper that nobody needs");
    }
    return NULL;
}

/* With leak finding off, and with nothing for it to do, there is no helper. */
int main(int argc, char **argv)
{
    static pthread_t self;
    pthread_t thread;
    (void)argv;
    expected = getenv("GC_FIND_LEAK") != NULL && argc == 1;
    self = pthread_self();
    CHECK(pthread_create(&thread, NULL, body, &self) == 0);
    pthread_detach(thread);
    pthread_exit(NULL);
}
