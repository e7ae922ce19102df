/* Correlations from exact sums. Of each pair only the products are summed row by row; the sums of
 * its columns are those of all rows less those of rows that the other column lacks, which are few.
 * O(n p^2) for p columns, about 1 KB a pair. */
#include "correlation.h"

#include <math.h>

mlc_status mlci_correlation_create(mlci_root *root, int64_t n_columns, mlci_correlation **out,
                                   mlc_error *err)
{
    if (n_columns > MLCI_CORRELATION_COLUMNS) {
        return mlci_fail(err, MLC_ERROR_LIMIT, "correlation",
                         "correlation of %lld columns of numbers: at most %d; select fewer",
                         (long long)n_columns, MLCI_CORRELATION_COLUMNS);
    }
    mlci_correlation *const c = mlci_alloc(root, 1, sizeof *c);
    if (c == NULL) return mlci_fail_memory(err, 1, sizeof *c);
    const int64_t n_pairs = n_columns * (n_columns - 1) / 2;
    *c = (mlci_correlation){.root = root, .n_columns = (int32_t)n_columns};
    c->columns = mlci_alloc(root, n_columns, (int64_t)sizeof *c->columns);
    c->pairs = mlci_alloc(root, n_pairs, (int64_t)sizeof *c->pairs);
    if (c->columns == NULL || c->pairs == NULL) {
        mlci_correlation_free(c);
        return mlci_fail_memory(err, n_pairs, (int64_t)sizeof *c->pairs);
    }
    *out = c;
    return MLC_OK;
}

static int64_t count_pairs(const mlci_correlation *c)
{
    return (int64_t)c->n_columns * (c->n_columns - 1) / 2;
}

void mlci_correlation_free(mlci_correlation *c)
{
    if (c == NULL) return;
    for (int64_t k = 0; c->pairs != NULL && k < count_pairs(c); k++) {
        mlci_free(c->pairs[k].lost[0]);
        mlci_free(c->pairs[k].lost[1]);
    }
    mlci_free(c->pairs);
    mlci_free(c->columns);
    mlci_free(c);
}

int64_t mlci_correlation_pair(const mlci_correlation *c, int32_t i, int32_t j)
{
    return (int64_t)i * c->n_columns - (int64_t)i * (i + 1) / 2 + j - i - 1;
}

/* ---- adding ---------------------------------------------------------------------------------- */

static void add_value(mlci_column_sums *sums, double value)
{
    sums->n++;
    mlci_long_add(&sums->sum, value, 1);
    mlci_long_add_square(&sums->squares, value, 1);
}

static mlc_status need_lost(const mlci_correlation *c, mlci_column_sums **lost, mlc_error *err)
{
    if (*lost != NULL) return MLC_OK;
    *lost = mlci_alloc(c->root, 1, (int64_t)sizeof **lost);
    return *lost == NULL ? mlci_fail_memory(err, 1, (int64_t)sizeof **lost) : MLC_OK;
}

static mlc_status add_pair(const mlci_correlation *c, mlci_pair_sums *pair, const double *a,
                           const double *b, int64_t n, mlc_error *err)
{
    for (int64_t i = 0; i < n; i++) {
        const int has_a = isfinite(a[i]), has_b = isfinite(b[i]);
        if (has_a && has_b) {
            mlci_long_add_product(&pair->products, a[i], b[i]);
        } else if (has_a || has_b) {
            MLCI_TRY(need_lost(c, &pair->lost[!has_a], err));
            add_value(pair->lost[!has_a], has_a ? a[i] : b[i]);
        }
    }
    return MLC_OK;
}

mlc_status mlci_correlation_add(mlci_correlation *c, const double *values, int64_t n,
                                int64_t stride, mlc_error *err)
{
    int64_t k = 0;
    for (int32_t i = 0; i < c->n_columns; i++) {
        const double *const a = values + i * stride;
        for (int64_t row = 0; row < n; row++)
            if (isfinite(a[row])) add_value(&c->columns[i], a[row]);
        for (int32_t j = i + 1; j < c->n_columns; j++)
            MLCI_TRY(add_pair(c, &c->pairs[k++], a, values + j * stride, n, err));
    }
    return MLC_OK;
}

static void add_sums(mlci_column_sums *sums, const mlci_column_sums *part)
{
    sums->n += part->n;
    mlci_long_add_sum(&sums->sum, &part->sum);
    mlci_long_add_sum(&sums->squares, &part->squares);
}

mlc_status mlci_correlation_merge(mlci_correlation *c, const mlci_correlation *part, mlc_error *err)
{
    for (int32_t i = 0; i < c->n_columns; i++)
        add_sums(&c->columns[i], &part->columns[i]);
    for (int64_t k = 0; k < count_pairs(c); k++) {
        mlci_long_add_sum(&c->pairs[k].products, &part->pairs[k].products);
        for (int side = 0; side < 2; side++) {
            if (part->pairs[k].lost[side] == NULL) continue;
            MLCI_TRY(need_lost(c, &c->pairs[k].lost[side], err));
            add_sums(c->pairs[k].lost[side], part->pairs[k].lost[side]);
        }
    }
    return MLC_OK;
}

static void settle_sums(mlci_column_sums *sums)
{
    mlci_long_settle(&sums->sum);
    mlci_long_settle(&sums->squares);
}

void mlci_correlation_settle(mlci_correlation *c)
{
    for (int32_t i = 0; i < c->n_columns; i++)
        settle_sums(&c->columns[i]);
    for (int64_t k = 0; k < count_pairs(c); k++) {
        mlci_long_settle(&c->pairs[k].products);
        if (c->pairs[k].lost[0] != NULL) settle_sums(c->pairs[k].lost[0]);
        if (c->pairs[k].lost[1] != NULL) settle_sums(c->pairs[k].lost[1]);
    }
}

/* ---- reading --------------------------------------------------------------------------------- */

static mlci_column_sums sums_in_pair(const mlci_column_sums *column, const mlci_column_sums *lost)
{
    mlci_column_sums sums = *column;
    if (lost == NULL) return sums;
    sums.n -= lost->n;
    mlci_long_subtract_sum(&sums.sum, &lost->sum);
    mlci_long_subtract_sum(&sums.squares, &lost->squares);
    return sums;
}

/* c / sqrt(a b) */
static double divide_by_roots(mlci_scaled c, mlci_scaled a, mlci_scaled b)
{
    const double ratio = c.value / (sqrt(a.value) * sqrt(b.value));
    const int32_t doubled = 2 * c.exponent - a.exponent - b.exponent;
    const int32_t odd = doubled & 1;
    const double r = ldexp(ratio * (odd ? sqrt(2) : 1), (doubled - odd) / 2);
    return r > 1 ? 1 : r < -1 ? -1 : r;
}

double mlci_correlation_of(const mlci_correlation *c, int32_t i, int32_t j, int64_t *n)
{
    if (i > j) return mlci_correlation_of(c, j, i, n);
    const mlci_pair_sums none = {.lost = {NULL, NULL}};
    const mlci_pair_sums *const pair = i == j ? &none : &c->pairs[mlci_correlation_pair(c, i, j)];
    const mlci_column_sums a = sums_in_pair(&c->columns[i], pair->lost[0]);
    const mlci_column_sums b = sums_in_pair(&c->columns[j], pair->lost[1]);
    const mlci_scaled spread_a = mlci_long_comoment(&a.squares, &a.sum, &a.sum, a.n);
    const mlci_scaled spread_b = mlci_long_comoment(&b.squares, &b.sum, &b.sum, b.n);
    if (n != NULL) *n = a.n;
    if (a.n < 2 || !(spread_a.value > 0) || !(spread_b.value > 0)) return (double)NAN;
    if (i == j) return 1;
    const mlci_scaled both = mlci_long_comoment(&pair->products, &a.sum, &b.sum, a.n);
    return divide_by_roots(both, spread_a, spread_b);
}
