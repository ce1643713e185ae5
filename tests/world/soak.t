#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# soak.t: a threaded server that loses memory all the time: each loss is new exactly once, nothing else is, and checks cost no memory that stays.
"""SOAK_SECONDS: how long, instead of 20; from 60 on a check each second, below that ten in a second."""
import os
import re
import shlex
import socket
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../control"))
from live import *

SECONDS = float(os.environ.get("SOAK_SECONDS") or 20)
INTERVAL = 1.0 if SECONDS >= 60 else 0.1
LINE = re.compile(r"check (\d+) \(interval\): .* lost (\d+) byte\(s\) in (\d+) object\(s\), new (\d+) byte\(s\) in (\d+) object\(s\)")
MESSAGE, PER_LOSS, LOST = 64, 50, 104
program, log = tmp + "/leaky_server", tmp + "/log"
subprocess.run(shlex.split(os.environ.get("CC") or "cc") + ["-O2", "-pthread", "-o", program, srcdir + "/bench/leaky_server.c"],
               check=True)
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
    return (len(found), int(last[2]), int(last[1]), sum(int(f[4]) for f in found), sum(int(f[3]) for f in found))


def resident():
    with open("/proc/%d/status" % server.pid) as status:
        return int(re.search(r"VmRSS:\s*(\d+)", status.read()).group(1)) * 1024


asking = Connection()
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
        warm = (resident(), now[1], checks)
stop.set()
for c in clients:
    c.join()
cold = (resident(), truth()[1], said()[0])
total = truth()
others = [Connection() for i in range(3)]


def all_found():
    for c in others + [asking]:
        c.ask(b"k", 50)  # other things on stacks and in registers
    return said()[3] >= total[0] and said()[1] == total[0]  # none seems to be in use just now


until(all_found)
checks = said()[0]
until(lambda: said()[0] >= checks + 2)
checks, lost_objects, lost_size, new_objects, new_size = said()
check("the server has served all the time", not errors and server.poll() is None and total[0] > 100, errors, total)
check("checks were made all the time", warm is not None and cold[2] > warm[2] + 3, warm, cold)
check("at no time more was new than had been lost", not too_many, *too_many[:5])
check("all that was lost was new once", (new_objects, new_size) == total, (new_objects, new_size), total)
check("and is still lost", (lost_objects, lost_size) == total and total[1] == total[0] * LOST, (lost_objects, lost_size), total)
# What is lost stays, with what is known of it: twice its size.  Beyond that the
# heap may still take one huge page, and checks nothing.
grown, lost_since = cold[0] - warm[0], cold[1] - warm[1]
print("# %d checks, %d lost; from check %d to %d resident memory grew by %d kB, of that %d lost" % (
    checks, total[0], warm[2], cold[2], grown / 1024, lost_since / 1024))
check("checks cost no memory that stays", grown <= 2 * lost_since + (4 << 20), warm, cold)
try:
    asking.ask(b"e")
except (OSError, EOFError):
    pass
check("the server ends", server.wait(PATIENCE) == 0)
done()
