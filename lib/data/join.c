/* Rows of two datasets side by side, where their keys are equal.
 *
 * The rows of both are numbered by group together (key_groups.c), those of the right one first, so
 * that a row's partners are the right rows of its group. Row order is that of the left rows, and of
 * their partners in the right dataset. O(left + right + result). */
#include <mlcore/shape.h>

#include <string.h>

#include "checked.h"
#include "join.h"
#include "row_keys.h"
#include "text.h"

typedef struct joiner {
    mlc_context *call;
    const mlc_dataset *left, *right;
    const mlci_join_settings *settings;
    mlci_key_groups groups; /* right rows, then left rows */
    int64_t *starts, *rows; /* right rows by group */
    int64_t n;              /* rows of the result */
    int64_t *left_rows, *right_rows;
} joiner;

/* ---- partners ----------------------------------------------------------------------------- */

static int64_t n_partners(const joiner *j, int64_t left_row)
{
    const int64_t group = j->groups.number[j->right->n_rows + left_row];
    return group < 0 ? 0 : j->starts[group + 1] - j->starts[group];
}

/* Two rows of a side have the same key: no group may have more than one. */
static mlc_status check_side(const joiner *j, int is_right, mlc_error *err)
{
    const int64_t first = is_right ? 0 : j->right->n_rows;
    const int64_t n = is_right ? j->right->n_rows : j->left->n_rows;
    int64_t *const seen = mlci_alloc_raw(j->call->root, j->groups.n_groups, (int64_t)sizeof *seen);
    if (seen == NULL) return mlci_fail_memory(err, j->groups.n_groups, (int64_t)sizeof *seen);
    memset(seen, 0xff, (size_t)j->groups.n_groups * sizeof *seen);
    mlc_status status = MLC_OK;
    for (int64_t i = 0; i < n && status == MLC_OK; i++) {
        const int64_t group = j->groups.number[first + i];
        if (group < 0) continue;
        if (seen[group] >= 0) {
            status = mlci_fail(err, MLC_ERROR_DATA, NULL,
                               "rows %lld and %lld of the %s dataset have the same key, and "
                               "validate says that none may",
                               (long long)seen[group], (long long)i, is_right ? "right" : "left");
        }
        seen[group] = i;
    }
    mlci_free(seen);
    return status;
}

static mlc_status find_partners(joiner *j, mlc_error *err)
{
    const mlci_join_settings *const s = j->settings;
    mlci_row_keys keys = {0};
    mlc_status status = mlci_row_keys_open_pairs(j->call, j->right, s->right_fields, j->left,
                                                 s->left_fields, s->n_fields, &keys, err);
    if (status == MLC_OK) status = mlci_key_groups_open(j->call, &keys, &j->groups, err);
    mlci_row_keys_close(&keys);
    if (status != MLC_OK) return status;
    if (s->validate & MLCI_JOIN_ONE_LEFT) MLCI_TRY(check_side(j, 0, err));
    if (s->validate & MLCI_JOIN_ONE_RIGHT) MLCI_TRY(check_side(j, 1, err));
    return mlci_key_groups_list(j->call->root, &j->groups, 0, j->right->n_rows, &j->starts,
                                &j->rows, err);
}

/* ---- rows --------------------------------------------------------------------------------- */

/* Rows that a left row gives. */
static int64_t n_results(const joiner *j, int64_t left_row)
{
    const int64_t n = n_partners(j, left_row);
    switch (j->settings->how) {
    case MLCI_JOIN_SEMI:
        return n > 0;
    case MLCI_JOIN_ANTI:
        return n == 0;
    case MLCI_JOIN_LEFT:
        return n > 0 ? n : 1;
    default:
        return n;
    }
}

static mlc_status count_rows(joiner *j, mlc_error *err)
{
    for (int64_t i = 0; i < j->left->n_rows; i++) {
        if (i % MLCI_POLL_ROWS == 0) MLCI_TRY(mlci_poll(j->call, err));
        if (mlci_add_size(j->n, n_results(j, i), &j->n)) continue;
        return mlci_fail(err, MLC_ERROR_LIMIT, NULL, "the join has more rows than can be counted");
    }
    return MLC_OK;
}

static mlc_status list_rows(joiner *j, mlc_error *err)
{
    const int is_filter = j->settings->how == MLCI_JOIN_SEMI || j->settings->how == MLCI_JOIN_ANTI;
    MLCI_TRY(count_rows(j, err));
    j->left_rows = mlci_alloc_raw(j->call->root, j->n, (int64_t)sizeof *j->left_rows);
    if (!is_filter) {
        j->right_rows = mlci_alloc_raw(j->call->root, j->n, (int64_t)sizeof *j->right_rows);
    }
    if (j->left_rows == NULL || (!is_filter && j->right_rows == NULL)) {
        return mlci_fail_memory(err, j->n, (int64_t)sizeof *j->left_rows);
    }
    int64_t at = 0;
    for (int64_t i = 0; i < j->left->n_rows; i++) {
        if (i % MLCI_POLL_ROWS == 0) MLCI_TRY(mlci_poll(j->call, err));
        const int64_t n = n_results(j, i), own = n_partners(j, i);
        const int64_t from = own > 0 ? j->starts[j->groups.number[j->right->n_rows + i]] : 0;
        for (int64_t k = 0; k < n; k++, at++) {
            j->left_rows[at] = i;
            if (!is_filter) j->right_rows[at] = own > 0 ? j->rows[from + k] : -1;
        }
    }
    return MLC_OK;
}

/* ---- columns ------------------------------------------------------------------------------ */

typedef struct taker {
    const joiner *joiner;
    const int64_t *left_rows, *right_rows; /* rows of the columns; NULL: the columns as they are */
    const int32_t *sources; /* by column of the result: left field, or ~right field */
    mlci_field *fields;     /* get their columns */
} taker;

static mlc_status take_one(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const taker *const t = arg;
    const joiner *const j = t->joiner;
    const int32_t source = t->sources[block];
    const mlci_column *const column =
        source >= 0 ? j->left->fields[source].column : j->right->fields[~source].column;
    return mlci_column_take(column, source >= 0 ? t->left_rows : t->right_rows, 0, j->n,
                            &t->fields[block].column, err);
}

/* Row numbers of a dataset as those of its columns. */
static void to_source_rows(const mlc_dataset *d, int64_t *rows, int64_t n)
{
    if (d->rows == NULL && d->first == 0) return;
    for (int64_t i = 0; i < n; i++)
        if (rows[i] >= 0) rows[i] = mlci_dataset_source_row(d, rows[i]);
}

/* Whether the left columns are those of the result as they stand. */
static int is_whole(const joiner *j)
{
    if (j->left->rows != NULL || j->n != j->left->n_source_rows) return 0;
    for (int64_t i = 0; i < j->n; i++)
        if (j->left_rows[i] != i) return 0;
    return 1;
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

/* Names, roles and columns of the result; the names of the right side stand in `names`. */
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
        fields[i].role = sources[i] >= 0 ? field->role : right_role(j, field->role);
        if (sources[i] >= 0) continue;
        fields[i].name = names->data + at;
        at += (int64_t)strlen(fields[i].name) + 1;
    }
    return MLC_OK;
}

static mlc_status make_dataset(joiner *j, mlc_dataset **out, mlc_error *err)
{
    mlci_root *const root = j->call->root;
    const int64_t most = (int64_t)j->left->n_fields + j->right->n_fields;
    int32_t *const sources = mlci_alloc(root, most, (int64_t)sizeof *sources);
    mlci_field *const fields = mlci_alloc(root, most, (int64_t)sizeof *fields);
    mlci_text names = mlci_text_init(root);
    mlc_status status = MLC_OK;
    int32_t n = 0;
    if (sources == NULL || fields == NULL) {
        status = mlci_fail_memory(err, most, (int64_t)sizeof *fields);
        goto done;
    }
    n = list_sources(j, sources);
    taker t = {.joiner = j, .sources = sources, .fields = fields, .right_rows = j->right_rows};
    t.left_rows = is_whole(j) ? NULL : j->left_rows;
    to_source_rows(j->left, j->left_rows, j->n);
    to_source_rows(j->right, j->right_rows, j->n);
    status = make_fields(j, sources, n, fields, &names, err);
    if (status == MLC_OK) status = mlci_parallel_for(j->call, n, take_one, &t, err);
    if (status == MLC_OK) {
        status = mlci_dataset_create_like(root, j->left, n, fields, j->n, out, err);
    }
done:
    for (int32_t i = 0; i < n; i++)
        mlci_column_unref(fields[i].column);
    mlci_free(sources);
    mlci_free(fields);
    mlci_text_clear(&names);
    return status;
}

/* ---- the whole ---------------------------------------------------------------------------- */

static mlc_status join(joiner *j, mlc_dataset **out, mlc_error *err)
{
    MLCI_TRY(find_partners(j, err));
    MLCI_TRY(list_rows(j, err));
    if (j->right_rows != NULL) return make_dataset(j, out, err);
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
        mlci_key_groups_close(&j.groups);
        mlci_free(j.starts);
        mlci_free(j.rows);
        mlci_free(j.left_rows);
        mlci_free(j.right_rows);
        mlci_join_settings_clear(&s);
    }
    mlci_call_end(call);
    return status;
}
