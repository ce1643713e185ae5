/* SPDX-License-Identifier: MIT
 * stack_signal_frame.c: the stack of an allocation in a signal handler goes on to the function that was interrupted.
 *
 * run:
 *   args fault
 *   direct 1 45
 *   stack make handler
 *   stack at_fault caller_of_fault main
 * run:
 *   args altstack
 *   direct 1 45
 *   stack make handler
 *   stack at_fault caller_of_fault main
 * run:
 *   args raise
 *   direct 1 45
 *   stack make handler
 *   stack caller_of_raise main
 */
#include "case.h"
#include <setjmp.h>
#include <signal.h>

static sigjmp_buf back;
static int fault;

static void handler(int number)
{
    void *p = make(45);
    KEEP(p);
    KEEP(number);
    p = NULL;
    if (fault)
        siglongjmp(back, 1);
}

static NOINLINE int at_fault(int *volatile address)
{
    int v = *address;
    KEEP(v);
    return v + 1;
}

static NOINLINE int caller_of_fault(void)
{
    int v = at_fault(NULL);
    return v * 2;
}

static NOINLINE void caller_of_raise(void)
{
    raise(SIGUSR1);
    HERE();
}

int main(int argc, char **argv)
{
    const char *how = argc > 1 ? argv[1] : "";
    static char stack[128 * 1024];
    struct sigaction action = { 0 };
    action.sa_handler = handler;
    if (!strcmp(how, "altstack")) {
        stack_t s = { .ss_sp = stack, .ss_size = sizeof stack };
        sigaltstack(&s, NULL);
        action.sa_flags = SA_ONSTACK;
    }
    fault = strcmp(how, "raise") != 0;
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGUSR1, &action, NULL);
    if (!fault)
        caller_of_raise();
    else if (!sigsetjmp(back, 1))
        caller_of_fault();
    /* The handler's frames lay where the check's will be. */
    memset(stack, 0, sizeof stack);
    clear_stack();
    return 0;
}
