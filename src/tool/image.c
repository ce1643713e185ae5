/* SPDX-License-Identifier: MIT
 * image.c: opens the file that a module was loaded from, and only that one. */
#include "tool/image.h"

#include <elfutils/libdwelf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SYSTEM_DEBUG_DIR "/usr/lib/debug"

/* A finding may come from anywhere: a path in it may name a pipe or a device,
 * which must not make us wait. */
static int open_regular(const char *path)
{
    struct stat st;
    int fd = *path == '/' ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) : -1;
    if (fd >= 0 && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))) {
        close(fd);
        return -1;
    }
    return fd;
}

static bool same_build_id(int fd, const char *wanted)
{
    const void *bytes;
    Elf *elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
    if (elf == NULL)
        return false;
    ssize_t n = dwelf_elf_gnu_build_id(elf, &bytes);
    bool same = n > 0 && strlen(wanted) == 2 * (size_t)n;
    for (ssize_t i = 0; same && i < n; i++) {
        char hex[3];
        snprintf(hex, sizeof hex, "%02x", ((const unsigned char *)bytes)[i]);
        same = strncmp(wanted + 2 * i, hex, 2) == 0;
    }
    elf_end(elf);
    return same;
}

/* Without a recorded build-id there is nothing to hold against the file. */
static int open_if_same(const char *path, const char *build_id)
{
    int fd = open_regular(path);
    if (fd >= 0 && build_id != NULL && !same_build_id(fd, build_id)) {
        close(fd);
        return -1;
    }
    return fd;
}

/* Frees a path that is not the right one. */
static int open_or_free(char *path, const char *build_id)
{
    int fd = open_if_same(path, build_id);
    if (fd < 0)
        free(path);
    return fd;
}

/* DIR/.build-id/ab/cdef is the file itself, with .debug its debug file; both
 * have the program headers and so tell the addresses. */
static int open_by_build_id(const char *dir, size_t dir_length, const char *build_id,
                            char **path)
{
    static const char *const suffixes[] = { "", ".debug" };
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        if (asprintf(path, "%.*s/.build-id/%.2s/%s%s", (int)dir_length, dir, build_id,
                     build_id + 2, suffixes[i]) < 0)
            return -1;
        int fd = open_or_free(*path, build_id);
        if (fd >= 0)
            return fd;
    }
    return -1;
}

static int search_build_id(const char *debug_path, const char *build_id, char **path)
{
    size_t length = strlen(build_id);
    if (length < 4 || strspn(build_id, "0123456789abcdef") != length)
        return -1;
    for (const char *dir = debug_path; dir != NULL && *dir != '\0'; ) {
        size_t n = strcspn(dir, ":");
        int fd = n > 0 ? open_by_build_id(dir, n, build_id, path) : -1;
        if (fd >= 0)
            return fd;
        dir += n + (dir[n] == ':');
    }
    return open_by_build_id(SYSTEM_DEBUG_DIR, strlen(SYSTEM_DEBUG_DIR), build_id, path);
}

static pid_t live;

void lgc_image_of(pid_t pid) { live = pid; }

/* As the process itself has it: in a root of its own, or its program, which may
 * have been replaced since.  Taken at its build-id's word only. */
static int open_of_process(const struct lgc_module *module, char **path)
{
    const char *build_id = module->build_id;
    if (live == 0 || build_id == NULL)
        return -1;
    for (int own = 0; own < 2; own++) {
        if (asprintf(path, own ? "/proc/%d/root%s" : "/proc/%d/exe", (int)live,
                     module->path != NULL ? module->path : "") < 0)
            return -1;
        int fd = open_or_free(*path, build_id);
        if (fd >= 0)
            return fd;
    }
    return -1;
}

static int open_module(const struct lgc_module *module, const char *debug_path, char **path)
{
    int fd = module->path != NULL ? open_if_same(module->path, module->build_id) : -1;
    if (fd >= 0) {
        *path = strdup(module->path);
        if (*path == NULL)
            close(fd);
        return *path != NULL ? fd : -1;
    }
    fd = open_of_process(module, path);
    if (fd >= 0)
        return fd;
    return module->build_id != NULL ? search_build_id(debug_path, module->build_id, path) : -1;
}

/* Where libdwfl looks for debug files: the user's directories, then beside the
 * file (empty), its .debug, the system's. */
static const Dwfl_Callbacks *callbacks(const char *debug_path)
{
    static char *search;
    static const Dwfl_Callbacks table = {
        .find_elf = dwfl_build_id_find_elf,
        .find_debuginfo = dwfl_standard_find_debuginfo,
        .section_address = dwfl_offline_section_address,
        .debuginfo_path = &search,
    };
    free(search);
    bool given = debug_path != NULL && *debug_path != '\0';
    if (asprintf(&search, "%s%s:.debug:%s", given ? debug_path : "", given ? ":" : "",
                 SYSTEM_DEBUG_DIR) < 0)
        search = NULL;
    return &table;
}

Dwfl_Module *lgc_image_open(const struct lgc_module *module, const char *debug_path,
                            Dwfl **dwfl)
{
    char *path = NULL;
    elf_version(EV_CURRENT);
    int fd = open_module(module, debug_path, &path);
    if (fd < 0)
        return NULL;
    *dwfl = dwfl_begin(callbacks(debug_path));
    Dwfl_Module *found = NULL;
    if (*dwfl != NULL) {
        dwfl_report_begin(*dwfl);
        /* At base 0 the addresses are those of the file. */
        found = dwfl_report_elf(*dwfl, path, path, fd, 0, true);
        dwfl_report_end(*dwfl, NULL, NULL);
    }
    free(path);
    if (found == NULL) {
        close(fd);          /* libdwfl takes the descriptor only on success */
        dwfl_end(*dwfl);
        *dwfl = NULL;
    }
    return found;
}
