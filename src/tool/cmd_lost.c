/* SPDX-License-Identifier: MIT
 * cmd_lost.c: leaksgc lost - how much is lost, and what is known of it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool/commands.h"
#include "tool/link.h"
#include "tool/number.h"

static void put_amount(struct lgc_out *out, const char *what, unsigned long long bytes,
                       unsigned long long objects)
{
    uint64_t start = out->total;
    lgc_out_f(out, "  %s", what);
    lgc_number_column(out, start, 30, bytes);
    lgc_number_column(out, start, 44, objects);
    lgc_out_char(out, '\n');
}

static void put_title(struct lgc_out *out, const char *title)
{
    uint64_t start = out->total;
    lgc_out_f(out, "\n%s", title);
    lgc_number_pad(out, start + 1, 25);
    lgc_out_str(out, "bytes       objects\n");
}

/* One line of what run/lost.h describes.  False: it is none. */
static bool put_row(struct lgc_out *out, char *line)
{
    static const char *const kinds[] = { "direct", "indirect", "possible", "reachable" };
    static char section[16];
    char what[16], name[128] = "", label[200];
    unsigned long long key, tid = 0, bytes, objects;
    bool thread = strncmp(line, "thread ", 7) == 0;
    int n = thread ? sscanf(line, "%15s %llu %llu %llu %llu %127[^\n]", what, &key, &tid, &bytes,
                            &objects, name) - 1
                   : sscanf(line, "%15s %llu %llu %llu", what, &key, &bytes, &objects);
    if (n < 4)
        return false;
    if (strcmp(section, what) != 0) {
        snprintf(section, sizeof section, "%s", what);
        put_title(out, strcmp(what, "kind") == 0 ? "by kind" : strcmp(what, "size") == 0
                  ? "by size" : strcmp(what, "age") == 0 ? "by age" : "by thread");
    }
    if (strcmp(what, "kind") == 0)
        snprintf(label, sizeof label, "%s", key < 4 ? kinds[key] : "?");
    else if (strcmp(what, "size") == 0)
        snprintf(label, sizeof label, key > 1 ? "%llu to %llu" : "up to 1", key / 2 + 1, key);
    else if (thread)
        snprintf(label, sizeof label, "%llu (%s)", key, name);
    else
        lgc_number_age(label, sizeof label, key);
    put_amount(out, label, bytes, objects);
    return true;
}

static int show(const struct lgc_link *link, const struct lgc_client_answer *answer)
{
    struct lgc_out out;
    char line[512];
    FILE *in = fopen(lgc_link_file(answer), "re");
    uint64_t objects = lgc_link_number(answer, "direct_objects")
                     + lgc_link_number(answer, "indirect_objects");
    if (in == NULL) {
        lgc_cli_say("cannot read the answer: %s", strerror(errno));
        return LGC_EXIT_FAILED;
    }
    lgc_out_init(&out, STDOUT_FILENO);
    lgc_out_f(&out, "process %d (%s), check %llu: lost %llu byte(s) in %llu object(s)\n",
              (int)link->process.pid, link->process.name,
              (unsigned long long)lgc_link_number(answer, "check"),
              (unsigned long long)(lgc_link_number(answer, "direct_bytes")
                                   + lgc_link_number(answer, "indirect_bytes")),
              (unsigned long long)objects);
    bool good = true;
    while (good && fgets(line, sizeof line, in) != NULL)
        good = put_row(&out, line);
    fclose(in);
    if (!good)
        lgc_cli_say("the library in the process is of another version than the tool");
    return lgc_cli_end(&out, !good ? LGC_EXIT_FAILED : objects > 0 ? LGC_EXIT_LEAKS
                                                                    : LGC_EXIT_CLEAN);
}

static int ask(const char *process)
{
    struct lgc_link link;
    struct lgc_message_request request;
    struct lgc_client_answer answer;
    lgc_message_init(&request, LGC_MESSAGE_lost);
    int status = lgc_link_once(&link, process, &request, &answer);
    if (status != 0)
        return status;
    status = show(&link, &answer);
    close(answer.file);
    lgc_link_close(&link);
    return status;
}

int lgc_cmd_lost(const struct lgc_command *self, int argc, char **argv)
{
    struct lgc_cli cli = { .command = self, .argc = argc, .argv = argv, .next = 1 };
    const char *process = NULL;
    int status = 0;
    while (status == 0 && lgc_cli_next(&cli, &process, &status))
        status = lgc_cli_unknown(&cli);
    if (status != 0)
        return status;
    return process != NULL ? ask(process) : lgc_cli_no_process(self);
}
