/* SPDX-License-Identifier: MIT
 * line.c: takes the fields off one line of a finding stream. */
#include "dump/line.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "dump/field.h"

bool lgc_line_fail(struct lgc_line *line, const char *why)
{
    if (line->why == NULL)
        line->why = why;
    return false;
}

char *lgc_line_field(struct lgc_line *line)
{
    char *field = line->rest;
    if (field == NULL || *field == '\0' || *field == ' ') {
        lgc_line_fail(line, "a field is missing");
        return NULL;
    }
    line->rest = strchr(field, ' ');
    if (line->rest != NULL)
        *line->rest++ = '\0';
    return field;
}

bool lgc_line_u64(struct lgc_line *line, uint64_t *value)
{
    char *field = lgc_line_field(line);
    if (field == NULL)
        return false;
    return lgc_num_count(field, value) || lgc_line_fail(line, "a field is not a number");
}

bool lgc_line_u32(struct lgc_line *line, uint32_t *value)
{
    uint64_t v = 0;
    if (!lgc_line_u64(line, &v))
        return false;
    if (v > UINT32_MAX)
        return lgc_line_fail(line, "a number is too large");
    *value = (uint32_t)v;
    return true;
}

bool lgc_line_i64(struct lgc_line *line, int64_t *value)
{
    char *field = lgc_line_field(line);
    if (field == NULL)
        return false;
    bool negative = *field == '-';
    uint64_t v = 0;
    if (!lgc_num_count(field + negative, &v))
        return lgc_line_fail(line, "a field is not a number");
    if (v > (uint64_t)INT64_MAX)
        return lgc_line_fail(line, "a number is too large");
    *value = negative ? -(int64_t)v : (int64_t)v;
    return true;
}

bool lgc_line_hex(struct lgc_line *line, uint64_t *value)
{
    char *field = lgc_line_field(line);
    if (field == NULL)
        return false;
    size_t n = strspn(field, "0123456789abcdef");
    if (n > 16 || field[n] != '\0')
        return lgc_line_fail(line, "a field is not a hexadecimal number");
    *value = strtoull(field, NULL, 16);
    return true;
}

bool lgc_line_bool(struct lgc_line *line, bool *value)
{
    uint32_t v = 0;
    if (!lgc_line_u32(line, &v))
        return false;
    *value = v == 1;
    return v <= 1 || lgc_line_fail(line, "a flag is neither 0 nor 1");
}

bool lgc_line_kind(struct lgc_line *line, enum lgc_kind *kind)
{
    uint32_t v = 0;
    if (!lgc_line_u32(line, &v))
        return false;
    if (v >= LGC_KIND_COUNT)
        return lgc_line_fail(line, "there is no such kind");
    *kind = (enum lgc_kind)v;
    return true;
}

bool lgc_line_amount(struct lgc_line *line, struct lgc_amount *amount)
{
    return lgc_line_u64(line, &amount->bytes) && lgc_line_u64(line, &amount->objects);
}

bool lgc_line_text(struct lgc_line *line, const char **text)
{
    char *field = lgc_line_field(line);
    if (field == NULL)
        return false;
    return lgc_field_get(field, text) || lgc_line_fail(line, "a text has a bad escape");
}

bool lgc_line_end(struct lgc_line *line)
{
    return line->rest == NULL || lgc_line_fail(line, "a field too many");
}
