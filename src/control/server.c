/* SPDX-License-Identifier: MIT
 * server.c: accepts, reads and answers, without ever waiting.
 *
 * Where the descriptors may be shared with the program (run/helper.c avoids
 * that if the kernel lets it), the program may close them, and open its own
 * under the same numbers: so each is recognised by its inode before it is
 * used. */
#include "control/server.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/sys.h"
#include "control/packet.h"

enum { BACKLOG = 64, SHORTAGE_NS = 50000000 };

static ino_t inode_of(int fd)
{
    struct stat st;

    return fd >= 0 && lgc_sys_fstat(fd, &st) == 0 ? st.st_ino : 0;
}

static bool ours(int fd, ino_t inode)
{
    return inode != 0 && inode_of(fd) == inode;
}

/* ---- opening ---------------------------------------------------------- */

static int new_socket(void)
{
    return lgc_sys_socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

/* Nobody answers there: it was left behind. */
static bool stale(const struct sockaddr_un *address)
{
    int fd = new_socket();
    bool refused = fd >= 0 &&
                   lgc_sys_connect(fd, (const struct sockaddr *)address, sizeof *address) != 0 &&
                   errno == ECONNREFUSED;

    if (fd >= 0)
        lgc_sys_close(fd);
    return refused;
}

/* Gives the socket the first name that is free, if it listens already: a
 * client takes one that refuses it for left behind, and removes it. */
static bool take_name(struct lgc_server *s, const char *hidden, unsigned pid)
{
    struct sockaddr_un address;

    for (unsigned i = 0; i < LGC_FOLDER_TRIES; i++) {
        lgc_folder_name(i, pid, s->name);
        lgc_folder_address(&address, s->folder, s->name);
        for (int again = 0; again < 2; again++) {
            if (lgc_sys_linkat(s->folder, hidden, s->folder, s->name) == 0)
                return true;
            if (errno != EEXIST)
                return false;
            if (!stale(&address))
                break;
            lgc_sys_unlinkat(s->folder, s->name);
        }
    }
    errno = EADDRINUSE;
    return false;
}

static bool listen_at(struct lgc_server *s, unsigned pid)
{
    struct sockaddr_un address;
    char hidden[LGC_FOLDER_NAME];
    bool good;
    int saved;

    lgc_folder_hidden((unsigned)s->inode, pid, hidden);
    lgc_folder_address(&address, s->folder, hidden);
    if (lgc_sys_bind(s->listener, (struct sockaddr *)&address, sizeof address) != 0)
        return false;
    good = lgc_sys_listen(s->listener, BACKLOG) == 0 && take_name(s, hidden, pid);
    saved = errno;
    lgc_sys_unlinkat(s->folder, hidden);
    errno = saved;
    return good;
}

static void shut(struct lgc_server *s)
{
    int saved = errno;

    if (s->listener >= 0)
        lgc_sys_close(s->listener);
    if (s->folder >= 0)
        lgc_sys_close(s->folder);
    if (ours(s->spare, s->folder_inode))
        lgc_sys_close(s->spare);
    s->listener = s->folder = s->spare = -1;
    errno = saved;
}

/* Without it nobody could even be told that no descriptor is free. */
static int spare_one(const struct lgc_server *s)
{
    return (int)syscall(SYS_fcntl, s->folder >= 0 ? s->folder : s->listener, F_DUPFD_CLOEXEC, 3);
}

/* Makes the socket and what else the server needs, its folder being open or not
 * to be had; false: what is open is shut again. */
static bool begin(struct lgc_server *s, unsigned pid)
{
    struct sockaddr_un address;
    bool listens;

    s->listener = new_socket();
    s->inode = inode_of(s->listener);
    s->folder_inode = s->folder >= 0 ? inode_of(s->folder) : s->inode;
    s->spare = s->listener >= 0 ? spare_one(s) : -1;
    if (s->spare >= 0) {
        if (s->folder >= 0)
            listens = listen_at(s, pid);
        else
            listens = lgc_sys_bind(s->listener, (struct sockaddr *)&address,
                                   lgc_folder_abstract(&address, pid, (unsigned)s->inode)) == 0 &&
                      lgc_sys_listen(s->listener, BACKLOG) == 0;
        if (listens)
            return true;
    }
    shut(s);
    return false;
}

bool lgc_server_open(struct lgc_server *s, const char *runtime_dir, unsigned pid,
                     const struct lgc_server_hooks *hooks)
{
    char path[LGC_FOLDER_PATH];

    memset(s, 0, sizeof *s);
    s->hooks = hooks;
    s->listener = s->folder = s->spare = -1;
    for (unsigned i = 0; i < LGC_SERVER_CLIENTS; i++)
        s->client[i].fd = -1;
    for (unsigned i = 0; lgc_folder_path(i, runtime_dir, geteuid(), path); i++) {
        s->folder = lgc_folder_open(path, geteuid(), true);
        if (s->folder >= 0 && begin(s, pid))
            return true;
    }
    return begin(s, pid);
}

/* ---- clients ---------------------------------------------------------- */

static void drop(struct lgc_server *s, unsigned client)
{
    if (s->client[client].fd < 0)
        return;
    if (ours(s->client[client].fd, s->client[client].inode))
        lgc_sys_close(s->client[client].fd);
    s->client[client].fd = -1;
    s->hooks->gone(s->hooks->arg, client);
}

bool lgc_server_answer(struct lgc_server *s, unsigned client, const char *text, size_t n,
                       int file)
{
    int fd = s->client[client].fd;

    if (fd < 0)
        return false;
    if (ours(fd, s->client[client].inode) && lgc_packet_send(fd, text, n, file, false))
        return true;
    drop(s, client);
    return false;
}

static void answer_error(struct lgc_server *s, unsigned client, const char *why)
{
    struct lgc_out out;

    lgc_out_init(&out, -1);
    lgc_out_f(&out, LGC_MESSAGE_ERROR " %s", why);
    lgc_server_answer(s, client, out.buf, out.used, -1);
}

/* The same user, or root: whoever could as well attach a debugger. */
static bool allowed(int fd)
{
    struct ucred peer;
    socklen_t size = sizeof peer;

    return lgc_sys_getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
           (peer.uid == 0 || peer.uid == geteuid());
}

/* A free place, or that of the oldest client that waits for nothing; -1. */
static int find_place(struct lgc_server *s)
{
    int oldest = -1;

    for (unsigned i = 0; i < LGC_SERVER_CLIENTS; i++) {
        if (s->client[i].fd < 0)
            return (int)i;
        if (s->hooks->idle(s->hooks->arg, i) &&
            (oldest < 0 || s->client[i].since < s->client[oldest].since))
            oldest = (int)i;
    }
    if (oldest >= 0)
        drop(s, (unsigned)oldest);
    return oldest;
}

static void refuse(int fd, const char *why)
{
    lgc_packet_send(fd, why, strlen(why), -1, false);
    lgc_sys_close(fd);
}

static int accept_one(const struct lgc_server *s)
{
    return (int)syscall(SYS_accept4, s->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
}

/* No descriptor is free, or no memory.  Whoever waits would make poll return
 * for ever, so he is told; if not even that can be had, we sleep. */
static void accept_none(struct lgc_server *s)
{
    const struct timespec pause = { 0, SHORTAGE_NS };
    int fd;

    if (ours(s->spare, s->folder_inode))
        lgc_sys_close(s->spare);
    fd = accept_one(s);
    if (fd >= 0)
        refuse(fd, LGC_MESSAGE_ERROR " it may open no more files: see 'ulimit -n'");
    s->spare = spare_one(s);
    if (fd < 0)
        syscall(SYS_nanosleep, &pause, NULL);
}

static void accept_client(struct lgc_server *s)
{
    int fd = accept_one(s), place;

    if (fd < 0) {
        if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS)
            accept_none(s);
        return;
    }
    if (!allowed(fd)) {
        refuse(fd, LGC_MESSAGE_ERROR " this process belongs to another user");
        return;
    }
    place = find_place(s);
    if (place < 0) {
        refuse(fd, LGC_MESSAGE_ERROR " too many ask this process at once; try again later");
        return;
    }
    s->client[place].fd = fd;
    s->client[place].inode = inode_of(fd);
    s->client[place].since = ++s->arrivals;
}

/* The file that came with a message, or -1; further ones are closed. */
static int take_file(struct msghdr *message)
{
    int file = -1, fd;

    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c != NULL; c = CMSG_NXTHDR(message, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
            continue;
        for (size_t at = 0; at + sizeof fd <= c->cmsg_len - CMSG_LEN(0); at += sizeof fd) {
            memcpy(&fd, CMSG_DATA(c) + at, sizeof fd);
            if (file < 0)
                file = fd;
            else
                lgc_sys_close(fd);
        }
    }
    return file;
}

/* One message of a client, whatever it is. */
static void read_client(struct lgc_server *s, unsigned client)
{
    char text[LGC_MESSAGE_REQUEST_MAX];
    union { struct cmsghdr header; char space[CMSG_SPACE(4 * sizeof(int))]; } control;
    struct iovec part = { text, sizeof text };
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control,
                              .msg_controllen = sizeof control };
    struct lgc_message_request request;
    const char *why = "the request is too long";
    long n = syscall(SYS_recvmsg, s->client[client].fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    int file;

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) {
        drop(s, client);
        return;
    }
    file = take_file(&message);
    if (!(message.msg_flags & MSG_TRUNC) && lgc_message_parse(&request, text, (size_t)n, &why)) {
        s->hooks->request(s->hooks->arg, client, &request, file);
    } else {
        answer_error(s, client, why);
        drop(s, client);
    }
    if (file >= 0)
        lgc_sys_close(file);
}

/* ---- the poll loop's part --------------------------------------------- */

size_t lgc_server_poll_set(const struct lgc_server *s, struct pollfd fds[LGC_SERVER_FDS])
{
    size_t n = 0;

    if (s->listener < 0)
        return 0;
    fds[n++] = (struct pollfd){ s->listener, POLLIN, 0 };
    for (unsigned i = 0; i < LGC_SERVER_CLIENTS; i++)
        if (s->client[i].fd >= 0)
            fds[n++] = (struct pollfd){ s->client[i].fd, POLLIN, 0 };
    return n;
}

static int client_of(const struct lgc_server *s, int fd)
{
    for (unsigned i = 0; i < LGC_SERVER_CLIENTS; i++)
        if (s->client[i].fd == fd)
            return (int)i;
    return -1;
}

bool lgc_server_serve(struct lgc_server *s, const struct pollfd *fds, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        int client = fds[i].revents != 0 ? client_of(s, fds[i].fd) : -1;

        if (client < 0)
            continue;
        if (ours(fds[i].fd, s->client[client].inode))
            read_client(s, (unsigned)client);
        else
            drop(s, (unsigned)client);
    }
    if (n > 0 && fds[0].revents != 0) {
        if (!ours(s->listener, s->inode)) {
            s->listener = s->folder = s->spare = -1; /* now somebody else's, if anybody's */
            return false;
        }
        accept_client(s);
    }
    return true;
}

void lgc_server_forget(struct lgc_server *s)
{
    if (s->listener < 0)
        return;
    for (unsigned i = 0; i < LGC_SERVER_CLIENTS; i++)
        if (ours(s->client[i].fd, s->client[i].inode))
            lgc_sys_close(s->client[i].fd);
    if (ours(s->listener, s->inode))
        shut(s);
    s->listener = s->folder = s->spare = -1;
}

void lgc_server_close(struct lgc_server *s)
{
    if (s->listener < 0)
        return;
    for (unsigned i = 0; i < LGC_SERVER_CLIENTS; i++)
        drop(s, i);
    if (ours(s->listener, s->inode)) {
        if (s->folder >= 0)
            lgc_sys_unlinkat(s->folder, s->name);
        shut(s);
    }
    s->listener = s->folder = s->spare = -1;
}
