/* SPDX-License-Identifier: MIT
 * format.h: the layout of a heap dump: framing, record tags, limits.
 *
 * doc/dump-format.md says what each record means.
 *
 *   file    magic[8]  version u32  zero u32  chunk...
 *   chunk   raw u32  stored u32  coding u32  sequence u32  crc u32  stored bytes
 *   raw     record...                 what the stored bytes decode to
 *   record  tag u8  length varint  payload
 *
 * u32 is little-endian.  A varint holds 7 bits a byte, low ones first, the top
 * bit says that another byte follows; at most 10 bytes.  A signed one is
 * zigzag-coded.  A text is its length and its bytes.  crc is CRC-32 (as in
 * zlib) over the 16 bytes before it and the stored bytes.  A record lies in one
 * chunk; addresses are differences to the one before in the same chunk, so that
 * every chunk can be read alone.  The end record is alone in the last chunk.
 */
#ifndef LGC_HEAPDUMP_FORMAT_H
#define LGC_HEAPDUMP_FORMAT_H

#define LGC_HEAPDUMP_MAGIC   "LGCHEAP\n"
#define LGC_HEAPDUMP_VERSION 1

enum {
    LGC_HEAPDUMP_PRELUDE = 16,       /* magic, version, zero                 */
    LGC_HEAPDUMP_HEADER = 20,        /* of a chunk                           */
    LGC_HEAPDUMP_CHUNK_MAX = 1 << 20, /* raw bytes of a chunk                */
    LGC_HEAPDUMP_STORED_MAX = LGC_HEAPDUMP_CHUNK_MAX + (64 << 10),
    LGC_HEAPDUMP_TEXT_MAX = 32 << 10,
    LGC_HEAPDUMP_FRAMES_MAX = 1024,  /* of a site                            */
    LGC_HEAPDUMP_EDGES_MAX = 1024    /* in one record                        */
};

enum lgc_heapdump_coding { LGC_HEAPDUMP_PLAIN, LGC_HEAPDUMP_ZSTD };

enum lgc_heapdump_tag {
    LGC_HEAPDUMP_PROCESS = 1,
    LGC_HEAPDUMP_NOTE,
    LGC_HEAPDUMP_MODULE,
    LGC_HEAPDUMP_THREAD,
    LGC_HEAPDUMP_FRAME,
    LGC_HEAPDUMP_OBJECT,
    LGC_HEAPDUMP_EDGES,
    LGC_HEAPDUMP_ROOT,
    LGC_HEAPDUMP_SITE,
    LGC_HEAPDUMP_STRING,
    LGC_HEAPDUMP_SOURCE,
    LGC_HEAPDUMP_VARIABLE,
    LGC_HEAPDUMP_END,
    LGC_HEAPDUMP_TAGS
};

#endif
