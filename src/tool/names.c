/* SPDX-License-Identifier: MIT
 * names.c: strings that live together, each kept once, and demangled names. */
#include "tool/names.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* In libstdc++, which the tool links for this one function. */
char *__cxa_demangle(const char *symbol, char *buffer, size_t *size, int *status);

struct name {
    struct name *next;
    const char *meaning;    /* demangled; NULL: not yet asked for */
    uint64_t number;        /* of whoever asks for it */
    const char *mangled;    /* the first symbol that means this; or NULL */
    char text[];
};

struct lgc_names {
    struct name **buckets;
    size_t capacity, used;  /* capacity is a power of two */
};

struct lgc_names *lgc_names_new(void)
{
    struct lgc_names *names = calloc(1, sizeof *names);
    if (names == NULL)
        return NULL;
    names->capacity = 4096;
    names->buckets = calloc(names->capacity, sizeof(struct name *));
    if (names->buckets == NULL) {
        free(names);
        return NULL;
    }
    return names;
}

void lgc_names_free(struct lgc_names *names)
{
    if (names == NULL)
        return;
    for (size_t i = 0; i < names->capacity; i++) {
        for (struct name *n = names->buckets[i], *next; n != NULL; n = next) {
            next = n->next;
            free(n);
        }
    }
    free(names->buckets);
    free(names);
}

static size_t hash(const char *text)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (; *text != '\0'; text++)
        h = (h ^ (unsigned char)*text) * 0x100000001b3u;
    return (size_t)(h ^ h >> 31);
}

/* Failing to grow only makes the chains longer. */
static void grow(struct lgc_names *names)
{
    size_t capacity = 2 * names->capacity;
    struct name **bigger = calloc(capacity, sizeof(struct name *));
    if (bigger == NULL)
        return;
    for (size_t i = 0; i < names->capacity; i++) {
        for (struct name *n = names->buckets[i], *next; n != NULL; n = next) {
            struct name **bucket = &bigger[hash(n->text) & (capacity - 1)];
            next = n->next;
            n->next = *bucket;
            *bucket = n;
        }
    }
    free(names->buckets);
    names->buckets = bigger;
    names->capacity = capacity;
}

static struct name *keep(struct lgc_names *names, const char *text)
{
    size_t h = hash(text);
    for (struct name *n = names->buckets[h & (names->capacity - 1)]; n != NULL; n = n->next) {
        if (strcmp(n->text, text) == 0)
            return n;
    }
    size_t size = strlen(text) + 1;
    struct name *n = malloc(sizeof *n + size);
    if (n == NULL)
        return NULL;
    memcpy(n->text, text, size);
    n->number = 0;
    n->meaning = n->mangled = NULL;
    if (names->used++ > names->capacity)
        grow(names);
    struct name **bucket = &names->buckets[h & (names->capacity - 1)];
    n->next = *bucket;
    *bucket = n;
    return n;
}

const char *lgc_names_keep(struct lgc_names *names, const char *text)
{
    struct name *n = text != NULL ? keep(names, text) : NULL;
    return n != NULL ? n->text : NULL;
}

const char *lgc_names_keep_path(struct lgc_names *names, const char *dir, const char *file)
{
    if (file == NULL || *file == '/' || dir == NULL)
        return lgc_names_keep(names, file);
    size_t n = strlen(dir), m = strlen(file);
    char *path = malloc(n + m + 2);
    if (path == NULL)
        return NULL;
    memcpy(path, dir, n);
    path[n] = '/';
    memcpy(path + n + 1, file, m + 1);
    const char *kept = lgc_names_keep(names, path);
    free(path);
    return kept;
}

uint64_t *lgc_names_number(struct lgc_names *names, const char *text)
{
    struct name *n = keep(names, text);
    return n != NULL ? &n->number : NULL;
}

const char *lgc_names_demangle(struct lgc_names *names, const char *symbol)
{
    struct name *n = keep(names, symbol);
    if (n == NULL || n->meaning != NULL)
        return n != NULL ? n->meaning : NULL;
    n->meaning = n->text;
    /* Without the prefix it would take "i" for "int". */
    if (strncmp(symbol, "_Z", 2) == 0) {
        int status = 0;
        char *plain = __cxa_demangle(symbol, NULL, NULL, &status);
        struct name *kept = plain != NULL ? keep(names, plain) : NULL;
        if (kept != NULL) {
            n->meaning = kept->text;
            if (kept->mangled == NULL)
                kept->mangled = n->text;
        }
        free(plain);
    }
    return n->meaning;
}

const char *lgc_names_mangled(struct lgc_names *names, const char *meaning)
{
    struct name *n = keep(names, meaning);
    return n != NULL ? n->mangled : NULL;
}
