/* SPDX-License-Identifier: MIT
 * edge_free_keeps_errno.c: free leaves errno alone, for small, large and no blocks; so does a malloc that succeeds.
 *
 * run:
 *   direct 0 0
 */
#include "case.h"

int main(void)
{
    for (size_t n = 1; n < (size_t)64 << 20; n *= 4) {
        void *p[40];
        errno = 77;
        for (int i = 0; i < 40; i++) {
            p[i] = malloc(i < 3 ? n : n % 5000);
            CHECK(p[i] && errno == 77);
        }
        for (int i = 0; i < 40; i++) {
            free(p[i]);
            CHECK(errno == 77);
        }
        free(NULL);
        CHECK(errno == 77);
    }
    return 0;
}
