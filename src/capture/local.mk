# SPDX-License-Identifier: MIT
# src/capture/local.mk: the call stack of each allocation as one small integer.
liblgc_core_la_SOURCES +=
