/* Rows of two datasets side by side, where their keys are equal.
 *
 * The rows of the right one are indexed by key (key_index.c), those of the left one look their
 * partners up, by blocks. Row order is that of the left rows, and of their partners in the right
 * dataset. O(left + right + result). */
#include <mlcore/shape.h>

#include <string.h>

#include "checked.h"
#include "join.h"
#include "key_index.h"
#include "text.h"

#define BLOCK_ROWS 32768

typedef struct joiner {
    mlc_context *call;
    const mlc_dataset *left, *right;
    const mlci_join_settings *settings;
    mlci_row_keys keys;   /* of the right rows, then of the left ones */
    mlci_key_index index; /* of the right rows */
    int64_t *heads;       /* by left row: its first partner, or -1 */
    int64_t *counts;      /* by block of left rows: rows of the result, then where they go */
    int64_t n;            /* rows of the result */
    int64_t *left_rows;   /* NULL: each left row once */
    int64_t *right_rows;
} joiner;

/* ---- partners ----------------------------------------------------------------------------- */

static mlc_status find_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const joiner *const j = arg;
    const int64_t before = j->right->n_rows, low = block * BLOCK_ROWS;
    const int64_t n = j->left->n_rows - low < BLOCK_ROWS ? j->left->n_rows - low : BLOCK_ROWS;
    mlci_key_index_find(&j->index, before + low, before + low + n, j->heads + low);
    return MLC_OK;
}

/* Two rows of a side have the same key: the first that is not the first of its key is told. */
static mlc_status check_side(const mlci_key_index *index, const char *side, mlc_error *err)
{
    int64_t row = -1;
    for (int64_t i = 0; i < index->n_rows && index->has_repeats; i++) {
        if (!mlci_has_key(index->keys, i) || index->next[i] < 0) continue;
        if (row < 0 || index->next[i] < index->next[row]) row = i;
    }
    if (row < 0) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_DATA, NULL,
                     "rows %lld and %lld of the %s dataset have the same key, and validate says "
                     "that none may",
                     (long long)row, (long long)index->next[row], side);
}

static mlc_status check_left(const joiner *j, mlc_error *err)
{
    const int64_t before = j->right->n_rows;
    mlci_key_index index = {0};
    mlci_row_keys keys = j->keys;
    keys.n_rows = j->left->n_rows;
    keys.words += before * keys.n_words;
    keys.has_none += before;
    MLCI_TRY(mlci_key_index_open(j->call, &keys, keys.n_rows, &index, err));
    const mlc_status status = check_side(&index, "left", err);
    mlci_key_index_close(&index);
    return status;
}

static mlc_status find_partners(joiner *j, mlc_error *err)
{
    const mlci_join_settings *const s = j->settings;
    MLCI_TRY(mlci_row_keys_open_pairs(j->call, j->right, s->right_fields, j->left, s->left_fields,
                                      s->n_fields, &j->keys, err));
    if (s->validate & MLCI_JOIN_ONE_LEFT) MLCI_TRY(check_left(j, err));
    MLCI_TRY(mlci_key_index_open(j->call, &j->keys, j->right->n_rows, &j->index, err));
    if (s->validate & MLCI_JOIN_ONE_RIGHT) MLCI_TRY(check_side(&j->index, "right", err));
    const int64_t n = j->left->n_rows;
    j->heads = mlci_alloc_raw(j->call->root, n, (int64_t)sizeof *j->heads);
    if (j->heads == NULL) return mlci_fail_memory(err, n, (int64_t)sizeof *j->heads);
    return mlci_parallel_for(j->call, (n + BLOCK_ROWS - 1) / BLOCK_ROWS, find_block, j, err);
}

/* ---- rows --------------------------------------------------------------------------------- */

static int is_filter(const joiner *j)
{
    return j->settings->how == MLCI_JOIN_SEMI || j->settings->how == MLCI_JOIN_ANTI;
}

/* Rows that a left row gives. */
static int64_t n_results(const joiner *j, int64_t left_row)
{
    const int64_t head = j->heads[left_row];
    if (j->settings->how == MLCI_JOIN_ANTI) return head < 0;
    if (head < 0) return j->settings->how == MLCI_JOIN_LEFT;
    if (!j->index.has_repeats || is_filter(j)) return 1;
    int64_t n = 0;
    for (int64_t row = head; row >= 0; row = j->index.next[row])
        n++;
    return n;
}

static int64_t block_end(const joiner *j, int64_t block)
{
    const int64_t n = j->left->n_rows, low = block * BLOCK_ROWS;
    return n - low < BLOCK_ROWS ? n : low + BLOCK_ROWS;
}

static mlc_status count_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const joiner *const j = arg;
    int64_t n = 0;
    for (int64_t i = block * BLOCK_ROWS; i < block_end(j, block); i++) {
        if (mlci_add_size(n, n_results(j, i), &n)) continue;
        return mlci_fail(err, MLC_ERROR_LIMIT, NULL, "the join has more rows than can be counted");
    }
    j->counts[block] = n;
    return MLC_OK;
}

static mlc_status list_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const joiner *const j = arg;
    int64_t at = j->counts[block];
    for (int64_t i = block * BLOCK_ROWS; i < block_end(j, block); i++) {
        if (is_filter(j)) {
            if (n_results(j, i) > 0) j->left_rows[at++] = i;
            continue;
        }
        int64_t row = j->heads[i];
        if (row < 0 && j->settings->how != MLCI_JOIN_LEFT) continue;
        do {
            j->left_rows[at] = i;
            j->right_rows[at++] = row;
            row = row < 0 ? -1 : j->index.next[row];
        } while (row >= 0);
    }
    return MLC_OK;
}

/* Counts become places. */
static mlc_status count_rows(joiner *j, int64_t n_blocks, mlc_error *err)
{
    j->counts = mlci_alloc(j->call->root, n_blocks, (int64_t)sizeof *j->counts);
    if (j->counts == NULL) return mlci_fail_memory(err, n_blocks, (int64_t)sizeof *j->counts);
    MLCI_TRY(mlci_parallel_for(j->call, n_blocks, count_block, j, err));
    for (int64_t b = 0; b < n_blocks; b++) {
        const int64_t n = j->counts[b];
        j->counts[b] = j->n;
        if (mlci_add_size(j->n, n, &j->n)) continue;
        return mlci_fail(err, MLC_ERROR_LIMIT, NULL, "the join has more rows than can be counted");
    }
    return MLC_OK;
}

static mlc_status list_rows(joiner *j, mlc_error *err)
{
    const int64_t n_blocks = (j->left->n_rows + BLOCK_ROWS - 1) / BLOCK_ROWS;
    if (j->settings->how == MLCI_JOIN_LEFT && !j->index.has_repeats) {
        j->n = j->left->n_rows;
        j->right_rows = j->heads;
        j->heads = NULL;
        return MLC_OK;
    }
    MLCI_TRY(count_rows(j, n_blocks, err));
    j->left_rows = mlci_alloc_raw(j->call->root, j->n, (int64_t)sizeof *j->left_rows);
    if (!is_filter(j)) {
        j->right_rows = mlci_alloc_raw(j->call->root, j->n, (int64_t)sizeof *j->right_rows);
    }
    if (j->left_rows == NULL || (!is_filter(j) && j->right_rows == NULL)) {
        return mlci_fail_memory(err, j->n, (int64_t)sizeof *j->left_rows);
    }
    return mlci_parallel_for(j->call, n_blocks, list_block, j, err);
}

/* ---- columns ------------------------------------------------------------------------------ */

/* Row numbers of a dataset as those of its columns. */
static void to_source_rows(const mlc_dataset *d, int64_t *rows, int64_t n)
{
    if (d->rows == NULL && d->first == 0) return;
    for (int64_t i = 0; i < n; i++)
        if (rows[i] >= 0) rows[i] = mlci_dataset_source_row(d, rows[i]);
}

/* The columns of the fields, left ones first, become those of the result. */
static mlc_status take_columns(joiner *j, int32_t n, mlci_column **columns, mlc_error *err)
{
    const int32_t n_left = j->left->n_fields;
    const int64_t *rows = j->left_rows;
    mlc_status status;
    if (rows == NULL && j->left->rows != NULL) rows = j->left->rows->row;
    if (j->left_rows != NULL) to_source_rows(j->left, j->left_rows, j->n);
    to_source_rows(j->right, j->right_rows, j->n);
    MLCI_TRY(mlci_columns_take(j->call, n_left, (const mlci_column *const *)columns, rows,
                               j->left->first, j->n, columns, err));
    status = mlci_columns_take(j->call, n - n_left, (const mlci_column *const *)columns + n_left,
                               j->right_rows, 0, j->n, columns + n_left, err);
    for (int32_t i = 0; i < n_left && status != MLC_OK; i++)
        mlci_column_unref(columns[i]);
    return status;
}

/* Fields of the result: all of the left side, and those of the right that are no keys. */
static int32_t list_sources(const joiner *j, int32_t *sources)
{
    int32_t n = 0;
    for (int32_t i = 0; i < j->left->n_fields; i++)
        sources[n++] = i;
    for (int32_t i = 0; i < j->right->n_fields; i++) {
        int is_key = 0;
        for (int32_t k = 0; k < j->settings->n_fields; k++)
            is_key |= j->settings->right_fields[k] == i;
        if (!is_key) sources[n++] = ~i;
    }
    return n;
}

/* A role of the right side, unless only one column can have it and the left side has one. */
static int32_t right_role(const joiner *j, int32_t role)
{
    if (role == MLCI_ROLE_FEATURE || role == MLCI_ROLE_SENSITIVE || role == MLCI_ROLE_ID) {
        return role;
    }
    for (int32_t i = 0; i < j->left->n_fields; i++)
        if (j->left->fields[i].role == role) return MLCI_ROLE_IGNORE;
    return role;
}

/* The name of a right column: with the suffix where the left side has the name too. */
static mlc_status name_right(const joiner *j, const char *name, mlci_text *out, mlc_error *err)
{
    mlci_text_append_text(out, name);
    if (mlci_dataset_find(j->left, name) >= 0) mlci_text_append_text(out, j->settings->suffix);
    mlci_text_append_char(out, '\0');
    return mlci_text_status(out, err);
}

/* Names and roles of the result, and the columns that its own are taken from; the names of the
 * right side stand in `names`. */
static mlc_status make_fields(const joiner *j, const int32_t *sources, int32_t n,
                              mlci_field *fields, mlci_text *names, mlc_error *err)
{
    int64_t at = 0;
    for (int32_t i = j->left->n_fields; i < n; i++)
        MLCI_TRY(name_right(j, j->right->fields[~sources[i]].name, names, err));
    for (int32_t i = 0; i < n; i++) {
        const mlci_field *const field =
            sources[i] >= 0 ? &j->left->fields[sources[i]] : &j->right->fields[~sources[i]];
        fields[i].name = field->name;
        fields[i].column = field->column;
        fields[i].role = sources[i] >= 0 ? field->role : right_role(j, field->role);
        if (sources[i] >= 0) continue;
        fields[i].name = names->data + at;
        at += (int64_t)strlen(fields[i].name) + 1;
    }
    return MLC_OK;
}

/* A dataset of the fields with columns of their own. */
static mlc_status make_columns(joiner *j, int32_t n, mlci_field *fields, mlci_column **columns,
                               mlc_dataset **out, mlc_error *err)
{
    for (int32_t i = 0; i < n; i++)
        columns[i] = fields[i].column;
    MLCI_TRY(take_columns(j, n, columns, err));
    for (int32_t i = 0; i < n; i++)
        fields[i].column = columns[i];
    const mlc_status status =
        mlci_dataset_create_like(j->call->root, j->left, n, fields, j->n, out, err);
    for (int32_t i = 0; i < n; i++)
        mlci_column_unref(columns[i]);
    return status;
}

static mlc_status make_dataset(joiner *j, mlc_dataset **out, mlc_error *err)
{
    mlci_root *const root = j->call->root;
    const int64_t most = (int64_t)j->left->n_fields + j->right->n_fields;
    int32_t *const sources = mlci_alloc(root, most, (int64_t)sizeof *sources);
    mlci_field *const fields = mlci_alloc(root, most, (int64_t)sizeof *fields);
    mlci_column **const columns = mlci_alloc(root, most, (int64_t)sizeof(mlci_column *));
    mlci_text names = mlci_text_init(root);
    mlc_status status = MLC_OK;
    if (sources == NULL || fields == NULL || columns == NULL) {
        status = mlci_fail_memory(err, most, (int64_t)sizeof *fields);
    } else {
        const int32_t n = list_sources(j, sources);
        status = make_fields(j, sources, n, fields, &names, err);
        if (status == MLC_OK) status = make_columns(j, n, fields, columns, out, err);
    }
    mlci_free(sources);
    mlci_free(fields);
    mlci_free(columns);
    mlci_text_clear(&names);
    return status;
}

/* ---- the whole ---------------------------------------------------------------------------- */

static mlc_status join(joiner *j, mlc_dataset **out, mlc_error *err)
{
    MLCI_TRY(find_partners(j, err));
    MLCI_TRY(list_rows(j, err));
    if (!is_filter(j)) return make_dataset(j, out, err);
    int64_t *const rows = j->left_rows;
    j->left_rows = NULL;
    return mlci_dataset_view(j->call, j->left, rows, j->n, out, err);
}

mlc_status mlc_dataset_join(mlc_context *ctx, const mlc_dataset *left, const mlc_dataset *right,
                            const char *settings, mlc_dataset **out, mlc_error *err)
{
    if (left == NULL || right == NULL || out == NULL) {
        const char *const what = left == NULL ? "left" : right == NULL ? "right" : "out";
        return mlci_fail(err, MLC_ERROR_ARGUMENT, what, "%s is NULL", what);
    }
    mlc_context local, *call = NULL;
    mlci_join_settings s;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    mlc_status status = mlci_join_settings_read(call->root, settings, left, right, &s, err);
    if (status == MLC_OK) {
        joiner j = {.call = call, .left = left, .right = right, .settings = &s};
        status = join(&j, out, err);
        mlci_row_keys_close(&j.keys);
        mlci_key_index_close(&j.index);
        mlci_free(j.heads);
        mlci_free(j.counts);
        mlci_free(j.left_rows);
        mlci_free(j.right_rows);
        mlci_join_settings_clear(&s);
    }
    mlci_call_end(call);
    return status;
}
