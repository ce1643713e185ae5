# SPDX-License-Identifier: MIT
# tests/dumps/local.mk: sample heap dumps, good and bad.
EXTRA_DIST += tests/dumps/README tests/dumps/make_samples.py \
	tests/dumps/good-empty tests/dumps/good-small tests/dumps/newer-version \
	tests/dumps/bad-checksum \
	tests/dumps/bad-coding \
	tests/dumps/bad-compressed \
	tests/dumps/bad-dangling \
	tests/dumps/bad-foreign-edges \
	tests/dumps/bad-frames \
	tests/dumps/bad-length \
	tests/dumps/bad-lengths-differ \
	tests/dumps/bad-magic \
	tests/dumps/bad-module \
	tests/dumps/bad-no-process \
	tests/dumps/bad-number \
	tests/dumps/bad-object-size \
	tests/dumps/bad-record-length \
	tests/dumps/bad-root \
	tests/dumps/bad-root-kind \
	tests/dumps/bad-same-address \
	tests/dumps/bad-same-site \
	tests/dumps/bad-sequence \
	tests/dumps/bad-site \
	tests/dumps/bad-string \
	tests/dumps/bad-tag \
	tests/dumps/bad-text-length \
	tests/dumps/bad-totals \
	tests/dumps/bad-trailing \
	tests/dumps/bad-truncated \
	tests/dumps/bad-two-processes \
	tests/dumps/bad-version \
	tests/dumps/bad-without-end
