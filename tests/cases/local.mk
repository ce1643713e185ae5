# SPDX-License-Identifier: MIT
# tests/cases/local.mk: the files of this folder.
