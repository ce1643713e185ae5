/* SPDX-License-Identifier: MIT
 * stack_here.c: prints a finding stream whose one group is its own call stack,
 * through inlined functions; what `leaksgc report` makes of it is known. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <execinfo.h>
#include <inttypes.h>
#include <link.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MAX_MODULES 64

static struct { uintptr_t start, end, bias; char path[4096], id[80]; } modules[MAX_MODULES];
static unsigned nmodules;

static void read_build_id(const char *note, size_t size, char *hex)
{
    while (size >= sizeof(ElfW(Nhdr))) {
        ElfW(Nhdr) head;
        memcpy(&head, note, sizeof head);
        size_t name = (head.n_namesz + 3u) & ~3u, desc = (head.n_descsz + 3u) & ~3u;
        const unsigned char *id = (const unsigned char *)note + sizeof head + name;
        if (head.n_type == NT_GNU_BUILD_ID && head.n_descsz < 40) {
            for (unsigned i = 0; i < head.n_descsz; i++)
                sprintf(hex + 2 * i, "%02x", id[i]);
            return;
        }
        if (sizeof head + name + desc > size)
            return;
        note += sizeof head + name + desc;
        size -= sizeof head + name + desc;
    }
}

static int add_module(struct dl_phdr_info *info, size_t size, void *arg)
{
    (void)size;
    (void)arg;
    if (nmodules == MAX_MODULES || (info->dlpi_name[0] == '\0' && nmodules > 0))
        return 0;
    modules[nmodules].bias = info->dlpi_addr;
    modules[nmodules].start = UINTPTR_MAX;
    strcpy(modules[nmodules].id, "-");
    for (int i = 0; i < info->dlpi_phnum; i++) {
        uintptr_t start = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
        uintptr_t end = start + info->dlpi_phdr[i].p_memsz;
        if (info->dlpi_phdr[i].p_type == PT_NOTE)
            read_build_id((const char *)start, info->dlpi_phdr[i].p_memsz, modules[nmodules].id);
        if (info->dlpi_phdr[i].p_type != PT_LOAD)
            continue;
        if (start < modules[nmodules].start)
            modules[nmodules].start = start;
        if (end > modules[nmodules].end)
            modules[nmodules].end = end;
    }
    if (info->dlpi_name[0] != '\0')
        snprintf(modules[nmodules].path, sizeof modules[0].path, "%s", info->dlpi_name);
    else if (readlink("/proc/self/exe", modules[nmodules].path, sizeof modules[0].path - 1) < 0)
        return 1;
    nmodules++;
    return 0;
}

static void print_frame(uintptr_t pc)
{
    for (unsigned i = 0; i < nmodules; i++) {
        if (pc >= modules[i].start && pc < modules[i].end) {
            printf("frame r %" PRIxPTR " %u\n", pc, i);
            return;
        }
    }
    printf("frame r %" PRIxPTR " -\n", pc);
}

#ifdef __cplusplus
extern "C"
#endif
__attribute__((noinline)) void print_stack(void)
{
    void *pcs[64];
    int n = backtrace(pcs, 64);
    dl_iterate_phdr(add_module, NULL);
    printf("leaksgc-finding 1\nprocess %d 1 1700000000123456789 exit %s\n", (int)getpid(),
           modules[0].path);
    printf("pause 1000 2000 1\nlive 300 3\ntotal 0 100 1\ntotal 3 200 2\n");
    for (unsigned i = 0; i < nmodules; i++)
        printf("module %" PRIxPTR " %" PRIxPTR " %" PRIxPTR " %s %s 0\n", modules[i].start,
               modules[i].end, modules[i].bias, modules[i].id, modules[i].path);
    printf("thread 1 %d main -\n", (int)getpid());
    printf("group 0 100 1 0 0 1700000000000000000 1700000000000000000 0 1 1 1\n");
    for (int i = 0; i < n; i++)
        print_frame((uintptr_t)pcs[i]);
    printf("end 1\n");
}

/* What must survive -O2: two inlined functions in one that is not. */
volatile int effect;

static inline __attribute__((always_inline)) void inner_inlined(void)
{
    print_stack();      /* LINE inner */
    effect++;
}

static inline __attribute__((always_inline)) void outer_inlined(void)
{
    inner_inlined();    /* LINE outer */
    effect++;
}

#ifdef __cplusplus
namespace store {
template <typename T> struct Parser {
    __attribute__((noinline)) void parse(T value, const char *text);
};
template <typename T> void Parser<T>::parse(T value, const char *text)
{
    effect = (int)value + text[0];
    auto lambda = [&](int more) __attribute__((noinline)) { effect += more; outer_inlined(); };
    lambda(effect);
    effect++;
}
}

/* gcc gives these no mangled name in DWARF. */
namespace {
struct Hidden {
    __attribute__((always_inline)) void inlined()
    {
        auto again = [&](int more) __attribute__((always_inline)) {
            store::Parser<long>().parse(more, "x");
            effect++;
        };
        again(effect);
    }
    __attribute__((noinline)) void method(int value)
    {
        effect = value;
        inlined();
        effect++;
    }
};
}

int main()
{
    Hidden().method(3);
    effect++;
}
#else
__attribute__((noinline)) static void plain_function(int value)
{
    effect = value;
    outer_inlined();    /* LINE plain */
    effect++;
}

int main(void)
{
    plain_function(1);  /* LINE main */
    effect++;
    return 0;
}
#endif
