#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# top.t: leaksgc top in a terminal of its own (pty), read as a VT100 would show it: keys, sizes, the end of the process.
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from live import *


class Terminal:
    """What of a VT100 ncurses uses."""
    SEQUENCE = re.compile(r"\x1b\[(\??[0-9;]*)([A-Za-z])|\x1b([()][0AB]|[=>78DMEc])|\x1b\[[0-9;?]*$|\x1b[()]?$")

    def __init__(self, *arguments, rows=24, columns=80, term="vt100", lang="C.UTF-8"):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            env = dict(os.environ, TERM=term, LC_ALL=lang)
            for name in ("LINES", "COLUMNS"):
                env.pop(name, None)
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execve(TOOL, [TOOL, "top"] + [str(a) for a in arguments], env)
        self.left, self.status, self.raw = "", None, b""
        self.size(rows, columns, tell=False)

    def size(self, rows, columns, tell=True):
        self.rows, self.columns, self.x, self.y = rows, columns, 0, 0
        self.top, self.bottom = 0, rows - 1
        self.cell = [[" "] * columns for _ in range(rows)]
        if tell:
            fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def scroll(self, up):
        rows = self.cell
        if up:
            del rows[self.top]
            rows.insert(self.bottom, [" "] * self.columns)
        else:
            del rows[self.bottom]
            rows.insert(self.top, [" "] * self.columns)

    def control(self, numbers, letter):
        if numbers.startswith("?"):
            return
        n = [int(x or 0) for x in numbers.split(";")]
        one = max(1, n[0])
        if letter in "Hf":
            self.y, self.x = max(1, n[0]) - 1, (max(1, n[1]) if len(n) > 1 else 1) - 1
        elif letter in "ABCD":
            self.y += {"A": -one, "B": one}.get(letter, 0)
            self.x += {"C": one, "D": -one}.get(letter, 0)
        elif letter == "J":
            if n[0] == 0:
                self.cell[self.y][self.x:] = [" "] * (self.columns - self.x)
            for y in range(self.y + 1 if n[0] == 0 else 0, self.rows):
                self.cell[y] = [" "] * self.columns
        elif letter == "K":
            a, b = (self.x, self.columns) if n[0] == 0 else (0, self.x + 1) if n[0] == 1 else (0, self.columns)
            self.cell[self.y][a:b] = [" "] * (b - a)
        elif letter == "r":
            self.top, self.bottom = max(1, n[0]) - 1, (n[1] if len(n) > 1 and n[1] else self.rows) - 1
            self.x = self.y = 0
        self.y, self.x = min(max(self.y, 0), self.rows - 1), min(max(self.x, 0), self.columns - 1)

    def show(self, text):
        text, at = self.left + text, 0
        self.left = ""
        while at < len(text):
            c = text[at]
            if c == "\x1b":
                found = self.SEQUENCE.match(text, at)
                if not found:
                    raise ValueError("a sequence that no VT100 knows: %r" % text[at:at + 12])
                if found.group(2):
                    self.control(found.group(1), found.group(2))
                elif found.group(3) == "M":
                    if self.y == self.top:
                        self.scroll(False)
                    else:
                        self.y -= 1
                elif not found.group(3):
                    self.left = text[at:]
                    return
                at = found.end()
                continue
            at += 1
            if c == "\r":
                self.x = 0
            elif c == "\b":
                self.x = max(0, self.x - 1)
            elif c == "\n":
                if self.y == self.bottom:
                    self.scroll(True)
                else:
                    self.y = min(self.y + 1, self.rows - 1)
            elif c >= " ":
                self.cell[self.y][min(self.x, self.columns - 1)] = c
                self.x = min(self.x + 1, self.columns)

    def read(self, seconds):
        """False: it has ended."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            data = b""
        if not data:
            return False
        self.raw = (self.raw + data)[-200000:]
        self.pending = getattr(self, "pending", b"") + data
        text = self.pending.decode("utf-8", "ignore")
        self.pending = b""
        self.show(text)
        return True

    def lines(self):
        return ["".join(row).rstrip() for row in self.cell]

    def text(self):
        return "\n".join(self.lines())

    def until(self, wanted):
        """Whether the screen comes to match: a pattern, or a function of its lines."""
        good = wanted if callable(wanted) else lambda lines: re.search(wanted, "\n".join(lines), re.M)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if good(self.lines()):
                return True
            if not self.read(0.1):
                return bool(good(self.lines()))
        return False

    def press(self, keys):
        os.write(self.fd, keys.encode())

    def ends(self):
        """Its exit status."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.read(0.1):
            pass
        while time.monotonic() < end:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.01)
        os.kill(self.pid, signal.SIGKILL)
        return None


def numbers(lines, site):
    """Live bytes and objects of the site's row."""
    for line in lines:
        found = re.match(r" *(\d+) +(\d+) .*\b%s\b" % site, line)
        if found:
            return int(found.group(1)), int(found.group(2))
    return None


server = Server()
server.ask("hold 7")
t = Terminal("-i", "100ms", server.pid, columns=120)
check("numbers, a history, sites", t.until(r"^leaking \(%d\)   every 100\.0 ms   by bytes" % server.pid)
      and t.until(r"hold_one leaking\.c:\d+") and numbers(t.lines(), "hold_one") == (7000, 7)
      and t.until(r"^allocated .*/s   freed .*/s$") and t.until("^live [▁-█]+$"), t.text())
server.ask("hold 3")
check("they change with the process", t.until(lambda lines: numbers(lines, "hold_one") == (10000, 10)), t.text())
server.ask("lose 4")
t.press("c")
check("c: a check", t.until(r"^lost: .* in \d+ object\(s\), check 1$"), t.text())
t.press("/HOLD_\n")
check("a filter of any case", t.until(lambda lines: numbers(lines, "hold_one") and not numbers(lines, "lose_one"))
      and t.until(r"^filter: HOLD_   \(1 of \d+ sites\)"), t.text())
t.press("\n")
check("Enter: the whole stack", t.until(r"^10000 byte\(s\) live in 10 object\(s\) allocated from:")
      and t.until(r"^#0  hold_one .*leaking\.c:\d+$") and t.until(r"^#\d+  main .*leaking\.c:\d+$"), t.text())
t.press("\n/" + "\x7f" * 5 + "\n")
check("and back, without the filter", t.until(r"^h help") and t.until(lambda lines: numbers(lines, "lose_one")), t.text())
t.press("s")
check("s: another order", t.until(r"by objects$"), t.text())
t.press("r")
check("r: the other way round", t.until(r"by objects, backwards$"), t.text())
t.press("rsss")
t.until(r"by bytes$")
t.press("G")
t.press("g")
t.press("h")
check("h: help", t.until(r"^leaksgc top: keys"), t.text())
t.press("x")
check("and back", t.until(r"^h help"), t.text())
t.press("+")
check("+: twice the interval", t.until(r"every 200\.0 ms"), t.text())
t.press("-- ")
check("space: a pause", t.until(r"^PAUSED: leaking .*every 100\.0 ms"), t.text())
server.ask("hold 1")
t.press(" ")
check("and on", t.until(lambda lines: numbers(lines, "hold_one") == (11000, 11)), t.text())
for rows, columns in (10, 40), (5, 20), (1, 1), (50, 200), (24, 80):
    t.size(rows, columns)
    wanted = "leaking"[:columns - 1] if rows > 1 else "h"  # on a single line, the last one's "h help" covers the first
    check("%d lines of %d columns" % (rows, columns), t.until(lambda lines: lines[0].startswith(wanted)), t.text())
check("nothing wider than the terminal", t.until(lambda lines: lines[-1].startswith("h help") and all(len(line) < 80 for line in lines)), t.text())
server.end()
check("the process ends: said, and what was seen stays", t.until(r"^ENDED: leaking") and numbers(t.lines(), "hold_one"), t.text())
t.press("q")
check("q ends, with status 0", t.ends() == 0 and b"has ended" in t.raw, t.text())
check("the terminal is as before", b"\x1b[?1h" not in t.raw or t.raw.rstrip().rfind(b"\x1b[?1l") > t.raw.rfind(b"\x1b[?1h"), t.raw[-200:])

server = Server()
server.ask("hold 2")
for number in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
    t = Terminal(server.pid)
    t.until("hold_one")
    os.kill(t.pid, number)
    check("signal %d ends it" % number, t.ends() == 0, t.text())
t = Terminal(server.pid, lang="C")
check("the C locale: no other characters", t.until("^live [_.,=+*#-]+$") and all(ord(c) < 127 for c in t.text()), t.text())
os.kill(t.pid, signal.SIGSTOP)
os.kill(t.pid, signal.SIGCONT)
t.press("q")
check("stopped and continued, it goes on", t.ends() == 0, t.text())
t = Terminal("-n", 2, "-i", "100ms", server.pid)
check("-n: so many times", t.ends() == 0, t.text())
t = Terminal(server.pid, term="nonsense")
check("a terminal that is not known: said", t.ends() == 3 and b"'nonsense' (TERM) is not known" in t.raw, t.raw)

r = tool("top", server.pid, stdin=subprocess.DEVNULL)
check("no terminal: said, with what to do", r.status == 3 and "--batch" in r.err, r)
r = tool("top", "--batch", "-n", 2, "-i", "10ms", "--sort=site", server.pid)
check("--batch", r.status == 0 and len(re.findall(r"^ +2000 +2 .* hold_one leaking\.c", r.out, re.M)) == 2
      and "\x1b" not in r.out, r)
r = tool("top", "-b", "--top=1", server.pid)
check("--top", r.status == 0 and len(re.findall(r"^ +\d+ +\d+ ", r.out, re.M)) == 1, r)
for options, message in ((["--sort=size"], "wrong column 'size'"), (["--top=0"], "wrong number '0'"), (["-i", "0"], "too short"),
                         (["-n", "x"], "wrong count 'x'"), (["--bach"], "bach"), ([], None)):
    r = tool("top", *options, *([server.pid] if message else []))
    check("top %s" % " ".join(options), r.status == 2 and (message or "process") in r.err.lower().replace("unknown option", "bach")
          or (r.status == 2 and message in r.err), r)
server.end()
r = tool("top", server.pid)
check("no such process", r.status == 3, r)
done()
