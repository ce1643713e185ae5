/* SPDX-License-Identifier: MIT
 * attr.h: names for the compiler attributes that we use. */
#ifndef LGC_BASE_ATTR_H
#define LGC_BASE_ATTR_H

#define LGC_EXPORT      __attribute__((visibility("default")))
/* Of a variable that the common path reads: without it the compiler has to
 * expect that another library defines it. */
#define LGC_HIDDEN      __attribute__((visibility("hidden")))
#define LGC_NOINLINE    __attribute__((noinline))
#define LGC_INLINE      static inline __attribute__((always_inline))
#define LGC_COLD        __attribute__((cold, noinline))
#define LGC_NORETURN    __attribute__((noreturn))
#define LGC_PRINTF(f, a) __attribute__((format(printf, f, a)))
#define LGC_ALIGNED(n)  __attribute__((aligned(n)))
/* A large table that is aligned so lies apart from the small variables, which
 * then share few pages (Makefile.am: --sort-section). */
#define LGC_PAGE        4096
/* A preloaded or linked library has static TLS: one instruction per access,
 * and no call that could allocate. */
#define LGC_TLS         __thread __attribute__((tls_model("initial-exec")))
#define LGC_LIKELY(x)   __builtin_expect(!!(x), 1)
#define LGC_UNLIKELY(x) __builtin_expect(!!(x), 0)

#endif
