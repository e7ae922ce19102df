/* Reading SQLite: a table, or the rows of one SELECT. Rows come one by one; the values of each
 * column are gathered and decide its type, since a column of SQLite may hold anything. */
#include "sqlite.h"

#include <string.h>

#include "number.h"
#include "sqlite_reader.h"

#define PIECE_ROWS ((int64_t)1 << 20) /* rows that are gathered together */

static const mlci_param params[] = {
    MLCI_STRING(mlci_sqlite_settings, table, NULL, "table or view to read; none: the only one",
                .flags = MLCI_PARAM_NONE, .since = "0.1"),
    MLCI_STRING(mlci_sqlite_settings, query, NULL, "SELECT statement to read instead",
                .flags = MLCI_PARAM_NONE, .since = "0.1"),
    MLCI_STRING(mlci_sqlite_settings, types, NULL, "types of columns, as in age:int64,zip:category",
                .flags = MLCI_PARAM_LIST | MLCI_PARAM_NONE, .since = "0.1"),
    MLCI_STRING(mlci_sqlite_settings, null, NULL, "texts that mean missing, besides NULL",
                .flags = MLCI_PARAM_LIST | MLCI_PARAM_NONE, .since = "0.1"),
    MLCI_CHOICE(mlci_sqlite_settings, text, MLCI_TEXT_AS_AUTO, mlci_text_as_choices,
                "what columns of texts become", .since = "0.1"),
    {.name = NULL}};

/* ---- which rows --------------------------------------------------------------------------- */

static const char all_tables[] =
    "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' "
    "ESCAPE '\\' ORDER BY name";

/* The names of the tables, one after another with a NUL each. */
static mlc_status list_tables(mlci_sqlite_reader *r, mlci_text *out, int32_t *n, mlc_error *err)
{
    sqlite3_stmt *names = NULL;
    MLCI_TRY(mlci_sqlite_prepare(&r->file, all_tables, NULL, &names, err));
    int result = sqlite3_step(names);
    for (*n = 0; result == SQLITE_ROW; result = sqlite3_step(names), (*n)++) {
        const char *const name = (const char *)sqlite3_column_text(names, 0);
        mlci_text_append_text(out, name == NULL ? "" : name);
        mlci_text_append_char(out, '\0');
    }
    mlc_status status = MLC_OK;
    if (result != SQLITE_DONE) status = mlci_sqlite_fail(&r->file, NULL, err);
    (void)sqlite3_finalize(names);
    return status != MLC_OK ? status : mlci_text_status(out, err);
}

static const char *next_table(const void *arg, int32_t i)
{
    const mlci_text *const names = arg;
    int64_t at = 0;
    for (; i > 0 && at < names->length; i--)
        at += (int64_t)strlen(names->data + at) + 1;
    return at < names->length ? names->data + at : NULL;
}

static mlc_status fail_table(const mlci_sqlite_reader *r, const mlci_text *names, int32_t n,
                             mlc_error *err)
{
    const char *const wanted = r->settings.table;
    const char *const nearest = wanted == NULL ? NULL : mlci_nearest(wanted, next_table, names);
    if (nearest != NULL) {
        return mlci_fail(err, MLC_ERROR_SETTING, "table",
                         "%s has no table '%s'; did you mean '%s'?", r->file.name, wanted, nearest);
    }
    if (n == 0) {
        return mlci_fail(err, MLC_ERROR_FORMAT, "table", "%s has no table", r->file.name);
    }
    mlci_text list = mlci_text_init(NULL);
    for (int32_t i = 0; i < n && list.length < 600; i++)
        mlci_text_append_format(&list, "%s%s", i > 0 ? ", " : "", next_table(names, i));
    const mlc_status status = mlci_fail(
        err, MLC_ERROR_SETTING, "table", "%s %s%s%s: say table= or query=; it has %s", r->file.name,
        wanted == NULL ? "has several tables" : "has no table '", wanted == NULL ? "" : wanted,
        wanted == NULL ? "" : "'", list.data == NULL ? "" : list.data);
    mlci_text_clear(&list);
    return status;
}

/* The table that is meant, whatever the case of its letters: SQLite does not tell it apart. */
static mlc_status find_table(mlci_sqlite_reader *r, mlci_text *names, const char **out,
                             mlc_error *err)
{
    int32_t n = 0;
    *out = NULL;
    MLCI_TRY(list_tables(r, names, &n, err));
    for (int32_t i = 0; i < n && *out == NULL; i++) {
        const char *const name = next_table(names, i);
        const char *const wanted = r->settings.table;
        if (wanted == NULL ? n == 1 : sqlite3_stricmp(name, wanted) == 0) *out = name;
    }
    return *out == NULL ? fail_table(r, names, n, err) : MLC_OK;
}

static mlc_status prepare_table(mlci_sqlite_reader *r, mlc_error *err)
{
    mlci_text names = mlci_text_init(r->call->root);
    const char *table = NULL;
    mlc_status status = find_table(r, &names, &table, err);
    if (status == MLC_OK) {
        char *const sql = sqlite3_mprintf("SELECT * FROM \"%w\"", table);
        status = sql == NULL ? mlci_fail_memory(err, 1, 1024)
                             : mlci_sqlite_prepare(&r->file, sql, "table", &r->statement, err);
        sqlite3_free(sql);
    }
    mlci_text_clear(&names);
    return status;
}

static mlc_status prepare_rows(mlci_sqlite_reader *r, mlc_error *err)
{
    const mlci_sqlite_settings *const s = &r->settings;
    if (s->table != NULL && s->query != NULL) {
        return mlci_fail(err, MLC_ERROR_SETTING, "query", "table and query: say one of them");
    }
    mlci_sqlite_only_read(&r->file);
    if (s->query == NULL) return prepare_table(r, err);
    MLCI_TRY(mlci_sqlite_prepare(&r->file, s->query, "query", &r->statement, err));
    if (sqlite3_stmt_isexplain(r->statement) != 0 || sqlite3_stmt_readonly(r->statement) == 0 ||
        sqlite3_column_count(r->statement) == 0) {
        return mlci_fail(err, MLC_ERROR_SETTING, "query", "query: must be one SELECT statement");
    }
    if (sqlite3_bind_parameter_count(r->statement) != 0) {
        return mlci_fail(err, MLC_ERROR_SETTING, "query",
                         "query: parameters (?, :name) have no values here: write them out");
    }
    return MLC_OK;
}

/* ---- rows --------------------------------------------------------------------------------- */

static const char *column_name(const mlci_sqlite_reader *r, int32_t j)
{
    const char *const name = sqlite3_column_name(r->statement, j);
    return name == NULL ? "" : name;
}

static mlc_status add_piece(mlci_sqlite_reader *r, mlc_error *err)
{
    mlci_root *const root = r->call->root;
    mlci_gather **const grown =
        mlci_realloc(root, r->pieces, r->n_pieces + 1, (int64_t)sizeof *grown);
    if (grown == NULL) return mlci_fail_memory(err, r->n_pieces + 1, (int64_t)sizeof *grown);
    r->pieces = grown;
    mlci_gather *const columns = mlci_alloc(root, r->n_columns, (int64_t)sizeof *columns);
    if (columns == NULL) return mlci_fail_memory(err, r->n_columns, (int64_t)sizeof *columns);
    for (int32_t j = 0; j < r->n_columns; j++) {
        mlci_gather_open(&columns[j], root, mlci_wishes_find(&r->wishes, column_name(r, j)),
                         &r->nulls);
    }
    r->pieces[r->n_pieces++] = columns;
    return MLC_OK;
}

static mlc_status refuse_cell(const mlci_sqlite_reader *r, int32_t j, const char *what,
                              mlc_error *err)
{
    const char *const name = column_name(r, j);
    return mlci_fail(err, MLC_ERROR_FORMAT, name, "%s: column '%s', row %lld: %s", r->file.name,
                     name, (long long)(r->n_passed + r->n_rows + 1), what);
}

static mlc_status take_text(const mlci_sqlite_reader *r, int32_t j, mlci_value *out, mlc_error *err)
{
    out->kind = MLCI_KIND_TEXT;
    out->text = (const char *)sqlite3_column_text(r->statement, j);
    out->length = sqlite3_column_bytes(r->statement, j);
    if (out->text == NULL) return mlci_fail_memory(err, out->length + 1, 1);
    if (!mlci_utf8_valid(out->text, out->length, NULL)) {
        return refuse_cell(r, j, "the text is not valid UTF-8", err);
    }
    if (memchr(out->text, 0, (size_t)out->length) != NULL) {
        return refuse_cell(r, j, "the text has a NUL byte: texts hold none", err);
    }
    return MLC_OK;
}

/* A number, with its text where that may be asked for; a flag where the column holds flags. */
static void take_number(const mlci_sqlite_reader *r, const mlci_wish *wish, int32_t j,
                        char text[MLCI_NUMBER_SIZE], mlci_value *out)
{
    out->text = text;
    if (sqlite3_column_type(r->statement, j) == SQLITE_INTEGER) {
        out->integer = sqlite3_column_int64(r->statement, j);
        const int is_flag = out->integer == 0 || out->integer == 1;
        out->kind = wish->type == MLC_TYPE_BOOL && is_flag ? MLCI_KIND_BOOL : MLCI_KIND_INTEGER;
        out->length = mlci_integer_format(out->integer, text);
    } else {
        out->kind = MLCI_KIND_REAL;
        out->real = sqlite3_column_double(r->statement, j);
        out->length = mlci_real_format(out->real, text);
    }
}

static mlc_status take_cell(mlci_sqlite_reader *r, mlci_gather *piece, int32_t j, int32_t row,
                            mlc_error *err)
{
    char number[MLCI_NUMBER_SIZE];
    mlci_value value = {0};
    mlc_error why;
    switch (sqlite3_column_type(r->statement, j)) {
    case SQLITE_NULL:
        return MLC_OK;
    case SQLITE_BLOB:
        return refuse_cell(r, j, "a blob, which no column holds: leave it out with query=", err);
    case SQLITE_TEXT:
        MLCI_TRY(take_text(r, j, &value, err));
        break;
    default:
        take_number(r, &piece->wish, j, number, &value);
    }
    const mlc_status status = mlci_gather_put(piece, row, &value, &why);
    if (status == MLC_ERROR_FORMAT) return refuse_cell(r, j, why.message, err);
    if (status != MLC_OK && err != NULL) *err = why;
    return status;
}

static mlc_status read_rows(mlci_sqlite_reader *r, int64_t most, mlc_error *err)
{
    int result = SQLITE_ROW;
    MLCI_TRY(add_piece(r, err));
    while (r->n_rows < most) {
        result = sqlite3_step(r->statement);
        if (result != SQLITE_ROW) break;
        const int64_t piece = r->n_rows / PIECE_ROWS;
        if (piece == r->n_pieces) MLCI_TRY(add_piece(r, err));
        for (int32_t j = 0; j < r->n_columns; j++) {
            MLCI_TRY(take_cell(r, &r->pieces[piece][j], j, (int32_t)(r->n_rows % PIECE_ROWS), err));
        }
        r->n_rows++;
        MLCI_TRY(mlci_poll_row(r->call, r->n_rows, err));
    }
    r->at_end = result == SQLITE_DONE;
    if (result == SQLITE_DONE || result == SQLITE_ROW) return MLC_OK;
    return mlci_sqlite_fail(&r->file, r->settings.query != NULL ? "query" : NULL, err);
}

/* ---- columns ------------------------------------------------------------------------------ */

static int has_word(const char *declared, const char *word)
{
    const size_t n = strlen(word);
    for (; strlen(declared) >= n; declared++) {
        if (sqlite3_strnicmp(declared, word, (int)n) == 0) return 1;
    }
    return 0;
}

static int is_bool(const char *declared)
{
    return sqlite3_stricmp(declared, "BOOL") == 0 || sqlite3_stricmp(declared, "BOOLEAN") == 0;
}

/* SQLite's rules of affinity, for a column that has no value to go by. */
static int32_t declared_type(const char *declared)
{
    if (is_bool(declared)) return MLC_TYPE_BOOL;
    if (has_word(declared, "INT")) return MLC_TYPE_INT64;
    if (has_word(declared, "CHAR") || has_word(declared, "CLOB") || has_word(declared, "TEXT")) {
        return MLC_TYPE_TEXT;
    }
    return 0;
}

static mlc_status finish_column(mlci_sqlite_reader *r, int32_t j, mlci_gather **pieces,
                                const int64_t *first_rows, mlc_error *err)
{
    const char *const found = sqlite3_column_decltype(r->statement, j);
    const char *const declared = found == NULL ? "" : found;
    mlci_conflict conflict;
    for (int64_t c = 0; c < r->n_pieces; c++)
        pieces[c] = &r->pieces[c][j];
    const mlci_gathered gathered = {.name = column_name(r, j),
                                    .wish = pieces[0]->wish,
                                    .declared = declared_type(declared),
                                    .is_bool = is_bool(declared),
                                    .text_as = r->settings.text,
                                    .n_rows = r->n_rows,
                                    .n_pieces = r->n_pieces,
                                    .pieces = pieces,
                                    .first_rows = first_rows};
    if (mlci_gathered_conflict(&gathered, &conflict)) {
        mlci_text what = mlci_text_init(NULL);
        mlci_conflict_describe(&conflict, &what);
        mlci_text_append_format(&what,
                                "; types='%s:text' reads texts, null= names words that mean "
                                "missing",
                                gathered.name);
        r->n_rows = first_rows[conflict.piece] + conflict.row;
        const mlc_status status = refuse_cell(r, j, what.data == NULL ? "" : what.data, err);
        mlci_text_clear(&what);
        return status;
    }
    return mlci_gathered_finish(r->call->root, &gathered, &r->columns[j], err);
}

static mlc_status finish_columns(mlci_sqlite_reader *r, mlc_error *err)
{
    mlci_root *const root = r->call->root;
    mlci_gather **const pieces = mlci_alloc(root, r->n_pieces, (int64_t)sizeof *pieces);
    int64_t *const first_rows = mlci_alloc(root, r->n_pieces, (int64_t)sizeof *first_rows);
    r->columns = mlci_alloc(root, r->n_columns, (int64_t)sizeof *r->columns);
    mlc_status status = MLC_OK;
    if (pieces == NULL || first_rows == NULL || r->columns == NULL) {
        status = mlci_fail_memory(err, r->n_columns, (int64_t)sizeof *r->columns);
    }
    for (int64_t c = 0; c < r->n_pieces && status == MLC_OK; c++)
        first_rows[c] = c * PIECE_ROWS;
    for (int32_t j = 0; j < r->n_columns && status == MLC_OK; j++) {
        status = finish_column(r, j, pieces, first_rows, err);
        if (status == MLC_OK) status = mlci_poll(r->call, err);
    }
    mlci_free(pieces);
    mlci_free(first_rows);
    return status;
}

static mlc_status make_dataset(mlci_sqlite_reader *r, mlc_dataset **out, mlc_error *err)
{
    mlci_root *const root = r->call->root;
    const char **const names = mlci_alloc(root, r->n_columns, (int64_t)sizeof *names);
    if (names == NULL) return mlci_fail_memory(err, r->n_columns, (int64_t)sizeof *names);
    for (int32_t j = 0; j < r->n_columns; j++)
        names[j] = column_name(r, j);
    mlc_dataset *d = NULL;
    mlc_status status = mlci_dataset_create(root, r->n_columns, names, r->columns, NULL, &d, err);
    mlci_free(names);
    if (status == MLC_OK) status = mlci_wishes_check(&r->wishes, r->file.name, d, err);
    if (status == MLC_OK && r->settings.roles != NULL) {
        status = mlci_dataset_apply_roles(d, r->settings.roles, err);
    }
    if (status != MLC_OK) {
        mlc_dataset_free(d);
        return status;
    }
    *out = d;
    return MLC_OK;
}

/* ---- all of it ---------------------------------------------------------------------------- */

/* Gives up the rows that are held. */
static void forget_rows(mlci_sqlite_reader *r)
{
    for (int64_t c = 0; c < r->n_pieces; c++) {
        for (int32_t j = 0; j < r->n_columns; j++)
            mlci_gather_close(&r->pieces[c][j]);
        mlci_free(r->pieces[c]);
    }
    for (int32_t j = 0; j < r->n_columns && r->columns != NULL; j++)
        mlci_column_unref(r->columns[j]);
    mlci_free(r->pieces);
    mlci_free(r->columns);
    r->pieces = NULL;
    r->columns = NULL;
    r->n_passed += r->n_rows;
    r->n_pieces = r->n_rows = 0;
}

mlc_status mlci_sqlite_reader_start(mlci_sqlite_reader *r, const mlc_dataset *like, mlc_error *err)
{
    mlci_root *const root = r->call->root;
    MLCI_TRY(mlci_wishes_open(root, r->settings.types, like, &r->wishes, err));
    MLCI_TRY(mlci_csv_nulls_init(&r->nulls, root, r->settings.null, err));
    MLCI_TRY(prepare_rows(r, err));
    r->n_columns = sqlite3_column_count(r->statement);
    return MLC_OK;
}

mlc_status mlci_sqlite_reader_next(mlci_sqlite_reader *r, int64_t most, mlc_dataset **out,
                                   mlc_error *err)
{
    mlc_status status = read_rows(r, most, err);
    if (status == MLC_OK) status = finish_columns(r, err);
    if (status == MLC_OK) status = make_dataset(r, out, err);
    forget_rows(r);
    return status;
}

void mlci_sqlite_reader_close(mlci_sqlite_reader *r)
{
    mlci_csv_nulls_clear(&r->nulls);
    mlci_wishes_close(&r->wishes);
    (void)sqlite3_finalize(r->statement);
    mlci_sqlite_close(&r->file);
    mlci_params_clear(params, &r->settings);
    mlci_free(r->settings.roles);
    r->settings.roles = NULL;
}

mlc_status mlci_sqlite_reader_settings(mlci_sqlite_reader *r, const char *settings, mlc_error *err)
{
    return mlci_reader_settings_read(r->call->root, "the SQLite reader", params, settings,
                                     &r->settings, &r->settings.roles, err);
}

mlc_status mlci_sqlite_read(mlc_context *ctx, const char *path, const mlc_dataset *like,
                            const char *settings, mlc_dataset **out, mlc_error *err)
{
    mlc_context local, *call = NULL;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    mlci_sqlite_reader r = {.call = call};
    mlc_status status = mlci_sqlite_reader_settings(&r, settings, err);
    if (status == MLC_OK) status = mlci_sqlite_open(&r.file, call, path, 0, err);
    if (status == MLC_OK) status = mlci_sqlite_reader_start(&r, like, err);
    if (status == MLC_OK) status = mlci_sqlite_reader_next(&r, INT64_MAX, out, err);
    mlci_sqlite_reader_close(&r);
    mlci_call_end(call);
    return status;
}

mlc_status mlci_sqlite_parse(mlc_context *ctx, const void *bytes, int64_t n,
                             const mlc_dataset *like, const char *settings, mlc_dataset **out,
                             mlc_error *err)
{
    mlc_context local, *call = NULL;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    mlci_sqlite_reader r = {.call = call};
    char *const copy = mlci_copy_text(call->root, n == 0 ? "" : bytes, n);
    mlc_status status = copy == NULL ? mlci_fail_memory(err, n + 1, 1)
                                     : mlci_sqlite_reader_settings(&r, settings, err);
    if (status == MLC_OK) status = mlci_sqlite_open_bytes(&r.file, call, copy, n, err);
    if (status == MLC_OK) status = mlci_sqlite_reader_start(&r, like, err);
    if (status == MLC_OK) status = mlci_sqlite_reader_next(&r, INT64_MAX, out, err);
    mlci_sqlite_reader_close(&r);
    mlci_free(copy);
    mlci_call_end(call);
    return status;
}
