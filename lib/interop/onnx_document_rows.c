/* Rows that a linear model is compared by: its columns are made one operation after the other, as
 * the runtime does, and summed up in double.
 *
 * How far the model may be away: each operation of the runtime on floats rounds by half a unit of
 * 2^-23 of what was added up to there, and the model rounds none of them. */
#include <math.h>

#include "onnx_vectors.h"

#define LEAST_ROWS 16
#define MOST_CELLS (INT64_C(1) << 18)

typedef struct rows {
    const mlci_onnx_reading *g;
    const mlci_onnx_features *f;
    mlci_text *out;
    int64_t n;
    double tolerance;
    double *cells; /* of the row at hand: a number, or a level: n_levels missing, + 1 unseen */
    double *sum;   /* a number a score */
    int64_t n_scores;
    double *decisions; /* of pairs of classes, where there are support vectors */
    double *shares;    /* columns, then how far each may be away */
} rows;

static const char unseen_text[] = "a text that was never seen";

/* ---- cells -------------------------------------------------------------------------------- */

static int has_unseen(const mlci_onnx_feature *f)
{
    for (int64_t k = 0; f->is_text && k < f->n_levels; k++)
        if (mlci_text_equal(f->keys[k].text, f->keys[k].length, unseen_text)) return 0;
    return !f->refuses_unseen;
}

/* Levels one after the other, then a missing value and one that is not known. */
static double level_at(const mlci_onnx_feature *f, int64_t i, int64_t row)
{
    const int64_t n = f->n_levels + (f->has_missing || !f->refuses_unseen) + has_unseen(f);
    return (double)((row + i) % n);
}

/* A float, which the runtime takes as it is. */
static double number_at(const mlci_onnx_feature *f, int64_t i, int64_t row)
{
    const double x = f->mean + f->scale * ((double)((row * (i % 5 + 1) + i) % 17) / 4 - 2);
    if (f->fill == f->fill && (row + i) % 6 == 5) return (double)NAN;
    if (f->is_whole) return rint(x);
    return isfinite((float)x) ? (double)(float)x : 0;
}

static double cell_at(const rows *r, int64_t i, int64_t row)
{
    const mlci_onnx_feature *const f = &r->f->list[i];
    return f->kind == MLCI_ONNX_LEVELS ? level_at(f, i, row) : number_at(f, i, row);
}

static void put_cell(const rows *r, int64_t i, int64_t row)
{
    const mlci_onnx_feature *const f = &r->f->list[i];
    const double cell = cell_at(r, i, row);
    const int64_t level = f->kind == MLCI_ONNX_LEVELS ? (int64_t)cell : -1;
    if (level < 0 && cell == cell)
        mlci_text_append_real(r->out, cell);
    else if (level < 0 || (level == f->n_levels && !f->is_text))
        mlci_text_append_text(r->out, "\"nan\"");
    else if (level == f->n_levels)
        mlci_text_append_text(r->out, "null");
    else if (level > f->n_levels && f->is_text)
        mlci_text_append_json(r->out, unseen_text, (int64_t)sizeof unseen_text - 1);
    else if (level > f->n_levels)
        mlci_text_append_real(r->out, f->numbers[f->n_levels - 1] + 1);
    else if (f->is_text)
        mlci_text_append_json(r->out, f->keys[level].text, f->keys[level].length);
    else
        mlci_text_append_real(r->out, f->numbers[level]);
}

/* ---- what the graph makes of them --------------------------------------------------------- */

/* What the map of a column makes of a cell, or the number itself. */
static double start_of(const rows *r, const mlci_onnx_source *s)
{
    const mlci_onnx_feature *const f = &r->f->list[s->feature];
    const double cell = r->cells[s->feature];
    if (f->kind != MLCI_ONNX_LEVELS) return cell;
    const int64_t level = (int64_t)cell;
    if (level > f->n_levels) return s->map != NULL ? s->map->unseen : (double)INFINITY;
    if (level == f->n_levels) return s->map != NULL ? s->map->missing : (double)NAN;
    return s->map != NULL ? s->map->values[f->keys[level].index] : f->numbers[level];
}

/* A column of the model for the row at hand, and how far it may be away. */
static double column_of(const rows *r, int64_t j, double *error)
{
    const mlci_onnx_reading *const g = r->g;
    const mlci_onnx_source *const s = &g->sources[g->linear.columns.first + j];
    const double x = start_of(r, s);
    const int64_t n = s->change < 0 ? 0 : g->changes.list[s->change].number;
    const double unit = g->linear.is_float || g->linear.columns.is_float ? 0x1p-24 : 0x1p-53;
    *error = (double)n * unit * mlci_onnx_size(&g->changes, s, x);
    return mlci_onnx_value(&g->changes, s, x);
}

/* Columns by the norm of their row. */
static void share(const rows *r)
{
    const int64_t n = r->g->linear.columns.n;
    double norm = 0;
    for (int64_t j = 0; j < n; j++)
        norm += r->g->linear.columns.norm == 1 ? fabs(r->shares[j]) : r->shares[j] * r->shares[j];
    if (r->g->linear.columns.norm == 2) norm = sqrt(norm);
    for (int64_t j = 0; j < n && norm > 0; j++) {
        r->shares[j] /= norm;
        r->shares[n + j] = r->shares[n + j] / norm + 4 * 0x1p-24 * fabs(r->shares[j]);
    }
}

static void sum_weights(rows *r)
{
    const mlci_onnx_linear *const l = &r->g->linear;
    for (int64_t k = 0; k < l->n_outputs; k++) {
        double size = fabs(l->intercept[k]), error = 0;
        r->sum[k] = l->intercept[k];
        for (int64_t j = 0; j < l->columns.n; j++) {
            const double weight = l->weights[j * l->n_outputs + k];
            r->sum[k] += weight * r->shares[j];
            size += fabs(weight * r->shares[j]);
            error += fabs(weight) * r->shares[l->columns.n + j];
        }
        error += size * (double)(l->columns.n + 8) * 0x1p-50;
        if (error > r->tolerance) r->tolerance = error;
    }
}

static void sum_row(rows *r)
{
    const mlci_onnx_linear *const l = &r->g->linear;
    for (int64_t j = 0; j < l->columns.n; j++)
        r->shares[j] = column_of(r, j, &r->shares[l->columns.n + j]);
    if (l->columns.kind == MLCI_FORM_SHARES) share(r);
    if (r->g->vectors.n == 0) {
        sum_weights(r);
        return;
    }
    const double error = mlci_onnx_vector_scores(r->g, r->shares, r->decisions, r->sum);
    if (error > r->tolerance) r->tolerance = error;
}

/* ---- together ----------------------------------------------------------------------------- */

static int64_t count_rows(const mlci_onnx_reading *g, const mlci_onnx_features *f)
{
    int64_t n = LEAST_ROWS, most = MOST_CELLS / (f->n + g->linear.columns.n * f->n_outputs);
    for (int64_t i = 0; i < f->n; i++)
        if (f->list[i].n_levels + 2 > n) n = f->list[i].n_levels + 2;
    if (most > g->model->settings->parity_rows) most = g->model->settings->parity_rows;
    return n <= most ? n : most > LEAST_ROWS ? most : LEAST_ROWS;
}

static void put_inputs(const rows *r, int is_vector)
{
    const char *before = "";
    mlci_text_append_text(r->out, is_vector ? "[[" : "[");
    for (int64_t i = 0; !is_vector && i < r->f->n; i++) {
        if (r->f->list[i].kind == MLCI_ONNX_UNUSED) continue;
        mlci_text_append_text(r->out, before);
        for (int64_t row = 0; row < r->n; row++) {
            mlci_text_append_text(r->out, row == 0 ? "[" : ", ");
            put_cell(r, i, row);
        }
        mlci_text_append_text(r->out, "]");
        before = ", ";
    }
    for (int64_t cell = 0; is_vector && cell < r->n * r->f->n; cell++) {
        if (cell > 0) mlci_text_append_text(r->out, ", ");
        put_cell(r, cell % r->f->n, cell / r->f->n);
    }
    mlci_text_append_text(r->out, is_vector ? "]]" : "]");
}

static mlc_status put_values(rows *r, mlc_error *err)
{
    mlci_text_append_text(r->out, ", \"values\": [");
    for (int64_t row = 0; row < r->n; row++) {
        for (int64_t i = 0; i < r->f->n; i++)
            r->cells[i] = cell_at(r, i, row);
        sum_row(r);
        for (int64_t k = 0; k < r->n_scores; k++) {
            if (row + k > 0) mlci_text_append_text(r->out, ", ");
            mlci_text_append_real(r->out, r->sum[k]);
        }
        MLCI_TRY(mlci_poll(r->g->model->call, err));
    }
    mlci_text_append_text(r->out, "]");
    return MLC_OK;
}

static mlc_status put_rows(rows *r, int is_vector, mlc_error *err)
{
    mlci_root *const root = r->g->model->root;
    r->cells = mlci_alloc(root, r->f->n, sizeof *r->cells);
    r->sum = mlci_alloc(root, r->n_scores, sizeof *r->sum);
    r->decisions = mlci_alloc(root, mlci_onnx_n_vector_decisions(r->g), sizeof *r->decisions);
    r->shares = mlci_alloc(root, r->g->linear.columns.n, 2 * (int64_t)sizeof *r->shares);
    if (r->cells == NULL || r->sum == NULL || r->shares == NULL || r->decisions == NULL)
        return mlci_fail_memory(err, r->f->n + r->f->n_outputs, sizeof *r->cells);
    mlci_text_append_format(r->out,
                            "{\"n_rows\": %lld, \"output\": \"%s\", \"rows\": ", (long long)r->n,
                            r->g->is_class || r->g->vectors.is_anomaly ? "raw" : "prediction");
    put_inputs(r, is_vector);
    MLCI_TRY(put_values(r, err));
    mlci_text_append_text(r->out, ", \"tolerance\": ");
    mlci_text_append_real(r->out, r->tolerance);
    mlci_text_append_text(r->out, "}");
    return MLC_OK;
}

mlc_status mlci_onnx_write_rows(const mlci_onnx_reading *g, const mlci_onnx_features *f,
                                int is_vector, mlci_text *out, mlc_error *err)
{
    rows r = {.g = g, .f = f, .out = out, .n = count_rows(g, f)};
    r.n_scores = g->vectors.n > 0 ? mlci_onnx_n_vector_scores(g) : f->n_outputs;
    const mlc_status status = put_rows(&r, is_vector, err);
    mlci_free(r.cells);
    mlci_free(r.sum);
    mlci_free(r.decisions);
    mlci_free(r.shares);
    return status;
}
