# SPDX-License-Identifier: MIT
# src/heap/local.mk: bdwgc and the metadata beside its blocks.
liblgc_core_la_SOURCES += \
	src/heap/block.c src/heap/block.h \
	src/heap/boot.c src/heap/boot.h \
	src/heap/cache.c src/heap/cache.h \
	src/heap/gcheap.c src/heap/gcheap.h \
	src/heap/gcpool.c src/heap/gcpool.h \
	src/heap/heap.c src/heap/heap.h \
	src/heap/large.c src/heap/large.h \
	src/heap/pagemap.c src/heap/pagemap.h \
	src/heap/sizeclass.c src/heap/sizeclass.h \
	src/heap/trim.c src/heap/trim.h
