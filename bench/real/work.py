# SPDX-License-Identifier: MIT
# work.py: objects, dictionaries, text and JSON, all from malloc by PYTHONMALLOC=malloc.
import json
import re
import sys

# Python's -I and -E would leave PYTHONMALLOC unread.
assert not sys.flags.ignore_environment
share = float(sys.argv[1]) if len(sys.argv) > 1 else 1


def part(n):
    return max(1, int(n * share))


class Node:
    def __init__(self, n):
        self.n, self.name, self.kids = n, "node %d" % n, []


def total(node):
    return node.n + len(node.name) + sum(total(kid) for kid in node.kids)


nodes = [Node(i) for i in range(part(100000))]
for i in range(1, len(nodes)):
    nodes[(i - 1) // 3].kids.append(nodes[i])
print(total(nodes[0]))
count = {}
for word in re.findall(r"\w+", " ".join("w%d x%d" % (i % 997, i % 313) for i in range(part(200000)))):
    count[word] = count.get(word, 0) + 1
print(max(count.values()))
table = {str(i): {"id": i, "squares": [k * k for k in range(i % 20)]} for i in range(part(40000))}
print(len(json.dumps(json.loads(json.dumps(table)))))
print(sum(len([x for x in range(i % 50)]) for i in range(part(200000))))
