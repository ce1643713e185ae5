/* SPDX-License-Identifier: MIT
 * driver.h: what a fuzzer gives, and the driver or libFuzzer takes. */
#ifndef LGC_TESTS_FUZZ_DRIVER_H
#define LGC_TESTS_FUZZ_DRIVER_H

#include <stddef.h>
#include <stdint.h>

/* One input; whatever it is, this returns, and a sanitizer finds nothing. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Changes data[size] in place, which has room for `room` bytes; returns the new
 * size.  The same seed gives the same change. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed);

/* A number below `below`, and the next state. */
static inline uint32_t fuzz_chance(uint64_t *state, uint32_t below)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((*state >> 33) % below);
}

/* The usual changes of bytes: flips, small and large numbers, pieces removed,
 * repeated, moved. */
size_t fuzz_mutate_bytes(uint8_t *data, size_t size, size_t room, uint64_t *state);

/* Inserts or overwrites with some of the words, a list that NULL ends. */
size_t fuzz_mutate_words(uint8_t *data, size_t size, size_t room, uint64_t *state,
                         const char *const *words);

#endif
