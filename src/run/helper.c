/* SPDX-License-Identifier: MIT
 * helper.c: makes, wakes and ends the library's one thread.
 *
 * How it stays out of the program's way:
 *
 *  what                  would be seen as                 so
 *  signals               it takes one of the program's    all blocked but the stop and libc's own
 *  descriptors           numbers shift; closefrom() and   its own table (close_range's UNSHARE),
 *                        daemons close ours               empty but for our sockets
 *  the last thread       the process does not end when    the last of the others ends it first
 *                        all others have called
 *                        pthread_exit
 *  unshare, setns        EINVAL in a process with threads it ends before, comes again later
 *                                                         (entry/namespace.c)
 *  fork, exec            a thread that is not inherited   made again in the child, after a while:
 *                                                         not if it execs or ends at once
 *  wake-ups              an idle laptop                   ppoll without a time */
#include "run/helper.h"

#include <atomic_ops.h>
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "base/guard.h"
#include "base/lock.h"
#include "base/mem.h"
#include "base/msg.h"
#include "base/ownstack.h"
#include "find/snapshot.h"
#include "run/alone.h"
#include "run/files.h"
#include "run/serve.h"
#include "run/settings.h"
#include "world/module.h"
#include "world/stop.h"
#include "world/task.h"
#include "world/thread.h"

/* What it needs of its own, beside the static TLS of all loaded objects. */
enum { STACK = 256 << 10 };

enum state { NONE, RUNNING, DONE };

static struct lgc_lock start_lock = LGC_LOCK_INIT(LGC_RANK_HELPER);
static volatile bool wanted, first_gone;
volatile bool lgc_helper_due;
static unsigned state;             /* enum state; a futex word               */
static volatile int tid, owner;    /* of the thread; the process it is in    */
static volatile int wanted_in;     /* the process: not a child of vfork      */
static AO_t reasons;
static pthread_t thread;
static char *stack;
static size_t stack_size;

static uint64_t bit(int sig) { return 1ull << (sig - 1); }

/* All but the stop of the world and libc's own two, 32 and 33, by which
 * setuid() reaches every thread. */
static uint64_t blocked(void) { return ~(bit(lgc_stop_signal()) | bit(32) | bit(33)); }

/* The kernel copies the table before it closes what we do not want: whatever
 * the program closes in between would not end for its peer until later.  So
 * nobody runs. */
static void separate_files_unseen(void)
{
    lgc_lock(&lgc_snapshot_lock);
    lgc_stop_world(lgc_settings.stop_timeout);
    lgc_files_separate();
    lgc_stop_resume();
    lgc_unlock(&lgc_snapshot_lock);
}

/* ---- sleeping and waking ---------------------------------------------- */

void lgc_helper_wake(enum lgc_helper_reason reason)
{
    int saved = errno;

    AO_or_full(&reasons, reason);
    if (tid != 0 && owner == getpid())
        syscall(SYS_tgkill, owner, tid, lgc_stop_signal());
    errno = saved;
}

/* Reasons are looked at with the signal blocked, and it is let in only by the
 * sleep itself: none is lost in between. */
unsigned lgc_helper_wait(struct pollfd *fds, size_t n, uint64_t timeout_ns)
{
    struct timespec t = { (time_t)(timeout_ns / 1000000000), (long)(timeout_ns % 1000000000) };
    uint64_t all = ~(bit(32) | bit(33)), open = blocked();
    unsigned got;

    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, NULL, sizeof all);
    if (AO_load(&reasons) == 0 &&
        syscall(SYS_ppoll, fds, n, timeout_ns == UINT64_MAX ? NULL : &t, &open, sizeof open) <= 0)
        for (size_t i = 0; i < n; i++)
            fds[i].revents = 0;
    got = (unsigned)AO_load(&reasons);
    while (!AO_compare_and_swap_full(&reasons, got, 0))
        got = (unsigned)AO_load(&reasons);
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &open, NULL, sizeof open);
    return got;
}

void lgc_helper_again(unsigned kept) { AO_or_full(&reasons, kept); }

/* ---- the thread ------------------------------------------------------- */

static void *run(void *arg)
{
    uint64_t mask = blocked();

    lgc_guard_enter();
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, NULL, sizeof mask);
    tid = (int)syscall(SYS_gettid);
    lgc_lock_awaited();
    lgc_stop_set_helper(tid);
    prctl(PR_SET_NAME, "leaksgc");
    separate_files_unseen();
    lgc_unlock(&lgc_check_lock); /* which our maker has taken */
    lgc_serve_loop();
    AO_int_store_release(&state, DONE);
    syscall(SYS_futex, &state, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, INT_MAX, NULL, NULL, 0);
    tid = 0;
    /* The last thread of the process runs its exit handlers, when it returns. */
    mask = 0;
    if (first_gone && lgc_helper_alone())
        syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, NULL, sizeof mask);
    lgc_guard_leave();
    return arg;
}

static bool create(void)
{
    int (*next)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *) = NULL;
    pthread_attr_t attr;
    int error;

    *(void **)&next = dlsym(RTLD_NEXT, "pthread_create");
    stack_size = (STACK + lgc_thread_tls_size() + 4095) & ~(size_t)4095;
    stack = next != NULL ? lgc_mem_map(stack_size) : NULL;
    if (stack == NULL)
        return false;
    pthread_attr_init(&attr);
    pthread_attr_setstack(&attr, stack, stack_size);
    state = RUNNING;
    owner = getpid();
    error = next(&thread, &attr, run, NULL);
    pthread_attr_destroy(&attr);
    if (error != 0) {
        state = NONE;
        lgc_mem_unmap(stack, stack_size);
        stack = NULL;
        errno = error;
    }
    return error == 0;
}

/* ---- in time ----------------------------------------------------------
 *
 * A while after it was wanted the kernel sends our stop signal (its timer is
 * neither inherited by a fork nor kept by an exec).  pthread_create is called
 * from its handler if the signal met the program where libc holds no lock that
 * it would want: asleep in one of the calls in which programs wait, or in code
 * that is neither libc's, the loader's nor ours.  Otherwise it comes again.
 *
 * pthread_create wants more of a stack than the handler may have: that can be
 * a small alternate one of the program, or a coroutine's. */

enum { AFTER_NS = 20000000, AT_MOST_NS = 1000000000, NOT_THERE = 8 };

static struct { uintptr_t lo, hi; } not_there[NOT_THERE];
static unsigned nnot_there;
static int timer = -1;             /* the kernel's                           */
static uint64_t wanted_at, delay;
static struct lgc_ownstack own;    /* for whoever has set this:              */
static AO_TS_t own_taken = AO_TS_INITIALIZER;

static uint64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void set_timer(uint64_t ns)
{
    struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = lgc_stop_signal() };
    struct itimerspec when = { .it_value = { (time_t)(ns / 1000000000), (long)(ns % 1000000000) } };

    if (timer < 0 && syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &timer) != 0)
        timer = -1;
    if (timer >= 0)
        syscall(SYS_timer_settime, timer, 0, &when, NULL);
}

static void delete_timer(void)
{
    if (timer >= 0)
        syscall(SYS_timer_delete, timer);
    timer = -1;
}

/* The system call to be made again because of SA_RESTART, or one that gives
 * EINTR, which only those do that wait for long. */
static bool waits(const greg_t *registers)
{
    static const short calls[] = {
        SYS_read, SYS_readv, SYS_recvfrom, SYS_recvmsg, SYS_recvmmsg, SYS_accept, SYS_accept4,
        SYS_write, SYS_writev, SYS_sendto, SYS_sendmsg, SYS_wait4, SYS_waitid };
    const unsigned char *code = (const unsigned char *)registers[REG_RIP];

    if (registers[REG_RAX] == -EINTR)
        return code[-2] == 0x0f && code[-1] == 0x05;
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
        if (registers[REG_RAX] == calls[i])
            return code[0] == 0x0f && code[1] == 0x05;
    return false;
}

static bool elsewhere(uintptr_t pc)
{
    for (unsigned i = 0; i < nnot_there; i++)
        if (pc >= not_there[i].lo && pc < not_there[i].hi)
            return false;
    return true;
}

static void start(void *unused)
{
    (void)unused;
    lgc_helper_start();
}

static bool start_on_own_stack(void)
{
    if (AO_test_and_set_full(&own_taken) == AO_TS_SET)
        return false;
    lgc_ownstack_run(&own, start, NULL);
    AO_CLEAR(&own_taken);
    return true;
}

static void on_time(const void *ucontext)
{
    const ucontext_t *uc = ucontext;
    const greg_t *registers = uc->uc_mcontext.gregs;

    if (!lgc_helper_due || now_ns() - wanted_at < AFTER_NS)
        return;
    if (!lgc_guard_inside() && (waits(registers) || elsewhere((uintptr_t)registers[REG_RIP])) &&
        start_on_own_stack())
        return;
    delay = 2 * delay < AT_MOST_NS ? 2 * delay : AT_MOST_NS;
    set_timer(delay);
}

void lgc_helper_start_in_time(void)
{
    int saved = errno;

    if (now_ns() - wanted_at >= AFTER_NS)
        lgc_helper_start();
    errno = saved;
}

static void add_not_there(uintptr_t lo, uintptr_t hi)
{
    if (nnot_there == NOT_THERE)
        return;
    not_there[nnot_there].lo = lo;
    not_there[nnot_there++].hi = hi;
}

void lgc_helper_prepare(void)
{
    uintptr_t libc = (uintptr_t)dlsym(RTLD_NEXT, "pthread_create");

    for (size_t i = 0; i < lgc_module_count(); i++) {
        const struct lgc_loaded *m = lgc_module_at(i);

        if (m->ours || lgc_module_is_loader(m->start) || (libc >= m->start && libc < m->end))
            add_not_there(m->start, m->end);
    }
    lgc_ownstack_reserve(&own);
    lgc_stop_otherwise = on_time;
}

void lgc_helper_want(void)
{
    wanted_in = getpid();
    wanted = true;
    wanted_at = now_ns();
    delay = AFTER_NS;
    lgc_helper_due = true;
    set_timer(AFTER_NS);
}

/* No check stops anybody until the new thread is known for what it is. */
void lgc_helper_start(void)
{
    uint64_t all = ~(bit(32) | bit(33)), before = 0;
    int saved = errno;

    /* It starts with our mask. */
    syscall(SYS_rt_sigprocmask, SIG_BLOCK, &all, &before, sizeof all);
    lgc_guard_enter();
    lgc_thread_self(); /* which learns how large static TLS is */
    lgc_lock(&start_lock);
    if (!wanted || wanted_in != getpid() || state != NONE) {
        lgc_helper_due = false;
    } else if (lgc_lock_try(&lgc_check_lock)) {
        lgc_helper_due = false;
        delete_timer();
        if (!create()) {
            lgc_unlock(&lgc_check_lock);
            if (lgc_settings.verbosity > 0)
                lgc_msg("no thread for checks while the program runs: %s", strerrordesc_np(errno));
        }
    } else { /* a check wants to stop this thread */
        set_timer(AFTER_NS);
    }
    lgc_unlock(&start_lock);
    lgc_guard_leave();
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, sizeof before);
    errno = saved;
}

bool lgc_helper_is_me(void) { return tid != 0 && tid == (int)syscall(SYS_gettid); }

void lgc_helper_finish(void)
{
    int saved = errno;

    if (wanted_in == getpid()) {
        wanted = false;
        lgc_helper_due = false;
    }
    if (owner == getpid() && AO_int_load_acquire(&state) == RUNNING && !lgc_helper_is_me()) {
        lgc_helper_wake(LGC_HELPER_STOP);
        while (AO_int_load_acquire(&state) == RUNNING)
            syscall(SYS_futex, &state, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, RUNNING, NULL, NULL, 0);
    }
    errno = saved;
}

void lgc_helper_end(bool again)
{
    int (*next)(pthread_t, void **) = NULL;
    int saved = errno;

    if (owner != getpid() || lgc_helper_is_me())
        return;
    lgc_guard_enter();
    lgc_lock(&start_lock);
    *(void **)&next = dlsym(RTLD_NEXT, "pthread_join");
    if (state != NONE && next != NULL) {
        lgc_helper_finish();
        next(thread, NULL);
        lgc_stop_set_helper(0);
        lgc_mem_unmap(stack, stack_size);
        stack = NULL;
        state = NONE;
        if (again)
            lgc_helper_want();
    }
    lgc_unlock(&start_lock);
    lgc_guard_leave();
    errno = saved;
}

/* ---- the last thread --------------------------------------------------
 *
 * When the first thread has called pthread_exit, the last one of the others
 * ends the process, as libc has it, with its exit handlers and with the
 * descriptors of the program, which ours does not have.  So the last of them
 * ends the helper before itself.  All that end have noted so before they look:
 * the last to note it sees that of all others. */

/* Whether this thread is about to end: the newest entry of its tid says so. */
static bool is_ending(int task)
{
    for (unsigned id = lgc_thread_count(); id > 0; id--)
        if (lgc_thread_at(id)->tid == (unsigned)task)
            return !lgc_thread_at(id)->alive;
    return false;
}

static void count_living(int task, void *arg)
{
    if (task != (int)syscall(SYS_gettid) && task != tid && !is_ending(task) &&
        !lgc_task_ended(task))
        ++*(unsigned *)arg;
}

bool lgc_helper_first_gone(void) { return first_gone; }

bool lgc_helper_alone(void)
{
    unsigned others = 0;

    if (first_gone)
        lgc_task_each(count_living, &others);
    return first_gone && others == 0;
}

void lgc_helper_thread_ends(void)
{
    if ((int)syscall(SYS_gettid) == getpid())
        first_gone = true;
    AO_nop_full();
    if (first_gone && owner == getpid() && state == RUNNING && lgc_helper_alone())
        lgc_helper_end(false);
}

void lgc_helper_fork_child(void)
{
    lgc_lock_reset(&start_lock);
    if (stack != NULL)
        lgc_mem_unmap(stack, stack_size);
    stack = NULL;
    state = NONE;
    tid = owner = 0;
    first_gone = false;
    lgc_stop_set_helper(0);
    AO_store(&reasons, 0);
    lgc_serve_fork_child();
    timer = -1;
    AO_CLEAR(&own_taken);
    if (wanted)
        lgc_helper_want();
}
