/* SPDX-License-Identifier: MIT
 * commands.h: the commands, one per cmd_*.c; main.c holds their table. */
#ifndef LGC_TOOL_COMMANDS_H
#define LGC_TOOL_COMMANDS_H

#include "tool/cli.h"

int lgc_cmd_run(const struct lgc_command *self, int argc, char **argv);
int lgc_cmd_dump(const struct lgc_command *self, int argc, char **argv);
int lgc_cmd_encode(const struct lgc_command *self, int argc, char **argv);
int lgc_cmd_diff(const struct lgc_command *self, int argc, char **argv);
int lgc_cmd_pack(const struct lgc_command *self, int argc, char **argv);
int lgc_cmd_parse(const struct lgc_command *self, int argc, char **argv);
int lgc_cmd_report(const struct lgc_command *self, int argc, char **argv);
int lgc_cmd_leaks(const struct lgc_command *self, int argc, char **argv);
int lgc_cmd_lost(const struct lgc_command *self, int argc, char **argv);
int lgc_cmd_gc(const struct lgc_command *self, int argc, char **argv);
int lgc_cmd_heap(const struct lgc_command *self, int argc, char **argv);
int lgc_cmd_optimize(const struct lgc_command *self, int argc, char **argv);
int lgc_cmd_top(const struct lgc_command *self, int argc, char **argv);
int lgc_cmd_options(const struct lgc_command *self, int argc, char **argv);

void lgc_cmd_run_help(struct lgc_out *out);
void lgc_cmd_encode_help(struct lgc_out *out);
void lgc_cmd_dump_help(struct lgc_out *out);
void lgc_cmd_diff_help(struct lgc_out *out);
void lgc_cmd_pack_help(struct lgc_out *out);
void lgc_cmd_parse_help(struct lgc_out *out);
void lgc_cmd_leaks_help(struct lgc_out *out);
void lgc_cmd_gc_help(struct lgc_out *out);
void lgc_cmd_heap_help(struct lgc_out *out);
void lgc_cmd_optimize_help(struct lgc_out *out);
void lgc_cmd_top_help(struct lgc_out *out);
void lgc_cmd_report_help(struct lgc_out *out);

#endif
