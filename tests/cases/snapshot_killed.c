/* SPDX-License-Identifier: MIT
 * snapshot_killed.c: a copy that is killed while it marks is replaced by a check in place, which finds the same.
 *
 * run: snapshot=fork:markers=1:check_at_exit=0
 *   no-report
 * run: snapshot=fork:markers=4:check_at_exit=0
 *   no-report
 */
#include "checks.h"
#include "api.h"
#include <sys/syscall.h>

enum { NODES = 400000, LOST = 1000, TRIES = 300 };
static void *first;
static pid_t checker;
static atomic_int killed;

static int copy_at_work(void)
{
    char path[64];
    int pid = 0;
    FILE *in;
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)checker);
    if ((in = fopen(path, "r")) == NULL)
        return 0;
    if (fscanf(in, "%d", &pid) != 1)
        pid = 0;
    fclose(in);
    return pid;
}

/* Sooner or later after its birth. */
static void *killer(void *unused)
{
    for (unsigned n = 0; !checks_end; n++) {
        int pid = copy_at_work();
        if (pid == 0)
            continue;
        usleep(n % 50 * 400);
        if (kill(pid, SIGKILL) == 0)
            killed++;
    }
    return unused;
}

int main(void)
{
    pthread_t thread;
    int replaced = 0, finished = 0;
    NEED(leaksgc_check);
    for (int i = 0; i < NODES; i++) {
        void **node = make(24);
        node[0] = first;
        first = node;
    }
    lose(100, LOST);
    checker = (pid_t)syscall(SYS_gettid);
    CHECK(pthread_create(&thread, NULL, killer, NULL) == 0);
    for (int i = 0; i < TRIES && (replaced < 3 || finished < 1); i++) {
        struct leaksgc_result r;
        if (replaced >= 3)
            checks_end = 1;
        r = check_now();
        CHECK(r.direct.objects == LOST && r.direct.bytes == 100 * LOST);
        CHECK(r.indirect.objects == 0 && r.reachable.objects >= NODES);
        r.on_copy ? finished++ : replaced++;
    }
    checks_end = 1;
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK(replaced >= 3 && finished >= 1 && killed >= 3);
    return 0;
}
