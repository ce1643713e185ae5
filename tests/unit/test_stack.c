/* SPDX-License-Identifier: MIT
 * test_stack.c: capture/stack sees each frame once, and tells return addresses from instructions.
 *
 * The program holds the core: once the modules are known its own frames count
 * as the library's.  So the tests of frames do not ask for the modules. */
#include <criterion/criterion.h>
#include <execinfo.h>
#include <signal.h>
#include <stdlib.h>
#include <ucontext.h>

#include "base/attr.h"
#include "capture/stack.h"
#include "core.h"

static uintptr_t pc[LGC_STACK_MAX];
static uint64_t exact;
static volatile int after;

LGC_NOINLINE static unsigned recurse(int n, unsigned max)
{
    unsigned depth = n == 0 ? lgc_stack_capture(pc, max, &exact) : recurse(n - 1, max);
    after = n; /* no tail call */
    return depth;
}

Test(stack, the_depth_of_a_recursion)
{
    unsigned none = recurse(0, LGC_STACK_MAX);
    cr_expect_geq(none, 3);
    for (int n = 1; n < 100; n++) {
        cr_expect_eq(recurse(n, LGC_STACK_MAX), none + (unsigned)n);
        for (int i = 2; i <= n; i++)
            if (pc[i + 1] != pc[2])
                cr_expect_fail("frame %d of %d", i, n);
    }
    cr_expect_eq(exact, 0, "all are return addresses");
    cr_expect_neq(pc[1], pc[2], "the innermost call is another");
}

Test(stack, no_more_than_asked_for)
{
    uintptr_t whole[LGC_STACK_MAX];
    memset(pc, 0, sizeof pc);
    recurse(30, LGC_STACK_MAX);
    memcpy(whole, pc, sizeof pc);
    for (unsigned max = 1; max < 20; max++) {
        memset(pc, 0, sizeof pc);
        cr_expect_eq(recurse(30, max), max);
        cr_expect_eq(memcmp(pc, whole, max * sizeof *pc), 0, "the innermost ones");
        cr_expect_eq(pc[max], 0);
    }
    cr_expect_eq(recurse(1000, LGC_STACK_MAX), LGC_STACK_MAX);
}

static unsigned depth;
static uintptr_t interrupted;

static void handler(int sig, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    (void)sig;
    (void)info;
    interrupted = (uintptr_t)uc->uc_mcontext.gregs[REG_RIP];
    depth = lgc_stack_capture(pc, LGC_STACK_MAX, &exact);
    uc->uc_mcontext.gregs[REG_RIP] += 2; /* behind the ud2 */
}

LGC_NOINLINE static void fault(void)
{
    __asm__ volatile("ud2" ::: "memory");
    after = 1;
}

static unsigned place(uintptr_t of)
{
    for (unsigned i = 0; i < depth; i++)
        if (pc[i] == of)
            return i;
    return LGC_STACK_MAX;
}

Test(stack, in_a_handler_the_interrupted_frame_is_exact)
{
    struct sigaction sa = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO };
    sigaction(SIGILL, &sa, NULL);
    fault();
    unsigned at = place(interrupted);
    cr_assert_lt(at, 64);
    cr_expect_eq(exact, 1ull << at, "it alone");
    cr_expect_geq(at, 2, "the handler and the kernel's return before it");
    cr_expect_gt(depth, at + 2, "its callers behind it");
    uintptr_t function = (uintptr_t)fault;
    cr_expect(interrupted >= function && interrupted < function + 64);
}

Test(stack, our_own_frames_are_left_out)
{
    unsigned before = recurse(10, LGC_STACK_MAX);
    lgc_module_refresh();
    unsigned now = recurse(10, LGC_STACK_MAX);
    cr_expect_leq(now + 12, before);
    for (unsigned i = 0; i < now; i++)
        cr_expect_not(lgc_module_is_ours(pc[i]), "frame %u", i);
}

static int differences;

/* The frames that both have: all but those of the innermost functions. */
static void compare_with_backtrace(void)
{
    void *theirs[LGC_STACK_MAX];
    unsigned n = lgc_stack_capture(pc, LGC_STACK_MAX, &exact);
    unsigned m = (unsigned)backtrace(theirs, LGC_STACK_MAX);
    differences += m < 8 || n + 3 < m;
    for (unsigned i = 1; i + 3 <= m && i <= n; i++)
        differences += pc[n - i] != (uintptr_t)theirs[m - i];
}

static int by_comparing(const void *x, const void *y)
{
    compare_with_backtrace();
    return *(const int *)x - *(const int *)y;
}

LGC_NOINLINE static void recurse_and_compare(int n)
{
    volatile char some[200];
    some[n % 200] = 1;
    n == 0 ? compare_with_backtrace() : recurse_and_compare(n - 1);
    after = some[0];
}

Test(stack, it_is_what_backtrace_says)
{
    int array[20];
    for (int round = 0; round < 3; round++) {
        for (int n = 0; n < 100; n++)
            recurse_and_compare(n);
        for (int i = 0; i < 20; i++)
            array[i] = 19 - i;
        qsort(array, 20, sizeof *array, by_comparing); /* through another library */
    }
    cr_expect_eq(differences, 0);
}

static uintptr_t callers_sp, registers[6];
static int found;

LGC_NOINLINE static void innermost(uintptr_t function)
{
    found = lgc_stack_caller_of(function, &callers_sp, registers);
    after = 2;
}

LGC_NOINLINE static void sought(void)
{
    innermost((uintptr_t)sought);
    after = 3;
}

/* Calls sought with known values in the registers that a call preserves (not
 * rbp, which may be a frame pointer); notes its own stack pointer.  The other
 * call gives it an aligned stack without a red zone. */
LGC_NOINLINE static uintptr_t caller(void)
{
    uintptr_t sp;
    recurse(0, 1);
    __asm__ volatile("mov %%rsp, %[sp]\n\t"
                     "mov $0x1001, %%ebx\n\t"
                     "mov $0x1012, %%r12d\n\t"
                     "mov $0x1013, %%r13d\n\t"
                     "mov $0x1014, %%r14d\n\t"
                     "call *%[f]"
                     : [sp] "=&r"(sp)
                     : [f] "r"(sought)
                     : "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12",
                       "r13", "r14", "memory", "cc");
    return sp;
}

Test(stack, the_caller_of_a_function)
{
    uintptr_t sp = caller();
    cr_expect_eq(found, 1);
    cr_expect_eq(callers_sp, sp);
    static const uintptr_t expected[] = { 0x1001, 0, 0x1012, 0x1013, 0x1014 };
    for (int i = 0; i < 5; i++)
        if (i != 1)
            cr_expect_eq(registers[i], expected[i], "register %d", i);
}

Test(stack, a_function_that_nobody_is_in)
{
    callers_sp = 77;
    innermost((uintptr_t)fault);
    cr_expect_eq(found, 0);
    cr_expect_eq(callers_sp, 77);
}
