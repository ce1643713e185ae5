# SPDX-License-Identifier: MIT
# tests/shape/local.mk: the files of this folder.
