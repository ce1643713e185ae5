/* SPDX-License-Identifier: MIT
 * conflict.c: whether a program has a malloc or collector that cannot share a
 * process with ours. */
#include "tool/conflict.h"

#include <gelf.h>
#include <stdbool.h>
#include <string.h>

static const char asan[]   = "it is built with AddressSanitizer";
static const char hwasan[] = "it is built with HWAddressSanitizer";
static const char lsan[]   = "it is built with LeakSanitizer";
static const char msan[]   = "it is built with MemorySanitizer";
static const char tsan[]   = "it is built with ThreadSanitizer";

/* gcc links a sanitizer as a library: the beginning of its name. */
static const struct { const char *text, *why; } libraries[] = {
    { "libgc.so.", "it uses the collector libgc itself" },
    { "libasan.so.", asan }, { "libhwasan.so.", hwasan }, { "liblsan.so.", lsan },
    { "libtsan.so.", tsan },
};

/* clang makes it a part of the program: a symbol that is there then. */
static const struct { const char *text, *why; } symbols[] = {
    { "__asan_init", asan }, { "__hwasan_init", hwasan }, { "__lsan_init", lsan },
    { "__msan_init", msan }, { "__tsan_init", tsan },
};

static const char *by_library(const char *name)
{
    for (size_t i = 0; i < sizeof libraries / sizeof libraries[0]; i++) {
        if (strncmp(name, libraries[i].text, strlen(libraries[i].text)) == 0)
            return libraries[i].why;
    }
    return NULL;
}

static const char *by_symbol(const char *name)
{
    for (size_t i = 0; i < sizeof symbols / sizeof symbols[0]; i++) {
        if (strcmp(name, symbols[i].text) == 0)
            return symbols[i].why;
    }
    return NULL;
}

static const char *among_libraries(Elf *elf, Elf_Data *data, size_t strings)
{
    GElf_Dyn entry;
    for (int i = 0; gelf_getdyn(data, i, &entry) != NULL; i++) {
        const char *name = entry.d_tag == DT_NEEDED
                         ? elf_strptr(elf, strings, entry.d_un.d_val) : NULL;
        const char *why = name != NULL ? by_library(name) : NULL;
        if (why != NULL)
            return why;
    }
    return NULL;
}

static const char *among_symbols(Elf *elf, Elf_Data *data, size_t strings)
{
    GElf_Sym symbol;
    for (int i = 0; gelf_getsym(data, i, &symbol) != NULL; i++) {
        bool function = GELF_ST_TYPE(symbol.st_info) == STT_FUNC && symbol.st_shndx != SHN_UNDEF;
        const char *name = function ? elf_strptr(elf, strings, symbol.st_name) : NULL;
        const char *why = name != NULL ? by_symbol(name) : NULL;
        if (why != NULL)
            return why;
    }
    return NULL;
}

const char *lgc_conflict_find(Elf *elf)
{
    Elf_Scn *section = NULL;
    const char *why = NULL;
    while (why == NULL && (section = elf_nextscn(elf, section)) != NULL) {
        GElf_Shdr header;
        if (gelf_getshdr(section, &header) == NULL)
            continue;
        bool libs = header.sh_type == SHT_DYNAMIC;
        bool syms = header.sh_type == SHT_DYNSYM || header.sh_type == SHT_SYMTAB;
        Elf_Data *data = libs || syms ? elf_getdata(section, NULL) : NULL;
        if (data != NULL)
            why = (libs ? among_libraries : among_symbols)(elf, data, header.sh_link);
    }
    return why;
}
