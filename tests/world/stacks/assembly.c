/* SPDX-License-Identifier: MIT
 * assembly.c: the stacks go through the hand-written frames of odd_frames.S, one over another.
 */
#include "stacks.h"

void moving(uint64_t n);
void rbp_as_data(uint64_t n);
void rbp_in_the_middle(uint64_t n);
void through_rbx(uint64_t n);
void silent(uint64_t n);
void back(uint64_t n);

static uint32_t state = 9;
static unsigned calls;
static int limit;                /* how many of the shapes are in use        */

/* n is the depth that is left. */
NOINLINE void back(uint64_t n)
{
    static void (*const shape[])(uint64_t) = { moving, rbp_as_data, rbp_in_the_middle, through_rbx, silent };

    calls++;
    allocate(chance(&state));
    if (n > 0)
        shape[chance(&state) % (unsigned)limit](n - 1 - (n > 1 && chance(&state) % 4 == 0));
    allocate(chance(&state));
}

int main(void)
{
    for (limit = 1; limit <= 5; limit++)
        for (int i = 0; i < 150; i++)
            back((uint64_t)(i % 9));
    printf("%u\n", calls);
    return 0;
}
