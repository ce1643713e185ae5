# SPDX-License-Identifier: MIT
# tests/tool/local.mk: the tool: its command line, its reports.
tool_tests = \
	tests/tool/bench.t \
	tests/tool/cli.t \
	tests/tool/completion.t \
	tests/tool/encode.t \
	tests/tool/formats.t \
	tests/tool/full_log.t \
	tests/tool/html.t \
	tests/tool/diff.t \
	tests/tool/lsan_compat.t \
	tests/tool/dump.t \
	tests/tool/dumps.t \
	tests/tool/report.t \
	tests/tool/run.t \
	tests/tool/run_with_library.t \
	tests/tool/suppress.t \
	tests/tool/symbol.t
TESTS += $(tool_tests)
EXTRA_DIST += $(tool_tests) \
	tests/tool/bad_libdw.c \
	tests/tool/sarif.schema.json \
	tests/tool/graph_here.c tests/tool/leak_more.c \
	tests/tool/stack_here.c \
	tests/tool/findings/README \
	tests/tool/findings/bad-escape \
	tests/tool/findings/bad-module \
	tests/tool/findings/bad-order \
	tests/tool/findings/bad-truncated \
	tests/tool/findings/good-clean \
	tests/tool/findings/good-hostile \
	tests/tool/findings/good-leaks \
	tests/tool/findings/good-recursion \
	tests/tool/findings/good-rules \
	tests/tool/findings/good-sections \
	tests/tool/findings/newer-version
