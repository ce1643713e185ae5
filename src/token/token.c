/* SPDX-License-Identifier: MIT
 * token.c: password -> key; key, address -> token. */
#include "token/token.h"

#include <errno.h>

/* Part of the format: another salt or other costs are other tokens. */
static const unsigned char salt[crypto_pwhash_SALTBYTES + 1] = "libleaksgc/addr1";
_Static_assert(crypto_pwhash_SALTBYTES == 16, "the salt is 16 bytes");
enum { PASSES = 2, MEMORY = 64 << 20 };

bool lgc_token_derive(const struct lgc_token_sodium *sodium, const char *password, size_t n,
                      struct lgc_token_key *key)
{
    if (sodium->init() < 0) {
        errno = ENOTSUP;
        return false;
    }
    if (sodium->pwhash(key->bytes, sizeof key->bytes, password, n, salt, PASSES, MEMORY,
                       crypto_pwhash_ALG_ARGON2ID13) == 0)
        return true;
    errno = ENOMEM;              /* the one way in which it can fail          */
    return false;
}

uint64_t lgc_token_of(const struct lgc_token_sodium *sodium, const struct lgc_token_key *key,
                      uint64_t address)
{
    unsigned char in[8], out[crypto_shorthash_BYTES];
    uint64_t token = LGC_TOKEN_TOP;
    for (unsigned i = 0; i < 8; i++)
        in[i] = (unsigned char)(address >> 8 * i);
    sodium->shorthash(out, in, sizeof in, key->bytes);
    for (unsigned i = 0; i < 7; i++)
        token = token << 8 | out[i];
    return token;
}

void lgc_token_text(uint64_t token, char text[LGC_TOKEN_SIZE])
{
    text[0] = '0';
    text[1] = 'x';
    for (unsigned i = 0; i < 16; i++)
        text[2 + i] = "0123456789abcdef"[token >> (60 - 4 * i) & 15];
    text[18] = '\0';
}
