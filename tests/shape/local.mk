# SPDX-License-Identifier: MIT
# tests/shape/local.mk: the promises that the build itself makes.
shape_tests = \
	tests/shape/dist.t \
	tests/shape/exports.t \
	tests/shape/files.t \
	tests/shape/headers.t \
	tests/shape/install.t \
	tests/shape/layers.t \
	tests/shape/man.t \
	tests/shape/options.t \
	tests/shape/quickstart.t \
	tests/shape/readme.t
TESTS += $(shape_tests)
EXTRA_DIST += $(shape_tests) tests/shape/tap.sh tests/shape/layers.awk
