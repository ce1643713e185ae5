/* SPDX-License-Identifier: MIT
 * snapshot_is_unseen.c: while checks work on copies of the process, wait() finds no child, SIGCHLD does not come, and a peer sees the end of a pipe.
 *
 * run: snapshot=fork
 *   way fork
 */
#include "checks.h"
#include "api.h"
#include <poll.h>
#include <sys/wait.h>

enum { BLOCKS = 20000 };
static void *block[BLOCKS];
static volatile sig_atomic_t came;

static void on_child(int sig) { came = sig; }

static void ends_are_seen(void)
{
    int ends[2];
    CHECK(pipe(ends) == 0);
    CHECK(close(ends[1]) == 0);
    struct pollfd p = { ends[0], POLLIN, 0 };
    /* Not as long as a copy lives: tests/unit/test_child.c has one that stays. */
    CHECK(poll(&p, 1, 20000) == 1 && (p.revents & POLLHUP));
    CHECK(close(ends[0]) == 0);
}

int main(void)
{
    struct sigaction sa;
    NEED(leaksgc_check);
    memset(&sa, 0, sizeof sa);
    sa.sa_handler = on_child;
    CHECK(sigaction(SIGCHLD, &sa, NULL) == 0);
    for (int i = 0; i < BLOCKS; i++)
        block[i] = make(100);
    checks_begin();
    while (checks_made < 20) {
        ends_are_seen();
        CHECK(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
        CHECK(wait(NULL) == -1 && errno == ECHILD);
    }
    checks_stop();
    CHECK(came == 0);
    for (int i = 0; i < BLOCKS; i++)
        free(block[i]);
    return 0;
}
