/* SPDX-License-Identifier: MIT
 * answer.h: makes the answers to the tool's requests, and the lines of a
 * schedule.  Called by the helper thread alone. */
#ifndef LGC_RUN_ANSWER_H
#define LGC_RUN_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/out.h"

/* One message of control/message.h, and the file that goes with it or -1. */
struct lgc_answer {
    struct lgc_out text;
    int file;
};

void lgc_answer_init(struct lgc_answer *answer);
void lgc_answer_free(struct lgc_answer *answer); /* closes the file */

void lgc_answer_hello(struct lgc_answer *answer);
/* A check; the finding of it.  `kinds`: bits of enum lgc_kind. */
void lgc_answer_leaks(struct lgc_answer *answer, unsigned kinds, bool only_new);
/* A check of a series; with the last one its finding. */
void lgc_answer_line(struct lgc_answer *answer, bool last, unsigned kinds);
/* The heap, as heapdump/format.h has it, to a socket: a reader that is slow
 * holds up the copy of the process that writes, and one that is too slow ends it. */
void lgc_answer_dump(struct lgc_answer *answer, int socket);
void lgc_answer_lost(struct lgc_answer *answer);
/* With the `top` largest live sites, unless 0. */
void lgc_answer_heap(struct lgc_answer *answer, size_t top);

/* What leaksgc_heap_add has added: the `top` largest. */
void lgc_answer_samples(struct lgc_answer *answer, size_t top);
/* The result of a series of samples; `churn` is sorted. */
struct lgc_churn;
void lgc_answer_churn(struct lgc_answer *answer, struct lgc_churn *churn, size_t top);
/* Two checks, and what they lead to. */
struct lgc_reclaim_order;
void lgc_answer_optimize(struct lgc_answer *answer, const struct lgc_reclaim_order *order);

/* For those who make answers: an error in its place, with errno; a number; a file
 * in memory (the check writes to it and waits for nobody; false: the answer says
 * why there is none), to be read from its start. */
void lgc_answer_fail(struct lgc_answer *answer, const char *what);
void lgc_answer_put(struct lgc_answer *answer, const char *name, uint64_t value);
bool lgc_answer_open(struct lgc_answer *answer);
void lgc_answer_rewind(struct lgc_answer *answer);

/* A check whose outcome goes to the log: a line, and the report if asked. */
void lgc_answer_log(const char *reason, bool report);

#endif
