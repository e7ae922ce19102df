/* Rows of columns: loops that a compiler makes vectors of, and sums in lanes; included once an
 * instruction set. */

#define PAIR_PARTS (MLCI_PAIR_LANES / VL) /* vectors that hold the lanes */
#define LEAST_ROWS 512                    /* of which the least is found before its row */

/* One loop a relation or operation, so that each can be done for several rows at once. */
#define ROWS_EACH(expression_)                                                                     \
    for (int64_t i = 0; i < n; i++)                                                                \
        out[i] = (expression_);                                                                    \
    return

#define ROWS_RELATION                                                                              \
    switch (relation) {                                                                            \
    case MLCI_EQUAL:                                                                               \
        ROWS_EACH(a[i] == b[i]);                                                                   \
    case MLCI_UNEQUAL:                                                                             \
        ROWS_EACH(a[i] != b[i]);                                                                   \
    case MLCI_BELOW:                                                                               \
        ROWS_EACH(a[i] < b[i]);                                                                    \
    case MLCI_UP_TO:                                                                               \
        ROWS_EACH(a[i] <= b[i]);                                                                   \
    case MLCI_ABOVE:                                                                               \
        ROWS_EACH(a[i] > b[i]);                                                                    \
    default:                                                                                       \
        ROWS_EACH(a[i] >= b[i]);                                                                   \
    }

static void rows_compare_reals(mlci_relation relation, int64_t n, const double *a, const double *b,
                               uint8_t *restrict out)
{
    ROWS_RELATION
}

static void rows_compare_integers(mlci_relation relation, int64_t n, const int64_t *a,
                                  const int64_t *b, uint8_t *restrict out)
{
    ROWS_RELATION
}

static void rows_calculate(mlci_operation operation, int64_t n, const double *a, const double *b,
                           double *restrict out)
{
    switch (operation) {
    case MLCI_ADD:
        ROWS_EACH(a[i] + b[i]);
    case MLCI_SUBTRACT:
        ROWS_EACH(a[i] - b[i]);
    case MLCI_MULTIPLY:
        ROWS_EACH(a[i] * b[i]);
    default:
        ROWS_EACH(a[i] / b[i]);
    }
}

static void rows_reals_of_integers(int64_t n, const int64_t *a, double *restrict out)
{
    ROWS_EACH((double)a[i]);
}

static int32_t rows_has_nan(int64_t n, const double *x)
{
    M is_number = m_all();
    int64_t i = 0;
    for (; i + VL <= n; i += VL)
        is_number = m_and(is_number, v_equal(v_load(x + i), v_load(x + i)));
    if (i < n) {
        const V rest = v_load_first(x + i, n_first(n - i));
        is_number = m_and(is_number, v_equal(rest, rest));
    }
    return m_any(m_and_not(m_all(), is_number)) != 0;
}

typedef struct rows_checks {
    M is_number, is_within;
} rows_checks;

static inline void rows_check(V x, V low, V high, rows_checks *all)
{
    all->is_number = m_and(all->is_number, v_equal(x, x));
    all->is_within = m_and_not(m_and_not(all->is_within, v_less(x, low)), v_less(high, x));
}

static int32_t rows_check_numbers(int64_t n, const double *low, const double *high, const double *x)
{
    rows_checks all = {m_all(), m_all()};
    int64_t i = 0;
    for (; i + VL <= n; i += VL)
        rows_check(v_load(x + i), v_load(low + i), v_load(high + i), &all);
    if (i < n) {
        const N rest = n_first(n - i);
        rows_check(v_load_first(x + i, rest), v_load_first(low + i, rest),
                   v_load_first(high + i, rest), &all);
    }
    return (m_any(m_and_not(m_all(), all.is_number)) ? 1 : 0) |
           (m_any(m_and_not(m_all(), all.is_within)) ? 2 : 0);
}

static void rows_test_bits(int64_t n, const int32_t *bit, uint64_t set, uint8_t *restrict out)
{
    ROWS_EACH((uint8_t)(set >> bit[i] & 1));
}

static void rows_bound_integers(int64_t n, const int64_t *x, int64_t *low, int64_t *high)
{
    int64_t least = INT64_MAX, greatest = INT64_MIN;
    for (int64_t i = 0; i < n; i++) {
        least = x[i] < least ? x[i] : least;
        greatest = x[i] > greatest ? x[i] : greatest;
    }
    *low = least;
    *high = greatest;
}

static void rows_add_places(int64_t n, const uint64_t *x, uint64_t low, uint32_t unit,
                            uint32_t *restrict out)
{
    for (int64_t i = 0; i < n; i++)
        out[i] += (uint32_t)(x[i] - low) * unit;
}

static void rows_choose(int64_t n, const uint8_t *holds, const uint64_t *a, const uint64_t *b,
                        uint64_t *restrict out)
{
    for (int64_t i = 0; i < n; i++)
        out[i] = b[i] ^ ((a[i] ^ b[i]) & ((uint64_t)0 - holds[i]));
}

/* ---- sums --------------------------------------------------------------------------------- */

typedef struct rows_pairs {
    V high[PAIR_PARTS], low[PAIR_PARTS];
} rows_pairs;

static inline void rows_pairs_clear(rows_pairs *s)
{
    UNROLL
    for (int v = 0; v < PAIR_PARTS; v++)
        s->high[v] = s->low[v] = v_set(0.0);
}

static inline void rows_pairs_add(rows_pairs *s, int v, V x)
{
    const V sum = v_add(s->high[v], x), part = v_sub(sum, s->high[v]);
    const V lost = v_add(v_sub(s->high[v], v_sub(sum, part)), v_sub(x, part));
    s->low[v] = v_add(s->low[v], lost);
    s->high[v] = sum;
}

static inline void rows_pairs_store(const rows_pairs *s, mlci_pair_sums *out)
{
    UNROLL
    for (int v = 0; v < PAIR_PARTS; v++) {
        v_store(out->high + v * VL, s->high[v]);
        v_store(out->low + v * VL, s->low[v]);
    }
}

/* The last values, filled up with one that adds nothing. */
static inline void rows_pad(int64_t n, const double *x, double filler, double *out)
{
    for (int64_t k = 0; k < MLCI_PAIR_LANES; k++)
        out[k] = k < n ? x[k] : filler;
}

static void rows_sum_pairs(int64_t n, const double *x, mlci_pair_sums *out)
{
    rows_pairs sums;
    double last[MLCI_PAIR_LANES];
    rows_pairs_clear(&sums);
    for (int64_t i = 0; i < n; i += MLCI_PAIR_LANES) {
        const int is_whole = n - i >= MLCI_PAIR_LANES;
        if (!is_whole) rows_pad(n - i, x + i, 0, last);
        const double *const values = is_whole ? x + i : last;
        UNROLL
        for (int v = 0; v < PAIR_PARTS; v++)
            rows_pairs_add(&sums, v, v_load(values + v * VL));
    }
    rows_pairs_store(&sums, out);
}

static void rows_sum_deviations(int64_t n, const double *x, double mean, mlci_pair_sums *out,
                                mlci_pair_sums *squares)
{
    rows_pairs sums, others;
    double last[MLCI_PAIR_LANES];
    rows_pairs_clear(&sums);
    rows_pairs_clear(&others);
    for (int64_t i = 0; i < n; i += MLCI_PAIR_LANES) {
        const int is_whole = n - i >= MLCI_PAIR_LANES;
        if (!is_whole) rows_pad(n - i, x + i, mean, last);
        const double *const values = is_whole ? x + i : last;
        UNROLL
        for (int v = 0; v < PAIR_PARTS; v++) {
            const V off = v_sub(v_load(values + v * VL), v_set(mean));
            rows_pairs_add(&sums, v, off);
            rows_pairs_add(&others, v, v_mul(off, off));
        }
    }
    rows_pairs_store(&sums, out);
    rows_pairs_store(&others, squares);
}

/* ---- order -------------------------------------------------------------------------------- */

/* Infinity where nothing is less. */
static inline double rows_least(int64_t n, const double *x, double sign)
{
    V least = v_set(INFINITY);
    double least_of_rest = INFINITY;
    int64_t i = 0;
    for (; i + VL <= n; i += VL) {
        const V value = v_mul(v_set(sign), v_load(x + i));
        least = v_select(v_less(value, least), value, least);
    }
    for (; i < n; i++)
        least_of_rest = sign * x[i] < least_of_rest ? sign * x[i] : least_of_rest;
    const double least_of_lanes = v_lowest(least);
    return least_of_lanes < least_of_rest ? least_of_lanes : least_of_rest;
}

static int64_t rows_find_least(int64_t n, const double *x, double sign)
{
    double least = INFINITY;
    int64_t first = 0;
    for (int64_t i = 0; i < n; i += LEAST_ROWS) {
        const double own = rows_least(n - i < LEAST_ROWS ? n - i : LEAST_ROWS, x + i, sign);
        if (!(own < least)) continue;
        least = own;
        first = i;
    }
    for (int64_t i = first; i < n; i++)
        if (sign * x[i] == least) return i;
    return -1;
}
