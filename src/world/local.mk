# SPDX-License-Identifier: MIT
# src/world/local.mk: modules, threads and roots.
liblgc_core_la_SOURCES += \
	src/world/maps.c src/world/maps.h \
	src/world/module.c src/world/module.h \
	src/world/region.c src/world/region.h \
	src/world/root.c src/world/root.h \
	src/world/stop.c src/world/stop.h \
	src/world/task.c src/world/task.h \
	src/world/thread.c src/world/thread.h \
	src/world/watch.c src/world/watch.h
