/* SPDX-License-Identifier: MIT
 * notes.c: adds what the tool has to say to the notes of a finding.
 *
 * A note that memory has no room for is lost; it only says that something is
 * incomplete, and so will everything else by then.
 */
#include "tool/notes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool has(const struct lgc_notes *notes, const char *text)
{
    for (size_t i = 0; i < notes->n; i++) {
        if (strcmp(notes->list[i], text) == 0)
            return true;
    }
    return false;
}

void lgc_notes_add(struct lgc_notes *notes, const char *format, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    int n = vasprintf(&text, format, args);
    va_end(args);
    if (n < 0)
        return;
    const char **bigger = has(notes, text) ? NULL
        : reallocarray(notes->list, notes->n + 1, sizeof *bigger);
    if (bigger == NULL) {
        free(text);
        return;
    }
    notes->list = bigger;
    notes->list[notes->n++] = text;
}

void lgc_notes_give(struct lgc_notes *notes, struct lgc_finding *finding)
{
    size_t n = finding->nnotes + notes->n;
    const char **all = notes->n > 0 ? calloc(n, sizeof *all) : NULL;
    if (all == NULL)
        return;
    for (size_t i = 0; i < n; i++)
        all[i] = i < finding->nnotes ? finding->notes[i] : notes->list[i - finding->nnotes];
    free(notes->list);
    notes->list = all;
    notes->n = 0;               /* they are the finding's now */
    finding->notes = all;
    finding->nnotes = n;
}
