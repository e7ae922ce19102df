/* The matrix view: rows of a dataset as the doubles that a model was fitted on.
 *
 * Opening costs what the categories cost: their codes in the model's dictionary, O(n) a column.
 * Reading a block loops over columns of at most a few hundred rows and allocates nothing. */
#include "matrix.h"

#include <math.h>
#include <string.h>

#include "checked.h"
#include "descriptor.h"

#define CHUNK_ROWS 256
#define TILE_ROWS 64 /* of a vector column that is turned into columns */

/* ---- opening ------------------------------------------------------------------------------ */

static int is_text(int32_t type)
{
    return type == MLC_TYPE_TEXT || type == MLC_TYPE_CATEGORY;
}

static mlc_status refuse_kind(const mlci_feature *f, const mlci_column *c, mlc_error *err)
{
    return mlci_fail(err, MLC_ERROR_COLUMN, f->name,
                     "column '%s' is %s; the model was fitted with %s there (%s)", f->name,
                     mlci_type_name(c->type), mlci_type_name(f->type), mlci_type_kind(f->type));
}

/* Components with names must have those of the training column, in its order. */
static mlc_status check_vector(const mlci_feature *f, const mlci_column *c, mlc_error *err)
{
    if (c->type != MLC_TYPE_VECTOR) return refuse_kind(f, c, err);
    if (c->width != f->width) {
        return mlci_fail(err, MLC_ERROR_COLUMN, f->name,
                         "column '%s' has %lld components; the model was fitted with %lld", f->name,
                         (long long)c->width, (long long)f->width);
    }
    for (int64_t k = 0; f->components != NULL && c->components != NULL && k < f->width; k++) {
        if (strcmp(f->components[k], c->components[k]) == 0) continue;
        return mlci_fail(err, MLC_ERROR_COLUMN, f->name,
                         "component %lld of column '%s' is '%s'; the model was fitted with '%s' "
                         "there",
                         (long long)k + 1, f->name, c->components[k], f->components[k]);
    }
    return MLC_OK;
}

static mlc_status check_kind(const mlci_feature *f, const mlci_column *c, mlc_error *err)
{
    if (f->type == MLC_TYPE_VECTOR) return check_vector(f, c, err);
    if (c->type != MLC_TYPE_VECTOR && c->n_missing == c->n_rows) return MLC_OK;
    if (f->dictionary != NULL) return is_text(c->type) ? MLC_OK : refuse_kind(f, c, err);
    if (f->type == c->type) return MLC_OK;
    if (mlci_type_is_number(f->type) && mlci_type_is_number(c->type)) return MLC_OK;
    return refuse_kind(f, c, err);
}

static mlc_status open_input(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    mlci_matrix *const m = arg;
    const mlci_feature *const f = &m->features->inputs[block];
    const mlci_column *const c = m->columns[block];
    if (f->dictionary == NULL || !is_text(c->type)) return MLC_OK;
    if (c->type == MLC_TYPE_CATEGORY)
        return mlci_column_code_map(c, f->dictionary, &m->code_map[block], err);
    m->codes[block] = mlci_alloc_raw(m->root, m->n_rows, sizeof **m->codes);
    if (m->codes[block] == NULL) return mlci_fail_memory(err, m->n_rows, sizeof **m->codes);
    return mlci_column_codes_in(c, f->dictionary, m->codes[block], err);
}

/* A vector may have come as a column a component (compose/record_vectors.h). */
static mlc_status refuse_vector(const mlci_matrix *m, const mlci_feature *f, mlc_error *err)
{
    mlci_text first = mlci_text_init(m->root);
    mlci_features_name(m->features, f->first, &first);
    mlc_status status = mlci_text_status(&first, err);
    if (status == MLC_OK)
        status = mlci_fail(err, MLC_ERROR_COLUMN, f->name,
                           "no column '%s' among the %d columns: a vector of %lld numbers, or as "
                           "many columns from '%s' on",
                           f->name, (int)m->data->n_fields, (long long)f->width, first.data);
    mlci_text_clear(&first);
    return status;
}

static mlc_status find_columns(mlci_matrix *m, mlc_error *err)
{
    for (int32_t i = 0; i < m->features->n_inputs; i++) {
        const mlci_feature *const f = &m->features->inputs[i];
        int32_t field = mlci_dataset_find(m->data, f->name);
        if (field < 0 && f->type == MLC_TYPE_VECTOR) return refuse_vector(m, f, err);
        MLCI_TRY(mlci_dataset_get(m->data, f->name, &field, err));
        const mlci_column *const c = m->data->fields[field].column;
        MLCI_TRY(check_kind(f, c, err));
        m->columns[i] = mlci_column_ref(c);
        if (c->indices != NULL) m->is_sparse = 1;
    }
    return MLC_OK;
}

static mlc_status create(mlci_root *root, const mlci_features *features, mlci_matrix **out,
                         mlc_error *err)
{
    const int32_t n = features->n_inputs;
    mlci_matrix *const m = mlci_alloc(root, 1, sizeof *m);
    if (m == NULL) return mlci_fail_memory(err, 1, sizeof *m);
    m->root = mlci_root_ref(root);
    m->features = features;
    m->n_features = features->n_features;
    m->columns = mlci_alloc(root, n, sizeof *m->columns);
    m->codes = mlci_alloc(root, n, sizeof *m->codes);
    m->code_map = mlci_alloc(root, n, sizeof *m->code_map);
    if (m->columns == NULL || m->codes == NULL || m->code_map == NULL) {
        mlci_matrix_close(m);
        return mlci_fail_memory(err, n, sizeof *m->columns);
    }
    *out = m;
    return MLC_OK;
}

mlc_status mlci_matrix_open(mlc_context *call, const mlci_features *features,
                            const mlc_dataset *dataset, mlci_matrix **out, mlc_error *err)
{
    mlci_matrix *m = NULL;
    MLCI_TRY(create(mlci_context_root(call), features, &m, err));
    mlc_status status = mlci_dataset_contiguous(call, dataset, &m->data, err);
    if (status == MLC_OK) {
        m->n_rows = m->data->n_rows;
        status = find_columns(m, err);
    }
    if (status == MLC_OK) {
        status = mlci_parallel_for(call, features->n_inputs, open_input, m, err);
    }
    if (status != MLC_OK) {
        mlci_matrix_close(m);
        return status;
    }
    *out = m;
    return MLC_OK;
}

void mlci_matrix_close(mlci_matrix *matrix)
{
    mlci_matrix *const m = matrix;
    if (m == NULL) return;
    mlci_root *const root = m->root;
    for (int32_t i = 0; i < m->features->n_inputs; i++) {
        if (m->columns != NULL) mlci_column_unref(m->columns[i]);
        if (m->codes != NULL) mlci_free(m->codes[i]);
        if (m->code_map != NULL) mlci_free(m->code_map[i]);
    }
    mlci_free(m->columns);
    mlci_free(m->codes);
    mlci_free(m->code_map);
    mlc_dataset_free(m->data);
    mlci_features_unref(m->own_features);
    mlci_free(m);
    mlci_root_unref(root);
}

mlc_status mlci_matrix_check(const mlci_matrix *matrix, const char *owner, int32_t capabilities,
                             mlc_error *err)
{
    if ((capabilities & MLCI_CAN_MISSING) != 0) return MLC_OK;
    for (int32_t i = 0; i < matrix->features->n_inputs; i++) {
        MLCI_TRY(mlci_feature_check_values(matrix->columns[i], matrix->features->inputs[i].name,
                                           owner, err));
    }
    return MLC_OK;
}

/* ---- a matrix over plain doubles ---------------------------------------------------------- */

static mlc_status wrap_features(mlci_root *root, int64_t n_features, mlci_features **out,
                                mlc_error *err)
{
    mlc_status status = MLC_OK;
    mlci_text name = mlci_text_init(root);
    mlci_features *const f = mlci_alloc(root, 1, sizeof *f);
    if (f == NULL) return mlci_fail_memory(err, 1, sizeof *f);
    f->root = mlci_root_ref(root);
    f->n_references = 1;
    f->n_features = n_features;
    f->inputs = mlci_alloc(root, 1, sizeof *f->inputs);
    if (f->inputs == NULL) {
        status = mlci_fail_memory(err, 1, sizeof *f->inputs);
        goto done;
    }
    f->n_inputs = 1;
    mlci_feature *const x = &f->inputs[0];
    *x = (mlci_feature){
        .type = MLC_TYPE_VECTOR, .width = n_features, .low = (double)NAN, .high = (double)NAN};
    x->name = mlci_copy_text(root, "x", 1);
    x->components = mlci_alloc(root, n_features, sizeof *x->components);
    if (x->name == NULL || x->components == NULL) {
        status = mlci_fail_memory(err, n_features, sizeof *x->components);
        goto done;
    }
    for (int64_t k = 0; k < n_features && status == MLC_OK; k++) {
        mlci_text_append_char(&name, 'x');
        mlci_text_append_integer(&name, k);
        status = mlci_text_take(&name, &x->components[k], err);
    }
done:
    mlci_text_clear(&name);
    if (status != MLC_OK) {
        mlci_features_unref(f);
        return status;
    }
    *out = f;
    return MLC_OK;
}

mlc_status mlci_matrix_wrap(mlci_root *root, const double *x, int64_t n_rows, int64_t n_features,
                            mlci_matrix **out, mlc_error *err)
{
    mlci_features *f = NULL;
    mlci_matrix *m = NULL;
    MLCI_TRY(wrap_features(root, n_features, &f, err));
    mlc_status status = create(root, f, &m, err);
    if (status != MLC_OK) {
        mlci_features_unref(f);
        return status;
    }
    m->own_features = f;
    m->n_rows = n_rows;
    status = mlci_column_create(root, MLC_TYPE_VECTOR, 0, n_features, 0, &m->columns[0], err);
    if (status != MLC_OK) {
        mlci_matrix_close(m);
        return status;
    }
    mlci_column *const c = m->columns[0];
    mlci_free((void *)c->values);
    c->values = x;
    c->n_rows = n_rows;
    c->borrowed = 1;
    *out = m;
    return MLC_OK;
}

/* ---- reading ------------------------------------------------------------------------------ */

static int is_coded(const mlci_matrix *matrix, int32_t i)
{
    return matrix->features->inputs[i].dictionary != NULL;
}

void mlci_matrix_codes(const mlci_matrix *m, int32_t i, int64_t first, int64_t n, int32_t *out)
{
    const mlci_column *const c = m->columns[i];
    const int32_t *const map = m->code_map[i];
    if (m->codes[i] != NULL) {
        memcpy(out, m->codes[i] + first, (size_t)n * sizeof *out);
        return;
    }
    /* Without a map the column is of another type, and missing in all rows. */
    if (map != NULL) mlci_column_codes(c, first, n, out);
    for (int64_t row = 0; row < n; row++)
        out[row] = map != NULL && mlci_column_is_valid(c, first + row) ? map[out[row]] : -2;
}

static void code_reals(const mlci_matrix *m, int32_t i, int64_t first, int64_t n, double *out,
                       int64_t stride)
{
    int32_t codes[CHUNK_ROWS];
    for (int64_t at = 0; at < n; at += CHUNK_ROWS) {
        const int64_t count = n - at < CHUNK_ROWS ? n - at : CHUNK_ROWS;
        mlci_matrix_codes(m, i, first + at, count, codes);
        for (int64_t row = 0; row < count; row++)
            out[(at + row) * stride] = codes[row] == -2 ? (double)NAN : (double)codes[row];
    }
}

static void hide_zeros(int64_t n, double *x)
{
    for (int64_t i = 0; i < n; i++)
        if (mlci_is_zero(x[i])) x[i] = (double)NAN;
}

/* Zeros of n rows of numbers, in the positions of input i. */
static void hide_zeros_of(const mlci_feature *input, int64_t n, double *to, int64_t stride)
{
    for (int64_t row = 0; row < n; row++)
        hide_zeros(input->width, to + row * stride);
}

void mlci_matrix_block(const mlci_matrix *matrix, int64_t first, int64_t n, double *out,
                       int64_t stride)
{
    for (int32_t i = 0; i < matrix->features->n_inputs; i++) {
        double *const to = out + matrix->features->inputs[i].first;
        if (is_coded(matrix, i)) {
            code_reals(matrix, i, first, n, to, stride);
        } else {
            mlci_column_reals(matrix->columns[i], first, n, to, stride);
            if (matrix->features->zero_is_missing)
                hide_zeros_of(&matrix->features->inputs[i], n, to, stride);
        }
    }
}

const double *mlci_matrix_rows(const mlci_matrix *matrix, int64_t first, int64_t n, double *memory)
{
    const mlci_column *const c = matrix->features->n_inputs == 1 ? matrix->columns[0] : NULL;
    if (c != NULL && c->type == MLC_TYPE_VECTOR && c->indices == NULL && c->n_missing == 0 &&
        c->row_stride == matrix->n_features && !matrix->features->zero_is_missing)
        return (const double *)c->values + first * c->row_stride;
    mlci_matrix_block(matrix, first, n, memory, matrix->n_features);
    return memory;
}

/* Where component k of a sparse row is, or -1. */
static int64_t find_entry(const mlci_column *c, int64_t row, int64_t k)
{
    int64_t low = c->offsets[row], high = c->offsets[row + 1];
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (c->indices[middle] == k) return middle;
        if (c->indices[middle] < k) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return -1;
}

/* Position k of a column of numbers. */
static void number_column(const mlci_matrix *matrix, const mlci_column *c, int64_t k, double *out)
{
    if (c->type != MLC_TYPE_VECTOR) {
        mlci_column_reals(c, 0, matrix->n_rows, out, 1);
        return;
    }
    const double *const values = c->values;
    for (int64_t row = 0; row < matrix->n_rows; row++) {
        if (!mlci_column_is_valid(c, row)) {
            out[row] = (double)NAN;
        } else if (c->indices == NULL) {
            out[row] = values[row * c->row_stride + k];
        } else {
            const int64_t at = find_entry(c, row, k);
            out[row] = at < 0 ? 0 : values[at];
        }
    }
}

void mlci_matrix_column(const mlci_matrix *matrix, int64_t j, double *out)
{
    const int32_t i = mlci_features_input(matrix->features, j);
    if (is_coded(matrix, i)) {
        code_reals(matrix, i, 0, matrix->n_rows, out, 1);
        return;
    }
    number_column(matrix, matrix->columns[i], j - matrix->features->inputs[i].first, out);
    if (matrix->features->zero_is_missing) hide_zeros(matrix->n_rows, out);
}

int64_t mlci_matrix_together(const mlci_matrix *matrix, int64_t j, int64_t n)
{
    const int32_t i = mlci_features_input(matrix->features, j);
    const mlci_feature *const input = &matrix->features->inputs[i];
    const mlci_column *const c = matrix->columns[i];
    const int64_t left = input->first + input->width - j;
    if (c->type != MLC_TYPE_VECTOR || c->indices != NULL || matrix->features->zero_is_missing)
        return 1;
    return n < left ? n : left;
}

void mlci_matrix_columns(const mlci_matrix *matrix, int64_t j, int64_t n, double *out)
{
    const int32_t i = mlci_features_input(matrix->features, j);
    const mlci_column *const c = matrix->columns[i];
    const int64_t k = j - matrix->features->inputs[i].first, n_rows = matrix->n_rows;
    if (n == 1 || mlci_matrix_together(matrix, j, n) < n) {
        for (int64_t f = 0; f < n; f++)
            mlci_matrix_column(matrix, j + f, out + f * n_rows);
        return;
    }
    /* Tiles of rows, so that both sides are read and written by whole cache lines. */
    const double *const values = (const double *)c->values + k;
    for (int64_t first = 0; first < n_rows; first += TILE_ROWS) {
        const int64_t end = first + TILE_ROWS < n_rows ? first + TILE_ROWS : n_rows;
        for (int64_t f = 0; f < n; f++)
            for (int64_t row = first; row < end; row++)
                out[f * n_rows + row] = values[row * c->row_stride + f];
        for (int64_t row = first; c->n_missing > 0 && row < end; row++)
            for (int64_t f = 0; f < n && !mlci_column_is_valid(c, row); f++)
                out[f * n_rows + row] = (double)NAN;
    }
}

/* One category a row; n is at most CHUNK_ROWS. */
static void code_flags(const mlci_matrix *m, int32_t i, int64_t first, int64_t n, int64_t *flags)
{
    int32_t codes[CHUNK_ROWS];
    mlci_matrix_codes(m, i, first, n, codes);
    for (int64_t row = 0; row < n; row++) {
        if (codes[row] == -1) flags[row] |= MLC_FLAG_UNSEEN;
        if (codes[row] == -2) flags[row] |= MLC_FLAG_MISSING;
    }
}

/* One number a row; n is at most CHUNK_ROWS. */
static void number_flags(const mlci_feature *f, const mlci_column *c, int64_t first, int64_t n,
                         int64_t *flags)
{
    double values[CHUNK_ROWS];
    mlci_column_reals(c, first, n, values, 1);
    for (int64_t i = 0; i < n; i++) {
        if (isnan(values[i])) flags[i] |= MLC_FLAG_MISSING;
        if (values[i] < f->low || values[i] > f->high) flags[i] |= MLC_FLAG_OUT_OF_RANGE;
    }
}

static void vector_flags(const mlci_column *c, int64_t first, int64_t n, int64_t *flags)
{
    const double *const values = c->values;
    for (int64_t i = 0; i < n; i++) {
        const int64_t row = first + i;
        int64_t from = row * c->row_stride, to = from + c->width;
        if (c->indices != NULL) {
            from = c->offsets[row];
            to = c->offsets[row + 1];
        }
        int missing = !mlci_column_is_valid(c, row);
        for (int64_t k = from; k < to && !missing; k++)
            missing = isnan(values[k]) != 0;
        if (missing) flags[i] |= MLC_FLAG_MISSING;
    }
}

void mlci_matrix_flags(const mlci_matrix *matrix, int64_t first, int64_t n, int64_t *flags)
{
    memset(flags, 0, (size_t)n * sizeof *flags);
    for (int32_t i = 0; i < matrix->features->n_inputs; i++) {
        const mlci_feature *const f = &matrix->features->inputs[i];
        const mlci_column *const c = matrix->columns[i];
        if (!is_coded(matrix, i) && c->type == MLC_TYPE_VECTOR) {
            vector_flags(c, first, n, flags);
            continue;
        }
        for (int64_t at = 0; at < n; at += CHUNK_ROWS) {
            const int64_t count = n - at < CHUNK_ROWS ? n - at : CHUNK_ROWS;
            if (is_coded(matrix, i))
                code_flags(matrix, i, first + at, count, flags + at);
            else
                number_flags(f, c, first + at, count, flags + at);
        }
    }
}

/* Entries of one vector's row; NaN in all of them when the row is missing. */
static int64_t vector_entries(const mlci_column *c, int64_t row, int64_t at, int32_t *positions,
                              double *values)
{
    const double *const from = c->values;
    const int valid = mlci_column_is_valid(c, row);
    int64_t n = 0;
    if (c->indices != NULL && valid) {
        for (int64_t k = c->offsets[row]; k < c->offsets[row + 1]; k++) {
            if (from[k] == 0) continue;
            positions[n] = (int32_t)(at + c->indices[k]);
            values[n++] = from[k];
        }
        return n;
    }
    for (int64_t k = 0; k < c->width; k++) {
        const double value = valid ? from[row * c->row_stride + k] : (double)NAN;
        if (value == 0) continue;
        positions[n] = (int32_t)(at + k);
        values[n++] = value;
    }
    return n;
}

int64_t mlci_matrix_sparse_row(const mlci_matrix *matrix, int64_t row, int32_t *positions,
                               double *values)
{
    int64_t n = 0;
    for (int32_t i = 0; i < matrix->features->n_inputs; i++) {
        const mlci_column *const c = matrix->columns[i];
        const int64_t at = matrix->features->inputs[i].first;
        double value = 0;
        if (!is_coded(matrix, i) && c->type == MLC_TYPE_VECTOR) {
            n += vector_entries(c, row, at, positions + n, values + n);
            continue;
        }
        if (is_coded(matrix, i)) {
            code_reals(matrix, i, row, 1, &value, 1);
        } else {
            mlci_column_reals(c, row, 1, &value, 1);
        }
        if (value == 0) continue;
        positions[n] = (int32_t)at;
        values[n++] = value;
    }
    return n;
}
