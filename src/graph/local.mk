# SPDX-License-Identifier: MIT
# src/graph/local.mk: heap dumps read, packed and understood.  For the tool
# and the tests: with zstd, SQLite and jansson, so never in libleaksgc.so.
noinst_LTLIBRARIES += liblgc-graph.la
liblgc_graph_la_CFLAGS = $(AM_CFLAGS) $(ZSTD_CFLAGS) $(SQLITE3_CFLAGS) $(JANSSON_CFLAGS)
liblgc_graph_la_LIBADD = liblgc-plain.la $(ZSTD_LIBS) $(SQLITE3_LIBS) $(JANSSON_LIBS)
liblgc_graph_la_SOURCES = \
	src/graph/dominate.c src/graph/dominate.h \
	src/graph/census.c src/graph/census.h \
	src/graph/diff.c src/graph/diff.h \
	src/graph/export.c src/graph/export.h \
	src/graph/explain.c src/graph/explain.h \
	src/graph/graph.h \
	src/graph/load.c src/graph/load.h src/graph/loading.h \
	src/graph/pack.c src/graph/pack.h \
	src/graph/path.c src/graph/path.h \
	src/graph/read.c src/graph/read.h \
	src/graph/resolve.c \
	src/graph/sites.c src/graph/sites.h \
	src/graph/table.h
