#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# dump.t: heap dumps of a program whose graph is known: by call, at exit, without the tool, on a full disk; parse's views.
"""The program is tests/tool/graph_here.c; what it holds is drawn there."""
import json
import os
import shlex
import subprocess
import sys
import tempfile

srcdir, builddir = os.environ.get("srcdir", "."), os.environ.get("builddir", ".")
tool = os.environ.get("LEAKSGC_TOOL", builddir + "/leaksgc")
library = os.environ.get("LEAKSGC_LIB", builddir + "/.libs/libleaksgc.so")
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
    environment = dict(os.environ, LC_ALL="C", **options.pop("env", {}))
    return subprocess.run([str(c) for c in command], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, env=environment, timeout=300, **options)


def parse(dump, *views):
    done = run(tool, "parse", dump, "--format=json", "--top=1000", *views)
    if done.returncode != 0:
        check(False, f"parse {views}", done.returncode, done.stderr)
        return {}
    return json.loads(done.stdout)


def under(options, *arguments, **keys):
    """The program with leak finding on."""
    environment = {"LD_PRELOAD": library, "GC_FIND_LEAK": "1", "LEAKSGC_OPTIONS": options}
    if "tool" not in options:
        environment["LEAKSGC_TOOL"] = tool
    return run(program, *arguments, env=environment, **keys)


def top_frame(thing):
    return thing["stack"][0].split()[0] if thing["stack"] else None


with tempfile.TemporaryDirectory(prefix="leaksgc-dump.") as tmp:
    program = tmp + "/graph_here"
    done = run(*shlex.split(os.environ.get("CC", "cc")), "-g", "-O0", "-pthread", "-Wno-unused-result",
               "-I", srcdir + "/include", "-o", program, srcdir + "/tests/tool/graph_here.c")
    check(done.returncode == 0, "the program is compiled", done.stderr)

    # By call: the program says where its objects are.
    dump = tmp + "/call.dump"
    done = under("check_at_exit=0", dump)
    check(done.returncode == 0, "leaksgc_dump returns 0", done.returncode, done.stderr)
    at = dict(line.split() for line in done.stdout.splitlines())
    check(os.stat(dump).st_mode & 0o777 == 0o600, "the dump is for its owner alone")

    leaks = run(tool, "parse", dump, "--format=json", "--report-kinds=all")
    check(leaks.returncode == 1, "parse: exit status 1 with leaks", leaks.stderr)
    report = json.loads(leaks.stdout)
    kinds = {k: (v["objects"], v["bytes"]) for k, v in report["summary"].items()}
    check(kinds["direct"] == (1, 40) and kinds["indirect"] == (1, 40), "the leak and what hangs on it", kinds)
    check(kinds["possible"] == (1, 200), "the object that is only pointed into", kinds)
    named = {(leak["kind"], leak["frames"][0]["function"], leak["frames"][1]["function"])
             for leak in report["leaks"]}
    check(("direct", "make_node", "lose") in named, "the leak has its lines", named)
    text = run(tool, "parse", dump).stdout
    check("Direct leak of 40 byte(s) in 1 object(s)" in text and "graph_here.c:" in text
          and text.rstrip().endswith("SUMMARY: leaksgc: 80 byte(s) leaked in 2 allocation(s)."),
          "the text report", text)

    def who(name):
        return parse(dump, "--who-points-at=" + at[name])["who_points_at"]

    shared = who("shared")
    offsets = sorted(r["offset"] for r in shared["referrers"] if "object" in r)
    check(shared["count"] == 2 and offsets == [8, 16], "who points at the shared node, and from where", shared)
    middle = [r for r in who("inside")["referrers"]]
    check(len(middle) == 1 and middle[0].get("inside", middle[0].get("root", {}).get("inside")) == 100,
          "a pointer into the inside, and how far", middle)
    roots = {name: sorted({r["root"]["kind"] for r in who(name)["referrers"] if "root" in r})
             for name in ("list", "tls", "stack", "region", "mapping", "ignored")}
    for name, kind in (("list", "global"), ("tls", "tls"), ("stack", "stack"), ("region", "region"),
                       ("mapping", "mapping"), ("ignored", "ignored")):
        check(kind in roots[name], f"a root of the kind {kind}", roots[name])
    what = [r["root"]["what"] for r in who("list")["referrers"] if "root" in r]
    check(any(w.startswith("global variable the_list (graph_here)") for w in what), "a global root has its name", what)
    what = [r["root"]["what"] for r in who("stack")["referrers"] if "root" in r]
    check(any(" in wait_with_object graph_here.c:" in w for w in what), "a stack root has its function", what)

    path = parse(dump, "--path=" + at["shared"])["path"]
    check([o["object"]["address"] for o in path["objects"]] == [at["list"], at["shared"]]
          and path["root"]["kind"] == "global" and path["objects"][0]["offset"] == 16,
          "the shortest way from a root", path)
    path = parse(dump, "--path=" + at["lost_child"])["path"]
    check(path["root"] is None and path["objects"][0]["object"]["address"] == at["lost"],
          "the way to what is lost begins at the leak", path)
    retained = {o["address"]: o["retained"] for o in parse(dump, "--retained")["retained"]}
    # The list of 10 nodes of 40 bytes; the shared one hangs on the first alone.
    check(retained[at["list"]] == {"bytes": 440, "objects": 11}, "what the list retains", retained[at["list"]])
    check(retained[at["shared"]] == {"bytes": 40, "objects": 1}, "what is shared is retained by none of both")
    interior = parse(dump, "--interior")["interior"]
    check([o["address"] for o in interior] == [at["inside"]], "reached only by its inside", interior)
    around = parse(dump, "--object=" + hex(int(at["inside"], 16) + 199))["object"]
    check(around["address"] == at["inside"], "an address inside finds the object", around)
    done = run(tool, "parse", dump, "--path=0x10")
    check(done.returncode == 3 and "no object at 0x10" in done.stderr, "an address outside", done.stderr)
    done = run(tool, "parse", dump, "--path=none")
    check(done.returncode == 2, "what is no address", done.stderr)

    # At exit, one file a process.
    done = under(f"check_at_exit=0:dump_at_exit={tmp}/exit.%p.dump", "exit")
    files = [f for f in os.listdir(tmp) if f.startswith("exit.")]
    check(done.returncode == 0 and done.stderr == "" and len(files) == 1 and files[0].endswith(".dump"),
          "dump_at_exit", done.stderr, files)

    # Without the tool: no names, and the tool adds them.
    raw = tmp + "/raw.dump"
    done = under("check_at_exit=0:tool=/nowhere", raw)
    check(done.returncode == 0 and os.path.exists(raw), "without the tool there is a dump too", done.stderr)
    report = json.loads(run(tool, "parse", raw, "--format=json").stdout)
    check(report["summary"]["direct"]["objects"] == 1 and report["leaks"][0]["frames"][0]["function"] is None,
          "it has no names", report["leaks"][0])
    with open(raw, "rb") as source:
        done = subprocess.run([tool, "pack", "-o", tmp + "/named.dump"], stdin=source, capture_output=True, text=True)
    report = json.loads(run(tool, "parse", tmp + "/named.dump", "--format=json").stdout)
    check(done.returncode == 0 and report["leaks"][0]["frames"][0]["function"] == "make_node",
          "leaksgc pack adds them", done.stderr, report["leaks"][0])
    with open(dump, "rb") as source:
        done = subprocess.run([tool, "pack", "-o", tmp + "/twice.dump"], stdin=source, capture_output=True, text=True)
    check(done.returncode == 3 and "names already" in done.stderr and not os.path.exists(tmp + "/twice.dump"),
          "but not twice", done.stderr)

    # A disk that is full.
    for way in ("", ":tool=/nowhere"):
        full = tmp + "/full"
        done = under("check_at_exit=0" + way, full, "limit")
        left = [f for f in os.listdir(tmp) if f.startswith("full")]
        check(done.returncode == 1 and not left, f"a full disk leaves no file{way}", done.returncode, done.stderr, left)
    done = under("check_at_exit=0", tmp + "/no/such/folder")
    check(done.returncode == 1 and "/no/such/folder" in done.stderr, "a folder that is not there", done.stderr)

    # Files that are no dumps.
    for name, content, why in (("empty", b"", "no heap dump"), ("text", b"hello, world, this is text", "no heap dump"),
                               ("newer", open(dump, "rb").read()[:8] + b"\2\0\0\0" + b"\0" * 8, "newer leaksgc"),
                               ("short", open(dump, "rb").read()[:-1], "truncated")):
        with open(f"{tmp}/{name}", "wb") as out:
            out.write(content)
        done = run(tool, "parse", f"{tmp}/{name}")
        check(done.returncode == 3 and why in done.stderr and f"{tmp}/{name}:" in done.stderr,
              f"a file that is {name} is refused", done.stderr)
    done = run(tool, "parse")
    check(done.returncode == 2, "parse without a file", done.stderr)

print(f"1..{count}")
sys.exit(failed != 0)
