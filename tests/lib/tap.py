# SPDX-License-Identifier: MIT
# tap.py: TAP output for tests in Python, and where everything is.
import os
import subprocess
import sys
import tempfile
import traceback

srcdir = os.path.abspath(os.environ.get("srcdir") or os.path.join(os.path.dirname(__file__), "../.."))
builddir = os.environ.get("builddir") or os.path.join(srcdir, "build")
tool = os.environ.get("LEAKSGC_TOOL") or os.path.join(builddir, "leaksgc")
library = os.environ.get("LEAKSGC_LIB") or os.path.join(builddir, ".libs/libleaksgc.so")
findings = os.path.join(srcdir, "tests/tool/findings")
count = 0


# One test point: it passes if test() returns; what it raises is shown.
def check(name, test, *args):
    global count
    count += 1
    try:
        test(*args)
        print(f"ok {count} - {name}", flush=True)
    except Exception:
        print(f"not ok {count} - {name}")
        for line in traceback.format_exc().splitlines():
            print("# " + line, flush=True)


def skip(name, reason):
    global count
    count += 1
    print(f"ok {count} - {name} # SKIP {reason}", flush=True)


def done():
    print(f"1..{count}", flush=True)


def skip_all(reason):
    print(f"1..0 # SKIP {reason}")
    sys.exit(0)


def equal(got, wanted):
    assert got == wanted, f"got {got!r}\nwanted {wanted!r}"


# (status, stdout, stderr) as text.
def run(*argv, **more):
    more.setdefault("env", {**os.environ, "LC_ALL": "C"})
    done_process = subprocess.run(argv, capture_output=True, timeout=120, **more)
    return done_process.returncode, done_process.stdout.decode(errors="surrogateescape"), done_process.stderr.decode(errors="replace")


# `leaksgc report` with the given format of a kept finding, or of another file; into a file.
def report(form, finding, *options, status=1):
    path = finding if "/" in finding else os.path.join(findings, finding)
    out = os.path.join(tmp, "report." + form)
    with open(out, "wb") as file:
        got = subprocess.run([tool, "report", "--format=" + form, *options, path], stdout=file, stderr=subprocess.PIPE, timeout=120)
    assert got.returncode == status, f"exit status {got.returncode}, not {status}: {got.stderr.decode()}"
    return out


def text(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


_directory = tempfile.TemporaryDirectory()
tmp = _directory.name
