/* SPDX-License-Identifier: MIT
 * log.c: log_path, and standard error where that fails. */
#include "run/log.h"

#include <atomic_ops.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/sys.h"
#include "run/deliver.h"
#include "run/settings.h"

static AO_t silent; /* 1: that the log fails has been said                    */

bool lgc_log_is_stderr(void)
{
    return lgc_settings.log_path[0] == '\0' || strcmp(lgc_settings.log_path, "stderr") == 0;
}

/* With a line every second one word is enough. */
static void say(const char *what)
{
    int error = errno;

    if (AO_compare_and_swap_full(&silent, 0, 1))
        lgc_msg("log_path=%s: %s (%s); the report goes to standard error", lgc_settings.log_path,
                what, strerrordesc_np(error));
}

/* The log's descriptor; -1, which is said: it cannot be had. */
static int open_log(void)
{
    char path[LGC_DELIVER_PATH];
    int fd = -1;

    if (strcmp(lgc_settings.log_path, "stdout") == 0)
        return STDOUT_FILENO;
    if (lgc_deliver_file_name(lgc_settings.log_path, path))
        fd = lgc_sys_open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0666);
    if (fd < 0)
        say("cannot be written");
    return fd;
}

static bool write_to(int fd, lgc_log_fn *write, void *arg)
{
    struct lgc_out out;

    lgc_out_init(&out, fd);
    if (write(arg, &out))
        return true;
    errno = out.error;
    return false;
}

/* A part that had room stays there: other processes may have appended to it.
 * Some file systems learn only at the end that their disk is full. */
static bool write_log(lgc_log_fn *write, void *arg)
{
    int fd = open_log();
    bool written;

    if (fd < 0)
        return false;
    written = write_to(fd, write, arg);
    if (fd != STDOUT_FILENO && lgc_sys_close(fd) != 0 && errno != EINTR)
        written = false;
    if (written)
        AO_store(&silent, 0);
    else
        say("not all of the report could be written");
    return written;
}

bool lgc_log_write(lgc_log_fn *write, void *arg, unsigned how)
{
    if (!(how & LGC_LOG_STDERR) && !lgc_log_is_stderr() && write_log(write, arg))
        return true;
    if ((how & LGC_LOG_BINARY) && lgc_sys_isatty(STDERR_FILENO))
        return false;
    if (!write_to(STDERR_FILENO, write, arg))
        lgc_msg("standard error: the report could not be written (%s)", strerrordesc_np(errno));
    return true;
}
