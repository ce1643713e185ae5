/* SPDX-License-Identifier: MIT
 * info_tells_of_paths.c: malloc_info counts the paths of calls by which allocations came, and threads that had to be walked.
 *
 * run:
 *   direct 0 0
 *   stdout done
 */
#include "case.h"
#include "api.h"
#include <malloc.h>

int main(void)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    CHECK(stream && malloc_info(0, stream) == 0);
    fclose(stream);
    if (leaksgc_check) {
        const char *at = strstr(text, "<paths type=\"current\" count=\"");
        CHECK(at && strtoul(at + 29, NULL, 10) > 0);
        at = strstr(text, "<walked type=\"max\" count=\"");
        CHECK(at && strtoul(at + 26, NULL, 10) > 0);
    }
    free(text);
    puts("done");
    return 0;
}
