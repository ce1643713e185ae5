# SPDX-License-Identifier: MIT
# src/report/local.mk: a finding -> text, JSON, ...
liblgc_plain_la_SOURCES += \
	src/report/report.h
