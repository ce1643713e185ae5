/* SPDX-License-Identifier: MIT
 * digest.c: the keys of the digests. */
#include "capture/digest.h"

#include <stddef.h>
#include <sys/auxv.h>
#include <sys/random.h>

lgc_digest lgc_digest_key[LGC_DIGEST_FRAMES];

static bool ready;

/* Where the system gives no random bytes (a filter of system calls): from the
 * 16 that every process gets, by splitmix64 (Steele, Lea, Flood, 2014). */
static void expand(void)
{
    const uint64_t *seed = (const uint64_t *)getauxval(AT_RANDOM);
    uint64_t *key = (uint64_t *)lgc_digest_key, state = seed != NULL ? seed[0] ^ seed[1] : 0;

    for (unsigned i = 0; i < 2 * LGC_DIGEST_FRAMES; i++) {
        uint64_t z = state += 0x9e3779b97f4a7c15u;

        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
        z = (z ^ z >> 27) * 0x94d049bb133111ebu;
        key[i] = z ^ z >> 31;
    }
}

void lgc_digest_start(void)
{
    char *key = (char *)lgc_digest_key;
    size_t have = 0;

    while (have < sizeof lgc_digest_key) { /* 256 bytes are never interrupted */
        ssize_t n = getrandom(key + have, 256, GRND_NONBLOCK);

        if (n <= 0) {
            expand();
            break;
        }
        have += (size_t)n;
    }
    ready = true;
}

bool lgc_digest_ready(void) { return ready; }
