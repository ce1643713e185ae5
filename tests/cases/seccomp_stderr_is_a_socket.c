/* SPDX-License-Identifier: MIT
 * seccomp_stderr_is_a_socket.c: lines of scheduled checks reach a log that is a socket, as a service's, where nobody may fetch descriptors.
 *
 * run: interval=10ms:log_path=stderr:check_at_exit=0
 *   reports 0
 *   args service
 *   stdout a line came
 *   stderr-any
 *   glibc-differs
 *   lsan-differs
 */
#include "case.h"
#include "seccomp.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/wait.h>

static void service(char **argv, int log)
{
    static const int calls[] = { SYS_pidfd_getfd };
    CHECK(dup2(log, 2) == 2);
    close(log);
    forbid(calls, 1, EPERM, 0);
    again(argv);
}

int main(int argc, char **argv)
{
    char text[4096] = "";
    int ends[2];
    if (argc > 2)
        for (;;)
            pause();
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0)
        service(argv, ends[1]);
    close(ends[1]);
    bool comes = poll(&(struct pollfd){ .fd = ends[0], .events = POLLIN }, 1, 60000) == 1;
    CHECK(!comes || recv(ends[0], text, sizeof text - 1, 0) > 0);
    CHECK(kill(child, SIGKILL) == 0 && waitpid(child, NULL, 0) == child);
    puts(strstr(text, "(interval)") ? "a line came" : "no line came");
    return 0;
}
