# SPDX-License-Identifier: MIT
# tests/lib/local.mk: what the test programs and scripts share.
EXTRA_DIST += tests/lib/case.py tests/lib/build_case.sh
