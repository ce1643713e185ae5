/* SPDX-License-Identifier: MIT
 * test_boot.c: heap/boot serves from its pool until it is used up, and knows its own. */
#include <criterion/criterion.h>
#include <pthread.h>

#include "core.h"
#include "heap/boot.h"

enum { POOL = 256 << 10 };

Test(boot, aligned_zeroed_and_apart)
{
    enum { N = 300 };
    static unsigned char *p[N];
    static size_t size[N];
    uint64_t state = 3;
    for (int i = 0; i < N; i++) {
        size_t align = (size_t)16 << chance(&state) % 4;
        size[i] = chance(&state) % 500;
        p[i] = lgc_boot_alloc(size[i], align);
        cr_assert_not_null(p[i]);
        cr_expect(lgc_boot_owns(p[i]));
        cr_expect_eq((uintptr_t)p[i] % align, 0);
        cr_expect(all_bytes(p[i], 0, size[i]));
        memset(p[i], 255, size[i]);
    }
    for (int i = 0; i < N; i++)
        cr_expect_eq(lgc_boot_size(p[i]), size[i], "object %d", i);
}

Test(boot, the_used_part)
{
    uintptr_t lo, hi, end;
    lgc_boot_range(&lo, &hi);
    cr_expect_eq(lo, hi);
    char *p = lgc_boot_alloc(100, 16);
    lgc_boot_range(&lo, &end);
    cr_expect(lo <= (uintptr_t)p && (uintptr_t)p + 100 <= end);
    cr_expect_leq(end - lo, 144);
    cr_expect(lgc_boot_owns((void *)lo));
    cr_expect_not(lgc_boot_owns((void *)(lo - 1)));
    cr_expect(lgc_boot_owns((void *)(lo + POOL - 1)));
    cr_expect_not(lgc_boot_owns((void *)(lo + POOL)));
    cr_expect_not(lgc_boot_owns(NULL));
    cr_expect_not(lgc_boot_owns(&lo));
}

Test(boot, too_much_is_refused)
{
    cr_expect_null(lgc_boot_alloc(POOL, 16));
    cr_expect_null(lgc_boot_alloc(POOL + 1, 16));
    cr_expect_null(lgc_boot_alloc(SIZE_MAX, 16));
    cr_expect_null(lgc_boot_alloc(SIZE_MAX - 64, 4096));
    cr_expect_not_null(lgc_boot_alloc(POOL - 16, 16), "all of it");
    cr_expect_null(lgc_boot_alloc(1, 16));
    cr_expect_null(lgc_boot_alloc(0, 16));
}

/* Down to the last 16 bytes, where an object of no bytes begins at the end. */
Test(boot, used_up)
{
    uintptr_t lo, hi;
    char *p, *last = NULL;
    unsigned n = 0;
    while ((p = lgc_boot_alloc(0, 16)) != NULL && n <= POOL / 16) {
        cr_assert(lgc_boot_owns(p), "object %u of the pool is not in it", n);
        cr_assert_neq(p, last, "two objects in one place");
        last = p;
        n++;
    }
    lgc_boot_range(&lo, &hi);
    cr_expect_leq(hi, lo + POOL);
    cr_expect_null(lgc_boot_alloc(0, 16));
}

enum { THREADS = 4, EACH = 1900 };
static pthread_barrier_t together;

static void *take(void *arg)
{
    char **mine = arg;
    pthread_barrier_wait(&together);
    for (int i = 0; i < EACH; i++) {
        mine[i] = lgc_boot_alloc(16, 16);
        if (mine[i] != NULL)
            memset(mine[i], 1 + (int)((uintptr_t)mine / sizeof(char *[EACH]) % 255), 16);
    }
    return NULL;
}

Test(boot, threads_get_different_objects)
{
    static char *taken[THREADS][EACH];
    static bool used[POOL / 16];
    pthread_t thread[THREADS];
    uintptr_t lo, hi;
    pthread_barrier_init(&together, NULL, THREADS);
    for (int i = 0; i < THREADS; i++)
        pthread_create(&thread[i], NULL, take, taken[i]);
    for (int i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
    lgc_boot_range(&lo, &hi);
    for (int i = 0; i < THREADS * EACH; i++) {
        char *p = taken[i / EACH][i % EACH];
        cr_assert_not_null(p);
        if (used[((uintptr_t)p - lo) / 16] || !all_bytes(p, (unsigned char)p[0], 16))
            cr_assert_fail("object %d is somebody else's too", i);
        used[((uintptr_t)p - lo) / 16] = true;
    }
}
