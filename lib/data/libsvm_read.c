/* Reading libsvm text: chunks in parallel, then one target, perhaps one group, and one sparse
 * vector. Where an index is 0 they count from 0, else from 1, as scikit-learn has it. */
#include <stdio.h>
#include <string.h>

#include "checked.h"
#include "format.h"
#include "format_batches.h"
#include "format_sinks.h"
#include "libsvm.h"
#include "reader_settings.h"
#include "text_file.h"

#define WINDOW_CHUNKS 8 /* of text in memory */

static const mlci_choice base_choices[] = {
    {"auto", MLCI_LIBSVM_BASE_AUTO, "from 0 where an index is 0, else from 1"},
    {"0", 0, "indices count from 0"},
    {"1", 1, "indices count from 1"},
    {NULL, 0, NULL}};

static const mlci_param table[] = {
    MLCI_CHOICE(mlci_libsvm_settings, index_base, MLCI_LIBSVM_BASE_AUTO, base_choices,
                "what the first index is", .since = "0.1"),
    MLCI_INTEGER(mlci_libsvm_settings, width, 0, 0, INT32_MAX,
                 "components of the vector; 0: as many as the largest index needs", .since = "0.1"),
    MLCI_STRING(mlci_libsvm_settings, target_name, "target", "name of the column of labels",
                .since = "0.1"),
    MLCI_STRING(mlci_libsvm_settings, group_name, "qid", "name of the column of groups",
                .since = "0.1"),
    MLCI_STRING(mlci_libsvm_settings, features_name, "x", "name of the vector column",
                .since = "0.1"),
    {.name = NULL}};

mlc_status mlci_libsvm_settings_read(mlci_root *root, const char *text, mlci_libsvm_settings *out,
                                     mlc_error *err)
{
    mlci_libsvm_settings s = {0};
    MLCI_TRY(mlci_reader_settings_read(root, "the libsvm reader", table, text, &s, &s.roles, err));
    *out = s;
    return MLC_OK;
}

void mlci_libsvm_settings_clear(mlci_libsvm_settings *settings)
{
    mlci_params_clear(table, settings);
    mlci_free(settings->roles);
    settings->roles = NULL;
}

/* ---- chunks ------------------------------------------------------------------------------- */

typedef struct reader {
    mlc_context *call;
    mlci_line_windows *windows;
    const char *name;
    const char *bytes; /* of the window at hand */
    int64_t n, line;   /* of its first line, from 1 */
    const mlci_libsvm_settings *settings;
    int64_t width; /* asked for; 0: found */
    int64_t chunk_bytes, n_chunks, chunks_capacity, n_rows, n_entries;
    mlci_libsvm_rows *chunks;
    int32_t base, low, high, has_reals, has_group;
} reader;

typedef struct group {
    reader *r;
    int64_t first;    /* chunk of the window */
    mlc_status ahead; /* of the bytes after the window */
    mlc_error ahead_error;
} group;

/* Block 0 reads ahead; what is wrong there comes after what is wrong in the window. */
static mlc_status parse_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    group *const g = arg;
    reader *const r = g->r;
    (void)slot;
    if (block == 0) {
        g->ahead = mlci_line_windows_read_ahead(r->windows, r->call, &g->ahead_error);
        return MLC_OK;
    }
    const int64_t at = (block - 1) * r->chunk_bytes;
    const int64_t begin = mlci_text_line_start(r->bytes, r->n, at);
    const int64_t end = mlci_text_line_start(r->bytes, r->n, at + r->chunk_bytes);
    mlci_libsvm_rows *const chunk = &r->chunks[g->first + block - 1];
    return mlci_libsvm_parse(chunk, r->call->root, r->bytes, begin, end, err);
}

/* A line of the window at hand. */
static mlc_status fail_line(const reader *r, int64_t start, int64_t column, const char *message,
                            mlc_error *err)
{
    const int64_t line = r->line - 1 + mlci_text_line(r->bytes, start);
    return mlci_fail_at(err, MLC_ERROR_FORMAT, line, column, NULL, "%s:%lld:%lld: %s", r->name,
                        (long long)line, (long long)column, message);
}

/* A row of a chunk whose window is gone. */
static mlc_status fail_row(reader *r, const mlci_libsvm_rows *rows, int64_t i, const char *message,
                           mlc_error *err)
{
    MLCI_TRY(mlci_line_windows_again(r->windows, r->call, rows->window, &r->bytes, &r->n, &r->line,
                                     err));
    if (rows->starts[i] < r->n) return fail_line(r, rows->starts[i], 1, message, err);
    return mlci_fail(err, MLC_ERROR_IO, NULL, "%s changed while it was read", r->name);
}

/* Adds n chunks that hold nothing yet. */
static mlc_status add_chunks(reader *r, int64_t n, mlc_error *err)
{
    if (r->n_chunks + n > r->chunks_capacity) {
        const int64_t capacity = 2 * r->chunks_capacity + n;
        mlci_libsvm_rows *const grown =
            mlci_realloc(r->call->root, r->chunks, capacity, (int64_t)sizeof *grown);
        if (grown == NULL) return mlci_fail_memory(err, capacity, (int64_t)sizeof *grown);
        r->chunks = grown;
        r->chunks_capacity = capacity;
    }
    for (int64_t c = r->n_chunks; c < r->n_chunks + n; c++)
        r->chunks[c] = (mlci_libsvm_rows){0};
    r->n_chunks += n;
    return MLC_OK;
}

static mlc_status parse_window(reader *r, int64_t window, mlc_error *err)
{
    const int64_t n = (r->n - 1) / r->chunk_bytes + 1;
    group g = {.r = r, .first = r->n_chunks};
    MLCI_TRY(add_chunks(r, n, err));
    MLCI_TRY(mlci_parallel_for(r->call, n + 1, parse_block, &g, err));
    MLCI_TRY(mlci_line_windows_report(r->windows, r->call, err));
    for (int64_t c = g.first; c < r->n_chunks; c++) {
        mlci_libsvm_rows *const rows = &r->chunks[c];
        rows->window = window;
        if (rows->fault == MLC_OK) continue;
        return fail_line(r, rows->fault_at, rows->fault_column, rows->fault_message, err);
    }
    if (g.ahead != MLC_OK && err != NULL) *err = g.ahead_error;
    return g.ahead;
}

static mlc_status parse_windows(reader *r, mlc_error *err)
{
    for (int64_t k = 0;; k++) {
        const mlc_status status =
            mlci_line_windows_next(r->windows, r->call, &r->bytes, &r->n, &r->line, err);
        if (status == MLC_END) return MLC_OK;
        if (status != MLC_OK) return status;
        MLCI_TRY(parse_window(r, k, err));
    }
}

/* ---- checks ------------------------------------------------------------------------------- */

/* Groups are in all rows or in none: the first row that differs from the very first. */
static mlc_status refuse_mixed_groups(reader *r, mlc_error *err)
{
    int64_t c = 0;
    while (r->chunks[c].n_rows == 0)
        c++;
    const int begins_with_group = r->chunks[c].first_group == 0;
    for (;; c++) {
        const mlci_libsvm_rows *const rows = &r->chunks[c];
        const int64_t i = begins_with_group ? rows->first_plain : rows->first_group;
        if (rows->n_rows == 0 || i < 0) continue;
        return fail_row(r, rows, i,
                        begins_with_group ? "this row has no qid:, those before have"
                                          : "this row has qid:, those before have none",
                        err);
    }
}

/* The first row with an index out of [base, base + width). */
static mlc_status refuse_index(reader *r, mlc_error *err)
{
    for (int64_t c = 0; c < r->n_chunks; c++) {
        const mlci_libsvm_rows *const rows = &r->chunks[c];
        for (int64_t i = 0, k = 0; i < rows->n_rows; i++) {
            for (; k < rows->ends[i]; k++) {
                const int64_t at = (int64_t)rows->indices[k] - r->base;
                if (at >= 0 && at < r->width) continue;
                char message[160];
                if (at < 0) {
                    (void)snprintf(message, sizeof message,
                                   "index %d: indices count from 1; index_base=0 takes this one",
                                   (int)rows->indices[k]);
                } else {
                    (void)snprintf(message, sizeof message,
                                   "index %d is beyond the vector of %lld components (width=) that "
                                   "count from %d%s",
                                   (int)rows->indices[k], (long long)r->width, (int)r->base,
                                   r->settings->first == NULL ? "" : ", as in the first batch");
                }
                return fail_row(r, rows, i, message, err);
            }
        }
    }
    return MLC_OK;
}

/* A batch after the first has its columns and types. */
static mlc_status be_like_first(reader *r, mlc_error *err)
{
    const mlc_dataset *const first = r->settings->first;
    const int32_t was_real = first->fields[0].column->type == MLC_TYPE_FLOAT64;
    const int32_t had_group = first->n_fields == 3;
    if (r->n_rows > 0 && r->has_group != had_group) {
        return mlci_fail(
            err, MLC_ERROR_FORMAT, NULL,
            "%s: rows from line %lld on have %s qid:, those of the first batch have %s", r->name,
            (long long)r->settings->first_line + 1, r->has_group ? "a" : "no",
            had_group ? "one" : "none");
    }
    if (r->has_reals && !was_real) {
        return mlci_fail(err, MLC_ERROR_FORMAT, r->settings->target_name,
                         "%s: from line %lld on a label is no whole number, as all of the first "
                         "batch are",
                         r->name, (long long)r->settings->first_line + 1);
    }
    r->has_reals = was_real;
    r->has_group = had_group;
    return MLC_OK;
}

static mlc_status settle(reader *r, mlc_error *err)
{
    int32_t has_plain = 0;
    r->low = INT32_MAX;
    r->high = -1;
    for (int64_t c = 0; c < r->n_chunks; c++) {
        const mlci_libsvm_rows *const rows = &r->chunks[c];
        r->n_rows += rows->n_rows;
        r->n_entries += rows->n;
        r->has_reals |= rows->has_reals;
        r->has_group |= rows->first_group >= 0;
        has_plain |= rows->first_plain >= 0;
        if (rows->low < r->low) r->low = rows->low;
        if (rows->high > r->high) r->high = rows->high;
    }
    if (r->n_rows == 0 && r->settings->first == NULL) {
        return mlci_fail(err, MLC_ERROR_FORMAT, NULL,
                         "%s is empty: a line such as '1 3:0.5 9:1' was expected", r->name);
    }
    if (r->has_group && has_plain) return refuse_mixed_groups(r, err);
    if (r->settings->first != NULL) MLCI_TRY(be_like_first(r, err));
    r->base = r->settings->index_base;
    if (r->base == MLCI_LIBSVM_BASE_AUTO) r->base = r->low == 0 ? 0 : 1;
    if (r->settings->found_base != NULL) *r->settings->found_base = r->base;
    const int64_t needed = r->high < 0 ? 1 : (int64_t)r->high - r->base + 1;
    const int is_short = r->width != 0 && needed > r->width;
    if (r->width == 0) r->width = needed < 1 ? 1 : needed;
    return is_short || r->low < r->base ? refuse_index(r, err) : MLC_OK;
}

/* ---- columns: each takes the place of what it is made of ------------------------------------ */

static void give_back(void *items)
{
    void **const block = items;
    mlci_free(*block);
    *block = NULL;
}

static mlc_status make_target(reader *r, mlci_column **out, mlc_error *err)
{
    const int32_t type = r->has_reals ? MLC_TYPE_FLOAT64 : MLC_TYPE_INT64;
    MLCI_TRY(mlci_column_create(r->call->root, type, r->n_rows, 1, 0, out, err));
    double *const reals = mlci_column_data(*out);
    int64_t *const integers = mlci_column_data(*out);
    for (int64_t c = 0, row = 0; c < r->n_chunks; c++) {
        for (int64_t i = 0; i < r->chunks[c].n_rows; i++, row++) {
            if (r->has_reals) {
                reals[row] = r->chunks[c].labels[i];
            } else {
                integers[row] = (int64_t)r->chunks[c].labels[i];
            }
        }
        give_back(&r->chunks[c].labels);
    }
    return MLC_OK;
}

static mlc_status make_groups(reader *r, mlci_column **out, mlc_error *err)
{
    MLCI_TRY(mlci_column_create(r->call->root, MLC_TYPE_INT64, r->n_rows, 1, 0, out, err));
    int64_t *at = mlci_column_data(*out);
    for (int64_t c = 0; c < r->n_chunks; c++) {
        for (int64_t i = 0; i < r->chunks[c].n_rows; i++)
            *at++ = r->chunks[c].groups[i];
        give_back(&r->chunks[c].groups);
    }
    return MLC_OK;
}

static mlc_status make_vectors(reader *r, mlci_column **out, mlc_error *err)
{
    mlci_root *const root = r->call->root;
    int64_t *const offsets = mlci_alloc(root, r->n_rows + 1, (int64_t)sizeof *offsets);
    int32_t *const indices = mlci_alloc_raw(root, r->n_entries, (int64_t)sizeof *indices);
    double *const values = mlci_alloc_raw(root, r->n_entries, (int64_t)sizeof *values);
    if (offsets == NULL || indices == NULL || values == NULL) {
        mlci_free(offsets);
        mlci_free(indices);
        mlci_free(values);
        return mlci_fail_memory(err, r->n_entries, (int64_t)(sizeof *indices + sizeof *values));
    }
    for (int64_t c = 0, row = 0, n = 0; c < r->n_chunks; c++) {
        mlci_libsvm_rows *const rows = &r->chunks[c];
        for (int64_t i = 0; i < rows->n_rows; i++)
            offsets[++row] = n + rows->ends[i];
        for (int64_t k = 0; k < rows->n; k++) {
            indices[n + k] = rows->indices[k] - r->base;
            values[n + k] = rows->values[k];
        }
        n += rows->n;
        mlci_libsvm_rows_clear(rows);
    }
    return mlci_column_create_sparse(root, r->n_rows, r->width, offsets, indices, values, out, err);
}

static mlc_status make_dataset(reader *r, mlc_dataset **out, mlc_error *err)
{
    const mlci_libsvm_settings *const s = r->settings;
    const char *names[3] = {s->target_name};
    int32_t roles[3] = {MLCI_ROLE_TARGET, MLCI_ROLE_GROUP, MLCI_ROLE_FEATURE}, n = 1;
    mlci_column *columns[3] = {NULL};
    mlc_dataset *d = NULL;
    for (int64_t c = 0; c < r->n_chunks; c++)
        give_back(&r->chunks[c].starts);
    mlc_status status = make_target(r, &columns[0], err);
    if (status == MLC_OK && r->has_group) {
        names[n] = s->group_name;
        status = make_groups(r, &columns[n++], err);
    }
    if (status == MLC_OK) {
        names[n] = s->features_name;
        roles[n] = MLCI_ROLE_FEATURE;
        status = make_vectors(r, &columns[n++], err);
    }
    if (status == MLC_OK) {
        status = mlci_dataset_create(r->call->root, n, names, columns, roles, &d, err);
    }
    if (status == MLC_OK && s->roles != NULL) status = mlci_dataset_apply_roles(d, s->roles, err);
    for (int32_t i = 0; i < 3; i++)
        mlci_column_unref(columns[i]);
    if (status != MLC_OK) {
        mlc_dataset_free(d);
        return status;
    }
    *out = d;
    return MLC_OK;
}

/* ---- all of it ---------------------------------------------------------------------------- */

static int64_t width_like(const mlc_dataset *like, const char *name)
{
    const int32_t i = like == NULL ? -1 : mlci_dataset_find(like, name);
    if (i < 0 || like->fields[i].column->type != MLC_TYPE_VECTOR) return 0;
    return like->fields[i].column->width;
}

mlc_status mlci_libsvm_read(mlc_context *call, mlci_line_windows *windows, const mlc_dataset *like,
                            const mlci_libsvm_settings *settings, int64_t chunk_bytes,
                            mlc_dataset **out, mlc_error *err)
{
    reader r = {.call = call,
                .windows = windows,
                .name = windows->name,
                .settings = settings,
                .chunk_bytes = chunk_bytes};
    r.width = settings->width != 0 ? settings->width : width_like(like, settings->features_name);
    mlc_status status = parse_windows(&r, err);
    if (status == MLC_OK) status = settle(&r, err);
    if (status == MLC_OK) status = make_dataset(&r, out, err);
    for (int64_t c = 0; c < r.n_chunks; c++)
        mlci_libsvm_rows_clear(&r.chunks[c]);
    mlci_free(r.chunks);
    return status;
}

mlc_status mlci_libsvm_read_text(mlc_context *call, const char *name, const char *bytes, int64_t n,
                                 const mlc_dataset *like, const mlci_libsvm_settings *settings,
                                 int64_t chunk_bytes, mlc_dataset **out, mlc_error *err)
{
    mlci_line_windows windows = mlci_line_windows_within(
        call->root, name, bytes, n, settings->first_line + 1, WINDOW_CHUNKS * chunk_bytes);
    return mlci_libsvm_read(call, &windows, like, settings, chunk_bytes, out, err);
}

/* ---- format ------------------------------------------------------------------------------- */

static mlc_status read_lines(mlc_context *call, mlci_line_windows *windows, const mlc_dataset *like,
                             const char *settings, mlc_dataset **out, mlc_error *err)
{
    mlci_libsvm_settings s = {0};
    MLCI_TRY(mlci_libsvm_settings_read(call->root, settings, &s, err));
    const mlc_status status =
        mlci_libsvm_read(call, windows, like, &s, MLCI_LIBSVM_CHUNK_BYTES, out, err);
    mlci_libsvm_settings_clear(&s);
    return status;
}

/* Is the first line one of a label and at least one index:value? */
static int sniff(const char *bytes, int64_t n)
{
    const char *const stop = n == 0 ? NULL : memchr(bytes, '\n', (size_t)n);
    const int64_t length = stop == NULL ? n : stop - bytes;
    mlci_libsvm_rows rows;
    const mlc_status status = mlci_libsvm_parse(&rows, NULL, bytes, 0, length, NULL);
    const int is_one = status == MLC_OK && rows.fault == MLC_OK && rows.n_rows == 1 &&
                       (rows.n > 0 || rows.first_group >= 0);
    mlci_libsvm_rows_clear(&rows);
    return is_one;
}

const mlci_format mlci_format_libsvm = {
    .name = "libsvm",
    .endings = "libsvm,svmlight,svm",
    .doc = "libsvm or svmlight text",
    .sniff = sniff,
    .read_lines = read_lines,
    .open_batches = mlci_libsvm_open_batches,
    .open_sink = mlci_libsvm_open_sink,
};
