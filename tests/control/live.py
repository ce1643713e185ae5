# SPDX-License-Identifier: MIT
# live.py: what the tests of live processes share: TAP, a server that loses memory, the tool.
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

srcdir = os.path.abspath(os.environ.get("srcdir") or os.path.join(os.path.dirname(__file__), "../.."))
builddir = os.path.abspath(os.environ.get("builddir") or srcdir + "/build")
TOOL = os.environ.get("LEAKSGC_TOOL", builddir + "/leaksgc")
LIB = os.environ.get("LEAKSGC_LIB", builddir + "/.libs/libleaksgc.so")
LEAKING = builddir + "/tests/lib/leaking"
PATIENCE = 60  # seconds: what takes longer hangs; nothing is measured

tmp = tempfile.mkdtemp(prefix="leaksgc-control.")
runtime = tmp + "/run"
os.mkdir(runtime, 0o700)
for name in ("LD_PRELOAD", "GC_FIND_LEAK", "LEAKSGC_OPTIONS", "LSAN_OPTIONS"):
    os.environ.pop(name, None)
os.environ["XDG_RUNTIME_DIR"] = runtime
count = failed = 0


def check(title, good, *shown):
    global count, failed
    count += 1
    print("%s %d - %s" % ("ok" if good else "not ok", count, title))
    if not good:
        failed += 1
        for text in shown:
            for line in str(text).splitlines()[:30]:
                print("# " + line)
    sys.stdout.flush()


def skip(title, reason):
    global count
    count += 1
    print("ok %d - %s # SKIP %s" % (count, title, reason))


def done():
    print("1..%d" % count)
    shutil.rmtree(tmp, ignore_errors=True)
    sys.exit(0)


class Server:
    """tests/lib/leaking under the library."""

    def __init__(self, threads=2, options="", finding=True, command=None, env=None, **more):
        full = dict(os.environ)
        if finding is not None:
            full.update(LD_PRELOAD=LIB, LEAKSGC_TOOL=TOOL, LEAKSGC_OPTIONS="verbosity=1:" + options)
        if finding:
            full["GC_FIND_LEAK"] = "1"
        full.update(env or {})
        self.errors = tempfile.TemporaryFile(mode="w+", dir=tmp)
        self.process = subprocess.Popen((command or [LEAKING]) + [str(threads)], env=full, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=self.errors, bufsize=1, **more)
        self.pid = int(self.hear().split()[1])

    def hear(self):
        line = self.process.stdout.readline()
        if not line:
            raise EOFError("the server ended: " + self.stderr())
        return line

    def tell(self, command):
        self.process.stdin.write(command + "\n")

    def ask(self, command):
        self.tell(command)
        return int(self.hear().rsplit(":", 1)[1])

    def settle(self, objects):
        """Whether so many blocks are found lost.  A register or a stack slot
        that happens to keep one is used for something else in between."""
        seen = []

        def found():
            self.ask("churn 20")
            seen.append(tool("leaks", "--no-symbols", self.pid))
            return lost(seen[-1].out) == (100 * objects, objects)
        good = until(found)
        if not good:
            print("# " + str(seen[-1]).replace("\n", "\n# "), sockets(), tasks(self.pid))
        return good

    def stderr(self):
        self.errors.seek(0)
        return self.errors.read()

    def end(self):
        """Closes its input and returns its exit status."""
        self.process.stdin.close()
        self.process.stdout.read()
        return self.process.wait(PATIENCE)

    def kill(self):
        self.process.kill()
        self.process.wait(PATIENCE)


class Result:
    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err

    def __str__(self):
        return "status %d\n%s%s" % (self.status, self.out, self.err)


def tool(*arguments, **more):
    done = subprocess.run([TOOL] + [str(a) for a in arguments], capture_output=True, text=True,
                          timeout=PATIENCE, **more)
    return Result(done.returncode, done.stdout, done.stderr)


def until(condition):
    """Waits for a condition; its last value."""
    end = time.monotonic() + PATIENCE
    while not (value := condition()) and time.monotonic() < end:
        time.sleep(0.02)
    return value


def tasks(pid):
    """Names of the threads, by their ids."""
    found = {}
    for task in os.listdir("/proc/%d/task" % pid):
        try:
            with open("/proc/%d/task/%s/comm" % (pid, task)) as comm:
                found[int(task)] = comm.read().strip()
        except OSError:
            pass
    return found


def sockets():
    folder = runtime + "/leaksgc"
    return sorted(os.listdir(folder)) if os.path.isdir(folder) else []


def has_asked(asking):
    """Whether that tool has a channel and sleeps until the answer comes."""
    folder = "/proc/%d/" % asking.pid
    try:
        links = [os.readlink(folder + "fd/" + fd) for fd in os.listdir(folder + "fd")]
        with open(folder + "stat") as stat:
            return any(link.startswith("socket:") for link in links) and stat.read().rsplit(")", 1)[1].split()[0] == "S"
    except OSError:
        return False


def lost(text):
    """(bytes, objects) of the summary line; None: there is none."""
    found = re.search(r"SUMMARY: leaksgc: (\d+) byte\(s\) leaked in (\d+) allocation", text)
    return tuple(map(int, found.groups())) if found else None
