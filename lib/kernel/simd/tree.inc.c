/* Kernels of the tree engine that are written once; the unit has included its own
 * code_among_many, find_buckets, code_buckets, find_other and part_rows (tree_rows_*.h) before. */

#define FEW_THRESHOLDS 6 /* that are compared one by one */

static inline V few_codes(const double *thresholds, int32_t n_thresholds, V x)
{
    V code = v_set(1);
    for (int32_t b = 0; b < n_thresholds; b++)
        code = v_add(code, v_keep(v_less(v_set(thresholds[b]), x), v_set(1)));
    return v_keep(v_equal(x, x), code);
}

static inline void code_among_few(const double *thresholds, int32_t n_thresholds, int64_t n,
                                  const double *x, uint8_t *codes)
{
    int64_t i = 0;
    for (; i + VL <= n; i += VL)
        v_store_bytes(codes + i, few_codes(thresholds, n_thresholds, v_load(x + i)));
    if (i == n) return;
    uint8_t last[VL];
    v_store_bytes(last, few_codes(thresholds, n_thresholds, v_load_first(x + i, n_first(n - i))));
    for (int64_t k = 0; i < n; i++, k++)
        codes[i] = last[k];
}

static void code_numbers(const double thresholds[MLCI_THRESHOLDS], int64_t n, const double *x,
                         uint8_t *codes)
{
    int32_t n_thresholds = 0;
    while (n_thresholds <= FEW_THRESHOLDS && thresholds[n_thresholds] < INFINITY)
        n_thresholds++;
    if (n_thresholds <= FEW_THRESHOLDS)
        code_among_few(thresholds, n_thresholds, n, x, codes);
    else
        code_among_many(thresholds, n, x, codes);
}

/* The finalizer of splitmix64 (Steele, Lea, Flood 2014) over a counter: full avalanche. */
static inline uint64_t tree_hash(uint64_t key, uint64_t index)
{
    uint64_t z = key + index * 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

/* Nearest integer, ties to even, of |x| <= 2^30: the low bits of x + 1.5 * 2^52. */
static inline int32_t tree_round(double x)
{
    const double shifted = x + 6755399441055744.0;
    uint64_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    return (int32_t)(uint32_t)bits;
}

static inline void round_row(const mlci_gradient_rounding *r, uint64_t random, double g, double h,
                             int32_t *fine, uint32_t *coarse)
{
    const int32_t fine_g = tree_round(g * r->g_factor);
    const int32_t fine_h = tree_round(h * r->h_factor);
    const int32_t low_g = (int32_t)(random & ((1u << r->g_shift) - 1));
    const int32_t low_h = (int32_t)(random >> 32 & ((1u << r->h_shift) - 1));
    const int32_t coarse_g = (fine_g + low_g) >> r->g_shift;
    const int32_t coarse_h = (fine_h + low_h) >> r->h_shift;
    fine[0] = fine_g;
    fine[1] = fine_h;
    *coarse = (uint32_t)coarse_g << 16 | (uint32_t)(coarse_h > 1 ? coarse_h : 1);
}

static void round_gradients(const mlci_gradient_rounding *rounding, int64_t n, const double *g,
                            const double *h, int32_t *fine, uint32_t *coarse)
{
    const mlci_gradient_rounding r = *rounding;
    if (r.row_index != NULL) {
        for (int64_t i = 0; i < n; i++)
            round_row(&r, tree_hash(r.key, (uint64_t)r.row_index[i]), g[i], h[i], fine + 2 * i,
                      coarse + i);
        return;
    }
    for (int64_t i = 0; i < n; i++)
        round_row(&r, tree_hash(r.key, (uint64_t)(r.first + i)), g[i], h[i], fine + 2 * i,
                  coarse + i);
}

/* A code and a pointer are all that an addition needs. Vectors of places would cost 1.5 times as
 * much: what is stored 64 bytes wide and loaded 4 at a time waits. */
static inline void add_to_cells(uint64_t *const *cells, const uint8_t *codes, int32_t width,
                                uint64_t add)
{
    int32_t u = 0;
    for (; u + 4 <= width; u += 4) {
        cells[u][codes[u]] += add;
        cells[u + 1][codes[u + 1]] += add;
        cells[u + 2][codes[u + 2]] += add;
        cells[u + 3][codes[u + 3]] += add;
    }
    for (; u < width; u++)
        cells[u][codes[u]] += add;
}

/* Features of 256 codes each, one after the other: not even a pointer. A fifth less. */
static inline void add_to_full_cells(uint64_t *cells, const uint8_t *codes, int32_t width,
                                     uint64_t add)
{
    int32_t u = 0;
    for (; u + 4 <= width; u += 4, cells += 4 * 256) {
        cells[codes[u]] += add;
        cells[256 + codes[u + 1]] += add;
        cells[512 + codes[u + 2]] += add;
        cells[768 + codes[u + 3]] += add;
    }
    for (; u < width; u++, cells += 256)
        cells[codes[u]] += add;
}

/* sign: 0 adds, all bits subtract. */
static inline void add_signed_rows(const mlci_code_rows *data, const uint32_t *coarse,
                                   const uint32_t *rows, int64_t n, uint64_t sign, uint64_t *cells)
{
    uint64_t *first[MLCI_MAX_ROW_CODES];
    int is_full = 1;
    for (int32_t u = 0; u < data->width; u++) {
        first[u] = cells + data->first_cell[u];
        is_full &= first[u] == first[0] + 256 * u;
    }
    for (int64_t i = 0; i < n; i++) {
        const uint32_t next = rows[i + ROWS_AHEAD < n ? i + ROWS_AHEAD : n - 1];
        const uint8_t *const codes = data->codes + rows[i] * data->stride;
        const uint64_t add = (cell_of_coarse(coarse[rows[i]]) ^ sign) - sign;
        __builtin_prefetch(data->codes + next * data->stride);
        __builtin_prefetch(coarse + next);
        if (is_full)
            add_to_full_cells(first[0], codes, data->width, add);
        else
            add_to_cells(first, codes, data->width, add);
    }
}

static void add_rows(const mlci_code_rows *data, const uint32_t *coarse, const uint32_t *rows,
                     int64_t n, uint64_t *cells)
{
    add_signed_rows(data, coarse, rows, n, 0, cells);
}

static void subtract_rows(const mlci_code_rows *data, const uint32_t *coarse, const uint32_t *rows,
                          int64_t n, uint64_t *cells)
{
    add_signed_rows(data, coarse, rows, n, UINT64_MAX, cells);
}

static void sum_fine(const int32_t *fine, const uint32_t *rows, int64_t n, int64_t sum[2])
{
    enum { AHEAD = 32 };
    int64_t g = 0, h = 0;
    for (int64_t i = 0; i < n; i++) {
        const int32_t *const pair = fine + 2 * (int64_t)rows[i];
        __builtin_prefetch(fine + 2 * (int64_t)rows[i + AHEAD < n ? i + AHEAD : n - 1]);
        g += pair[0];
        h += pair[1];
    }
    sum[0] = g;
    sum[1] = h;
}

/* n_lanes is a constant where it is 1, else a multiple of MLCI_LANES. */
static inline void add_cells(const mlci_cell_rows *data, int32_t n_lanes, const uint32_t *coarse,
                             const uint32_t *rows, int64_t n, uint64_t *cells)
{
    for (int64_t i = 0; i < n; i++) {
        const int64_t row = rows[i], next = rows[i + ROWS_AHEAD < n ? i + ROWS_AHEAD : n - 1];
        __builtin_prefetch(data->cells + data->first[next]);
        __builtin_prefetch(coarse + next * n_lanes);
        for (int64_t e = data->first[row]; e < data->first[row + 1]; e++) {
            const uint32_t cell = data->cells[e];
            if (cell - data->low >= data->n) continue;
            if (n_lanes == 1) cells[cell] += cell_of_coarse(coarse[row]);
            for (int32_t k = 0; n_lanes > 1 && k < n_lanes; k += MLCI_LANES) {
                eight_cells add;
                cells_of_coarse(coarse + row * n_lanes + k, &add);
                *(eight_cells *)(void *)(cells + (int64_t)cell * n_lanes + k) += add;
            }
        }
    }
}

static void add_cell_rows(const mlci_cell_rows *data, int32_t n_lanes, const uint32_t *coarse,
                          const uint32_t *rows, int64_t n, uint64_t *cells)
{
    if (n_lanes == 1)
        add_cells(data, 1, coarse, rows, n, cells);
    else
        add_cells(data, n_lanes, coarse, rows, n, cells);
}

/* Scores of one vector of cuts. A division costs more than all the rest, so cuts that stay below
 * `bound` times the denominator, by more than rounding can do, are not divided. */
static inline V score_vector(const mlci_cut_limits *r, V bound, V gl, V hl, V wl)
{
    const V hr = v_sub(v_set(r->h), hl), wr = v_sub(v_set(r->weight), wl), none = v_set(-1);
    const M fits = m_and(v_less_equal(v_set(r->min_hessian), v_min(hl, hr)),
                         v_less_equal(v_set(r->min_weight), v_min(wl, wr)));
    if (!m_any(fits)) return none;
    const V gr = v_sub(v_set(r->g), gl);
    const V a = v_add(hl, v_set(r->l2)), c = v_add(hr, v_set(r->l2)), below = v_mul(a, c);
    const V above = v_add(v_mul(v_mul(gl, gl), c), v_mul(v_mul(gr, gr), a));
    const M possible = m_and(fits, v_less(v_mul(bound, below), above));
    return m_any(possible) ? v_select(possible, v_div(above, below), none) : none;
}

static double score_cuts(const mlci_cut_limits *limits, int64_t n, const double *g, const double *h,
                         const double *weight, double *score)
{
    const mlci_cut_limits r = *limits;
    const V bound = v_set(r.least_score > 0 ? r.least_score * (1 - 1e-9) : 0);
    V top = v_set(-1);
    for (int64_t i = 0; i < n; i += VL) {
        const N present = n_first(n - i);
        const V hl = v_load_first(h + i, present);
        const V wl =
            weight == NULL ? v_mul(hl, v_set(r.weight_of_h)) : v_load_first(weight + i, present);
        const V s = score_vector(&r, bound, v_load_first(g + i, present), hl, wl);
        v_store_first(score + i, present, s);
        top = v_max(s, top);
    }
    return v_highest(top);
}

static int64_t find_value(int64_t n, const double *values, double value)
{
    int64_t i = 0;
    while (n - i > VL && !m_any(v_equal(v_load(values + i), v_set(value))))
        i += VL;
    while (values[i] != value)
        i++;
    return i;
}

/* By halves, without a branch in a word. */
static int32_t find_bit(const uint64_t words[MLCI_CELL_WORDS], int64_t i)
{
    int32_t w = 0, place = 0, left = (int32_t)i;
    for (; left >= __builtin_popcountll(words[w]); w++)
        left -= __builtin_popcountll(words[w]);
    for (int32_t width = 32; width > 0; width /= 2) {
        const uint64_t half = words[w] >> place & (((uint64_t)1 << width) - 1);
        const int32_t n = __builtin_popcountll(half), is_above = left >= n;
        left -= is_above ? n : 0;
        place += is_above ? width : 0;
    }
    return 64 * w + place;
}

/* The best cut that each lane has seen. */
typedef struct cut_tops {
    V score, at, g, h;
} cut_tops;

/* Which of the cuts after running sums are in range and may reach a score. With T = h + 2 l2 of the
 * node, a = h_L + l2, c = h_R + l2 and d = g_L - a g / T, a score is g^2 / T + d^2 T / (a c): it is
 * d^2 > least a c, where least is (score - g^2 / T) / T, without a division. Rounding moves
 * d^2 T / (a c) by no more than 2^-51 sqrt(max(a, c) / min(a, c)) <= 2^-35 of the score, as h of
 * packed cells is from 1/2 to 2^31; least is of a score that is lower by more than that. */
static inline int may_be_best(const mlci_cell_limits *r, double slope, double least, I sums)
{
    const V hl = v_low_words(sums), gl = v_high_words(sums);
    const V a = v_add(hl, v_set(r->l2)), c = v_add(v_sub(v_set(r->h), hl), v_set(r->l2));
    const V d = v_sub(gl, v_mul(a, v_set(slope)));
    const M fits = m_and(v_less_equal(v_set(r->least_h), hl), v_less_equal(hl, v_set(r->most_h)));
    return m_any(m_and(fits, v_less(v_mul(v_mul(a, c), v_set(least)), v_mul(d, d))));
}

/* Scores of the cuts after sums, which are the cuts from `first` on. */
static inline void take_cuts(const mlci_cell_limits *r, int64_t first, I sums, cut_tops *tops)
{
    const V hl = v_low_words(sums), gl = v_high_words(sums);
    const V hr = v_sub(v_set(r->h), hl), gr = v_sub(v_set(r->g), gl);
    const V a = v_add(hl, v_set(r->l2)), c = v_add(hr, v_set(r->l2));
    const M fits = m_and(v_less_equal(v_set(r->least_h), hl), v_less_equal(hl, v_set(r->most_h)));
    const V above = v_add(v_mul(v_mul(gl, gl), c), v_mul(v_mul(gr, gr), a));
    const V score = v_div(above, v_mul(a, c));
    const M better = m_and(fits, v_less(tops->score, score));
    tops->score = v_select(better, score, tops->score);
    tops->at = v_select(better, v_set((double)first), tops->at);
    tops->g = v_select(better, gl, tops->g);
    tops->h = v_select(better, hl, tops->h);
}

/* The best of all lanes, the first among equals. */
static inline int64_t join_tops(const cut_tops *tops, mlci_cell_cut *best)
{
    double score[VL], at[VL], g[VL], h[VL];
    int top = 0;
    v_store(score, tops->score);
    v_store(at, v_add(tops->at, v_lane_numbers()));
    v_store(g, tops->g);
    v_store(h, tops->h);
    for (int k = 1; k < VL; k++)
        if (score[k] > score[top] || (score[k] == score[top] && at[k] < at[top])) top = k;
    *best = (mlci_cell_cut){.score = score[top], .g = g[top], .h = h[top]};
    return (int64_t)at[top];
}

/* Two passes over the running sums, as what may be the best is rarely guessed right. */
static int32_t find_cut(const mlci_cell_limits *limits, const uint64_t *cells, int64_t n,
                        const int64_t start[2], mlci_cell_cut *best)
{
    const mlci_cell_limits r = *limits;
    const double all = r.h + 2 * r.l2, slope = r.g / all, own = r.g * slope;
    const double least = (r.least_score * (1 - 1e-9) - own) / all;
    uint64_t sums[64 * MLCI_CELL_WORDS + 8], present[MLCI_CELL_WORDS];
    int32_t places[64 * MLCI_CELL_WORDS], n_places = 0;
    const int64_t kept = keep_all_cells(cells, n, sums, present);
    I before = i_set(((uint64_t)start[0] << 32) + (uint64_t)start[1]);
    i_store(sums + kept, i_set(0)); /* cuts after these are the last one once more */
    for (int64_t i = 0; i < kept; i += VL) {
        const I some = run_cells(i_load(sums + i), &before);
        i_store(sums + i, some);
        places[n_places] = (int32_t)i;
        n_places += may_be_best(&r, slope, least, some) != 0;
    }
    if (n_places == 0) return 0;
    cut_tops tops = {.score = v_set(-1), .at = v_set(0), .g = v_set(0), .h = v_set(0)};
    for (int32_t p = 0; p < n_places; p++)
        take_cuts(&r, places[p], i_load(sums + places[p]), &tops);
    const int64_t at = join_tops(&tops, best);
    if (best->score < r.least_score) return 0;
    best->cell = find_bit(present, at);
    return 1;
}

/* Out is often one of the others, which keeps a compiler from seeing that it may. */
static void subtract_cells(int64_t n, const uint64_t *all, const uint64_t *part, uint64_t *out)
{
    int64_t i = 0;
    for (; i + 8 <= n; i += 8) {
        *(eight_cells *)(void *)(out + i) = *(const eight_cells *)(const void *)(all + i) -
                                            *(const eight_cells *)(const void *)(part + i);
    }
    for (; i < n; i++)
        out[i] = all[i] - part[i];
}

/* Keys that are equal have equally many below them: those seen before count too. */
static void order_keys(int64_t n, const uint32_t *keys, uint32_t *order)
{
    uint32_t below[MLCI_MOST_ORDERED];
    uint8_t seen[MLCI_MOST_ORDERED] = {0};
    count_keys_below(n, keys, below);
    for (int64_t i = 0; i < n; i++)
        order[below[i] + seen[below[i]]++] = (uint32_t)i;
}

const mlci_tree_kernels VECTOR_TREE_TABLE = {
    .isa = VECTOR_ISA,
    .code_numbers = code_numbers,
    .find_buckets = find_buckets,
    .code_buckets = code_buckets,
    .find_other = find_other,
    .round_gradients = round_gradients,
    .add_rows = add_rows,
    .subtract_rows = subtract_rows,
    .add_cell_rows = add_cell_rows,
    .part_rows = part_rows,
    .sum_fine = sum_fine,
    .running_sums = running_sums,
    .score_cuts = score_cuts,
    .find_cut = find_cut,
    .find_value = find_value,
    .find_bit = find_bit,
    .subtract_cells = subtract_cells,
    .add_lane_rows = add_lane_rows,
    .score_lane_cuts = score_lane_cuts,
    .shap_tree = shap_tree,
    .order_keys = order_keys,
};
