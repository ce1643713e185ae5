#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# share.t: who asks a live process before a check begins shares it, and gets what he asked for.
import os
import re
import signal
import socket
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from live import *

PLACES = 16  # LGC_SERVER_CLIENTS


def ask(pid, request):
    s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    s.settimeout(PATIENCE)
    s.connect("%s/leaksgc/%d" % (runtime, pid))
    s.send(b"leaksgc 1 " + request)
    return s


class Answer:
    def __init__(self, s):
        text, files, _, _ = socket.recv_fds(s, 4096, 4)
        self.text = text.decode()
        found = re.search(r" check=(\d+)", self.text)
        self.check = int(found[1]) if found else None
        self.stream = ""
        for file in files:
            with open(file) as stream:
                self.stream += stream.read()

    def __str__(self):
        return self.text + "\n" + self.stream

    def records(self, tag):
        return [line.split()[1:] for line in self.stream.splitlines() if line.split()[0] == tag]

    def groups(self):
        """The kinds that are listed."""
        return {int(r[0]) for r in self.records("group")}


def together(server, *requests, leave=()):
    """Answers to clients all of which have asked before the process can look; those in `leave` are gone by then."""
    os.kill(server.pid, signal.SIGSTOP)
    until(lambda: all(open("/proc/%d/task/%d/stat" % (server.pid, t)).read().rsplit(")", 1)[1].split()[0] == "T"
                      for t in tasks(server.pid)))
    clients = [ask(server.pid, r) for r in requests]
    for i in leave:
        clients[i].close()
    os.kill(server.pid, signal.SIGCONT)
    answers = [Answer(c) for i, c in enumerate(clients) if i not in leave]
    for c in clients:
        c.close()
    return answers


server = Server()
server.ask("hold 5")
server.ask("lose 4")
until(lambda: str(server.pid) in sockets())
check("the losses are found", server.settle(4))
before = Answer(ask(server.pid, b"hello"))
done_so_far = int(re.search(r"checks=(\d+)", before.text)[1])
answers = together(server, *[b"leaks"] * 5)
check("five that ask before a check begins share it", [a.check for a in answers] == [done_so_far + 1] * 5, *answers)
check("each has the whole finding", all(a.records("end") and a.records("process")[0][1] == str(a.check) for a in answers),
      *answers)

# Different wishes, one check.
all_kinds, only, lines, counted, last = together(server, b"leaks kinds=15", b"leaks", b"gc count=2 interval=1000000000",
                                                 b"lost", b"gc count=1")
check("one check for all kinds of wishes", {a.check for a in (all_kinds, only, lines, counted, last)} == {done_so_far + 2},
      all_kinds.text, only.text, lines.text, counted.text, last.text)
check("who wants reachable blocks has them, the others have not", 3 in all_kinds.groups() and only.groups() <= {0, 1}
      and last.groups() <= {0, 1} and only.groups(), all_kinds.groups(), only.groups(), last.groups())
check("what is lost is counted without them", {r[0] for r in counted.records("kind")} <= {"0", "1"}
      and counted.records("kind"), counted)
check("a series has a line", lines.text.startswith("line ") and lines.stream == "" and last.text.startswith("ok "), lines, last)

# What is new is so for all who ask before it is found, and for nobody later.
server.ask("lose 3")
server.ask("churn 20")
whole, new, also = together(server, b"leaks", b"leaks new=1", b"leaks new=1")
check("of one check", len({whole.check, new.check, also.check}) == 1, whole.text, new.text, also.text)
fresh = new.records("news")
check("what is new is new for both, and the finding of the third is whole",
      fresh and fresh[0][0] == "1" and int(fresh[0][2]) >= 1 and fresh == also.records("news")
      and whole.records("news")[0][0] == "0" and new.groups() and new.groups() == also.groups(), whole, new, also)
check("the next finds nothing new", not together(server, b"leaks new=1")[0].groups())

# Those who leave, and more than there are places for.
stay = together(server, *[b"leaks"] * 6, leave=(0, 3, 5))
check("some leave: the others have their check", len(stay) == 3 and len({a.check for a in stay}) == 1
      and all(a.text.startswith("ok ") for a in stay), *[a.text for a in stay])
many = together(server, *[b"lost"] * (3 * PLACES))
check("with more than there are places for none is refused", all(a.text.startswith("ok ") for a in many),
      *[a.text for a in many])
check("and the first of them share", [a.check for a in many[:PLACES]] == [many[0].check] * PLACES, *[a.text for a in many])
check("the program goes on", server.end() == 0, server.stderr())
done()
