#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# suppress.t: suppressions of both kinds on real programs, and those that are generated hide what they were made from.
import json
import os
import re
import shutil
import sys
from collections import Counter

sys.path.insert(0, os.path.join(os.environ.get("srcdir") or os.path.join(os.path.dirname(__file__), "../.."), "tests/lib"))
import tap
from tap import check, equal, run, skip

# Each size is one site. `list` is direct, its nodes and their names hang on it.
SOURCE = r"""
#include <cstdlib>
#include <cstring>
#include <string>
namespace app {
struct Node { Node *next; char *name; };
template <class T> struct Pool { T *take(size_t n) { return static_cast<T *>(malloc(n)); } };
static char *label(size_t n) { return static_cast<char *>(malloc(n)); }
Node *list(int n, size_t size) {
    Node *head = nullptr;
    while (n--) { Node *x = new Node{head, label(size)}; head = x; }
    return head;
}
void first() { list(3, 1001); }
void second() { list(2, 1002); label(1003); }
int *operator*(Node &, int) { return Pool<int>().take(1004); }
struct Counter { char *p; Counter() { p = label(1005); } };
}
void *volatile sink;
int main() {
    app::Node node{};
    app::first();
    app::second();
    sink = node * 2;
    sink = app::Pool<char>().take(1006);
    sink = new app::Counter;
    sink = new std::string(1007, 'x');
    sink = calloc(1, 1008);
    sink = nullptr;
    return 0;
}
"""


def build(name, *flags):
    source, program = os.path.join(tap.tmp, "app.cc"), os.path.join(tap.tmp, name)
    with open(source, "w") as file:
        file.write(SOURCE)
    status, _, err = run(os.environ.get("CXX", "c++").split()[0], "-fno-inline", *flags, "-o", program, source)
    assert status == 0, err
    return program


def rules(text, name="rules"):
    path = os.path.join(tap.tmp, name)
    with open(path, "w") as file:
        file.write(text)
    return path


# The JSON report, and what was said on standard error.
def leaks(program, text="", *options):
    out = os.path.join(tap.tmp, "out.json")
    status, _, err = run(tap.tool, "run", "--library=" + tap.library, "-q", "--format=json", "-o", out, *options,
                         "--suppressions=" + rules(text), "--", program)
    with open(out) as file:
        report = json.load(file)
    assert status == (23 if report["leaks"] else 0), err
    return report


def sites(report):
    return sorted((leak["kind"], leak["bytes"], leak["objects"]) for leak in report["leaks"])


def hidden_by(program, text):
    before, after = Counter(sites(leaks(program))), Counter(sites(leaks(program, text)))
    return sorted((before - after).elements())


def lsan_and_what_hangs(program):
    # first() and second() allocate by the same functions: only what hangs on the hidden list goes.
    hidden = hidden_by(program, "leak:app::first\n")
    equal(hidden, [("direct", 16, 1), ("indirect", 32, 2), ("indirect", 3003, 3)])
    report = leaks(program, "leak:^app::second()$\n")
    assert ("direct", 1003, 1) not in sites(report) and ("indirect", 2004, 2) not in sites(report)
    equal([(s["pattern"], s["bytes"], s["objects"]) for s in report["suppressions"]], [("^app::second()$", 16 + 16 + 2004 + 1003, 5)])


# One rule on the direct ones alone: the indirect group of a shared site loses that part.
def shared_site(program):
    block = "{\n heads of first\n Memcheck:Leak\n match-leak-kinds: definite\n ...\n fun:_ZN3app5firstEv\n}\n"
    report = leaks(program, block)
    equal([s["objects"] for s in report["suppressions"]], [6])
    total = sum(leak["objects"] for leak in leaks(program)["leaks"])
    equal(sum(leak["objects"] for leak in report["leaks"]), total - 6)
    equal(report["summary"]["suppressed"]["objects"], 6)


def blocks(program):
    for text in ("fun:malloc\n fun:_ZN3appL5labelEm\n fun:_ZN3app6secondEv", "fun:*alloc\n fun:app::label(unsigned long)\n fun:app::second()",
                 "...\n fun:_ZN3app6secondEv\n fun:main", "fun:malloc\n obj:*/" + os.path.basename(program) + "\n fun:_ZN3app6second*"):
        hidden = hidden_by(program, "{\n x\n Memcheck:Leak\n match-leak-kinds: definite\n " + text + "\n}\n")
        assert ("direct", 1003, 1) in hidden and ("direct", 1006, 1) not in hidden, (text, hidden)
    line = SOURCE[:SOURCE.index("void second")].count("\n") + 1
    hidden = hidden_by(program, "{\n x\n Memcheck:Leak\n match-leak-kinds: definite\n src:app.cc\n src:app.cc:%d\n}\n" % line)
    assert ("direct", 1003, 1) in hidden, hidden


def blocks_of(text):
    return re.findall(r"^\{\n.*?^\}\n", text, re.M | re.S)


# Each rule that is made hides its own site; all of them hide all. By text as by JSON.
def round_trip(program):
    report = leaks(program, "", "--gen-suppressions")
    all_rules = [leak["suppression"] for leak in report["leaks"]]
    equal(sites(leaks(program, "".join(all_rules))), [])
    stacks = [[(f["function"], f["module"] if f["function"] is None else 0) for f in leak["frames"]] for leak in report["leaks"]]
    for leak, rule, stack in zip(report["leaks"], all_rules, stacks):
        alike = [other["bytes"] for other, its in zip(report["leaks"], stacks) if its == stack and other["kind"] == leak["kind"]]
        after = leaks(program, rule)
        left = [other["bytes"] for other in after["leaks"] if other["kind"] == leak["kind"]]
        before = [other["bytes"] for other in report["leaks"] if other["kind"] == leak["kind"]]
        equal(sorted(left + alike), sorted(before))
    status, _, text = run(tap.tool, "run", "--library=" + tap.library, "--gen-suppressions=all", "--", program)
    equal(sorted(blocks_of(text)), sorted(all_rules))


def lsan_way(program):
    report = leaks(program, "", "--gen-suppressions=lsan")
    assert {"leak:^app::list(int, unsigned long)$\n", "leak:^main$\n"} <= {leak["suppression"] for leak in report["leaks"]}, report
    equal(sites(leaks(program, "".join(leak["suppression"] for leak in report["leaks"]))), [])


# Without names there are only objects, which a rule made of them says.
def stripped(program):
    report = leaks(program, "", "--gen-suppressions")
    assert any("obj:" + program in leak["suppression"] for leak in report["leaks"])
    equal(sites(leaks(program, "".join(leak["suppression"] for leak in report["leaks"]))), [])


def errors_name_file_and_line(program):
    path = os.path.join(tap.tmp, "rules")
    notes = leaks(program, "leak:x\n\n{\n name\n Memcheck:Leak\n what?\n}\nnonsense\n{\n a\n Memcheck:Cond\n fun:main\n}\n")["notes"]
    for line, what in (6, "no frame"), (8, "not a rule"), (11, "only blocks of kind Memcheck:Leak"):
        assert any(f"{path}:{line}: {what}" in note for note in notes), notes


def used_are_listed(program):
    text = "leak:nothing\n{\n by block\n Memcheck:Leak\n ...\n fun:_ZN3app6secondEv\n}\nleak:^app::first()$\n"
    status, _, err = run(tap.tool, "run", "--library=" + tap.library, "--suppressions=" + rules(text), "--", program)
    table = err[err.index("Suppressions used:"):]
    assert re.search(r"^ +6 +\d+ \^app::first\(\)\$$", table, re.M) and re.search(r"^ +5 +\d+ by block$", table, re.M), table
    assert "nothing" not in table


def by_valgrind(program):
    status, _, err = run("valgrind", "--leak-check=full", "--gen-suppressions=all", "--show-leak-kinds=definite", program)
    made = blocks_of(re.sub(r"^==\d+==.*\n", "", err, flags=re.M))
    assert len(made) >= 5, err
    equal([site for site in sites(leaks(program, "".join(made))) if site[0] == "direct"], [])


# valgrind takes what we make, with its malloc in front.
def for_valgrind(program):
    report = leaks(program, "", "--gen-suppressions")
    made = "".join(leak["suppression"] for leak in report["leaks"] if leak["kind"] == "direct")
    made = re.sub(r"(match-leak-kinds: definite\n)(   fun:malloc\n)?", r"\1   fun:*\n", made)
    status, _, err = run("valgrind", "--leak-check=full", "--suppressions=" + rules(made), program)
    assert "definitely lost: 0 bytes in 0 blocks" in err, err


program = build("app", "-g", "-O1")
check("leak: hides what hangs on it, and no more", lsan_and_what_hangs, program)
check("a site that hangs on two is split", shared_site, program)
check("blocks, by mangled and by plain names", blocks, program)
check("what is generated hides what it was made from", round_trip, program)
check("the same without debug information", round_trip, build("plain", "-O1"))
check("the same for LSan's way", lsan_way, program)
check("the same without any name", stripped, build("stripped", "-O1", "-s"))
check("errors name file and line", errors_name_file_and_line, program)
check("the used ones are listed", used_are_listed, program)
if shutil.which("valgrind"):
    check("valgrind's own suppressions work here", by_valgrind, program)
    check("ours work in valgrind", for_valgrind, program)
else:
    skip("valgrind's own suppressions work here", "no valgrind")
    skip("ours work in valgrind", "no valgrind")
tap.done()
