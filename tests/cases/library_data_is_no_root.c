/* SPDX-License-Identifier: MIT
 * library_data_is_no_root.c: a pointer that only the library's own data holds keeps nothing alive.
 *
 * run:
 *   direct 1 40
 */
#include "case.h"
#include <signal.h>

/* The disposition of the signal that stops threads is remembered by the
 * library, in a static variable, and never reaches the kernel. */
static NOINLINE void hide(void)
{
    struct sigaction sa;
    memset(&sa, 0, sizeof sa);
    sa.sa_handler = (void (*)(int))(size_t)make(40);
    CHECK(sigaction(SIGRTMAX - 2, &sa, NULL) == 0);
}

int main(void)
{
    hide();
    clear_stack();
    return 0;
}
