/* SPDX-License-Identifier: MIT
 * gcheap.c: the only file that knows libgc. */
#include "heap/gcheap.h"

#include <atomic_ops.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define GC_THREADS
#define GC_NO_THREAD_REDIRECTS
#include <gc/gc.h>
#include <gc/gc_inline.h>
#include <gc/gc_mark.h>

#include "base/msg.h"

enum { GROW_MIN = 256 << 10, GROW_MAX = 32 << 20, GROW_LEAST = 68 << 10 };

static int kind, opaque_kind;
static const struct lgc_gcheap_hooks *hooks; /* of the mark phase under way   */

static void on_event(GC_EventType event)
{
    if (hooks == NULL)
        return;
    if (event == GC_EVENT_MARK_START)
        hooks->start(hooks->arg);
    else if (event == GC_EVENT_MARK_END)
        hooks->done(hooks->arg);
}

static void push_other_roots(void)
{
    if (hooks != NULL)
        hooks->roots(hooks->arg);
}

static void on_abort(const char *why)
{
    if (why != NULL)
        lgc_msg("libgc gives up: %s", why);
}

/* libgc never looks at this stack (see lgc_gcheap_hooks). */
static void register_self(void)
{
    struct GC_stack_base base = { .mem_base = __builtin_frame_address(0) };

    GC_register_my_thread(&base);
}

void lgc_gcheap_init(int stop_signal, int restart_signal)
{
    struct GC_stack_base base = { .mem_base = __builtin_frame_address(0) };
    /* It shall never madvise by itself: it ends the process if that fails, as
     * it does for locked memory. */
    char no_unmapping[] = "GC_UNMAP_THRESHOLD=0";
    /* Else it reads all of /proc/stat; it matters for who waits for its lock. */
    char processors[] = "GC_NPROCS=2";
    char *of_ours[] = { no_unmapping, processors, NULL }, **environment = environ;

    /* libgc reads GC_* itself, GC_FIND_LEAK among them, and would then print
     * its own 40 leaks at exit: it shall see none of the user's. */
    environ = of_ours;
    GC_set_all_interior_pointers(1);
    GC_set_no_dls(1);                /* every root comes from us             */
    /* We call its fork functions.  With -1 it would have handlers as well, which
     * exit takes away from under a thread that forks. */
    GC_set_handle_fork(0);
    GC_set_markers_count(1);         /* no threads                           */
    GC_set_suspend_signal(stop_signal);
    GC_set_thr_restart_signal(restart_signal);
    GC_set_dont_precollect(1);
    GC_set_find_leak(0);
    GC_set_warn_proc(GC_ignore_warn_proc);
    GC_set_abort_func(on_abort);
    GC_set_finalize_on_demand(1);
    GC_set_java_finalization(0);
    GC_set_stackbottom(NULL, &base); /* else libgc parses /proc/self/maps    */
    GC_INIT();
    environ = environment;
    GC_set_disable_automatic_collection(1);
    GC_set_max_heap_size(1);         /* it grows when we say so              */
    GC_set_on_collection_event(on_event);
    GC_set_push_other_roots(push_other_roots);
    GC_allow_register_threads();     /* libgc takes its lock from now on     */
    kind = (int)GC_new_kind(GC_new_free_list(), GC_DS_LENGTH, 1, 0);
    opaque_kind = (int)GC_new_kind(GC_new_free_list(), GC_DS_LENGTH, 0, 0);
    /* libgc shall stop nobody: who checks registers itself meanwhile.  Once
     * now: the entry that this makes serves every later time, when there may
     * be no memory for one. */
    GC_unregister_my_thread();
    register_self();
    GC_unregister_my_thread();
}

/* libgc grows only here, in steps of an eighth of the heap, so that little is
 * held in vain.  A step is never of 64 KiB: so much libgc asks for when it
 * needs place for its headers, and must get it (heap/gcpool.h). */
static volatile bool growing;

bool lgc_gcheap_grows(void) { return growing; }

static bool grow(size_t need)
{
    size_t step = GC_get_heap_size() / 8;
    bool grown;

    step = step < GROW_MIN ? GROW_MIN : step > GROW_MAX ? GROW_MAX : step;
    need = need + GROW_LEAST < need ? need : need + GROW_LEAST;
    GC_set_max_heap_size(0);
    growing = true;
    grown = (step > need && GC_expand_hp(step) != 0) || GC_expand_hp(need) != 0;
    growing = false;
    GC_set_max_heap_size(1);
    return grown;
}

bool (*lgc_gcheap_spare)(size_t bytes);

static bool spare(size_t bytes) { return lgc_gcheap_spare != NULL && lgc_gcheap_spare(bytes); }

void *lgc_gcheap_many(size_t size)
{
    for (int attempt = 0; attempt < 5; attempt++) {
        void *list = NULL;

        GC_generic_malloc_many(size, kind, &list);
        if (list != NULL && GC_size(list) == size)
            return list;
        /* Without a free block libgc makes one object of the next size
         * instead of a list. */
        while (list != NULL) {
            void *next = GC_NEXT(list);

            GC_free(list);
            list = next;
        }
        if (!spare(LGC_GCHEAP_PAGE) && !grow(LGC_GCHEAP_PAGE))
            break;
    }
    return NULL;
}

static void *whole_pages(size_t size, int of_kind)
{
    size_t pages = (size + LGC_GCHEAP_PAGE - 1) & ~(size_t)(LGC_GCHEAP_PAGE - 1);
    void *p;

    if (pages < size)
        return NULL;
    /* libgc adds a byte of its own: a whole number of pages would so become
     * one more. */
    p = GC_generic_malloc(pages - 1, of_kind);
    if (p == NULL && spare(pages))
        p = GC_generic_malloc(pages - 1, of_kind);
    if (p == NULL && grow(pages))
        p = GC_generic_malloc(pages - 1, of_kind);
    return p;
}

void *lgc_gcheap_large(size_t size) { return whole_pages(size, kind); }
void *lgc_gcheap_opaque(size_t size) { return whole_pages(size, opaque_kind); }

void lgc_gcheap_free(void *object) { GC_free(object); }

void *lgc_gcheap_base(const void *p) { return GC_base((void *)p); }
size_t lgc_gcheap_size(const void *object) { return GC_size(object); }

size_t lgc_gcheap_held(void) { return GC_get_heap_size(); }

void lgc_gcheap_footprint(uint64_t *held, uint64_t *unused)
{
    GC_word heap, free, unmapped, since, total;

    GC_get_heap_usage_safe(&heap, &free, &unmapped, &since, &total);
    *held = heap;
    *unused = free;
}

size_t lgc_gcheap_obtained(void) { return GC_get_obtained_from_os_bytes(); }

static AO_t returned;

void lgc_gcheap_return(void *p, size_t bytes)
{
    if (madvise(p, bytes, MADV_DONTNEED) == 0)
        AO_fetch_and_add(&returned, bytes);
}

uint64_t lgc_gcheap_returned(void) { return AO_load(&returned); }

struct locked_call { void (*work)(void *); void *arg; };

static void *call_locked(void *data)
{
    struct locked_call *call = data;

    call->work(call->arg);
    return NULL;
}

void lgc_gcheap_locked(void (*work)(void *arg), void *arg)
{
    struct locked_call call = { work, arg };

    GC_call_with_alloc_lock(call_locked, &call);
}

/* Whether libgc is in leak mode between checks as well: else it makes objects
 * of its own out of pages that false pointers lead to, to have them out of the
 * way, and calls them leaked in the next check. */
static int leak_mode;

static void collect(const struct lgc_gcheap_hooks *these, int find_leak, GC_stop_func stop)
{
    hooks = these;
    GC_set_find_leak(find_leak);
    if (stop == NULL)
        GC_gcollect();
    else
        GC_try_to_collect(stop);
    GC_set_find_leak(leak_mode);
    hooks = NULL;
}

/* Of whiten(): whether libgc goes on beyond what is wanted of it, for there is
 * no small block that it would have to sweep first. */
static bool asked, goes_on;

static int stop_at_once(void)
{
    bool first = !asked;

    asked = true;
    return !first && !goes_on;
}

static void let_go_on(void *these)
{
    const struct lgc_gcheap_hooks *of = these;

    goes_on = true;
    of->start(of->arg);
}

static void no_more(void *unused) { (void)unused; }

/* While it marks, libgc puts each page that holds no object, and that some word
 * points to, on its black list, and gives no page of that list away before two
 * mark phases later, nor does it after the heap has grown into it: malloc would
 * fail beside free memory.  The lists move on as a mark phase begins, so two are
 * begun and, as soon as libgc asks, stopped. */
static void whiten(const struct lgc_gcheap_hooks *these)
{
    struct lgc_gcheap_hooks all_marked = { let_go_on, no_more, no_more, (void *)these };

    for (int list = 0; list < 2; list++) {
        asked = goes_on = false;
        collect(&all_marked, 1, stop_at_once);
    }
}

void lgc_gcheap_mark(const struct lgc_gcheap_hooks *these)
{
    register_self();
    collect(these, 1, NULL);
    whiten(these);
    GC_unregister_my_thread();
}

void lgc_gcheap_sweep(const struct lgc_gcheap_hooks *these)
{
    register_self();
    collect(these, 0, NULL);
    GC_unregister_my_thread();
}

void lgc_gcheap_set_mark(const void *object) { GC_set_mark_bit(object); }
void lgc_gcheap_clear_mark(const void *object) { GC_clear_mark_bit(object); }
bool lgc_gcheap_is_marked(const void *object) { return GC_is_marked(object) != 0; }
void lgc_gcheap_push(uintptr_t lo, uintptr_t hi) { GC_push_all((void *)lo, (void *)hi); }

/* The child of a fork keeps only the forking thread, which must be known. */
void lgc_gcheap_fork_enter(void) { register_self(); }
void lgc_gcheap_fork_lock(void) { GC_atfork_prepare(); }
void lgc_gcheap_fork_parent(void) { GC_atfork_parent(); }
void lgc_gcheap_fork_child(void) { GC_atfork_child(); }
void lgc_gcheap_fork_leave(void) { GC_unregister_my_thread(); }

/* How the mark stack is made larger: libgc doubles it when it has been full,
 * at the end of a round of marking.  So one object says, each time that it is
 * searched, that the stack is full. */
enum { DOUBLINGS = 8, ENTRY = 16, DISCARD_BYTES = 512 * ENTRY };

static struct {
    void *object, *other;
    unsigned rounds;
    char *stack[DOUBLINGS]; /* the first page of each that was too small: top
                               may lie just before it, of an empty one        */
} deep;

static struct GC_ms_entry *say_full(GC_word *object, struct GC_ms_entry *top,
                                    struct GC_ms_entry *limit, GC_word unused)
{
    /* libgc takes 512 entries off what it believes to be full, and writes one:
     * it gets a stack of its own for that. */
    static char full[2 * DISCARD_BYTES] __attribute__((aligned(16)));
    struct GC_ms_entry *end = (void *)(full + DISCARD_BYTES);

    (void)object;
    (void)limit;
    (void)unused;
    if (deep.rounds > 0) {
        deep.rounds--;
        deep.stack[deep.rounds] =
            (char *)(((uintptr_t)top + ENTRY) & ~(uintptr_t)(LGC_GCHEAP_PAGE - 1));
        GC_clear_mark_bit(deep.other);
        GC_mark_and_push(deep.other, end, end, NULL);
    }
    return top;
}

static void push_deep(void *unused)
{
    (void)unused;
    GC_push_all(&deep.object, &deep.object + 1);
}
static void keep_deep(void *unused)
{
    (void)unused;
    GC_set_mark_bit(deep.object);
    GC_set_mark_bit(deep.other);
}

static void mark_deep(const struct lgc_gcheap_hooks *these)
{
    register_self();
    collect(these, 1, NULL);
    GC_unregister_my_thread();
}

void lgc_gcheap_deepen(void)
{
    struct lgc_gcheap_hooks these = { no_more, push_deep, keep_deep, NULL };
    unsigned procedure = GC_new_proc(say_full);
    unsigned of_kind = GC_new_kind(GC_new_free_list(), GC_MAKE_PROC(procedure, 0), 0, 1);

    deep.object = whole_pages(LGC_GCHEAP_PAGE, (int)of_kind);
    deep.other = whole_pages(LGC_GCHEAP_PAGE, kind);
    deep.rounds = DOUBLINGS;
    if (deep.object != NULL && deep.other != NULL)
        mark_deep(&these);
    /* What was too small is free memory of the heap now, with the addresses of
     * these two objects in it: they would keep what comes to lie there. */
    for (unsigned i = 0; i < DOUBLINGS; i++)
        if (deep.stack[i] != NULL)
            memset(deep.stack[i], 0, LGC_GCHEAP_PAGE);
    leak_mode = 1;
    GC_set_find_leak(leak_mode);
    if (deep.object != NULL)
        GC_free(deep.object);
    if (deep.other != NULL)
        GC_free(deep.other);
}
