/* SPDX-License-Identifier: MIT
 * snapshot_dies_with_the_process.c: a process that is killed, or ends, while a check works on a copy of it leaves no copy behind.
 *
 * run: snapshot=fork:check_at_exit=0
 *   no-report
 */
#include "checks.h"
#include "api.h"
#include <sys/wait.h>

enum { BLOCKS = 300000 };
static void *block[BLOCKS];

/* The pid of a copy of `pid` that is at work; 0: there is none now. */
static int copy_of(int pid)
{
    char command[200], line[32] = "";
    FILE *out;
    snprintf(command, sizeof command,
             "for c in $(cat /proc/%d/task/*/children 2>/dev/null); do "
             "grep -qx leaksgc-check /proc/$c/comm 2>/dev/null && echo $c; done", pid);
    CHECK((out = popen(command, "r")) != NULL);
    if (fgets(line, sizeof line, out) == NULL)
        line[0] = '\0';
    pclose(out);
    return atoi(line);
}

static int gone(int pid)
{
    char path[64], line[300];
    FILE *in;
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    if ((in = fopen(path, "r")) == NULL)
        return 1;
    if (fgets(line, sizeof line, in) == NULL)
        line[0] = '\0';
    fclose(in);
    return strstr(line, ") Z ") != NULL || strstr(line, ") X ") != NULL;
}

static int busy_process(int ends_itself)
{
    int pid = fork();
    if (pid == 0) {
        for (int i = 0; i < BLOCKS; i++)
            block[i] = make(24);
        checks_begin();
        while (!ends_itself || checks_made < 2)
            usleep(1000);
        _exit(0);
    }
    CHECK(pid > 0);
    return pid;
}

int main(void)
{
    NEED(leaksgc_check);
    for (int ends_itself = 0; ends_itself < 2; ends_itself++) {
        int status, pid = busy_process(ends_itself), copy = 0;
        while (copy == 0 && kill(pid, 0) == 0 && !gone(pid))
            copy = copy_of(pid);
        if (!ends_itself) {
            CHECK(copy != 0);
            CHECK(kill(pid, SIGKILL) == 0);
        }
        CHECK(waitpid(pid, &status, 0) == pid);
        CHECK(ends_itself ? status == 0 : WTERMSIG(status) == SIGKILL);
        while (copy != 0 && !gone(copy))
            usleep(1000);
    }
    return 0;
}
