#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# case.py: runs one case program and compares each run's report with the comment at the top of its source.
"""Usage: case.py [--engine leaksgc|glibc|lsan] CASE...

CASE is the program that build.sh made, or its source.  TAP on stdout.
LEAKSGC_CASE_OPTIONS: options for every run, before its own (snapshot=fork).
Environment: srcdir (the source tree), LEAKSGC_LIB, LEAKSGC_TOOL (default: those
of the build tree), CASE_DIR (where the programs are; default tests/cases).
Each way of calling a program that plain glibc ends alike is also run with the
library and leak finding off: the same status and output, no word, no report.

The comment at the top of a source holds lines like these:

    build: FLAGS              further compiler flags               (build.sh)
    plugin: NAME FLAGS        a shared object of the same source   (build.sh)
    after: COMMAND            run by the shell after linking       (build.sh)

    run: OPTIONS              one run, with these LEAKSGC_OPTIONS
      direct OBJECTS BYTES    exact total of the kind; direct and indirect are
      indirect OBJECTS BYTES    0 0 where nothing is said, the others free
      possible OBJECTS BYTES  ("any" instead of the numbers: not compared)
      reachable OBJECTS BYTES  (listed ones only: needs report_kinds=)
      summary KIND OBJECTS BYTES   the summary alone
      groups N                the number of entries of "leaks"
      held OBJECTS BYTES      what the direct entries say that they hold
      stack A B C             some entry has the frames A, B, C in a row
      nostack A               no entry has a frame A
      depth N                 every entry has exactly N frames
      folded N                some frame ends a round of N calls of which more are left out
      entry KIND OBJECTS BYTES A B C   an entry with these numbers and frames
      site OBJECTS BYTES A B C   what the direct and indirect entries with
                              the frames A, B, C in a row add up to
      reports N|any           reports of the program's own process (default 1)
      child DIRECT BYTES INDIRECT BYTES   one line per other process that
                              reports, in any order
      status N | signal NAME  how it ends (default: status 0)
      stdout TEXT             the exact output, line by line (default: none)
      stderr REGEX            found in stderr (default: stderr is empty)
      stderr-once REGEX       found exactly once
      stderr-any              stderr is free
      args WORDS              arguments
      env NAME=VALUE          ${tmp} is the run's own directory
      suppress RULE           a line of the suppression file of this run
      note REGEX              a note of the report matches (default: no notes)
      notes-any               notes are free
      section NAME OBJECTS BYTES A B C   the entries of suspects, reclaimed,
                              false_leaks or unjoined_threads that have the
                              frames A, B, C add up to this (any: not compared);
                              "section NAME none": it is empty
      way WAY [REASON]        how the last check looked (fork, stop), and why
      log PATH                log_path instead of the run's own file
      raw-options             no options but those of `run:`
      no-report               the process must not make a report
      quiet                   GC_FIND_LEAK is not set; implies no-report
      ulimit-v KBYTES         address space limit
      glibc-differs           plain glibc ends otherwise: not compared there
      lsan-differs            LeakSanitizer finds otherwise: not compared there
"""
import json
import os
import re
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from hang import communicate, standing

TIME_LIMIT = 120  # of time in which it had a processor; a hang is a failure, nothing is measured
KINDS = ("direct", "indirect", "possible", "reachable")


class Run:
    def __init__(self, options):
        self.options = options
        self.totals = {"direct": (0, 0), "indirect": (0, 0)}
        self.summary = {}
        self.groups = self.held = self.depth = None
        self.folded = []
        self.reports = 1
        self.stacks, self.nostacks, self.entries, self.sites, self.children = [], [], [], [], []
        self.status, self.stdout, self.stderr, self.once, self.notes = 0, [], [], [], []
        self.stderr_any = self.notes_any = self.raw = self.no_report = self.quiet = False
        self.args, self.env, self.suppress, self.sections = [], {}, [], []
        self.log = self.vlimit = self.way = None
        self.glibc_differs = self.lsan_differs = False

    def directive(self, word, rest):
        numbers = lambda: tuple(int(n) for n in rest.split())
        if word in KINDS and rest == "any":
            self.totals.pop(word, None)
        elif word in KINDS:
            self.totals[word] = numbers()
            assert len(self.totals[word]) == 2
        elif word == "groups":
            self.groups = int(rest)
        elif word == "held":
            self.held = numbers()
        elif word == "stack":
            self.stacks.append(rest.split())
        elif word == "nostack":
            self.nostacks.append(rest)
        elif word == "depth":
            self.depth = int(rest)
        elif word == "folded":
            self.folded.append(int(rest))
        elif word == "entry":
            kind, objects, size, *frames = rest.split()
            self.entries.append((kind, int(objects), int(size), frames))
        elif word == "summary":
            kind, objects, size = rest.split()
            self.summary[kind] = (int(objects), int(size))
        elif word == "site":
            objects, size, *frames = rest.split()
            self.sites.append((int(objects), int(size), frames))
        elif word == "reports":
            self.reports = None if rest == "any" else int(rest)
        elif word == "child":
            self.children.append(numbers())
        elif word == "status":
            self.status = int(rest)
        elif word == "signal":
            self.status = -int(getattr(signal, rest))
        elif word == "stdout":
            self.stdout.append(rest)
        elif word == "stderr":
            self.stderr.append(rest)
        elif word == "stderr-once":
            self.once.append(rest)
        elif word == "stderr-any":
            self.stderr_any = True
        elif word == "args":
            self.args = shlex.split(rest)
        elif word == "env":
            name, value = rest.split("=", 1)
            self.env[name] = value
        elif word == "suppress":
            self.suppress.append(rest)
        elif word == "note":
            self.notes.append(rest)
        elif word == "notes-any":
            self.notes_any = True
        elif word == "section":
            self.sections.append(rest.split())
        elif word == "way":
            self.way = rest.partition(" ")
        elif word == "log":
            self.log = rest
        elif word == "raw-options":
            self.raw = True
        elif word == "no-report":
            self.no_report = True
        elif word == "quiet":
            self.quiet = self.no_report = True
        elif word == "ulimit-v":
            self.vlimit = int(rest)
        elif word == "glibc-differs":
            self.glibc_differs = True
        elif word == "lsan-differs":
            self.lsan_differs = True
        else:
            raise ValueError("unknown directive: " + word)


def expectations(source):
    """The runs that the comment at the top of `source` asks for."""
    runs = []
    with open(source, encoding="utf-8") as text:
        for number, line in enumerate(text, 1):
            line = line.rstrip()
            if "*/" in line:
                break
            body = re.sub(r"^\s*\*", "", line)
            if re.match(r" run:", body):
                runs.append(Run(body.split(":", 1)[1].strip()))
            elif runs and body.startswith("   ") and body.strip():
                word, _, rest = body.strip().partition(" ")
                try:
                    runs[-1].directive(word, rest.strip())
                except (ValueError, AssertionError) as error:
                    sys.exit("%s:%d: %s" % (source, number, error))
    if not runs:
        sys.exit("%s: no run: line in the comment at its top" % source)
    return runs


def without_finding(source, runs, with_api):
    """Quiet runs, one per way of calling the program; none if it uses the API."""
    with open(source, encoding="utf-8") as text:
        if with_api.search(text.read()):
            return []
    ways = {}
    for run in runs:
        if not run.glibc_differs and not run.quiet and run.args not in [w.args for w in ways.values()]:
            quiet = Run("")
            quiet.quiet = quiet.no_report = True
            quiet.args, quiet.status, quiet.stdout, quiet.vlimit = run.args, run.status, run.stdout, run.vlimit
            # Misuse of free is caught here as well.
            quiet.stderr_any = run.status != 0 or bool(run.vlimit) or run.stderr_any
            ways[len(ways)] = quiet
    return list(ways.values())


def documents(text):
    """All JSON documents of a log file, one after the other."""
    decoder, at, found = json.JSONDecoder(), 0, []
    while True:
        while at < len(text) and text[at].isspace():
            at += 1
        if at == len(text):
            return found
        document, at = decoder.raw_decode(text, at)
        found.append(document)


def check_shape(report, wrong):
    """What every report must have, whatever it says."""
    for key, kind in (("tool", str), ("version", str), ("pid", int), ("check", int),
                      ("summary", dict), ("leaks", list)):
        if not isinstance(report.get(key), kind):
            wrong.append("report: no %s %r" % (kind.__name__, key))
            return False
    if report["tool"] != "leaksgc":
        wrong.append("report: tool is %r" % report["tool"])
    for kind in ("direct", "indirect", "possible"):
        amount = report["summary"].get(kind)
        if not isinstance(amount, dict) or not all(isinstance(amount.get(k), int) for k in ("bytes", "objects")):
            wrong.append("report: summary has no %s bytes and objects" % kind)
            return False
    for leak in report["leaks"]:
        if leak.get("kind") not in KINDS or not isinstance(leak.get("bytes"), int) \
           or not isinstance(leak.get("objects"), int) or not isinstance(leak.get("frames"), list):
            wrong.append("report: incomplete entry %r" % leak)
            return False
        if not re.fullmatch(r"[0-9a-f]{16}", leak.get("fingerprint") or ""):
            wrong.append("report: fingerprint is %r" % leak.get("fingerprint"))
        if not leak.get("threads"):
            wrong.append("report: an entry without threads")
        if not isinstance(leak.get("first_time"), (int, float, str)):
            wrong.append("report: an entry without first_time")
        for key in ("last_reachable_check", "found_check"):
            if not isinstance(leak.get(key), int):
                wrong.append("report: an entry without " + key)
    return True


def totals(report):
    """Bytes and objects by kind: what the summary says, and what the entries add up to."""
    summed = {kind: (0, 0) for kind in KINDS}
    for leak in report["leaks"]:
        objects, size = summed[leak["kind"]]
        summed[leak["kind"]] = (objects + leak["objects"], size + leak["bytes"])
    said = {kind: (amount["objects"], amount["bytes"]) for kind, amount in report["summary"].items()
            if kind in KINDS and isinstance(amount, dict)}
    return said, summed


def names(leak):
    return [plain(frame.get("function")) for frame in leak["frames"]]


def plain(function):
    """A function's name without arguments, return type and the suffixes of clones."""
    if not function:
        return "?"
    name = function.replace("(anonymous namespace)::", "")
    name = re.sub(r"(\(.*|\.(constprop|isra|part|cold).*| \[clone.*)$", "", name)
    return name if "operator" in name else re.sub(r"^[^<]* ", "", name)


def in_a_row(wanted, frames):
    return any(frames[i:i + len(wanted)] == wanted for i in range(len(frames) - len(wanted) + 1))


def compare_section(name, objects, rest, entries, wrong):
    if objects == "none":
        if entries:
            wrong.append("section %s has entries: %r" % (name, entries))
        return
    size, *frames = rest
    matching = [e for e in entries if in_a_row(frames, names(e))]
    found = (sum(e["objects"] for e in matching), sum(e["bytes"] for e in matching))
    for value, wanted in zip(found, (objects, size)):
        if wanted != "any" and value != int(wanted) or not matching:
            wrong.append("section %s: %d objects %d bytes, expected %s %s; it has %r" % ((name,) + found + (objects, size, entries)))
            return


def compare(run, report, wrong):
    if not check_shape(report, wrong):
        return
    said, summed = totals(report)
    for kind, wanted in run.totals.items():
        if kind in said and said[kind] != wanted:
            wrong.append("summary: %s is %d objects %d bytes, expected %d %d" % ((kind,) + said[kind] + wanted))
        if kind in ("direct", "indirect") or summed[kind] != (0, 0) or kind not in said:
            if summed[kind] != wanted:
                wrong.append("entries: %s add up to %d objects %d bytes, expected %d %d"
                             % ((kind,) + summed[kind] + wanted))
    for kind, wanted in run.summary.items():
        if said.get(kind) != wanted:
            wrong.append("summary: %s is %r, expected %r" % (kind, said.get(kind), wanted))
    if run.way is not None:
        way, _, why = run.way
        if report.get("way") != way or (report.get("way_reason") or "") != why:
            wrong.append("it looked by %r (%r), expected %r (%r)" % (report.get("way"), report.get("way_reason"), way, why))
    for name, objects, *rest in run.sections:
        compare_section(name, objects, rest, report[name], wrong)
    leaks = report["leaks"]
    if run.groups is not None and len(leaks) != run.groups:
        wrong.append("%d entries, expected %d" % (len(leaks), run.groups))
    if run.held is not None:
        held = (sum(l["held"]["objects"] for l in leaks if "held" in l), sum(l["held"]["bytes"] for l in leaks if "held" in l))
        if held != run.held:
            wrong.append("held: %d objects %d bytes, expected %d %d" % (held + run.held))
    for stack in run.stacks:
        if not any(in_a_row(stack, names(leak)) for leak in leaks):
            wrong.append("no entry has the frames " + " ".join(stack))
    for function in run.nostacks:
        if any(function in names(leak) for leak in leaks):
            wrong.append("an entry has the frame " + function)
    for kind, objects, size, stack in run.entries:
        if not any(leak["kind"] == kind and leak["objects"] == objects and leak["bytes"] == size
                   and in_a_row(stack, names(leak)) for leak in leaks):
            wrong.append("no entry is %s %d %d %s" % (kind, objects, size, " ".join(stack)))
    for objects, size, stack in run.sites:
        there = [leak for leak in leaks if leak["kind"] in ("direct", "indirect") and in_a_row(stack, names(leak))]
        found = (sum(leak["objects"] for leak in there), sum(leak["bytes"] for leak in there))
        if found != (objects, size):
            wrong.append("site %s: %d objects %d bytes, expected %d %d" % ((" ".join(stack),) + found + (objects, size)))
    if run.depth is not None:
        for leak in leaks:
            if len(leak["frames"]) != run.depth:
                wrong.append("an entry has %d frames, expected %d" % (len(leak["frames"]), run.depth))
    for calls in run.folded:
        if not any(frame.get("folded") == calls for leak in leaks for frame in leak["frames"]):
            wrong.append("no round of %d calls is folded" % calls)
    notes = [str(note) for note in report.get("notes") or []]
    for pattern in run.notes:
        if not any(re.search(pattern, note) for note in notes):
            wrong.append("no note matches " + pattern)
    if notes and not run.notes and not run.notes_any:
        wrong.append("notes: " + "; ".join(notes))


def lsan_totals(text):
    found = {"direct": [0, 0], "indirect": [0, 0]}
    for kind, size, objects in re.findall(r"^(Direct|Indirect) leak of (\d+) byte\(s\) in (\d+) object", text, re.M):
        found[kind.lower()][0] += int(objects)
        found[kind.lower()][1] += int(size)
    return {kind: tuple(amount) for kind, amount in found.items()}


def execute(command, environment, directory, vlimit):
    """Runs it in a session of its own; returns status (or, as a text, where it hangs), stdout, stderr, pid."""
    def prepare():
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if vlimit:
            resource.setrlimit(resource.RLIMIT_AS, (vlimit * 1024, vlimit * 1024))

    with open(os.path.join(directory, "stderr"), "w+b") as err:
        process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=err, start_new_session=True, preexec_fn=prepare)
        try:
            out, _ = communicate(process, TIME_LIMIT)
            status = process.returncode
        except subprocess.TimeoutExpired:
            status = "\n".join(standing(process.pid))
            os.killpg(process.pid, signal.SIGKILL)
            out, _ = process.communicate()
        err.seek(0)
        return status, out.decode(errors="replace"), err.read().decode(errors="replace"), process.pid


def one(program, run, engine, library, tool, wrong):
    directory = tempfile.mkdtemp(prefix="leaksgc-case.")
    try:
        environment = {k: v for k, v in os.environ.items()
                       if not k.startswith(("LEAKSGC", "LSAN_", "ASAN_", "GC_", "LD_PRELOAD", "MALLOC"))}
        environment["LC_ALL"] = "C"
        options = "format=json:verbosity=1:stop_timeout=60s:symbolize_timeout=120s:log_path=" + (run.log or directory + "/report.%p")
        if run.raw:
            options = "log_path=" + run.log if run.log else ""
        elif os.environ.get("LEAKSGC_CASE_OPTIONS"):
            options += ":" + os.environ["LEAKSGC_CASE_OPTIONS"]
        if run.suppress:
            with open(directory + "/suppressions", "w", encoding="utf-8") as out:
                out.write("\n".join(run.suppress) + "\n")
            options += ":suppressions=" + directory + "/suppressions"
        options = ":".join(part for part in (options, run.options) if part).replace("${tmp}", directory)
        if engine == "leaksgc":
            environment["LD_PRELOAD"] = library
            environment["LEAKSGC_OPTIONS"] = options
            environment["LEAKSGC_TOOL"] = tool
            if not run.quiet:
                environment["GC_FIND_LEAK"] = "1"
        elif engine == "lsan":
            known = [o for o in run.options.split(":") if re.match(r"use_(globals|stacks|registers|tls|root_regions)=", o)]
            environment["LD_PRELOAD"] = "liblsan.so.0"
            environment["LSAN_OPTIONS"] = ":".join(known + ["exitcode=0"])
        for name, value in run.env.items():
            environment[name] = value.replace("${tmp}", directory)
        status, out, err, pid = execute([program] + run.args, environment, directory, run.vlimit)

        if isinstance(status, str):
            wrong.append("hung: no end within %d s\n%s" % (TIME_LIMIT, status))
        elif status != run.status and not (engine != "leaksgc" and run.glibc_differs):
            wrong.append("ended with %d, expected %d" % (status, run.status))
        if out.splitlines() != run.stdout and not (engine != "leaksgc" and run.glibc_differs):
            wrong.append("stdout is %r, expected %r" % (out.splitlines(), run.stdout))
        if engine == "lsan" and not run.no_report and not run.lsan_differs:
            found = lsan_totals(err)
            for kind, wanted in found.items():
                if wanted != run.totals.get(kind, wanted):
                    wrong.append("lsan: %s is %d %d, expected %d %d" % ((kind,) + wanted + run.totals[kind]))
        if engine != "leaksgc":
            if wrong and err:
                wrong.append("stderr: " + err[-800:])
            return
        if not (run.stderr or run.once or run.stderr_any) and err:
            wrong.append("stderr is not empty: " + err[-1500:])
        for pattern in run.stderr:
            if not re.search(pattern, err, re.M):
                wrong.append("stderr does not match %s: %s" % (pattern, err[-1500:]))
        for pattern in run.once:
            if len(re.findall(pattern, err, re.M)) != 1:
                wrong.append("stderr does not match once %s: %s" % (pattern, err[-1500:]))

        own, others = [], []
        for name in sorted(os.listdir(directory)):
            if name.startswith("report."):
                with open(os.path.join(directory, name), encoding="utf-8") as log:
                    text = log.read()
                try:
                    found = documents(text)
                except ValueError as error:
                    wrong.append("%s is no JSON: %s: %s" % (name, error, text[:300]))
                    continue
                (own if name == "report.%d" % pid else others).append(found)
        if run.raw or run.log:
            return
        own = [document for found in own for document in found]
        if run.no_report:
            if own:
                wrong.append("it made a report")
        elif run.reports is not None and len(own) != run.reports:
            wrong.append("%d reports, expected %d" % (len(own), run.reports))
        if own and not run.no_report:
            before = len(wrong)
            compare(run, own[-1], wrong)
            if len(wrong) > before:
                wrong.append("report: " + json.dumps(own[-1])[:3000])
        seen = []
        for found in others:
            if found and check_shape(found[-1], wrong):
                said, _ = totals(found[-1])
                seen.append(said["direct"] + said["indirect"])
        if sorted(seen) != sorted(run.children):
            wrong.append("reports of children: %r, expected %r" % (sorted(seen), sorted(run.children)))
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def main():
    arguments, engine = sys.argv[1:], "leaksgc"
    if arguments and arguments[0] == "--engine":
        engine, arguments = arguments[1], arguments[2:]
    source_tree = os.environ.get("srcdir", ".")
    library = os.path.abspath(os.environ.get("LEAKSGC_LIB", ".libs/libleaksgc.so"))
    tool = os.path.abspath(os.environ.get("LEAKSGC_TOOL", "leaksgc"))
    if engine == "leaksgc" and not os.path.exists(library):
        print("Bail out! there is no %s" % library)
        return 1
    plan = []
    with_api = re.compile(r'#include "api.h"')
    for case in arguments:
        name = re.sub(r"\.(case|cc?|cpp)$", "", os.path.basename(case))
        source = next((s for s in (os.path.join(source_tree, "tests/cases", name + end) for end in (".c", ".cc"))
                       if os.path.exists(s)), None)
        if source is None:
            sys.exit("no source for " + case)
        with open(source, encoding="utf-8") as text:
            if engine == "lsan" and with_api.search(text.read()):
                continue
        program = os.path.join(os.environ.get("CASE_DIR", "tests/cases"), name + ".case")
        runs = expectations(source)
        plan += [(name, os.path.abspath(program), run) for run in runs]
        if engine == "leaksgc" and not os.environ.get("LEAKSGC_CASE_OPTIONS"):
            plan += [(name, os.path.abspath(program), run) for run in without_finding(source, runs, with_api)]
    print("1..%d" % len(plan))
    failed = 0
    for number, (name, program, run) in enumerate(plan, 1):
        wrong = []
        if os.path.exists(program):
            one(program, run, engine, library, tool, wrong)
        else:
            wrong.append("was not built: " + program)
        title = " ".join([name] + run.args + ([run.options.replace("#", "")] if run.options else [])
                         + (["quiet"] if run.quiet else []))
        print("%s %d - %s" % ("not ok" if wrong else "ok", number, title))
        for line in wrong:
            print("#   " + line.replace("\n", "\n#   "))
        sys.stdout.flush()
        failed += bool(wrong)
    return 1 if failed else 0


sys.exit(main())
