/* SPDX-License-Identifier: MIT
 * thread.c: the registry of threads and what glibc lets us know of them. */
#include "world/thread.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"

struct lgc_lock lgc_thread_lock = LGC_LOCK_INIT(LGC_RANK_THREAD);

static struct lgc_thread **table; /* by id                                   */
static unsigned count;
static LGC_TLS struct lgc_thread *self;

/* Whoever has no memory for an entry, or comes after the last id. */
static struct lgc_thread others = { .id = LGC_THREAD_MAX, .name = "(others)" };

static struct lgc_thread_joinable *joinable;
static size_t njoinable, joinable_capacity;

static size_t tcb_size, tls_size;
static size_t tid_offset; /* in struct pthread; 0: unknown                    */

uintptr_t lgc_thread_pointer(void)
{
    uintptr_t tp;

    __asm__("mov %%fs:0, %0" : "=r"(tp)); /* the ABI: it points to itself */
    return tp;
}

/* glibc 2.34 and later tell sizeof(struct pthread) to debuggers and the least
 * stack to runtimes; both are exported for good. */
static void learn_sizes(void)
{
    const unsigned *sizeof_pthread = dlsym(RTLD_DEFAULT, "_thread_db_sizeof_pthread");
    /* { bits, count, offset } */
    const unsigned *tid = dlsym(RTLD_DEFAULT, "_thread_db_pthread_tid");
    size_t (*minstack)(const pthread_attr_t *) = NULL;
    pthread_attr_t attr;

    *(void **)&minstack = dlsym(RTLD_DEFAULT, "__pthread_get_minstack");
    tcb_size = sizeof_pthread != NULL ? *sizeof_pthread : 2304;
    tid_offset = tid != NULL && tid[0] == 32 && tid[2] < tcb_size ? tid[2] : 0;
    tls_size = 4096;
    if (minstack != NULL && pthread_attr_init(&attr) == 0) {
        /* page size + static TLS (with the control block) + PTHREAD_STACK_MIN */
        size_t rest = (size_t)sysconf(_SC_PAGESIZE) + 16384;

        if (minstack(&attr) > rest + tcb_size)
            tls_size = minstack(&attr) - rest - tcb_size;
        pthread_attr_destroy(&attr);
    }
}

size_t lgc_thread_tcb_size(void) { return tcb_size; }
size_t lgc_thread_tls_size(void) { return tls_size; }

static void learn_stack(struct lgc_thread *t)
{
    pthread_attr_t attr;
    void *lo;
    size_t size;

    if (t->is_main || pthread_getattr_np(pthread_self(), &attr) != 0)
        return;
    if (pthread_attr_getstack(&attr, &lo, &size) == 0) {
        t->stack_lo = (uintptr_t)lo;
        t->stack_hi = (uintptr_t)lo + size;
    }
    pthread_attr_destroy(&attr);
}

static struct lgc_thread *add(void)
{
    struct lgc_thread *t = NULL;

    lgc_lock(&lgc_thread_lock);
    if (table == NULL)
        table = lgc_mem_map((LGC_THREAD_MAX + 1) * sizeof *table);
    if (table != NULL && count < LGC_THREAD_MAX - 1 && (t = lgc_mem_alloc(sizeof *t)) != NULL) {
        t->id = (uint16_t)(count + 1);
        table[t->id] = t;
        count++;
    }
    lgc_unlock(&lgc_thread_lock);
    return t != NULL ? t : &others;
}

struct lgc_thread *lgc_thread_self(void)
{
    struct lgc_thread *t = self;

    if (LGC_LIKELY(t != NULL))
        return t;
    t = add();
    self = t;
    if (t == &others)
        return t;
    t->tid = (unsigned)syscall(SYS_gettid);
    t->is_main = t->tid == (unsigned)getpid();
    t->control = lgc_thread_pointer();
    t->alive = true;
    if (tcb_size == 0)
        learn_sizes();
    prctl(PR_GET_NAME, t->name);
    learn_stack(t);
    return t;
}

struct lgc_thread *lgc_thread_known(void) { return self; }

void lgc_thread_end(void)
{
    if (self == NULL || self == &others)
        return;
    prctl(PR_GET_NAME, self->name);
    self->alive = false;
}

unsigned lgc_thread_count(void) { return count; }

struct lgc_thread *lgc_thread_at(unsigned id)
{
    return id >= 1 && id <= count ? table[id] : &others;
}

/* The caller holds lgc_thread_lock. */
static void add_joinable(const struct lgc_thread_joinable *j)
{
    struct lgc_thread_joinable *grown =
        lgc_mem_grow(joinable, &joinable_capacity, njoinable + 1, sizeof *joinable);

    if (grown != NULL) {
        joinable = grown;
        joinable[njoinable++] = *j;
    }
}

/* The same; NULL: it is not there. */
static struct lgc_thread_joinable *find_joinable(pthread_t handle)
{
    for (size_t i = 0; i < njoinable; i++)
        if (joinable[i].handle == handle)
            return &joinable[i];
    return NULL;
}

static void remove_joinable(pthread_t handle, bool only_joining)
{
    struct lgc_thread_joinable *j;

    lgc_lock(&lgc_thread_lock);
    j = find_joinable(handle);
    if (j != NULL && (j->joining || !only_joining))
        *j = joinable[--njoinable];
    lgc_unlock(&lgc_thread_lock);
}

void lgc_thread_joined(pthread_t handle) { remove_joinable(handle, true); }
void lgc_thread_detached(pthread_t handle) { remove_joinable(handle, false); }

void lgc_thread_joining(pthread_t handle, bool begins)
{
    struct lgc_thread_joinable *j;

    lgc_lock(&lgc_thread_lock);
    j = find_joinable(handle);
    if (j != NULL)
        j->joining = begins;
    lgc_unlock(&lgc_thread_lock);
}

void lgc_thread_joinable(const struct lgc_thread_joinable *made)
{
    /* One that detached itself before it was noted leaves its entry behind:
     * its control block is used again, so the list does not grow by it. */
    lgc_thread_detached(made->handle);
    lgc_lock(&lgc_thread_lock);
    add_joinable(made);
    lgc_unlock(&lgc_thread_lock);
}

void lgc_thread_each_joinable(void (*each)(uintptr_t tcb, void *arg), void *arg)
{
    for (size_t i = 0; i < njoinable; i++)
        each((uintptr_t)joinable[i].handle, arg);
}

/* The kernel clears the tid in struct pthread when the thread is gone.  The
 * memory may be gone too, of one that detached itself unseen: the kernel reads
 * a signal set from any address that we name, and only then refuses. */
static int tid_of(pthread_t handle)   /* 0: gone; -1: not known */
{
    const char *tid = (const char *)handle + tid_offset;
    int saved = errno;
    bool reads = tid_offset != 0 &&
                 !(syscall(SYS_rt_sigprocmask, ~0, (uintptr_t)tid & ~(uintptr_t)7, NULL, 8) != 0 &&
                   errno == EFAULT);

    errno = saved;
    return reads ? *(const volatile int *)tid : -1;
}

static bool has_ended(pthread_t handle) { return tid_of(handle) == 0; }

void lgc_thread_each_tid(void (*each)(int tid, void *arg), void *arg)
{
    for (unsigned id = 1; id <= count; id++)
        if (table[id]->alive)
            each((int)table[id]->tid, arg);
    for (size_t i = 0; i < njoinable; i++)
        if (tid_of(joinable[i].handle) > 0)
            each(tid_of(joinable[i].handle), arg);
}

/* Its entry: an earlier thread may have had the same control block. */
static const struct lgc_thread *entry_of(const struct lgc_thread_joinable *j)
{
    for (unsigned id = count; id > j->before; id--)
        if (table[id]->control == (uintptr_t)j->handle)
            return table[id];
    return NULL;
}

void lgc_thread_each_ended(uint32_t check, lgc_thread_ended_fn *each, void *arg)
{
    lgc_lock(&lgc_thread_lock);
    for (size_t i = 0; i < njoinable; i++) {
        if (joinable[i].joining || !has_ended(joinable[i].handle))
            continue;
        if (joinable[i].ended_check == 0)
            joinable[i].ended_check = check;
        each(&joinable[i], entry_of(&joinable[i]), arg);
    }
    lgc_unlock(&lgc_thread_lock);
}

void lgc_thread_fork_child(void)
{
    for (unsigned id = 1; id <= count; id++) {
        if (table[id] == self)
            continue;
        table[id]->left_behind = table[id]->left_behind || table[id]->alive;
        table[id]->alive = false;
    }
    njoinable = 0;
    if (self != NULL && self != &others)
        self->tid = (unsigned)syscall(SYS_gettid);
}
