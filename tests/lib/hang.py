# SPDX-License-Identifier: MIT
# hang.py: tells a session that hangs from one that gets no processor, and where its processes stand.
import os
import shutil
import subprocess
import time

STEP = 5  # seconds between two looks
LONGEST = 5  # times the limit, where there is no processor


def _read(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read().replace("\0", " ").strip()
    except OSError as error:
        return error.strerror


def _stat(folder):
    """The fields of a stat file from the state on, or [] if the task has ended."""
    text = _read(folder + "/stat")
    return text[text.rindex(")") + 1:].split() if ")" in text else []


def processes(session):
    found = [int(pid) for pid in os.listdir("/proc") if pid.isdigit()]
    return sorted(pid for pid in found if _stat("/proc/%d" % pid)[3:4] == [str(session)])


def _schedule(folder):
    """Seconds that a thread has run, and that it has waited for a processor; 0, 0 if it has ended."""
    times = _read(folder + "/schedstat").split()
    return [int(ns) / 1e9 for ns in times[:2]] if times[:1] and times[0].isdigit() else [0, 0]


def _tasks(pid):
    folder = "/proc/%d/task" % pid
    try:
        return [folder + "/" + task for task in sorted(os.listdir(folder), key=int)]
    except OSError:
        return []


def communicate(process, limit):
    """Popen.communicate; TimeoutExpired after `limit` seconds.  Those do not count in which its
    session, which is its own, mostly waited for a processor: what is lost then is the machine's
    doing.  Who sleeps for ever waits for none, and who spins for ever ends at LONGEST."""
    begin, counted, before = time.monotonic(), 0, 0
    while True:
        try:
            return process.communicate(timeout=STEP)
        except subprocess.TimeoutExpired:
            waited = sum(_schedule(task)[1] for pid in processes(process.pid) for task in _tasks(pid))
            counted += STEP if waited - before < STEP / 2 else 0
            before = waited
            if counted >= limit or time.monotonic() - begin >= LONGEST * limit:
                raise


def standing(session):
    """Lines of text: each process, each of its threads, and its calls if there is a gdb."""
    lines = []
    for pid in processes(session):
        lines.append("%d: %s" % (pid, _read("/proc/%d/cmdline" % pid)))
        for task in _tasks(pid):
            lines.append("  %s %s: %s in %s, system call %s, ran %.1f s, waited %.1f s for a processor"
                         % (os.path.basename(task), _read(task + "/comm"), (_stat(task) or ["?"])[0], _read(task + "/wchan"),
                            _read(task + "/syscall"), *_schedule(task)))
        lines += _calls(pid)
    return lines


def _calls(pid):
    if not shutil.which("gdb"):
        return []
    try:
        out = subprocess.run(["gdb", "-nx", "-batch", "-p", str(pid), "-ex", "thread apply all bt 30"], stdin=subprocess.DEVNULL,
                             capture_output=True, timeout=30, errors="replace").stdout
    except subprocess.TimeoutExpired:
        return ["  gdb has no answer in 30 s"]
    return ["  " + line for line in out.splitlines() if line.startswith(("Thread ", "#"))]
