# SPDX-License-Identifier: MIT
# layers.awk: names every #include "folder/x" that src/layers.txt, its first input, does not permit.
FNR == NR {
    colon = index($0, ":")
    if (/^#/ || !colon) next
    folder = substr($0, 1, colon - 1)
    permitted[folder, folder] = known[folder] = 1
    n = split(substr($0, colon + 1), word, " ")
    for (i = 1; i <= n; i++) permitted[folder, word[i]] = 1
    next
}
FNR == 1 {
    folder = FILENAME
    sub(/.*src\//, "", folder)
    sub(/\/.*/, "", folder)
    if (!(folder in known)) { bad = 1; print FILENAME ": no row for " folder " in layers.txt" }
}
/^[ \t]*#[ \t]*include[ \t]*"/ {
    header = $0
    sub(/^[^"]*"/, "", header)
    sub(/".*/, "", header)
    if (header ~ /^leaksgc(\/leak_detector)?\.h$/) next # the public API: plain data that anyone may know
    from = header
    if (!sub(/\/.*/, "", from)) { bad = 1; print FILENAME ":" FNR ": include with its folder: " header; next }
    if (!((folder, from) in permitted) && !((folder, header) in permitted)) {
        bad = 1
        print FILENAME ":" FNR ": may not include " header
    }
}
END { exit bad }
