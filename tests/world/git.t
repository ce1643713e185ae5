#!/bin/sh
# SPDX-License-Identifier: MIT
# git.t: git makes the same commits, packs and diffs under the library.
. "${srcdir=.}/tests/lib/world.sh"
need git
HOME=$scratch GIT_CONFIG_NOSYSTEM=1 GIT_PAGER=cat
GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@example.org GIT_AUTHOR_DATE='1700000000 +0000'
GIT_COMMITTER_NAME=C GIT_COMMITTER_EMAIL=c@example.org GIT_COMMITTER_DATE='1700000100 +0000'
export HOME GIT_CONFIG_NOSYSTEM GIT_PAGER GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_AUTHOR_DATE \
    GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL GIT_COMMITTER_DATE
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
write_files() {
    awk -v round="$1" 'BEGIN { for (f = 0; f < 120; f++) { name = "d" (f % 7) "/file" f ".txt"
        for (l = 0; l < 200; l++) print "line " l " of " f, (l * 31 + f * (l % round == 0 ? round : 1)) % 10007 > name
        close(name) } }'
}
workload() {
    "$@" git -c init.defaultBranch=main init -q repo && cd repo || return 1
    mkdir d0 d1 d2 d3 d4 d5 d6
    for round in 1 2 3 4; do
        write_files $round
        "$@" git add . && "$@" git commit -q -m "round $round" || return 1
    done
    "$@" git log --stat --format='%H %s' | tail -n 300
    "$@" git diff HEAD~3 HEAD -- d3 | cksum
    "$@" git checkout -q -b side HEAD~1
    "$@" git mv d1/file1.txt d1/moved.txt && "$@" git commit -q -m moved
    "$@" git merge -q -m merged main 2>&1
    "$@" git -c pack.threads=2 repack -q -a -d -f --window=20
    "$@" git fsck --full 2>&1
    "$@" git blame d2/file2.txt | cksum
    "$@" git grep -c 'line 17' | cksum
    cd .. && "$@" git clone -q repo copy && cd copy || return 1
    "$@" git rev-parse HEAD
    "$@" git status --short
    "$@" git archive HEAD | cksum
}
MEMORY=no
world 'git, many small commands'
finish
