#!/bin/sh
# SPDX-License-Identifier: MIT
# autogen.sh: makes configure and Makefile.in from a git checkout, without network.
cd "$(dirname "$0")" && exec autoreconf -fi
