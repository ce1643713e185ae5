#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# input.t: what can go wrong around a live process: it ends in a check, disks are full, series are odd, checks meet.
import json
import os
import re
import signal
import subprocess
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from live import *

# Ends, killed or by itself, at any moment of a check.
ends = []
for i in range(12):
    s = Server(threads=1, options="snapshot=" + ("fork" if i % 2 else "stop"))
    until(lambda: str(s.pid) in sockets())
    asking = subprocess.Popen([TOOL, ("leaks", "lost", "optimize", "heap")[i // 3], str(s.pid)],
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    time.sleep(0.003 * (i % 6))
    if i % 3:
        s.kill()
    else:
        s.end()
    err = asking.communicate(timeout=PATIENCE)[1]
    ends.append((asking.returncode, err))
check("a process that ends in a check: an answer, or the reason", all(
    status in (0, 1) or (status == 3 and re.search("ended|there is no process|no channel|the library is not", err))
    for status, err in ends), ends)

# Full disks.
s = Server(options="log_path=/dev/full:interval=20ms:count=3")
s.ask("lose 2")
said = until(lambda: "/dev/full" in s.stderr())
check("log_path on a full disk: named, and the program goes on", said and s.ask("churn 5") == 5
      and "No space left on device" in s.stderr(), s.stderr())
check("and ends as ever", s.end() == 0, s.stderr())
s = Server()
s.ask("lose 2")
s.settle(2)
for command in ("lost", "gc", "optimize"):
    with open("/dev/full", "w") as full:
        r = subprocess.run([TOOL, command, str(s.pid)], stdout=full, stderr=subprocess.PIPE, text=True)
        check(command + ": a full disk", r.returncode == 3 and "disk full" in r.stderr, r.returncode, r.stderr)
os.mkfifo(tmp + "/pipe")
for place, why in (("/pipe", "not supported"), ("", "directory")):
    r = tool("dump", s.pid, tmp + place)
    check("dump onto a %s: refused, and it stays" % (place[1:] or "folder"), r.status == 3 and tmp + place in r.err and why in r.err
          and not os.path.isfile(tmp + place), r)
r = tool("dump", s.pid, tmp + "/no/such/folder/file")
check("dump into no folder", r.status == 3 and "/no/such/folder/file" in r.err, r)

SMALL = 'mount -t tmpfs -o size=16k none "$1" && head -c 16384 /dev/zero >"$1/fill"; shift; exec "$@"'
disk = tmp + "/disk"
os.mkdir(disk)
small = ["unshare", "--mount", "sh", "-c", SMALL, "sh", disk]
if os.getuid() == 0 and subprocess.run(small + ["true"], capture_output=True).returncode == 0:
    r = subprocess.run(small + ["sh", "-c", '"$1" dump "$2" "$3/dump"; echo "status $?"; ls "$3"', "sh", TOOL, str(s.pid), disk],
                       capture_output=True, text=True)
    check("dump onto a full disk: said, and no file is left", "status 3\nfill\n" in r.stdout
          and "No space left on device" in r.stderr + r.stdout, r.stdout, r.stderr)
    r = subprocess.run(small + ["sh", "-c", '"$1" run -o "$3/log" --dump_at_exit="$3/dump" -- "$2" 0; echo "status $?"; ls "$3"',
                       "sh", TOOL, LEAKING, disk], input="lose 3\n", capture_output=True, text=True)
    check("log_path and dump_at_exit on a full disk: said, the status is as ever", "status 23\n" in r.stdout
          and "%s/log" % disk in r.stderr and "%s/dump" % disk in r.stderr and "/dump\n" not in r.stdout, r.stdout, r.stderr)
else:
    skip("dump onto a full disk: said, and no file is left", "no tmpfs can be mounted here")

# Odd series.
for arguments in (("gc", "-i", "0"), ("gc", "-i", "0s"), ("gc", "-i", "1us"), ("heap", "-i", "0"), ("heap", "-n", "x")):
    r = tool(*arguments, s.pid)
    check("refused: " + " ".join(arguments), r.status == 2 and arguments[-1] in r.err and r.out == "", r)
endless = subprocess.Popen([TOOL, "heap", "-n", "0", "-i", "10ms", "--format=csv", str(s.pid)], stdout=subprocess.PIPE, text=True)
rows = [endless.stdout.readline() for i in range(8)]
endless.send_signal(signal.SIGINT)
endless.stdout.read()
endless.wait(PATIENCE)
check("heap -n 0: until stopped", len([row for row in rows if "," in row]) == 8, rows)
check("leaksgc_gc(0, ms): until stopped", s.ask("gc 0 10") == 0 and until(lambda: s.stderr().count("(interval)") >= 30)
      and lost(s.stderr()) is None, s.stderr()[-300:])

# Who asks while a check runs gets one that begins afterwards, perhaps with others; also while the process checks by itself.
numbers, bad = [[] for i in range(4)], []


def ask(mine):
    for i in range(4):
        r = tool("gc", s.pid)
        found = re.search(r"^check (\d+):", r.out, re.M)
        if r.status == 1 and found and lost(r.out) == (200, 2):
            mine.append(int(found.group(1)))
        else:
            bad.append(str(r))


threads = [threading.Thread(target=ask, args=(mine,)) for mine in numbers]
for t in threads:
    t.start()
for t in threads:
    t.join()
check("a check that is asked for while another one runs waits its turn", not bad and all(len(n) == 4 and n == sorted(set(n)) for n in numbers), *bad[:1], numbers)
check("the program ends as ever", s.end() == 0, s.stderr()[-300:])
done()
