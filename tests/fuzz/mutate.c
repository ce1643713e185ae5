/* SPDX-License-Identifier: MIT
 * mutate.c: the usual changes of bytes, for all fuzzers. */
#include <string.h>

#include "driver.h"

static size_t remove_piece(uint8_t *data, size_t size, uint64_t *state)
{
    size_t at = fuzz_chance(state, (uint32_t)size), n = 1 + fuzz_chance(state, 16);
    n = n < size - at ? n : size - at;
    memmove(data + at, data + at + n, size - at - n);
    return size - n;
}

static size_t repeat_piece(uint8_t *data, size_t size, size_t room, uint64_t *state)
{
    size_t from = fuzz_chance(state, (uint32_t)size), to = fuzz_chance(state, (uint32_t)size);
    size_t n = 1 + fuzz_chance(state, 64);
    uint8_t piece[64];
    n = n < size - from ? n : size - from;
    n = n < room - size ? n : room - size;
    memcpy(piece, data + from, n);
    memmove(data + to + n, data + to, size - to);
    memcpy(data + to, piece, n);
    return size + n;
}

size_t fuzz_mutate_bytes(uint8_t *data, size_t size, size_t room, uint64_t *state)
{
    static const uint8_t telling[] = { 0, 1, 0x7f, 0x80, 0x81, 0xff, 0xfe, 0x20, '%', '\n' };
    for (uint32_t k = 1 + fuzz_chance(state, 3); k > 0 && size > 0; k--) {
        size_t at = fuzz_chance(state, (uint32_t)size);
        switch (fuzz_chance(state, 7)) {
        case 0: data[at] ^= (uint8_t)(1u << fuzz_chance(state, 8)); break;
        case 1: data[at] = (uint8_t)fuzz_chance(state, 256); break;
        case 2: data[at] = telling[fuzz_chance(state, sizeof telling)]; break;
        case 3: data[at]++; break;
        case 4: memset(data + at, 0xff, size - at < 9 ? size - at : 9); break;
        case 5: size = remove_piece(data, size, state); break;
        default: size = repeat_piece(data, size, room, state); break;
        }
    }
    return size;
}

size_t fuzz_mutate_words(uint8_t *data, size_t size, size_t room, uint64_t *state,
                         const char *const *words)
{
    uint32_t many = 0;
    while (words[many] != NULL)
        many++;
    for (uint32_t k = fuzz_chance(state, 4); k > 0; k--) {
        const char *word = words[fuzz_chance(state, many)];
        size_t n = strlen(word), at = fuzz_chance(state, (uint32_t)size + 1);
        if (n > room - size)
            break;
        if (fuzz_chance(state, 2) == 0 && at + n <= size) {
            memcpy(data + at, word, n);
            continue;
        }
        memmove(data + at + n, data + at, size - at);
        memcpy(data + at, word, n);
        size += n;
    }
    return size;
}
