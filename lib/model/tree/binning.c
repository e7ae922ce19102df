/* Bin boundaries from an exact sort, and the two copies of the binned data.
 *
 * Values become order-preserving 64-bit keys (sign flip; -0 is +0), are sorted (key_sort.h) and
 * run-length coded to (value, weight). Up to max_bins distinct values get a bin each. More are cut
 * greedily: a value at least as heavy as a mean bin gets its own, the others fill bins of equal
 * weight, with at least three rows' weight a bin. Weights are fixed-point integers, so boundaries
 * are a function of the weighted set of values and not of the order of rows. O(rows) a feature with
 * a constant of about 15 ns.
 *
 * Delicate: the middle of two neighbours must not round up to the larger one or overflow. */
#include "binning.h"

#include <math.h>
#include <string.h>

#include "bundle.h"
#include "checked.h"
#include "key_sort.h"
#include "order_key.h"

#define FEW_VALUES 16
#define MIN_ROWS_A_BIN 3
#define TRANSPOSE_ROWS 4096
#define CODE_ROWS 1024
#define BLOCK_COLUMNS 8 /* features a task */

double mlci_threshold_between(double a, double b)
{
    const double middle = 0.5 * a + 0.5 * b;
    return middle >= a && middle < b ? middle : a;
}

/* ---- keys --------------------------------------------------------------------------------- */

/* Memory of one thread: columns, and their keys with weights; weights: also the weight of each
 * distinct value. */
typedef struct scratch {
    double *columns; /* BLOCK_COLUMNS */
    mlci_key_sort sort;
} scratch;

/* Sorted keys to distinct keys and their weights; returns how many. */
static int64_t join_equal(scratch *s, int64_t n, int with_weights)
{
    int64_t last = -1;
    for (int64_t i = 0; i < n; i++) {
        const int64_t weight = with_weights ? s->sort.payload[i] : 1;
        if (last >= 0 && s->sort.keys[last] == s->sort.keys[i]) {
            s->sort.payload[last] += weight;
        } else {
            last++;
            s->sort.keys[last] = s->sort.keys[i];
            s->sort.payload[last] = weight;
        }
    }
    return last + 1;
}

/* ---- boundaries --------------------------------------------------------------------------- */

static void cut_after(mlci_bin_rule *rule, const scratch *s, int64_t i)
{
    rule->thresholds[rule->n_bins - 1] = mlci_threshold_between(
        mlci_number_of_key(s->sort.keys[i]), mlci_number_of_key(s->sort.keys[i + 1]));
    rule->n_bins++;
}

/* Equal weight a bin, heavy values alone. The mean of what is left adapts as bins close. */
static void cut_by_weight(mlci_bin_rule *rule, const scratch *s, int64_t n, int32_t max_bins,
                          double unit)
{
    int64_t total = 0;
    for (int64_t i = 0; i < n; i++)
        total += s->sort.payload[i];
    const double heavy = (double)total / (double)max_bins;
    int64_t light_total = total, light_bins = max_bins, current = 0;
    for (int64_t i = 0; i < n; i++) {
        if ((double)s->sort.payload[i] < heavy) continue;
        light_total -= s->sort.payload[i];
        light_bins--;
    }
    const double least = MIN_ROWS_A_BIN * unit;
    double target = (double)light_total / (double)(light_bins > 0 ? light_bins : 1);
    for (int64_t i = 0; i + 1 < n && rule->n_bins < max_bins; i++) {
        const int alone = (double)s->sort.payload[i] >= heavy;
        const int next_alone = (double)s->sort.payload[i + 1] >= heavy;
        current += s->sort.payload[i];
        if (!alone) light_total -= s->sort.payload[i];
        const double filled = (double)current;
        const int full =
            filled >= least && (filled >= target || (next_alone && 2 * filled >= target));
        if (!alone && !full) continue;
        cut_after(rule, s, i);
        current = 0;
        if (!alone && light_bins > 1) light_bins--;
        target = (double)light_total / (double)(light_bins > 0 ? light_bins : 1);
    }
}

static void find_cuts(mlci_bin_rule *rule, const scratch *s, int64_t n, int32_t max_bins,
                      double unit)
{
    for (int32_t b = 0; b < MLCI_BIN_CODES; b++)
        rule->thresholds[b] = INFINITY;
    rule->n_bins = n > 0 ? 1 : 0;
    if (n > max_bins) {
        cut_by_weight(rule, s, n, max_bins, unit);
    } else {
        for (int64_t i = 0; i + 1 < n; i++)
            cut_after(rule, s, i);
    }
}

/* ---- categories --------------------------------------------------------------------------- */

/* Selection by repeated maximum keeps the order total without a sort of the dictionary: at most 255
 * scans. */
int32_t mlci_rank_categories(int64_t *weight, int32_t n_codes, int32_t max_bins,
                             uint8_t *bin_of_code)
{
    int32_t n_bins = 0;
    while (n_bins < max_bins) {
        int32_t best = -1;
        for (int32_t c = 0; c < n_codes; c++)
            if (weight[c] > 0 && (best < 0 || weight[c] > weight[best])) best = c;
        if (best < 0) break;
        bin_of_code[best] = (uint8_t)++n_bins;
        weight[best] = 0;
    }
    return n_bins;
}

/* Does a category count, and as which? */
static int is_category_of(const mlci_bin_rule *rule, double x)
{
    return x >= 0 && x < (double)rule->n_codes;
}

static mlc_status fit_category(mlci_root *root, mlci_bin_rule *rule, const double *column,
                               const mlci_bin_rows *rows, int64_t n, int32_t max_bins,
                               mlc_error *err)
{
    int64_t *const weight = mlci_alloc(root, rule->n_codes, sizeof *weight);
    if (weight == NULL) return mlci_fail_memory(err, rule->n_codes, sizeof *weight);
    for (int64_t i = 0; i < n; i++) {
        const int64_t at = rows->position == NULL ? i : rows->position[i];
        if (at >= rows->n_train || !is_category_of(rule, column[i])) continue;
        weight[(int32_t)column[i]] += rows->weight == NULL ? 1 : rows->weight[at];
    }
    rule->n_bins = mlci_rank_categories(weight, rule->n_codes, max_bins, rule->bin_of_code);
    mlci_free(weight);
    return MLC_OK;
}

/* The bins that categories of feature j have already. */
static void take_categories(mlci_bin_rule *rule, const mlci_bin_rows *rows, int64_t j)
{
    const int64_t first = rows->first_code[j], n = rows->first_code[j + 1] - first;
    rule->n_bins = 0;
    for (int32_t c = 0; c < rule->n_codes && c < n; c++) {
        rule->bin_of_code[c] = rows->bin_of_code[first + c];
        if (rule->bin_of_code[c] > rule->n_bins) rule->n_bins = rule->bin_of_code[c];
    }
}

/* ---- features in parallel ----------------------------------------------------------------- */

/* Columns first .. first + n, which are read together. */
typedef struct column_block {
    int64_t first, n;
} column_block;

typedef struct work {
    mlci_binned *binned;
    const mlci_matrix *x;
    const mlci_bin_rows *rows; /* NULL: only code */
    int32_t max_bins;
    int64_t first;               /* place of row 0 when only coding */
    mlci_sparse_columns *sparse; /* x by its other values, where columns mostly have one */
    int64_t total;               /* weight of all training rows */
    const mlci_tree_kernels *kernels;
    scratch *slots;
    int64_t n_blocks;
    column_block *blocks; /* of columns that are not sparse, or of sparse ones */
} work;

/* Are the eight doubles at x all that with these bits? Most are in sparse columns. */
static int is_octet_of(const double *x, uint64_t bits)
{
    uint64_t octet[8], differs = 0;
    memcpy(octet, x, sizeof octet);
    for (int k = 0; k < 8; k++)
        differs |= octet[k] ^ bits;
    return differs == 0;
}

/* Columns of a few values, which need no sort: their keys and weights, ascending. Returns how many,
 * or -1 where there are more than FEW_VALUES. */
static int64_t count_few_values(const work *w, const double *column, scratch *s)
{
    const mlci_bin_rows *const rows = w->rows;
    const int is_plain = rows->position == NULL && rows->weight == NULL;
    const int64_t n_octets = is_plain && w->x->n_rows <= rows->n_train ? w->x->n_rows - 7 : 0;
    int64_t n = 0, last = 0;
    uint64_t bits = 0; /* of the last row */
    for (int64_t i = 0; i < w->x->n_rows; i++) {
        if (n > 0 && i < n_octets && is_octet_of(column + i, bits)) {
            s->sort.payload[last] += 8;
            i += 7;
            continue;
        }
        const int64_t at = rows->position == NULL ? i : rows->position[i];
        if (at >= rows->n_train || column[i] != column[i]) continue;
        const uint64_t key = mlci_key_of_number(column[i]);
        memcpy(&bits, &column[i], sizeof bits);
        if (n == 0 || s->sort.keys[last] != key)
            for (last = 0; last < n && s->sort.keys[last] != key;)
                last++;
        if (last == FEW_VALUES) return -1;
        if (last == n) {
            s->sort.keys[n] = key;
            s->sort.payload[n++] = 0;
        }
        s->sort.payload[last] += rows->weight == NULL ? 1 : rows->weight[at];
    }
    mlci_sort_few_keys(s->sort.keys, s->sort.payload, n);
    return n;
}

static void fit_number(mlci_bin_rule *rule, const work *w, const double *column, scratch *s)
{
    const mlci_bin_rows *const rows = w->rows;
    const int with_weights = rows->weight != NULL;
    int64_t n = count_few_values(w, column, s);
    if (n >= 0) {
        find_cuts(rule, s, n, w->max_bins, rows->unit);
        return;
    }
    n = 0;
    for (int64_t i = 0; i < w->x->n_rows; i++) {
        const int64_t at = rows->position == NULL ? i : rows->position[i];
        if (at >= rows->n_train || column[i] != column[i]) continue;
        s->sort.keys[n] = mlci_key_of_number(column[i]);
        if (with_weights) s->sort.payload[n] = rows->weight[at];
        n++;
    }
    mlci_sort_keys(&s->sort, n, with_weights);
    n = join_equal(s, n, with_weights);
    find_cuts(rule, s, n, w->max_bins, rows->unit);
}

static void code_values(const work *w, const mlci_bin_rule *rule, int64_t n, const double *x,
                        uint8_t *codes)
{
    if (!rule->is_category) {
        w->kernels->code_numbers(rule->thresholds, n, x, codes);
        return;
    }
    for (int64_t i = 0; i < n; i++)
        codes[i] = mlci_bin_of_category(rule->bin_of_code, rule->n_codes, x[i]);
}

static void code_rows(const mlci_bin_rule *rule, const work *w, const double *column,
                      uint8_t *codes)
{
    const int64_t *const position = w->rows == NULL ? NULL : w->rows->position;
    for (int64_t begin = 0; begin < w->x->n_rows; begin += CODE_ROWS) {
        uint8_t part[CODE_ROWS];
        const int64_t left = w->x->n_rows - begin, n = left < CODE_ROWS ? left : CODE_ROWS;
        uint8_t *const to = position == NULL ? codes + w->first + begin : part;
        code_values(w, rule, n, column + begin, to);
        for (int64_t i = 0; position != NULL && i < n; i++)
            codes[position[begin + i]] = part[i];
    }
}

static mlc_status bin_feature(const work *w, int64_t j, scratch *s, const double *column,
                              mlc_error *err)
{
    mlci_bin_rule *const rule = &w->binned->rules[j];
    if (w->rows != NULL && rule->is_category && w->rows->first_code != NULL)
        take_categories(rule, w->rows, j);
    else if (w->rows != NULL && rule->is_category)
        MLCI_TRY(
            fit_category(w->binned->root, rule, column, w->rows, w->x->n_rows, w->max_bins, err));
    else if (w->rows != NULL)
        fit_number(rule, w, column, s);
    code_rows(rule, w, column, w->binned->columns + j * w->binned->n_rows);
    return MLC_OK;
}

/* Neighbours in a row share a cache line, so columns are read several at a time. */
static mlc_status bin_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const work *const w = arg;
    scratch *const s = &w->slots[slot];
    const column_block *const b = &w->blocks[block];
    mlci_matrix_columns(w->x, b->first, b->n, s->columns);
    for (int64_t k = 0; k < b->n; k++)
        MLCI_TRY(bin_feature(w, b->first + k, s, s->columns + k * w->x->n_rows, err));
    return MLC_OK;
}

/* ---- columns that mostly have one value ---------------------------------------------------- */

static int64_t place_of(const work *w, int64_t row)
{
    return w->rows == NULL             ? w->first + row
           : w->rows->position == NULL ? row
                                       : w->rows->position[row];
}

/* A value among those so far: while they are few, found by a search, then as one more. */
static void add_value(scratch *s, int64_t *n, int64_t *last, double x, int64_t weight)
{
    const uint64_t key = mlci_key_of_number(x);
    if (*n == 0 || s->sort.keys[*last] != key) {
        *last = *n > FEW_VALUES ? *n : 0;
        while (*last < *n && s->sort.keys[*last] != key)
            ++*last;
    }
    if (*last == *n) {
        s->sort.keys[*n] = key;
        s->sort.payload[(*n)++] = 0;
    }
    s->sort.payload[*last] += weight;
}

/* The other values of a column by key, then the common one with the weight that is left; returns
 * how many distinct ones there are, ascending. */
static int64_t sort_others(const work *w, int64_t j, scratch *s)
{
    const mlci_sparse_columns *const sparse = w->sparse;
    int64_t n = 0, last = 0, left = w->total;
    for (int64_t t = 0; t < sparse->n_tiles; t++) {
        const mlci_sparse_run run = mlci_sparse_run_of(sparse, t, sparse->column[j]);
        for (int64_t k = 0; k < run.n; k++) {
            const int64_t at = place_of(w, run.first_row + run.rows[k]);
            if (at >= w->rows->n_train) continue;
            const int64_t weight = w->rows->weight == NULL ? 1 : w->rows->weight[at];
            left -= weight;
            if (run.values[k] == run.values[k]) add_value(s, &n, &last, run.values[k], weight);
        }
    }
    if (left > 0 && sparse->common[j] == sparse->common[j])
        add_value(s, &n, &last, sparse->common[j], left);
    if (n <= FEW_VALUES + 1)
        mlci_sort_few_keys(s->sort.keys, s->sort.payload, n);
    else
        mlci_sort_keys(&s->sort, n, 1);
    return join_equal(s, n, 1);
}

static mlc_status fit_sparse_category(const work *w, int64_t j, mlc_error *err)
{
    const mlci_sparse_columns *const sparse = w->sparse;
    mlci_bin_rule *const rule = &w->binned->rules[j];
    int64_t left = w->total;
    int64_t *const weights = mlci_alloc(w->binned->root, rule->n_codes, sizeof *weights);
    if (weights == NULL) return mlci_fail_memory(err, rule->n_codes, sizeof *weights);
    for (int64_t t = 0; t < sparse->n_tiles; t++) {
        const mlci_sparse_run run = mlci_sparse_run_of(sparse, t, sparse->column[j]);
        for (int64_t k = 0; k < run.n; k++) {
            const int64_t at = place_of(w, run.first_row + run.rows[k]);
            if (at >= w->rows->n_train) continue;
            const int64_t weight = w->rows->weight == NULL ? 1 : w->rows->weight[at];
            left -= weight;
            if (is_category_of(rule, run.values[k])) weights[(int32_t)run.values[k]] += weight;
        }
    }
    if (is_category_of(rule, sparse->common[j])) weights[(int32_t)sparse->common[j]] += left;
    rule->n_bins = mlci_rank_categories(weights, rule->n_codes, w->max_bins, rule->bin_of_code);
    mlci_free(weights);
    return MLC_OK;
}

/* The common code everywhere, then those of the other values in their rows. */
static void code_sparse(const work *w, int64_t j)
{
    const mlci_sparse_columns *const sparse = w->sparse;
    const mlci_bin_rule *const rule = &w->binned->rules[j];
    uint8_t *const codes = w->binned->columns + j * w->binned->n_rows;
    uint8_t *const common = &sparse->common_code[j];
    code_values(w, rule, 1, &sparse->common[j], common);
    /* Positions are anywhere; what else comes there is coded later. */
    const int is_moved = w->rows != NULL && w->rows->position != NULL;
    memset(codes + w->first, *common, (size_t)(is_moved ? w->binned->n_rows : w->x->n_rows));
    for (int64_t t = 0; t < sparse->n_tiles; t++) {
        const mlci_sparse_run run = mlci_sparse_run_of(sparse, t, sparse->column[j]);
        code_values(w, rule, run.n, run.values, run.codes);
        for (int64_t k = 0; k < run.n; k++)
            codes[place_of(w, run.first_row + run.rows[k])] = run.codes[k];
    }
}

static mlc_status bin_sparse(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const work *const w = arg;
    const column_block *const b = &w->blocks[block];
    for (int64_t j = b->first; j < b->first + b->n; j++) {
        mlci_bin_rule *const rule = &w->binned->rules[j];
        scratch *const s = &w->slots[slot];
        if (w->rows != NULL && rule->is_category && w->rows->first_code != NULL)
            take_categories(rule, w->rows, j);
        else if (w->rows != NULL && rule->is_category)
            MLCI_TRY(fit_sparse_category(w, j, err));
        else if (w->rows != NULL)
            find_cuts(rule, s, sort_others(w, j, s), w->max_bins, w->rows->unit);
        code_sparse(w, j);
    }
    return MLC_OK;
}

/* ---- both kinds of columns ---------------------------------------------------------------- */

static void free_slots(scratch *slots, int32_t n_slots)
{
    if (slots == NULL) return;
    for (int32_t i = 0; i < n_slots; i++) {
        mlci_free(slots[i].columns);
        mlci_free(slots[i].sort.keys);
        mlci_free(slots[i].sort.other_keys);
        mlci_free(slots[i].sort.payload);
        mlci_free(slots[i].sort.other_payload);
    }
    mlci_free(slots);
}

/* Memory for `width` columns to be read, and n values to be sorted. */
static mlc_status make_slot(mlci_root *root, int64_t n_rows, int64_t width, int64_t n,
                            int with_payload, scratch *s, mlc_error *err)
{
    s->columns = mlci_alloc_raw(root, n_rows, width * (int64_t)sizeof *s->columns);
    s->sort.keys = mlci_alloc_raw(root, n, sizeof *s->sort.keys);
    s->sort.other_keys = mlci_alloc_raw(root, n, sizeof *s->sort.other_keys);
    s->sort.payload = mlci_alloc_raw(root, n, sizeof *s->sort.payload);
    s->sort.other_payload = mlci_alloc_raw(root, with_payload ? n : 0, sizeof *s->sort.payload);
    if (s->columns == NULL) return mlci_fail_memory(err, n_rows, width * (int64_t)sizeof(double));
    if (s->sort.keys == NULL || s->sort.other_keys == NULL || s->sort.payload == NULL ||
        s->sort.other_payload == NULL)
        return mlci_fail_memory(err, n, sizeof *s->sort.keys);
    return MLC_OK;
}

/* Lists the blocks of the columns that are sparse, or that are not. */
static void list_blocks(work *w, int is_sparse)
{
    w->n_blocks = 0;
    for (int64_t j = 0; j < w->x->n_features; j++) {
        column_block *const last = w->n_blocks == 0 ? NULL : &w->blocks[w->n_blocks - 1];
        if ((w->sparse->column[j] >= 0) != is_sparse) continue;
        if (last != NULL && last->first + last->n == j && last->n < BLOCK_COLUMNS)
            last->n++;
        else
            w->blocks[w->n_blocks++] = (column_block){j, 1};
    }
}

/* The most other values that a column has, and one more. */
static int64_t most_sparse_values(const mlci_sparse_columns *sparse)
{
    int64_t most = 0;
    for (int32_t c = 0; c < sparse->n_columns; c++) {
        int64_t n = 0;
        for (int64_t t = 0; t < sparse->n_tiles; t++)
            n += mlci_sparse_run_of(sparse, t, c).n;
        if (n > most) most = n;
    }
    return most + 1;
}

/* All blocks of one kind of columns, each slot with memory of its own. */
static mlc_status bin_blocks(mlc_context *call, work *w, int is_sparse, mlc_error *err)
{
    mlci_root *const root = w->binned->root;
    const int32_t n_slots = mlci_n_slots(call);
    int64_t width = 0;
    mlc_status status = MLC_OK;
    list_blocks(w, is_sparse);
    for (int64_t b = 0; b < w->n_blocks && !is_sparse; b++)
        if (w->blocks[b].n > width) width = w->blocks[b].n;
    const int64_t n = w->rows == NULL ? 0
                      : is_sparse     ? most_sparse_values(w->sparse)
                                      : w->x->n_rows;
    const int with_payload = w->rows != NULL && (is_sparse || w->rows->weight != NULL);
    w->slots = mlci_alloc(root, n_slots, sizeof *w->slots);
    if (w->slots == NULL) return mlci_fail_memory(err, n_slots, sizeof *w->slots);
    for (int32_t i = 0; i < n_slots && i < w->n_blocks && status == MLC_OK; i++)
        status = make_slot(root, w->x->n_rows, width, n, with_payload, &w->slots[i], err);
    if (status == MLC_OK)
        status = mlci_parallel_for(call, w->n_blocks, is_sparse ? bin_sparse : bin_block, w, err);
    free_slots(w->slots, n_slots);
    w->slots = NULL;
    return status;
}

static mlc_status bin_features(mlc_context *call, work *w, mlc_error *err)
{
    mlci_root *const root = w->binned->root;
    w->kernels = mlci_tree_kernels_of(mlci_root_isa(root));
    MLCI_TRY(mlci_sparse_columns_read(call, w->x, &w->sparse, err));
    w->blocks = mlci_alloc(root, w->x->n_features, sizeof *w->blocks);
    mlc_status status = w->blocks == NULL
                            ? mlci_fail_memory(err, w->x->n_features, sizeof *w->blocks)
                            : bin_blocks(call, w, 1, err);
    mlci_sparse_columns_drop_values(w->sparse);
    if (status == MLC_OK) status = bin_blocks(call, w, 0, err);
    mlci_free(w->blocks);
    return status;
}

/* ---- the value ---------------------------------------------------------------------------- */

/* Which positions of a row are categories, and the size of their dictionaries. */
static mlc_status note_categories(mlci_binned *binned, const mlci_features *features,
                                  mlc_error *err)
{
    for (int32_t i = 0; i < features->n_inputs; i++) {
        const mlci_feature *const input = &features->inputs[i];
        if (input->dictionary == NULL) continue;
        mlci_bin_rule *const rule = &binned->rules[input->first];
        rule->is_category = 1;
        rule->n_codes = input->dictionary->n;
        rule->bin_of_code = mlci_alloc(binned->root, rule->n_codes, 1);
        if (rule->bin_of_code == NULL) return mlci_fail_memory(err, rule->n_codes, 1);
    }
    return MLC_OK;
}

mlc_status mlci_binned_fit(mlc_context *call, const mlci_matrix *x, const mlci_bin_rows *rows,
                           int32_t max_bins, mlci_binned **out, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(call);
    mlc_status status = MLC_OK;
    int64_t n_codes;
    mlci_binned *const binned = mlci_alloc(root, 1, sizeof *binned);
    if (binned == NULL) return mlci_fail_memory(err, 1, sizeof *binned);
    binned->root = root;
    binned->n_features = x->n_features;
    binned->n_rows = rows->n_rows;
    binned->n_train = rows->n_train;
    binned->rules = mlci_alloc(root, x->n_features, sizeof *binned->rules);
    if (mlci_mul_size(x->n_features, rows->n_rows, &n_codes))
        binned->columns = mlci_alloc_raw(root, n_codes + MLCI_CODE_ROWS_SLACK, 1);
    if (binned->rules == NULL || binned->columns == NULL) {
        status = mlci_fail_memory(err, x->n_features, rows->n_rows);
        goto done;
    }
    if (x->features != NULL) status = note_categories(binned, x->features, err);
    if (status != MLC_OK) goto done;
    work w = {.binned = binned, .x = x, .rows = rows, .max_bins = max_bins};
    w.total = rows->weight == NULL ? rows->n_train : 0;
    for (int64_t i = 0; rows->weight != NULL && i < rows->n_train; i++)
        w.total += rows->weight[i];
    status = bin_features(call, &w, err);
    binned->sparse = w.sparse;
    binned->position = rows->position;
done:
    if (status != MLC_OK) {
        mlci_binned_free(binned);
        return status;
    }
    *out = binned;
    return MLC_OK;
}

mlc_status mlci_binned_append(mlc_context *call, mlci_binned *binned, const mlci_matrix *x,
                              int64_t first, mlc_error *err)
{
    work w = {.binned = binned, .x = x, .first = first};
    const mlc_status status = bin_features(call, &w, err);
    mlci_sparse_columns_free(w.sparse);
    return status;
}

/* At least two codes among the training rows? The first code differs from some other. */
static int can_split(const mlci_binned *binned, int64_t j)
{
    const uint8_t *const codes = mlci_binned_column(binned, j);
    int64_t i = 1;
    /* Neighbours that are all equal are equal to the first. */
    for (; i + 256 <= binned->n_train && memcmp(codes + i, codes + i - 1, 256) == 0;)
        i += 256;
    for (; i < binned->n_train; i++)
        if (codes[i] != codes[0]) return 1;
    return 0;
}

static mlc_status make_groups(mlci_binned *binned, mlc_error *err)
{
    mlci_root *const root = binned->root;
    binned->n_groups = (binned->n_bundles + MLCI_BIN_GROUP - 1) / MLCI_BIN_GROUP;
    binned->groups = mlci_alloc(root, binned->n_groups, sizeof *binned->groups);
    if (binned->groups == NULL)
        return mlci_fail_memory(err, binned->n_groups, sizeof *binned->groups);
    for (int32_t g = 0; g < binned->n_groups; g++) {
        mlci_bin_group *const group = &binned->groups[g];
        const int32_t left = binned->n_bundles - g * MLCI_BIN_GROUP;
        group->first = g * MLCI_BIN_GROUP;
        group->width = left < MLCI_BIN_GROUP ? left : MLCI_BIN_GROUP;
        /* A power of two up to a cache line, so that no row straddles two. */
        group->stride = 4;
        while (group->stride < group->width)
            group->stride *= 2;
        const int64_t bytes = binned->n_train * group->stride;
        group->rows = mlci_alloc(root, bytes + MLCI_CODE_ROWS_SLACK, 1);
        if (group->rows == NULL) return mlci_fail_memory(err, binned->n_train, group->stride);
    }
    return MLC_OK;
}

static mlc_status lay_out_rows(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const mlci_binned *const binned = arg;
    const int64_t begin = block * TRANSPOSE_ROWS;
    const int64_t end =
        begin + TRANSPOSE_ROWS < binned->n_train ? begin + TRANSPOSE_ROWS : binned->n_train;
    for (int32_t g = 0; g < binned->n_groups; g++) {
        const mlci_bin_group *const group = &binned->groups[g];
        for (int32_t k = 0; k < group->width; k++)
            if (!mlci_bundle_is_sparse(binned, group->first + k))
                mlci_bundle_codes(binned, group->first + k, begin, end,
                                  group->rows + begin * group->stride + k, group->stride);
    }
    return MLC_OK;
}

/* Of bundles whose common codes add up to 0, which is there: the others. */
static mlc_status lay_out_tile(void *arg, int64_t tile, int32_t slot, mlc_error *err)
{
    const mlci_binned *const binned = arg;
    for (int32_t g = 0; g < binned->n_groups; g++) {
        const mlci_bin_group *const group = &binned->groups[g];
        for (int32_t k = 0; k < group->width; k++)
            if (mlci_bundle_is_sparse(binned, group->first + k))
                mlci_bundle_add_tile(binned, group->first + k, tile, group->rows + k,
                                     group->stride);
    }
    return MLC_OK;
}

mlc_status mlci_binned_finish(mlc_context *call, mlci_binned *binned, mlc_error *err)
{
    mlci_root *const root = binned->root;
    binned->used = mlci_alloc(root, binned->n_features, sizeof *binned->used);
    if (binned->used == NULL)
        return mlci_fail_memory(err, binned->n_features, sizeof *binned->used);
    for (int64_t j = 0; j < binned->n_features; j++)
        if (can_split(binned, j)) binned->used[binned->n_used++] = (int32_t)j;
    MLCI_TRY(mlci_bundles_find(call, binned, err));
    MLCI_TRY(make_groups(binned, err));
    const int64_t n_blocks = (binned->n_train + TRANSPOSE_ROWS - 1) / TRANSPOSE_ROWS;
    MLCI_TRY(mlci_parallel_for(call, n_blocks, lay_out_rows, binned, err));
    MLCI_TRY(mlci_parallel_for(call, binned->sparse->n_tiles, lay_out_tile, binned, err));
    mlci_sparse_columns_free(binned->sparse);
    binned->sparse = NULL;
    return MLC_OK;
}

void mlci_binned_free(mlci_binned *binned)
{
    if (binned == NULL) return;
    for (int64_t j = 0; binned->rules != NULL && j < binned->n_features; j++)
        mlci_free(binned->rules[j].bin_of_code);
    for (int32_t g = 0; binned->groups != NULL && g < binned->n_groups; g++)
        mlci_free(binned->groups[g].rows);
    mlci_sparse_columns_free(binned->sparse);
    mlci_free(binned->rules);
    mlci_free(binned->columns);
    mlci_free(binned->used);
    mlci_free(binned->places);
    mlci_free(binned->features);
    mlci_free(binned->first_feature);
    mlci_free(binned->first_cell);
    mlci_free(binned->entries);
    mlci_free(binned->groups);
    mlci_free(binned);
}
