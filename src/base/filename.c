/* SPDX-License-Identifier: MIT
 * filename.c: a file's name out of a pattern: %p, %n, %h and %q{VAR}. */
#include "base/filename.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/out.h"
#include "base/sys.h"

static const char no_room[] = "the name is too long";

struct name { char *path; size_t used, size; const char *why; };

static void put(struct name *name, const char *text, size_t n)
{
    if (name->used + n >= name->size) {
        name->why = no_room;
        return;
    }
    memcpy(name->path + name->used, text, n);
    name->used += n;
}

static void put_number(struct name *name, uint64_t v)
{
    struct lgc_out out;
    lgc_out_init(&out, -1);
    lgc_out_u64(&out, v);
    put(name, out.buf, out.used);
}

static void put_host(struct name *name)
{
    char host[256];
    if (gethostname(host, sizeof host) != 0)
        host[0] = '\0';
    host[sizeof host - 1] = '\0';
    put(name, host, strlen(host));
}

/* At "{VAR}...".  Returns what is behind the brace. */
static const char *put_variable(struct name *name, const char *p)
{
    char variable[256];
    size_t n = *p == '{' ? strcspn(p + 1, "}") : 0;
    if (*p != '{' || p[1 + n] != '}' || n == 0 || n >= sizeof variable) {
        name->why = "%q wants the name of an environment variable: %q{NAME}";
        return p;
    }
    memcpy(variable, p + 1, n);
    variable[n] = '\0';
    const char *value = secure_getenv(variable);
    if (value == NULL)
        name->why = "the environment variable that %q names is not set";
    else
        put(name, value, strlen(value));
    return p + n + 2;
}

const char *lgc_filename_expand(const char *pattern, char *path, size_t size, uint32_t number)
{
    struct name name = { path, 0, size, NULL };
    for (const char *p = pattern; *p != '\0' && name.why == NULL; ) {
        char c = p[0] == '%' ? p[1] : '\0';
        p += c != '\0' && strchr("pnhq%", c) != NULL ? 2 : 1;
        switch (c) {
        case 'p': put_number(&name, (uint64_t)getpid()); break;
        case 'n': put_number(&name, number); break;
        case 'h': put_host(&name); break;
        case 'q': p = put_variable(&name, p); break;
        case '%': put(&name, "%", 1); break;
        default:  put(&name, p - 1, 1);
        }
    }
    if (size > 0)
        path[name.why == NULL ? name.used : 0] = '\0';
    return name.why;
}

bool lgc_filename_varies(const char *pattern)
{
    for (const char *p = pattern; *p != '\0'; p++) {
        if (p[0] != '%')
            continue;
        if (p[1] == 'p' || p[1] == 'n')
            return true;
        p += p[1] == '%';
    }
    return false;
}

bool lgc_filename_replaceable(const char *path)
{
    struct stat st;
    int saved = errno;

    if (lgc_sys_stat(path, &st) != 0 || S_ISREG(st.st_mode)) {
        errno = saved;
        return true;
    }
    errno = S_ISDIR(st.st_mode) ? EISDIR : ENOTSUP;
    return false;
}
