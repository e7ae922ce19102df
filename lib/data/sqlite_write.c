/* Writing rows as a table of an SQLite file, in one transaction: all rows are there afterwards, or
 * the file is as it was. A file that was made for them is gone again when that fails. */
#include <string.h>

#include "cell.h"
#include "format_sinks.h"
#include "param.h"
#include "sqlite_file.h"
#include "system.h"
#include "timestamp.h"

#define IF_EXISTS_FAIL 0
#define IF_EXISTS_REPLACE 1
#define IF_EXISTS_APPEND 2

typedef struct write_settings {
    char *table;
    int32_t if_exists;
} write_settings;

static const mlci_choice exists_choices[] = {
    {"fail", IF_EXISTS_FAIL, "refuse to write"},
    {"replace", IF_EXISTS_REPLACE, "drop the table first"},
    {"append", IF_EXISTS_APPEND, "add the rows to those of the table"},
    {NULL, 0, NULL}};

static const mlci_param params[] = {
    MLCI_STRING(write_settings, table, "data", "table to write", .since = "0.1"),
    MLCI_CHOICE(write_settings, if_exists, IF_EXISTS_FAIL, exists_choices,
                "what to do where the table is there already", .since = "0.1"),
    {.name = NULL}};

typedef struct writer {
    mlc_context *call;
    const char *path;
    write_settings settings;
    mlci_sqlite file;     /* closed before the first rows */
    sqlite3_stmt *insert; /* NULL before the first rows */
    int32_t is_fresh;     /* there was no file before */
    int32_t is_done;
    mlci_shown *columns; /* of the rows at hand, vectors as their components */
    int64_t n_columns;
} writer;

/* ---- statements --------------------------------------------------------------------------- */

static const char *declared(int32_t type)
{
    switch (type) {
    case MLC_TYPE_BOOL:
        return "BOOLEAN";
    case MLC_TYPE_INT64:
        return "INTEGER";
    case MLC_TYPE_TIMESTAMP:
        return "TIMESTAMP";
    case MLC_TYPE_CATEGORY:
    case MLC_TYPE_TEXT:
        return "TEXT";
    default:
        return "REAL";
    }
}

/* A name in quotes, those inside doubled. */
static void append_quoted(const char *name, mlci_text *out)
{
    mlci_text_append_char(out, '"');
    for (; *name != '\0'; name++) {
        if (*name == '"') mlci_text_append_char(out, '"');
        mlci_text_append_char(out, *name);
    }
    mlci_text_append_char(out, '"');
}

static void append_columns(const writer *w, int with_types, mlci_text *out)
{
    mlci_text name = mlci_text_init(out->root);
    mlci_text_append_text(out, " (");
    for (int64_t j = 0; j < w->n_columns; j++) {
        if (j > 0) mlci_text_append_text(out, ", ");
        name.length = 0;
        mlci_shown_name(&w->columns[j], &name);
        mlci_text_append_char(&name, '\0');
        if (name.failed) out->failed = 1;
        append_quoted(name.data == NULL ? "" : name.data, out);
        if (!with_types) continue;
        mlci_text_append_char(out, ' ');
        mlci_text_append_text(out, declared(w->columns[j].field->column->type));
    }
    mlci_text_append_char(out, ')');
    mlci_text_clear(&name);
}

static mlc_status prepare_insert(writer *w, mlc_error *err)
{
    mlci_text sql = mlci_text_init(w->call->root);
    mlci_text_append_text(&sql, "INSERT INTO ");
    append_quoted(w->settings.table, &sql);
    append_columns(w, 0, &sql);
    mlci_text_append_text(&sql, " VALUES (");
    for (int64_t j = 0; j < w->n_columns; j++)
        mlci_text_append_text(&sql, j > 0 ? ",?" : "?");
    mlci_text_append_char(&sql, ')');
    mlc_status status = mlci_text_status(&sql, err);
    if (status == MLC_OK) {
        status = mlci_sqlite_prepare(&w->file, sql.data, "table", &w->insert, err);
    }
    mlci_text_clear(&sql);
    return status;
}

static mlc_status create_table(writer *w, mlc_error *err)
{
    mlci_text sql = mlci_text_init(w->call->root);
    mlci_text_append_text(&sql, "CREATE TABLE ");
    append_quoted(w->settings.table, &sql);
    append_columns(w, 1, &sql);
    mlc_status status = mlci_text_status(&sql, err);
    if (status == MLC_OK) status = mlci_sqlite_run(&w->file, err, "%s", sql.data);
    mlci_text_clear(&sql);
    return status;
}

/* *is_table: 1 a table of that name, 0 nothing. Views and indices cannot be written to. */
static mlc_status look_up_table(writer *w, int32_t *is_table, mlc_error *err)
{
    sqlite3_stmt *find = NULL;
    const char *const table = w->settings.table;
    *is_table = 0;
    MLCI_TRY(mlci_sqlite_prepare(&w->file,
                                 "SELECT type FROM sqlite_master WHERE name = ? COLLATE NOCASE",
                                 "table", &find, err));
    (void)sqlite3_bind_text(find, 1, table, -1, SQLITE_STATIC);
    const int result = sqlite3_step(find);
    mlc_status status = MLC_OK;
    if (result == SQLITE_ROW) {
        const char *const type = (const char *)sqlite3_column_text(find, 0);
        *is_table = 1;
        if (type == NULL || strcmp(type, "table") != 0) {
            status = mlci_fail(err, MLC_ERROR_SETTING, "table", "%s: '%s' is %s %s, not a table",
                               w->file.name, table, type != NULL && *type == 'i' ? "an" : "a",
                               type == NULL ? "" : type);
        }
    } else if (result != SQLITE_DONE) {
        status = mlci_sqlite_fail(&w->file, NULL, err);
    }
    (void)sqlite3_finalize(find);
    return status;
}

static mlc_status make_table(writer *w, mlc_error *err)
{
    int32_t is_table = 0;
    MLCI_TRY(look_up_table(w, &is_table, err));
    if (is_table && w->settings.if_exists == IF_EXISTS_FAIL) {
        return mlci_fail(err, MLC_ERROR_SETTING, "if_exists",
                         "%s: table '%s' is there already: say if_exists=replace or append, or "
                         "another table=",
                         w->file.name, w->settings.table);
    }
    if (is_table && w->settings.if_exists == IF_EXISTS_APPEND) return MLC_OK;
    if (is_table) MLCI_TRY(mlci_sqlite_run(&w->file, err, "DROP TABLE \"%w\"", w->settings.table));
    return create_table(w, err);
}

/* ---- rows --------------------------------------------------------------------------------- */

static int bind_value(sqlite3_stmt *insert, int at, const mlci_shown *shown, int64_t row)
{
    const mlci_column *const c = shown->field->column;
    char text[MLCI_TIMESTAMP_SIZE];
    int64_t length = 0;
    double real = 0;
    if (!mlci_shown_is_valid(shown, row)) return sqlite3_bind_null(insert, at);
    switch (c->type) {
    case MLC_TYPE_INT64:
        return sqlite3_bind_int64(insert, at, ((const int64_t *)c->values)[row]);
    case MLC_TYPE_TIMESTAMP:
        length = mlci_timestamp_format(((const int64_t *)c->values)[row], text);
        return sqlite3_bind_text64(insert, at, text, (sqlite3_uint64)length, SQLITE_TRANSIENT,
                                   SQLITE_UTF8);
    case MLC_TYPE_CATEGORY:
    case MLC_TYPE_TEXT: {
        const char *const bytes = mlci_column_text(c, row, &length);
        return sqlite3_bind_text64(insert, at, bytes == NULL ? "" : bytes, (sqlite3_uint64)length,
                                   SQLITE_STATIC, SQLITE_UTF8);
    }
    case MLC_TYPE_BOOL:
        mlci_column_reals(c, row, 1, &real, 1);
        return sqlite3_bind_int64(insert, at, real != 0);
    case MLC_TYPE_VECTOR:
        return sqlite3_bind_double(insert, at, mlci_cell_component(c, row, shown->component));
    default:
        mlci_column_reals(c, row, 1, &real, 1);
        return sqlite3_bind_double(insert, at, real);
    }
}

static mlc_status insert_rows(writer *w, const mlc_dataset *rows, mlc_error *err)
{
    for (int64_t i = 0; i < rows->n_rows; i++) {
        const int64_t row = mlci_dataset_source_row(rows, i);
        for (int64_t j = 0; j < w->n_columns; j++) {
            if (bind_value(w->insert, (int)j + 1, &w->columns[j], row) != SQLITE_OK) {
                return mlci_sqlite_fail(&w->file, NULL, err);
            }
        }
        if (sqlite3_step(w->insert) != SQLITE_DONE) return mlci_sqlite_fail(&w->file, NULL, err);
        (void)sqlite3_reset(w->insert);
        MLCI_TRY(mlci_poll_row(w->call, i, err));
    }
    return MLC_OK;
}

/* ---- the sink ----------------------------------------------------------------------------- */

static mlc_status check_columns(const writer *w, mlc_error *err)
{
    const int most = sqlite3_limit(w->file.db, SQLITE_LIMIT_COLUMN, -1);
    if (w->n_columns == 0) {
        return mlci_fail(err, MLC_ERROR_DATA, NULL,
                         "the dataset has no columns: a table needs at least one");
    }
    if (w->n_columns <= most) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_LIMIT, NULL,
                     "the dataset has %lld columns (components of vectors count): a table of "
                     "SQLite has at most %d",
                     (long long)w->n_columns, most);
}

static mlc_status begin(writer *w, mlc_error *err)
{
    const mlci_system *const system = mlci_root_system(w->call->root);
    w->is_fresh = system->file_mode(system->user, w->path) < 0;
    MLCI_TRY(mlci_sqlite_open(&w->file, w->call, w->path, 1, err));
    MLCI_TRY(check_columns(w, err));
    MLCI_TRY(mlci_sqlite_run(&w->file, err, "BEGIN IMMEDIATE"));
    MLCI_TRY(make_table(w, err));
    return prepare_insert(w, err);
}

static mlc_status append(void *self, const mlc_dataset *rows, mlc_error *err)
{
    writer *const w = self;
    int64_t n_all = 0;
    mlci_free(w->columns);
    w->columns = NULL;
    MLCI_TRY(mlci_shown_columns(rows, INT64_MAX, &w->columns, &w->n_columns, &n_all, err));
    if (w->insert == NULL) MLCI_TRY(begin(w, err));
    return insert_rows(w, rows, err);
}

static mlc_status finish(void *self, mlc_error *err)
{
    writer *const w = self;
    (void)sqlite3_finalize(w->insert);
    w->insert = NULL;
    MLCI_TRY(mlci_sqlite_run(&w->file, err, "COMMIT"));
    w->is_done = 1;
    return MLC_OK;
}

/* What was begun and not committed is rolled back when the file is closed. */
static void close_writer(void *self)
{
    writer *const w = self;
    const mlci_system *const system = mlci_root_system(w->call->root);
    (void)sqlite3_finalize(w->insert);
    mlci_sqlite_close(&w->file);
    if (w->is_fresh && !w->is_done) (void)system->unlink(system->user, w->path);
    mlci_free(w->columns);
    mlci_params_clear(params, &w->settings);
    mlci_free(w);
}

mlc_status mlci_sqlite_open_sink(mlc_context *call, const char *path, const char *settings,
                                 mlci_row_sink *out, mlc_error *err)
{
    mlci_root *const root = call->root;
    writer *const w = mlci_alloc(root, 1, (int64_t)sizeof *w);
    if (w == NULL) return mlci_fail_memory(err, 1, (int64_t)sizeof *w);
    *w = (writer){.call = call, .path = path};
    const mlc_status status =
        mlci_params_from_text(root, "the SQLite writer", params, NULL, settings, &w->settings, err);
    if (status != MLC_OK) {
        mlci_free(w);
        return status;
    }
    *out = (mlci_row_sink){.self = w, .append = append, .finish = finish, .close = close_writer};
    return MLC_OK;
}
