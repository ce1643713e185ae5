/* SPDX-License-Identifier: MIT
 * folder.h: the folder that holds the sockets of a user's processes.
 *
 * $XDG_RUNTIME_DIR/leaksgc, /tmp/leaksgc-UID or /dev/shm/leaksgc-UID.  Each socket is called as the
 * process's pid, in its own pid namespace; PID.1 to PID.9 if another
 * container that shares the folder has that name. */
#ifndef LGC_CONTROL_PLACE_H
#define LGC_CONTROL_PLACE_H

#include <stdbool.h>
#include <stddef.h>

enum { LGC_FOLDER_PATH = 200, LGC_FOLDER_NAME = 24, LGC_FOLDER_TRIES = 10 };

/* The i-th folder to try for this user, 0 the best; false: there are no more. */
bool lgc_folder_path(unsigned i, const char *runtime_dir, unsigned uid,
                      char path[LGC_FOLDER_PATH]);

/* Opens the folder (O_PATH), and makes it first if `make`.  -1 with errno
 * unless it is a real directory (no link) of `uid` that nobody else can enter. */
int lgc_folder_open(const char *path, unsigned uid, bool make);

/* The i-th name for this pid. */
void lgc_folder_name(unsigned i, unsigned pid, char name[LGC_FOLDER_NAME]);

/* A name that no client looks for, and no other process takes. */
void lgc_folder_hidden(unsigned number, unsigned pid, char name[LGC_FOLDER_NAME]);

/* The address of a socket in an open folder, through /proc, so that neither
 * the length of its path nor a rename nor a chroot matters. */
struct sockaddr_un;
void lgc_folder_address(struct sockaddr_un *address, int folder, const char *name);

/* Where no folder can be had (an empty root directory after chroot, no /proc) the
 * socket has no file but a name in the network namespace: LGC_FOLDER_ABSTRACT, the
 * pid, and a number that nobody can guess before.  Returns the length of the
 * address.  Anybody can connect to it, so both ends look who the other is. */
#define LGC_FOLDER_ABSTRACT "leaksgc/"
unsigned lgc_folder_abstract(struct sockaddr_un *address, unsigned pid, unsigned number);

#endif
