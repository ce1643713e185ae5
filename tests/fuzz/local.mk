# SPDX-License-Identifier: MIT
# tests/fuzz/local.mk: fuzzers; doc/testing.md says how to let them run for long.
EXTRA_DIST += tests/fuzz/driver.h tests/fuzz/fuzz.t
TESTS += tests/fuzz/fuzz.t
check_PROGRAMS += tests/fuzz/fuzz_heapdump
fuzz_driver = tests/fuzz/driver.c tests/fuzz/mutate.c
tests_fuzz_fuzz_heapdump_SOURCES = tests/fuzz/fuzz_heapdump.c $(fuzz_driver)
tests_fuzz_fuzz_heapdump_CFLAGS = $(AM_CFLAGS) $(ZSTD_CFLAGS)
tests_fuzz_fuzz_heapdump_LDADD = liblgc-graph.la liblgc-plain.la $(ZSTD_LIBS)
tests/fuzz/fuzz.log: tests/fuzz/fuzz_heapdump$(EXEEXT)
