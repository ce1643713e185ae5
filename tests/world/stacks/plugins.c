/* SPDX-License-Identifier: MIT
 * plugins.c: plugins take each other's place at one address; what was known of the code there is forgotten.
 *
 * Built as two plugins too (PLUGIN 1 and 2): the same functions at the same
 * places, with other frames.
 */
#include "stacks.h"

#ifdef PLUGIN
/* The size of the frame is the only difference. */
NOINLINE int enter(uint32_t *state, int depth, int (*callback)(uint32_t *, int))
{
    volatile char frame[PLUGIN == 1 ? 0x180 : 0x1c0];
    int n;

    frame[depth] = (char)depth;
    n = depth > 0 && chance(state) % 3 ? enter(state, depth - 1, callback) : callback(state, depth);
    allocate((uint32_t)n);
    return n + frame[depth];
}
#else
#include <dlfcn.h>
#include <unistd.h>

typedef int enter_function(uint32_t *state, int depth, int (*callback)(uint32_t *, int));
static enter_function *enter;

static NOINLINE int callback(uint32_t *state, int depth)
{
    allocate(chance(state));
    return depth > 2 ? enter(state, depth - 2, callback) : 1;
}

int main(int argc, char **argv)
{
    enter_function *seen[2] = { NULL, NULL };
    uint32_t state = 11;
    long sum = 0;
    int same = 0;

    if (argc != 3)
        return 2;
    for (int i = 0; i < 60; i++) {
        void *library = dlopen(argv[1 + i % 2], RTLD_NOW);

        if (library == NULL || (enter = (enter_function *)dlsym(library, "enter")) == NULL) {
            printf("%s\n", dlerror());
            return 1;
        }
        seen[i % 2] = enter;
        same += seen[0] == seen[1];
        for (int n = 0; n < 20; n++)
            sum += enter(&state, 5 + n, callback);
        dlclose(library);
    }
    printf("%ld, %s\n", sum, same > 0 ? "at one address" : "never at one address");
    return 0;
}
#endif
