-- SPDX-License-Identifier: MIT
-- work.sql: inserts, indices, joins, groups, of :n rows.
CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT, price REAL, tags TEXT);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :n)
INSERT INTO item SELECT i, 'item ' || hex(i * 7919 % 100003), (i * 31 % 1000) / 7.0, 'a' || (i % 17) || ',b' || (i % 23) FROM n;
CREATE INDEX by_name ON item(name);
CREATE INDEX by_tags ON item(tags, price);
SELECT tags, count(*), sum(price) FROM item GROUP BY tags ORDER BY 2 DESC, 1 LIMIT 5;
SELECT count(*) FROM item a JOIN item b ON a.name = b.name AND a.id < b.id;
SELECT length(group_concat(upper(name) || replace(tags, ',', ';'))) FROM item;
UPDATE item SET name = lower(name) || '-x' WHERE id % 3 = 0;
SELECT count(*) FROM (SELECT DISTINCT substr(name, 1, 7) FROM item);
