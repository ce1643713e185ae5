#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# pause.py: a table of how long a check keeps a program waiting: on a copy, in place, and by LeakSanitizer.
"""Usage: pause.py BUILD_DIRECTORY [MEGABYTES...]   (default: 100 1000)

Each cell is the median of several checks, in ms: the longest time that another,
running thread was not, and the whole check.  A busy machine shows its own
pauses in it; what the library measured is a column of its own."""
import os
import statistics
import subprocess
import sys
import tempfile

CHECKS = 5
SIZE = 64


def measure(program, megabytes, environment):
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("LEAKSGC", "LSAN_", "GC_", "LD_PRELOAD"))}
    done = subprocess.run([program, str(megabytes), str(SIZE), str(CHECKS)], env={**clean, **environment},
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
    print("| heap | way | longest pause of a thread, ms | as the library says | whole check, ms |")
    print("|---|---|---|---|---|")
    for megabytes in [int(a) for a in sys.argv[2:]] or [100, 1000]:
        for name, environment in ways:
            cell = measure(program, megabytes, environment)
            if cell is None:
                print("| %d MB | %s | could not be run | | |" % (megabytes, name))
            else:
                print("| %d MB | %s | %.2f | %s | %.0f |" % (megabytes, name, cell[0],
                      "%.2f" % cell[2] if cell[2] else "", cell[1]))
            sys.stdout.flush()


main()
