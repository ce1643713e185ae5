#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# make_samples.py: writes the sample heap dumps of this folder, from doc/dump-format.md alone.
"""Usage: make_samples.py FOLDER"""
import struct
import sys
import zlib

PROCESS, NOTE, MODULE, THREAD, FRAME, OBJECT, EDGES, ROOT, SITE, STRING, SOURCE, VARIABLE, END = range(1, 14)
DIRECT, INDIRECT, POSSIBLE, REACHABLE = range(4)


def number(v):
    out = b""
    while v >= 0x80:
        out += bytes([v & 0x7f | 0x80])
        v >>= 7
    return out + bytes([v])


def signed(v):
    return number(v << 1 if v >= 0 else (-v << 1) - 1)


def text(s):
    return number(len(s)) + s.encode()


def record(tag, *payload):
    payload = b"".join(payload)
    return bytes([tag]) + number(len(payload)) + payload


def chunk(raw, sequence, coding=0, crc=None, length=None):
    header = struct.pack("<IIII", len(raw) if length is None else length, len(raw), coding, sequence)
    return header + struct.pack("<I", zlib.crc32(header + raw) if crc is None else crc) + raw


def prelude(version=1):
    return b"LGCHEAP\n" + struct.pack("<II", version, 0)


def process():
    return record(PROCESS, number(4711), number(1), signed(1700000001000000000), number(1), text("call"),
                  text("/usr/bin/sample"), text("0.1.0"))


class Chunk:
    """Records whose addresses are differences to the object before."""

    def __init__(self):
        self.raw, self.at, self.totals = b"", 0, [0] * 6

    def add(self, tag, *payload):
        self.raw += record(tag, *payload)
        for place, counted in enumerate((OBJECT, None, ROOT, SITE, MODULE, STRING)):
            self.totals[place] += tag == counted

    def object(self, address, size, kind, site=0, flags=0):
        self.add(OBJECT, signed(address - self.at), number(size), number(kind | flags << 2), number(site), number(1),
                 signed(1700000000000000000 + address))
        self.at = address

    def edges(self, *edges, source=None):
        source = self.at if source is None else source
        payload, last = signed(source - self.at), source
        for offset, target, inside in edges:
            payload += number(offset) + signed(target - last) + number(inside)
            last = target
        self.add(EDGES, payload)
        self.totals[1] += len(edges)
        self.at = source

    def root(self, kind, slot, target, inside=0, tid=4711):
        self.add(ROOT, number(kind), number(tid), number(slot), number(target), number(inside))

    def end(self):
        return record(END, *map(number, self.totals))


def small(change=lambda c: None):
    """A list of two with a loop back, a leak that holds another, one that is only pointed into; names."""
    c = Chunk()
    c.raw += process()
    c.add(NOTE, text("a sample"))
    c.add(MODULE, number(0x400000), number(0x500000), number(0x400000), number(0), text("0011aabb"),
          text("/usr/bin/sample"))
    c.add(THREAD, number(1), number(4711), text("sample"), text(""))
    c.object(0x7f0000001000, 40, REACHABLE, 1)
    c.edges((8, 0x7f0000001040, 0), (16, 0x7f0000002000, 100))
    c.object(0x7f0000001040, 40, REACHABLE, 1)
    c.edges((8, 0x7f0000001000, 0))
    c.object(0x7f0000002000, 200, POSSIBLE, 2)
    c.object(0x7f0000003000, 24, DIRECT, 2)
    c.edges((0, 0x7f0000003020, 0))
    c.object(0x7f0000003020, 24, INDIRECT, 2)
    c.object(0x7f0000004000, 64, REACHABLE, 0, flags=1)
    c.root(0, 0x450000, 0x7f0000001000)
    c.root(1, 0x7ffe00001008, 0x7f0000001040)
    c.root(2, 11, 0x7f0000001040, 8)
    c.add(FRAME, number(4711), number(0x7ffe00001000), number(0x7ffe00001040), number(0x401234), number(1), number(1))
    c.add(SITE, number(1), number(2), number(0x401100), number(1), number(0), number(0x401200), number(1), number(0))
    c.add(SITE, number(2), number(1), number(0x401200), number(1), number(0))
    for s in ("make_node", "main", "/src/sample.c", "the_list"):
        c.add(STRING, text(s))
    c.add(SOURCE, number(0x401100), number(1), number(0), number(1), number(3), number(12), number(3))
    c.add(SOURCE, number(0x401200), number(1), number(0), number(2), number(3), number(40), number(0))
    c.add(VARIABLE, number(0x450000), number(8), number(4))
    change(c)
    return c


def file(c, **keys):
    return prelude() + chunk(c.raw, 0, **keys) + chunk(c.end(), 1)


def samples():
    whole = file(small())
    yield "good-small", whole
    empty = Chunk()
    empty.raw = process()
    yield "good-empty", file(empty)
    yield "newer-version", prelude(2) + whole[16:]
    yield "bad-magic", b"LGCHEAP\r" + whole[8:]
    yield "bad-version", prelude(0) + whole[16:]
    yield "bad-truncated", whole[:-7]
    yield "bad-without-end", prelude() + chunk(small().raw, 0)
    yield "bad-trailing", whole + b"\0"
    yield "bad-checksum", file(small(), crc=0x12345678)
    yield "bad-coding", file(small(), coding=7)
    yield "bad-compressed", file(small(), coding=1)
    yield "bad-length", file(small(), length=1 << 30)
    yield "bad-lengths-differ", file(small(), length=10)
    yield "bad-sequence", prelude() + chunk(small().raw, 5) + chunk(small().end(), 6)
    yield "bad-tag", file(small(lambda c: c.add(77, b"")))
    yield "bad-record-length", file(small(lambda c: setattr(c, "raw", c.raw + bytes([NOTE]) + number(1 << 40))))
    yield "bad-number", file(small(lambda c: c.add(NOTE, b"\xff" * 11)))
    yield "bad-text-length", file(small(lambda c: c.add(NOTE, number(1 << 62))))
    yield "bad-frames", file(small(lambda c: c.add(SITE, number(9), number(1 << 50))))
    yield "bad-same-address", file(small(lambda c: c.object(0x7f0000001000, 8, REACHABLE)))
    yield "bad-same-site", file(small(lambda c: c.add(SITE, number(1), number(0))))
    yield "bad-dangling", file(small(lambda c: (c.object(16, 8, REACHABLE), c.edges((0, 0x5000, 0)))))
    yield "bad-foreign-edges", file(small(lambda c: c.edges((0, 0x7f0000001000, 0), source=0x7f0000001000)))
    yield "bad-root", file(small(lambda c: c.root(0, 0, 0x666)))
    yield "bad-root-kind", file(small(lambda c: c.root(99, 0, 0x7f0000001000)))
    yield "bad-site", file(small(lambda c: c.object(16, 8, REACHABLE, 1234)))
    yield "bad-string", file(small(lambda c: c.add(VARIABLE, number(1), number(1), number(999))))
    yield "bad-module", file(small(lambda c: c.add(SITE, number(7), number(1), number(1), number(50), number(0))))
    yield "bad-object-size", file(small(lambda c: c.object(1 << 62, (1 << 64) - 1, REACHABLE)))
    yield "bad-totals", file(small(lambda c: c.totals.__setitem__(1, 99)))
    yield "bad-two-processes", file(small(lambda c: setattr(c, "raw", c.raw + process())))
    nobody = Chunk()
    nobody.object(16, 8, REACHABLE)
    yield "bad-no-process", file(nobody)


for name, content in samples():
    with open(f"{sys.argv[1]}/{name}", "wb") as out:
        out.write(content)
