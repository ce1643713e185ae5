/* SPDX-License-Identifier: MIT
 * tree.c: the functions of a DWARF unit, and what each of them stands in.
 *
 * libdw keeps no way up from a DIE; dwarf_getscopes_die walks the whole unit
 * for each question.  Here a unit is walked once.
 */
#include "tool/tree.h"

#include <dwarf.h>
#include <stdint.h>
#include <stdlib.h>

struct lgc_forest_tree { Dwarf_CU *unit; struct lgc_tree *tree; };

/* Corrupt trees may be endless or deep. */
enum { MAX_DEPTH = 200, MAX_DIES = 50000000 };

static bool add_node(struct lgc_tree *tree, const Dwarf_Die *die, size_t parent)
{
    if ((tree->n & (tree->n - 1)) == 0) {
        size_t capacity = tree->n == 0 ? 1 : 2 * tree->n;
        struct lgc_tree_node *bigger = reallocarray(tree->list, capacity, sizeof *bigger);
        if (bigger == NULL)
            return false;
        tree->list = bigger;
    }
    tree->list[tree->n++] = (struct lgc_tree_node){ *die, parent };
    return true;
}

/* Where a function may stand: also inside others (nested functions) and in
 * types (Rust). */
static bool may_hold_functions(int tag)
{
    switch (tag) {
    case DW_TAG_subprogram: case DW_TAG_lexical_block: case DW_TAG_namespace:
    case DW_TAG_module: case DW_TAG_class_type: case DW_TAG_structure_type:
    case DW_TAG_union_type: case DW_TAG_interface_type: case DW_TAG_enumeration_type:
        return true;
    default:
        return false;
    }
}

static bool read_below(struct lgc_tree *tree, Dwarf_Die *die, size_t parent, unsigned depth,
                       unsigned *left)
{
    Dwarf_Die child;
    if (depth > MAX_DEPTH || dwarf_child(die, &child) != 0)
        return true;
    do {
        int tag = dwarf_tag(&child);
        size_t mine = tree->n;
        if ((*left)-- == 0)
            return false;
        if (!may_hold_functions(tag))
            continue;
        if (!add_node(tree, &child, parent) || !read_below(tree, &child, mine, depth + 1, left))
            return false;
        if (tree->n == mine + 1 && tag != DW_TAG_subprogram)
            tree->n--;          /* it holds none: most types do not */
    } while (dwarf_siblingof(&child, &child) == 0);
    return true;
}

const struct lgc_tree *lgc_forest_tree(struct lgc_forest *forest, Dwarf_Die *die)
{
    Dwarf_Die root;
    unsigned left = MAX_DIES;
    for (size_t i = 0; i < forest->n; i++) {
        if (forest->list[i].unit == die->cu)
            return forest->list[i].tree;
    }
    if ((forest->n & (forest->n - 1)) == 0) {
        size_t capacity = forest->n == 0 ? 1 : 2 * forest->n;
        struct lgc_forest_tree *bigger = reallocarray(forest->list, capacity, sizeof *bigger);
        if (bigger == NULL)
            return NULL;
        forest->list = bigger;
    }
    struct lgc_tree *tree = calloc(1, sizeof *tree);
    if (tree == NULL)
        return NULL;
    forest->list[forest->n++] = (struct lgc_forest_tree){ die->cu, tree };
    /* What was read before memory or patience ran out is good. */
    if (dwarf_diecu(die, &root, NULL, NULL) != NULL)
        read_below(tree, &root, LGC_TREE_ROOT, 0, &left);
    return tree;
}

void lgc_forest_free(struct lgc_forest *forest)
{
    for (size_t i = 0; i < forest->n; i++) {
        free(forest->list[i].tree->list);
        free(forest->list[i].tree);
    }
    free(forest->list);
    *forest = (struct lgc_forest){ NULL, 0 };
}

/* The nodes are in the order of the file, and so of their addresses. */
const struct lgc_tree_node *lgc_tree_find(const struct lgc_tree *tree, Dwarf_Die *die)
{
    size_t low = 0, high = tree->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        uintptr_t at = (uintptr_t)tree->list[middle].die.addr;
        if (at == (uintptr_t)die->addr)
            return &tree->list[middle];
        if (at < (uintptr_t)die->addr)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}
