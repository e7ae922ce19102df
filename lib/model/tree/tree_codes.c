/* Codes of a finished ensemble: from thresholds and sets of its splits to columns, and from rows to
 * codes.
 *
 * Each thread lists the thresholds that it comes across, and a split notes which one is its own.
 * The lists are dealt to the features and sorted there (a radix sort), so that equal thresholds
 * meet and get their codes, which the splits take over; sets are sorted word by word in the same
 * way. O(splits), 48 bytes a listed threshold and 72 a set while it lasts. Tasks take ranges of
 * trees, then ranges of features. */
#include "tree_codes.h"

#include <math.h>
#include <string.h>

#include "order.h"
#include "threshold_list.h"

#define WINDOW (MLCI_CODE_THRESHOLDS - 1) /* thresholds of a column next to infinity */
#define SET_WORDS (MLCI_SET_WORDS / 2)    /* of a set, in 64 bits */

#define MOST_RANGES 64 /* of trees or features, one a task */

/* A split by a set. */
typedef struct split_place {
    const mlci_tree_node *node;
    int64_t tree;
    int64_t at; /* in `splits` */
} split_place;

/* Some trees of the ensemble, which are one task. */
typedef struct tree_range {
    int32_t slot;      /* whose thresholds its splits name */
    int64_t n_sets;    /* splits by sets */
    int64_t first_set; /* of them among all */
} tree_range;

typedef struct maker {
    mlc_context *call;
    mlci_root *root;
    const mlci_ensemble *ensemble;
    const int64_t *trees;
    int64_t n_trees;
    int64_t n_ranges; /* of trees */
    tree_range *ranges;
    int64_t *first_at; /* of each tree, in `splits` */
    mlci_split_code *splits;
    mlci_tree_codes *codes;
    int64_t n_sets;
    split_place *sets;
    int32_t n_slots;
    mlci_threshold_list *found; /* of each slot */
    int64_t *first_found;       /* of each slot, among all; n_slots + 1 */
    mlci_split_code *code_of;   /* of each that is listed */
    int64_t *first_key;         /* of each feature, n_features + 2 */
    mlci_order_key *keys, *scratch;
    int64_t *n_distinct;   /* thresholds of each feature */
    int64_t *first_window; /* of each feature, n_features + 1 */
    int32_t *column;       /* of each window */
    int64_t *first_value;  /* of each window, in values; n_windows + 1 */
    double *values;        /* thresholds of each window, descending from infinity */
} maker;

static void free_maker(maker *m)
{
    void *const blocks[] = {m->ranges,      m->first_at,   m->sets,         m->found,
                            m->first_found, m->code_of,    m->first_key,    m->keys,
                            m->scratch,     m->n_distinct, m->first_window, m->column,
                            m->first_value, m->values};
    for (int32_t i = 0; m->found != NULL && i < m->n_slots; i++)
        mlci_threshold_list_clear(&m->found[i]);
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++)
        mlci_free(blocks[i]);
}

/* ---- the splits of the trees -------------------------------------------------------------- */

static int64_t feature_of(const mlci_tree_node *node)
{
    return node->split & MLCI_NODE_FEATURE;
}

static int64_t first_tree(const maker *m, int64_t range)
{
    return range * m->n_trees / m->n_ranges;
}

/* Lists the thresholds of a tree: its splits note them as their columns. Counts its sets. */
static mlc_status list_tree(const maker *m, int64_t i, mlci_threshold_list *found, int64_t *n_sets,
                            mlc_error *err)
{
    const mlci_ensemble *const e = m->ensemble;
    mlci_split_code *split = m->splits + m->first_at[i];
    for (int64_t k = e->first_node[m->trees[i]]; k < e->first_node[m->trees[i] + 1]; k++, split++) {
        const mlci_tree_node *const node = &e->nodes[k];
        if (node->left == 0) continue;
        if (node->split & MLCI_NODE_CATEGORY) {
            ++*n_sets;
            continue;
        }
        split->missing_left = (node->split & MLCI_NODE_MISSING_LEFT) != 0;
        MLCI_TRY(mlci_threshold_list_add(found, (int32_t)feature_of(node),
                                         mlci_order_of_real(node->value), &split->column, err));
    }
    return mlci_poll(m->call, err);
}

/* Thresholds to expect: a column of codes each, unless there are fewer splits. */
static int64_t n_expected(const maker *m)
{
    const int64_t n_splits = m->first_at[m->n_trees] / 2, n = m->ensemble->n_features * WINDOW;
    return n < n_splits ? n : n_splits;
}

static mlc_status list_range(void *arg, int64_t range, int32_t slot, mlc_error *err)
{
    const maker *const m = arg;
    mlci_threshold_list *const found = &m->found[slot];
    if (found->recent == NULL)
        MLCI_TRY(mlci_threshold_list_open(m->root, n_expected(m), found, err));
    m->ranges[range].slot = slot;
    for (int64_t i = first_tree(m, range); i < first_tree(m, range + 1); i++)
        MLCI_TRY(list_tree(m, i, found, &m->ranges[range].n_sets, err));
    return MLC_OK;
}

static mlc_status list_splits(maker *m, mlc_error *err)
{
    const mlci_ensemble *const e = m->ensemble;
    m->n_ranges = m->n_trees < MOST_RANGES ? m->n_trees : MOST_RANGES;
    m->n_slots = mlci_n_slots(m->call);
    m->ranges = mlci_alloc(m->root, m->n_ranges, sizeof *m->ranges);
    m->first_at = mlci_alloc(m->root, m->n_trees + 1, sizeof *m->first_at);
    m->found = mlci_alloc(m->root, m->n_slots, sizeof *m->found);
    if (m->ranges == NULL || m->first_at == NULL || m->found == NULL)
        return mlci_fail_memory(err, m->n_trees + 1, sizeof *m->first_at);
    for (int64_t i = 0; i < m->n_trees; i++)
        m->first_at[i + 1] =
            m->first_at[i] + e->first_node[m->trees[i] + 1] - e->first_node[m->trees[i]];
    MLCI_TRY(mlci_parallel_for(m->call, m->n_ranges, list_range, m, err));
    for (int64_t range = 0; range < m->n_ranges; range++) {
        m->ranges[range].first_set = m->n_sets;
        m->n_sets += m->ranges[range].n_sets;
    }
    return MLC_OK;
}

/* ---- numbers ------------------------------------------------------------------------------ */

/* The listed thresholds as keys, feature by feature. While they are dealt, first_key[j + 1] is
 * where the next one of feature j goes: in the end where those of the next feature begin. */
static void deal_thresholds(const maker *m)
{
    for (int32_t s = 0; s < m->n_slots; s++)
        for (int64_t i = 0; i < m->found[s].n; i++)
            m->first_key[m->found[s].all[i].feature + 2]++;
    for (int64_t j = 2; j < m->ensemble->n_features + 2; j++)
        m->first_key[j] += m->first_key[j - 1];
    for (int32_t s = 0; s < m->n_slots; s++) {
        for (int64_t i = 0; i < m->found[s].n; i++) {
            const mlci_threshold *const t = &m->found[s].all[i];
            m->keys[m->first_key[t->feature + 1]++] =
                (mlci_order_key){t->key, m->first_found[s] + i};
        }
    }
}

static mlc_status deal_splits(maker *m, mlc_error *err)
{
    const int64_t n_features = m->ensemble->n_features;
    m->first_found = mlci_alloc(m->root, m->n_slots + 1, sizeof *m->first_found);
    m->first_key = mlci_alloc(m->root, n_features + 2, sizeof *m->first_key);
    if (m->first_found == NULL || m->first_key == NULL)
        return mlci_fail_memory(err, n_features + 2, sizeof *m->first_key);
    for (int32_t s = 0; s < m->n_slots; s++)
        m->first_found[s + 1] = m->first_found[s] + m->found[s].n;
    const int64_t n = m->first_found[m->n_slots], n_keys = n > m->n_sets ? n : m->n_sets;
    m->code_of = mlci_alloc_raw(m->root, n, sizeof *m->code_of);
    m->keys = mlci_alloc_raw(m->root, n_keys, sizeof *m->keys);
    m->scratch = mlci_alloc_raw(m->root, n_keys, sizeof *m->scratch);
    if (m->code_of == NULL || m->keys == NULL || m->scratch == NULL)
        return mlci_fail_memory(err, n_keys, sizeof *m->keys);
    deal_thresholds(m);
    return mlci_poll(m->call, err);
}

static int64_t n_feature_ranges(const maker *m)
{
    return m->ensemble->n_features < MOST_RANGES ? m->ensemble->n_features : MOST_RANGES;
}

static int64_t first_feature(const maker *m, int64_t range)
{
    return range * m->ensemble->n_features / n_feature_ranges(m);
}

/* Sorts the thresholds of some features, and counts the distinct ones of each. */
static mlc_status sort_range(void *arg, int64_t range, int32_t slot, mlc_error *err)
{
    const maker *const m = arg;
    for (int64_t j = first_feature(m, range); j < first_feature(m, range + 1); j++) {
        const int64_t first = m->first_key[j], end = m->first_key[j + 1];
        (void)mlci_order_sort(NULL, m->keys + first, m->scratch + first, end - first, NULL);
        for (int64_t i = first; i < end; i++)
            m->n_distinct[j] += i == first || m->keys[i - 1].key != m->keys[i].key;
    }
    return mlci_poll(m->call, err);
}

/* Cuts the thresholds of each feature into windows. */
static mlc_status cut_windows(maker *m, mlc_error *err)
{
    const int64_t n_features = m->ensemble->n_features;
    int64_t n = 0, n_values = 0;
    m->first_window = mlci_alloc(m->root, n_features + 1, sizeof *m->first_window);
    if (m->first_window == NULL) return mlci_fail_memory(err, n_features, sizeof n);
    for (int64_t j = 0; j < n_features; j++) {
        m->first_window[j] = n;
        n += (m->n_distinct[j] + WINDOW - 1) / WINDOW;
    }
    m->first_window[n_features] = n;
    m->column = mlci_alloc(m->root, n, sizeof *m->column);
    m->first_value = mlci_alloc(m->root, n + 1, sizeof *m->first_value);
    if (m->column == NULL || m->first_value == NULL)
        return mlci_fail_memory(err, n, sizeof *m->first_value);
    for (int64_t j = 0; j < n_features; j++) {
        for (int64_t w = m->first_window[j]; w < m->first_window[j + 1]; w++) {
            const int64_t left = m->n_distinct[j] - (w - m->first_window[j]) * WINDOW;
            m->first_value[w] = n_values;
            n_values += 1 + (left < WINDOW ? left : WINDOW);
        }
    }
    m->first_value[n] = n_values;
    m->values = mlci_alloc_raw(m->root, n_values, sizeof *m->values);
    if (m->values == NULL) return mlci_fail_memory(err, n_values, sizeof *m->values);
    return mlci_poll(m->call, err);
}

static int64_t n_values_of(const maker *m, int64_t window)
{
    return m->first_value[window + 1] - m->first_value[window];
}

/* A column for each window, those of few levels first. */
static mlc_status place_columns(maker *m, mlc_error *err)
{
    mlci_tree_codes *const c = m->codes;
    const int64_t n_features = m->ensemble->n_features, n = m->first_window[n_features];
    int64_t size = 0;
    for (int64_t w = 0; w < n; w++)
        size += mlci_code_table_size(n_values_of(m, w));
    c->columns = mlci_alloc(m->root, n, sizeof *c->columns);
    c->tables = mlci_alloc_raw(m->root, size, sizeof *c->tables);
    if (c->columns == NULL || c->tables == NULL)
        return mlci_fail_memory(err, size, sizeof *c->tables);
    double *table = c->tables;
    for (int32_t n_levels = 1; n_levels <= MLCI_CODE_LEVELS; n_levels++) {
        for (int64_t j = 0; j < n_features; j++) {
            for (int64_t w = m->first_window[j]; w < m->first_window[j + 1]; w++) {
                if (mlci_code_table_levels(n_values_of(m, w)) != n_levels) continue;
                m->column[w] = (int32_t)c->n_columns;
                c->columns[c->n_columns++] = (mlci_code_column){j, table};
                table += mlci_code_table_size(n_values_of(m, w));
            }
        }
        c->numbers.end[n_levels - 1] = c->n_columns;
    }
    c->numbers.columns = c->columns;
    return mlci_poll(m->call, err);
}

/* Codes of the thresholds of some features, and the tables of their windows. */
static mlc_status code_range(void *arg, int64_t range, int32_t slot, mlc_error *err)
{
    const maker *const m = arg;
    for (int64_t j = first_feature(m, range); j < first_feature(m, range + 1); j++) {
        int64_t above = m->n_distinct[j]; /* thresholds that are larger */
        for (int64_t i = m->first_key[j]; i < m->first_key[j + 1]; i++) {
            mlci_split_code *const code = &m->code_of[m->keys[i].row];
            above -= i == m->first_key[j] || m->keys[i - 1].key != m->keys[i].key;
            const int64_t w = m->first_window[j] + above / WINDOW, place = 1 + above % WINDOW;
            m->values[m->first_value[w] + place] = mlci_order_real(m->keys[i].key);
            *code = (mlci_split_code){.column = m->column[w], .rank = (uint8_t)(1 + place)};
        }
        for (int64_t w = m->first_window[j]; w < m->first_window[j + 1]; w++) {
            m->values[m->first_value[w]] = (double)INFINITY;
            mlci_code_table_fill(m->values + m->first_value[w], n_values_of(m, w),
                                 m->codes->columns[m->column[w]].table);
        }
    }
    return mlci_poll(m->call, err);
}

/* From thresholds to codes, in splits by numbers; where the others are. */
static mlc_status code_splits(void *arg, int64_t range, int32_t slot, mlc_error *err)
{
    const maker *const m = arg;
    const mlci_ensemble *const e = m->ensemble;
    const mlci_split_code *const code_of = m->code_of + m->first_found[m->ranges[range].slot];
    split_place *set = m->sets + m->ranges[range].first_set;
    for (int64_t i = first_tree(m, range); i < first_tree(m, range + 1); i++) {
        const mlci_tree_node *node = e->nodes + e->first_node[m->trees[i]];
        for (int64_t at = m->first_at[i]; at < m->first_at[i + 1]; at++, node++) {
            mlci_split_code *const split = &m->splits[at];
            if (node->left == 0) continue;
            if (node->split & MLCI_NODE_CATEGORY) {
                *set++ = (split_place){node, m->trees[i], at};
                continue;
            }
            const mlci_split_code code = code_of[split->column];
            split->column = code.column;
            split->rank = code.rank;
        }
    }
    return mlci_poll(m->call, err);
}

static mlc_status code_numbers(maker *m, mlc_error *err)
{
    const int64_t n_features = m->ensemble->n_features, n_ranges = n_feature_ranges(m);
    m->n_distinct = mlci_alloc(m->root, n_features, sizeof *m->n_distinct);
    if (m->n_distinct == NULL) return mlci_fail_memory(err, n_features, sizeof *m->n_distinct);
    MLCI_TRY(mlci_parallel_for(m->call, n_ranges, sort_range, m, err));
    MLCI_TRY(cut_windows(m, err));
    MLCI_TRY(place_columns(m, err));
    MLCI_TRY(mlci_parallel_for(m->call, n_ranges, code_range, m, err));
    m->sets = mlci_alloc_raw(m->root, m->n_sets, sizeof *m->sets);
    if (m->sets == NULL) return mlci_fail_memory(err, m->n_sets, sizeof *m->sets);
    return mlci_parallel_for(m->call, m->n_ranges, code_splits, m, err);
}

/* ---- categories --------------------------------------------------------------------------- */

static const uint32_t *set_of(const maker *m, const split_place *split)
{
    const mlci_ensemble *const e = m->ensemble;
    return e->sets + (e->first_set[split->tree] + (int64_t)split->node->value) * MLCI_SET_WORDS;
}

static int is_same_set(const maker *m, const split_place *a, const split_place *b)
{
    return feature_of(a->node) == feature_of(b->node) &&
           memcmp(set_of(m, a), set_of(m, b), MLCI_SET_WORDS * sizeof(uint32_t)) == 0;
}

/* By feature, then by what is in the set. */
static mlc_status sort_sets(maker *m, mlc_error *err)
{
    for (int64_t i = 0; i < m->n_sets; i++)
        m->keys[i].row = i;
    for (int word = 0; word <= SET_WORDS; word++) {
        for (int64_t i = 0; i < m->n_sets; i++) {
            const split_place *const split = &m->sets[m->keys[i].row];
            if (word < SET_WORDS)
                memcpy(&m->keys[i].key, set_of(m, split) + 2 * word, sizeof m->keys[i].key);
            else
                m->keys[i].key = (uint64_t)feature_of(split->node);
        }
        (void)mlci_order_sort(NULL, m->keys, m->scratch, m->n_sets, NULL);
        MLCI_TRY(mlci_poll(m->call, err));
    }
    return MLC_OK;
}

/* Keeps one of each set. */
static mlc_status merge_sets(maker *m, mlc_error *err)
{
    mlci_tree_codes *const c = m->codes;
    const split_place *last = NULL;
    c->sets = mlci_alloc(m->root, m->n_sets, sizeof *c->sets);
    c->categories = mlci_alloc(m->root, m->n_sets, sizeof *c->categories);
    if (c->sets == NULL || c->categories == NULL)
        return mlci_fail_memory(err, m->n_sets, sizeof *c->sets);
    for (int64_t i = 0; i < m->n_sets; i++) {
        const split_place *const split = &m->sets[m->keys[i].row];
        if (last == NULL || feature_of(last->node) != feature_of(split->node))
            c->categories[c->n_categories++] =
                (mlci_category_column){.feature = feature_of(split->node), .first_set = c->n_sets};
        if (last == NULL || !is_same_set(m, last, split)) {
            mlci_set_test *const set = &c->sets[c->n_sets++];
            set->column = (int32_t)c->n_columns + c->n_categories - 1;
            memcpy(set->set, set_of(m, split), sizeof set->set);
            c->categories[c->n_categories - 1].n_sets++;
        }
        m->splits[split->at] = (mlci_split_code){.column = c->n_sets - 1};
        last = split;
    }
    return MLC_OK;
}

static mlc_status code_sets(maker *m, mlc_error *err)
{
    MLCI_TRY(sort_sets(m, err));
    return merge_sets(m, err);
}

/* ---- together ----------------------------------------------------------------------------- */

mlc_status mlci_tree_codes_create(mlc_context *call, const mlci_ensemble *ensemble,
                                  const int64_t *trees, int64_t n_trees, mlci_split_code *splits,
                                  mlci_tree_codes **out, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(call);
    maker m = {.call = call,
               .root = root,
               .ensemble = ensemble,
               .trees = trees,
               .n_trees = n_trees,
               .splits = splits};
    m.codes = mlci_alloc(root, 1, sizeof *m.codes);
    if (m.codes == NULL) return mlci_fail_memory(err, 1, sizeof *m.codes);
    mlc_status status = list_splits(&m, err);
    if (status == MLC_OK) status = deal_splits(&m, err);
    if (status == MLC_OK) status = code_numbers(&m, err);
    if (status == MLC_OK) status = code_sets(&m, err);
    free_maker(&m);
    if (status != MLC_OK) {
        mlci_tree_codes_free(m.codes);
        return status;
    }
    *out = m.codes;
    return MLC_OK;
}

void mlci_tree_codes_free(mlci_tree_codes *codes)
{
    if (codes == NULL) return;
    mlci_free(codes->columns);
    mlci_free(codes->tables);
    mlci_free(codes->categories);
    mlci_free(codes->sets);
    mlci_free(codes);
}

/* ---- rows --------------------------------------------------------------------------------- */

void mlci_tree_codes_rows(const mlci_tree_codes *codes, const mlci_ensemble *ensemble,
                          const mlci_score_kernels *kernels, const double *x, int64_t n,
                          uint8_t *out)
{
    const int64_t n_features = ensemble->n_features;
    kernels->code_rows(&codes->numbers, x, n_features, n, out, MLCI_SCORE_ROWS);
    for (int32_t f = 0; f < codes->n_categories; f++) {
        const int64_t j = codes->categories[f].feature;
        for (int64_t i = 0; i < n; i++)
            out[(codes->n_columns + f) * MLCI_SCORE_ROWS + i] =
                (uint8_t)mlci_category_bin(&ensemble->categories, j, x[i * n_features + j]);
    }
    if (n % 64 == 0) return;
    for (int64_t c = 0; c < codes->n_columns + codes->n_categories; c++)
        memset(out + c * MLCI_SCORE_ROWS + n, 0, (size_t)(64 - n % 64));
}

void mlci_tree_codes_bins(const mlci_tree_codes *codes, const mlci_ensemble *ensemble,
                          const double *x, uint8_t *bins)
{
    for (int32_t f = 0; f < codes->n_categories; f++) {
        const int64_t j = codes->categories[f].feature;
        bins[f] = (uint8_t)mlci_category_bin(&ensemble->categories, j, x[j]);
    }
}
