/* Columns of an ONNX graph, and what is changed of each. */
#include "onnx_reading.h"

/* ---- constants ---------------------------------------------------------------------------- */

mlc_status mlci_onnx_constant_numbers(const mlci_onnx_step *s, const mlci_onnx_form *f,
                                      mlci_onnx_numbers *out, mlc_error *err)
{
    *out = (mlci_onnx_numbers){0};
    if (!mlci_form_is(f, MLCI_FORM_CONSTANT))
        return mlci_onnx_refuse_step(
            s, "needs a constant beside columns: one that stands in the graph would be right", err);
    return mlci_onnx_tensor_numbers(&s->g->file, s->g->file.constants[f->constant].message, out,
                                    NULL, err);
}

mlc_status mlci_onnx_constant_row(const mlci_onnx_step *s, const mlci_onnx_form *f,
                                  mlci_onnx_numbers *out, mlc_error *err)
{
    int64_t rows = 1, columns = 1;
    *out = (mlci_onnx_numbers){0};
    if (mlci_form_is(f, MLCI_FORM_CONSTANT))
        MLCI_TRY(mlci_onnx_tensor_shape(&s->g->file, s->g->file.constants[f->constant].message,
                                        &rows, &columns, err));
    if (rows == 1) return mlci_onnx_constant_numbers(s, f, out, err);
    return mlci_onnx_refuse_step(
        s, "has a constant of several rows: one number, or one a column, would be right", err);
}

/* ---- columns ------------------------------------------------------------------------------ */

/* So many as a graph can need: what makes columns of few has a number for each in the file. */
static int64_t most_columns(const mlci_onnx_reading *g)
{
    return 64 + 8 * g->model->n_features + 32 * g->n_bytes;
}

mlc_status mlci_onnx_add_source(mlci_onnx_reading *g, mlci_onnx_source source, mlc_error *err)
{
    if (g->n_sources == g->source_capacity) {
        const int64_t capacity = g->source_capacity == 0 ? 64 : 2 * g->source_capacity;
        if (g->n_sources >= most_columns(g))
            return mlci_foreign_refuse(g->model, err, MLC_ERROR_LIMIT, "graph",
                                       "its columns are put together too often");
        mlci_onnx_source *const grown =
            mlci_realloc(g->model->root, g->sources, capacity, sizeof *grown);
        if (grown == NULL) return mlci_fail_memory(err, capacity, sizeof *grown);
        g->sources = grown;
        g->source_capacity = capacity;
    }
    g->sources[g->n_sources++] = source;
    return MLC_OK;
}

mlc_status mlci_onnx_copy_columns(const mlci_onnx_step *s, const mlci_onnx_form *from,
                                  mlc_error *err)
{
    if (from->n == 0)
        return mlci_onnx_refuse_step(
            s, "needs to know how many columns there are: an input that says so would be right",
            err);
    for (int64_t i = 0; i < from->n; i++)
        MLCI_TRY(mlci_onnx_add_source(s->g, s->g->sources[from->first + i], err));
    return MLC_OK;
}

mlc_status mlci_onnx_concat_columns(const mlci_onnx_step *s, mlc_error *err)
{
    mlci_onnx_reading *const g = s->g;
    if (s->op->n_inputs < 1) return mlci_onnx_refuse_place(s, err);
    *s->out = (mlci_onnx_form){.kind = s->in[0]->kind, .first = g->n_sources};
    for (int32_t i = 0; i < s->op->n_inputs; i++) {
        const mlci_onnx_form *const f = &g->forms[g->ids[s->op->first_input + i]];
        if (f->kind != s->out->kind || (f->kind != MLCI_FORM_COLUMNS && f->kind != MLCI_FORM_TEXT))
            return mlci_onnx_refuse_place(s, err);
        s->out->is_float |= f->is_float;
        MLCI_TRY(mlci_onnx_copy_columns(s, f, err));
    }
    s->out->n = g->n_sources - s->out->first;
    return MLC_OK;
}

static mlc_status grow_changes(mlci_onnx_reading *g, mlc_error *err)
{
    mlci_onnx_changes *const c = &g->changes;
    if (c->n < c->capacity) return MLC_OK;
    const int64_t capacity = c->capacity == 0 ? 64 : 2 * c->capacity;
    if (c->n >= most_columns(g))
        return mlci_foreign_refuse(g->model, err, MLC_ERROR_LIMIT, "graph",
                                   "its columns are changed too often");
    mlci_onnx_change *const grown = mlci_realloc(g->model->root, c->list, capacity, sizeof *grown);
    if (grown == NULL) return mlci_fail_memory(err, capacity, sizeof *grown);
    c->list = grown;
    c->capacity = capacity;
    return MLC_OK;
}

mlc_status mlci_onnx_change_source(mlci_onnx_reading *g, mlci_onnx_source *source,
                                   const mlci_onnx_change *change, mlc_error *err)
{
    mlci_onnx_changes *const c = &g->changes;
    const int64_t before = source->change;
    const int32_t number = before < 0 ? 1 : c->list[before].number + 1;
    if (number > MLCI_ONNX_MOST_CHANGES)
        return mlci_foreign_refuse(g->model, err, MLC_ERROR_LIMIT, "graph",
                                   "a column is changed more than %d times",
                                   MLCI_ONNX_MOST_CHANGES);
    MLCI_TRY(grow_changes(g, err));
    c->list[c->n] = *change;
    c->list[c->n].before = before;
    c->list[c->n].number = number;
    source->change = c->n++;
    return MLC_OK;
}

/* Some columns of a value. */
mlc_status mlci_onnx_gather_columns(const mlci_onnx_step *s, mlc_error *err)
{
    mlci_onnx_reading *const g = s->g;
    mlci_onnx_numbers indices;
    const mlci_onnx_form from = *s->in[0];
    MLCI_TRY(mlci_onnx_constant_numbers(s, s->in[1], &indices, err));
    *s->out = (mlci_onnx_form){.kind = from.kind, .first = g->n_sources, .is_float = from.is_float};
    mlc_status status = MLC_OK;
    for (int64_t i = 0; i < indices.n && status == MLC_OK; i++) {
        const double k =
            indices.values[i] < 0 ? indices.values[i] + (double)from.n : indices.values[i];
        status = k >= 0 && k < (double)from.n
                     ? mlci_onnx_add_source(g, g->sources[from.first + (int64_t)k], err)
                     : mlci_onnx_fault(&g->file, s->op, "there is no such column", err);
    }
    s->out->n = g->n_sources - s->out->first;
    mlci_free(indices.values);
    return status;
}
