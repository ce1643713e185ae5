/* SPDX-License-Identifier: MIT
 * pack.c: compresses chunk by chunk into a file that is renamed at the end. */
#include "graph/pack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include "base/filename.h"
#include "heapdump/decode.h"

/* More costs time and saves little: what is random in a heap is its order. */
enum { LEVEL = 3 };

struct lgc_pack {
    char *path, *partial;
    FILE *out;
    ZSTD_CCtx *context;
    uint32_t sequence;
    int error;                   /* errno of the first failure               */
    uint8_t stored[LGC_HEAPDUMP_STORED_MAX];
};

static void put32(uint8_t *to, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        to[i] = (uint8_t)(v >> 8 * i);
}

static bool put(struct lgc_pack *p, const void *bytes, size_t n)
{
    if (p->error == 0 && fwrite(bytes, 1, n, p->out) != n)
        p->error = errno != 0 ? errno : EIO;
    return p->error == 0;
}

static void discard(struct lgc_pack *p)
{
    if (p->out != NULL)
        fclose(p->out);
    if (p->partial != NULL)
        unlink(p->partial);
    ZSTD_freeCCtx(p->context);
    free(p->path);
    free(p->partial);
    free(p);
}

static FILE *create(const char *partial)
{
    /* For the owner alone: it tells where everything lies in memory.  One that
     * is there is of a process that died, or a trap (a link, in /tmp). */
    unlink(partial);
    int fd = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0600);
    FILE *out = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (fd >= 0 && out == NULL)
        close(fd);
    return out;
}

struct lgc_pack *lgc_pack_begin(const char *path)
{
    struct lgc_pack *p = lgc_filename_replaceable(path) ? calloc(1, sizeof *p) : NULL;
    if (p == NULL)
        return NULL;
    p->path = strdup(path);
    if (asprintf(&p->partial, "%s.%ld.partial", path, (long)getpid()) < 0)
        p->partial = NULL;
    p->context = ZSTD_createCCtx();
    if (p->path == NULL || p->partial == NULL || p->context == NULL) {
        discard(p);
        errno = ENOMEM;
        return NULL;
    }
    p->out = create(p->partial);
    if (p->out == NULL) {
        int error = errno;
        free(p->partial);        /* not ours: not to be removed */
        p->partial = NULL;
        discard(p);
        errno = error;
        return NULL;
    }
    uint8_t prelude[LGC_HEAPDUMP_PRELUDE] = LGC_HEAPDUMP_MAGIC;
    put32(prelude + 8, LGC_HEAPDUMP_VERSION);
    put(p, prelude, sizeof prelude);
    return p;
}

const char *lgc_pack_partial(const struct lgc_pack *p) { return p->partial; }

bool lgc_pack_chunk(void *arg, const uint8_t *raw, size_t size)
{
    struct lgc_pack *p = arg;
    uint8_t header[LGC_HEAPDUMP_HEADER];
    size_t n = ZSTD_compressCCtx(p->context, p->stored, sizeof p->stored, raw, size, LEVEL);
    bool plain = ZSTD_isError(n) || n >= size;
    const uint8_t *bytes = plain ? raw : p->stored;
    n = plain ? size : n;
    put32(header, (uint32_t)size);
    put32(header + 4, (uint32_t)n);
    put32(header + 8, plain ? LGC_HEAPDUMP_PLAIN : LGC_HEAPDUMP_ZSTD);
    put32(header + 12, p->sequence++);
    put32(header + 16, lgc_heapdump_crc(lgc_heapdump_crc(0, header, 16), bytes, n));
    return put(p, header, sizeof header) && put(p, bytes, n);
}

/* On the disk before it has its name: a power cut leaves no empty file that
 * looks like a dump. */
static void finish(struct lgc_pack *p)
{
    errno = 0;
    if (fflush(p->out) != 0)
        p->error = errno;
    else if (fsync(fileno(p->out)) != 0 && errno != EINVAL && errno != EROFS)
        p->error = errno;
    if (fclose(p->out) != 0 && p->error == 0)
        p->error = errno;
    p->out = NULL;
    if (p->error == 0 && rename(p->partial, p->path) != 0)
        p->error = errno;
    if (p->error == 0) {
        free(p->partial);
        p->partial = NULL;
    }
}

int lgc_pack_end(struct lgc_pack *p, bool complete)
{
    if (complete && p->error == 0)
        finish(p);
    int error = p->error;
    discard(p);
    return error;
}
