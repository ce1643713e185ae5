#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# hard.t: checks where little is permitted or somebody looks on: 2000 threads, strace, gdb, containers, no /proc, no /tmp, seccomp.
import json
import os
import shutil
import signal
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from live import *

CC = (os.environ.get("CC") or "cc").split()


def works(server, losses):
    return server.settle(losses)


def leaking_below(s):
    """The server of a command that starts it: its pid out here."""
    def descendants(pid):
        with open("/proc/%d/task/%d/children" % (pid, pid)) as children:
            below = [int(p) for p in children.read().split()]
        return [pid] + [q for p in below for q in descendants(p)]
    s.pid = [p for p in descendants(s.process.pid) if open("/proc/%d/comm" % p).read() == "leaking\n"][0]
    return s


def can(*command):
    return shutil.which(command[0]) and subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL).returncode == 0


# 2000 threads that sleep: each keeps a block by its stack alone and has lost one.
with open(tmp + "/many.c", "w") as source:
    source.write(r"""
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
static pthread_barrier_t ready;
static void *volatile hidden;
static __attribute__((noinline)) void lose(void) { hidden = malloc(100); memset(hidden, 1, 100); hidden = NULL; }
static __attribute__((noinline)) void wipe(void) { volatile char dead[6000]; for (unsigned i = 0; i < sizeof dead; i++) dead[i] = 0; }
static void *body(void *arg)
{
    void *volatile held = malloc(300);
    lose();
    wipe();
    free(malloc(100));
    pthread_barrier_wait(&ready);
    pause();
    return held ? arg : NULL;
}
int main(int argc, char **argv)
{
    int n = atoi(argv[argc - 2]), c;
    pthread_attr_t attr;
    pthread_t t;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, 64 << 10);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    pthread_barrier_init(&ready, NULL, n + 1);
    for (int i = 0; i < n; i++)
        if (pthread_create(&t, &attr, body, NULL) != 0)
            abort();
    pthread_barrier_wait(&ready);
    printf("ready: %d\n", (int)getpid());
    fflush(stdout);
    while ((c = getchar()) != EOF)
        ;
    _exit(0);
}
""")
subprocess.run(CC + ["-O1", "-pthread", "-o", tmp + "/many", tmp + "/many.c"], check=True)
THREADS = 2000
s = Server(command=[tmp + "/many", str(THREADS)])
until(lambda: str(s.pid) in sockets())
r = tool("leaks", "--no-symbols", "--format=json", s.pid)
report = json.loads(r.out) if r.out.startswith("{") else {}
direct = report.get("summary", {}).get("direct", {})
kinds = tool("leaks", "--no-symbols", "--report-kinds=all", s.pid)
check("2000 threads: all are stopped", r.status == 1 and "not stop" not in r.out + r.err and "did not" not in r.out, r)
# A register or a slot of a sleeping thread may keep what it lost, but not of most.
check("2000 threads: what each lost is found, and nothing that a stack holds",
      direct.get("objects", 0) > THREADS * 9 // 10 and direct["bytes"] == 100 * direct["objects"], direct)
s.end()

# strace and gdb.
if can("strace", "-f", "-o", "/dev/null", "true"):
    s = leaking_below(Server(command=["strace", "-f", "-c", "-o", tmp + "/strace", LEAKING]))
    s.ask("lose 3")
    check("under strace -f -c: checks work", works(s, 3))
    status = s.end()
    with open(tmp + "/strace") as text:
        check("and the program ends well", status == 0 and "calls" in text.read(), status, s.stderr())
else:
    skip("under strace -f -c", "strace cannot trace here")

GDB = ["gdb", "-q", "-nx", "-batch", "-ex", "set pagination off", "-ex", "set confirm off", "-ex", "set debuginfod enabled off"]
if can(*GDB, "-ex", "run", "--args", "true"):
    s = Server(threads=1)
    s.ask("lose 4")
    works(s, 4)
    series = subprocess.Popen([TOOL, "gc", "-n", "0", "-i", "10ms", str(s.pid)], stdout=subprocess.PIPE, text=True)
    series.stdout.readline()
    # Signals of checks come to gdb first: one that stops for each would be in the way.
    quietly = [re.search("handle SIG.* pass", open(srcdir + "/doc/" + page).read()) for page in ("finding-leaks.md", "leaksgc.1")]
    check("gdb: the documents say how", all(quietly) and quietly[0].group() == quietly[1].group(), quietly)
    g = subprocess.run(GDB + ["-ex", quietly[0].group(), "-p", str(s.pid), "-ex", "break churn_one if size == 601",
                              "-ex", "continue", "-ex", "backtrace 1", "-ex", "delete", "-ex", "detach"],
                       stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE)
    check("gdb: attach, a breakpoint while checks run, detach", "Breakpoint 1, " in g.stdout and "churn_one (size=601)" in g.stdout
          and "detached" in g.stdout, g.stdout, g.stderr)
    series.send_signal(signal.SIGINT)
    series.stdout.read()
    series.wait(PATIENCE)
    check("and the program and its checks go on", works(s, 4) and s.end() == 0, s.stderr())
else:
    skip("gdb: attach, a breakpoint while checks run, detach", "gdb cannot trace here")

# A process that ends while it is asked.
for how in ("end", "kill"):
    s = Server(threads=2)
    s.ask("hold 20000")
    until(lambda: str(s.pid) in sockets())
    asks = subprocess.Popen([TOOL, "gc", "-n", "0", "-i", "1ms", str(s.pid)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    asks.stdout.readline()
    s.end() if how == "end" else s.kill()
    out, err = asks.communicate(timeout=PATIENCE)
    check("a process that ends during a check (%s): the tool says so" % how, asks.returncode == 0 and "ended" in err
          and "found 0 byte" in err, asks.returncode, err)

# Containers and their like.
box = ["unshare", "--pid", "--mount", "--net", "--ipc", "--uts", "--fork", "--mount-proc"]
if os.getuid() == 0 and can(*box, "true"):
    s = leaking_below(Server(command=box + [LEAKING]))
    s.ask("lose 5")
    check("in namespaces of its own: pid, mount, net, ipc, uts", works(s, 5))
    r = tool("leaks", s.pid)
    check("the report has the pid by which it was asked", "==%d==ERROR" % s.pid in r.out and "==1==" not in r.out, r)
    check("it ends well", s.end() == 0, s.stderr())
    # Without anything to write to.
    readonly = 'mount -o bind / /mnt 2>/dev/null; mount --make-rprivate / && mount -o remount,ro,bind / && mount -t tmpfs -o ro none /tmp.none 2>/dev/null; exec "$@"'
    s = leaking_below(Server(command=["unshare", "--mount", "sh", "-c", readonly, "sh", LEAKING],
                             env={"XDG_RUNTIME_DIR": "/nonexistent", "TMPDIR": "/nonexistent"}))
    s.ask("lose 2")
    check("read-only, no place for files: checks work", works(s, 2))
    s.end()
    check("and so does the report at the end", lost(s.stderr()) == (200, 2), s.stderr())
    s = Server(command=["unshare", "--mount", "sh", "-c", 'mount --make-rprivate / && umount -l /proc && exec "$@"', "sh", LEAKING],
               options="exitcode=23")
    answered = s.ask("lose 2")
    s.ask("churn 20")
    status = s.end()
    check("without /proc the program runs as ever", answered == 2 and status in (0, 23), status, s.stderr())
    # A stale slot of a stack may keep one; what is in use must not be listed.
    check("and what is lost is found, nothing else, and the report says how", lost(s.stderr()) in ((200, 2), (100, 1)) and "is /proc mounted" in s.stderr()
          and "not enough memory" not in s.stderr(), s.stderr())
    # A socket without a file, where there is no place for one.
    s = Server(command=["unshare", "--mount", "sh", "-c", 'mount --make-rprivate / && umount -l /proc && exec "$@"', "sh", LEAKING])
    s.ask("lose 3")
    check("without /proc it can be asked", works(s, 3))
    check("and has no file", str(s.pid) not in sockets(), sockets())
    s.end()
    empty = tmp + "/empty"
    os.mkdir(empty)
    for net in ([], ["unshare", "--net"]):
        s = leaking_below(Server(command=net + [LEAKING], env={"LEAKING_ROOT": empty}))
        s.ask("lose 3")
        check("in an empty root directory%s it can be asked" % (", and a network of its own," if net else ""), works(s, 3))
        again = [tool("lost", s.pid).status for i in range(3)]
        check("more than once", again == [1, 1, 1], again)
        s.end()
else:
    skip("in namespaces of its own", "unshare is not permitted here")
done()
