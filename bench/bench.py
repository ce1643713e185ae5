#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# bench.py: runs every benchmark in turns under each allocator, and prints medians as ratios to glibc.
"""Called by run.sh.  One round runs each way once, so that a slow minute of the
machine hits all of them; a ratio is taken within a round, and the table shows
the median of the rounds' ratios with the lowest and the highest."""
import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

parser = argparse.ArgumentParser()
parser.add_argument("--scratch", required=True)
parser.add_argument("--sources", required=True)
parser.add_argument("--quick", action="store_true", help="fewer rounds, a tenth of the operations")
parser.add_argument("--rounds", type=int, default=0)
parser.add_argument("--only", action="append", default=[], help="benchmarks whose name contains this")
options = parser.parse_args()
ROUNDS = options.rounds or (3 if options.quick else 9)
SCALE = 0.1 if options.quick else 1.0
LIBRARY = os.path.abspath(os.environ["LEAKSGC_LIB"])
SCRATCH, SOURCES = os.path.abspath(options.scratch), os.path.abspath(options.sources)

LSAN = "liblsan.so.0 " + os.path.join(SCRATCH, "liblsan_start.so")
# name: environment while allocating is measured, and with the check at exit.
WAYS = {
    "glibc": ({}, {}),
    "LSan": ({"LD_PRELOAD": LSAN, "LSAN_OPTIONS": "detect_leaks=0"},
             {"LD_PRELOAD": LSAN, "LSAN_OPTIONS": "exitcode=0:log_path=" + SCRATCH + "/lsan"}),
    "quiet": ({"LD_PRELOAD": LIBRARY}, {"LD_PRELOAD": LIBRARY}),
    "leaks": ({"LD_PRELOAD": LIBRARY, "GC_FIND_LEAK": "1", "LEAKSGC_OPTIONS": "check_at_exit=0:check_on_signal=0"},
              {"LD_PRELOAD": LIBRARY, "GC_FIND_LEAK": "1",
               "LEAKSGC_OPTIONS": "symbolize=0:log_path=" + SCRATCH + "/leaks"}),
}
CLEAN = {k: v for k, v in os.environ.items()
         if not k.startswith(("LD_PRELOAD", "GC_", "LEAKSGC", "LSAN_", "MALLOC"))}
CLEAN.update(LC_ALL="C", PYTHONMALLOC="malloc", PYTHONHASHSEED="0", PYTHONDONTWRITEBYTECODE="1", PERL_HASH_SEED="0",
             HOME=SCRATCH, GIT_CONFIG_NOSYSTEM="1", GIT_AUTHOR_NAME="a", GIT_AUTHOR_EMAIL="a@example.org",
             GIT_COMMITTER_NAME="a", GIT_COMMITTER_EMAIL="a@example.org")


class Failed(Exception):
    pass


def run(command, environment, stdin=None, directory=None, with_peak=False):
    """Seconds of the process (or of its loop, if it prints them), peak kB, operations."""
    rss = os.path.join(SCRATCH, "rss")
    if with_peak:
        # A child of this interpreter would inherit its peak; one of rusage has a small one.
        command = [os.path.join(SCRATCH, "rusage"), rss, "/usr/bin/env"] + ["%s=%s" % e for e in environment.items()] + command
        environment = {}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        process = subprocess.Popen(command, env=dict(CLEAN, **environment), stdin=stdin or subprocess.DEVNULL,
                                   stdout=out, stderr=err, cwd=directory)
        status = process.wait()
        seconds = time.perf_counter() - start
        peak = 0
        if with_peak and os.path.exists(rss):
            with open(rss, encoding="ascii") as text:
                peak = int(text.read().split()[-1])
            os.unlink(rss)
        if status != 0:
            err.seek(0)
            raise Failed("%s ended with %d: %s" % (" ".join(command), status, err.read()[-300:].decode(errors="replace")))
        out.seek(0)
        fields = out.read(200).split()
        own = any("/micro_" in word for word in command) and len(fields) == 2
        return (int(fields[0]) / 1e9 if own else seconds), peak, (int(fields[1]) if own else 0)


def micro(name, operations):
    return (name, [os.path.join(SCRATCH, "micro_" + name), str(max(1, int(operations * SCALE)))], None, None)


def real_programs():
    found, real = [], os.path.join(SOURCES, "real")
    for program, command, stdin in (
            ("sqlite3", ["sqlite3", "-batch", ":memory:"], "work.sql"),
            ("python3", ["/usr/bin/python3", "-I", os.path.join(real, "work.py")], None),
            ("perl", ["perl", os.path.join(real, "work.pl")], None),
            ("lua", ["lua5.4", os.path.join(real, "work.lua")], None)):
        if shutil.which(command[0]):
            found.append((program, [shutil.which(command[0])] + command[1:], stdin and os.path.join(real, stdin), None))
        else:
            print("%s is not installed: left out" % program)
    if shutil.which("gcc") and shutil.which("awk"):
        source = os.path.join(SCRATCH, "input.c")
        with open(source, "w", encoding="utf-8") as out:
            subprocess.run(["awk", "-f", os.path.join(real, "input.awk")], stdout=out, check=True)
        found.append(("gcc", [shutil.which("gcc"), "-O2", "-g", "-c", "-o", os.path.join(SCRATCH, "input.o"), source], None, None))
    if shutil.which("git"):
        repository = os.path.join(SCRATCH, "repository")
        os.mkdir(repository)
        git = lambda *words: subprocess.run(["git", "-c", "init.defaultBranch=main"] + list(words), cwd=repository, env=CLEAN, check=True)
        git("init", "-q")
        for revision in range(1, 9):
            for number in range(150):
                with open(os.path.join(repository, "file%d" % number), "w", encoding="utf-8") as out:
                    out.writelines("line %d %d\n" % (l, (l * 31 + number * (revision if l % revision == 0 else 1)) % 10007) for l in range(300))
            git("add", ".")
            git("commit", "-q", "-m", "revision %d" % revision)
        found.append(("git log -p", [shutil.which("git"), "log", "-p", "--stat"], None, repository))
        found.append(("git repack", [shutil.which("git"), "-c", "pack.threads=1", "repack", "-adfq", "--window=30"], None, repository))
    return found


def measure(benchmark, column):
    """{way: [(seconds, kB)] per round}; a way that fails is None."""
    name, command, stdin, directory = benchmark
    results = {way: [] for way in WAYS}
    for number in range(ROUNDS + 1):  # the first warms the caches up
        for way, environments in WAYS.items():
            if results[way] is None:
                continue
            try:
                with open(stdin or os.devnull, "rb") as source:
                    seconds, peak, operations = run(command, environments[column], source, directory, True)
            except (Failed, OSError) as error:
                print("%s under %s: %s" % (name, way, error), file=sys.stderr)
                results[way] = None
                continue
            if number:
                results[way].append((seconds, peak, operations))
    return results


def ratio(results, way, index):
    if not results[way] or not results["glibc"]:
        return "failed"
    ratios = [a[index] / b[index] for a, b in zip(results[way], results["glibc"])]
    if index == 1:
        return "%.2f" % statistics.median(ratios)
    return "%.2f (%.2f-%.2f)" % (statistics.median(ratios), min(ratios), max(ratios))


def absolute(results):
    if not results["glibc"]:
        return "failed"
    seconds = statistics.median(r[0] for r in results["glibc"])
    operations = results["glibc"][0][2]
    return "%.1f ns/op" % (seconds * 1e9 / operations) if operations else "%.0f ms" % (seconds * 1e3)


def table(title, benchmarks):
    print("\n## " + title + "\n")
    print("| benchmark | glibc | LSan | quiet | finding leaks | peak MB glibc | LSan | quiet | finding leaks |")
    print("|---|---|---|---|---|---|---|---|---|")
    for benchmark in benchmarks:
        if options.only and not any(word in benchmark[0] for word in options.only):
            continue
        results = measure(benchmark, 0)
        peak = "%.1f" % (statistics.median(r[1] for r in results["glibc"]) / 1024) if results["glibc"] else "failed"
        print("| %s | %s | %s | %s | %s | %s | x %s | x %s | x %s |" % (
            benchmark[0], absolute(results), ratio(results, "LSan", 0), ratio(results, "quiet", 0), ratio(results, "leaks", 0),
            peak, ratio(results, "LSan", 1), ratio(results, "quiet", 1), ratio(results, "leaks", 1)))
        sys.stdout.flush()


def check_table(sizes):
    print("\n## The check at exit: what it adds, in ms (median, lowest-highest)\n")
    print("| live objects of 64 bytes | LSan | finding leaks |\n|---|---|---|")
    for size in sizes:
        cells = []
        command = [os.path.join(SCRATCH, "micro_heap"), str(size)]
        for way in ("LSan", "leaks"):
            added = []
            try:
                for _ in range(ROUNDS):
                    times = []
                    for environment in WAYS[way]:
                        start = time.perf_counter()
                        run(command, environment)
                        times.append(time.perf_counter() - start)
                    added.append((times[1] - times[0]) * 1e3)
                cells.append("%.1f (%.1f-%.1f)" % (statistics.median(added), min(added), max(added)))
            except Failed as error:
                print(error, file=sys.stderr)
                cells.append("failed")
        print("| %d | %s | %s |" % (size, cells[0], cells[1]))
        sys.stdout.flush()


def start_table():
    print("\n## Starting and ending a program that does nothing, in ms (median, lowest-highest)\n")
    print("| | glibc | LSan | quiet | finding leaks |\n|---|---|---|---|---|")
    for column, title in ((0, "without the check"), (1, "with the check")):
        times = {way: [] for way in WAYS}
        for number in range(max(20, ROUNDS * 5)):
            for way, environments in WAYS.items():
                if times[way] is None:
                    continue
                try:
                    seconds, _, _ = run([os.path.join(SCRATCH, "micro_nothing")], environments[column])
                    if number > 2:
                        times[way].append(seconds * 1e3)
                except Failed as error:
                    print(error, file=sys.stderr)
                    times[way] = None
        cells = ["%.2f (%.2f-%.2f)" % (statistics.median(t), min(t), max(t)) if t else "failed" for t in times.values()]
        print("| %s | %s |" % (title, " | ".join(cells)))


print("%d rounds%s; ratios to glibc within a round: median (lowest-highest)" % (ROUNDS, ", quick" if options.quick else ""))
table("Allocation alone, the check at exit off", [
    micro("small", 10e6), micro("large", 1e6), micro("realloc", 100e3), micro("producer", 3e6), micro("threads", 10e6),
    micro("deep", 3e6), micro("recursion", 5e6), micro("sites", 2e6)])
table("Real programs, the check at exit off", real_programs())
if not options.only:
    check_table([10000, 100000] if options.quick else [10000, 1000000, 4000000])
    start_table()
