/* Labels of an ONNX graph: texts or whole numbers, which become the classes of a model. */
#include <string.h>

#include "onnx_reading.h"
#include "target.h"

/* ---- labels ------------------------------------------------------------------------------- */

static mlc_status keep_label_numbers(mlci_onnx_reading *g, mlci_onnx_numbers *numbers, int32_t type)
{
    mlci_free(g->label_numbers);
    g->label_numbers = numbers->values;
    g->n_labels = numbers->n;
    g->label_type = type;
    return MLC_OK;
}

mlc_status mlci_onnx_constant_labels(const mlci_onnx_step *s, mlc_error *err)
{
    mlci_onnx_reading *const g = s->g;
    const mlci_span message = g->file.constants[s->in[0]->constant].message;
    mlci_onnx_numbers numbers;
    int32_t type = 0;
    *s->out = (mlci_onnx_form){.kind = MLCI_FORM_LABEL, .scores = s->in[1]->scores};
    g->is_class = 1;
    if (g->n_labels > 0) return mlci_onnx_refuse_step(s, "makes labels twice", err);
    mlci_free(g->labels);
    g->labels = NULL;
    if (mlci_onnx_tensor_texts(&g->file, message, &g->n_labels, &g->labels, NULL) == MLC_OK)
        return MLC_OK;
    MLCI_TRY(mlci_onnx_tensor_numbers(&g->file, message, &numbers, &type, err));
    return keep_label_numbers(g, &numbers, type);
}

/* classlabels_strings, classlabels_int64s (or _ints) of a classifier. */
mlc_status mlci_onnx_attribute_labels(const mlci_onnx_step *s, mlc_error *err)
{
    mlci_onnx_reading *const g = s->g;
    mlci_onnx_numbers numbers;
    mlci_free(g->labels);
    g->labels = NULL;
    MLCI_TRY(
        mlci_onnx_texts_of(&g->file, s->op, "classlabels_strings", &g->n_labels, &g->labels, err));
    if (g->n_labels > 0) return MLC_OK;
    mlci_free(g->labels);
    g->labels = NULL;
    const int is_old = mlci_onnx_attribute(s->op, "classlabels_ints").at != NULL;
    MLCI_TRY(mlci_onnx_numbers_of(
        &g->file, s->op, is_old ? "classlabels_ints" : "classlabels_int64s", &numbers, err));
    keep_label_numbers(g, &numbers, MLCI_ONNX_INT64);
    return g->n_labels > 0 ? MLC_OK : mlci_onnx_fault(&g->file, s->op, "it has no labels", err);
}

/* ---- classes ------------------------------------------------------------------------------ */

static mlc_status text_classes(const mlci_onnx_reading *g, mlci_column **out, mlc_error *err)
{
    const char **const texts = mlci_alloc(g->model->root, g->n_labels, sizeof *texts);
    int64_t *const lengths = mlci_alloc(g->model->root, g->n_labels, sizeof *lengths);
    mlc_status status = texts == NULL || lengths == NULL
                            ? mlci_fail_memory(err, g->n_labels, sizeof *texts)
                            : MLC_OK;
    for (int64_t k = 0; k < g->n_labels && status == MLC_OK; k++) {
        texts[k] = g->labels[k].at;
        lengths[k] = g->labels[k].length;
        if (!mlci_utf8_valid(texts[k], lengths[k], NULL) || lengths[k] == 0 ||
            memchr(texts[k], 0, (size_t)lengths[k]) != NULL)
            status = mlci_foreign_fail(g->model, err, "labels", "a label is no text");
    }
    if (status == MLC_OK)
        status = mlci_column_create_text(g->model->root, g->n_labels, texts, lengths, out, err);
    mlci_free(texts);
    mlci_free(lengths);
    return status;
}

static mlc_status number_classes(const mlci_onnx_reading *g, mlci_column **out, mlc_error *err)
{
    const int is_real = g->label_type == MLCI_ONNX_FLOAT || g->label_type == MLCI_ONNX_DOUBLE;
    for (int64_t k = 0; k < g->n_labels; k++)
        if (!mlci_class_number_valid(g->label_numbers[k]))
            return mlci_foreign_fail(g->model, err, "labels", "a label is no whole number");
    MLCI_TRY(mlci_column_create(g->model->root, is_real ? MLC_TYPE_FLOAT64 : MLC_TYPE_INT64,
                                g->n_labels, 1, 0, out, err));
    for (int64_t k = 0; k < g->n_labels; k++) {
        if (is_real)
            ((double *)mlci_column_data(*out))[k] = g->label_numbers[k];
        else
            ((int64_t *)mlci_column_data(*out))[k] = (int64_t)g->label_numbers[k];
    }
    return MLC_OK;
}

/* "b,a": the labels in the order of the file. */
static mlc_status list_classes(const mlci_onnx_reading *g, mlci_text *list, mlc_error *err)
{
    for (int64_t k = 0; k < g->n_labels; k++) {
        if (k > 0) mlci_text_append_char(list, ',');
        if (g->labels == NULL) {
            mlci_text_append_real(list, g->label_numbers[k]);
            continue;
        }
        if (memchr(g->labels[k].at, ',', (size_t)g->labels[k].length) != NULL ||
            g->labels[k].at[0] == ' ')
            return mlci_foreign_refuse(g->model, err, MLC_ERROR_UNSUPPORTED, "labels",
                                       "labels that have commas are not in the order of their "
                                       "bytes");
        mlci_text_append(list, g->labels[k].at, g->labels[k].length);
    }
    return mlci_text_status(list, err);
}

static int is_ascending(const mlci_onnx_reading *g)
{
    for (int64_t k = 1; k < g->n_labels; k++)
        if (g->labels != NULL ? mlci_text_compare(g->labels[k - 1].at, g->labels[k - 1].length,
                                                  g->labels[k].at, g->labels[k].length) >= 0
                              : !(g->label_numbers[k - 1] < g->label_numbers[k]))
            return 0;
    return 1;
}

mlc_status mlci_onnx_make_classes(mlci_onnx_reading *g, mlc_error *err)
{
    const mlci_import_settings *const s = g->model->settings;
    mlci_text list = mlci_text_init(g->model->root);
    mlci_column *column = NULL;
    if (s->classes != NULL || g->n_labels == 0) return MLC_OK;
    mlc_status status =
        g->labels != NULL ? text_classes(g, &column, err) : number_classes(g, &column, err);
    if (status == MLC_OK && !is_ascending(g)) status = list_classes(g, &list, err);
    if (status == MLC_OK)
        status = mlci_classes_fit(g->model->root, column, s->target, list.data, s->positive,
                                  &g->model->classes, err);
    mlci_column_unref(column);
    mlci_text_clear(&list);
    if (status == MLC_OK && g->model->classes->n != g->model->n_classes)
        return mlci_foreign_fail(g->model, err, "labels", "a label is there twice");
    return status;
}
