/* SPDX-License-Identifier: MIT
 * leak_detector.h: malloc and its like, which note the file and the line that call them.
 *
 * For C code without debug information: include it after all other headers (or by
 * cc -include, with the -D_GNU_SOURCE and its like that the source defines), and the
 * first frame of a leak's stack is the call as it was written:
 *
 *     #0 0x55... in malloc src/list.c:31
 *     #1 0x55... in append
 *
 * Where libleaksgc is neither linked nor preloaded the calls are the usual ones; with
 * it, and leak finding off, they cost nothing more.  Names in parentheses,
 * (malloc)(n), and pointers to the functions are not replaced.  In C++, where
 * std::malloc is a name, nothing is.
 *
 * Not for inline functions without `static`: a line in those is no place of one
 * file.
 */
#ifndef LEAKSGC_LEAK_DETECTOR_H
#define LEAKSGC_LEAK_DETECTOR_H

#ifndef __cplusplus

#include <malloc.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* As the function of the name without leaksgc_ and _at; `place` is what
 * LEAKSGC_PLACE makes, and is kept. */
extern void *leaksgc_malloc_at(size_t size, const char *place) __attribute__((weak));
extern void *leaksgc_calloc_at(size_t n, size_t size, const char *place) __attribute__((weak));
extern void *leaksgc_realloc_at(void *p, size_t size, const char *place) __attribute__((weak));
extern void *leaksgc_reallocarray_at(void *p, size_t n, size_t size, const char *place) __attribute__((weak));
extern void *leaksgc_aligned_alloc_at(size_t align, size_t size, const char *place) __attribute__((weak));
extern int leaksgc_posix_memalign_at(void **out, size_t align, size_t size, const char *place) __attribute__((weak));
extern char *leaksgc_strdup_at(const char *text, const char *place) __attribute__((weak));
extern char *leaksgc_strndup_at(const char *text, size_t most, const char *place) __attribute__((weak));

/* "malloc list.c:31" in a section of its own, where the tool finds it by its
 * address; it needs neither symbols nor relocations. */
#define LEAKSGC_PLACE(function)                                                                  \
    __extension__({                                                                              \
        static const char leaksgc_place_[] __attribute__((section("leaksgc_places"))) =          \
            function " " __FILE__ ":" LEAKSGC_TEXT(__LINE__);                                    \
        leaksgc_place_;                                                                          \
    })
#define LEAKSGC_TEXT(line) LEAKSGC_TEXT_(line)
#define LEAKSGC_TEXT_(line) #line

#define malloc(size)                                                                             \
    (leaksgc_malloc_at ? leaksgc_malloc_at(size, LEAKSGC_PLACE("malloc")) : (malloc)(size))
#define calloc(n, size)                                                                          \
    (leaksgc_calloc_at ? leaksgc_calloc_at(n, size, LEAKSGC_PLACE("calloc")) : (calloc)(n, size))
#define realloc(p, size)                                                                         \
    (leaksgc_realloc_at ? leaksgc_realloc_at(p, size, LEAKSGC_PLACE("realloc")) : (realloc)(p, size))
#define reallocarray(p, n, size)                                                                 \
    (leaksgc_reallocarray_at ? leaksgc_reallocarray_at(p, n, size, LEAKSGC_PLACE("reallocarray")) \
                             : (reallocarray)(p, n, size))
#define aligned_alloc(align, size)                                                               \
    (leaksgc_aligned_alloc_at ? leaksgc_aligned_alloc_at(align, size, LEAKSGC_PLACE("aligned_alloc")) \
                              : (aligned_alloc)(align, size))
#define memalign(align, size)                                                                    \
    (leaksgc_aligned_alloc_at ? leaksgc_aligned_alloc_at(align, size, LEAKSGC_PLACE("memalign")) \
                              : (memalign)(align, size))
#define posix_memalign(out, align, size)                                                         \
    (leaksgc_posix_memalign_at ? leaksgc_posix_memalign_at(out, align, size, LEAKSGC_PLACE("posix_memalign")) \
                               : (posix_memalign)(out, align, size))
/* libc may have macros of these. */
#undef strdup
#undef strndup
#define strdup(text)                                                                             \
    (leaksgc_strdup_at ? leaksgc_strdup_at(text, LEAKSGC_PLACE("strdup")) : (strdup)(text))
#define strndup(text, most)                                                                      \
    (leaksgc_strndup_at ? leaksgc_strndup_at(text, most, LEAKSGC_PLACE("strndup")) : (strndup)(text, most))

#endif
#endif
