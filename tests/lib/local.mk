# SPDX-License-Identifier: MIT
# tests/lib/local.mk: what the test programs and scripts share.
EXTRA_DIST += tests/lib/build_case.sh tests/lib/case.py tests/lib/chromium.py tests/lib/hang.py tests/lib/profile.py tests/lib/reports.py tests/lib/tap.py tests/lib/world.sh
check_PROGRAMS += tests/lib/rusage
tests_lib_rusage_SOURCES = tests/lib/rusage.c
tests_lib_rusage_LDADD =

# A server that loses memory when told to, for tests of live processes.
check_PROGRAMS += tests/lib/leaking
tests_lib_leaking_SOURCES = tests/lib/leaking.c
tests_lib_leaking_CFLAGS = $(AM_CFLAGS) -O1 -g -fno-optimize-sibling-calls -fno-builtin
tests_lib_leaking_LDADD = -lpthread
