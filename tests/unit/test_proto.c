/* SPDX-License-Identifier: MIT
 * test_proto.c: the bytes of messages, as the encoding of Protocol Buffers describes them. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/mem.h"
#include "report/proto.h"
#include "sample.h"

static void expect(struct lgc_proto *p, const char *bytes, size_t n)
{
    cr_expect_not(p->failed);
    cr_assert_eq(p->used, n, "%zu bytes, not %zu", p->used, n);
    cr_expect_eq(memcmp(p->bytes, bytes, n), 0);
    lgc_proto_free(p);
}
#define EXPECT(p, bytes) expect(p, bytes, sizeof bytes - 1)

Test(proto, numbers)
{
    struct lgc_proto p = { 0 };
    lgc_proto_number(&p, 1, 150);       /* the example of its documentation */
    EXPECT(&p, "\x08\x96\x01");
    lgc_proto_number(&p, 1, 0);
    cr_expect_eq(p.used, 0, "zero is the default");
    lgc_proto_varint(&p, 0);
    lgc_proto_varint(&p, 127);
    lgc_proto_varint(&p, 128);
    lgc_proto_varint(&p, UINT64_MAX);
    EXPECT(&p, "\x00\x7f\x80\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01");
    lgc_proto_number(&p, 16, 1);        /* a tag of two bytes */
    EXPECT(&p, "\x80\x01\x01");
}

Test(proto, texts)
{
    struct lgc_proto p = { 0 };
    lgc_proto_text(&p, 2, "testing");
    EXPECT(&p, "\x12\x07testing");
    lgc_proto_text(&p, 6, "");
    EXPECT(&p, "\x32\x00");
    lgc_proto_text(&p, 1, "\xc3\xa4\xff\xc3");
    EXPECT(&p, "\x0a\x04\xc3\xa4??");
}

Test(proto, nested)
{
    struct lgc_proto p = { 0 };
    size_t outer = lgc_proto_open(&p, 3);
    lgc_proto_number(&p, 1, 150);
    size_t inner = lgc_proto_open(&p, 4);
    lgc_proto_close(&p, inner);
    lgc_proto_close(&p, outer);
    EXPECT(&p, "\x1a\x05\x08\x96\x01\x22\x00");
}

Test(proto, a_long_message_moves_whole)
{
    struct lgc_proto p = { 0 };
    char text[10001];
    memset(text, 'x', 10000);
    text[10000] = '\0';
    size_t opened = lgc_proto_open(&p, 1);
    lgc_proto_text(&p, 2, text);
    lgc_proto_close(&p, opened);
    /* 10000 = 0x10 | 0x80, 0x4e; with its tag and length 10003. */
    cr_assert_eq(p.used, 10006);
    cr_expect_eq(memcmp(p.bytes, "\x0a\x93\x4e\x12\x90\x4exx", 8), 0);
    cr_expect_eq(p.bytes[10005], 'x');
    lgc_proto_free(&p);
}

Test(proto, flush_begins_anew)
{
    struct lgc_proto p = { 0 };
    struct lgc_out out;
    sample_open(&out);
    lgc_proto_number(&p, 1, 5);
    lgc_proto_flush(&p, &out);
    lgc_proto_flush(&p, &out);
    lgc_proto_number(&p, 1, 6);
    lgc_proto_flush(&p, &out);
    char *text = sample_close(&out);
    cr_expect_str_eq(text, "\x08\x05\x08\x06");
    free(text);
    lgc_proto_free(&p);
}

Test(proto, no_memory_is_said)
{
    struct lgc_proto p = { 0 };
    lgc_mem_fail_after(1);
    lgc_proto_number(&p, 1, 150);
    lgc_mem_fail_after(0);
    cr_expect(p.failed);
    lgc_proto_text(&p, 1, "x");
    lgc_proto_close(&p, lgc_proto_open(&p, 1));
    cr_expect_eq(p.used, 0);
    lgc_proto_free(&p);
}
