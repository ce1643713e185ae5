# SPDX-License-Identifier: MIT
# tests/control/local.mk: live processes, asked by the tool.
control_tests = \
	tests/control/channel.t \
	tests/control/commands.t \
	tests/control/input.t \
	tests/control/optimize.t \
	tests/control/follow.t \
	tests/control/hard.t \
	tests/control/pace.t \
	tests/control/schedule.t \
	tests/control/share.t \
	tests/control/top.t
TESTS += $(control_tests)
EXTRA_DIST += $(control_tests) tests/control/live.py

$(control_tests:.t=.log): tests/lib/leaking$(EXEEXT)
