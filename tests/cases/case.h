/* SPDX-License-Identifier: MIT
 * case.h: what the case programs share: lose a block for sure, keep one for sure, check and say why.
 */
#ifndef CASE_H
#define CASE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined __cplusplus || defined __clang__ /* which know no noipa */
#define NOINLINE __attribute__((noinline))
#else
#define NOINLINE __attribute__((noipa))
#endif

/* The compiler must have p at this point, and knows nothing about it after. */
#define KEEP(p) __asm__ volatile("" : "+r"(p) : : "memory")
/* No tail call: the caller stays on the stack. */
#define HERE() __asm__ volatile("" : : : "memory")

/* A pointer that the collector does not take for one. */
#define HIDE(p) (~(uintptr_t)(p))
#define REVEAL(h) ((void *)~(uintptr_t)(h))

/* Ends the program with status 99 and a line on stderr.  _exit: no report. */
#define CHECK(condition)                                                                     \
    do {                                                                                     \
        if (!(condition)) {                                                                  \
            fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition);        \
            _exit(99);                                                                       \
        }                                                                                    \
    } while (0)

/* Overwrites 128 KiB below this frame and every register a call may change;
 * what the caller keeps in its own callee-saved registers stays. */
static NOINLINE __attribute__((unused)) void clear_stack(void)
{
    volatile char dead[128 * 1024];
    for (size_t i = 0; i < sizeof dead; i++)
        dead[i] = 0;
#if defined __x86_64__
    __asm__ volatile("xor %%eax, %%eax\n\txor %%ecx, %%ecx\n\txor %%edx, %%edx\n\t"
                     "xor %%esi, %%esi\n\txor %%edi, %%edi\n\txor %%r8d, %%r8d\n\t"
                     "xor %%r9d, %%r9d\n\txor %%r10d, %%r10d\n\txor %%r11d, %%r11d\n\t"
                     "pxor %%xmm0, %%xmm0\n\tpxor %%xmm1, %%xmm1\n\tpxor %%xmm2, %%xmm2\n\t"
                     "pxor %%xmm3, %%xmm3\n\tpxor %%xmm4, %%xmm4\n\tpxor %%xmm5, %%xmm5\n\t"
                     "pxor %%xmm6, %%xmm6\n\tpxor %%xmm7, %%xmm7\n\tpxor %%xmm8, %%xmm8\n\t"
                     "pxor %%xmm9, %%xmm9\n\tpxor %%xmm10, %%xmm10\n\tpxor %%xmm11, %%xmm11\n\t"
                     "pxor %%xmm12, %%xmm12\n\tpxor %%xmm13, %%xmm13\n\tpxor %%xmm14, %%xmm14\n\t"
                     "pxor %%xmm15, %%xmm15"
                     : : : "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "xmm0", "xmm1",
                       "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11",
                       "xmm12", "xmm13", "xmm14", "xmm15", "memory");
#endif
}

/* The path of the plugin NAME of this case: its program's, ".NAME.so" for ".case". */
static NOINLINE __attribute__((unused)) const char *plugin_path(const char *name)
{
    static char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 64);
    CHECK(n > 5);
    snprintf(path + n - 5, 64, ".%s.so", name);
    return path;
}

/* A block of n bytes, filled so that it holds no pointer. */
static NOINLINE __attribute__((unused)) void *make(size_t n)
{
    void *p = malloc(n);
    CHECK(p != NULL);
    memset(p, 0x11, n);
    KEEP(p);
    return p;
}

/* Loses `count` blocks of n bytes. */
static NOINLINE __attribute__((unused)) void lose(size_t n, int count)
{
    for (int i = 0; i < count; i++) {
        void *p = make(n);
        KEEP(p);
    }
    clear_stack();
}

#endif
