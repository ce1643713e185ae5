/* SPDX-License-Identifier: MIT
 * link.h: a live process, found, connected and asked. */
#ifndef LGC_TOOL_LINK_H
#define LGC_TOOL_LINK_H

#include <signal.h>

#include "control/client.h"
#include "tool/process.h"

struct lgc_link {
    struct lgc_process process;
    int fd;
    bool stop_said;                  /* that it is stopped                   */
    bool lost;                       /* it has ended, or execed              */
    const sigset_t *mask;            /* of signals while it waits; NULL: as it is */
};

/* Finds the process and connects to it.  Returns 0, or an exit status after a
 * message that says why not, and what to do. */
int lgc_link_open(struct lgc_link *link, const char *process);
void lgc_link_close(struct lgc_link *link);

/* Opens it and asks one thing; not to be closed unless that is 0. */
int lgc_link_once(struct lgc_link *link, const char *process,
                  const struct lgc_message_request *request, struct lgc_client_answer *answer);

/* Sends the request and waits for its answer; the file with it, if any, is
 * the caller's.  0, or an exit status after a message. */
int lgc_link_ask(struct lgc_link *link, const struct lgc_message_request *request,
                 struct lgc_client_answer *answer);
/* Waits for a further answer.  As above; and -1: a signal came instead. */
int lgc_link_hear(struct lgc_link *link, struct lgc_client_answer *answer);

/* Waits until there is something to read of fd, at whose other end is the
 * process; says once if the process is stopped.  False: a signal came instead. */
bool lgc_link_wait(struct lgc_link *link, int fd);

/* A number of the answer; 0 if it is not there. */
uint64_t lgc_link_number(const struct lgc_client_answer *answer, const char *name);

/* "/proc/self/fd/N" of the answer's file, which several open independently. */
const char *lgc_link_file(const struct lgc_client_answer *answer);

#endif
