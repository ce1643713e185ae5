/* SPDX-License-Identifier: MIT
 * graph_here.c: a program whose heap is known, for dump.t.
 *
 *   the_list -> 10 nodes, each with `next` (offset 8) the next one
 *               the first: `other` (16) -> shared <- `next` (8) of the last
 *   (nobody) -> lost -> lost_child
 *   a global 100 bytes into a block of 200
 *   one object each that only a thread-local variable, another thread's stack,
 *   a registered region, a mapping, or leaksgc_ignore_object keeps
 *
 * Usage: graph_here FILE [limit] | exit.  Prints where the objects are. */
#define _GNU_SOURCE 1
#include <leaksgc.h>

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

struct node { long number; struct node *next, *other; char rest[16]; };

static struct node *the_list;
static char *into_the_inside;
static __thread void *in_tls;
static pthread_barrier_t ready, done;

/* Present only with the library. */
extern int leaksgc_dump(const char *path) __attribute__((weak));
extern int leaksgc_ignore_object(const void *p) __attribute__((weak));
extern int leaksgc_register_root_region(const void *p, size_t n) __attribute__((weak));

static void tell(const char *name, const void *p) { printf("%s %p\n", name, p); }

__attribute__((noinline)) static struct node *make_node(struct node *next)
{
    struct node *n = calloc(1, sizeof *n);
    n->next = next;
    return n;
}

__attribute__((noinline)) static void make_list(void)
{
    struct node *shared = make_node(NULL);
    the_list = make_node(shared);
    for (int i = 1; i < 10; i++)
        the_list = make_node(the_list);
    the_list->other = shared;
    tell("list", the_list);
    tell("shared", shared);
}

__attribute__((noinline)) static void lose(void)
{
    struct node *n = make_node(NULL);
    n->next = make_node(NULL);
    tell("lost", n);
    tell("lost_child", n->next);
}

__attribute__((noinline)) static void make_others(void)
{
    void **page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    /* Of memory that is no root otherwise. */
    void **region = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    char *block = malloc(200);
    into_the_inside = block + 100;
    tell("inside", block);
    in_tls = malloc(48);
    tell("tls", in_tls);
    *page = malloc(56);
    tell("mapping", *page);
    *region = malloc(64);
    tell("region", *region);
    leaksgc_register_root_region(region, 4096);
    void *ignored = malloc(72);
    tell("ignored", ignored);
    leaksgc_ignore_object(ignored);
}

__attribute__((noinline)) static void *wait_with_object(void *arg)
{
    void *volatile kept = malloc(80);
    (void)arg;
    tell("stack", kept);
    pthread_barrier_wait(&ready);
    pthread_barrier_wait(&done);
    free(kept);
    return NULL;
}

/* Overwrites what calls before have left below. */
__attribute__((noinline)) static void clear_stack(void)
{
    volatile char space[16384];
    memset((char *)space, 0, sizeof space);
}

static void limit_files(void)
{
    struct rlimit r = { 100, 100 };
    fflush(stdout);
    setrlimit(RLIMIT_FSIZE, &r);
}

int main(int argc, char **argv)
{
    pthread_t thread;
    int status = 0;
    setvbuf(stdout, NULL, _IONBF, 0);
    pthread_barrier_init(&ready, NULL, 2);
    pthread_barrier_init(&done, NULL, 2);
    make_list();
    lose();
    make_others();
    pthread_create(&thread, NULL, wait_with_object, NULL);
    pthread_barrier_wait(&ready);
    clear_stack();
    if (argc > 2)
        limit_files();
    if (argc > 1 && strcmp(argv[1], "exit") != 0)
        status = leaksgc_dump(argv[1]) != 0;
    pthread_barrier_wait(&done);
    pthread_join(thread, NULL);
    return status;
}
