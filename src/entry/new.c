/* SPDX-License-Identifier: MIT
 * new.c: the C++ operators, by mangled name: libstdc++'s would add a frame of
 * their own to every stack and round up what aligned ones ask for.
 *
 * A failure is libstdc++'s business: its operator tries again, calls the new
 * handler and throws. */
#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "entry/malloc.h"
#include "entry/next.h"

enum { ALIGN = 16 };

/* One allocating operator: its mangled name, its parameters after the size,
 * their names, and the alignment that it asks for. */
#define OPERATOR_NEW(name, parameters, arguments, align)                     \
    LGC_EXPORT void *name parameters;                                        \
    LGC_EXPORT void *name parameters                                         \
    {                                                                        \
        static void *(*next_##name) parameters;                              \
        struct lgc_caller caller = LGC_CALLER();                             \
        void *p = lgc_malloc_for_new(size, align, &caller);                  \
                                                                             \
        if (LGC_LIKELY(p != NULL))                                           \
            return p;                                                        \
        LGC_NEXT(name);                                                      \
        return next_##name == NULL ? NULL : next_##name arguments;           \
    }

OPERATOR_NEW(_Znwm, (size_t size), (size), ALIGN)
OPERATOR_NEW(_Znam, (size_t size), (size), ALIGN)
OPERATOR_NEW(_ZnwmRKSt9nothrow_t, (size_t size, const void *tag), (size, tag), ALIGN)
OPERATOR_NEW(_ZnamRKSt9nothrow_t, (size_t size, const void *tag), (size, tag), ALIGN)
OPERATOR_NEW(_ZnwmSt11align_val_t, (size_t size, size_t align), (size, align), align)
OPERATOR_NEW(_ZnamSt11align_val_t, (size_t size, size_t align), (size, align), align)
OPERATOR_NEW(_ZnwmSt11align_val_tRKSt9nothrow_t,
             (size_t size, size_t align, const void *tag), (size, align, tag), align)
OPERATOR_NEW(_ZnamSt11align_val_tRKSt9nothrow_t,
             (size_t size, size_t align, const void *tag), (size, align, tag), align)

#define OPERATOR_DELETE(name, parameters)                                    \
    LGC_EXPORT void name parameters;                                         \
    LGC_EXPORT void name parameters { lgc_malloc_release(p, "operator delete"); }

OPERATOR_DELETE(_ZdlPv, (void *p))
OPERATOR_DELETE(_ZdaPv, (void *p))
OPERATOR_DELETE(_ZdlPvm, (void *p, __attribute__((unused)) size_t n))
OPERATOR_DELETE(_ZdaPvm, (void *p, __attribute__((unused)) size_t n))
OPERATOR_DELETE(_ZdlPvRKSt9nothrow_t, (void *p, __attribute__((unused)) const void *tag))
OPERATOR_DELETE(_ZdaPvRKSt9nothrow_t, (void *p, __attribute__((unused)) const void *tag))
OPERATOR_DELETE(_ZdlPvSt11align_val_t, (void *p, __attribute__((unused)) size_t align))
OPERATOR_DELETE(_ZdaPvSt11align_val_t, (void *p, __attribute__((unused)) size_t align))
OPERATOR_DELETE(_ZdlPvmSt11align_val_t,
                (void *p, __attribute__((unused)) size_t n, __attribute__((unused)) size_t align))
OPERATOR_DELETE(_ZdaPvmSt11align_val_t,
                (void *p, __attribute__((unused)) size_t n, __attribute__((unused)) size_t align))
OPERATOR_DELETE(_ZdlPvSt11align_val_tRKSt9nothrow_t,
                (void *p, __attribute__((unused)) size_t align,
                 __attribute__((unused)) const void *tag))
OPERATOR_DELETE(_ZdaPvSt11align_val_tRKSt9nothrow_t,
                (void *p, __attribute__((unused)) size_t align,
                 __attribute__((unused)) const void *tag))
