# SPDX-License-Identifier: MIT
# bench/local.mk: the files of this folder.
