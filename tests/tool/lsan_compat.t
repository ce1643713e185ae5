#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# lsan_compat.t: what reads LeakSanitizer's reports reads ours, and what is annotated or set up for it works unchanged.
import glob
import os
import re
import sys

sys.path.insert(0, os.path.join(os.environ.get("srcdir") or os.path.join(os.path.dirname(__file__), "../.."), "tests/lib"))
import tap
from tap import check, equal, run

SOURCE = r"""
#include <stddef.h>
#include <stdlib.h>
void __lsan_disable(void), __lsan_enable(void), __lsan_ignore_object(const void *);
void __lsan_register_root_region(const void *, size_t), __lsan_unregister_root_region(const void *, size_t);
void __lsan_do_leak_check(void);
int __lsan_do_recoverable_leak_check(void);
#pragma weak __lsan_disable
#pragma weak __lsan_enable
#pragma weak __lsan_ignore_object
#pragma weak __lsan_register_root_region
#pragma weak __lsan_unregister_root_region
#pragma weak __lsan_do_leak_check
#pragma weak __lsan_do_recoverable_leak_check
const char *__lsan_default_suppressions(void) { return "leak:known_to_leak\n"; }
const char *__lsan_default_options(void) { return "print_suppressions=0:detect_leaks=1:exitcode=42"; }
struct node { struct node *next; };
void *volatile sink;
__attribute__((noinline)) void known_to_leak(void) { sink = malloc(500); }
__attribute__((noinline)) void list(void)
{
    struct node *n = malloc(sizeof *n);
    n->next = malloc(100);
    sink = n;
}
int main(void)
{
    list();
    known_to_leak();
    sink = NULL;
    if (__lsan_disable == NULL || __lsan_enable == NULL || __lsan_ignore_object == NULL || __lsan_do_leak_check == NULL
        || __lsan_register_root_region == NULL || __lsan_unregister_root_region == NULL || __lsan_do_recoverable_leak_check == NULL)
        return 77;
    __lsan_disable();
    sink = malloc(600);
    __lsan_enable();
    sink = malloc(700);
    __lsan_ignore_object(sink);
    sink = NULL;
    return 0;
}
"""


def build():
    source, program = os.path.join(tap.tmp, "annotated.c"), os.path.join(tap.tmp, "annotated")
    with open(source, "w") as file:
        file.write(SOURCE)
    status, _, err = run(os.environ.get("CC", "cc").split()[0], "-g", "-O1", "-rdynamic", "-o", program, source)
    assert status == 0, err
    return program, source


program, source = build()


def preloaded(**variables):
    env = {**os.environ, "LC_ALL": "C", "GC_FIND_LEAK": "1", "LD_PRELOAD": tap.library, "LEAKSGC_TOOL": tap.tool, **variables}
    return run(program, env=env)


def annotated_program():
    status, _, err = preloaded()
    equal(status, 42)
    assert "Suppressions used" not in err and "detect_leaks" not in err, err
    assert "SUMMARY: leaksgc: 108 byte(s) leaked in 2 allocation(s)." in err, err


# ctest -T memcheck with LeakSanitizer: cmCTestMemCheckHandler::ProcessMemCheckSanitizerOutput searches each line of
# the files log_path.* for this, and counts by what the group matched.
def ctest():
    base = os.path.join(tap.tmp, "MemoryChecker.1.log")
    preloaded(LSAN_OPTIONS=f"log_path='{base}':exitcode=0")
    files = glob.glob(base + ".*")
    equal(len(files), 1)
    assert re.fullmatch(r"\d+", files[0][len(base) + 1:])
    warning = re.compile(r"(Direct|Indirect) leak of .*")
    equal([m.group(1) for line in tap.text(files[0]).splitlines() if (m := warning.search(line))], ["Direct", "Indirect"])


# Firefox' test harness (mozleak, LSANLeaks): the head, frames with and without a name, each list until it is full.
def mozilla():
    _, _, err = preloaded(LEAKSGC_OPTIONS="report_name=LeakSanitizer")
    lines = err.splitlines()
    start = [i for i, line in enumerate(lines) if re.match(r"==\d+==ERROR: LeakSanitizer: detected memory leaks", line)]
    equal(len(start), 1)
    stacks, stack = [], None
    for line in lines[start[0]:]:
        if line.startswith("Direct leak") or line.startswith("Indirect leak"):
            stack = []
            stacks.append(stack)
        elif stack is not None:
            named = re.match(r"    #\d+ 0x[0-9a-f]+ in ([^(</]+)", line)
            nameless = re.match(r"    #\d+ 0x[0-9a-f]+ \(([^+]+)\+0x[0-9a-f]+\)", line)
            if named or nameless:
                stack.append(named.group(1).split()[-1] if named else nameless.group(1))
    equal([stack[:2] for stack in stacks], [["list", "main"], ["list", "main"]])
    assert re.match(r"SUMMARY: LeakSanitizer: (\d+) byte\(s\) leaked in (\d+) allocation\(s\).", lines[-1]), lines[-1]


# CodeChecker's report-converter: the message, then frames until an empty line, each with path:line:column.
def codechecker():
    _, _, err = preloaded(LEAKSGC_OPTIONS="report_name=LeakSanitizer")
    lines = iter(err.splitlines())
    message = next(m for line in lines if (m := re.match(r"==(?P<code>\d+)==(ERROR|WARNING): LeakSanitizer: (?P<message>[\S \t]+)", line)))
    equal(message.group("message"), "detected memory leaks")
    equal(next(lines), "")
    frames = []
    for line in lines:
        if not line.strip():
            break
        if m := re.search(r"(?P<path>[\S]+?):(?P<line>\d+)(:(?P<column>\d+))?", line):
            frames.append((m.group("path"), int(m.group("line"))))
    at = SOURCE[:SOURCE.index("struct node *n = malloc")].count("\n") + 1
    equal(frames[0], (source, at))


# ClusterFuzz and many scripts: the first frame of each stack.
def frames():
    _, _, err = preloaded()
    first = re.findall(r"allocated from:.*\n    #0 0x[0-9a-f]+ in (\S+) (\S+):(\d+):(\d+)$", err, re.M)
    equal([name for name, *_ in first], ["list", "list"])


def options_of_lsan():
    rules = os.path.join(tap.tmp, "lsan.supp")
    with open(rules, "w") as file:
        file.write("leak:^list$\n")
    status, _, err = preloaded(LSAN_OPTIONS=f"suppressions={rules}:print_suppressions=1:verbosity=0:unknown_to_us=1")
    equal((status, "SUMMARY" in err, "unknown_to_us" in err), (0, False, False))
    # Our own have the last word.
    status, _, err = preloaded(LSAN_OPTIONS="exitcode=9", LEAKSGC_OPTIONS="exitcode=8")
    equal(status, 8)


def log_names():
    folder = os.path.join(tap.tmp, "logs")
    os.mkdir(folder)
    preloaded(LEAKSGC_OPTIONS="log_path=%q{WHERE}/a.%n.%h.%%p", WHERE=folder)
    equal(os.listdir(folder), [f"a.1.{os.uname().nodename}.%p"])
    status, _, err = preloaded(LEAKSGC_OPTIONS="log_path=%q{NOT_SET}/a")
    assert "NOT_SET" in err and "not set" in err and "SUMMARY" in err, err
    status, _, err = run(tap.tool, "run", "--library=" + tap.library, "-o", "%q{WHERE}/b", "--", program,
                         env={**os.environ, "WHERE": folder}, cwd="/")
    assert os.path.exists(os.path.join(folder, "b")), err
    status, out, err = preloaded(LEAKSGC_OPTIONS="log_path=stdout")
    assert "SUMMARY" in out and "SUMMARY" not in err


check("an annotated program", annotated_program)
check("CTest's MemCheck", ctest)
check("Firefox' harness", mozilla)
check("CodeChecker", codechecker)
check("scripts that look for frames", frames)
check("LSAN_OPTIONS", options_of_lsan)
check("names of logs", log_names)
tap.done()
