/* SPDX-License-Identifier: MIT
 * dwarf.c: an address of a module -> the functions and lines there, by DWARF.
 *
 * dwarf_getscopes would walk the whole tree of a unit for each address.  Here
 * a unit is walked once, for its functions (tree.c); an address then costs a
 * search among those and a walk inside one function, along the blocks and
 * inlined functions that hold the address:
 *
 *     DW_TAG_subprogram f              chain[0]    where: the line table's line
 *       DW_TAG_lexical_block                                 ...of the innermost
 *         DW_TAG_inlined_subroutine g  chain[1]    g was called in f at its own
 *           DW_TAG_inlined_subr. h     chain[2]    call_file:call_line, and so on
 *
 * .debug_aranges is not used: clang writes none.
 */
#include "tool/dwarf.h"

#include <dwarf.h>
#include <stdlib.h>

#include "tool/qualify.h"
#include "tool/range.h"
#include "tool/tree.h"

struct unit {
    Dwarf_Die die;              /* has the line table                      */
    Dwarf_Die body;             /* has the functions: in a .dwo, or die    */
    bool read;
    struct lgc_ranges ranges;   /* -> nodes of the tree: functions         */
    const struct lgc_tree *tree;
    const char *dir;            /* relative files are relative to this     */
};

struct lgc_dwarf {
    Dwarf_Addr bias;
    struct lgc_names *names;
    struct lgc_forest forest;
    struct unit *units;
    size_t n;
    struct lgc_ranges ranges;   /* -> units                                */
};

/* Corrupt trees may be deep. */
enum { MAX_DEPTH = 200, MAX_CHAIN = 256 };

/* Adds the address ranges of a DIE.  Address 0 and 1 are where linkers put
 * functions that they threw away: no code of a loaded file is there. */
static bool add_ranges(struct lgc_ranges *ranges, Dwarf_Die *die, size_t value)
{
    Dwarf_Addr base, start, end;
    ptrdiff_t next = 0;
    while ((next = dwarf_ranges(die, next, &base, &start, &end)) > 0) {
        if (start > 1 && !lgc_range_add(ranges, start, end, value))
            return false;
    }
    return true;
}

static const char *text_attribute(Dwarf_Die *die, unsigned name)
{
    Dwarf_Attribute attribute;
    if (dwarf_attr_integrate(die, name, &attribute) == NULL)
        return NULL;
    return dwarf_formstring(&attribute);
}

static bool add_unit(struct lgc_dwarf *d, Dwarf_Die *die, Dwarf_Die *body)
{
    if ((d->n & (d->n - 1)) == 0) {
        size_t capacity = d->n == 0 ? 1 : 2 * d->n;
        struct unit *bigger = reallocarray(d->units, capacity, sizeof *bigger);
        if (bigger == NULL)
            return false;
        d->units = bigger;
    }
    struct unit *unit = &d->units[d->n];
    *unit = (struct unit){ .die = *die, .body = *body };
    unit->dir = text_attribute(die, DW_AT_comp_dir);
    return add_ranges(&d->ranges, die, d->n++);
}

static bool read_units(struct lgc_dwarf *d, Dwarf *dwarf)
{
    Dwarf_CU *unit = NULL;
    Dwarf_Die die, body;
    uint8_t type;
    while (dwarf_get_units(dwarf, unit, &unit, NULL, &type, &die, &body) == 0) {
        bool split = type == DW_UT_skeleton && dwarf_tag(&body) == DW_TAG_compile_unit;
        if (type != DW_UT_compile && type != DW_UT_skeleton)
            continue;
        if (!add_unit(d, &die, split ? &body : &die))
            return false;
    }
    lgc_range_sort(&d->ranges);
    return true;
}

struct lgc_dwarf *lgc_dwarf_new(Dwfl_Module *module, struct lgc_names *names)
{
    Dwarf_Addr bias;
    Dwarf *dwarf = dwfl_module_getdwarf(module, &bias);
    if (dwarf == NULL)
        return NULL;
    struct lgc_dwarf *d = calloc(1, sizeof *d);
    if (d == NULL)
        return NULL;
    d->bias = bias;
    d->names = names;
    if (!read_units(d, dwarf)) {
        lgc_dwarf_free(d);
        return NULL;
    }
    return d;
}

void lgc_dwarf_free(struct lgc_dwarf *d)
{
    if (d == NULL)
        return;
    for (size_t i = 0; i < d->n; i++)
        lgc_range_free(&d->units[i].ranges);
    lgc_range_free(&d->ranges);
    lgc_forest_free(&d->forest);
    free(d->units);
    free(d);
}

/* ---- the functions of a unit ------------------------------------------ */

static void read_functions(struct lgc_dwarf *d, struct unit *unit)
{
    unit->tree = lgc_forest_tree(&d->forest, &unit->body);
    for (size_t i = 0; unit->tree != NULL && i < unit->tree->n; i++) {
        Dwarf_Die *die = &unit->tree->list[i].die;
        if (dwarf_tag(die) == DW_TAG_subprogram && !add_ranges(&unit->ranges, die, i))
            break;
    }
    lgc_range_sort(&unit->ranges);
}

static struct unit *find_unit(struct lgc_dwarf *d, uint64_t address)
{
    size_t index;
    if (!lgc_range_find(&d->ranges, address, &index))
        return NULL;
    struct unit *unit = &d->units[index];
    if (!unit->read) {
        unit->read = true;
        read_functions(d, unit);
    }
    return unit;
}

/* ---- one address ------------------------------------------------------ */

/* Goes down one step: the child of *die that holds the address. */
static bool child_at(Dwarf_Die *die, uint64_t address, Dwarf_Die *child)
{
    if (dwarf_child(die, child) != 0)
        return false;
    do {
        int tag = dwarf_tag(child);
        bool block = tag == DW_TAG_inlined_subroutine
                  || (tag != DW_TAG_subprogram && dwarf_haschildren(child) > 0);
        if (block && dwarf_haspc(child, address) > 0)
            return true;
    } while (dwarf_siblingof(child, child) == 0);
    return false;
}

/* Fills chain, outermost first, with the function and what is inlined. */
static size_t find_chain(struct unit *unit, uint64_t address, Dwarf_Die chain[MAX_CHAIN])
{
    size_t index, n = 0;
    if (!lgc_range_find(&unit->ranges, address, &index))
        return 0;
    Dwarf_Die die = unit->tree->list[index].die, child;
    chain[n++] = die;
    for (unsigned depth = 0; depth < MAX_DEPTH && n < MAX_CHAIN; depth++) {
        if (!child_at(&die, address, &child))
            break;
        die = child;
        if (dwarf_tag(&die) == DW_TAG_inlined_subroutine)
            chain[n++] = die;
    }
    return n;
}

static unsigned number_attribute(Dwarf_Die *die, unsigned name)
{
    Dwarf_Attribute attribute;
    Dwarf_Word value = 0;
    if (dwarf_attr(die, name, &attribute) == NULL || dwarf_formudata(&attribute, &value) != 0)
        return 0;
    return value <= UINT32_MAX ? (unsigned)value : 0;
}

/* Where the inlined function `die` was called. */
static void set_call(struct lgc_dwarf *d, struct unit *unit, Dwarf_Die *die,
                     struct lgc_source *source)
{
    Dwarf_Files *files;
    size_t n;
    unsigned file = number_attribute(die, DW_AT_call_file);
    source->line = number_attribute(die, DW_AT_call_line);
    source->column = number_attribute(die, DW_AT_call_column);
    if (dwarf_getsrcfiles(&unit->body, &files, &n) == 0 && file < n)
        source->file = lgc_names_keep_path(d->names, unit->dir,
                                           dwarf_filesrc(files, file, NULL, NULL));
}

static bool set_line(struct lgc_dwarf *d, struct unit *unit, uint64_t address,
                     struct lgc_source *source)
{
    int number = 0;
    Dwarf_Line *line = dwarf_getsrc_die(&unit->die, address);
    if (line == NULL)
        return false;
    source->file = lgc_names_keep_path(d->names, unit->dir, dwarf_linesrc(line, NULL, NULL));
    if (dwarf_lineno(line, &number) == 0 && number > 0)
        source->line = (unsigned)number;
    if (dwarf_linecol(line, &number) == 0 && number > 0)
        source->column = (unsigned)number;
    return true;
}

static const char *function_name(struct lgc_dwarf *d, Dwarf_Die *die)
{
    const char *name = lgc_qualify_mangled(d->names, die);
    return name != NULL ? name : lgc_qualify(d->names, &d->forest, die);
}

/* Where the symbol of the function may know more than DWARF does. */
static void set_outermost(struct lgc_dwarf *d, Dwarf_Die *die, struct lgc_dwarf_outermost *o)
{
    Dwarf_Addr base, start, end;
    if (lgc_qualify_mangled(d->names, die) != NULL || dwarf_ranges(die, 0, &base, &start, &end) <= 0)
        return;
    o->bare_name = dwarf_diename(die);
    o->start = start + d->bias;
}

size_t lgc_dwarf_resolve(struct lgc_dwarf *d, uint64_t address, struct lgc_source *out,
                         size_t max, struct lgc_dwarf_outermost *outermost)
{
    Dwarf_Die chain[MAX_CHAIN];
    uint64_t inside = address - d->bias;
    *outermost = (struct lgc_dwarf_outermost){ NULL, 0 };
    struct unit *unit = find_unit(d, inside);
    if (unit == NULL || max == 0)
        return 0;
    out[0] = (struct lgc_source){ 0 };
    bool has_line = set_line(d, unit, inside, &out[0]);
    size_t n = find_chain(unit, inside, chain);
    if (n == 0)
        return has_line ? 1 : 0;
    set_outermost(d, &chain[0], outermost);
    for (size_t i = 0; i < n && i < max; i++) {
        bool last = i == n - 1 || i == max - 1;
        /* Too many to store: the outermost inlined ones are left out. */
        Dwarf_Die *die = last ? &chain[0] : &chain[n - 1 - i];
        if (i > 0) {
            out[i] = (struct lgc_source){ 0 };
            set_call(d, unit, last ? &chain[1] : &chain[n - i], &out[i]);
        }
        out[i].function = function_name(d, die);
        out[i].inlined = !last;
    }
    return n < max ? n : max;
}
