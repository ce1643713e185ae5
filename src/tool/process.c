/* SPDX-License-Identifier: MIT
 * process.c: finds a process by pid or name, reads what /proc tells of it. */
#include "tool/process.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/num.h"

static FILE *open_file(pid_t pid, const char *name)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    return fopen(path, "re");
}

/* The kernel has escaped newlines and backslashes, and nothing else. */
static void set_name(struct lgc_process *p, const char *name)
{
    struct lgc_out out;
    lgc_out_init(&out, -1);
    lgc_out_printable(&out, name);
    size_t n = out.used < sizeof p->name ? out.used : sizeof p->name - 1;
    memcpy(p->name, out.buf, n);
    p->name[n] = '\0';
}

/* One line of /proc/PID/status. */
static void read_line(struct lgc_process *p, char *line)
{
    if (strncmp(line, "Name:\t", 6) == 0) {
        line[strcspn(line, "\n")] = '\0';
        set_name(p, line + 6);
    } else if (strncmp(line, "State:\t", 7) == 0) {
        p->ended = line[7] == 'Z' || line[7] == 'X';
        p->stopped = line[7] == 'T' || line[7] == 't';
    } else if (strncmp(line, "Uid:\t", 5) == 0)
        sscanf(line + 5, "%*u %u", &p->uid);
    else if (strncmp(line, "NSpid:\t", 7) == 0)
        p->inner = atoi(strrchr(line, '\t') + 1);
}

bool lgc_process_read(struct lgc_process *p, pid_t pid)
{
    char line[512];
    FILE *in = open_file(pid, "status");
    memset(p, 0, sizeof *p);
    p->pid = p->inner = pid;
    if (in == NULL)
        return false;
    while (fgets(line, sizeof line, in) != NULL)
        read_line(p, line);
    fclose(in);
    return true;
}

/* ---- by name ---------------------------------------------------------- */

/* The kernel's name, which status has with \n and \\ escaped. */
static bool has_name(const struct lgc_process *p, const char *name)
{
    char bytes[LGC_PROCESS_NAME];
    FILE *in = open_file(p->pid, "comm");
    size_t n = in != NULL ? fread(bytes, 1, sizeof bytes, in) : 0;
    if (in != NULL)
        fclose(in);
    return n > 0 && strlen(name) == n - 1 && memcmp(bytes, name, n - 1) == 0;
}

/* The file it runs, which may have been replaced or removed since. */
static bool runs_file(const struct lgc_process *p, const char *name)
{
    static const char gone[] = " (deleted)";
    char path[64], target[PATH_MAX];
    snprintf(path, sizeof path, "/proc/%d/exe", (int)p->pid);
    ssize_t n = readlink(path, target, sizeof target - 1);
    if (n <= 0)
        return false;
    target[n] = '\0';
    const char *slash = strrchr(target, '/'), *file = slash != NULL ? slash + 1 : target;
    size_t length = strlen(name);
    return strncmp(file, name, length) == 0 && (file[length] == '\0' || strcmp(file + length, gone) == 0);
}

static bool is_called(const struct lgc_process *p, const char *name)
{
    return strcmp(p->name, name) == 0 || has_name(p, name) || runs_file(p, name);
}

static int say_none(const char *name)
{
    uint64_t pid;
    if (lgc_num_count(name, &pid)) {
        lgc_cli_say("there is no process %s", name);
        return LGC_EXIT_FAILED;
    }
    lgc_cli_say("there is no process called '%s'; name it by its pid, or by the name that "
                "'ps -o pid,comm' shows", name);
    return LGC_EXIT_FAILED;
}

static int by_name(struct lgc_process *found, const char *name)
{
    DIR *proc = opendir("/proc");
    unsigned n = 0;
    if (proc == NULL) {
        lgc_cli_say("cannot read /proc: %s", strerror(errno));
        return LGC_EXIT_FAILED;
    }
    for (struct dirent *e = readdir(proc); e != NULL; e = readdir(proc)) {
        struct lgc_process p;
        uint64_t pid;
        if (!lgc_num_count(e->d_name, &pid) || (pid_t)pid == getpid()
            || !lgc_process_read(&p, (pid_t)pid) || p.ended || !is_called(&p, name))
            continue;
        if (n == 1)
            lgc_cli_say("several processes are called '%s'; name one by its pid:", name);
        if (n == 1)
            lgc_cli_say("  %d (%s)", (int)found->pid, found->name);
        if (n >= 1)
            lgc_cli_say("  %d (%s)", (int)p.pid, p.name);
        else
            *found = p;
        n++;
    }
    closedir(proc);
    return n == 0 ? say_none(name) : n == 1 ? 0 : LGC_EXIT_FAILED;
}

int lgc_process_find(struct lgc_process *p, const char *text)
{
    uint64_t pid;
    if (!lgc_num_count(text, &pid) || pid == 0 || pid > INT_MAX || !lgc_process_read(p, (pid_t)pid))
        return by_name(p, text);
    if (!p->ended)
        return 0;
    lgc_cli_say("process %s (%s) has ended already; its parent has not asked for its status yet",
                text, p->name);
    return LGC_EXIT_FAILED;
}

/* ---- what is in it ---------------------------------------------------- */

int lgc_process_has_library(pid_t pid)
{
    char *line = NULL;
    size_t size = 0;
    int has = 0;
    FILE *in = open_file(pid, "maps");
    if (in == NULL)
        return -1;
    while (has == 0 && getline(&line, &size, in) >= 0)
        has = strstr(line, "/libleaksgc.so") != NULL;
    if (ferror(in))
        has = -1;
    free(line);
    fclose(in);
    return has;
}

int lgc_process_has_variable(pid_t pid, const char *name)
{
    char *entry = NULL;
    size_t size = 0, n = strlen(name);
    int has = 0;
    FILE *in = open_file(pid, "environ");
    if (in == NULL)
        return -1;
    while (getdelim(&entry, &size, '\0', in) >= 0) {
        if (strncmp(entry, name, n) == 0 && entry[n] == '=')
            has = strcmp(entry + n + 1, "0") != 0;
    }
    free(entry);
    fclose(in);
    return has;
}

/* ---- its channel ------------------------------------------------------ */

static bool is_helper(const char *task)
{
    char path[400], name[32] = "";
    snprintf(path, sizeof path, "%.300s/comm", task);
    FILE *in = fopen(path, "re");
    if (in == NULL)
        return false;
    bool is = fgets(name, sizeof name, in) != NULL && strcmp(name, "leaksgc\n") == 0;
    fclose(in);
    return is;
}

/* The one folder among its descriptors; opened through /proc, it is the same
 * folder whatever namespaces or roots are in between. */
static int folder_of(const char *task)
{
    char path[400], target[PATH_MAX], file[800];
    int folder = -1;
    snprintf(path, sizeof path, "%.300s/fd", task);
    DIR *fds = opendir(path);
    if (fds == NULL)
        return -1;
    for (struct dirent *e = readdir(fds); e != NULL && folder < 0; e = readdir(fds)) {
        snprintf(file, sizeof file, "%s/%s", path, e->d_name);
        ssize_t n = readlink(file, target, sizeof target - 1);
        target[n > 0 ? n : 0] = '\0';
        const char *slash = strrchr(target, '/');
        if (slash != NULL && strncmp(slash, "/leaksgc", 8) == 0)
            folder = open(file, O_PATH | O_DIRECTORY | O_CLOEXEC);
    }
    closedir(fds);
    return folder;
}

int lgc_process_folder(pid_t pid, bool *helper)
{
    char tasks[64], task[400];
    int folder = -1;
    snprintf(tasks, sizeof tasks, "/proc/%d/task", (int)pid);
    DIR *list = opendir(tasks);
    *helper = false;
    if (list == NULL)
        return -1;
    for (struct dirent *e = readdir(list); e != NULL && folder < 0; e = readdir(list)) {
        snprintf(task, sizeof task, "%s/%s", tasks, e->d_name);
        if (!isdigit((unsigned char)e->d_name[0]) || !is_helper(task))
            continue;
        *helper = true;
        folder = folder_of(task);
    }
    closedir(list);
    return folder;
}
