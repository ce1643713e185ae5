/* SPDX-License-Identifier: MIT
 * test_maps.c: world/maps tells what the kernel tells, page by page. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/mem.h"
#include "core.h"
#include "world/maps.h"

enum { PAGE = 4096 };

/* Pages without access, of which the tests change some. */
static uintptr_t space(size_t pages)
{
    void *p = mmap(NULL, pages * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    cr_assert_neq(p, MAP_FAILED);
    return (uintptr_t)p;
}

static void *put(uintptr_t at, size_t pages, int prot, int flags, int fd)
{
    return mmap((void *)at, pages * PAGE, prot, flags | MAP_FIXED, fd, 0);
}

static int file(const char *name, size_t size)
{
    int fd = memfd_create(name, 0);
    cr_assert(fd >= 0 && ftruncate(fd, (off_t)size) == 0);
    return fd;
}

static void expect_map(uintptr_t a, const char *flags)
{
    const struct lgc_map *m = lgc_maps_find(a);
    char found[5] = "none";
    if (m != NULL) {
        cr_expect(m->lo <= a && a < m->hi);
        found[0] = m->readable ? 'r' : '-';
        found[1] = m->writable ? 'w' : '-';
        found[2] = m->private ? 'p' : 's';
        found[3] = m->anonymous ? 'a' : 'f';
    }
    cr_expect_str_eq(found, flags);
}

Test(maps, what_a_mapping_is)
{
    char name[240];
    uintptr_t s = space(10);
    memset(name, 'x', sizeof name);
    name[sizeof name - 1] = '\0';
    int fd = file(name, 2 * PAGE);  /* a line longer than what is kept of it */
    put(s + 1 * PAGE, 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    put(s + 2 * PAGE, 1, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    put(s + 3 * PAGE, 1, PROT_READ | PROT_WRITE, MAP_SHARED, fd);
    put(s + 4 * PAGE, 1, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd);
    put(s + 6 * PAGE, 1, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd);
    munmap((void *)(s + 8 * PAGE), PAGE);
    cr_assert(lgc_maps_read());
    expect_map(s, "--pa");
    expect_map(s + 1 * PAGE, "rwpa");
    expect_map(s + 2 * PAGE - 1, "rwpa");
    expect_map(s + 2 * PAGE, "r-pa");
    expect_map(s + 3 * PAGE, "rwsf");
    expect_map(s + 4 * PAGE, "r-pf");
    expect_map(s + 5 * PAGE, "--pa");
    expect_map(s + 6 * PAGE, "rwpf");
    expect_map(s + 7 * PAGE, "--pa");
    expect_map(s + 8 * PAGE, "none");
    expect_map(s + 9 * PAGE, "--pa");
    expect_map(0, "none");
}

Test(maps, it_is_read_again)
{
    uintptr_t s = space(1);
    cr_assert(lgc_maps_read());
    expect_map(s, "--pa");
    munmap((void *)s, PAGE);
    cr_assert(lgc_maps_read());
    expect_map(s, "none");
}

static char clipped[200];

static void note(uintptr_t lo, uintptr_t hi, void *arg)
{
    uintptr_t from = *(uintptr_t *)arg;
    size_t n = strlen(clipped);
    snprintf(clipped + n, sizeof clipped - n, "%zx-%zx ", (size_t)(lo - from), (size_t)(hi - from));
}

static const char *clip(uintptr_t s, uintptr_t lo, uintptr_t hi)
{
    clipped[0] = '\0';
    lgc_maps_clip(s + lo, s + hi, note, &s);
    return clipped;
}

Test(maps, a_range_is_clipped_to_what_is_readable)
{
    uintptr_t s = space(8);
    int fd = file("clip", PAGE);
    put(s + 1 * PAGE, 2, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    put(s + 4 * PAGE, 1, PROT_READ, MAP_PRIVATE, fd);
    put(s + 5 * PAGE, 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    munmap((void *)(s + 6 * PAGE), PAGE);
    cr_assert(lgc_maps_read());
    cr_expect_str_eq(clip(s, 0, 8 * PAGE), "1000-3000 4000-5000 5000-6000 ");
    cr_expect_str_eq(clip(s, 0x1010, 0x1020), "1010-1020 ");
    cr_expect_str_eq(clip(s, 0x2ff8, 0x4008), "2ff8-3000 4000-4008 ");
    cr_expect_str_eq(clip(s, 0x1000, 0x3000), "1000-3000 ");
    cr_expect_str_eq(clip(s, 0x3000, 0x4000), "");
    cr_expect_str_eq(clip(s, 0x6000, 0x7000), "");
    cr_expect_str_eq(clip(s, 0x2000, 0x2000), "");
}

static void descends(uintptr_t lo, uintptr_t hi, void *last)
{
    if (lo < *(uintptr_t *)last || hi <= lo)
        cr_expect_fail("%zx-%zx is out of order", (size_t)lo, (size_t)hi);
    *(uintptr_t *)last = hi;
}

Test(maps, many_of_them)
{
    enum { MANY = 1500 };
    uintptr_t s = space(2 * MANY), last = 0;
    for (uintptr_t i = 0; i < MANY; i++)
        put(s + 2 * i * PAGE, 1, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    cr_assert(lgc_maps_read());
    size_t wrong = 0;
    for (uintptr_t i = 0; i < 2 * MANY; i++) {
        const struct lgc_map *m = lgc_maps_find(s + i * PAGE + 5);
        wrong += m == NULL || m->readable != (i % 2 == 0) || (i % 2 == 0 && m->hi - m->lo != PAGE);
    }
    cr_expect_eq(wrong, 0);
    lgc_maps_clip(0, UINTPTR_MAX, descends, &last);
}

Test(maps, what_cannot_be_read)
{
    struct rlimit before, none;
    uintptr_t s = space(1);
    cr_assert(lgc_maps_read());
    getrlimit(RLIMIT_NOFILE, &before);
    none = before;
    none.rlim_cur = 0;
    setrlimit(RLIMIT_NOFILE, &none);
    bool read = lgc_maps_read();
    setrlimit(RLIMIT_NOFILE, &before);
    cr_expect_not(read);
    expect_map(s, "--pa");
    cr_expect(lgc_maps_read());
}

Test(maps, without_memory)
{
    lgc_mem_fail_after(1);
    cr_expect_not(lgc_maps_read());
    lgc_mem_fail_after(0);
    cr_expect(lgc_maps_read());
    cr_expect_not_null(lgc_maps_find((uintptr_t)note));
}
