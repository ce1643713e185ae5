/* SPDX-License-Identifier: MIT
 * life.c: how the library starts, ends and forks.
 *
 * Start   at the first allocation, which may come before any constructor ran:
 *         the heap, and what leak finding needs.  In our constructor: what
 *         may itself allocate or needs a started libc.
 * Exit    our ELF destructor registers the last exit function; glibc runs it
 *         after all destructors of all objects, so whatever the program could
 *         free has been freed.
 * Fork    locks in order before; in the child the other threads are forgotten.
 */
#include "run/life.h"

#include <atomic_ops.h>
#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/filename.h"
#include "base/guard.h"
#include "base/mask.h"
#include "base/msg.h"
#include "capture/memo.h"
#include "capture/site.h"
#include "capture/stack.h"
#include "capture/track.h"
#include "find/pace.h"
#include "find/snapshot.h"
#include "heap/block.h"
#include "heap/cache.h"
#include "heap/gcheap.h"
#include "heap/gcpool.h"
#include "heap/heap.h"
#include "heap/trim.h"
#include "run/check.h"
#include "run/deliver.h"
#include "run/dumpfile.h"
#include "run/helper.h"
#include "run/serve.h"
#include "run/settings.h"
#include "run/terminate.h"
#include "world/module.h"
#include "world/root.h"
#include "world/stop.h"
#include "world/thread.h"

volatile enum lgc_life lgc_life = LGC_LIFE_UNBORN;

static AO_t starting;
static pthread_key_t thread_key;
static AO_t key_made;
static int first_pid;            /* of the program that was exec'ed          */
static int own_pid;              /* of this process: not of a child of vfork */
/* The end: by which thread, and how far it has come. */
enum { END_NOT_BEGUN, END_BEGUN, END_DONE };
static unsigned ended;           /* a futex word                             */
static int ended_by;
static bool end_result;

/* Sees a thread's end.  Other keys' destructors may still allocate, so it
 * comes again until the last round. */
static void on_thread_end(void *round)
{
    uintptr_t n = (uintptr_t)round;

    if (n < PTHREAD_DESTRUCTOR_ITERATIONS &&
        pthread_setspecific(thread_key, (void *)(n + 1)) == 0)
        return;
    lgc_guard_enter();
    lgc_thread_end();
    lgc_helper_thread_ends();
    lgc_cache_retire();
    lgc_memo_retire();
    lgc_guard_leave();
}

static void on_new_thread(void)
{
    if (!AO_load_acquire(&key_made))
        return;
    lgc_guard_enter();
    pthread_setspecific(thread_key, (void *)1);
    lgc_guard_leave();
}

static void start_finding(void)
{
    lgc_settings_read();
    lgc_cache_keep((unsigned)(lgc_settings.thread_cache < LGC_CACHE_SLOTS ? lgc_settings.thread_cache : LGC_CACHE_SLOTS));
    lgc_module_refresh();
    lgc_root_learn_loader();
    lgc_site_init(lgc_settings.max_sites, (size_t)lgc_settings.fold_recursion);
}

static enum lgc_life start(void)
{
    const char *user;
    bool finding = lgc_settings_wanted();

    first_pid = own_pid = getpid();
    lgc_out_spares_program = true;
    if (lgc_module_foreign_gc(&user)) {
        if (finding)
            lgc_msg("%s uses libgc itself: its leaks cannot be found; it runs untouched", user);
        return LGC_LIFE_ASIDE;
    }
    if (!lgc_gcpool_reserve()) {
        lgc_msg("not enough memory to start: the program runs without, on libc's malloc");
        return LGC_LIFE_ASIDE;
    }
    if (finding)
        start_finding();
    lgc_block_record_origins(finding);
    lgc_heap_keep_apart(finding);
    lgc_gcheap_spare = lgc_trim_spare;
    lgc_gcheap_init(lgc_stop_signal(), lgc_stop_spare_signal());
    if (finding)
        lgc_gcheap_deepen();
    if (pthread_key_create(&thread_key, on_thread_end) == 0)
        AO_store_release(&key_made, 1);
    lgc_cache_on_new_thread = on_new_thread;
    if (finding) {
        lgc_stop_init();
        lgc_snapshot_init();
        lgc_pace_init();
        lgc_stack_verify(lgc_settings.verify_stacks);
        lgc_track_start((unsigned)lgc_settings.malloc_context_size);
    } else {
        lgc_stop_restore();
        lgc_track_start(0);
    }
    return finding ? LGC_LIFE_FINDING : LGC_LIFE_QUIET;
}

enum lgc_life lgc_life_begin(void)
{
    int saved = errno;

    /* Before libc has its environment nothing can be decided. */
    if (environ == NULL || !AO_compare_and_swap_full(&starting, 0, 1))
        return lgc_life >= LGC_LIFE_QUIET ? lgc_life : LGC_LIFE_STARTING;
    lgc_life = LGC_LIFE_STARTING;
    lgc_guard_enter();
    lgc_life = start();
    lgc_guard_leave();
    errno = saved;
    return lgc_life;
}

/* fork: whoever else forks in the program runs handlers before and after. */

static void before_fork(void)
{
    lgc_guard_enter();
    lgc_lock_borrow(true);
    lgc_check_fork_enter(); /* not the check lock: a check may take its time */
    lgc_lock(&lgc_snapshot_lock);
    lgc_gcheap_fork_enter();
    lgc_snapshot_lock_all();
    lgc_gcheap_fork_lock();
}

static void after_fork_parent(void)
{
    lgc_gcheap_fork_parent();
    lgc_snapshot_unlock_all();
    lgc_gcheap_fork_leave();
    lgc_unlock(&lgc_snapshot_lock);
    lgc_check_fork_leave();
    lgc_lock_borrow(false);
    lgc_guard_leave();
}

static void after_fork_child(void)
{
    lgc_snapshot_reset_locks();
    lgc_check_fork_child();
    lgc_gcheap_fork_child();
    lgc_gcheap_fork_leave();
    lgc_cache_fork_child();
    lgc_thread_fork_child();
    lgc_helper_fork_child();
    AO_int_store(&ended, END_NOT_BEGUN);
    own_pid = getpid();
    lgc_lock_borrow(false);
    lgc_guard_leave();
}

extern int __lsan_is_turned_off(void) __attribute__((weak));

static void dump_at_end(const struct lgc_stopped *self)
{
    struct lgc_dumpfile_request request = { .reason = "exit", .self = self, .last = true };
    static char path[LGC_DELIVER_PATH], pattern[LGC_DELIVER_PATH];
    size_t n = strlen(lgc_settings.dump_at_exit);
    bool child = getpid() != first_pid || lgc_settings_started();

    /* A child does not overwrite what its parent writes, or has written. */
    memcpy(pattern, lgc_settings.dump_at_exit, n + 1);
    if (child && !lgc_filename_varies(pattern) && n + sizeof ".%p" <= sizeof pattern)
        memcpy(pattern + n, ".%p", sizeof ".%p");
    if (!lgc_deliver_file_name(pattern, path))
        errno = ENAMETOOLONG;
    else if (lgc_dumpfile_write(path, &request) == 0)
        return;
    lgc_msg("dump_at_exit=%s: no heap dump (%s)", lgc_settings.dump_at_exit,
            strerrordesc_np(errno));
}

/* Whether there is anything to be done at the end. */
static bool wants_end(void)
{
    return lgc_settings.check_at_exit || lgc_settings.dump_at_exit[0] != '\0';
}

static bool end(const char *reason, const struct lgc_stopped *self)
{
    struct lgc_check_request request = { .reason = reason, .self = self, .last = true,
                                         .report = true };
    int status;

    if (lgc_settings.dump_at_exit[0] != '\0')
        dump_at_end(self);
    if (!lgc_settings.check_at_exit ||
        (__lsan_is_turned_off != NULL && __lsan_is_turned_off()))
        return false;
    status = lgc_check_run(&request);
    if (status < 0)
        lgc_msg("no check for leaks (%s): there is not enough memory", reason);
    if (status != 1)
        return false;
    if (lgc_settings_abort())
        abort();
    return true;
}

/* Another thread is at it: its report comes out before this one ends the process,
 * and says how.  A handler may have interrupted it in this very thread, though. */
static bool await_end(void)
{
    int saved = errno;

    while (AO_int_load_acquire(&ended) == END_BEGUN && ended_by != (int)syscall(SYS_gettid))
        syscall(SYS_futex, &ended, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, END_BEGUN, NULL, NULL, 0);
    errno = saved;
    return end_result;
}

bool lgc_life_end(const char *reason, const struct lgc_stopped *self)
{
    uint64_t before;

    if (lgc_life != LGC_LIFE_FINDING)
        return false;
    before = lgc_mask_block(); /* until it is said who */
    if (!AO_int_compare_and_swap_full(&ended, END_NOT_BEGUN, END_BEGUN)) {
        lgc_mask_restore(before);
        return await_end();
    }
    ended_by = (int)syscall(SYS_gettid);
    lgc_mask_restore(before);
    end_result = end(reason, self);
    AO_int_store_release(&ended, END_DONE);
    syscall(SYS_futex, &ended, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, INT_MAX, NULL, NULL, 0);
    return end_result;
}

bool lgc_life_is_own(void) { return getpid() == own_pid; }

/* The process ends now, perhaps in a handler that interrupted us. */
static void leave(void)
{
    if (lgc_life_is_own())
        lgc_lock_no_return();
    lgc_helper_finish();
}

int lgc_life_exit_now(int status, const struct lgc_stopped *self)
{
    /* A child that only forked ends this way after its parent's work; and one
     * of vfork shares our memory. */
    leave();
    if (getpid() != first_pid)
        return status;
    return lgc_life_end("exit", self) && status == 0 && lgc_settings.exitcode != 0
               ? (int)lgc_settings.exitcode
               : status;
}

/* The very last exit function.  The live stack is that of whoever called
 * exit; of main, when it returned, nothing is left. */
static void at_end(int status, void *arg)
{
    struct lgc_stopped self;
    uintptr_t sp = (uintptr_t)__builtin_frame_address(0), registers[6] = { 0 };

    (void)arg;
    leave();
    if (!wants_end())
        return;
    lgc_guard_enter();
    lgc_stack_caller_of((uintptr_t)exit, &sp, registers);
    lgc_guard_leave();
    lgc_stop_here(&self, sp, registers);
    if (lgc_life_end("exit", &self) && status == 0 && lgc_settings.exitcode != 0) {
        fflush(NULL); /* what exit would still have done */
        syscall(SYS_exit_group, (int)lgc_settings.exitcode);
    }
}

static void at_quick_end(void)
{
    struct lgc_stopped self;
    uintptr_t sp;

    LGC_STOP_SPILL(sp);
    leave();
    lgc_stop_here(&self, sp, NULL);
    lgc_life_end("exit", &self);
}

/* libgcc binds what it calls when it calls it first.  The loader wants more of the
 * stack for that than unwinding takes, and exit in a handler has perhaps 4 KiB. */
static void bind_unwinder(void)
{
    uintptr_t sp, registers[6];

    lgc_stack_caller_of(0, &sp, registers);
}

/* pthread_atfork would name our object, whose handlers exit takes away as it ends
 * us: from under a thread that has called the first of them. */
extern int __register_atfork(void (*)(void), void (*)(void), void (*)(void), void *);

static void register_fork_handlers(void)
{
    __register_atfork(before_fork, after_fork_parent, after_fork_child, NULL);
}

__attribute__((constructor(101))) static void on_load(void)
{
    if (lgc_life_now() == LGC_LIFE_ASIDE)
        return;
    lgc_guard_enter();
    register_fork_handlers();
    if (lgc_life == LGC_LIFE_FINDING) {
        lgc_module_refresh();
        bind_unwinder();
        if (lgc_settings.check_on_signal)
            lgc_terminate_start();
        at_quick_exit(at_quick_end);
    }
    lgc_guard_leave();
    if (lgc_life == LGC_LIFE_FINDING)
        lgc_serve_begin();
}

__attribute__((destructor(101))) static void on_unload(void)
{
    if (lgc_life != LGC_LIFE_FINDING)
        return;
    lgc_guard_enter();
    on_exit(at_end, NULL);
    lgc_guard_leave();
}
