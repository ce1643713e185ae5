# SPDX-License-Identifier: MIT
# tests/world/local.mk: the files of this folder.
