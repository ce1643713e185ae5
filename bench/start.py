#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# start.py: what short programs pay: instructions (callgrind, which simulates them: the same in every run), page faults and peak memory.
#
# Usage: start.py [--lib FILE] [--no-instructions] [PROGRAM]...   in the build directory; libc's malloc, quiet, finding leaks (without and with the
# check at the end).  A check inside of callgrind searches callgrind's own memory too, so that its instructions are left out; where a
# program leaks, faults and memory of the check are those of the tool that names the leaks.
import argparse
import os
import re
import subprocess
import sys
import tempfile

C = "#include <stdio.h>\n#include <stdlib.h>\nint main(void) { void *p = malloc(10); puts(\"x\"); free(p); return 0; }\n"
# A small parent: a child begins with its peak memory.
USED = """
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
int main(int n, char **v)
{
    struct rusage u;
    int status, child = fork();
    FILE *f;
    if (child == 0) {
        if (getenv("USED_PRELOAD") != NULL)
            setenv("LD_PRELOAD", getenv("USED_PRELOAD"), 1);
        execvp(v[2], v + 2);
        _exit(127);
    }
    if (n < 3 || child < 0 || wait4(child, &status, 0, &u) < 0 || (f = fopen(v[1], "w")) == NULL)
        return 127;
    fprintf(f, "%ld %ld", u.ru_minflt + u.ru_majflt, u.ru_maxrss);
    return fclose(f) != 0 || !WIFEXITED(status) ? 127 : WEXITSTATUS(status);
}
"""
PROGRAMS = {
    "true": ["/bin/true"],
    "git": ["git", "log", "--oneline"],
    "perl": ["perl", "-e", "my %h; $h{$_} = [$_] for 1..2000; print scalar keys %h"],
    "sqlite3": ["sqlite3", ":memory:", "create table t(a, b); insert into t values(1, 'x'), (2, 'y'); select count(*) from t;"],
    "python3": ["/usr/bin/python3", "-c", "import json, re"],
    "cc1": None,  # what gcc -c runs
}
OFF = {"GC_FIND_LEAK": "1", "LEAKSGC_OPTIONS": "check_at_exit=0:exitcode=0"}
ON = {"GC_FIND_LEAK": "1", "LEAKSGC_OPTIONS": "exitcode=0:log_path=/dev/null"}
WAYS = {"glibc": None, "quiet": {}, "finding": OFF, "and check": ON}


def environment(way, lib, preload="LD_PRELOAD"):
    added = WAYS[way]
    base = {k: v for k, v in os.environ.items() if not k.startswith(("GC_", "LEAKSGC_", "LD_PRELOAD"))}
    base.update(PYTHONMALLOC="malloc", PYTHONHASHSEED="0", PERL_HASH_SEED="0", GIT_PAGER="cat")
    return base if added is None else dict(base, **{preload: lib}, **added)


def run(words, way, lib, folder):
    """(page faults, kB) of the program itself; of several runs the least."""
    results = []
    for _ in range(5):
        done = subprocess.run([os.path.join(folder, "used"), os.path.join(folder, "usage"), *words],
                              env=environment(way, lib, "USED_PRELOAD"), stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode != 0:
            sys.exit("start.py: %s (%s) ended with %d: %s" % (words[0], way, done.returncode, done.stderr))
        with open(os.path.join(folder, "usage"), encoding="ascii") as file:
            results.append([int(number) for number in file.read().split()])
    return min(r[0] for r in results), min(r[1] for r in results)


def count(words, way, lib, folder):
    """Instructions of the program itself, without its children."""
    text = os.path.join(folder, "log")
    done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=" + os.path.join(folder, "out"),
                           "--log-file=" + text] + words, env=environment(way, lib), stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    found = re.findall(r"Collected : (\d+)", open(text).read())
    if done.returncode != 0 or not found:
        sys.exit("start.py: callgrind of %s (%s) ended with %d: %s" % (words[0], way, done.returncode, open(text).read()))
    return int(found[0])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lib", default=os.path.join(os.getcwd(), ".libs/libleaksgc.so"))
    parser.add_argument("--no-instructions", action="store_true")
    parser.add_argument("program", nargs="*", metavar="PROGRAM", help="of " + ", ".join(PROGRAMS))
    given = parser.parse_args()
    unknown = [p for p in given.program if p not in PROGRAMS]
    if unknown:
        parser.error("no such program: %s" % unknown[0])
    with tempfile.TemporaryDirectory() as folder:
        def build(name, text, *flags):
            with open(os.path.join(folder, name + ".c"), "w", encoding="ascii") as file:
                file.write(text)
            subprocess.run(["cc", *flags, "-o", os.path.join(folder, name), file.name], check=True)

        build("used", USED, "-O2")
        build("x.i", C, "-E")
        cc1 = subprocess.run(["gcc", "-print-prog-name=cc1"], capture_output=True, text=True, check=True).stdout.strip()
        PROGRAMS["cc1"] = [cc1, "-quiet", "-fpreprocessed", "-O2", os.path.join(folder, "x.i"), "-o", os.path.join(folder, "x.s")]
        print("%-8s %-10s %12s %6s %8s %6s %8s %6s" % ("program", "way", "instructions", "", "faults", "", "peak kB", ""))
        for name in given.program or PROGRAMS:
            base = None
            for way in WAYS:
                faults, peak = run(PROGRAMS[name], way, given.lib, folder)
                instructions = 0 if given.no_instructions or way == "and check" else count(PROGRAMS[name], way, given.lib, folder)
                base = base or (max(instructions, 1), faults, peak)
                counted = "%12d %6.2f" % (instructions, instructions / base[0]) if instructions else "%12s %6s" % ("", "")
                print("%-8s %-10s %s %8d %6.2f %8d %6.2f" %
                      (name, way, counted, faults, faults / base[1], peak, peak / base[2]), flush=True)


main()
