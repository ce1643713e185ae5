/* SPDX-License-Identifier: MIT
 * seccomp_without_clone.c: where nothing may be started any more, a check is done in place, says why, and needs no tool.
 *
 * run: snapshot=fork
 *   args 1
 *   direct 3 300
 *   way stop fork: Operation not permitted
 *   stderr-once tool could not be started \(Operation not permitted\)
 * run: snapshot=fork
 *   args 11
 *   direct 3 300
 *   way stop fork: Resource temporarily unavailable
 *   stderr-once tool could not be started \(Resource temporarily unavailable\)
 * run: snapshot=fork:format=text:log_path=stderr
 *   args 1
 *   reports 0
 *   stderr-once by stop \(fork: Operation not permitted\)
 *   stderr-once ^SUMMARY: leaksgc: 300 byte
 * run: interval=20ms
 *   args 1 early
 *   direct 3 300
 *   way stop
 *   stderr-once no thread for checks while the program runs: Operation not permitted
 *   stderr-once tool could not be started \(Operation not permitted\)
 */
#include "case.h"
#include "api.h"
#include "helper.h"
#include "seccomp.h"
#include <sys/stat.h>

static pthread_barrier_t begun;

/* One more thread that has to stand still, and holds a block by its stack alone. */
static void *body(void *arg)
{
    char *held = make(700);
    pthread_barrier_wait(&begun);
    for (;;) {
        KEEP(held);
        usleep(1000);
    }
    return arg;
}

static const int calls[] = { SYS_clone, SYS_clone3, SYS_fork, SYS_vfork };

/* From the start: the library has no thread, which it says when it wants it. */
static int early(int argc, char **argv)
{
    struct stat errors = { .st_size = 0 };
    if (argc == 3) {
        forbid(calls, 4, atoi(argv[1]), 0);
        again(argv);
    }
    for (int i = 0; getenv("GC_FIND_LEAK") && !errors.st_size; i++) {
        CHECK(fstat(STDERR_FILENO, &errors) == 0 && i < 6000);
        usleep(10000);
    }
    lose(100, 3);
    return 0;
}

int main(int argc, char **argv)
{
    pthread_t thread;
    if (argc > 2)
        return early(argc, argv);
    CHECK(argc == 2);
    wait_for_helper();
    CHECK(pthread_barrier_init(&begun, NULL, 2) == 0 && pthread_create(&thread, NULL, body, NULL) == 0);
    pthread_barrier_wait(&begun);
    forbid(calls, 4, atoi(argv[1]), 1);
    CHECK(pthread_create(&thread, NULL, body, NULL) != 0);
    lose(100, 3);
    if (leaksgc_check)
        CHECK(check_now().direct.objects == 3);
    return 0;
}
