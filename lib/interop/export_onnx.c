/* ONNX: a graph that takes raw columns and gives what the model gives.
 *
 * The program of a fitted model (compose/program.h) is a straight list of steps over the cells of a
 * record. Here a cell is a column of a value of the graph, and a step a few nodes. Version 5 of
 * ai.onnx.ml computes in doubles; version 3, which older runtimes have, in floats. */
#include <mlcore/status.h>
#include <string.h>

#include "onnx_export.h"

mlc_status mlci_onnx_refuse(const mlci_component *step, const char *what, mlc_error *err)
{
    return mlci_fail(err, MLC_ERROR_UNSUPPORTED, step->name,
                     "step '%s' (%s) cannot be written as ONNX: %s", step->name,
                     step->descriptor->name, what);
}

mlc_status mlci_onnx_note(mlci_onnx_export *x, const char *step, const char *subject,
                          const char *effect, mlc_error *err)
{
    for (int32_t i = 0; i < x->e->n_losses; i++)
        if (strcmp(x->e->losses[i].step, step) == 0 &&
            strcmp(x->e->losses[i].subject, subject) == 0 &&
            strcmp(x->e->losses[i].effect, effect) == 0)
            return MLC_OK;
    return mlci_export_note(x->e, step, subject, effect, err);
}

/* ---- cells -------------------------------------------------------------------------------- */

/* How many cells from the first on are neighbours in one value. */
static int32_t count_run(const mlci_onnx_export *x, int32_t n, const int32_t *cells)
{
    const mlci_onnx_cell *const first = &x->cells[cells[0]];
    int32_t k = 1;
    while (k < n && x->cells[cells[k]].value == first->value &&
           x->cells[cells[k]].column == first->column + k)
        k++;
    return k;
}

/* Columns of a value, or all of it. */
static mlc_status take_run(mlci_onnx_export *x, int32_t n, const int32_t *cells, int32_t *value,
                           mlc_error *err)
{
    const mlci_onnx_cell *const first = &x->cells[cells[0]];
    *value = first->value;
    if (n == first->width) return MLC_OK;
    int64_t *const columns = mlci_alloc(x->root, n, sizeof *columns);
    if (columns == NULL) return mlci_fail_memory(err, n, sizeof *columns);
    for (int32_t k = 0; k < n; k++)
        columns[k] = first->column + k;
    *value = mlci_onnx_gather(&x->g, first->value, mlci_onnx_integers(&x->g, -1, n, columns), 1);
    mlci_free(columns);
    return MLC_OK;
}

mlc_status mlci_onnx_columns(mlci_onnx_export *x, int32_t n, const int32_t *cells, int32_t *value,
                             mlc_error *err)
{
    int32_t n_parts = 0;
    int32_t *const parts = mlci_alloc(x->root, n, sizeof *parts);
    if (parts == NULL) return mlci_fail_memory(err, n, sizeof *parts);
    mlc_status status = MLC_OK;
    for (int32_t i = 0, run = 0; i < n && status == MLC_OK; i += run) {
        run = count_run(x, n - i, cells + i);
        status = take_run(x, run, cells + i, &parts[n_parts++], err);
    }
    if (status == MLC_OK) *value = mlci_onnx_concat(&x->g, n_parts, parts);
    mlci_free(parts);
    return status;
}

int32_t mlci_onnx_column(mlci_onnx_export *x, int32_t cell)
{
    const mlci_onnx_cell *const c = &x->cells[cell];
    const int64_t column = c->column;
    if (c->width == 1) return c->value;
    return mlci_onnx_gather(&x->g, c->value, mlci_onnx_integers(&x->g, -1, 1, &column), 1);
}

static void put_keys(mlci_onnx_export *x, const mlci_onnx_labels *labels, int32_t has_empty)
{
    const int64_t n = labels->n;
    mlci_text keys = mlci_text_init(x->root), codes = mlci_text_init(x->root);
    for (int64_t i = 0; i < n; i++) {
        mlci_proto_add_bytes(&keys, MLCI_ONNX_ATTRIBUTE_TEXTS, labels->texts[i],
                             labels->lengths[i]);
        mlci_proto_put_varint(&codes, (uint64_t)i);
    }
    if (!has_empty) {
        mlci_proto_add_text(&keys, MLCI_ONNX_ATTRIBUTE_TEXTS, "");
        mlci_proto_put_varint(&codes, (uint64_t)n);
    }
    mlci_onnx_set_texts(&x->g, "keys_strings", &keys);
    mlci_onnx_set_integers(&x->g, "values_int64s", &codes);
    mlci_onnx_set_integer(&x->g, "default_int64", n + 1);
    mlci_text_clear(&keys);
    mlci_text_clear(&codes);
}

mlc_status mlci_onnx_codes(mlci_onnx_export *x, const char *step, int32_t cell,
                           const mlci_onnx_labels *labels, int32_t *value, mlc_error *err)
{
    int32_t has_empty = 0;
    for (int64_t i = 0; i < labels->n; i++)
        has_empty |= labels->lengths[i] == 0;
    const int32_t column = mlci_onnx_column(x, cell);
    *value = mlci_onnx_open(&x->g, "LabelEncoder", MLCI_ONNX_ML, 1, &column);
    put_keys(x, labels, has_empty);
    mlci_onnx_close(&x->g);
    return mlci_onnx_note(x, step, "missing texts",
                          has_empty ? "the empty text is a category, so that no text is missing"
                                    : "the empty text stands for a missing one",
                          err);
}

/* ---- inputs ------------------------------------------------------------------------------- */

static void mark_used(const mlci_program *p, uint8_t *used)
{
    for (int32_t s = 0; s < p->n_steps; s++)
        for (int32_t i = 0; i < p->steps[s].n_in; i++)
            used[p->steps[s].in[i]] = 1;
    for (int32_t i = 0; i < p->n_in; i++)
        used[p->in[i]] = 1;
}

/* The columns that the model reads; those that nothing uses are left out. */
static void put_inputs(mlci_onnx_export *x, const mlci_features *inputs, const uint8_t *used)
{
    for (int32_t i = 0, cell = 0; i < inputs->n_inputs; i++) {
        const mlci_feature *const input = &inputs->inputs[i];
        const int32_t width = (int32_t)input->width;
        const int is_text = input->type == MLC_TYPE_CATEGORY || input->type == MLC_TYPE_TEXT;
        int32_t is_used = 0;
        for (int32_t k = 0; k < width; k++)
            is_used |= used[cell + k];
        if (is_used) {
            const int32_t value =
                mlci_onnx_input(&x->g, input->name, is_text ? MLCI_ONNX_STRING : x->g.real, width);
            for (int32_t k = 0; k < width; k++)
                x->cells[cell + k] = (mlci_onnx_cell){value, k, width, is_text};
        }
        cell += width;
    }
}

static mlc_status open_inputs(mlci_onnx_export *x, const mlci_features *inputs, mlc_error *err)
{
    uint8_t *const used = mlci_alloc(x->root, x->program->n_cells, 1);
    x->cells = mlci_alloc(x->root, x->program->n_cells, sizeof *x->cells);
    if (used == NULL || x->cells == NULL) {
        mlci_free(used);
        return mlci_fail_memory(err, x->program->n_cells, sizeof *x->cells);
    }
    mark_used(x->program, used);
    put_inputs(x, inputs, used);
    mlci_free(used);
    if (x->g.opset == 5) return MLC_OK;
    return mlci_onnx_note(x, "inputs", "numbers",
                          "they are float32: one that is no float is rounded, and may be on the "
                          "other side of a threshold then",
                          err);
}

/* ---- together ----------------------------------------------------------------------------- */

static mlc_status put_all(mlci_onnx_export *x, mlc_error *err)
{
    const mlc_model *const model = x->e->model;
    MLCI_TRY(
        mlci_program_compile(x->root, model->component, model->record->inputs, &x->program, err));
    if (x->program->n_finishes > 0)
        return mlci_onnx_refuse(x->program->finishes[x->program->n_finishes - 1],
                                "it has no words for a step after the model", err);
    MLCI_TRY(open_inputs(x, model->record->inputs, err));
    for (int32_t i = 0; i < x->program->n_steps; i++)
        MLCI_TRY(mlci_onnx_transform(x, &x->program->steps[i], err));
    MLCI_TRY(mlci_onnx_model(x, err));
    return mlci_onnx_finish(&x->g, x->e->settings->name, mlc_version(NULL, NULL, NULL), &x->e->out,
                            err);
}

static mlc_status write_onnx(mlci_export *e, mlc_error *err)
{
    mlci_onnx_export x = {.e = e, .root = e->root};
    if (e->settings->opset == 4)
        return mlci_fail(err, MLC_ERROR_SETTING, "opset",
                         "opset = 4 has trees of floats as 3 has: give 3 or 5");
    mlci_onnx_init(&x.g, e->root, e->settings->opset);
    const mlc_status status = put_all(&x, err);
    mlci_onnx_clear(&x.g);
    mlci_program_free(x.program);
    mlci_free(x.cells);
    return status;
}

const mlci_export_format mlci_export_onnx = {"onnx", ".onnx", NULL, write_onnx};
