/* What follows from the counts of a column. Quantiles by position with linear interpolation (type 7
 * of Hyndman and Fan, 1996); the values of a cell lie evenly in it. Means and standard deviations
 * from exact sums; third and fourth central moments by blocks of the values in ascending
 * order, or of the centres of cells, whose sums are added with compensation. */
#include "profile_impl.h"

#include <math.h>
#include <string.h>

#include "number.h"
#include "order.h"
#include "timestamp.h"

#define LANES 8
#define POWER_BLOCK 256 /* values at a time; a multiple of LANES */

int64_t mlci_profile_n_values(const mlci_profile_column *c)
{
    if (c->kind == MLCI_PROFILE_TEXTS) return c->texts.n_rows;
    return c->n_low + c->n_high + mlci_number_total(&c->numbers);
}

int mlci_profile_is_exact(const mlci_profile_column *c)
{
    if (c->kind == MLCI_PROFILE_OPAQUE) return 0;
    return c->kind == MLCI_PROFILE_TEXTS ? c->texts.level == 0 : c->numbers.shift == 0;
}

int64_t mlci_profile_n_distinct(const mlci_profile_column *c)
{
    if (c->kind == MLCI_PROFILE_TEXTS) return mlci_text_counts_distinct(&c->texts);
    const int64_t n = (c->n_low > 0) + (c->n_high > 0);
    if (c->numbers.beyond == NULL) return n + c->numbers.n;
    const int64_t estimate = mlci_sketch_count(&c->numbers.beyond->distinct);
    return n + (estimate > c->numbers.n ? estimate : c->numbers.n);
}

int64_t mlci_profile_n_negative(const mlci_profile_column *c)
{
    const uint64_t zero = (uint64_t)1 << 63; /* the key of 0, of integers and of reals */
    const int64_t n = mlci_number_cells_before(&c->numbers, zero);
    return c->n_low + (n == 0 ? 0 : c->numbers.ends[n - 1]);
}

/* ---- moments --------------------------------------------------------------------------------- */

static double centre(const mlci_number_counts *c, int64_t i)
{
    if (c->shift == 0) return mlci_number_value(c, c->cells[i]);
    const double low = mlci_number_value(c, mlci_number_cell_low(c, i));
    const double high = mlci_number_value(c, mlci_number_cell_high(c, i));
    return low + (high - low) / 2;
}

static void sum_cells(const mlci_number_counts *c, mlci_long_sum *sum, mlci_long_sum *squares)
{
    mlci_long_run run;
    mlci_long_run_open(&run, sum, squares);
    for (int64_t i = 0; i < c->n; i++) {
        if (c->is_integer) {
            mlci_long_run_add_integer(&run, mlci_order_integer(c->cells[i]),
                                      mlci_number_count(c, i));
        } else {
            mlci_long_run_add(&run, mlci_order_real(c->cells[i]), mlci_number_count(c, i));
        }
    }
    mlci_long_run_close(&run);
}

/* Sums of the first four powers of distances from a mean, in units of a deviation. */
typedef struct power_sums {
    double total[4], lost[4];
} power_sums;

/* Neumaier's compensated addition. */
static void add_compensated(power_sums *sums, int power, double term)
{
    const double total = sums->total[power], next = total + term;
    sums->lost[power] += fabs(total) >= fabs(term) ? (total - next) + term : (term - next) + total;
    sums->total[power] = next;
}

/* n distances, each weight times: lanes, joined pair by pair. */
static void add_block(power_sums *sums, double *distances, double *weights, int64_t n)
{
    double lanes[4][LANES] = {{0}};
    for (int64_t i = n; i % LANES != 0; i++)
        distances[i] = weights[i] = 0;
    for (int64_t i = 0; i < n; i += LANES) {
        for (int k = 0; k < LANES; k++) {
            const double d = distances[i + k], w = weights[i + k], square = d * d;
            lanes[0][k] += w * d;
            lanes[1][k] += w * square;
            lanes[2][k] += w * (square * d);
            lanes[3][k] += w * (square * square);
        }
    }
    for (int power = 0; power < 4; power++) {
        for (int width = LANES / 2; width > 0; width /= 2)
            for (int k = 0; k < width; k++)
                lanes[power][k] += lanes[power][k + width];
        add_compensated(sums, power, lanes[power][0]);
    }
}

/* The means of ((value - mean) / std)^1 .. 4. */
static void mean_powers(const mlci_number_counts *c, const mlci_sample_moments *m, double n,
                        double out[4])
{
    power_sums sums = {{0}, {0}};
    double distances[POWER_BLOCK], weights[POWER_BLOCK];
    for (int64_t first = 0; first < c->n; first += POWER_BLOCK) {
        const int64_t left = c->n - first, n_block = left < POWER_BLOCK ? left : POWER_BLOCK;
        for (int64_t i = 0; i < n_block; i++) {
            distances[i] = (centre(c, first + i) - m->mean) / m->std;
            weights[i] = (double)mlci_number_count(c, first + i);
        }
        add_block(&sums, distances, weights, n_block);
    }
    for (int power = 0; power < 4; power++)
        out[power] = (sums.total[power] + sums.lost[power]) / n;
}

/* Those of a sample, without bias for normal numbers (Joanes and Gill, 1998: G1 and G2). The mean
 * is rounded, which matters where it is far from zero: moments are about the mean of what is left.
 */
static void add_shape(const mlci_number_counts *c, double n, mlci_sample_moments *m)
{
    if (m->std == 0) { /* all equal, as pandas has it */
        if (n >= 3) m->skewness = 0;
        if (n >= 4) m->kurtosis = 0;
        return;
    }
    if (n < 3) return;
    double means[4];
    mean_powers(c, m, n, means);
    const double d = means[0], square = means[1], cube = means[2], fourth = means[3];
    m->skewness = (cube - 3 * d * square + 2 * d * d * d) * n * n / ((n - 1) * (n - 2));
    if (n < 4) return;
    const double central = fourth - 4 * d * cube + 6 * d * d * square - 3 * d * d * d * d;
    m->kurtosis = central * n * n * (n + 1) / ((n - 1) * (n - 2) * (n - 3)) -
                  3 * (n - 1) * (n - 1) / ((n - 2) * (n - 3));
}

mlci_sample_moments mlci_profile_moments(const mlci_profile_column *column)
{
    const double none = (double)NAN;
    mlci_sample_moments m = {none, none, none, none};
    const int64_t n = mlci_profile_n_values(column);
    if (column->kind != MLCI_PROFILE_NUMBERS || n == 0) return m;
    if (column->n_low > 0 || column->n_high > 0) {
        if (column->n_low == 0) m.mean = INFINITY;
        if (column->n_high == 0) m.mean = -INFINITY;
        return m;
    }
    mlci_long_sum sum = {.n_pending = 0}, squares = {.n_pending = 0};
    const mlci_number_beyond *const beyond = column->numbers.beyond;
    if (beyond == NULL) sum_cells(&column->numbers, &sum, &squares);
    m.mean = mlci_long_mean(beyond == NULL ? &sum : &beyond->sum, n);
    m.std = mlci_long_deviation(beyond == NULL ? &squares : &beyond->squares,
                                beyond == NULL ? &sum : &beyond->sum, n);
    if (n > 1 && isfinite(m.std)) add_shape(&column->numbers, (double)n, &m);
    return m;
}

/* ---- order ----------------------------------------------------------------------------------- */

double mlci_profile_least(const mlci_profile_column *c)
{
    if (c->kind == MLCI_PROFILE_NUMBERS && c->n_low > 0) return -INFINITY;
    if (c->numbers.n > 0)
        return mlci_number_value(&c->numbers, mlci_number_cell_low(&c->numbers, 0));
    return c->n_high > 0 ? INFINITY : (double)NAN;
}

double mlci_profile_greatest(const mlci_profile_column *c)
{
    const mlci_number_counts *const counts = &c->numbers;
    if (c->kind == MLCI_PROFILE_NUMBERS && c->n_high > 0) return INFINITY;
    if (counts->n > 0)
        return mlci_number_value(counts, mlci_number_cell_high(counts, counts->n - 1));
    return c->n_low > 0 ? -INFINITY : (double)NAN;
}

int64_t mlci_profile_least_integer(const mlci_profile_column *c)
{
    return c->numbers.n == 0 ? 0 : mlci_order_integer(mlci_number_cell_low(&c->numbers, 0));
}

int64_t mlci_profile_greatest_integer(const mlci_profile_column *c)
{
    const mlci_number_counts *const counts = &c->numbers;
    return counts->n == 0 ? 0 : mlci_order_integer(mlci_number_cell_high(counts, counts->n - 1));
}

/* The value at a position from 0 among all values in order. */
static double value_at(const mlci_profile_column *column, int64_t position)
{
    const mlci_number_counts *const c = &column->numbers;
    if (position < column->n_low) return -INFINITY;
    const int64_t i = mlci_number_cell_at(c, position - column->n_low);
    if (i == c->n) return INFINITY;
    const int64_t n = mlci_number_count(c, i), inside = position - column->n_low - (c->ends[i] - n);
    const double low = mlci_number_value(c, mlci_number_cell_low(c, i));
    const double high = mlci_number_value(c, mlci_number_cell_high(c, i));
    return c->shift == 0 ? low
           : n == 1      ? low + (high - low) / 2
                         : low + (high - low) * ((double)inside / (double)(n - 1));
}

double mlci_profile_quantile(const mlci_profile_column *column, double share)
{
    const int64_t n = mlci_profile_n_values(column);
    if (column->kind != MLCI_PROFILE_NUMBERS || n == 0) return (double)NAN;
    const double at = (double)(n - 1) * share;
    const int64_t below = (int64_t)at;
    if (below <= 0 && share == 0) return mlci_profile_least(column);
    if (below + 1 >= n) return mlci_profile_greatest(column);
    const double low = value_at(column, below), high = value_at(column, below + 1);
    const double rest = at - (double)below;
    if (low == high || rest == 0) return low; /* also two infinities */
    return rest < 0.5 ? low + (high - low) * rest : high - (high - low) * (1 - rest);
}

int64_t mlci_profile_count_below(const mlci_profile_column *column, double bound, int or_equal)
{
    const mlci_number_counts *const c = &column->numbers;
    const int64_t i = mlci_number_cells_below(c, bound, or_equal);
    const int64_t n = i == 0 ? 0 : c->ends[i - 1];
    if (i == c->n) return n;
    const double low = mlci_number_value(c, mlci_number_cell_low(c, i));
    const double high = mlci_number_value(c, mlci_number_cell_high(c, i));
    if (!(low < bound)) return n;
    return n + (int64_t)((double)mlci_number_count(c, i) * ((bound - low) / (high - low)) + 0.5);
}

/* ---- frequent values ------------------------------------------------------------------------- */

static int64_t count_at(const mlci_profile_column *c, int64_t i)
{
    if (c->kind == MLCI_PROFILE_TEXTS) return c->texts.counts[i];
    const int64_t k = i - (c->n_low > 0);
    return k < 0 ? c->n_low : k < c->numbers.n ? mlci_number_count(&c->numbers, k) : c->n_high;
}

int64_t mlci_profile_count_of(const mlci_profile_column *column, int64_t i)
{
    return count_at(column, i);
}

/* A heap of the best so far, the worst of them on top: fewer of them, or as many and later. */
static int is_worse(const mlci_profile_column *c, int64_t i, int64_t j)
{
    const int64_t n_i = count_at(c, i), n_j = count_at(c, j);
    return n_i != n_j ? n_i < n_j : i > j;
}

static void sift_down(const mlci_profile_column *c, int64_t *heap, int64_t n, int64_t at)
{
    for (int64_t child = 2 * at + 1; child < n; child = 2 * at + 1) {
        if (child + 1 < n && is_worse(c, heap[child + 1], heap[child])) child++;
        if (!is_worse(c, heap[child], heap[at])) return;
        const int64_t moved = heap[at];
        heap[at] = heap[child];
        heap[child] = moved;
        at = child;
    }
}

int64_t mlci_profile_top(const mlci_profile_column *column, int64_t most, int64_t *out)
{
    if (!mlci_profile_is_exact(column)) return 0;
    const int64_t n_all = mlci_profile_n_distinct(column), n = n_all < most ? n_all : most;
    for (int64_t i = 0; i < n; i++)
        out[i] = i;
    for (int64_t i = n / 2 - 1; i >= 0; i--)
        sift_down(column, out, n, i);
    int64_t least = n == 0 ? 0 : count_at(column, out[0]);
    for (int64_t i = n; n > 0 && i < n_all; i++) { /* later than all in the heap: must be more */
        if (count_at(column, i) <= least) continue;
        out[0] = i;
        sift_down(column, out, n, 0);
        least = count_at(column, out[0]);
    }
    for (int64_t left = n - 1; left > 0; left--) { /* worst to the end */
        const int64_t worst = out[0];
        out[0] = out[left];
        out[left] = worst;
        sift_down(column, out, left, 0);
    }
    return n;
}

static void append_number(const mlci_profile_column *c, uint64_t key, mlci_text *out)
{
    char text[MLCI_TIMESTAMP_SIZE];
    if (c->type == MLC_TYPE_BOOL) {
        mlci_text_append_text(out, mlci_order_real(key) != 0 ? "true" : "false");
    } else if (c->type == MLC_TYPE_TIMESTAMP) {
        mlci_text_append(out, text, mlci_timestamp_format(mlci_order_integer(key), text));
    } else if (c->type == MLC_TYPE_INT64) {
        mlci_text_append_integer(out, mlci_order_integer(key));
    } else if (c->type == MLC_TYPE_FLOAT32) {
        char number[MLCI_NUMBER_SIZE];
        mlci_text_append(out, number, mlci_float_format((float)mlci_order_real(key), number));
    } else {
        mlci_text_append_real(out, mlci_order_real(key));
    }
}

void mlci_profile_append_value(const mlci_profile_column *c, int64_t i, mlci_text *out)
{
    if (c->kind == MLCI_PROFILE_TEXTS) {
        int64_t length;
        const char *const text = mlci_text_counts_text(&c->texts, i, &length);
        mlci_text_append(out, text, length);
        return;
    }
    const int64_t k = i - (c->n_low > 0);
    if (k < 0 || k >= c->numbers.n) {
        mlci_text_append_text(out, k < 0 ? "-inf" : "inf");
    } else {
        append_number(c, c->numbers.cells[k], out);
    }
}
