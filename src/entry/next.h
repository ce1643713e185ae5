/* SPDX-License-Identifier: MIT
 * next.h: the function that an exported one stands in front of. */
#ifndef LGC_ENTRY_NEXT_H
#define LGC_ENTRY_NEXT_H

#include <dlfcn.h>
#include <stddef.h>

/* Declares a static pointer `next_NAME`, to be filled by LGC_NEXT(NAME).
 * Filling twice at once does no harm: both find the same address. */
#define LGC_NEXT_DECLARE(result, name, ...) static result (*next_##name)(__VA_ARGS__)

#define LGC_NEXT(name)                                              \
    do {                                                            \
        if (next_##name == NULL)                                    \
            *(void **)&next_##name = dlsym(RTLD_NEXT, #name);       \
    } while (0)

#endif
