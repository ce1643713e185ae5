/* SPDX-License-Identifier: MIT
 * token.h: password -> key; key, address -> token.
 *
 *   key    Argon2id (crypto_pwhash) of the password, with a fixed salt
 *   token  0x1e, then 14 hex digits: 56 bits of SipHash-2-4 (crypto_shorthash)
 *          of the address's 8 bytes, the least significant first
 *
 * Why so: The same address and password must give the same token in every
 * process, on every machine and in any year, so there is no room for a random
 * salt or nonce, and the parameters can never change.  Addresses are few: 2^43
 * multiples of 16, most of them unlikely.  A plain hash could be undone by
 * trying them all, so only the key protects them.  SipHash is a pseudo-random
 * function made for short inputs: without its 128-bit key a token says nothing,
 * and many tokens say only which addresses are equal.  Whoever has a report and knows one of its
 * addresses could still try passwords; Argon2id makes each try cost 64 MiB and
 * some 50 ms.  The fixed salt means that a table of likely passwords could be
 * made in advance: a password that stands in no list defeats it.
 * crypto_generichash would do as well; it is slower, and reports of ten
 * million objects are asked for.
 *
 * A token looks like an address, for the readers of valgrind's XML, of
 * LeakSanitizer's text and of JSON reports; but no process has such an address
 * (bit 60 is set and bit 63 is not), and it is positive as a signed number.
 * A million addresses have two equal tokens once in 150,000 passwords.
 *
 * The functions of libsodium are handed in, so that the tool can link it and
 * the library load it when it is first needed.
 */
#ifndef LGC_TOKEN_TOKEN_H
#define LGC_TOKEN_TOKEN_H

#include <sodium.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lgc_token_sodium {
    __typeof__(sodium_init) *init;
    __typeof__(crypto_pwhash) *pwhash;
    __typeof__(crypto_shorthash) *shorthash;
};

struct lgc_token_key { unsigned char bytes[crypto_shorthash_KEYBYTES]; };

enum {
    LGC_TOKEN_TOP = 0x1e,        /* the top byte of a token                   */
    LGC_TOKEN_SIZE = 19,         /* of its text: 0x, 16 digits, NUL           */
    LGC_TOKEN_PASSWORD_MAX = 1024
};

/* Takes 64 MiB for some 50 ms.  False with errno: ENOMEM or ENOTSUP. */
bool lgc_token_derive(const struct lgc_token_sodium *sodium, const char *password, size_t n,
                      struct lgc_token_key *key);

uint64_t lgc_token_of(const struct lgc_token_sodium *sodium, const struct lgc_token_key *key,
                      uint64_t address);
void lgc_token_text(uint64_t token, char text[LGC_TOKEN_SIZE]);

#endif
