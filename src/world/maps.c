/* SPDX-License-Identifier: MIT
 * maps.c: reads the kernel's list of mappings without malloc or stdio.
 *
 * Of the thread, not the process: when the first thread has ended, the
 * process's own list is empty. */
#include "world/maps.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"

static struct lgc_map *maps;
static size_t count, capacity;

/* The raw calls: open and read may be the program's own versions. */
static int open_maps(void)
{
    return (int)syscall(SYS_openat, AT_FDCWD, "/proc/thread-self/maps", O_RDONLY | O_CLOEXEC, 0);
}

static const char *parse_hex(const char *s, uintptr_t *value)
{
    *value = 0;
    for (;; s++) {
        int digit = *s >= '0' && *s <= '9' ? *s - '0' : *s >= 'a' && *s <= 'f' ? *s - 'a' + 10 : -1;

        if (digit < 0)
            return s;
        *value = *value << 4 | (uintptr_t)digit;
    }
}

/* "lo-hi rwxp offset major:minor inode   path" */
static bool parse_line(const char *s, struct lgc_map *m)
{
    s = parse_hex(s, &m->lo);
    if (*s++ != '-')
        return false;
    s = parse_hex(s, &m->hi);
    if (*s++ != ' ')
        return false;
    m->readable = s[0] == 'r';
    m->writable = s[1] == 'w';
    m->private = s[3] == 'p';
    for (int field = 0; field < 3 && *s != '\0'; s++)
        if (*s == ' ')
            field++;
    m->anonymous = s[0] == '0' && (s[1] == ' ' || s[1] == '\0');
    return true;
}

static bool add_line(const char *line)
{
    struct lgc_map *grown = lgc_mem_grow(maps, &capacity, count + 1, sizeof *maps);

    if (grown == NULL)
        return false;
    maps = grown;
    if (parse_line(line, &maps[count]))
        count++;
    return true;
}

bool lgc_maps_read(void)
{
    char buf[4096], line[128];
    size_t n = 0;
    long got;
    int saved = errno, fd = open_maps();
    bool ok = fd >= 0;

    if (!ok)
        return false;
    count = 0;
    while (ok && (got = syscall(SYS_read, fd, buf, sizeof buf)) > 0) {
        for (long i = 0; i < got && ok; i++) {
            if (buf[i] == '\n') {
                line[n] = '\0';
                ok = add_line(line);
                n = 0;
            } else if (n < sizeof line - 1) {
                line[n++] = buf[i]; /* the path is cut off: not needed */
            }
        }
    }
    syscall(SYS_close, fd);
    errno = saved;
    return ok && count > 0;
}

/* The index of the first mapping that ends after `a`. */
static size_t first_after(uintptr_t a)
{
    size_t lo = 0, hi = count;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (maps[mid].hi <= a)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

const struct lgc_map *lgc_maps_find(uintptr_t a)
{
    size_t i = first_after(a);

    return i < count && maps[i].lo <= a ? &maps[i] : NULL;
}

void lgc_maps_clip(uintptr_t lo, uintptr_t hi,
                   void (*each)(uintptr_t lo, uintptr_t hi, void *arg), void *arg)
{
    for (size_t i = first_after(lo); i < count && maps[i].lo < hi; i++) {
        uintptr_t from = maps[i].lo > lo ? maps[i].lo : lo;
        uintptr_t to = maps[i].hi < hi ? maps[i].hi : hi;

        if (maps[i].readable && from < to)
            each(from, to, arg);
    }
}
