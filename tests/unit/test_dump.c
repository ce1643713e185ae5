/* SPDX-License-Identifier: MIT
 * test_dump.c: what is written is read back the same, and no input, however
 * damaged, is read as a whole finding or does harm. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dump/read.h"
#include "dump/write.h"
#include "sample.h"

static char why[200];

static struct lgc_finding *read_text(const char *text, size_t size)
{
    FILE *in = fmemopen((void *)(uintptr_t)text, size, "r");
    if (in == NULL)
        abort();
    why[0] = '\0';
    struct lgc_finding *f = lgc_dump_read(in, why, sizeof why);
    cr_expect((f == NULL) == (why[0] != '\0'), "a failure has a reason, a success none");
    fclose(in);
    return f;
}

static char *write_text(const struct lgc_finding *f)
{
    struct lgc_out out;
    sample_open(&out);
    cr_expect(lgc_dump_write(&out, f));
    return sample_close(&out);
}

static void expect_same_text(const char *a, const char *b)
{
    cr_expect((a == NULL) == (b == NULL));
    if (a != NULL && b != NULL)
        cr_expect_str_eq(a, b);
}

static void expect_same_group(const struct lgc_group *a, const struct lgc_group *b)
{
    cr_expect_eq(a->kind, b->kind);
    cr_expect_eq(memcmp(&a->amount, &b->amount, sizeof a->amount), 0);
    cr_expect_eq(memcmp(&a->held, &b->held, sizeof a->held), 0);
    cr_expect_eq(a->first_time_ns, b->first_time_ns);
    cr_expect_eq(a->last_time_ns, b->last_time_ns);
    cr_expect_eq(a->last_reachable_check, b->last_reachable_check);
    cr_expect_eq(a->found_check, b->found_check);
    cr_expect_eq(a->section, b->section);
    cr_expect_eq(memcmp(&a->fresh, &b->fresh, sizeof a->fresh), 0);
    cr_expect_eq(a->growth_checks, b->growth_checks);
    cr_expect_eq(a->growth_bytes, b->growth_bytes);
    cr_assert_eq(a->nframes, b->nframes);
    cr_assert_eq(a->nthreads, b->nthreads);
    cr_expect_eq(a->number, b->number);
    cr_assert_eq(a->nhangs, b->nhangs);
    for (uint32_t i = 0; i < a->nhangs; i++)
        cr_expect(a->hangs[i].number == b->hangs[i].number
                  && a->hangs[i].amount.bytes == b->hangs[i].amount.bytes
                  && a->hangs[i].amount.objects == b->hangs[i].amount.objects);
    cr_expect_null(b->suppressed_by);
    for (uint32_t i = 0; i < a->nframes; i++) {
        cr_expect_eq(a->frames[i].pc, b->frames[i].pc);
        cr_expect_eq(a->frames[i].module, b->frames[i].module);
        cr_expect_eq(a->frames[i].exact, b->frames[i].exact);
        cr_expect_eq(a->frames[i].folded, b->frames[i].folded);
    }
    for (uint32_t i = 0; i < a->nthreads; i++)
        cr_expect_eq(a->threads[i], b->threads[i]);
}

Test(dump, round_trip)
{
    struct lgc_finding *a = sample();
    a->way_reason = "fork: no memory";
    a->only_new = a->encode = true;
    a->groups[1].growth_bytes = -5;
    a->groups[1].growth_checks = 7;
    a->groups[2].section = LGC_SECTION_THREAD;
    char *text = write_text(a);
    struct lgc_finding *b = read_text(text, strlen(text));
    cr_assert_not_null(b, "%s", why);
    cr_expect_eq(a->pid, b->pid);
    cr_expect_eq(a->check, b->check);
    cr_expect_eq(a->time_ns, b->time_ns);
    expect_same_text(a->reason, b->reason);
    expect_same_text(a->exe, b->exe);
    cr_expect_eq(a->pause_ns, b->pause_ns);
    cr_expect_eq(a->duration_ns, b->duration_ns);
    cr_expect_eq(a->stopped_threads, b->stopped_threads);
    expect_same_text(a->way, b->way);
    expect_same_text(a->way_reason, b->way_reason);
    cr_expect_eq(a->snapshot_bytes, b->snapshot_bytes);
    cr_expect_eq(a->only_new, b->only_new);
    cr_expect_eq(a->encode, b->encode);
    cr_expect_eq(memcmp(&a->fresh, &b->fresh, sizeof a->fresh), 0);
    cr_expect_eq(memcmp(&a->live, &b->live, sizeof a->live), 0);
    cr_expect_eq(memcmp(a->total, b->total, sizeof a->total), 0);
    cr_assert(a->nnotes == b->nnotes && a->nsuppressions == b->nsuppressions);
    cr_assert(a->nmodules == b->nmodules && a->nthreads == b->nthreads && a->ngroups == b->ngroups);
    expect_same_text(a->notes[0], b->notes[0]);
    expect_same_text(a->suppressions[0], b->suppressions[0]);
    for (size_t i = 0; i < a->nmodules; i++) {
        cr_expect_eq(a->modules[i].start, b->modules[i].start);
        cr_expect_eq(a->modules[i].end, b->modules[i].end);
        cr_expect_eq(a->modules[i].bias, b->modules[i].bias);
        cr_expect_eq(a->modules[i].unloaded, b->modules[i].unloaded);
        expect_same_text(a->modules[i].path, b->modules[i].path);
        expect_same_text(a->modules[i].build_id, b->modules[i].build_id);
    }
    for (size_t i = 0; i < a->nthreads; i++) {
        cr_expect_eq(a->threads[i].id, b->threads[i].id);
        cr_expect_eq(a->threads[i].tid, b->threads[i].tid);
        expect_same_text(a->threads[i].name, b->threads[i].name);
        expect_same_text(a->threads[i].tag, b->threads[i].tag);
    }
    for (size_t i = 0; i < a->ngroups; i++)
        expect_same_group(&a->groups[i], &b->groups[i]);
    char *again = write_text(b);
    cr_expect_str_eq(text, again);
    free(again);
    free(text);
    lgc_dump_free(b);
}

Test(dump, texts_of_any_bytes)
{
    static const char *const texts[] = { "", "-", "--", "%", "%2d", " ", "\n", "a b\tc\n",
        "\x01\x7f\x80\xff", "\xc3\xa4", "100% of \"it\"" };
    struct lgc_finding *f = sample();
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        f->exe = texts[i];
        char *text = write_text(f);
        struct lgc_finding *back = read_text(text, strlen(text));
        cr_assert_not_null(back, "text %zu: %s", i, why);
        cr_expect_str_eq(back->exe, texts[i]);
        lgc_dump_free(back);
        free(text);
    }
}

Test(dump, numbers_at_their_limits)
{
    struct lgc_finding *f = sample();
    f->pid = UINT32_MAX;
    f->time_ns = -INT64_MAX;
    f->live.bytes = UINT64_MAX;
    char *text = write_text(f);
    struct lgc_finding *back = read_text(text, strlen(text));
    cr_assert_not_null(back, "%s", why);
    cr_expect_eq(back->pid, UINT32_MAX);
    cr_expect_eq(back->time_ns, -INT64_MAX);
    cr_expect_eq(back->live.bytes, UINT64_MAX);
    lgc_dump_free(back);
    free(text);
}

Test(dump, every_truncation_is_refused)
{
    char *text = write_text(sample());
    for (size_t n = 0; n < strlen(text); n++) {
        char *part = malloc(n + 1);     /* exact size: an overrun is seen */
        memcpy(part, text, n);
        struct lgc_finding *f = n > 0 ? read_text(part, n) : NULL;
        cr_expect_null(f, "%zu bytes are taken for a whole finding", n);
        lgc_dump_free(f);
        free(part);
    }
    free(text);
}

Test(dump, hostile_lines)
{
#define HEAD "leaksgc-finding 1\nprocess 1 1 1 exit -\npause 1 1 1\nlive 1 1\n"
#define MODULE HEAD "module 0 1 0 - /x 0\n"
#define GROUP MODULE "group 0 1 1 0 0 0 0 0 1 0\n"
    static const char *const bad[] = {
        "\n", "leaksgc-finding\n", "leaksgc-finding 2\n", "leaksgc-finding 1 1\n",
        "leaksgc-finding 1\nend 0\n",
        "leaksgc-finding 1\nprocess 1 1 1 exit -\nend 0\n",
        "leaksgc-finding 1\npause 1 1 1\nprocess 1 1 1 exit -\nlive 1 1\nend 0\n",
        HEAD "process 1 1 1 exit -\nend 0\n", HEAD "end 1\n", HEAD "end 0\nend 0\n",
        HEAD "end 0\n\n", HEAD "end 0\nnote x\n", HEAD "unknown\nend 0\n", HEAD "\nend 0\n",
        HEAD " end 0\n", HEAD "end  0\n", HEAD "end 0 \n", HEAD "end -1\n", HEAD "end 0x0\n",
        HEAD "total 4 1 1\nend 0\n", HEAD "total 99999999999 1 1\nend 0\n",
        HEAD "note -\nend 0\n", HEAD "note a b\nend 0\n", HEAD "note %\x30\x30\nend 0\n",
        HEAD "note %zz\nend 0\n", HEAD "note a%2\nend 0\n",
        HEAD "frame r 1 -\nend 0\n",
        GROUP "frame r 1 1\nend 1\n", GROUP "frame r 1 4294967295\nend 1\n",
        GROUP "frame y 1 0\nend 1\n", GROUP "frame r 11111111111111111 0\nend 1\n",
        GROUP "frame r 0X1 0\nend 1\n", GROUP "module 0 1 0 - /x 0\nend 1\n",
        GROUP "end 2\n", GROUP "end 0\n",
        MODULE "group 0 1 1 0 0 0 0 0 1 4294967295 1 2\nend 1\n",
        MODULE "group 0 1 1 0 0 0 0 0 1 1\nend 1\n",
        MODULE "group 0 1 1 0 0 0 0 0 1 0 7\nend 1\n",
        MODULE "group 7 1 1 0 0 0 0 0 1 0\nend 1\n",
        MODULE "group 0 18446744073709551616 1 0 0 0 0 0 1 0\nend 1\n",
        MODULE "group 0 1 1 0 0 9223372036854775808 0 0 1 0\nend 1\n",
        MODULE "thread 4294967296 1 - -\nend 0\n",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct lgc_finding *f = read_text(bad[i], strlen(bad[i]));
        cr_expect_null(f, "taken: %s", bad[i]);
        lgc_dump_free(f);
    }
    struct lgc_finding *good = read_text(GROUP "frame x ff 0\nend 1\n",
                                         strlen(GROUP "frame x ff 0\nend 1\n"));
    cr_expect_not_null(good, "what the bad ones are made of is good: %s", why);
    lgc_dump_free(good);
}

Test(dump, newer_version_is_said)
{
    static const char newer[] = "leaksgc-finding 2\nwhatever\n";
    cr_expect_null(read_text(newer, sizeof newer - 1));
    cr_expect_not_null(strstr(why, "version"), "%s", why);
}

Test(dump, a_nul_byte_is_refused)
{
    static const char text[] = "leaksgc-finding 1\nprocess 1 1 1 exit -\npause 1 1 1\0\nlive 1 1\n";
    cr_expect_null(read_text(text, sizeof text - 1));
}

/* A fixed sequence: a failure can be repeated. */
static uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

/* Whatever is read must be sound: every text and index is used. */
static void touch(const struct lgc_finding *f)
{
    struct lgc_out out;
    struct lgc_report_style style = { .kinds = SAMPLE_ALL, .say_clean = true, .print_suppressions = true };
    for (unsigned i = 0; lgc_report_format_name(i) != NULL; i++) {
        lgc_out_init(&out, -1);
        lgc_report_write(&out, lgc_report_format_name(i), f, NULL, &style);
    }
}

Test(dump, mutations, .timeout = 120)
{
    static const char alphabet[] = "0123456789 -%\n\tabcdefrx";
    char *text = write_text(sample());
    size_t n = strlen(text);
    uint32_t state = 12345;
    unsigned taken = 0;
    for (int round = 0; round < 20000; round++) {
        char *mutant = malloc(n);
        memcpy(mutant, text, n);
        size_t size = n;
        for (unsigned k = next_random(&state) % 4 + 1; k > 0; k--) {
            size_t at = next_random(&state) % size;
            switch (next_random(&state) % 4) {
            case 0: mutant[at] ^= (char)(1 << next_random(&state) % 8); break;
            case 1: mutant[at] = alphabet[next_random(&state) % (sizeof alphabet - 1)]; break;
            case 2: memmove(mutant + at, mutant + at + 1, --size - at); break;
            default: mutant[at] = (char)next_random(&state); break;
            }
        }
        struct lgc_finding *f = read_text(mutant, size);
        if (f != NULL) {
            touch(f);
            taken++;
        }
        lgc_dump_free(f);
        free(mutant);
    }
    cr_expect_gt(taken, 100, "some mutations are harmless");
    free(text);
}

Test(dump, a_failed_write_is_said)
{
    struct lgc_out out;
    lgc_out_init(&out, -1);
    cr_expect_not(lgc_dump_write(&out, sample()));
}
