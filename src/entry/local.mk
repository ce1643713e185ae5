# SPDX-License-Identifier: MIT
# src/entry/local.mk: the exported functions, and nothing else.
libleaksgc_la_SOURCES +=
