/* Names of an ONNX graph as numbers, and its inputs as columns. */
#include "onnx_reading.h"

/* ---- names -------------------------------------------------------------------------------- */

static void list_keys(const mlci_onnx_reading *g, mlci_text_key *keys)
{
    const mlci_onnx_file *const f = &g->file;
    int64_t n = 0;
    for (int64_t i = 0; i < f->n_names; i++, n++)
        keys[n] = (mlci_text_key){f->names[i].at, f->names[i].length, (int32_t)n};
    for (int64_t i = 0; i < f->n_constants; i++, n++)
        keys[n] = (mlci_text_key){f->constants[i].name.at, f->constants[i].name.length, (int32_t)n};
    for (int64_t i = 0; i < f->n_inputs; i++, n++)
        keys[n] = (mlci_text_key){f->inputs[i].name.at, f->inputs[i].name.length, (int32_t)n};
    for (int64_t i = 0; i < f->n_outputs; i++, n++)
        keys[n] = (mlci_text_key){f->outputs[i].at, f->outputs[i].length, (int32_t)n};
}

/* Each name gets a number, the same for the same name. */
mlc_status mlci_onnx_number_names(mlci_onnx_reading *g, mlc_error *err)
{
    const mlci_onnx_file *const f = &g->file;
    mlci_root *const root = g->model->root;
    const int64_t n = f->n_names + f->n_constants + f->n_inputs + f->n_outputs;
    if (n > INT32_MAX)
        return mlci_foreign_refuse(g->model, err, MLC_ERROR_LIMIT, "graph",
                                   "it has too many names");
    mlci_text_key *const keys = mlci_alloc(root, n, 2 * (int64_t)sizeof *keys);
    g->ids = mlci_alloc(root, n, sizeof *g->ids);
    g->forms = mlci_alloc(root, n, sizeof *g->forms);
    if (keys == NULL || g->ids == NULL || g->forms == NULL) {
        mlci_free(keys);
        return mlci_fail_memory(err, n, sizeof *g->forms);
    }
    list_keys(g, keys);
    mlci_text_keys_sort(keys, keys + n, n);
    for (int64_t i = 0, id = 0; i < n; i++) {
        if (i > 0 && mlci_text_compare(keys[i - 1].text, keys[i - 1].length, keys[i].text,
                                       keys[i].length) != 0)
            id++;
        g->ids[keys[i].index] = id;
    }
    mlci_free(keys);
    return MLC_OK;
}

/* ---- inputs ------------------------------------------------------------------------------- */

static int is_number(int32_t type)
{
    return type == MLCI_ONNX_FLOAT || type == MLCI_ONNX_DOUBLE || type == MLCI_ONNX_INT64 ||
           type == MLCI_ONNX_INT32 || type == MLCI_ONNX_BOOL;
}

static int is_whole(const mlci_onnx_known *input)
{
    return is_number(input->type) && input->type != MLCI_ONNX_FLOAT &&
           input->type != MLCI_ONNX_DOUBLE;
}

/* An input that is also a constant is one. */
static int is_input(const mlci_onnx_reading *g, int64_t i)
{
    const int64_t id = g->ids[g->file.n_names + g->file.n_constants + i];
    return g->forms[id].kind == MLCI_FORM_NONE;
}

static mlc_status count_columns(mlci_onnx_reading *g, int64_t *n, mlc_error *err)
{
    int64_t n_unknown = 0, n_inputs = 0;
    *n = 0;
    for (int64_t i = 0; i < g->file.n_inputs; i++) {
        const mlci_onnx_known *const input = &g->file.inputs[i];
        g->first_column[i] = *n;
        if (!is_input(g, i)) continue;
        if (!is_number(input->type) && (input->type != MLCI_ONNX_STRING || input->width < 1))
            return mlci_foreign_refuse(g->model, err, MLC_ERROR_UNSUPPORTED, "input",
                                       "an input is neither numbers nor columns of texts");
        n_inputs++;
        n_unknown += input->width < 0;
        *n += input->width < 0 ? 0 : input->width;
        if (*n > g->model->settings->max_features) break;
    }
    if (n_unknown == 0 || n_inputs == 1) return MLC_OK;
    return mlci_foreign_refuse(g->model, err, MLC_ERROR_UNSUPPORTED, "input",
                               "an input does not say how many columns it has");
}

/* One input of many columns is a vector; others have the names of the file. */
static mlc_status name_columns(mlci_onnx_reading *g, int64_t i, int64_t n, mlc_error *err)
{
    const mlci_onnx_known *const input = &g->file.inputs[i];
    mlci_text name = mlci_text_init(g->model->root);
    mlc_status status = MLC_OK;
    if (input->width == n && n > 1 && input->type != MLCI_ONNX_STRING) return MLC_OK;
    for (int64_t k = 0; k < input->width && status == MLC_OK; k++) {
        mlci_text_clear(&name);
        mlci_text_append(&name, input->name.at, input->name.length);
        if (input->width > 1) mlci_text_append_format(&name, "_%lld", (long long)k);
        status = mlci_text_status(&name, err);
        if (status == MLC_OK)
            status = mlci_foreign_name_input(g->model, g->first_column[i] + k, name.data,
                                             name.length, err);
    }
    mlci_text_clear(&name);
    return status;
}

static mlc_status open_input(mlci_onnx_reading *g, int64_t i, int64_t n, mlc_error *err)
{
    const mlci_onnx_known *const input = &g->file.inputs[i];
    mlci_onnx_form *const f = &g->forms[g->ids[g->file.n_names + g->file.n_constants + i]];
    if (!is_input(g, i)) return MLC_OK;
    const int is_text = input->type == MLCI_ONNX_STRING;
    *f = (mlci_onnx_form){.kind = is_text ? MLCI_FORM_TEXT : MLCI_FORM_COLUMNS,
                          .first = g->n_sources,
                          .n = input->width < 0 ? 0 : input->width,
                          .is_float = !is_text && input->type != MLCI_ONNX_DOUBLE};
    mlci_onnx_source source = {.is_float = f->is_float, .is_whole = is_whole(input), .change = -1};
    for (int64_t k = 0; k < f->n; k++) {
        source.feature = (int32_t)(g->first_column[i] + k);
        MLCI_TRY(mlci_onnx_add_source(g, source, err));
    }
    return n == 0 ? MLC_OK : name_columns(g, i, n, err);
}

mlc_status mlci_onnx_open_inputs(mlci_onnx_reading *g, mlc_error *err)
{
    int64_t n = 0;
    for (int64_t i = 0; i < g->file.n_constants; i++)
        g->forms[g->ids[g->file.n_names + i]] =
            (mlci_onnx_form){.kind = MLCI_FORM_CONSTANT, .constant = i};
    g->first_column = mlci_alloc(g->model->root, g->file.n_inputs, sizeof *g->first_column);
    if (g->first_column == NULL)
        return mlci_fail_memory(err, g->file.n_inputs, sizeof *g->first_column);
    MLCI_TRY(count_columns(g, &n, err));
    if (n > 0) MLCI_TRY(mlci_foreign_set_inputs(g->model, n, err));
    for (int64_t i = 0; i < g->file.n_inputs; i++)
        MLCI_TRY(open_input(g, i, n, err));
    return MLC_OK;
}
