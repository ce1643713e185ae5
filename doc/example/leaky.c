/* SPDX-License-Identifier: MIT
 * leaky.c: a small mail sorter that loses memory in five ordinary ways.
 *
 * `./quickstart run` runs it.  Each LEAK comment is one entry of the report;
 * each KEPT comment is memory that nobody frees and that is no leak.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOINLINE __attribute__((noinline))

struct header { struct header *next; char *value; };
struct person { struct person *friend; char name[24]; };

/* KEPT: the cache lives as long as the program does, and a global holds it. */
char *cache[16];

/* KEPT: each thread has one, and the thread's own variable holds it. */
static __thread char *scratch;

/* The compiler inlines this one; the report shows it all the same. */
static inline char *copy_of(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = malloc(size);

    return copy ? memcpy(copy, text, size) : NULL;
}

/* LEAK 1, direct: a copy that the caller counts and forgets. */
NOINLINE static size_t count_words(const char *text)
{
    char *copy = copy_of(text);
    size_t words = 0;

    for (char *rest = copy, *word; (word = strtok_r(rest, " ", &rest));)
        words++;
    return words;
}

/* LEAK 2, a chain: only the first header is lost directly; the others and
 * all values hang on it, and its line tells how much that is. */
NOINLINE static size_t parse_headers(int n)
{
    struct header *first = NULL;

    for (int i = 0; i < n; i++) {
        struct header *header = malloc(sizeof *header);

        if (!header)
            break;
        header->next = first;
        header->value = copy_of("text/plain");
        first = header;
    }
    return first ? strlen(first->value) : 0;
}

/* LEAK 3, a cycle: each of the two keeps the other, nobody keeps both. */
NOINLINE static void befriend(const char *a, const char *b)
{
    struct person *one = calloc(1, sizeof *one), *two = calloc(1, sizeof *two);

    if (!one || !two)
        exit(1);
    strcpy(one->name, a);
    strcpy(two->name, b);
    one->friend = two;
    two->friend = one;
    printf("%s and %s are friends\n", two->friend->name, one->friend->name);
}

/* LEAK 4, in a callback: its stack goes on through qsort in the C library. */
static int by_subject(const void *a, const void *b)
{
    const char *left = *(const char *const *)a, *right = *(const char *const *)b;

    if (!strncmp(left, "Re: ", 4))
        left = copy_of(left + 4);
    return strcmp(left, right);
}

/* LEAK 5, in a thread: its result is never asked for. */
static void *index_mail(void *arg)
{
    const char **subjects = arg;
    size_t *lengths = calloc(100, sizeof *lengths);

    for (int i = 0; lengths && i < 4; i++)
        lengths[i] = strlen(subjects[i]);
    return lengths;
}

int main(void)
{
    const char *subjects[] = { "minutes", "invoice", "Re: invoice", "agenda" };
    pthread_t thread;

    for (int i = 0; i < 16; i++)
        cache[i] = copy_of("a template");
    scratch = malloc(4096);
    for (int i = 0; i < 100; i++)
        count_words("the quick brown fox");
    parse_headers(50);
    befriend("Alice", "Bob");
    if (!pthread_create(&thread, NULL, index_mail, subjects))
        pthread_join(thread, NULL);
    qsort(subjects, 4, sizeof *subjects, by_subject);
    for (int i = 0; i < 4 && scratch; i++) {
        snprintf(scratch, 4096, "%d. %s", i + 1, subjects[i]);
        puts(scratch);
    }
    return 0;
}
