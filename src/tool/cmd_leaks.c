/* SPDX-License-Identifier: MIT
 * cmd_leaks.c: leaksgc leaks - one check of a live process, now. */
#include <unistd.h>

#include "tool/commands.h"
#include "tool/link.h"
#include "tool/reporting.h"

void lgc_cmd_leaks_help(struct lgc_out *out)
{
    lgc_out_str(out,
        "PROCESS is a pid or a name.\n"
        "\n"
        "  --new                      only what was lost since the check before\n");
    lgc_reporting_help(out);
}

static int check(const char *process, bool only_new)
{
    struct lgc_link link;
    struct lgc_message_request request;
    struct lgc_client_answer answer;
    lgc_message_init(&request, LGC_MESSAGE_leaks);
    request.value[LGC_MESSAGE_leaks_new] = only_new;
    request.value[LGC_MESSAGE_leaks_kinds] = lgc_reporting_kinds();
    int status = lgc_link_once(&link, process, &request, &answer);
    if (status != 0)
        return status;
    lgc_reporting_say_clean();
    status = lgc_reporting_write(lgc_link_file(&answer), link.process.pid);
    close(answer.file);
    lgc_link_close(&link);
    return status;
}

int lgc_cmd_leaks(const struct lgc_command *self, int argc, char **argv)
{
    struct lgc_cli cli = { .command = self, .argc = argc, .argv = argv, .next = 1 };
    const char *process = NULL;
    bool only_new = false;
    int status = lgc_reporting_begin(self);
    while (status == 0 && lgc_cli_next(&cli, &process, &status)) {
        if (!lgc_cli_is(&cli, "new"))
            status = lgc_reporting_option(&cli);
        else if (cli.value != NULL)
            status = lgc_cli_odd_value(&cli);
        else
            only_new = true;
    }
    if (status == 0)
        status = process != NULL ? check(process, only_new) : lgc_cli_no_process(self);
    lgc_reporting_end();
    return status;
}
