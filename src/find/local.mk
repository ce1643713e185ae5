# SPDX-License-Identifier: MIT
# src/find/local.mk: from roots to what is lost, grouped by site.
liblgc_plain_la_SOURCES += src/find/finding.h
liblgc_core_la_SOURCES += \
	src/find/away.c src/find/away.h \
	src/find/child.c src/find/child.h \
	src/find/clique.c src/find/clique.h \
	src/find/confirm.c src/find/confirm.h \
	src/find/crew.c src/find/crew.h \
	src/find/edges.c src/find/edges.h \
	src/find/field.c src/find/field.h \
	src/find/group.c src/find/group.h \
	src/find/hang.c src/find/hang.h \
	src/find/history.c src/find/history.h \
	src/find/live.c src/find/live.h \
	src/find/mark.c src/find/mark.h \
	src/find/pace.c src/find/pace.h \
	src/find/parcel.c src/find/parcel.h \
	src/find/reach.c src/find/reach.h \
	src/find/scan.c src/find/scan.h \
	src/find/seed.c src/find/seed.h \
	src/find/snapshot.c src/find/snapshot.h \
	src/find/tally.c src/find/tally.h \
	src/find/trace.c src/find/trace.h \
	src/find/work.c src/find/work.h \
	src/find/finding.h
