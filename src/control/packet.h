/* SPDX-License-Identifier: MIT
 * packet.h: one message, with or without an open file. */
#ifndef LGC_CONTROL_PACKET_H
#define LGC_CONTROL_PACKET_H

#include <stdbool.h>
#include <stddef.h>

/* Sends n bytes as one message, with `file` unless it is -1.  SIGPIPE never
 * comes.  `wait`: until there is room.  False with errno. */
bool lgc_packet_send(int fd, const char *text, size_t n, int file, bool wait);

#endif
