# SPDX-License-Identifier: MIT
# src/run/local.mk: start, end and one check; the options go to the plain
# archive because the tool reads them too.
liblgc_plain_la_SOURCES += \
	src/run/option.c src/run/option.def src/run/option.h
liblgc_core_la_SOURCES +=
