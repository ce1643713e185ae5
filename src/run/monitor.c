/* SPDX-License-Identifier: MIT
 * monitor.c: answers that need no check: the heap, samples, churn. */
#include <errno.h>
#include <unistd.h>

#include "base/mem.h"
#include "capture/copied.h"
#include "control/message.h"
#include "find/live.h"
#include "run/answer.h"
#include "run/churn.h"
#include "run/deliver.h"
#include "run/numbers.h"
#include "run/sample.h"

static struct lgc_grouping grouping;

/* The grouping as a finding stream, and away with it; false with errno. */
static bool write_grouping(struct lgc_answer *a, bool built)
{
    errno = ENOMEM;
    if (built) {
        grouping.finding.pid = (uint32_t)getpid();
        grouping.finding.reason = "heap";
        built = lgc_deliver_stream(&grouping.finding, a->file);
    }
    lgc_group_free(&grouping);
    if (built)
        lgc_answer_rewind(a);
    else
        lgc_answer_fail(a, "the sites could not be listed");
    return built;
}

/* The largest live sites as a finding stream. */
static bool write_top(struct lgc_answer *a, size_t top)
{
    struct lgc_live live;
    bool good = lgc_live_count(&live) && lgc_live_build(&grouping, &live, top);

    lgc_live_free(&live);
    return write_grouping(a, good);
}

void lgc_answer_heap(struct lgc_answer *a, size_t top)
{
    struct leaksgc_heap h;

    if (top > 0 && (!lgc_answer_open(a) || !write_top(a, top)))
        return;
    lgc_numbers_heap(&h);
    lgc_out_str(&a->text, LGC_MESSAGE_OK);
    lgc_answer_put(a, "time", (uint64_t)h.time_ns);
    lgc_answer_put(a, "process", h.process_bytes);
    lgc_answer_put(a, "allocated", h.allocated_bytes);
    lgc_answer_put(a, "freed", h.freed_bytes);
    lgc_answer_put(a, "live", h.live_bytes);
    lgc_answer_put(a, "unused", h.unused_bytes);
    lgc_answer_put(a, "largest", h.largest_bytes);
    lgc_answer_put(a, "samples", lgc_sample_count());
    lgc_answer_put(a, "samples_evicted", lgc_sample_evicted());
}

/* n rows as a finding stream; frees them. */
static bool write_rows(struct lgc_answer *a, struct lgc_live_row *row, size_t n, size_t size)
{
    bool good = row != NULL && lgc_answer_open(a);

    good = good && write_grouping(a, lgc_live_rows(&grouping, row, n));
    lgc_mem_unmap(row, size);
    return good;
}

static void fail_for_memory(struct lgc_answer *a)
{
    errno = ENOMEM;
    lgc_answer_fail(a, "the sites could not be listed");
}

void lgc_answer_samples(struct lgc_answer *a, size_t top)
{
    size_t n, size = (top + 1) * sizeof(struct lgc_live_row);
    size_t sample_size = (top + 1) * sizeof(struct lgc_sample);
    struct lgc_live_row *row = lgc_mem_map(size);
    struct lgc_sample *sample = lgc_mem_map(sample_size);

    if (row == NULL || sample == NULL) {
        lgc_mem_unmap(row, size);
        lgc_mem_unmap(sample, sample_size);
        fail_for_memory(a);
        return;
    }
    n = lgc_sample_top(sample, top);
    for (size_t i = 0; i < n; i++)
        row[i] = (struct lgc_live_row){ sample[i].site, LGC_KIND_REACHABLE, { sample[i].bytes, 1 },
                                        { 0, 0 }, sample[i].time_ns };
    lgc_mem_unmap(sample, sample_size);
    if (write_rows(a, row, n, size))
        lgc_out_str(&a->text, LGC_MESSAGE_OK);
}

/* ---- churn ------------------------------------------------------------ */

/* The `top` largest of `copied` to its beginning; returns how many. */
static size_t select_copied(struct lgc_copied *copied, size_t n, size_t top)
{
    for (size_t i = 0; i < n && i < top; i++) {
        size_t most = i;
        struct lgc_copied was = copied[i];

        for (size_t k = i + 1; k < n; k++)
            most = copied[k].bytes > copied[most].bytes ? k : most;
        copied[i] = copied[most];
        copied[most] = was;
    }
    return n < top ? n : top;
}

static size_t fill_copied(struct lgc_answer *a, struct lgc_live_row *row, size_t top)
{
    static struct lgc_copied copied[LGC_COPIED_SITES];
    size_t n = lgc_copied_read(copied);
    struct lgc_amount sum = { 0, 0 };

    for (size_t i = 0; i < n; i++) {
        sum.bytes += copied[i].bytes;
        sum.objects += copied[i].times;
    }
    lgc_answer_put(a, "copied_bytes", sum.bytes);
    lgc_answer_put(a, "copied_times", sum.objects);
    n = select_copied(copied, n, top);
    for (size_t i = 0; i < n; i++)
        row[i] = (struct lgc_live_row){ copied[i].site, LGC_KIND_REACHABLE,
                                        { copied[i].bytes, copied[i].times }, { 0, 0 }, 0 };
    return n;
}

void lgc_answer_churn(struct lgc_answer *a, struct lgc_churn *churn, size_t top)
{
    size_t size = (2 * top + 1) * sizeof(struct lgc_live_row);
    size_t sites = lgc_churn_sort(churn), n = sites < top ? sites : top;
    struct lgc_live_row *row = lgc_mem_map(size);

    if (row == NULL) {
        fail_for_memory(a);
        return;
    }
    lgc_out_str(&a->text, LGC_MESSAGE_OK);
    for (size_t i = 0; i < n; i++) {
        const struct lgc_churn_site *s = &churn->site[i];

        row[i] = (struct lgc_live_row){ s->site, LGC_KIND_POSSIBLE, { s->bytes, s->objects },
                                        { s->objects, s->hits }, 0 };
    }
    lgc_answer_put(a, "samples", churn->samples);
    lgc_answer_put(a, "allocations", churn->allocated);
    lgc_answer_put(a, "sites", sites);
    lgc_answer_put(a, "missed", churn->missed);
    n += fill_copied(a, row + n, top);
    write_rows(a, row, n, size);
}
