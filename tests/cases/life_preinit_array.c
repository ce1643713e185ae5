/* SPDX-License-Identifier: MIT
 * life_preinit_array.c: blocks allocated before any library's constructor may be resized and freed in main.
 *
 * run:
 *   direct 0 0
 */
#include "case.h"

char *early[3];

static void before_all(int argc, char **argv, char **environment)
{
    (void)argc, (void)argv, (void)environment;
    for (int i = 0; i < 3; i++) {
        early[i] = malloc(5000);
        if (early[i])
            early[i][4999] = 9;
    }
}
__attribute__((section(".preinit_array"), used)) static void (*entry)(int, char **, char **) = before_all;

int main(void)
{
    CHECK(early[0] && early[1] && early[2]);
    early[0] = realloc(early[0], 20000);
    CHECK(early[0] && early[0][4999] == 9);
    free(early[0]);
    early[1] = realloc(early[1], 10);
    free(early[1]);
    return 0;
}
