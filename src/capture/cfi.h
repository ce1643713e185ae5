/* SPDX-License-Identifier: MIT
 * cfi.h: code address -> how to unwind the frame that executes there, from the
 * compiler's call-frame information (.eh_frame).
 *
 * Takes no lock but that of base/mem.h: callable in malloc and in signal handlers. */
#ifndef LGC_CAPTURE_CFI_H
#define LGC_CAPTURE_CFI_H

#include <stdint.h>

enum lgc_cfi_kind {
    LGC_CFI_UNKNOWN,  /* no information, or more than a rule can say         */
    LGC_CFI_PLAIN,    /* the caller's return address lies just below the CFA */
    LGC_CFI_LAST      /* the outermost frame                                 */
};

/* For x86-64: CFA = (rsp or rbp) + cfa_offset; the return address is at
 * CFA - 8; the caller's rsp is the CFA; its rbp is at CFA + rbp_offset, or
 * unchanged if that is 0. */
struct lgc_cfi_rule {
    uint8_t kind;
    uint8_t from_rbp;
    int16_t rbp_offset;
    int32_t cfa_offset;
    uintptr_t function;  /* where the code that has this information begins  */
};

/* The rule for the instruction at pc. */
struct lgc_cfi_rule lgc_cfi_find(uintptr_t pc);

/* The same, without what is remembered of long functions (capture/rows.h). */
struct lgc_cfi_rule lgc_cfi_read(uintptr_t pc);

#endif
