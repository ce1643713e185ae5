/* SPDX-License-Identifier: MIT
 * server.h: the process's side of the channel: a socket, and its clients.
 *
 * Knows no check: every request goes to a function of its owner.  Never
 * waits, never allocates, blocks on no client: what cannot be sent at once
 * costs the client its connection.  All calls come from one thread. */
#ifndef LGC_CONTROL_SERVER_H
#define LGC_CONTROL_SERVER_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "control/folder.h"
#include "control/message.h"

enum { LGC_SERVER_CLIENTS = 16, LGC_SERVER_FDS = LGC_SERVER_CLIENTS + 1 };

struct lgc_server_hooks {
    /* A request of client 0..LGC_SERVER_CLIENTS-1.  `file` came with it, or is
     * -1; closed afterwards. */
    void (*request)(void *arg, unsigned client, const struct lgc_message_request *request, int file);
    /* The client is gone, for whatever reason. */
    void (*gone)(void *arg, unsigned client);
    /* Whether it may be put out to make place for another: it waits for nothing. */
    bool (*idle)(void *arg, unsigned client);
    void *arg;
};

struct lgc_server {
    int folder, listener;        /* -1: not open; a folder may not be had    */
    ino_t inode;                 /* of the listener                          */
    int spare;                   /* a second descriptor of the folder, or of
                                  * the listener, given up for a moment when
                                  * no other is free                         */
    ino_t folder_inode;          /* of what the spare one is                 */
    char name[LGC_FOLDER_NAME];
    const struct lgc_server_hooks *hooks;
    struct { int fd; ino_t inode; uint64_t since; } client[LGC_SERVER_CLIENTS];
    uint64_t arrivals;
};

/* Opens the socket of process `pid` in the first folder that can be had, or in
 * none (control/folder.h).  False with errno.  `runtime_dir` may be NULL. */
bool lgc_server_open(struct lgc_server *server, const char *runtime_dir, unsigned pid,
                     const struct lgc_server_hooks *hooks);

/* What to poll; returns how many. */
size_t lgc_server_poll_set(const struct lgc_server *server, struct pollfd fds[LGC_SERVER_FDS]);

/* Serves what poll reported.  False: the program has closed our descriptors
 * (then none of them is touched again), the channel is gone. */
bool lgc_server_serve(struct lgc_server *server, const struct pollfd *fds, size_t n);

/* Sends one message, with a file unless it is -1.  False: the client is gone. */
bool lgc_server_answer(struct lgc_server *server, unsigned client, const char *text, size_t n,
                       int file);

/* In the child of a fork: its copies of the parent's descriptors, if any, are
 * closed, the parent notices nothing.  A server that was never opened is all
 * zero but for -1 in `folder` and `listener`. */
void lgc_server_forget(struct lgc_server *server);

/* Ends all connections and removes the socket. */
void lgc_server_close(struct lgc_server *server);

#endif
