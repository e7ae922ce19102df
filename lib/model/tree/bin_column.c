/* Distinct values and their weights, cuts between them, codes.
 *
 * Few distinct values are counted in a table; of many, only those near cuts are sorted
 * (bucket_cuts.h), or all where rows are few. A column that mostly holds one value is known by the
 * others (sparse_columns.h), and the one has what is left of the weight. Weights are fixed-point
 * integers, so boundaries are a function of the weighted set of values and not of the order of
 * rows. */
#include "bin_column.h"

#include <string.h>

#include "bin_cuts.h"
#include "order_key.h"

#define FEW_VALUES 16    /* that are found by a search */
#define BUCKET_ROWS 8192 /* below, sorting is cheaper */
#define CODE_ROWS 1024

static int64_t place_of(const mlci_bin_work *w, int64_t row)
{
    if (w->rows == NULL) return w->first + row;
    return w->rows->position == NULL ? row : w->rows->position[row];
}

static int64_t weight_at(const mlci_bin_work *w, int64_t place)
{
    return w->rows->weight == NULL ? 1 : w->rows->weight[place];
}

/* ---- categories --------------------------------------------------------------------------- */

static int is_category_of(const mlci_bin_rule *rule, double x)
{
    return x >= 0 && x < (double)rule->n_codes;
}

/* Adds the weights of a column's categories. */
static void weigh_categories(const mlci_bin_work *w, const mlci_bin_rule *rule,
                             const double *column, int64_t *weights)
{
    for (int64_t i = 0; i < w->x->n_rows; i++) {
        const int64_t at = place_of(w, i);
        if (at < w->rows->n_train && is_category_of(rule, column[i]))
            weights[(int32_t)column[i]] += weight_at(w, at);
    }
}

static void weigh_sparse_categories(const mlci_bin_work *w, int64_t j, const mlci_bin_rule *rule,
                                    int64_t *weights)
{
    const mlci_sparse_columns *const sparse = w->sparse;
    int64_t left = w->total;
    for (int64_t t = 0; t < sparse->n_tiles; t++) {
        const mlci_sparse_run run = mlci_sparse_run_of(sparse, t, sparse->column[j]);
        for (int64_t k = 0; k < run.n; k++) {
            const int64_t at = place_of(w, run.first_row + run.rows[k]);
            if (at >= w->rows->n_train) continue;
            const int64_t weight = weight_at(w, at);
            left -= weight;
            if (is_category_of(rule, run.values[k])) weights[(int32_t)run.values[k]] += weight;
        }
    }
    if (is_category_of(rule, sparse->common[j])) weights[(int32_t)sparse->common[j]] += left;
}

/* The bins that categories of feature j have already. */
static void take_categories(mlci_bin_rule *rule, const mlci_bin_rows *rows, int64_t j)
{
    const mlci_category_bins *const known = rows->categories;
    rule->n_bins = 0;
    for (int32_t c = 0; c < rule->n_codes && c < mlci_n_codes(known, j); c++) {
        rule->bin_of_code[c] = (uint8_t)known->bin_of_code[known->first_code[j] + c];
        if (rule->bin_of_code[c] > rule->n_bins) rule->n_bins = rule->bin_of_code[c];
    }
}

/* column NULL: it is a sparse one. */
static mlc_status fit_categories(const mlci_bin_work *w, int64_t j, const double *column,
                                 mlc_error *err)
{
    mlci_bin_rule *const rule = &w->binned->rules[j];
    if (w->rows->categories != NULL) {
        take_categories(rule, w->rows, j);
        return MLC_OK;
    }
    int64_t *const weights = mlci_alloc(w->binned->root, rule->n_codes, sizeof *weights);
    if (weights == NULL) return mlci_fail_memory(err, rule->n_codes, sizeof *weights);
    if (column == NULL)
        weigh_sparse_categories(w, j, rule, weights);
    else
        weigh_categories(w, rule, column, weights);
    rule->n_bins = mlci_rank_categories(weights, rule->n_codes, w->max_bins, rule->bin_of_code);
    mlci_free(weights);
    return MLC_OK;
}

/* ---- numbers ------------------------------------------------------------------------------ */

/* Cuts between the n keys in memory->sort, with weights or of weight 1, in any order. */
static void cut_keys(const mlci_bin_work *w, mlci_bin_memory *m, int64_t n, int with_weights,
                     mlci_bin_rule *rule)
{
    mlci_key_sort *const s = &m->sort.sort;
    if (n <= FEW_VALUES + 1 && with_weights)
        mlci_sort_few_keys(s->keys, s->payload, n);
    else
        mlci_sort_keys(s, n, with_weights);
    n = mlci_join_equal_keys(s, n, with_weights);
    mlci_find_cuts(rule, s->keys, s->payload, n, w->max_bins, w->rows->unit);
}

/* The distinct values of a column where they are few: *n; -1: they are not. */
static mlc_status count_values(const mlci_bin_work *w, const double *column, mlci_bin_memory *m,
                               int64_t *n, mlc_error *err)
{
    const int64_t n_rows = w->x->n_rows;
    int64_t most = n_rows / 4 < MLCI_MOST_COUNTED ? n_rows / 4 : MLCI_MOST_COUNTED;
    if (most < MLCI_BIN_CODES) most = MLCI_BIN_CODES;
    *n = -1;
    mlci_value_counts_clear(m->counts);
    for (int64_t i = 0; i < n_rows; i++) {
        const int64_t at = place_of(w, i);
        if (at >= w->rows->n_train || column[i] != column[i]) continue;
        const uint64_t key = mlci_key_of_number(column[i]);
        if (!mlci_value_counts_add(m->counts, key, weight_at(w, at), most)) return MLC_OK;
    }
    MLCI_TRY(mlci_sort_reserve(&m->sort, m->counts->n, 1, err));
    *n = mlci_value_counts_list(m->counts, m->sort.sort.keys, m->sort.sort.payload);
    return MLC_OK;
}

/* All values: there are few rows. */
static mlc_status sort_values(const mlci_bin_work *w, const double *column, mlci_bin_memory *m,
                              mlci_bin_rule *rule, mlc_error *err)
{
    const int with_weights = w->rows->weight != NULL;
    int64_t n = 0;
    MLCI_TRY(mlci_sort_reserve(&m->sort, w->x->n_rows, with_weights, err));
    for (int64_t i = 0; i < w->x->n_rows; i++) {
        const int64_t at = place_of(w, i);
        if (at >= w->rows->n_train || column[i] != column[i]) continue;
        m->sort.sort.keys[n] = mlci_key_of_number(column[i]);
        m->sort.sort.payload[n++] = weight_at(w, at);
    }
    cut_keys(w, m, n, with_weights, rule);
    return MLC_OK;
}

/* *by_buckets: the buckets of the column are there, and each has one cut at most. */
static mlc_status fit_numbers(const mlci_bin_work *w, const double *column, mlci_bin_memory *m,
                              mlci_bin_rule *rule, int32_t *by_buckets, mlc_error *err)
{
    int64_t n;
    *by_buckets = 0;
    MLCI_TRY(count_values(w, column, m, &n, err));
    if (n >= 0) {
        cut_keys(w, m, n, 1, rule);
        return MLC_OK;
    }
    if (m->buckets != NULL) {
        const mlci_column_values values = {column, w->x->n_rows, w->rows};
        MLCI_TRY(mlci_bucket_cuts_find(m->buckets, w->kernels, &values, w->max_bins, &m->sort, rule,
                                       err));
        *by_buckets = mlci_bucket_cuts_codes(m->buckets, rule);
        return MLC_OK;
    }
    return sort_values(w, column, m, rule, err);
}

/* ---- columns that mostly have one value ---------------------------------------------------- */

/* A value among those so far: while they are few, found by a search, then as one more. */
static void add_value(mlci_key_sort *s, int64_t *n, int64_t *last, double x, int64_t weight)
{
    const uint64_t key = mlci_key_of_number(x);
    if (*n == 0 || s->keys[*last] != key) {
        *last = *n > FEW_VALUES ? *n : 0;
        while (*last < *n && s->keys[*last] != key)
            ++*last;
    }
    if (*last == *n) {
        s->keys[*n] = key;
        s->payload[(*n)++] = 0;
    }
    s->payload[*last] += weight;
}

static int64_t count_others(const mlci_sparse_columns *sparse, int64_t j)
{
    int64_t n = 0;
    for (int64_t t = 0; t < sparse->n_tiles; t++)
        n += mlci_sparse_run_of(sparse, t, sparse->column[j]).n;
    return n;
}

/* The other values of a column, then the common one with the weight that is left. */
static mlc_status fit_sparse_numbers(const mlci_bin_work *w, int64_t j, mlci_bin_memory *m,
                                     mlc_error *err)
{
    const mlci_sparse_columns *const sparse = w->sparse;
    int64_t n = 0, last = 0, left = w->total;
    MLCI_TRY(mlci_sort_reserve(&m->sort, count_others(sparse, j) + 1, 1, err));
    for (int64_t t = 0; t < sparse->n_tiles; t++) {
        const mlci_sparse_run run = mlci_sparse_run_of(sparse, t, sparse->column[j]);
        for (int64_t k = 0; k < run.n; k++) {
            const int64_t at = place_of(w, run.first_row + run.rows[k]);
            if (at >= w->rows->n_train) continue;
            const int64_t weight = weight_at(w, at);
            left -= weight;
            if (run.values[k] == run.values[k])
                add_value(&m->sort.sort, &n, &last, run.values[k], weight);
        }
    }
    if (left > 0 && sparse->common[j] == sparse->common[j])
        add_value(&m->sort.sort, &n, &last, sparse->common[j], left);
    cut_keys(w, m, n, 1, &w->binned->rules[j]);
    return MLC_OK;
}

/* ---- codes -------------------------------------------------------------------------------- */

static void code_values(const mlci_bin_work *w, const mlci_bin_rule *rule, int64_t n,
                        const double *x, uint8_t *codes)
{
    if (!rule->is_category) {
        w->kernels->code_numbers(rule->thresholds, n, x, codes);
        return;
    }
    for (int64_t i = 0; i < n; i++)
        codes[i] = mlci_bin_of_category(rule->bin_of_code, rule->n_codes, x[i]);
}

/* Was the feature sparse in the training matrix? Then only appended rows have codes of their own.
 */
static int is_listed(const mlci_bin_work *w, int64_t j)
{
    return w->binned->sparse->column[j] >= 0;
}

static mlc_status make_codes(const mlci_bin_work *w, int64_t j, mlc_error *err)
{
    mlci_binned *const b = w->binned;
    const int64_t n = is_listed(w, j) ? w->x->n_rows : b->n_rows;
    if (is_listed(w, j) != (w->rows == NULL)) return MLC_OK;
    b->codes[j] = mlci_alloc_raw(b->root, n + MLCI_CODE_ROWS_SLACK, 1);
    return b->codes[j] != NULL ? MLC_OK : mlci_fail_memory(err, n + MLCI_CODE_ROWS_SLACK, 1);
}

/* Where the code of row 0 of the matrix goes. */
static uint8_t *codes_of(const mlci_bin_work *w, int64_t j)
{
    return w->binned->codes[j] + (w->rows == NULL && !is_listed(w, j) ? w->first : 0);
}

/* buckets NULL: by the rule alone. */
static void code_rows(const mlci_bin_work *w, const mlci_bin_rule *rule, const double *column,
                      const mlci_bucket_cuts *buckets, uint8_t *codes)
{
    const int64_t *const position = w->rows == NULL ? NULL : w->rows->position;
    for (int64_t begin = 0; begin < w->x->n_rows; begin += CODE_ROWS) {
        uint8_t part[CODE_ROWS];
        const int64_t left = w->x->n_rows - begin, n = left < CODE_ROWS ? left : CODE_ROWS;
        uint8_t *const to = position == NULL ? codes + begin : part;
        if (buckets == NULL)
            code_values(w, rule, n, column + begin, to);
        else
            w->kernels->code_buckets(&buckets->codes, n, column + begin, buckets->buckets + begin,
                                     to);
        for (int64_t i = 0; position != NULL && i < n; i++)
            codes[position[begin + i]] = part[i];
    }
}

/* Those of the other values; of appended rows the common code everywhere, then those. */
static void code_sparse_rows(const mlci_bin_work *w, int64_t j)
{
    const mlci_sparse_columns *const sparse = w->sparse;
    const mlci_bin_rule *const rule = &w->binned->rules[j];
    uint8_t *const common = &sparse->common_code[j];
    uint8_t *const codes = w->rows == NULL ? codes_of(w, j) : NULL;
    code_values(w, rule, 1, &sparse->common[j], common);
    if (codes != NULL) memset(codes, *common, (size_t)w->x->n_rows);
    for (int64_t t = 0; t < sparse->n_tiles; t++) {
        const mlci_sparse_run run = mlci_sparse_run_of(sparse, t, sparse->column[j]);
        code_values(w, rule, run.n, run.values, run.codes);
        for (int64_t k = 0; codes != NULL && k < run.n; k++)
            codes[run.first_row + run.rows[k]] = run.codes[k];
    }
}

/* ---- together ----------------------------------------------------------------------------- */

mlc_status mlci_bin_column(const mlci_bin_work *w, int64_t j, mlci_bin_memory *memory,
                           const double *column, mlc_error *err)
{
    mlci_bin_rule *const rule = &w->binned->rules[j];
    int32_t by_buckets = 0;
    MLCI_TRY(make_codes(w, j, err));
    if (w->rows != NULL && rule->is_category)
        MLCI_TRY(fit_categories(w, j, column, err));
    else if (w->rows != NULL)
        MLCI_TRY(fit_numbers(w, column, memory, rule, &by_buckets, err));
    code_rows(w, rule, column, by_buckets ? memory->buckets : NULL, codes_of(w, j));
    return MLC_OK;
}

mlc_status mlci_bin_sparse_column(const mlci_bin_work *w, int64_t j, mlci_bin_memory *memory,
                                  mlc_error *err)
{
    MLCI_TRY(make_codes(w, j, err));
    if (w->rows != NULL && w->binned->rules[j].is_category)
        MLCI_TRY(fit_categories(w, j, NULL, err));
    else if (w->rows != NULL)
        MLCI_TRY(fit_sparse_numbers(w, j, memory, err));
    code_sparse_rows(w, j);
    return MLC_OK;
}

mlc_status mlci_bin_memory_create(mlci_root *root, int64_t n_rows, int with_buckets,
                                  mlci_bin_memory *m, mlc_error *err)
{
    *m = (mlci_bin_memory){.sort = {.root = root}};
    m->counts = mlci_alloc_raw(root, 1, sizeof *m->counts);
    if (m->counts == NULL) return mlci_fail_memory(err, 1, sizeof *m->counts);
    if (!with_buckets || n_rows < BUCKET_ROWS || n_rows > UINT32_MAX) return MLC_OK;
    return mlci_bucket_cuts_create(root, n_rows, &m->buckets, err);
}

void mlci_bin_memory_clear(mlci_bin_memory *m)
{
    mlci_free(m->columns);
    mlci_sort_memory_clear(&m->sort);
    mlci_free(m->counts);
    mlci_bucket_cuts_free(m->buckets);
}
