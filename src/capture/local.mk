# SPDX-License-Identifier: MIT
# src/capture/local.mk: the call stack of each allocation as one small integer.
liblgc_core_la_SOURCES += \
	src/capture/cfi.c src/capture/cfi.h \
	src/capture/caller.h \
	src/capture/clock.c src/capture/clock.h \
	src/capture/digest.c src/capture/digest.h \
	src/capture/frames.c src/capture/frames.h \
	src/capture/copied.c src/capture/copied.h \
	src/capture/fold.c src/capture/fold.h \
	src/capture/known.c src/capture/known.h \
	src/capture/memo.c src/capture/memo.h \
	src/capture/path.c src/capture/path.h \
	src/capture/rows.c src/capture/rows.h \
	src/capture/rule.c src/capture/rule.h \
	src/capture/shadow.h \
	src/capture/site.c src/capture/site.h \
	src/capture/stack.c src/capture/stack.h \
	src/capture/track.c src/capture/track.h \
	src/capture/verify.c src/capture/verify.h \
	src/capture/walk.h src/capture/walk_libgcc.c src/capture/walk_rules.c
