# SPDX-License-Identifier: MIT
# doc/local.mk: the files of this folder.
