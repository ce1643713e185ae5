/* SPDX-License-Identifier: MIT
 * leaky_load.c: loads leaky_server over the loopback and prints how many requests a second were answered.
 *
 * Usage: leaky_load PORT CONNECTIONS SECONDS.  Each connection has eight requests
 * on the way, so that the server is busy and not the network. */
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MESSAGE = 64, DEPTH = 8, MOST = 256 };

static char out[DEPTH * MESSAGE], in[DEPTH * MESSAGE];

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static int open_connection(int port)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                   .sin_port = htons((unsigned short)port) };
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
        fail("connect");
    if (send(fd, out, sizeof out, MSG_NOSIGNAL) != (ssize_t)sizeof out)
        fail("send");
    return fd;
}

int main(int argc, char **argv)
{
    struct pollfd fds[MOST];
    double begin, end, seconds;
    unsigned long bytes = 0;
    int connections;

    if (argc != 4 || (connections = atoi(argv[2])) < 1 || connections > MOST) {
        fprintf(stderr, "usage: leaky_load PORT CONNECTIONS SECONDS\n");
        return 2;
    }
    seconds = strtod(argv[3], NULL);
    memset(out, 'r', sizeof out);
    for (int i = 0; i < connections; i++)
        fds[i] = (struct pollfd){ .fd = open_connection(atoi(argv[1])), .events = POLLIN };
    begin = now();
    while ((end = now()) - begin < seconds) {
        if (poll(fds, (nfds_t)connections, 1000) < 0)
            fail("poll");
        for (int i = 0; i < connections; i++) {
            ssize_t n;

            if (fds[i].revents == 0)
                continue;
            n = recv(fds[i].fd, in, sizeof in, 0);
            if (n <= 0 || send(fds[i].fd, out, (size_t)n, MSG_NOSIGNAL) != n)
                fail("the server is gone");
            bytes += (unsigned long)n;
        }
    }
    printf("%.1f\n", (double)bytes / MESSAGE / (end - begin));
    return 0;
}
