/* Sums in 32 lanes and updates by element; included once an instruction set.
 *
 * Tails are padded with zeros in the same lanes, so a sum is a function of the values alone. */

#define LANES 32
#define PARTS (LANES / VL) /* vectors that hold the lanes */

static inline void lanes_clear(V *lanes)
{
    UNROLL
    for (int v = 0; v < PARTS; v++)
        lanes[v] = v_set(0.0);
}

/* Lanes l and l + 16, then l and l + 8, 4, 2, 1. */
static inline double lanes_sum(V *lanes)
{
    UNROLL
    for (int half = PARTS / 2; half >= 1; half /= 2) {
        UNROLL
        for (int v = 0; v < half; v++)
            lanes[v] = v_add(lanes[v], lanes[v + half]);
    }
    return v_sum(lanes[0]);
}

static double sum(int64_t n, const double *x)
{
    V lanes[PARTS];
    lanes_clear(lanes);
    int64_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        UNROLL
        for (int v = 0; v < PARTS; v++)
            lanes[v] = v_add(lanes[v], v_load(x + i + v * VL));
    }
    for (int v = 0; i < n && v < PARTS; v++) {
        const int64_t at = i + v * VL < n ? i + v * VL : i;
        lanes[v] = v_add(lanes[v], v_load_first(x + at, n_first(n - i - v * VL)));
    }
    return lanes_sum(lanes);
}

static double dot(int64_t n, const double *x, const double *y)
{
    V lanes[PARTS];
    lanes_clear(lanes);
    int64_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        UNROLL
        for (int v = 0; v < PARTS; v++)
            lanes[v] = v_fma(v_load(x + i + v * VL), v_load(y + i + v * VL), lanes[v]);
    }
    for (int v = 0; i < n && v < PARTS; v++) {
        const int64_t at = i + v * VL < n ? i + v * VL : i;
        const N present = n_first(n - i - v * VL);
        lanes[v] = v_fma(v_load_first(x + at, present), v_load_first(y + at, present), lanes[v]);
    }
    return lanes_sum(lanes);
}

static double sum_squares(int64_t n, const double *x)
{
    return dot(n, x, x);
}

static double weighted_dot(int64_t n, const double *w, const double *x, const double *y)
{
    V lanes[PARTS];
    lanes_clear(lanes);
    int64_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        UNROLL
        for (int v = 0; v < PARTS; v++) {
            const V scaled = v_mul(v_load(w + i + v * VL), v_load(x + i + v * VL));
            lanes[v] = v_fma(scaled, v_load(y + i + v * VL), lanes[v]);
        }
    }
    for (int v = 0; i < n && v < PARTS; v++) {
        const int64_t at = i + v * VL < n ? i + v * VL : i;
        const N present = n_first(n - i - v * VL);
        const V scaled = v_mul(v_load_first(w + at, present), v_load_first(x + at, present));
        lanes[v] = v_fma(scaled, v_load_first(y + at, present), lanes[v]);
    }
    return lanes_sum(lanes);
}

static double dot_float(int64_t n, const float *x, const float *y)
{
    V lanes[PARTS];
    lanes_clear(lanes);
    const N all = n_first(VL);
    int64_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        UNROLL
        for (int v = 0; v < PARTS; v++) {
            const int64_t at = i + v * VL;
            lanes[v] =
                v_fma(v_load_float_first(x + at, all), v_load_float_first(y + at, all), lanes[v]);
        }
    }
    for (int v = 0; i < n && v < PARTS; v++) {
        const int64_t at = i + v * VL < n ? i + v * VL : i;
        const N present = n_first(n - i - v * VL);
        lanes[v] = v_fma(v_load_float_first(x + at, present), v_load_float_first(y + at, present),
                         lanes[v]);
    }
    return lanes_sum(lanes);
}

static void axpy(int64_t n, double alpha, const double *x, double *y)
{
    const V factor = v_set(alpha);
    int64_t i = 0;
    for (; i + VL <= n; i += VL)
        v_store(y + i, v_fma(factor, v_load(x + i), v_load(y + i)));
    if (i < n) {
        const N rest = n_first(n - i);
        v_store_first(y + i, rest,
                      v_fma(factor, v_load_first(x + i, rest), v_load_first(y + i, rest)));
    }
}

static void scale(int64_t n, double alpha, double *x)
{
    const V factor = v_set(alpha);
    int64_t i = 0;
    for (; i + VL <= n; i += VL)
        v_store(x + i, v_mul(factor, v_load(x + i)));
    if (i < n) {
        const N rest = n_first(n - i);
        v_store_first(x + i, rest, v_mul(factor, v_load_first(x + i, rest)));
    }
}

static void rotate(int64_t n, double c, double s, double *x, double *y)
{
    const V cosine = v_set(c), sine = v_set(s);
    for (int64_t i = 0; i < n; i += VL) {
        const N present = n_first(n - i);
        const V a = v_load_first(x + i, present), b = v_load_first(y + i, present);
        v_store_first(x + i, present, v_fma(cosine, a, v_mul(sine, b)));
        v_store_first(y + i, present, v_fnma(sine, a, v_mul(cosine, b)));
    }
}
