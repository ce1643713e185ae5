/* SPDX-License-Identifier: MIT
 * test_out.c: base/out formats exactly, keeps errno and reports failed writes. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "sample.h"

#define expect_text(out, expected) do { \
        char *text_ = sample_close(out); \
        cr_expect_str_eq(text_, expected); \
        free(text_); \
    } while (0)

Test(out, numbers)
{
    struct lgc_out out;
    sample_open(&out);
    lgc_out_u64(&out, 0);
    lgc_out_char(&out, ' ');
    lgc_out_u64(&out, UINT64_MAX);
    lgc_out_char(&out, ' ');
    lgc_out_i64(&out, INT64_MIN);
    lgc_out_char(&out, ' ');
    lgc_out_i64(&out, -1);
    lgc_out_char(&out, ' ');
    lgc_out_hex(&out, 0);
    lgc_out_char(&out, ' ');
    lgc_out_hex(&out, UINT64_MAX);
    expect_text(&out, "0 18446744073709551615 -9223372036854775808 -1 0x0 0xffffffffffffffff");
}

Test(out, format_agrees_with_printf)
{
    struct lgc_out out;
    char expected[512];
    sample_open(&out);
#define ARGUMENTS "%s|%d|%i|%u|%x|%c|%%|%ld|%lu|%lx|%lld|%llu|%zu|%zd|%p", "str", -5, INT_MIN, \
        UINT_MAX, 0xabcu, 'c', LONG_MIN, ULONG_MAX, 0xdeadbeefUL, LLONG_MIN, ULLONG_MAX, \
        (size_t)7, (ssize_t)-7, (void *)0x1234
    lgc_out_f(&out, ARGUMENTS);
    snprintf(expected, sizeof expected, ARGUMENTS);
    expect_text(&out, expected);
}

Test(out, null_string_is_no_crash)
{
    struct lgc_out out;
    sample_open(&out);
    lgc_out_str(&out, NULL);
    expect_text(&out, "(null)");
}

Test(out, json_escapes)
{
    struct lgc_out out;
    sample_open(&out);
    lgc_out_json(&out, "a\"b\\c\n\r\t\b\f\x01\x1f\x7f/");
    expect_text(&out, "\"a\\\"b\\\\c\\n\\r\\t\\b\\f\\u0001\\u001f\x7f/\"");
    sample_open(&out);
    lgc_out_json(&out, NULL);
    expect_text(&out, "null");
}

Test(out, json_repairs_utf8)
{
    static const struct { const char *in, *out; } cases[] = {
        { "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"" },
        { "\xff", "\"\xef\xbf\xbd\"" },
        { "\xc3", "\"\xef\xbf\xbd\"" },                         /* cut off */
        { "\xc0\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\"" },         /* overlong */
        { "\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" }, /* surrogate */
        { "\xf4\x90\x80\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
        { "\x80" "a", "\"\xef\xbf\xbd" "a\"" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct lgc_out out;
        sample_open(&out);
        lgc_out_json(&out, cases[i].in);
        expect_text(&out, cases[i].out);
    }
}

Test(out, more_than_the_buffer)
{
    struct lgc_out out;
    char piece[1000], *text;
    memset(piece, 'x', sizeof piece);
    sample_open(&out);
    for (int i = 0; i < 100; i++)
        lgc_out_bytes(&out, piece, sizeof piece);
    cr_expect_eq(out.total, 100000);
    text = sample_close(&out);
    cr_expect_eq(strlen(text), 100000);
    free(text);
}

Test(out, errno_is_kept_and_failure_remembered)
{
    struct lgc_out out;
    int full = open("/dev/full", O_WRONLY);
    lgc_out_init(&out, full);
    errno = 77;
    lgc_out_str(&out, "x");
    cr_expect_not(lgc_out_flush(&out));
    cr_expect_eq(errno, 77);
    lgc_out_str(&out, "y");
    cr_expect_not(lgc_out_flush(&out), "a failure is not forgotten");
    close(full);
}

Test(out, no_descriptor_fails)
{
    struct lgc_out out;
    lgc_out_init(&out, -1);
    cr_expect(lgc_out_flush(&out), "nothing to write, nothing failed");
    lgc_out_char(&out, 'x');
    cr_expect_not(lgc_out_flush(&out));
}

static bool is_pending(int signal_number)
{
    sigset_t pending;
    sigpending(&pending);
    return sigismember(&pending, signal_number) == 1;
}

static void write_to_nobody(bool well)
{
    int ends[2];
    struct lgc_out out;
    cr_assert(pipe(ends) == 0);
    if (!well)
        close(ends[0]);
    lgc_out_init(&out, ends[1]);
    lgc_out_char(&out, 'x');
    cr_expect_eq(lgc_out_flush(&out), well);
    cr_expect_eq(out.error, well ? 0 : EPIPE);
    close(ends[1]);
}

static void write_too_much(void)
{
    struct rlimit none = { 0, RLIM_INFINITY };
    struct lgc_out out;
    sample_open(&out);
    cr_assert(getrlimit(RLIMIT_FSIZE, &none) == 0);
    none.rlim_cur = 0;
    cr_assert(setrlimit(RLIMIT_FSIZE, &none) == 0);
    lgc_out_char(&out, 'x');
    cr_expect_not(lgc_out_flush(&out));
    cr_expect_eq(out.error, EFBIG);
    none.rlim_cur = none.rlim_max;
    setrlimit(RLIMIT_FSIZE, &none); /* Criterion writes, too */
}

/* The signals at their default would end this process. */
Test(out, a_failed_write_raises_no_signal)
{
    sigset_t both, before, after;
    sigemptyset(&both);
    sigaddset(&both, SIGPIPE);
    sigaddset(&both, SIGXFSZ);
    lgc_out_spares_program = true;
    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
    pthread_sigmask(SIG_UNBLOCK, &both, &before);
    write_to_nobody(false);
    write_too_much();
    pthread_sigmask(SIG_BLOCK, &both, &after);
    cr_expect(!sigismember(&after, SIGPIPE) && !sigismember(&after, SIGXFSZ), "the mask is as it was");
    write_to_nobody(false);
    write_too_much();
    cr_expect_not(is_pending(SIGPIPE));
    cr_expect_not(is_pending(SIGXFSZ));
}

Test(out, a_signal_of_the_program_stays)
{
    sigset_t both;
    sigemptyset(&both);
    sigaddset(&both, SIGPIPE);
    sigaddset(&both, SIGXFSZ);
    lgc_out_spares_program = true;
    pthread_sigmask(SIG_BLOCK, &both, NULL);
    raise(SIGPIPE);
    raise(SIGXFSZ);
    write_to_nobody(true);
    write_to_nobody(false);
    write_too_much();
    cr_expect(is_pending(SIGPIPE));
    cr_expect(is_pending(SIGXFSZ));
}

static void *slow_reader(void *arg)
{
    char buf[65536];
    size_t *total = arg, n;
    usleep(100000);
    while ((n = (size_t)read((int)total[1], buf, sizeof buf)) > 0 && n <= sizeof buf)
        total[0] += n;
    return NULL;
}

Test(out, full_nonblocking_pipe_is_waited_for)
{
    struct lgc_out out;
    char piece[1000] = { 0 };
    int ends[2];
    pthread_t thread;
    cr_assert_eq(pipe2(ends, O_NONBLOCK), 0);
    fcntl(ends[0], F_SETFL, 0);
    size_t total[2] = { 0, (size_t)ends[0] };
    pthread_create(&thread, NULL, slow_reader, total);
    lgc_out_init(&out, ends[1]);
    for (int i = 0; i < 500; i++)
        lgc_out_bytes(&out, piece, sizeof piece);
    cr_expect(lgc_out_flush(&out));
    close(ends[1]);
    pthread_join(thread, NULL);
    cr_expect_eq(total[0], 500000);
}

static void expect_xml(const char *text, const char *wanted)
{
    struct lgc_out out;
    lgc_out_init(&out, -1);
    lgc_out_xml(&out, text);
    lgc_out_char(&out, '\0');
    cr_expect_str_eq(out.buf, wanted);
}

Test(out, xml)
{
    expect_xml("a<b>&\"c'", "a&lt;b&gt;&amp;&quot;c'");
    expect_xml("]]>", "]]&gt;");
    expect_xml("\t\n\r", "\t\n&#13;");
    expect_xml("\x01\x1f\x7f", "\xef\xbf\xbd\xef\xbf\xbd\x7f");
    expect_xml("\xc3\xa4\xff\xed\xa0\x80", "\xc3\xa4\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    expect_xml("\xef\xbf\xbe\xef\xbf\xbf\xef\xbf\xbd", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    expect_xml(NULL, "");
}

Test(out, json_inside_html)
{
    struct lgc_out out;
    lgc_out_init(&out, -1);
    out.in_html = true;
    lgc_out_json(&out, "</script><!--&");
    lgc_out_char(&out, '\0');
    cr_expect_str_eq(out.buf, "\"\\u003c/script\\u003e\\u003c!--\\u0026\"");
}
