/* Rows that try every threshold, and the slow, literal reading of a foreign model. */
#include "parity.h"

#include <math.h>
#include <string.h>

#include "order.h"

#define ROWS_A_GAP 16   /* one row in so many lacks values */
#define ROWS_A_BLOCK 64 /* that are scored together */

/* ---- values worth trying ------------------------------------------------------------------ */

/* The values of a feature that rows go through, ascending and distinct. */
typedef struct probe {
    int64_t n;
    double *values;
} probe;

static double neighbour(double x, int direction)
{
    uint64_t bits;
    if (x == 0) return direction * 0x1p-1074;
    if (!isfinite(x)) return x;
    memcpy(&bits, &x, sizeof bits);
    bits = (x > 0) == (direction > 0) ? bits + 1 : bits - 1;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* The next float, as a double. */
static double float_neighbour(double x, int direction)
{
    uint32_t bits;
    float f = (float)x;
    if (f == 0) return (double)(float)(direction * 0x1p-149);
    if (!isfinite(f)) return x;
    memcpy(&bits, &f, sizeof bits);
    bits = (f > 0) == (direction > 0) ? bits + 1 : bits - 1;
    memcpy(&f, &bits, sizeof f);
    return isfinite(f) ? (double)f : x;
}

/* A threshold, those next to it, and where the model itself changes sides: infinite ones are left
 * out, which XGBoost refuses in data. Returns how many. */
static int32_t values_of(const mlci_foreign *m, double threshold, double out[8])
{
    const double bound = mlci_foreign_bound(m->compare, threshold);
    const double tried[] = {threshold,
                            bound,
                            neighbour(bound, -1),
                            neighbour(bound, 1),
                            neighbour(threshold, -1),
                            neighbour(threshold, 1),
                            float_neighbour(threshold, -1),
                            float_neighbour(threshold, 1)};
    const int32_t n = m->compare == MLCI_COMPARE_DOUBLE ? 6 : 8;
    int32_t kept = 0;
    for (int32_t i = 0; i < n; i++)
        if (isfinite(tried[i]) && isfinite((float)tried[i])) out[kept++] = tried[i];
    return kept;
}

typedef struct maker {
    const mlci_foreign *model;
    const mlci_ensemble *ensemble;
    int64_t step;         /* every so many nodes are looked at */
    int64_t n_whole;      /* rows that lack nothing */
    int64_t n;            /* values of all features */
    mlci_order_key *keys; /* and room for sorting */
    int64_t *first;       /* values of each feature; n_features + 1 */
    double *values;
    probe *probes;
} maker;

/* Thresholds by feature; numbers of codes: -1, each code, one beyond. */
static mlc_status count_values(maker *m, mlc_error *err)
{
    const mlci_foreign *const f = m->model;
    double some[8];
    m->first = mlci_alloc(f->root, f->n_features + 1, sizeof *m->first);
    m->probes = mlci_alloc(f->root, f->n_features, sizeof *m->probes);
    if (m->first == NULL || m->probes == NULL)
        return mlci_fail_memory(err, f->n_features, sizeof *m->probes);
    for (int64_t i = 0; i < f->first_node[f->n_trees]; i += m->step) {
        const mlci_foreign_node *const node = &f->nodes[i];
        if (node->feature < 0 || node->feature >= f->n_features) continue;
        if (node->set < 0) m->first[node->feature + 1] += values_of(f, node->value, some);
    }
    for (int64_t j = 0; j < f->n_features; j++) {
        if (f->inputs[j].is_category)
            m->first[j + 1] = mlci_n_codes(&m->ensemble->categories, j) + 2;
        m->first[j + 1] += m->first[j] + 1; /* and 0 */
    }
    m->n = m->first[f->n_features];
    m->values = mlci_alloc(f->root, m->n, sizeof *m->values);
    m->keys = mlci_alloc(f->root, 2 * m->n, sizeof *m->keys);
    if (m->values == NULL || m->keys == NULL)
        return mlci_fail_memory(err, m->n, 3 * (int64_t)sizeof *m->keys);
    return mlci_poll(f->call, err);
}

static void list_values(maker *m)
{
    const mlci_foreign *const f = m->model;
    for (int64_t i = 0; i < f->first_node[f->n_trees]; i += m->step) {
        const mlci_foreign_node *const node = &f->nodes[i];
        if (node->feature < 0 || node->feature >= f->n_features || node->set >= 0) continue;
        probe *const p = &m->probes[node->feature];
        p->n += values_of(f, node->value, m->values + m->first[node->feature] + p->n);
    }
    for (int64_t j = 0; j < f->n_features; j++) {
        probe *const p = &m->probes[j];
        p->values = m->values + m->first[j];
        for (int64_t c = -1; f->inputs[j].is_category && m->first[j] + p->n + 1 < m->first[j + 1];
             c++)
            p->values[p->n++] = (double)c;
        p->values[p->n++] = 0;
    }
}

static void sort_values(maker *m, probe *p)
{
    int64_t n = 0;
    for (int64_t i = 0; i < p->n; i++)
        m->keys[i] = (mlci_order_key){mlci_order_of_real(p->values[i]), i};
    (void)mlci_order_sort(NULL, m->keys, m->keys + p->n, p->n, NULL);
    double *const sorted = (double *)(void *)(m->keys + p->n);
    for (int64_t i = 0; i < p->n; i++) {
        const double x = p->values[m->keys[i].row];
        if (n == 0 || sorted[n - 1] != x) sorted[n++] = x;
    }
    memcpy(p->values, sorted, (size_t)n * sizeof *sorted);
    p->n = n;
}

/* ---- rows --------------------------------------------------------------------------------- */

/* The first row lacks all; row i has the i-th value of each feature, round by round another one
 * beside it; rows after those with every value lack each fourth feature. */
static double value_at(const maker *m, int64_t j, int64_t i)
{
    const probe *const p = &m->probes[j];
    if (i == 0 || (i > m->n_whole && j % 4 == i % 4)) return NAN;
    return p->values[(i - 1 + (i - 1) / p->n * (j + 1)) % p->n];
}

static mlc_status number_column(const maker *m, int64_t j, int64_t n_rows, mlci_column **out,
                                mlc_error *err)
{
    MLCI_TRY(mlci_column_create(m->model->root, MLC_TYPE_FLOAT64, n_rows, 1, 0, out, err));
    double *const data = mlci_column_data(*out);
    for (int64_t i = 0; i < n_rows; i++)
        data[i] = value_at(m, j, i);
    return MLC_OK;
}

/* Labels, and a text that is none of them. */
static mlc_status text_column(const maker *m, int64_t j, int64_t n_rows, mlci_column **out,
                              mlc_error *err)
{
    const mlci_dictionary *const labels = m->model->inputs[j].labels;
    const char **const texts = mlci_alloc(m->model->root, n_rows, sizeof *texts);
    int64_t *const lengths = mlci_alloc(m->model->root, n_rows, sizeof *lengths);
    mlc_status status =
        texts == NULL || lengths == NULL ? mlci_fail_memory(err, n_rows, sizeof *texts) : MLC_OK;
    for (int64_t i = 0; i < n_rows && status == MLC_OK; i++) {
        const double x = value_at(m, j, i);
        if (x != x) continue;
        texts[i] = x >= 0 && x < labels->n ? mlci_dictionary_text(labels, (int32_t)x, &lengths[i])
                                           : "a text that no category has";
        if (!(x >= 0 && x < labels->n)) lengths[i] = (int64_t)strlen(texts[i]);
    }
    if (status == MLC_OK)
        status = mlci_column_create_text(m->model->root, n_rows, texts, lengths, out, err);
    mlci_free(texts);
    mlci_free(lengths);
    return status;
}

static mlc_status vector_column(const maker *m, int64_t n_rows, mlci_column **out, mlc_error *err)
{
    const int64_t n = m->model->n_features;
    MLCI_TRY(mlci_column_create(m->model->root, MLC_TYPE_VECTOR, n_rows, n, 0, out, err));
    double *const data = mlci_column_data(*out);
    for (int64_t i = 0; i < n_rows; i++)
        for (int64_t j = 0; j < n; j++)
            data[i * n + j] = value_at(m, j, i);
    return mlci_poll(m->model->call, err);
}

static mlc_status vector_rows(const maker *m, int64_t n_rows, mlc_dataset **out, mlc_error *err)
{
    static const char *const name = "x";
    mlci_column *column = NULL;
    mlc_status status = vector_column(m, n_rows, &column, err);
    if (status == MLC_OK)
        status = mlci_dataset_create(m->model->root, 1, &name, &column, NULL, out, err);
    mlci_column_unref(column);
    return status;
}

static mlc_status make_rows(const maker *m, int64_t n_rows, mlc_dataset **out, mlc_error *err)
{
    const mlci_foreign *const f = m->model;
    const char **const names = mlci_alloc(f->root, f->n_features, sizeof *names);
    mlci_column **const columns = mlci_alloc(f->root, f->n_features, sizeof *columns);
    mlc_status status = names == NULL || columns == NULL
                            ? mlci_fail_memory(err, f->n_features, sizeof *columns)
                            : MLC_OK;
    for (int64_t j = 0; j < f->n_features && status == MLC_OK; j++) {
        names[j] = f->inputs[j].name;
        status = f->inputs[j].labels != NULL ? text_column(m, j, n_rows, &columns[j], err)
                                             : number_column(m, j, n_rows, &columns[j], err);
        if (status == MLC_OK) status = mlci_poll(f->call, err);
    }
    if (status == MLC_OK)
        status =
            mlci_dataset_create(f->root, (int32_t)f->n_features, names, columns, NULL, out, err);
    for (int64_t j = 0; columns != NULL && j < f->n_features; j++)
        mlci_column_unref(columns[j]);
    mlci_free(names);
    mlci_free(columns);
    return status;
}

static mlc_status rows_of(maker *m, int64_t most, mlci_parity *parity, mlc_dataset **out,
                          mlc_error *err)
{
    const mlci_foreign *const f = m->model;
    MLCI_TRY(count_values(m, err));
    list_values(m);
    for (int64_t j = 0; j < f->n_features; j++) {
        sort_values(m, &m->probes[j]);
        if (m->probes[j].n > m->n_whole) m->n_whole = m->probes[j].n;
        MLCI_TRY(mlci_poll(f->call, err));
    }
    if (m->n_whole > most - most / ROWS_A_GAP - 1) m->n_whole = most - most / ROWS_A_GAP - 1;
    for (int64_t j = 0; j < f->n_features; j++) {
        probe *const p = &m->probes[j];
        const int64_t n = p->n, kept = n < m->n_whole ? n : m->n_whole;
        for (int64_t i = 0; i < kept; i++) /* spread evenly where not all have a row */
            p->values[i] = p->values[i * n / kept];
        p->n = kept;
        parity->n_probes += n;
        parity->n_tried += kept;
    }
    parity->n_rows = 1 + m->n_whole + m->n_whole / ROWS_A_GAP + 1;
    return f->is_vector ? vector_rows(m, parity->n_rows, out, err)
                        : make_rows(m, parity->n_rows, out, err);
}

mlc_status mlci_parity_rows(const mlci_foreign *model, const mlci_ensemble *ensemble, int64_t most,
                            mlci_parity *parity, mlc_dataset **out, mlc_error *err)
{
    /* Of more thresholds than the rows have places for, some. */
    const int64_t places = most * model->n_features;
    const int64_t step = 1 + model->first_node[model->n_trees] / (places < 1 ? 1 : places);
    maker m = {.model = model, .ensemble = ensemble, .step = step};
    const mlc_status status = rows_of(&m, most, parity, out, err);
    mlci_free(m.first);
    mlci_free(m.values);
    mlci_free(m.keys);
    mlci_free(m.probes);
    return status;
}

/* ---- the trees as they stand -------------------------------------------------------------- */

static int number_goes_left(const mlci_foreign *m, const mlci_foreign_node *node, double x)
{
    if (m->zero_is_missing && mlci_is_zero(x)) x = NAN;
    if (x != x && node->missing != MLCI_MISSING_IS_ZERO) return node->missing == MLCI_MISSING_LEFT;
    if (x != x) x = 0;
    if (m->compare == MLCI_COMPARE_FLOAT_BELOW) return (float)x < (float)node->value;
    return m->compare == MLCI_COMPARE_FLOAT ? (double)(float)x <= node->value : x <= node->value;
}

/* x is a code of the source, or -1 where a text is no category. */
static int category_goes_left(const mlci_foreign *m, const mlci_foreign_node *node, double x)
{
    if (x != x) return node->missing == MLCI_MISSING_LEFT;
    const int32_t n_known = m->inputs[node->feature].n_labels;
    const int is_code = x > -1 && x < (m->known_is_no_member ? (double)n_known : INT32_MAX);
    const int has = is_code && mlci_foreign_has(m, node->set, (int32_t)x);
    if (!is_code && !m->unseen_is_no_member) return node->missing == MLCI_MISSING_LEFT;
    return m->members_go_right ? !has : has;
}

static int is_float(const mlci_foreign *m)
{
    return m->has_rule && m->rule.is_float;
}

static double leaf_value(const mlci_foreign *m, const mlci_foreign_node *leaf, const double *x)
{
    if (leaf->line < 0) return leaf->value;
    const mlci_foreign_line *const line = &m->lines[leaf->line];
    double value = line->intercept;
    for (int64_t i = line->first; i < line->first + line->n; i++) {
        const double factor = m->term_factor[i], number = x[m->term_feature[i]];
        if (isnan(number)) return leaf->value;
        value = is_float(m) ? (double)((float)value + (float)factor * (float)number)
                            : value + factor * number;
    }
    return value;
}

static double tree_value(const mlci_foreign *m, int64_t tree, const double *x)
{
    const mlci_foreign_node *const nodes = m->nodes + m->first_node[tree];
    const mlci_foreign_node *node = nodes;
    while (node->feature >= 0) {
        const double v = x[node->feature];
        const int left =
            node->set >= 0 ? category_goes_left(m, node, v) : number_goes_left(m, node, v);
        node = nodes + (left ? node->left : node->right);
    }
    return leaf_value(m, node, x);
}

static double add(const mlci_foreign *m, double score, double value)
{
    return is_float(m) ? (double)((float)score + (float)value) : score + value;
}

/* ---- scores ------------------------------------------------------------------------------- */

typedef struct scoring {
    const mlci_foreign *model;
    int64_t n_rows;
    double *x;        /* row-major, n_features numbers or codes a row */
    uint8_t *is_used; /* of each tree: is it of the rounds that are taken over? */
    double *scores;   /* row-major */
} scoring;

/* Scores of a block of rows in the order of the file. Tree by tree: a large one fills a cache. */
static mlc_status score_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const scoring *const s = arg;
    const mlci_foreign *const m = s->model;
    const int64_t first = block * ROWS_A_BLOCK, most = s->n_rows - first;
    const int64_t n = most < ROWS_A_BLOCK ? most : ROWS_A_BLOCK;
    const double *const x = s->x + first * m->n_features;
    double *const scores = s->scores + first * m->n_outputs;
    for (int64_t i = 0; i < n; i++)
        memcpy(scores + i * m->n_outputs, m->start, (size_t)m->n_outputs * sizeof *scores);
    for (int64_t t = 0; t < m->n_trees; t++) {
        double *score = scores + m->output[t];
        for (int64_t i = 0; s->is_used[t] && i < n; i++, score += m->n_outputs)
            *score = add(m, *score, tree_value(m, t, x + i * m->n_features));
        MLCI_TRY(mlci_poll(m->call, err));
    }
    for (int64_t i = 0; m->end != NULL && i < n * m->n_outputs; i++)
        scores[i] = add(m, scores[i], m->end[i % m->n_outputs]);
    return MLC_OK;
}

/* Texts as codes of the source. */
static mlc_status read_labels(const mlci_foreign *m, const mlci_foreign_input *input,
                              const mlci_column *column, double *x, mlc_error *err)
{
    int32_t *const code_of_label = mlci_alloc(m->root, input->n_labels, sizeof *code_of_label);
    if (code_of_label == NULL) return mlci_fail_memory(err, input->n_labels, sizeof *code_of_label);
    for (int32_t c = 0; c < input->n_labels; c++)
        code_of_label[input->label_of_code[c]] = c;
    for (int64_t i = 0; i < column->n_rows; i++, x += m->n_features) {
        int64_t length = 0;
        const char *const text = mlci_column_text(column, i, &length);
        const int32_t label = text == NULL ? -1 : mlci_dictionary_find(input->labels, text, length);
        *x = text == NULL ? (double)NAN : label < 0 ? -1 : (double)code_of_label[label];
    }
    mlci_free(code_of_label);
    return MLC_OK;
}

static mlc_status read_column(const mlci_foreign *m, int64_t j, const mlci_column *column,
                              double *x, mlc_error *err)
{
    const mlci_foreign_input *const input = &m->inputs[j];
    if (input->labels != NULL) return read_labels(m, input, column, x + j, err);
    mlci_column_reals(column, 0, column->n_rows, x + j, m->n_features);
    return mlci_poll(m->call, err);
}

/* Marks the trees of the first n_rounds rounds; one has as many trees of an output as the output
 * that has most. counts has room for the outputs, zeroed. */
static void mark_used(const mlci_foreign *m, int64_t n_rounds, int64_t *counts, uint8_t *is_used)
{
    int64_t most = 0;
    for (int64_t t = 0; t < m->n_trees; t++)
        if (++counts[m->output[t]] > most) most = counts[m->output[t]];
    const int64_t n_trees = n_rounds * (m->n_rounds > 0 ? most / m->n_rounds : most);
    memset(counts, 0, (size_t)m->n_outputs * sizeof *counts);
    for (int64_t t = 0; t < m->n_trees; t++)
        is_used[t] = counts[m->output[t]]++ < n_trees;
}

static mlc_status read_rows(const scoring *s, const mlc_dataset *rows, mlc_error *err)
{
    const mlci_foreign *const m = s->model;
    if (m->is_vector) mlci_column_reals(rows->fields[0].column, 0, s->n_rows, s->x, m->n_features);
    for (int64_t j = 0; !m->is_vector && j < m->n_features; j++)
        MLCI_TRY(read_column(m, j, rows->fields[j].column, s->x, err));
    return MLC_OK;
}

mlc_status mlci_parity_scores(const mlci_foreign *m, int64_t n_rounds, const mlc_dataset *rows,
                              double **out, mlc_error *err)
{
    const int64_t n = rows->n_rows, n_blocks = (n + ROWS_A_BLOCK - 1) / ROWS_A_BLOCK;
    int64_t *const counts = mlci_alloc(m->root, m->n_outputs, sizeof *counts);
    scoring s = {.model = m,
                 .n_rows = n,
                 .x = mlci_alloc(m->root, n * m->n_features, sizeof *s.x),
                 .is_used = mlci_alloc(m->root, m->n_trees, sizeof *s.is_used),
                 .scores = mlci_alloc(m->root, n * m->n_outputs, sizeof *s.scores)};
    mlc_status status = MLC_OK;
    if (counts == NULL || s.x == NULL || s.is_used == NULL || s.scores == NULL) {
        status = mlci_fail_memory(err, n * m->n_features, sizeof *s.x);
    } else {
        mark_used(m, n_rounds, counts, s.is_used);
        status = read_rows(&s, rows, err);
        if (status == MLC_OK) status = mlci_parallel_for(m->call, n_blocks, score_block, &s, err);
    }
    mlci_free(s.x);
    mlci_free(s.is_used);
    mlci_free(counts);
    if (status != MLC_OK) {
        mlci_free(s.scores);
        return status;
    }
    *out = s.scores;
    return MLC_OK;
}
