/* SPDX-License-Identifier: MIT
 * look.c: a snapshot, on a copy or in place, and in place if the copy fails. */
#include "run/look.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/out.h"
#include "capture/site.h"
#include "find/child.h"
#include "find/crew.h"
#include "find/pace.h"
#include "find/parcel.h"
#include "find/reach.h"
#include "run/settings.h"
#include "world/module.h"

/* What another thread is started for. */
enum { OBJECTS_EACH = 100000, MIB_EACH = 32 };

/* Shared with a copy that is at work; under the check lock, but for fork. */
static struct lgc_parcel *volatile parcel;
static int program;                  /* the process that is looked at        */

bool (*lgc_look_watch)(int copy, bool patient);

static void drop_parcel(void)
{
    struct lgc_parcel *p = parcel;

    parcel = NULL; /* first: who forks meanwhile must not drop it again */
    lgc_parcel_free(p);
}

unsigned lgc_look_markers(const struct lgc_way_size *size)
{
    uint64_t worth = 1 + size->objects / OBJECTS_EACH + (size->resident >> 20) / MIB_EACH;
    unsigned idle;

    if (lgc_settings.markers > 0)
        return lgc_settings.markers < LGC_CREW_MAX ? (unsigned)lgc_settings.markers : LGC_CREW_MAX;
    if (worth == 1)
        return 1;
    idle = lgc_crew_idle();
    return worth < idle ? (unsigned)worth : idle;
}

/* A copy is 7 nicer than the program (find/child.c), which leaves it a fifth
 * of a processor that the program wants all of: too much for what happens every
 * second.  This leaves it a thirtieth of the time that it wants any. */
static void be_patient(void)
{
    enum { MORE = 8 };
    int nice = 20 - (int)syscall(SYS_getpriority, PRIO_PROCESS, 0);

    syscall(SYS_setpriority, PRIO_PROCESS, 0, nice + MORE);
    lgc_pace_begin();
}

/* What is freed must be lost for libgc's marker as well, and what is reported
 * where that does not take too long. */
static enum lgc_confirm confirms(const struct lgc_look *look)
{
    if (lgc_settings.verify_marking)
        return LGC_CONFIRM_ALL;
    if (look->frees || (look->reports && look->size.bytes <= lgc_settings.confirm_limit))
        return LGC_CONFIRM_LOST;
    return LGC_CONFIRM_NOTHING;
}

static void on_snapshot(void *arg)
{
    struct lgc_look *look = arg;

    if (look->patient && getpid() != program)
        be_patient(); /* a copy: in place it would be the program's thread */
    look->scan.markers = look->snapshot.copied ? lgc_look_markers(&look->size) : 1;
    look->scan.confirm = confirms(look);
    lgc_scan_run(&look->scan);
    look->scan.lookups = lgc_reach_lookups();
    if (parcel != NULL)
        lgc_parcel_put(parcel, &look->scan); /* in place nobody takes it */
}

static const char *refused(int error)
{
    static char text[100];
    struct lgc_out out;

    lgc_out_init(&out, -1);
    lgc_out_f(&out, "fork: %s", strerrordesc_np(error));
    out.used = out.used < sizeof text ? out.used : sizeof text - 1;
    memcpy(text, out.buf, out.used);
    text[out.used] = '\0';
    return text;
}

/* Room for all the objects that there may be when the world stands still. */
static size_t room(const struct lgc_look *look)
{
    return look->size.objects + look->size.objects / 8 + 65536;
}

static size_t site_room(void) { return lgc_site_limit() + 65536ul; }

static struct lgc_scan what_to_scan(const struct lgc_look *look)
{
    return (struct lgc_scan){
        .roots = { lgc_settings.use_globals, lgc_settings.use_stacks, lgc_settings.use_registers,
                   lgc_settings.use_tls, lgc_settings.use_mmap, lgc_settings.use_root_regions },
        .kinds = look->kinds,
        .self = look->self,
        .count_sites = lgc_settings.suspect_checks > 0,
    };
}

enum { DONE = 1, COPY_ENDED = 0, NOT_DONE = -1, UNSTEADY = 2 };

/* DONE; COPY_ENDED before it was; NOT_DONE: no memory, or given up; UNSTEADY: see
 * find/snapshot.h. */
static int once(struct lgc_look *look, bool fork, bool steady)
{
    int status = DONE;

    look->snapshot = (struct lgc_snapshot){ .timeout_ns = lgc_settings.stop_timeout, .fork = fork,
                                            .steady = steady };
    look->scan = what_to_scan(look);
    program = getpid();
    if (fork && look->patient)
        lgc_pace_prepare((unsigned)(lgc_settings.check_share > 0 ? lgc_settings.check_share : 1));
    if (fork && (parcel = lgc_parcel_new(room(look), site_room())) == NULL) {
        look->snapshot.fork = false;
        look->why = refused(ENOMEM);
    }
    if (lgc_snapshot_run(&look->snapshot, on_snapshot, look) != 0) {
        status = NOT_DONE;
    } else if (look->snapshot.unsteady) {
        status = UNSTEADY;
    } else if (look->snapshot.child != 0) {
        if (lgc_look_watch != NULL)
            look->given_up = !lgc_look_watch(look->snapshot.child, look->patient);
        lgc_child_wait(look->snapshot.child);
        status = look->given_up ? NOT_DONE : lgc_parcel_take(parcel, &look->scan, &look->copy_bytes);
    } else if (look->snapshot.error != 0) {
        look->why = refused(look->snapshot.error);
    }
    look->on_copy = status == DONE && look->snapshot.child != 0;
    drop_parcel();
    return status;
}

/* A difference is a note of the report, and nothing is freed; verify_marking ends
 * the program. */
static void say_compared(const struct lgc_look *look)
{
    bool verify = lgc_settings.verify_marking;

    if (verify && look->scan.differ > 0)
        lgc_msg_abort("verify_marking: of %lu object(s) compared libgc's marker says another thing of %lu, "
                      "%p for one", (unsigned long)look->scan.compared,
                      (unsigned long)look->scan.differ, (void *)look->scan.differs);
    if (lgc_settings.verbosity > 1 && look->scan.differ == 0)
        lgc_msg("%s: %lu object(s) compared, libgc's marker says the same of all",
                verify ? "verify_marking" : "confirmed", (unsigned long)look->scan.compared);
}

bool lgc_look(struct lgc_look *look)
{
    int done;

    look->copy_bytes = 0;
    look->given_up = false;
    lgc_module_refresh(); /* before the stop: it takes the loader's lock */
    if (look->frees && look->way == LGC_WAY_AUTO)
        look->way = LGC_WAY_FORK;
    done = once(look, lgc_way_forks(look->way, look->last, &look->size, &look->why), true);
    if (done == UNSTEADY) {
        look->why = "a thread of libc's own could not be stopped";
        done = once(look, true, false);
    }
    if (done == COPY_ENDED) { /* killed: for memory, most likely */
        look->why = "fork: the copy was ended before it was done";
        done = once(look, false, false);
    }
    if (done == DONE && (lgc_settings.verify_marking || look->scan.compared > 0))
        say_compared(look);
    if (done == DONE)
        lgc_way_learn(look->on_copy, &look->size, look->snapshot.pause_ns);
    return done == DONE;
}

void lgc_look_fork_child(void)
{
    drop_parcel();
    lgc_pace_fork_child();
}
