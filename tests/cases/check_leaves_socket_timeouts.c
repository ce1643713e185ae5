/* SPDX-License-Identifier: MIT
 * check_leaves_socket_timeouts.c: under checks without a pause, calls on sockets with timeouts get what comes, or EAGAIN when the time is over, or EINTR by a handler.
 *
 * run:
 *   direct 0 0
 *   stdout 14 calls: each got what came, 16 ended in time, 12 by a handler
 */
#include "case.h"
#include "api.h"
#include "checks.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <semaphore.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>

ssize_t __read_chk(int, void *, size_t, size_t);
ssize_t __recv_chk(int, void *, size_t, size_t, int);
ssize_t __recvfrom_chk(int, void *, size_t, size_t, int, struct sockaddr *, socklen_t *);

enum { READS = 9, ACCEPTS = 2, CALLS = 14, MS = 300 };
static atomic_int got, late, handled;

static ssize_t receive(int call, int fd)
{
    char byte[2];
    struct iovec part = { byte, 1 };
    struct mmsghdr several = { .msg_hdr = { .msg_iov = &part, .msg_iovlen = 1 } };
    switch (call) {
    case 0: return read(fd, byte, 1);
    case 1: return __read_chk(fd, byte, 1, sizeof byte);
    case 2: return readv(fd, &part, 1);
    case 3: return recv(fd, byte, 1, 0);
    case 4: return __recv_chk(fd, byte, 1, sizeof byte, 0);
    case 5: return recvfrom(fd, byte, 1, 0, NULL, NULL);
    case 6: return __recvfrom_chk(fd, byte, 1, sizeof byte, 0, NULL, NULL);
    case 7: return recvmsg(fd, &several.msg_hdr, 0);
    case 8: return recvmmsg(fd, &several, 1, 0, NULL);
    case 9: return accept(fd, NULL, NULL);
    default: return accept4(fd, NULL, NULL, SOCK_CLOEXEC);
    }
}

static ssize_t give(int call, int fd)
{
    static char much[1 << 16];
    struct iovec part = { much, sizeof much };
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
    switch (call) {
    case 0: return write(fd, much, sizeof much);
    case 1: return send(fd, much, sizeof much, 0);
    default: return sendmsg(fd, &message, 0);
    }
}

static void limit(int fd, int ms)
{
    struct timeval t = { ms / 1000, ms % 1000 * 1000 };
    CHECK(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t) == 0);
    CHECK(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof t) == 0);
}

static int listener(struct sockaddr_in *address)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    socklen_t n = sizeof *address;
    *address = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    CHECK(fd >= 0 && bind(fd, (struct sockaddr *)address, n) == 0 && listen(fd, 1) == 0);
    CHECK(getsockname(fd, (struct sockaddr *)address, &n) == 0);
    return fd;
}

/* What the calls wait for: that somebody writes, or connects. */
struct pair { int waits, other; struct sockaddr_in address; };

static struct pair make_pair(int call)
{
    struct pair p;
    int ends[2];
    if (call >= READS && call < READS + ACCEPTS) {
        p.waits = listener(&p.address);
        p.other = socket(AF_INET, SOCK_STREAM, 0);
        return p;
    }
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    p.waits = ends[0];
    p.other = ends[1];
    return p;
}

static void fill(int fd)
{
    char much[4096] = "";
    while (send(fd, much, sizeof much, MSG_DONTWAIT) > 0)
        ;
    while (send(fd, much, 1, MSG_DONTWAIT) > 0)
        ;
}

static ssize_t wait_with(int call, int fd)
{
    return call < READS + ACCEPTS ? receive(call, fd) : give(call - READS - ACCEPTS, fd);
}

struct job { int call; struct pair pair; };

static void *something_comes(void *argument)
{
    struct job *j = argument;
    char much[1 << 16];
    usleep(MS * 1000);
    if (j->call < READS)
        CHECK(send(j->pair.other, "x", 1, 0) == 1);
    else if (j->call < READS + ACCEPTS)
        CHECK(connect(j->pair.other, (struct sockaddr *)&j->pair.address, sizeof j->pair.address) == 0);
    else
        while (recv(j->pair.other, much, sizeof much, MSG_DONTWAIT) > 0)
            ;
    return NULL;
}

static void on_signal(int sig) { (void)sig; }

static void *wait_thrice(void *argument)
{
    struct job *j = argument;
    pthread_t other;
    int64_t begin = clock_now(CLOCK_MONOTONIC);
    if (j->call >= READS + ACCEPTS)
        fill(j->pair.waits);
    limit(j->pair.waits, MS);
    errno = 0;
    CHECK(wait_with(j->call, j->pair.waits) == -1 && errno == EAGAIN);
    CHECK(clock_now(CLOCK_MONOTONIC) - begin >= MS * 1000000);
    late++;
    limit(j->pair.waits, 3600000);
    CHECK(pthread_create(&other, NULL, something_comes, j) == 0);
    errno = 7;
    CHECK(wait_with(j->call, j->pair.waits) > 0 && errno == 7);
    CHECK(pthread_join(other, NULL) == 0);
    got++;
    return NULL;
}

/* For ever, but for the handler. */
static void *wait_for_handler(void *argument)
{
    struct job *j = argument;
    limit(j->pair.waits, 3600000);
    CHECK(wait_with(j->call, j->pair.waits) == -1 && errno == EINTR);
    handled++;
    return NULL;
}

/* A connect that waits: the queue of a local listener is full. */
static void connect_waits(void)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int server = socket(AF_UNIX, SOCK_STREAM, 0), client;
    socklen_t n = sizeof(sa_family_t);
    CHECK(bind(server, (struct sockaddr *)&address, n) == 0 && listen(server, 0) == 0);
    n = sizeof address;
    CHECK(getsockname(server, (struct sockaddr *)&address, &n) == 0);
    for (int i = 0; i < 3; i++) {
        int64_t begin = clock_now(CLOCK_MONOTONIC);
        client = socket(AF_UNIX, SOCK_STREAM, 0);
        limit(client, MS);
        if (connect(client, (struct sockaddr *)&address, n) != 0) {
            CHECK(errno == EAGAIN || errno == EINPROGRESS);
            CHECK(clock_now(CLOCK_MONOTONIC) - begin >= MS * 1000000);
            late++;
        }
    }
}

int main(void)
{
    static struct job job[CALLS], again[CALLS];
    pthread_t thread[CALLS];
    struct sigaction action = { .sa_handler = on_signal };
    NEED(leaksgc_check);
    CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
    checks_begin();
    for (int i = 0; i < CALLS; i++) {
        job[i] = (struct job){ i, make_pair(i) };
        CHECK(pthread_create(&thread[i], NULL, wait_thrice, &job[i]) == 0);
    }
    for (int i = 0; i < CALLS; i++)
        CHECK(pthread_join(thread[i], NULL) == 0);
    connect_waits();
    for (int i = 0; i < READS + ACCEPTS + 1; i++) {
        again[i] = (struct job){ i, make_pair(i) };
        if (i >= READS + ACCEPTS)
            fill(again[i].pair.waits);
        CHECK(pthread_create(&thread[i], NULL, wait_for_handler, &again[i]) == 0);
    }
    while (handled < READS + ACCEPTS + 1) {
        usleep(50000);
        for (int i = 0; i < READS + ACCEPTS + 1; i++)
            pthread_kill(thread[i], SIGUSR1);
    }
    for (int i = 0; i < READS + ACCEPTS + 1; i++)
        CHECK(pthread_join(thread[i], NULL) == 0);
    checks_stop();
    printf("%d calls: each got what came, %d ended in time, %d by a handler\n", got, late, handled);
    return 0;
}
