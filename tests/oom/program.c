/* SPDX-License-Identifier: MIT
 * program.c: allocates in many ways, survives every refusal, and prints how many blocks of 100 bytes it lost.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int lost;

/* Refused memory must be refused properly. */
static void *checked(void *p)
{
    if (!p && errno != ENOMEM)
        _exit(90);
    return p;
}

__attribute__((noinline)) static void lose(void)
{
    char *p = checked(malloc(100));
    if (p) {
        memset(p, 1, 100);
        lost++;
    }
    p = NULL;
    __asm__ volatile("" : "+r"(p));
}

static void *work(void *unused)
{
    void *p[200];
    for (int i = 0; i < 200; i++)
        p[i] = checked(malloc((size_t)i * 37));
    for (int i = 0; i < 200; i++)
        free(p[i]);
    return unused;
}

__attribute__((noinline)) static void clear_stack(void)
{
    volatile char dead[64 * 1024];
    memset((char *)dead, 0, sizeof dead);
}

int main(void)
{
    pthread_t thread;
    lose();
    for (size_t n = 1; n < (size_t)8 << 20; n *= 2) {
        char *p = checked(malloc(n)), *q;
        if (p)
            p[n - 1] = 1;
        q = checked(realloc(p, 3 * n));
        if (q && p && q[n - 1] != 1)
            _exit(91);
        free(q ? q : p);
        p = checked(calloc(1, n));
        if (p && p[n / 2])
            _exit(92);
        free(p);
    }
    lose();
    if (pthread_create(&thread, NULL, work, NULL) == 0)
        pthread_join(thread, NULL);
    work(NULL);
    lose();
    clear_stack();
    char text[] = "lost 0\n";
    text[5] = (char)('0' + lost);
    return write(1, text, sizeof text - 1) != sizeof text - 1;
}
