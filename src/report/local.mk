# SPDX-License-Identifier: MIT
# src/report/local.mk: a finding -> text, JSON, ...
liblgc_plain_la_SOURCES += \
	src/report/fingerprint.c \
	src/report/format.c src/report/format.h \
	src/report/folded.c \
	src/report/html.c \
	src/report/json.c \
	src/report/junit.c \
	src/report/pattern.c src/report/pattern.h \
	src/report/place.c \
	src/report/pprof.c \
	src/report/proto.c src/report/proto.h \
	src/report/report.c src/report/report.h \
	src/report/rules.c src/report/rules.h src/report/rules_read.c \
	src/report/sarif.c \
	src/report/suggest.c \
	src/report/suppress.c src/report/suppress.h \
	src/report/text.c \
	src/report/xml.c

# The HTML report's page, as C.
nodist_liblgc_plain_la_SOURCES = src/report/page.h
BUILT_SOURCES += src/report/page.h
CLEANFILES += src/report/page.h
report_page = $(srcdir)/build-aux/page.sh $(srcdir)/src/report/page.html \
	$(srcdir)/src/report/page.css $(srcdir)/src/report/page.js
EXTRA_DIST += $(report_page)
src/report/page.h: $(report_page)
	$(AM_V_GEN)$(MKDIR_P) src/report && $(SHELL) $(srcdir)/build-aux/page.sh $(srcdir)/src/report >$@.new && mv $@.new $@
