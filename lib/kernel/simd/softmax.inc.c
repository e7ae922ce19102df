/* Softmax and log-sum-exp of rows; included once an instruction set.
 *
 * The largest value is taken off first, so that nothing overflows and the sum is at least 1. */

static double row_highest(int64_t n, const double *x)
{
    V highest = v_set(-INFINITE);
    int64_t i = 0;
    for (; i + VL <= n; i += VL)
        highest = v_max(highest, v_load(x + i));
    if (i < n) {
        /* Lanes past the end hold x[i] as well. */
        const N rest = n_first(n - i);
        const M present = v_less(v_lane_numbers(), v_set((double)(n - i)));
        highest = v_max(highest, v_select(present, v_load_first(x + i, rest), v_set(x[i])));
    }
    return v_highest(highest);
}

/* The sum of exp(x - shift) in lanes; the terms go to out where it is not NULL. */
static double row_exp_sum(int64_t n, const double *x, double shift, double *out)
{
    V lanes[PARTS];
    lanes_clear(lanes);
    const V away = v_set(shift);
    for (int64_t i = 0; i < n; i += LANES) {
        for (int v = 0; v < PARTS && i + v * VL < n; v++) {
            const int64_t at = i + v * VL;
            const N present = n_first(n - at);
            const M inside = v_less(v_lane_numbers(), v_set((double)(n - at)));
            const V term = v_keep(inside, v_exp(v_sub(v_load_first(x + at, present), away)));
            lanes[v] = v_add(lanes[v], term);
            if (out != NULL) v_store_first(out + at, present, term);
        }
    }
    return lanes_sum(lanes);
}

static int has_nan(int64_t n, const double *x)
{
    for (int64_t i = 0; i < n; i++) {
        if (x[i] != x[i]) return 1;
    }
    return 0;
}

static void softmax(const mlci_row_block *x, double *out)
{
    const int64_t n = x->n_columns;
    for (int64_t row = 0; row < x->n_rows; row++) {
        const double *in = x->x + row * x->stride;
        double *to = out + row * n;
        const V total = v_set(row_exp_sum(n, in, row_highest(n, in), to));
        for (int64_t i = 0; i < n; i += VL) {
            const N present = n_first(n - i);
            v_store_first(to + i, present, v_div(v_load_first(to + i, present), total));
        }
    }
}

static void log_sum_exp(const mlci_row_block *x, double *out)
{
    const int64_t n = x->n_columns;
    for (int64_t row = 0; row < x->n_rows; row++) {
        const double *in = x->x + row * x->stride;
        const double highest = row_highest(n, in);
        if (highest == INFINITE || highest == -INFINITE) {
            out[row] = has_nan(n, in) ? NOT_A_NUMBER : highest;
            continue;
        }
        const V value = v_log(v_set(row_exp_sum(n, in, highest, NULL)));
        double logarithm[VL];
        v_store(logarithm, value);
        out[row] = highest + logarithm[0];
    }
}
