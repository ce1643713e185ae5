/* SPDX-License-Identifier: MIT
 * address.h: how this process shows addresses: as they are, as tokens
 * (option encode_addresses), or not at all.
 *
 * Whatever writes an address of the program asks here, so that none slips
 * through: lgc_out_address, %p of lgc_out_f, and those formats that have
 * numbers instead of text.  Offsets inside a module's file are no addresses.
 * Set once, before there is a second thread; no malloc, any thread.
 */
#ifndef LGC_BASE_ADDRESS_H
#define LGC_BASE_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

/* What stands in a text for an address that is not to be shown. */
#define LGC_ADDRESS_HIDDEN "(address hidden)"

typedef uint64_t lgc_address_fn(uint64_t address);

/* From now on addresses are shown as what `token` makes of them. */
void lgc_address_encode(lgc_address_fn *token);
void lgc_address_hide(void);

/* True until one of the two above was called. */
bool lgc_address_plain(void);

/* The number to show for the address; false: none is to be shown, *shown is 0. */
bool lgc_address_shown(uint64_t address, uint64_t *shown);

struct lgc_out;
/* A text of our own, such as the title of a stack, with the addresses in it
 * shown as all others: 0x and hex digits, unless a + stands before them. */
void lgc_address_put_text(struct lgc_out *out, const char *text);

#endif
