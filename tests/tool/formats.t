#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# formats.t: pprof, folded, SARIF, JUnit, valgrind's XML and the JSON schema, each read back by a reader that is not ours.
import json
import os
import re
import sys
import xml.etree.ElementTree as etree

sys.path.insert(0, os.path.join(os.environ.get("srcdir") or os.path.join(os.path.dirname(__file__), "../.."), "tests/lib"))
import profile
import tap
from tap import check, equal, report, run, skip, text

try:
    import jsonschema
except ImportError:
    jsonschema = None

# A program with inlined functions, a cycle of names, and symbols that no compiler makes: one per escape to get wrong.
SOURCE = r"""
#include <stdlib.h>
void *volatile sink;
void take(size_t n) __asm__("\"<script>alert(1)</script>&;]]>\"");
void take(size_t n) { sink = malloc(n); sink = 0; __asm__ volatile(""); }
static inline __attribute__((always_inline)) void inner(size_t n) { sink = malloc(n); }
static inline __attribute__((always_inline)) void middle(size_t n) { inner(n); }
__attribute__((noinline)) void outer(void) { middle(100); middle(100); middle(100); sink = 0; __asm__ volatile(""); }
int main(void) { outer(); outer(); take(7); return 0; }
"""


def build():
    folder = os.path.join(tap.tmp, "a <b>&\"' ;c")
    os.mkdir(folder)
    source, program = os.path.join(folder, "x;&y.c"), os.path.join(tap.tmp, "program")
    with open(source, "w") as file:
        file.write(SOURCE)
    status, out, err = run(os.environ.get("CC", "cc").split()[0], "-g", "-O1", "-o", program, source)
    assert status == 0, err
    return program, source


program, source = build()


def of_program(form, *options):
    out = os.path.join(tap.tmp, "program." + form)
    status, said, err = run(tap.tool, "run", "--library=" + tap.library, "--format=" + form, "-o", out, *options, "--", program)
    assert status == 23, (status, err)
    return out


def line_of(snippet):
    return SOURCE[:SOURCE.index(snippet)].count("\n") + 1


ALLOC = line_of("inline)) void inner")

# ---- pprof --------------------------------------------------------------


def pprof_kept():
    p = profile.read(report("pprof", "good-leaks"))
    assert p["packed"], "not packed by gzip"
    equal([s["values"] for s in p["samples"]],
          [{("leaked_objects", "count"): 2, ("leaked_space", "bytes"): 100}, {("leaked_objects", "count"): 3, ("leaked_space", "bytes"): 40}])
    equal([s["labels"]["kind"] for s in p["samples"]], ["direct", "indirect"])
    # A return address counts as the instruction before it; an exact one as itself.
    equal(p["samples"][0]["addresses"], [0x401233, 0x7f00000000ff, 0xdead])
    equal((p["mappings"][1]["file"], p["mappings"][1]["build_id"], p["mappings"][1]["start"], p["mappings"][1]["limit"]),
          ("/opt/no such/program", "00112233445566778899aabbccddeeff00112233", 0x400000, 0x500000))
    equal(p["mappings"][1]["functions"], 0)
    equal((p["comments"], p["time"], p["default"]), (["2 threads did not stop"], 1700000000123456789, "leaked_space"))


def pprof_empty():
    equal(profile.read(report("pprof", "good-clean", status=0))["samples"], [])


def pprof_named():
    p = profile.read(of_program("pprof"))
    stacks = {tuple(name for name, _, _ in s["stack"])[:4]: s for s in p["samples"]}
    sample = stacks[("inner", "middle", "outer", "main")]
    equal(sample["stack"][0], ("inner", source, ALLOC))
    equal(sum(s["values"][("leaked_space", "bytes")] for s in p["samples"]), 607)
    equal(p["mappings"][1]["functions"], 1)
    assert ("take",) in {k[:1] for k in stacks} or any("<script>" in k[0] for k in stacks), stacks


def pprof_hostile():
    p = profile.read(report("pprof", "good-hostile"))
    assert "<img src=x" in p["mappings"][1]["file"] and len(p["samples"]) == 1


def pprof_same_each_time():
    with open(report("pprof", "good-leaks"), "rb") as file:
        first = file.read()
    with open(report("pprof", "good-leaks"), "rb") as file:
        equal(first, file.read())


def pprof_of_google():
    status, out, err = run("go", "tool", "pprof", "-raw", of_program("pprof"), env={**os.environ, "HOME": tap.tmp, "PPROF_TMPDIR": tap.tmp})
    assert status == 0 and "leaked_space/bytes" in out and re.search(r"inner .*:%d" % ALLOC, out), out + err


# ---- folded -------------------------------------------------------------


# flamegraph.pl splits a line so: the last blank, and ';' in front of it.
def folded(path):
    result = []
    for line in text(path).splitlines():
        stack, value = re.fullmatch(r"(.*)\s+(\d+)", line).groups()
        result.append((stack.split(";"), int(value)))
    return result


def folded_kept():
    equal(folded(report("folded", "good-leaks")),
          [(["0xdead", "plugin.so+0x100", "program+0x401234"], 100), (["plugin.so+0x200"], 40)])


def folded_named():
    stacks = folded(of_program("folded"))
    equal(sum(value for _, value in stacks), 607)
    equal(sum(value for stack, value in stacks if stack[-4:] == ["main", "outer", "middle", "inner"]), 600)


def folded_hostile():
    stacks = folded(report("folded", "good-hostile"))
    equal((len(stacks), len(stacks[0][0]), stacks[0][1]), (1, 2, 100))


def folded_notes():
    status, out, err = run(tap.tool, "report", "--format=folded", os.path.join(tap.findings, "good-leaks"))
    assert "NOTE: 2 threads did not stop" in err and "NOTE" not in out


# ---- SARIF --------------------------------------------------------------


def sarif(path):
    with open(path, encoding="utf-8") as file:
        log = json.load(file)
    if jsonschema:
        with open(os.path.join(tap.srcdir, "tests/tool/sarif.schema.json"), encoding="utf-8") as file:
            jsonschema.validate(log, json.load(file))
        # The whole schema of OASIS, where somebody has it.
        if os.environ.get("SARIF_SCHEMA"):
            with open(os.environ["SARIF_SCHEMA"], encoding="utf-8") as file:
                jsonschema.validate(log, json.load(file))
    equal(log["version"], "2.1.0")
    sarif_run = log["runs"][0]
    rules = sarif_run["tool"]["driver"]["rules"]
    for result in sarif_run["results"]:
        equal(rules[result["ruleIndex"]]["id"], result["ruleId"])
        assert result["kind"] == "fail" or result["level"] == "none"
    return sarif_run


def sarif_kept():
    for options, kinds in ((), ["leak/direct", "leak/indirect"]), (("--report-kinds=all",), ["leak/direct", "leak/indirect", "leak/possible", "leak/reachable"]):
        results = sarif(report("sarif", "good-leaks", *options))["results"]
        equal([r["ruleId"] for r in results], kinds)
        equal([r["occurrenceCount"] for r in results][:2], [2, 3])
    with open(report("json", "good-leaks"), encoding="utf-8") as file:
        fingerprints = [leak["fingerprint"] for leak in json.load(file)["leaks"]]
    equal([r["partialFingerprints"]["leaksgcSite/v1"] for r in results[:2]], fingerprints)


def sarif_named():
    results = sarif(of_program("sarif"))["results"]
    result = [r for r in results if r["locations"][0]["physicalLocation"]["region"]["startLine"] == ALLOC][0]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    from urllib.parse import unquote, urlparse
    equal((urlparse(uri).scheme, unquote(urlparse(uri).path)), ("file", source))
    names = [f["location"]["logicalLocations"][0]["fullyQualifiedName"] for f in result["stacks"][0]["frames"][:4]]
    equal(names, ["inner", "middle", "outer", "main"])
    flow = result["codeFlows"][0]["threadFlows"][0]["locations"]
    equal(len(flow), len(result["stacks"][0]["frames"]))


def sarif_clean_and_hostile():
    equal(sarif(report("sarif", "good-clean", status=0))["results"], [])
    hostile = sarif(report("sarif", "good-hostile"))
    assert "<img src=x" in hostile["results"][0]["message"]["text"]
    assert "<" not in hostile["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]


def rules_file(rules):
    path = os.path.join(tap.tmp, "rules")
    with open(path, "w") as file:
        file.write(rules)
    return "--suppressions=" + path


def sarif_suppressed():
    results = sarif(report("sarif", "good-leaks", rules_file("leak:program\n")))["results"]
    equal([r.get("suppressions") for r in results], [[{"kind": "external", "justification": "program"}], None])


# ---- JUnit --------------------------------------------------------------

# The elements of the schema that Ant, Jenkins and GitLab share: name -> (attributes, of them required, children).
JUNIT = {
    "testsuites": ({"name", "time", "tests", "failures", "errors", "disabled"}, set(), {"testsuite"}),
    "testsuite": ({"name", "tests", "failures", "errors", "time", "disabled", "skipped", "timestamp", "hostname", "id", "package"},
                  {"name", "tests", "failures", "errors", "time", "timestamp", "hostname"},
                  ["properties", "testcase", "system-out", "system-err"]),
    "properties": (set(), set(), {"property"}),
    "property": ({"name", "value"}, {"name", "value"}, set()),
    "testcase": ({"name", "assertions", "time", "classname", "status"}, {"name", "classname", "time"},
                 ["skipped", "error", "failure", "system-out", "system-err"]),
    "skipped": ({"message"}, set(), set()),
    "failure": ({"type", "message"}, {"type"}, set()),
    "system-out": (set(), set(), set()),
    "system-err": (set(), set(), set()),
}


def valid_junit(element):
    allowed, required, children = JUNIT[element.tag]
    assert set(element.attrib) <= allowed and required <= set(element.attrib), element.attrib
    order = [child.tag for child in element]
    assert set(order) <= set(children), order
    if isinstance(children, list):
        equal(order, sorted(order, key=children.index))
    for child in element:
        valid_junit(child)


def junit(path):
    root = etree.parse(path).getroot()
    valid_junit(root)
    equal(root.tag, "testsuites")
    suite, = root
    cases = suite.findall("testcase")
    equal(len({(c.get("classname"), c.get("name")) for c in cases}), len(cases))
    equal((suite.get("tests"), suite.get("failures"), suite.get("skipped")),
          (str(len(cases)), str(len(suite.findall("testcase/failure"))), str(len(suite.findall("testcase/skipped")))))
    equal((root.get("tests"), root.get("failures")), (suite.get("tests"), suite.get("failures")))
    float(suite.get("time"))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.get("timestamp"))
    return suite


def junit_kept():
    suite = junit(report("junit", "good-leaks"))
    equal([c.get("classname") for c in suite.findall("testcase")], ["leaksgc.direct", "leaksgc.indirect"])
    assert "#1 /opt/no such/plugin.so+0x100" in suite.find("testcase/failure").text
    assert "2 threads" in suite.find("system-out").text
    suite = junit(report("junit", "good-leaks", "--report-kinds=all"))
    equal((suite.get("tests"), suite.get("failures")), ("4", "3"))


def junit_clean_and_hostile():
    suite = junit(report("junit", "good-clean", status=0))
    equal([(c.get("name"), len(c)) for c in suite.findall("testcase")], [("no leaks", 0)])
    assert "<img src=x" in junit(report("junit", "good-hostile")).find("testcase").get("name")


def junit_suppressed():
    suite = junit(report("junit", "good-leaks", rules_file("leak:program\n")))
    equal((suite.get("failures"), suite.get("skipped")), ("1", "1"))


def junit_named():
    case = [c for c in junit(of_program("junit")).findall("testcase") if re.fullmatch(r"inner \[\w+\]", c.get("name"))]
    equal(len(case), 1)
    # Six places have one name: the same function, called from the same ones.
    fingerprint = re.search(r"\[([0-9a-f]{16})\]", case[0].get("name")).group(1)
    equal(sorted(c.get("name") for c in junit(of_program("junit")).findall("testcase") if fingerprint in c.get("name")),
          [f"inner [{fingerprint}, {n}]" for n in range(2, 7)] + [f"inner [{fingerprint}]"])
    assert f"#0 inner {source}:{ALLOC}\n" in case[0].find("failure").text


# ---- valgrind's XML -----------------------------------------------------


def valgrind(path):
    root = etree.parse(path).getroot()
    equal((root.tag, root.findtext("protocolversion"), root.findtext("protocoltool"), root.findtext("tool")),
          ("valgrindoutput", "4", "memcheck", "memcheck"))
    # The order that its protocol-4 description gives.
    order = [child.tag for child in root]
    place = ["protocolversion", "protocoltool", "preamble", "pid", "ppid", "tool", "args", "status", "error", "errorcounts", "suppcounts"]
    equal(order, sorted(order, key=place.index))
    equal([s.findtext("state") for s in root.findall("status")], ["RUNNING", "FINISHED"])
    for error in root.findall("error"):
        equal([child.tag for child in error], ["unique", "tid", "kind", "xwhat", "stack"])
        equal([child.tag for child in error.find("xwhat")], ["text", "leakedbytes", "leakedblocks"])
        assert error.findall("stack/frame"), "a stack needs a frame"
        for frame in error.findall("stack/frame"):
            tags = [child.tag for child in frame]
            equal(tags, [tag for tag in ("ip", "obj", "fn", "dir", "file", "line") if tag in tags])
            assert re.fullmatch(r"0x[0-9a-f]+", frame.findtext("ip"))
    equal(len({e.findtext("unique") for e in root.findall("error")}), len(root.findall("error")))
    return root


def xml_kept():
    errors = valgrind(report("xml", "good-leaks", "--report-kinds=all")).findall("error")
    equal([e.findtext("kind") for e in errors], ["Leak_DefinitelyLost", "Leak_IndirectlyLost", "Leak_PossiblyLost", "Leak_StillReachable"])
    equal([e.findtext("xwhat/leakedbytes") for e in errors], ["140", "40", "7", "5000"])
    # As CTest and others look for it in text.
    what = r"[0-9,]+ \([0-9,]+ direct, [0-9,]+ indirect\) bytes in [0-9,]+ blocks are definitely lost in loss record [0-9,]+ of [0-9,]+"
    assert re.fullmatch(what, errors[0].findtext("xwhat/text"))


def xml_named():
    root = valgrind(of_program("xml"))
    frame = [f for f in root.findall("error/stack/frame") if f.findtext("fn") == "inner"][0]
    equal((frame.findtext("dir"), frame.findtext("file"), frame.findtext("line")),
          (os.path.dirname(source), os.path.basename(source), str(ALLOC)))


def xml_clean_hostile_suppressed():
    equal(valgrind(report("xml", "good-clean", status=0)).findall("error"), [])
    assert "<img src=x" in valgrind(report("xml", "good-hostile")).findtext("error/stack/frame/obj")
    pair = valgrind(report("xml", "good-leaks", rules_file("leak:program\n"))).find("suppcounts/pair")
    equal((pair.findtext("count"), pair.findtext("name")), ("2", "program"))


# ---- rounds of a recursion that are left out -----------------------------

MARK = "[recursion folded]"


def recursion():
    stack, = profile.read(report("pprof", "good-recursion"))["samples"]
    equal([name for name, _, _ in stack["stack"]].count(MARK), 1)
    equal(len(stack["addresses"]), 4)
    equal(folded(report("folded", "good-recursion")), [(["program+0x401400", MARK, "program+0x401300", "program+0x401234"], 100)])
    result, = sarif(report("sarif", "good-recursion"))["results"]
    equal([f.get("properties") for f in result["stacks"][0]["frames"]], [None, {"folded": 2}, None])
    words = "[recursion: these 2 calls repeat]"
    equal([words in s["location"]["message"]["text"] for s in result["codeFlows"][0]["threadFlows"][0]["locations"]], [False, True, False])
    lines = junit(report("junit", "good-recursion")).find("testcase/failure").text.splitlines()
    equal([words in line for line in lines if "#" in line], [False, True, False])
    equal([f.findtext("fn") for f in valgrind(report("xml", "good-recursion")).findall("error/stack/frame")], [None, None, MARK, None])


def recursion_changes_no_fingerprint():
    plain = os.path.join(tap.tmp, "plain")
    with open(plain, "w") as file:
        file.write(text(os.path.join(tap.findings, "good-recursion")).replace("401300 0 2", "401300 0"))
    prints = [json.loads(text(report("json", which)))["leaks"][0]["fingerprint"] for which in ("good-recursion", plain)]
    equal(prints[0], prints[1])


# ---- JSON ---------------------------------------------------------------


# What the schema names under a definition, followed through references.
def described(schema, node):
    if "$ref" in node:
        node = schema["definitions"][node["$ref"].rsplit("/", 1)[1]]
    return node


def undescribed(schema, node, value, where):
    node = described(schema, node)
    if isinstance(value, dict):
        for key, part in value.items():
            if key not in node.get("properties", {}):
                raise AssertionError(f"{where}.{key} is not in doc/report.schema.json: describe it there")
            undescribed(schema, node["properties"][key], part, f"{where}.{key}")
    elif isinstance(value, list):
        for part in value:
            undescribed(schema, node.get("items", {}), part, where + "[]")


def json_schema():
    with open(os.path.join(tap.srcdir, "doc/report.schema.json"), encoding="utf-8") as file:
        schema = json.load(file)
    paths = [report("json", "good-leaks", "--report-kinds=all"), of_program("json")]
    for path in paths + [report("json", "good-leaks", rules_file("leak:program\n")), report("json", "good-hostile"), report("json", "good-sections"), report("json", "good-clean", status=0)]:
        with open(path, encoding="utf-8") as file:
            value = json.load(file)
        undescribed(schema, schema, value, "")
        if jsonschema:
            jsonschema.validate(value, schema)
    value["leaks"] = [{}]
    if jsonschema:
        try:
            jsonschema.validate(value, schema)
        except jsonschema.ValidationError:
            return
        raise AssertionError("an empty leak is accepted")


# ---- all ----------------------------------------------------------------


# Leaks and threads that nobody joined count; what is listed apart from them does not.
def sections():
    equal([r["ruleId"] for r in sarif(report("sarif", "good-sections"))["results"]], ["leak/direct", "leak/thread"])
    equal([c.get("classname") for c in junit(report("junit", "good-sections")).findall("testcase/failure/..")], ["leaksgc.direct", "leaksgc.thread"])
    equal([(e.findtext("kind"), e.findtext("xwhat/leakedbytes")) for e in valgrind(report("xml", "good-sections")).findall("error")],
          [("Leak_DefinitelyLost", "100"), ("Leak_PossiblyLost", "8192")])
    equal(len(profile.read(report("pprof", "good-sections"))["samples"]), 1)
    equal([value for _, value in folded(report("folded", "good-sections"))], [100])


def unsymbolized():
    for form in ("pprof", "folded", "sarif", "junit", "xml", "html"):
        assert os.path.getsize(of_program(form, "--symbolize=0")) > 0


# Without the tool every format is written all the same, with modules and offsets.
def without_tool():
    readers = {"pprof": profile.read, "folded": folded, "sarif": sarif, "junit": junit, "xml": valgrind, "html": text}
    for form, reader in readers.items():
        out = os.path.join(tap.tmp, "alone." + form)
        env = {**os.environ, "GC_FIND_LEAK": "1", "LD_PRELOAD": tap.library, "LEAKSGC_TOOL": "/nonexistent/tool",
               "LEAKSGC_OPTIONS": f"format={form}:log_path={out}"}
        status, said, err = run(program, env=env)
        assert status == 0 and "/nonexistent/tool" in err, err
        assert reader(out)


def listed():
    for form in ("text", "json", "pprof", "folded", "sarif", "junit", "xml", "html"):
        assert re.search(r"one of:.*\b" + form, run(tap.tool, "help", "report")[1])
        assert re.search(r"\b" + form + r"\b", text(os.path.join(tap.srcdir, "doc/leaksgc.1")))
    equal(run(tap.tool, "report", "--format=gif", os.path.join(tap.findings, "good-leaks"))[0], 2)


# `command` with a terminal as its standard output and error.
def on_terminal(command):
    import pty
    main, child = pty.openpty()
    import subprocess
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=child, stderr=child)
    os.close(child)
    said = b""
    while True:
        try:
            part = os.read(main, 4096)
        except OSError:
            break
        if not part:
            break
        said += part
    os.close(main)
    return process.wait(60), said.decode(errors="replace")


def no_binary_on_a_terminal():
    status, said = on_terminal([tap.tool, "run", "--library=" + tap.library, "--format=pprof", program])
    assert status == 2 and "pprof is binary" in said and "-o FILE" in said, said
    status, said = on_terminal([tap.tool, "report", "--format=pprof", os.path.join(tap.findings, "good-leaks")])
    assert status == 2 and "redirect" in said, said
    status, said = on_terminal(["env", "GC_FIND_LEAK=1", "LD_PRELOAD=" + tap.library, "LEAKSGC_OPTIONS=format=pprof",
                                "LEAKSGC_TOOL=" + tap.tool, program])
    assert status == 0 and "log_path" in said and "SUMMARY: leaksgc: 607 byte(s)" in said, said


check("pprof: a kept finding", pprof_kept)
check("pprof: nothing found", pprof_empty)
check("pprof: functions, lines, inlined frames", pprof_named)
check("pprof: hostile names", pprof_hostile)
check("pprof: the same finding gives the same file", pprof_same_each_time)
if any(os.access(os.path.join(d, "go"), os.X_OK) for d in os.environ["PATH"].split(":")):
    check("pprof: by the pprof of Go", pprof_of_google)
else:
    skip("pprof: by the pprof of Go", "no go")
check("folded: a kept finding", folded_kept)
check("folded: functions", folded_named)
check("folded: hostile names", folded_hostile)
check("folded: notes go to standard error", folded_notes)
check("SARIF: a kept finding", sarif_kept)
check("SARIF: locations, stacks, flows", sarif_named)
check("SARIF: nothing found, hostile names", sarif_clean_and_hostile)
check("SARIF: suppressed results say so", sarif_suppressed)
if not jsonschema:
    skip("SARIF: valid", "no jsonschema for python3")
check("JUnit: a kept finding", junit_kept)
check("JUnit: nothing found, hostile names", junit_clean_and_hostile)
check("JUnit: suppressed is skipped", junit_suppressed)
check("JUnit: functions", junit_named)
check("XML: a kept finding", xml_kept)
check("XML: functions and lines", xml_named)
check("XML: nothing found, hostile names, suppressed", xml_clean_hostile_suppressed)
check("a folded recursion is marked in every format", recursion)
check("and its mark changes no fingerprint", recursion_changes_no_fingerprint)
check("JSON: valid by its schema, which names all that is written", json_schema)
check("threads that nobody joined are leaks, suspects are none", sections)
check("every format without names", unsymbolized)
check("every format without the tool", without_tool)
check("every format is in help and manual", listed)
check("a binary format spares a terminal", no_binary_on_a_terminal)
tap.done()
