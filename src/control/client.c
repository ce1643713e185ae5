/* SPDX-License-Identifier: MIT
 * client.c: connects, asks and listens. */
#include "control/client.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "control/packet.h"
#include "control/folder.h"

static bool is_process(int fd, pid_t pid)
{
    struct ucred peer;
    socklen_t size = sizeof peer;

    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.pid == pid;
}

int lgc_client_connect(int folder, unsigned name, pid_t pid)
{
    int error = ENOENT;

    for (unsigned i = 0; i < LGC_FOLDER_TRIES; i++) {
        struct sockaddr_un address;
        char socket_name[LGC_FOLDER_NAME];
        int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

        if (fd < 0)
            return -1;
        lgc_folder_name(i, name, socket_name);
        lgc_folder_address(&address, folder, socket_name);
        if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0) {
            if (is_process(fd, pid))
                return fd;
        } else if (errno == ECONNREFUSED) {
            unlinkat(folder, socket_name, 0); /* left by one that was killed */
            error = ECONNREFUSED;
        } else if (errno != ENOENT) {
            error = errno;
        }
        close(fd);
    }
    errno = error;
    return -1;
}

int lgc_client_connect_to(const struct sockaddr_un *address, unsigned length, pid_t pid)
{
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

    if (fd >= 0 && connect(fd, (const struct sockaddr *)address, length) == 0 && is_process(fd, pid))
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

bool lgc_client_ask(int fd, const struct lgc_message_request *request, int file)
{
    struct lgc_out out;

    lgc_out_init(&out, -1);
    lgc_message_write(&out, request);
    return lgc_packet_send(fd, out.buf, out.used, file, true);
}

bool lgc_client_hear(int fd, struct lgc_client_answer *answer)
{
    union { struct cmsghdr header; char space[CMSG_SPACE(sizeof(int))]; } control;
    struct iovec part = { answer->text, LGC_MESSAGE_ANSWER_MAX };
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control,
                              .msg_controllen = sizeof control };
    struct cmsghdr *c;
    ssize_t n;

    answer->file = -1;
    answer->text[0] = '\0';
    n = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
    /* One that refuses us unheard: the kernel tells that first, then its words. */
    if (n < 0 && errno == ECONNRESET)
        n = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
    if (n <= 0) {
        if (n == 0 || errno == ECONNRESET)
            errno = 0;
        return false;
    }
    answer->text[n] = '\0';
    c = CMSG_FIRSTHDR(&message);
    if (c != NULL && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS &&
        c->cmsg_len == CMSG_LEN(sizeof(int)))
        memcpy(&answer->file, CMSG_DATA(c), sizeof answer->file);
    return true;
}
