/* SPDX-License-Identifier: MIT
 * message.h: requests and answers of the channel between tool and process.
 *
 * A SOCK_SEQPACKET socket: one packet is one message, text, one line.
 *
 *   request   leaksgc 1 COMMAND NAME=NUMBER...
 *   answer    ok NAME=NUMBER...        the last one to this request
 *             line NAME=NUMBER...      more will come
 *             error TEXT               the last one; TEXT is for the user
 *
 * Commands and arguments are the table control/command.def.  With an `ok` may
 * come one open file (SCM_RIGHTS), at its start; with a request, too.  A file
 * and not a stream: whoever reads slowly, or dies, holds up nobody.
 *
 * No malloc, no stdio. */
#ifndef LGC_CONTROL_PROTO_H
#define LGC_CONTROL_PROTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/out.h"

#define LGC_MESSAGE_MAGIC "leaksgc"
#define LGC_MESSAGE_OK    "ok"
#define LGC_MESSAGE_LINE  "line"
#define LGC_MESSAGE_ERROR "error"
enum { LGC_MESSAGE_VERSION = 1, LGC_MESSAGE_REQUEST_MAX = 512, LGC_MESSAGE_ANSWER_MAX = 2048 };

enum lgc_message_command {
#define COMMAND(name, help) LGC_MESSAGE_##name,
#define ARGUMENT(command, name, least, most, def, help)
#include "control/command.def"
#undef COMMAND
#undef ARGUMENT
    LGC_MESSAGE_COMMANDS
};

/* LGC_MESSAGE_gc_count is the index of gc's argument count. */
enum lgc_message_argument {
#define COMMAND(name, help)
#define ARGUMENT(command, name, least, most, def, help) LGC_MESSAGE_##command##_##name,
#include "control/command.def"
#undef COMMAND
#undef ARGUMENT
    LGC_MESSAGE_ARGUMENTS
};

struct lgc_message_request {
    enum lgc_message_command command;
    uint64_t value[LGC_MESSAGE_ARGUMENTS]; /* all of them; others' stay defaults */
};

/* A request with every argument at its default. */
void lgc_message_init(struct lgc_message_request *request, enum lgc_message_command command);

/* Reads one message of n bytes, whatever it holds.  False: it is none; *why
 * says what is wrong, for the user. */
bool lgc_message_parse(struct lgc_message_request *request, const char *text, size_t n,
                     const char **why);
/* Writes the message of a request. */
void lgc_message_write(struct lgc_out *out, const struct lgc_message_request *request);

/* The value of NAME in an answer (a string); false: it has none. */
bool lgc_message_number(const char *answer, const char *name, uint64_t *value);
/* Whether the answer's first word is `word`. */
bool lgc_message_is(const char *answer, const char *word);

#endif
