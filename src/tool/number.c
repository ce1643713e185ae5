/* SPDX-License-Identifier: MIT
 * number.c: numbers for people, and the options -n and -i. */
#include "tool/number.h"

#include <stdio.h>

#include "base/num.h"

enum { LEAST_INTERVAL_NS = 1000000 };
static const uint64_t most_interval_ns = 365 * 86400 * 1000000000ull;

void lgc_number_pad(struct lgc_out *out, uint64_t start, unsigned to)
{
    do
        lgc_out_char(out, ' ');
    while (out->total - start < to);
}

void lgc_number_column(struct lgc_out *out, uint64_t start, unsigned end, uint64_t value)
{
    char text[24];
    int n = snprintf(text, sizeof text, "%llu", (unsigned long long)value);
    lgc_number_pad(out, start, end - (unsigned)n);
    lgc_out_str(out, text);
}

void lgc_number_size(char *to, size_t size, uint64_t bytes)
{
    static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
    double v = (double)bytes;
    unsigned u = 0;
    while (v >= 1024 && u < 6) {
        v /= 1024;
        u++;
    }
    snprintf(to, size, u == 0 ? "%.0f %s" : "%.1f %s", v, units[u]);
}

void lgc_number_time(char *to, size_t size, uint64_t ns)
{
    if (ns < 1000000)
        snprintf(to, size, "%.0f us", (double)ns / 1e3);
    else if (ns < 1000000000)
        snprintf(to, size, "%.1f ms", (double)ns / 1e6);
    else
        snprintf(to, size, "%.2f s", (double)ns / 1e9);
}

void lgc_number_age(char *to, size_t size, unsigned long long seconds)
{
    if (seconds == 0)
        snprintf(to, size, "older");
    else if (seconds < 60)
        snprintf(to, size, "up to %llu s", seconds);
    else if (seconds < 3600)
        snprintf(to, size, "up to %llu min", seconds / 60);
    else if (seconds < 86400)
        snprintf(to, size, "up to %llu h", seconds / 3600);
    else
        snprintf(to, size, "up to %llu d", seconds / 86400);
}

static int read_count(struct lgc_series *s, struct lgc_cli *cli, const char *value)
{
    if (!lgc_num_count(value, &s->count) || s->count > UINT32_MAX)
        return lgc_cli_usage(cli->command, "wrong count '%s': a number is wanted, 0 means until "
                             "stopped", value);
    s->count_given = true;
    return 0;
}

static int read_interval(struct lgc_series *s, struct lgc_cli *cli, const char *value)
{
    if (!lgc_num_duration(value, &s->interval_ns))
        return lgc_cli_usage(cli->command, "wrong interval '%s': a time is wanted, as 250ms, 30s "
                             "or 5m", value);
    if (s->interval_ns < LEAST_INTERVAL_NS || s->interval_ns > most_interval_ns)
        return lgc_cli_usage(cli->command, "an interval of '%s' is too %s: 1ms to 365d", value,
                             s->interval_ns < LEAST_INTERVAL_NS ? "short" : "long");
    s->interval_given = true;
    return 0;
}

bool lgc_number_series(struct lgc_series *s, struct lgc_cli *cli, int *status)
{
    bool count = lgc_cli_is(cli, "n") || lgc_cli_is(cli, "count");
    if (!count && !lgc_cli_is(cli, "i") && !lgc_cli_is(cli, "interval"))
        return false;
    const char *value = lgc_cli_value(cli);
    *status = value == NULL ? lgc_cli_no_value(cli)
            : count ? read_count(s, cli, value) : read_interval(s, cli, value);
    return true;
}

void lgc_number_settle(struct lgc_series *s)
{
    if (!s->count_given)
        s->count = s->interval_given ? 0 : 1;
    if (!s->interval_given)
        s->interval_ns = 1000000000;
}

void lgc_number_series_help(struct lgc_out *out)
{
    lgc_out_str(out,
        "  -n, --count=COUNT          how often; 0: until stopped (default: 1; with -i: 0)\n"
        "  -i, --interval=TIME        how long from one to the next, as 250ms, 30s or 5m\n"
        "                             (default: 1s)\n");
}
