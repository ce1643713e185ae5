/* SPDX-License-Identifier: MIT
 * cxx_new_of_too_much.cc: operator new throws bad_alloc, calls the new handler first, and its nothrow form gives null.
 *
 * run:
 *   stdout handler bad_alloc null
 *   direct 0 0
 */
#include "case.h"
#include <new>

static void handler()
{
    printf("handler ");
    std::set_new_handler(nullptr);
}

int main()
{
    volatile size_t too_much = static_cast<size_t>(PTRDIFF_MAX) - 100;
    std::set_new_handler(handler);
    try {
        void *p = ::operator new(too_much);
        KEEP(p);
    } catch (const std::bad_alloc &) {
        printf("bad_alloc ");
    }
    void *p = ::operator new(too_much, std::nothrow);
    puts(p ? "a block" : "null");
    return 0;
}
