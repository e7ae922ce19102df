/* Golden rows into a section and back. */
#include "golden.h"

#include <math.h>
#include <string.h>

/* ---- columns ---------------------------------------------------------------------------- */

static void save_column(const mlci_column *column, mlci_writer *w)
{
    mlci_write_int64(w, column->type);
    mlci_write_int64(w, column->width);
    for (int64_t i = 0; i < column->n_rows; i++) {
        if (!mlci_column_is_valid(column, i)) {
            mlci_write_int64(w, 0);
            continue;
        }
        mlci_write_int64(w, 1);
        int64_t length = 0;
        const char *text = NULL;
        switch (column->type) {
        case MLC_TYPE_CATEGORY:
        case MLC_TYPE_TEXT:
            text = mlci_column_text(column, i, &length);
            mlci_write_text(w, text, length);
            break;
        case MLC_TYPE_INT64:
        case MLC_TYPE_TIMESTAMP:
            mlci_write_int64(w, ((const int64_t *)column->values)[i]);
            break;
        default:
            for (int64_t k = 0; k < column->width && column->type != MLC_TYPE_VECTOR; k++) {
                double value = NAN;
                mlci_column_reals(column, i, 1, &value, 1);
                mlci_write_real(w, value);
            }
        }
    }
    if (column->type != MLC_TYPE_VECTOR) return;
    double *values = mlci_alloc_raw(w->root, column->n_rows, column->width * 8);
    if (values == NULL) {
        w->failed = 1;
        return;
    }
    mlci_column_reals(column, 0, column->n_rows, values, column->width);
    mlci_write_reals(w, values, column->n_rows * column->width);
    mlci_free(values);
}

static void load_texts(mlci_reader *r, int32_t type, int64_t n, mlci_column **out)
{
    char **texts = mlci_alloc(r->root, n, sizeof *texts);
    int64_t *lengths = mlci_alloc(r->root, n, sizeof *lengths);
    if (texts == NULL || lengths == NULL) r->status = mlci_fail_memory(&r->error, n, 8);
    for (int64_t i = 0; i < n && r->status == MLC_OK; i++) {
        if (mlci_read_count(r, "presence", 0, 1) == 0) continue;
        texts[i] = mlci_read_text(r, &lengths[i]);
        if (texts[i] == NULL) mlci_reader_refuse(r, "a text that is not there");
    }
    mlci_column *column = NULL;
    if (r->status == MLC_OK) {
        r->status = mlci_column_create_text(r->root, n, (const char *const *)texts, lengths,
                                            &column, &r->error);
    }
    if (r->status == MLC_OK && type == MLC_TYPE_CATEGORY) {
        r->status = mlci_column_to_category(column, out, &r->error);
        mlci_column_unref(column);
    } else {
        *out = column;
    }
    for (int64_t i = 0; texts != NULL && i < n; i++)
        mlci_free(texts[i]);
    mlci_free(texts);
    mlci_free(lengths);
}

static void set_cell(mlci_column *column, int64_t i, double value)
{
    void *data = mlci_column_data(column);
    if (column->type == MLC_TYPE_FLOAT32) {
        ((float *)data)[i] = (float)value;
    } else if (column->type == MLC_TYPE_FLOAT64) {
        ((double *)data)[i] = value;
    } else if (value != 0) {
        ((uint8_t *)data)[i >> 3] = (uint8_t)(((uint8_t *)data)[i >> 3] | 1 << (i & 7));
    }
}

static void load_cells(mlci_reader *r, int32_t type, int64_t n, int64_t width, mlci_column **out)
{
    if (type == MLC_TYPE_VECTOR ? n * width > r->length / 8 : width != 1) {
        mlci_reader_refuse(r, "a column that is wider than its section or its type allow");
        return;
    }
    r->status = mlci_column_create(r->root, type, n, width, 1, out, &r->error);
    for (int64_t i = 0; i < n && r->status == MLC_OK; i++) {
        if (mlci_read_count(r, "presence", 0, 1) == 0) {
            mlci_column_set_missing(*out, i);
        } else if (type == MLC_TYPE_INT64 || type == MLC_TYPE_TIMESTAMP) {
            ((int64_t *)mlci_column_data(*out))[i] = mlci_read_int64(r);
        } else if (type != MLC_TYPE_VECTOR) {
            set_cell(*out, i, mlci_read_real(r));
        }
    }
    if (type != MLC_TYPE_VECTOR || r->status != MLC_OK) return;
    double *values = mlci_read_reals(r, n * width, NULL);
    if (values != NULL) memcpy(mlci_column_data(*out), values, (size_t)(n * width) * 8);
    mlci_free(values);
}

static mlci_column *load_column(mlci_reader *r, int64_t n)
{
    const int64_t type = mlci_read_count(r, "type", MLC_TYPE_BOOL, MLC_TYPE_VECTOR);
    const int64_t width = mlci_read_count(r, "width", 1, r->length);
    mlci_column *column = NULL;
    if (r->status != MLC_OK) return NULL;
    if (type == MLC_TYPE_CATEGORY || type == MLC_TYPE_TEXT) {
        load_texts(r, (int32_t)type, n, &column);
    } else {
        load_cells(r, (int32_t)type, n, width, &column);
    }
    if (r->status == MLC_OK) return column;
    mlci_column_unref(column);
    return NULL;
}

/* ---- predictions ------------------------------------------------------------------------ */

/* What the rows are scored by: the finest output that the model has. */
static int32_t golden_output(const mlc_model *model)
{
    const mlci_component *const last = mlci_component_last(model->component);
    if (mlci_component_has_output(last, MLCI_OUTPUT_PROBABILITY)) return MLCI_OUTPUT_PROBABILITY;
    return mlci_component_has_output(last, MLCI_OUTPUT_RAW) ? MLCI_OUTPUT_RAW
                                                            : MLCI_OUTPUT_PREDICTION;
}

mlc_status mlci_golden_save(mlc_context *call, const mlc_model *model, mlci_writer *w,
                            mlc_error *err)
{
    const mlc_dataset *rows = model->golden;
    double *values = NULL;
    int64_t width = 0;
    const int32_t output = golden_output(model);
    MLCI_TRY(mlci_component_predict(call, model->component, rows, output, &values, &width, err));
    mlci_write_int64(w, rows->n_rows);
    mlci_write_int64(w, rows->n_fields);
    for (int32_t i = 0; i < rows->n_fields; i++) {
        mlci_write_text(w, rows->fields[i].name, (int64_t)strlen(rows->fields[i].name));
        save_column(rows->fields[i].column, w);
    }
    mlci_write_int64(w, output);
    mlci_write_reals(w, values, rows->n_rows * width);
    mlci_free(values);
    return mlci_writer_status(w, err);
}

static mlc_status load_rows(mlci_reader *r, mlc_dataset **out, mlc_error *err)
{
    const int64_t n_rows = mlci_read_count(r, "number of rows", 0, r->length / 8);
    const int64_t n = mlci_read_count(r, "number of columns", 0, r->length / 8);
    mlci_reader_limit(r, "golden rows", n_rows, "max_golden_rows", r->limits->max_golden_rows);
    char **names = mlci_alloc(r->root, n, sizeof *names);
    mlci_column **columns = mlci_alloc(r->root, n, sizeof *columns);
    if (names == NULL || columns == NULL) r->status = mlci_fail_memory(&r->error, n, 8);
    for (int64_t i = 0; i < n && r->status == MLC_OK; i++) {
        int64_t length = 0;
        names[i] = mlci_read_text(r, &length);
        if (names[i] == NULL) mlci_reader_refuse(r, "a column without a name");
        columns[i] = load_column(r, n_rows);
    }
    if (r->status == MLC_OK) {
        r->status = mlci_dataset_create(r->root, (int32_t)n, (const char *const *)names, columns,
                                        NULL, out, &r->error);
    }
    for (int64_t i = 0; i < n; i++) {
        if (names != NULL) mlci_free(names[i]);
        if (columns != NULL) mlci_column_unref(columns[i]);
    }
    mlci_free(names);
    mlci_free(columns);
    if (r->status != MLC_OK && err != NULL) *err = r->error;
    return r->status;
}

/* The rows must have the inputs of the model and nothing else. */
static void check_inputs(mlci_reader *r, const mlci_features *inputs, const mlc_dataset *rows)
{
    int same = rows->n_fields == inputs->n_inputs;
    for (int32_t i = 0; same && i < inputs->n_inputs; i++) {
        same = strcmp(rows->fields[i].name, inputs->inputs[i].name) == 0;
    }
    if (!same) mlci_reader_refuse(r, "other columns than the model has inputs");
}

static int same_bits(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0 || (a != a && b != b);
}

static mlc_status compare(mlc_context *call, const mlc_model *model, int32_t output,
                          const double *expected, int64_t n_expected, mlc_error *err)
{
    double *values = NULL;
    int64_t width = 0;
    mlc_status status =
        mlci_component_predict(call, model->component, model->golden, output, &values, &width, err);
    if (status == MLC_ERROR_COLUMN || status == MLC_ERROR_DATA ||
        status == MLC_ERROR_INVALID_VALUE) {
        if (err != NULL) err->status = MLC_ERROR_FORMAT;
        status = MLC_ERROR_FORMAT; /* rows that were predicted when the model was saved */
    }
    if (status != MLC_OK) return status;
    if (model->golden->n_rows * width != n_expected) {
        status = mlci_fail(err, MLC_ERROR_FORMAT, "golden",
                           "section 'golden' holds %lld predictions where the model makes %lld",
                           (long long)n_expected, (long long)(model->golden->n_rows * width));
    }
    for (int64_t i = 0; i < n_expected && status == MLC_OK; i++) {
        if (same_bits(values[i], expected[i])) continue;
        status = mlci_fail(err, MLC_ERROR_FORMAT, "golden",
                           "the loaded model does not give the stored prediction of golden row "
                           "%lld: the artifact was changed, or a component of the host behaves "
                           "differently",
                           (long long)(i / width) + 1);
    }
    mlci_free(values);
    return status;
}

mlc_status mlci_golden_load(mlc_context *call, mlc_model *model, mlci_reader *r, int32_t check,
                            mlc_error *err)
{
    mlc_dataset *rows = NULL;
    MLCI_TRY(load_rows(r, &rows, err));
    model->golden = rows;
    check_inputs(r, model->record->inputs, rows);
    const int32_t output = (int32_t)mlci_read_count(r, "output", 1, MLCI_OUTPUT_LEAF);
    int64_t n_expected = 0;
    double *expected = mlci_read_reals(r, -1, &n_expected);
    if (r->status == MLC_OK && output != golden_output(model)) {
        mlci_reader_refuse(r, "an output that the model does not have");
    }
    mlc_status status = mlci_reader_finish(r, err);
    if (status == MLC_OK && check) {
        status = compare(call, model, output, expected, n_expected, err);
    }
    mlci_free(expected);
    return status;
}
