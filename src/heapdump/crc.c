/* SPDX-License-Identifier: MIT
 * crc.c: CRC-32, eight bytes a step ("slicing by 8": Kounavis, Berry, 2005). */
#include <string.h>

#include "heapdump/decode.h"

static uint32_t table[8][256];

/* Whoever comes first fills it; two who come at once write the same. */
static void fill(void)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t c = i;

        for (int bit = 0; bit < 8; bit++)
            c = c & 1 ? c >> 1 ^ 0xedb88320u : c >> 1;
        table[0][i] = c;
    }
    for (uint32_t i = 0; i < 256; i++)
        for (int t = 1; t < 8; t++)
            table[t][i] = table[t - 1][i] >> 8 ^ table[0][table[t - 1][i] & 255];
}

static uint32_t load(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

uint32_t lgc_heapdump_crc(uint32_t crc, const void *bytes, size_t size)
{
    const uint8_t *p = bytes;

    if (table[7][255] == 0)
        fill();
    crc = ~crc;
    for (; size >= 8; size -= 8, p += 8) {
        uint32_t a = load(p) ^ crc, b = load(p + 4);

        crc = table[7][a & 255] ^ table[6][a >> 8 & 255] ^ table[5][a >> 16 & 255] ^
              table[4][a >> 24] ^ table[3][b & 255] ^ table[2][b >> 8 & 255] ^
              table[1][b >> 16 & 255] ^ table[0][b >> 24];
    }
    for (; size > 0; size--, p++)
        crc = crc >> 8 ^ table[0][(crc ^ *p) & 255];
    return ~crc;
}
