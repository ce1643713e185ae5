/* SPDX-License-Identifier: MIT
 * life_ends_on_small_stack.c: a process ends as ever, with its report, on an alternate signal stack of 8 KiB and in a thread of 16 KiB.
 *
 * run:
 *   args exit
 *   direct 20 2000
 *   status 3
 * run:
 *   args _exit
 *   direct 20 2000
 *   status 3
 * run:
 *   args quick_exit
 *   direct 20 2000
 *   status 3
 * run:
 *   args SIGTERM
 *   direct 20 2000
 *   signal SIGTERM
 * run:
 *   args thread
 *   direct 20 2000
 *   status 3
 */
#include "case.h"
#include <limits.h>
#include <signal.h>
#include <sys/mman.h>

enum { STACK = 8 << 10, THREAD_STACK = 16 << 10, BELOW = 64 << 10 };

static const char *way;

static void end(int unused)
{
    (void)unused;
    if (!strcmp(way, "_exit"))
        _exit(3);
    if (!strcmp(way, "quick_exit"))
        quick_exit(3);
    exit(3);
}

static void *end_thread(void *unused)
{
    end(0);
    return unused;
}

/* Whoever goes beyond its end is killed. */
static void *stack(size_t size)
{
    char *p = mmap(NULL, BELOW + size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    CHECK(p != MAP_FAILED);
    CHECK(mprotect(p, BELOW, PROT_NONE) == 0);
    return p + BELOW;
}

int main(int argc, char **argv)
{
    stack_t alternate = { .ss_sp = stack(STACK), .ss_size = STACK };
    struct sigaction action = { .sa_handler = end, .sa_flags = SA_ONSTACK };
    pthread_attr_t attr;
    pthread_t thread;

    CHECK(argc == 2);
    way = argv[1];
    lose(100, 20);
    CHECK(sigaltstack(&alternate, NULL) == 0);
    CHECK(sigaction(SIGSEGV, &action, NULL) == 0);
    if (!strcmp(way, "SIGTERM"))
        kill(getpid(), SIGTERM);
    if (strcmp(way, "thread"))
        raise(SIGSEGV);
    CHECK(pthread_attr_init(&attr) == 0);
    CHECK(pthread_attr_setstack(&attr, stack(THREAD_STACK), THREAD_STACK) == 0);
    CHECK(pthread_create(&thread, &attr, end_thread, NULL) == 0);
    pthread_join(thread, NULL);
    return 1;
}
