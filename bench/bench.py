#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# bench.py: runs every benchmark in turns each way, prints the tables, and writes them into a document.
"""Called by run.sh.  One round runs each way once, so that a slow minute of the
machine hits all of them; a ratio is taken within a round, and the tables show
the median of the rounds' ratios with the lowest and the highest."""
import argparse
import os
import signal
import sys
import time

import checks
import document
import tables
from counters import find_counter
from measure import Cannot, Setup, measure
from programs import framed_micros, micros, real_programs, thread_counts
from servers import servers
from ways import all_ways, equally_deep


def arguments():
    parser = argparse.ArgumentParser(prog="run.sh", description="Measures this library against others; see bench/README.md.")
    parser.add_argument("--scratch", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--sources", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, a tenth of the operations")
    parser.add_argument("--rounds", type=int, default=0, help="how many, instead of 9, of real programs 7 (3 if quick)")
    parser.add_argument("--scale", type=float, default=0, help="part of the operations, instead of 1 (0.1 if quick)")
    parser.add_argument("--only", action="append", default=[], metavar="WORD", help="benchmarks whose name contains WORD; may be repeated")
    parser.add_argument("--ways", default="", metavar="A,B", help="of glibc, quiet, leaks, LSan, bdwgc, heaptrack, valgrind; glibc always runs")
    parser.add_argument("--instructions", action="store_true", help="count instructions, which vary less than times: by perf, or else by callgrind")
    parser.add_argument("--write", metavar="FILE", help="replace the part of FILE between its markers")
    options = parser.parse_args()
    if options.write and (options.only or options.ways or options.scale or options.instructions):
        print("run.sh: a part of the benchmarks is printed, not written to a file", file=sys.stderr)
        options.write = None
    return options


class Bench:
    def __init__(self, options):
        self.options = options
        self.rounds = options.rounds or (3 if options.quick else 9)
        # Whole processes vary less than loops of nanoseconds.
        self.real_rounds = options.rounds or (3 if options.quick else 7)
        scratch, scale, counter = os.path.abspath(options.scratch), options.scale or (0.1 if options.quick else 1.0), None
        if options.instructions:
            counter = find_counter(scratch)
            if not counter:
                sys.exit("run.sh: --instructions: perf cannot count instructions here, and there is no valgrind")
            # The same each time, but for threads.
            self.rounds = self.real_rounds = options.rounds or 1
            scale *= counter.share
        self.setup = Setup(scratch, os.path.abspath(options.sources), scale, counter)
        # Some twenty benchmarks are not to take more than twenty minutes.
        self.at_most = None if options.rounds or options.quick else 50
        self.ways = all_ways(os.path.abspath(os.environ["LEAKSGC_LIB"]), self.setup.scratch)
        chosen = [word for word in options.ways.split(",") if word]
        unknown = set(chosen) - {way.name for way in self.ways}
        if unknown:
            sys.exit("run.sh: no such way: %s; there are %s" % (", ".join(sorted(unknown)), ", ".join(w.name for w in self.ways)))
        if chosen:
            self.ways = [way for way in self.ways if way.name in chosen or way.name == "glibc"]
        self.results = []

    def wanted(self, name):
        return not self.options.only or any(word in name for word in self.options.only)

    def measure(self, jobs, rounds, group="", ways=None):
        results = []
        for job in jobs:
            if self.wanted(group or job.name):
                start = time.monotonic()
                results.append(measure(job, ways or self.ways, rounds, not self.setup.counter, self.at_most))
                print("%s %s: %.0f s" % (group, job.name, time.monotonic() - start), file=sys.stderr)
        self.results += results
        return results

    def milliseconds(self, command, way, check):
        return self.setup.run(command, way, check=check)[0] * 1e3

    def check_table(self, sizes):
        """What the check adds: a run with it less a run without, one after the other."""
        ways = [way for way in self.ways if way.can_check() and not way.absent]
        rows = [tables.line(["live objects of 64 bytes"] + [w.title for w in ways]), "|---" * (1 + len(ways)) + "|"]
        for size in sizes:
            command, added = [os.path.join(self.setup.scratch, "micro_heap"), str(size)], {way.name: [] for way in ways}
            for number in range(self.rounds):
                for way in ways:
                    if added[way.name] is not None and number < way.rounds and size <= way.check_most:
                        try:
                            without, with_check = (self.milliseconds(command, way, check) for check in (False, True))
                            added[way.name].append(with_check - without)
                        except Cannot as error:
                            print(error, file=sys.stderr)
                            added[way.name] = None
            rows.append(tables.line(["%d" % size] + [
                "cannot" if t is None else tables.spread(t, "%.1f", " to ") if t else "-" for t in added.values()]))
        return rows

    def start_table(self):
        ways = [way for way in self.ways if not way.absent]
        rows = [tables.line([""] + [w.title for w in ways]), "|---" * (1 + len(ways)) + "|"]
        command = [os.path.join(self.setup.scratch, "micro_nothing")]
        for check, title in ((False, "without the check"), (True, "with the check")):
            samples = {way.name: [] for way in ways}
            for number in range(max(20, self.rounds * 5)):
                for way in ways:
                    if samples[way.name] is None or number >= way.rounds * 3 or (check and not way.can_check()):
                        continue
                    try:
                        milliseconds = self.milliseconds(command, way, check)
                        if number > 1:
                            samples[way.name].append(milliseconds)
                    except Cannot as error:
                        print(error, file=sys.stderr)
                        samples[way.name] = None
            cells = []
            for way in ways:
                values = samples[way.name]
                cells.append("-" if check and not way.can_check() else tables.spread(values, to=" to ") if values else "cannot")
            rows.append(tables.line([title] + cells))
        return rows

    def counted_sections(self):
        """Instructions alone.  Servers are left out: how often they wait differs."""
        title = "instructions (%s)" % self.setup.counter.title
        micro = self.measure(micros(self.setup), self.rounds)
        real = self.measure(real_programs(self.setup, self.wanted)[0], self.real_rounds)
        yield "Micro-benchmarks, %s per operation" % title, tables.ratio_table(micro, self.ways, "instructions") if micro else []
        yield "Real programs, %s" % title, tables.ratio_table(real, self.ways, "instructions") if real else []
        yield "What cannot be", tables.notes(self.results, self.ways)

    def sections(self):
        """(title, lines) in the order of the document."""
        setup = self.setup
        micro = self.measure(micros(setup), self.rounds)
        threads = self.measure(thread_counts(setup), self.rounds, "scaling")
        framed_ways = equally_deep(self.ways)
        framed = self.measure(framed_micros(setup), self.rounds, "framed", framed_ways)
        jobs, missing = real_programs(setup, self.wanted)
        more, missing_servers = servers(setup)
        real = self.measure(jobs + more, self.real_rounds)
        yield "How far it is", tables.targets(micro, real) if micro or real else []
        yield "Micro-benchmarks, time per operation", tables.ratio_table(micro, self.ways, "seconds") if micro else []
        yield "Micro-benchmarks, peak memory", tables.ratio_table(micro, self.ways, "peak") if micro else []
        yield ("With frame pointers and as many frames, so that LSan's stacks are complete too: time per operation",
               tables.ratio_table(framed, framed_ways, "seconds") if framed else [])
        yield "Memory returned after phases of different sizes", tables.returned_table(micro, self.ways)
        yield "Growth with threads", tables.thread_table(threads, self.ways) if threads else []
        yield "Real programs, time", tables.ratio_table(real, self.ways, "seconds") if real else []
        yield "Real programs, peak memory", tables.ratio_table(real, self.ways, "peak") if real else []
        if self.wanted("check"):
            yield "The check at exit: what it adds, in ms", self.check_table(
                [max(1, int(n * setup.scale)) for n in (10000, 1000000, 4000000)])
        if self.wanted("start"):
            yield "Starting and ending a program that does nothing, in ms", self.start_table()
        yield from checks.sections(setup, self.options.quick, self.options.rounds or (2 if self.options.quick else 3),
                                   lambda part: self.wanted(part) and (not self.options.ways or "leaks" in self.options.ways))
        absent = ["- %s: not installed; ./quickstart install bench." % name for name in missing + missing_servers if self.wanted(name)]
        yield "What cannot be", tables.notes(self.results, self.ways) + absent


def main():
    options = arguments()
    if options.write:
        try:
            document.parts(options.write)
            if not os.access(options.write, os.W_OK):
                raise PermissionError("%s: may not be written" % options.write)
        except (OSError, ValueError) as error:
            sys.exit("run.sh: %s" % error)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, frame: sys.exit(128 + number))
    head = document.machine(os.path.abspath(options.sources))
    bench, start = Bench(options), time.monotonic()
    sections = bench.counted_sections() if options.instructions else bench.sections()
    sections = [(title, rows) for title, rows in sections if rows]
    took = "%d, of real programs %d%s%s; %d s in all" % (
        bench.rounds, bench.real_rounds, "; fewer, but three, after %d s of one benchmark" % bench.at_most if bench.at_most else "", "; quick: short runs, of little weight" if options.quick else "", time.monotonic() - start)
    text = "\n".join(head + ["| rounds | %s |" % took])
    for title, rows in sections:
        text += "\n\n## %s\n\n%s" % (title, "\n".join(rows))
    print(text)
    if options.write:
        document.replace(options.write, text)


if __name__ == "__main__":
    main()
