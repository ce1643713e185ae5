/* SPDX-License-Identifier: MIT
 * cmd_encode.c: leaksgc encode - the tokens of addresses. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "tool/commands.h"
#include "tool/secret.h"

void lgc_cmd_encode_help(struct lgc_out *out)
{
    lgc_out_str(out,
        "ADDRESS is as in a report: 0x7f12345678; one token a line, in the same order.\n"
        "The password is that of the file, or of the variable LEAKSGC_PASSWORD.\n"
        "\n"
        "  --password-file=FILE       the password is the contents of FILE, without the newline\n"
        "                             at its end\n");
}

/* Plain digits only: strtoull takes blanks and signs, too. */
static bool read_address(const char *text, uint64_t *address)
{
    char *end;
    errno = 0;
    *address = strtoull(text, &end, 0);
    return *text >= '0' && *text <= '9' && errno == 0 && *end == '\0';
}

static int encode(const struct lgc_command *self, char **list, const char *file)
{
    struct lgc_out out;
    uint64_t address;
    for (char **p = list; *p != NULL; p++) {
        if (!read_address(*p, &address))
            return lgc_cli_usage(self, "'%s' is no address; one looks like 0x7f12345678", *p);
    }
    if (!lgc_secret_begin(file))
        return LGC_EXIT_FAILED;
    lgc_out_init(&out, STDOUT_FILENO);
    for (char **p = list; *p != NULL; p++) {
        read_address(*p, &address);
        lgc_out_address(&out, address);
        lgc_out_char(&out, '\n');
    }
    return lgc_cli_end(&out, LGC_EXIT_CLEAN);
}

int lgc_cmd_encode(const struct lgc_command *self, int argc, char **argv)
{
    struct lgc_cli cli = { .command = self, .argc = argc, .argv = argv, .next = 1 };
    const char *file = NULL;
    while (lgc_cli_option(&cli)) {
        if (!lgc_cli_is(&cli, "password-file"))
            return lgc_cli_unknown(&cli);
        file = lgc_cli_value(&cli);
        if (file == NULL || *file == '\0')
            return lgc_cli_no_value(&cli);
    }
    if (cli.next >= argc)
        return lgc_cli_usage(self, "the address is missing");
    return encode(self, argv + cli.next, file);
}
