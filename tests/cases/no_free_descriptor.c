/* SPDX-License-Identifier: MIT
 * no_free_descriptor.c: a check in a program that has used up its descriptors still knows its mappings, made since, and its stacks.
 *
 * run: control=0:snapshot=stop
 *   direct 3 300
 */
#include "case.h"
#include "api.h"
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>

enum { HELD = 20 };
static pthread_barrier_t both;

static void *holds_one(void *arg)
{
    void *volatile mine = make(100);
    pthread_barrier_wait(&both);
    pthread_barrier_wait(&both);
    free(mine);
    return arg;
}

static NOINLINE void use_all(int *first)
{
    int fd;
    *first = -1;
    while ((fd = open("/dev/null", O_RDONLY)) >= 0)
        *first = *first < 0 ? fd : *first;
    CHECK(errno == EMFILE);
}

int main(void)
{
    struct rlimit few = { 64, 64 };
    pthread_t t;
    int first;
    void **map = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(map != MAP_FAILED && setrlimit(RLIMIT_NOFILE, &few) == 0);
    CHECK(mmap(NULL, 1ul << 40, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) != MAP_FAILED);
    for (int i = 0; i < HELD; i++)
        map[i * 300] = make(100);
    pthread_barrier_init(&both, NULL, 2);
    CHECK(pthread_create(&t, NULL, holds_one, NULL) == 0);
    pthread_barrier_wait(&both);
    void *volatile here = make(100);
    lose(100, 3);
    if (leaksgc_check) {
        use_all(&first);
        struct leaksgc_result r = check_now();
        close_range((unsigned)first, 63, 0);
        CHECK(r.direct.objects == 3 && r.reachable.objects >= HELD + 2);
    }
    pthread_barrier_wait(&both);
    pthread_join(t, NULL);
    free(here);
    return 0;
}
