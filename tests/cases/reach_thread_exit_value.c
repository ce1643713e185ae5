/* SPDX-License-Identifier: MIT
 * reach_thread_exit_value.c: what a thread returned is not lost before somebody joined it; joined and dropped, it is.
 *
 * run:
 *   direct 1 125
 *   stack make body
 */
#include "case.h"
#include "api.h"
#include <dirent.h>

static void *body(void *unused)
{
    void *value = make(125);
    KEEP(value);
    return unused ? NULL : value;
}

static int count_tasks(void)
{
    int n = 0;
    DIR *tasks = opendir("/proc/self/task");
    struct dirent *entry;
    CHECK(tasks);
    while ((entry = readdir(tasks)))
        n += entry->d_name[0] != '.';
    closedir(tasks);
    return n;
}

static NOINLINE void join_and_drop(pthread_t thread)
{
    void *value;
    CHECK(pthread_join(thread, &value) == 0 && value);
}

int main(void)
{
    pthread_t thread;
    int before = count_tasks();
    CHECK(pthread_create(&thread, NULL, body, NULL) == 0);
    while (count_tasks() > before)
        usleep(1000);
    clear_stack();
    if (leaksgc_check) {
        struct leaksgc_result result = check_now();
        CHECK(result.direct.objects == 0);
    }
    join_and_drop(thread);
    clear_stack();
    return 0;
}
