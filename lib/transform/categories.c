/* Learning and looking up categories. Fitting sorts the distinct values: O(n log n) for numbers,
 * O(n) for columns that have a dictionary already. */
#include "categories.h"

#include <math.h>
#include <string.h>

#include "dataset_impl.h"
#include "number.h"
#include "param.h"
#include "text.h"

void mlci_categories_clear(mlci_categories *c)
{
    for (int32_t i = 0; c->names != NULL && i < c->n_levels; i++)
        mlci_free(c->names[i]);
    mlci_free(c->names);
    mlci_free(c->level);
    mlci_free(c->numbers);
    mlci_free(c->name);
    mlci_dictionary_unref(c->dictionary);
    *c = (mlci_categories){0};
}

/* ---- distinct values and how often they are --------------------------------------------- */

/* Sums of weights by category, missing last. */
typedef struct counts {
    double *sum; /* block of n_values + 1 */
} counts;

/* The texts of a category column that occur, as a dictionary of their own. */
static mlc_status used_texts(mlci_categories *c, const mlci_column *column, const double *sums,
                             mlc_error *err)
{
    const mlci_dictionary *all = column->dictionary;
    const char **texts = mlci_alloc(c->root, all->n, sizeof *texts);
    int64_t *lengths = mlci_alloc(c->root, all->n, sizeof *lengths);
    mlc_status status = MLC_OK;
    if (texts == NULL || lengths == NULL) {
        status = mlci_fail_memory(err, all->n, sizeof *texts);
    } else {
        for (int32_t i = 0; i < all->n; i++) {
            if (!(sums[i] > 0)) continue;
            texts[c->n_values] = mlci_dictionary_text(all, i, &lengths[c->n_values]);
            c->n_values++;
        }
        status = mlci_dictionary_create(c->root, c->n_values, texts, lengths, &c->dictionary, err);
    }
    mlci_free(lengths);
    mlci_free(texts);
    return status;
}

static mlc_status count_texts(mlci_categories *c, const mlci_column *given, const double *weight,
                              counts *out, mlc_error *err)
{
    mlci_column *column = NULL;
    MLCI_TRY(mlci_column_to_category(given, &column, err));
    const int32_t n = column->dictionary->n;
    double *sums = mlci_alloc(c->root, (int64_t)n + 1, sizeof *sums);
    mlc_status status = sums == NULL ? mlci_fail_memory(err, (int64_t)n + 1, 8) : MLC_OK;
    for (int64_t i = 0; status == MLC_OK && i < column->n_rows; i++) {
        const int32_t code = mlci_column_is_valid(column, i) ? mlci_column_code(column, i) : n;
        sums[code] += weight == NULL ? 1 : weight[i];
    }
    if (status == MLC_OK) status = used_texts(c, column, sums, err);
    if (status == MLC_OK) {
        c->has_missing = sums[n] > 0;
        int32_t used = 0;
        for (int32_t i = 0; i < n; i++) {
            if (sums[i] > 0) sums[used++] = sums[i];
        }
        sums[used] = sums[n];
        out->sum = sums;
    } else {
        mlci_free(sums);
    }
    mlci_column_unref(column);
    return status;
}

/* Heap sort of values: no memory, no worst case. Missing ones were left out. */
static void sift(double *v, int64_t root, int64_t n)
{
    const double value = v[root];
    for (int64_t child = 2 * root + 1; child < n; child = 2 * root + 1) {
        if (child + 1 < n && v[child + 1] > v[child]) child++;
        if (!(v[child] > value)) break;
        v[root] = v[child];
        root = child;
    }
    v[root] = value;
}

static mlc_status sort_values(mlc_context *call, double *v, int64_t n, mlc_error *err)
{
    for (int64_t i = n / 2 - 1; i >= 0; i--) {
        MLCI_TRY(mlci_poll_row(call, i, err));
        sift(v, i, n);
    }
    for (int64_t i = n - 1; i > 0; i--) {
        MLCI_TRY(mlci_poll_row(call, i, err));
        const double top = v[0];
        v[0] = v[i];
        v[i] = top;
        sift(v, 0, i);
    }
    return MLC_OK;
}

static int32_t find_number(const mlci_categories *c, double value)
{
    int32_t low = 0, high = c->n_values;
    while (low < high) {
        const int32_t middle = low + (high - low) / 2;
        if (c->numbers[middle] < value) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < c->n_values && c->numbers[low] == value ? low : -1;
}

static mlc_status distinct_numbers(mlc_context *call, mlci_categories *c, const double *values,
                                   int64_t n, mlc_error *err)
{
    c->numbers = mlci_alloc_raw(c->root, n, sizeof *c->numbers);
    if (c->numbers == NULL) return mlci_fail_memory(err, n, sizeof *c->numbers);
    int64_t m = 0;
    for (int64_t i = 0; i < n; i++) {
        if (isnan(values[i])) continue;
        c->numbers[m++] = values[i] + 0.0; /* -0 is 0 */
    }
    MLCI_TRY(sort_values(call, c->numbers, m, err));
    int64_t distinct = 0;
    for (int64_t i = 0; i < m; i++) {
        if (distinct > 0 && c->numbers[distinct - 1] == c->numbers[i]) continue;
        c->numbers[distinct++] = c->numbers[i];
    }
    if (distinct > INT32_MAX / 2) {
        return mlci_fail(err, MLC_ERROR_LIMIT, c->name, "column '%s' has too many categories",
                         c->name);
    }
    c->n_values = (int32_t)distinct;
    double *shrunk = mlci_realloc(c->root, c->numbers, distinct, sizeof *shrunk);
    if (shrunk == NULL) return mlci_fail_memory(err, distinct, sizeof *shrunk);
    c->numbers = shrunk;
    return MLC_OK;
}

static mlc_status count_numbers(mlc_context *call, mlci_categories *c, const mlci_column *column,
                                const double *weight, counts *out, mlc_error *err)
{
    double *values = mlci_alloc_raw(c->root, column->n_rows, sizeof *values);
    if (values == NULL) return mlci_fail_memory(err, column->n_rows, sizeof *values);
    mlci_column_reals(column, 0, column->n_rows, values, 1);
    mlc_status status = distinct_numbers(call, c, values, column->n_rows, err);
    if (status == MLC_OK) {
        out->sum = mlci_alloc(c->root, (int64_t)c->n_values + 1, sizeof *out->sum);
        if (out->sum == NULL) status = mlci_fail_memory(err, (int64_t)c->n_values + 1, 8);
    }
    for (int64_t i = 0; status == MLC_OK && i < column->n_rows; i++) {
        status = mlci_poll_row(call, i, err);
        const int32_t k = isnan(values[i]) ? c->n_values : find_number(c, values[i]);
        out->sum[k] += weight == NULL ? 1 : weight[i];
        c->has_missing |= k == c->n_values;
    }
    mlci_free(values);
    return status;
}

/* ---- rare categories -------------------------------------------------------------------- */

/* Marks the n_least least frequent of those not marked; of equals the lowest value first. */
static mlc_status mark_least(mlc_context *call, const double *sums, int32_t n, int32_t n_least,
                             uint8_t *rare, mlc_error *err)
{
    double *sorted = mlci_alloc_raw(mlci_context_root(call), n, sizeof *sorted);
    if (sorted == NULL) return mlci_fail_memory(err, n, sizeof *sorted);
    int32_t m = 0, n_below = 0;
    for (int32_t i = 0; i < n; i++) {
        if (!rare[i]) sorted[m++] = sums[i];
    }
    const mlc_status status = sort_values(call, sorted, m, err);
    const double most = sorted[n_least - 1];
    while (status == MLC_OK && sorted[n_below] < most)
        n_below++;
    int32_t n_equal = n_least - n_below;
    for (int32_t i = 0; status == MLC_OK && i < n; i++) {
        if (rare[i] || sums[i] > most) continue;
        if (sums[i] == most && n_equal-- <= 0) continue;
        rare[i] = 1;
    }
    mlci_free(sorted);
    return status;
}

/* Marks the rare ones: below the frequency, then the least frequent until max_categories - 1 are
 * left beside their group. As scikit-learn, this makes a group also where there are just
 * max_categories values. */
static mlc_status mark_rare(mlc_context *call, const mlci_categories *c, const counts *counted,
                            const mlci_rarity *rarity, uint8_t *rare, int32_t *out, mlc_error *err)
{
    const int32_t n = c->n_values + c->has_missing;
    double total = 0;
    for (int32_t i = 0; i < n; i++)
        total += counted->sum[i];
    double least = rarity->min_frequency;
    if (least < 1) least *= total;
    int32_t n_rare = 0;
    for (int32_t i = 0; i < n; i++) {
        rare[i] = counted->sum[i] < least; /* false for NaN */
        n_rare += rare[i];
    }
    if (rarity->max_categories != MLCI_NONE_INTEGER && n - n_rare + 1 > rarity->max_categories) {
        const int32_t n_left = (int32_t)rarity->max_categories - 1;
        MLCI_TRY(mark_least(call, counted->sum, n, n - n_rare - n_left, rare, err));
        n_rare = n - n_left;
    }
    *out = n_rare;
    return MLC_OK;
}

static void number_levels(mlci_categories *c, const uint8_t *rare, int32_t n_rare)
{
    const int32_t n = c->n_values + c->has_missing;
    int32_t next = 0;
    for (int32_t i = 0; i < n; i++) {
        if (!rare[i]) c->level[i] = next++;
    }
    c->infrequent = n_rare > 0 ? next : -1;
    for (int32_t i = 0; i < n; i++) {
        if (rare[i]) c->level[i] = next;
    }
    c->n_levels = next + (n_rare > 0);
}

/* ---- names ------------------------------------------------------------------------------ */

static char *category_name(const mlci_categories *c, int32_t i)
{
    if (i == c->n_values) return mlci_copy_text(c->root, "missing", 7);
    if (c->dictionary != NULL) {
        int64_t length = 0;
        const char *text = mlci_dictionary_text(c->dictionary, i, &length);
        return mlci_copy_text(c->root, text, length);
    }
    char text[MLCI_NUMBER_SIZE];
    const int32_t length = mlci_real_format(c->numbers[i], text);
    return mlci_copy_text(c->root, text, length);
}

static mlc_status name_levels(mlci_categories *c, mlc_error *err)
{
    c->names = mlci_alloc(c->root, c->n_levels, sizeof *c->names);
    if (c->names == NULL) return mlci_fail_memory(err, c->n_levels, sizeof *c->names);
    for (int32_t i = 0; i < c->n_values + c->has_missing; i++) {
        const int32_t level = c->level[i];
        if (level == c->infrequent || c->names[level] != NULL) continue;
        c->names[level] = category_name(c, i);
        if (c->names[level] == NULL) return mlci_fail_memory(err, 1, 1);
    }
    if (c->infrequent >= 0) {
        c->names[c->infrequent] = mlci_copy_text(c->root, "infrequent", 10);
        if (c->names[c->infrequent] == NULL) return mlci_fail_memory(err, 11, 1);
    }
    return MLC_OK;
}

static mlc_status finish_fit(mlc_context *call, mlci_categories *c, const counts *counted,
                             const mlci_rarity *rarity, mlc_error *err)
{
    const int32_t n = c->n_values + c->has_missing;
    uint8_t *rare = mlci_alloc(c->root, n, 1);
    c->level = mlci_alloc(c->root, n, sizeof *c->level);
    int32_t n_rare = 0;
    mlc_status status = MLC_OK;
    if (rare == NULL || c->level == NULL) {
        status = mlci_fail_memory(err, n, sizeof *c->level);
    } else {
        status = mark_rare(call, c, counted, rarity, rare, &n_rare, err);
    }
    if (status == MLC_OK) {
        number_levels(c, rare, n_rare);
        status = name_levels(c, err);
    }
    mlci_free(rare);
    return status;
}

mlc_status mlci_categories_fit(mlc_context *call, const char *name, const mlci_column *column,
                               const double *weight, const mlci_rarity *rarity,
                               mlci_categories *out, mlc_error *err)
{
    mlci_root *root = mlci_context_root(call);
    mlci_categories c = {.root = root, .infrequent = -1};
    counts counted = {0};
    c.name = mlci_copy_text(root, name, (int64_t)strlen(name));
    mlc_status status = c.name == NULL ? mlci_fail_memory(err, 1, 1) : MLC_OK;
    if (status == MLC_OK) {
        const int is_text = column->type == MLC_TYPE_CATEGORY || column->type == MLC_TYPE_TEXT;
        status = is_text ? count_texts(&c, column, weight, &counted, err)
                         : count_numbers(call, &c, column, weight, &counted, err);
    }
    if (status == MLC_OK) status = finish_fit(call, &c, &counted, rarity, err);
    mlci_free(counted.sum);
    if (status != MLC_OK) {
        mlci_categories_clear(&c);
        return status;
    }
    *out = c;
    return MLC_OK;
}

/* ---- looking up ------------------------------------------------------------------------- */

static int32_t missing_level(const mlci_categories *c)
{
    return c->has_missing ? c->level[c->n_values] : MLCI_LEVEL_UNKNOWN;
}

mlc_status mlci_categories_levels(mlc_context *call, const mlci_categories *c,
                                  const mlci_column *column, int32_t *out, mlc_error *err)
{
    if (column->n_missing == column->n_rows) {
        /* Whatever type its reader gave it. */
        for (int64_t i = 0; i < column->n_rows; i++)
            out[i] = missing_level(c);
        return MLC_OK;
    }
    if (c->dictionary != NULL) {
        MLCI_TRY(mlci_column_codes_in(column, c->dictionary, out, err));
        for (int64_t i = 0; i < column->n_rows; i++) {
            if (out[i] >= 0) {
                out[i] = c->level[out[i]];
            } else if (out[i] == -2) {
                out[i] = missing_level(c);
            }
        }
        return MLC_OK;
    }
    for (int64_t i = 0; i < column->n_rows; i++) {
        MLCI_TRY(mlci_poll_row(call, i, err));
        double value = NAN;
        mlci_column_reals(column, i, 1, &value, 1);
        const int32_t k = isnan(value) ? -1 : find_number(c, value);
        out[i] = isnan(value) ? missing_level(c) : k < 0 ? MLCI_LEVEL_UNKNOWN : c->level[k];
    }
    return MLC_OK;
}

int mlci_cell_is_missing(const mlci_categories *c, const mlc_value *cell)
{
    if (cell->kind == MLC_MISSING) return 1;
    if (c->dictionary != NULL) return cell->kind != MLC_TEXT;
    return cell->kind == MLC_TEXT || (cell->kind == MLC_REAL && isnan(cell->real));
}

int32_t mlci_categories_level(const mlci_categories *c, const mlc_value *cell, int64_t *flags)
{
    if (mlci_cell_is_missing(c, cell)) {
        *flags |= cell->kind == MLC_MISSING || cell->kind == MLC_REAL ? MLC_FLAG_MISSING
                                                                      : MLC_FLAG_WRONG_KIND;
        return missing_level(c);
    }
    int32_t k;
    if (c->dictionary != NULL) {
        k = mlci_dictionary_find(c->dictionary, cell->text, cell->length);
    } else {
        k = find_number(c, cell->kind == MLC_REAL ? cell->real : (double)cell->integer);
    }
    if (k >= 0) return c->level[k];
    *flags |= MLC_FLAG_UNSEEN;
    return MLCI_LEVEL_UNKNOWN;
}

mlc_status mlci_categories_refuse(const mlci_categories *c, const mlci_column *column, int64_t row,
                                  const char *instead, mlc_error *err)
{
    char number[MLCI_NUMBER_SIZE];
    const char *text = "missing";
    int64_t length = 7;
    if (mlci_column_is_valid(column, row)) {
        if (c->dictionary != NULL) {
            text = mlci_column_text(column, row, &length);
        } else {
            double value = NAN;
            mlci_column_reals(column, row, 1, &value, 1);
            length = mlci_real_format(value, number);
            text = number;
        }
    }
    return mlci_fail(err, MLC_ERROR_INVALID_VALUE, c->name,
                     "column '%s', row %lld: '%.*s' was not in the training rows; "
                     "handle_unknown=%s lets such rows pass",
                     c->name, (long long)row + 1, length > 64 ? 64 : (int)length, text, instead);
}

/* ---- storage and tables ----------------------------------------------------------------- */

void mlci_categories_save(const mlci_categories *c, mlci_writer *w)
{
    mlci_write_text(w, c->name, (int64_t)strlen(c->name));
    mlci_write_int64(w, c->dictionary != NULL);
    if (c->dictionary != NULL) {
        mlci_dictionary_save(c->dictionary, w);
    } else {
        mlci_write_reals(w, c->numbers, c->n_values);
    }
    mlci_write_int64(w, c->has_missing);
    mlci_write_int64(w, c->n_levels);
    mlci_write_int64(w, c->infrequent);
    mlci_write_int32s(w, c->level, (int64_t)c->n_values + c->has_missing);
}

static void load_values(mlci_reader *r, mlci_categories *c)
{
    if (mlci_read_count(r, "kind of categories", 0, 1) == 1) {
        c->dictionary = mlci_dictionary_load(r);
        if (c->dictionary != NULL) c->n_values = c->dictionary->n;
        return;
    }
    int64_t n = 0;
    c->numbers = mlci_read_reals(r, -1, &n);
    if (r->status != MLC_OK) return;
    for (int64_t i = 0; i < n; i++) {
        const int ascending = i == 0 || c->numbers[i] > c->numbers[i - 1];
        if (!ascending || isnan(c->numbers[i])) mlci_reader_refuse(r, "categories out of order");
    }
    if (n > INT32_MAX / 2) mlci_reader_refuse(r, "too many categories");
    c->n_values = (int32_t)n;
}

void mlci_categories_load(mlci_reader *r, mlci_categories *out)
{
    mlci_categories *c = out;
    int64_t length = 0;
    *c = (mlci_categories){.root = r->root};
    c->name = mlci_read_text(r, &length);
    load_values(r, c);
    c->has_missing = (int32_t)mlci_read_count(r, "missing flag", 0, 1);
    const int64_t n = (int64_t)c->n_values + c->has_missing;
    const int64_t n_levels = mlci_read_count(r, "number of levels", n > 0, n);
    c->infrequent = (int32_t)mlci_read_count(r, "level of rare ones", -1, n_levels - 1);
    c->level = mlci_read_int32s(r, n, NULL);
    for (int64_t i = 0; r->status == MLC_OK && i < n; i++) {
        if (c->level[i] < 0 || c->level[i] >= n_levels) {
            mlci_reader_refuse(r, "a level out of range");
        }
    }
    int64_t frequent = 0;
    for (int64_t i = 0; r->status == MLC_OK && i < n; i++)
        frequent += c->level[i] != c->infrequent;
    if (frequent != n_levels - (c->infrequent >= 0)) {
        mlci_reader_refuse(r, "a level of two categories that are not rare");
    }
    if (r->status == MLC_OK && c->name == NULL) mlci_reader_refuse(r, "a column without a name");
    if (r->status != MLC_OK) return;
    c->n_levels = (int32_t)n_levels;
    r->status = name_levels(c, &r->error);
    for (int32_t k = 0; r->status == MLC_OK && k < c->n_levels; k++) {
        if (c->names[k] == NULL) mlci_reader_refuse(r, "a level without a category");
    }
}

int mlci_categories_read(const mlci_categories *list, int32_t n, int32_t n_inputs,
                         const mlci_input *inputs)
{
    if (n != n_inputs) return 0;
    for (int32_t i = 0; i < n; i++) {
        const int32_t takes = list[i].dictionary != NULL ? MLCI_TAKES_CATEGORY : MLCI_TAKES_NUMBER;
        if (inputs[i].takes != takes || inputs[i].width != 1) return 0;
    }
    return 1;
}

mlc_status mlci_categories_table(mlci_root *root, const mlci_categories *list, int32_t n,
                                 mlc_dataset **out, mlc_error *err)
{
    int64_t total = 0, at = 0;
    for (int32_t i = 0; i < n; i++)
        total += list[i].n_values + list[i].has_missing;
    char **names = mlci_alloc(root, total, sizeof *names);
    const char **columns = mlci_alloc(root, total, sizeof *columns);
    int64_t *levels = mlci_alloc(root, total, sizeof *levels);
    mlc_status status = MLC_OK;
    if (names == NULL || columns == NULL || levels == NULL) {
        status = mlci_fail_memory(err, total, sizeof *names);
    }
    for (int32_t i = 0; i < n && status == MLC_OK; i++) {
        for (int32_t k = 0; k < list[i].n_values + list[i].has_missing; k++, at++) {
            columns[at] = list[i].name;
            levels[at] = list[i].level[k];
            names[at] = category_name(&list[i], k);
            if (names[at] == NULL) status = mlci_fail_memory(err, 1, 1);
        }
    }
    if (status == MLC_OK) {
        mlci_table t;
        mlci_table_init(&t, root);
        mlci_table_texts(&t, "column", total, columns);
        mlci_table_texts(&t, "category", total, (const char *const *)names);
        mlci_table_integers(&t, "level", total, levels);
        status = mlci_table_finish(&t, out, err);
    }
    for (int64_t i = 0; names != NULL && i < total; i++)
        mlci_free(names[i]);
    mlci_free(levels);
    mlci_free(columns);
    mlci_free(names);
    return status;
}
