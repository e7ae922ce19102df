/* The literal reading of a foreign model: each tree as it stands, asked about many rows at once. */
#include "parity.h"

#include <math.h>
#include <string.h>

#define MOST_ROWS 768 /* that are scored together */

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

/* Numbers or codes of the rows to score, feature by feature. */
typedef struct cells {
    int64_t n_rows;
    double *x;
} cells;

static double leaf_value(const mlci_foreign *m, const mlci_foreign_node *leaf, const cells *c,
                         int64_t row)
{
    if (leaf->line < 0) return leaf->value;
    const mlci_foreign_line *const line = &m->lines[leaf->line];
    double value = line->intercept;
    for (int64_t i = line->first; i < line->first + line->n; i++) {
        const double factor = m->term_factor[i],
                     number = c->x[m->term_feature[i] * c->n_rows + row];
        if (isnan(number)) return leaf->value;
        value = is_float(m) ? (double)((float)value + (float)factor * (float)number)
                            : value + factor * number;
    }
    return value;
}

/* Asks a split about some rows: those that go left come first, in their order; how many they are.
 */
static int64_t part_rows(const mlci_foreign *m, const mlci_foreign_node *split,
                         const double *column, int64_t n, int32_t *rows)
{
    const mlci_foreign_node node = *split;
    int32_t right[MOST_ROWS];
    int64_t n_left = 0, n_right = 0;
    for (int64_t k = 0; k < n; k++) {
        const int32_t i = rows[k];
        const int left = node.set >= 0 ? category_goes_left(m, &node, column[i])
                                       : number_goes_left(m, &node, column[i]);
        rows[n_left] = i;
        right[n_right] = i;
        n_left += left;
        n_right += !left;
    }
    memcpy(rows + n_left, right, (size_t)n_right * sizeof *right);
    return n_left;
}

static double add(const mlci_foreign *m, double score, double value)
{
    return is_float(m) ? (double)((float)score + (float)value) : score + value;
}

/* ---- scores ------------------------------------------------------------------------------- */

typedef struct scoring {
    const mlci_foreign *model;
    cells cells;
    uint8_t *is_used; /* of each tree: is it of the rounds that are taken over? */
    double *scores;   /* row-major */
} scoring;

static int64_t n_blocks(int64_t n_rows)
{
    return (n_rows + MOST_ROWS - 1) / MOST_ROWS;
}

/* Some rows at a node. */
typedef struct stop {
    int32_t node, first, n;
} stop;

/* Adds what a tree says to rows first, first + 1, ..., which go down together: a node is looked at
 * once for all that come there. */
static void add_tree(const scoring *s, int64_t tree, int64_t first, int64_t n)
{
    const mlci_foreign *const m = s->model;
    const mlci_foreign_node *const nodes = m->nodes + m->first_node[tree];
    int32_t rows[MOST_ROWS], n_stops = 1;
    stop stops[MOST_ROWS + 1] = {{0, 0, (int32_t)n}}; /* no two have a row in common */
    for (int32_t i = 0; i < n; i++)
        rows[i] = (int32_t)first + i;
    while (n_stops > 0) {
        const stop at = stops[--n_stops];
        const mlci_foreign_node *const node = &nodes[at.node];
        int32_t *const here = rows + at.first;
        if (node->feature >= 0) {
            const int32_t n_left = (int32_t)part_rows(
                m, node, s->cells.x + node->feature * s->cells.n_rows, at.n, here);
            stops[n_stops] = (stop){node->right, at.first + n_left, at.n - n_left};
            n_stops += at.n > n_left;
            stops[n_stops] = (stop){node->left, at.first, n_left};
            n_stops += n_left > 0;
            continue;
        }
        for (int32_t k = 0; k < at.n; k++) {
            double *const score = s->scores + (int64_t)here[k] * m->n_outputs + m->output[tree];
            *score = add(m, *score, leaf_value(m, node, &s->cells, here[k]));
        }
    }
}

/* Scores of a block of rows in the order of the file. */
static mlc_status score_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const scoring *const s = arg;
    const mlci_foreign *const m = s->model;
    const int64_t n_rows = s->cells.n_rows, first = block * n_rows / n_blocks(n_rows);
    const int64_t n = (block + 1) * n_rows / n_blocks(n_rows) - first;
    double *const scores = s->scores + first * m->n_outputs;
    for (int64_t i = 0; i < n; i++)
        memcpy(scores + i * m->n_outputs, m->start, (size_t)m->n_outputs * sizeof *scores);
    for (int64_t t = 0; t < m->n_trees; t++) {
        if (s->is_used[t]) add_tree(s, t, first, n);
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
    for (int64_t i = 0; i < column->n_rows; i++) {
        int64_t length = 0;
        const char *const text = mlci_column_text(column, i, &length);
        const int32_t label = text == NULL ? -1 : mlci_dictionary_find(input->labels, text, length);
        x[i] = text == NULL ? (double)NAN : label < 0 ? -1 : (double)code_of_label[label];
    }
    mlci_free(code_of_label);
    return MLC_OK;
}

static mlc_status read_column(const mlci_foreign *m, int64_t j, const mlci_column *column,
                              double *x, mlc_error *err)
{
    const mlci_foreign_input *const input = &m->inputs[j];
    if (input->labels != NULL) return read_labels(m, input, column, x, err);
    mlci_column_reals(column, 0, column->n_rows, x, 1);
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

/* Components of a vector, row by row. */
static mlc_status read_vector(const scoring *s, const mlci_column *column, mlc_error *err)
{
    const int64_t n = s->model->n_features;
    double *const row = mlci_alloc(s->model->root, n, sizeof *row);
    if (row == NULL) return mlci_fail_memory(err, n, sizeof *row);
    for (int64_t i = 0; i < s->cells.n_rows; i++) {
        mlci_column_reals(column, i, 1, row, n);
        for (int64_t j = 0; j < n; j++)
            s->cells.x[j * s->cells.n_rows + i] = row[j];
    }
    mlci_free(row);
    return mlci_poll(s->model->call, err);
}

static mlc_status read_rows(const scoring *s, const mlc_dataset *rows, mlc_error *err)
{
    const mlci_foreign *const m = s->model;
    if (m->is_vector) return read_vector(s, rows->fields[0].column, err);
    for (int64_t j = 0; j < m->n_features; j++)
        MLCI_TRY(read_column(m, j, rows->fields[j].column, s->cells.x + j * s->cells.n_rows, err));
    return MLC_OK;
}

mlc_status mlci_parity_scores(const mlci_foreign *m, int64_t n_rounds, const mlc_dataset *rows,
                              double **out, mlc_error *err)
{
    const int64_t n = rows->n_rows;
    int64_t *const counts = mlci_alloc(m->root, m->n_outputs, sizeof *counts);
    scoring s = {.model = m,
                 .cells = {n, mlci_alloc(m->root, n * m->n_features, sizeof *s.cells.x)},
                 .is_used = mlci_alloc(m->root, m->n_trees, sizeof *s.is_used),
                 .scores = mlci_alloc(m->root, n * m->n_outputs, sizeof *s.scores)};
    mlc_status status = MLC_OK;
    if (counts == NULL || s.cells.x == NULL || s.is_used == NULL || s.scores == NULL) {
        status = mlci_fail_memory(err, n * m->n_features, sizeof *s.cells.x);
    } else {
        mark_used(m, n_rounds, counts, s.is_used);
        status = read_rows(&s, rows, err);
        if (status == MLC_OK)
            status = mlci_parallel_for(m->call, n_blocks(n), score_block, &s, err);
    }
    mlci_free(s.cells.x);
    mlci_free(s.is_used);
    mlci_free(counts);
    if (status != MLC_OK) {
        mlci_free(s.scores);
        return status;
    }
    *out = s.scores;
    return MLC_OK;
}
