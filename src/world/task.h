/* SPDX-License-Identifier: MIT
 * task.h: what /proc tells of one thread: its state, its signal mask, its
 * stack pointer while it sleeps in the kernel.
 *
 * System calls only: usable in a stopped world. */
#ifndef LGC_WORLD_TASK_H
#define LGC_WORLD_TASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* It has ended, though it is still listed: a first thread that called
 * pthread_exit stays so, and answers no signal.  Where /proc cannot be read
 * that one counts as living. */
bool lgc_task_ended(int tid);

/* It blocks the signal.  libc's own threads (timers) block all of them. */
bool lgc_task_blocks(int tid, int sig);

/* The stack pointer of a thread that sleeps in a system call; 0: it runs, or
 * the kernel does not tell. */
uintptr_t lgc_task_sleeping_sp(int tid);

/* Its name, at most 15 bytes and a NUL; empty if it is gone. */
void lgc_task_name(int tid, char name[16]);

/* Calls each(tid, arg) for every thread of the process.  False: the list could not
 * be opened (no /proc, no free descriptor). */
bool lgc_task_each(void (*each)(int tid, void *arg), void *arg);

#endif
