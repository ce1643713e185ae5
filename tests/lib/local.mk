# SPDX-License-Identifier: MIT
# tests/lib/local.mk: the files of this folder.
