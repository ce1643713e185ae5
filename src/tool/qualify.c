/* SPDX-License-Identifier: MIT
 * qualify.c: the name of a function by DWARF, with its namespaces and classes.
 *
 * The DIE that has code or is inlined rarely stands where it was declared.  It
 * refers to one that refers to another; the last one has the right parents:
 *
 *     DW_TAG_namespace                         (anonymous namespace)
 *       DW_TAG_structure_type Hidden           Hidden
 *         DW_TAG_subprogram method  <-----.    method
 *     DW_TAG_subprogram  specification ---'<-.
 *     DW_TAG_inlined_subroutine  abstract_origin
 */
#include "tool/qualify.h"

#include <dwarf.h>
#include <string.h>

#include "base/out.h"

/* Corrupt references may go in circles. */
enum { MAX_STEPS = 64 };

static const char *text_attribute(Dwarf_Die *die, unsigned name)
{
    Dwarf_Attribute attribute;
    if (dwarf_attr_integrate(die, name, &attribute) == NULL)
        return NULL;
    return dwarf_formstring(&attribute);
}

const char *lgc_qualify_mangled(struct lgc_names *names, Dwarf_Die *function)
{
    const char *name = text_attribute(function, DW_AT_linkage_name);
    if (name == NULL)
        name = text_attribute(function, DW_AT_MIPS_linkage_name);
    return name != NULL ? lgc_names_demangle(names, name) : NULL;
}

static bool refers(Dwarf_Die *die, unsigned name, Dwarf_Die *to)
{
    Dwarf_Attribute attribute;
    return dwarf_attr(die, name, &attribute) != NULL
        && dwarf_formref_die(&attribute, to) != NULL;
}

static Dwarf_Die declaration(Dwarf_Die die)
{
    Dwarf_Die next;
    for (unsigned i = 0; i < MAX_STEPS; i++) {
        if (!refers(&die, DW_AT_abstract_origin, &next)
            && !refers(&die, DW_AT_specification, &next))
            break;
        die = next;
    }
    return die;
}

static bool in_cplusplus(Dwarf_Die *die)
{
    /* The newer ones are not yet in the <dwarf.h> of elfutils 0.188. */
    enum { CPLUSPLUS_17 = 0x2a, CPLUSPLUS_20 = 0x2b, CPLUSPLUS_23 = 0x3a };
    Dwarf_Die unit;
    if (dwarf_diecu(die, &unit, NULL, NULL) == NULL)
        return false;
    switch (dwarf_srclang(&unit)) {
    case DW_LANG_C_plus_plus: case DW_LANG_C_plus_plus_03: case DW_LANG_C_plus_plus_11:
    case DW_LANG_C_plus_plus_14: case DW_LANG_ObjC_plus_plus:
    case CPLUSPLUS_17: case CPLUSPLUS_20: case CPLUSPLUS_23:
        return true;
    default:
        return false;
    }
}

struct job {
    struct lgc_names *names;
    struct lgc_forest *forest;
    struct lgc_out out;
    bool lambda;                /* the function is a lambda's              */
};

/* What stands for a scope that has no name; NULL: nothing does. */
static const char *nameless(const struct job *job, int tag)
{
    switch (tag) {
    case DW_TAG_namespace:
        return "(anonymous namespace)";
    case DW_TAG_class_type: case DW_TAG_structure_type: case DW_TAG_union_type:
        return job->lambda ? "{lambda}" : "{unnamed type}";     /* as c++filt, but unnumbered */
    default:
        return NULL;
    }
}

/* Writes the scopes around `die`, each with "::" behind it. */
static void put_scopes(struct job *job, const Dwarf_Die *die, unsigned steps)
{
    Dwarf_Die declared = declaration(*die);
    const struct lgc_tree *tree = lgc_forest_tree(job->forest, &declared);
    const struct lgc_tree_node *node = tree != NULL ? lgc_tree_find(tree, &declared) : NULL;
    if (node == NULL || node->parent == LGC_TREE_ROOT || steps == 0)
        return;
    Dwarf_Die scope = tree->list[node->parent].die;
    int tag = dwarf_tag(&scope);
    const char *name = tag == DW_TAG_subprogram ? lgc_qualify_mangled(job->names, &scope) : NULL;
    if (name == NULL) {
        put_scopes(job, &scope, steps - 1);
        name = dwarf_diename(&scope);
    }
    if (name == NULL)
        name = nameless(job, tag);
    if (name != NULL)
        lgc_out_f(&job->out, "%s::", name);
}

const char *lgc_qualify(struct lgc_names *names, struct lgc_forest *forest,
                        Dwarf_Die *function)
{
    struct job job = { .names = names, .forest = forest };
    const char *name = dwarf_diename(function);
    if (name == NULL || !in_cplusplus(function))
        return lgc_names_keep(names, name);
    /* _FUN is what gcc calls the function behind a lambda's plain pointer. */
    job.lambda = strcmp(name, "operator()") == 0 || strcmp(name, "_FUN") == 0;
    lgc_out_init(&job.out, -1);
    put_scopes(&job, function, MAX_STEPS);
    lgc_out_str(&job.out, name);
    lgc_out_char(&job.out, '\0');
    /* Too long for the buffer: it went nowhere. */
    return lgc_names_keep(names, job.out.failed ? name : job.out.buf);
}
