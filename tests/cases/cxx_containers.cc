/* SPDX-License-Identifier: MIT
 * cxx_containers.cc: containers that are alive keep all their nodes; a lost one is one direct head with the rest indirect.
 *
 * run:
 *   args alive
 *   direct 0 0
 *   indirect 0 0
 * run:
 *   args lost
 *   direct 1 48
 *   indirect 100 4000
 *   held 100 4000
 */
#include "case.h"
#include <map>

typedef std::map<int, int> Map;
Map *alive;

static NOINLINE void fill(bool keep)
{
    Map *map = new Map;
    for (int i = 0; i < 100; i++)
        (*map)[i * 7 % 100] = i;
    if (keep)
        alive = map;
}

int main(int argc, char **argv)
{
    static_assert(sizeof(Map) == 48, "the expectation above is for this size");
    fill(argc > 1 && !strcmp(argv[1], "alive"));
    clear_stack();
    return 0;
}
