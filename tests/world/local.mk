# SPDX-License-Identifier: MIT
# tests/world/local.mk: real programs, unchanged, one script each.
world_tests = \
	tests/world/dumps.t \
	tests/world/gcc.t \
	tests/world/git.t \
	tests/world/linked.t \
	tests/world/lua.t \
	tests/world/marking_verified.t \
	tests/world/nginx.t \
	tests/world/perl.t \
	tests/world/python3.t \
	tests/world/redis.t \
	tests/world/soak.t \
	tests/world/sqlite3.t \
	tests/world/stacks_verified.t
TESTS += $(world_tests)
EXTRA_DIST += $(world_tests)

# Built by stacks_verified.t, in many ways.
EXTRA_DIST += \
	tests/world/stacks/assembly.c \
	tests/world/stacks/calls.c \
	tests/world/stacks/coroutines.c \
	tests/world/stacks/exceptions.cc \
	tests/world/stacks/odd_frames.S \
	tests/world/stacks/plugins.c \
	tests/world/stacks/signals.c \
	tests/world/stacks/stacks.h

# Every script measures with this program.
$(world_tests:.t=.log): tests/lib/rusage$(EXEEXT)
