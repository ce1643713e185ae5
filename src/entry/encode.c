/* SPDX-License-Identifier: MIT
 * encode.c: leaksgc_encode, with libsodium loaded when it is first called.
 *
 * A program that never asks for tokens does not get the library, nor the 64
 * MiB that making a key takes. */
#include "leaksgc.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "base/attr.h"
#include "base/guard.h"
#include "token/token.h"

struct functions {
    struct lgc_token_sodium token;
    __typeof__(crypto_generichash) *hash;
    __typeof__(randombytes_buf) *random;
    __typeof__(sodium_memzero) *wipe;
};

enum { ID_SIZE = 32 };

/* The key of the password that was used last, known again by a hash under a
 * random key: the password itself is not kept.  Held for copying only; where a
 * fork in the middle of that left it locked, keys are made anew. */
static struct {
    pthread_mutex_t lock;
    bool known;
    unsigned char secret[ID_SIZE], id[ID_SIZE];
    struct lgc_token_key key;
} last = { .lock = PTHREAD_MUTEX_INITIALIZER };

static bool find(void *sodium, const char *name, void *function)
{
    void *p = dlsym(sodium, name);

    memcpy(function, &p, sizeof p); /* ISO C knows no cast from data to functions */
    return p != NULL;
}

/* Each call looks anew: the loader counts, and so there is nothing to lock. */
static bool load(struct functions *f)
{
    void *s = dlopen("libsodium.so.23", RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);

    if (s == NULL)
        s = dlopen("libsodium.so", RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    return s != NULL && find(s, "sodium_init", &f->token.init) &&
           find(s, "crypto_pwhash", &f->token.pwhash) &&
           find(s, "crypto_shorthash", &f->token.shorthash) &&
           find(s, "crypto_generichash", &f->hash) && find(s, "randombytes_buf", &f->random) &&
           find(s, "sodium_memzero", &f->wipe) && f->token.init() >= 0;
}

/* The id of the password; under the lock. */
static void name(const struct functions *f, const char *password, size_t n,
                 unsigned char id[ID_SIZE])
{
    if (!last.known)
        f->random(last.secret, sizeof last.secret);
    f->hash(id, ID_SIZE, (const unsigned char *)password, n, last.secret, sizeof last.secret);
}

static bool recall(const struct functions *f, const char *password, size_t n,
                   struct lgc_token_key *key)
{
    unsigned char id[ID_SIZE];
    bool same = false;

    if (pthread_mutex_trylock(&last.lock) != 0)
        return false;
    if (last.known) {
        name(f, password, n, id);
        same = memcmp(id, last.id, sizeof id) == 0;
    }
    if (same)
        *key = last.key;
    pthread_mutex_unlock(&last.lock);
    return same;
}

static void remember(const struct functions *f, const char *password, size_t n,
                     const struct lgc_token_key *key)
{
    if (pthread_mutex_trylock(&last.lock) != 0)
        return;
    name(f, password, n, last.id);
    last.key = *key;
    last.known = true;
    pthread_mutex_unlock(&last.lock);
}

static int encode(uint64_t address, const char *password, char *buf)
{
    struct functions f;
    struct lgc_token_key key;
    size_t n = strlen(password);

    if (!load(&f)) {
        errno = ENOTSUP;
        return -1;
    }
    if (!recall(&f, password, n, &key)) {
        if (!lgc_token_derive(&f.token, password, n, &key))
            return -1;
        remember(&f, password, n, &key);
    }
    lgc_token_text(lgc_token_of(&f.token, &key, address), buf);
    f.wipe(&key, sizeof key);
    return LGC_TOKEN_SIZE - 1;
}

LGC_EXPORT int leaksgc_encode(const void *p, const char *password, char *buf, size_t size)
{
    int saved = errno, length;

    if (password == NULL || *password == '\0' || buf == NULL ||
        strnlen(password, LGC_TOKEN_PASSWORD_MAX + 1) > LGC_TOKEN_PASSWORD_MAX) {
        errno = EINVAL;
        return -1;
    }
    if (size < LGC_TOKEN_SIZE) {
        errno = ERANGE;
        return -1;
    }
    lgc_guard_enter(); /* what the loader and libsodium keep is no leak of the program */
    length = encode((uintptr_t)p, password, buf);
    lgc_guard_leave();
    if (length >= 0)
        errno = saved;
    return length;
}
