/* SPDX-License-Identifier: MIT
 * folder.c: finds, makes and checks the folder of the sockets. */
#include "control/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/out.h"
#include "base/sys.h"

/* Formats into `to`; false if it does not fit. */
LGC_PRINTF(3, 4) static bool format(char *to, size_t size, const char *text, ...)
{
    struct lgc_out out;
    va_list args;

    lgc_out_init(&out, -1);
    va_start(args, text);
    lgc_out_v(&out, text, args);
    va_end(args);
    if (out.failed || out.used >= size)
        return false;
    memcpy(to, out.buf, out.used);
    to[out.used] = '\0';
    return true;
}

bool lgc_folder_path(unsigned i, const char *runtime_dir, unsigned uid,
                      char path[LGC_FOLDER_PATH])
{
    bool usable = runtime_dir != NULL && runtime_dir[0] == '/';

    if (usable && i == 0 && format(path, LGC_FOLDER_PATH, "%s/leaksgc", runtime_dir))
        return true;
    /* The second for read-only systems without a /tmp, as containers may be. */
    return (i <= usable && format(path, LGC_FOLDER_PATH, "/tmp/leaksgc-%u", uid)) ||
           (i == usable + 1u && format(path, LGC_FOLDER_PATH, "/dev/shm/leaksgc-%u", uid));
}

int lgc_folder_open(const char *path, unsigned uid, bool make)
{
    struct stat st;
    int fd;

    if (make && lgc_sys_mkdir(path, 0700) != 0 && errno != EEXIST)
        return -1;
    fd = lgc_sys_open(path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    if (lgc_sys_fstat(fd, &st) == 0 && st.st_uid == uid && (st.st_mode & 077) == 0)
        return fd;
    lgc_sys_close(fd);
    errno = EPERM;
    return -1;
}

void lgc_folder_name(unsigned i, unsigned pid, char name[LGC_FOLDER_NAME])
{
    if (i == 0)
        format(name, LGC_FOLDER_NAME, "%u", pid);
    else
        format(name, LGC_FOLDER_NAME, "%u.%u", pid, i);
}

void lgc_folder_hidden(unsigned number, unsigned pid, char name[LGC_FOLDER_NAME])
{
    format(name, LGC_FOLDER_NAME, ".%u.%u", pid, number);
}

void lgc_folder_address(struct sockaddr_un *address, int folder, const char *name)
{
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    format(address->sun_path, sizeof address->sun_path, "/proc/thread-self/fd/%d/%s", folder, name);
}

unsigned lgc_folder_abstract(struct sockaddr_un *address, unsigned pid, unsigned number)
{
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    format(address->sun_path + 1, sizeof address->sun_path - 1, LGC_FOLDER_ABSTRACT "%u/%u", pid, number);
    return (unsigned)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(address->sun_path + 1));
}
