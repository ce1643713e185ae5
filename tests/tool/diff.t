#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# diff.t: leaksgc diff and --baseline on heap dumps and JSON reports of a program that grows (leak_more.c).
import json
import os
import shlex
import subprocess
import sys
import tempfile

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


def run(*command):
    return subprocess.run([str(c) for c in command], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=300)


def diff(a, b, *options):
    """(exit status, {function: row}, the whole)"""
    done = run(tool, "diff", a, b, "--format=json", *options)
    if done.returncode > 1:
        check(False, f"diff {a} {b}", done.stderr)
        return done.returncode, {}, {}
    whole = json.loads(done.stdout)
    return done.returncode, {row["where"].split()[0]: row for row in whole["sites"]}, whole


with tempfile.TemporaryDirectory(prefix="leaksgc-diff.") as tmp:
    program = tmp + "/leak_more"
    done = run(*shlex.split(os.environ.get("CC", "cc")), "-g", "-O1", "-fno-inline", "-o", program,
               srcdir + "/tests/tool/leak_more.c")
    check(done.returncode == 0, "the program is compiled", done.stderr)
    for age in (1, 2, 3):
        done = run(tool, "run", "-q", f"--dump_at_exit={tmp}/{age}.dump", "--format=json", "-o", f"{tmp}/{age}.json",
                   program, age)
        check(done.returncode == 23, f"a run of age {age} leaks", done.stderr)

    status, rows, whole = diff(tmp + "/1.dump", tmp + "/2.dump")
    check(status == 1 and whole["new_leaks"] == 1, "a new leak: exit status 1", status, whole)
    check(rows["lose_later"]["new_leak"] and rows["lose_later"]["change"] == "new"
          and rows["lose_later"]["after_lost"] == {"bytes": 88, "objects": 2}, "the new leak", rows)
    grown = rows["grow_list"]
    check(grown["change"] == "grown" and grown["before"] == {"bytes": 112000, "objects": 1000}
          and grown["after"] == {"bytes": 224000, "objects": 2000} and not grown["new_leak"],
          "what grew and is reachable", grown)
    check(rows["keep_early"]["change"] == "gone" and rows["keep_early"]["before"]["bytes"] == 50000,
          "what is gone", rows)
    check("lose_always" not in rows, "what did not change is not listed", rows)
    check("lose_always" in diff(tmp + "/1.dump", tmp + "/2.dump", "--all")[1], "but with --all")
    status, rows, whole = diff(tmp + "/2.dump", tmp + "/3.dump")
    check(status == 0 and whole["new_leaks"] == 0 and set(rows) == {"grow_list"},
          "growth alone: exit status 0", status, rows)
    status, rows, _ = diff(tmp + "/2.dump", tmp + "/1.dump")
    check(status == 0 and rows["grow_list"]["change"] == "shrunk", "the other way round", status, rows)
    status, rows, _ = diff(tmp + "/1.json", tmp + "/2.json")
    check(status == 1 and set(rows) == {"lose_later"}, "two reports", status, rows)
    for a, b in (("1.dump", "2.json"), ("1.json", "2.dump")):
        status, rows, _ = diff(f"{tmp}/{a}", f"{tmp}/{b}")
        check(status == 1 and set(rows) == {"lose_later"}, f"{a} and {b} have fingerprints in common", status, rows)
    status, rows, _ = diff(tmp + "/1.dump", tmp + "/2.dump", "--report-kinds=reachable")
    check(status == 0 and set(rows) == {"grow_list", "keep_early"}, "one kind alone", status, rows)
    done = run(tool, "diff", tmp + "/1.dump", tmp + "/2.dump")
    check(done.returncode == 1 and "NEW LEAK" in done.stdout and "lose_later leak_more.c:" in done.stdout
          and done.stdout.endswith("1 new leak(s)\n"), "as text", done.stdout)
    done = run(tool, "diff", tmp + "/1.dump", tmp + "/1.dump")
    check(done.returncode == 0 and "nothing changed" in done.stdout, "the same twice", done.stdout)

    # Addresses differ between the runs, and the program was moved: only fingerprints can match.
    done = run(tool, "run", f"--baseline={tmp}/1.json", program, 1)
    check(done.returncode == 0 and "no leaks" in done.stderr, "a baseline hides what is known", done.stderr)
    done = run(tool, "run", f"--baseline={tmp}/1.dump", program, 2)
    check(done.returncode == 23 and "88 byte(s) leaked in 2 allocation(s)" in done.stderr,
          "a dump as the baseline; what is new fails", done.returncode, done.stderr)
    done = run(tool, "parse", tmp + "/2.dump", f"--baseline={tmp}/1.json")
    check(done.returncode == 1 and "88 byte(s) leaked in 2 allocation(s)" in done.stdout, "parse with a baseline",
          done.stdout, done.stderr)
    done = run(tool, "run", "--baseline=/nowhere", program, 1)
    check(done.returncode == 3 and "/nowhere" in done.stderr, "a baseline that is not there", done.stderr)
    with open(tmp + "/bad.json", "w") as out:
        out.write('{"tool":"leaksgc","leaks":[{"kind":"direct"}]}')
    with open(tmp + "/other.json", "w") as out:
        out.write("[1,2,3]")
    for name, why in (("bad.json", "no fingerprint"), ("other.json", "no report of leaksgc")):
        done = run(tool, "diff", tmp + "/1.json", f"{tmp}/{name}")
        check(done.returncode == 3 and why in done.stderr and name in done.stderr, f"{name} is refused", done.stderr)
    done = run(tool, "run", f"--baseline={tmp}/bad.json", program, 1)
    check(done.returncode == 23 and "nothing is hidden by it" in done.stderr, "a bad baseline hides nothing",
          done.returncode, done.stderr)
    check(run(tool, "diff", tmp + "/1.json").returncode == 2, "diff with one file")

print(f"1..{count}")
sys.exit(failed != 0)
