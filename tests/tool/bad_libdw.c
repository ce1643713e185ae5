/* SPDX-License-Identifier: MIT
 * bad_libdw.c: preloaded into the tool, it makes libdw crash or hang on modules
 * whose file name holds "victim". */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dlfcn.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Declared here, so that no header of elfutils is needed. */
typedef struct Dwarf Dwarf;
typedef struct Dwfl_Module Dwfl_Module;
typedef Dwarf *getdwarf_fn(Dwfl_Module *, unsigned long *);
typedef const char *info_fn(Dwfl_Module *, void ***, unsigned long *, unsigned long *,
                            unsigned long *, unsigned long *, const char **, const char **);
getdwarf_fn dwfl_module_getdwarf;

Dwarf *dwfl_module_getdwarf(Dwfl_Module *module, unsigned long *bias)
{
    getdwarf_fn *real;
    info_fn *info;
    *(void **)&real = dlsym(RTLD_NEXT, "dwfl_module_getdwarf");
    *(void **)&info = dlsym(RTLD_DEFAULT, "dwfl_module_info");
    const char *name = info(module, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
    if (name != NULL && strstr(name, "victim") != NULL) {
        if (getenv("HANG") != NULL)
            for (;;)
                pause();
        raise(SIGSEGV);
    }
    return real(module, bias);
}
