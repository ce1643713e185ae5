#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# bench.t: the benchmarks run, their tables have the shape they promise, and a document keeps what is outside the markers.
"""No time is judged here: samples of the arithmetic are made up, and the one
run of a real benchmark is looked at for its form."""
import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
top = os.path.abspath(os.environ.get("srcdir", os.path.join(os.path.dirname(__file__), "..", "..")))
built = os.path.abspath(os.environ.get("builddir", os.path.join(top, "build")))
library = os.environ.get("LEAKSGC_LIB", os.path.join(built, ".libs", "libleaksgc.so"))
sys.path.insert(0, os.path.join(top, "bench"))
import counters  # noqa: E402
import document  # noqa: E402
import measure  # noqa: E402
import tables  # noqa: E402
from ways import Way  # noqa: E402

count = 0


def check(name, result, *more):
    global count
    count += 1
    print("%s %d - %s" % ("ok" if result else "not ok", count, name), flush=True)
    if not result:
        for text in more:
            print("\n".join("# " + row for row in str(text).splitlines()))


class Made(measure.Program):
    """A benchmark whose samples are given: {way: [seconds, or None where it fails]}."""

    def __init__(self, name, seconds):
        super().__init__(measure.Setup("", "", 1), name, None)
        self.seconds, self.calls = seconds, []

    def sample(self, way, share, preload=None):
        self.calls.append((way.name, share))
        value = self.seconds[way.name]
        if value is None:
            raise measure.Cannot("ended by signal 11")
        # Each round is slower than the last, for all; the first does not count.
        return measure.Sample(value * 10 ** self.calls.count((way.name, share)) * share, 1000)


def run(*words):
    return subprocess.run(["sh", os.path.join(top, "bench", "run.sh")] + list(words), env=dict(os.environ, LEAKSGC_LIB=library),
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, encoding="utf-8")


ways = [Way("glibc", "glibc"), Way("leaks", "finding leaks"), Way("LSan", "LSan"), Way("slow", "slow", real_share=0.1, rounds=1),
        Way("gone", "gone", absent="not installed")]
sys.stderr = open(os.devnull, "w", encoding="utf-8")  # what fails is said there
made = [Made("one", {"glibc": 1, "leaks": 2, "LSan": 4, "slow": 30}), Made("two", {"glibc": 2, "leaks": 1, "LSan": None, "slow": 20})]
results = [measure.measure(job, ways, 3) for job in made]
sys.stderr = sys.__stderr__
rows = tables.ratio_table(results, ways, "seconds")
text = "\n".join(rows)
check("a ratio is one of the same round, as median and spread", "| one | 1000.00 s | 2.00 (2.00-2.00) | 4.00 (4.00-4.00) |" in text, text)
check("a way that fails has no number", re.search(r"\| two \|.* cannot \| [0-9.()-]+ .*\| cannot \| LSan cannot \|", text), text)
check("who is ahead of LSan is said", rows[2].endswith("| yes (0.50) |"), text)
check("the geometric mean is that of the medians, and says of how many", "| **1.00** | **4.00** of 1 |" in text, text)
check("the worst is named", "| 2.00 one | 4.00 one |" in text, text)
check("all rows have as many cells", len({row.count("|") for row in rows}) == 1, text)
check("a reduced way is marked", "| slow* |" in rows[0], rows[0])
check("a reduced way is compared with as small a plain run", len(made[0].calls) == 4 * 3 + 2, made[0].calls)
check("the ways take turns to be first", [made[0].calls[i][0] for i in (0, 3)] == ["glibc", "leaks"], made[0].calls)
noted = "\n".join(tables.notes(results, ways))
check("why not is said", "- LSan, two: ended by signal 11." in noted and "- gone: not installed." in noted, noted)
aims = "\n".join(tables.targets(results, []))
check("a target that is missed is called so", "| 1.30 | 2.00, one | **no** |" in aims, aims)

with tempfile.TemporaryDirectory() as folder:
    page = os.path.join(folder, "page.md")

    def write(content):
        with open(page, "w", encoding="utf-8") as out:
            out.write(content)

    def read():
        with open(page, encoding="utf-8") as content:
            return content.read()

    # As perf and callgrind write them; two processes were counted.
    for kind, texts in ((counters.Perf, ["# started\n\n1200,,instructions:u,99,100.00,,\n", "34,,instructions:u,99,100.00,,\n"]),
                        (counters.Perf, ["<not supported>,,instructions:u,0,100.00,,\n"]),
                        (counters.Callgrind, ["==1== Collected : 1200\n", "==2== Collected : 34\n"])):
        counter = kind(folder)
        for number, text in enumerate(texts):
            with open("%s.%d" % (counter.files, number), "w", encoding="utf-8") as out:
                out.write(text)
        total = counter.read()
        check("%s is read" % counter.title, total == (1234 if len(texts) > 1 else 0) and counter.read() == 0, total)

    write("before\n%s\nold\n%s\nafter\n" % (document.BEGIN, document.END))
    for _ in range(2):
        document.replace(page, "new\n")
    check("only what is between the markers is replaced",
          read() == "before\n%s\n\nnew\n\n%s\nafter\n" % (document.BEGIN, document.END), read())
    write("no marker\n")
    done = run("--write", page)
    check("a document without markers is refused before anything is measured",
          done.returncode != 0 and page in done.stderr and read() == "no marker\n", done.stderr)
    write("%s\n%s\n" % (document.BEGIN, document.END))
    done = run("--scale", "0.0005", "--rounds", "1", "--only", "small", "--ways", "quiet,leaks", "--write", page)
    check("a small run succeeds", done.returncode == 0, done.stderr)
    check("it prints the machine", "| processor | " in done.stdout, done.stdout)
    check("it prints a row of numbers",
          re.search(r"^\| small \| [0-9.]+ (ns|us) \| [0-9.]+ \([0-9.]+-[0-9.]+\) \| [0-9.]+ \([0-9.]+-[0-9.]+\) \|$", done.stdout, re.M), done.stdout)
    check("a part of the benchmarks is not written", done.returncode == 0 and len(read().splitlines()) == 2, read())
done = run("--instructions", "--scale", "0.02", "--only", "small", "--ways", "quiet")
check("instructions are counted, or it is said that they cannot be",
      "there is no valgrind" in done.stderr if done.returncode else re.search(r"^\| small \| \d+ \| \d+\.\d+ ", done.stdout, re.M),
      done.stdout + done.stderr)
done = run("--ways", "nonsense")
check("an unknown way is named", done.returncode != 0 and "nonsense" in done.stderr, done.stderr)
with open(os.path.join(top, "doc", "performance.md"), encoding="utf-8") as content:
    performance = content.read()
document.parts(os.path.join(top, "doc", "performance.md"))
check("doc/performance.md names no folder of a machine", not re.search(r"(?<![\w.])/(home|root|tmp|work|usr|build)/", performance))
print("1..%d" % count)
