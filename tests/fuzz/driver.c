/* SPDX-License-Identifier: MIT
 * driver.c: runs a fuzzer without libFuzzer: the same inputs in every run.
 *
 * Usage: fuzz_NAME [--rounds N | --seconds N] [--seed N] [--one FILE] SEED-FILE...
 * Each round takes a seed file, changes it some times, and gives it to the
 * fuzzer.  A crash leaves the input in fuzz_crash.bin of the current folder;
 * --one tries such a file alone.  TAP on standard output. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "driver.h"

enum { ROOM = 1 << 20 };

static uint8_t input[ROOM];
static size_t input_size;

static void on_crash(int sig)
{
    int fd = open("fuzz_crash.bin", O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (fd < 0 || write(fd, input, input_size) < 0)
        _exit(98);
    static const char said[] = "\nnot ok 1 - a crash; the input is in fuzz_crash.bin\n";
    if (write(STDOUT_FILENO, said, sizeof said - 1) < 0)
        _exit(97);
    signal(sig, SIG_DFL);
    raise(sig);
}

static size_t load(const char *path, uint8_t *to)
{
    FILE *in = fopen(path, "rb");
    size_t n = in != NULL ? fread(to, 1, ROOM / 2, in) : 0;
    if (in == NULL || n == 0) {
        printf("Bail out! cannot read %s\n", path);
        exit(99);
    }
    fclose(in);
    return n;
}

struct run {
    unsigned long rounds, seconds, seed, done;
    char **seeds;
    int nseeds;
    time_t begun;
};

static int go_on(const struct run *r)
{
    return r->seconds > 0 ? time(NULL) - r->begun < (time_t)r->seconds : r->done < r->rounds;
}

static void fuzz(struct run *r)
{
    static uint8_t seed[ROOM];
    uint64_t state = r->seed;
    size_t seed_size = 0;
    for (r->begun = time(NULL); go_on(r); r->done++) {
        if (r->done % 64 == 0)   /* stay with one file for a while */
            seed_size = load(r->seeds[fuzz_chance(&state, (uint32_t)r->nseeds)], seed);
        memcpy(input, seed, seed_size);
        input_size = seed_size;
        for (uint32_t k = 1 + fuzz_chance(&state, 2); k > 0; k--)
            input_size = LLVMFuzzerCustomMutator(input, input_size, ROOM,
                                                 fuzz_chance(&state, 1u << 30));
        LLVMFuzzerTestOneInput(input, input_size);
    }
}

static unsigned long number(const char *text)
{
    return text != NULL ? strtoul(text, NULL, 10) : 0;
}

int main(int argc, char **argv)
{
    struct run r = { .rounds = 10000, .seed = 1 };
    int i = 1;
    signal(SIGSEGV, on_crash);
    signal(SIGABRT, on_crash);
    signal(SIGBUS, on_crash);
    signal(SIGFPE, on_crash);
    for (; i + 1 < argc && strncmp(argv[i], "--", 2) == 0; i += 2) {
        if (strcmp(argv[i], "--rounds") == 0)
            r.rounds = number(argv[i + 1]);
        else if (strcmp(argv[i], "--seconds") == 0)
            r.seconds = number(argv[i + 1]);
        else if (strcmp(argv[i], "--seed") == 0)
            r.seed = number(argv[i + 1]);
        else if (strcmp(argv[i], "--one") == 0) {
            input_size = load(argv[i + 1], input);
            return LLVMFuzzerTestOneInput(input, input_size);
        }
    }
    r.seeds = argv + i;
    r.nseeds = argc - i;
    if (r.nseeds == 0) {
        printf("Bail out! no seed file\n");
        return 99;
    }
    fuzz(&r);
    printf("ok 1 - %lu inputs from seed %lu\n1..1\n", r.done, r.seed);
    return 0;
}
