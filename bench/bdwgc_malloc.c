/* SPDX-License-Identifier: MIT
 * bdwgc_malloc.c: preloaded: malloc and free are those of libgc alone, as a program would have them without us.
 *
 * GC_malloc and GC_free, what <gc/leak_detector.h> makes of them, with
 * collections off: libgc as a plain allocator.  Every thread is registered, so
 * that it gets libgc's thread-local lists.  No collection is the one difference
 * to a leak finder made of libgc; with collections it would be slower, and
 * wrong, as libgc knows nothing of thread-local storage in libraries that were
 * loaded before it or of threads that were made without it.
 */
#define GC_THREADS
#define GC_NO_THREAD_REDIRECTS
#include <dlfcn.h>
#include <errno.h>
#include <gc/gc.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

/* What libgc and the loader ask for while libgc starts; never freed. */
static _Alignas(16) char early[1 << 18];
static size_t early_used;
static enum { NEW, STARTING, READY } state;

static int is_early(const void *p)
{
    return (const char *)p >= early && (const char *)p < early + sizeof early;
}

static void *early_malloc(size_t size)
{
    size_t whole = (size + 31) & ~(size_t)15;
    if (whole > sizeof early - early_used)
        return NULL;
    char *p = early + early_used;
    memcpy(p, &size, sizeof size);
    early_used += whole;
    return p + 16;
}

/* The first malloc comes before there is a second thread. */
static int ready(void)
{
    if (__builtin_expect(state == NEW, 0)) {
        state = STARTING;
        GC_set_handle_fork(1);
        GC_INIT();
        GC_disable();
        GC_allow_register_threads();
        state = READY;
    }
    return state == READY;
}

static void *out_of_memory(void)
{
    errno = ENOMEM;
    return NULL;
}

void *malloc(size_t size)
{
    void *p = !ready() ? early_malloc(size) : GC_malloc(size);
    return p ? p : out_of_memory();
}

void free(void *p)
{
    if (p && !is_early(p))
        GC_free(p);
}

void *calloc(size_t n, size_t size)
{
    size_t whole;
    if (__builtin_mul_overflow(n, size, &whole))
        return out_of_memory();
    return malloc(whole); /* both are zeroed */
}

void *realloc(void *old, size_t size)
{
    if (!old || is_early(old)) {
        void *p = malloc(size);
        size_t had = 0;
        if (p && old) {
            memcpy(&had, (char *)old - 16, sizeof had);
            memcpy(p, old, had < size ? had : size);
        }
        return p;
    }
    /* GC_realloc(p, 0) frees; glibc's does as well. */
    void *p = GC_realloc(old, size);
    return p || size == 0 ? p : out_of_memory();
}

void *memalign(size_t align, size_t size)
{
    void *p = align <= 16 ? malloc(size) : ready() ? GC_memalign(align, size) : NULL;
    return p ? p : out_of_memory();
}

void *aligned_alloc(size_t align, size_t size)
{
    return memalign(align, size);
}

int posix_memalign(void **result, size_t align, size_t size)
{
    if (align % sizeof(void *) != 0 || (align & (align - 1)) != 0)
        return EINVAL;
    void *p = memalign(align, size);
    if (!p)
        return ENOMEM;
    *result = p;
    return 0;
}

void *valloc(size_t size)
{
    return memalign((size_t)sysconf(_SC_PAGESIZE), size);
}

size_t malloc_usable_size(void *p)
{
    size_t size = 0;
    if (p && is_early(p))
        memcpy(&size, (char *)p - 16, sizeof size);
    else if (p)
        size = GC_size(p);
    return size;
}

struct start {
    void *(*routine)(void *);
    void *arg;
};

static void leave(void *unused)
{
    (void)unused;
    GC_unregister_my_thread();
}

static void *enter(void *arg)
{
    struct start start = *(struct start *)arg;
    struct GC_stack_base base;
    void *result;
    free(arg);
    if (GC_get_stack_base(&base) == GC_SUCCESS)
        GC_register_my_thread(&base);
    pthread_cleanup_push(leave, NULL);
    result = start.routine(start.arg);
    pthread_cleanup_pop(1);
    return result;
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*routine)(void *), void *arg)
{
    static int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "pthread_create");
    struct start *start = state == READY ? malloc(sizeof *start) : NULL;
    if (!start) /* libgc's own */
        return real(thread, attr, routine, arg);
    *start = (struct start){ routine, arg };
    int error = real(thread, attr, enter, start);
    if (error)
        free(start);
    return error;
}
