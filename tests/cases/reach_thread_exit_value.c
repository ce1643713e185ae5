/* SPDX-License-Identifier: MIT
 * reach_thread_exit_value.c: what a thread returned is not lost before somebody joined it; joined and dropped, it is.
 *
 * run:
 *   direct 1 125
 *   stack make body
 */
#include "case.h"
#include "api.h"
#include <stdatomic.h>
#include <sys/syscall.h>

static atomic_int tid;

static void *body(void *unused)
{
    tid = (int)syscall(SYS_gettid);
    void *value = make(125);
    KEEP(value);
    return unused ? NULL : value;
}

static int is_there(int task)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%d", task);
    return access(path, F_OK) == 0;
}

static NOINLINE void join_and_drop(pthread_t thread)
{
    void *value;
    CHECK(pthread_join(thread, &value) == 0 && value);
}

int main(void)
{
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, body, NULL) == 0);
    while (tid == 0 || is_there(tid)) /* the library's thread comes when it likes: no number of tasks tells */
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
