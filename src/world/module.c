/* SPDX-License-Identifier: MIT
 * module.c: the table of loaded and unloaded objects, from dl_iterate_phdr. */
#include "world/module.h"

#include <link.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"

enum { MODULES_MAX = 8192, PATH_SIZE = 4096 };

struct lgc_lock lgc_module_lock = LGC_LOCK_INIT(LGC_RANK_MODULE);

static struct lgc_loaded *module[MODULES_MAX] LGC_ALIGNED(LGC_PAGE);
static size_t count;
static uint32_t generation;
static unsigned long long seen_adds, seen_subs;
struct lgc_module_range lgc_module_loader, lgc_module_ours;

static char *copy_text(const char *a, size_t na, const char *b, size_t nb)
{
    char *p = lgc_mem_alloc(na + nb + 1);

    if (p == NULL)
        return NULL;
    memcpy(p, a, na);
    memcpy(p + na, b, nb);
    return p;
}

static const char *absolute_path(const struct dl_phdr_info *info)
{
    char buf[PATH_SIZE];
    const char *name = info->dlpi_name;
    long n;

    if (info->dlpi_addr == getauxval(AT_SYSINFO_EHDR) || strncmp(name, "linux-vdso", 10) == 0)
        return "[vdso]";
    if (name[0] == '\0') {
        n = syscall(SYS_readlinkat, -100 /* AT_FDCWD */, "/proc/thread-self/exe", buf, sizeof buf - 1);
        return copy_text(buf, n > 0 ? (size_t)n : 0, "", 0);
    }
    if (name[0] == '/')
        return copy_text(name, strlen(name), "", 0);
    n = syscall(SYS_getcwd, buf, sizeof buf - 1); /* counts the NUL */
    if (n <= 0)
        return copy_text(name, strlen(name), "", 0);
    buf[n - 1] = '/';
    return copy_text(buf, (size_t)n, name, strlen(name));
}

static void read_build_id(struct lgc_loaded *m, uintptr_t note, size_t size)
{
    uintptr_t end = note + size;

    while (note + sizeof(ElfW(Nhdr)) <= end) {
        const ElfW(Nhdr) *h = (const ElfW(Nhdr) *)note;
        const unsigned char *name = (const unsigned char *)(h + 1);
        const unsigned char *desc = name + ((h->n_namesz + 3u) & ~3u);

        if ((uintptr_t)desc + h->n_descsz > end)
            return;
        if (h->n_type == NT_GNU_BUILD_ID && h->n_namesz == 4 && memcmp(name, "GNU", 4) == 0) {
            for (unsigned i = 0; i < h->n_descsz && i < 32; i++) {
                m->build_id[2 * i] = "0123456789abcdef"[desc[i] >> 4];
                m->build_id[2 * i + 1] = "0123456789abcdef"[desc[i] & 15];
            }
            return;
        }
        note = (uintptr_t)desc + ((h->n_descsz + 3u) & ~3u);
    }
}

static void read_segments(struct lgc_loaded *m, const struct dl_phdr_info *info)
{
    m->start = UINTPTR_MAX;
    m->bias = info->dlpi_addr;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *p = &info->dlpi_phdr[i];
        uintptr_t lo = info->dlpi_addr + p->p_vaddr, hi = lo + p->p_memsz;

        if (p->p_type == PT_NOTE && m->build_id[0] == '\0')
            read_build_id(m, lo, p->p_memsz);
        if (p->p_type != PT_LOAD)
            continue;
        m->start = lo < m->start ? lo : m->start;
        m->end = hi > m->end ? hi : m->end;
        if ((p->p_flags & PF_W) && m->nsegments < LGC_MODULE_SEGMENTS) {
            m->segment[m->nsegments].lo = lo & ~(uintptr_t)7;
            m->segment[m->nsegments].hi = hi;
            m->nsegments++;
        }
    }
}

struct refresh {
    bool seen[MODULES_MAX];
    bool begun, changed, incomplete;
};
static struct refresh refresh LGC_ALIGNED(LGC_PAGE); /* too large for a stack; guarded by the lock */

static bool same(const struct lgc_loaded *m, const struct dl_phdr_info *info)
{
    struct lgc_loaded now = { .start = 0 };

    if (m->until != LGC_MODULE_LOADED || m->bias != info->dlpi_addr)
        return false;
    read_segments(&now, info);
    return now.start == m->start && now.end == m->end &&
           strcmp(now.build_id, m->build_id) == 0;
}

static void classify(struct lgc_loaded *m)
{
    uintptr_t self = (uintptr_t)&lgc_module_refresh;

    if (self >= m->start && self < m->end) {
        m->ours = true;
        lgc_module_ours.lo = m->start;
        lgc_module_ours.hi = m->end;
    }
    if (strstr(m->path, "/libgc.so") != NULL)
        m->ours = true;
    if (m->bias == getauxval(AT_BASE)) {
        lgc_module_loader.lo = m->start;
        lgc_module_loader.hi = m->end;
    }
}

static int visit(struct dl_phdr_info *info, size_t size, void *arg)
{
    struct lgc_loaded *m;

    (void)arg;
    if (!refresh.begun && size >= offsetof(struct dl_phdr_info, dlpi_subs) + sizeof info->dlpi_subs) {
        refresh.begun = true;
        if (generation > 0 && !refresh.incomplete && info->dlpi_adds == seen_adds && info->dlpi_subs == seen_subs)
            return 1; /* nothing came or went */
        refresh.incomplete = false;
        seen_adds = info->dlpi_adds;
        seen_subs = info->dlpi_subs;
    }
    for (size_t i = 0; i < count; i++) {
        if (same(module[i], info)) {
            refresh.seen[i] = true;
            return 0;
        }
    }
    m = count < MODULES_MAX ? lgc_mem_alloc(sizeof *m) : NULL;
    if (m == NULL || (m->path = absolute_path(info)) == NULL) {
        refresh.incomplete = true;
        return 0;
    }
    read_segments(m, info);
    if (m->start >= m->end)
        return 0;
    m->until = LGC_MODULE_LOADED;
    m->since = generation + 1;
    classify(m);
    refresh.seen[count] = true;
    module[count++] = m;
    refresh.changed = true;
    return 0;
}

uint32_t lgc_module_refresh(void)
{
    uint32_t now;

    lgc_lock(&lgc_module_lock);
    refresh.begun = refresh.changed = false;
    memset(refresh.seen, 0, count);
    if (dl_iterate_phdr(visit, NULL) == 0) {
        for (size_t i = 0; i < count; i++) {
            if (!refresh.seen[i] && module[i]->until == LGC_MODULE_LOADED) {
                module[i]->until = generation + 1;
                refresh.changed = true;
            }
        }
        if (refresh.changed || generation == 0)
            generation++;
    }
    now = generation;
    lgc_unlock(&lgc_module_lock);
    return now;
}

uint32_t lgc_module_generation(void) { return generation; }
bool lgc_module_incomplete(void) { return refresh.incomplete; }
size_t lgc_module_count(void) { return count; }
const struct lgc_loaded *lgc_module_at(size_t index) { return module[index]; }

long lgc_module_find(uintptr_t pc, uint32_t at)
{
    long later = -1;

    for (size_t i = count; i-- > 0;) {
        const struct lgc_loaded *m = module[i];

        if (pc < m->start || pc >= m->end || at >= m->until)
            continue;
        if (at >= m->since)
            return (long)i;
        later = (long)i;
    }
    /* Loaded after the last refresh before `at` was noted: the first such. */
    return later;
}

struct needer { uintptr_t self; const char *path; };

/* True if this object's dynamic section asks for libgc. */
static bool needs_libgc(const struct dl_phdr_info *info)
{
    const ElfW(Dyn) *dyn = NULL, *d;
    const char *strings = NULL;

    for (int i = 0; i < info->dlpi_phnum; i++)
        if (info->dlpi_phdr[i].p_type == PT_DYNAMIC)
            dyn = (const ElfW(Dyn) *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
    for (d = dyn; d != NULL && d->d_tag != DT_NULL; d++)
        if (d->d_tag == DT_STRTAB) /* the loader has made it an address */
            strings = (const char *)d->d_un.d_ptr;
    if (strings == NULL || (uintptr_t)strings < info->dlpi_addr)
        return false;
    for (d = dyn; d->d_tag != DT_NULL; d++)
        if (d->d_tag == DT_NEEDED && strncmp(strings + d->d_un.d_val, "libgc.so", 8) == 0)
            return true;
    return false;
}

static int find_needer(struct dl_phdr_info *info, size_t size, void *arg)
{
    struct needer *n = arg;

    (void)size;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *p = &info->dlpi_phdr[i];

        if (p->p_type == PT_LOAD && n->self - (info->dlpi_addr + p->p_vaddr) < p->p_memsz)
            return 0; /* this library */
    }
    if (!needs_libgc(info))
        return 0;
    n->path = info->dlpi_name;
    return 1;
}

bool lgc_module_foreign_gc(const char **path)
{
    struct needer n = { (uintptr_t)&lgc_module_foreign_gc, NULL };

    if (dl_iterate_phdr(find_needer, &n) == 0)
        return false;
    *path = n.path[0] != '\0' ? n.path : "the program";
    return true;
}
