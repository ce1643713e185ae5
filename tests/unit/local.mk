# SPDX-License-Identifier: MIT
# tests/unit/local.mk: one Criterion program per module.
#
# A test of the plain archive is one word in unit_tests: its source is the name
# with .c.  One of the core also needs
#   tests_unit_test_NAME_LDADD = $(unit_core_LIBS)
# Without Criterion none is built, and configure says so.
unit_tests =

if HAVE_CRITERION
check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)
endif
