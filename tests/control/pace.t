#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# pace.t: on a machine without an idle processor the copy of a scheduled check rests; not while somebody waits for it, and the end of the process ends it.
import os
import re
import shlex
import signal
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from live import *

# It has one processor, which it keeps busy, and a heap for which a copy needs a
# dozen rests and more.
PROGRAM = r"""
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
enum { OBJECTS = 4000000 };
struct object { struct object *next, *other; };
static struct object **heap;
static void *volatile lost;
static void *work(void *arg) { for (volatile unsigned long i = 0;; i++) ; return arg; }
int main(void)
{
    pthread_t thread;
    unsigned seed = 1;
    heap = malloc(OBJECTS * sizeof *heap);
    for (int i = 0; i < OBJECTS; i++)
        heap[i] = calloc(1, sizeof **heap);
    for (int i = 0; i < OBJECTS; i++) {
        heap[i]->next = heap[rand_r(&seed) % OBJECTS];
        heap[i]->other = heap[rand_r(&seed) % OBJECTS];
    }
    lost = malloc(100);
    lost = NULL;
    pthread_create(&thread, NULL, work, NULL);
    puts("ready");
    fflush(stdout);
    for (;;)
        pause();
}
"""
FEW = 5  # rests; a copy that is let be takes some more
source, program, log = tmp + "/busy.c", tmp + "/busy", tmp + "/log"
with open(source, "w") as out:
    out.write(PROGRAM)
subprocess.run(shlex.split(os.environ.get("CC") or "cc") + ["-O1", "-pthread", "-o", program, source], check=True)


def use_one_processor():
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def start():
    """A process of which the first check comes soon: it has saved up little time."""
    started = subprocess.Popen([program], preexec_fn=use_one_processor, stdout=subprocess.PIPE, text=True, env=dict(
        os.environ, LD_PRELOAD=LIB, LEAKSGC_TOOL=TOOL, GC_FIND_LEAK="1",
        LEAKSGC_OPTIONS="log_path=%s:interval=50ms:check_share=1:markers=1:snapshot=fork" % log))
    started.stdout.readline()
    return started


def status(pid):
    try:
        with open("/proc/%d/status" % pid) as text:
            return dict(line.rstrip("\n").split(":\t", 1) for line in text if ":\t" in line)
    except (OSError, ProcessLookupError):
        return {}


def copy():
    """The pid of the copy that is at work, or 0."""
    for pid in os.listdir("/proc"):
        if pid.isdigit():
            s = status(int(pid))
            if s.get("Name") == "leaksgc-check" and s.get("PPid") == str(busy.pid):
                return int(pid)
    return 0


def rests(pid):
    return int(status(pid).get("voluntary_ctxt_switches", -1))


def resting():
    """A copy that has rested some times, and is not done, or 0."""
    pid = copy()
    first = rests(pid) if pid else -1
    while pid and first >= 0:
        more = rests(pid) - first
        if more < 0:
            return 0
        if more >= 3:
            return pid
        time.sleep(0.01)
    return 0


busy = start()
pid = until(resting)
check("where no processor is idle a copy rests", pid, open(log).read() if os.path.exists(log) else "no log")
asked = subprocess.Popen([TOOL, "lost", str(busy.pid)], stdout=subprocess.DEVNULL)
before = last = rests(pid)
while (now := rests(pid)) >= 0 and now - before < 4 * FEW:
    last = now
    time.sleep(0.001)
check("but not when somebody waits", now < 0 and last - before < FEW, before, last, now)
check("who gets an answer", asked.wait(PATIENCE) == 1)

busy.kill()
busy.wait(PATIENCE)

os.unlink(log)
busy = start()
pid = until(resting)
check("a copy rests again", pid)
busy.send_signal(signal.SIGTERM)
check("the process ends as told", busy.wait(PATIENCE) == -signal.SIGTERM, busy.returncode)
check("and the copy with it", rests(pid) < 0)
with open(log) as text:
    said = re.findall(r"check (\d+) \((\w+)", text.read())
check("it was given up, as if it had not been asked for", said == [("1", "signal")], said)
done()
