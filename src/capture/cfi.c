/* SPDX-License-Identifier: MIT
 * cfi.c: reads one frame description entry of .eh_frame.
 *
 * The object is found by _dl_find_object (glibc 2.35, lock-free), the entry by
 * the sorted table in .eh_frame_hdr (Linux Standard Base 5.0, section 10.6);
 * its instructions are those of DWARF 5, section 6.4.2.  Only what a rule can
 * say is followed: anything else is UNKNOWN, for libgcc's unwinder to do.
 */
#include "capture/cfi.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/attr.h"
#include "capture/rows.h"

/* Pointer encodings that compilers for x86-64 emit. */
enum { PE_ABSPTR = 0x00, PE_SDATA4 = 0x0b, PE_PCREL = 0x10, PE_DATAREL = 0x30 };
enum { RBP = 6, RSP = 7, RA = 16, STATES = 8 };

/* Bytes of instructions; shorter ones are read faster than they are found. */
enum { LONG_ENTRY = 192 };

struct cursor { const uint8_t *p, *end; bool bad; };

LGC_INLINE uint64_t fixed(struct cursor *c, unsigned bytes)
{
    uint64_t v = 0;

    if (LGC_UNLIKELY((size_t)(c->end - c->p) < bytes)) {
        c->bad = true;
        return 0;
    }
    memcpy(&v, c->p, bytes);
    c->p += bytes;
    return v;
}

static uint64_t long_leb(struct cursor *c, bool is_signed)
{
    uint64_t v = 0;

    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint8_t byte = (uint8_t)fixed(c, 1);

        v |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80)) {
            if (is_signed && (byte & 0x40) && shift + 7 < 64)
                v |= ~0ull << (shift + 7);
            return v;
        }
    }
    c->bad = true;
    return 0;
}

/* Nearly all are of one byte. */
LGC_INLINE uint64_t uleb(struct cursor *c)
{
    return LGC_LIKELY(c->p < c->end && !(*c->p & 0x80)) ? *c->p++ : long_leb(c, false);
}

static int64_t sleb(struct cursor *c) { return (int64_t)long_leb(c, true); }

static uint64_t encoded(struct cursor *c, uint8_t encoding)
{
    uintptr_t at = (uintptr_t)c->p;

    if (encoding == (PE_PCREL | PE_SDATA4))
        return at + (uint64_t)(int64_t)(int32_t)fixed(c, 4);
    if (encoding == PE_ABSPTR)
        return fixed(c, 8);
    c->bad = true;
    return 0;
}

/* What a common information entry says of its entries. */
struct common {
    uint64_t code_align;
    int64_t data_align;
    uint8_t pointer_encoding;
    bool usable;
    struct cursor instructions;
};

/* A record: its length, and what follows; false for the 64-bit format. */
static bool open_record(const uint8_t *at, struct cursor *c)
{
    uint32_t length;

    memcpy(&length, at, sizeof length);
    c->p = at + 4;
    c->end = c->p + length;
    c->bad = length == 0 || length >= 0xfffffff0u;
    return !c->bad;
}

static void read_common(const uint8_t *at, struct common *common)
{
    struct cursor c, data;
    const char *augmentation;
    uint64_t n;

    common->usable = false;
    common->pointer_encoding = PE_ABSPTR;
    if (!open_record(at, &c) || fixed(&c, 4) != 0 || fixed(&c, 1) != 1)
        return;
    augmentation = (const char *)c.p;
    while (fixed(&c, 1) != 0)
        ;
    common->code_align = uleb(&c);
    common->data_align = sleb(&c);
    if (uleb(&c) != RA || augmentation[0] != 'z')
        return;
    n = uleb(&c);
    if (n > (uint64_t)(c.end - c.p))
        return;
    data = (struct cursor){ c.p, c.p + n, false };
    c.p += n;
    for (const char *a = augmentation + 1; *a != '\0'; a++) {
        if (*a == 'R') {
            common->pointer_encoding = (uint8_t)fixed(&data, 1);
        } else if (*a == 'P') {
            uint8_t encoding = (uint8_t)fixed(&data, 1) & 0x0f;

            fixed(&data, encoding == PE_ABSPTR ? 8 : 4);
        } else if (*a == 'L') {
            fixed(&data, 1);
        } else {
            return; /* S, a signal frame, or one we do not know */
        }
    }
    common->instructions = c;
    common->usable = !c.bad && !data.bad;
}

/* Where a register of the caller is. */
enum where { SAME, SAVED, UNDEFINED, ELSEWHERE };
enum { I_RBP, I_RSP, I_RA, REGISTERS };
struct row {
    uint64_t cfa_register;
    int64_t cfa_offset;
    int64_t offset[REGISTERS];
    uint8_t where[REGISTERS];
    bool cfa_known;
};

LGC_INLINE int slot_of(uint64_t reg) { return reg == RBP ? I_RBP : reg == RSP ? I_RSP : reg == RA ? I_RA : -1; }

LGC_INLINE void set(struct row *row, uint64_t reg, enum where where, int64_t offset)
{
    int i = slot_of(reg);

    if (i < 0)
        return;
    row->where[i] = (uint8_t)where;
    row->offset[i] = offset;
}

LGC_INLINE void restore(struct row *row, const struct row *initial, uint64_t reg)
{
    int i = slot_of(reg);

    if (i < 0)
        return;
    row->where[i] = initial->where[i];
    row->offset[i] = initial->offset[i];
}

struct machine {
    struct row row, initial, stack[STATES];
    unsigned depth;
    uint64_t location;
    const struct common *common;
};

static void set_cfa(struct row *row, uint64_t reg, int64_t offset)
{
    row->cfa_register = reg;
    row->cfa_offset = offset;
    row->cfa_known = true;
}

static void skip_block(struct cursor *c)
{
    uint64_t n = uleb(c);

    if (n > (uint64_t)(c->end - c->p))
        c->bad = true;
    else
        c->p += n;
}

/* The instructions with an opcode of their own. */
static void extended(struct machine *m, struct cursor *c, uint8_t op)
{
    int64_t align = m->common->data_align;
    uint64_t reg;

    switch (op) {
    case 0x00: break;                                                 /* nop */
    case 0x05: reg = uleb(c); set(&m->row, reg, SAVED, (int64_t)uleb(c) * align); break;
    case 0x06: restore(&m->row, &m->initial, uleb(c)); break;
    case 0x07: set(&m->row, uleb(c), UNDEFINED, 0); break;
    case 0x08: set(&m->row, uleb(c), SAME, 0); break;
    case 0x09: reg = uleb(c); uleb(c); set(&m->row, reg, ELSEWHERE, 0); break; /* register */
    case 0x0a:                                              /* remember_state */
        if (m->depth == STATES)
            c->bad = true;
        else
            m->stack[m->depth++] = m->row;
        break;
    case 0x0b:                                               /* restore_state */
        if (m->depth == 0)
            c->bad = true;
        else
            m->row = m->stack[--m->depth];
        break;
    case 0x0c: reg = uleb(c); set_cfa(&m->row, reg, (int64_t)uleb(c)); break;
    case 0x0d: m->row.cfa_register = uleb(c); break;
    case 0x0e: m->row.cfa_offset = (int64_t)uleb(c); break;
    case 0x0f: skip_block(c); m->row.cfa_known = false; break; /* expression */
    case 0x10: case 0x16: reg = uleb(c); skip_block(c); set(&m->row, reg, ELSEWHERE, 0); break;
    case 0x11: reg = uleb(c); set(&m->row, reg, SAVED, sleb(c) * align); break;
    case 0x12: reg = uleb(c); set_cfa(&m->row, reg, sleb(c) * align); break;
    case 0x13: m->row.cfa_offset = sleb(c) * align; break;
    case 0x14: case 0x15: reg = uleb(c); uleb(c); set(&m->row, reg, ELSEWHERE, 0); break;
    case 0x2e: uleb(c); break;                               /* GNU_args_size */
    default: c->bad = true;
    }
}

/* Runs instructions until the location passes pc, or to the end; from there
 * it goes on when called again. */
static bool execute(struct machine *m, struct cursor *at, uint64_t pc)
{
    struct cursor c = *at;

    while (c.p < c.end && !c.bad) {
        uint8_t op = *c.p++, low = op & 0x3f;
        uint64_t step = 0;

        switch (op & 0xc0) {
        case 0x40: step = low; break;                          /* advance_loc */
        case 0x80: set(&m->row, low, SAVED, (int64_t)uleb(&c) * m->common->data_align); continue;
        case 0xc0: restore(&m->row, &m->initial, low); continue;
        default:
            if (op < 0x02 || op > 0x04) {
                if (op == 0x01) /* set_loc */
                    return false;
                extended(m, &c, op);
                continue;
            }
            step = op == 0x02 ? fixed(&c, 1) : op == 0x03 ? fixed(&c, 2) : fixed(&c, 4);
        }
        m->location += step * m->common->code_align;
        if (m->location > pc)
            break;
    }
    *at = c;
    return !c.bad;
}

static struct lgc_cfi_rule rule_of(const struct row *row)
{
    static const struct lgc_cfi_rule unknown = { .kind = LGC_CFI_UNKNOWN };
    struct lgc_cfi_rule rule = { .kind = LGC_CFI_PLAIN, .from_rbp = row->cfa_register == RBP };

    if (row->where[I_RA] == UNDEFINED) {
        rule.kind = LGC_CFI_LAST;
        return rule;
    }
    if (!row->cfa_known || (row->cfa_register != RSP && row->cfa_register != RBP) ||
        row->where[I_RA] != SAVED || row->offset[I_RA] != -8 || row->where[I_RSP] != SAME ||
        row->cfa_offset < 8 || row->cfa_offset > INT32_MAX)
        return unknown;
    rule.cfa_offset = (int32_t)row->cfa_offset;
    if (row->where[I_RBP] == SAME)
        return rule;
    if (row->where[I_RBP] != SAVED || row->offset[I_RBP] >= 0 || row->offset[I_RBP] < INT16_MIN)
        return unknown;
    rule.rbp_offset = (int16_t)row->offset[I_RBP];
    return rule;
}

/* Version 1, any .eh_frame pointer of 4 bytes, udata4 count, datarel sdata4. */
static bool has_table(const uint8_t *header)
{
    return header[0] == 1 && (header[1] & 0x0f) == PE_SDATA4 && header[2] == 0x03 &&
           header[3] == (PE_DATAREL | PE_SDATA4);
}

/* The entry whose range may hold pc, by the sorted table; or NULL. */
static const uint8_t *search_table(const uint8_t *header, uintptr_t pc)
{
    struct entry { int32_t pc, record; } const *table = (const void *)(header + 12);
    uint32_t count, lo = 0, hi;

    memcpy(&count, header + 8, sizeof count);
    hi = count;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;

        if ((uintptr_t)header + (uintptr_t)(intptr_t)table[mid].pc <= pc)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo == 0 ? NULL : header + table[lo - 1].record;
}

/* libgcc's, of which the first part is its own business. */
struct bases { void *text, *data, *function; };
extern const void *_Unwind_Find_FDE(void *pc, struct bases *bases);

/* Code of a loaded object that nothing is said of ends the stack, as libgcc
 * has it; unless it is where a signal handler returns to. */
static struct lgc_cfi_rule without_information(uintptr_t pc)
{
    static const uint8_t sigreturn[] = { 0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05 };
    struct lgc_cfi_rule rule = { .kind = LGC_CFI_LAST };
    struct bases bases;

    for (const uint8_t *at = (const uint8_t *)pc; at <= (const uint8_t *)pc + 1; at++) {
        size_t n = 0; /* byte by byte: the code may end with a page */

        while (n < sizeof sigreturn && at[n] == sigreturn[n])
            n++;
        if (n == sizeof sigreturn)
            rule.kind = LGC_CFI_UNKNOWN;
    }
    if (_Unwind_Find_FDE((void *)pc, &bases) != NULL) /* registered by hand */
        rule.kind = LGC_CFI_UNKNOWN;
    return rule;
}

/* A frame description entry, and the common one that it refers to. */
struct entry {
    const uint8_t *record;
    uint64_t begin, range;
    struct common common;
    struct cursor instructions;
};

enum found { UNUSABLE, NOTHING, FOUND };

static enum found find_entry(struct entry *e, uintptr_t pc)
{
    struct dl_find_object object;
    struct cursor c;
    const uint8_t *back;

    if (_dl_find_object((void *)pc, &object) != 0 || object.dlfo_eh_frame == NULL ||
        !has_table(object.dlfo_eh_frame))
        return UNUSABLE;
    e->record = search_table(object.dlfo_eh_frame, pc);
    if (e->record == NULL)
        return NOTHING;
    if (!open_record(e->record, &c))
        return UNUSABLE;
    back = c.p;
    read_common(back - (int32_t)fixed(&c, 4), &e->common);
    if (!e->common.usable)
        return UNUSABLE;
    e->begin = encoded(&c, e->common.pointer_encoding);
    e->range = e->common.pointer_encoding == PE_ABSPTR ? fixed(&c, 8) : fixed(&c, 4);
    if (c.bad)
        return UNUSABLE;
    if (pc - e->begin >= e->range)
        return NOTHING;
    skip_block(&c); /* augmentation data */
    e->instructions = c;
    return FOUND;
}

/* Ready to execute the entry's own instructions. */
static bool begin(struct machine *m, const struct entry *e)
{
    struct cursor c = e->common.instructions;

    memset(&m->row, 0, sizeof m->row);
    memset(&m->initial, 0, sizeof m->initial);
    m->depth = 0;
    m->location = 0;
    m->common = &e->common;
    if (!execute(m, &c, UINT64_MAX))
        return false;
    m->initial = m->row;
    m->location = e->begin;
    return true;
}

/* The rules of all of a function, each from where it differs from the one
 * before; returns how many, 0: it cannot be followed to its end.  row may be
 * NULL. */
static size_t list_rules(const struct entry *e, struct lgc_rows_row *row)
{
    struct cursor c = e->instructions;
    struct lgc_cfi_rule last = { .kind = LGC_CFI_UNKNOWN };
    struct machine m;
    size_t n = 0;

    if (!begin(&m, e))
        return 0;
    do {
        uint64_t from = m.location - e->begin;
        struct lgc_cfi_rule rule;

        if (!execute(&m, &c, m.location))
            return 0;
        rule = rule_of(&m.row);
        if (n > 0 && rule.kind == last.kind && rule.from_rbp == last.from_rbp &&
            rule.rbp_offset == last.rbp_offset && rule.cfa_offset == last.cfa_offset)
            continue;
        last = rule;
        if (row != NULL)
            row[n] = (struct lgc_rows_row){ (uint32_t)from, rule };
        n++;
    } while (c.p < c.end);
    return n;
}

/* A long one that is asked for again is read once, for all its addresses. */
static const struct lgc_rows *rows_of(const struct entry *e)
{
    const struct lgc_rows *known = lgc_rows_find(e->record);
    struct lgc_rows *fresh;
    size_t n;

    if (known != NULL || e->range > UINT32_MAX || !lgc_rows_again(e->record) ||
        (n = list_rules(e, NULL)) == 0 || (fresh = lgc_rows_new(e->record, e->begin, n)) == NULL)
        return known;
    list_rules(e, fresh->row);
    lgc_rows_keep(fresh);
    return fresh;
}

static struct lgc_cfi_rule rule_at(const struct entry *e, uintptr_t pc)
{
    struct lgc_cfi_rule rule = { .kind = LGC_CFI_UNKNOWN };
    struct cursor c = e->instructions;
    struct machine m;

    if (begin(&m, e) && execute(&m, &c, pc))
        rule = rule_of(&m.row);
    return rule;
}

static struct lgc_cfi_rule find(uintptr_t pc, bool remembered)
{
    struct lgc_cfi_rule rule = { .kind = LGC_CFI_UNKNOWN };
    const struct lgc_rows *rows = NULL;
    struct entry e;
    enum found found = find_entry(&e, pc);

    if (found != FOUND)
        return found == NOTHING ? without_information(pc) : rule;
    if (remembered && e.instructions.end - e.instructions.p >= LONG_ENTRY)
        rows = rows_of(&e);
    rule = rows != NULL ? lgc_rows_at(rows, (uint32_t)(pc - e.begin)) : rule_at(&e, pc);
    rule.function = e.begin;
    return rule;
}

struct lgc_cfi_rule lgc_cfi_find(uintptr_t pc) { return find(pc, true); }
struct lgc_cfi_rule lgc_cfi_read(uintptr_t pc) { return find(pc, false); }
