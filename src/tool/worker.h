/* SPDX-License-Identifier: MIT
 * worker.h: does a piece of work in a child process, which may crash or hang
 * without taking us along. */
#ifndef LGC_TOOL_WORKER_H
#define LGC_TOOL_WORKER_H

#include <stdbool.h>
#include <stdint.h>

/* Runs in the child; what it returns becomes `code`. */
typedef int lgc_worker_fn(void *arg);

/* Asked a few times a second in the parent: true gives the child up. */
typedef bool lgc_worker_stuck_fn(void *arg);

enum lgc_worker_end { LGC_WORKER_DONE, LGC_WORKER_CRASHED, LGC_WORKER_STUCK,
                      LGC_WORKER_NONE /* no child could be made; errno */ };

struct lgc_worker_result { enum lgc_worker_end end; int code; /* exit status or signal */ };

/* The child leaves no core file and dies with its parent. */
struct lgc_worker_result lgc_worker_run(lgc_worker_fn *work, lgc_worker_stuck_fn *stuck,
                                        void *arg);

#endif
