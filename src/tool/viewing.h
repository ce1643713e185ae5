/* SPDX-License-Identifier: MIT
 * viewing.h: what the files of the views share. */
#ifndef LGC_TOOL_VIEWING_H
#define LGC_TOOL_VIEWING_H

#include "tool/view.h"

/* JSON: ,"key": */
void lgc_viewing_key(struct lgc_view *v, const char *key);
void lgc_viewing_amount(struct lgc_out *out, const char *key, struct lgc_amount a);
/* JSON: ,"stack":[...] of a site. */
void lgc_viewing_stack(struct lgc_view *v, uint32_t site);
/* Text: a number or a size, right-aligned. */
void lgc_viewing_column(struct lgc_out *out, uint64_t value, unsigned width);
void lgc_viewing_size(struct lgc_out *out, uint64_t bytes, unsigned width);

void lgc_viewing_sites_by_retained(struct lgc_view *v);

#endif
