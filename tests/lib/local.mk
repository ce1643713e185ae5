# SPDX-License-Identifier: MIT
# tests/lib/local.mk: what the test programs and scripts share.
EXTRA_DIST += tests/lib/build_case.sh tests/lib/case.py tests/lib/chromium.py tests/lib/profile.py tests/lib/reports.py tests/lib/tap.py tests/lib/world.sh
check_PROGRAMS += tests/lib/rusage
tests_lib_rusage_SOURCES = tests/lib/rusage.c
tests_lib_rusage_LDADD =
