/* SPDX-License-Identifier: MIT
 * test_address.c: base/address: an address is written as it is, as a token, or not at all. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/address.h"
#include "base/out.h"

static uint64_t add_one(uint64_t address) { return address + 1; }

static const char *text_of(const char *text)
{
    static struct lgc_out out;
    lgc_out_init(&out, -1);
    lgc_address_put_text(&out, text);
    lgc_out_char(&out, '\0');
    return out.buf;
}

static const char *number_of(uint64_t address)
{
    static struct lgc_out out;
    lgc_out_init(&out, -1);
    lgc_out_address(&out, address);
    lgc_out_f(&out, " %p%c", (void *)(uintptr_t)address, '\0');
    return out.buf;
}

Test(address, plain_unless_told)
{
    uint64_t shown;
    cr_expect(lgc_address_plain());
    cr_expect(lgc_address_shown(0xabc, &shown));
    cr_expect_eq(shown, 0xabc);
    cr_expect_str_eq(number_of(0x7f10), "0x7f10 0x7f10");
    cr_expect_str_eq(text_of("at 0x7f10, x"), "at 0x7f10, x");
}

Test(address, encoded)
{
    uint64_t shown;
    lgc_address_encode(add_one);
    cr_expect(!lgc_address_plain());
    cr_expect(lgc_address_shown(0xabc, &shown));
    cr_expect_eq(shown, 0xabd);
    cr_expect_str_eq(number_of(0x7f10), "0x7f11 0x7f11");
}

Test(address, hidden)
{
    uint64_t shown = 1;
    lgc_address_hide();
    cr_expect(!lgc_address_plain());
    cr_expect(!lgc_address_shown(0xabc, &shown));
    cr_expect_eq(shown, 0);
    cr_expect_str_eq(number_of(0x7f10), "(address hidden) (address hidden)");
}

Test(address, those_within_a_text)
{
    lgc_address_encode(add_one);
    cr_expect_str_eq(text_of("free(0x7f10): at 0xABC."), "free(0x7f11): at 0xabd.");
    cr_expect_str_eq(text_of("lib.so+0x10 0x10"), "lib.so+0x10 0x11");
    cr_expect_str_eq(text_of("0x 0xg x0x1"), "0x 0xg x0x2");
    cr_expect_str_eq(text_of("+0x1+0x2"), "+0x1+0x2");
    cr_expect_str_eq(text_of(""), "");
    cr_expect_str_eq(text_of("0x"), "0x");
}
