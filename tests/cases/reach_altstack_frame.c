/* SPDX-License-Identifier: MIT
 * reach_altstack_frame.c: a pointer in the frame of a handler that runs on the alternate signal stack keeps its block.
 *
 * run:
 *   args malloc
 *   direct 0 0
 * run:
 *   args mmap
 *   direct 0 0
 *   lsan-differs
 * run:
 *   args thread
 *   direct 0 0
 *   lsan-differs
 */
#include "case.h"
#include <semaphore.h>
#include <signal.h>
#include <sys/mman.h>

static sem_t ready, never;
static int in_thread;

static void handler(int signal_number)
{
    void *volatile held[3];
    held[1] = make(120);
    clear_stack();
    if (!in_thread)
        exit(held[1] == NULL);
    sem_post(&ready);
    sem_wait(&never);
    KEEP(signal_number);
    _exit(held[1] == NULL);
}

static NOINLINE void on_altstack(int mapped)
{
    size_t size = 512 * 1024;
    stack_t stack = { 0 };
    stack.ss_size = size;
    stack.ss_sp = mapped ? mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) : malloc(size);
    CHECK(sigaltstack(&stack, NULL) == 0);
    struct sigaction action = { 0 };
    action.sa_handler = handler;
    action.sa_flags = SA_ONSTACK;
    CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
}

static void *body(void *unused)
{
    on_altstack(0);
    clear_stack();
    pthread_kill(pthread_self(), SIGUSR1);
    return unused;
}

int main(int argc, char **argv)
{
    const char *how = argc > 1 ? argv[1] : "";
    in_thread = !strcmp(how, "thread");
    if (in_thread) {
        pthread_t thread;
        sem_init(&ready, 0, 0);
        sem_init(&never, 0, 0);
        CHECK(pthread_create(&thread, NULL, body, NULL) == 0);
        sem_wait(&ready);
        return 0;
    }
    on_altstack(!strcmp(how, "mmap"));
    clear_stack();
    raise(SIGUSR1);
    return 1;
}
