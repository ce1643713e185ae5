/* SPDX-License-Identifier: MIT
 * packet.c: one message, with or without an open file. */
#include "control/packet.h"

#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

bool lgc_packet_send(int fd, const char *text, size_t n, int file, bool wait)
{
    union { struct cmsghdr header; char space[CMSG_SPACE(sizeof(int))]; } control;
    struct iovec part = { (void *)(uintptr_t)text, n };
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

    if (file >= 0) {
        memset(&control, 0, sizeof control);
        message.msg_control = &control;
        message.msg_controllen = sizeof control;
        control.header.cmsg_level = SOL_SOCKET;
        control.header.cmsg_type = SCM_RIGHTS;
        control.header.cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(&control.header), &file, sizeof file);
    }
    return syscall(SYS_sendmsg, fd, &message, MSG_NOSIGNAL | (wait ? 0 : MSG_DONTWAIT)) == (long)n;
}
