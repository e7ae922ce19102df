/* Exclusive bundles after LightGBM (Ke et al. 2017) without its budget of conflicts, then joint
 * ones: bundles of few codes as digits of one number below 256.
 *
 * Exclusive bundling is greedy by rows away from the most frequent code, more first; each bundle
 * remembers its rows as bits. Only what a histogram costs depends on the outcome, never a result.
 * O(rows away from the most frequent code x bundles tried). */
#include "bundle.h"

#include <stdlib.h>
#include <string.h>

#define SAMPLE_ROWS 4096
#define MOST_DEFAULT_OUT 0.5 /* share of a sample away from the most frequent code */
#define MOST_TRIES 64        /* bundles a feature is tried with */
#define MOST_JOINT 128       /* codes of a digit */
#define LEAST_ROWS 8192      /* below, joint codes cost more cells than they save additions */
#define LEAST_SPARSE 8       /* bundles worth a list of cells a row */
#define LEAST_COMMON 5       /* of so many rows, one may be listed */

/* A used feature before it has a place. */
typedef struct candidate {
    int32_t used, n_codes;        /* codes that occur in training */
    int32_t common;               /* the most frequent of a sample */
    int64_t n_other;              /* rows with another code */
    int32_t bundle;               /* exclusive bundle; -1: none */
    uint8_t rank[MLCI_BIN_CODES]; /* of a code that occurs, `common` first */
} candidate;

/* Features with ranges of one number; one feature too. */
typedef struct exclusive {
    int32_t n_codes;
    int32_t first;    /* least used feature */
    int64_t n_away;   /* rows that have not all common codes */
    int32_t is_dense; /* its cells cannot be listed row by row, or shall not */
    uint64_t *rows;
} exclusive;

typedef struct search {
    mlci_root *root;
    mlci_binned *binned;
    int64_t n_words;
    candidate *candidates; /* one a used feature */
    candidate **order;
    exclusive *exclusives;
    int32_t n_exclusive;
    int64_t n_away;
    uint32_t *away; /* rows of one feature with another code, at most half of all */
} search;

/* ---- features ----------------------------------------------------------------------------- */

/* The most frequent code of a sample and how often another one is there. */
static int32_t sample_common(const mlci_binned *binned, const uint8_t *codes, double *other)
{
    int32_t count[MLCI_BIN_CODES] = {0}, best = 0, n = 0;
    const int64_t step = binned->n_rows / SAMPLE_ROWS + 1;
    for (int64_t i = 0; i < binned->n_rows; i += step, n++)
        count[codes[i]]++;
    for (int32_t c = 1; c < MLCI_BIN_CODES; c++)
        if (count[c] > count[best]) best = c;
    *other = 1 - (double)count[best] / (double)n;
    return best;
}

/* Are the eight codes at `codes` all `common`? Most are in sparse columns. */
static int is_common_octet(const uint8_t *codes, int32_t common)
{
    uint64_t octet;
    memcpy(&octet, codes, sizeof octet);
    return octet == (uint64_t)common * 0x0101010101010101u;
}

static void count_codes(const uint8_t *codes, int64_t n, int32_t common,
                        int64_t count[MLCI_BIN_CODES])
{
    for (int64_t i = 0; i < n; i++) {
        if (i + 8 <= n && is_common_octet(codes + i, common)) {
            count[common] += 8;
            i += 7;
        } else {
            count[codes[i]]++;
        }
    }
}

/* The column of a used feature among the sparse ones; -1: it is none. */
static int32_t sparse_column(const mlci_binned *binned, int32_t used)
{
    return binned->sparse->column[binned->used[used]];
}

/* The same of a feature that is sparse. */
static void count_listed_codes(const mlci_binned *b, int64_t feature, int32_t common,
                               int64_t count[MLCI_BIN_CODES])
{
    const int64_t n_appended = b->n_rows - b->first_appended;
    count[common] += b->first_appended;
    for (int64_t t = 0; t < b->sparse->n_tiles; t++) {
        const mlci_sparse_run run = mlci_sparse_run_of(b->sparse, t, b->sparse->column[feature]);
        for (int64_t k = 0; k < run.n; k++) {
            count[common]--;
            count[run.codes[k]]++;
        }
    }
    if (n_appended > 0) count_codes(b->codes[feature], n_appended, common, count);
}

/* Codes that occur get ranks: `common` 0, the others from 1 on in their order. */
static void rank_codes(const mlci_binned *binned, candidate *c)
{
    const int64_t feature = binned->used[c->used];
    int64_t count[MLCI_BIN_CODES] = {0};
    if (sparse_column(binned, c->used) >= 0)
        count_listed_codes(binned, feature, c->common, count);
    else
        count_codes(binned->codes[feature], binned->n_rows, c->common, count);
    c->n_codes = 1;
    for (int32_t code = 0; code < MLCI_BIN_CODES; code++)
        if (code != c->common && count[code] > 0) c->rank[code] = (uint8_t)c->n_codes++;
    c->n_other = binned->n_rows - count[c->common];
}

static mlc_status look_at_feature(void *arg, int64_t u, int32_t slot, mlc_error *err)
{
    const search *const s = arg;
    candidate *const c = &s->candidates[u];
    const int64_t feature = s->binned->used[u];
    const int is_sparse = sparse_column(s->binned, (int32_t)u) >= 0;
    double other = 0;
    *c = (candidate){.used = (int32_t)u, .n_codes = MLCI_BIN_CODES, .bundle = -1};
    c->common = is_sparse ? s->binned->sparse->common_code[feature]
                          : sample_common(s->binned, s->binned->codes[feature], &other);
    c->n_other = s->binned->n_rows;
    if (other <= MOST_DEFAULT_OUT || s->binned->rules[feature].n_bins < MOST_JOINT)
        rank_codes(s->binned, c);
    return MLC_OK;
}

static int compare_candidates(const void *a, const void *b)
{
    const candidate *const p = *(candidate *const *)a, *const q = *(candidate *const *)b;
    if (p->n_other != q->n_other) return p->n_other > q->n_other ? -1 : 1;
    return p->used < q->used ? -1 : 1;
}

/* ---- exclusive bundles -------------------------------------------------------------------- */

/* Rows from `first` on whose codes are other ones. */
static void list_away(search *s, const uint8_t *codes, int64_t first, int64_t n, int32_t common)
{
    for (int64_t i = 0; i < n; i++) {
        if (i + 8 <= n && is_common_octet(codes + i, common))
            i += 7;
        else if (codes[i] != common)
            s->away[s->n_away++] = (uint32_t)(first + i);
    }
}

static void list_feature_away(search *s, const candidate *c)
{
    const mlci_binned *const b = s->binned;
    const int32_t column = sparse_column(b, c->used);
    const uint8_t *const codes = b->codes[b->used[c->used]];
    s->n_away = 0;
    if (column < 0) {
        list_away(s, codes, 0, b->n_rows, c->common);
        return;
    }
    for (int64_t t = 0; t < b->sparse->n_tiles; t++) {
        const mlci_sparse_run run = mlci_sparse_run_of(b->sparse, t, column);
        for (int64_t k = 0; k < run.n; k++)
            if (run.codes[k] != c->common)
                s->away[s->n_away++] = (uint32_t)mlci_binned_place(b, run.first_row + run.rows[k]);
    }
    list_away(s, codes, b->first_appended, b->n_rows - b->first_appended, c->common);
}

static int has_conflict(const search *s, const exclusive *e)
{
    for (int64_t i = 0; i < s->n_away; i++)
        if (e->rows[s->away[i] / 64] >> s->away[i] % 64 & 1) return 1;
    return 0;
}

/* Into the first bundle without a conflict, or a new one. */
static mlc_status place_exclusive(search *s, candidate *c, mlc_error *err)
{
    const int32_t from = s->n_exclusive > MOST_TRIES ? s->n_exclusive - MOST_TRIES : 0;
    int32_t e = from;
    list_feature_away(s, c);
    while (e < s->n_exclusive && (s->exclusives[e].rows == NULL ||
                                  s->exclusives[e].n_codes + c->n_codes - 1 > MLCI_BIN_CODES ||
                                  has_conflict(s, &s->exclusives[e])))
        e++;
    exclusive *const to = &s->exclusives[e];
    c->bundle = e;
    if (e == s->n_exclusive) {
        s->n_exclusive++;
        *to = (exclusive){.n_codes = 1, .first = c->used};
        to->rows = mlci_alloc(s->root, s->n_words, sizeof *to->rows);
        if (to->rows == NULL) return mlci_fail_memory(err, s->n_words, sizeof *to->rows);
    }
    for (int64_t i = 0; i < s->n_away; i++)
        to->rows[s->away[i] / 64] |= (uint64_t)1 << s->away[i] % 64;
    to->n_codes += c->n_codes - 1;
    to->n_away += c->n_other;
    to->is_dense |= sparse_column(s->binned, c->used) < 0;
    if (c->used < to->first) to->first = c->used;
    return MLC_OK;
}

static mlc_status find_exclusives(search *s, mlc_error *err)
{
    const int32_t n_used = s->binned->n_used;
    for (int32_t u = 0; u < n_used; u++)
        s->order[u] = &s->candidates[u];
    qsort(s->order, (size_t)n_used, sizeof *s->order, compare_candidates);
    for (int32_t i = 0; i < n_used; i++) {
        candidate *const c = s->order[i];
        if (2 * c->n_other <= s->binned->n_rows) {
            MLCI_TRY(place_exclusive(s, c, err));
        } else {
            c->bundle = s->n_exclusive++;
            s->exclusives[c->bundle] =
                (exclusive){.n_codes = c->n_codes, .first = c->used, .is_dense = 1};
        }
    }
    return MLC_OK;
}

/* ---- joint bundles ------------------------------------------------------------------------ */

static int compare_exclusives(const void *a, const void *b)
{
    const exclusive *const p = *(exclusive *const *)a, *const q = *(exclusive *const *)b;
    if (p->n_codes != q->n_codes) return p->n_codes < q->n_codes ? -1 : 1;
    return p->first < q->first ? -1 : 1;
}

/* Bundle and factor of each exclusive one: digits of a number, fewest codes first. */
typedef struct digit {
    int32_t bundle, factor;
} digit;

/* Is a list of the rows away from the common code cheaper than a byte a row, of which a joint code
 * takes as many bits as codes have? An addition from the list is taken for two. */
static int is_cheaper_listed(const search *s, const exclusive *e)
{
    int32_t bits = 0;
    while (2 << bits <= e->n_codes)
        bits++;
    return !e->is_dense && LEAST_COMMON * e->n_away <= s->binned->n_rows &&
           16 * e->n_away <= bits * s->binned->n_rows;
}

/* Which exclusive bundles are dense: where few are not, all; otherwise at least the first in
 * order. */
static void choose_dense(const search *s, exclusive **order)
{
    int32_t n_sparse = 0;
    for (int32_t i = 0; i < s->n_exclusive; i++)
        n_sparse += is_cheaper_listed(s, order[i]);
    const int may_list = s->binned->n_train >= LEAST_ROWS && n_sparse >= LEAST_SPARSE;
    for (int32_t i = 0; i < s->n_exclusive; i++)
        order[i]->is_dense =
            !may_list || !is_cheaper_listed(s, order[i]) || (i == 0 && n_sparse == s->n_exclusive);
}

static void join_digits(const search *s, exclusive **order, digit *digits, int32_t *n_bundles)
{
    const int may_join = s->binned->n_train >= LEAST_ROWS;
    int32_t product = MLCI_BIN_CODES, bundle = -1;
    choose_dense(s, order);
    for (int32_t i = 0; i < s->n_exclusive; i++) {
        const int32_t n_codes = order[i]->n_codes;
        if (!order[i]->is_dense) continue;
        if (!may_join || n_codes > MOST_JOINT || product * n_codes > MLCI_BIN_CODES) {
            bundle++;
            product = 1;
        }
        digits[order[i] - s->exclusives] = (digit){bundle, product};
        product = n_codes > MOST_JOINT ? MLCI_BIN_CODES : product * n_codes;
    }
    s->binned->n_dense = bundle + 1;
    for (int32_t i = 0; i < s->n_exclusive; i++)
        if (!order[i]->is_dense) digits[order[i] - s->exclusives] = (digit){++bundle, 1};
    *n_bundles = bundle + 1;
}

/* ---- places ------------------------------------------------------------------------------- */

/* Counts features and cells of each bundle; a feature alone keeps its codes. */
static void count_bundles(const search *s, const digit *digits)
{
    mlci_binned *const b = s->binned;
    for (int32_t u = 0; u < b->n_used; u++)
        b->first_feature[digits[s->candidates[u].bundle].bundle + 1]++;
    for (int32_t i = 0; i < b->n_bundles; i++) {
        b->first_feature[i + 1] += b->first_feature[i];
        b->first_cell[i + 1] = 1;
    }
    for (int32_t e = 0; e < s->n_exclusive; e++)
        b->first_cell[digits[e].bundle + 1] *= s->exclusives[e].n_codes;
    for (int32_t u = 0; u < b->n_used; u++) {
        const int32_t i = digits[s->candidates[u].bundle].bundle;
        if (b->first_feature[i + 1] - b->first_feature[i] == 1)
            b->first_cell[i + 1] = b->rules[b->used[u]].n_bins + 1;
    }
    for (int32_t i = 0; i < b->n_bundles; i++)
        b->first_cell[i + 1] += b->first_cell[i];
}

/* Lists the cells of the codes other than `common`: every value of the other digits with each. */
static void list_entries(mlci_binned *b, mlci_bin_place *place, const candidate *c, int32_t low,
                         const digit *d, int32_t n_digit)
{
    const int32_t first = b->first_cell[place->bundle];
    const int32_t n_cells = b->first_cell[place->bundle + 1] - first;
    place->first_entry = b->n_entries;
    memset(place->code_of, place->common, sizeof place->code_of);
    for (int32_t code = 0; code < MLCI_BIN_CODES; code++) {
        if (c->rank[code] == 0) continue;
        const int32_t value = low + c->rank[code] - 1;
        place->table[code] = (uint8_t)(value * d->factor);
        for (int32_t cell = 0; cell < n_cells; cell++) {
            if (cell / d->factor % n_digit != value) continue;
            place->code_of[cell] = (uint8_t)code;
            b->entries[b->n_entries++] = (mlci_bin_entry){first + cell, (uint8_t)code};
        }
    }
    place->n_entries = (int32_t)(b->n_entries - place->first_entry);
}

static void keep_codes(mlci_bin_place *place)
{
    for (int32_t code = 0; code < MLCI_BIN_CODES; code++)
        place->table[code] = place->code_of[code] = (uint8_t)code;
}

/* The same of a feature alone, whose codes are those of the bundle. */
static void list_own_entries(mlci_binned *b, mlci_bin_place *place, const candidate *c)
{
    place->first_entry = b->n_entries;
    for (int32_t code = 0; code < MLCI_BIN_CODES; code++)
        if (c->rank[code] != 0)
            b->entries[b->n_entries++] =
                (mlci_bin_entry){b->first_cell[place->bundle] + code, (uint8_t)code};
    place->n_entries = (int32_t)(b->n_entries - place->first_entry);
}

/* All features in order: their bundles, and where they are in them. low: next value of each
 * exclusive bundle; fill: next feature of each bundle. */
static void place_features(const search *s, const digit *digits, int32_t *low, int32_t *fill)
{
    mlci_binned *const b = s->binned;
    for (int32_t u = 0; u < b->n_used; u++) {
        const candidate *const c = &s->candidates[u];
        const digit *const d = &digits[c->bundle];
        mlci_bin_place *const place = &b->places[u];
        place->bundle = d->bundle;
        place->n_codes = b->rules[b->used[u]].n_bins + 1;
        place->common = c->common;
        b->features[b->first_feature[d->bundle] + fill[d->bundle]++] = u;
        place->is_alone = b->first_feature[d->bundle + 1] - b->first_feature[d->bundle] == 1;
        if (place->is_alone) {
            keep_codes(place);
            if (d->bundle >= b->n_dense) list_own_entries(b, place, c);
            continue;
        }
        list_entries(b, place, c, low[c->bundle] + 1, d, s->exclusives[c->bundle].n_codes);
        low[c->bundle] += c->n_codes - 1;
    }
}

/* At most 256 cells a feature of a bundle. */
static mlc_status make_places(const search *s, const digit *digits, int32_t n_bundles,
                              mlc_error *err)
{
    mlci_binned *const b = s->binned;
    int32_t *const low = mlci_alloc(s->root, s->n_exclusive, sizeof *low);
    int32_t *const fill = mlci_alloc(s->root, n_bundles, sizeof *fill);
    b->n_bundles = n_bundles;
    b->first_cell = mlci_alloc(s->root, (int64_t)n_bundles + 1, sizeof *b->first_cell);
    b->first_feature = mlci_alloc(s->root, (int64_t)n_bundles + 1, sizeof *b->first_feature);
    int ok = low != NULL && fill != NULL && b->first_cell != NULL && b->first_feature != NULL;
    if (ok) {
        int64_t n_entries = 0;
        count_bundles(s, digits);
        for (int32_t u = 0; u < b->n_used; u++) {
            const int32_t i = digits[s->candidates[u].bundle].bundle;
            if (i >= b->n_dense || b->first_feature[i + 1] - b->first_feature[i] > 1)
                n_entries += b->first_cell[i + 1] - b->first_cell[i];
        }
        b->entries = mlci_alloc_raw(s->root, n_entries, sizeof *b->entries);
        ok = b->entries != NULL;
    }
    if (ok) place_features(s, digits, low, fill);
    mlci_free(low);
    mlci_free(fill);
    return ok ? MLC_OK : mlci_fail_memory(err, b->n_used, sizeof *b->entries);
}

static mlc_status join_and_place(search *s, mlc_error *err)
{
    exclusive **const order = mlci_alloc(s->root, s->n_exclusive, sizeof *order);
    digit *const digits = mlci_alloc(s->root, s->n_exclusive, sizeof *digits);
    mlc_status status = MLC_OK;
    int32_t n_bundles = 0;
    if (order == NULL || digits == NULL) {
        status = mlci_fail_memory(err, s->n_exclusive, sizeof *digits);
        goto done;
    }
    for (int32_t e = 0; e < s->n_exclusive; e++)
        order[e] = &s->exclusives[e];
    qsort(order, (size_t)s->n_exclusive, sizeof *order, compare_exclusives);
    join_digits(s, order, digits, &n_bundles);
    status = make_places(s, digits, n_bundles, err);
done:
    mlci_free(order);
    mlci_free(digits);
    return status;
}

mlc_status mlci_bundles_find(mlc_context *call, mlci_binned *b, mlc_error *err)
{
    search s = {.root = b->root, .binned = b, .n_words = b->n_rows / 64 + 1};
    mlc_status status = MLC_OK;
    s.candidates = mlci_alloc_raw(s.root, b->n_used, sizeof *s.candidates);
    s.order = mlci_alloc(s.root, b->n_used, sizeof *s.order);
    s.exclusives = mlci_alloc(s.root, b->n_used, sizeof *s.exclusives);
    s.away = mlci_alloc_raw(s.root, b->n_rows / 2 + 1, sizeof *s.away);
    b->places = mlci_alloc(s.root, b->n_used, sizeof *b->places);
    b->features = mlci_alloc(s.root, b->n_used, sizeof *b->features);
    if (s.candidates == NULL || s.order == NULL || s.exclusives == NULL || s.away == NULL ||
        b->places == NULL || b->features == NULL)
        status = mlci_fail_memory(err, b->n_used, sizeof *s.candidates);
    if (status == MLC_OK) status = mlci_parallel_for(call, b->n_used, look_at_feature, &s, err);
    if (status == MLC_OK) status = find_exclusives(&s, err);
    if (status == MLC_OK) status = join_and_place(&s, err);
    for (int32_t e = 0; s.exclusives != NULL && e < s.n_exclusive; e++)
        mlci_free(s.exclusives[e].rows);
    mlci_free(s.candidates);
    mlci_free(s.order);
    mlci_free(s.exclusives);
    mlci_free(s.away);
    return status;
}

/* ---- columns ------------------------------------------------------------------------------ */

static void add_codes(const mlci_bin_place *place, const uint8_t *codes, int64_t n, uint8_t *out)
{
    for (int64_t i = 0; i < n; i++)
        out[i] = (uint8_t)(out[i] + place->table[codes[i]]);
}

/* The common code adds nothing, unless its feature is alone. */
static void add_listed_codes(const mlci_binned *b, int32_t used, uint8_t *out)
{
    const mlci_bin_place *const place = &b->places[used];
    const uint8_t common = place->table[place->common];
    if (common != 0) memset(out, common, (size_t)b->first_appended);
    for (int64_t t = 0; t < b->sparse->n_tiles; t++) {
        const mlci_sparse_run run = mlci_sparse_run_of(b->sparse, t, sparse_column(b, used));
        for (int64_t k = 0; k < run.n; k++) {
            uint8_t *const to = out + mlci_binned_place(b, run.first_row + run.rows[k]);
            *to = (uint8_t)(*to + place->table[run.codes[k]] - common);
        }
    }
    add_codes(place, b->codes[b->used[used]], b->n_rows - b->first_appended,
              out + b->first_appended);
}

static mlc_status fill_bundle(void *arg, int64_t bundle, int32_t slot, mlc_error *err)
{
    mlci_binned *const b = arg;
    const int32_t first = b->first_feature[bundle], end = b->first_feature[bundle + 1];
    const int32_t feature = b->used[b->features[first]];
    if (end - first == 1 && sparse_column(b, b->features[first]) < 0) {
        b->columns[bundle] = b->codes[feature];
        b->codes[feature] = NULL;
        return MLC_OK;
    }
    uint8_t *const column = mlci_alloc(b->root, b->n_rows + MLCI_CODE_ROWS_SLACK, 1);
    b->columns[bundle] = column;
    if (column == NULL) return mlci_fail_memory(err, b->n_rows + MLCI_CODE_ROWS_SLACK, 1);
    for (int32_t f = first; f < end; f++) {
        const int32_t used = b->features[f];
        uint8_t **const codes = &b->codes[b->used[used]];
        if (sparse_column(b, used) >= 0)
            add_listed_codes(b, used, column);
        else
            add_codes(&b->places[used], *codes, b->n_rows, column);
        mlci_free(*codes);
        *codes = NULL;
    }
    return MLC_OK;
}

mlc_status mlci_bundles_fill(mlc_context *call, mlci_binned *b, mlc_error *err)
{
    b->columns = mlci_alloc(b->root, b->n_bundles, sizeof *b->columns);
    if (b->columns == NULL) return mlci_fail_memory(err, b->n_bundles, sizeof *b->columns);
    for (int64_t j = 0; j < b->n_features; j++) {
        if (b->used_of[j] >= 0) continue;
        mlci_free(b->codes[j]);
        b->codes[j] = NULL;
    }
    return mlci_parallel_for(call, b->n_bundles, fill_bundle, b, err);
}
