# SPDX-License-Identifier: MIT
# bench/local.mk: the benchmarks; run.sh builds them itself, when it is asked to.
EXTRA_DIST += bench/README.md bench/run.sh bench/bdwgc_malloc.c bench/lsan_start.c bench/micro.h \
	bench/bench.py bench/counters.py bench/document.py bench/measure.py bench/programs.py \
	bench/checks.py bench/leaky_load.c bench/leaky_server.c bench/servers.py bench/tables.py bench/ways.py \
	bench/micro_deep.c bench/micro_heap.c bench/micro_large.c bench/micro_medium.c \
	bench/micro_nothing.c bench/micro_phases.c bench/micro_producer.c \
	bench/micro_realloc.c bench/micro_recursion.c bench/micro_regrow.c \
	bench/micro_sites.c bench/micro_small.c bench/micro_threads.c \
	bench/real/input.awk bench/real/work.lua bench/real/work.pl \
	bench/real/work.py bench/real/work.sql

# What short programs pay: bench/start.py, in the build directory.
EXTRA_DIST += bench/start.py

# Heap dumps of any size, for parse.sh, which builds it.
EXTRA_DIST += bench/parse.sh

# How long a check keeps a program waiting: bench/pause.py BUILD_DIRECTORY.
EXTRA_DIST += bench/pause.c bench/pause.py
EXTRA_PROGRAMS = bench/make_dump
bench_make_dump_LDADD = liblgc-graph.la liblgc-plain.la
CLEANFILES += bench/make_dump$(EXEEXT)
