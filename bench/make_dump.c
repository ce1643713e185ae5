/* SPDX-License-Identifier: MIT
 * make_dump.c: a heap dump of any size, for bench/parse.sh: a made-up heap with the shapes of real ones. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "find/finding.h"
#include "graph/pack.h"
#include "heapdump/write.h"

enum { SITES = 5000, FRAMES = 12, MODULES = 4 };

static uint64_t state = 1;

static uint64_t chance(uint64_t below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % below;
}

/* Blocks of equal objects, scattered over the address space as blocks are. */
static uint64_t address_of(uint64_t i)
{
    uint64_t block = i / 64, place = block * 2654435761u % (1u << 28);
    return 0x7f0000000000 + place * 8192 + i % 64 * 64;
}

static void put_sites(struct lgc_heapdump *w)
{
    for (uint64_t m = 0; m < MODULES; m++)
        lgc_heapdump_module(w, &(struct lgc_heapdump_module){ 0x10000000 * (m + 1),
            0x10000000 * (m + 2), 0x10000000 * (m + 1), false, lgc_heapdump_text("00112233"),
            lgc_heapdump_text("/usr/lib/libmade-up.so") });
    for (uint64_t s = 1; s <= SITES; s++) {
        struct lgc_heapdump_pc pc[FRAMES];
        for (uint64_t f = 0; f < FRAMES; f++)
            pc[f] = (struct lgc_heapdump_pc){ 0x10000000 + chance(0x30000000), 1 + f % MODULES,
                                              false };
        lgc_heapdump_site(w, &(struct lgc_heapdump_site){ s, FRAMES, pc });
    }
}

/* Most pointers lead near, as a list or a tree that was built at once; some
 * lead anywhere, as those of a hash table. */
static uint64_t target_of(uint64_t i, uint64_t n)
{
    if (chance(4) == 0)
        return chance(n);
    uint64_t near = i + 1 + chance(200);
    return near < n ? near : chance(n);
}

static void put_object(struct lgc_heapdump *w, uint64_t i, uint64_t n, uint64_t edges)
{
    uint64_t a = address_of(i);
    bool lost = chance(1000) == 0;
    lgc_heapdump_object(w, &(struct lgc_heapdump_object){ a, 16 + chance(48),
        1 + chance(SITES), 1 + chance(8), 1700000000000000000 + (int64_t)(i * 1000),
        lost ? LGC_KIND_DIRECT : LGC_KIND_REACHABLE, 0 });
    for (uint64_t k = 0; k < edges; k++)
        lgc_heapdump_edge(w, &(struct lgc_heapdump_edge){ a, 8 * k, address_of(target_of(i, n)),
            chance(50) == 0 ? 8 : 0 });
}

int main(int argc, char **argv)
{
    uint64_t n = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;
    struct lgc_heapdump *w = malloc(sizeof *w);
    struct lgc_pack *pack = n > 0 ? lgc_pack_begin(argv[1]) : NULL;
    if (w == NULL || pack == NULL) {
        fprintf(stderr, "usage: make_dump FILE OBJECTS\n");
        return 2;
    }
    lgc_heapdump_begin(w, lgc_pack_chunk, pack);
    lgc_heapdump_process(w, &(struct lgc_heapdump_process){ 1, 1, 1700001000000000000, 1,
        lgc_heapdump_text("call"), lgc_heapdump_text("/usr/bin/made-up"),
        lgc_heapdump_text("0") });
    put_sites(w);
    for (uint64_t i = 0; i < n; i++)
        put_object(w, i, n, 2 + i % 3);     /* three pointers an object */
    for (uint64_t k = 0; k < 1000; k++)
        lgc_heapdump_root(w, &(struct lgc_heapdump_root){ LGC_HEAPDUMP_GLOBAL, 0,
            0x10000000 + 8 * k, address_of(chance(n)), 0 });
    bool ok = lgc_heapdump_end(w);
    return lgc_pack_end(pack, ok) != 0 || !ok;
}
