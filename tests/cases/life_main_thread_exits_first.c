/* SPDX-License-Identifier: MIT
 * life_main_thread_exits_first.c: main ends by pthread_exit; the report comes when the last thread ends.
 *
 * run:
 *   direct 2 12
 *   status 0
 */
#include "case.h"
#include <dirent.h>

static void *body(void *main_thread)
{
    pthread_join(*(pthread_t *)main_thread, NULL);
    lose(7, 1);
    return NULL;
}

int main(void)
{
    static pthread_t self;
    pthread_t thread;
    self = pthread_self();
    CHECK(pthread_create(&thread, NULL, body, &self) == 0);
    pthread_detach(thread);
    lose(5, 1);
    pthread_exit(NULL);
}
