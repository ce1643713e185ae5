# SPDX-License-Identifier: MIT
# tests/tool/local.mk: the files of this folder.
