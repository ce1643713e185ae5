/* SPDX-License-Identifier: MIT
 * cxx_static_destructor_frees.cc: what destructors of static objects free after main is no leak, what they lose is one.
 *
 * run:
 *   direct 1 13
 *   stack shop::Holder::lose shop::Holder::~Holder
 */
#include "case.h"
#include <map>
#include <string>
#include <vector>

namespace shop {
struct Holder {
    std::map<int, std::string> names;
    std::vector<std::vector<int>> numbers;
    NOINLINE void lose()
    {
        void *p = std::malloc(13);
        KEEP(p);
    }
    ~Holder()
    {
        lose();
        HERE();
    }
};
Holder holder;
std::string *replaced = new std::string(1000, 'x');
}

using namespace shop;

int main()
{
    for (int i = 0; i < 500; i++) {
        holder.names[i] = std::string(i, 'a');
        holder.numbers.emplace_back(i, i);
    }
    delete replaced;
    replaced = new std::string(2000, 'y');
    return 0;
}
