/* SPDX-License-Identifier: MIT
 * link.c: a live process, found, connected and asked. */
#include "tool/link.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "control/folder.h"
#include "tool/library.h"

/* A process that has just been started, or forked, opens its channel soon; on
 * a busy machine, a little later. */
enum { TRIES = 150, TRY_EVERY_NS = 20000000 };

/* ---- connecting ------------------------------------------------------- */

/* Where the folder of this user must be, if /proc does not show it. */
static int try_usual_places(const struct lgc_process *p, unsigned uid)
{
    char path[LGC_FOLDER_PATH], usual[64];
    const char *runtime[2] = { getenv("XDG_RUNTIME_DIR"), usual };
    snprintf(usual, sizeof usual, "/run/user/%u", uid);
    for (unsigned k = 0; k < 2; k++) {
        for (unsigned i = 0; lgc_folder_path(i, runtime[k], uid, path); i++) {
            int folder = lgc_folder_open(path, uid, false);
            if (folder < 0)
                continue;
            int fd = lgc_client_connect(folder, (unsigned)p->inner, p->pid);
            close(folder);
            if (fd >= 0)
                return fd;
        }
    }
    return -1;
}

static int try_connect(const struct lgc_process *p, bool *helper)
{
    int folder = lgc_process_folder(p->pid, helper), fd;
    if (folder < 0) {
        fd = try_usual_places(p, p->uid);
        return fd >= 0 ? fd : try_usual_places(p, 0);   /* before it gave root up */
    }
    fd = lgc_client_connect(folder, (unsigned)p->inner, p->pid);
    close(folder);
    return fd;
}

static const char *user_name(unsigned uid, char *buffer, size_t size)
{
    const struct passwd *user = getpwuid(uid);
    if (user != NULL)
        return user->pw_name;
    snprintf(buffer, size, "%u", uid);
    return buffer;
}

/* Why there is no channel, and what to do about it. */
static int say_why(const struct lgc_process *p, bool helper)
{
    char library[PATH_MAX], number[16];
    int has = lgc_process_has_library(p->pid);
    if (geteuid() != 0 && p->uid != geteuid()) {
        const char *user = user_name(p->uid, number, sizeof number);
        lgc_cli_say("process %d (%s) belongs to the user %s; ask it as %s or as root",
                    (int)p->pid, p->name, user, user);
    } else if (has < 0) {
        struct lgc_process again;
        if (!lgc_process_read(&again, p->pid) || again.ended)
            lgc_cli_say("process %d (%s) has ended", (int)p->pid, p->name);
        else
            lgc_cli_say("process %d (%s) has changed its user or is set-uid: only root can ask it",
                        (int)p->pid, p->name);
    } else if (has == 0) {
        bool found = lgc_library_find(NULL, library);
        lgc_cli_say("the library is not in process %d (%s), and cannot be put into a process "
                    "that runs", (int)p->pid, p->name);
        lgc_cli_say("start it again by 'leaksgc run -- COMMAND', or with GC_FIND_LEAK=1 "
                    "LD_PRELOAD=%s in its environment", found ? library : "PATH/libleaksgc.so");
    } else if (lgc_process_has_variable(p->pid, "GC_FIND_LEAK") == 0) {
        lgc_cli_say("the library is in process %d (%s), but does not look for leaks: "
                    "GC_FIND_LEAK=1 is not in the environment that it was started with",
                    (int)p->pid, p->name);
    } else if (helper) {
        lgc_cli_say("process %d (%s) has no channel: it was started with control=0, or could "
                    "make its socket in none of XDG_RUNTIME_DIR, /tmp and /dev/shm", (int)p->pid, p->name);
    } else {
        lgc_cli_say("process %d (%s) has no channel: it was started with control=0, could not "
                    "make a thread, or was forked and has not waited for anything since",
                    (int)p->pid, p->name);
    }
    return LGC_EXIT_FAILED;
}

int lgc_link_open(struct lgc_link *link, const char *process)
{
    const struct timespec pause = { 0, TRY_EVERY_NS };
    bool helper = false;
    int status = lgc_process_find(&link->process, process);
    link->fd = -1;
    if (status != 0)
        return status;
    for (int i = 0; i < TRIES; i++) {
        link->fd = try_connect(&link->process, &helper);
        if (link->fd >= 0)
            return 0;
        if (!helper && (lgc_process_has_library(link->process.pid) != 1
                        || lgc_process_has_variable(link->process.pid, "GC_FIND_LEAK") == 0))
            break;
        nanosleep(&pause, NULL);
    }
    return say_why(&link->process, helper);
}

void lgc_link_close(struct lgc_link *link)
{
    if (link->fd >= 0)
        close(link->fd);
    link->fd = -1;
}

/* ---- asking ----------------------------------------------------------- */

static int say_lost(const struct lgc_link *link)
{
    if (errno == 0 || errno == EPIPE || errno == ECONNRESET)
        lgc_cli_say("process %d (%s) ended before it answered", (int)link->process.pid,
                    link->process.name);
    else
        lgc_cli_say("process %d (%s): %s", (int)link->process.pid, link->process.name,
                    strerror(errno));
    return LGC_EXIT_FAILED;
}

int lgc_link_hear(struct lgc_link *link, struct lgc_client_answer *answer)
{
    if (!lgc_client_hear(link->fd, answer))
        return errno == EINTR ? -1 : say_lost(link);
    if (!lgc_message_is(answer->text, LGC_MESSAGE_ERROR))
        return 0;
    lgc_cli_say("process %d (%s): %s", (int)link->process.pid, link->process.name,
                answer->text + strlen(LGC_MESSAGE_ERROR) + 1);
    if (answer->file >= 0)
        close(answer->file);
    return LGC_EXIT_FAILED;
}

int lgc_link_ask(struct lgc_link *link, const struct lgc_message_request *request,
                 struct lgc_client_answer *answer)
{
    int status;
    if (!lgc_client_ask(link->fd, request, -1))
        return say_lost(link);
    do
        status = lgc_link_hear(link, answer);
    while (status < 0);
    return status;
}

int lgc_link_once(struct lgc_link *link, const char *process,
                  const struct lgc_message_request *request, struct lgc_client_answer *answer)
{
    int status = lgc_link_open(link, process);
    if (status == 0)
        status = lgc_link_ask(link, request, answer);
    if (status != 0)
        lgc_link_close(link);
    return status;
}

uint64_t lgc_link_number(const struct lgc_client_answer *answer, const char *name)
{
    uint64_t value = 0;
    return lgc_message_number(answer->text, name, &value) ? value : 0;
}

const char *lgc_link_file(const struct lgc_client_answer *answer)
{
    static char path[40];
    snprintf(path, sizeof path, "/proc/self/fd/%d", answer->file);
    return path;
}
