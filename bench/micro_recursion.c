/* SPDX-License-Identifier: MIT
 * micro_recursion.c: a recursive interpreter: a tree is built and torn down node by node, at changing depths.
 */
#include "micro.h"

struct node { struct node *left, *right; long value; };

static NOINLINE struct node *build(uint32_t *state, int depth)
{
    struct node *node = malloc(sizeof *node);
    uint32_t r = next_random(state);
    node->value = r;
    node->left = depth > 0 ? build(state, depth - 1) : NULL;
    node->right = depth > 0 && r % 4 ? build(state, depth - 1 - (int)(r % 3 == 0 && depth > 1)) : NULL;
    return node;
}

static NOINLINE unsigned long destroy(struct node *node)
{
    if (!node)
        return 0;
    unsigned long n = destroy(node->left) + destroy(node->right) + 1;
    free(node);
    return n;
}

int main(int argc, char **argv)
{
    unsigned long n = operations(argc, argv), done = 0;
    uint32_t state = 1;
    uint64_t start = now_ns();
    while (done < n)
        done += destroy(build(&state, 14));
    result(start, done);
    return 0;
}
