/* SPDX-License-Identifier: MIT
 * reclaim_quarantine.c: a block whose only pointer was disguised survives quarantine and is reported as a false leak, whether it changes, comes back, or is freed; its whole site is left alone; what is lost is freed.
 *
 * run: reclaim=quarantine:min_age=0
 *   args change
 *   direct 1 77
 *   reports any
 * run: reclaim=quarantine:min_age=0
 *   args return
 *   direct 0 0
 *   reports any
 * run: reclaim=quarantine:min_age=0
 *   args free
 *   direct 0 0
 *   reports any
 */
#include "case.h"
#include "api.h"

static uintptr_t hidden;
void *shown;

static NOINLINE void hide_one(void)
{
    hidden = HIDE(make(77));
    clear_stack();
}

static NOINLINE void use_it(const char *how)
{
    unsigned char *p = REVEAL(hidden);
    for (int i = 0; i < 77; i++)
        CHECK(p[i] == 0x11);
    if (strcmp(how, "change") == 0)
        p[3] = 7;
    else if (strcmp(how, "return") == 0)
        shown = p;
    else
        free(p);
    clear_stack();
}

int main(int argc, char **argv)
{
    struct leaksgc_result r;
    CHECK(argc == 2);
    hide_one();
    lose(50, 5);
    if (!leaksgc_check) {
        use_it("free");
        return 0;
    }
    check_now();
    r = check_now(); /* into quarantine */
    CHECK(r.reclaimed.objects == 0);
    use_it(argv[1]);
    r = check_now();
    CHECK(r.reclaimed.objects == 0 && r.false_leaks.objects == 1 && r.false_leaks.bytes == 77);
    check_now();
    r = check_now();
    CHECK(r.reclaimed.objects == 5 && r.reclaimed.bytes == 250);
    r = check_now();
    CHECK(r.reclaimed.objects == 5 && r.false_leaks.objects == 1);
    CHECK(r.direct.objects == (strcmp(argv[1], "change") == 0));
    if (strcmp(argv[1], "free") != 0)
        CHECK(((unsigned char *)REVEAL(hidden))[5] == 0x11);
    shown = strcmp(argv[1], "return") == 0 ? REVEAL(hidden) : NULL;
    return 0;
}
