/* SPDX-License-Identifier: MIT
 * seccomp_of_old_kernels.c: without pidfds and close_range, which old kernels lack and old sandboxes forbid, all is as ever.
 *
 * run: snapshot=fork
 *   args 38
 *   direct 1 5
 *   stack lose main
 *   way fork
 *   stdout closed
 * run: snapshot=fork:interval=20ms:format=text:log_path=stderr
 *   args 1
 *   reports 0
 *   stderr ^==[0-9]+==leaksgc: check [0-9]+ \(interval\)
 *   stderr in main .*seccomp_of_old_kernels.c
 *   stderr ^SUMMARY: leaksgc: 5 byte
 *   stdout closed
 */
#include "case.h"
#include "helper.h"
#include "seccomp.h"
#include <fcntl.h>

int main(int argc, char **argv)
{
    static const int calls[] = { SYS_close_range, SYS_pidfd_open, SYS_pidfd_getfd, SYS_pidfd_send_signal };
    int ends[2];
    char byte;
    if (argc == 2) {
        forbid(calls, 4, atoi(argv[1]), 0);
        again(argv);
    }
    errno = 0;
    CHECK(syscall(SYS_close_range, 100, 100, 0) == -1 && errno == atoi(argv[1]));
    CHECK(pipe(ends) == 0);
    lose(5, 1);
    /* The library's thread has not kept a second writing end. */
    if (wait_for_helper())
        usleep(100000);
    close(ends[1]);
    CHECK(fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0);
    ssize_t n = read(ends[0], &byte, 1);
    puts(n == 0 ? "closed" : "still open");
    return 0;
}
