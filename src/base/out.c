/* SPDX-License-Identifier: MIT
 * out.c: formats text into a fixed buffer and writes it to a descriptor. */
#include "base/out.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/address.h"

/* A program may have made our descriptor non-blocking: wait for the reader
 * this long, then give up rather than hold the program for ever. */
enum { FULL_PIPE_SECONDS = 10 };

/* Raw system calls: write() and poll() are cancellation points, and a thread
 * that is cancelled inside malloc would die with our locks held. */
static bool wait_writable(int fd)
{
    struct pollfd p = { .fd = fd, .events = POLLOUT };
    struct timespec limit = { .tv_sec = FULL_PIPE_SECONDS };
    long n;
    do
        n = syscall(SYS_ppoll, &p, 1, &limit, NULL, 0);
    while (n < 0 && errno == EINTR);
    return n > 0;
}

static bool write_all(int fd, const char *bytes, size_t n)
{
    while (n > 0) {
        long done = syscall(SYS_write, fd, bytes, n);
        if (done >= 0) {
            bytes += done;
            n -= (size_t)done;
        } else if (errno == EAGAIN) {
            if (!wait_writable(fd))
                return false;
        } else if (errno != EINTR) {
            return false;
        }
    }
    return true;
}

bool lgc_out_spares_program;

/* Both are raised for this thread alone.  One that was waiting before is the
 * program's. */
static bool write_unheard(int fd, const char *bytes, size_t n)
{
    uint64_t pipe = 1ull << (SIGPIPE - 1), size = 1ull << (SIGXFSZ - 1), both = pipe | size;
    uint64_t before = 0, pending = 0;
    struct timespec none = { 0, 0 };
    bool written;
    int error;

    syscall(SYS_rt_sigprocmask, SIG_BLOCK, &both, &before, sizeof before);
    if (before & both) /* else none can be waiting */
        syscall(SYS_rt_sigpending, &pending, sizeof pending);
    written = write_all(fd, bytes, n);
    error = errno;
    both = error == EPIPE ? pipe & ~pending : error == EFBIG ? size & ~pending : 0;
    if (!written && both != 0)
        syscall(SYS_rt_sigtimedwait, &both, NULL, &none, sizeof both);
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, sizeof before);
    errno = error;
    return written;
}

void lgc_out_init(struct lgc_out *out, int fd)
{
    out->fd = fd;
    out->failed = false;
    out->error = 0;
    out->in_html = false;
    out->used = 0;
    out->total = 0;
}

bool lgc_out_flush(struct lgc_out *out)
{
    if (out->used > 0 && !out->failed) {
        int saved = errno;
        errno = EBADF;
        if (out->fd < 0 || !(lgc_out_spares_program ? write_unheard : write_all)(
                               out->fd, out->buf, out->used)) {
            out->failed = true;
            out->error = errno;
        }
        errno = saved;
    }
    out->used = 0;
    return !out->failed;
}

void lgc_out_bytes(struct lgc_out *out, const void *bytes, size_t n)
{
    const char *p = bytes;
    out->total += n;
    while (n > 0 && !out->failed) {
        size_t room = sizeof out->buf - out->used;
        size_t part = n < room ? n : room;
        memcpy(out->buf + out->used, p, part);
        out->used += part;
        p += part;
        n -= part;
        if (out->used == sizeof out->buf)
            lgc_out_flush(out);
    }
}

void lgc_out_str(struct lgc_out *out, const char *s)
{
    if (s == NULL)
        s = "(null)";
    lgc_out_bytes(out, s, strlen(s));
}

void lgc_out_char(struct lgc_out *out, char c)
{
    lgc_out_bytes(out, &c, 1);
}

static void put_number(struct lgc_out *out, uint64_t v, unsigned base)
{
    char text[20];
    size_t i = sizeof text;
    do {
        text[--i] = "0123456789abcdef"[v % base];
        v /= base;
    } while (v != 0);
    lgc_out_bytes(out, text + i, sizeof text - i);
}

void lgc_out_u64(struct lgc_out *out, uint64_t v)
{
    put_number(out, v, 10);
}

void lgc_out_i64(struct lgc_out *out, int64_t v)
{
    uint64_t magnitude = (uint64_t)v;
    if (v < 0) {
        lgc_out_char(out, '-');
        magnitude = -magnitude;     /* right for INT64_MIN as well */
    }
    put_number(out, magnitude, 10);
}

void lgc_out_hex(struct lgc_out *out, uint64_t v)
{
    lgc_out_bytes(out, "0x", 2);
    put_number(out, v, 16);
}

void lgc_out_address(struct lgc_out *out, uint64_t address)
{
    uint64_t shown;
    if (lgc_address_shown(address, &shown))
        lgc_out_hex(out, shown);
    else
        lgc_out_str(out, LGC_ADDRESS_HIDDEN);
}

/* The length of the valid UTF-8 sequence at s, or 0: no overlong forms, no
 * surrogates, nothing above U+10FFFF.  Stops at the NUL by itself. */
static size_t utf8_length(const unsigned char *s)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    size_t n = s[0] < 0x80 ? 1 : (s[0] & 0xe0) == 0xc0 ? 2 : (s[0] & 0xf0) == 0xe0 ? 3
             : (s[0] & 0xf8) == 0xf0 ? 4 : 0;
    if (n < 2)
        return n;
    uint32_t code = s[0] & (0x7fu >> n);
    for (size_t i = 1; i < n; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (s[i] & 0x3fu);
    }
    bool bad = code < least[n] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff);
    return bad ? 0 : n;
}

size_t lgc_out_utf8(const char *s)
{
    return utf8_length((const unsigned char *)s);
}

void lgc_out_printable(struct lgc_out *out, const char *s)
{
    while (*s != '\0') {
        const unsigned char *p = (const unsigned char *)s;
        size_t n = utf8_length(p);
        bool control = *p < 0x20 || *p == 0x7f || (*p == 0xc2 && n == 2 && p[1] < 0xa0);
        if (n > 0 && !control)
            lgc_out_bytes(out, s, n);
        else
            for (size_t i = 0; i < (n > 0 ? n : 1); i++)
                lgc_out_f(out, "\\%u%u%u", p[i] >> 6, p[i] >> 3 & 7, p[i] & 7);
        s += n > 0 ? n : 1;
    }
}

static void put_json_byte(struct lgc_out *out, unsigned char c)
{
    static const char special[] = "\"\"\\\\\bb\ff\nn\rr\tt";
    for (size_t i = 0; i + 1 < sizeof special; i += 2) {
        if (c == (unsigned char)special[i]) {
            lgc_out_char(out, '\\');
            lgc_out_char(out, special[i + 1]);
            return;
        }
    }
    if (c < 0x20 || (out->in_html && (c == '<' || c == '>' || c == '&'))) {
        lgc_out_str(out, c < 0x10 ? "\\u000" : "\\u00");
        put_number(out, c, 16);
    } else {
        lgc_out_char(out, (char)c);
    }
}

void lgc_out_json_part(struct lgc_out *out, const char *s)
{
    for (const unsigned char *p = (const unsigned char *)s; *p != 0; ) {
        size_t n = utf8_length(p);
        if (n == 1)
            put_json_byte(out, *p);
        else if (n == 0)
            lgc_out_str(out, "\xef\xbf\xbd");
        else
            lgc_out_bytes(out, p, n);
        p += n > 0 ? n : 1;
    }
}

void lgc_out_json(struct lgc_out *out, const char *s)
{
    if (s == NULL) {
        lgc_out_str(out, "null");
        return;
    }
    lgc_out_char(out, '"');
    lgc_out_json_part(out, s);
    lgc_out_char(out, '"');
}

static void put_xml_byte(struct lgc_out *out, unsigned char c)
{
    switch (c) {
    case '<':  lgc_out_str(out, "&lt;"); break;
    case '>':  lgc_out_str(out, "&gt;"); break;
    case '&':  lgc_out_str(out, "&amp;"); break;
    case '"':  lgc_out_str(out, "&quot;"); break;
    case '\r': lgc_out_str(out, "&#13;"); break;    /* a reader makes \n of a bare one */
    default:
        if (c >= 0x20 || c == '\t' || c == '\n')
            lgc_out_char(out, (char)c);
        else
            lgc_out_str(out, "\xef\xbf\xbd");
    }
}

/* U+FFFE and U+FFFF are UTF-8, but no XML. */
static bool is_noncharacter(const unsigned char *s)
{
    return s[0] == 0xef && s[1] == 0xbf && (s[2] == 0xbe || s[2] == 0xbf);
}

void lgc_out_xml(struct lgc_out *out, const char *s)
{
    const unsigned char *p = (const unsigned char *)s;
    while (p != NULL && *p != 0) {
        size_t n = utf8_length(p);
        if (n == 1)
            put_xml_byte(out, *p);
        else if (n == 0 || is_noncharacter(p))
            lgc_out_str(out, "\xef\xbf\xbd");
        else
            lgc_out_bytes(out, p, n);
        p += n > 0 ? n : 1;
    }
}

enum length { LENGTH_INT, LENGTH_LONG, LENGTH_LLONG, LENGTH_SIZE };

static const char *read_length(const char *f, enum length *length)
{
    *length = LENGTH_INT;
    if (*f == 'z') {
        *length = LENGTH_SIZE;
        return f + 1;
    }
    for (; *f == 'l'; f++)
        *length = *length == LENGTH_INT ? LENGTH_LONG : LENGTH_LLONG;
    return f;
}

/* A va_list that is passed on by value cannot be used afterwards; in a struct
 * it can be passed by address on every platform. */
struct arguments { va_list list; };

static int64_t next_signed(struct arguments *args, enum length length)
{
    switch (length) {
    case LENGTH_LONG:  return va_arg(args->list, long);
    case LENGTH_LLONG: return va_arg(args->list, long long);
    case LENGTH_SIZE:  return va_arg(args->list, ssize_t);
    default:           return va_arg(args->list, int);
    }
}

static uint64_t next_unsigned(struct arguments *args, enum length length)
{
    switch (length) {
    case LENGTH_LONG:  return va_arg(args->list, unsigned long);
    case LENGTH_LLONG: return va_arg(args->list, unsigned long long);
    case LENGTH_SIZE:  return va_arg(args->list, size_t);
    default:           return va_arg(args->list, unsigned);
    }
}

static void put_conversion(struct lgc_out *out, char c, enum length length,
                           struct arguments *args)
{
    switch (c) {
    case 's': lgc_out_str(out, va_arg(args->list, const char *)); break;
    case 'c': lgc_out_char(out, (char)va_arg(args->list, int)); break;
    case 'd':
    case 'i': lgc_out_i64(out, next_signed(args, length)); break;
    case 'u': lgc_out_u64(out, next_unsigned(args, length)); break;
    case 'x': put_number(out, next_unsigned(args, length), 16); break;
    case 'p': lgc_out_address(out, (uintptr_t)va_arg(args->list, void *)); break;
    default:  lgc_out_char(out, c); break;      /* %% */
    }
}

void lgc_out_v(struct lgc_out *out, const char *format, va_list list)
{
    struct arguments args;
    va_copy(args.list, list);
    while (*format != '\0') {
        size_t plain = strcspn(format, "%");
        lgc_out_bytes(out, format, plain);
        format += plain;
        if (*format == '\0')
            break;
        enum length length;
        format = read_length(format + 1, &length);
        if (*format == '\0')
            break;
        put_conversion(out, *format++, length, &args);
    }
    va_end(args.list);
}

void lgc_out_f(struct lgc_out *out, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    lgc_out_v(out, format, list);
    va_end(list);
}
