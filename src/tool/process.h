/* SPDX-License-Identifier: MIT
 * process.h: which process is meant, and what /proc tells of it. */
#ifndef LGC_TOOL_PROCESS_H
#define LGC_TOOL_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

#include "tool/cli.h"

enum { LGC_PROCESS_NAME = 64 };

struct lgc_process {
    pid_t pid;
    pid_t inner;                     /* its pid in its own pid namespace     */
    unsigned uid;                    /* effective                            */
    char name[LGC_PROCESS_NAME];     /* the kernel's, printable: \n \\ \033   */
    bool ended;                      /* a zombie                             */
    bool stopped;                    /* by a signal, or by a debugger        */
};

/* False: there is no such process. */
bool lgc_process_read(struct lgc_process *process, pid_t pid);

/* By pid, else by name (the kernel's, or that of its program).  Returns 0, or an
 * exit status after a message: several of that name are listed, none is
 * chosen. */
int lgc_process_find(struct lgc_process *process, const char *text);

/* Whether the library is mapped there: 1, 0, or -1 if that cannot be read. */
int lgc_process_has_library(pid_t pid);
/* Whether it was started with this variable set and not "0"; -1: unknown. */
int lgc_process_has_variable(pid_t pid, const char *name);

/* The folder of its sockets, as its helper thread has it open; or -1.
 * *helper: whether it has such a thread at all. */
int lgc_process_folder(pid_t pid, bool *helper);

#endif
