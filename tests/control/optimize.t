#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# optimize.t: leaksgc optimize frees what is surely lost and nothing else, says why not, and names the sites that churn; samples in heap.
import json
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from live import *


def amount(objects):
    return {"bytes": 100 * objects, "objects": objects}


def optimize(*arguments):
    r = tool("optimize", "--format=json", "--samples=0", *arguments)
    return r, json.loads(r.out or "{}")


server = Server()
server.ask("lose 6")
server.ask("hold 5")
server.settle(6)
r, was = optimize(server.pid)
check("what is younger than the option min_age stays, and that is said", r.status == 1 and was["freed"] == amount(0)
      and was["young"] == amount(6) and was["left"] == amount(6) and was["min_age_ns"] == 60 * 10 ** 9, r)
r, was = optimize("--min-age=0", "--dry-run", server.pid)
check("--dry-run: counts, and frees nothing", r.status == 1 and was["dry_run"] and was["due"] == amount(6)
      and was["freed"] == amount(0) and was["left"] == amount(6), r)
r = tool("leaks", "--no-symbols", server.pid)
check("they are still there", lost(r.out) == (600, 6), r)
r = tool("optimize", "--min-age=0", "--samples=0", server.pid)
check("--min-age=0: freed, with the site", r.status == 0 and "  freed: 600 byte(s) in 6 object(s)\n" in r.out
      and re.search(r"^ +600 +6  lose_one leaking\.c:\d+ < ", r.out, re.M)
      and "  still lost: 0 byte(s) in 0 object(s)\n" in r.out, r)
check("it is in the process's log, too", "Reclaimed: 600 byte(s) in 6 object(s)" in server.stderr(), server.stderr())
r = tool("leaks", "--report-kinds=all", "--no-symbols", server.pid)
check("what is held is not touched", "5000 byte(s) in 5 object(s)" in r.out, r)
server.ask("churn 20")
r, was = optimize("--min-age=0", server.pid)
check("twice: nothing is left", r.status == 0 and was["freed"] == amount(0) and was["left"] == amount(0), r)

server.ask("grow 30")
r = tool("optimize", "--format=json", "--samples=40", "--min-age=1h", server.pid)
was = json.loads(r.out or "{}")
sites = {site["site"].split()[0]: site for site in was["churn"]["sites"]}
check("churn: blocks that do not live long, by site", was["churn"]["samples"] == 40 and sites.get("churn_one", {}).get("samples", 0) > 0
      and sites["churn_one"]["blocks"] >= sites["churn_one"]["samples"] and was["churn"]["allocations"] > 0, r)
check("churn: those that live on are not there", not {"hold_one", "lose_one"} & set(sites), r)
copied = {site["site"].split()[0]: site for site in was["copied"]["sites"]}
check("what realloc copied, by site", copied.get("grow_one", {}).get("times") == 30
      and copied["grow_one"]["bytes"] >= 30 * 200 and was["copied"]["times"] >= 30, r)
r = tool("optimize", "--samples=20", "--min-age=1h", server.pid)
check("as text: that it is sampled", "sampled, 20 times" in r.out and re.search(r"^ +\d+ +\d+  churn_one ", r.out, re.M)
      and re.search(r"^ +\d+ +30  grow_one ", r.out, re.M), r)
r, was = optimize("--top=0", server.pid)
check("--samples=0: no churn", "churn" not in was and was["freed_sites"] == [], r)

# Samples of the program's own.
r = tool("heap", "--format=json", server.pid)
check("heap: no samples", json.loads(r.out)["samples"] == [], r)
check("leaksgc_heap_add", server.ask("sample 5000000") == 0 and server.ask("sample 7000000") == 0)
r = tool("heap", "--format=json", server.pid)
samples = json.loads(r.out)["samples"]
check("heap: the newest of a stack", [s["bytes"] for s in samples] == [7000000] and samples[0]["site"].startswith("add_sample ")
      and samples[0]["time_ns"] > 10 ** 18, r)
r = tool("heap", server.pid)
check("heap: samples as text", re.search(r"^ +7000000 +\S+ \S+  add_sample ", r.out, re.M), r)
r = tool("heap", "--format=prometheus", server.pid)
check("heap: samples for Prometheus", re.search(r'^leaksgc_sample_bytes\{.*rank="1",site="add_sample .*"\} 7000000$', r.out, re.M), r)
server.end()

for option, key, how in (("reclaim_sites=no_such_module", "site", "of a site that is not allowed"),
                         ("reclaim=quarantine", "quarantined", "into quarantine, if the option says so")):
    server = Server(options="min_age=0:" + option)
    server.ask("lose 4")
    seen = []

    def found():
        server.ask("churn 20")
        seen.append(optimize(server.pid))
        return seen[-1][1][key] == amount(4)
    while not found() and len(seen) < 50:
        pass
    r, was = seen[-1]
    check(how, was[key] == amount(4) and was["freed"] == amount(0) and was["left"] == amount(4), r)
    server.end()

# A client that goes away in the middle of the samples, and several at once.
server = Server()
asking = [subprocess.Popen([TOOL, "optimize", "--samples=1000", str(server.pid)], stdout=subprocess.DEVNULL) for i in range(3)]
time.sleep(0.1)
for one in asking[1:]:
    one.kill()
r = tool("optimize", "--samples=5", server.pid)
check("several at once, some of which go away", r.status == 0 and asking[0].wait(PATIENCE) == 0, r)
for one in asking[1:]:
    one.wait()
asking = subprocess.Popen([TOOL, "optimize", "--samples=10000", str(server.pid)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
until(lambda: has_asked(asking))
check("the process ends while it is sampled, as ever", server.end() == 0)
out, err = asking.communicate(timeout=PATIENCE)
check("and the tool says so", asking.returncode == 3 and "ended before it answered" in err and out == "", err)
for arguments in (("optimize",), ("optimize", "--min-age=soon", 1), ("optimize", "--top=-1", 1), ("optimize", "--samples=10001", 1),
                  ("optimize", "--format=csv", 1), ("optimize", "--dry-run=1", 1), ("optimize", "--new", 1)):
    r = tool(*arguments)
    check("wrong usage: " + " ".join(map(str, arguments)), r.status == 2 and "usage" in r.err and r.out == "", r)
done()
