# SPDX-License-Identifier: MIT
# src/heapdump/local.mk: the records of a heap dump, written and read.
liblgc_plain_la_SOURCES += \
	src/heapdump/crc.c \
	src/heapdump/decode.c src/heapdump/decode.h \
	src/heapdump/format.h \
	src/heapdump/record.h \
	src/heapdump/write.c src/heapdump/write.h
