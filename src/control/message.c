/* SPDX-License-Identifier: MIT
 * message.c: reads and writes the messages of the channel. */
#include "control/message.h"

#include <string.h>

#include "base/num.h"

static const char *const commands[LGC_MESSAGE_COMMANDS] = {
#define COMMAND(name, help) #name,
#define ARGUMENT(command, name, least, most, def, help)
#include "control/command.def"
#undef COMMAND
#undef ARGUMENT
};

static const struct row {
    enum lgc_message_command command;
    const char *name;
    uint64_t least, most, def;
} arguments[LGC_MESSAGE_ARGUMENTS] = {
#define COMMAND(name, help)
#define ARGUMENT(command, name, least, most, def, help) \
    { LGC_MESSAGE_##command, #name, least, most, def },
#include "control/command.def"
#undef COMMAND
#undef ARGUMENT
};

void lgc_message_init(struct lgc_message_request *r, enum lgc_message_command command)
{
    r->command = command;
    for (unsigned i = 0; i < LGC_MESSAGE_ARGUMENTS; i++)
        r->value[i] = arguments[i].def;
}

/* The next word of *text, ended by a NUL; NULL: there is none. */
static char *next_word(char **text)
{
    char *word = *text, *blank;

    if (word == NULL)
        return NULL;
    blank = strchr(word, ' ');
    if (blank != NULL)
        *blank = '\0';
    *text = blank != NULL ? blank + 1 : NULL;
    return word;
}

static bool is(const char *word, const char *wanted)
{
    return word != NULL && strcmp(word, wanted) == 0;
}

static bool fail(const char **why, const char *reason)
{
    *why = reason;
    return false;
}

static bool read_argument(struct lgc_message_request *r, char *word, const char **why)
{
    char *value = strchr(word, '=');
    uint64_t number;

    if (value == NULL)
        return fail(why, "an argument has no value");
    *value++ = '\0';
    for (unsigned i = 0; i < LGC_MESSAGE_ARGUMENTS; i++) {
        if (arguments[i].command != r->command || !is(word, arguments[i].name))
            continue;
        if (!lgc_num_count(value, &number) || number < arguments[i].least ||
            number > arguments[i].most)
            return fail(why, "the value of an argument is out of range");
        r->value[i] = number;
        return true;
    }
    return fail(why, "there is no argument of this name");
}

bool lgc_message_parse(struct lgc_message_request *r, const char *text, size_t n, const char **why)
{
    char copy[LGC_MESSAGE_REQUEST_MAX + 1], *rest = copy, *word;
    uint64_t version;
    unsigned c = 0;

    if (n > LGC_MESSAGE_REQUEST_MAX)
        return fail(why, "the request is too long");
    memcpy(copy, text, n);
    copy[n] = '\0';
    if (strlen(copy) != n || !is(next_word(&rest), LGC_MESSAGE_MAGIC))
        return fail(why, "this is no request of leaksgc");
    word = next_word(&rest);
    if (word == NULL || !lgc_num_count(word, &version))
        return fail(why, "this is no request of leaksgc");
    if (version != LGC_MESSAGE_VERSION)
        return fail(why, "the library in the process is of another version than the tool");
    word = next_word(&rest);
    while (c < LGC_MESSAGE_COMMANDS && !is(word, commands[c]))
        c++;
    if (c == LGC_MESSAGE_COMMANDS)
        return fail(why, "the library in the process does not know this command");
    lgc_message_init(r, (enum lgc_message_command)c);
    while ((word = next_word(&rest)) != NULL)
        if (!read_argument(r, word, why))
            return false;
    return true;
}

void lgc_message_write(struct lgc_out *out, const struct lgc_message_request *r)
{
    lgc_out_f(out, LGC_MESSAGE_MAGIC " %d %s", LGC_MESSAGE_VERSION, commands[r->command]);
    for (unsigned i = 0; i < LGC_MESSAGE_ARGUMENTS; i++)
        if (arguments[i].command == r->command)
            lgc_out_f(out, " %s=%llu", arguments[i].name, (unsigned long long)r->value[i]);
}

bool lgc_message_number(const char *answer, const char *name, uint64_t *value)
{
    size_t n = strlen(name);
    char text[24];

    for (const char *p = strchr(answer, ' '); p != NULL; p = strchr(p, ' ')) {
        size_t digits;

        p++;
        if (strncmp(p, name, n) != 0 || p[n] != '=')
            continue;
        digits = strcspn(p + n + 1, " ");
        if (digits >= sizeof text)
            return false;
        memcpy(text, p + n + 1, digits);
        text[digits] = '\0';
        return lgc_num_count(text, value);
    }
    return false;
}

bool lgc_message_is(const char *answer, const char *word)
{
    size_t n = strlen(word);

    return strncmp(answer, word, n) == 0 && (answer[n] == ' ' || answer[n] == '\0');
}
