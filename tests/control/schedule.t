#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# schedule.t: checks that the process makes by itself: interval, count, every, check_signal, leaksgc_gc.
import os
import re
import signal
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from live import *

LINE = re.compile(r"^==\d+==leaksgc: check (\d+) \((\w+)\): pause \d+ us, took \d+ us, live (\d+) byte\(s\) in (\d+) "
                  r"object\(s\), lost (\d+) byte\(s\) in (\d+) object\(s\), new (\d+) byte\(s\) in (\d+) object\(s\)$", re.M)


def lines(server):
    return LINE.findall(server.stderr())


for interval in 50, 200, 800, 3200:
    s = Server(options="interval=%dms:count=20" % interval)
    s.ask("lose 3")
    if len(lines(s)) < 10:
        break
    s.kill()  # this machine is too slow for it: the checks were over before all was lost
until(lambda: s.ask("churn 20") and lost(s.stderr()))
time.sleep(0.2)
found = lines(s)
check("interval and count: so many lines", len(found) == 20 and {line[1] for line in found} == {"interval"}, s.stderr())
check("each loss is new once", sum(int(line[7]) for line in found) == 3 and found[-1][5] == "3", s.stderr())
check("the report after the last", lost(s.stderr()) == (300, 3), s.stderr())
s.ask("lose 1")
s.end()
check("and the one at the end", lost(s.stderr()[s.stderr().rindex("ERROR"):]) == (400, 4), s.stderr())

s = Server(options="interval=20ms:log_path=%s/log.%%p" % tmp)
until(lambda: os.path.exists("%s/log.%d" % (tmp, s.pid)) and LINE.search(open("%s/log.%d" % (tmp, s.pid)).read()))
check("the lines go where reports go", lines(s) == [], s.stderr())
child = s.ask("fork")
check("a forked child has its own schedule and log",
      until(lambda: os.path.exists("%s/log.%d" % (tmp, child)) and LINE.search(open("%s/log.%d" % (tmp, child)).read())))
s.end()

for options in "log_path=/dev/full", "log_path=/dev/full:format=json":
    s = Server(options="interval=20ms:count=5:" + options)
    good = until(lambda: len(lines(s)) == 5 and ("SUMMARY" in s.stderr() or '"leaks":' in s.stderr() or "no leaks" in s.stderr()))
    check("a full disk: lines and report on standard error, " + options, good, s.stderr())
    check("it is said once", s.stderr().count("log_path=/dev/full") == 1, s.stderr())
    check("and the program's status is its own", s.end() == 0)

s = Server(threads=0, options="control=0:every=1M")
s.ask("hold 10")
time.sleep(0.2)
check("every: none before so many bytes", lines(s) == [], s.stderr())
s.ask("churn 20000")
check("every: one after them", until(lambda: len(lines(s)) >= 1) and lines(s)[0][1] == "every", s.stderr())
check("every needs no channel", str(s.pid) not in sockets())
s.end()

s = Server(options="control=0:check_signal=USR2")
s.ask("lose 5")
os.kill(s.pid, signal.SIGUSR2)
check("check_signal: a check", until(lambda: lost(s.stderr())) in ((400, 4), (500, 5)), s.stderr())
os.kill(s.pid, signal.SIGUSR2)
check("check_signal: each time", until(lambda: s.stderr().count("SUMMARY") == 2), s.stderr())
s.end()

s = Server(options="interval=0:count=0:every=0:check_signal=0")
s.ask("lose 1")
time.sleep(0.1)
check("0 is off", s.stderr() == "", s.stderr())
s.end()
for option, why in (("interval=x", "a time is wanted"), ("check_signal=KILL", "a signal that can be caught"),
                    ("check_signal=RTMIN+99", "a signal that can be caught"), ("every=-1", "a size is wanted")):
    s = Server(options=option)
    check("bad value: " + option, why in s.stderr() and option in s.stderr(), s.stderr())
    s.end()

s = Server(options="control=0")
check("leaksgc_gc: an interval of 0 is refused", s.ask("gc 3 0") == -1)
s.ask("lose 5")
check("leaksgc_gc: a schedule", s.ask("gc 3 20") == 0 and until(lambda: lost(s.stderr())) in ((400, 4), (500, 5))
      and len(lines(s)) == 3, s.stderr())
s.end()
done()
