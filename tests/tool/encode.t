#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# encode.t: with encode_addresses=1 no report, of any format, has an address of the process; tokens are those of leaksgc encode.
import gzip
import importlib.util
import json
import os
import re
import sqlite3
import subprocess
import sys

sys.path.insert(0, os.path.join(os.environ.get("srcdir") or os.path.join(os.path.dirname(__file__), "../.."), "tests/lib"))
import profile
import tap
from tap import check, equal, run, skip

# Leaks from its own code and from code that is in no file; holds what a heap dump shows; names its objects and mappings.
SOURCE = r"""
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
struct node { struct node *next; char data[40]; } *list;
void *volatile lost;
FILE *facts;
__attribute__((noinline)) void *take(size_t n) { void *p = malloc(n); fprintf(facts, "obj %p\n", p); __asm__ volatile(""); return p; }
/* sub $8,%rsp; movabs malloc,%rax; call *%rax; add $8,%rsp; ret */
static void *by_made_code(size_t n)
{
    unsigned char code[] = { 0x48, 0x83, 0xec, 8, 0x48, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xd0, 0x48, 0x83, 0xc4, 8, 0xc3 };
    void *(*f)(size_t) = malloc;
    memcpy(code + 6, &f, 8);
    char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memcpy(page, code, sizeof code);
    fprintf(facts, "pc %p\n", (void *)(page + 16));
    return ((void *(*)(size_t))page)(n);
}
static void *thread(void *arg) { lost = take(300); return arg; }
int main(int argc, char **argv)
{
    pthread_t t;
    facts = fopen(argv[1], "w");
    setvbuf(facts, NULL, _IONBF, 0);
    for (int i = 0; i < 3; i++) {
        struct node *n = take(sizeof *n);
        n->next = list;
        list = n;
    }
    lost = take(100);
    lost = take(5000);
    lost = by_made_code(700);
    pthread_create(&t, NULL, thread, NULL);
    pthread_join(t, NULL);
    lost = NULL;
    void *twice = argc > 2 ? take(50) : NULL;
    fflush(facts);
    char buf[4096];
    int maps = open("/proc/self/maps", O_RDONLY);
    for (ssize_t n; (n = read(maps, buf, sizeof buf)) > 0; )
        if (write(fileno(facts), buf, (size_t)n) != n)
            return 9;
    close(maps);
    fclose(facts);
#ifdef LIVE
    puts("ready");
    fflush(stdout);
    getchar();
#endif
    if (argc > 2) {
        char *p = twice;
        if (argv[2][0] == 'd')
            free(p);
        free(argv[2][0] == 'd' ? p : p + 8);
    }
    return 0;
}
"""
tmp = tap.tmp
program = os.path.join(tmp, "program")
with open(program + ".c", "w") as file:
    file.write(SOURCE)
status, out, err = run(os.environ.get("CC", "cc").split()[0], "-g", "-O1", "-w", "-fPIE", "-pie", "-o", program, program + ".c", "-lpthread")
assert status == 0, err
os.chdir(tmp)
with open("password", "w") as file:
    file.write("a secret\n")
os.chmod("password", 0o600)
clean = {k: v for k, v in os.environ.items() if not k.startswith(("LEAKSGC_", "LSAN_", "GC_"))}


def env(**more):
    return {**clean, "LC_ALL": "C", **more}


# What the program said of itself.
class Facts:
    def __init__(self):
        self.objects, self.pcs, self.maps = [], [], []
        with open("facts") as file:
            for line in file:
                word = line.split()
                if word[0] == "obj":
                    self.objects.append(int(word[1], 16))
                elif word[0] == "pc":
                    self.pcs.append(int(word[1], 16))
                else:
                    self.maps.append([int(x, 16) for x in word[0].split("-")])
        assert len(self.objects) >= 6 and len(self.pcs) == 1 and len(self.maps) > 20

    # The numbers that are addresses of the process, or the ends of mappings.
    def leaked(self, numbers):
        return sorted(hex(n) for n in set(numbers) if any(lo <= n <= hi for lo, hi in self.maps))


# All numbers that a text could hide: hexadecimal with or without 0x, and decimal.
def numbers_of_text(text):
    found = [int(x, 16) for x in re.findall(r"0x([0-9a-fA-F]+)", text)]
    found += [int(x, 16) for x in re.findall(r"(?<![0-9a-fA-F])[0-9a-fA-F]{8,16}(?![0-9a-fA-F])", text)]
    return found + [int(x) for x in re.findall(r"[0-9]{8,}", text)]


# Every varint of a message, and of whatever in it may be a message or a packed list.
def numbers_of_message(data):
    found = []
    for field, value in profile.fields(data):
        if isinstance(value, int):
            found.append(value)
            continue
        for inner in (numbers_of_message, profile.numbers):
            try:
                found += inner(value)
            except (ValueError, IndexError):
                pass
        found += numbers_of_text(value.decode(errors="replace"))
    return found


# Runs the program; (report as bytes, standard error, facts).
def report(form, *options, wanted=23, before=(), tool_env=None, args=()):
    for name in ("report", "facts"):
        if os.path.exists(name):
            os.unlink(name)
    status, out, err = run(*before, tap.tool, "run", "--library=" + tap.library, "--format=" + form, "-o", "report", *options, "--",
                           program, "facts", *args, env=tool_env if tool_env is not None else env())
    assert status == wanted, (status, out, err)
    data = b""
    if os.path.exists("report"):
        with open("report", "rb") as file:
            data = file.read()
    return data, err, Facts()


def numbers(form, data):
    return numbers_of_message(gzip.decompress(data)) if form == "pprof" else numbers_of_text(data.decode())


def encoded(*addresses, password="a secret", options=()):
    status, out, err = run(tap.tool, "encode", *options, *map(hex, addresses), env=env(LEAKSGC_PASSWORD=password))
    assert status == 0 and err == "", err
    return out.split()


ENCODE = ("--encode-addresses=1", "--encode-password-file=password")
FORMATS = ["text", "json", "pprof", "folded", "sarif", "junit", "xml", "html"]


# Without the option the addresses are there: the search would find them.
def is_found_in_the_open(form):
    data, err, facts = report(form)
    assert facts.leaked(numbers(form, data)), "the search finds nothing where something is"


def has_no_address(form, *options):
    data, err, facts = report(form, *ENCODE, *options)
    equal(facts.leaked(numbers(form, data)), [])
    equal(facts.leaked(numbers_of_text(err)), [])
    assert "hidden" not in err and "password" not in err, err
    return data, facts


# The frame in code of no file has nothing but its address.
def has_the_token(form):
    data, facts = has_no_address(form)
    pc = facts.pcs[0] - (form == "pprof")   # a profile has the call, others what follows it
    token = encoded(pc)[0]
    if form == "pprof":
        assert int(token, 16) in numbers(form, data), token
    else:
        assert token in data.decode(), token


def hides_all(form):
    data, err, facts = report(form, "--encode-addresses=1")
    equal(facts.leaked(numbers(form, data) + numbers_of_text(err)), [])
    equal(len(re.findall("without a password this report has no addresses", err)), 1)
    equal(re.findall("0x1e[0-9a-f]{14}", data.decode(errors="replace")), [])
    if form in ("text", "folded", "junit"):
        assert b"(address hidden)" in data
    if form == "json":
        assert all(frame["pc"] is None for leak in json.loads(data)["leaks"] for frame in leak["frames"])
    if form == "pprof":
        with open("p.pb.gz", "wb") as file:
            file.write(data)
        profile.read("p.pb.gz")


def without_the_tool():
    data, err, facts = report("text", *ENCODE, "--tool=/nowhere", wanted=23)
    equal(facts.leaked(numbers_of_text(data.decode() + err)), [])
    assert b"(address hidden)" in data, data


# ---- the same token ----------------------------------------------------

TOKEN = re.compile(r"0x1e[0-9a-f]{14}")


def tokens(*options, **more):
    return TOKEN.findall(report("text", *options, before=("setarch", "-R"), **more)[0].decode())


def same_twice():
    first, second = tokens(*ENCODE), tokens(*ENCODE)
    assert len(set(first)) > 5, first
    equal(first, second)
    equal(tokens("--encode-addresses=1", tool_env=env(LEAKSGC_PASSWORD="a secret")), first)
    other = tokens("--encode-addresses=1", tool_env=env(LEAKSGC_PASSWORD="another"))
    assert len(other) == len(first) and not set(other) & set(first)


def json_reports_compare():
    for name in ("a.json", "b.json"):
        with open(name, "wb") as file:
            file.write(report("json", *ENCODE)[0])
    status, out, err = run(tap.tool, "diff", "a.json", "b.json")
    equal((status, err), (0, ""))
    status, out, err = run(tap.tool, "run", "--library=" + tap.library, *ENCODE, "--baseline=a.json", "--", program, "facts", env=env())
    equal(status, 0)


def pprof_is_one():
    data, facts = has_no_address("pprof")
    with open("p.pb.gz", "wb") as file:
        file.write(data)
    p = profile.read("p.pb.gz")
    assert p


def json_is_valid():
    import jsonschema
    with open(os.path.join(tap.srcdir, "doc/report.schema.json")) as file:
        schema = json.load(file)
    for options in (ENCODE, ("--encode-addresses=1",)):
        jsonschema.validate(json.loads(report("json", *options)[0]), schema)


# ---- a free gone wrong --------------------------------------------------

def misuse(which, *options):
    status, out, err = run(tap.tool, "run", "--library=" + tap.library, "--encode-addresses=1", *options, "--", program, "facts", which, env=env())
    equal(status, -6)
    facts = Facts()
    equal(facts.leaked(numbers_of_text(err)), [])
    return err, facts.objects[-1]


def double_free():
    err, p = misuse("double", "--encode-password-file=password")
    assert f"free({encoded(p)[0]}): double free" in err, err
    assert "It was allocated from:" in err and " in take " in err and " in main " in err, err


def interior_free():
    err, p = misuse("interior", "--encode-password-file=password")
    assert f"free({encoded(p + 8)[0]}): invalid pointer" in err and f" at {encoded(p)[0]}, allocated from:" in err, err


def misuse_hidden():
    for more in ((), ("--tool=/nowhere",), ("--tool=/nowhere", "--encode-password-file=password")):
        err, p = misuse("double", *more)
        assert "free((address hidden)): double free" in err and "It was called from:" in err, err


# ---- heap dumps ---------------------------------------------------------

def parse(*options, password=("--encode-password-file=password",), wanted=0):
    status, out, err = run(tap.tool, "parse", "-q", "--encode-addresses=1", *password, *options, "heap.dump", env=env())
    assert status == wanted, (status, out, err)
    return out, err


def views():
    _, err, _ = report("text", "--encode-addresses=1", "--dump-at-exit=encoded.dump")
    said = [line for line in err.splitlines() if "real addresses" in line]
    assert len(said) == 1 and "encoded.dump" in said[0] and "0600" in said[0], err
    equal(os.stat("encoded.dump").st_mode & 0o777, 0o600)
    _, err, facts = report("text", "--dump-at-exit=heap.dump")
    assert "real addresses" not in err, err
    head = facts.objects[2]
    token = encoded(head)[0]
    for form in ("text", "json"):
        out, err = parse("--format=" + form, "--object=" + hex(head), "--who-points-at=" + token, "--path=" + token, "--sites", "--retained", "--growing", "--interior")
        equal(facts.leaked(numbers_of_text(out + err)), [])
        assert token in out, (token, out)
        assert hex(head) not in out
    out, err = parse("--object=" + hex(head), password=())
    equal(facts.leaked(numbers_of_text(out)), [])
    assert "(address hidden)" in out and "without a password" in err
    for form in FORMATS:
        status = subprocess.run([tap.tool, "parse", "-q", *ENCODE, "--format=" + form, "heap.dump"], stdout=open("report", "wb"), stderr=subprocess.PIPE, env=env())
        equal((status.returncode, status.stderr), (1, b""))
        with open("report", "rb") as file:
            equal(facts.leaked(numbers(form, file.read())), [])
    out, err = parse("--object=0x1e00000000000001", wanted=3)


def database():
    for name, password in (("a.db", ("--encode-password-file=password",)), ("b.db", ())):
        parse("--sqlite=" + name, password=password)
        db = sqlite3.connect(name)
        facts = Facts()
        cells = [cell for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type='table'").fetchall()
                 for row in db.execute("SELECT * FROM " + table) for cell in row]
        found = [c for c in cells if isinstance(c, int)] + numbers_of_text(" ".join(c for c in cells if isinstance(c, str)))
        equal(facts.leaked(found), [])
        if password:
            token = int(encoded(facts.objects[2])[0], 16)
            equal(db.execute("SELECT size FROM object WHERE address=?", (token,)).fetchall(), [(48,)])
        db.close()


# ---- the password -------------------------------------------------------

def encode(*arguments, wanted=0, password=None):
    status, out, err = run(tap.tool, "encode", *arguments, env=env(**({} if password is None else {"LEAKSGC_PASSWORD": password})))
    assert status == wanted, (status, out, err)
    return out, err


def says(part, *arguments, wanted=3, password=None):
    out, err = encode(*arguments, wanted=wanted, password=password)
    equal(out, "")
    assert part in err, err


def passwords():
    says("no password", "0x1234")
    says("LEAKSGC_PASSWORD: the password is empty", "0x1234", password="")
    says("cannot read the password file missing: No such file", "--password-file=missing", "0x1234")
    says("cannot read the password file .: Is a directory", "--password-file=.", "0x1234")
    for content, why in ((b"", "the password is empty"), (b"\n", "the password is empty"), (b"a\0b\n", "the password has a NUL byte"),
                         (b"x" * 1025, "longer than 1024 bytes"), (b"x" * 5000, "longer than 1024 bytes")):
        with open("odd", "wb") as file:
            file.write(content)
        os.chmod("odd", 0o600)
        says("odd: " + ("the password is " if "longer" in why else "") + why, "--password-file=odd", "0x1234", password="not this one")
    with open("odd", "wb") as file:
        file.write(b"x" * 1024 + b"\r\n")
    equal(encode("--password-file=odd", "0x1234")[0], encode("0x1234", password="x" * 1024)[0])


# Root may read all, so for this it becomes nobody.
def unreadable():
    os.chmod("odd", 0)
    status, out, err = as_other(tap.tool, "encode", "--password-file=odd", "0x1234")
    equal((status, out), (3, ""))
    assert "cannot read the password file odd: Permission denied" in err, err


def as_other(*argv):
    os.chmod(tmp, 0o711)
    return run(*argv, env=env(), **({"user": 65534} if os.geteuid() == 0 else {}))


def other_can_run():
    try:
        return as_other(tap.tool, "--version")[0] == 0
    except OSError:
        return False


def open_to_others():
    out, err = encode("--password-file=password", "0x1234")
    equal(err, "")
    for mode in (0o640, 0o604):
        os.chmod("password", mode)
        again, err = encode("--password-file=password", "0x1234")
        equal(again, out)
        assert "the password file password can be read by others" in err, err
    os.chmod("password", 0o600)


def addresses():
    for bad in ("", "x", "0x", "-1", " 1", "+1", "0x1g", "0x10000000000000000"):
        says(f"'{bad}' is no address", "--", bad, wanted=2, password="p")
    says("the address is missing", wanted=2, password="p")
    says("", "--password=p", "1", wanted=2, password="p")   # never on the command line
    equal(encode("0x10", "16", "0x11", password="p")[0].split()[:2], encode("0x10", "0x10", password="p")[0].split())


# The program, the library's helpers and the tool, as `ps` shows them while the tool waits for a password from a pipe.
def arguments_are_clean():
    os.mkfifo("pipe", 0o600)
    process = subprocess.Popen([tap.tool, "run", "--library=" + tap.library, "--encode-addresses=1", "--encode-password-file=pipe", "--", program, "facts"],
                               env=env(), stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
    with open("pipe", "w") as pipe:     # until the tool opens it
        seen = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/cmdline", "rb") as file:
                    seen.append(file.read())
            except OSError:
                pass
        pipe.write("very secret words\n")
    err = process.communicate(timeout=60)[1].decode()
    assert any(b"--encode-password-file=" in line for line in seen), "the tool was not there"
    assert not any(b"secret words" in line for line in seen)
    pc = Facts().pcs[0]
    assert encoded(pc, password="very secret words")[0] in err, err


# ---- the C API ----------------------------------------------------------

API = r"""
#include <errno.h>
#include <leaksgc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static void odd(const char *what, const char *password, char *buf, size_t size)
{
    errno = 0;
    printf("%s %d", what, leaksgc_encode(buf, password, buf, size));
    printf(" %s\n", strerrorname_np(errno));
}
int main(int argc, char **argv)
{
    char buf[LEAKSGC_TOKEN_SIZE + 1] = "unchanged", tiny[LEAKSGC_TOKEN_SIZE - 1] = "tiny", large[1026];
    if (argc > 1) {
        odd("missing", "p", buf, sizeof buf);
        return 0;
    }
    for (int i = 0; i < 3; i++) {
        buf[LEAKSGC_TOKEN_SIZE] = '!';
        errno = 5;
        int n = leaksgc_encode((void *)(0x7f0000001000 + (i & 1)), i < 2 ? "one" : "two", buf, LEAKSGC_TOKEN_SIZE);
        printf("%d %s %zu %d %c\n", n, buf, strlen(buf), errno, buf[LEAKSGC_TOKEN_SIZE]);
    }
    memset(large, 'x', sizeof large);
    large[1025] = 0;
    odd("null", NULL, buf, sizeof buf);
    odd("empty", "", buf, sizeof buf);
    odd("long", large, buf, sizeof buf);
    odd("nobuf", "p", NULL, 100);
    odd("small", "p", tiny, sizeof tiny);
    odd("zero", "p", tiny, 0);
    puts(tiny);
    return 0;
}
"""


def build_api():
    with open("api.c", "w") as file:
        file.write(API)
    status, out, err = run(os.environ.get("CC", "cc").split()[0], "-w", "-D_GNU_SOURCE", "-I" + tap.srcdir + "/include", "-o", "api", "api.c",
                           tap.library, "-Wl,-rpath," + os.path.dirname(os.path.abspath(tap.library)))
    assert status == 0, err


def api(**more):
    status, out, err = run("./api", env=env(**more))
    assert status == 0 and err == "", (status, err)
    one = encoded(0x7f0000001000, 0x7f0000001001, password="one")
    two = encoded(0x7f0000001000, password="two")
    equal(out.splitlines(), [f"18 {token} 18 5 !" for token in one + two]
          + ["null -1 EINVAL", "empty -1 EINVAL", "long -1 EINVAL", "nobuf -1 EINVAL", "small -1 ERANGE", "zero -1 ERANGE", "tiny"])


# A library of that name that is none is what the loader finds first.  ENOTSUP is EOPNOTSUPP on Linux.
def api_without_sodium():
    os.mkdir("none")
    for name in ("libsodium.so.23", "libsodium.so"):
        with open("none/" + name, "w") as file:
            file.write("no library\n")
    status, out, err = run("./api", "missing", env=env(LD_LIBRARY_PATH="none"))
    equal((status, out), (0, "missing -1 EOPNOTSUPP\n"))


def library_is_lazy():
    with open("maps.c", "w") as file:
        file.write('#include <stdio.h>\nint main(void) { FILE *f = fopen("/proc/self/maps", "r"); for (int c; (c = getc(f)) != EOF; ) putchar(c); fclose(f); return 0; }')
    status, out, err = run(os.environ.get("CC", "cc").split()[0], "-o", "maps", "maps.c")
    status, out, err = run(tap.tool, "run", "--library=" + tap.library, *ENCODE, "--", "./maps", env=env())
    assert status == 0 and "libleaksgc" in out and "libsodium" not in out, out


# ---- a live process -----------------------------------------------------

def live():
    process = subprocess.Popen([tap.tool, "run", "--library=" + tap.library, "--encode-addresses=1", "-q", "--", program + "_live", "facts"],
                               env=env(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    process.stdout.readline()
    facts = Facts()
    for command in (("leaks",), ("leaks", "--format=json"), ("gc", "-n", "2", "-i", "20ms"), ("heap", "--top=20"), ("lost",)):
        for secret in ({}, {"LEAKSGC_PASSWORD": "a secret"}):
            status, out, err = run(tap.tool, *command, str(process.pid), env=env(**secret))
            assert status in (0, 1), (status, err)
            equal(facts.leaked(numbers_of_text(out + err)), [])
            if secret and command[0] in ("leaks", "gc"):
                assert encoded(facts.pcs[0])[0] in out, out
            assert ("(address hidden)" in out) <= (not secret), out
    for quiet in ((), ("-q",)):
        status, out, err = run(tap.tool, "dump", *quiet, str(process.pid), "live.dump", env=env())
        assert status == 0 and err.count("real addresses") == 1 and "live.dump" in err and "0600" in err, (status, out, err)
        equal((bool(out), os.stat("live.dump").st_mode & 0o777), (not quiet, 0o600))
    process.stdin.close()
    process.wait()


for form in FORMATS:
    if form not in ("folded", "junit", "sarif", "html"):    # there names and offsets stand for most addresses
        check(f"{form}: addresses are found where the option is off", is_found_in_the_open, form)
    check(f"{form}: no address, but the token", has_the_token, form)
    check(f"{form}: without names, too", has_no_address, form, "--symbolize=0")
    check(f"{form}: no password, so no address and no token", hides_all, form)
check("without the tool addresses are hidden", without_the_tool)
if run("setarch", "-R", "true")[0] == 0:
    check("two runs give the same tokens, another password others", same_twice)
else:
    skip("two runs give the same tokens, another password others", "setarch -R is not permitted here")
check("reports with tokens are compared, and are baselines", json_reports_compare)
if importlib.util.find_spec("jsonschema"):
    check("reports with tokens, and without, are valid by the schema", json_is_valid)
else:
    skip("reports with tokens, and without, are valid by the schema", "no python3-jsonschema")
check("a profile with tokens is a valid one", pprof_is_one)
check("a double free names the pointer by its token", double_free)
check("so does the free of an inner pointer", interior_free)
check("without a password or a tool they name none", misuse_hidden)
check("views of a heap dump", views)
check("its database", database)
check("passwords that are wrong are refused by name", passwords)
if other_can_run():
    check("a file that may not be read", unreadable)
else:
    skip("a file that may not be read", "root may read all, and nobody cannot run the tool here")
check("a password file that others can read gets a warning", open_to_others)
check("what is no address is refused by name", addresses)
check("the password is in no command line", arguments_are_clean)
build_api()
check("leaksgc_encode", api)
check("leaksgc_encode with leak finding on: it leaks nothing", lambda: api(GC_FIND_LEAK="1"))
check("leaksgc_encode without libsodium", api_without_sodium)
check("a program that asks for no token has no libsodium in it", library_is_lazy)
status, out, err = run(os.environ.get("CC", "cc").split()[0], "-g", "-O1", "-w", "-fPIE", "-pie", "-DLIVE", "-o", program + "_live", program + ".c", "-lpthread")
check("commands on a live process that encodes", live)
tap.done()
