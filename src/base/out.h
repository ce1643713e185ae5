/* SPDX-License-Identifier: MIT
 * out.h: formats text into a fixed buffer and writes it to a descriptor.
 *
 * No malloc, no stdio, no locale, errno is kept: usable inside malloc, in a
 * signal handler and in a stopped world.  One lgc_out belongs to one thread.
 */
#ifndef LGC_BASE_OUT_H
#define LGC_BASE_OUT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct lgc_out {
    int fd;          /* where full buffers go; -1: discard, and set failed   */
    bool failed;     /* a write failed; everything after it was discarded    */
    int error;       /* then: its errno                                      */
    bool in_html;    /* lgc_out_json writes < > & as escapes, so that no text
                        can end the element that it stands in                */
    size_t used;
    uint64_t total;  /* bytes accepted so far                                */
    char buf[4096];
};

/* True: SIGPIPE and SIGXFSZ, by which a write that fails would end the program,
 * never reach it.  The library sets it, the tool does not. */
extern bool lgc_out_spares_program;

void lgc_out_init(struct lgc_out *out, int fd);
/* Writes what is buffered, retrying EINTR and short writes.  Returns false if
 * this or an earlier write failed.  Does not close the descriptor. */
bool lgc_out_flush(struct lgc_out *out);

void lgc_out_bytes(struct lgc_out *out, const void *bytes, size_t n);
void lgc_out_str(struct lgc_out *out, const char *s);
void lgc_out_char(struct lgc_out *out, char c);
void lgc_out_u64(struct lgc_out *out, uint64_t v);
void lgc_out_i64(struct lgc_out *out, int64_t v);
void lgc_out_hex(struct lgc_out *out, uint64_t v);     /* 0x1f, no padding    */
/* An address of the program, as addresses are shown (base/address.h). */
void lgc_out_address(struct lgc_out *out, uint64_t address);
/* `s` as a JSON string with its quotes; bytes that are not UTF-8 become
 * U+FFFD.  NULL becomes null. */
void lgc_out_json(struct lgc_out *out, const char *s);
void lgc_out_json_part(struct lgc_out *out, const char *s); /* without quotes; not NULL */
/* The length of the UTF-8 character at `s` (1 for a NUL, too), or 0: it is none. */
size_t lgc_out_utf8(const char *s);
/* `s` for a terminal, in one line: control characters (those above 0x7f, too) and bytes
 * that are not UTF-8 become \ooo, as git writes them; a backslash stays. */
void lgc_out_printable(struct lgc_out *out, const char *s);
/* `s` as XML 1.0 text, also for attributes in "": what cannot stand there
 * (control characters, bytes that are not UTF-8) becomes U+FFFD.  NULL: nothing. */
void lgc_out_xml(struct lgc_out *out, const char *s);
/* printf's %s %d %i %u %x %c %% with l, ll, z and %p, which is
 * lgc_out_address; nothing else. */
void lgc_out_f(struct lgc_out *out, const char *format, ...) LGC_PRINTF(2, 3);
void lgc_out_v(struct lgc_out *out, const char *format, va_list args);

#endif
