/* Connections to SQLite files.
 *
 * A file may have been made to do harm: its schema is not trusted, it cannot be written to by SQL
 * tricks, sizes are limited, and statements of a query may do nothing but read (SQLite's own
 * advice, sqlite.org/security.html). SQLite keeps its memory to itself: what it takes is bounded by
 * these limits, not by the context's. */
#include "sqlite_file.h"

#include <stdarg.h>
#include <string.h>

#include "system.h"
#include "text.h"

#define MAX_WAIT_MS 5000
#define WAIT_STEP_MS 10
#define STEPS_A_POLL 20000 /* of SQLite's machine; some hundred microseconds */

static const struct {
    int what, most;
} limits[] = {
    {SQLITE_LIMIT_LENGTH, 1 << 28},   {SQLITE_LIMIT_SQL_LENGTH, 1 << 20},
    {SQLITE_LIMIT_EXPR_DEPTH, 200},   {SQLITE_LIMIT_COMPOUND_SELECT, 100},
    {SQLITE_LIMIT_VDBE_OP, 1 << 20},  {SQLITE_LIMIT_FUNCTION_ARG, 100},
    {SQLITE_LIMIT_ATTACHED, 0},       {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000},
    {SQLITE_LIMIT_TRIGGER_DEPTH, 10}, {SQLITE_LIMIT_WORKER_THREADS, 0},
};

/* ---- stopping ----------------------------------------------------------------------------- */

/* 1 to stop. */
static int poll(void *arg)
{
    mlci_sqlite *const s = arg;
    if (s->stopped == MLC_OK) s->stopped = mlci_poll(s->call, &s->why);
    return s->stopped != MLC_OK;
}

/* Somebody else holds the file: 1 to wait for a while and try again. */
static int wait_for_others(void *arg, int n_tries)
{
    mlci_sqlite *const s = arg;
    (void)n_tries;
    if (poll(s) || s->waited_ms >= MAX_WAIT_MS) return 0;
    (void)sqlite3_sleep(WAIT_STEP_MS);
    s->waited_ms += WAIT_STEP_MS;
    return 1;
}

static int authorize(void *arg, int action, const char *a, const char *b, const char *database,
                     const char *trigger)
{
    mlci_sqlite *const s = arg;
    (void)a, (void)database, (void)trigger;
    const int reads = action == SQLITE_SELECT || action == SQLITE_READ ||
                      action == SQLITE_RECURSIVE || action == SQLITE_FUNCTION;
    const int loads =
        action == SQLITE_FUNCTION && b != NULL && sqlite3_stricmp(b, "load_extension") == 0;
    if (reads && !loads) return SQLITE_OK;
    s->refused = 1;
    return SQLITE_DENY;
}

void mlci_sqlite_only_read(mlci_sqlite *s)
{
    (void)sqlite3_set_authorizer(s->db, authorize, s);
}

/* ---- failures ----------------------------------------------------------------------------- */

static mlc_status status_of(int result)
{
    switch (result & 0xff) {
    case SQLITE_NOMEM:
        return MLC_ERROR_NO_MEMORY;
    case SQLITE_TOOBIG:
        return MLC_ERROR_LIMIT;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
        return MLC_ERROR_FORMAT;
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
        return MLC_ERROR_DATA;
    case SQLITE_ERROR:
        return MLC_ERROR_SETTING;
    default:
        return MLC_ERROR_IO;
    }
}

mlc_status mlci_sqlite_fail(const mlci_sqlite *s, const char *setting, mlc_error *err)
{
    if (s->stopped != MLC_OK) {
        if (err != NULL) *err = s->why;
        return s->stopped;
    }
    if (s->db == NULL) return mlci_fail_memory(err, 1, 1024);
    const int result = sqlite3_errcode(s->db);
    if (s->refused) {
        return mlci_fail(err, MLC_ERROR_SETTING, setting,
                         "%s: one SELECT statement is run: nothing may be changed, attached or set",
                         setting == NULL ? s->name : setting);
    }
    if ((result & 0xff) == SQLITE_BUSY || (result & 0xff) == SQLITE_LOCKED) {
        return mlci_fail(err, MLC_ERROR_IO, NULL,
                         "%s: another program holds the file; waited for %d seconds", s->name,
                         MAX_WAIT_MS / 1000);
    }
    const char *const blamed = setting != NULL && (result & 0xff) == SQLITE_ERROR ? setting : NULL;
    return mlci_fail(err, status_of(result), blamed, "%s%s%s: %s", s->name,
                     blamed == NULL ? "" : ": ", blamed == NULL ? "" : blamed,
                     sqlite3_errmsg(s->db));
}

/* ---- opening ------------------------------------------------------------------------------ */

static mlc_status set_up(mlci_sqlite *s, mlc_error *err)
{
    (void)sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    (void)sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    (void)sqlite3_db_config(s->db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
        (void)sqlite3_limit(s->db, limits[i].what, limits[i].most);
    sqlite3_progress_handler(s->db, STEPS_A_POLL, poll, s);
    (void)sqlite3_busy_handler(s->db, wait_for_others, s);
    MLCI_TRY(mlci_sqlite_run(s, err, "PRAGMA mmap_size = 0"));
    return mlci_sqlite_run(s, err, "PRAGMA cell_size_check = ON");
}

/* A name that is neither a URI nor special: SQLite takes "file:x" and ":memory:" for more. */
static char *file_name(mlci_root *root, const char *path)
{
    mlci_text name = mlci_text_init(root);
    char *out = NULL;
    if (path[0] != '/') mlci_text_append_text(&name, "./");
    mlci_text_append_text(&name, path);
    return mlci_text_take(&name, &out, NULL) == MLC_OK ? out : NULL;
}

/* What cannot be read at all is refused with its cause, as every other file is. */
static mlc_status check_readable(const mlci_sqlite *s, const char *path, mlc_error *err)
{
    const mlci_system *const system = mlci_root_system(s->call->root);
    char cause[MLCI_CAUSE_SIZE], head[16];
    const int64_t fd = system->open_read(system->user, path);
    if (fd < 0) {
        return mlci_fail(err, MLC_ERROR_IO, NULL, "%s: cannot be read: %s", path,
                         mlci_system_cause(fd, cause));
    }
    const int64_t n = system->read(system->user, fd, head, (int64_t)sizeof head);
    (void)system->close(system->user, fd);
    if (n < 0) {
        return mlci_fail(err, MLC_ERROR_IO, NULL, "%s: cannot be read: %s", path,
                         mlci_system_cause(n, cause));
    }
    if (n > 0 && (n < 16 || memcmp(head, "SQLite format 3", 16) != 0)) {
        return mlci_fail(err, MLC_ERROR_FORMAT, NULL, "%s is not an SQLite file", path);
    }
    return MLC_OK;
}

mlc_status mlci_sqlite_open(mlci_sqlite *s, mlc_context *call, const char *path, int32_t writes,
                            mlc_error *err)
{
    *s = (mlci_sqlite){.call = call, .name = path};
    if (!writes) MLCI_TRY(check_readable(s, path, err));
    char *const name = file_name(call->root, path);
    if (name == NULL) return mlci_fail_memory(err, (int64_t)strlen(path) + 3, 1);
    const int flags = writes ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    const int result = sqlite3_open_v2(name, &s->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
    mlci_free(name);
    const mlc_status status = result != SQLITE_OK ? mlci_sqlite_fail(s, NULL, err) : set_up(s, err);
    if (status != MLC_OK) mlci_sqlite_close(s);
    return status;
}

mlc_status mlci_sqlite_open_bytes(mlci_sqlite *s, mlc_context *call, char *bytes, int64_t n,
                                  mlc_error *err)
{
    *s = (mlci_sqlite){.call = call, .name = "sqlite"};
    mlc_status status = MLC_OK;
    unsigned char *const b = (unsigned char *)bytes;
    if (n < 100 || memcmp(bytes, "SQLite format 3", 16) != 0) {
        status = mlci_fail(err, MLC_ERROR_FORMAT, NULL, "the bytes are not an SQLite file");
    } else if (sqlite3_open_v2(":memory:", &s->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                               NULL) != SQLITE_OK) {
        status = mlci_sqlite_fail(s, NULL, err);
    } else {
        /* A copy of a file that had a write-ahead log has none here. */
        b[18] = b[19] = 1;
        status = set_up(s, err);
    }
    if (status == MLC_OK &&
        sqlite3_deserialize(s->db, "main", b, n, n, SQLITE_DESERIALIZE_READONLY) != SQLITE_OK) {
        status = mlci_sqlite_fail(s, NULL, err);
    }
    if (status != MLC_OK) mlci_sqlite_close(s);
    return status;
}

void mlci_sqlite_close(mlci_sqlite *s)
{
    (void)sqlite3_close_v2(s->db);
    s->db = NULL;
}

/* ---- statements --------------------------------------------------------------------------- */

mlc_status mlci_sqlite_run(mlci_sqlite *s, mlc_error *err, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *const sql = sqlite3_vmprintf(format, arguments);
    va_end(arguments);
    if (sql == NULL) return mlci_fail_memory(err, 1, 1024);
    const int result = sqlite3_exec(s->db, sql, NULL, NULL, NULL);
    sqlite3_free(sql);
    return result == SQLITE_OK ? MLC_OK : mlci_sqlite_fail(s, NULL, err);
}

mlc_status mlci_sqlite_prepare(mlci_sqlite *s, const char *sql, const char *setting,
                               sqlite3_stmt **out, mlc_error *err)
{
    const char *tail = NULL, *end = NULL;
    sqlite3_stmt *statement = NULL, *second = NULL;
    mlc_status status = MLC_OK;
    if (sqlite3_prepare_v2(s->db, sql, -1, &statement, &tail) != SQLITE_OK) {
        return mlci_sqlite_fail(s, setting, err);
    }
    const int result = sqlite3_prepare_v2(s->db, tail, -1, &second, &end);
    if (statement == NULL) {
        status = mlci_fail(err, MLC_ERROR_SETTING, setting, "%s: no statement is in it", setting);
    } else if (result == SQLITE_NOMEM) {
        status = mlci_sqlite_fail(s, setting, err);
    } else if (result != SQLITE_OK || second != NULL) {
        status =
            mlci_fail(err, MLC_ERROR_SETTING, setting,
                      "%s: one statement is run, and another follows it: %.60s", setting, tail);
    }
    (void)sqlite3_finalize(second);
    if (status != MLC_OK) {
        (void)sqlite3_finalize(statement);
        return status;
    }
    *out = statement;
    return MLC_OK;
}
