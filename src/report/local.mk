# SPDX-License-Identifier: MIT
# src/report/local.mk: a finding -> text, JSON, ...
liblgc_plain_la_SOURCES += \
	src/report/fingerprint.c \
	src/report/format.c src/report/format.h \
	src/report/json.c \
	src/report/pattern.c src/report/pattern.h \
	src/report/report.c src/report/report.h \
	src/report/suppress.c src/report/suppress.h \
	src/report/text.c
