# SPDX-License-Identifier: MIT
# checks.py: what a check every second costs a busy server, and for how long a check keeps threads waiting.
import glob
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

import pause
from measure import Cannot, Sample
from servers import Nginx, Redis, Server
from tables import line, spread
from ways import Way

AT_LEAST = 0.95
CHECK = re.compile(r"check \d+ \(interval\): pause (\d+) us, took (\d+) us, live (\d+) byte")


class BigRedis(Redis):
    """The same load on a database of about so many megabytes, and for longer."""

    def __init__(self, setup, megabytes, seconds):
        super().__init__(setup)
        self.name, self.megabytes, self.seconds = "redis, %d MB" % megabytes, megabytes, seconds

    def arguments(self, folder, port):
        return super().arguments(folder, port) + ["--enable-debug-command", "yes"]

    def fill(self, port):
        # A key of about 190 bytes with all that belongs to it.
        self.client(["redis-cli", "-h", "127.0.0.1", "-p", str(port), "DEBUG", "POPULATE", str(self.megabytes * 5500), "old", "100"], 300)

    def load(self, port, share):
        self.fill(port)
        first = super().load(port, 0.2 / self.setup.scale)
        requests = self.seconds / first / 8
        return super().load(port, requests / 100000)


class LongNginx(Nginx):
    def __init__(self, setup, seconds):
        super().__init__(setup)
        self.seconds = seconds


class Leaky(Server):
    """leaky_server, which loses a block in every 5000 requests, under leaky_load; it says which port it took."""

    def __init__(self, setup, megabytes, seconds):
        super().__init__(setup, "leaky_server, %d MB" % megabytes)
        self.megabytes, self.seconds = megabytes, seconds

    def arguments(self, folder, port):
        return [os.path.join(self.setup.scratch, "leaky_server"), str(self.megabytes), "5000", str(port)]

    def load(self, port, share):
        return 1 / float(self.client([os.path.join(self.setup.scratch, "leaky_load"), str(port), "8", str(self.seconds)], 300))


def ways(setup):
    """The same but for the checks."""
    library = os.path.abspath(os.environ["LEAKSGC_LIB"])
    common = "check_at_exit=0:check_on_signal=0:symbolize=0:log_path=%s/checks.%%p" % setup.scratch
    return [Way(name, name, [library], off={"GC_FIND_LEAK": "1", "LEAKSGC_OPTIONS": common + more})
            for name, more in (("without", ""), ("with", ":interval=1s"))]


def said(setup):
    """(pause, duration, live bytes) of each check in the logs, which are removed."""
    found = []
    for path in glob.glob(os.path.join(setup.scratch, "checks.*")):
        with open(path, encoding="ascii", errors="replace") as log:
            found += [tuple(map(int, match)) for match in CHECK.findall(log.read())]
        os.unlink(path)
    return found


def measure(job, setup, rounds):
    """(ratios of throughput, checks) of interleaved runs without and with checks."""
    ratios, checks, pair = [], [], ways(setup)
    for number in range(rounds):
        seconds = {}
        for way in pair if number % 2 == 0 else pair[::-1]:
            sample = job.sample(way, 1)
            assert isinstance(sample, Sample)
            seconds[way.name] = sample.seconds
            checks += said(setup) if way.name == "with" else []
        ratios.append(seconds["without"] / seconds["with"])
    if not checks:
        raise Cannot("no check was made")
    return ratios, checks


def jobs(setup, quick):
    # Long enough that checks end: their copy gets what the program and its load leave.
    seconds = 8 if quick else 15
    found = [Leaky(setup, 100, seconds)] + ([] if quick else [Leaky(setup, 1000, 4 * seconds)])
    if shutil.which("redis-server") and shutil.which("redis-benchmark"):
        found += [BigRedis(setup, 100, seconds)]
    if shutil.which("nginx") and shutil.which("wrk"):
        found.append(LongNginx(setup, 3 if quick else 6))
    return found


def throughput_table(results):
    rows = [line(["server", "throughput with checks to without", "live heap", "checks", "longest pause, ms", "check took, ms"]), "|---" * 6 + "|"]
    for name, result in results:
        if result is None:
            rows.append(line([name, "cannot", "", "", "", ""]))
            continue
        ratios, checks = result
        rows.append(line([name, spread(ratios), "%.0f MB" % (max(c[2] for c in checks) / 1e6), "%d" % len(checks),
                          "%.2f" % (max(c[0] for c in checks) / 1e3), "%.0f" % (statistics.median(c[1] for c in checks) / 1e3)]))
    return rows


def goals(results, pauses):
    """What issue 4 asks for, and what there is."""
    rows = [line(["measure", "goal", "is", "reached"]), "|---|---|---|---|"]
    for name, result in results:
        value = statistics.median(result[0]) if result else None
        rows.append(line([name + ": throughput with a check every second", "at least %.2f" % AT_LEAST,
                          "-" if value is None else "%.2f" % value,
                          "cannot tell" if value is None else "yes" if round(value, 2) >= AT_LEAST else "**no**"]))
    for megabytes, way, cell, _ in pauses:
        if way == "on a copy":
            most = pause.limit(megabytes)
            rows.append(line(["heap of %d MB: pause of a check" % megabytes, "below %.0f ms" % most,
                              "-" if cell is None else "%.2f ms" % cell[2],
                              "cannot tell" if cell is None else "yes" if cell[2] < most else "**no**"]))
    return rows


def sections(setup, quick, rounds, wanted):
    """(title, lines); `wanted` says which parts by their names."""
    results, pauses = [], []
    for job in jobs(setup, quick) if wanted("live") else []:
        try:
            results.append((job.name, measure(job, setup, rounds)))
        except (Cannot, OSError, subprocess.SubprocessError) as error:
            print("%s: %s" % (job.name, error), file=sys.stderr)
            results.append((job.name, None))
        print("live", results[-1][0], file=sys.stderr)
    if wanted("pause"):
        with tempfile.TemporaryDirectory(dir=setup.scratch) as folder:
            sizes = pause.SIZES[:2] if quick else pause.SIZES
            pauses = list(pause.cells(pause.build(folder), os.path.abspath(os.environ["LEAKSGC_LIB"]), sizes, 3 if quick else 5))
    if results or pauses:
        yield "Live processes: how far it is", goals(results, pauses)
    if results:
        yield "Servers with a check every second", throughput_table(results)
    if pauses:
        yield "How long a check keeps a thread waiting", pause.HEAD + [pause.row(*p) for p in pauses]
