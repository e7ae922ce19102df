/* Rows of two datasets side by side, where their keys are equal.
 *
 * The rows of the right one are indexed by key (key_index.c), those of the left one look their
 * partners up, by blocks, which keep only what becomes of the result. Row order is that of the left
 * rows, and of their partners in the right dataset. O(left + right + result). */
#include <mlcore/shape.h>

#include <string.h>

#include "checked.h"
#include "join.h"
#include "key_index.h"
#include "text.h"

#define BLOCK_ROWS 32768
#define FIND_ROWS 1024

/* Left rows of a block that rows of the result come from. */
typedef struct kept_rows {
    int64_t n;
    uint16_t *row;  /* in the block; NULL: all are kept */
    int64_t *found; /* by kept row: what the index has for it; NULL where nobody asks */
    int64_t first;  /* of the result: how many rows they give, then where these go */
} kept_rows;

typedef struct joiner {
    mlc_context *call;
    const mlc_dataset *left, *right;
    const mlci_join_settings *settings;
    mlci_row_keys left_keys, right_keys;
    mlci_key_index index; /* of the right rows */
    kept_rows *blocks;    /* of left rows */
    int64_t n_blocks;
    kept_rows *scratch; /* by slot: room for a block */
    int64_t *found;     /* of a left join: by left row, which are all kept */
    int64_t n;          /* rows of the result */
    int64_t *left_rows; /* NULL: each left row once */
    int64_t *right_rows;
} joiner;

static int is_filter(const joiner *j)
{
    return j->settings->how == MLCI_JOIN_SEMI || j->settings->how == MLCI_JOIN_ANTI;
}

static int64_t block_rows(const joiner *j, int64_t block)
{
    const int64_t rest = j->left->n_rows - block * BLOCK_ROWS;
    return rest < BLOCK_ROWS ? rest : BLOCK_ROWS;
}

/* ---- keys --------------------------------------------------------------------------------- */

/* Two rows of a side have the same key: the first that is not the first of its key is told. */
static mlc_status check_side(const mlci_key_index *index, const char *side, mlc_error *err)
{
    if (!mlci_key_index_has_repeats(index)) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_DATA, NULL,
                     "rows %lld and %lld of the %s dataset have the same key, and validate says "
                     "that none may",
                     (long long)index->row, (long long)index->next_row, side);
}

static mlc_status check_left(const joiner *j, mlc_error *err)
{
    mlci_key_index index = {0};
    MLCI_TRY(mlci_key_index_open(j->call, &j->left_keys, NULL, &index, err));
    const mlc_status status = check_side(&index, "left", err);
    mlci_key_index_close(&index);
    return status;
}

static mlc_status index_keys(joiner *j, mlc_error *err)
{
    const mlci_join_settings *const s = j->settings;
    MLCI_TRY(mlci_row_keys_open_pairs(j->call, j->right, s->right_fields, j->left, s->left_fields,
                                      s->n_fields, &j->right_keys, &j->left_keys, err));
    if (s->validate & MLCI_JOIN_ONE_LEFT) MLCI_TRY(check_left(j, err));
    MLCI_TRY(mlci_key_index_open(j->call, &j->right_keys, &j->left_keys, &j->index, err));
    return s->validate & MLCI_JOIN_ONE_RIGHT ? check_side(&j->index, "right", err) : MLC_OK;
}

/* ---- partners ----------------------------------------------------------------------------- */

/* Rows of the result that a left row with a partner gives. */
static int64_t n_partners(const joiner *j, int64_t found)
{
    const int64_t first = mlci_found_row(found);
    int64_t n = 1;
    if (first == found || is_filter(j)) return 1;
    for (int64_t row = j->index.next[first]; row >= 0; row = j->index.next[row])
        n++;
    return n;
}

/* The rows of the block that have a partner, or where is_anti those that have none. */
static void keep_rows(const joiner *j, int64_t block, int is_anti, kept_rows *out)
{
    const int64_t low = block * BLOCK_ROWS, n = block_rows(j, block);
    int64_t found[FIND_ROWS];
    out->n = 0;
    for (int64_t i = 0; i < n; i += FIND_ROWS) {
        const int64_t end = n - i < FIND_ROWS ? n : i + FIND_ROWS;
        mlci_key_index_find(&j->index, low + i, low + end, found);
        for (int64_t k = i; k < end; k++) {
            out->row[out->n] = (uint16_t)k;
            out->found[out->n] = found[k - i];
            out->n += (found[k - i] < 0) == is_anti;
        }
    }
}

/* A copy of what a block keeps, in memory of its own. */
static mlc_status copy_rows(mlci_root *root, const kept_rows *from, int has_found, kept_rows *to,
                            mlc_error *err)
{
    to->n = from->n;
    to->row = mlci_alloc_raw(root, to->n, (int64_t)sizeof *to->row);
    if (has_found) to->found = mlci_alloc_raw(root, to->n, (int64_t)sizeof *to->found);
    if (to->row == NULL || (has_found && to->found == NULL)) {
        return mlci_fail_memory(err, to->n, (int64_t)sizeof *to->found);
    }
    memcpy(to->row, from->row, (size_t)to->n * sizeof *to->row);
    if (has_found) memcpy(to->found, from->found, (size_t)to->n * sizeof *to->found);
    return MLC_OK;
}

static mlc_status find_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const joiner *const j = arg;
    kept_rows *const kept = &j->blocks[block];
    if (j->settings->how == MLCI_JOIN_LEFT) {
        const int64_t low = block * BLOCK_ROWS;
        kept->n = block_rows(j, block);
        kept->found = j->found + low;
        mlci_key_index_find(&j->index, low, low + kept->n, kept->found);
    } else {
        keep_rows(j, block, j->settings->how == MLCI_JOIN_ANTI, &j->scratch[slot]);
        MLCI_TRY(copy_rows(j->call->root, &j->scratch[slot], !is_filter(j), kept, err));
    }
    kept->first = kept->n;
    if (is_filter(j) || !mlci_key_index_has_repeats(&j->index)) return MLC_OK;
    kept->first = 0;
    for (int64_t i = 0; i < kept->n; i++) {
        const int64_t n = kept->found[i] < 0 ? 1 : n_partners(j, kept->found[i]);
        if (mlci_add_size(kept->first, n, &kept->first)) continue;
        return mlci_fail(err, MLC_ERROR_LIMIT, NULL, "the join has more rows than can be counted");
    }
    return MLC_OK;
}

static mlc_status open_blocks(joiner *j, mlc_error *err)
{
    mlci_root *const root = j->call->root;
    const int64_t n = j->left->n_rows;
    const int32_t n_slots = mlci_n_slots(j->call);
    j->n_blocks = (n + BLOCK_ROWS - 1) / BLOCK_ROWS;
    j->blocks = mlci_alloc(root, j->n_blocks, (int64_t)sizeof *j->blocks);
    j->scratch = mlci_alloc(root, n_slots, (int64_t)sizeof *j->scratch);
    if (j->blocks == NULL || j->scratch == NULL) {
        return mlci_fail_memory(err, j->n_blocks, (int64_t)sizeof *j->blocks);
    }
    if (j->settings->how == MLCI_JOIN_LEFT) {
        j->found = mlci_alloc_raw(root, n, (int64_t)sizeof *j->found);
        return j->found != NULL ? MLC_OK : mlci_fail_memory(err, n, (int64_t)sizeof *j->found);
    }
    for (int32_t i = 0; i < n_slots; i++) {
        j->scratch[i].row = mlci_alloc_raw(root, BLOCK_ROWS, (int64_t)sizeof(uint16_t));
        j->scratch[i].found = mlci_alloc_raw(root, BLOCK_ROWS, (int64_t)sizeof(int64_t));
        if (j->scratch[i].row != NULL && j->scratch[i].found != NULL) continue;
        return mlci_fail_memory(err, BLOCK_ROWS, (int64_t)sizeof(int64_t));
    }
    return MLC_OK;
}

static mlc_status find_partners(joiner *j, mlc_error *err)
{
    MLCI_TRY(open_blocks(j, err));
    MLCI_TRY(mlci_parallel_for(j->call, j->n_blocks, find_block, j, err));
    for (int64_t b = 0; b < j->n_blocks; b++) {
        const int64_t n = j->blocks[b].first;
        j->blocks[b].first = j->n;
        if (mlci_add_size(j->n, n, &j->n)) continue;
        return mlci_fail(err, MLC_ERROR_LIMIT, NULL, "the join has more rows than can be counted");
    }
    return MLC_OK;
}

static void close_joiner(joiner *j)
{
    mlci_row_keys_close(&j->left_keys);
    mlci_row_keys_close(&j->right_keys);
    mlci_key_index_close(&j->index);
    for (int64_t b = 0; j->blocks != NULL && b < j->n_blocks; b++) {
        mlci_free(j->blocks[b].row);
        if (j->settings->how != MLCI_JOIN_LEFT) mlci_free(j->blocks[b].found);
    }
    for (int32_t i = 0; j->scratch != NULL && i < mlci_n_slots(j->call); i++) {
        mlci_free(j->scratch[i].row);
        mlci_free(j->scratch[i].found);
    }
    mlci_free(j->blocks);
    mlci_free(j->scratch);
    mlci_free(j->found);
    mlci_free(j->left_rows);
    mlci_free(j->right_rows);
}

/* ---- rows --------------------------------------------------------------------------------- */

static mlc_status list_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const joiner *const j = arg;
    const kept_rows *const kept = &j->blocks[block];
    const int64_t low = block * BLOCK_ROWS;
    int64_t at = kept->first;
    for (int64_t i = 0; i < kept->n; i++) {
        const int64_t left = low + (kept->row != NULL ? kept->row[i] : i);
        if (kept->found == NULL) {
            j->left_rows[at++] = left;
            continue;
        }
        const int64_t found = kept->found[i];
        int64_t right = found < 0 ? -1 : mlci_found_row(found);
        const int has_more = right != found;
        do {
            j->left_rows[at] = left;
            j->right_rows[at++] = right;
            right = has_more ? j->index.next[right] : -1;
        } while (right >= 0);
    }
    return MLC_OK;
}

static mlc_status list_rows(joiner *j, mlc_error *err)
{
    if (j->settings->how == MLCI_JOIN_LEFT && !mlci_key_index_has_repeats(&j->index)) {
        j->right_rows = j->found;
        j->found = NULL;
        return MLC_OK;
    }
    j->left_rows = mlci_alloc_raw(j->call->root, j->n, (int64_t)sizeof *j->left_rows);
    if (!is_filter(j)) {
        j->right_rows = mlci_alloc_raw(j->call->root, j->n, (int64_t)sizeof *j->right_rows);
    }
    if (j->left_rows == NULL || (!is_filter(j) && j->right_rows == NULL)) {
        return mlci_fail_memory(err, j->n, (int64_t)sizeof *j->left_rows);
    }
    return mlci_parallel_for(j->call, j->n_blocks, list_block, j, err);
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
    MLCI_TRY(index_keys(j, err));
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
        close_joiner(&j);
        mlci_join_settings_clear(&s);
    }
    mlci_call_end(call);
    return status;
}
