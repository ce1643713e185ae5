/* SPDX-License-Identifier: MIT
 * number.h: numbers for people: columns, sizes, times, ages; and the options
 * -n and -i, which several commands share. */
#ifndef LGC_TOOL_NUMBER_H
#define LGC_TOOL_NUMBER_H

#include <stddef.h>

#include "tool/cli.h"

/* Blanks until column `to` of what began at out->total == start. */
void lgc_number_pad(struct lgc_out *out, uint64_t start, unsigned to);
/* The number, so that it ends in column `end`. */
void lgc_number_column(struct lgc_out *out, uint64_t start, unsigned end, uint64_t value);
/* 1536 -> "1.5 KiB"; 1500000 ns -> "1.5 ms". */
void lgc_number_size(char *to, size_t size, uint64_t bytes);
void lgc_number_time(char *to, size_t size, uint64_t ns);
/* "up to 10 s", "older"; what run/lost.h calls SECONDS. */
void lgc_number_age(char *to, size_t size, unsigned long long seconds);

/* -n COUNT, --count=COUNT; -i TIME, --interval=TIME. */
struct lgc_series { uint64_t count, interval_ns; bool count_given, interval_given; };

/* Whether the option is one of the two; *status becomes that of a bad value. */
bool lgc_number_series(struct lgc_series *series, struct lgc_cli *cli, int *status);
/* After the last option: without -n, one time; or, with -i, until stopped. */
void lgc_number_settle(struct lgc_series *series);
void lgc_number_series_help(struct lgc_out *out);

#endif
