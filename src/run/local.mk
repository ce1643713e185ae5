# SPDX-License-Identifier: MIT
# src/run/local.mk: start, end and one check; the options go to the plain
# archive because the tool reads them too.
liblgc_plain_la_SOURCES += \
	src/run/option.c src/run/option.def src/run/option.h
liblgc_core_la_SOURCES += \
	src/run/alone.c src/run/alone.h \
	src/run/answer.c src/run/answer.h \
	src/run/apart.c src/run/apart.h \
	src/run/check.c src/run/check.h \
	src/run/churn.c src/run/churn.h \
	src/run/clients.c src/run/clients.h \
	src/run/deliver.c src/run/deliver.h \
	src/run/gaps.c src/run/gaps.h \
	src/run/dumpfile.c src/run/dumpfile.h \
	src/run/files.c src/run/files.h \
	src/run/helper.c src/run/helper.h \
	src/run/life.c src/run/life.h \
	src/run/log.c src/run/log.h \
	src/run/look.c src/run/look.h \
	src/run/lost.c src/run/lost.h \
	src/run/monitor.c \
	src/run/numbers.c src/run/numbers.h \
	src/run/past.c src/run/past.h \
	src/run/schedule.c src/run/schedule.h \
	src/run/sample.c src/run/sample.h \
	src/run/serve.c src/run/serve.h \
	src/run/reclaim.c src/run/reclaim.h \
	src/run/settings.c src/run/settings.h \
	src/run/stacks.c src/run/stacks.h \
	src/run/spawn.c src/run/spawn.h \
	src/run/terminate.c src/run/terminate.h \
	src/run/way.c src/run/way.h
