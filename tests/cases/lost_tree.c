/* SPDX-License-Identifier: MIT
 * lost_tree.c: of a lost binary tree only the root is direct.
 *
 * run:
 *   direct 1 32
 *   indirect 2046 65472
 *   held 2046 65472
 */
#include "case.h"

static NOINLINE void **tree(int levels)
{
    void **node = make(32);
    node[1] = levels > 1 ? tree(levels - 1) : NULL;
    node[3] = levels > 1 ? tree(levels - 1) : NULL;
    return node;
}

int main(void)
{
    void **root = tree(11);
    KEEP(root);
    root = NULL;
    KEEP(root);
    clear_stack();
    return 0;
}
