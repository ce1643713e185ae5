/* SPDX-License-Identifier: MIT
 * logfile.c: the log that a run is to begin with. */
#include "tool/logfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/filename.h"

/* Returns false if each process has a file of its own, or there is no name;
 * then it is the library that says so. */
static bool one_file(const char *log_path, char name[PATH_MAX])
{
    return !lgc_filename_varies(log_path) && strcmp(log_path, "stderr") != 0
        && strcmp(log_path, "stdout") != 0
        && lgc_filename_expand(log_path, name, PATH_MAX, 1) == NULL && *name != '\0';
}

/* Somebody's output goes there already (-o /dev/stderr): not ours to empty. */
static bool is_standard(const struct stat *st)
{
    for (int fd = 0; fd <= STDERR_FILENO; fd++) {
        struct stat own;
        if (fstat(fd, &own) == 0 && own.st_dev == st->st_dev && own.st_ino == st->st_ino)
            return true;
    }
    return false;
}

bool lgc_logfile_begin(const char *log_path)
{
    char name[PATH_MAX];
    struct stat st;
    if (!one_file(log_path, name))
        return true;
    if (stat(name, &st) == 0) {
        if (S_ISDIR(st.st_mode)) {
            errno = EISDIR;
            return false;
        }
        /* A pipe's reader would take our closing it for the end. */
        if (!S_ISREG(st.st_mode) || is_standard(&st))
            return true;
    }
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}
