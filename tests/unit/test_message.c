/* SPDX-License-Identifier: MIT
 * test_message.c: requests of every command there and back, and any other bytes. */
#include <criterion/criterion.h>
#include <string.h>

#include "control/message.h"

static bool parses(const char *text)
{
    struct lgc_message_request r;
    const char *why = NULL;
    bool good = lgc_message_parse(&r, text, strlen(text), &why);

    cr_expect(good == (why == NULL), "%s", text);
    return good;
}

Test(message, every_command_there_and_back)
{
    for (unsigned c = 0; c < LGC_MESSAGE_COMMANDS; c++) {
        struct lgc_message_request sent, got;
        struct lgc_out out;
        const char *why = NULL;

        lgc_message_init(&sent, (enum lgc_message_command)c);
        lgc_out_init(&out, -1);
        lgc_message_write(&out, &sent);
        cr_assert(lgc_message_parse(&got, out.buf, out.used, &why), "%s", why);
        cr_assert_eq(got.command, c);
        cr_assert_arr_eq(got.value, sent.value, sizeof got.value);
    }
}

Test(message, arguments_and_defaults)
{
    struct lgc_message_request r;
    const char *why, *text = "leaksgc 1 gc interval=2000000 count=0";

    cr_assert(lgc_message_parse(&r, text, strlen(text), &why));
    cr_expect_eq(r.command, LGC_MESSAGE_gc);
    cr_expect_eq(r.value[LGC_MESSAGE_gc_count], 0);
    cr_expect_eq(r.value[LGC_MESSAGE_gc_interval], 2000000);
    cr_expect(parses("leaksgc 1 gc"));
    cr_expect(parses("leaksgc 1 leaks new=1 kinds=15"));
}

Test(message, what_is_no_request)
{
    static const char *const bad[] = {
        "", " ", "leaksgc", "leaksgc ", "leaksgc 1", "leaksgc 1 ", "leaksgc x hello", "leaksgc 2 hello", "leaksgc 1 HELLO",
        "leaksgc 1 hello ", "leaksgc 1 hello=1", "leaksgc 1 leaks new", "leaksgc 1 leaks =1", "leaksgc 1 leaks count=1",
        "leaksgc 1 gc interval=999999", "leaksgc 1 gc count=4294967296", "leaksgc 1 gc count=18446744073709551616",
        "leaksgc 1 gc count=-1", "leaksgc 1 gc count=+1", "leaksgc  1 hello", "LEAKSGC 1 hello", "leaksgc 1 heap top=10001" };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        cr_expect(!parses(bad[i]), "'%s'", bad[i]);
}

Test(message, length_and_nul)
{
    struct lgc_message_request r;
    const char *why = NULL;
    char text[LGC_MESSAGE_REQUEST_MAX + 1];

    memset(text, 'A', sizeof text);
    cr_expect(!lgc_message_parse(&r, text, sizeof text, &why));
    cr_expect_str_eq(why, "the request is too long");
    cr_expect(!lgc_message_parse(&r, text, sizeof text - 1, &why));
    cr_expect(!lgc_message_parse(&r, "leaksgc 1 hello\0", 16, &why));
}

/* Bytes at random, and requests with some bytes changed: whatever is taken for
 * one is in range. */
Test(message, random_bytes)
{
    uint64_t state = 1;

    for (int round = 0; round < 200000; round++) {
        char text[64] = "leaksgc 1 gc count=3 interval=5000000";
        size_t n = strlen(text);
        struct lgc_message_request r;
        const char *why;

        for (int i = 0; i < 1 + round % 5; i++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            text[(state >> 33) % n] = (char)(state >> 50);
        }
        if (!lgc_message_parse(&r, text, n, &why))
            continue;
        cr_assert_lt((unsigned)r.command, LGC_MESSAGE_COMMANDS);
        cr_assert_geq(r.value[LGC_MESSAGE_gc_interval], 1000000u);
        cr_assert_leq(r.value[LGC_MESSAGE_gc_count], UINT32_MAX);
    }
}

Test(message, numbers_of_an_answer)
{
    uint64_t value = 7;

    cr_expect(lgc_message_number("ok a=1 bb=22 b=3", "b", &value));
    cr_expect_eq(value, 3);
    cr_expect(lgc_message_number("ok a=1 bb=22 b=3", "bb", &value));
    cr_expect_eq(value, 22);
    cr_expect(!lgc_message_number("ok a=1", "ok", &value));
    cr_expect(!lgc_message_number("ok a=", "a", &value));
    cr_expect(!lgc_message_number("ok a=123456789012345678901234567890", "a", &value));
    cr_expect(!lgc_message_number("", "a", &value));
    cr_expect_eq(value, 22);
    cr_expect(lgc_message_is("ok a=1", "ok"));
    cr_expect(lgc_message_is("ok", "ok"));
    cr_expect(!lgc_message_is("okay", "ok"));
    cr_expect(!lgc_message_is("o", "ok"));
}
