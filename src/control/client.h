/* SPDX-License-Identifier: MIT
 * client.h: the tool's side of the channel. */
#ifndef LGC_CONTROL_CLIENT_H
#define LGC_CONTROL_CLIENT_H

#include <stdbool.h>
#include <sys/types.h>

#include "control/message.h"

struct lgc_client_answer {
    char text[LGC_MESSAGE_ANSWER_MAX + 1]; /* NUL-terminated                    */
    int file;                            /* the caller's to close, or -1     */
};

/* Connects to the process `pid`, which in its own pid namespace is called
 * `name`, through its folder of sockets.  The peer must be that very process.
 * Removes a socket that nobody listens on any more.  Returns a descriptor, or
 * -1 with errno (ENOENT, ECONNREFUSED: it has no channel). */
int lgc_client_connect(int folder, unsigned name, pid_t pid);

/* The same through a socket without a file, at this address of `length` bytes. */
struct sockaddr_un;
int lgc_client_connect_to(const struct sockaddr_un *address, unsigned length, pid_t pid);

/* Sends a request, with `file` unless it is -1.  False with errno. */
bool lgc_client_ask(int fd, const struct lgc_message_request *request, int file);

/* Waits for the next answer.  False: the process has ended or closed the
 * channel (errno 0), or EINTR, or another errno. */
bool lgc_client_hear(int fd, struct lgc_client_answer *answer);

#endif
