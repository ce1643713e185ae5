/* SPDX-License-Identifier: MIT
 * gzip.c: packs a file, by zlib. */
#include "tool/gzip.h"

#include <errno.h>
#include <unistd.h>
#include <zlib.h>

#include "base/out.h"

enum { GZIP_WINDOW = 15 + 16, PIECE = 16384 };

/* Deflates what is in `z`, to the end of the input or of everything. */
static bool deflate_piece(z_stream *z, int flush, struct lgc_out *out)
{
    unsigned char packed[PIECE];
    int status = Z_OK;
    do {
        z->next_out = packed;
        z->avail_out = sizeof packed;
        status = deflate(z, flush);
        lgc_out_bytes(out, packed, sizeof packed - z->avail_out);
    } while (z->avail_out == 0 && status != Z_STREAM_END);
    return status == Z_STREAM_END || (flush == Z_NO_FLUSH && status != Z_STREAM_ERROR);
}

/* Without a time in its header: equal reports are equal files. */
bool lgc_gzip_copy(int from, int to)
{
    z_stream z = { 0 };
    unsigned char buffer[PIECE];
    struct lgc_out out;
    ssize_t n = 0;
    bool good = deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, 8,
                             Z_DEFAULT_STRATEGY) == Z_OK;
    lgc_out_init(&out, to);
    while (good && (n = read(from, buffer, sizeof buffer)) > 0) {
        z.next_in = buffer;
        z.avail_in = (unsigned)n;
        good = deflate_piece(&z, Z_NO_FLUSH, &out) && !out.failed;
    }
    good = good && n == 0 && deflate_piece(&z, Z_FINISH, &out);
    deflateEnd(&z);
    if (!lgc_out_flush(&out))
        errno = out.error;
    else if (!good && n == 0)
        errno = ENOMEM;     /* all that deflate can fail by */
    return !out.failed && good;
}
