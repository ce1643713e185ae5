/* SPDX-License-Identifier: MIT
 * reach_dlopen_tls.c: a pointer in the thread-local variable of a dlopened library keeps its block, in every thread.
 *
 * plugin: tls
 *
 * run: use_tls=1
 *   args main
 *   direct 0 0
 * run: use_tls=0
 *   args main
 *   direct any
 *   indirect any
 *   site 1 109 make hold main
 * run: use_tls=1
 *   args thread
 *   direct 0 0
 * run: use_tls=0:use_mmap=0
 *   args thread
 *   direct any
 *   indirect any
 *   site 1 109 make hold body
 */
#ifdef PLUGIN
/* Too large for the static TLS surplus: always dynamic. */
__thread struct { char pad[8192]; void *p; char more[8192]; } held;
void set_held(void *p)
{
    held.p = p;
}
#else
#include "case.h"
#include <dlfcn.h>
#include <semaphore.h>

static sem_t ready, never;
static void (*set_held)(void *);

static NOINLINE void hold(void)
{
    set_held(make(109));
    HERE();
}

static void *body(void *unused)
{
    hold();
    clear_stack();
    sem_post(&ready);
    sem_wait(&never);
    return unused;
}

int main(int argc, char **argv)
{
    pthread_t thread;
    CHECK(argc == 2);
    void *library = dlopen(plugin_path("tls"), RTLD_NOW);
    CHECK(library);
    set_held = (void (*)(void *))dlsym(library, "set_held");
    CHECK(set_held);
    if (!strcmp(argv[1], "main")) {
        hold();
    } else {
        sem_init(&ready, 0, 0);
        sem_init(&never, 0, 0);
        CHECK(pthread_create(&thread, NULL, body, NULL) == 0);
        sem_wait(&ready);
    }
    clear_stack();
    return 0;
}
#endif
