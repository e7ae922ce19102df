/* Shapley values of products and powers; included once an instruction set. share_kernels.h has the
 * games.
 *
 * What a feature changes is divided by nothing: the products over the features before it and after
 * it meet at it, so that factors of 0, or too small for a number, do no harm. */

#define SHARE_WIDE 2 /* vectors side by side, for chains of products to wait less */

/* ---- products ----------------------------------------------------------------------------- */

/* Factors at a node t of up to 1/2 and its mirror image, both without a loss of digits. */
static inline V share_factor(V t, V with, V without)
{
    return v_fma(t, v_sub(with, without), without);
}

static inline void product_forward(const mlci_product_game *p, int64_t first, V t,
                                   V product[2][SHARE_WIDE], double *kept)
{
    const mlci_share_game *const g = &p->game;
    for (int64_t k = 0; k < g->n_apart; k++, kept += 2 * SHARE_WIDE * VL) {
        const int64_t at = g->feature[k] * g->n_lanes + first;
        for (int w = 0; w < SHARE_WIDE; w++) {
            const V with = v_load(p->with + at + w * VL);
            const V without = v_load(p->without + at + w * VL);
            v_store(kept + 2 * w * VL, product[0][w]);
            v_store(kept + (2 * w + 1) * VL, product[1][w]);
            product[0][w] = v_mul(product[0][w], share_factor(t, with, without));
            product[1][w] = v_mul(product[1][w], share_factor(t, without, with));
        }
    }
}

static inline void product_backward(const mlci_product_game *p, int64_t first, V t,
                                    V product[2][SHARE_WIDE], const double *kept)
{
    const mlci_share_game *const g = &p->game;
    kept += 2 * SHARE_WIDE * VL * g->n_apart;
    for (int64_t k = g->n_apart - 1; k >= 0; k--) {
        const int64_t at = g->feature[k] * g->n_lanes + first;
        kept -= 2 * SHARE_WIDE * VL;
        for (int w = 0; w < SHARE_WIDE; w++) {
            const V with = v_load(p->with + at + w * VL);
            const V without = v_load(p->without + at + w * VL);
            double *const share = g->shares + at + w * VL;
            const V one = v_mul(v_load(kept + 2 * w * VL), product[0][w]);
            const V rest = v_fma(v_load(kept + (2 * w + 1) * VL), product[1][w], one);
            v_store(share, v_fma(rest, v_sub(with, without), v_load(share)));
            product[0][w] = v_mul(product[0][w], share_factor(t, with, without));
            product[1][w] = v_mul(product[1][w], share_factor(t, without, with));
        }
    }
}

static void product_shares(const mlci_product_game *p)
{
    const mlci_share_game *const g = &p->game;
    for (int64_t first = 0; first < g->n_lanes; first += SHARE_WIDE * VL) {
        for (int32_t q = 0; 2 * q < g->n_nodes; q++) {
            const V t = v_set(g->nodes[q]), weight = v_set(g->weight * g->weights[q]);
            const int is_middle = 2 * q + 1 == g->n_nodes;
            V before[2][SHARE_WIDE], after[2][SHARE_WIDE];
            for (int w = 0; w < SHARE_WIDE; w++) {
                before[0][w] = v_mul(weight, v_load(p->whole + first + w * VL));
                before[1][w] = is_middle ? v_set(0) : before[0][w];
                after[0][w] = after[1][w] = v_set(1);
            }
            product_forward(p, first, t, before, g->memory);
            product_backward(p, first, t, after, g->memory);
        }
    }
}

/* ---- powers ------------------------------------------------------------------------------- */

/* The product of two series up to order n - 1, whose terms of orders 0 and 1 are 1 and 0. out may
 * be a. */
static inline void series_product(int32_t n, const V *a, const V *b, V *out)
{
    for (int32_t r = n - 1; r >= 2; r--) {
        V sum = v_add(a[r], b[r]);
        for (int32_t i = 2; i <= r - 2; i++)
            sum = v_fma(a[i], b[r - i], sum);
        out[r] = sum;
    }
}

/* The series of a feature. */
static inline void series_of_step(int32_t n, const double *spread, V step, V *out)
{
    V power = step;
    for (int32_t r = 2; r < n; r++) {
        power = v_mul(power, step);
        out[r] = v_mul(v_set(spread[r]), power);
    }
}

static inline void series_clear(int32_t n, V *out)
{
    for (int32_t r = 0; r < n; r++)
        out[r] = v_set(r == 0);
}

/* The mean of ((c + step + R)^n - (c + R)^n) / step, where R has these central moments. */
static inline V power_difference(const mlci_power_game *p, V c, V step, const V *moments)
{
    const int32_t n = p->degree;
    const V with = v_add(c, step);
    V difference = v_set(1), power = v_set(1), sum = v_set(0);
    for (int32_t r = n - 1; r >= 0; r--) {
        sum = v_fma(v_mul(v_set(p->factors[r]), moments[r]), difference, sum);
        power = v_mul(power, c);
        difference = v_fma(with, difference, power);
    }
    return sum;
}

static inline V power_step(const mlci_power_game *p, int64_t first, int64_t k)
{
    return v_mul(v_set(p->steps[k]),
                 v_load(p->points + p->game.feature[k] * p->game.n_lanes + first));
}

static inline void power_node(const mlci_power_game *p, int64_t first, int32_t q, V all)
{
    const mlci_share_game *const g = &p->game;
    const int32_t n = p->degree;
    const double *const spread = p->spread + (int64_t)q * n;
    const V t = v_set(g->nodes[q]), weight = v_set(g->weight * g->weights[q]);
    V *const kept = (V *)(void *)g->memory, *const before = kept + g->n_apart * n;
    V *const after = before + n, *const moments = after + n, *const one = moments + n;
    series_clear(n, before);
    series_clear(n, after);
    series_clear(n, moments);
    for (int64_t k = 0; k < g->n_apart; k++) {
        for (int32_t r = 2; r < n; r++)
            kept[k * n + r] = before[r];
        series_of_step(n, spread, power_step(p, first, k), one);
        series_product(n, before, one, before);
    }
    const V start = v_load(p->start + first);
    for (int64_t k = g->n_apart - 1; k >= 0; k--) {
        const V step = power_step(p, first, k);
        double *const share = g->shares + g->feature[k] * g->n_lanes + first;
        series_product(n, kept + k * n, after, moments);
        const V mean = v_fma(t, v_sub(all, step), start);
        const V change = v_mul(power_difference(p, mean, step, moments), step);
        v_store(share, v_fma(weight, change, v_load(share)));
        series_of_step(n, spread, step, one);
        series_product(n, after, one, after);
    }
}

static void power_shares(const mlci_power_game *p)
{
    const mlci_share_game *const g = &p->game;
    for (int64_t first = 0; first < g->n_lanes; first += VL) {
        V all = v_set(0);
        for (int64_t k = 0; k < g->n_apart; k++)
            all = v_add(all, power_step(p, first, k));
        for (int32_t q = 0; q < g->n_nodes; q++)
            power_node(p, first, q, all);
    }
}
