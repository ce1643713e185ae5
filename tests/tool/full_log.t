#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# full_log.t: a log that takes nothing, or half of a report: the whole of it goes to standard error, and the program ends as ever.
import gzip
import json
import os
import pty
import re
import resource
import signal
import subprocess
import sys
import xml.etree.ElementTree as etree

sys.path.insert(0, os.path.join(os.environ.get("srcdir") or os.path.join(os.path.dirname(__file__), "../.."), "tests/lib"))
import profile
import tap
from tap import check, done, equal, text

SOURCE = r"""
#include <stdlib.h>
void *volatile sink;
__attribute__((noinline)) void lose(void) { sink = malloc(100); sink = 0; }
int main(int argc, char **argv) { (void)argv; lose(); lose(); return argc > 1 ? 0 : 5; }
"""
SAID = r"==\d+==leaksgc: log_path=(\S+): not all of the report could be written \((.*)\); the report goes to standard error\n"


def build():
    source, program = os.path.join(tap.tmp, "program.c"), os.path.join(tap.tmp, "program")
    with open(source, "w") as file:
        file.write(SOURCE)
    status, out, err = tap.run(os.environ.get("CC", "cc").split()[0], "-g", "-O0", "-o", program, source)
    assert status == 0, err
    return program


program = build()


def environment(options):
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LEAKSGC", "LSAN_", "GC_", "LD_PRELOAD"))}
    return {**kept, "LC_ALL": "C", "LD_PRELOAD": tap.library, "GC_FIND_LEAK": "1", "LEAKSGC_TOOL": tap.tool, "LEAKSGC_OPTIONS": options}


# (status, what standard error has got, in bytes)
def preloaded(options, limit=None, stderr=subprocess.PIPE):
    def prepare():
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    got = subprocess.run([program], env=environment(options), preexec_fn=prepare, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=stderr, timeout=120)
    equal(got.stdout, b"")
    return got.returncode, got.stderr


# What comes after the one line that tells of the log.
def after_line(err, path="/dev/full", why="No space left on device"):
    line, rest = err[:err.index(b"\n") + 1].decode(), err[err.index(b"\n") + 1:]
    found = re.fullmatch(SAID, line)
    assert found, err
    equal(found.groups(), (path, why))
    return rest


def whole_json(report):
    document = json.loads(report)
    equal(document["summary"]["direct"], {"bytes": 200, "objects": 2})
    return [frame["function"] for frame in document["leaks"][0]["frames"]]


def whole_text(report):
    report = report.decode()
    assert re.match(r"\n=+\n==\d+==ERROR: leaksgc: detected memory leaks\n", report), report
    assert report.endswith("SUMMARY: leaksgc: 200 byte(s) leaked in 2 allocation(s).\n"), report


def whole_pprof(report):
    path = os.path.join(tap.tmp, "profile")
    with open(path, "wb") as file:
        file.write(report)
    assert b"lose" in gzip.decompress(report)
    profile.read(path)


def whole_folded(report):
    assert re.fullmatch(r"(?:(?:\S+;)*main;lose 100\n){2}", report.decode()), report


def whole_html(report):
    assert report.startswith(b"<!") and report.rstrip().endswith(b"</html>"), report[-200:]


WHOLE = {"text": whole_text, "json": whole_json, "pprof": whole_pprof, "folded": whole_folded, "sarif": json.loads,
         "junit": etree.fromstring, "xml": etree.fromstring, "html": whole_html}


def every_format():
    status, out, _ = tap.run(tap.tool, "report", "--help")
    names = re.search(r"--format=FORMAT\s+one of: (.*)", out).group(1).split()
    equal(sorted(names), sorted(WHOLE))


check("every format is looked at", every_format)


def full_disk(form):
    status, err = preloaded("format=%s:log_path=/dev/full" % form)
    equal(status, 5)
    WHOLE[form](after_line(err))


for form in WHOLE:
    check("a full disk, %s: said, and the whole report on standard error" % form, full_disk, form)


def without_tool():
    status, err = preloaded("format=json:log_path=/dev/full:tool=/does/not/exist")
    equal(status, 5)
    line, _, rest = err.partition(b"\n")
    assert b"no such tool" in line, err
    whole_json(after_line(rest))


check("likewise without the tool", without_tool)


def half(form):
    log = os.path.join(tap.tmp, "log." + form)
    with open(log, "wb") as file:
        file.write(b"x" * (1 << 20))
    status, err = preloaded("format=%s:log_path=%s" % (form, log), limit=(1 << 20) + 100)
    equal(status, 5)
    WHOLE[form](after_line(err, log, "File too large"))
    equal(os.path.getsize(log), (1 << 20) + 100)


for form in ("text", "json", "html"):
    check("room for a hundred bytes, %s: all of it on standard error" % form, half, form)


# Nor is there room in memory files then, for the tool.
def no_room():
    log = os.path.join(tap.tmp, "log")
    status, err = preloaded("format=json:log_path=" + log, limit=10)
    equal(status, 5)
    line, _, rest = err.partition(b"\n")
    assert re.search(rb"handed to the leaksgc tool \(File too large\)", line), err
    whole_json(after_line(rest, log, "File too large"))


check("no file may grow: a report without names, and no SIGXFSZ", no_room)


def error_file():
    with open(os.path.join(tap.tmp, "errors"), "wb") as file:
        equal(preloaded("no_such_option=1", limit=0, stderr=file)[0], 5)
        equal(preloaded("format=json:no_such_option=1:log_path=/dev/full", limit=0, stderr=file)[0], 5)
        equal(file.tell(), 0)


check("nor can standard error: the program ends as ever", error_file)


def closed_pipe():
    reader, writer = os.pipe()
    os.close(reader)
    for options in ("no_such_option=1", "log_path=/dev/full", "format=json"):
        equal(preloaded(options, stderr=writer)[0], 5)
    os.close(writer)


check("nobody reads standard error: no SIGPIPE", closed_pipe)


def of_run():
    for arguments, wanted in ((), 5), (("leave",), 9):
        status, out, err = tap.run(tap.tool, "run", "--library=" + tap.library, "-o", "/dev/full", "--exitcode=9", "--", program, *arguments)
        equal((status, out), (wanted, ""))
        whole_text(after_line(err.encode()))


check("leaksgc run -o /dev/full: the same statuses", of_run)


def terminal():
    master, slave = pty.openpty()
    child = subprocess.Popen([program], env=environment("format=pprof:log_path=/dev/full"), stdin=subprocess.DEVNULL, stderr=slave)
    os.close(slave)
    said = b""
    try:
        while True:
            more = os.read(master, 4096)
            if not more:
                break
            said += more
    except OSError:
        pass                    # the other side is closed
    os.close(master)
    equal(child.wait(120), 5)
    said = after_line(said.replace(b"\r\n", b"\n"))
    line, _, rest = said.partition(b"\n")
    assert b"format=pprof is binary and does not go to a terminal" in line, said
    whole_text(rest)


check("a binary report does not go to a terminal", terminal)
done()
