# SPDX-License-Identifier: MIT
# src/find/local.mk: from roots to what is lost, grouped by site.
liblgc_plain_la_SOURCES += src/find/finding.h
liblgc_core_la_SOURCES +=
