/* Targets and weights of trees as integers.
 *
 * A number y becomes (y - centre) / size by a centre near the mean that has few digits and a power
 * of two, then g = weight times that in units of 2^-b, b as large as 63-bit sums allow (45 bits for
 * 100,000 rows). So integers and short decimals are exact, and equal splits have equal scores. */
#include "cart_rows.h"

#include <math.h>

#include "error.h"
#include "exact_sum.h"
#include "key_sort.h"
#include "matrix.h"
#include "order_key.h"
#include "row_weight.h"
#include "target.h"

#define MOST_ROWS 0x7FFFFFFFLL /* ranks and row numbers are 32 bits wide */
#define MOST_TARGET 1e300
#define SUM_BITS 61
#define MOST_G_BITS 52
#define CENTRE_DIGITS 256

/* ---- the order of rows -------------------------------------------------------------------- */

typedef struct indexed_row {
    int64_t index, row;
} indexed_row;

static int is_before(const indexed_row *a, const indexed_row *b)
{
    return a->index < b->index || (a->index == b->index && a->row < b->row);
}

/* Moves rows[i] down a heap of n with the last row on top. */
static void sift_down(indexed_row *rows, int64_t i, int64_t n)
{
    const indexed_row moved = rows[i];
    for (int64_t child; (child = 2 * i + 1) < n; i = child) {
        if (child + 1 < n && is_before(&rows[child], &rows[child + 1])) child++;
        if (!is_before(&moved, &rows[child])) break;
        rows[i] = rows[child];
    }
    rows[i] = moved;
}

static void sort_rows(indexed_row *rows, int64_t n)
{
    for (int64_t i = n / 2 - 1; i >= 0; i--)
        sift_down(rows, i, n);
    for (int64_t last = n - 1; last > 0; last--) {
        const indexed_row top = rows[0];
        rows[0] = rows[last];
        rows[last] = top;
        sift_down(rows, 0, last);
    }
}

mlc_status mlci_order_rows(mlci_root *root, const int64_t *row_index, int64_t n, int64_t **order,
                           mlc_error *err)
{
    int in_order = 1;
    for (int64_t i = 1; i < n && row_index != NULL && in_order; i++)
        in_order = row_index[i - 1] <= row_index[i];
    *order = NULL;
    if (in_order) return MLC_OK;
    indexed_row *const rows = mlci_alloc_raw(root, n, sizeof *rows);
    int64_t *const sorted = mlci_alloc_raw(root, n, sizeof *sorted);
    if (rows == NULL || sorted == NULL) {
        mlci_free(rows);
        mlci_free(sorted);
        return mlci_fail_memory(err, n, sizeof *rows);
    }
    for (int64_t i = 0; i < n; i++)
        rows[i] = (indexed_row){row_index[i], i};
    sort_rows(rows, n);
    for (int64_t i = 0; i < n; i++)
        sorted[i] = rows[i].row;
    mlci_free(rows);
    *order = sorted;
    return MLC_OK;
}

/* ---- targets and weights ------------------------------------------------------------------ */

/* A column by place. */
static mlc_status gather(const mlci_cart_rows *r, const double *from, double **out, mlc_error *err)
{
    double *const column = mlci_alloc_raw(r->root, r->n_rows, sizeof *column);
    if (column == NULL) return mlci_fail_memory(err, r->n_rows, sizeof *column);
    for (int64_t i = 0; i < r->n_rows; i++)
        column[i] = from == NULL ? 1 : from[r->order == NULL ? i : r->order[i]];
    *out = column;
    return MLC_OK;
}

static mlc_status set_weights(const mlci_model_fit *fit, const mlci_cart_row_rules *rules,
                              mlci_cart_rows *r, const double *target, double **weight,
                              mlc_error *err)
{
    r->unit = 1;
    if (fit->weight == NULL && rules->class_weight == NULL) return MLC_OK;
    MLCI_TRY(gather(r, fit->weight, weight, err));
    if (rules->class_weight != NULL)
        MLCI_TRY(mlci_weigh_classes(r->root, rules->class_weight, fit->y->classes, target,
                                    r->n_rows, r->n_rows, *weight, err));
    r->weight = mlci_alloc_raw(r->root, r->n_rows, sizeof *r->weight);
    if (r->weight == NULL) return mlci_fail_memory(err, r->n_rows, sizeof *r->weight);
    return mlci_fix_weights(*weight, r->n_rows, r->weight, &r->unit, err);
}

static mlc_status set_classes(mlci_cart_rows *r, const double *target, mlc_error *err)
{
    r->class_ = mlci_alloc_raw(r->root, r->n_rows, sizeof *r->class_);
    if (r->class_ == NULL) return mlci_fail_memory(err, r->n_rows, sizeof *r->class_);
    for (int64_t i = 0; i < r->n_rows; i++)
        r->class_[i] = (int32_t)target[i];
    return MLC_OK;
}

static double term_of(const void *arg, int64_t i)
{
    return ((const double *)arg)[i];
}

/* Target to [-1, 1], in place. */
static mlc_status scale_targets(mlci_cart_rows *r, int32_t from_zero, mlc_error *err)
{
    double low = INFINITY, high = -INFINITY, most = 0;
    for (int64_t i = 0; i < r->n_rows; i++) {
        low = r->y[i] < low ? r->y[i] : low;
        high = r->y[i] > high ? r->y[i] : high;
    }
    if (!(low > -MOST_TARGET && high < MOST_TARGET))
        return mlci_fail(err, MLC_ERROR_NUMERIC, "target",
                         "a target is beyond 1e300: trees need smaller ones");
    if (from_zero && (low < 0 || !(high > 0)))
        return mlci_fail(err, MLC_ERROR_DATA, "target",
                         "the targets must not be negative, and one above 0: that is what Poisson "
                         "deviance is for");
    const double step = mlci_power_of_two_above(high - low) / CENTRE_DIGITS;
    const double mean = mlci_exact_sum(term_of, r->y, r->n_rows) / (double)r->n_rows;
    r->centre = high > low ? floor(mean / step + 0.5) * step : low;
    if (from_zero) r->centre = 0;
    for (int64_t i = 0; i < r->n_rows; i++) {
        r->y[i] -= r->centre;
        most = fabs(r->y[i]) > most ? fabs(r->y[i]) : most;
    }
    r->size = mlci_power_of_two_above(most);
    for (int64_t i = 0; i < r->n_rows; i++)
        r->y[i] /= r->size;
    return MLC_OK;
}

static mlc_status rank_targets(mlci_cart_rows *r, mlc_error *err)
{
    const int64_t n = r->n_rows;
    mlci_key_sort s = {mlci_alloc_raw(r->root, n, 8), mlci_alloc_raw(r->root, n, 8),
                       mlci_alloc_raw(r->root, n, 8), mlci_alloc_raw(r->root, n, 8)};
    r->y_rank = mlci_alloc_raw(r->root, n, sizeof *r->y_rank);
    const int ok = s.keys != NULL && s.other_keys != NULL && s.payload != NULL &&
                   s.other_payload != NULL && r->y_rank != NULL;
    for (int64_t i = 0; i < n && ok; i++) {
        s.keys[i] = mlci_key_of_number(r->y[i]);
        s.payload[i] = i;
    }
    if (ok) mlci_sort_keys(&s, n, 1);
    for (int64_t i = 0; i < n && ok; i++)
        r->y_rank[s.payload[i]] = (uint32_t)i;
    mlci_free(s.keys);
    mlci_free(s.other_keys);
    mlci_free(s.payload);
    mlci_free(s.other_payload);
    return ok ? MLC_OK : mlci_fail_memory(err, n, 36);
}

/* 2^b such that n terms of at most `most` sum below 2^SUM_BITS. */
static double unit_for(double most, double n)
{
    const double room = mlci_power_of_two_above(most) * mlci_power_of_two_above(n);
    double unit = 1;
    for (int32_t b = 0; b < MOST_G_BITS && unit * room * 2 <= 0x1p61; b++)
        unit *= 2;
    while (unit * room > 0x1p61)
        unit *= 0.5;
    return unit;
}

static void pair_numbers(mlci_cart_rows *r, const mlci_cart_row_rules *rules, const double *weight)
{
    const double n = (double)(rules->most_weight > r->n_rows ? rules->most_weight : r->n_rows);
    double most = weight == NULL ? 1 : 0;
    for (int64_t i = 0; i < r->n_rows && weight != NULL; i++)
        most = weight[i] > most ? weight[i] : most;
    r->g_unit = unit_for(most, n);
    for (int64_t i = 0; i < r->n_rows; i++) {
        const double w = weight == NULL ? 1 : weight[i];
        r->pairs[i].g = (int64_t)floor(w * r->y[i] * r->g_unit + 0.5);
    }
}

static mlc_status set_pairs(mlci_cart_rows *r, const mlci_cart_row_rules *rules,
                            const double *weight, mlc_error *err)
{
    const int64_t *const fixed = rules->draw_by_weight ? NULL : r->weight;
    r->pairs = mlci_alloc_raw(r->root, r->n_rows, sizeof *r->pairs);
    if (r->pairs == NULL) return mlci_fail_memory(err, r->n_rows, sizeof *r->pairs);
    r->pair_unit = fixed == NULL ? 1 : r->unit;
    for (int64_t i = 0; i < r->n_rows; i++) {
        r->pairs[i].w = fixed == NULL ? 1 : fixed[i];
        if (rules->sums == MLCI_CART_CLASSES) r->pairs[i].g = r->class_[i];
        if (rules->sums == MLCI_CART_TWO_CLASSES)
            r->pairs[i].g = r->class_[i] == 1 ? r->pairs[i].w : 0;
    }
    if (rules->sums == MLCI_CART_NUMBERS)
        pair_numbers(r, rules, rules->draw_by_weight ? NULL : weight);
    return MLC_OK;
}

/* ---- the value ---------------------------------------------------------------------------- */

static mlc_status fill(const mlci_model_fit *fit, const mlci_cart_row_rules *rules,
                       mlci_cart_rows *r, double **weight, mlc_error *err)
{
    MLCI_TRY(mlci_order_rows(r->root, fit->row_index, r->n_rows, &r->order, err));
    MLCI_TRY(gather(r, fit->y->value, &r->y, err));
    MLCI_TRY(set_weights(fit, rules, r, r->y, weight, err));
    if (r->n_classes > 0) {
        MLCI_TRY(set_classes(r, r->y, err));
        mlci_free(r->y);
        r->y = NULL;
    } else {
        MLCI_TRY(scale_targets(r, rules->from_zero, err));
        if (rules->rank_targets) MLCI_TRY(rank_targets(r, err));
    }
    return set_pairs(r, rules, *weight, err);
}

mlc_status mlci_cart_rows_create(const mlci_model_fit *fit, const mlci_cart_row_rules *rules,
                                 mlci_cart_rows **out, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(fit->call);
    const int64_t n = fit->x->n_rows;
    double *weight = NULL;
    if (n == 0)
        return mlci_fail(err, MLC_ERROR_DATA, NULL, "no rows to train on: at least 1 is needed");
    if (n > MOST_ROWS)
        return mlci_fail(err, MLC_ERROR_LIMIT, NULL, "%lld rows: a tree takes at most %lld",
                         (long long)n, (long long)MOST_ROWS);
    if (fit->y->n_outputs != 1)
        return mlci_fail(err, MLC_ERROR_UNSUPPORTED, "target", "%d targets: trees predict one",
                         (int)fit->y->n_outputs);
    mlci_cart_rows *const r = mlci_alloc(root, 1, sizeof *r);
    if (r == NULL) return mlci_fail_memory(err, 1, sizeof *r);
    r->root = root;
    r->n_rows = n;
    r->n_classes = fit->y->classes == NULL ? 0 : fit->y->classes->n;
    const mlc_status status = fill(fit, rules, r, &weight, err);
    mlci_free(weight);
    if (status != MLC_OK) {
        mlci_cart_rows_free(r);
        return status;
    }
    *out = r;
    return MLC_OK;
}

void mlci_cart_rows_free(mlci_cart_rows *rows)
{
    if (rows == NULL) return;
    mlci_free(rows->order);
    mlci_free(rows->weight);
    mlci_free(rows->class_);
    mlci_free(rows->y);
    mlci_free(rows->y_rank);
    mlci_free(rows->pairs);
    mlci_free(rows);
}
