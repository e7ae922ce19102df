/* Functions of the rows of one group.
 *
 * Sums are kept in pairs of doubles (two-sum; Knuth 1969), in eight lanes a chunk of CHUNK_ROWS
 * rows; lanes and chunks are joined in order, so a sum is a function of the rows of its group
 * alone, and correct to its last place unless it nearly cancels. The variance is that of a second
 * pass about the mean, with the rest of the first (Chan, Golub, LeVeque 1983). */
#include <math.h>
#include <string.h>

#include "aggregate.h"
#include "order.h"
#include "text.h"

#define CHUNK_ROWS 1024
#define N_LANES 8

typedef struct pair {
    double high, low;
} pair;

static void add(pair *sum, pair x)
{
    const double high = sum->high + x.high, part = high - sum->high;
    const double rest = (sum->high - (high - part)) + (x.high - part);
    sum->high = high;
    sum->low += rest + x.low;
}

/* Infinite sums have no rest. */
static double total(pair sum)
{
    return isfinite(sum.high) ? sum.high + sum.low : sum.high;
}

static pair sum_values(const double *values, int64_t n)
{
    double high[N_LANES] = {0}, low[N_LANES] = {0};
    for (int64_t i = 0; i < n; i += N_LANES) {
        const int64_t count = n - i < N_LANES ? n - i : N_LANES;
        for (int64_t k = 0; k < count; k++) {
            const double x = values[i + k], sum = high[k] + x, part = sum - high[k];
            low[k] += (high[k] - (sum - part)) + (x - part);
            high[k] = sum;
        }
    }
    pair sum = {0, 0};
    for (int k = 0; k < N_LANES; k++)
        add(&sum, (pair){high[k], low[k]});
    return sum;
}

static inline double value_of(const mlci_column *c, int64_t row)
{
    if (c->type == MLC_TYPE_FLOAT64) return ((const double *)c->values)[row];
    double value;
    mlci_column_reals(c, row, 1, &value, 1);
    return value;
}

/* Values of rows as doubles, without missing ones and NaN; returns how many. */
static int64_t gather(const mlci_column *c, const int64_t *rows, int64_t n, double *out)
{
    int64_t count = 0;
    for (int64_t i = 0; i < n; i++) {
        if (!mlci_column_is_valid(c, rows[i])) continue;
        const double value = value_of(c, rows[i]);
        out[count] = value;
        count += value == value;
    }
    return count;
}

static int64_t chunk_rows(int64_t n, int64_t at)
{
    return n - at < CHUNK_ROWS ? n - at : CHUNK_ROWS;
}

static pair sum_group(const mlci_column *c, const int64_t *rows, int64_t n, int64_t *count)
{
    double values[CHUNK_ROWS];
    pair sum = {0, 0};
    *count = 0;
    for (int64_t at = 0; at < n; at += CHUNK_ROWS) {
        const int64_t own = gather(c, rows + at, chunk_rows(n, at), values);
        add(&sum, sum_values(values, own));
        *count += own;
    }
    return sum;
}

static double variance(const mlci_column *c, const int64_t *rows, int64_t n)
{
    double values[CHUNK_ROWS];
    int64_t count = 0;
    const double mean = total(sum_group(c, rows, n, &count)) / (double)count;
    pair rest = {0, 0}, squares = {0, 0};
    if (count < 2) return (double)NAN;
    for (int64_t at = 0; at < n; at += CHUNK_ROWS) {
        const int64_t own = gather(c, rows + at, chunk_rows(n, at), values);
        for (int64_t i = 0; i < own; i++)
            values[i] -= mean;
        add(&rest, sum_values(values, own));
        for (int64_t i = 0; i < own; i++)
            values[i] *= values[i];
        add(&squares, sum_values(values, own));
    }
    const double off = total(rest);
    const double sum = total(squares) - off * off / (double)count;
    return (sum > 0 || sum != sum ? sum : 0) / (double)(count - 1);
}

/* In 128 bits; 0: it is beyond 64. */
static int sum_integers(const mlci_column *c, const int64_t *rows, int64_t n, int64_t *out)
{
    uint64_t low = 0;
    int64_t high = 0;
    for (int64_t i = 0; i < n; i++) {
        int64_t value;
        if (!mlci_column_is_valid(c, rows[i])) continue;
        if (c->type == MLC_TYPE_BOOL) {
            value = ((const uint8_t *)c->values)[rows[i] >> 3] >> (rows[i] & 7) & 1;
        } else {
            value = ((const int64_t *)c->values)[rows[i]];
        }
        low += (uint64_t)value;
        high += (low < (uint64_t)value) - (value < 0);
    }
    *out = (int64_t)low;
    return high == (*out < 0 ? -1 : 0);
}

/* ---- order -------------------------------------------------------------------------------- */

static int is_there(const mlci_column *c, int64_t row)
{
    if (!mlci_column_is_valid(c, row)) return 0;
    if (c->type != MLC_TYPE_FLOAT64 && c->type != MLC_TYPE_FLOAT32) return 1;
    const double value = value_of(c, row);
    return value == value;
}

static uint64_t key_of(const mlci_column *c, int64_t row)
{
    if (c->type == MLC_TYPE_INT64 || c->type == MLC_TYPE_TIMESTAMP) {
        return mlci_order_of_integer(((const int64_t *)c->values)[row]);
    }
    if (c->type == MLC_TYPE_CATEGORY) return (uint64_t)((const int32_t *)c->values)[row];
    return mlci_order_of_real(value_of(c, row));
}

static int is_below(const mlci_column *c, int64_t a, int64_t b)
{
    if (c->type != MLC_TYPE_TEXT) return key_of(c, a) < key_of(c, b);
    int64_t n_a, n_b;
    const char *const s = mlci_column_text(c, a, &n_a), *const t = mlci_column_text(c, b, &n_b);
    return mlci_text_compare(s, n_a, t, n_b) < 0;
}

/* The row of the least value (sign 1) or the greatest (-1), the first of equal ones; -1: none. */
static int64_t pick_real(const mlci_column *c, const int64_t *rows, int64_t n, double sign)
{
    int64_t best = -1;
    double least = 0;
    for (int64_t i = 0; i < n; i++) {
        if (!mlci_column_is_valid(c, rows[i])) continue;
        const double value = sign * value_of(c, rows[i]);
        if (value < least || (best < 0 && value == value)) {
            best = rows[i];
            least = value;
        }
    }
    return best;
}

/* The row that stands for the group; -1: none has a value. */
static int64_t pick_row(mlci_aggregate_kind kind, const mlci_column *c, const int64_t *rows,
                        int64_t n)
{
    const int is_extreme = kind == MLCI_MIN || kind == MLCI_MAX;
    if (is_extreme && (c->type == MLC_TYPE_FLOAT64 || c->type == MLC_TYPE_FLOAT32)) {
        return pick_real(c, rows, n, kind == MLCI_MIN ? 1 : -1);
    }
    int64_t best = -1;
    for (int64_t i = 0; i < n; i++) {
        if (!is_there(c, rows[i])) continue;
        if (best < 0 || kind == MLCI_LAST || (kind == MLCI_MIN && is_below(c, rows[i], best)) ||
            (kind == MLCI_MAX && is_below(c, best, rows[i]))) {
            best = rows[i];
        }
        if (kind == MLCI_FIRST) break;
    }
    return best;
}

/* Keys of the values in ascending order; *out: a block of twice the room. */
static mlc_status sort_group(mlc_context *call, const mlci_column *c, const int64_t *rows,
                             int64_t n, mlci_order_key **out, int64_t *count, mlc_error *err)
{
    mlci_order_key *const keys = mlci_alloc_raw(call->root, 2 * n, (int64_t)sizeof *keys);
    if (keys == NULL) return mlci_fail_memory(err, 2 * n, (int64_t)sizeof *keys);
    *count = 0;
    for (int64_t i = 0; i < n; i++)
        if (is_there(c, rows[i])) keys[(*count)++] = (mlci_order_key){key_of(c, rows[i]), rows[i]};
    const mlc_status status = mlci_order_sort(call, keys, keys + n, *count, err);
    if (status == MLC_OK) {
        *out = keys;
    } else {
        mlci_free(keys);
    }
    return status;
}

/* Between the two nearest values, in proportion. */
static double interpolate(const mlci_column *c, const mlci_order_key *keys, int64_t n, double share)
{
    if (n == 0) return (double)NAN;
    const double place = share * (double)(n - 1);
    const int64_t i = (int64_t)floor(place);
    const double low = value_of(c, keys[i].row), part = place - (double)i;
    if (part == 0) return low;
    const double high = value_of(c, keys[i + 1].row);
    return low == high ? low : low + (high - low) * part;
}

/* ---- functions ---------------------------------------------------------------------------- */

static mlc_status from_sorted(mlc_context *call, const mlci_aggregation *item, const mlci_column *c,
                              const int64_t *rows, int64_t n, int64_t g,
                              mlci_aggregate_result *result, mlc_error *err)
{
    mlci_order_key *keys = NULL;
    int64_t count = 0, n_distinct = 0;
    MLCI_TRY(sort_group(call, c, rows, n, &keys, &count, err));
    if (item->kind == MLCI_QUANTILE) {
        const double value = interpolate(c, keys, count, item->quantile);
        ((double *)result->values)[g] = value;
        result->valid[g] = value == value;
    } else {
        for (int64_t i = 0; i < count; i++)
            n_distinct += i == 0 || keys[i].key != keys[i - 1].key;
        ((int64_t *)result->values)[g] = n_distinct;
        result->valid[g] = 1;
    }
    mlci_free(keys);
    return MLC_OK;
}

static int64_t count_values(const mlci_column *c, const int64_t *rows, int64_t n)
{
    int64_t count = 0;
    for (int64_t i = 0; i < n; i++)
        count += is_there(c, rows[i]);
    return count;
}

/* Rows of a bool column that are there, and how many of them are true. */
static int64_t count_true(const mlci_column *c, const int64_t *rows, int64_t n, int64_t *n_true)
{
    int64_t count = 0;
    *n_true = 0;
    for (int64_t i = 0; i < n; i++) {
        if (!mlci_column_is_valid(c, rows[i])) continue;
        count++;
        *n_true += ((const uint8_t *)c->values)[rows[i] >> 3] >> (rows[i] & 7) & 1;
    }
    return count;
}

static double real_of(const mlci_aggregation *item, const mlci_column *c, const int64_t *rows,
                      int64_t n)
{
    int64_t count = 0;
    if (item->kind == MLCI_VAR) return variance(c, rows, n);
    if (item->kind == MLCI_STD) return sqrt(variance(c, rows, n));
    const double sum = total(sum_group(c, rows, n, &count));
    return item->kind == MLCI_SUM ? sum : sum / (double)count;
}

mlc_status mlci_aggregate_group(mlc_context *call, const mlci_aggregation *item,
                                const mlci_column *argument, const int64_t *rows, int64_t n,
                                int64_t g, mlci_aggregate_result *result, mlc_error *err)
{
    int64_t *const integer = (int64_t *)result->values + g;
    int64_t count = n, n_true = 0;
    result->valid[g] = 1;
    switch (item->kind) {
    case MLCI_COUNT_ROWS:
        *integer = n;
        return MLC_OK;
    case MLCI_COUNT:
        *integer = count_values(argument, rows, n);
        return MLC_OK;
    case MLCI_QUANTILE:
    case MLCI_N_DISTINCT:
        return from_sorted(call, item, argument, rows, n, g, result, err);
    case MLCI_ANY:
    case MLCI_ALL:
        count = count_true(argument, rows, n, &n_true);
        *integer = item->kind == MLCI_ANY ? n_true > 0 : n_true == count;
        result->valid[g] = count > 0;
        return MLC_OK;
    case MLCI_MIN:
    case MLCI_MAX:
    case MLCI_FIRST:
    case MLCI_LAST:
        *integer = pick_row(item->kind, argument, rows, n);
        return MLC_OK;
    default:
        if (result->type == MLC_TYPE_INT64) {
            result->valid[g] = (uint8_t)sum_integers(argument, rows, n, integer);
        } else {
            const double value = real_of(item, argument, rows, n);
            ((double *)result->values)[g] = value;
            result->valid[g] = value == value;
        }
        return MLC_OK;
    }
}

static mlc_status refuse(const mlci_aggregation *item, int32_t type, const char *needs,
                         mlc_error *err)
{
    return mlci_fail(err, MLC_ERROR_COLUMN, item->name, "%s: its argument is %s, it needs %s",
                     item->name, mlci_type_name(type), needs);
}

mlc_status mlci_aggregate_type(const mlci_aggregation *item, int32_t type, int32_t *out,
                               mlc_error *err)
{
    *out = MLC_TYPE_INT64;
    switch (item->kind) {
    case MLCI_COUNT_ROWS:
    case MLCI_COUNT:
    case MLCI_N_DISTINCT:
        return MLC_OK;
    case MLCI_MIN:
    case MLCI_MAX:
    case MLCI_FIRST:
    case MLCI_LAST:
        *out = 0;
        return MLC_OK;
    case MLCI_ANY:
    case MLCI_ALL:
        *out = MLC_TYPE_BOOL;
        return type == MLC_TYPE_BOOL ? MLC_OK : refuse(item, type, "a condition (bool)", err);
    case MLCI_SUM:
        if (type == MLC_TYPE_BOOL || type == MLC_TYPE_INT64) return MLC_OK;
        break;
    default:
        break;
    }
    *out = MLC_TYPE_FLOAT64;
    return mlci_type_is_number(type) ? MLC_OK : refuse(item, type, "numbers", err);
}
