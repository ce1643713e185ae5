/* SPDX-License-Identifier: MIT
 * program.c: which file a command name means, and whether LD_PRELOAD would
 * reach into it. */
#include "tool/program.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "tool/conflict.h"

/* ---- finding it ------------------------------------------------------- */

static int check_executable(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return errno;
    if (!S_ISREG(st.st_mode))
        return S_ISDIR(st.st_mode) ? EISDIR : EACCES;
    return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0 ? 0 : errno;
}

int lgc_program_find(const char *name, char path[PATH_MAX])
{
    int best = ENOENT;
    if (*name == '\0' || strlen(name) >= PATH_MAX)
        return ENOENT;
    if (strchr(name, '/') != NULL) {
        strcpy(path, name);
        return check_executable(path);
    }
    const char *dir = getenv("PATH");
    for (dir = dir != NULL ? dir : "/bin:/usr/bin"; ; ) {
        size_t n = strcspn(dir, ":");
        /* An empty entry is the current directory. */
        int length = snprintf(path, PATH_MAX, "%.*s%s%s", (int)n, dir, n > 0 ? "/" : "./", name);
        int error = length < PATH_MAX ? check_executable(path) : ENOENT;
        if (error == 0)
            return 0;
        if (error != ENOENT && error != ENOTDIR && error != EISDIR)
            best = error;
        if (dir[n] == '\0')
            return best;
        dir += n + 1;
    }
}

bool lgc_program_is_elf(const char *path)
{
    char head[SELFMAG];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool elf = fd >= 0 && pread(fd, head, sizeof head, 0) == SELFMAG
            && memcmp(head, ELFMAG, SELFMAG) == 0;
    if (fd >= 0)
        close(fd);
    return elf;
}

/* ---- set-uid and the like --------------------------------------------- */

/* The loader ignores LD_PRELOAD in a program that gains rights. */
static bool gains_rights(int fd, char *reason, size_t size)
{
    struct stat st;
    struct statvfs vfs;
    if (fstat(fd, &st) != 0 || prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1
        || (fstatvfs(fd, &vfs) == 0 && (vfs.f_flag & ST_NOSUID) != 0))
        return false;
    const char *what = NULL;
    if ((st.st_mode & S_ISUID) != 0 && st.st_uid != geteuid())
        what = "it is set-uid";
    else if ((st.st_mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP) && st.st_gid != getegid())
        what = "it is set-gid";
    else if (geteuid() != 0 && fgetxattr(fd, "security.capability", NULL, 0) > 0)
        what = "it has file capabilities";
    if (what != NULL)
        snprintf(reason, size, "%s", what);
    return what != NULL;
}

/* ---- ELF -------------------------------------------------------------- */

static bool has_prefix(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* The loader itself, which needs none. */
static bool is_loader(Elf *elf)
{
    Elf_Scn *section = NULL;
    while ((section = elf_nextscn(elf, section)) != NULL) {
        GElf_Shdr header;
        if (gelf_getshdr(section, &header) == NULL || header.sh_type != SHT_DYNAMIC)
            continue;
        Elf_Data *data = elf_getdata(section, NULL);
        GElf_Dyn entry;
        for (int i = 0; data != NULL && gelf_getdyn(data, i, &entry) != NULL; i++) {
            const char *name = entry.d_tag == DT_SONAME
                             ? elf_strptr(elf, header.sh_link, entry.d_un.d_val) : NULL;
            if (name != NULL && has_prefix(name, "ld-linux"))
                return true;
        }
    }
    return false;
}

static bool is_glibc_loader(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    return has_prefix(name, "ld-linux") || has_prefix(name, "ld64.so")
        || has_prefix(name, "ld.so");
}

/* The PT_INTERP string, or NULL: none, or it lies outside the file. */
static const char *loader_of(Elf *elf)
{
    size_t n = 0, size = 0;
    const char *file = elf_rawfile(elf, &size);
    if (file == NULL || elf_getphdrnum(elf, &n) != 0)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        GElf_Phdr p;
        if (gelf_getphdr(elf, (int)i, &p) == NULL || p.p_type != PT_INTERP)
            continue;
        bool inside = p.p_filesz > 0 && p.p_offset < size && p.p_filesz <= size - p.p_offset;
        return inside && file[p.p_offset + p.p_filesz - 1] == '\0' ? file + p.p_offset : NULL;
    }
    return NULL;
}

/* What this tool was compiled for is what the library was compiled for. */
#if defined __x86_64__
enum { OUR_MACHINE = EM_X86_64 };
#elif defined __aarch64__
enum { OUR_MACHINE = EM_AARCH64 };
#else
enum { OUR_MACHINE = EM_NONE };     /* not known: any will do */
#endif

static bool elf_untraceable(Elf *elf, char *reason, size_t size)
{
    GElf_Ehdr header;
    if (gelf_getehdr(elf, &header) == NULL)
        return false;           /* let exec say what is wrong with it */
    if (header.e_ident[EI_CLASS] != (sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32)) {
        snprintf(reason, size, "it is a %s-bit program",
                 header.e_ident[EI_CLASS] == ELFCLASS32 ? "32" : "64");
        return true;
    }
    if (OUR_MACHINE != EM_NONE && header.e_machine != OUR_MACHINE) {
        snprintf(reason, size, "it is for another processor (ELF machine %u)",
                 (unsigned)header.e_machine);
        return true;
    }
    const char *loader = loader_of(elf), *conflict = lgc_conflict_find(elf);
    if (loader == NULL && !is_loader(elf))
        snprintf(reason, size, "it is statically linked");
    else if (loader != NULL && !is_glibc_loader(loader))
        snprintf(reason, size, "its C library is not glibc (loader %s)", loader);
    else if (conflict != NULL)
        snprintf(reason, size, "%s", conflict);
    else
        return false;
    return true;
}

/* ---- scripts ---------------------------------------------------------- */

/* The interpreter of a script; /bin/sh where there is no #!, as execvp does. */
static void read_interpreter(const char *head, char path[PATH_MAX])
{
    size_t n = 0;
    if (has_prefix(head, "#!")) {
        head += 2 + strspn(head + 2, " \t");
        n = strcspn(head, " \t\n");
    }
    snprintf(path, PATH_MAX, "%.*s", (int)n, head);
    if (n == 0)
        strcpy(path, "/bin/sh");
}

/* As deep as the kernel goes. */
enum { MAX_INTERPRETERS = 5 };

/* Opens the file that will run in the end, an ELF file or one that cannot be
 * read; -1: there is none. */
static int open_last(const char *path)
{
    char next[PATH_MAX];
    for (unsigned i = 0; i <= MAX_INTERPRETERS; i++) {
        char head[256];
        int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        ssize_t n = fd >= 0 ? pread(fd, head, sizeof head - 1, 0) : -1;
        if (n >= SELFMAG && memcmp(head, ELFMAG, SELFMAG) == 0)
            return fd;
        if (fd < 0 && errno == EACCES)      /* its mode can still be looked at */
            return open(path, O_PATH | O_CLOEXEC);
        if (fd >= 0)
            close(fd);
        if (n < 0)
            return -1;
        head[n] = '\0';
        read_interpreter(head, next);
        path = next;
    }
    return -1;
}

bool lgc_program_untraceable(const char *path, char *reason, size_t size)
{
    int fd = open_last(path);
    if (fd < 0)
        return false;           /* let exec say what is wrong */
    bool untraceable = gains_rights(fd, reason, size);
    if (!untraceable) {
        elf_version(EV_CURRENT);
        Elf *elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
        untraceable = elf != NULL && elf_untraceable(elf, reason, size);
        elf_end(elf);
    }
    close(fd);
    return untraceable;
}
