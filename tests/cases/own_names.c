/* SPDX-License-Identifier: MIT
 * own_names.c: a program may have functions of its own with the names of libc's that are no C: the library calls none of them.
 *
 * run: snapshot=fork:markers=2:interval=10ms:dump_at_exit=${tmp}/dump
 *   direct 1 5
 *   stack lose main
 *   stderr-any
 * run: format=text:log_path=stderr:control=1
 *   reports 0
 *   stderr in main .*own_names.c
 *   stderr ^SUMMARY: leaksgc: 5 byte
 */
#include <stdlib.h>

/* As a parser, a simulator of caches and a library of objects have them. */
#define OWN(name) void name(void); void name(void) { abort(); }
OWN(accept) OWN(accept4) OWN(access) OWN(bind) OWN(clone) OWN(close) OWN(connect) OWN(fstat)
OWN(fsync) OWN(isatty) OWN(link) OWN(linkat) OWN(listen) OWN(lseek) OWN(mkdir) OWN(open)
OWN(openat) OWN(pipe) OWN(poll) OWN(read) OWN(recv) OWN(recvmsg) OWN(rename) OWN(send)
OWN(sendmsg) OWN(setsockopt) OWN(socket) OWN(socketpair) OWN(stat) OWN(unlink) OWN(unlinkat)
OWN(write)

void *make(unsigned long size);
void lose(unsigned long size);
int usleep(unsigned us);

__attribute__((noinline)) void *make(unsigned long size) { return malloc(size); }

__attribute__((noinline)) void lose(unsigned long size)
{
    void *volatile p = make(size);
    p = NULL;
    (void)p;
}

int main(void)
{
    lose(5);
    for (int i = 0; i < 20; i++)
        usleep(10000); /* the library's thread checks */
    return 0;
}
