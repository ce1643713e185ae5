/* SPDX-License-Identifier: MIT
 * leaky_server.c: a threaded server of sessions that loses one block in every so many requests; for benchmarks and the soak.
 *
 * Usage: leaky_server MEGABYTES REQUESTS_PER_LOSS [PORT].  It keeps a heap of
 * linked objects, prints the port of the loopback on which it listens, and has a thread
 * for each connection.  Messages are of 64 bytes, both ways; the first byte says:
 *
 *   r   a request: parsed into a list, a session replaced, sometimes a block lost
 *   k   the same, but a known one: nothing is lost
 *   q   how much is lost by now: "OBJECTS BYTES", which the losses precede
 *   m   a check: "OWN OBJECTS BYTES", what the library maps for itself after it,
 *       and what the check found newly lost; zeros without the library
 *   e   the end of the process
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../include/leaksgc.h"

extern int leaksgc_check(struct leaksgc_result *out) __attribute__((weak));

enum { MESSAGE = 64, SESSIONS = 4096, OBJECT = 64, LOST = 104, FIELDS = 8 };

struct field { struct field *next; char text[MESSAGE]; };
struct object { struct object *next, *other; };

static struct object **heap;
static void *session[SESSIONS];
static pthread_mutex_t session_lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_ulong requests, lost_objects, lost_bytes;
static unsigned long requests_per_loss;
static void *volatile hidden;
static void *(*volatile copy)(void *, const void *, size_t) = memcpy;

static void *need(void *p)
{
    if (p == NULL)
        abort();
    return p;
}

static void build(size_t objects)
{
    unsigned seed = 1;

    heap = need(malloc((objects + 1) * sizeof *heap));
    for (size_t i = 0; i < objects; i++)
        heap[i] = need(calloc(1, OBJECT));
    for (size_t i = 0; i < objects; i++) {
        heap[i]->next = heap[((size_t)rand_r(&seed) << 15 ^ (size_t)rand_r(&seed)) % objects];
        heap[i]->other = heap[((size_t)rand_r(&seed) << 15 ^ (size_t)rand_r(&seed)) % objects];
    }
}

/* Overwrites what calls leave on the stack and in vector registers: a thread
 * that sleeps would keep what it has just lost. */
static __attribute__((noinline)) void wipe(void)
{
    volatile char dead[4096];

    for (size_t i = 0; i < sizeof dead; i++)
        dead[i] = 0;
    for (size_t n = 8; n <= sizeof dead / 2; n *= 2)
        copy((char *)dead, (char *)dead + sizeof dead / 2, n);
}

static __attribute__((noinline)) void lose(void)
{
    hidden = need(malloc(LOST));
    hidden = NULL;
    wipe();
    atomic_fetch_add(&lost_objects, 1);
    atomic_fetch_add(&lost_bytes, LOST);
}

/* What a server does for a request: small blocks that live as long, and one
 * that replaces another in a table. */
static void serve(const char *message)
{
    unsigned long number = atomic_fetch_add(&requests, 1) + 1;
    struct field *fields = NULL;
    void *old, *new;

    for (int i = 0; i < FIELDS; i++) {
        struct field *f = need(malloc(sizeof *f));

        memcpy(f->text, message, MESSAGE);
        f->next = fields;
        fields = f;
    }
    new = need(malloc(200 + number * 7919 % 800));
    memcpy(new, message, MESSAGE);
    pthread_mutex_lock(&session_lock);
    old = session[number * 2654435761u % SESSIONS];
    session[number * 2654435761u % SESSIONS] = new;
    pthread_mutex_unlock(&session_lock);
    free(old);
    while (fields != NULL) {
        struct field *next = fields->next;

        free(fields);
        fields = next;
    }
    if (message[0] == 'r' && requests_per_loss != 0 && number % requests_per_loss == 0)
        lose();
}

static void say_own(char *message)
{
    struct leaksgc_result r = { 0 };

    if (leaksgc_check != NULL && leaksgc_check(&r) < 0)
        memset(&r, 0, sizeof r);
    snprintf(message, MESSAGE, "%lu %lu %lu\n", (unsigned long)(r.sys - r.heap_sys),
             (unsigned long)r.fresh.objects, (unsigned long)r.fresh.bytes);
}

static int receive(int fd, char *message)
{
    size_t got = 0;

    while (got < MESSAGE) {
        ssize_t n = recv(fd, message + got, MESSAGE - got, 0);

        if (n <= 0)
            return 0;
        got += (size_t)n;
    }
    return 1;
}

static void *connection(void *arg)
{
    char message[MESSAGE];
    int fd = (int)(long)arg;

    while (receive(fd, message)) {
        if (message[0] == 'r' || message[0] == 'k')
            serve(message);
        if (message[0] == 'q')
            snprintf(message, MESSAGE, "%lu %lu\n", atomic_load(&lost_objects), atomic_load(&lost_bytes));
        if (message[0] == 'm')
            say_own(message);
        if (message[0] == 'e')
            exit(0);
        if (send(fd, message, MESSAGE, MSG_NOSIGNAL) != MESSAGE)
            break;
    }
    close(fd);
    return NULL;
}

static int listen_at(int port)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                   .sin_port = htons((unsigned short)port) };
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&address, length) != 0 || listen(fd, 128) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &length) != 0) {
        perror("leaky_server");
        exit(1);
    }
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return fd;
}

int main(int argc, char **argv)
{
    pthread_attr_t attr;
    int listener, one = 1;

    if (argc != 3 && argc != 4) {
        fprintf(stderr, "usage: leaky_server MEGABYTES REQUESTS_PER_LOSS [PORT]\n");
        return 2;
    }
    requests_per_loss = strtoul(argv[2], NULL, 10);
    build((strtoul(argv[1], NULL, 10) << 20) / OBJECT);
    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    listener = listen_at(argc > 3 ? atoi(argv[3]) : 0);
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        pthread_t thread;

        if (fd < 0)
            continue;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        if (pthread_create(&thread, &attr, connection, (void *)(long)fd) != 0)
            close(fd);
    }
}
