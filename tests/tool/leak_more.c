/* SPDX-License-Identifier: MIT
 * leak_more.c: the older it gets the more it keeps and loses, for diff.t.
 *
 * Usage: leak_more AGE.  In each of AGE rounds 1000 nodes of 112 bytes are
 * added to a list that is kept.  Whatever the age 3 blocks of 33 bytes are
 * lost; from age 2 on, 2 blocks of 44; at age 1 alone 50 of 1000 are kept. */
#include <stdlib.h>

struct node { struct node *next; char data[104]; };
static struct node *volatile list;
static void *volatile kept[50];

__attribute__((noinline)) static void grow_list(int n)
{
    for (int i = 0; i < n; i++) {
        struct node *x = malloc(sizeof *x);
        x->next = list;
        list = x;
    }
}

__attribute__((noinline)) static void lose_always(void)
{
    for (int i = 0; i < 3; i++) {
        void *volatile p = malloc(33);
        (void)p;
    }
}

__attribute__((noinline)) static void lose_later(void)
{
    for (int i = 0; i < 2; i++) {
        void *volatile p = malloc(44);
        (void)p;
    }
}

__attribute__((noinline)) static void keep_early(void)
{
    for (int i = 0; i < 50; i++)
        kept[i] = malloc(1000);
}

int main(int argc, char **argv)
{
    int age = argc > 1 ? atoi(argv[1]) : 1;
    grow_list(age * 1000);
    lose_always();
    if (age > 1)
        lose_later();
    else
        keep_early();
    return 0;
}
