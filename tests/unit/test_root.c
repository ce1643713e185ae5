/* SPDX-License-Identifier: MIT
 * test_root.c: world/root finds each kind of memory, with its option and only with it. */
#include <criterion/criterion.h>
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "core.h"
#include "heap/boot.h"
#include "world/region.h"
#include "world/task.h"

enum { PAGE = 4096, KINDS = 6 };
#define NO_KIND ((struct lgc_root_kinds){ false, false, false, false, false, false })
#define LONG_NS ((uint64_t)60 * 1000000000)

static void begin(void)
{
    lgc_module_refresh();
    lgc_root_learn_loader();
    lgc_stop_init();
    lgc_thread_self();
}

/* The i-th kind alone, or all but it. */
static struct lgc_root_kinds kinds_of(int i, bool alone)
{
    bool on[KINDS];
    for (int k = 0; k < KINDS; k++)
        on[k] = (k == i) == alone;
    return (struct lgc_root_kinds){ .globals = on[0], .stacks = on[1], .registers = on[2],
        .tls = on[3], .mappings = on[4], .regions = on[5] };
}
enum { GLOBALS, STACKS, REGISTERS, TLS, MAPPINGS, REGIONS };

/* Collects with every other thread stopped; `sp` is where our stack begins. */
static bool collect(struct lgc_root_kinds kinds, uintptr_t sp)
{
    struct lgc_stopped self;
    bool complete;
    lgc_stop_here(&self, sp, NULL);
    lgc_stop_world(LONG_NS);
    complete = lgc_root_collect(&kinds, &self);
    lgc_stop_resume();
    return complete;
}

#define HERE ((uintptr_t)__builtin_frame_address(0) - 256)

static bool covered(uintptr_t a)
{
    for (size_t i = 0; i < lgc_root_count(); i++)
        if (lgc_root_at(i)->lo <= a && a + 8 <= lgc_root_at(i)->hi)
            return true;
    return false;
}

/* The word at `a` is a root by kind i and by no other. */
static void expect_only_by(int i, const void *word, const char *what)
{
    uintptr_t a = (uintptr_t)word & ~(uintptr_t)7;
    cr_expect(collect(kinds_of(i, true), HERE));
    cr_expect(covered(a), "%s: not found with its option", what);
    cr_expect(collect(kinds_of(i, false), HERE));
    cr_expect_not(covered(a), "%s: found without its option", what);
}

Test(root, no_kind_is_no_root)
{
    begin();
    cr_expect(collect(NO_KIND, HERE));
    cr_expect_eq(lgc_root_count(), 0);
}

static void *variable_of_ours = &variable_of_ours;

Test(root, variables_of_libraries_but_not_ours)
{
    begin();
    expect_only_by(GLOBALS, dlsym(RTLD_DEFAULT, "re_syntax_options"), "a variable of libc");
    expect_only_by(GLOBALS, lgc_boot_alloc(100, 16), "what was served during the start");
    cr_expect(collect(kinds_of(GLOBALS, true), HERE));
    cr_expect_not(covered((uintptr_t)&variable_of_ours), "the core lies in this program");
}

Test(root, an_unloaded_library_is_none)
{
    begin();
    void *handle = dlopen("libBrokenLocale.so.1", RTLD_NOW);
    if (handle == NULL)
        cr_skip_test("no libBrokenLocale.so.1");
    lgc_module_refresh();
    const struct lgc_loaded *m = lgc_module_at(lgc_module_count() - 1);
    uintptr_t a = m->segment[0].hi - 8;
    expect_only_by(GLOBALS, (void *)a, "its variable");
    dlclose(handle);
    lgc_module_refresh();
    mmap((void *)(a & ~(uintptr_t)(PAGE - 1)), PAGE, PROT_READ | PROT_WRITE,
         MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    cr_expect(collect(kinds_of(GLOBALS, true), HERE));
    cr_expect_not(covered(a), "somebody else's page in its place");
}

Test(root, the_stack_of_the_first_thread)
{
    void *local[2] = { &local, NULL };
    begin();
    expect_only_by(STACKS, local, "a local variable");
    uintptr_t sp = HERE;
    cr_expect(collect(kinds_of(STACKS, true), sp));
    cr_expect(covered(sp - 120), "the red zone");
    cr_expect_not(covered((sp - 136) & ~(uintptr_t)7), "below it nothing lives");
    cr_expect_not(covered(sp - 5000));
}

/* A thread that waits, with things of its own to be found. */
static pthread_barrier_t ready, done;
static void *volatile *its_local;
static int *its_errno;
static uintptr_t its_stack_lo;
static pthread_key_t key;
static volatile bool registers_it;
#define MAGIC ((uintptr_t)0x123456789abc0000)

static void *be_there(void *arg)
{
    void *volatile local[4] = { arg, arg, arg, arg };
    its_local = local;
    its_errno = &errno;
    if (registers_it)
        its_stack_lo = lgc_thread_self()->stack_lo;
    pthread_setspecific(key, (void *)MAGIC);
    pthread_barrier_wait(&ready);
    pthread_barrier_wait(&done);
    return local[1];
}

static pthread_t start_thread(bool registered)
{
    pthread_t thread;
    registers_it = registered;
    pthread_barrier_init(&ready, NULL, 2);
    pthread_barrier_init(&done, NULL, 2);
    pthread_key_create(&key, NULL);
    pthread_create(&thread, NULL, be_there, &key);
    pthread_barrier_wait(&ready);
    return thread;
}

static bool value_found(uintptr_t value)
{
    for (size_t i = 0; i < lgc_root_count(); i++)
        for (uintptr_t a = lgc_root_at(i)->lo; a + 8 <= lgc_root_at(i)->hi; a += 8)
            if (*(uintptr_t *)a == value)
                return true;
    return false;
}

static void look_at_a_thread(bool registered)
{
    begin();
    pthread_t thread = start_thread(registered);
    expect_only_by(STACKS, (void *)its_local, "a local variable of a thread");
    expect_only_by(TLS, its_errno, "its thread-local variable");
    expect_only_by(TLS, (char *)thread + 64, "its control block");
    cr_expect(collect(kinds_of(TLS, true), HERE));
    cr_expect(value_found(MAGIC), "its pthread-specific value");
    cr_expect(collect(kinds_of(STACKS, true), HERE));
    cr_expect_not(covered((uintptr_t)its_local - 65536), "what it has not reached");
    cr_expect(!registered || !covered(its_stack_lo + PAGE));
    pthread_barrier_wait(&done);
    pthread_join(thread, NULL);
}

Test(root, a_thread_that_has_registered, .timeout = 60) { look_at_a_thread(true); }
Test(root, a_thread_that_has_not, .timeout = 60) { look_at_a_thread(false); }

Test(root, tls_of_the_first_thread)
{
    begin();
    expect_only_by(TLS, &errno, "errno");
}

static volatile int holding, end;

static void *hold_register(void *arg)
{
    __asm__ volatile("mov %[m], %%r12\n\t"
                     "lea 1(%[m]), %%r13\n\t"
                     "movq %%r13, %%xmm7\n\t"
                     "xor %%r13d, %%r13d\n\t"
                     "movl $1, %[h]\n"
                     "1:\tcmpl $0, %[e]\n\t"
                     "je 1b"
                     : [h] "+m"(holding)
                     : [m] "r"(~MAGIC), [e] "m"(end)
                     : "r12", "r13", "xmm7", "cc", "memory");
    return arg;
}

/* Collects in a stopped world and looks for the value there. */
static bool found_in_registers(struct lgc_root_kinds kinds, uintptr_t value)
{
    struct lgc_stopped self;
    lgc_stop_here(&self, HERE, NULL);
    lgc_stop_world(LONG_NS);
    lgc_root_collect(&kinds, &self);
    bool found = value_found(value);
    lgc_stop_resume();
    return found;
}

Test(root, registers, .timeout = 60)
{
    pthread_t thread;
    begin();
    pthread_create(&thread, NULL, hold_register, NULL);
    while (!holding)
        sched_yield();
    cr_expect(found_in_registers(kinds_of(REGISTERS, true), ~MAGIC));
    cr_expect(found_in_registers(kinds_of(REGISTERS, true), ~MAGIC + 1), "of vectors too");
    cr_expect_not(found_in_registers(kinds_of(GLOBALS, true), ~MAGIC));
    cr_expect_not(found_in_registers(kinds_of(TLS, true), ~MAGIC));
    end = 1;
    pthread_join(thread, NULL);
}

static char *map_pages(size_t pages)
{
    void *p = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    cr_assert_neq(p, MAP_FAILED);
    return p;
}

static void region_of(void *p, size_t size) { lgc_region_add_root((uintptr_t)p, (uintptr_t)p + size); }

Test(root, mappings_and_regions)
{
    begin();
    char *mapped = map_pages(3), *region = map_pages(3);
    memset(mapped, 1, 3 * PAGE);
    lgc_region_mapped((uintptr_t)mapped, (uintptr_t)mapped + 3 * PAGE);
    region_of(region + PAGE, PAGE);
    expect_only_by(MAPPINGS, mapped + PAGE, "a mapping");
    expect_only_by(REGIONS, region + PAGE, "a root region");
    cr_expect(collect(kinds_of(REGIONS, true), HERE));
    cr_expect_not(covered((uintptr_t)region + PAGE - 8), "nothing around it");
    cr_expect_not(covered((uintptr_t)region + 2 * PAGE));
    mprotect(mapped + PAGE, PAGE, PROT_NONE);
    cr_expect(collect(kinds_of(MAPPINGS, true), HERE));
    cr_expect(covered((uintptr_t)mapped) && covered((uintptr_t)mapped + 2 * PAGE));
    cr_expect_not(covered((uintptr_t)mapped + PAGE), "not readable");
    lgc_region_unmapped((uintptr_t)mapped, (uintptr_t)mapped + PAGE);
    cr_expect(collect(kinds_of(MAPPINGS, true), HERE));
    cr_expect_not(covered((uintptr_t)mapped));
}

Test(root, words_that_are_not_whole_are_left_out)
{
    begin();
    char *p = map_pages(1);
    region_of(p + 3, 22); /* the words at 8 and 16 */
    region_of(p + 100, 3);
    cr_expect(collect(kinds_of(REGIONS, true), HERE));
    cr_assert_eq(lgc_root_count(), 1);
    cr_expect_eq(lgc_root_at(0)->lo, (uintptr_t)p + 8);
    cr_expect_eq(lgc_root_at(0)->hi, (uintptr_t)p + 24);
}

Test(root, what_is_ours_is_cut_out)
{
    begin();
    char *p = map_pages(5);
    region_of(p, 5 * PAGE);
    lgc_mem_own(p + PAGE, PAGE);
    lgc_mem_own(p + 3 * PAGE, PAGE / 2);
    cr_expect(collect(kinds_of(REGIONS, true), HERE));
    for (uintptr_t at = 0; at < 5 * PAGE; at += 8) {
        bool own = at / PAGE == 1 || (at >= 3 * PAGE && at < 3 * PAGE + PAGE / 2);
        if (covered((uintptr_t)p + at) == own)
            cr_assert_fail("offset %zu", (size_t)at);
    }
    char *table = lgc_mem_map(PAGE);
    region_of(table, PAGE);
    cr_expect(collect(kinds_of(REGIONS, true), HERE));
    cr_expect_not(covered((uintptr_t)table));
}

Test(root, all_that_is_told_is_there_when_tables_grow)
{
    enum { PAGES = 1200 };
    static const struct lgc_root_kinds all = { true, true, true, true, true, true };
    struct lgc_stopped self = { 0 };
    start_world(100);
    lgc_root_learn_loader();
    char *p = mmap(NULL, (size_t)PAGES * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    cr_assert_neq(p, MAP_FAILED);
    for (size_t i = 0; i < PAGES; i += 2) { /* one more mapping each time */
        cr_assert_eq(mprotect(p + i * PAGE, PAGE, PROT_READ | PROT_WRITE), 0);
        cr_assert(lgc_root_collect(&all, &self));
        for (size_t k = 0; k < lgc_root_count(); k++)
            for (uintptr_t a = lgc_root_at(k)->lo & ~4095ul; a < lgc_root_at(k)->hi; a += PAGE)
                cr_assert_eq(msync((void *)a, PAGE, MS_ASYNC), 0, "%p is not mapped", (void *)a);
    }
}

Test(root, of_a_large_mapping_only_what_was_touched)
{
    enum { PAGES = 2000 };
    begin();
    char *p = map_pages(PAGES);
    if (madvise(p, PAGES * PAGE, MADV_NOHUGEPAGE) != 0 && errno != EINVAL)
        cr_skip_test("pages may be huge");
    lgc_region_mapped((uintptr_t)p, (uintptr_t)p + PAGES * PAGE);
    p[7 * PAGE] = p[8 * PAGE] = p[511 * PAGE] = p[512 * PAGE] = p[(PAGES - 1) * PAGE] = 1;
    cr_expect(collect(kinds_of(MAPPINGS, true), HERE));
    for (size_t i = 0; i < PAGES; i++) {
        bool touched = i == 7 || i == 8 || i == 511 || i == 512 || i == PAGES - 1;
        if (covered((uintptr_t)p + i * PAGE) != touched)
            cr_assert_fail("page %zu", i);
    }
}

Test(root, a_file_that_is_shorter_than_its_mapping)
{
    int fd = memfd_create("short", 0);
    begin();
    cr_assert_eq(ftruncate(fd, PAGE), 0);
    char *p = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    region_of(p, 3 * PAGE);
    errno = 77;
    cr_expect(collect(kinds_of(REGIONS, true), HERE));
    cr_expect_eq(errno, 77);
    cr_expect(covered((uintptr_t)p));
    cr_expect_not(covered((uintptr_t)p + PAGE), "to read there is a SIGBUS");
}

static struct lgc_stopped in_handler;
static uintptr_t handlers_local;

static void handler(int sig)
{
    volatile int local = sig;
    lgc_stop_here(&in_handler, HERE, NULL);
    handlers_local = (uintptr_t)&local & ~(uintptr_t)7;
    handlers_local += (size_t)(local - sig);
    struct lgc_root_kinds kinds = kinds_of(STACKS, true);
    lgc_root_collect(&kinds, &in_handler);
}

Test(root, on_an_alternate_stack_both_stacks_live)
{
    char *stack = map_pages(16); /* as this program's own variables are not roots */
    stack_t alt = { .ss_sp = stack, .ss_size = 16 * PAGE };
    struct sigaction sa = { .sa_handler = handler, .sa_flags = SA_ONSTACK };
    void *local[2] = { &local, stack };
    begin();
    sigaltstack(&alt, NULL);
    sigaction(SIGUSR1, &sa, NULL);
    raise(SIGUSR1);
    cr_expect(covered(handlers_local));
    cr_expect(covered((uintptr_t)local), "what the handler interrupted");
    cr_expect_not(covered((uintptr_t)stack), "the rest of the alternate one");
}

static void count_thread(int tid, void *arg) { *(int *)arg += tid != 0; }

static int threads(void)
{
    int n = 0;
    lgc_task_each(count_thread, &n);
    return n;
}

static void *end_at_once(void *arg) { return arg; }

Test(root, the_result_of_a_thread_that_nobody_has_joined, .timeout = 60)
{
    pthread_t thread;
    begin();
    int before = threads();
    pthread_create(&thread, NULL, end_at_once, (void *)(~MAGIC + 2));
    lgc_thread_joinable(&(struct lgc_thread_joinable){ .handle = thread });
    while (threads() > before) /* it is gone, its control block is not */
        sched_yield();
    cr_expect(collect(kinds_of(TLS, true), HERE));
    cr_expect(value_found(~MAGIC + 2));
    cr_expect(collect(kinds_of(TLS, false), HERE));
    cr_expect_not(covered((uintptr_t)thread));
    pthread_join(thread, NULL);
}

static int child(void)
{
    lgc_thread_fork_child();
    bool with = collect(kinds_of(STACKS, true), HERE) && covered((uintptr_t)its_local);
    bool without = collect(kinds_of(STACKS, false), HERE) && covered((uintptr_t)its_local);
    return with && !without ? 0 : 1;
}

Test(root, stacks_that_a_fork_left_behind, .timeout = 60)
{
    int status;
    begin();
    start_thread(true);
    pid_t pid = fork();
    if (pid == 0)
        _exit(child());
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_expect_eq(status, 0);
}

Test(root, without_memory)
{
    begin();
    char *p = map_pages(1);
    region_of(p, PAGE);
    lgc_mem_fail_after(1);
    bool complete = collect(kinds_of(REGIONS, true), HERE);
    lgc_mem_fail_after(0);
    cr_expect_not(complete);
    cr_expect(collect(kinds_of(REGIONS, true), HERE));
    cr_expect(covered((uintptr_t)p));
}
