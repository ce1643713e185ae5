# SPDX-License-Identifier: MIT
# measure.py: runs benchmarks in turns, one round after the other, and takes ratios within a round.
import collections
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time

# seconds and instructions (0 if not asked for) are per operation where the
# benchmark counts them; peak and resident (at the end, where the benchmark
# tells it) are in kB.
Sample = collections.namedtuple("Sample", "seconds peak resident instructions", defaults=(0, 0))


SECONDS_AT_MOST = 300


class Cannot(Exception):
    """This way cannot run this benchmark, and why."""


class Setup:
    """What all benchmarks need: folders, the part of the operations, a clean environment."""

    def __init__(self, scratch, sources, scale, counter=None):
        self.scratch, self.sources, self.scale, self.counter = scratch, sources, scale, counter
        self.clean = {k: v for k, v in os.environ.items()
                      if not k.startswith(("LD_", "GC_", "LEAKSGC", "LSAN_", "MALLOC", "GLIBC_TUNABLES", "GIT_"))}
        self.clean.update(LC_ALL="C", PYTHONMALLOC="malloc", PYTHONHASHSEED="0", PYTHONDONTWRITEBYTECODE="1",
                          PERL_HASH_SEED="0", HOME=scratch, GIT_CONFIG_NOSYSTEM="1",
                          GIT_AUTHOR_NAME="a", GIT_AUTHOR_EMAIL="a@example.org",
                          GIT_COMMITTER_NAME="a", GIT_COMMITTER_EMAIL="a@example.org")

    def reason(self, status, errors):
        """One line that holds no path or process id of this run."""
        text = [line for line in errors.decode(errors="replace").replace(self.scratch, "").splitlines() if line.strip()]
        how = "ended by signal %d" % -status if status < 0 else "signal %d" % (status - 128) if status > 128 else "status %d" % status
        return how + (": " + text[-1].strip()[:120] if text else "")

    def run(self, command, way, stdin=None, directory=None, preload=(), check=False):
        """(seconds of the whole process, peak kB of its largest, its instructions, first output)"""
        variables = way.environment(preload, check)
        rss = os.path.join(self.scratch, "rss")
        # A child of this interpreter would inherit its peak; one of rusage has a small one.
        before, inside = (self.counter.before, self.counter.inside) if self.counter else ([], [])
        words = [os.path.join(self.scratch, "rusage"), rss] + before + ["/usr/bin/env"]
        words += ["%s=%s" % v for v in variables.items()] + inside + (way.checking if check else way.prefix) + command
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, open(stdin or os.devnull, "rb") as source:
            start = time.perf_counter()
            process = subprocess.Popen(words, env=self.clean, stdin=source, stdout=out, stderr=err, cwd=directory)
            # Not wait(timeout=...): that looks again only every 50 ms.
            clock = threading.Timer(SECONDS_AT_MOST, process.terminate)
            clock.start()
            try:
                status = process.wait()
                seconds = time.perf_counter() - start
            finally:
                clock.cancel()
                if process.returncode is None:  # we are told to end
                    process.terminate()
            if seconds >= SECONDS_AT_MOST:
                raise Cannot("took longer than %d s" % SECONDS_AT_MOST)
            if status != 0:
                err.seek(0)
                raise Cannot(self.reason(status, err.read()))
            out.seek(0)
            with open(rss, encoding="ascii") as text:
                peak = int(text.read().split()[-1])
            os.unlink(rss)
            return seconds, peak, self.counter.read() if self.counter else 0, out.read(200)


class Program:
    """A command that is run to its end; command(share) gives its words and its standard input."""
    kind = "real"
    baseline = ()     # what the plain run preloads to have glibc's malloc
    shipped = None    # the name of the malloc it has otherwise
    starts_children = False

    def __init__(self, setup, name, command, directory=None, starts_children=False):
        self.setup, self.name, self.command, self.directory = setup, name, command, directory
        self.starts_children = starts_children

    def share(self, way):
        return way.real_share

    def sample(self, way, share, preload=None):
        words, stdin = self.command(share * self.setup.scale)
        preload = self.baseline if preload is None else preload
        seconds, peak, instructions, _ = self.setup.run(words, way, stdin, self.directory, preload)
        return Sample(seconds, peak, 0, instructions)

    def unable(self, way):
        if self.starts_children and not way.children:
            return "does not follow into the processes that a program starts"
        return self.setup.counter.unable.get(way.name) if self.setup.counter else None


class Micro(Program):
    """One of micro_*.c, which tells how long its loop took."""
    kind = "micro"

    def __init__(self, setup, name, operations, program=None, arguments=()):
        path = os.path.join(setup.scratch, "micro_" + (program or name))
        super().__init__(setup, name, lambda share: ([path, str(max(1, int(operations * share)))] + list(arguments), None))

    def share(self, way):
        return way.micro_share

    def sample(self, way, share, preload=None):
        words, _ = self.command(share * self.setup.scale)
        _, peak, instructions, out = self.setup.run(words, way)
        fields = out.split()
        if len(fields) < 2:
            raise Cannot("printed no result")
        nanoseconds, count, *resident = [int(field) for field in fields]
        return Sample(nanoseconds / 1e9 / count, peak, resident[0] if resident else 0, instructions / count)


class Measured:
    """All samples of one benchmark: samples[way][round] = (sample, the plain one it compares with)."""

    def __init__(self, job):
        self.job, self.samples, self.cannot = job, {}, {}

    def ratios(self, way, field, base=None):
        """Of one way to plain, or to another way, in the same rounds."""
        result = []
        for number, (sample, plain) in sorted(self.samples.get(way, {}).items()):
            if base is not None:
                if number not in self.samples.get(base, {}):
                    continue
                plain = self.samples[base][number][0]
            if plain is not None and getattr(plain, field):
                result.append(getattr(sample, field) / getattr(plain, field))
        return result

    def ratio(self, way, field, base=None):
        """The median; None without one."""
        ratios = self.ratios(way, field, base)
        return statistics.median(ratios) if ratios and way not in self.cannot else None

    def absolute(self, way, field):
        values = [getattr(s, field) for s, _ in self.samples.get(way, {}).values()]
        return statistics.median(values) if values and way not in self.cannot else None


def measure(job, ways, rounds, warm=True, at_most=None):
    """A round before the first warms the caches up and does not count; each begins with another way.

    After so many seconds three rounds are enough.
    """
    start, result = time.monotonic(), Measured(job)
    plain = ways[0]
    jobs = [(way, None) for way in ways]
    if job.shipped:
        jobs.append((plain, ()))
    for way, _ in jobs:
        why = way.absent or job.unable(way)
        if why:
            result.cannot[way.name] = why
    for number in range(-1 if warm else 0, rounds):
        if at_most and number >= 3 and time.monotonic() - start > at_most:
            break
        current = {}
        turn = (number + 1) % len(jobs)
        for way, preload in jobs[turn:] + jobs[:turn]:
            name = way.name if preload is None else "shipped"
            share = job.share(way)
            if name in result.cannot or number >= way.rounds or (number < 0 and share < 1):
                continue
            try:
                base = job.sample(plain, share) if share < 1 else None
                current[name] = (job.sample(way, share, preload), base)
            except (Cannot, OSError) as error:
                result.cannot[name] = str(error)
                print("%s, %s: %s" % (job.name, name, error), file=sys.stderr)
        if number >= 0:
            for name, (sample, base) in current.items():
                base = base or current.get(plain.name, (None,))[0]
                result.samples.setdefault(name, {})[number] = (sample, base)
    return result
