/* SPDX-License-Identifier: MIT
 * cxx_names.cc: constructors, methods, templates, lambdas and the operators new have demangled names.
 *
 * run:
 *   direct 6 640
 *   stack shop::Widget::Widget main
 *   stack shop::Widget::method
 *   stack shop::make_many<int>
 *   stack shop::aligned_new main
 *   stack shop::nothrow_new main
 *   stack Hidden::method main
 */
#include "case.h"
#include <new>

namespace shop {
struct Widget {
    void *p;
    NOINLINE Widget()
    {
        p = new char[100];
        KEEP(p);
        p = nullptr;
    }
    NOINLINE void method()
    {
        p = new char[101];
        KEEP(p);
        p = nullptr;
    }
};

/* make() of int: one block of n ints. */
template <class T> NOINLINE auto make_many(int n) -> void
{
    T *q = new T[static_cast<unsigned>(n)];
    KEEP(q);
}

NOINLINE void aligned_new()
{
    void *q = ::operator new(128, std::align_val_t(128));
    KEEP(q);
}

NOINLINE void nothrow_new()
{
    void *q = ::operator new(103, std::nothrow);
    KEEP(q);
}
}

namespace {
struct Hidden {
    NOINLINE void method()
    {
        void *q = malloc(104);
        KEEP(q);
    }
};
}

int main()
{
    Hidden().method();
    {
        shop::Widget widget;
        widget.method();
        KEEP(widget.p);
    }
    shop::make_many<int>(26);
    shop::aligned_new();
    shop::nothrow_new();
    clear_stack();
    return 0;
}
