/* SPDX-License-Identifier: MIT
 * group.c: groups entries by site and kind without any limit or search. */
#include "find/group.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/sort.h"
#include "capture/site.h"
#include "capture/track.h"
#include "find/hang.h"
#include "world/module.h"
#include "world/task.h"
#include "world/thread.h"

static void *piece(struct lgc_grouping *g, size_t size)
{
    const unsigned most = sizeof g->piece / sizeof g->piece[0];
    void *p = g->pieces < most ? lgc_mem_map(size ? size : 1) : NULL;

    if (p != NULL) {
        g->piece[g->pieces].p = p;
        g->piece[g->pieces++].size = size ? size : 1;
    }
    return p;
}

void lgc_group_free(struct lgc_grouping *g)
{
    while (g->pieces > 0) {
        g->pieces--;
        lgc_mem_unmap(g->piece[g->pieces].p, g->piece[g->pieces].size);
    }
    memset(g, 0, sizeof *g);
}

/* A list of distinct threads per group; nodes are never more than entries. */
struct node { uint32_t thread, next; };

struct build {
    struct lgc_group *group;
    uint32_t *site_of, *threads_of;  /* per group: site id, first node       */
    uint32_t *group_of;              /* by site * KEYS + key, plus one       */
    struct node *node;
    size_t ngroups, nnodes;
    uint32_t check;
};

/* Losses have a group for each kind, the other sections one. */
enum { KEYS = LGC_KIND_COUNT + LGC_SECTION_COUNT - 1 };

static unsigned key_of(enum lgc_section section, enum lgc_kind kind)
{
    return section == LGC_SECTION_LOSS ? kind : LGC_KIND_COUNT + section - 1;
}

/* The group of the site, and whether it has just been made. */
static struct lgc_group *group_at(struct build *b, uint32_t site, enum lgc_section section,
                                  enum lgc_kind kind, bool *fresh)
{
    uint32_t *slot = &b->group_of[(size_t)site * KEYS + key_of(section, kind)];

    *fresh = *slot == 0;
    if (*fresh) {
        *slot = (uint32_t)++b->ngroups;
        b->group[*slot - 1].section = section;
        b->group[*slot - 1].kind = kind;
        b->site_of[*slot - 1] = site;
    }
    return &b->group[*slot - 1];
}

static void stretch(struct lgc_group *g, int64_t when, bool fresh)
{
    g->first_time_ns = fresh || when < g->first_time_ns ? when : g->first_time_ns;
    g->last_time_ns = fresh || when > g->last_time_ns ? when : g->last_time_ns;
}

static void add_thread(struct build *b, uint32_t group, uint32_t thread)
{
    uint32_t n;

    for (n = b->threads_of[group]; n != 0; n = b->node[n].next)
        if (b->node[n].thread == thread)
            return;
    n = (uint32_t)++b->nnodes;
    b->node[n].thread = thread;
    b->node[n].next = b->threads_of[group];
    b->threads_of[group] = n;
    b->group[group].nthreads++;
}

static void add_entry(struct build *b, const struct lgc_entry *e)
{
    bool made;
    struct lgc_group *g = group_at(b, e->origin.site, LGC_SECTION_LOSS, e->kind, &made);

    g->amount.bytes += e->size;
    g->amount.objects++;
    if (e->found_check == b->check) { /* of what is not lost it is 0 */
        g->fresh.bytes += e->size;
        g->fresh.objects++;
    }
    g->held.bytes += e->held.bytes;
    g->held.objects += e->held.objects;
    stretch(g, lgc_track_time_ns(e->origin.time), made);
    if (made || e->found_check < g->found_check)
        g->found_check = e->found_check;
    /* It was reachable at the check before, if it existed then. */
    if (e->found_check > 1 && lgc_track_before_check(e->origin.time, e->found_check - 1) &&
        e->found_check - 1 > g->last_reachable_check)
        g->last_reachable_check = e->found_check - 1;
    add_thread(b, (uint32_t)(g - b->group), e->origin.thread);
}

static void add_extra(struct build *b, const struct lgc_group_extra *e)
{
    bool made;
    enum lgc_kind kind = e->section == LGC_SECTION_SUSPECT ? LGC_KIND_REACHABLE : LGC_KIND_DIRECT;
    struct lgc_group *g = group_at(b, e->site, e->section, kind, &made);

    g->amount.bytes += e->amount.bytes;
    g->amount.objects += e->amount.objects;
    g->fresh.bytes += e->fresh.bytes;
    g->fresh.objects += e->fresh.objects;
    g->growth_bytes = e->growth_bytes;
    g->growth_checks = e->growth_checks;
    if (e->time_ns != 0)
        stretch(g, e->time_ns, made);
    if (e->thread != 0)
        add_thread(b, (uint32_t)(g - b->group), e->thread);
}

static void note_growth(struct build *b, const struct lgc_group_more *more)
{
    for (size_t i = 0; more->history != NULL && i < b->ngroups; i++)
        if (b->group[i].section == LGC_SECTION_LOSS)
            b->group[i].growth_checks =
                lgc_history_growth(more->history, b->site_of[i], b->group[i].kind,
                                   b->group[i].amount.bytes, more->now_ns, &b->group[i].growth_bytes);
}

void lgc_group_frame(uintptr_t pc, bool exact, uint32_t generation, struct lgc_frame *frame)
{
    long m = lgc_module_find(pc - !exact, generation);

    frame->pc = pc;
    frame->exact = exact;
    frame->folded = 0;
    frame->module = m < 0 ? LGC_NO_MODULE : (uint32_t)m;
}

/* Frames of all groups' sites, each with its module. */
static bool fill_frames(struct lgc_grouping *grouping, struct build *b)
{
    struct lgc_frame *frame;
    size_t total = 0;

    for (size_t i = 0; i < b->ngroups; i++) {
        const struct lgc_site *s = lgc_site_at(b->site_of[i]);

        if (s == NULL && b->site_of[i] != 0)
            return false; /* there was no memory to make it an array */
        total += s == NULL ? 0 : s->stack.depth;
    }
    frame = piece(grouping, total * sizeof *frame);
    if (frame == NULL)
        return false;
    for (size_t i = 0; i < b->ngroups; i++) {
        const struct lgc_site *s = lgc_site_at(b->site_of[i]);

        b->group[i].frames = frame;
        b->group[i].nframes = s == NULL ? 0 : s->stack.depth;
        for (uint32_t f = 0; f < b->group[i].nframes; f++, frame++) {
            bool exact = f < 64 && (s->exact >> f & 1);

            lgc_group_frame((uintptr_t)s->stack.pc[f], exact, s->generation, frame);
            frame->folded = s->folded != NULL ? s->folded[f] : 0;
        }
    }
    return true;
}

static bool fill_threads(struct lgc_grouping *grouping, struct build *b)
{
    uint32_t *id = piece(grouping, (b->nnodes + 1) * sizeof *id);
    struct lgc_thread_info *info = piece(grouping, (lgc_thread_count() + 2) * sizeof *info);
    struct lgc_finding *f = &grouping->finding;
    unsigned used = 0;

    if (id == NULL || info == NULL)
        return false;
    f->threads = info;
    for (unsigned t = 1; t <= lgc_thread_count() + 1; t++) {
        struct lgc_thread *thread = lgc_thread_at(t);

        if (thread->alive)
            lgc_task_name((int)thread->tid, thread->name);
        info[used].id = thread->id;
        info[used].tid = thread->tid;
        info[used].name = thread->name;
        info[used].tag = thread->tag[0] != '\0' ? thread->tag : NULL;
        used++;
    }
    f->nthreads = used;
    for (size_t i = 0; i < b->ngroups; i++) {
        b->group[i].threads = id;
        for (uint32_t n = b->threads_of[i]; n != 0; n = b->node[n].next)
            *id++ = b->node[n].thread;
    }
    return true;
}

static bool fill_modules(struct lgc_grouping *grouping)
{
    size_t n = lgc_module_count();
    struct lgc_module *m = piece(grouping, n * sizeof *m);

    if (m == NULL)
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct lgc_loaded *l = lgc_module_at(i);

        m[i].start = l->start;
        m[i].end = l->end;
        m[i].bias = l->bias;
        m[i].path = l->path;
        m[i].build_id = l->build_id[0] != '\0' ? l->build_id : NULL;
        m[i].unloaded = l->until != LGC_MODULE_LOADED;
    }
    grouping->finding.modules = m;
    grouping->finding.nmodules = n;
    return true;
}

bool lgc_group_modules(struct lgc_grouping *grouping)
{
    memset(grouping, 0, sizeof *grouping);
    return fill_modules(grouping);
}

/* Numbers are slots of `group_of`: sorting does not change them. */
static bool add_hangs(struct build *b, const struct lgc_scan *scan, struct lgc_hangs *hangs)
{
    for (size_t i = 0; i < scan->count; i++) {
        const struct lgc_entry *e = &scan->entry[i];
        size_t key = (size_t)e->origin.site * KEYS + LGC_KIND_INDIRECT;
        uint32_t holder;

        if (e->kind != LGC_KIND_INDIRECT || e->head >= lgc_site_limit() || b->group_of[key] == 0)
            continue;
        holder = b->group_of[(size_t)e->head * KEYS + LGC_KIND_DIRECT];
        if (holder == 0)
            continue;
        if (!lgc_hangs_add(hangs, b->group_of[key], holder, e->size))
            return false;
        b->group[holder - 1].number = holder;
    }
    return true;
}

/* Before the groups are sorted.  What hangs on what is worth less than the
 * rest: without memory for it all are listed. */
static void fill_hangs(struct lgc_grouping *grouping, struct build *b, const struct lgc_scan *scan)
{
    struct lgc_hangs hangs = { .count = 0 };
    struct lgc_hang *list = NULL;

    if (add_hangs(b, scan, &hangs) && hangs.count > 0)
        list = piece(grouping, hangs.count * sizeof *list);
    if (list != NULL)
        lgc_hangs_sort(&hangs);
    for (size_t i = 0; list != NULL && i < hangs.count; i++) {
        struct lgc_group *g = &b->group[hangs.pair[i].group - 1];

        list[i] = (struct lgc_hang){ hangs.pair[i].holder, hangs.pair[i].amount };
        if (g->nhangs++ == 0)
            g->hangs = &list[i];
    }
    lgc_hangs_free(&hangs);
}

static int by_kind_and_bytes(const void *x, const void *y)
{
    const struct lgc_group *a = x, *b = y;

    if (a->section != b->section)
        return a->section < b->section ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (a->amount.bytes != b->amount.bytes)
        return a->amount.bytes > b->amount.bytes ? -1 : 1;
    return a->frames < b->frames ? -1 : a->frames > b->frames;
}

void lgc_group_drop_old(struct lgc_finding *f)
{
    size_t n = 0;

    for (size_t i = 0; i < f->ngroups; i++)
        if (f->groups[i].section != LGC_SECTION_LOSS || f->groups[i].fresh.objects > 0)
            f->groups[n++] = f->groups[i];
    f->ngroups = n;
}

bool lgc_group_build(struct lgc_grouping *grouping, const struct lgc_scan *scan, unsigned kinds,
                     uint32_t check)
{
    static const struct lgc_group_more nothing;

    return lgc_group_build_with(grouping, scan, kinds, check, &nothing);
}

bool lgc_group_build_with(struct lgc_grouping *grouping, const struct lgc_scan *scan,
                          unsigned kinds, uint32_t check, const struct lgc_group_more *more)
{
    size_t keys = (lgc_site_limit() + 1ul) * KEYS, items = scan->count + more->nextra;
    size_t most = items < keys ? items : keys;
    struct lgc_finding *f = &grouping->finding;
    struct build b = { .check = check };

    memset(grouping, 0, sizeof *grouping);
    f->live = scan->live;
    memcpy(f->total, scan->total, sizeof f->total);
    b.group = piece(grouping, most * sizeof *b.group);
    b.site_of = piece(grouping, 2 * most * sizeof *b.site_of);
    b.group_of = piece(grouping, keys * sizeof *b.group_of);
    b.node = piece(grouping, (items + 1) * sizeof *b.node);
    if (b.group == NULL || b.site_of == NULL || b.group_of == NULL || b.node == NULL)
        return false;
    b.threads_of = b.site_of + most;
    for (size_t i = 0; i < scan->count; i++)
        if (kinds >> scan->entry[i].kind & 1)
            add_entry(&b, &scan->entry[i]);
    note_growth(&b, more);
    for (size_t i = 0; i < more->nextra; i++)
        add_extra(&b, &more->extra[i]);
    if (!fill_modules(grouping) || !fill_frames(grouping, &b) || !fill_threads(grouping, &b))
        return false;
    fill_hangs(grouping, &b, scan);
    lgc_sort(b.group, b.ngroups, sizeof *b.group, by_kind_and_bytes);
    f->groups = b.group;
    f->ngroups = b.ngroups;
    return true;
}
