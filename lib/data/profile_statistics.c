/* What follows from the counts of a column. Quantiles by position with linear interpolation (type 7
 * of Hyndman and Fan, 1996); the values of a cell lie evenly in it. Means and standard deviations
 * from exact sums; third and fourth central moments by compensated sums over the values, or the
 * centres of cells, in ascending order. */
#include "profile_impl.h"

#include <math.h>
#include <string.h>

#include "number.h"
#include "order.h"
#include "timestamp.h"

int64_t mlci_profile_n_values(const mlci_profile_column *c)
{
    if (c->kind == MLCI_PROFILE_TEXTS) return c->texts.n_rows;
    int64_t n = c->n_low + c->n_high;
    for (int64_t i = 0; i < c->numbers.n; i++)
        n += c->numbers.cells[i].n;
    return n;
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
    int64_t n = c->n_low;
    for (int64_t i = 0; i < c->numbers.n; i++) {
        if (c->numbers.cells[i].cell << c->numbers.shift >> 63 == 0) n += c->numbers.cells[i].n;
    }
    return n;
}

/* ---- moments --------------------------------------------------------------------------------- */

static double centre(const mlci_number_counts *c, int64_t i)
{
    if (c->shift == 0) return mlci_number_value(c, c->cells[i].cell);
    const double low = mlci_number_value(c, mlci_number_cell_low(c, i));
    const double high = mlci_number_value(c, mlci_number_cell_high(c, i));
    return low + (high - low) / 2;
}

static void sum_cells(const mlci_number_counts *c, mlci_long_sum *sum, mlci_long_sum *squares)
{
    for (int64_t i = 0; i < c->n; i++) {
        if (c->is_integer) {
            mlci_long_add_integer(sum, mlci_order_integer(c->cells[i].cell), c->cells[i].n);
            mlci_long_add_integer_square(squares, mlci_order_integer(c->cells[i].cell),
                                         c->cells[i].n);
        } else {
            const double value = mlci_order_real(c->cells[i].cell);
            mlci_long_add(sum, value, c->cells[i].n);
            mlci_long_add_square(squares, value, c->cells[i].n);
        }
    }
}

/* The mean of ((value - mean) / std)^power, with Neumaier's compensation. */
static double mean_power(const mlci_number_counts *c, const mlci_sample_moments *m, double n,
                         int power)
{
    double total = 0, lost = 0;
    for (int64_t i = 0; i < c->n; i++) {
        const double d = (centre(c, i) - m->mean) / m->std, square = d * d;
        const double value = (power >= 3 ? square : 1) * (power % 2 == 1 ? d : square);
        const double term = (double)c->cells[i].n * value;
        const double next = total + term;
        lost += fabs(total) >= fabs(term) ? (total - next) + term : (term - next) + total;
        total = next;
    }
    return (total + lost) / n;
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
    const double d = mean_power(c, m, n, 1), square = mean_power(c, m, n, 2);
    const double cube = mean_power(c, m, n, 3), fourth = mean_power(c, m, n, 4);
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
    int64_t before = column->n_low;
    if (position < before) return -INFINITY;
    for (int64_t i = 0; i < c->n; before += c->cells[i++].n) {
        const int64_t inside = position - before, n = c->cells[i].n;
        if (inside >= n) continue;
        const double low = mlci_number_value(c, mlci_number_cell_low(c, i));
        const double high = mlci_number_value(c, mlci_number_cell_high(c, i));
        return c->shift == 0 ? low
               : n == 1      ? low + (high - low) / 2
                             : low + (high - low) * ((double)inside / (double)(n - 1));
    }
    return INFINITY;
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
    int64_t n = 0;
    for (int64_t i = 0; i < c->n; i++) {
        const double low = mlci_number_value(c, mlci_number_cell_low(c, i));
        const double high = mlci_number_value(c, mlci_number_cell_high(c, i));
        if (high < bound || (or_equal && high == bound)) {
            n += c->cells[i].n;
        } else if (low < bound) {
            n += (int64_t)((double)c->cells[i].n * ((bound - low) / (high - low)) + 0.5);
        } else {
            break;
        }
    }
    return n;
}

/* ---- frequent values ------------------------------------------------------------------------- */

static int64_t count_at(const mlci_profile_column *c, int64_t i)
{
    if (c->kind == MLCI_PROFILE_TEXTS) return c->texts.counts[i];
    const int64_t k = i - (c->n_low > 0);
    return k < 0 ? c->n_low : k < c->numbers.n ? c->numbers.cells[k].n : c->n_high;
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
    for (int64_t i = n; n > 0 && i < n_all; i++) {
        if (!is_worse(column, out[0], i)) continue;
        out[0] = i;
        sift_down(column, out, n, 0);
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
        append_number(c, c->numbers.cells[k].cell, out);
    }
}
