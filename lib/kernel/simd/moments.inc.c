/* Count, mean, sum of squares and range of columns; included once an instruction set.
 *
 * Sums are taken about the column's first finite value (which removes the offset that would
 * cancel) in 32 lanes by row number. A column has the same bits alone and among others. */

typedef struct moment_sums {
    V sum[LANES];
    V squares[LANES];
    V weight[LANES];
    V count, min, max;
} moment_sums;

static inline void moment_clear(moment_sums *s, int n)
{
    for (int l = 0; l < n; l++)
        s->sum[l] = s->squares[l] = s->weight[l] = v_set(0.0);
    s->count = v_set(0.0);
    s->min = v_set(INFINITE);
    s->max = v_set(-INFINITE);
}

/* Values x of weight w into lane l; inlined with constant weighted. */
static inline void moment_add(moment_sums *s, int l, V x, V w, V shift, M inside, int weighted)
{
    M present = m_and(inside, v_equal(x, x));
    if (weighted) present = m_and(present, v_less(v_set(0.0), w));
    const V away = v_keep(present, v_sub(x, shift));
    V part = away;
    if (weighted) {
        const V weight = v_keep(present, w);
        part = v_mul(weight, away);
        s->weight[l] = v_add(s->weight[l], weight);
    }
    s->sum[l] = v_add(s->sum[l], part);
    s->squares[l] = v_fma(part, away, s->squares[l]);
    s->count = v_add(s->count, v_keep(present, v_set(1.0)));
    s->min = v_min(v_select(present, x, v_set(INFINITE)), s->min);
    s->max = v_max(v_select(present, x, v_set(-INFINITE)), s->max);
}

static double first_finite(const mlci_row_block *x, const double *weights, int64_t j)
{
    for (int64_t i = 0; i < x->n_rows; i++) {
        const double value = x->x[i * x->stride + j];
        if (value - value == 0.0 && (weights == NULL || weights[i] > 0.0)) return value;
    }
    return 0.0;
}

static void moment_finish(double shift, double sum_about, double squares, mlci_moments *m)
{
    if (m->n_values == 0) {
        mlci_moments_clear(m);
        return;
    }
    const double offset = sum_about / m->weight;
    const double m2 = squares - sum_about * offset;
    m->mean = shift + offset;
    m->m2 = m2 < 0.0 ? 0.0 : m2;
}

/* One column whose values lie side by side: lanes are vectors of rows. */
static inline void moment_column(const mlci_row_block *x, const double *weights, int weighted,
                                 mlci_moments *out)
{
    moment_sums s;
    moment_clear(&s, PARTS);
    const double shift = first_finite(x, weights, 0);
    const int64_t n = x->n_rows;
    for (int64_t i = 0; i < n; i += LANES) {
        for (int v = 0; v < PARTS && i + v * VL < n; v++) {
            const int64_t at = i + v * VL;
            const N rest = n_first(n - at);
            const M inside = v_less(v_lane_numbers(), v_set((double)(n - at)));
            const V w = weighted ? v_load_first(weights + at, rest) : v_set(1.0);
            moment_add(&s, v, v_load_first(x->x + at, rest), w, v_set(shift), inside, weighted);
        }
    }
    out->n_values = (int64_t)v_sum(s.count);
    out->weight = weighted ? lanes_sum(s.weight) : (double)out->n_values;
    out->min = v_lowest(s.min);
    out->max = v_highest(s.max);
    moment_finish(shift, lanes_sum(s.sum), lanes_sum(s.squares), out);
}

static inline V lanes_fold(V *lanes)
{
    for (int half = LANES / 2; half >= 1; half /= 2) {
        for (int l = 0; l < half; l++)
            lanes[l] = v_add(lanes[l], lanes[l + half]);
    }
    return lanes[0];
}

/* VL columns from j on: a lane is a vector of columns. */
static inline void moment_columns(const mlci_row_block *x, const double *weights, int64_t j,
                                  int weighted, mlci_moments *out)
{
    moment_sums s;
    moment_clear(&s, LANES);
    const int64_t n = x->n_columns - j < VL ? x->n_columns - j : VL;
    const N present = n_first(n);
    const M inside = v_equal(v_set(0.0), v_set(0.0));
    double shift[VL] = {0}, total[VL], squares[VL], count[VL], weight[VL], min[VL], max[VL];
    for (int64_t c = 0; c < n; c++)
        shift[c] = first_finite(x, weights, j + c);
    const V away = v_load(shift);
    for (int64_t i = 0; i < x->n_rows; i++) {
        const V w = v_set(weighted ? weights[i] : 1.0);
        const V value = v_load_first(x->x + i * x->stride + j, present);
        moment_add(&s, (int)(i % LANES), value, w, away, inside, weighted);
    }
    v_store(total, lanes_fold(s.sum));
    v_store(squares, lanes_fold(s.squares));
    v_store(weight, weighted ? lanes_fold(s.weight) : s.count);
    v_store(count, s.count);
    v_store(min, s.min);
    v_store(max, s.max);
    for (int64_t c = 0; c < n; c++) {
        mlci_moments *m = out + j + c;
        *m = (mlci_moments){
            .n_values = (int64_t)count[c], .weight = weight[c], .min = min[c], .max = max[c]};
        moment_finish(shift[c], total[c], squares[c], m);
    }
}

static void moments(const mlci_row_block *x, const double *weights, mlci_moments *out)
{
    if (x->n_columns == 1 && x->stride == 1) {
        if (weights != NULL)
            moment_column(x, weights, 1, out);
        else
            moment_column(x, NULL, 0, out);
        return;
    }
    for (int64_t j = 0; j < x->n_columns; j += VL) {
        if (weights != NULL)
            moment_columns(x, weights, j, 1, out);
        else
            moment_columns(x, NULL, j, 0, out);
    }
}
