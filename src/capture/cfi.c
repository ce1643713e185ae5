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

/* Pointer encodings that compilers for x86-64 emit. */
enum { PE_ABSPTR = 0x00, PE_SDATA4 = 0x0b, PE_PCREL = 0x10, PE_DATAREL = 0x30 };
enum { RBP = 6, RSP = 7, RA = 16, STATES = 8 };

struct cursor { const uint8_t *p, *end; bool bad; };

static uint64_t fixed(struct cursor *c, unsigned bytes)
{
    uint64_t v = 0;

    if ((size_t)(c->end - c->p) < bytes) {
        c->bad = true;
        return 0;
    }
    memcpy(&v, c->p, bytes);
    c->p += bytes;
    return v;
}

static uint64_t uleb(struct cursor *c)
{
    uint64_t v = 0;

    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint8_t byte = (uint8_t)fixed(c, 1);

        v |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return v;
    }
    c->bad = true;
    return 0;
}

static int64_t sleb(struct cursor *c)
{
    uint64_t v = 0;

    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint8_t byte = (uint8_t)fixed(c, 1);

        v |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80)) {
            if ((byte & 0x40) && shift + 7 < 64)
                v |= ~0ull << (shift + 7);
            return (int64_t)v;
        }
    }
    c->bad = true;
    return 0;
}

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
    data.end = c.p;
    data.p = c.p;
    {
        uint64_t n = uleb(&c);

        if (n > (uint64_t)(c.end - c.p))
            return;
        data = (struct cursor){ c.p, c.p + n, false };
        c.p += n;
    }
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
struct row {
    uint64_t cfa_register;
    int64_t cfa_offset;
    bool cfa_known;
    struct { enum where where; int64_t offset; } reg[3]; /* rbp, rsp, ra     */
};

static int slot_of(uint64_t reg) { return reg == RBP ? 0 : reg == RSP ? 1 : reg == RA ? 2 : -1; }

static void set(struct row *row, uint64_t reg, enum where where, int64_t offset)
{
    int i = slot_of(reg);

    if (i < 0)
        return;
    row->reg[i].where = where;
    row->reg[i].offset = offset;
}

static void restore(struct row *row, const struct row *initial, uint64_t reg)
{
    int i = slot_of(reg);

    if (i >= 0)
        row->reg[i] = initial->reg[i];
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

/* Runs instructions until the location passes pc. */
static bool execute(struct machine *m, struct cursor c, uint64_t pc)
{
    while (c.p < c.end && !c.bad) {
        uint8_t op = (uint8_t)fixed(&c, 1), low = op & 0x3f;
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
            step = fixed(&c, op == 0x02 ? 1 : op == 0x03 ? 2 : 4);
        }
        m->location += step * m->common->code_align;
        if (m->location > pc)
            return !c.bad;
    }
    return !c.bad;
}

static struct lgc_cfi_rule rule_of(const struct row *row)
{
    static const struct lgc_cfi_rule unknown = { .kind = LGC_CFI_UNKNOWN };
    struct lgc_cfi_rule rule = { .kind = LGC_CFI_PLAIN, .from_rbp = row->cfa_register == RBP };

    if (row->reg[2].where == UNDEFINED) {
        rule.kind = LGC_CFI_LAST;
        return rule;
    }
    if (!row->cfa_known || (row->cfa_register != RSP && row->cfa_register != RBP) ||
        row->reg[2].where != SAVED || row->reg[2].offset != -8 || row->reg[1].where != SAME ||
        row->cfa_offset < 8 || row->cfa_offset > INT32_MAX)
        return unknown;
    rule.cfa_offset = (int32_t)row->cfa_offset;
    if (row->reg[0].where == SAME)
        return rule;
    if (row->reg[0].where != SAVED || row->reg[0].offset >= 0 || row->reg[0].offset < INT16_MIN)
        return unknown;
    rule.rbp_offset = (int16_t)row->reg[0].offset;
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

struct lgc_cfi_rule lgc_cfi_find(uintptr_t pc)
{
    struct lgc_cfi_rule rule = { .kind = LGC_CFI_UNKNOWN }, unknown = rule;
    struct dl_find_object object;
    struct common common;
    struct machine m;
    struct cursor c;
    const uint8_t *record, *back;
    uint64_t begin, range;

    if (_dl_find_object((void *)pc, &object) != 0 || object.dlfo_eh_frame == NULL ||
        !has_table(object.dlfo_eh_frame))
        return unknown;
    record = search_table(object.dlfo_eh_frame, pc);
    if (record == NULL)
        return without_information(pc);
    if (!open_record(record, &c))
        return unknown;
    back = c.p;
    read_common(back - (int32_t)fixed(&c, 4), &common);
    if (!common.usable)
        return unknown;
    begin = encoded(&c, common.pointer_encoding);
    range = common.pointer_encoding == PE_ABSPTR ? fixed(&c, 8) : fixed(&c, 4);
    if (c.bad)
        return unknown;
    if (pc - begin >= range)
        return without_information(pc);
    skip_block(&c); /* augmentation data */
    memset(&m, 0, sizeof m);
    m.common = &common;
    if (!execute(&m, common.instructions, UINT64_MAX))
        return unknown;
    m.initial = m.row;
    m.location = begin;
    if (execute(&m, c, pc))
        rule = rule_of(&m.row);
    rule.function = begin;
    return rule;
}
