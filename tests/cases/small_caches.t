#!/bin/sh
# SPDX-License-Identifier: MIT
# small_caches.t: all cases again, with threads that keep one free object of a size.
. "$(dirname "$0")/again.sh"

again thread_cache=1 '*'
