# SPDX-License-Identifier: MIT
# src/control/local.mk: the channel to a live process; it knows no heap and no check.
liblgc_plain_la_SOURCES += \
	src/control/client.c src/control/client.h \
	src/control/command.def \
	src/control/folder.c src/control/folder.h \
	src/control/message.c src/control/message.h \
	src/control/packet.c src/control/packet.h \
	src/control/server.c src/control/server.h
