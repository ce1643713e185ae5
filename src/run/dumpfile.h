/* SPDX-License-Identifier: MIT
 * dumpfile.h: writes a heap dump of this process.
 *
 * The records go through a socket to the tool, which names functions,
 * compresses, and renames the file when it is complete; so this process needs
 * no more memory than one chunk.  Without a tool they go to the file as they
 * are. */
#ifndef LGC_RUN_DUMPFILE_H
#define LGC_RUN_DUMPFILE_H

#include <stdbool.h>

#include "capture/caller.h"
#include "world/stop.h"

struct lgc_dumpfile_request {
    const char *reason;              /* exit, call, command                  */
    const struct lgc_stopped *self;  /* where the caller's live stack begins */
    bool last;                       /* the process ends afterwards          */
    struct lgc_caller caller;        /* its frame; pc 0: not known           */
};

/* The dump into the file `path`, which appears when it is complete and not
 * before.  Returns 0, or -1 with errno. */
int lgc_dumpfile_write(const char *path, const struct lgc_dumpfile_request *request);

/* The dump, uncompressed, to a descriptor (a pipe or socket: no signal comes
 * of a reader that went away).  Returns as above. */
int lgc_dumpfile_send(int fd, const struct lgc_dumpfile_request *request);

#endif
