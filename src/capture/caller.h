/* SPDX-License-Identifier: MIT
 * caller.h: the frame that called an exported function, where every stack of
 * ours begins. */
#ifndef LGC_CAPTURE_CALLER_H
#define LGC_CAPTURE_CALLER_H

#include <stdint.h>

struct lgc_caller {
    uintptr_t pc;    /* return address                                       */
    uintptr_t sp;    /* its stack pointer after the return                   */
    uintptr_t rbp;   /* its rbp                                              */
};

/* In the exported function itself, which thereby keeps a frame pointer:
 *
 *   sp ->            the caller's stack
 *   frame + 8        return address
 *   frame            the caller's rbp
 */
#define LGC_CALLER()                                                           \
    ((struct lgc_caller){ (uintptr_t)__builtin_return_address(0),              \
                          (uintptr_t)__builtin_frame_address(0) + 16,          \
                          *(const uintptr_t *)__builtin_frame_address(0) })

#endif
