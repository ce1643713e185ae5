# SPDX-License-Identifier: MIT
# src/tool/local.mk: the program `leaksgc`.  It links the plain archive only,
# so that it starts no collector and build/leaksgc is no libtool wrapper.
bin_PROGRAMS += leaksgc
leaksgc_SOURCES = \
	src/tool/cli.c src/tool/cli.h \
	src/tool/cmd_diff.c \
	src/tool/cmd_dump.c \
	src/tool/cmd_encode.c \
	src/tool/cmd_gc.c \
	src/tool/cmd_heap.c \
	src/tool/cmd_leaks.c \
	src/tool/cmd_lost.c \
	src/tool/cmd_optimize.c \
	src/tool/cmd_options.c \
	src/tool/cmd_pack.c \
	src/tool/cmd_parse.c \
	src/tool/cmd_report.c \
	src/tool/cmd_run.c \
	src/tool/cmd_top.c \
	src/tool/commands.h \
	src/tool/conflict.c src/tool/conflict.h \
	src/tool/dwarf.c src/tool/dwarf.h \
	src/tool/environment.c src/tool/environment.h \
	src/tool/fileless.c src/tool/fileless.h \
	src/tool/gzip.c src/tool/gzip.h \
	src/tool/heapview.c src/tool/heapview.h \
	src/tool/image.c src/tool/image.h \
	src/tool/library.c src/tool/library.h \
	src/tool/link.c src/tool/link.h \
	src/tool/logfile.c src/tool/logfile.h \
	src/tool/main.c \
	src/tool/names.c src/tool/names.h \
	src/tool/notes.c src/tool/notes.h \
	src/tool/number.c src/tool/number.h \
	src/tool/opencensus.c src/tool/opencensus.h \
	src/tool/openheap.c src/tool/openheap.h \
	src/tool/optimizeview.c src/tool/optimizeview.h \
	src/tool/packing.c src/tool/packing.h \
	src/tool/places.c src/tool/places.h \
	src/tool/process.c src/tool/process.h \
	src/tool/program.c src/tool/program.h \
	src/tool/progress.c src/tool/progress.h \
	src/tool/qualify.c src/tool/qualify.h \
	src/tool/range.c src/tool/range.h \
	src/tool/render.c src/tool/render.h \
	src/tool/reporting.h \
	src/tool/secret.c src/tool/secret.h \
	src/tool/symbol.c src/tool/symbol.h \
	src/tool/symtab.c src/tool/symtab.h \
	src/tool/toplines.c \
	src/tool/toplist.c src/tool/toplist.h \
	src/tool/topmodel.c src/tool/topmodel.h \
	src/tool/topscreen.c \
	src/tool/topsession.c src/tool/topsession.h \
	src/tool/tree.c src/tool/tree.h \
	src/tool/view.c src/tool/view.h src/tool/view_object.c src/tool/viewing.h \
	src/tool/worker.c src/tool/worker.h
leaksgc_CFLAGS = $(AM_CFLAGS) $(ELFUTILS_CFLAGS) $(ZLIB_CFLAGS) $(NCURSES_CFLAGS)
leaksgc_LDADD = liblgc-graph.la liblgc-plain.la $(ELFUTILS_LIBS) $(ZLIB_LIBS) $(NCURSES_LIBS) $(SODIUM_LIBS) $(STDCXX_LIBS)
