/* SPDX-License-Identifier: MIT
 * address.c: how this process shows addresses. */
#include "base/address.h"

#include <stddef.h>
#include <string.h>

#include "base/out.h"

static lgc_address_fn *token_of;
static bool hidden;

void lgc_address_encode(lgc_address_fn *token)
{
    token_of = token;
    hidden = false;
}

void lgc_address_hide(void)
{
    token_of = NULL;
    hidden = true;
}

bool lgc_address_plain(void) { return token_of == NULL && !hidden; }

bool lgc_address_shown(uint64_t address, uint64_t *shown)
{
    *shown = hidden ? 0 : token_of != NULL ? token_of(address) : address;
    return !hidden;
}

static unsigned digit(char c)
{
    return c >= '0' && c <= '9' ? (unsigned)(c - '0') : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
         : c >= 'A' && c <= 'F' ? (unsigned)(c - 'A') + 10 : 16;
}

void lgc_address_put_text(struct lgc_out *out, const char *text)
{
    const char *p = text;
    for (const char *at; !lgc_address_plain() && (at = strstr(p, "0x")) != NULL; ) {
        const char *end = at + 2;
        uint64_t address = 0;
        for (; digit(*end) < 16; end++)
            address = address << 4 | digit(*end);
        lgc_out_bytes(out, p, (size_t)(at - p));
        if (end == at + 2 || (at > text && at[-1] == '+'))
            lgc_out_bytes(out, at, (size_t)(end - at));
        else
            lgc_out_address(out, address);
        p = end;
    }
    lgc_out_str(out, p);
}
