/* SPDX-License-Identifier: MIT
 * stack_of_new_thread.c: a stack in a thread ends at the thread's start, complete, with its own function outermost but libc's.
 *
 * run:
 *   direct 1 55
 *   stack make inner body
 *   nostack main
 */
#include "case.h"

static NOINLINE void inner(void)
{
    void *p = make(55);
    KEEP(p);
}

static void *body(void *unused)
{
    inner();
    clear_stack();
    return unused;
}

int main(void)
{
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, body, NULL) == 0);
    pthread_join(thread, NULL);
    return 0;
}
