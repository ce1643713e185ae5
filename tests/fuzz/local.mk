# SPDX-License-Identifier: MIT
# tests/fuzz/local.mk: fuzzers; doc/testing.md says how to let them run for long.
EXTRA_DIST += tests/fuzz/driver.h tests/fuzz/fuzz.t
TESTS += tests/fuzz/fuzz.t
check_PROGRAMS += tests/fuzz/fuzz_heapdump
fuzz_driver = tests/fuzz/driver.c tests/fuzz/mutate.c
tests_fuzz_fuzz_heapdump_SOURCES = tests/fuzz/fuzz_heapdump.c $(fuzz_driver)
tests_fuzz_fuzz_heapdump_CFLAGS = $(AM_CFLAGS) $(ZSTD_CFLAGS)
tests_fuzz_fuzz_heapdump_LDADD = liblgc-graph.la liblgc-plain.la $(ZSTD_LIBS)
check_PROGRAMS += $(plain_fuzzers)
plain_fuzzers = tests/fuzz/fuzz_finding tests/fuzz/fuzz_option tests/fuzz/fuzz_suppress
tests_fuzz_fuzz_finding_SOURCES = tests/fuzz/fuzz_finding.c $(fuzz_driver)
tests_fuzz_fuzz_finding_LDADD = liblgc-plain.la
tests_fuzz_fuzz_option_SOURCES = tests/fuzz/fuzz_option.c $(fuzz_driver)
tests_fuzz_fuzz_option_LDADD = liblgc-plain.la
tests_fuzz_fuzz_suppress_SOURCES = tests/fuzz/fuzz_suppress.c $(fuzz_driver)
tests_fuzz_fuzz_suppress_LDADD = liblgc-plain.la
EXTRA_DIST += tests/fuzz/seeds/option-blanks tests/fuzz/seeds/option-names tests/fuzz/seeds/option-quoted \
	tests/fuzz/seeds/suppress-both tests/fuzz/seeds/suppress-lsan tests/fuzz/seeds/suppress-valgrind
tests/fuzz/fuzz.log: tests/fuzz/fuzz_heapdump$(EXEEXT) tests/fuzz/fuzz_finding$(EXEEXT) \
	tests/fuzz/fuzz_option$(EXEEXT) tests/fuzz/fuzz_suppress$(EXEEXT)
