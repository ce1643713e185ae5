/* SPDX-License-Identifier: MIT
 * decode.h: the raw bytes of a chunk -> records, for any bytes, however hostile.
 * No malloc, no stdio. */
#ifndef LGC_HEAPDUMP_DECODE_H
#define LGC_HEAPDUMP_DECODE_H

#include "heapdump/format.h"
#include "heapdump/record.h"

/* Calls the visitor for each record.  False: something is wrong, visitor->why
 * says what, and *at is the offset of the record.  `last` is the tag of the
 * last record that was read. */
bool lgc_heapdump_decode(const uint8_t *raw, size_t size, struct lgc_heapdump_visitor *visitor,
                         size_t *at, enum lgc_heapdump_tag *last);

/* CRC-32 as in zlib, continued from `crc` (0 at first). */
uint32_t lgc_heapdump_crc(uint32_t crc, const void *bytes, size_t size);

#endif
