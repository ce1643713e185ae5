/* SPDX-License-Identifier: MIT
 * leaking.c: a threaded server that loses memory when it is told to: each line
 * of its input is a command, each answered by a line.
 *
 *   lose N        loses N blocks of 100 bytes        hold N    keeps N of 1000
 *   drop          frees those                        churn N   allocates and frees N times
 *   grow N        lets N blocks grow from 200 to 2000 bytes by realloc
 *   sample N      leaksgc_heap_add of N bytes, if the library is there
 *   fork          a child that serves, too: its pid; its commands: "child LINE"
 *   close         closes every descriptor above 2, opens as many of its own
 *   single        whether the process has one thread
 *   unshare       unshare(CLONE_NEWUTS)'s errno, 0 if it could
 *   gc N MS       leaksgc_gc(N, MS), if the library is there
 *   setuid UID    setresuid
 *   exec          starts itself anew
 *   pthread_exit  ends the first thread; the others end soon
 *
 * Arguments: how many threads work beside the first (0: none).  LEAKING_ROOT: a
 * directory that is its root from the start. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../include/leaksgc.h"

int leaksgc_gc(unsigned count, unsigned interval_ms) __attribute__((weak));
int leaksgc_heap_add(const struct leaksgc_sample *sample) __attribute__((weak));

static void *volatile lost;
static void *kept[100000];
static int nkept;
static volatile int ending;
static char **arguments;

__attribute__((noinline)) static void lose_one(void)
{
    lost = malloc(100);
    if (lost != NULL)
        strcpy(lost, "LOSTLOSTLOST");
    lost = NULL;
}

__attribute__((noinline)) static void hold_one(void)
{
    if (nkept < (int)(sizeof kept / sizeof kept[0]))
        kept[nkept++] = malloc(1000);
}

/* Threads that sleep keep what lies on their stacks: so none of them has ever
 * had a block of the size of those that are lost. */
__attribute__((noinline)) static void churn_one(size_t size)
{
    void *volatile p = malloc(size);

    free(p);
    p = NULL;
}

__attribute__((noinline)) static void grow_one(void)
{
    char *volatile p = malloc(200);

    if (p != NULL) {
        char *grown = realloc(p, 2000);

        free(grown != NULL ? grown : p);
    }
    p = NULL;
}

__attribute__((noinline)) static int add_sample(int bytes)
{
    struct leaksgc_sample sample = { .bytes = (uint64_t)bytes };

    return leaksgc_heap_add == NULL ? -1 : leaksgc_heap_add(&sample);
}

static void *(*volatile copy)(void *, const void *, size_t) = memcpy;

/* Overwrites what calls have left on the stack and in vector registers. */
__attribute__((noinline)) static void wipe_stack(void)
{
    volatile char dead[8192];

#define WIPE(n) __asm__ volatile("pxor %%xmm" #n ", %%xmm" #n ::: "xmm" #n)
    WIPE(0); WIPE(1); WIPE(2); WIPE(3); WIPE(4); WIPE(5); WIPE(6); WIPE(7);
    WIPE(8); WIPE(9); WIPE(10); WIPE(11); WIPE(12); WIPE(13); WIPE(14); WIPE(15);

    for (size_t i = 0; i < sizeof dead; i++)
        dead[i] = 0;
    /* libc's memcpy leaves what it copied in registers that this file cannot
     * name without AVX-512. */
    for (size_t n = 8; n <= sizeof dead / 2; n *= 2)
        copy((char *)dead, (char *)dead + sizeof dead / 2, n);
}

static void *work(void *arg)
{
    for (int i = 0; !ending; i++) {
        churn_one(600 + (size_t)i % 400);
        if (i % 100 == 0)
            usleep(1000);
    }
    return arg;
}

static int tasks(void)
{
    DIR *dir = opendir("/proc/self/task");
    int n = 0;

    while (dir != NULL && readdir(dir) != NULL)
        n++;
    if (dir != NULL)
        closedir(dir);
    return n - 2; /* . and .. */
}

static int reopen_all(void)
{
    int fd;

    for (fd = 3; fd < 1024; fd++)
        close(fd);
    for (fd = 3; fd < 40; fd++)
        if (open("/dev/null", O_RDONLY) != fd)
            return -1;
    return 0;
}

static void serve(FILE *in);

/* The child reads its commands from a pipe. */
static FILE *child;
static int start_child(void)
{
    int ends[2];
    pid_t pid;

    if (pipe(ends) != 0)
        return -1;
    pid = fork();
    if (pid == 0) {
        FILE *in;

        close(ends[1]);
        in = fdopen(ends[0], "r");
        if (in != NULL)
            serve(in);
        exit(0);
    }
    close(ends[0]);
    child = fdopen(ends[1], "w");
    return (int)pid;
}

static int number(const char *line)
{
    const char *blank = strchr(line, ' ');

    return blank != NULL ? atoi(blank + 1) : 0;
}

static int obey(const char *line)
{
    int n = number(line), i;

    if (strncmp(line, "lose", 4) == 0)
        for (i = 0; i < n; i++)
            lose_one();
    else if (strncmp(line, "hold", 4) == 0)
        for (i = 0; i < n; i++)
            hold_one();
    else if (strncmp(line, "churn", 5) == 0)
        for (i = 0; i < n; i++)
            churn_one(600 + (size_t)i % 400);
    else if (strncmp(line, "grow", 4) == 0)
        for (i = 0; i < n; i++)
            grow_one();
    else if (strncmp(line, "sample", 6) == 0)
        return add_sample(n);
    else if (strcmp(line, "drop") == 0)
        while (nkept > 0)
            free(kept[--nkept]);
    else if (strcmp(line, "fork") == 0)
        return start_child();
    else if (strcmp(line, "close") == 0)
        return reopen_all();
    else if (strcmp(line, "single") == 0)
        return tasks() == 1;
    else if (strcmp(line, "unshare") == 0)
        return unshare(CLONE_NEWUTS) == 0 ? 0 : errno;
    else if (strncmp(line, "gc", 2) == 0)
        return leaksgc_gc == NULL ? -1 : leaksgc_gc((unsigned)n, (unsigned)number(line + 3));
    else if (strncmp(line, "setuid", 6) == 0)
        return setresuid((uid_t)n, (uid_t)n, (uid_t)n);
    else if (strcmp(line, "exec") == 0)
        return execv("/proc/self/exe", arguments);
    else
        return -2;
    /* What still stands anywhere of the last block is now of a freed one. */
    for (i = 0; i < 3; i++)
        churn_one(100);
    wipe_stack();
    return n;
}

static void serve(FILE *in)
{
    char line[200];

    while (fgets(line, sizeof line, in) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, "child ", 6) == 0 && child != NULL) {
            fprintf(child, "%s\n", line + 6); /* which answers by itself */
            fflush(child);
            continue;
        }
        if (strcmp(line, "pthread_exit") == 0) {
            ending = 1;
            pthread_exit(NULL);
        }
        printf("%s: %d\n", line, obey(line));
        fflush(stdout);
    }
}

int main(int argc, char **argv)
{
    int threads = argc > 1 ? atoi(argv[1]) : 0;
    static char out[1 << 16], in[1 << 16];

    const char *root = getenv("LEAKING_ROOT");

    if (root != NULL && (chroot(root) != 0 || chdir("/") != 0))
        return 3;
    arguments = argv;
    setvbuf(stdout, out, _IOFBF, sizeof out); /* no blocks of stdio's */
    setvbuf(stdin, in, _IOLBF, sizeof in);
    for (int i = 0; i < threads; i++) {
        pthread_t t;

        pthread_create(&t, NULL, work, NULL);
        pthread_detach(t);
    }
    printf("ready: %d\n", (int)getpid());
    fflush(stdout);
    serve(stdin);
    ending = 1;
    return 0;
}
