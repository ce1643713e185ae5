/* SPDX-License-Identifier: MIT
 * test_module.c: world/module knows what is loaded, what was, and when. */
#include <criterion/criterion.h>
#include <ctype.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "core.h"

/* Small, part of the C library, and loaded by nobody. */
#define LIBRARY "libBrokenLocale.so.1"

static const struct lgc_loaded *module_of(const void *p)
{
    long i = lgc_module_find((uintptr_t)p, lgc_module_generation());
    return i < 0 ? NULL : lgc_module_at((size_t)i);
}

static void *function_of(const char *name)
{
    void *p = dlsym(RTLD_DEFAULT, name);
    cr_assert_not_null(p, "%s", name);
    return p;
}

Test(module, the_program)
{
    char exe[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
    static int variable = 1;
    cr_assert_gt(n, 0);
    exe[n] = '\0';
    cr_expect_eq(lgc_module_refresh(), 1);
    const struct lgc_loaded *m = module_of((void *)(uintptr_t)module_of);
    cr_assert_not_null(m);
    cr_expect_str_eq(m->path, exe);
    cr_expect(m->ours, "it holds the core");
    cr_expect_eq(m->until, LGC_MODULE_LOADED);
    cr_assert_geq(m->nsegments, 1);
    bool inside = false;
    for (unsigned i = 0; i < m->nsegments; i++)
        inside = inside || (m->segment[i].lo <= (uintptr_t)&variable &&
                            (uintptr_t)(&variable + 1) <= m->segment[i].hi);
    cr_expect(inside, "its variables are in its writable segments");
    cr_expect(lgc_module_is_ours((uintptr_t)module_of));
    cr_expect_not(lgc_module_is_loader((uintptr_t)module_of));
}

/* The id in the file's own note, found by its bytes; "" if there is none. */
static void id_in_file(const char *path, char id[65])
{
    static const char note[] = "\4\0\0\0\24\0\0\0\3\0\0\0GNU";
    struct stat st;
    int fd = open(path, O_RDONLY);
    cr_assert(fd >= 0 && fstat(fd, &st) == 0, "%s", path);
    char *file = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    unsigned char *found = memmem(file, (size_t)st.st_size, note, sizeof note);
    id[0] = '\0';
    for (int i = 0; found != NULL && i < 20; i++)
        sprintf(id + 2 * i, "%02x", found[sizeof note + (size_t)i]);
}

Test(module, the_c_library)
{
    char id[65], path[PATH_MAX];
    lgc_module_refresh();
    const struct lgc_loaded *m = module_of(function_of("qsort"));
    cr_assert_not_null(m);
    cr_expect_eq(m->path[0], '/');
    cr_expect_not_null(strstr(m->path, "libc.so"));
    cr_expect_not_null(realpath(m->path, path));
    cr_expect_not(m->ours);
    cr_expect_eq(m->since, 1);
    id_in_file(path, id);
    cr_expect_str_eq(m->build_id, id);
    cr_expect_not(lgc_module_is_ours((uintptr_t)function_of("qsort")));
    cr_expect_not(lgc_module_is_loader((uintptr_t)function_of("qsort")));
    cr_expect(lgc_module_is_loader((uintptr_t)function_of("__tls_get_addr")));
}

Test(module, libgc_is_ours_too)
{
    start_heap(false);
    lgc_module_refresh();
    const struct lgc_loaded *m = module_of(function_of("GC_malloc"));
    cr_assert_not_null(m);
    cr_expect(m->ours);
    cr_expect_not(lgc_module_is_ours((uintptr_t)function_of("GC_malloc")), "this library only");
}

Test(module, every_module_is_told_from_the_others)
{
    lgc_module_refresh();
    size_t n = lgc_module_count(), vdso = 0;
    cr_assert_geq(n, 4);
    for (size_t i = 0; i < n; i++) {
        const struct lgc_loaded *m = lgc_module_at(i);
        cr_expect_lt(m->start, m->end);
        cr_expect_eq(lgc_module_find(m->start, 1), (long)i, "%s", m->path);
        cr_expect_eq(lgc_module_find(m->end - 1, 1), (long)i, "%s", m->path);
        cr_expect(m->path[0] == '/' || strcmp(m->path, "[vdso]") == 0, "%s", m->path);
        vdso += m->path[0] == '[';
    }
    cr_expect_eq(vdso, 1);
    cr_expect_eq(lgc_module_find((uintptr_t)&vdso, 1), -1);
    cr_expect_eq(lgc_module_find(0, 1), -1);
}

Test(module, nothing_new_is_no_new_generation)
{
    cr_expect_eq(lgc_module_generation(), 0);
    cr_expect_eq(lgc_module_refresh(), 1);
    size_t n = lgc_module_count();
    cr_expect_eq(lgc_module_refresh(), 1);
    cr_expect_eq(lgc_module_generation(), 1);
    cr_expect_eq(lgc_module_count(), n);
}

Test(module, one_that_comes_and_goes)
{
    lgc_module_refresh();
    size_t n = lgc_module_count();
    void *handle = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL)
        cr_skip_test("no " LIBRARY);
    cr_expect_eq(lgc_module_refresh(), 2);
    cr_assert_eq(lgc_module_count(), n + 1);
    const struct lgc_loaded *m = lgc_module_at(n);
    cr_expect_not_null(strstr(m->path, LIBRARY));
    cr_expect_eq(m->since, 2);
    cr_expect_eq(lgc_module_find(m->start + 1, 2), (long)n);
    cr_expect_eq(lgc_module_find(m->start + 1, 1), (long)n, "loaded before it was noticed");
    cr_expect_eq(lgc_module_refresh(), 2);
    dlclose(handle);
    cr_expect_eq(lgc_module_refresh(), 3);
    cr_expect_eq(lgc_module_at(n), m, "an entry never moves");
    cr_expect_eq(m->until, 3);
    cr_expect_eq(lgc_module_find(m->start + 1, 2), (long)n, "it was there then");
    cr_expect_eq(lgc_module_find(m->start + 1, 3), -1);
    cr_assert_not_null(dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL));
    cr_expect_eq(lgc_module_refresh(), 4);
    cr_assert_eq(lgc_module_count(), n + 2, "a second life");
    cr_expect_eq(lgc_module_find(lgc_module_at(n + 1)->start, 4), (long)n + 1);
}

Test(module, without_memory_it_knows_fewer)
{
    lgc_mem_fail_after(1);
    lgc_module_refresh();
    lgc_mem_fail_after(0);
    cr_expect_eq(lgc_module_count(), 0);
}

Test(module, who_else_needs_libgc)
{
    const char *path = NULL;
    cr_expect_not(lgc_module_foreign_gc(&path), "%s", path);
    if (dlopen("libgccpp.so.1", RTLD_NOW | RTLD_LOCAL) == NULL)
        cr_skip_test("no libgccpp.so.1");
    cr_assert(lgc_module_foreign_gc(&path));
    cr_expect_not_null(strstr(path, "libgccpp.so.1"));
}
