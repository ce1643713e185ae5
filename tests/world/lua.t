#!/bin/sh
# SPDX-License-Identifier: MIT
# lua.t: the Lua interpreter computes the same under the library.
. "${srcdir=.}/tests/lib/world.sh"
need lua5.4
cat >"$scratch/work.lua" <<'LUA'
local t = {}
for i = 1, 150000 do t[i] = { id = i, name = "item " .. (i * 7919 % 100003) } end
table.sort(t, function(a, b) if a.name == b.name then return a.id < b.id end return a.name < b.name end)
print(t[1].name, t[#t].name, #t)
local parts = {}
for i = 1, #t, 3 do parts[#parts + 1] = t[i].name:gsub("%d", "%0%0") end
local text = table.concat(parts, ";")
print(#text, text:sub(1, 60))
local sum = 0
for digits in text:gmatch("%d+") do sum = (sum * 31 + #digits) % 1000003 end
print(sum)
local co = coroutine.wrap(function() for i = 1, 50000 do coroutine.yield(("x"):rep(i % 100)) end end)
local n = 0
for i = 1, 50000 do n = n + #co() end
print(n)
t = nil
collectgarbage()
local growing = ""
for i = 1, 3000 do growing = growing .. i end
print(#growing)
print(pcall(error, "an error"))
io.stderr:write("to stderr\n")
os.exit(4, true)
LUA
workload() {
    "$@" lua5.4 "$scratch/work.lua"
    echo "status $?"
}
world lua
finish
