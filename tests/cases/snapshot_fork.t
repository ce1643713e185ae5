#!/bin/sh
# SPDX-License-Identifier: MIT
# snapshot_fork.t: the cases again, each check on a copy of the process, searched by one thread.
. "$(dirname "$0")/again.sh"

# What a copy might see otherwise: roots of every kind, threads, forks, ends.
again snapshot=fork:markers=1 'reach_*' 'life_*' 'lost_*' 'api_*' 'stale_*' 'threads_*' 'thread_*' 'memory_limit*' 'blocks_*' \
    'check_while*' 'interior*' 'stress*'
