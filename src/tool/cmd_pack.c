/* SPDX-License-Identifier: MIT
 * cmd_pack.c: leaksgc pack - the records of a heap, as the library sends them,
 * -> a heap dump file with names, compressed.
 *
 * The library starts it with the records as standard input.  All objects and
 * pointers pass through; what is kept here are stacks, modules and the
 * addresses of global roots, whose names follow at the end. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/num.h"
#include "graph/pack.h"
#include "graph/read.h"
#include "tool/commands.h"
#include "tool/packing.h"

enum { DEFAULT_LIMIT_SECONDS = 60 };

struct request { const char *output; bool symbolize; uint64_t limit_ns; };

void lgc_cmd_pack_help(struct lgc_out *out)
{
    lgc_out_str(out,
        "  -o, --output=FILE          the file to write (needed)\n"
        "  --no-symbols               do not look for functions and lines\n"
        "  --time-limit=TIME          stop looking for names after TIME (default: 60s; 0: never)\n");
}

static int read_option(struct request *r, struct lgc_cli *cli)
{
    if (lgc_cli_is(cli, "no-symbols")) {
        r->symbolize = false;
        return cli->value == NULL ? 0 : lgc_cli_odd_value(cli);
    }
    bool output = lgc_cli_is(cli, "o") || lgc_cli_is(cli, "output");
    if (!output && !lgc_cli_is(cli, "time-limit"))
        return lgc_cli_unknown(cli);
    const char *value = lgc_cli_value(cli);
    if (value == NULL)
        return lgc_cli_no_value(cli);
    if (output)
        r->output = value;
    else if (!lgc_num_duration(value, &r->limit_ns))
        return lgc_cli_usage(cli->command, "wrong value '%s' for --time-limit: "
                             "a time is wanted, as 250ms, 30s or 5m", value);
    return 0;
}

int lgc_cmd_pack(const struct lgc_command *self, int argc, char **argv)
{
    struct request r = { NULL, true, DEFAULT_LIMIT_SECONDS * 1000000000ull };
    struct lgc_cli cli = { .command = self, .argc = argc, .argv = argv, .next = 1 };
    int status = 0;
    while (status == 0 && lgc_cli_option(&cli))
        status = read_option(&r, &cli);
    if (status != 0)
        return status;
    if (cli.next < argc)
        return lgc_cli_usage(self, "an argument too many: %s", argv[cli.next]);
    if (r.output == NULL)
        return lgc_cli_usage(self, "--output=FILE is missing");
    struct lgc_packing packing = { .in = stdin, .output = r.output, .symbolize = r.symbolize,
                                   .limit_ns = r.limit_ns };
    return lgc_packing_run(&packing);
}
