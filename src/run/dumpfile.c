/* SPDX-License-Identifier: MIT
 * dumpfile.c: snapshot -> scan -> graph -> records -> tool. */
#include "run/dumpfile.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/filename.h"
#include "base/mem.h"
#include "base/msg.h"
#include "base/out.h"
#include "base/sys.h"
#include "capture/site.h"
#include "find/child.h"
#include "find/edges.h"
#include "find/group.h"
#include "find/snapshot.h"
#include "heapdump/decode.h"
#include "heapdump/write.h"
#include "leaksgc.h"
#include "run/alone.h"
#include "run/check.h"
#include "run/deliver.h"
#include "run/look.h"
#include "run/settings.h"
#include "run/spawn.h"
#include "run/way.h"
#include "world/module.h"
#include "world/task.h"
#include "world/thread.h"

/* The tool has as long as the heap takes; this only ends one that hangs. */
#define TOOL_LIMIT_NS (3600 * 1000000000ull)

struct job {
    const struct lgc_dumpfile_request *request;
    int fd;
    bool is_socket;
    uint32_t sequence;
    /* Shared with the copy that does the work. */
    struct {
        int error;               /* errno of the first write that failed     */
        bool complete;           /* the end record was written               */
    } *result;
    uint64_t pid;                /* the copy has another                     */
    struct lgc_snapshot snapshot;
    struct lgc_scan scan;
    struct lgc_heapdump *writer;
    char exe[4096];
};

/* ---- bytes ------------------------------------------------------------- */

static bool write_all(struct job *j, const void *bytes, size_t n)
{
    const char *p = bytes;

    while (n > 0) {
        /* No SIGPIPE from a reader that died: it would be the program's. */
        long done = j->is_socket
                        ? syscall(SYS_sendto, j->fd, p, n, MSG_NOSIGNAL, NULL, 0)
                        : syscall(SYS_write, j->fd, p, n);

        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0) {
            j->result->error = done < 0 ? errno : EIO;
            return false;
        }
        p += done;
        n -= (size_t)done;
    }
    return true;
}

static void put32(uint8_t *to, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        to[i] = (uint8_t)(v >> 8 * i);
}

static bool put_chunk(void *arg, const uint8_t *raw, size_t size)
{
    struct job *j = arg;
    uint8_t header[LGC_HEAPDUMP_HEADER];

    put32(header, (uint32_t)size);
    put32(header + 4, (uint32_t)size);
    put32(header + 8, LGC_HEAPDUMP_PLAIN);
    put32(header + 12, j->sequence++);
    put32(header + 16, lgc_heapdump_crc(lgc_heapdump_crc(0, header, 16), raw, size));
    return write_all(j, header, sizeof header) && write_all(j, raw, size);
}

static bool put_prelude(struct job *j)
{
    uint8_t prelude[LGC_HEAPDUMP_PRELUDE] = LGC_HEAPDUMP_MAGIC;

    put32(prelude + 8, LGC_HEAPDUMP_VERSION);
    put32(prelude + 12, 0);
    return write_all(j, prelude, sizeof prelude);
}

/* ---- records ----------------------------------------------------------- */

static bool on_object(void *arg, const struct lgc_heapdump_object *o)
{
    lgc_heapdump_object(arg, o);
    return !((struct lgc_heapdump *)arg)->failed;
}

static bool on_edge(void *arg, const struct lgc_heapdump_edge *e)
{
    lgc_heapdump_edge(arg, e);
    return true;
}

static bool on_root(void *arg, const struct lgc_heapdump_root *r)
{
    lgc_heapdump_root(arg, r);
    return true;
}

static bool on_frame(void *arg, const struct lgc_heapdump_frame *f)
{
    lgc_heapdump_frame(arg, f);
    return true;
}

static void put_process(struct job *j)
{
    struct lgc_heapdump_process p = { .pid = j->pid, .stopped = 1 };
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    p.time_ns = (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
    for (size_t i = 0; i < lgc_stop_count(); i++)
        p.stopped += lgc_stop_at(i)->state == LGC_STOP_STOPPED;
    p.reason = lgc_heapdump_text(j->request->reason);
    p.exe = lgc_heapdump_text(j->exe);
    p.version = lgc_heapdump_text(LEAKSGC_VERSION);
    lgc_heapdump_process(j->writer, &p);
    if (!j->scan.complete)
        lgc_heapdump_note(j->writer, "there was not enough memory for the whole check: "
                                     "some kinds may be wrong");
    if (j->scan.tried)
        lgc_heapdump_note(j->writer, "the kernel's list of mappings could not be read: "
                                     "what memory there is was tried page by page");
    for (size_t i = 0; i < lgc_stop_count(); i++)
        if (lgc_stop_at(i)->state == LGC_STOP_SILENT)
            lgc_heapdump_note(j->writer, "a thread did not stop in time: what only its "
                                         "registers held may be listed as lost");
}

static void put_modules(struct job *j)
{
    for (size_t i = 0; i < lgc_module_count(); i++) {
        const struct lgc_loaded *l = lgc_module_at(i);
        struct lgc_heapdump_module m = { l->start, l->end, l->bias,
                                         l->until != LGC_MODULE_LOADED,
                                         lgc_heapdump_text(l->build_id),
                                         lgc_heapdump_text(l->path) };

        lgc_heapdump_module(j->writer, &m);
    }
}

static void put_threads(struct job *j)
{
    for (unsigned id = 1; id <= lgc_thread_count(); id++) {
        const struct lgc_thread *t = lgc_thread_at(id);
        struct lgc_heapdump_thread out = { t->id, t->tid, lgc_heapdump_text(t->name),
                                           lgc_heapdump_text(t->tag) };

        lgc_heapdump_thread(j->writer, &out);
    }
}

static void put_sites(struct job *j)
{
    static struct lgc_heapdump_pc pc[LGC_HEAPDUMP_FRAMES_MAX]; /* one dump at a time */

    for (uint32_t id = 1; id <= lgc_site_limit(); id++) {
        const struct lgc_site *s = lgc_edges_uses_site(id) ? lgc_site_at(id) : NULL;
        struct lgc_heapdump_site out = { .id = id, .frames = pc };

        if (!lgc_edges_uses_site(id))
            continue;
        /* Without memory to make it an array it is a site without frames. */
        for (uint32_t i = 0; s != NULL && i < s->stack.depth && i < LGC_HEAPDUMP_FRAMES_MAX; i++) {
            struct lgc_frame f;

            lgc_group_frame((uintptr_t)s->stack.pc[i], i < 64 && (s->exact >> i & 1) != 0,
                            s->generation, &f);
            pc[i].pc = f.pc;
            pc[i].module = f.module == LGC_NO_MODULE ? 0 : f.module + 1ull;
            pc[i].exact = f.exact;
            pc[i].folded = s->folded != NULL ? s->folded[i] : 0;
            out.nframes++;
        }
        lgc_heapdump_site(j->writer, &out);
    }
}

/* In the snapshot. */
static void work(void *arg)
{
    struct job *j = arg;
    struct lgc_heapdump_visitor visitor = { .object = on_object, .edge = on_edge,
                                            .root = on_root, .frame = on_frame,
                                            .arg = j->writer };
    static const struct lgc_way_size whole = { .objects = UINT32_MAX };
    struct lgc_edges_here here = { j->request->caller.pc, j->request->caller.sp,
                                   j->request->caller.rbp };

    j->scan.markers = j->snapshot.copied ? lgc_look_markers(&whole) : 1;
    lgc_scan_run(&j->scan);
    lgc_heapdump_begin(j->writer, put_chunk, j);
    if (put_prelude(j)) {
        put_process(j);
        put_modules(j);
        put_threads(j);
        lgc_edges_walk(&j->scan, &here, &visitor);
        put_sites(j);
        lgc_edges_end();
        j->result->complete = lgc_heapdump_end(j->writer);
    }
}

/* ---- one dump ---------------------------------------------------------- */

/* The names that threads have now: a snapshot cannot ask. */
static void name_threads(void)
{
    for (unsigned id = 1; id <= lgc_thread_count(); id++)
        if (lgc_thread_at(id)->alive)
            lgc_task_name((int)lgc_thread_at(id)->tid, lgc_thread_at(id)->name);
}

static void exe_path(char *path, size_t size)
{
    long n = syscall(SYS_readlinkat, AT_FDCWD, "/proc/thread-self/exe", path, size - 1);

    path[n > 0 ? n : 0] = '\0';
}

/* A copy of the process does the work, and the program runs on, unless it is
 * about to end or does not want that. */
static void choose_way(struct lgc_snapshot *snap, const struct job *j)
{
    static const struct lgc_way_size unused; /* AUTO alone asks for it */
    enum lgc_way wanted = lgc_settings.snapshot == LGC_WAY_STOP || j->request->last
                              ? LGC_WAY_STOP : LGC_WAY_FORK;
    const char *why;

    snap->fork = lgc_way_forks(wanted, false, &unused, &why);
    snap->keeps_file = true;
    snap->file = j->fd;
}

static int run_job(struct job *j)
{
    struct lgc_snapshot *snap = &j->snapshot;

    snap->timeout_ns = lgc_settings.stop_timeout;
    exe_path(j->exe, sizeof j->exe);
    name_threads();
    lgc_module_refresh(); /* before the stop: it takes the loader's lock */
    choose_way(snap, j);
    if (lgc_snapshot_run(snap, work, j) != 0)
        return ENOMEM;
    if (snap->child != 0)
        lgc_child_wait(snap->child);
    /* Whoever forked meanwhile holds the socket too; the reader sees its end. */
    if (j->is_socket)
        syscall(SYS_shutdown, j->fd, SHUT_WR);
    return j->result->complete ? 0 : j->result->error != 0 ? j->result->error : ENOMEM;
}

/* The caller holds the check lock.  Returns 0 or an errno. */
static int send_locked(int fd, bool is_socket, const struct lgc_dumpfile_request *request)
{
    static struct job j; /* large */
    int error = ENOMEM;

    memset(&j, 0, sizeof j);
    j.request = request;
    j.fd = fd;
    j.is_socket = is_socket;
    j.pid = (uint64_t)getpid();
    j.scan.roots = (struct lgc_root_kinds){
        lgc_settings.use_globals, lgc_settings.use_stacks, lgc_settings.use_registers,
        lgc_settings.use_tls, lgc_settings.use_mmap, lgc_settings.use_root_regions };
    j.scan.kinds = 1u << LGC_KIND_DIRECT | 1u << LGC_KIND_INDIRECT | 1u << LGC_KIND_POSSIBLE;
    j.scan.self = request->self;
    j.writer = lgc_mem_map(sizeof *j.writer);
    j.result = lgc_mem_map_shared(sizeof *j.result);
    if (j.result != NULL && j.writer != NULL)
        error = run_job(&j);
    lgc_scan_free(&j.scan);
    lgc_mem_unmap(j.writer, sizeof *j.writer);
    lgc_mem_unmap(j.result, sizeof *j.result);
    return error;
}

/* Through the tool, which makes the file.  Returns 0, an errno, or -1: there
 * is no tool that could. */
static int by_tool(const char *path, const struct lgc_dumpfile_request *request)
{
    static char tool[LGC_DELIVER_PATH], output[LGC_DELIVER_PATH + 16];
    char *argv[] = { tool, (char *)"pack", output, lgc_settings.symbolize ? NULL
                                                      : (char *)"--no-symbols", NULL };
    struct lgc_spawn spawn;
    int pair[2], error, status;

    if (!lgc_deliver_find_tool(tool) || strlen(path) >= LGC_DELIVER_PATH)
        return -1;
    memcpy(output, "--output=", 9);
    memcpy(output + 9, path, strlen(path) + 1);
    if (syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return errno;
    if (!lgc_spawn_start(&spawn, tool, argv, pair[1], STDERR_FILENO, TOOL_LIMIT_NS)) {
        lgc_sys_close(pair[0]);
        lgc_sys_close(pair[1]);
        return -1;
    }
    lgc_sys_close(pair[1]);
    error = send_locked(pair[0], true, request);
    lgc_sys_close(pair[0]);
    status = lgc_spawn_finish(&spawn);
    if (status == -1 && error == EPIPE)
        return -1; /* it never ran */
    return error != 0 && error != EPIPE ? error : status != 0 ? EIO : 0;
}

/* A file beyond RLIMIT_FSIZE raises SIGXFSZ, which now waits to end the
 * program. */
static void take_size_signal(void)
{
    uint64_t set = 1ull << (SIGXFSZ - 1);
    struct timespec none = { 0, 0 };

    syscall(SYS_rt_sigtimedwait, &set, NULL, &none, 8);
}

/* Without it: as the records are, under another name until complete. */
static int by_ourselves(const char *path, const struct lgc_dumpfile_request *request)
{
    static char partial[LGC_DELIVER_PATH + 32];
    struct lgc_out name;
    int fd, error;

    lgc_out_init(&name, -1);
    lgc_out_f(&name, "%s.%d.partial", path, (int)getpid());
    if (name.failed || name.used >= sizeof partial)
        return ENAMETOOLONG;
    if (!lgc_filename_replaceable(path))
        return errno;
    memcpy(partial, name.buf, name.used);
    partial[name.used] = '\0';
    lgc_sys_unlink(partial); /* of a process that died, or a trap: a link, in /tmp */
    fd = lgc_sys_open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0600);
    if (fd < 0)
        return errno;
    error = send_locked(fd, false, request);
    if (error == EFBIG)
        take_size_signal();
    if (lgc_sys_fsync(fd) != 0 && error == 0 && errno != EINVAL && errno != EROFS)
        error = errno;
    if (lgc_sys_close(fd) != 0 && error == 0)
        error = errno;
    if (error == 0 && lgc_sys_rename(partial, path) != 0)
        error = errno;
    if (error != 0)
        lgc_sys_unlink(partial);
    return error;
}

static int write_locked(const char *path, const struct lgc_dumpfile_request *request)
{
    int error = by_tool(path, request);

    if (error < 0)
        error = by_ourselves(path, request);
    if (error == 0 && lgc_settings.encode_addresses)
        lgc_msg("%s: real addresses are in this heap dump, in spite of encode_addresses=1: it is for this "
                "user alone (mode 0600); 'leaksgc parse --encode-addresses=1' hides them", path);
    return error;
}

/* As lgc_check_run. */
struct call {
    const char *path;        /* NULL: to `fd`                                 */
    int fd, error;
    const struct lgc_dumpfile_request *request;
};

static void call_alone(void *arg)
{
    struct call *c = arg;
    int saved = errno;

    c->error = c->path != NULL ? write_locked(c->path, c->request) : send_locked(c->fd, true, c->request);
    errno = c->error != 0 ? c->error : saved;
}

static int call(struct call c)
{
    lgc_alone_run(false, call_alone, &c);
    return c.error != 0 ? -1 : 0;
}

int lgc_dumpfile_write(const char *path, const struct lgc_dumpfile_request *request)
{
    return call((struct call){ path, -1, 0, request });
}

int lgc_dumpfile_send(int fd, const struct lgc_dumpfile_request *request)
{
    return call((struct call){ NULL, fd, 0, request });
}
