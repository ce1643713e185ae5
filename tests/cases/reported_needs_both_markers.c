/* SPDX-License-Identifier: MIT
 * reported_needs_both_markers.c: what one marker misses and the other reaches is not listed, and the report says so.
 *
 * A page of a large block is shared with another process, which puts the only
 * pointer to another block there and takes it out, all the time: in some check ours
 * looks before that, and libgc's after.  A long list keeps each of them busy for longer
 * than a turn of the processor, so that the other process has one in between even where
 * there is but one processor.
 *
 * run: snapshot=stop:format=text:log_path=stderr:check_at_exit=0
 *   reports 0
 *   stdout one marker alone missed it: not listed
 *   lsan-differs
 * run: snapshot=fork:format=text:log_path=stderr:check_at_exit=0
 *   reports 0
 *   stdout one marker alone missed it: not listed
 *   lsan-differs
 */
#include "case.h"
#include "api.h"
#include <signal.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

enum { CHECKS = 1000, PAGE = 4096, LENGTH = 300000 };

static char *large;
static void **list;
static struct { void *volatile pointer; volatile uintptr_t hidden; } *shared;

static void wait_a_little(unsigned *seed)
{
    for (volatile int i = rand_r(seed) % 20000; i > 0; i--)
        ;
}

static void make_list(void)
{
    for (int i = 0; i < LENGTH; i++) {
        void **first = make(32);
        *first = list;
        list = first;
    }
}

static pid_t start_moving(void)
{
    pid_t parent = getpid(), child = fork();
    unsigned seed = 1;
    if (child != 0)
        return child;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    while (getppid() == parent) {
        shared->pointer = (void *)~shared->hidden;
        wait_a_little(&seed);
        shared->pointer = NULL;
        wait_a_little(&seed);
    }
    _exit(0);
}

/* The text of a report. */
static const char *report(int log)
{
    static char text[65536];
    CHECK(ftruncate(log, 0) == 0 && lseek(log, 0, SEEK_SET) == 0);
    CHECK(leaksgc_check(NULL) == 1);
    ssize_t n = pread(log, text, sizeof text - 1, 0);
    CHECK(n > 0);
    text[n] = '\0';
    return text;
}

static __attribute__((noinline)) void hide(void) { shared->hidden = ~(uintptr_t)make(77); }

int main(void)
{
    NEED(leaksgc_check);
    int log = memfd_create("log", 0);
    large = make(16 * PAGE);
    shared = (void *)(((uintptr_t)large + 8 * PAGE) & ~(uintptr_t)(PAGE - 1));
    CHECK(mmap(shared, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == shared);
    CHECK(log >= 0);
    make_list();
    lose(5, 1);
    hide();
    clear_stack();
    pid_t child = start_moving();
    CHECK(child > 0);
    int kept = dup(2);
    CHECK(dup2(log, 2) == 2);
    bool missed = false;
    for (int i = 0; i < CHECKS && !missed; i++) {
        const char *text = report(log);
        missed = strstr(text, "libgc's marker and ours differ about 1 object(s)");
        if (missed)
            CHECK(strstr(text, "SUMMARY: leaksgc: 5 byte(s)"));
    }
    CHECK(dup2(kept, 2) == 2);
    CHECK(kill(child, SIGKILL) == 0 && waitpid(child, NULL, 0) == child);
    CHECK(missed);
    puts("one marker alone missed it: not listed");
    return 0;
}
