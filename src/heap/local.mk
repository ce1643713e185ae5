# SPDX-License-Identifier: MIT
# src/heap/local.mk: bdwgc and the metadata beside its blocks.
liblgc_core_la_SOURCES +=
