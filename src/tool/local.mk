# SPDX-License-Identifier: MIT
# src/tool/local.mk: the program `leaksgc`.  It links the plain archive only,
# so that it starts no collector and build/leaksgc is no libtool wrapper.
# TO THE WRITER OF THE TOOL: uncomment and extend when main.c exists.
#bin_PROGRAMS += leaksgc
#leaksgc_SOURCES = src/tool/main.c
#leaksgc_CFLAGS = $(AM_CFLAGS) $(ELFUTILS_CFLAGS)
#leaksgc_LDADD = liblgc-plain.la $(ELFUTILS_LIBS) $(STDCXX_LIBS)
