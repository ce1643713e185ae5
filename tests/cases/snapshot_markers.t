#!/bin/sh
# SPDX-License-Identifier: MIT
# snapshot_markers.t: the cases again, each check on a copy of the process, searched by four threads and by libgc's marker, which must say the same.
. "$(dirname "$0")/again.sh"

# What they might see otherwise: roots of every kind, threads, forks, ends.
again snapshot=fork:markers=4:verify_marking=1 'reach_*' 'life_*' 'lost_*' 'api_*' 'stale_*' 'threads_*' 'thread_*' 'memory_limit*' 'blocks_*' \
    'check_while*' 'interior*' 'stress*'
