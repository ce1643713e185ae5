#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# html.t: the HTML report in a headless browser: it sorts, filters, zooms, asks the network for nothing, and runs no hostile name.
import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.environ.get("srcdir") or os.path.join(os.path.dirname(__file__), "../.."), "tests/lib"))
import chromium
import tap
from tap import check, equal, report, text

if not chromium.find():
    tap.skip_all("no chromium")

ROWS = "[...document.querySelectorAll('#leaks tbody tr.row')].map(r => [...r.cells].map(c => c.textContent))"


# A finding of many sites: site i leaks i * 10 bytes in 100 - i objects, from function i of the chain.
def many(n):
    lines = ["leaksgc-finding 1", f"process 4711 1 1700000000123456789 exit /opt/many", "pause 1 1 1", f"live {n} {n}"]
    lines += [f"total {k} 1000 100" for k in range(4)] + ["module 400000 500000 0 - /opt/many 0", "thread 1 4711 main -"]
    for i in range(1, n + 1):
        lines += [f"group {i % 2} {i * 10} {n + 1 - i} 0 0 1700000000000000000 1700000000000000000 0 1 1 1"]
        lines += [f"frame r {0x400000 + j:x} 0" for j in range(i, max(0, i - 5), -1)] + ["frame r 400000 0"]
    path = os.path.join(tap.tmp, f"many{n}")
    with open(path, "w") as file:
        file.write("\n".join(lines + [f"end {n}", ""]))
    return path


def quiet(page):
    equal(page.said, [])
    equal([url for url in page.asked if not url.startswith("file://")], [])
    equal(len(page.asked), 1)
    page.asked.clear()


def kept(page):
    page.open(report("html", "good-leaks", "--report-kinds=all"))
    equal(page.eval("document.title"), "leaks of program")
    rows = page.eval(ROWS)
    equal([row[:4] for row in rows], [["reachable", "5,000", "50", ""], ["direct", "100", "2", "40"], ["indirect", "40", "3", ""], ["possible", "7", "1", ""]])
    equal(page.eval("document.querySelector('#notes').innerText.trim()"), "2 threads did not stop")
    assert "100 B" in page.eval("document.querySelector('.tile.direct').innerText")
    quiet(page)


def recursion(page):
    page.open(report("html", "good-recursion"))
    page.click("#leaks tbody tr.row")
    items = page.eval("[...document.querySelectorAll('ol.frames li')].map(i => i.textContent)")
    equal(["these 2 calls repeat" in item for item in items], [False, True, False])
    quiet(page)


# By a mouse: once is the largest first, again the smallest; text the other way round.
def sorts(page):
    page.open(report("html", many(60)))
    for key, column, down in ("bytes", 1, False), ("objects", 2, True), ("name", 4, False):
        values = []
        for _ in range(2):
            page.click(f"#leaks th[data-key={key}]")
            got = [row[column] for row in page.eval(ROWS)]
            values.append([int(v.replace(",", "")) for v in got] if column < 4 else got)
        equal(values[0], sorted(values[0], reverse=down))
        equal(values[1], sorted(values[1], reverse=not down))
        assert values[0] != values[1]
    equal(page.eval("document.querySelector('th[data-key=name]').getAttribute('aria-sort')"), "descending")
    quiet(page)


def filters(page):
    page.open(report("html", many(60)))
    page.click("#filter")
    page.type("many+0x400014")
    shown = page.eval(ROWS)
    equal(sorted(int(row[1].replace(",", "")) for row in shown), [200, 210, 220, 230, 240])
    assert "5 sites" in page.eval("document.querySelector('#count').textContent")
    page.eval("const f = document.querySelector('#filter'); f.value = ''; f.dispatchEvent(new Event('input'))")
    page.click("#kinds input")
    equal({row[0] for row in page.eval(ROWS)}, {"indirect"})
    equal(page.eval("document.querySelectorAll('#leaks tbody tr.row').length"), 30)


def opens(page):
    page.open(report("html", "good-leaks"))
    page.click("#leaks tbody tr.row")
    stack = page.eval("[...document.querySelectorAll('tr.stack li')].map(e => e.innerText.trim())")
    equal([line.split()[0] for line in stack], ["program+0x401234", "plugin.so+0x100", "0xdead"])
    assert "unloaded" in stack[1]
    assert "fingerprint" in page.eval("document.querySelector('tr.stack .facts').innerText")
    page.click("#leaks tbody tr.row")
    equal(page.eval("document.querySelectorAll('tr.stack').length"), 0)


# Widths are shares; a click makes its cell the widest.
def flame(page):
    page.open(report("html", many(3)))
    width = "Object.fromEntries([...document.querySelectorAll('.cell')].map(c => [c.textContent + '@' + c.style.top, parseFloat(c.style.width) + 1]))"
    cells = page.eval(width)
    total = cells["all@2px"]
    shares = [round(cells[f"many+0x40000{i}@{22 + 20 * i}px"] / total, 2) for i in range(4)]
    equal((len(cells), shares), (5, [1, 1, round(50 / 60, 2), 0.5]))
    page.click("input[value=objects]")
    equal(round(page.eval(width)["many+0x400002@62px"] / total, 2), 0.5)
    page.eval("[...document.querySelectorAll('.cell')].find(c => c.textContent == 'many+0x400002').click()")
    zoomed = page.eval(width)
    assert abs(zoomed["many+0x400002@62px"] - total) < 1.5, zoomed
    assert "many+0x400002" in page.eval("document.querySelector('#zoom').textContent")
    page.eval("[...document.querySelectorAll('.cell')].find(c => c.textContent == 'all').click()")
    equal(len(page.eval(width)), len(cells))


def sections(page):
    page.open(report("html", "good-sections"))
    equal({row[0]: row[1] for row in page.eval(ROWS)}, {"direct": "100", "thread": "8,192", "suspect": "900", "reclaimed": "50", "false": "60"})
    equal(page.eval("document.querySelectorAll('.cell').length"), 2)
    quiet(page)


def many_rows(page):
    page.open(report("html", many(1200)))
    equal(page.eval("document.querySelectorAll('#leaks tbody tr.row').length"), 500)
    page.click("#more")
    page.click("#more")
    equal(page.eval("document.querySelectorAll('#leaks tbody tr.row').length"), 1200)
    assert page.eval("document.querySelector('#more').hidden")


# A script of a name would set the title or show a dialog; an image of one would be asked for, or refused.
def hostile(page):
    path = report("html", "good-hostile")
    page.open(path)
    equal(page.eval("document.scripts.length"), 2)
    equal(page.eval("document.images.length + document.querySelectorAll('b, td td').length"), page.eval("document.querySelectorAll('.tile b').length"))
    assert "<img src=x onerror=alert(1)>" in page.eval(ROWS)[0][4]
    assert "</td>" not in page.eval(ROWS)[0][4]
    page.click("#leaks tbody tr.row")
    assert "</td>" in page.eval("document.querySelector('.facts').innerText")
    assert page.eval("document.querySelector('#notes li').innerText").startswith("<b>")
    quiet(page)


# The page's policy stands against what would get in all the same.
def policy(page):
    page.open(report("html", "good-leaks"))
    page.eval("const s = document.createElement('script'); s.textContent = 'document.title = \"broken\"'; document.body.append(s)")
    equal(page.eval("document.title"), "leaks of program")
    assert any("Content Security Policy" in said for said in page.said), page.said
    page.said.clear()
    page.asked.clear()


def light_and_dark(page):
    page.open(report("html", "good-leaks"))
    background = "getComputedStyle(document.body).backgroundColor"
    page.dark(False)
    light = page.eval(background)
    page.dark(True)
    dark = page.eval(background)
    assert light != dark
    page.click("#theme")
    equal(page.eval(background), light)
    page.click("#theme")
    equal(page.eval(background), dark)


def nothing(page):
    page.asked.clear()
    page.open(report("html", "good-clean", status=0))
    equal(page.eval(ROWS), [])
    assert "0 sites" in page.eval("document.querySelector('#count').textContent")
    quiet(page)


# What is in the page is the JSON report, to the letter after its escapes.
def data():
    page = text(report("html", "good-hostile"))
    inside = re.search(r'<script type="application/json" id="report">\n(.*?)\n</script>', page, re.S).group(1)
    with open(report("json", "good-hostile"), encoding="utf-8") as file:
        equal(json.loads(inside), json.load(file))
    assert "<" not in inside
    assert not re.search(r"https?://", page), "a link to elsewhere"


check("the data is the JSON report", data)
try:
    with chromium.Browser() as browser:
        for name, test in (("a kept finding", kept), ("a click on a header sorts", sorts), ("filters", filters), ("a row opens its stack", opens), ("a folded recursion is marked", recursion),
                           ("the flame graph", flame), ("what is no leak, apart", sections), ("many rows", many_rows), ("hostile names", hostile), ("the policy", policy),
                           ("light and dark", light_and_dark), ("nothing found", nothing)):
            browser.said.clear()
            browser.asked.clear()
            check(name, test, browser)
except OSError as error:
    check("the browser ends", lambda: (_ for _ in ()).throw(error))
tap.done()
