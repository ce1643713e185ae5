# SPDX-License-Identifier: MIT
# document.py: the part of a document between two markers, which alone is replaced; and the machine in one list.
import os
import platform
import shutil
import subprocess
import time

BEGIN = "<!-- begin of what make bench writes -->"
END = "<!-- end of what make bench writes -->"


def parts(path):
    """(text before and with the first marker, text from the second); ValueError says what is wrong."""
    with open(path, encoding="utf-8") as text:
        whole = text.read()
    if whole.count(BEGIN) != 1 or whole.count(END) != 1 or whole.index(BEGIN) > whole.index(END):
        raise ValueError("%s: needs the line \"%s\" and, after it, the line \"%s\", once each" % (path, BEGIN, END))
    return whole[:whole.index(BEGIN) + len(BEGIN)], whole[whole.index(END):]


def replace(path, generated):
    before, after = parts(path)
    with open(path, "w", encoding="utf-8") as out:
        out.write("%s\n\n%s\n\n%s" % (before, generated.strip(), after))


def output(*words, **more):
    try:
        return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True, **more).stdout.decode().strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def field(path, name):
    try:
        with open(path, encoding="utf-8") as text:
            for row in text:
                if row.startswith(name):
                    return row[len(name):].strip(" \t:=\n\"")
    except OSError:
        pass
    return "unknown"


PACKAGES = ("libc6", "libgc1", "liblsan0", "heaptrack", "valgrind", "gcc", "python3", "sqlite3", "perl", "lua5.4", "git",
            "redis-server", "libjemalloc2", "nginx-light", "nginx", "wrk")


def machine(sources):
    """No name of a host, a person or a folder."""
    commit = output("git", "-C", sources, "rev-parse", "--short=10", "HEAD")
    changed = commit and output("git", "-C", sources, "status", "--porcelain", "--untracked-files=no", "--", "..")
    kb = field("/proc/meminfo", "MemTotal").split()[0]
    rows = [("date", time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())),
            ("libleaksgc", (commit or "not from git") + (" with changes" if changed else "")),
            ("processor", "%s, %d of them" % (field("/proc/cpuinfo", "model name"), len(os.sched_getaffinity(0)))),
            ("memory", "%.0f GiB" % (int(kb) / 1048576) if kb.isdigit() else "unknown"),
            ("system", "%s, Linux %s" % (field("/etc/os-release", "PRETTY_NAME"), platform.release())),
            ("load before", "%.1f" % os.getloadavg()[0])]
    if shutil.which("dpkg-query"):
        versions = []
        for package in PACKAGES:
            version = output("dpkg-query", "-W", "-f", "${db:Status-Abbrev} ${Version}", package)
            if version.startswith("ii"):
                versions.append(package + " " + version.split()[-1])
        rows.append(("packages", ", ".join(versions)))
    return ["| | |", "|---|---|"] + ["| %s | %s |" % row for row in rows]
