#!/bin/sh
# SPDX-License-Identifier: MIT
# python3.t: Debian's python3, with every object from malloc, computes the same under the library.
. "${srcdir=.}/tests/lib/world.sh"
need /usr/bin/python3
PYTHONMALLOC=malloc PYTHONHASHSEED=0 PYTHONDONTWRITEBYTECODE=1
export PYTHONMALLOC PYTHONHASHSEED PYTHONDONTWRITEBYTECODE
cat >"$scratch/work.py" <<'PY'
import collections, decimal, hashlib, json, re, subprocess, sys, threading, zlib

class Node:
    def __init__(self, n):
        self.n, self.name, self.kids = n, "node %d" % n, []

def tree(n):
    nodes = [Node(i) for i in range(n)]
    for i in range(1, n):
        nodes[(i - 1) // 3].kids.append(nodes[i])
    return nodes[0]

def total(node):
    return node.n + len(node.name) + sum(total(k) for k in node.kids)

# -I and -E would leave PYTHONMALLOC unread.
print("environment", not sys.flags.ignore_environment)
root = tree(60000)
print("tree", total(root))
words = collections.Counter(re.findall(r"\w+", " ".join("w%d x%d" % (i % 997, i % 313) for i in range(100000))))
print("words", words.most_common(5))
table = {str(i): {"id": i, "squares": [k * k for k in range(i % 20)]} for i in range(20000)}
text = json.dumps(table, sort_keys=True)
print("json", hashlib.sha256(text.encode()).hexdigest(), json.loads(text) == table)
packed = zlib.compress(text.encode(), 6)
print("zlib", zlib.decompress(packed).decode() == text)
decimal.getcontext().prec = 200
print("sqrt", str(decimal.Decimal(2).sqrt())[:80])
print("power", len(str(7 ** 20000)))

results = {}
def work(name):
    results[name] = sum(len(str(i * name)) for i in range(20000))
threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
[t.start() for t in threads]
[t.join() for t in threads]
print("threads", sorted(results.items()))
print("child", subprocess.run([sys.executable, "-c", "print(sum(range(1000)))"], capture_output=True, text=True).stdout.strip())
try:
    bytearray(1 << 62)
except MemoryError:
    print("MemoryError")
cycle = [[]]
cycle[0].append(cycle)
del cycle
print("written to stderr", file=sys.stderr)
sys.exit(5)
PY
workload() {
    "$@" /usr/bin/python3 -s "$scratch/work.py"
    echo "status $?"
}
world python3
finish
