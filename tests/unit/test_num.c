/* SPDX-License-Identifier: MIT
 * test_num.c: base/num takes a whole number or nothing. */
#include <criterion/criterion.h>

#include "base/num.h"

#define expect_value(read, text, expected) do { \
        uint64_t v_ = 99; \
        cr_expect(read(text, &v_), "%s is refused", text); \
        cr_expect_eq(v_, (expected), "%s", text); \
    } while (0)
#define expect_refused(read, text) do { \
        uint64_t v_ = 99; \
        cr_expect_not(read(text, &v_), "'%s' is taken", text); \
        cr_expect_eq(v_, 99, "'%s' changes the value", text); \
    } while (0)

Test(num, counts)
{
    expect_value(lgc_num_count, "0", 0);
    expect_value(lgc_num_count, "007", 7);
    expect_value(lgc_num_count, "18446744073709551615", UINT64_MAX);
    static const char *const bad[] = { "", " 1", "1 ", "+1", "-1", "0x1", "1.0", "x",
        "18446744073709551616", "99999999999999999999999", "1k" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        expect_refused(lgc_num_count, bad[i]);
}

Test(num, sizes)
{
    expect_value(lgc_num_size, "1", 1);
    expect_value(lgc_num_size, "64k", 65536);
    expect_value(lgc_num_size, "64K", 65536);
    expect_value(lgc_num_size, "2M", 2u << 20);
    expect_value(lgc_num_size, "1G", 1u << 30);
    expect_value(lgc_num_size, "16777215T", 16777215ull << 40);
    expect_refused(lgc_num_size, "16777216T");
    expect_refused(lgc_num_size, "k");
    expect_refused(lgc_num_size, "1kk");
    expect_refused(lgc_num_size, "1 k");
    expect_refused(lgc_num_size, "");
}

Test(num, durations)
{
    expect_value(lgc_num_duration, "5", 5000000000u);
    expect_value(lgc_num_duration, "5ns", 5);
    expect_value(lgc_num_duration, "5us", 5000);
    expect_value(lgc_num_duration, "250ms", 250000000);
    expect_value(lgc_num_duration, "30s", 30000000000u);
    expect_value(lgc_num_duration, "5m", 300000000000u);
    expect_value(lgc_num_duration, "2h", 7200000000000u);
    expect_value(lgc_num_duration, "1d", 86400000000000u);
    expect_refused(lgc_num_duration, "213504d");
    expect_refused(lgc_num_duration, "s");
    expect_refused(lgc_num_duration, "5 s");
    expect_refused(lgc_num_duration, "1.5s");
    expect_refused(lgc_num_duration, "5S");
}

Test(num, booleans)
{
    static const char *const yes[] = { "1", "yes", "true", "on" };
    static const char *const no[] = { "0", "no", "false", "off" };
    static const char *const bad[] = { "", "2", "y", "TRUE", "10", "onn" };
    bool value;
    for (int i = 0; i < 4; i++) {
        value = false;
        cr_expect(lgc_num_bool(yes[i], &value) && value, "%s", yes[i]);
        cr_expect(lgc_num_bool(no[i], &value) && !value, "%s", no[i]);
    }
    for (int i = 0; i < 6; i++)
        cr_expect_not(lgc_num_bool(bad[i], &value), "%s", bad[i]);
}
