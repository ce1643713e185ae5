/* SPDX-License-Identifier: MIT
 * other.h: the allocator behind us: libc's, or another one that the program
 * links against and may hand us pointers of (Debian's redis-server links
 * libjemalloc and also calls its own entry points). */
#ifndef LGC_ENTRY_OTHER_H
#define LGC_ENTRY_OTHER_H

#include <stdbool.h>
#include <stddef.h>

/* All of it goes there: the library stands aside. */
void *lgc_other_alloc(size_t size, size_t align, bool zero);
void *lgc_other_realloc(void *p, size_t size);
void lgc_other_free(void *p);
size_t lgc_other_usable(void *p);

/* p is none of ours: given to the other allocator, if one that is not libc's
 * is loaded, with one warning.  False: there is none. */
bool lgc_other_free_foreign(void *p);
bool lgc_other_realloc_foreign(void *p, size_t size, void **fresh);

#endif
