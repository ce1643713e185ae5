# SPDX-License-Identifier: MIT
# src/world/local.mk: modules, threads and roots.
liblgc_core_la_SOURCES +=
