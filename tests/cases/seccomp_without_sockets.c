/* SPDX-License-Identifier: MIT
 * seccomp_without_sockets.c: where socket() is forbidden there is no channel, which is said once; the report is as ever.
 *
 * run:
 *   args 1
 *   direct 1 5
 *   stack lose main
 *   stderr-once ^==[0-9]+==leaksgc: no channel: .*\(Operation not permitted\)
 * run: verbosity=0
 *   args 1
 *   direct 1 5
 * run: interval=20ms:count=2
 *   args 13
 *   direct 1 5
 *   reports any
 *   stderr-once no channel: .*\(Permission denied\)
 */
#include "case.h"
#include "helper.h"
#include "seccomp.h"

int main(int argc, char **argv)
{
    static const int calls[] = { SYS_socket, SYS_socketpair };
    if (argc == 2) {
        forbid(calls, 2, atoi(argv[1]), 0);
        again(argv);
    }
    errno = 0;
    CHECK(syscall(SYS_socket, 1, 1, 0) == -1 && errno == atoi(argv[1]));
    wait_for_helper();
    lose(5, 1);
    return 0;
}
