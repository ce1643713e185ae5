# SPDX-License-Identifier: MIT
# src/token/local.mk: addresses as keyed tokens; libsodium comes from outside.
liblgc_plain_la_SOURCES += \
	src/token/token.c src/token/token.h
