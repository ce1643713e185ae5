# SPDX-License-Identifier: MIT
# tests/unit/local.mk: the files of this folder.
