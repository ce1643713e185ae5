/* SPDX-License-Identifier: MIT
 * secret.h: the password of encode_addresses, from a file or the environment. */
#ifndef LGC_TOOL_SECRET_H
#define LGC_TOOL_SECRET_H

#include <stdbool.h>

/* From now on this process shows addresses as tokens.  The password is that of
 * the file or, where none is named (NULL or ""), of LEAKSGC_PASSWORD, which is taken out of the environment.
 * False after a message: there is no password, or no key could be made of it.
 * Nothing but the key is kept. */
bool lgc_secret_begin(const char *file);

/* For reports: the same, once in a process; without a key addresses are hidden, and
 * the message says that. */
void lgc_secret_encode(const char *file);

#endif
