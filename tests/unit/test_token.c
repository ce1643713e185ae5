/* SPDX-License-Identifier: MIT
 * test_token.c: token/token: the same address and password give the same token, others another. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "token/token.h"

static const struct lgc_token_sodium sodium = { sodium_init, crypto_pwhash, crypto_shorthash };

static struct lgc_token_key key_of(const char *password)
{
    struct lgc_token_key key;
    cr_assert(lgc_token_derive(&sodium, password, strlen(password), &key));
    return key;
}

/* Reports of other machines and years are compared with ours: these numbers
 * must stay.  They are those of crypto_pwhash and crypto_shorthash, called from
 * Python. */
Test(token, stays_the_same_for_ever)
{
    struct lgc_token_key key = key_of("abc");
    char text[LGC_TOKEN_SIZE];
    lgc_token_text(lgc_token_of(&sodium, &key, 0x1234), text);
    cr_expect_str_eq(text, "0x1eb75bed608b1fe3");
    lgc_token_text(lgc_token_of(&sodium, &key, 0x7fff1234), text);
    cr_expect_str_eq(text, "0x1e0433a9659e018f");
}

Test(token, same_key_every_time)
{
    struct lgc_token_key a = key_of("correct horse"), b = key_of("correct horse");
    cr_expect_arr_eq(a.bytes, b.bytes, sizeof a.bytes);
}

Test(token, another_password_is_another_key)
{
    static const char *const others[] = { "Correct horse", "correct horse ", "c", "correct horsf" };
    struct lgc_token_key a = key_of("correct horse");
    uint64_t token = lgc_token_of(&sodium, &a, 0x7f0012345678);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct lgc_token_key b = key_of(others[i]);
        cr_expect_neq(memcmp(a.bytes, b.bytes, sizeof a.bytes), 0, "%s", others[i]);
        cr_expect_neq(token, lgc_token_of(&sodium, &b, 0x7f0012345678), "%s", others[i]);
    }
}

static int by_value(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return a < b ? -1 : a > b;
}

/* A million objects, as malloc places them: 16 bytes apart. */
Test(token, a_million_addresses_are_a_million_tokens)
{
    enum { N = 1000000 };
    struct lgc_token_key key = key_of("a password");
    uint64_t *token = malloc(N * sizeof *token);
    cr_assert_not_null(token);
    for (unsigned i = 0; i < N; i++)
        token[i] = lgc_token_of(&sodium, &key, 0x7f3a10000000u + 16 * (uint64_t)i);
    qsort(token, N, sizeof *token, by_value);
    for (unsigned i = 1; i < N; i++)
        cr_assert_neq(token[i - 1], token[i]);
    free(token);
}

/* Each bit of 56 is 1 about half of the time: 100000 tosses of a coin are
 * 1000 away from the middle once in 4 billion tries. */
Test(token, neighbours_tell_nothing)
{
    struct lgc_token_key key = key_of("a password");
    unsigned ones[56] = { 0 }, flips[56] = { 0 };
    uint64_t before = 0;
    for (unsigned i = 0; i < 100000; i++) {
        uint64_t token = lgc_token_of(&sodium, &key, 0x555500000000u + 16 * (uint64_t)i);
        for (unsigned bit = 0; bit < 56; bit++) {
            ones[bit] += token >> bit & 1;
            flips[bit] += (token ^ before) >> bit & 1;
        }
        before = token;
    }
    for (unsigned bit = 0; bit < 56; bit++) {
        cr_expect(ones[bit] > 49000 && ones[bit] < 51000, "bit %u: %u", bit, ones[bit]);
        cr_expect(flips[bit] > 49000 && flips[bit] < 51000, "bit %u: %u", bit, flips[bit]);
    }
}

Test(token, is_no_address_a_process_can_have)
{
    struct lgc_token_key key = key_of("a password");
    char text[LGC_TOKEN_SIZE];
    for (uint64_t address = 0; address < 1000; address++) {
        uint64_t token = lgc_token_of(&sodium, &key, address);
        cr_assert_eq(token >> 56, LGC_TOKEN_TOP);   /* of 57 bits, the highest is the kernel's */
        lgc_token_text(token, text);
        cr_assert_eq(strlen(text), LGC_TOKEN_SIZE - 1);
        cr_assert_eq(strtoull(text, NULL, 16), token);
    }
}

static int no_init(void) { return -1; }
static int no_memory(unsigned char *const out, unsigned long long n, const char *const password,
                     unsigned long long length, const unsigned char *const salt,
                     unsigned long long passes, size_t memory, int alg)
{
    (void)out; (void)n; (void)password; (void)length; (void)salt; (void)passes; (void)memory;
    (void)alg;
    return -1;
}

Test(token, failures_have_their_errno)
{
    struct lgc_token_sodium broken = sodium;
    struct lgc_token_key key;
    broken.init = no_init;
    cr_expect(!lgc_token_derive(&broken, "x", 1, &key));
    cr_expect_eq(errno, ENOTSUP);
    broken = sodium;
    broken.pwhash = no_memory;
    cr_expect(!lgc_token_derive(&broken, "x", 1, &key));
    cr_expect_eq(errno, ENOMEM);
}
