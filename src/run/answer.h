/* SPDX-License-Identifier: MIT
 * answer.h: makes the answers to the tool's requests, and the lines of a
 * schedule.  Called by the helper thread alone. */
#ifndef LGC_RUN_ANSWER_H
#define LGC_RUN_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

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

/* A check whose outcome goes to the log: a line, and the report if asked. */
void lgc_answer_log(const char *reason, bool report);

#endif
