# SPDX-License-Identifier: MIT
# tests/local.mk: how tests run.  All speak TAP; a .t file is executable and
# names its interpreter in its first line.
#
# Every test finds in its environment (see doc/testing.md):
#   srcdir, builddir      the top of the sources and of the build, absolute
#   LEAKSGC_TOOL          the tool that was built
#   LEAKSGC_LIB           the library that was built, for LD_PRELOAD
TEST_EXTENSIONS = .t
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
# A script's exit status would count its failures twice; one that dies lacks
# its plan or its last tests, which is an error all the same.
lgc_tap_driver = $(LOG_DRIVER) --ignore-exit
T_LOG_DRIVER = $(lgc_tap_driver)
T_LOG_COMPILER =

# CRITERION_ALWAYS_SUCCEED: a failed assertion is a "not ok" line already, and
# the exit status would only count it twice; a crash is still an error.
AM_TESTS_ENVIRONMENT = \
	srcdir='$(abs_top_srcdir)'; builddir='$(abs_top_builddir)'; \
	LEAKSGC_TOOL='$(abs_top_builddir)/leaksgc'; \
	LEAKSGC_LIB='$(abs_top_builddir)/.libs/libleaksgc.so'; \
	CC='$(CC)'; CXX='$(CXX)'; MAKE='$(MAKE)'; LC_ALL=C; \
	CRITERION_OUTPUTS=tap:-; CRITERION_ALWAYS_SUCCEED=1; \
	export srcdir builddir LEAKSGC_TOOL LEAKSGC_LIB CC CXX MAKE LC_ALL \
		CRITERION_OUTPUTS CRITERION_ALWAYS_SUCCEED; \
	unset LD_PRELOAD GC_FIND_LEAK LEAKSGC_OPTIONS LSAN_OPTIONS;
