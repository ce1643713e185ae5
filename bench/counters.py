# SPDX-License-Identifier: MIT
# counters.py: who counts the instructions of a process: the processor by way of perf, or callgrind, which simulates it.
import glob
import os
import re
import shutil
import subprocess


class Counter:
    """before: words before the program and its environment; inside: words right before the program.

    share   part of the operations that is bearable
    unable  {way: why it cannot be counted}
    """
    title, share, unable = "", 1.0, {}

    def __init__(self, scratch):
        self.files = os.path.join(scratch, "count")
        self.before, self.inside = [], []

    def read(self):
        """Of all processes since the last call, or 0."""
        total = 0
        for path in glob.glob(glob.escape(self.files) + "*"):
            with open(path, encoding="utf-8", errors="replace") as text:
                total += sum(int(number) for number in re.findall(self.pattern, text.read(), re.M))
            os.unlink(path)
        return total


class Perf(Counter):
    title = "perf stat, user mode"
    pattern = r"^(\d+),[^,]*,instructions"

    def __init__(self, scratch):
        super().__init__(scratch)
        self.before = ["perf", "stat", "-x,", "-e", "instructions:u", "-o", self.files, "--"]

    def works(self):
        subprocess.run(self.before + ["/bin/true"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=False)
        return self.read() > 0


class Callgrind(Counter):
    title = "callgrind"
    pattern = r"Collected : (\d+)"
    share = 0.05
    unable = {"valgrind": "does not run inside of callgrind", "heaptrack": "records nothing inside of callgrind"}

    def __init__(self, scratch):
        super().__init__(scratch)
        self.inside = ["valgrind", "--tool=callgrind", "--trace-children=yes", "--callgrind-out-file=/dev/null",
                       "--log-file=%s.%%p" % self.files]


def find_counter(scratch):
    """The first that works here, or None."""
    if shutil.which("perf"):
        perf = Perf(scratch)
        if perf.works():
            return perf
    return Callgrind(scratch) if shutil.which("valgrind") else None
