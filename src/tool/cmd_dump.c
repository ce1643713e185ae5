/* SPDX-License-Identifier: MIT
 * cmd_dump.c: leaksgc dump - a heap dump of a live process.
 *
 * The process sends its heap through a socket that goes to it with the request;
 * the file is this user's, in this program's folder, and made here. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/num.h"
#include "tool/commands.h"
#include "tool/link.h"
#include "tool/packing.h"

enum { DEFAULT_LIMIT_SECONDS = 60 };

struct request {
    const char *operand[2];      /* process, file                            */
    bool quiet;
    bool hides;                  /* the process has encode_addresses=1        */
    struct lgc_packing packing;
};

void lgc_cmd_dump_help(struct lgc_out *out)
{
    lgc_out_str(out,
        "  -q, --quiet                say nothing of what was written\n"
        "  --no-symbols               do not look for functions and lines\n"
        "  --time-limit=TIME          stop looking for names after TIME (default: 60s; 0: never)\n");
}

static int read_option(struct request *r, struct lgc_cli *cli)
{
    bool quiet = lgc_cli_is(cli, "q") || lgc_cli_is(cli, "quiet");
    if (quiet || lgc_cli_is(cli, "no-symbols")) {
        r->quiet |= quiet;
        r->packing.symbolize &= quiet;
        return cli->value == NULL ? 0 : lgc_cli_odd_value(cli);
    }
    if (!lgc_cli_is(cli, "time-limit"))
        return lgc_cli_unknown(cli);
    const char *value = lgc_cli_value(cli);
    if (value == NULL)
        return lgc_cli_no_value(cli);
    return lgc_num_duration(value, &r->packing.limit_ns) ? 0
         : lgc_cli_usage(cli->command, "wrong value '%s' for --time-limit: "
                         "a time is wanted, as 250ms, 30s or 5m", value);
}

/* Asks for it, and takes what comes.  The other end is closed here first: the
 * process's is then the only one, and its end the end. */
static int take(struct request *r, struct lgc_link *link)
{
    static struct lgc_client_answer answer;
    struct lgc_message_request ask;
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        lgc_cli_say("cannot make a socket: %s", strerror(errno));
        return LGC_EXIT_FAILED;
    }
    lgc_message_init(&ask, LGC_MESSAGE_dump);
    bool asked = lgc_client_ask(link->fd, &ask, pair[1]);
    int error = errno;
    close(pair[1]);
    r->packing.in = asked ? fdopen(pair[0], "r") : NULL;
    if (r->packing.in == NULL) {
        lgc_cli_say("cannot ask process %d: %s", (int)link->process.pid,
                    strerror(asked ? errno : error));
        close(pair[0]);
        return LGC_EXIT_FAILED;
    }
    lgc_link_wait(link, pair[0]);
    int first = getc(r->packing.in);
    if (first == EOF) {             /* the reason stands in the answer */
        fclose(r->packing.in);
        int refused = lgc_link_hear(link, &answer);
        return refused > 0 ? refused : LGC_EXIT_FAILED;
    }
    ungetc(first, r->packing.in);
    int status = lgc_packing_run(&r->packing);
    fclose(r->packing.in);
    /* What the process says of a reader that gave up is no news. */
    if (status != 0 && r->packing.objects == 0)
        return status;
    int heard = lgc_link_hear(link, &answer);
    uint64_t encode = 0;
    r->hides = heard == 0 && lgc_message_number(answer.text, "encode", &encode) && encode != 0;
    return status != 0 ? status : heard > 0 ? heard : 0;
}

static int dump(struct request *r)
{
    struct lgc_link link;
    struct lgc_out out;
    int status = lgc_link_open(&link, r->operand[0]);
    if (status != 0)
        return status;
    r->packing.output = r->operand[1];
    status = take(r, &link);
    if (status == 0 && !r->quiet) {
        lgc_out_init(&out, STDOUT_FILENO);
        lgc_out_f(&out, "%s: the heap of process %d (%s): %llu objects, %llu pointers\n",
                  r->operand[1], (int)link.process.pid, link.process.name,
                  (unsigned long long)r->packing.objects, (unsigned long long)r->packing.edges);
        status = lgc_cli_end(&out, LGC_EXIT_CLEAN);
    }
    if (status == 0 && r->hides) /* whoever wants quiet, too, should know */
        lgc_cli_say("%s: real addresses are in it, though process %d has encode_addresses=1: it is for "
                    "this user alone (mode 0600); 'leaksgc parse --encode-addresses=1' hides them",
                    r->operand[1], (int)link.process.pid);
    lgc_link_close(&link);
    return status;
}

int lgc_cmd_dump(const struct lgc_command *self, int argc, char **argv)
{
    static struct request r = { .packing = { .symbolize = true,
        .limit_ns = DEFAULT_LIMIT_SECONDS * 1000000000ull } };
    struct lgc_cli cli = { .command = self, .argc = argc, .argv = argv, .next = 1 };
    const char *operand = "";
    int status = 0, n = 0;
    while (status == 0 && operand != NULL) {
        while (status == 0 && lgc_cli_option(&cli))
            status = read_option(&r, &cli);
        operand = status == 0 ? lgc_cli_operand(&cli) : NULL;
        if (operand != NULL && n == 2)
            status = lgc_cli_usage(self, "an argument too many: %s", operand);
        else if (operand != NULL)
            r.operand[n++] = operand;
    }
    if (status == 0 && n < 2)
        status = lgc_cli_usage(self, "a process and a file are needed");
    return status != 0 ? status : dump(&r);
}
