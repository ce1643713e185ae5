/* SPDX-License-Identifier: MIT
 * packing.h: a heap as it is sent -> a heap dump file with names. */
#ifndef LGC_TOOL_PACKING_H
#define LGC_TOOL_PACKING_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct lgc_packing {
    FILE *in;
    const char *output;          /* the file to write                        */
    bool symbolize;
    uint64_t limit_ns;           /* for that; 0: none                        */
    uint64_t objects, edges, bytes; /* out: what the file holds              */
};

/* Returns the tool's exit status; what went wrong was said. */
int lgc_packing_run(struct lgc_packing *packing);

#endif
