#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# follow.t: processes that a program makes: spawned ones, daemons, prefork workers of nginx, idle ones, and each one's files.
import os
import shutil
import signal
import socket
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from live import *

# A program that becomes a daemon, forks, execs, spawns and vforks; what is asked
# of it goes by the pids that it writes, one "role pid" a line.
with open(tmp + "/family.c", "w") as source:
    source.write(r"""
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
extern char **environ;
static char *file;
static void *volatile hidden;
static __attribute__((noinline)) void lose(int n) { while (n-- > 0) { hidden = malloc(100); memset(hidden, 1, 100); hidden = NULL; } }
static __attribute__((noinline)) void wipe(void) { volatile char dead[6000]; for (unsigned i = 0; i < sizeof dead; i++) dead[i] = 0; }
static void say(const char *role)
{
    char line[100];
    int fd = open(file, O_WRONLY | O_APPEND), n = snprintf(line, sizeof line, "%s %d\n", role, (int)getpid());
    if (fd < 0 || write(fd, line, n) != n)
        abort();
    close(fd);
}
static void serve(const char *role, int losses)
{
    struct stat s;
    lose(losses);
    say(role);
    while (stat(file, &s) == 0) { /* until it is removed */
        free(malloc(100));
        wipe();
        usleep(20000);
    }
    exit(0);
}
int main(int argc, char **argv)
{
    file = argv[argc - 1];
    if (argc == 4)
        serve(argv[1], atoi(argv[2]));
    char *execed[] = { argv[0], "execed", "2", file, NULL }, *spawned[] = { argv[0], "spawned", "3", file, NULL };
    char *vforked[] = { argv[0], "vforked", "4", file, NULL };
    pid_t pid;
    if (fork() == 0) {
        setsid();
        if (fork() != 0)
            _exit(0);
        for (int fd = 0; fd < 1024; fd++)
            close(fd);
        if (open("/dev/null", O_RDWR) != 0 || dup(0) != 1 || dup(0) != 2 || chdir("/") != 0)
            abort();
        serve("daemon", 5);
    }
    wait(NULL);
    if (fork() == 0)
        execv("/proc/self/exe", execed);
    if (posix_spawn(&pid, "/proc/self/exe", NULL, NULL, spawned, environ) != 0)
        abort();
    if (vfork() == 0) {
        execv("/proc/self/exe", vforked);
        _exit(127);
    }
    if (fork() == 0)
        serve("forked", 6);
    serve("parent", 7);
}
""")
subprocess.run((os.environ.get("CC") or "cc").split() + ["-O1", "-o", tmp + "/family", tmp + "/family.c"], check=True)
LOSSES = {"daemon": 5, "execed": 2, "spawned": 3, "vforked": 4, "forked": 6, "parent": 7}
open(tmp + "/pids", "w").close()
env = dict(os.environ, LD_PRELOAD=LIB, LEAKSGC_TOOL=TOOL, GC_FIND_LEAK="1",
           LEAKSGC_OPTIONS="interval=100ms:log_path=%s/log.%%p:dump_at_exit=%s/dump" % (tmp, tmp))
family = subprocess.Popen([tmp + "/family", tmp + "/pids"], env=env, stdin=subprocess.DEVNULL)


def pids():
    with open(tmp + "/pids") as text:
        return {line.split()[0]: int(line.split()[1]) for line in text}


until(lambda: len(pids()) == len(LOSSES))
found = pids()
for role, losses in sorted(LOSSES.items()):
    pid = found.get(role, 0)
    good = until(lambda: lost(tool("leaks", "--no-symbols", pid).out) == (100 * losses, losses))
    check("%s: asked by its pid, it has lost what it has lost" % role, good, tool("leaks", "--no-symbols", pid))
    check("%s: its own schedule and log" % role, until(lambda: os.path.exists("%s/log.%d" % (tmp, pid)) and
          "(interval)" in open("%s/log.%d" % (tmp, pid)).read()), os.listdir(tmp))
r = tool("leaks", "family")
check("by name, none of several is taken, and all are named", r.status == 3 and all(str(pid) in r.err for pid in found.values()), r)
os.unlink(tmp + "/pids")
family.wait(PATIENCE)
until(lambda: not any(os.path.exists("/proc/%d" % pid) for pid in found.values()))
mine = ["dump"] + ["dump.%d" % found[role] for role in ("daemon", "forked")]
there = lambda: all(os.path.exists(tmp + "/" + name) for name in mine)
check("a forked child's heap dump has a name of its own", until(there), mine, sorted(os.listdir(tmp)))

# What `leaksgc run` starts is known for what it is, also after an exec.
subprocess.run([TOOL, "run", "-q", "--library=" + LIB, "--dump_at_exit=" + tmp + "/made", "--", "sh", "-c", "echo $$; /bin/true; /bin/true; :"],
               stdout=subprocess.DEVNULL, check=False)
made = sorted(name for name in os.listdir(tmp) if name.startswith("made"))
check("nor do those that the program of `leaksgc run` starts take its file", len(made) == 3 and made[0] == "made", made)


def switches(pid):
    """Of our thread: how often it has slept."""
    helper = [task for task, name in tasks(pid).items() if name == "leaksgc"]
    with open("/proc/%d/task/%d/status" % (pid, helper[0])) as now:
        return [line for line in now if line.startswith("voluntary")]


for options in ("control=1", "control=0:every=1G", "control=1:every=1G", "control=0:check_signal=USR2"):
    s = Server(threads=0, options=options)
    s.ask("churn 50")
    until(lambda: "leaksgc" in tasks(s.pid).values())
    until(lambda: (lambda before: time.sleep(0.3) or switches(s.pid) == before)(switches(s.pid)))
    before = switches(s.pid)
    time.sleep(2)
    check("idle, no wake-up in 2 s: " + options, switches(s.pid) == before, before, switches(s.pid))
    s.end()

# After a rest, the next allocations are counted again.
s = Server(threads=0, options="control=0:every=1M")
s.ask("churn 50")
time.sleep(0.5)
s.ask("churn 20000")
check("every: also after a rest", until(lambda: "(every)" in s.stderr()), s.stderr())
s.end()


def nginx():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    for name in ("logs", "html", "temp"):
        os.mkdir(tmp + "/" + name)
    with open(tmp + "/conf", "w") as conf:
        conf.write("%sdaemon off; worker_processes 3; pid %s/nginx.pid; error_log %s/logs/error; events { worker_connections 64; }\n"
                   "http { access_log off; client_body_temp_path %s/temp/a; proxy_temp_path %s/temp/b; fastcgi_temp_path %s/temp/c;\n"
                   "uwsgi_temp_path %s/temp/d; scgi_temp_path %s/temp/e; server { listen 127.0.0.1:%d; root %s/html; } }\n"
                   % (("user root; " if os.getuid() == 0 else "",) + (tmp,) * 7 + (port, tmp)))
    return subprocess.Popen(["nginx", "-p", tmp, "-c", tmp + "/conf", "-e", tmp + "/logs/error"], stdin=subprocess.DEVNULL,
                            env=dict(env, LEAKSGC_OPTIONS="log_path=%s/nginx-log.%%p" % tmp))


def workers(pid):
    with open("/proc/%d/task/%d/children" % (pid, pid)) as children:
        return [int(p) for p in children.read().split()]


os.environ["PATH"] += ":/usr/sbin"
if shutil.which("nginx"):
    master = nginx()
    check("nginx: a master and three workers", until(lambda: len(workers(master.pid)) == 3), workers(master.pid))
    every = [master.pid] + workers(master.pid)
    r = []
    for pid in every:
        until(lambda: tool("leaks", "--no-symbols", pid).status in (0, 1)) # its channel opens soon
        r.append(tool("leaks", "--no-symbols", pid))
    check("each is asked by its pid", all(one.status in (0, 1) for one in r), *r)
    one = tool("leaks", "nginx")
    check("by name: several are called so, by these pids", one.status == 3 and "several processes are called 'nginx'" in one.err
          and all(str(pid) in one.err for pid in every), one)
    master.send_signal(signal.SIGQUIT)
    check("and it ends as ever", master.wait(PATIENCE) == 0)
else:
    skip("nginx: a master and three workers", "nginx is not installed")
done()
