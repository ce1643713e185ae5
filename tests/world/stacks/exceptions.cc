/* SPDX-License-Identifier: MIT
 * exceptions.cc: C++ exceptions through frames that allocate before, while and after they are unwound.
 */
#include <exception>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "stacks.h"

/* Allocates while an exception passes. */
struct Witness {
    uint32_t r;
    std::string name;
    explicit Witness(uint32_t r) : r(r), name("witness of the number " + std::to_string(r)) {}
    ~Witness()
    {
        std::vector<std::string> some(r % 3 + 1, name);
        allocate(r);
    }
};

static NOINLINE int risky(uint32_t *state, int depth);

static NOINLINE int guarded(uint32_t *state, int depth)
{
    Witness w(chance(state));
    try {
        return risky(state, depth - 1) + risky(state, depth - 2);
    } catch (const std::out_of_range &e) {
        std::string text(e.what());
        allocate((uint32_t)text.size());
        if (depth % 3 == 0)
            throw;
        return (int)text.size();
    } catch (const std::string &s) {
        std::map<int, std::string> m;
        m[depth] = s;
        if (depth % 4 == 0)
            std::throw_with_nested(std::runtime_error(s + ", and more of it"));
        return (int)m[depth].size();
    }
}

static NOINLINE int risky(uint32_t *state, int depth)
{
    uint32_t r = chance(state);
    auto p = std::make_unique<Witness>(r);

    if (depth <= 0 || r % 13 == 0) {
        if (r % 2)
            throw std::string("a string that is thrown, long enough to be allocated");
        if (r % 3 == 0)
            throw std::out_of_range("out of some range");
        return (int)(r % 7);
    }
    return r % 3 ? guarded(state, depth - 1) : risky(state, depth - 1) + (int)(p->r % 5);
}

int main()
{
    uint32_t state = 5;
    long sum = 0;

    for (int i = 0; i < 300; i++) {
        try {
            sum += risky(&state, i % 14);
        } catch (const std::exception &e) {
            sum += (long)std::string(e.what()).size();
        } catch (const std::string &s) {
            sum -= (long)s.size();
        }
    }
    printf("%ld\n", sum);
    return 0;
}
