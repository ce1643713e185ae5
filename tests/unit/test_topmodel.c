/* SPDX-License-Identifier: MIT
 * test_topmodel.c: what leaksgc top shows: rates, order, filter, the mark, lines of any width. */
#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "tool/topmodel.h"

static struct lgc_toplist_row row[5];
static struct lgc_toplist list = { .row = row };
static struct lgc_heapview view = { .sites = &list };
static struct lgc_top top;

static void site(unsigned i, const char *label, uint64_t bytes, uint64_t objects)
{
    row[i] = (struct lgc_toplist_row){ .stack = i + 100, .bytes = bytes, .objects = objects, .frames = "#0  deep_down\n" };
    snprintf(row[i].label, sizeof row[i].label, "%s", label);
    list.n = list.n > i + 1 ? list.n : i + 1;
}

static void update(uint64_t seconds, uint64_t allocated, uint64_t freed)
{
    view.time_ns = seconds * 1000000000;
    view.value[LGC_HEAPVIEW_ALLOCATED] = allocated;
    view.value[LGC_HEAPVIEW_FREED] = freed;
    view.value[LGC_HEAPVIEW_LIVE] = allocated - freed;
    cr_assert(lgc_top_update(&top, &view));
}

static const char *shown(void)
{
    static char text[256];
    text[0] = '\0';
    for (size_t i = 0; i < top.nshown; i++)
        strcat(strcat(text, top.site[top.shown[i]].label), " ");
    return text;
}

static void three(void)
{
    site(0, "b", 300, 1);
    site(1, "c", 100, 9);
    site(2, "a", 200, 5);
    update(10, 1000, 400);
}

Test(topmodel, orders)
{
    three();
    cr_expect_str_eq(shown(), "b a c ");
    top.order = LGC_TOP_OBJECTS;
    lgc_top_arrange(&top);
    cr_expect_str_eq(shown(), "c a b ");
    top.order = LGC_TOP_SITE;
    lgc_top_arrange(&top);
    cr_expect_str_eq(shown(), "a b c ");
    top.backwards = true;
    lgc_top_arrange(&top);
    cr_expect_str_eq(shown(), "c b a ");
    top.backwards = false;
    row[1].bytes = 200;
    row[2].bytes = 250;
    update(12, 1100, 450);
    top.order = LGC_TOP_GROWTH;
    lgc_top_arrange(&top);
    cr_expect_str_eq(shown(), "c a b ");
    for (int i = 0; i < LGC_TOP_ORDERS; i++)
        cr_expect_not_null(lgc_top_order_name((enum lgc_top_order)i));
    cr_expect_null(lgc_top_order_name(LGC_TOP_ORDERS));
}

Test(topmodel, rates_are_of_the_time_between)
{
    three();
    cr_expect_eq(top.allocated, 0, "nothing is known at first");
    row[0].bytes = 700;
    site(3, "new", 1000, 1);
    update(12, 5000, 2400);
    cr_expect_float_eq(top.allocated, 2000, 1e-9);
    cr_expect_float_eq(top.freed, 1000, 1e-9);
    cr_expect_float_eq(top.site[0].growth, 200, 1e-9);
    cr_expect_eq(top.site[3].growth, 0, "not listed before");
    row[0].bytes = 100;
    update(13, 5000, 2400);
    cr_expect_float_eq(top.site[0].growth, -600, 1e-9);
    cr_expect_eq(top.site[0].first_bytes, 300);
    update(13, 6000, 2400);
    cr_expect_eq(top.allocated, 0, "no time has passed");
}

Test(topmodel, filter_and_mark)
{
    three();
    lgc_top_move(&top, 1, 10);
    cr_expect_str_eq(lgc_top_marked(&top)->label, "a");
    row[2].bytes = 900;
    update(11, 2000, 400);
    cr_expect_str_eq(lgc_top_marked(&top)->label, "a", "the mark stays at its site");
    cr_expect_eq(top.selected, 0);
    strcpy(top.filter, "DEEP");
    lgc_top_arrange(&top);
    cr_expect_eq(top.nshown, 3, "frames count, of any case");
    strcpy(top.filter, "c");
    lgc_top_arrange(&top);
    cr_expect_str_eq(shown(), "c ");
    cr_expect_str_eq(lgc_top_marked(&top)->label, "c");
    strcpy(top.filter, "zzz");
    lgc_top_arrange(&top);
    cr_expect_null(lgc_top_marked(&top));
    lgc_top_move(&top, 5, 10);
    lgc_top_move(&top, -5, 10);
    list.n = 0;
    update(12, 2000, 400);
    cr_expect_null(lgc_top_marked(&top));
    lgc_top_free(&top);
}

Test(topmodel, scrolling_shows_the_mark_and_no_empty_rows)
{
    for (unsigned i = 0; i < 5; i++)
        site(i, (char[]){ (char)('a' + i), 0 }, 500 - i, 1);
    update(1, 10000, 0);
    lgc_top_move(&top, 3, 2);
    cr_expect(top.selected == 3 && top.first == 2);
    lgc_top_move(&top, 100, 2);
    cr_expect(top.selected == 4 && top.first == 3);
    lgc_top_move(&top, -1, 2);
    cr_expect(top.selected == 3 && top.first == 3);
    lgc_top_move(&top, -100, 2);
    cr_expect(top.selected == 0 && top.first == 0);
    lgc_top_move(&top, 4, 3);
    lgc_top_move(&top, 0, 10);
    cr_expect_eq(top.first, 0, "a larger terminal");
    lgc_top_move(&top, 0, 0);
}

Test(topmodel, lines_of_every_width)
{
    char line[1024];
    setlocale(LC_CTYPE, "C.UTF-8");
    site(0, "fünf \xff <\xe6\x97\xa5\xe6\x9c\xac> \x1b[2J\x9b end", 300, 1);
    update(10, 1000, 400);
    for (unsigned width = 0; width < 250; width++) {
        for (size_t size = 1; size <= sizeof line; size = size * 2 + 1) {
            lgc_top_row(&top, 0, line, size < sizeof line ? size : sizeof line, width);
            cr_assert_leq(strlen(line), width + width / 2 + 16);
            cr_assert_null(strchr(line, '\x1b'));
            lgc_top_history_line(&top, true, line, size < sizeof line ? size : sizeof line, width);
            lgc_top_heading(line, size < sizeof line ? size : sizeof line, width);
            lgc_top_memory_line(&top, line, size < sizeof line ? size : sizeof line, width);
            lgc_top_rate_line(&top, line, size < sizeof line ? size : sizeof line, width);
        }
    }
    lgc_top_row(&top, 0, line, sizeof line, 200);
    cr_expect_str_eq(strstr(line, "f\xc3\xbcnf"), "fünf ? <日本> ?[2J? end");
    lgc_top_text(line, sizeof line, "日本", 3);
    cr_expect_str_eq(line, "日", "two columns each");
    setlocale(LC_CTYPE, "C");
    lgc_top_text(line, sizeof line, "fünf\nx", 10);
    cr_expect_str_eq(line, "f??nf");
}

Test(topmodel, history)
{
    char line[1024];
    for (unsigned i = 0; i < LGC_TOP_HISTORY + 50; i++)
        update(i + 1, 100 + i, 0);
    cr_expect_eq(top.nhistory, LGC_TOP_HISTORY);
    cr_expect_eq(top.history[LGC_TOP_HISTORY - 1], 100 + LGC_TOP_HISTORY + 49);
    lgc_top_history_line(&top, false, line, sizeof line, 15);
    cr_expect_eq(strlen(line), 15);
    cr_expect_str_eq(line, "live ##########");
}
