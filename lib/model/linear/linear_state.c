/* The fitted state of linear models: memory, files, raw scores and tables.
 *
 * Weights are kept feature by feature (n_features x n_outputs), the layout in which a row of X
 * meets all outputs at once. Tables list them output by output, which is how people read them. */
#include "linear_state.h"

#include <float.h>
#include <math.h>

#include "checked.h"
#include "kernels.h"

#define MAX_OUTPUTS 1000000
#define HISTORY_START 16

mlci_linear_state *mlci_linear_state_create(mlci_root *root, int64_t n_features, int64_t n_outputs,
                                            mlc_error *err)
{
    int64_t n_weights;
    mlci_linear_state *const state = mlci_alloc(root, 1, sizeof *state);
    if (state == NULL || !mlci_mul_size(n_features, n_outputs, &n_weights)) goto failed;
    state->n_features = n_features;
    state->n_outputs = n_outputs;
    state->weights = mlci_alloc(root, n_weights, sizeof *state->weights);
    state->intercept = mlci_alloc(root, n_outputs, sizeof *state->intercept);
    if (state->weights != NULL && state->intercept != NULL) return state;

failed:
    mlci_linear_state_free(state);
    mlci_fail_memory(err, n_features, (int64_t)sizeof(double));
    return NULL;
}

void mlci_linear_state_free(void *state)
{
    mlci_linear_state *const s = state;
    if (s == NULL) return;
    mlci_free(s->weights);
    mlci_free(s->intercept);
    mlci_free(s->history);
    mlci_free(s);
}

mlc_status mlci_linear_state_record(mlci_root *root, mlci_linear_state *state,
                                    const mlci_history_line *line, mlc_error *err)
{
    if (state->n_history == state->history_capacity) {
        const int64_t capacity = state->n_history == 0 ? HISTORY_START : 2 * state->n_history;
        mlci_history_line *const grown =
            mlci_realloc(root, state->history, capacity, sizeof *grown);
        if (grown == NULL) return mlci_fail_memory(err, capacity, sizeof *grown);
        state->history = grown;
        state->history_capacity = capacity;
    }
    state->history[state->n_history++] = *line;
    return MLC_OK;
}

static int all_finite(const double *x, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        if (!(fabs(x[i]) <= DBL_MAX)) return 0;
    }
    return 1;
}

mlc_status mlci_linear_state_check(const mlci_linear_state *state, mlc_error *err)
{
    if (all_finite(state->weights, state->n_features * state->n_outputs) &&
        all_finite(state->intercept, state->n_outputs)) {
        return MLC_OK;
    }
    return mlci_fail(err, MLC_ERROR_NUMERIC, NULL,
                     "the coefficients are not finite: values of the features or the target are "
                     "too large; scale them first");
}

/* ---- files -------------------------------------------------------------------------------- */

void mlci_linear_state_save(const mlci_linear_state *state, mlci_writer *w)
{
    mlci_write_int64(w, state->n_features);
    mlci_write_int64(w, state->n_outputs);
    mlci_write_reals(w, state->weights, state->n_features * state->n_outputs);
    mlci_write_reals(w, state->intercept, state->n_outputs);
    mlci_write_int64(w, state->n_history);
    for (int64_t i = 0; i < state->n_history; i++) {
        mlci_write_int64(w, state->history[i].iteration);
        mlci_write_real(w, state->history[i].value);
        mlci_write_real(w, state->history[i].gradient);
    }
}

static void load_history(mlci_reader *r, mlci_linear_state *state)
{
    const int64_t line_bytes = 3 * 8;
    const int64_t n = mlci_read_count(r, "history lines", 0, (r->length - r->at) / line_bytes);
    if (r->status != MLC_OK || n == 0) return;
    state->history = mlci_alloc(r->root, n, sizeof *state->history);
    if (state->history == NULL) {
        r->status = mlci_fail_memory(&r->error, n, sizeof *state->history);
        return;
    }
    state->n_history = state->history_capacity = n;
    for (int64_t i = 0; i < n; i++) {
        state->history[i].iteration = mlci_read_int64(r);
        state->history[i].value = mlci_read_real(r);
        state->history[i].gradient = mlci_read_real(r);
    }
}

mlci_linear_state *mlci_linear_state_load(mlci_reader *r, int64_t n_features, int64_t n_outputs)
{
    mlci_linear_state *const state = mlci_alloc(r->root, 1, sizeof *state);
    if (state == NULL) {
        if (r->status == MLC_OK) r->status = mlci_fail_memory(&r->error, 1, sizeof *state);
        return NULL;
    }
    state->n_features = mlci_read_count(r, "features", n_features, n_features);
    state->n_outputs = mlci_read_count(r, "outputs", n_outputs > 0 ? n_outputs : 1,
                                       n_outputs > 0 ? n_outputs : MAX_OUTPUTS);
    if (r->status == MLC_OK) {
        state->weights = mlci_read_reals(r, state->n_features * state->n_outputs, NULL);
        state->intercept = mlci_read_reals(r, state->n_outputs, NULL);
        load_history(r, state);
    }
    if (r->status == MLC_OK && mlci_linear_state_check(state, NULL) != MLC_OK) {
        mlci_reader_refuse(r, "a coefficient is not finite");
    }
    if (r->status == MLC_OK) return state;
    mlci_linear_state_free(state);
    return NULL;
}

/* ---- scores ------------------------------------------------------------------------------- */

void mlci_linear_raw(const mlci_model_predict *predict, double *out)
{
    const mlci_linear_state *const state = predict->state;
    const mlci_row_block rows = {.x = predict->x,
                                 .n_rows = predict->n_rows,
                                 .n_columns = state->n_features,
                                 .stride = state->n_features};
    mlci_kernels_of(predict->isa)
        ->linear(&rows, state->weights, state->n_outputs, state->intercept, out);
}

/* ---- tables ------------------------------------------------------------------------------- */

static void append_feature(const mlci_features *features, int64_t j, mlci_text *text)
{
    if (features != NULL) {
        mlci_features_name(features, j, text);
    } else {
        mlci_text_append_char(text, 'x');
        mlci_text_append_integer(text, j);
    }
}

/* The class or target that output k is about. Two classes have one output: of the second. */
static void append_output(const mlci_linear_state *state, const mlci_classes *classes, int64_t k,
                          mlci_text *text)
{
    const int64_t class_ = state->n_outputs == 1 ? 1 : k;
    if (classes != NULL && class_ < classes->n) {
        mlci_text_append_text(text, classes->names[class_]);
    } else {
        mlci_text_append_integer(text, k);
    }
}

/* Texts of one column of a table, each a block. */
typedef struct text_column {
    char **texts;
    int64_t n;
} text_column;

static void free_texts(text_column *column)
{
    for (int64_t i = 0; i < column->n; i++)
        mlci_free(column->texts[i]);
    mlci_free(column->texts);
}

static mlc_status make_texts(mlci_root *root, int64_t n, text_column *column, mlc_error *err)
{
    column->texts = mlci_alloc(root, n, sizeof *column->texts);
    if (column->texts == NULL) return mlci_fail_memory(err, n, sizeof *column->texts);
    column->n = n;
    return MLC_OK;
}

mlc_status mlci_linear_coefficients(mlc_context *call, const mlci_linear_state *state,
                                    const mlci_features *features, const mlci_classes *classes,
                                    mlc_dataset **out, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(call);
    const int64_t p = state->n_features, n_lines = (p + 1) * state->n_outputs;
    text_column names = {0}, outputs = {0};
    double *const values = mlci_alloc(root, n_lines, sizeof *values);
    mlc_status status = values == NULL ? mlci_fail_memory(err, n_lines, sizeof *values)
                                       : make_texts(root, n_lines, &names, err);
    if (status == MLC_OK) status = make_texts(root, n_lines, &outputs, err);
    for (int64_t i = 0; i < n_lines && status == MLC_OK; i++) {
        const int64_t j = i % (p + 1), k = i / (p + 1);
        mlci_text name = mlci_text_init(root), output = mlci_text_init(root);
        values[i] = j == p ? state->intercept[k] : state->weights[j * state->n_outputs + k];
        if (j == p) {
            mlci_text_append_text(&name, "(intercept)");
        } else {
            append_feature(features, j, &name);
        }
        append_output(state, classes, k, &output);
        status = mlci_text_take(&name, &names.texts[i], err);
        if (status == MLC_OK) status = mlci_text_take(&output, &outputs.texts[i], err);
        mlci_text_clear(&name);
        mlci_text_clear(&output);
    }
    if (status == MLC_OK) {
        mlci_table table;
        mlci_table_init(&table, root);
        mlci_table_texts(&table, "feature", n_lines, (const char *const *)names.texts);
        mlci_table_texts(&table, classes != NULL ? "class" : "target", n_lines,
                         (const char *const *)outputs.texts);
        mlci_table_reals(&table, "value", n_lines, values);
        status = mlci_table_finish(&table, out, err);
    }
    free_texts(&names);
    free_texts(&outputs);
    mlci_free(values);
    return status;
}

mlc_status mlci_linear_history(mlc_context *call, const mlci_linear_state *state,
                               const char *value_name, const char *gradient_name, mlc_dataset **out,
                               mlc_error *err)
{
    mlci_root *const root = mlci_context_root(call);
    const int64_t n = state->n_history;
    int64_t *const iterations = mlci_alloc(root, n, sizeof *iterations);
    double *const values = mlci_alloc(root, n, sizeof *values);
    double *const gradients = mlci_alloc(root, n, sizeof *gradients);
    mlc_status status = MLC_OK;
    if (iterations == NULL || values == NULL || gradients == NULL) {
        status = mlci_fail_memory(err, n, 3 * (int64_t)sizeof(double));
        goto done;
    }
    for (int64_t i = 0; i < n; i++) {
        iterations[i] = state->history[i].iteration;
        values[i] = state->history[i].value;
        gradients[i] = state->history[i].gradient;
    }
    mlci_table table;
    mlci_table_init(&table, root);
    mlci_table_integers(&table, "iteration", n, iterations);
    mlci_table_reals(&table, value_name, n, values);
    mlci_table_reals(&table, gradient_name, n, gradients);
    status = mlci_table_finish(&table, out, err);

done:
    mlci_free(iterations);
    mlci_free(values);
    mlci_free(gradients);
    return status;
}
