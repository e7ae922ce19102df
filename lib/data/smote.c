/* SMOTE (Chawla, Bowyer, Hall, Kegelmeyer 2002): a new row lies on the segment from a random row of
 * its class to one of its k nearest neighbours in the class. With categories, SMOTE-NC of the same
 * paper: one that differs adds the square of the median of the class's standard deviations to a
 * squared distance, and a new row has the most frequent one among the neighbours. At most O(m^2 p)
 * for a class of m rows. */
#include "smote.h"

#include <math.h>
#include <string.h>

#include "error.h"
#include "neighbors.h"
#include "order.h"
#include "random.h"
#include "strata.h"

#define BLOCK_ROWS 1024
#define READ_ROWS 64

/* What is made of which columns. */
typedef struct making {
    mlc_context *call;
    const mlci_smote *smote;
    const mlc_dataset *rows; /* contiguous */
    mlci_resampling classes;
    int32_t n_numbers, n_codes; /* fields of each kind */
    int32_t *number_field, *code_field;
    int64_t width;   /* numbers of a row: components of vectors count */
    int32_t **codes; /* of each code field: a number for each value, -1 where it is missing */
    int64_t n_new;
    int64_t *base;         /* of each new row: the row it starts from */
    mlci_column **numbers; /* of each number field: the old rows, and the new ones behind them */
    int64_t *voted;        /* n_codes x n_new: a row that has the value */
} making;

static void making_clear(making *m)
{
    for (int32_t c = 0; m->codes != NULL && c < m->n_codes; c++)
        mlci_free(m->codes[c]);
    mlci_free(m->codes);
    mlci_free(m->number_field);
    mlci_free(m->code_field);
    mlci_free(m->base);
    for (int32_t f = 0; m->numbers != NULL && f < m->n_numbers; f++)
        mlci_column_unref(m->numbers[f]);
    mlci_free(m->numbers);
    mlci_free(m->voted);
    mlci_resampling_clear(&m->classes);
}

/* ---- columns -------------------------------------------------------------------------------- */

static int is_code_type(int32_t type)
{
    return type == MLC_TYPE_CATEGORY || type == MLC_TYPE_TEXT || type == MLC_TYPE_BOOL;
}

static mlc_status refuse_field(const making *m, const mlci_field *field, mlc_error *err)
{
    const char *const kind = mlci_type_kind(field->column->type);
    if (is_code_type(field->column->type)) {
        return mlci_fail(err, MLC_ERROR_COLUMN, field->name,
                         "column '%s' is %s, and %s needs numbers: smote_nc takes it, or set its "
                         "role to ignore",
                         field->name, kind, m->smote->name);
    }
    return mlci_fail(err, MLC_ERROR_COLUMN, field->name,
                     "column '%s' is %s, which %s cannot make new values of: set its role to "
                     "ignore",
                     field->name, field->column->indices != NULL ? "a sparse vector" : kind,
                     m->smote->name);
}

static mlc_status choose_fields(making *m, mlc_error *err)
{
    const mlc_dataset *const d = m->rows;
    m->number_field = mlci_alloc(m->call->root, d->n_fields, (int64_t)sizeof *m->number_field);
    m->code_field = mlci_alloc(m->call->root, d->n_fields, (int64_t)sizeof *m->code_field);
    if (m->number_field == NULL || m->code_field == NULL) {
        return mlci_fail_memory(err, d->n_fields, (int64_t)sizeof *m->code_field);
    }
    for (int32_t j = 0; j < d->n_fields; j++) {
        const mlci_field *const field = &d->fields[j];
        const int32_t type = field->column->type;
        if (!mlci_field_is_feature(field)) continue;
        if (is_code_type(type) && m->smote->mixed) {
            m->code_field[m->n_codes++] = j;
        } else if (!is_code_type(type) && type != MLC_TYPE_TIMESTAMP &&
                   field->column->indices == NULL) {
            m->number_field[m->n_numbers++] = j;
            m->width += field->column->width;
        } else {
            return refuse_field(m, field, err);
        }
    }
    if (m->n_numbers > 0) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_DATA, NULL,
                     "%s makes rows between rows and needs a feature that is a number",
                     m->smote->name);
}

static mlc_status number_codes(making *m, mlc_error *err)
{
    m->codes = mlci_alloc(m->call->root, m->n_codes, (int64_t)sizeof *m->codes);
    if (m->codes == NULL) return mlci_fail_memory(err, m->n_codes, (int64_t)sizeof *m->codes);
    for (int32_t c = 0; c < m->n_codes; c++) {
        MLCI_TRY(mlci_strata_of_field(m->call, m->rows, m->code_field[c], &m->codes[c], NULL, err));
    }
    return MLC_OK;
}

/* A column of numbers with its old rows, and room for the new ones behind them. */
static mlc_status extend_column(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const making *const m = arg;
    const mlci_column *const old = m->rows->fields[m->number_field[block]].column;
    const int64_t n = m->rows->n_rows;
    const int32_t type = old->type == MLC_TYPE_INT64 ? MLC_TYPE_FLOAT64 : old->type;
    mlci_column **const column = &m->numbers[block];
    (void)slot;
    MLCI_TRY(mlci_column_create(m->call->root, type, n + m->n_new, old->width, old->n_missing > 0,
                                column, err));
    void *const values = mlci_column_data(*column);
    if (type == MLC_TYPE_FLOAT32) {
        memcpy(values, old->values, (size_t)n * sizeof(float));
    } else {
        mlci_column_reals(old, 0, n, values, old->width);
    }
    for (int64_t i = 0; i < n && old->n_missing > 0; i++) {
        if (!mlci_column_is_valid(old, i)) mlci_column_set_missing(*column, i);
    }
    if (old->components == NULL) return MLC_OK;
    return mlci_column_set_components(*column, (const char *const *)old->components, err);
}

static mlc_status extend_columns(making *m, mlc_error *err)
{
    m->n_new = mlci_resampling_n_new(&m->classes);
    m->numbers = mlci_alloc(m->call->root, m->n_numbers, (int64_t)sizeof *m->numbers);
    if (m->numbers == NULL) return mlci_fail_memory(err, m->n_numbers, (int64_t)sizeof *m->numbers);
    return mlci_parallel_for(m->call, m->n_numbers, extend_column, m, err);
}

/* ---- one class ------------------------------------------------------------------------------ */

/* The rows of a class, gathered. */
typedef struct gathered {
    mlci_neighbor_rows rows;
    double *numbers;
    int32_t *codes;
    int64_t *neighbor; /* n x k */
} gathered;

static void gathered_clear(gathered *g)
{
    mlci_free(g->numbers);
    mlci_free(g->codes);
    mlci_free(g->neighbor);
}

/* Numbers of the rows of a class, a block of them at a time, so that they stay near. */
typedef struct reading {
    const making *m;
    const int64_t *rows;
    int64_t n;
    double *numbers; /* n x width */
} reading;

static mlc_status check_numbers(const making *m, const mlci_field *field, int64_t row,
                                const double *cell, mlc_error *err)
{
    for (int64_t k = 0; k < field->column->width; k++) {
        if (isfinite(cell[k])) continue;
        return mlci_fail(err, MLC_ERROR_DATA, field->name,
                         "row %lld of column '%s' is %s: %s needs finite numbers, as "
                         "simple_imputer makes them",
                         (long long)row, field->name, isnan(cell[k]) ? "missing" : "infinite",
                         m->smote->name);
    }
    return MLC_OK;
}

static mlc_status read_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const reading *const r = arg;
    const making *const m = r->m;
    const int64_t first = block * READ_ROWS;
    const int64_t end = first + READ_ROWS < r->n ? first + READ_ROWS : r->n;
    double *cell = r->numbers + first * m->width;
    (void)slot;
    for (int32_t f = 0; f < m->n_numbers; f++) {
        const mlci_field *const field = &m->rows->fields[m->number_field[f]];
        const mlci_column *const c = field->column;
        for (int64_t i = first; i < end; i++) {
            double *const to = cell + (i - first) * m->width;
            if (c->type == MLC_TYPE_FLOAT64 && mlci_column_is_valid(c, r->rows[i])) {
                *to = ((const double *)c->values)[r->rows[i]];
            } else {
                mlci_column_reals(c, r->rows[i], 1, to, c->width);
            }
            MLCI_TRY(check_numbers(m, field, r->rows[i], to, err));
        }
        cell += c->width;
    }
    return MLC_OK;
}

/* The standard deviation of one number over the rows, not corrected for the mean. */
static double deviation(const mlci_neighbor_rows *rows, int64_t at)
{
    double mean = 0, squares = 0;
    for (int64_t i = 0; i < rows->n; i++)
        mean += rows->numbers[i * rows->n_numbers + at] / (double)rows->n;
    for (int64_t i = 0; i < rows->n; i++) {
        const double off = rows->numbers[i * rows->n_numbers + at] - mean;
        squares += off * off / (double)rows->n;
    }
    return sqrt(squares);
}

/* The square of the median of the standard deviations. */
static mlc_status find_mismatch(const making *m, mlci_neighbor_rows *rows, mlc_error *err)
{
    const int64_t n = rows->n_numbers;
    mlci_order_key *const keys = mlci_alloc_raw(m->call->root, 2 * n, (int64_t)sizeof *keys);
    if (keys == NULL) return mlci_fail_memory(err, 2 * n, (int64_t)sizeof *keys);
    for (int64_t k = 0; k < n; k++)
        keys[k] = (mlci_order_key){mlci_order_of_real(deviation(rows, k)), k};
    (void)mlci_order_sort(NULL, keys, keys + n, n, NULL);
    const double median =
        (mlci_order_real(keys[(n - 1) / 2].key) + mlci_order_real(keys[n / 2].key)) / 2;
    rows->mismatch = median * median;
    mlci_free(keys);
    return MLC_OK;
}

static mlc_status gather(const making *m, int32_t class_, gathered *g, mlc_error *err)
{
    mlci_root *const root = m->call->root;
    const int64_t n = mlci_resampling_count(&m->classes, class_), k = m->smote->k_neighbors;
    const int64_t *const rows = m->classes.rows + m->classes.first[class_];
    *g = (gathered){.numbers = mlci_alloc_raw(root, n, m->width * (int64_t)sizeof(double)),
                    .codes = mlci_alloc(root, n, (m->n_codes + 1) * (int64_t)sizeof(int32_t)),
                    .neighbor = mlci_alloc_raw(root, n, k * (int64_t)sizeof(int64_t))};
    g->rows = (mlci_neighbor_rows){.n = n,
                                   .n_numbers = m->width,
                                   .n_codes = m->n_codes,
                                   .numbers = g->numbers,
                                   .codes = g->codes};
    if (g->numbers == NULL || g->codes == NULL || g->neighbor == NULL) {
        return mlci_fail_memory(err, n, m->width * (int64_t)sizeof(double));
    }
    reading r = {m, rows, n, g->numbers};
    MLCI_TRY(mlci_parallel_for(m->call, (n + READ_ROWS - 1) / READ_ROWS, read_block, &r, err));
    for (int32_t c = 0; c < m->n_codes; c++) {
        for (int64_t i = 0; i < n; i++)
            g->codes[c * n + i] = m->codes[c][rows[i]];
    }
    if (m->n_codes > 0) MLCI_TRY(find_mismatch(m, &g->rows, err));
    return mlci_neighbors_of_rows(m->call, &g->rows, k, g->neighbor, err);
}

/* The new rows of a class, from number `first` of all new rows on. */
typedef struct class_making {
    making *m;
    const gathered *g;
    int32_t class_;
    int64_t first, n;
} class_making;

/* The neighbour whose code is the most frequent one among them; ties to the nearest. */
static int64_t vote(const int32_t *codes, const int64_t *neighbor, int64_t k)
{
    int64_t best = 0, most = 0;
    for (int64_t a = 0; a < k; a++) {
        int64_t n = 0;
        for (int64_t b = 0; b < k; b++)
            n += codes[neighbor[b]] == codes[neighbor[a]];
        if (n <= most) continue;
        most = n;
        best = neighbor[a];
    }
    return best;
}

/* A row of the columns that is `step` of the way from a row to another. */
static void write_between(const making *m, int64_t row, const double *from, const double *other,
                          double step)
{
    for (int32_t f = 0; f < m->n_numbers; f++) {
        mlci_column *const column = m->numbers[f];
        double *const reals = (double *)mlci_column_data(column) + row * column->width;
        if (column->type == MLC_TYPE_FLOAT32) {
            ((float *)mlci_column_data(column))[row] = (float)(*from + step * (*other - *from));
        } else {
            for (int64_t k = 0; k < column->width; k++)
                reals[k] = from[k] + step * (other[k] - from[k]);
        }
        from += column->width;
        other += column->width;
    }
}

static void make_row(const class_making *c, int64_t i)
{
    making *const m = c->m;
    const gathered *const g = c->g;
    const uint64_t seed = (uint64_t)m->smote->random_state;
    const int64_t k = m->smote->k_neighbors, w = m->width, to = c->first + i;
    const int64_t *const rows = m->classes.rows + m->classes.first[c->class_];
    const uint64_t pair = mlci_random_below(seed, MLCI_RANDOM_RESAMPLE, (uint32_t)c->class_,
                                            (uint64_t)i, (uint64_t)(g->rows.n * k));
    const double step =
        mlci_random_unit(seed, MLCI_RANDOM_RESAMPLE_STEP, (uint32_t)c->class_, (uint64_t)i);
    const int64_t base = (int64_t)pair / k, other = g->neighbor[pair];
    m->base[to] = rows[base];
    write_between(m, m->rows->n_rows + to, g->numbers + base * w, g->numbers + other * w, step);
    for (int64_t f = 0; f < m->n_codes; f++)
        m->voted[f * m->n_new + to] =
            rows[vote(g->codes + f * g->rows.n, g->neighbor + base * k, k)];
}

static mlc_status make_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const class_making *const c = arg;
    const int64_t first = block * BLOCK_ROWS;
    (void)slot;
    (void)err;
    for (int64_t i = first; i < c->n && i < first + BLOCK_ROWS; i++)
        make_row(c, i);
    return MLC_OK;
}

static mlc_status make_class(making *m, int32_t class_, int64_t first, int64_t n, mlc_error *err)
{
    const int64_t count = mlci_resampling_count(&m->classes, class_);
    if (count <= m->smote->k_neighbors) {
        return mlci_fail(err, MLC_ERROR_DATA, "k_neighbors",
                         "k_neighbors = %lld: class '%s' has %lld rows, and each needs that many "
                         "others",
                         (long long)m->smote->k_neighbors, m->classes.classes->names[class_],
                         (long long)count);
    }
    gathered g;
    mlc_status status = gather(m, class_, &g, err);
    class_making c = {m, &g, class_, first, n};
    if (status == MLC_OK) {
        status = mlci_parallel_for(m->call, (n + BLOCK_ROWS - 1) / BLOCK_ROWS, make_block, &c, err);
    }
    gathered_clear(&g);
    return status;
}

static mlc_status make_rows(making *m, mlc_error *err)
{
    mlci_root *const root = m->call->root;
    int64_t done = 0;
    m->base = mlci_alloc_raw(root, m->n_new, (int64_t)sizeof *m->base);
    m->voted = mlci_alloc_raw(root, m->n_new, (m->n_codes + 1) * (int64_t)sizeof *m->voted);
    if (m->base == NULL || m->voted == NULL) {
        return mlci_fail_memory(err, m->n_new, (m->n_codes + 1) * (int64_t)sizeof *m->voted);
    }
    for (int32_t c = 0; c < m->classes.classes->n; c++) {
        const int64_t n = m->classes.wanted[c] - mlci_resampling_count(&m->classes, c);
        if (n <= 0) continue;
        MLCI_TRY(mlci_report(m->call, "resample", done, m->n_new, NULL, 0, err));
        MLCI_TRY(make_class(m, c, done, n, err));
        done += n;
    }
    return MLC_OK;
}

/* ---- the dataset ---------------------------------------------------------------------------- */

/* order: the old rows, and room for where the new ones come from. */
static mlc_status other_column(const making *m, const mlci_field *field, const int64_t *from,
                               int64_t *order, mlci_column **out, mlc_error *err)
{
    const int64_t n = m->rows->n_rows;
    const int is_name = field->role == MLCI_ROLE_ID || field->role == MLCI_ROLE_KEY;
    for (int64_t i = 0; i < m->n_new; i++)
        order[n + i] = is_name ? -1 : from[i]; /* no other row's name is a new row's */
    return mlci_column_take(field->column, order, 0, n + m->n_new, out, err);
}

static mlc_status fill_fields(const making *m, int64_t *order, mlci_field *fields, mlc_error *err)
{
    int32_t number = 0, code = 0;
    for (int32_t j = 0; j < m->rows->n_fields; j++) {
        const mlci_field *const field = &m->rows->fields[j];
        fields[j] = (mlci_field){.name = field->name, .role = field->role};
        if (number < m->n_numbers && m->number_field[number] == j) {
            fields[j].column = mlci_column_ref(m->numbers[number++]);
            continue;
        }
        const int is_voted = code < m->n_codes && m->code_field[code] == j;
        const int64_t *const from = is_voted ? m->voted + code * m->n_new : m->base;
        MLCI_TRY(other_column(m, field, from, order, &fields[j].column, err));
        code += is_voted;
    }
    return MLC_OK;
}

static mlc_status build(const making *m, mlc_dataset **out, mlc_error *err)
{
    mlci_root *const root = m->call->root;
    const int64_t n = m->rows->n_rows;
    int64_t *const order = mlci_alloc_raw(root, n + m->n_new, (int64_t)sizeof *order);
    mlci_field *const fields = mlci_alloc(root, m->rows->n_fields, (int64_t)sizeof *fields);
    mlc_status status = MLC_OK;
    if (order == NULL || fields == NULL) {
        status = mlci_fail_memory(err, n + m->n_new, (int64_t)sizeof *order);
        goto done;
    }
    for (int64_t i = 0; i < n; i++)
        order[i] = i;
    status = fill_fields(m, order, fields, err);
    if (status == MLC_OK) {
        status = mlci_dataset_create_like(root, m->rows, m->rows->n_fields, fields,
                                          fields[0].column->n_rows, out, err);
    }
done:
    for (int32_t j = 0; fields != NULL && j < m->rows->n_fields; j++) {
        if (fields[j].column != NULL) mlci_column_unref(fields[j].column);
    }
    mlci_free(fields);
    mlci_free(order);
    return status;
}

static mlc_status resample(making *m, mlc_dataset **out, mlc_error *err)
{
    MLCI_TRY(mlci_resampling_open(m->call, m->rows, m->smote->strategy, 1, &m->classes, err));
    MLCI_TRY(choose_fields(m, err));
    MLCI_TRY(number_codes(m, err));
    MLCI_TRY(extend_columns(m, err));
    MLCI_TRY(make_rows(m, err));
    return build(m, out, err);
}

mlc_status mlci_smote_resample(mlc_context *call, const mlci_smote *smote,
                               const mlc_dataset *dataset, mlc_dataset **out, mlc_error *err)
{
    mlc_dataset *rows = NULL;
    MLCI_TRY(mlci_dataset_contiguous(call, dataset, &rows, err));
    making m = {.call = call, .smote = smote, .rows = rows};
    const mlc_status status = resample(&m, out, err);
    making_clear(&m);
    mlc_dataset_free(rows);
    return status;
}
