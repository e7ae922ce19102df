/* Codes of a finished ensemble: from thresholds and sets of its splits to columns, and from rows to
 * codes.
 *
 * All splits are sorted once by threshold (a radix sort), then dealt to their features, where equal
 * ones meet; sets are sorted word by word in the same way. O(splits), 32 bytes a split while it
 * lasts. */
#include "tree_codes.h"

#include <math.h>
#include <string.h>

#include "order.h"

#define WINDOW (MLCI_CODE_THRESHOLDS - 1) /* thresholds of a column next to infinity */
#define SET_WORDS (MLCI_SET_WORDS / 2)    /* of a set, in 64 bits */

/* A split of the trees. */
typedef struct split_place {
    const mlci_tree_node *node;
    int64_t tree;
    int64_t at; /* in `splits` */
} split_place;

typedef struct maker {
    mlc_context *call;
    mlci_root *root;
    const mlci_ensemble *ensemble;
    mlci_split_code *splits;
    mlci_tree_codes *codes;
    int64_t n_numbers, n_sets; /* splits */
    split_place *numbers, *sets;
    mlci_order_key *keys, *scratch;
    int64_t *n_distinct;   /* thresholds of each feature */
    int64_t *first_window; /* of each feature, n_features + 1 */
    int32_t *column;       /* of each window */
    int64_t *first_value;  /* of each window, in values; n_windows + 1 */
    double *values;        /* thresholds of each window, descending from infinity */
} maker;

static void free_maker(maker *m)
{
    mlci_free(m->numbers);
    mlci_free(m->sets);
    mlci_free(m->keys);
    mlci_free(m->scratch);
    mlci_free(m->n_distinct);
    mlci_free(m->first_window);
    mlci_free(m->column);
    mlci_free(m->first_value);
    mlci_free(m->values);
}

/* ---- the splits of the trees -------------------------------------------------------------- */

static int64_t feature_of(const split_place *split)
{
    return split->node->split & MLCI_NODE_FEATURE;
}

static mlc_status list_splits(maker *m, const int64_t *trees, int64_t n_trees, mlc_error *err)
{
    const mlci_ensemble *const e = m->ensemble;
    int64_t at = 0, most = 0;
    for (int64_t i = 0; i < n_trees; i++)
        most += (e->first_node[trees[i] + 1] - e->first_node[trees[i]]) / 2;
    m->numbers = mlci_alloc(m->root, most, sizeof *m->numbers);
    m->sets = mlci_alloc(m->root, most, sizeof *m->sets);
    m->keys = mlci_alloc(m->root, most, sizeof *m->keys);
    m->scratch = mlci_alloc(m->root, most, sizeof *m->scratch);
    if (m->numbers == NULL || m->sets == NULL || m->keys == NULL || m->scratch == NULL)
        return mlci_fail_memory(err, most, sizeof *m->numbers);
    for (int64_t i = 0; i < n_trees; i++) {
        MLCI_TRY(mlci_poll(m->call, err));
        for (int64_t k = e->first_node[trees[i]]; k < e->first_node[trees[i] + 1]; k++, at++) {
            const mlci_tree_node *const node = &e->nodes[k];
            const split_place split = {node, trees[i], at};
            if (node->left == 0) continue;
            if (node->split & MLCI_NODE_CATEGORY)
                m->sets[m->n_sets++] = split;
            else
                m->numbers[m->n_numbers++] = split;
        }
    }
    return MLC_OK;
}

/* ---- numbers ------------------------------------------------------------------------------ */

/* Counts the distinct thresholds of each feature; a split's `column` becomes the place of its own
 * among them, ascending. */
static mlc_status count_thresholds(maker *m, mlc_error *err)
{
    const int64_t n_features = m->ensemble->n_features;
    m->n_distinct = mlci_alloc(m->root, n_features, sizeof *m->n_distinct);
    uint64_t *const last = mlci_alloc(m->root, n_features, sizeof *last);
    if (m->n_distinct == NULL || last == NULL) {
        mlci_free(last);
        return mlci_fail_memory(err, n_features, sizeof *last);
    }
    for (int64_t i = 0; i < m->n_numbers; i++)
        m->keys[i] = (mlci_order_key){mlci_order_of_real(m->numbers[i].node->value), i};
    (void)mlci_order_sort(NULL, m->keys, m->scratch, m->n_numbers, NULL);
    for (int64_t i = 0; i < m->n_numbers; i++) {
        const split_place *const split = &m->numbers[m->keys[i].row];
        const int64_t j = feature_of(split);
        if (m->n_distinct[j] == 0 || last[j] != m->keys[i].key) m->n_distinct[j]++;
        last[j] = m->keys[i].key;
        m->splits[split->at].column = (int32_t)(m->n_distinct[j] - 1);
    }
    mlci_free(last);
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

/* Lays out the tables of the windows, those of few levels first. */
static mlc_status make_columns(maker *m, mlc_error *err)
{
    mlci_tree_codes *const c = m->codes;
    const int64_t n_features = m->ensemble->n_features, n = m->first_window[n_features];
    int64_t size = 0;
    for (int64_t w = 0; w < n; w++)
        size += mlci_code_table_size(m->first_value[w + 1] - m->first_value[w]);
    c->columns = mlci_alloc(m->root, n, sizeof *c->columns);
    c->tables = mlci_alloc_raw(m->root, size, sizeof *c->tables);
    if (c->columns == NULL || c->tables == NULL)
        return mlci_fail_memory(err, size, sizeof *c->tables);
    size = 0;
    for (int32_t n_levels = 1; n_levels <= 3; n_levels++) {
        for (int64_t j = 0; j < n_features; j++) {
            for (int64_t w = m->first_window[j]; w < m->first_window[j + 1]; w++) {
                const int64_t n_values = m->first_value[w + 1] - m->first_value[w];
                if (mlci_code_table_levels(n_values) != n_levels) continue;
                m->column[w] = (int32_t)c->n_columns;
                c->columns[c->n_columns++] = (mlci_code_column){j, size, n_levels};
                mlci_code_table_fill(m->values + m->first_value[w], n_values, c->tables + size);
                size += mlci_code_table_size(n_values);
            }
        }
    }
    return mlci_poll(m->call, err);
}

/* The window of a split, and the place of its threshold there. */
static int64_t window_of(const maker *m, const split_place *split, int64_t *place)
{
    const int64_t j = feature_of(split);
    const int64_t above = m->n_distinct[j] - 1 - m->splits[split->at].column;
    *place = 1 + above % WINDOW;
    return m->first_window[j] + above / WINDOW;
}

static mlc_status code_numbers(maker *m, mlc_error *err)
{
    int64_t place;
    MLCI_TRY(count_thresholds(m, err));
    MLCI_TRY(cut_windows(m, err));
    for (int64_t w = 0; w < m->first_window[m->ensemble->n_features]; w++)
        m->values[m->first_value[w]] = (double)INFINITY;
    for (int64_t i = 0; i < m->n_numbers; i++) {
        const int64_t w = window_of(m, &m->numbers[i], &place);
        m->values[m->first_value[w] + place] = m->numbers[i].node->value;
    }
    MLCI_TRY(make_columns(m, err));
    for (int64_t i = 0; i < m->n_numbers; i++) {
        const int64_t w = window_of(m, &m->numbers[i], &place);
        m->splits[m->numbers[i].at] = (mlci_split_code){
            .column = m->column[w],
            .rank = (uint8_t)(1 + place),
            .missing_left = (m->numbers[i].node->split & MLCI_NODE_MISSING_LEFT) != 0};
    }
    return mlci_poll(m->call, err);
}

/* ---- categories --------------------------------------------------------------------------- */

static const uint32_t *set_of(const maker *m, const split_place *split)
{
    const mlci_ensemble *const e = m->ensemble;
    return e->sets + (e->first_set[split->tree] + (int64_t)split->node->value) * MLCI_SET_WORDS;
}

static int is_same_set(const maker *m, const split_place *a, const split_place *b)
{
    return feature_of(a) == feature_of(b) &&
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
                m->keys[i].key = (uint64_t)feature_of(split);
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
        if (last == NULL || feature_of(last) != feature_of(split))
            c->categories[c->n_categories++] =
                (mlci_category_column){.feature = feature_of(split), .first_set = c->n_sets};
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
    maker m = {.call = call, .root = root, .ensemble = ensemble, .splits = splits};
    m.codes = mlci_alloc(root, 1, sizeof *m.codes);
    if (m.codes == NULL) return mlci_fail_memory(err, 1, sizeof *m.codes);
    mlc_status status = list_splits(&m, trees, n_trees, err);
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
    const mlci_code_columns columns = {codes->n_columns, codes->columns, codes->tables};
    const int64_t n_features = ensemble->n_features;
    kernels->code_rows(&columns, x, n_features, n, out, MLCI_SCORE_ROWS);
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

void mlci_tree_codes_row(const mlci_tree_codes *codes, const mlci_ensemble *ensemble,
                         const mlci_score_kernels *kernels, const double *x, uint8_t *out,
                         uint8_t *bins)
{
    const mlci_code_columns columns = {codes->n_columns, codes->columns, codes->tables};
    kernels->code_rows(&columns, x, ensemble->n_features, 1, out, 1);
    for (int32_t f = 0; f < codes->n_categories; f++) {
        const int64_t j = codes->categories[f].feature;
        bins[f] = (uint8_t)mlci_category_bin(&ensemble->categories, j, x[j]);
    }
}
