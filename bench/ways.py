# SPDX-License-Identifier: MIT
# ways.py: the ways to run a program that are compared: what each preloads or puts before the command, and what it cannot do.
import copy
import os
import shutil
import subprocess


class Way:
    """One column of the tables.

    preload     libraries, before what the benchmark itself preloads
    replaces    they bring a malloc of their own: what the benchmark preloads
                to choose one is left out
    prefix      words before the command
    checking    the same with the check at exit, if it is not an option of the
                environment; and up to so many objects
    off, on     variables with the check at exit off, and on
    micro_share, real_share
                part of the operations that is bearable; the plain run it is
                compared with does the same part
    rounds      at most so many rounds
    children    also programs that the program starts are run so
    absent      why it is not on this machine, or None
    """

    def __init__(self, name, title, preload=(), replaces=True, prefix=(), off=None, on=None,
                 micro_share=1.0, real_share=1.0, rounds=1000, children=True, absent=None,
                 checking=None, check_most=1 << 62):
        self.name, self.title = name, title
        self.preload, self.replaces, self.prefix = list(preload), replaces, list(prefix)
        self.off, self.on = off or {}, on or {}
        self.micro_share, self.real_share, self.rounds = micro_share, real_share, rounds
        self.children, self.absent = children, absent
        self.checking, self.check_most = checking or self.prefix, check_most

    def can_check(self):
        """Whether it has a check at exit that can be off."""
        return self.off != self.on or self.checking != self.prefix

    def environment(self, preload=(), check=False):
        result = dict(self.on if check else self.off)
        libraries = self.preload + ([] if self.replaces else list(preload))
        if libraries:
            result["LD_PRELOAD"] = " ".join(libraries)
        return result

    def reduced(self):
        return self.micro_share < 1 or self.real_share < 1


def preloadable(libraries):
    """The loader says on stderr what it could not preload, and goes on."""
    done = subprocess.run(["/bin/true"], env={"LD_PRELOAD": " ".join(libraries), "LSAN_OPTIONS": "detect_leaks=0"},
                          stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    return b"cannot be preloaded" not in done.stderr


def heaptrack_library():
    program = shutil.which("heaptrack")
    if program:
        top = os.path.dirname(os.path.dirname(os.path.realpath(program)))
        for folder in ("lib", "lib64"):
            path = os.path.join(top, folder, "heaptrack", "libheaptrack_preload.so")
            if os.path.exists(path):
                return path
    return None


def all_ways(library, scratch):
    def file(name):
        return os.path.join(scratch, name)

    install = "not installed; ./quickstart install bench"
    lsan = ["liblsan.so.0", file("liblsan_start.so")]
    heaptrack = heaptrack_library()
    valgrind = shutil.which("valgrind")
    memcheck = [valgrind or "", "-q", "--tool=memcheck", "--trace-children=yes"]
    bdwgc = file("libbdwgc_malloc.so")
    return [
        Way("glibc", "glibc", replaces=False),
        Way("quiet", "quiet", [library]),
        Way("leaks", "finding leaks", [library],
            off={"GC_FIND_LEAK": "1", "LEAKSGC_OPTIONS": "check_at_exit=0:check_on_signal=0"},
            on={"GC_FIND_LEAK": "1", "LEAKSGC_OPTIONS": "symbolize=0:log_path=" + file("leaks")}),
        Way("LSan", "LSan", lsan, off={"LSAN_OPTIONS": "leak_check_at_exit=0"},
            on={"LSAN_OPTIONS": "exitcode=0:log_path=" + file("lsan")},
            absent=None if preloadable(lsan) else install),
        Way("bdwgc", "bdwgc alone", [bdwgc],
            absent=None if os.path.exists(bdwgc) else "its preload library could not be built"),
        # Recording alone, as heaptrack --raw does: reading the record comes after.
        Way("heaptrack", "heaptrack", [heaptrack or ""], replaces=False, off={"DUMP_HEAPTRACK_OUTPUT": file("heaptrack")},
            on={"DUMP_HEAPTRACK_OUTPUT": file("heaptrack")}, micro_share=0.1, real_share=0.5, rounds=3, children=False,
            absent=None if heaptrack else install),
        Way("valgrind", "valgrind", replaces=False, micro_share=0.02, real_share=0.05, rounds=2,
            prefix=memcheck + ["--leak-check=no"], checking=memcheck + ["--leak-check=full"], check_most=1000000,
            absent=None if valgrind else install),
    ]


def equally_deep(ways):
    """Those that know stacks, and LSan keeps as many frames of each as this library."""
    kept = [copy.copy(way) for way in ways if way.name in ("glibc", "leaks", "LSan")]
    for way in kept:
        if way.name == "LSan":
            way.title, way.off = "LSan, 64 frames", {"LSAN_OPTIONS": "leak_check_at_exit=0:malloc_context_size=64"}
    return kept
