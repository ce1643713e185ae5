# SPDX-License-Identifier: MIT
# doc/local.mk: the texts, and the example programs, which are compiled so that they stay true.
EXTRA_DIST += doc/architecture.md doc/testing.md doc/finding-leaks.md doc/performance.md doc/report.schema.json
EXTRA_DIST += doc/dump-format.md

# A program like anybody else's: no library, no flags of ours.
noinst_PROGRAMS += doc/example/leaky
doc_example_leaky_CFLAGS = -g -O2 -Wall -Wextra
doc_example_leaky_LDADD = -lpthread
EXTRA_DIST += doc/example/api.c

# Asks the installed tool, so it needs no list of its own.
EXTRA_DIST += doc/completion/leaksgc
if BASH_COMPLETION
bashcompletion_DATA = doc/completion/leaksgc
endif
