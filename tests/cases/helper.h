/* SPDX-License-Identifier: MIT
 * helper.h: finds the thread that the library has in a process for checks while it runs.
 */
#ifndef CASE_HELPER_H
#define CASE_HELPER_H

#include <dirent.h>

/* The task of the library's thread: the one that has its name; 0: there is none. */
static __attribute__((unused)) int helper(void)
{
    DIR *tasks = opendir("/proc/self/task");
    int found = 0;
    CHECK(tasks);
    for (struct dirent *e; !found && (e = readdir(tasks)) != NULL;) {
        char path[300], name[32] = "";
        snprintf(path, sizeof path, "/proc/self/task/%s/comm", e->d_name);
        FILE *f = fopen(path, "r");
        if (f == NULL)
            continue;
        if (fgets(name, sizeof name, f) && !strcmp(name, "leaksgc\n"))
            found = atoi(e->d_name);
        fclose(f);
    }
    closedir(tasks);
    return found;
}

/* Waits for it, and returns its task; 0 at once with leak finding off: then there is none. */
static __attribute__((unused)) int wait_for_helper(void)
{
    int task = 0;
    for (int i = 0; getenv("GC_FIND_LEAK") != NULL && (task = helper()) == 0; i++) {
        CHECK(i < 6000);
        usleep(10000);
    }
    return task;
}

#endif
