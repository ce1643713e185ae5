# SPDX-License-Identifier: MIT
# programs.py: the benchmarks: micro-benchmarks with their operations, and real programs with their input.
import os
import shutil
import subprocess

from measure import Micro, Program


def micros(setup):
    return [Micro(setup, name, operations) for name, operations in (
        ("small", 10e6), ("medium", 1e6), ("large", 40e3), ("realloc", 20e3), ("regrow", 800), ("phases", 1.5e6),
        ("producer", 3e6), ("threads", 10e6), ("deep", 3e6), ("recursion", 5e6), ("sites", 2e6))]


def framed_micros(setup):
    """Those of which the stack is the most work, compiled with frame pointers: LSan follows those."""
    return [Micro(setup, name, operations, name + "_framed") for name, operations in (
        ("deep", 3e6), ("recursion", 5e6), ("sites", 2e6))]


def thread_counts(setup):
    """The same work by 1, 2 and 4 threads."""
    return [Micro(setup, str(count), 8e6, "threads", [str(count)]) for count in (1, 2, 4)]


def compiler_input(setup):
    """Functions of C, as many as the share says; each file is written once."""
    def source(share):
        functions = max(1, int(120 * share))
        path = os.path.join(setup.scratch, "input%d.c" % functions)
        if not os.path.exists(path):
            with open(path, "w", encoding="utf-8") as out:
                subprocess.run(["awk", "-v", "functions=%d" % functions, "-f", os.path.join(setup.sources, "real", "input.awk")],
                               stdout=out, check=True)
        return path
    return source


def repository(setup):
    """Eight revisions of 150 files."""
    folder = os.path.join(setup.scratch, "repository")
    os.mkdir(folder)

    def git(*words):
        subprocess.run(["git", "-c", "init.defaultBranch=main"] + list(words), cwd=folder, env=setup.clean, check=True,
                       stdin=subprocess.DEVNULL)
    git("init", "-q")
    for revision in range(1, 9):
        for number in range(150):
            with open(os.path.join(folder, "file%d" % number), "w", encoding="utf-8") as out:
                out.writelines("line %d %d\n" % (l, (l * 31 + number * (revision if l % revision == 0 else 1)) % 10007)
                               for l in range(300))
        git("add", ".")
        git("commit", "-q", "-m", "revision %d" % revision)
    return folder


def real_programs(setup, wanted):
    """(benchmarks, names of what is not installed); inputs are made only for what is wanted."""
    found, missing = [], []

    def work(name):
        return os.path.join(setup.sources, "real", name)

    for name, command, stdin in (
            ("sqlite3", lambda share: ["sqlite3", "-batch", "-cmd", ".parameter init", "-cmd",
                                       ".parameter set :n %d" % max(1, int(200000 * share)), ":memory:"], work("work.sql")),
            ("python3", lambda share: ["/usr/bin/python3", "-s", work("work.py"), str(share)], None),
            ("perl", lambda share: ["perl", work("work.pl"), str(share)], None),
            ("lua", lambda share: ["lua5.4", work("work.lua"), str(share)], None)):
        if shutil.which(command(1)[0]):
            found.append(Program(setup, name, lambda share, command=command, stdin=stdin: (command(share), stdin)))
        else:
            missing.append(name)
    if not wanted("gcc"):
        pass
    elif shutil.which("gcc") and shutil.which("awk"):
        source, target = compiler_input(setup), os.path.join(setup.scratch, "input.o")
        found.append(Program(setup, "gcc", lambda share: (["gcc", "-O2", "-g", "-c", "-o", target, source(share)], None),
                             starts_children=True))
    else:
        missing.append("gcc")
    if not wanted("git log -p") and not wanted("git repack"):
        pass
    elif shutil.which("git"):
        folder = repository(setup)
        found.append(Program(setup, "git log -p", lambda share: (
            ["git", "log", "-p", "--stat", "-n", str(max(1, round(8 * share)))], None), folder))
        found.append(Program(setup, "git repack", lambda share: (
            ["git", "-c", "pack.threads=1", "repack", "-adfq", "--window=%d" % max(2, int(30 * share))], None), folder,
            starts_children=True))
    else:
        missing.append("git")
    return found, missing
