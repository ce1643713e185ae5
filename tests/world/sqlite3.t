#!/bin/sh
# SPDX-License-Identifier: MIT
# sqlite3.t: the sqlite3 shell gives the same answers under the library, and a complete report.
. "${srcdir=.}/tests/lib/world.sh"
need sqlite3
cat >"$scratch/in.sql" <<'SQL'
CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT, price REAL, tags TEXT);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150000)
INSERT INTO item SELECT i, 'item ' || hex(i * 7919 % 100003), (i * 31 % 1000) / 7.0, 'a' || (i % 17) || ',b' || (i % 23) FROM n;
CREATE INDEX by_name ON item(name);
CREATE INDEX by_tags ON item(tags, price);
SELECT count(*), sum(id), round(avg(price), 6) FROM item;
SELECT tags, count(*), round(sum(price), 3) FROM item GROUP BY tags ORDER BY 2 DESC, 1 LIMIT 20;
SELECT a.name, b.id FROM item a JOIN item b ON a.name = b.name AND a.id < b.id ORDER BY 1, 2 LIMIT 20;
SELECT length(group_concat(name)) FROM item;
UPDATE item SET name = upper(name) || '-x' WHERE id % 3 = 0;
DELETE FROM item WHERE id % 5 = 1;
SELECT count(*), min(name), max(name) FROM item;
WITH RECURSIVE f(a, b, n) AS (SELECT 0, 1, 1 UNION ALL SELECT b, a + b, n + 1 FROM f WHERE n < 80) SELECT max(a) FROM f;
SELECT json_group_array(id) FROM (SELECT id FROM item ORDER BY price DESC, id LIMIT 50);
VACUUM;
PRAGMA integrity_check;
SELECT no_such_function(1);
.dump sqlite_schema
SQL
workload() {
    "$@" sqlite3 -batch :memory: <"$scratch/in.sql"
    echo "status $?"
}
world sqlite3
finish
