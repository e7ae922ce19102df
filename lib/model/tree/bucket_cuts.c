/* A map from numbers to buckets that rises with them and spreads a sample evenly; a counting sort
 * of the rows by bucket; then the greedy cuts (bin_cuts.h) bucket by bucket. A bucket in which no
 * bin can end is taken as a whole, the values of others are sorted. Nothing of the outcome depends
 * on the map, which only says how much there is to sort. O(rows), a third of a sort. */
#include "bucket_cuts.h"

#include <string.h>

#include "bin_cuts.h"
#include "order_key.h"

#define SAMPLE_ROWS 2048

mlc_status mlci_bucket_cuts_create(mlci_root *root, int64_t n_rows, mlci_bucket_cuts **out,
                                   mlc_error *err)
{
    mlci_bucket_cuts *const b = mlci_alloc(root, 1, sizeof *b);
    if (b == NULL) return mlci_fail_memory(err, 1, sizeof *b);
    b->buckets = mlci_alloc_raw(root, n_rows, sizeof *b->buckets);
    b->rows = mlci_alloc_raw(root, n_rows, sizeof *b->rows);
    if (b->buckets == NULL || b->rows == NULL) {
        mlci_bucket_cuts_free(b);
        return mlci_fail_memory(err, n_rows, sizeof *b->rows);
    }
    *out = b;
    return MLC_OK;
}

void mlci_bucket_cuts_free(mlci_bucket_cuts *b)
{
    if (b == NULL) return;
    mlci_free(b->buckets);
    mlci_free(b->rows);
    mlci_free(b);
}

/* ---- the map ------------------------------------------------------------------------------ */

/* Distances of sampled values from the least, which is map->low; returns how many. */
static int64_t sample_values(const mlci_column_values *v, mlci_bucket_map *map, uint64_t *distance)
{
    uint64_t low = UINT64_MAX, high = 0;
    int64_t n = 0;
    for (int64_t k = 0; k < SAMPLE_ROWS; k++) {
        const double x = v->x[k * v->n / SAMPLE_ROWS];
        if (x != x) continue;
        distance[n] = mlci_key_of_number(x);
        if (distance[n] < low) low = distance[n];
        if (distance[n] > high) high = distance[n];
        n++;
    }
    for (int64_t k = 0; k < n; k++)
        distance[k] -= low;
    map->low = low;
    map->span = n > 0 ? high - low : 0;
    return n;
}

/* Cells of equal width in keys, each cut into as many buckets as the sample says: two for each of
 * its values there, rounded up to a power of two. */
static void make_map(const mlci_column_values *v, mlci_bucket_map *map)
{
    uint64_t distance[SAMPLE_ROWS];
    uint32_t count[MLCI_BUCKET_CELLS] = {0}, next = 0;
    const int64_t n = sample_values(v, map, distance);
    map->cell_shift = 0;
    while (map->span >> map->cell_shift >= MLCI_BUCKET_CELLS)
        map->cell_shift++;
    for (int64_t k = 0; k < n; k++)
        count[distance[k] >> map->cell_shift]++;
    for (uint32_t c = 0; c < MLCI_BUCKET_CELLS; c++) {
        int32_t bits = 0;
        while (bits < map->cell_shift && (uint32_t)1 << bits < 2 * count[c])
            bits++;
        /* The low 16 bits of a shifted distance start from c << bits in this cell. */
        map->cells[c] = (next - (c << bits)) << 16 | (uint32_t)(map->cell_shift - bits);
        next += (uint32_t)1 << bits;
    }
    map->of_nan = (uint16_t)next;
}

/* ---- rows by bucket ----------------------------------------------------------------------- */

static int counts_plainly(const mlci_column_values *v)
{
    return v->rows->position == NULL && v->rows->weight == NULL && v->n <= v->rows->n_train;
}

static int64_t place_of(const mlci_column_values *v, int64_t row)
{
    return v->rows->position == NULL ? row : v->rows->position[row];
}

static int64_t weight_of(const mlci_column_values *v, int64_t row)
{
    return v->rows->weight == NULL ? 1 : v->rows->weight[place_of(v, row)];
}

/* Rows of each bucket, which are in first[bucket + 1] then, and their weights. */
static void weigh_buckets(mlci_bucket_cuts *b, const mlci_column_values *v)
{
    uint32_t *const count = b->first + 1;
    memset(b->first, 0, sizeof b->first);
    memset(b->weight, 0, sizeof b->weight);
    for (int64_t i = 0; counts_plainly(v) && i < v->n; i++)
        count[b->buckets[i]]++;
    for (int64_t i = 0; !counts_plainly(v) && i < v->n; i++) {
        if (place_of(v, i) >= v->rows->n_train) continue;
        count[b->buckets[i]]++;
        b->weight[b->buckets[i]] += weight_of(v, i);
    }
    for (int32_t k = 0; counts_plainly(v) && k < b->map.of_nan; k++)
        b->weight[k] = count[k];
    b->weight[b->map.of_nan] = 0;
}

static void deal_rows(mlci_bucket_cuts *b, const mlci_column_values *v)
{
    uint32_t *const next = b->codes.code; /* whose time comes later */
    weigh_buckets(b, v);
    for (int32_t k = 0; k <= b->map.of_nan; k++) {
        next[k] = b->first[k];
        b->first[k + 1] += b->first[k];
    }
    for (int64_t i = 0; counts_plainly(v) && i < v->n; i++)
        b->rows[next[b->buckets[i]]++] = (uint32_t)i;
    for (int64_t i = 0; !counts_plainly(v) && i < v->n; i++)
        if (place_of(v, i) < v->rows->n_train) b->rows[next[b->buckets[i]]++] = (uint32_t)i;
}

/* ---- cuts --------------------------------------------------------------------------------- */

/* A walk over the buckets. */
typedef struct walk {
    const mlci_bucket_cuts *b;
    const mlci_column_values *v;
    mlci_sort_memory *memory;
    mlci_cutter cutter;
    mlci_bin_rule *rule;
    int32_t max_bins;
} walk;

static int32_t next_bucket(const mlci_bucket_cuts *b, int32_t bucket)
{
    do
        bucket++;
    while (bucket < b->map.of_nan && b->weight[bucket] == 0);
    return bucket;
}

/* The distinct keys of a bucket, ascending, and their weights: *n of them, in w->memory. */
static mlc_status sort_bucket(const walk *w, int32_t bucket, int64_t *n, mlc_error *err)
{
    const uint32_t *const rows = w->b->rows + w->b->first[bucket];
    const int64_t n_rows = w->b->first[bucket + 1] - w->b->first[bucket];
    const int with_weights = w->v->rows->weight != NULL;
    MLCI_TRY(mlci_sort_reserve(w->memory, n_rows, with_weights, err));
    mlci_key_sort *const sort = &w->memory->sort;
    for (int64_t i = 0; i < n_rows; i++) {
        sort->keys[i] = mlci_key_of_number(w->v->x[rows[i]]);
        if (with_weights) sort->payload[i] = weight_of(w->v, rows[i]);
    }
    if (n_rows <= MLCI_FEW_KEYS)
        mlci_sort_few_keys(sort->keys, with_weights ? sort->payload : NULL, n_rows);
    else
        mlci_sort_keys(sort, n_rows, with_weights);
    *n = mlci_join_equal_keys(sort, n_rows, with_weights);
    return MLC_OK;
}

/* The least key of a bucket; returns its weight. */
static int64_t first_value(const walk *w, int32_t bucket, uint64_t *key)
{
    int64_t weight = 0;
    *key = UINT64_MAX;
    for (uint32_t i = w->b->first[bucket]; i < w->b->first[bucket + 1]; i++) {
        const uint64_t own = mlci_key_of_number(w->v->x[w->b->rows[i]]);
        if (own > *key) continue;
        if (own < *key) weight = 0;
        *key = own;
        weight += weight_of(w->v, w->b->rows[i]);
    }
    return weight;
}

static mlc_status walk_values(walk *w, int32_t bucket, int32_t next, mlc_error *err)
{
    int64_t n;
    MLCI_TRY(sort_bucket(w, bucket, &n, err));
    const mlci_key_sort *const sort = &w->memory->sort;
    for (int64_t i = 0; i < n && w->rule->n_bins < w->max_bins; i++) {
        uint64_t next_key;
        int64_t next_weight;
        if (i + 1 < n) {
            next_key = sort->keys[i + 1];
            next_weight = sort->payload[i + 1];
        } else {
            if (next == w->b->map.of_nan) break; /* nothing comes after the last value */
            next_weight = first_value(w, next, &next_key);
        }
        if (mlci_cutter_add(&w->cutter, sort->payload[i], mlci_is_heavy(&w->cutter, next_weight)))
            mlci_rule_cut(w->rule, sort->keys[i], next_key);
    }
    return MLC_OK;
}

/* Can a bin end in a bucket? */
static int may_cut(const walk *w, int32_t bucket, int32_t next)
{
    const int64_t weight = w->b->weight[bucket], after = w->cutter.current + weight;
    uint64_t key;
    if (mlci_is_heavy(&w->cutter, weight) || mlci_cutter_is_full(&w->cutter, after, 0)) return 1;
    if (!mlci_cutter_is_full(&w->cutter, after, 1)) return 0;
    return next < w->b->map.of_nan && mlci_is_heavy(&w->cutter, w->b->weight[next]) &&
           mlci_is_heavy(&w->cutter, first_value(w, next, &key));
}

/* Heavy values are in buckets that are heavy. */
static mlc_status tell_heavy_values(walk *w, mlc_error *err)
{
    for (int32_t k = next_bucket(w->b, -1); k < w->b->map.of_nan; k = next_bucket(w->b, k)) {
        int64_t n;
        if (!mlci_is_heavy(&w->cutter, w->b->weight[k])) continue;
        MLCI_TRY(sort_bucket(w, k, &n, err));
        for (int64_t i = 0; i < n; i++)
            if (mlci_is_heavy(&w->cutter, w->memory->sort.payload[i]))
                mlci_cutter_tell_heavy(&w->cutter, w->memory->sort.payload[i]);
    }
    mlci_cutter_aim(&w->cutter);
    return MLC_OK;
}

static mlc_status walk_buckets(walk *w, mlc_error *err)
{
    const mlci_bucket_cuts *const b = w->b;
    int64_t total = 0;
    for (int32_t k = 0; k < b->map.of_nan; k++)
        total += b->weight[k];
    w->cutter = mlci_cutter_start(total, w->max_bins, w->v->rows->unit);
    MLCI_TRY(tell_heavy_values(w, err));
    mlci_rule_clear(w->rule, 1);
    for (int32_t k = next_bucket(b, -1), next; k < b->map.of_nan; k = next) {
        next = next_bucket(b, k);
        if (w->rule->n_bins >= w->max_bins) break;
        if (may_cut(w, k, next))
            MLCI_TRY(walk_values(w, k, next, err));
        else
            mlci_cutter_fill(&w->cutter, b->weight[k]);
    }
    return MLC_OK;
}

mlc_status mlci_bucket_cuts_find(mlci_bucket_cuts *b, const mlci_tree_kernels *kernels,
                                 const mlci_column_values *v, int32_t max_bins,
                                 mlci_sort_memory *memory, mlci_bin_rule *rule, mlc_error *err)
{
    walk w = {.b = b, .v = v, .memory = memory, .rule = rule, .max_bins = max_bins};
    make_map(v, &b->map);
    kernels->find_buckets(&b->map, v->n, v->x, b->buckets);
    deal_rows(b, v);
    return walk_buckets(&w, err);
}

/* ---- codes -------------------------------------------------------------------------------- */

int mlci_bucket_cuts_codes(mlci_bucket_cuts *b, const mlci_bin_rule *rule)
{
    const double none = rule->thresholds[MLCI_THRESHOLDS - 1]; /* infinite */
    uint32_t code = 1;
    for (int32_t k = 0; k <= b->map.of_nan; k++)
        b->codes.threshold[k] = none;
    for (int32_t t = 0; t + 1 < rule->n_bins; t++) {
        double *const own = &b->codes.threshold[mlci_bucket_of(&b->map, rule->thresholds[t])];
        if (*own != none) return 0;
        *own = rule->thresholds[t];
    }
    for (int32_t k = 0; k < b->map.of_nan; k++) {
        b->codes.code[k] = code;
        code += b->codes.threshold[k] != none;
    }
    b->codes.code[b->map.of_nan] = 0;
    return 1;
}
