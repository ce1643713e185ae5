/* SPDX-License-Identifier: MIT
 * pack.h: raw chunks -> a heap dump file, compressed, that has its name only
 * when it is complete. */
#ifndef LGC_GRAPH_PACK_H
#define LGC_GRAPH_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lgc_pack;

/* Begins a file beside `path`; NULL with errno. */
struct lgc_pack *lgc_pack_begin(const char *path);

/* The function of a struct lgc_heapdump (heapdump/write.h); `arg` is the
 * struct lgc_pack.  False: it could not be written; errno is kept for end. */
bool lgc_pack_chunk(void *arg, const uint8_t *raw, size_t size);

/* With `complete` gives the file its name; else, or if that fails, removes it.
 * Returns 0 or an errno. */
int lgc_pack_end(struct lgc_pack *pack, bool complete);

/* The file as it is called until then. */
const char *lgc_pack_partial(const struct lgc_pack *pack);

#endif
