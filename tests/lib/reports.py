#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# reports.py: says whether JSON reports are valid and complete: exit 0 and a summary, or 1 and what is wrong.
# Usage: reports.py FILE...   Lines on stdout are TAP diagnostics.
import json
import sys


def documents(text):
    decoder, at = json.JSONDecoder(), 0
    while text[at:].strip():
        while text[at].isspace():
            at += 1
        document, at = decoder.raw_decode(text, at)
        yield document


wrong, seen = [], 0
most = None
for name in sys.argv[1:]:
    try:
        with open(name, encoding="utf-8") as log:
            found = list(documents(log.read()))
        if not found:
            wrong.append("%s is empty" % name)
        for report in found:
            seen += 1
            summary = report["summary"]
            for kind in ("direct", "indirect"):
                listed = [leak for leak in report["leaks"] if leak["kind"] == kind]
                for key in ("objects", "bytes"):
                    total = sum(leak[key] for leak in listed)
                    if total != summary[kind][key]:
                        wrong.append("%s: %d %s %s listed, %d in the summary" % (name, total, kind, key, summary[kind][key]))
            wrong += ["%s: note: %s" % (name, note) for note in report.get("notes") or []]
            wrong += ["%s: an entry without frames" % name for leak in report["leaks"] if not leak["frames"]]
            if most is None or summary["direct"]["bytes"] >= most["direct"]["bytes"]:
                most = summary
    except (OSError, ValueError, KeyError, TypeError) as error:
        wrong.append("%s: %s: %s" % (name, type(error).__name__, error))
if not seen:
    wrong.append("there is no report")
if most:
    print("# %d reports; the largest: %d direct objects, %d bytes; %d indirect, %d bytes"
          % (seen, most["direct"]["objects"], most["direct"]["bytes"], most["indirect"]["objects"], most["indirect"]["bytes"]))
for line in wrong[:20]:
    print("# " + line)
sys.exit(1 if wrong else 0)
