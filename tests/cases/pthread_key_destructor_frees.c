/* SPDX-License-Identifier: MIT
 * pthread_key_destructor_frees.c: what a key's destructor frees when its thread ends is no leak; without one it is.
 *
 * run:
 *   direct 5 50
 *   stack make body
 */
#include "case.h"

static pthread_key_t freed, lost;

static void *body(void *unused)
{
    void *p = make(30);
    pthread_setspecific(freed, p);
    p = make(10);
    pthread_setspecific(lost, p);
    return unused;
}

int main(void)
{
    pthread_key_create(&freed, free);
    pthread_key_create(&lost, NULL);
    for (int i = 0; i < 5; i++) {
        pthread_t thread;
        CHECK(pthread_create(&thread, NULL, body, NULL) == 0);
        pthread_join(thread, NULL);
    }
    clear_stack();
    return 0;
}
