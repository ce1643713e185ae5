/* SPDX-License-Identifier: MIT
 * answer.h: makes the answers to the tool's requests, and the lines of a
 * schedule.  Called by the helper thread alone. */
#ifndef LGC_RUN_ANSWER_H
#define LGC_RUN_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/out.h"
#include "run/check.h"

/* One message of control/message.h, and the file that goes with it or -1. */
struct lgc_answer {
    struct lgc_out text;
    int file;
};

void lgc_answer_init(struct lgc_answer *answer);
void lgc_answer_free(struct lgc_answer *answer); /* closes the file */

void lgc_answer_hello(struct lgc_answer *answer);

/* Who wants a check, and gets its figures: as a line of a series, with its finding
 * (`kinds` and `only_new` of the stream; the rest of it is ours), or with what is
 * lost, counted (run/lost.h). */
struct lgc_ask {
    enum { LGC_ASK_NOTHING, LGC_ASK_LINE, LGC_ASK_LEAKS, LGC_ASK_LOST } what;
    struct lgc_check_stream stream;
    bool ready;                      /* ours                                 */
    struct lgc_answer answer;        /* made, unless NOTHING is wanted       */
};
/* One check for all of them: it begins after each has asked. */
void lgc_answer_asks(struct lgc_ask *ask, size_t n);
/* The heap, as heapdump/format.h has it, to a socket: a reader that is slow
 * holds up the copy of the process that writes, and one that is too slow ends it. */
void lgc_answer_dump(struct lgc_answer *answer, int socket);
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
