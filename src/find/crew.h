/* SPDX-License-Identifier: MIT
 * crew.h: several threads of a copy of the process, which libc knows nothing of.
 *
 * pthread_create is no choice there: a thread that stood still when the copy
 * was made may hold libc's locks for ever.  So they are bare clones.  They
 * share the thread-local variables of whoever calls, errno among them: what
 * they run uses none, takes no lock of ours and no libc function that might.
 *
 * Only in a copy: in the program's own process they would be seen. */
#ifndef LGC_FIND_CREW_H
#define LGC_FIND_CREW_H

enum { LGC_CREW_MAX = 64 };

/* Runs work(member, arg) for member 0, which is the caller, to n - 1; returns
 * when all have.  Where a thread cannot be had there are fewer: the work must
 * be such that any number of them does all of it. */
void lgc_crew_run(unsigned n, void (*work)(unsigned member, void *arg), void *arg);

/* Those that the calling thread may run on; at least 1. */
unsigned lgc_crew_processors(void);

/* Cores that this process may use and nobody does now, with the caller's own:
 * at least 1. */
unsigned lgc_crew_idle(void);

#endif
