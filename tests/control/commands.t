#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# commands.t: leaks, lost, gc and heap on a live server: exact counts, statuses, formats, messages.
import csv
import io
import json
import os
import re
import select
import signal
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from live import *

server = Server()
server.ask("lose 7")
server.settle(7)
r = tool("leaks", server.pid)
check("leaks: what is lost, with its site", r.status == 1 and lost(r.out) == (700, 7) and " in lose_one " in r.out, r)
r = tool("leaks", "--new", server.pid)
check("leaks --new: nothing twice", r.status == 0 and lost(r.out) is None and "no leaks" not in r.out
      and "nothing new: 700 byte(s) in 7 object(s) were lost before" in r.out, r)
server.ask("lose 3")
new = []


def all_new():
    server.ask("churn 20")
    new.append(tool("leaks", "--new", server.pid))
    return sum(int(n) for r in new for n in re.findall(r"leak of \d+ byte\(s\) in (\d+) object", r.out)) >= 3


until(all_new)
r = [r for r in new if r.status == 1]
check("leaks --new: what was lost since", sum(lost(one.out)[1] for one in r) == 3 and " in lose_one " in r[0].out, *new)
r = tool("leaks", server.pid)
check("leaks: all of it again", r.status == 1 and lost(r.out) == (1000, 10), r)
r = tool("leaks", "--format=json", server.pid)
report = json.loads(r.out or "{}")
check("leaks --format=json", r.status == 1 and report.get("pid") == server.pid
      and report["summary"]["direct"] == {"bytes": 1000, "objects": 10}, r)
with open(tmp + "/rules", "w") as rules:
    rules.write("leak:lose_one\n")
r = tool("leaks", "--suppressions=" + tmp + "/rules", server.pid)
check("leaks --suppressions: hidden ones count as none", r.status == 0, r)
server.ask("hold 5")
r = tool("leaks", "--report-kinds=all", server.pid)
check("leaks --report-kinds: other kinds than the option says", r.status == 1 and " in hold_one " in r.out, r)

r = tool("lost", server.pid)
check("lost: counts", r.status == 1 and "lost 1000 byte(s) in 10 object(s)" in r.out
      and re.search(r"^  direct +1000 +10$", r.out, re.M) and re.search(r"^  65 to 128 +1000 +10$", r.out, re.M)
      and re.search(r"^  1 \(leaking\) +1000 +10$", r.out, re.M) and "lose_one" not in r.out, r)

r = tool("gc", "-n", 3, "-i", "20ms", server.pid)
lines = re.findall(r"^check (\d+): pause \S+ \w+, took \S+ \w+, live \d+ byte\(s\) in \d+ object\(s\), "
                   r"lost 1000 byte\(s\) in 10 object\(s\), new 0 byte\(s\)", r.out, re.M)
check("gc: a line each, numbered in order, and the report", r.status == 1 and len(lines) == 3
      and [int(n) for n in lines] == list(range(int(lines[0]), int(lines[0]) + 3)) and lost(r.out) == (1000, 10), r)
r = tool("gc", "--count=2", "--interval=10ms", "--format=json", server.pid)
check("gc: another format has the output to itself", r.status == 1 and json.loads(r.out)["pid"] == server.pid
      and r.err.count("check ") == 2, r)
r = tool("gc", server.pid)
check("gc: once if nothing else is said", r.status == 1
      and len(re.findall("^check ", r.out, re.M)) == 1, r)

endless = subprocess.Popen([TOOL, "gc", "-n", "0", "-i", "20ms", str(server.pid)], stdout=subprocess.PIPE, text=True)
first = endless.stdout.readline()
server.ask("lose 1")
for line in endless.stdout:
    server.ask("churn 20")
    if "new 100 byte(s) in 1 object(s)" in line:
        break
endless.send_signal(signal.SIGINT)
rest = endless.stdout.read()
check("gc -n 0: until stopped, with the report", endless.wait(PATIENCE) == 1 and lost(rest) == (1100, 11), first, line, rest)

# Ctrl-C just before the tool waits for the next line, an hour away.
with open(tmp + "/late.c", "w") as source:
    source.write(r"""
#define _GNU_SOURCE
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>
static int calls;
static void late(void) { if (++calls == 2) raise(SIGINT); }
int poll(struct pollfd *p, nfds_t n, int ms) { late(); return syscall(SYS_poll, p, n, ms); }
int ppoll(struct pollfd *p, nfds_t n, const struct timespec *t, const sigset_t *m)
{
    struct timespec left = t != NULL ? *t : (struct timespec){ 0, 0 };
    late();
    return syscall(SYS_ppoll, p, n, t != NULL ? &left : NULL, m, 8);
}
""")
subprocess.run([os.environ.get("CC", "cc").split()[0], "-shared", "-fPIC", "-o", tmp + "/late.so", tmp + "/late.c"], check=True)
r = tool("gc", "-n", 0, "-i", "1h", server.pid, env=dict(os.environ, LD_PRELOAD=tmp + "/late.so"))
check("gc: an interrupt just before it waits is not missed", r.status == 1 and lost(r.out) == (1100, 11), r)

r = tool("heap", server.pid)
check("heap: six numbers and the largest sites", r.status == 0 and "largest single allocation" in r.out
      and re.search(r"^ +5000 +5  hold_one leaking\.c:\d+ < ", r.out, re.M), r)
r = tool("heap", "--format=json", "--top=2", server.pid)
heap = json.loads(r.out or "{}")
check("heap --format=json", r.status == 0 and heap["live_bytes"] == heap["allocated_bytes"] - heap["freed_bytes"]
      and len(heap["sites"]) == 2 and heap["process_bytes"] > heap["live_bytes"], r)
r = tool("heap", "--format=csv", "-n", 3, "-i", "10ms", server.pid)
rows = list(csv.DictReader(io.StringIO(r.out)))
check("heap --format=csv: one header, a row each", r.status == 0 and len(rows) == 3
      and all(int(row["live_bytes"]) > 5000 for row in rows), r)
r = tool("heap", "--format=csv", "--top=1", server.pid)
rows = list(csv.DictReader(io.StringIO(r.out)))
check("heap --format=csv --top: sites as rows", r.status == 0 and len(rows) == 2 and rows[1]["site"] != ""
      and int(rows[1]["live_bytes"]) > 0, r)
r = tool("heap", "--format=prometheus", server.pid)
sample = re.compile(r'^(#.*|leaksgc_\w+\{pid="\d+",name="leaking"(,rank="\d+",site="([^"\\]|\\.)*")?\} \d+)$')
check("heap --format=prometheus", r.status == 0 and all(sample.match(line) for line in r.out.splitlines())
      and "leaksgc_heap_live_bytes{" in r.out, r)
r = tool("heap", "-n", 2, "-i", "10ms", server.pid)
check("heap: a series is a table", r.status == 0 and len(r.out.splitlines()) == 3, r)

# Bad input.
for arguments in (("leaks",), ("leaks", server.pid, "x"), ("leaks", "--nonsense", server.pid), ("gc", "-i", "0", server.pid),
                  ("gc", "-i", "soon", server.pid), ("gc", "-n", "-1", server.pid), ("heap", "--format=nonsense", server.pid),
                  ("heap", "--top=many", server.pid), ("heap", "--format=prometheus", "-n", 2, server.pid),
                  ("heap", "-i", "1s", "--format=prometheus", server.pid), ("lost", "--new", server.pid), ("leaks", "--new=1", server.pid)):
    r = tool(*arguments)
    check("wrong usage: " + " ".join(map(str, arguments)).replace(str(server.pid), "PID"), r.status == 2 and "usage" in r.err
          and r.out == "", r)
r = tool("leaks", 2 ** 31 - 2)
check("no such process", r.status == 3 and "there is no process %d" % (2 ** 31 - 2) in r.err, r)
r = tool("leaks", "no-such-name")
check("no such name", r.status == 3 and "no process called 'no-such-name'" in r.err, r)
with open("/dev/full", "w") as full:
    r = subprocess.run([TOOL, "leaks", str(server.pid)], stdout=full, stderr=subprocess.PIPE, text=True)
    check("leaks: a full disk", r.returncode == 3 and "disk full" in r.stderr, r.stderr)
    r = subprocess.run([TOOL, "heap", str(server.pid)], stdout=full, stderr=subprocess.PIPE, text=True)
    check("heap: a full disk", r.returncode == 3 and "disk full" in r.stderr, r.stderr)

r = tool("leaks", "leaking-%d" % os.getpid())
os.symlink(LEAKING, tmp + "/named-%d" % os.getpid())
named = Server(command=[tmp + "/named-%d" % os.getpid()])
named.ask("lose 2")
named.settle(2)
r = tool("leaks", ("named-%d" % os.getpid())[:15])
check("a process by its name", r.status == 1 and lost(r.out) == (200, 2), r)
second = Server(command=[tmp + "/named-%d" % os.getpid()])
r = tool("leaks", ("named-%d" % os.getpid())[:15])
check("of several of that name none is taken", r.status == 3 and str(named.pid) in r.err and str(second.pid) in r.err
      and r.out == "", r)
named.end()
second.end()

# Odd names: numbers, what /proc/PID/status escapes, a program that has been replaced since.
for name in ("2147483646", "a\\b", "x\ny", '"q", r'):
    os.symlink(LEAKING, tmp + "/" + name)
    odd = Server(command=[tmp + "/" + name])
    until(lambda: str(odd.pid) in sockets())
    r = tool("lost", name)
    check("a process called %r" % name, r.status in (0, 1) and "process %d " % odd.pid in r.out, r)
    odd.end()
long = "leaking_with_a_long_name_%d" % os.getpid()
shutil.copy(LEAKING, tmp + "/" + long)
odd = Server(command=[tmp + "/" + long])
os.unlink(tmp + "/" + long)
until(lambda: str(odd.pid) in sockets())
r = tool("lost", long)
odd.ask("lose 2")
odd.settle(2)
second = tool("leaks", odd.pid)
check("a process whose program was removed: its names are known", " in lose_one " in second.out and "leaking.c:" in second.out, second)
check("a process whose program was removed, by its long name", r.status in (0, 1) and "process %d " % odd.pid in r.out, r)
odd.end()
os.symlink(LEAKING, tmp.encode() + b'/\xff"\n\\')
odd = Server(command=[tmp.encode() + b'/\xff"\n\\'])
until(lambda: str(odd.pid) in sockets())
raw = subprocess.run([TOOL, "heap", "--format=prometheus", str(odd.pid)], capture_output=True).stdout
check("heap --format=prometheus: labels are UTF-8 and escaped",
      b',name="\\\\377\\"\\\\n\\\\\\\\"' in raw and raw.decode() != "", raw)
odd.end()
os.symlink(LEAKING, tmp + "/\x1b[31m\u0085\u00e4")
odd = Server(command=[tmp + "/\x1b[31m\u0085\u00e4"])
odd.ask("lose 1")
odd.settle(1)
for command in ("heap", "lost", "leaks", "optimize", "top -b -n 1"):
    r = tool(*command.split(), odd.pid)
    check(command + ": no control character of a name reaches the terminal", "\\033[31m\\302\\205\u00e4)" in r.out
          and not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", r.out + r.err), repr(r.out), r.err)
odd.end()

bare = Server(finding=None)
r = tool("leaks", bare.pid)
check("without the library: says so, and how to start it", r.status == 3 and "the library is not in process" in r.err
      and "leaksgc run" in r.err and "LD_PRELOAD=/" in r.err, r)
bare.end()
quiet = Server(finding=False)
r = tool("leaks", quiet.pid)
check("library without leak finding: says so", r.status == 3 and "GC_FIND_LEAK" in r.err, r)
quiet.end()
closed = Server(options="control=0")
r = tool("leaks", closed.pid)
check("control=0: says so", r.status == 3 and "control=0" in r.err, r)
check("control=0: no thread of ours", set(tasks(closed.pid).values()) == {"leaking"}, tasks(closed.pid))
closed.end()
zombie = subprocess.Popen(["true"])
until(lambda: open("/proc/%d/stat" % zombie.pid).read().split()[2] == "Z")
r = tool("leaks", zombie.pid)
check("a process that has ended", r.status == 3 and "has ended" in r.err, r)
zombie.wait()

if os.getuid() == 0:
    os.chmod(tmp, 0o755)
    r = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", TOOL, "leaks", str(server.pid)],
                       capture_output=True, text=True)
    if r.returncode == 126 or "setpriv" in r.stderr:
        skip("somebody else's process", "setpriv cannot run the tool here")
    else:
        check("somebody else's process", r.returncode == 3 and "belongs to the user" in r.stderr and r.stdout == "", r.stderr)
else:
    skip("somebody else's process", "not root")

# Descriptors that are closed, readers that go.
pid = str(server.pid)
for arguments in (("leaks", pid), ("gc", "-n", "2", "-i", "10ms", pid), ("heap", pid), ("lost", pid),
                  ("optimize", "--dry-run", pid), ("top", "-b", "-n", "1", pid), ("dump", pid, tmp + "/closed.dump")):
    r = subprocess.run(["sh", "-c", 'exec "$@" >&-', "sh", TOOL, *arguments], stderr=subprocess.PIPE, text=True)
    check(arguments[0] + ": standard output is closed", r.returncode == 3 and "Bad file descriptor" in r.stderr
          and "disk" not in r.stderr, r.returncode, r.stderr)
r = subprocess.run(["sh", "-c", 'exec "$@" <&- 2>&-', "sh", TOOL, "leaks", str(server.pid)], stdout=subprocess.PIPE, text=True)
check("leaks: the two others are closed", r.returncode == 1 and lost(r.stdout) is not None, r.returncode, r.stdout)
r = subprocess.run(["sh", "-c", 'exec "$@" >&-', "sh", TOOL, "run", "--exitcode=0", "--", "sh", "-c", "test -e /proc/$$/fd/1"],
                   stderr=subprocess.PIPE, text=True)
check("run: the command finds closed what was closed", r.returncode == 1, r.returncode, r.stderr)
for command in ("top -b", "heap", "gc"):
    r = subprocess.Popen([TOOL, *command.split(), "-n", "0", "-i", "10ms", str(server.pid)], stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, text=True)
    r.stdout.readline()
    r.stdout.close()
    err = r.stderr.read()
    check(command + " | head: ends in silence", r.wait(PATIENCE) == -signal.SIGPIPE and err == "", r.returncode, err)

# A process that is stopped says nothing; the tool does.
os.kill(server.pid, signal.SIGSTOP)
asking = subprocess.Popen([TOOL, "lost", str(server.pid)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
err = asking.stderr.readline() if select.select([asking.stderr], [], [], PATIENCE)[0] else ""
os.kill(server.pid, signal.SIGCONT)
out = asking.communicate(timeout=PATIENCE)[0]
check("a stopped process: said, and the answer when it runs on", "is stopped" in err and asking.returncode == 1
      and "lost 1100 byte" in out, err, out)

paused = Server()
until(lambda: str(paused.pid) in sockets())
os.kill(paused.pid, signal.SIGSTOP)
asking = subprocess.Popen([TOOL, "dump", str(paused.pid), tmp + "/paused"], stderr=subprocess.PIPE, text=True)
err = asking.stderr.readline() if select.select([asking.stderr], [], [], PATIENCE)[0] else ""
paused.kill()
err += asking.communicate(timeout=PATIENCE)[1]
check("dump of one that is stopped, and killed then: both said", asking.returncode == 3 and "is stopped" in err
      and "ended before it answered" in err and not os.path.exists(tmp + "/paused"), err)
for sig in (signal.SIGTERM, signal.SIGHUP):
    half = subprocess.Popen([TOOL, "pack", "--output=" + tmp + "/half"], stdin=subprocess.PIPE)
    until(lambda: any(name.startswith("half.") for name in os.listdir(tmp)))
    time.sleep(0.1)
    half.send_signal(sig)
    check("a dump that is broken off leaves no file", half.wait(PATIENCE) == -sig
          and not any(name.startswith("half") for name in os.listdir(tmp)), half.returncode, os.listdir(tmp))
    half.stdin.close()

# A process that ends while it is asked.
dying = Server()
asking = subprocess.Popen([TOOL, "gc", "-n", "0", "-i", "20ms", str(dying.pid)], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True)
asking.stdout.readline()
dying.kill()
out, err = asking.communicate(timeout=PATIENCE)
check("the process ends during a series: its last line is the result", asking.returncode == 0
      and "ended before it answered" in err and "had found 0 byte(s) in 0 object(s)" in err, asking.returncode, err)
for form, status, words in (("text", 1, "had found 500 byte(s) in 5 object(s) lost; where"), ("json", 3, "there is no report")):
    brief = Server()
    brief.ask("lose 5")
    brief.settle(5)
    asking = subprocess.Popen([TOOL, "gc", "-n", "0", "-i", "1h", "--format=" + form, str(brief.pid)], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True)
    line = (asking.stdout if form == "text" else asking.stderr).readline()
    brief.end()
    out, err = asking.communicate(timeout=PATIENCE)
    check("one that leaked, as %s: status %d" % (form, status), asking.returncode == status and "lost 500 byte" in line
          and out == "" and words in err, asking.returncode, line, out, err)
brief = Server()
until(lambda: str(brief.pid) in sockets())
asking = subprocess.Popen([TOOL, "gc", "-n", "3", "-i", "1h", str(brief.pid)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
asking.stdout.readline()
brief.end()
out, err = asking.communicate(timeout=PATIENCE)
check("a number of checks that was not reached: status 3", asking.returncode == 3 and "number 1, had found 0 byte(s)" in err, asking.returncode, err)
dying = Server()
until(lambda: str(dying.pid) in sockets())
dying.kill()
check("a killed process leaves its socket behind", str(dying.pid) in sockets(), sockets())

status = server.end()
check("the server's own status and report are as ever", status == 0 and lost(server.stderr()) == (1100, 11), status, server.stderr())
check("its socket is removed at its end", str(server.pid) not in sockets(), sockets())
done()
