/* SPDX-License-Identifier: MIT
 * api_disable_is_per_thread.c: disable concerns its own thread, disable_all every thread.
 *
 * run:
 *   args one
 *   direct 1 21
 *   stack make lose body
 * run:
 *   args all
 *   direct 0 0
 */
#include "case.h"
#include "api.h"

static void *body(void *unused)
{
    lose(21, 1);
    return unused;
}

int main(int argc, char **argv)
{
    pthread_t thread;
    int all = argc > 1 && !strcmp(argv[1], "all");
    NEED(leaksgc_disable && leaksgc_disable_all);
    (all ? leaksgc_disable_all : leaksgc_disable)();
    CHECK(pthread_create(&thread, NULL, body, NULL) == 0);
    pthread_join(thread, NULL);
    lose(20, 1);
    (all ? leaksgc_enable_all : leaksgc_enable)();
    return 0;
}
