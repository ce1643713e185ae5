#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# dumps.t: heap dumps of real programs: what the graph in them says is reachable is what the check said.
"""Every object that roots reach over the pointers in the dump must be reachable or possible, every other one
lost: two different pieces of code, libgc's marker and ours, have looked at the same heap."""
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

srcdir, builddir = os.environ.get("srcdir", "."), os.environ.get("builddir", ".")
tool = os.environ.get("LEAKSGC_TOOL", builddir + "/leaksgc")
count = failed = 0


def check(ok, title, *details):
    global count, failed
    count += 1
    print(f"{'ok' if ok else 'not ok'} {count} - {title}")
    if not ok:
        failed += 1
        for line in details:
            print("#", str(line).replace("\n", "\n# "))
    sys.stdout.flush()
    return ok


def run(*command, **options):
    return subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=600, **options)


def verify(dump, title):
    """Floods the graph from its roots, and compares with the kinds in it."""
    database = dump + ".db"
    done = run(tool, "parse", "-q", "--sqlite=" + database, dump)
    if not check(done.returncode == 0, f"{title}: the dump is read", done.returncode, done.stderr):
        return
    db = sqlite3.connect(database)
    targets = {}
    for source, target in db.execute("SELECT source, target FROM pointer"):
        targets.setdefault(source, []).append(target)
    work = [row[0] for row in db.execute("SELECT DISTINCT target FROM root")]
    reached = set(work)
    while work:
        for target in targets.get(work.pop(), ()):
            if target not in reached:
                reached.add(target)
                work.append(target)
    wrong = [row for row in db.execute("SELECT id, address, size, kind FROM object WHERE NOT internal")
             if (row[0] in reached) != (row[3] in ("reachable", "possible"))]
    n = db.execute("SELECT count(*) FROM object").fetchone()[0]
    named = db.execute("SELECT count(*) FROM frame WHERE function IS NOT NULL").fetchone()[0]
    print(f"# {title}: {n} objects, {len(targets)} of them with pointers, {len(reached)} reached")
    check(n > 100 and not wrong, f"{title}: reachable is what the check called so", f"{len(wrong)} of {n}", wrong[:5])
    check(named > 100, f"{title}: functions have names", named)
    kinds = {row[0] for row in db.execute("SELECT DISTINCT kind FROM root")}
    check("global" in kinds, f"{title}: there are global roots", kinds)


def at_exit(title, tmp, command, status=0, **options):
    if shutil.which(command[0]) is None:
        check(True, f"{title} # SKIP {command[0]} is not installed")
        return
    os.mkdir(f"{tmp}/{title}")
    done = run(tool, "run", "-q", "--check_at_exit=0", f"--dump_at_exit={tmp}/{title}/%p.dump", "--", *command,
               **options)
    # What it starts writes dumps as well; its own is the largest.
    dumps = sorted((f"{tmp}/{title}/{name}" for name in os.listdir(f"{tmp}/{title}")), key=os.path.getsize)
    if check(done.returncode == status and dumps, f"{title}: a dump at exit", done.returncode, done.stderr):
        verify(dumps[-1], title)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def redis(tmp):
    """The tutorial of doc/finding-leaks.md: dump, diff and parse lead to the key that grows."""
    if shutil.which("redis-server") is None or shutil.which("redis-cli") is None:
        check(True, "redis # SKIP redis is not installed")
        return
    port = free_port()
    cli = ["redis-cli", "-p", str(port)]
    environment = dict(os.environ, XDG_RUNTIME_DIR=tmp)
    server = subprocess.Popen([tool, "run", "-q", "--check_at_exit=0", "--", "redis-server", "--port", str(port),
                               "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", tmp],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    try:
        for _ in range(300):
            if run(*cli, "PING").stdout.strip() == "PONG":
                break
            time.sleep(0.2)

        def fill(first, last):
            run(*cli, input="".join(f"HSET sessions user:{i} token-{i}-{'x' * 40}\nSET page:{i % 500} {i}\n"
                                    for i in range(first, last)))
        fill(0, 2000)
        done = run(tool, "dump", server.pid, tmp + "/before.dump", env=environment)
        check(done.returncode == 0, "redis: leaksgc dump", done.stdout, done.stderr)
        fill(2000, 20000)
        done = run(tool, "dump", "-q", server.pid, tmp + "/after.dump", env=environment)
        check(done.returncode == 0 and done.stdout == "", "redis: and once more", done.stdout, done.stderr)
        check(run(*cli, "HLEN", "sessions").stdout.strip() == "20000", "redis: it runs on")
    finally:
        run(*cli, "SHUTDOWN", "NOSAVE")
        try:
            server.wait(60)
        except subprocess.TimeoutExpired:
            server.kill()
    check(server.returncode == 0, "redis: it ends as ever", server.returncode)
    verify(tmp + "/after.dump", "redis")
    done = run(tool, "diff", tmp + "/before.dump", tmp + "/after.dump", "--format=json")
    grown = [site["where"] for site in json.loads(done.stdout)["sites"] if site["change"] == "grown"]
    check(done.returncode == 0 and "hashTypeSet" in grown[0], "redis: diff names what grew", grown[:3])
    done = run(tool, "parse", "-q", "--retained", "--format=json", tmp + "/after.dump")
    retained = [o for o in json.loads(done.stdout)["retained"] if any("dbAdd" in frame for frame in o["stack"])]
    check(retained and retained[0]["retained"]["objects"] > 54000, "redis: one entry of the database retains it all",
          retained[:1])


with tempfile.TemporaryDirectory(prefix="leaksgc-dumps.") as tmp:
    at_exit("sqlite3", tmp, ["sqlite3", ":memory:"], input="""
        CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT);
        WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 5000)
          INSERT INTO t SELECT i, hex(randomblob(20)) FROM c;
        SELECT count(*) FROM t;
.system kill -TERM $PPID
""", status=-signal.SIGTERM)
    at_exit("python3", tmp, ["/usr/bin/python3", "-c", "import json; x = [json.loads('[1, {\"a\": [2, 3]}]') "
                             "for _ in range(3000)]; import os, threading"],
            env=dict(os.environ, PYTHONMALLOC="malloc"))
    dump = tmp + "/call.dump"
    done = run(tool, "run", "-q", "--check_at_exit=0", "--", "/usr/bin/python3", "-c", f"""
import ctypes, threading
kept = [[i, str(i) * 3, {{i: [i]}}] for i in range(20000)]
stop = threading.Event()
def churn():
    while not stop.is_set():
        [object() for _ in range(1000)]
threads = [threading.Thread(target=churn) for _ in range(3)]
[t.start() for t in threads]
status = ctypes.CDLL(None).leaksgc_dump({dump!r}.encode())
stop.set()
[t.join() for t in threads]
raise SystemExit(status != 0)""", env=dict(os.environ, PYTHONMALLOC="malloc"))
    if check(done.returncode == 0, "python3 dumps itself while its threads run", done.returncode, done.stderr):
        verify(dump, "python3 itself")
    at_exit("perl", tmp, ["perl", "-e", "my %h; $h{$_} = [1 .. 5] for 1 .. 2000; print scalar(keys %h), qq(\\n);"])

    redis(tmp)

print(f"1..{count}")
sys.exit(failed != 0)
