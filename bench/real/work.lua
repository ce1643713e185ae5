-- SPDX-License-Identifier: MIT
-- work.lua: tables, strings, closures and the collector.
local share = tonumber(arg[1] or 1)
local t = {}
for i = 1, 250000 * share // 1 do t[i] = { id = i, name = "item " .. (i * 7919 % 100003) } end
table.sort(t, function(a, b) return a.name == b.name and a.id < b.id or a.name < b.name end)
local parts = {}
for i = 1, #t, 2 do parts[#parts + 1] = t[i].name:gsub("%d", "%0%0") end
print(#table.concat(parts, ";"))
local n = 0
for i = 1, 300000 * share // 1 do n = n + #(("x"):rep(i % 100) .. i) end
print(n)
