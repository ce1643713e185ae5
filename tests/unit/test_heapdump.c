/* SPDX-License-Identifier: MIT
 * test_heapdump.c: what heapdump/write.h writes, heapdump/decode.h and graph/load.h read back. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dumps.h"
#include "heapdump/decode.h"

Test(heapdump, crc_is_that_of_zlib)
{
    const char *text = "123456789";
    cr_expect_eq(lgc_heapdump_crc(0, text, 9), 0xcbf43926u);
    cr_expect_eq(lgc_heapdump_crc(lgc_heapdump_crc(0, text, 4), text + 4, 5), 0xcbf43926u);
    cr_expect_eq(lgc_heapdump_crc(0, text, 0), 0);
}

Test(heapdump, everything_comes_back)
{
    const char *path = dump_path();
    struct lgc_heapdump *w = dump_begin(path);
    struct lgc_heapdump_pc pc[] = { { 0x1234, 1, false, 0 }, { UINT64_MAX, 0, true, 8 } };
    lgc_heapdump_module(w, &(struct lgc_heapdump_module){ 0x1000, 0x9000, 0x400, true,
        lgc_heapdump_text("abcdef"), lgc_heapdump_text("/usr/bin/a b") });
    lgc_heapdump_thread(w, &(struct lgc_heapdump_thread){ 3, 77, lgc_heapdump_text("name"),
        lgc_heapdump_text("") });
    lgc_heapdump_frame(w, &(struct lgc_heapdump_frame){ 77, 0x100, 0x200, 0x1234, 1, true });
    lgc_heapdump_site(w, &(struct lgc_heapdump_site){ 9, 2, pc });
    lgc_heapdump_object(w, &(struct lgc_heapdump_object){ 0x5000, 24, 9, 3, 1700000000000000123,
        LGC_KIND_POSSIBLE, 0 });
    lgc_heapdump_edge(w, &(struct lgc_heapdump_edge){ 0x5000, 8, 0x3000, 5 });
    lgc_heapdump_edge(w, &(struct lgc_heapdump_edge){ 0x5000, 16, 0x5000, 0 });
    lgc_heapdump_object(w, &(struct lgc_heapdump_object){ 0x3000, 0, 0, 0, 0, LGC_KIND_REACHABLE,
        LGC_HEAPDUMP_INTERNAL });
    lgc_heapdump_root(w, &(struct lgc_heapdump_root){ LGC_HEAPDUMP_STACK, 77, 0x150, 0x3000, 1 });
    lgc_heapdump_string(w, lgc_heapdump_text("f"));
    lgc_heapdump_string(w, lgc_heapdump_text("a.c"));
    lgc_heapdump_source(w, &(struct lgc_heapdump_source){ 0x1234, 1, false, true, 1, 2, 12, 3 });
    lgc_heapdump_source(w, &(struct lgc_heapdump_source){ 0x1234, 1, false, false, 2, 0, 0, 0 });
    lgc_heapdump_variable(w, &(struct lgc_heapdump_variable){ 0x8000, 8, 1 });
    lgc_heapdump_note(w, "a note");
    dump_end(w);

    struct lgc_graph *g = dump_load(path);
    cr_assert_eq(g->n, 2);
    cr_expect_eq(g->pid, 4711);
    cr_expect_str_eq(g->reason, "call");
    cr_expect_str_eq(g->exe, "/usr/bin/prog");
    cr_expect_str_eq(g->notes[0], "a note");
    cr_expect_eq(g->address[0], 0x5000);
    cr_expect_eq(g->size[0], 24);
    cr_expect_eq(g->kind[0], LGC_KIND_POSSIBLE);
    cr_expect_eq(g->time_ns_of[0], 1700000000000000123);
    cr_expect_eq(g->thread[0], 3);
    cr_expect_eq(g->internal[1], 1);
    cr_assert_eq(g->nedges, 2);
    cr_expect_eq(g->first[0], 0);
    cr_expect_eq(g->first[1], 2);
    cr_expect_eq(g->first[2], 2);
    cr_expect_eq(g->target[0], 1);
    cr_expect_eq(g->offset[0], 8);
    cr_expect_eq(g->inside[0], 5);
    cr_expect_eq(g->target[1], 0);
    cr_assert_eq(g->nroots, 1);
    cr_expect_eq(g->roots[0].kind, LGC_HEAPDUMP_STACK);
    cr_expect_eq(g->roots[0].tid, 77);
    cr_expect_eq(g->roots[0].slot, 0x150);
    cr_expect_eq(g->roots[0].target, 1);
    const struct lgc_graph_site *s = &g->sites[g->site[0]];
    cr_assert_eq(s->nframes, 2);
    cr_expect_eq(s->frames[0].pc, 0x1234);
    cr_expect_eq(s->frames[0].module, 0);
    cr_expect_eq(s->frames[1].module, LGC_NO_MODULE);
    cr_expect(s->frames[1].exact);
    cr_expect_eq(s->frames[0].folded, 0);
    cr_expect_eq(s->frames[1].folded, 8);
    cr_expect_eq(g->sites[g->site[1]].nframes, 0);
    cr_expect_str_eq(g->modules[0].path, "/usr/bin/a b");
    cr_expect(g->modules[0].unloaded);
    cr_expect_str_eq(g->threads[0].name, "name");
    cr_expect_eq(g->frames[0].hi, 0x200);
    cr_expect_str_eq(g->variables[0].name, "f");

    struct lgc_symbolizer names = lgc_load_symbolizer(g);
    struct lgc_source source[4];
    cr_assert_eq(names.resolve(names.arg, NULL, &s->frames[0], source, 4), 2);
    cr_expect_str_eq(source[0].function, "f");
    cr_expect_str_eq(source[0].file, "a.c");
    cr_expect_eq(source[0].line, 12);
    cr_expect_eq(source[0].column, 3);
    cr_expect(source[0].inlined);
    cr_expect_str_eq(source[1].function, "a.c");
    cr_expect_eq(names.resolve(names.arg, NULL, &s->frames[1], source, 4), 0);
    cr_expect_eq(lgc_load_find(g, 0x5017), 0);
    cr_expect_eq(lgc_load_find(g, 0x5018), LGC_GRAPH_NONE);
    cr_expect_eq(lgc_load_find(g, 0x3000), 1);
    lgc_load_free(g);
}

/* More than a chunk, and more pointers than one record takes. */
Test(heapdump, many_objects_and_pointers)
{
    enum { N = 30000, EDGES = 5000 };
    const char *path = dump_path();
    struct lgc_heapdump *w = dump_begin(path);
    for (uint64_t i = 0; i < N; i++) {
        uint64_t a = 0x10000 + 64 * (i ^ 1);
        dump_object(w, a, 64, LGC_KIND_REACHABLE);
        for (uint64_t k = 0; k < (i == 7 ? EDGES : 2); k++)
            lgc_heapdump_edge(w, &(struct lgc_heapdump_edge){ a, 8 * k,
                0x10000 + 64 * (i * 7919 + k) % (64 * N) / 64 * 64, k % 64 });
    }
    dump_end(w);
    struct lgc_graph *g = dump_load(path);
    cr_assert_eq(g->n, N);
    cr_assert_eq(g->nedges, 2 * N - 2 + EDGES);
    for (uint32_t i = 0, e = 0; i < N; i++) {
        uint64_t n = i == 7 ? EDGES : 2;
        cr_assert_eq(g->address[i], 0x10000 + 64 * (i ^ 1ull));
        cr_assert_eq(g->first[i + 1] - g->first[i], n);
        for (uint64_t k = 0; k < n; k++, e++) {
            cr_assert_eq(g->address[g->target[e]],
                         0x10000 + 64 * (i * 7919ull + k) % (64 * N) / 64 * 64);
            cr_assert_eq(g->offset[e], 8 * k);
            cr_assert_eq(g->inside[e], k % 64);
        }
    }
    lgc_load_free(g);
}

static void expect_refused(const char *path, const char *why)
{
    char error[256];
    cr_assert_null(dump_try(path, 0, error));
    cr_expect(strstr(error, why) != NULL, "\"%s\" does not say \"%s\"", error, why);
}

Test(heapdump, what_contradicts_itself_is_refused)
{
    const char *path = dump_path();
    struct lgc_heapdump *w = dump_begin(path);
    dump_object(w, 0x1000, 8, 3);
    dump_object(w, 0x1000, 8, 3);
    dump_end(w);
    expect_refused(path, "two objects have the same address");

    w = dump_begin(path);
    dump_object(w, 0x1000, 8, 3);
    lgc_heapdump_edge(w, &(struct lgc_heapdump_edge){ 0x1000, 0, 0x2000, 0 });
    dump_end(w);
    expect_refused(path, "leads to no object");

    w = dump_begin(path);
    dump_object(w, 0x1000, 8, 3);
    lgc_heapdump_edge(w, &(struct lgc_heapdump_edge){ 0x2000, 0, 0x1000, 0 });
    dump_end(w);
    expect_refused(path, "do not follow the object");

    w = dump_begin(path);
    lgc_heapdump_object(w, &(struct lgc_heapdump_object){ .address = 16, .site = 5 });
    dump_end(w);
    expect_refused(path, "site that is not described");

    w = dump_begin(path);
    lgc_heapdump_source(w, &(struct lgc_heapdump_source){ .function = 3 });
    dump_end(w);
    expect_refused(path, "a name is not there");

    w = dump_begin(path);
    lgc_heapdump_frame(w, &(struct lgc_heapdump_frame){ .module = 3 });
    dump_end(w);
    expect_refused(path, "module that is not described");

    w = dump_begin(path);
    w->totals.edges = 1;
    dump_end(w);
    expect_refused(path, "totals are not what it holds");

    w = dump_begin(path);
    lgc_heapdump_object(w, &(struct lgc_heapdump_object){ .address = 16, .size = UINT64_MAX });
    dump_end(w);
    expect_refused(path, "behind the end of memory");
}

Test(heapdump, a_heap_larger_than_the_memory_is_refused)
{
    const char *path = dump_path();
    struct lgc_heapdump *w = dump_begin(path);
    char error[256];
    for (uint64_t i = 0; i < 100000; i++)
        dump_object(w, 16 * i, 8, 3);
    dump_end(w);
    cr_expect_null(dump_try(path, 1 << 20, error));
    cr_expect(strstr(error, "out of memory") != NULL, "%s", error);
    struct lgc_graph *g = dump_try(path, 100 << 20, error);
    cr_assert_not_null(g, "%s", error);
    lgc_load_free(g);
}

/* Every prefix is an error, and says so. */
Test(heapdump, no_prefix_is_a_dump)
{
    const char *path = dump_path();
    struct lgc_heapdump *w = dump_begin(path);
    char error[256];
    dump_object(w, 0x1000, 8, 3);
    dump_end(w);
    struct stat st;
    cr_assert_eq(stat(path, &st), 0);
    for (off_t n = st.st_size; n-- > 0; ) {
        cr_assert_eq(truncate(path, n), 0);
        cr_assert_null(dump_try(path, 0, error));
        cr_expect_neq(error[0], '\0');
    }
}

Test(heapdump, nothing_follows_the_end)
{
    const char *path = dump_path();
    struct lgc_heapdump *w = dump_begin(path);
    dump_end(w);
    FILE *out = fopen(path, "a");
    cr_assert_not_null(out);
    fputc('x', out);
    fclose(out);
    expect_refused(path, "something follows the end");
}

/* The file has its name when it is complete, and is gone if it is not. */
Test(heapdump, an_unfinished_file_goes_away)
{
    const char *path = dump_path();
    char partial[300];
    struct lgc_pack *pack = lgc_pack_begin(path);
    cr_assert_not_null(pack);
    snprintf(partial, sizeof partial, "%s.%ld.partial", path, (long)getpid());
    cr_expect_eq(access(partial, F_OK), 0);
    cr_expect_neq(access(path, F_OK), 0);
    cr_expect_eq(lgc_pack_end(pack, false), 0);
    cr_expect_neq(access(partial, F_OK), 0);
    cr_expect_neq(access(path, F_OK), 0);
    cr_expect_null(lgc_pack_begin("/nowhere/at/all"));
    cr_assert_eq(symlink("/dev/null", partial), 0);
    pack = lgc_pack_begin(path);
    cr_assert_not_null(pack);
    cr_expect_eq(readlink(partial, partial + 290, 1), -1, "a link in the way is not followed");
    lgc_pack_end(pack, false);
}
