/* SPDX-License-Identifier: MIT
 * places.c: "malloc src/list.c:31" -> function, file and line.  The file may be anything. */
#include "tool/places.h"

#include <gelf.h>
#include <stdlib.h>
#include <string.h>

#define SECTION "leaksgc_places"
enum { LONGEST = 4200 };

struct lgc_places {
    uint64_t address;           /* of the section, in the file */
    size_t size;
    char text[];
};

static Elf_Scn *section(Elf *elf, GElf_Shdr *header)
{
    Elf_Scn *s = NULL;
    size_t names;
    if (elf_getshdrstrndx(elf, &names) != 0)
        return NULL;
    while ((s = elf_nextscn(elf, s)) != NULL) {
        const char *name = gelf_getshdr(s, header) != NULL
                         ? elf_strptr(elf, names, header->sh_name) : NULL;
        if (name != NULL && strcmp(name, SECTION) == 0)
            return header->sh_type == SHT_PROGBITS ? s : NULL;
    }
    return NULL;
}

struct lgc_places *lgc_places_new(Dwfl_Module *module)
{
    GElf_Addr bias;
    GElf_Shdr header;
    Elf *elf = dwfl_module_getelf(module, &bias);
    Elf_Scn *s = elf != NULL ? section(elf, &header) : NULL;
    Elf_Data *data = s != NULL ? elf_rawdata(s, NULL) : NULL;
    if (data == NULL || data->d_buf == NULL || data->d_size == 0)
        return NULL;
    struct lgc_places *p = malloc(sizeof *p + data->d_size);
    if (p == NULL)
        return NULL;
    p->address = header.sh_addr + bias;
    p->size = data->d_size;
    memcpy(p->text, data->d_buf, data->d_size);
    return p;
}

void lgc_places_free(struct lgc_places *places) { free(places); }

/* Digits from `digits` on, and nothing else; 0: no line. */
static unsigned line_of(const char *digits)
{
    char *end;
    unsigned long line = *digits >= '1' && *digits <= '9' ? strtoul(digits, &end, 10) : 0;
    return line > 0 && *end == '\0' && line < 1u << 30 ? (unsigned)line : 0;
}

bool lgc_places_find(const struct lgc_places *places, uint64_t address, struct lgc_names *names,
                     struct lgc_source *out)
{
    char text[LONGEST];
    if (places == NULL || address - places->address >= places->size)
        return false;
    const char *at = places->text + (address - places->address);
    size_t n = strnlen(at, places->size - (size_t)(at - places->text));
    if (n >= sizeof text || n == places->size - (size_t)(at - places->text))
        return false;           /* it does not end */
    memcpy(text, at, n + 1);
    char *file = strchr(text, ' '), *colon = strrchr(text, ':');
    if (file == NULL || colon == NULL || colon < file + 2)
        return false;
    *file++ = '\0';
    *colon = '\0';
    *out = (struct lgc_source){ .function = lgc_names_keep(names, text),
                                .file = lgc_names_keep(names, file),
                                .line = line_of(colon + 1) };
    return out->function != NULL && out->file != NULL && out->line > 0;
}
