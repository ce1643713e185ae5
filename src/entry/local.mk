# SPDX-License-Identifier: MIT
# src/entry/local.mk: the exported functions, and nothing else.
libleaksgc_la_SOURCES += \
	src/entry/api.c \
	src/entry/encode.c \
	src/entry/ipc.c \
	src/entry/lsan.c \
	src/entry/malloc.c src/entry/malloc.h \
	src/entry/malloc_info.c \
	src/entry/misuse.c src/entry/misuse.h \
	src/entry/mman.c \
	src/entry/new.c src/entry/next.h \
	src/entry/namespace.c \
	src/entry/other.c src/entry/other.h \
	src/entry/place.c \
	src/entry/poll.c \
	src/entry/process.c \
	src/entry/sample.c \
	src/entry/signal.c \
	src/entry/sigwait.c \
	src/entry/sleep.c \
	src/entry/socket.c \
	src/entry/thread.c \
	src/entry/wait.c src/entry/wait.h
