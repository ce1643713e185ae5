#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# pause.py: a table of how long a check keeps a program waiting: on a copy, in place, and by LeakSanitizer.
"""Usage: pause.py BUILD_DIRECTORY [MEGABYTES[/OBJECT_SIZE]...]   (default: 100 1000, and one and ten million objects; of 64 bytes)

Each cell is the median of several checks, in ms: the longest time that another,
running thread was not, and the whole check; and how many times LeakSanitizer's
that is.  A busy machine shows its own
pauses in it; what the library measured is a column of its own."""
import os
import statistics
import subprocess
import sys
import tempfile

CHECKS = 5
SIZE = 64
DEFAULT = ["100", "1000", "62", "611"]


def measure(program, megabytes, size, environment):
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("LEAKSGC", "LSAN_", "GC_", "LD_PRELOAD"))}
    done = subprocess.run([program, megabytes, size, str(CHECKS)], env={**clean, **environment},
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=900, check=False)
    rows = [[float(x) for x in line.split()] for line in done.stdout.splitlines()]
    if done.returncode != 0 or len(rows) != CHECKS:
        return None
    return [statistics.median(column) for column in zip(*rows)]


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    library = os.path.join(os.path.abspath(sys.argv[1]), ".libs/libleaksgc.so")
    with tempfile.TemporaryDirectory() as directory:
        table(build(directory), library)


def build(directory):
    here = os.path.dirname(os.path.abspath(__file__))
    program = os.path.join(directory, "pause")
    subprocess.run([os.environ.get("CC", "cc"), "-O2", "-pthread", "-I", os.path.join(here, "../include"),
                    "-o", program, os.path.join(here, "pause.c")], check=True)
    return program


def table(program, library):
    ways = [("on a copy", {"LD_PRELOAD": library, "GC_FIND_LEAK": "1",
                           "LEAKSGC_OPTIONS": "snapshot=fork:check_at_exit=0"}),
            ("in place", {"LD_PRELOAD": library, "GC_FIND_LEAK": "1",
                          "LEAKSGC_OPTIONS": "snapshot=stop:check_at_exit=0"}),
            ("LeakSanitizer", {"LD_PRELOAD": "liblsan.so.0", "LSAN_OPTIONS": "detect_leaks=1"})]
    print("| heap | objects | way | longest pause of a thread, ms | as the library says | whole check, ms | of LeakSanitizer's |")
    print("|---|---|---|---|---|---|---|")
    for heap in sys.argv[2:] or DEFAULT:
        megabytes, _, size = heap.partition("/")
        rows(program, megabytes, size or str(SIZE), ways)


def rows(program, megabytes, size, ways):
    cells = [measure(program, megabytes, size, environment) for _, environment in ways]
    for (name, _), cell in zip(ways, cells):
        head = "| %s MB | %d | %s |" % (megabytes, (int(megabytes) << 20) // int(size), name)
        if cell is None:
            print(head, "could not be run | | | |")
            continue
        print(head, "%.2f | %s | %.0f | %s |" % (
            cell[0], "%.2f" % cell[2] if cell[2] else "", cell[1],
            "%.2f" % (cell[1] / cells[-1][1]) if cells[-1] else ""))
    sys.stdout.flush()


main()
