# SPDX-License-Identifier: MIT
# tests/oom/local.mk: what happens when there is no memory.
oom_tests = tests/oom/every_allocation_fails.t
TESTS += $(oom_tests)
EXTRA_DIST += $(oom_tests)
check_PROGRAMS += tests/oom/fail_nth tests/oom/program
tests_oom_fail_nth_SOURCES = tests/oom/fail_nth.c
tests_oom_fail_nth_LDADD =
tests_oom_program_SOURCES = tests/oom/program.c
tests_oom_program_LDADD =
tests/oom/every_allocation_fails.log: tests/oom/fail_nth$(EXEEXT) tests/oom/program$(EXEEXT)
