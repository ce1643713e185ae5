/* SPDX-License-Identifier: MIT
 * stop.c: the stop signal, its handler, and the list of tasks. */
#include "world/stop.h"

#include <atomic_ops.h>
#include <dlfcn.h>
#include <errno.h>
#include <linux/futex.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/mem.h"
#include "world/task.h"
#include "world/thread.h"
#include "world/watch.h"

/* The top of the range: programs count up from SIGRTMIN. */
int lgc_stop_signal(void) { return SIGRTMAX - 2; }
int lgc_stop_spare_signal(void) { return SIGRTMAX - 3; }

enum { THREADS_MAX = 65536, TABLE_BITS = 17 };

/* Who has not answered is looked at after the first of these times, and then
 * ever more seldom: soon if they are few, as it is they that all wait for. */
enum { LOOK_SOON_NS = 1000 * 1000, LOOK_NS = 20 * 1000 * 1000, FEW = 16 };

/* Of a slot that is being filled in: by its thread, or by who looks at it. */
enum { NOTING = LGC_STOP_SILENT + 1 };

static struct lgc_stopped *slot;   /* THREADS_MAX, touched as needed         */
static AO_t slots;
/* tid -> slot, for the handlers; open addressing, void unless of this epoch. */
static struct place { unsigned epoch; int tid; unsigned slot; } *place;
static unsigned epoch;             /* odd while the world is stopped         */
static unsigned answered;          /* threads stopped in this epoch          */
static unsigned wanted;            /* how many are asked: the last one wakes */
static int process;
static volatile int helper;        /* the library's own thread               */

void (*lgc_stop_otherwise)(const void *ucontext);

void lgc_stop_set_helper(int tid) { helper = tid; }

static void futex_wait(unsigned *word, unsigned value, uint64_t ns)
{
    struct timespec t = { (time_t)(ns / 1000000000), (long)(ns % 1000000000) };

    syscall(SYS_futex, word, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, value, ns ? &t : NULL, NULL, 0);
}

static void futex_wake(unsigned *word)
{
    syscall(SYS_futex, word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, INT32_MAX, NULL, NULL, 0);
}

static uint64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* Where the kernel saved the vector registers of an interrupted thread: the
 * legacy 512 bytes, or more as the software-reserved words in them say
 * (arch/x86/include/uapi/asm/sigcontext.h). */
static void note_vector(struct lgc_stopped *s, const void *state)
{
    uint32_t magic, size;

    if (state == NULL)
        return;
    memcpy(&magic, (const char *)state + 464, sizeof magic);
    memcpy(&size, (const char *)state + 468, sizeof size);
    s->vector_lo = (uintptr_t)state;
    s->vector_hi = s->vector_lo + (magic == 0x46505853u && size >= 512 && size <= 65536 ? size : 512);
}

static void note_altstack(struct lgc_stopped *s, const stack_t *alt)
{
    if (alt->ss_flags & SS_DISABLE)
        return;
    s->alt_lo = (uintptr_t)alt->ss_sp;
    s->alt_hi = s->alt_lo + alt->ss_size;
}

static void note_context(struct lgc_stopped *s, const ucontext_t *uc)
{
    for (int i = 0; i < LGC_STOP_REGISTERS; i++)
        s->registers[i] = (uintptr_t)uc->uc_mcontext.gregs[i];
    s->sp = (uintptr_t)uc->uc_mcontext.gregs[REG_RSP];
    s->tp = lgc_thread_pointer();
    s->thread = lgc_thread_known();
    note_vector(s, uc->uc_mcontext.fpregs);
    note_altstack(s, &uc->uc_stack);
}

/* The place of the tid, or the one that it would get. */
static struct place *place_of(int tid, unsigned at)
{
    unsigned i = (unsigned)tid * 2654435761u >> (32 - TABLE_BITS);

    while (AO_int_load_acquire(&place[i].epoch) == at && place[i].tid != tid)
        i = (i + 1) & ((1u << TABLE_BITS) - 1);
    return &place[i];
}

static struct lgc_stopped *slot_of(int tid, unsigned at)
{
    struct place *p = place_of(tid, at);

    return AO_int_load_acquire(&p->epoch) == at ? &slot[p->slot] : NULL;
}

static void on_stop(int sig, siginfo_t *info, void *context)
{
    int saved = errno;
    unsigned at = AO_int_load_acquire(&epoch);
    struct lgc_stopped *s = (at & 1) ? slot_of((int)syscall(SYS_gettid), at) : NULL;

    (void)sig;
    (void)info;
    if (s != NULL && AO_int_compare_and_swap_full(&s->state, LGC_STOP_ASKED, NOTING)) {
        note_context(s, context);
        AO_int_store_release(&s->state, LGC_STOP_STOPPED);
        if (AO_int_fetch_and_add_full(&answered, 1) + 1 >= AO_int_load(&wanted))
            futex_wake(&answered);
    }
    /* One that was given up, and comes only now, stands still all the same. */
    while (s != NULL && AO_int_load_acquire(&epoch) == at)
        futex_wait(&epoch, at, 0);
    if (!(at & 1) && lgc_stop_otherwise != NULL)
        lgc_stop_otherwise(context);
    lgc_watch_stopped(context); /* last: signals come while the world stands still, too */
    errno = saved;
}

/* libc's own sigaction: the exported one hides this signal. */
static void set_action(int sig, const struct sigaction *sa)
{
    int (*next)(int, const struct sigaction *, struct sigaction *) = NULL;

    *(void **)&next = dlsym(RTLD_NEXT, "sigaction");
    if (next != NULL)
        next(sig, sa, NULL);
}

void lgc_stop_restore(void)
{
    struct sigaction sa = { .sa_handler = SIG_DFL };

    set_action(lgc_stop_signal(), &sa);
    set_action(lgc_stop_spare_signal(), &sa);
}

void lgc_stop_init(void)
{
    struct sigaction sa = { .sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK };
    sigset_t set;

    lgc_stop_restore();
    sa.sa_sigaction = on_stop;
    /* Not sigfillset, which leaves out the signal by which libc cancels: a
     * cancelled thread would unwind out of our handler, with all blocked. */
    memset(&sa.sa_mask, 0xff, sizeof sa.sa_mask);
    set_action(lgc_stop_signal(), &sa);
    /* The mask survives exec: a parent may have blocked everything. */
    sigemptyset(&set);
    sigaddset(&set, lgc_stop_signal());
    syscall(SYS_rt_sigprocmask, SIG_UNBLOCK, &set, NULL, 8);
    slot = lgc_mem_map(THREADS_MAX * sizeof *slot);
    place = lgc_mem_map(((size_t)1 << TABLE_BITS) * sizeof *place);
}

struct asking { int self; unsigned epoch; bool any; };

/* Whoever has not answered by itself needs not any more. */
static void settle(struct lgc_stopped *s, unsigned state, uintptr_t sp)
{
    if (!AO_int_compare_and_swap_full(&s->state, LGC_STOP_ASKED, NOTING))
        return;
    s->sp = sp;
    AO_int_store_release(&s->state, state);
    AO_int_fetch_and_sub1_full(&wanted);
}

/* Asks one task unless it is the caller or was asked before. */
static void ask(int tid, void *arg)
{
    struct asking *a = arg;
    struct lgc_stopped *s;
    size_t n = AO_load(&slots);
    struct place *p = place_of(tid, a->epoch);

    if (tid == a->self || p->epoch == a->epoch || n == THREADS_MAX)
        return;
    a->any = true;
    s = &slot[n];
    memset(s, 0, sizeof *s);
    s->tid = tid;
    s->state = LGC_STOP_ASKED;
    AO_store_release(&slots, n + 1);
    p->tid = tid;
    p->slot = (unsigned)n;
    AO_int_store_release(&p->epoch, a->epoch);
    AO_int_fetch_and_add_full(&wanted, 1);
    if (syscall(SYS_tgkill, process, tid, lgc_stop_signal()) != 0 && errno == ESRCH)
        settle(s, LGC_STOP_GONE, 0);
}

/* One that has not answered for a while: it may have ended, or be a thread of
 * libc's own that blocks every signal and sleeps in the kernel; of that one
 * the kernel tells where its stack is. */
static void look_at(struct lgc_stopped *s)
{
    uintptr_t sp;

    if (lgc_task_ended(s->tid))
        settle(s, LGC_STOP_GONE, 0);
    else if (lgc_task_blocks(s->tid, lgc_stop_signal()) && (sp = lgc_task_sleeping_sp(s->tid)) != 0)
        settle(s, LGC_STOP_ASLEEP, sp);
}

static void each_unanswered(void (*act)(struct lgc_stopped *))
{
    for (size_t i = 0; i < AO_load(&slots); i++)
        if (AO_int_load_acquire(&slot[i].state) == LGC_STOP_ASKED)
            act(&slot[i]);
}

/* Waits until all that were asked have answered, or the deadline. */
static bool await(uint64_t deadline)
{
    uint64_t begin = now_ns(), look = begin + LOOK_SOON_NS;

    for (;;) {
        unsigned seen = AO_int_load_full(&answered), all = AO_int_load_full(&wanted);
        uint64_t now;

        if (seen >= all)
            return true;
        now = now_ns();
        if (now >= deadline)
            return false;
        if (now >= look) {
            if (all - seen <= FEW || now - begin >= LOOK_NS)
                each_unanswered(look_at);
            look = now + (now - begin < LOOK_NS ? now - begin : LOOK_NS);
            continue;
        }
        futex_wait(&answered, seen, (look < deadline ? look : deadline) - now + 1000);
    }
}

static void give_up(struct lgc_stopped *s) { settle(s, LGC_STOP_SILENT, 0); }

/* One that has begun to answer will be done in a moment. */
static void let_finish(void)
{
    for (size_t i = 0; i < AO_load(&slots); i++)
        while (AO_int_load_acquire(&slot[i].state) == NOTING)
            syscall(SYS_sched_yield);
}

static void leave_out_helper(void)
{
    for (size_t i = 0; helper != 0 && i < AO_load(&slots); i++)
        if (slot[i].tid == helper && slot[i].state == LGC_STOP_STOPPED)
            slot[i].state = LGC_STOP_GONE;
}

void lgc_stop_world(uint64_t timeout_ns)
{
    uint64_t deadline = now_ns() + timeout_ns;
    int saved = errno;
    struct asking a = { (int)syscall(SYS_gettid), 0, true };
    bool in_time = slot != NULL && place != NULL;

    process = (int)syscall(SYS_getpid);
    AO_store(&slots, 0);
    AO_int_store_full(&answered, 0);
    AO_int_store_full(&wanted, 0);
    a.epoch = AO_int_fetch_and_add_full(&epoch, 1) + 1;
    while (in_time && a.any) { /* one that is asked may just be making another */
        a.any = false;
        if (!lgc_task_each(ask, &a))
            lgc_thread_each_tid(ask, &a);
        in_time = await(deadline);
    }
    each_unanswered(give_up);
    let_finish();
    leave_out_helper();
    errno = saved;
}

void lgc_stop_resume(void)
{
    int saved = errno;

    AO_int_fetch_and_add_full(&epoch, 1);
    futex_wake(&epoch);
    errno = saved;
}

int lgc_stop_process(void) { return process != 0 ? process : (int)syscall(SYS_getpid); }
size_t lgc_stop_count(void) { return AO_load(&slots); }
const struct lgc_stopped *lgc_stop_at(size_t index) { return &slot[index]; }

void lgc_stop_here(struct lgc_stopped *out, uintptr_t sp, const uintptr_t *registers)
{
    stack_t alt;

    memset(out, 0, sizeof *out);
    for (int i = 0; registers != NULL && i < 6; i++)
        out->registers[i] = registers[i];
    out->tid = (int)syscall(SYS_gettid);
    out->state = LGC_STOP_STOPPED;
    out->sp = sp;
    out->tp = lgc_thread_pointer();
    out->thread = lgc_thread_known();
    if (syscall(SYS_sigaltstack, NULL, &alt) == 0)
        note_altstack(out, &alt);
}

void lgc_stop_interrupted(struct lgc_stopped *out, const void *ucontext)
{
    memset(out, 0, sizeof *out);
    note_context(out, ucontext);
    out->tid = (int)syscall(SYS_gettid);
    out->state = LGC_STOP_STOPPED;
}
