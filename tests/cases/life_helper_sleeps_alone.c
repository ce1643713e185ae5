/* SPDX-License-Identifier: MIT
 * life_helper_sleeps_alone.c: after main's pthread_exit the library's thread wakes ever less often.
 *
 * run:
 *   stdout quiet
 *   quiet
 */
#include "case.h"
#include <dirent.h>

/* Our thread's task: the one that has its name. */
static int helper(void)
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

static long switches(int task)
{
    char path[80], line[200];
    long n = -1;
    snprintf(path, sizeof path, "/proc/self/task/%d/status", task);
    FILE *f = fopen(path, "r");
    CHECK(f);
    while (fgets(line, sizeof line, f))
        sscanf(line, "voluntary_ctxt_switches: %ld", &n);
    fclose(f);
    CHECK(n >= 0);
    return n;
}

/* In three seconds every 20 ms were 150; twice as long each time are 8. */
static void *body(void *main_thread)
{
    int task;
    pthread_join(*(pthread_t *)main_thread, NULL);
    while ((task = helper()) == 0)
        usleep(10000);
    long before = switches(task);
    usleep(3000000);
    long woken = switches(task) - before;
    if (woken < 40)
        puts("quiet");
    else
        printf("woken %ld times\n", woken);
    return NULL;
}

int main(void)
{
    static pthread_t self;
    pthread_t thread;
    self = pthread_self();
    CHECK(pthread_create(&thread, NULL, body, &self) == 0);
    pthread_detach(thread);
    pthread_exit(NULL);
}
