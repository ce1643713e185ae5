#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# channel.t: the socket and the thread behind it: rubbish harms nothing, and the program does not notice them.
import os
import random
import resource
import socket
import stat
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from live import *


def connect(pid):
    s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    s.settimeout(PATIENCE)
    while True:
        try:
            s.connect("%s/leaksgc/%d" % (runtime, pid))
            return s
        except BlockingIOError:  # so many wait already
            time.sleep(0.01)


def answer(s, request):
    try:
        s.send(request)
        return s.recv(4096)
    except OSError:
        return b""


def helper(pid):
    return [task for task, name in tasks(pid).items() if name == "leaksgc"]


def descriptors(pid):
    return sorted(os.listdir("/proc/%d/fd" % pid))


def works(server, losses):
    return server.settle(losses)


def answers_well(server, losses):
    r = tool("leaks", server.pid)
    return r.status == 1 and lost(r.out) == (100 * losses, losses)


server = Server()
server.ask("lose 4")
check("the socket is there, in a folder that nobody else can enter", until(lambda: str(server.pid) in sockets())
      and stat.S_IMODE(os.stat(runtime + "/leaksgc").st_mode) == 0o700, sockets())
control = Server(options="control=0")
check("the program's descriptors are those of a program without it", descriptors(server.pid) == descriptors(control.pid),
      descriptors(server.pid), descriptors(control.pid))
control.end()
check("one thread of ours", len(helper(server.pid)) == 1, tasks(server.pid))
with open("/proc/%d/task/%d/status" % (server.pid, helper(server.pid)[0])) as file:
    status = dict(line.split(":\t", 1) for line in file.read().splitlines() if ":\t" in line)
free = [n for n in range(1, 65) if not int(status["SigBlk"], 16) >> (n - 1) & 1 and n not in (9, 19)]
check("it blocks every signal but the stop's and libc's own", free == [32, 33, 62], free)


def switches():
    with open("/proc/%d/task/%d/status" % (server.pid, helper(server.pid)[0])) as now:
        return [line for line in now if "ctxt_switches" in line]


before = switches()
time.sleep(0.5)
check("it does not wake up when there is nothing to do", switches() == before, before, switches())

# Rubbish.
check("a request is answered", answer(connect(server.pid), b"leaksgc 1 hello") == b"ok pid=%d checks=0" % server.pid)
for request in (b"", b"\0", b"x", b"leaksgc", b"leaksgc 1", b"leaksgc 1 nonsense", b"leaksgc 2 hello", b"GET / HTTP/1.1\r\n",
                b"leaksgc 1 hello x", b"leaksgc 1 leaks new=2", b"leaksgc 1 leaks new=", b"leaksgc 1 leaks new=0 new",
                b"leaksgc 1 gc interval=0", b"leaksgc 1 gc count=99999999999999999999", b"leaksgc 1 hello\0", b"A" * 10000,
                b"leaksgc 1 leaks kinds=16", b" leaksgc 1 hello", b"leaksgc  1 hello"):
    text = answer(connect(server.pid), request)
    check("refused: %r" % request[:40], text.startswith(b"error ") or (request == b"" and text == b""), text)
chance = random.Random(1)
for i in range(300):
    s = connect(server.pid)
    s.setblocking(False)
    try:
        for j in range(chance.randrange(1, 4)):
            s.send(bytes(chance.randrange(256) for k in range(chance.randrange(600))))
    except OSError:
        pass
    s.close()
check("after 300 clients with random bytes it works", works(server, 4))
many = []
for i in range(60):
    try:
        many.append(connect(server.pid))
    except OSError:
        break
check("after 60 clients that say nothing it works", works(server, 4))
for s in many:
    s.close()
for i in range(40):
    s = connect(server.pid)
    s.send(b"leaksgc 1 leaks")
    s.close()
check("after 40 clients that hear no answer it works", works(server, 4))
for files in (5, 6, 7):
    s = Server(preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files)))
    r = tool("lost", s.pid)
    check("of a process that may open %d files: an answer, or the reason" % files,
          r.status in (0, 1) or (r.status == 3 and re.search("too few files|no more files|Too many open files", r.err)), r)
    check("and it goes on", s.end() == 0, s.stderr())
slow = connect(server.pid)
slow.send(b"leaksgc 1 gc count=0 interval=1000000")
check("with a client that reads nothing of what it asks for it works", works(server, 4))
slow.close()
answers = []
threads = [threading.Thread(target=lambda: answers.append(answers_well(server, 4))) for i in range(6)]
for t in threads:
    t.start()
for t in threads:
    t.join()
check("several tools at once", answers == [True] * 6, answers)
folder = os.open("/", os.O_RDONLY)
s = connect(server.pid)
socket.send_fds(s, [b"leaksgc 1 hello"], [folder] * 3)
check("files that nobody wants are closed", s.recv(4096).startswith(b"ok")
      and until(lambda: len(os.listdir("/proc/%d/task/%d/fd" % (server.pid, helper(server.pid)[0]))) <= 7))
s.close()

# What programs do to themselves.
check("a program that closes all it has", server.ask("close") == 0 and works(server, 4))
child = server.ask("fork")
server.tell("child lose 2")
server.hear()
r = until(lambda: (lambda r: lost(r.out) == (600, 6) and r)(tool("leaks", "--no-symbols", child)))
check("a forked child: its own channel; it has lost what its parent had", r and r.status == 1, r)
check("and its parent's", works(server, 4))
server.tell("child exec")
check("a child that execs begins anew", server.hear().startswith("ready: %d" % child) and tool("leaks", child).status == 0)
check("unshare, which a process with threads could not do, works or fails as ever", server.ask("unshare") in (0, 1))
server.end()

alone = Server(threads=0, options="control=0")
check("control=0: single-threaded on purpose", alone.ask("single") == 1)
alone.end()
alone = Server(threads=0)
alone.ask("lose 1")
check("unshare in a single-threaded program: the thread is away, and comes back", alone.ask("unshare") in (0, 1)
      and alone.ask("churn 10") == 10 and works(alone, 1))
alone.end()

ending = Server(threads=1)
ending.ask("lose 2")
until(lambda: helper(ending.pid) and str(ending.pid) in sockets())
ending.tell("pthread_exit")
ended = ending.process.wait(PATIENCE)
check("the last thread of the program ends the process", ended == 0 and lost(ending.stderr()) == (200, 2), ended,
      ending.stderr())
check("and its socket is removed", str(ending.pid) not in sockets(), sockets())

for how in (["setsid"], ["sh", "-c", 'exec 3<&0; "$@" <&3 & wait $!', "sh"],
            ["sh", "-c", '(setsid "$@" <&3 &) 3<&0; sleep 600', "sh"]):
    s = Server(command=how + [LEAKING])
    s.ask("lose 3")
    check("started by %s: has its channel" % " ".join(how), works(s, 3))
    s.process.stdin.close()
    s.process.kill()
    s.process.wait(PATIENCE)

if os.getuid() == 0:
    user = Server()
    user.ask("lose 2")
    until(lambda: str(user.pid) in sockets())
    check("after setuid() root still reaches it", user.ask("setuid 65534") == 0 and works(user, 2))
    with open("/proc/%d/task/%d/status" % (user.pid, helper(user.pid)[0])) as file:
        uids = [line.split()[1:] for line in file if line.startswith("Uid:")][0]
    check("and our thread has given up its rights as well", uids == ["65534"] * 4, uids)
    user.end()
    user = Server()
    user.ask("setuid 65534")
    user.ask("lose 2")
    check("one that gives root up before there is a channel", works(user, 2))
    user.end()
else:
    skip("after setuid() root still reaches it", "not root")

# Places.
os.chmod(runtime + "/leaksgc", 0o755)
s = Server()
s.ask("lose 1")
check("a folder that others can enter is not used", works(s, 1) and str(s.pid) not in sockets())
s.end()
os.chmod(runtime + "/leaksgc", 0o700)
os.rename(runtime + "/leaksgc", runtime + "/moved")
os.symlink(runtime + "/moved", runtime + "/leaksgc")
s = Server()
s.ask("lose 1")
check("nor is a link", works(s, 1) and str(s.pid) not in sockets())
s.end()
os.unlink(runtime + "/leaksgc")
s = Server(env={"XDG_RUNTIME_DIR": tmp + "/" + "x" * 180})
s.ask("lose 1")
check("nor one with a name that is too long", works(s, 1))
s.end()
killed = Server()
until(lambda: str(killed.pid) in sockets())
killed.kill()
s = Server(options="control=0")
os.rename("%s/leaksgc/%d" % (runtime, killed.pid), "%s/leaksgc/%d" % (runtime, s.pid))
r = tool("leaks", s.pid)
check("the tool removes a socket on which nobody listens", r.status == 3 and str(s.pid) not in sockets(), r, sockets())
s.end()


def inside(command, **more):
    """A server in namespaces of its own: its pid out here."""
    s = Server(command=command + [LEAKING], **more)
    s.pid = [p for p in descendants(s.process.pid) if open("/proc/%d/comm" % p).read() == "leaking\n"][0]
    s.ask("lose 5")
    return s


def descendants(pid):
    with open("/proc/%d/task/%d/children" % (pid, pid)) as children:
        below = [int(p) for p in children.read().split()]
    return [pid] + [q for p in below for q in descendants(p)]


def can(*command):
    return os.getuid() == 0 and subprocess.run(command + ("true",), capture_output=True).returncode == 0


own_pids = ["unshare", "--pid", "--fork", "--mount-proc"]
if can(*own_pids):
    stale = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    stale.bind(runtime + "/leaksgc/1")
    stale.close()
    s = inside(own_pids)
    check("in a pid namespace; a stale socket of its name is no obstacle", works(s, 5) and "1" in sockets(), sockets())
    t = inside(own_pids)
    check("two that share the folder and the pid", works(t, 5) and works(s, 5) and "1.1" in sockets(), sockets())
    s.end()
    t.end()
    s = inside(["unshare", "--mount", "sh", "-c", 'mount -t tmpfs none "$XDG_RUNTIME_DIR" && exec "$@"', "sh"])
    check("in a mount namespace, with a folder that is seen there only", works(s, 5) and str(s.pid) not in sockets(), sockets())
    s.end()
else:
    skip("in a pid namespace; a stale socket of its name is no obstacle", "unshare is not permitted here")
done()
