#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# soak.t: a threaded server that loses memory all the time: each loss is new exactly once, nothing else is, and checks cost no memory that stays.
"""SOAK_SECONDS: how long, instead of 20; from 60 on a check each second, below that ten in a second."""
import ctypes
import os
import re
import shlex
import socket
import sqlite3
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../control"))
from live import *

SECONDS = float(os.environ.get("SOAK_SECONDS") or 20)
INTERVAL = 1.0 if SECONDS >= 60 else 0.1
LINE = re.compile(r"check (\d+) \(interval\): .* lost (\d+) byte\(s\) in (\d+) object\(s\), new (\d+) byte\(s\) in (\d+) object\(s\)")
MESSAGE, PER_LOSS, LOST = 64, 50, 104
RECORD = 64  # bytes of what is known of a lost object, about
CHUNK = 1 << 20  # by which the library takes memory for small tables
PR_SET_THP_DISABLE = 41
program, log = tmp + "/leaky_server", tmp + "/log"
subprocess.run(shlex.split(os.environ.get("CC") or "cc") + ["-O2", "-pthread", "-o", program, srcdir + "/bench/leaky_server.c"],
               check=True)
# Huge pages come when the kernel likes, and would be seen as growth.
ctypes.CDLL(None).prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0)
server = subprocess.Popen([program, "20", str(PER_LOSS)], stdout=subprocess.PIPE, text=True, env=dict(
    os.environ, LD_PRELOAD=LIB, LEAKSGC_TOOL=TOOL, GC_FIND_LEAK="1",
    LEAKSGC_OPTIONS="log_path=%s:interval=%dms:check_at_exit=0" % (log, INTERVAL * 1000)))
port = int(server.stdout.readline())


class Connection:
    def __init__(self):
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)

    def ask(self, what, times=1):
        self.socket.sendall(what.ljust(MESSAGE) * times)
        answer = b""
        while len(answer) < MESSAGE * times:
            part = self.socket.recv(MESSAGE * times)
            if not part:
                raise EOFError("the server ended")
            answer += part
        return answer


stop, errors = threading.Event(), []


def client(stays):
    """Requests all the time, by one connection or by one after the other."""
    try:
        while not stop.is_set():
            c = Connection()
            for i in range(10 ** 9 if stays else 20):
                c.ask(b"r", 10)
                if stop.wait(0.01):
                    break
            c.socket.close()
    except (OSError, EOFError) as error:
        errors.append(error)


def said():
    """(checks, objects and bytes lost by the last one, objects and bytes new in all)"""
    try:
        with open(log) as text:
            found = LINE.findall(text.read())
    except FileNotFoundError:
        found = []
    last = found[-1] if found else (0, 0, 0, 0, 0)
    return (len(found), int(last[2]), int(last[1]), sum(int(f[4]) for f in found) + asked_new[0],
            sum(int(f[3]) for f in found) + asked_new[1])


def resident():
    with open("/proc/%d/status" % server.pid) as status:
        return int(re.search(r"VmRSS:\s*(\d+)", status.read()).group(1)) * 1024


asking = Connection()
asked_new = [0, 0]  # found by checks of the server's own, which write no line


def own():
    """What the library maps for itself."""
    answer = [int(x) for x in asking.ask(b"m").split(b"\0")[0].split()]
    asked_new[0] += answer[1]
    asked_new[1] += answer[2]
    return answer[0]


truth = lambda: tuple(map(int, asking.ask(b"q").split(b"\0")[0].split()))
clients = [threading.Thread(target=client, args=(stays,)) for stays in (True, True, False)]
for c in clients:
    c.start()
began, too_many, warm = time.monotonic(), [], None
while time.monotonic() - began < SECONDS and not errors:
    time.sleep(INTERVAL / 2)
    checks, _, _, objects, size = said()
    now = truth()  # after what was said
    if objects > now[0] or size > now[1]:
        too_many.append((checks, objects, now))
    if warm is None and time.monotonic() - began > SECONDS / 4:
        warm = (own(), resident(), now[0], checks)
stop.set()
for c in clients:
    c.join()
cold = (own(), resident(), truth()[0], said()[0])
total = truth()
others = [Connection() for i in range(3)]


def all_found():
    for c in others + [asking]:
        c.ask(b"k", 50)  # other things on stacks and in registers
    return said()[3] >= total[0] and said()[1] == total[0]  # none seems to be in use just now


def what_holds():
    """How a root leads to blocks that are lost in truth."""
    dump, database = tmp + "/dump", tmp + "/database"
    subprocess.run([TOOL, "dump", str(server.pid), dump], capture_output=True)
    subprocess.run([TOOL, "parse", "--sqlite=" + database, dump], capture_output=True)
    found = sqlite3.connect(database).execute("SELECT address FROM object WHERE size = ? AND kind = 'reachable'", (LOST,)).fetchall()
    return [line for (address,) in found[:5] for line in
            subprocess.run([TOOL, "parse", "--path=0x%x" % address, dump], capture_output=True, text=True).stdout.splitlines()]


until(all_found)
checks = said()[0]
until(lambda: said()[0] >= checks + 2)
checks, lost_objects, lost_size, new_objects, new_size = said()
check("the server has served all the time", not errors and server.poll() is None and total[0] > 100, errors, total)
check("checks were made all the time", warm is not None and cold[3] > warm[3] + 3, warm, cold)
check("at no time more was new than had been lost", not too_many, *too_many[:5])
check("all that was lost was new once", (new_objects, new_size) == total, (new_objects, new_size), total)
seeming = total[0] - lost_objects
if seeming:
    for line in what_holds():
        print("# seems to be in use: " + line)
# For a collector a number can look like an address.
check("and is still lost, but for one word in ten thousand that happens to look like a pointer",
      0 <= seeming <= 1 + total[0] // 10000 and lost_size == lost_objects * LOST and total[1] == total[0] * LOST,
      (lost_objects, lost_size), total)
grown, lost_since = cold[0] - warm[0], cold[2] - warm[2]
print("# %d checks, %d lost; from check %d to %d %d more were lost, what the library maps for itself grew by %d kB, and resident memory by %d kB" % (
    checks, total[0], warm[3], cold[3], lost_since, grown / 1024, (cold[1] - warm[1]) / 1024))
# A table of records doubles; what it is told of each block of the heap comes by chunks.
check("checks cost no memory that stays, but a record for each lost object",
      grown <= 2 * RECORD * total[0] + 2 * CHUNK, warm, cold)
try:
    asking.ask(b"e")
except (OSError, EOFError):
    pass
check("the server ends", server.wait(PATIENCE) == 0)
done()
