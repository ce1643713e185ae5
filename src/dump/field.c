/* SPDX-License-Identifier: MIT
 * field.c: the text fields of a finding stream, escaped and back. */
#include "dump/field.h"

#include <stddef.h>
#include <string.h>

void lgc_field_put(struct lgc_out *out, const char *text)
{
    static const char digits[] = "0123456789abcdef";
    if (text == NULL) {
        lgc_out_char(out, '-');
        return;
    }
    if (*text == '\0')
        lgc_out_char(out, '%');
    bool escape_all = strcmp(text, "-") == 0;
    for (const unsigned char *p = (const unsigned char *)text; *p != 0; p++) {
        if (*p > 0x20 && *p != 0x7f && *p != '%' && !escape_all) {
            lgc_out_char(out, (char)*p);
        } else {
            char escaped[3] = { '%', digits[*p >> 4], digits[*p & 15] };
            lgc_out_bytes(out, escaped, sizeof escaped);
        }
    }
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool lgc_field_get(char *field, const char **text)
{
    if (strcmp(field, "-") == 0) {
        *text = NULL;
        return true;
    }
    *text = field;
    if (strcmp(field, "%") == 0) {
        *field = '\0';
        return true;
    }
    char *to = field;
    for (const char *from = field; *from != '\0'; from++) {
        if (*from != '%') {
            *to++ = *from;
            continue;
        }
        int high = hex_value(from[1]);
        int low = high < 0 ? -1 : hex_value(from[2]);
        if (low < 0 || (high == 0 && low == 0))
            return false;
        *to++ = (char)(high << 4 | low);
        from += 2;
    }
    *to = '\0';
    return true;
}
