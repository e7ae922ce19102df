/* Functions of the rows of groups.
 *
 * Sums are kept in pairs of doubles (two-sum; Knuth 1969), in eight lanes a chunk of CHUNK_ROWS
 * rows; lanes and chunks are joined in order, so a sum is a function of the rows of its group
 * alone, and correct to its last place unless it nearly cancels. The variance is that of a second
 * pass about the mean, with the rest of the first (Chan, Golub, LeVeque 1983). */
#include <math.h>
#include <string.h>

#include "aggregate.h"
#include "order.h"
#include "row_kernels.h"
#include "text.h"

#define CHUNK_ROWS 1024
#define BLOCK_CHUNKS 64 /* of a large group, for a thread */

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

static pair join_lanes(const mlci_pair_sums *lanes)
{
    pair sum = {0, 0};
    for (int64_t k = 0; k < MLCI_PAIR_LANES; k++)
        add(&sum, (pair){lanes->high[k], lanes->low[k]});
    return sum;
}

/* Reals as they stand in a column, all there, or NaN; NULL: they have to be looked at one by one.
 */
static const double *plain_reals(const mlci_column *c)
{
    return c->type == MLC_TYPE_FLOAT64 && c->valid == NULL ? c->values : NULL;
}

static inline double value_of(const mlci_column *c, int64_t row)
{
    if (c->type == MLC_TYPE_FLOAT64) return ((const double *)c->values)[row];
    double value;
    mlci_column_reals(c, row, 1, &value, 1);
    return value;
}

/* Values of up to CHUNK_ROWS rows as doubles, without missing ones and NaN; *count of them. They
 * are where they stand, or in the room. */
static const double *load(const mlci_column *c, int64_t first, int64_t n, double *room,
                          int64_t *count)
{
    const double *const plain = plain_reals(c), *const values =
                                                    plain != NULL ? plain + first : room;
    if (plain == NULL) mlci_column_reals(c, first, n, room, 1);
    int64_t n_there = 0;
    for (int64_t i = 0; i < n; i++)
        n_there += values[i] == values[i];
    *count = n_there;
    if (n_there == n) return values;
    n_there = 0;
    for (int64_t i = 0; i < n; i++) {
        room[n_there] = values[i];
        n_there += values[i] == values[i];
    }
    return room;
}

/* What a chunk of the rows of a group adds to its sums. */
typedef struct chunk {
    int64_t count;
    pair sum, squares; /* of values; or of what is between them and the mean */
} chunk;

typedef struct summing {
    const mlci_row_kernels *kernels;
    const mlci_column *column;
    int64_t first, n;
    int32_t is_about_mean;
    double mean;
    chunk *chunks;
} summing;

static chunk sum_chunk(const summing *s, int64_t i)
{
    double room[CHUNK_ROWS];
    mlci_pair_sums sums, squares;
    const int64_t low = i * CHUNK_ROWS, n = s->n - low < CHUNK_ROWS ? s->n - low : CHUNK_ROWS;
    chunk own = {0};
    const double *const values = load(s->column, s->first + low, n, room, &own.count);
    if (s->is_about_mean) {
        s->kernels->sum_deviations(own.count, values, s->mean, &sums, &squares);
        own.squares = join_lanes(&squares);
    } else {
        s->kernels->sum_pairs(own.count, values, &sums);
    }
    own.sum = join_lanes(&sums);
    return own;
}

static void add_chunk(chunk *all, const chunk *own)
{
    all->count += own->count;
    add(&all->sum, own->sum);
    add(&all->squares, own->squares);
}

static mlc_status sum_chunks(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const summing *const s = arg;
    const int64_t n = (s->n + CHUNK_ROWS - 1) / CHUNK_ROWS, low = block * BLOCK_CHUNKS;
    const int64_t high = n - low < BLOCK_CHUNKS ? n : low + BLOCK_CHUNKS;
    for (int64_t i = low; i < high; i++)
        s->chunks[i] = sum_chunk(s, i);
    return MLC_OK;
}

/* Chunks are added in their order, whoever has summed them: the threads, where they are many. */
static mlc_status sum_group(mlc_context *call, summing *s, chunk *out, mlc_error *err)
{
    const int64_t n = (s->n + CHUNK_ROWS - 1) / CHUNK_ROWS;
    *out = (chunk){0};
    if (n <= BLOCK_CHUNKS) {
        for (int64_t i = 0; i < n; i++) {
            const chunk own = sum_chunk(s, i);
            add_chunk(out, &own);
        }
        return MLC_OK;
    }
    s->chunks = mlci_alloc_raw(call->root, n, (int64_t)sizeof *s->chunks);
    if (s->chunks == NULL) return mlci_fail_memory(err, n, (int64_t)sizeof *s->chunks);
    const mlc_status status =
        mlci_parallel_for(call, (n + BLOCK_CHUNKS - 1) / BLOCK_CHUNKS, sum_chunks, s, err);
    for (int64_t i = 0; i < n && status == MLC_OK; i++)
        add_chunk(out, &s->chunks[i]);
    mlci_free(s->chunks);
    return status;
}

static mlc_status find_variance(mlc_context *call, summing *s, chunk all, double *out,
                                mlc_error *err)
{
    const double count = (double)all.count;
    *out = (double)NAN;
    if (all.count < 2) return MLC_OK;
    s->mean = total(all.sum) / count;
    s->is_about_mean = 1;
    MLCI_TRY(sum_group(call, s, &all, err));
    const double off = total(all.sum);
    const double sum = total(all.squares) - off * off / count;
    *out = (sum > 0 || sum != sum ? sum : 0) / (count - 1);
    return MLC_OK;
}

/* In 128 bits; 0: it is beyond 64. */
static int sum_integers(const mlci_column *c, int64_t first, int64_t n, int64_t *out)
{
    uint64_t low = 0;
    int64_t high = 0;
    for (int64_t i = first; i < first + n; i++) {
        int64_t value;
        if (!mlci_column_is_valid(c, i)) continue;
        if (c->type == MLC_TYPE_BOOL) {
            value = ((const uint8_t *)c->values)[i >> 3] >> (i & 7) & 1;
        } else {
            value = ((const int64_t *)c->values)[i];
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
    if (c->type == MLC_TYPE_CATEGORY) return (uint64_t)mlci_column_code(c, row);
    return mlci_order_of_real(value_of(c, row));
}

static int is_text_below(const mlci_column *c, int64_t a, int64_t b)
{
    int64_t n_a, n_b;
    const char *const s = mlci_column_text(c, a, &n_a), *const t = mlci_column_text(c, b, &n_b);
    return mlci_text_compare(s, n_a, t, n_b) < 0;
}

/* The row of the least value (sign 1) or the greatest (-1), the first of equal ones; -1: none. */
static int64_t pick_real(const mlci_row_kernels *kernels, const mlci_column *c, int64_t first,
                         int64_t n, double sign)
{
    const double *const plain = plain_reals(c);
    int64_t best = -1;
    if (plain != NULL) {
        best = kernels->find_least(n, plain + first, sign);
        return best < 0 ? best : first + best;
    }
    double least = 0;
    for (int64_t i = first; i < first + n; i++) {
        if (!mlci_column_is_valid(c, i)) continue;
        const double value = sign * value_of(c, i);
        if (value < least || (best < 0 && value == value)) {
            best = i;
            least = value;
        }
    }
    return best;
}

static int64_t pick_text(const mlci_column *c, int64_t first, int64_t n, int is_min)
{
    int64_t best = -1;
    for (int64_t i = first; i < first + n; i++) {
        if (!mlci_column_is_valid(c, i)) continue;
        const int is_better =
            best < 0 || (is_min ? is_text_below(c, i, best) : is_text_below(c, best, i));
        if (is_better) best = i;
    }
    return best;
}

static int64_t pick_key(const mlci_column *c, int64_t first, int64_t n, int is_min)
{
    int64_t best = -1;
    uint64_t least = 0;
    for (int64_t i = first; i < first + n; i++) {
        if (!mlci_column_is_valid(c, i)) continue;
        const uint64_t key = is_min ? key_of(c, i) : ~key_of(c, i);
        if (best >= 0 && key >= least) continue;
        best = i;
        least = key;
    }
    return best;
}

/* The row that stands for the group; -1: none has a value. */
static int64_t pick_row(const mlci_row_kernels *kernels, mlci_aggregate_kind kind,
                        const mlci_column *c, int64_t first, int64_t n)
{
    int64_t row = -1;
    if (kind == MLCI_MIN || kind == MLCI_MAX) {
        const int is_min = kind == MLCI_MIN;
        if (c->type == MLC_TYPE_TEXT) return pick_text(c, first, n, is_min);
        if (c->type != MLC_TYPE_FLOAT64 && c->type != MLC_TYPE_FLOAT32) {
            return pick_key(c, first, n, is_min);
        }
        return pick_real(kernels, c, first, n, is_min ? 1 : -1);
    }
    for (int64_t i = 0; i < n && row < 0; i++) {
        const int64_t at = kind == MLCI_FIRST ? first + i : first + n - 1 - i;
        if (is_there(c, at)) row = at;
    }
    return row;
}

/* Keys of the values in ascending order; *out: a block of twice the room. */
static mlc_status sort_group(mlc_context *call, const mlci_column *c, int64_t first, int64_t n,
                             mlci_order_key **out, int64_t *count, mlc_error *err)
{
    mlci_order_key *const keys = mlci_alloc_raw(call->root, 2 * n, (int64_t)sizeof *keys);
    if (keys == NULL) return mlci_fail_memory(err, 2 * n, (int64_t)sizeof *keys);
    *count = 0;
    for (int64_t i = first; i < first + n; i++)
        if (is_there(c, i)) keys[(*count)++] = (mlci_order_key){key_of(c, i), i};
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
                              int64_t first, int64_t n, int64_t g, mlci_aggregate_result *result,
                              mlc_error *err)
{
    mlci_order_key *keys = NULL;
    int64_t count = 0, n_distinct = 0;
    MLCI_TRY(sort_group(call, c, first, n, &keys, &count, err));
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

static int64_t count_values(const mlci_column *c, int64_t first, int64_t n)
{
    int64_t count = 0;
    for (int64_t i = first; i < first + n; i++)
        count += is_there(c, i);
    return count;
}

/* Rows of a bool column that are there, and how many of them are true. */
static int64_t count_true(const mlci_column *c, int64_t first, int64_t n, int64_t *n_true)
{
    int64_t count = 0;
    *n_true = 0;
    for (int64_t i = first; i < first + n; i++) {
        if (!mlci_column_is_valid(c, i)) continue;
        count++;
        *n_true += ((const uint8_t *)c->values)[i >> 3] >> (i & 7) & 1;
    }
    return count;
}

/* Sum or mean of up to MLCI_PAIR_LANES values: what the lanes would give, which have one each. */
static double sum_few(const mlci_aggregation *item, const double *x, int64_t n)
{
    pair sum = {0, 0};
    int64_t count = 0;
    for (int64_t i = 0; i < n; i++) {
        if (x[i] != x[i]) continue;
        add(&sum, (pair){0 + x[i], 0});
        count++;
    }
    return item->kind == MLCI_SUM ? total(sum) : total(sum) / (double)count;
}

static mlc_status find_real(mlc_context *call, const mlci_aggregation *item, summing *s,
                            double *out, mlc_error *err)
{
    chunk all;
    s->is_about_mean = 0;
    MLCI_TRY(sum_group(call, s, &all, err));
    if (item->kind == MLCI_VAR || item->kind == MLCI_STD) {
        MLCI_TRY(find_variance(call, s, all, out, err));
        if (item->kind == MLCI_STD) *out = sqrt(*out);
        return MLC_OK;
    }
    *out = item->kind == MLCI_SUM ? total(all.sum) : total(all.sum) / (double)all.count;
    return MLC_OK;
}

/* Moments of reals, or sums of them. */
static mlc_status find_reals(mlc_context *call, const mlci_aggregation *item, const mlci_column *c,
                             const int64_t *starts, int64_t low, int64_t high,
                             mlci_aggregate_result *result, mlc_error *err)
{
    double *const values = result->values;
    const int is_sum = item->kind == MLCI_SUM || item->kind == MLCI_MEAN;
    const double *const plain = is_sum ? plain_reals(c) : NULL;
    summing s = {.kernels = mlci_row_kernels_of(mlci_root_isa(call->root)), .column = c};
    for (int64_t g = low; g < high; g++) {
        s.first = starts[g];
        s.n = starts[g + 1] - s.first;
        if (plain != NULL && s.n <= MLCI_PAIR_LANES) {
            values[g] = sum_few(item, plain + s.first, s.n);
        } else {
            MLCI_TRY(find_real(call, item, &s, &values[g], err));
        }
        result->valid[g] = values[g] == values[g];
    }
    return MLC_OK;
}

/* Counts, and rows that stand for a group. */
static void find_integer(const mlci_row_kernels *kernels, const mlci_aggregation *item,
                         const mlci_column *argument, int64_t first, int64_t n, int64_t g,
                         mlci_aggregate_result *result)
{
    int64_t *const integer = (int64_t *)result->values + g;
    int64_t count = n, n_true = 0;
    result->valid[g] = 1;
    switch (item->kind) {
    case MLCI_COUNT_ROWS:
        *integer = n;
        return;
    case MLCI_COUNT:
        *integer = count_values(argument, first, n);
        return;
    case MLCI_ANY:
    case MLCI_ALL:
        count = count_true(argument, first, n, &n_true);
        *integer = item->kind == MLCI_ANY ? n_true > 0 : n_true == count;
        result->valid[g] = count > 0;
        return;
    case MLCI_SUM:
        result->valid[g] = (uint8_t)sum_integers(argument, first, n, integer);
        return;
    default:
        *integer = pick_row(kernels, item->kind, argument, first, n);
    }
}

mlc_status mlci_aggregate_groups(mlc_context *call, const mlci_aggregation *item,
                                 const mlci_column *argument, const int64_t *starts, int64_t low,
                                 int64_t high, mlci_aggregate_result *result, mlc_error *err)
{
    const mlci_row_kernels *const kernels = mlci_row_kernels_of(mlci_root_isa(call->root));
    const int is_sorted = item->kind == MLCI_QUANTILE || item->kind == MLCI_N_DISTINCT;
    if (result->type == MLC_TYPE_FLOAT64 && !is_sorted) {
        return find_reals(call, item, argument, starts, low, high, result, err);
    }
    for (int64_t g = low; g < high; g++) {
        const int64_t first = starts[g], n = starts[g + 1] - first;
        if (is_sorted) {
            MLCI_TRY(from_sorted(call, item, argument, first, n, g, result, err));
        } else {
            find_integer(kernels, item, argument, first, n, g, result);
        }
    }
    return MLC_OK;
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
