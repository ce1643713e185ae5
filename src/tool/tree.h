/* SPDX-License-Identifier: MIT
 * tree.h: the functions of a DWARF unit, and what each of them stands in. */
#ifndef LGC_TOOL_TREE_H
#define LGC_TOOL_TREE_H

#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stddef.h>

/* A function (also a mere declaration), or something that holds one: a
 * namespace, a type, a block. */
struct lgc_tree_node {
    Dwarf_Die die;
    size_t parent;              /* index; LGC_TREE_ROOT: the unit itself */
};

#define LGC_TREE_ROOT ((size_t)-1)
struct lgc_tree { struct lgc_tree_node *list; size_t n; };

/* The trees of all units of one file, each read when it is first asked for.
 * All zero is an empty one. */
struct lgc_forest { struct lgc_forest_tree *list; size_t n; };

/* The tree of the unit that holds `die`; never moves.  NULL: out of memory. */
const struct lgc_tree *lgc_forest_tree(struct lgc_forest *forest, Dwarf_Die *die);
void lgc_forest_free(struct lgc_forest *forest);

/* The node of this very DIE, or NULL. */
const struct lgc_tree_node *lgc_tree_find(const struct lgc_tree *tree, Dwarf_Die *die);

#endif
