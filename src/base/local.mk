# SPDX-License-Identifier: MIT
# src/base/local.mk: what every other folder may use.
liblgc_plain_la_SOURCES += \
	src/base/address.c src/base/address.h \
	src/base/attr.h \
	src/base/fds.c src/base/fds.h \
	src/base/filename.c src/base/filename.h \
	src/base/guard.c src/base/guard.h \
	src/base/lock.c src/base/lock.h \
	src/base/mask.c src/base/mask.h \
	src/base/mem.c src/base/mem.h \
	src/base/msg.c src/base/msg.h \
	src/base/num.c src/base/num.h \
	src/base/out.c src/base/out.h \
	src/base/ownstack.c src/base/ownstack.h \
	src/base/sort.c src/base/sort.h \
	src/base/sys.h
