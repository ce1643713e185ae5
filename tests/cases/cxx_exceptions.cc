/* SPDX-License-Identifier: MIT
 * cxx_exceptions.cc: exceptions thrown and caught through many frames lose nothing; one that is kept and dropped is a leak.
 *
 * build: -Wno-infinite-recursion
 *
 * run:
 *   stdout caught 1000
 *   direct 1 57
 *   stack make thrower
 */
#include "case.h"
#include <exception>
#include <stdexcept>
#include <string>

static NOINLINE void thrower(int n)
{
    std::string local(static_cast<unsigned>(n % 100 + 20), 'x');
    if (n == 500) {
        void *p = make(57);
        KEEP(p);
    }
    throw std::runtime_error("a text that does not fit into a short string: " + local);
}

static NOINLINE void middle(int n, int depth)
{
    std::string local(static_cast<unsigned>(depth * 10 + 1), 'y');
    if (depth == 0)
        thrower(n);
    else
        middle(n, depth - 1);
    KEEP(n);
}

int main()
{
    int caught = 0;
    for (int i = 0; i < 1000; i++) {
        try {
            middle(i, 10);
        } catch (const std::exception &e) {
            caught += std::string(e.what()).size() > 40;
        }
    }
    printf("caught %d\n", caught);
    clear_stack();
    return 0;
}
