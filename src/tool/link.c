/* SPDX-License-Identifier: MIT
 * link.c: a live process, found, connected and asked. */
#include "tool/link.h"

#include <errno.h>
#include <poll.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "control/folder.h"
#include "tool/fileless.h"
#include "tool/image.h"
#include "tool/library.h"

/* A process that has just been started, or forked, opens its channel soon; on
 * a busy machine, a little later. */
enum { TRIES = 150, TRY_EVERY_NS = 20000000, ENDING_TRIES = 25, LOOK_EVERY_S = 1 };

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
        if (fd < 0)
            fd = try_usual_places(p, 0);    /* before it gave root up */
        return fd >= 0 ? fd : lgc_fileless_connect(p);
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
    struct lgc_process again;
    int has = lgc_process_has_library(p->pid);
    if (geteuid() != 0 && p->uid != geteuid()) {
        const char *user = user_name(p->uid, number, sizeof number);
        lgc_cli_say("process %d (%s) belongs to the user %s; ask it as %s or as root",
                    (int)p->pid, p->name, user, user);
    } else if (has < 0) {
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
    } else if (lgc_process_read(&again, p->pid) && again.stopped) {
        lgc_cli_say("process %d (%s) is stopped, by a signal or a debugger, and has no channel yet",
                    (int)p->pid, p->name);
    } else if (helper) {
        lgc_cli_say("process %d (%s) has no channel: it was started with control=0, may open "
                    "too few files, or may make no socket", (int)p->pid, p->name);
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
    link->stop_said = link->lost = false;
    link->mask = NULL;
    if (status != 0)
        return status;
    lgc_image_of(link->process.pid);
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

/* Whether it lives on without the channel, as after exec.  One that ends
 * closes its descriptors a little before. */
static bool lives_on(const struct lgc_link *link)
{
    const struct timespec pause = { 0, TRY_EVERY_NS };
    struct lgc_process now;
    for (int i = 0; i < ENDING_TRIES; i++) {
        if (!lgc_process_read(&now, link->process.pid) || now.ended)
            return false;
        nanosleep(&pause, NULL);
    }
    return true;
}

static int say_lost(struct lgc_link *link)
{
    link->lost = errno == 0 || errno == EPIPE || errno == ECONNRESET;
    if (link->lost)
        lgc_cli_say("process %d (%s) ended before it answered%s", (int)link->process.pid,
                    link->process.name, lives_on(link) ? ", or became another program (exec)" : "");
    else
        lgc_cli_say("process %d (%s): %s", (int)link->process.pid, link->process.name,
                    strerror(errno));
    return LGC_EXIT_FAILED;
}

/* Says once why no answer comes, if that can be seen. */
static void say_stopped(struct lgc_link *link)
{
    struct lgc_process now;
    if (link->stop_said || !lgc_process_read(&now, link->process.pid) || !now.stopped)
        return;
    link->stop_said = true;
    lgc_cli_say("process %d (%s) is stopped, by a signal or a debugger: it will answer when it runs on",
                (int)now.pid, now.name);
}

bool lgc_link_wait(struct lgc_link *link, int fd)
{
    struct pollfd wait = { fd, POLLIN, 0 };
    const struct timespec look = { LOOK_EVERY_S, 0 };
    int n;
    while ((n = ppoll(&wait, 1, &look, link->mask)) == 0)
        say_stopped(link);
    return n > 0 || errno != EINTR;
}

int lgc_link_hear(struct lgc_link *link, struct lgc_client_answer *answer)
{
    if (!lgc_link_wait(link, link->fd))
        return -1;
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
    /* After EPIPE there may still be the reason to hear. */
    if (!lgc_client_ask(link->fd, request, -1) && errno != EPIPE && errno != ECONNRESET)
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
