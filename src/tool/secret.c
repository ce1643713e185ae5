/* SPDX-License-Identifier: MIT
 * secret.c: the password of encode_addresses, from a file or the environment.
 *
 * It stands in memory that is locked, guarded and wiped (sodium_malloc), and
 * only until the key is made. */
#include "tool/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/address.h"
#include "token/token.h"
#include "tool/cli.h"

#define VARIABLE "LEAKSGC_PASSWORD"

static const struct lgc_token_sodium sodium = { sodium_init, crypto_pwhash, crypto_shorthash };
static struct lgc_token_key the_key;

static uint64_t token(uint64_t address)
{
    return lgc_token_of(&sodium, &the_key, address);
}

/* What anybody may read protects nothing; but who says so must decide. */
static void warn_if_open(int fd, const char *file)
{
    struct stat s;
    if (fstat(fd, &s) == 0 && S_ISREG(s.st_mode) && (s.st_mode & (S_IRGRP | S_IROTH)) != 0)
        lgc_cli_say("warning: the password file %s can be read by others; chmod 600 helps", file);
}

static void strip_newline(const char *password, size_t *n)
{
    if (*n > 0 && password[*n - 1] == '\n')
        --*n;
    if (*n > 0 && password[*n - 1] == '\r')
        --*n;
}

/* Into password[MAX + 3], which shows whether it is too long.  False after a message. */
static bool read_file(const char *file, char *password, size_t *n)
{
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    ssize_t got = 0;
    *n = 0;
    if (fd >= 0) {
        warn_if_open(fd, file);
        while (*n < LGC_TOKEN_PASSWORD_MAX + 3
               && ((got = read(fd, password + *n, LGC_TOKEN_PASSWORD_MAX + 3 - *n)) > 0
                   || (got < 0 && errno == EINTR)))
            *n += got > 0 ? (size_t)got : 0;
    }
    if (fd < 0 || got < 0) {
        lgc_cli_say("cannot read the password file %s: %s", file, strerror(errno));
        *n = 0;
    }
    if (fd >= 0)
        close(fd);
    strip_newline(password, n);
    return fd >= 0 && got >= 0;
}

/* Wiped there too: /proc/PID/environ shows what once stood in it. */
static bool take_variable(char *password, size_t *n)
{
    char *value = getenv(VARIABLE);
    if (value == NULL) {
        lgc_cli_say("no password for addresses: name a file that holds it (encode_password_file; "
                    "leaksgc encode --password-file) or set " VARIABLE);
        return false;
    }
    size_t length = strlen(value);
    *n = length < LGC_TOKEN_PASSWORD_MAX + 3 ? length : LGC_TOKEN_PASSWORD_MAX + 3;
    memcpy(password, value, *n);
    sodium_memzero(value, length);
    unsetenv(VARIABLE);
    return true;
}

static bool is_good(const char *from, const char *password, size_t n)
{
    const char *why = n == 0 ? "the password is empty"
                    : n > LGC_TOKEN_PASSWORD_MAX ? "the password is longer than 1024 bytes"
                    : memchr(password, '\0', n) != NULL ? "the password has a NUL byte" : NULL;
    if (why != NULL)
        lgc_cli_say("%s: %s", from, why);
    return why == NULL;
}

bool lgc_secret_begin(const char *file)
{
    bool named = file != NULL && *file != '\0', good;
    size_t n = 0;
    char *password = sodium_init() < 0 ? NULL : sodium_malloc(LGC_TOKEN_PASSWORD_MAX + 3);
    if (password == NULL) {
        lgc_cli_say("no memory for the password");
        return false;
    }
    good = (named ? read_file(file, password, &n) : take_variable(password, &n))
        && is_good(named ? file : VARIABLE, password, n);
    if (good && !lgc_token_derive(&sodium, password, n, &the_key)) {
        lgc_cli_say("no key could be made of the password: %s", strerror(errno));
        good = false;
    }
    sodium_free(password);
    if (good)
        lgc_address_encode(token);
    return good;
}

void lgc_secret_encode(const char *file)
{
    if (!lgc_address_plain())
        return;
    if (!lgc_secret_begin(file)) {
        lgc_address_hide();
        lgc_cli_say("encode_addresses: without a password this report has no addresses");
    }
}
