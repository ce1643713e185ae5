/* SPDX-License-Identifier: MIT
 * files.h: the helper's descriptors: a table of its own, where the program does not see what it opens.
 *
 * For the helper itself (run/helper.h). */
#ifndef LGC_RUN_FILES_H
#define LGC_RUN_FILES_H

#include <stdbool.h>

/* Leaves the program's table, if the kernel lets it; nobody else runs meanwhile. */
void lgc_files_separate(void);
/* Whether that has been done. */
bool lgc_files_are_own(void);

/* Standard error as the program has it now, for as long as it is borrowed:
 * its own table holds none, or a daemon's parent would wait for its end. */
void lgc_files_borrow_stderr(void);
void lgc_files_return_stderr(void);

#endif
