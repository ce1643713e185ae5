/* SPDX-License-Identifier: MIT
 * msg.c: the library's own voice to the user. */
#include "base/msg.h"

#include <atomic_ops.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/out.h"

enum { MESSAGES_MAX = 100 };
static AO_t messages;

static void say(const char *format, va_list args)
{
    struct lgc_out out;

    lgc_out_init(&out, STDERR_FILENO);
    lgc_out_f(&out, "==%d==leaksgc: ", (int)getpid());
    lgc_out_v(&out, format, args);
    lgc_out_char(&out, '\n');
    lgc_out_flush(&out);
}

void lgc_msg(const char *format, ...)
{
    va_list args;

    if (AO_fetch_and_add1(&messages) >= MESSAGES_MAX)
        return;
    va_start(args, format);
    say(format, args);
    va_end(args);
}

void lgc_msg_abort(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say(format, args);
    va_end(args);
    abort();
}
