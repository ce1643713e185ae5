# SPDX-License-Identifier: MIT
# servers.py: redis-server under redis-benchmark and nginx under wrk, on free ports of the loopback; only the server runs a given way.
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time

from measure import Cannot, Program, Sample

SECONDS_TO_START = 60
SECONDS_TO_STOP = 60


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def peak_kb(pid):
    with open("/proc/%d/status" % pid, encoding="ascii", errors="replace") as text:
        return int(re.search(r"VmHWM:\s*(\d+)", text.read()).group(1))


class Server(Program):
    """Starts a server in a folder of its own, loads it, and stops it by its process id.

    Subclasses say how: arguments(folder, port) and load(port, share), which
    gives the seconds that a request took.
    """

    def __init__(self, setup, name):
        super().__init__(setup, name, None)

    def sample(self, way, share, preload=None):
        with tempfile.TemporaryDirectory(dir=self.setup.scratch) as folder:
            port = free_port()
            words = way.prefix + self.arguments(folder, port)
            environment = dict(self.setup.clean, **way.environment(self.baseline if preload is None else preload))
            with open(os.path.join(folder, "err"), "w+b") as err:
                # No rusage between: this process is the server itself, and is asked for its peak while it lives.
                server = subprocess.Popen(words, env=environment, cwd=folder, stdin=subprocess.DEVNULL,
                                          stdout=subprocess.DEVNULL, stderr=err)
                try:
                    self.wait_until_up(server, port, err)
                    seconds = self.load(port, share * self.setup.scale)
                    if server.poll() is not None:
                        raise self.died(server, err)
                    peak = peak_kb(server.pid)
                finally:
                    self.stop(server)
            return Sample(seconds, peak)

    def died(self, server, err):
        err.seek(0)
        return Cannot("the server died: " + self.setup.reason(server.returncode, err.read()))

    def wait_until_up(self, server, port, err):
        end = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < end:
            if server.poll() is not None:
                raise self.died(server, err)
            try:
                socket.create_connection(("127.0.0.1", port), 5).close()
                return
            except OSError:
                time.sleep(0.02)
        raise Cannot("the server was not up after %d s" % SECONDS_TO_START)

    @staticmethod
    def stop(server):
        if server.poll() is None:
            server.terminate()
            try:
                server.wait(timeout=SECONDS_TO_STOP)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()

    def client(self, words, seconds):
        try:
            done = subprocess.run(words, env=self.setup.clean, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, timeout=seconds, check=False)
        except subprocess.TimeoutExpired:
            raise Cannot("%s took longer than %d s" % (words[0], seconds)) from None
        text = done.stdout.decode(errors="replace")
        if done.returncode != 0:
            raise Cannot("%s: %s" % (words[0], self.setup.reason(done.returncode, done.stdout)))
        return text


class Redis(Server):
    """Eight commands on random keys, 50 clients, 16 requests at a time each: the server is busy, not the network."""
    COMMANDS = "set,get,incr,lpush,rpop,sadd,hset,zadd"
    # Debian's redis-server is linked to jemalloc: libc first in the order of search gives it glibc's malloc.
    baseline = ("libc.so.6",)

    def __init__(self, setup):
        super().__init__(setup, "redis")
        linked = subprocess.run(["ldd", shutil.which("redis-server")], stdout=subprocess.PIPE, check=False).stdout
        self.shipped = "jemalloc" if b"libjemalloc" in linked else None
        if not self.shipped:
            self.baseline = ()

    def arguments(self, folder, port):
        return ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", folder, "--save", "",
                "--appendonly", "no", "--daemonize", "no", "--logfile", os.path.join(folder, "log")]

    def load(self, port, share):
        requests = max(1000, int(100000 * share))
        start = time.perf_counter()
        text = self.client(["redis-benchmark", "-h", "127.0.0.1", "-p", str(port), "-q", "-n", str(requests), "-c", "50",
                            "-P", "16", "-r", "100000", "-d", "100", "-t", self.COMMANDS], 300)
        seconds = time.perf_counter() - start
        # One summary a command; redis-benchmark ends with 0 also after an error reply.
        commands = self.COMMANDS.count(",") + 1
        if text.count("requests per second") < commands or "rror" in text:
            raise Cannot("redis-benchmark: " + text.replace("\r", "\n").strip().splitlines()[-1][:120])
        return seconds / (requests * commands)


class Nginx(Server):
    """A page of 8 kB that is compressed for each request, 32 connections; nginx as a single process."""
    seconds = 1

    def __init__(self, setup):
        super().__init__(setup, "nginx")
        self.page = "".join("line %d of %d\n" % (i, i * 7919 % 10007) for i in range(500))

    def arguments(self, folder, port):
        os.mkdir(os.path.join(folder, "html"))
        with open(os.path.join(folder, "html", "page.txt"), "w", encoding="ascii") as out:
            out.write(self.page)
        with open(os.path.join(folder, "conf"), "w", encoding="utf-8") as out:
            out.write("""daemon off;
master_process off;
pid {0}/pid;
error_log {0}/error;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {0}/a; proxy_temp_path {0}/b; fastcgi_temp_path {0}/c;
    uwsgi_temp_path {0}/d; scgi_temp_path {0}/e;
    types {{ text/plain txt; }}
    gzip on; gzip_types text/plain;
    server {{ listen 127.0.0.1:{1}; root {0}/html; }}
}}
""".format(folder, port))
        return ["nginx", "-p", folder, "-c", os.path.join(folder, "conf"), "-e", os.path.join(folder, "error")]

    def load(self, port, share):
        # By time, not by number: more rounds are better than longer ones.
        text = self.client(["wrk", "-t1", "-c32", "-d%ds" % self.seconds, "-H", "Accept-Encoding: gzip",
                            "http://127.0.0.1:%d/page.txt" % port], 60)
        rate = re.search(r"Requests/sec:\s*([\d.]+)", text)
        if not rate or float(rate.group(1)) == 0 or "Non-2xx" in text or "Socket errors" in text:
            raise Cannot("wrk: " + " ".join(text.split())[-120:])
        return 1 / float(rate.group(1))


def servers(setup):
    """(benchmarks, names of what is not installed)"""
    found, missing = [], []
    for make, name, programs in ((Redis, "redis", ("redis-server", "redis-benchmark")), (Nginx, "nginx", ("nginx", "wrk"))):
        if all(shutil.which(program) for program in programs):
            found.append(make(setup))
        else:
            missing.append(name)
    return found, missing
