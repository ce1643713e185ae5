/* SPDX-License-Identifier: MIT
 * symtab.c: the function symbol around an address of a module.
 *
 * dwfl_module_addrinfo walks all symbols for each question; a sorted table
 * answers 50 000 questions about a large library in milliseconds.
 */
#include "tool/symtab.h"

#include <stdlib.h>
#include <string.h>

struct symbol {
    uint64_t start, end;        /* end == start: it has no size */
    const char *name;
    unsigned char binding;
};

struct lgc_symtab { struct symbol *list; size_t n; };

static bool is_function(const GElf_Sym *sym, const char *name)
{
    unsigned type = GELF_ST_TYPE(sym->st_info);
    bool code = type == STT_FUNC || type == STT_GNU_IFUNC
             || (type == STT_NOTYPE && GELF_ST_BIND(sym->st_info) != STB_LOCAL);
    return code && name != NULL && *name != '\0' && sym->st_shndx != SHN_UNDEF
        && sym->st_shndx != SHN_ABS;
}

static bool is_variable(const GElf_Sym *sym, const char *name)
{
    unsigned type = GELF_ST_TYPE(sym->st_info);
    return (type == STT_OBJECT || type == STT_COMMON) && sym->st_size > 0 && *name != '\0'
        && sym->st_shndx != SHN_UNDEF && sym->st_shndx != SHN_ABS;
}

/* Of several names for one address the one a programmer wrote: global before
 * weak before local, few leading underscores, then any fixed order. */
static int preference(const struct symbol *a, const struct symbol *b)
{
    static const unsigned char rank[] = { [STB_LOCAL] = 2, [STB_GLOBAL] = 0, [STB_WEAK] = 1 };
    unsigned ra = a->binding < sizeof rank ? rank[a->binding] : 3;
    unsigned rb = b->binding < sizeof rank ? rank[b->binding] : 3;
    if (ra != rb)
        return ra < rb ? -1 : 1;
    size_t ua = strspn(a->name, "_"), ub = strspn(b->name, "_");
    if (ua != ub)
        return ua < ub ? -1 : 1;
    return strcmp(a->name, b->name);
}

static int by_start(const void *left, const void *right)
{
    const struct symbol *a = left, *b = right;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    if ((a->end == a->start) != (b->end == b->start))
        return a->end == a->start ? 1 : -1;     /* one with a size says more */
    return preference(a, b);
}

/* The first of each address stays. */
static size_t drop_aliases(struct symbol *list, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (kept == 0 || list[kept - 1].start != list[i].start)
            list[kept++] = list[i];
    }
    return kept;
}

static struct lgc_symtab *read_symbols(Dwfl_Module *module,
                                       bool (*is_one)(const GElf_Sym *sym, const char *name))
{
    struct lgc_symtab *symtab = calloc(1, sizeof *symtab);
    int count = dwfl_module_getsymtab(module);
    if (symtab == NULL || count <= 0)
        return symtab;
    symtab->list = calloc((size_t)count, sizeof *symtab->list);
    if (symtab->list == NULL) {
        free(symtab);
        return NULL;
    }
    for (int i = 0; i < count; i++) {
        GElf_Sym sym;
        GElf_Addr address;
        const char *name = dwfl_module_getsym_info(module, i, &sym, &address, NULL, NULL, NULL);
        if (name != NULL && is_one(&sym, name))
            symtab->list[symtab->n++] = (struct symbol){
                address, address + sym.st_size, name, GELF_ST_BIND(sym.st_info) };
    }
    qsort(symtab->list, symtab->n, sizeof *symtab->list, by_start);
    symtab->n = drop_aliases(symtab->list, symtab->n);
    return symtab;
}

struct lgc_symtab *lgc_symtab_new(Dwfl_Module *module)
{
    return read_symbols(module, is_function);
}

struct lgc_symtab *lgc_symtab_new_variables(Dwfl_Module *module)
{
    return read_symbols(module, is_variable);
}

void lgc_symtab_free(struct lgc_symtab *symtab)
{
    if (symtab != NULL)
        free(symtab->list);
    free(symtab);
}

/* A symbol without a size (assembly) reaches to the next one; one with a size
 * ends there: behind it is the code of a function whose name was stripped. */
const char *lgc_symtab_range(const struct lgc_symtab *symtab, uint64_t address, uint64_t *start,
                             uint64_t *end)
{
    size_t low = 0, high = symtab->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (symtab->list[middle].start <= address)
            low = middle + 1;
        else
            high = middle;
    }
    /* A local label may stand inside a function: look back a little. */
    for (size_t back = 0; low > 0 && back < 8; back++, low--) {
        const struct symbol *s = &symtab->list[low - 1];
        if (s->end == s->start ? back == 0 : address < s->end) {
            *start = s->start;
            *end = s->end;
            return s->name;
        }
    }
    return NULL;
}

const char *lgc_symtab_find(const struct lgc_symtab *symtab, uint64_t address)
{
    uint64_t start, end;
    return lgc_symtab_range(symtab, address, &start, &end);
}
