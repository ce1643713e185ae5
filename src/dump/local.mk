# SPDX-License-Identifier: MIT
# src/dump/local.mk: a finding as a stream of records, written and read.
liblgc_plain_la_SOURCES += \
	src/dump/field.c src/dump/field.h \
	src/dump/format.h \
	src/dump/line.c src/dump/line.h \
	src/dump/read.c src/dump/read.h \
	src/dump/write.c src/dump/write.h
