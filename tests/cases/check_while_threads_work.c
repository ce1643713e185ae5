/* SPDX-License-Identifier: MIT
 * check_while_threads_work.c: 30 checks while threads allocate, move and free: never a false leak, nothing damaged.
 *
 * run:
 *   direct 0 0
 *   indirect 0 0
 */
#include "case.h"
#include "api.h"

static int volatile stop;

struct node {
    struct node *next;
    size_t n;
    unsigned char bytes[];
};

static void *work(void *argument)
{
    struct node *list = NULL;
    int length = 0;
    unsigned seed = (unsigned)(intptr_t)argument;
    while (!stop) {
        seed = seed * 1103515245 + 12345;
        if (length < 500 && (seed >> 16) % 3) {
            size_t n = (seed >> 8) % 600;
            struct node *node = malloc(sizeof *node + n);
            node->next = list;
            node->n = n;
            memset(node->bytes, (int)(n & 0xff), n);
            list = node;
            length++;
        } else if (list) {
            struct node *node = list;
            for (size_t i = 0; i < node->n; i++)
                CHECK(node->bytes[i] == (node->n & 0xff));
            list = node->next;
            free(node);
            length--;
        }
    }
    while (list) {
        struct node *node = list;
        list = node->next;
        free(node);
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[4];
    for (intptr_t i = 0; i < 4; i++)
        CHECK(pthread_create(&threads[i], NULL, work, (void *)(i + 1)) == 0);
    for (int i = 0; i < 30 && leaksgc_check; i++) {
        struct leaksgc_result result = check_now();
        /* A pointer that a thread just took from malloc or gives to free may be
         * in a register only: that is a root as well. */
        CHECK(result.direct.objects == 0 && result.indirect.objects == 0);
        usleep(2000);
    }
    stop = 1;
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
