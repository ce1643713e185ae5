/* SPDX-License-Identifier: MIT
 * export.c: a graph -> an SQLite database; leaksgc-dump(5) has the tables. */
#include "graph/export.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/address.h"
#include "graph/explain.h"
#include "graph/load.h"

static const char schema[] =
    "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN;"
    "CREATE TABLE process(pid INTEGER, time_ns INTEGER, reason TEXT, exe TEXT, version TEXT);"
    "CREATE TABLE note(text TEXT);"
    "CREATE TABLE module(id INTEGER PRIMARY KEY, start INTEGER, end INTEGER, bias INTEGER,"
    " build_id TEXT, path TEXT, unloaded INTEGER);"
    "CREATE TABLE thread(id INTEGER, tid INTEGER, name TEXT, tag TEXT);"
    "CREATE TABLE site(id INTEGER PRIMARY KEY, fingerprint TEXT, place TEXT);"
    "CREATE TABLE frame(site INTEGER, position INTEGER, pc INTEGER, module INTEGER,"
    " function TEXT, file TEXT, line INTEGER, column INTEGER, inlined INTEGER);"
    "CREATE TABLE object(id INTEGER PRIMARY KEY, address INTEGER, size INTEGER, kind TEXT,"
    " internal INTEGER, site INTEGER, thread INTEGER, time_ns INTEGER, refs INTEGER,"
    " retained_bytes INTEGER, retained_objects INTEGER, dominator INTEGER);"
    "CREATE TABLE pointer(source INTEGER, offset INTEGER, target INTEGER, inside INTEGER);"
    "CREATE TABLE root(kind TEXT, tid INTEGER, slot INTEGER, target INTEGER, inside INTEGER,"
    " what TEXT);";

static const char finish[] =
    "CREATE INDEX object_address ON object(address); CREATE INDEX object_site ON object(site);"
    "CREATE INDEX pointer_source ON pointer(source); CREATE INDEX pointer_target ON pointer(target);"
    "CREATE INDEX root_target ON root(target); CREATE INDEX frame_site ON frame(site); COMMIT;";

struct writer {
    struct lgc_export *export;
    const struct lgc_graph *g;
    sqlite3 *db;
    sqlite3_stmt *row;           /* of the table that is being filled        */
    int column;
    uint64_t done, total;
    bool failed;
};

static void note_failure(struct writer *w)
{
    if (!w->failed)
        snprintf(w->export->error, sizeof w->export->error, "%s", sqlite3_errmsg(w->db));
    w->failed = true;
}

static void execute(struct writer *w, const char *sql)
{
    if (!w->failed && sqlite3_exec(w->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        note_failure(w);
}

static void begin_table(struct writer *w, const char *insert)
{
    if (!w->failed && sqlite3_prepare_v2(w->db, insert, -1, &w->row, NULL) != SQLITE_OK)
        note_failure(w);
    w->column = 0;
}

static void number(struct writer *w, uint64_t v)
{
    sqlite3_bind_int64(w->row, ++w->column, (sqlite3_int64)v);
}

/* A token, which is positive; NULL if addresses are not to be shown. */
static void address(struct writer *w, uint64_t v)
{
    uint64_t shown;
    if (lgc_address_shown(v, &shown))
        number(w, shown);
    else
        sqlite3_bind_null(w->row, ++w->column);
}

/* Numbers that mean "none" become NULL. */
static void index_or_null(struct writer *w, uint32_t v)
{
    if (v == UINT32_MAX)
        sqlite3_bind_null(w->row, ++w->column);
    else
        number(w, v);
}

static void text(struct writer *w, const char *s)
{
    sqlite3_bind_text(w->row, ++w->column, s, -1, SQLITE_TRANSIENT);
}

static void constant(struct writer *w, const char *s)
{
    sqlite3_bind_text(w->row, ++w->column, s, -1, SQLITE_STATIC);
}

static void words(struct writer *w, const struct lgc_out *out)
{
    size_t n = out->used < sizeof out->buf ? out->used : sizeof out->buf;
    sqlite3_bind_text(w->row, ++w->column, out->buf, (int)n, SQLITE_TRANSIENT);
}

static void end_row(struct writer *w)
{
    if (!w->failed && sqlite3_step(w->row) != SQLITE_DONE)
        note_failure(w);
    sqlite3_reset(w->row);
    w->column = 0;
    if (++w->done % 65536 == 0 && w->export->progress != NULL)
        w->export->progress(w->export->arg, w->done, w->total);
}

static void end_table(struct writer *w)
{
    sqlite3_finalize(w->row);
    w->row = NULL;
}

/* ---- tables ----------------------------------------------------------- */

static void put_process(struct writer *w)
{
    const struct lgc_graph *g = w->g;
    begin_table(w, "INSERT INTO process VALUES(?,?,?,?,?)");
    number(w, g->pid);
    number(w, (uint64_t)g->time_ns);
    text(w, g->reason);
    text(w, g->exe);
    text(w, g->version);
    end_row(w);
    end_table(w);
    begin_table(w, "INSERT INTO note VALUES(?)");
    for (size_t i = 0; i < g->nnotes; i++) {
        text(w, g->notes[i]);
        end_row(w);
    }
    end_table(w);
}

static void put_modules(struct writer *w)
{
    begin_table(w, "INSERT INTO module VALUES(?,?,?,?,?,?,?)");
    for (size_t i = 0; i < w->g->nmodules; i++) {
        const struct lgc_module *m = &w->g->modules[i];
        number(w, i);
        address(w, m->start);
        address(w, m->end);
        address(w, m->bias);
        text(w, m->build_id);
        text(w, m->path);
        number(w, m->unloaded);
        end_row(w);
    }
    end_table(w);
}

static void put_threads(struct writer *w)
{
    begin_table(w, "INSERT INTO thread VALUES(?,?,?,?)");
    for (size_t i = 0; i < w->g->nthreads; i++) {
        number(w, w->g->threads[i].id);
        number(w, w->g->threads[i].tid);
        text(w, w->g->threads[i].name);
        text(w, w->g->threads[i].tag);
        end_row(w);
    }
    end_table(w);
}

static void put_sites(struct writer *w)
{
    begin_table(w, "INSERT INTO site VALUES(?,?,?)");
    for (uint32_t i = 0; i < w->g->nsites; i++) {
        struct lgc_out place;
        char fingerprint[17];
        lgc_out_init(&place, -1);
        lgc_explain_site(&place, w->g, i, 4);
        lgc_explain_fingerprint(w->g, i, fingerprint);
        number(w, i);
        text(w, fingerprint);
        words(w, &place);
        end_row(w);
    }
    end_table(w);
}

static void put_frame(struct writer *w, uint32_t site, unsigned position,
                      const struct lgc_frame *f, const struct lgc_source *s)
{
    number(w, site);
    number(w, position);
    address(w, f->pc);
    index_or_null(w, f->module);
    text(w, s->function);
    text(w, s->file);
    number(w, s->line);
    number(w, s->column);
    number(w, s->inlined);
    end_row(w);
}

static void put_frames(struct writer *w)
{
    struct lgc_symbolizer names = lgc_load_symbolizer(w->g);
    begin_table(w, "INSERT INTO frame VALUES(?,?,?,?,?,?,?,?,?)");
    for (uint32_t i = 0; i < w->g->nsites; i++) {
        unsigned position = 0;
        for (uint32_t k = 0; k < w->g->sites[i].nframes; k++) {
            struct lgc_source source[LGC_REPORT_MAX_INLINED] = { { .function = NULL } };
            const struct lgc_frame *f = &w->g->sites[i].frames[k];
            size_t n = names.resolve(names.arg, NULL, f, source, LGC_REPORT_MAX_INLINED);
            for (size_t s = 0; s < n || s == 0; s++)
                put_frame(w, i, position++, f, &source[s]);
        }
    }
    end_table(w);
}

static void put_objects(struct writer *w)
{
    const struct lgc_graph *g = w->g;
    begin_table(w, "INSERT INTO object VALUES(?,?,?,?,?,?,?,?,?,?,?,?)");
    for (uint32_t i = 0; i < g->n && !w->failed; i++) {
        number(w, i);
        address(w, g->address[i]);
        number(w, g->size[i]);
        constant(w, lgc_explain_kind((enum lgc_kind)g->kind[i]));
        number(w, g->internal[i]);
        number(w, g->site[i]);
        number(w, g->thread[i]);
        number(w, (uint64_t)g->time_ns_of[i]);
        number(w, w->export->references[i]);
        number(w, w->export->dominate->bytes[i]);
        number(w, w->export->dominate->objects[i]);
        index_or_null(w, w->export->dominate->by[i]);
        end_row(w);
    }
    end_table(w);
}

static void put_pointers(struct writer *w)
{
    const struct lgc_graph *g = w->g;
    begin_table(w, "INSERT INTO pointer VALUES(?,?,?,?)");
    for (uint32_t i = 0, e = 0; i < g->n && !w->failed; i++) {
        for (; e < g->first[i + 1]; e++) {
            number(w, i);
            number(w, g->offset[e]);
            number(w, g->target[e]);
            number(w, g->inside[e]);
            end_row(w);
        }
    }
    end_table(w);
}

static void put_roots(struct writer *w)
{
    begin_table(w, "INSERT INTO root VALUES(?,?,?,?,?,?)");
    for (size_t i = 0; i < w->g->nroots && !w->failed; i++) {
        const struct lgc_graph_root *r = &w->g->roots[i];
        struct lgc_out what;
        lgc_out_init(&what, -1);
        lgc_explain_root(&what, w->g, r);
        constant(w, lgc_explain_root_kind(r->kind));
        number(w, r->tid);
        if (lgc_explain_slot_is_number(r->kind))
            number(w, r->slot);
        else
            address(w, r->slot);
        number(w, r->target);
        number(w, r->inside);
        words(w, &what);
        end_row(w);
    }
    end_table(w);
}

static void put_all(struct writer *w)
{
    execute(w, schema);
    put_process(w);
    put_modules(w);
    put_threads(w);
    put_sites(w);
    put_frames(w);
    put_objects(w);
    put_pointers(w);
    put_roots(w);
    execute(w, finish);
}

static bool fail(struct lgc_export *e, int error)
{
    snprintf(e->error, sizeof e->error, "%s", strerror(error));
    return false;
}

bool lgc_export_sqlite(struct lgc_export *e, const char *path)
{
    struct writer w = { .export = e, .g = e->graph };
    char *partial;
    w.total = (uint64_t)e->graph->n + e->graph->nedges + e->graph->nroots;
    if (access(path, F_OK) == 0)
        return fail(e, EEXIST);
    if (asprintf(&partial, "%s.%ld.partial", path, (long)getpid()) < 0)
        return fail(e, ENOMEM);
    unlink(partial);             /* of a process that died                   */
    if (sqlite3_open(partial, &w.db) != SQLITE_OK)
        note_failure(&w);
    else
        put_all(&w);
    if (sqlite3_close(w.db) != SQLITE_OK && !w.failed)
        w.failed = !fail(e, EIO);
    if (!w.failed && rename(partial, path) != 0)
        w.failed = !fail(e, errno);
    if (w.failed)
        unlink(partial);
    free(partial);
    return !w.failed;
}
