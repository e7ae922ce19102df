/* Predicting datasets: what is asked, checked rows, and the result as a dataset. */
#include <string.h>

#include "record.h"

const mlci_choice mlci_on_invalid_choices[] = {
    {"flag", MLCI_ON_INVALID_FLAG, "predict, and say so in the flags"},
    {"fail", MLCI_ON_INVALID_FAIL, "refuse unseen categories and values of the wrong kind"},
    {"missing", MLCI_ON_INVALID_MISSING, "as flag, and such values count as missing"},
    {NULL, 0, NULL},
};

/* ---- which outputs ---------------------------------------------------------------------- */

typedef struct output_name {
    const char *name;
    int32_t bit;
} output_name;

static const output_name output_names[] = {
    {"class", MLCI_OUTPUT_PREDICTION},  {"prediction", MLCI_OUTPUT_PREDICTION},
    {"value", MLCI_OUTPUT_PREDICTION},  {"probability", MLCI_OUTPUT_PROBABILITY},
    {"raw", MLCI_OUTPUT_RAW},           {"leaf", MLCI_OUTPUT_LEAF},
    {"interval", MLCI_OUTPUT_INTERVAL}, {"quantile", MLCI_OUTPUT_QUANTILE},
    {"flags", MLCI_OUTPUT_FLAGS},
};
#define N_OUTPUT_NAMES ((int32_t)(sizeof output_names / sizeof output_names[0]))

static const char *next_output(const void *arg, int32_t i)
{
    (void)arg;
    return i < N_OUTPUT_NAMES ? output_names[i].name : NULL;
}

static mlc_status parse_output(void *arg, const char *item, int64_t length, mlc_error *err)
{
    int32_t *bits = arg;
    for (int32_t i = 0; i < N_OUTPUT_NAMES; i++) {
        if (mlci_text_equal(item, length, output_names[i].name)) {
            *bits |= output_names[i].bit;
            return MLC_OK;
        }
    }
    char name[64];
    const size_t n = length < 63 ? (size_t)length : 63;
    memcpy(name, item, n);
    name[n] = '\0';
    const char *near = mlci_nearest(name, next_output, NULL);
    return mlci_fail(err, MLC_ERROR_SETTING, "output",
                     "output = '%s': must be class, probability, interval, quantile, raw, leaf or "
                     "flags%s%s%s",
                     name, near != NULL ? "; did you mean '" : "", near != NULL ? near : "",
                     near != NULL ? "'?" : "");
}

mlc_status mlci_outputs_parse(const char *list, int32_t *out, mlc_error *err)
{
    *out = 0;
    return list == NULL ? MLC_OK : mlci_list_each(list, parse_output, out, err);
}

mlc_status mlci_flags_refuse(int64_t flags, int64_t row, const char *column, mlc_error *err)
{
    return mlci_fail(err, MLC_ERROR_INVALID_VALUE, column,
                     "row %lld has %s in column '%s' (on_invalid=fail; 'flag' predicts it all the "
                     "same)",
                     (long long)row + 1,
                     flags & MLC_FLAG_WRONG_KIND ? "a value of the wrong kind"
                                                 : "a category that training did not see",
                     column);
}

/* ---- the columns of the result ---------------------------------------------------------- */

static mlc_status add_classes(mlci_table *table, const mlci_classes *classes, int64_t n,
                              const double *prediction, mlc_error *err)
{
    int32_t *codes = mlci_alloc_raw(table->root, n, sizeof *codes);
    if (codes == NULL) return mlci_fail_memory(err, n, sizeof *codes);
    for (int64_t i = 0; i < n; i++)
        codes[i] = (int32_t)prediction[i];
    mlci_column *column = NULL;
    const mlc_status status = mlci_classes_column(classes, table->root, n, codes, &column, err);
    mlci_free(codes);
    if (status == MLC_OK) mlci_table_column(table, "prediction", column);
    return status;
}

/* A vector column of n x width values; names NULL: none. */
static mlc_status add_vector(mlci_table *table, const char *name, int64_t n, int64_t width,
                             const double *values, char *const *names, mlc_error *err)
{
    mlci_column *column = NULL;
    MLCI_TRY(mlci_column_create(table->root, MLC_TYPE_VECTOR, n, width, 0, &column, err));
    memcpy(mlci_column_data(column), values, (size_t)(n * width) * sizeof *values);
    mlc_status status = MLC_OK;
    if (names != NULL) {
        status = mlci_column_set_components(column, (const char *const *)names, err);
    }
    if (status == MLC_OK) {
        mlci_table_column(table, name, column);
    } else {
        mlci_column_unref(column);
    }
    return status;
}

static mlc_status add_integers(mlci_table *table, const char *name, int64_t n, const double *values,
                               mlc_error *err)
{
    int64_t *whole = mlci_alloc_raw(table->root, n, sizeof *whole);
    if (whole == NULL) return mlci_fail_memory(err, n, sizeof *whole);
    for (int64_t i = 0; i < n; i++)
        whole[i] = (int64_t)values[i];
    mlci_table_integers(table, name, n, whole);
    mlci_free(whole);
    return MLC_OK;
}

/* One column a target, named after it. */
static mlc_status add_targets(mlci_table *table, const mlci_record *record, int64_t n,
                              const double *values, int64_t width, mlc_error *err)
{
    double *column = mlci_alloc_raw(table->root, n, sizeof *column);
    if (column == NULL) return mlci_fail_memory(err, n, sizeof *column);
    mlc_status status = MLC_OK;
    int64_t k = 0;
    for (int32_t i = 0; i < record->n_roles && k < width && status == MLC_OK; i++) {
        if (record->roles[i].role != MLCI_ROLE_TARGET) continue;
        mlci_text name = mlci_text_init(table->root);
        mlci_text_append_format(&name, "%s.prediction", record->roles[i].name);
        status = mlci_text_status(&name, err);
        for (int64_t r = 0; r < n; r++)
            column[r] = values[r * width + k];
        if (status == MLC_OK) mlci_table_reals(table, name.data, n, column);
        mlci_text_clear(&name);
        k++;
    }
    mlci_free(column);
    return status;
}

static int64_t count_targets(const mlci_record *record)
{
    int64_t n = 0;
    for (int32_t i = 0; i < record->n_roles; i++)
        n += record->roles[i].role == MLCI_ROLE_TARGET;
    return n;
}

static mlc_status add_prediction(mlci_table *table, const mlci_record *record,
                                 const mlci_component *last, int64_t n, const double *values,
                                 int64_t width, mlc_error *err)
{
    if (last->classes != NULL) return add_classes(table, last->classes, n, values, err);
    if (last->descriptor->capabilities & MLCI_CAN_CLUSTER) {
        return add_integers(table, "prediction", n, values, err);
    }
    if (width > 1 && count_targets(record) == width) {
        return add_targets(table, record, n, values, width, err);
    }
    if (width > 1) return add_vector(table, "prediction", n, width, values, NULL, err);
    mlci_table_reals(table, "prediction", n, values);
    return MLC_OK;
}

const char *mlci_output_word(int32_t output)
{
    for (int32_t i = 0; i < N_OUTPUT_NAMES; i++)
        if (output_names[i].bit == output && output != MLCI_OUTPUT_PREDICTION)
            return output_names[i].name;
    return "prediction";
}

static mlc_status add_interval(mlci_table *table, int64_t n, const double *values, mlc_error *err)
{
    static const char *const names[] = {"lower", "upper"};
    double *column = mlci_alloc_raw(table->root, n, sizeof *column);
    if (column == NULL) return mlci_fail_memory(err, n, sizeof *column);
    for (int32_t k = 0; k < 2; k++) {
        for (int64_t i = 0; i < n; i++)
            column[i] = values[2 * i + k];
        mlci_table_reals(table, names[k], n, column);
    }
    mlci_free(column);
    return MLC_OK;
}

static mlc_status add_levels(mlci_table *table, const mlci_component *last, int64_t n,
                             const double *values, int64_t width, mlc_error *err)
{
    char **const names = mlci_alloc(table->root, width, sizeof *names);
    mlc_status status = names == NULL ? mlci_fail_memory(err, width, sizeof *names) : MLC_OK;
    for (int64_t k = 0; k < width && status == MLC_OK; k++) {
        mlci_text name = mlci_text_init(table->root);
        mlci_model_of(last)->level_name(last->params, k, &name);
        status = mlci_text_take(&name, &names[k], err);
    }
    if (status == MLC_OK) status = add_vector(table, "quantile", n, width, values, names, err);
    for (int64_t k = 0; names != NULL && k < width; k++)
        mlci_free(names[k]);
    mlci_free(names);
    return status;
}

static mlc_status add_output(mlci_table *table, const mlci_record *record,
                             const mlci_component *last, int32_t output, int64_t n,
                             const double *values, int64_t width, mlc_error *err)
{
    char *const *const names =
        mlci_outputs_are_by_class(last, output, width) ? last->classes->names : NULL;
    switch (output) {
    case MLCI_OUTPUT_PREDICTION:
        return add_prediction(table, record, last, n, values, width, err);
    case MLCI_OUTPUT_PROBABILITY:
        return add_vector(table, "probability", n, width, values, names, err);
    case MLCI_OUTPUT_RAW:
        if (width > 1) return add_vector(table, "raw", n, width, values, names, err);
        mlci_table_reals(table, "raw", n, values);
        return MLC_OK;
    case MLCI_OUTPUT_INTERVAL:
        return add_interval(table, n, values, err);
    case MLCI_OUTPUT_QUANTILE:
        return add_levels(table, last, n, values, width, err);
    default:
        return add_vector(table, "leaf", n, width, values, NULL, err);
    }
}

/* ---- predicting ------------------------------------------------------------------------- */

struct predict_settings {
    char *output;
    int32_t on_invalid;
    int64_t n_rounds;
};

static const mlci_param predict_params[] = {
    MLCI_STRING(struct predict_settings, output, NULL,
                "what to predict: class, probability, interval, quantile, raw, leaf, flags, "
                "separated by commas",
                .flags = MLCI_PARAM_NONE | MLCI_PARAM_LIST),
    MLCI_CHOICE(struct predict_settings, on_invalid, MLCI_ON_INVALID_FLAG, mlci_on_invalid_choices,
                "what becomes of rows with values that cannot be used"),
    MLCI_INTEGER(struct predict_settings, n_rounds, MLCI_NONE_INTEGER, 1, INT64_MAX,
                 "of models that learn in rounds: predict with the first so many; none: with all",
                 .flags = MLCI_PARAM_NONE),
    {.name = NULL},
};

static int32_t default_outputs(const mlci_component *last)
{
    const int32_t more = last->classes != NULL ? MLCI_OUTPUT_PROBABILITY : MLCI_OUTPUT_INTERVAL;
    return mlci_component_has_output(last, more) ? MLCI_OUTPUT_PREDICTION | more
                                                 : MLCI_OUTPUT_PREDICTION;
}

static int is_unseen(const mlci_matrix *inputs, int32_t i, int64_t row)
{
    int32_t code = 0;
    if (inputs->features->inputs[i].dictionary != NULL) mlci_matrix_codes(inputs, i, row, 1, &code);
    return code == -1;
}

/* The first row with a category that training did not see; other kinds do not get here. */
static mlc_status refuse_unseen(const mlci_matrix *inputs, const int64_t *flags, mlc_error *err)
{
    for (int64_t row = 0; row < inputs->n_rows; row++) {
        if ((flags[row] & MLCI_FLAGS_REFUSED) == 0) continue;
        int32_t i = 0;
        while (!is_unseen(inputs, i, row))
            i++;
        return mlci_flags_refuse(flags[row], row, inputs->features->inputs[i].name, err);
    }
    return MLC_OK;
}

static mlc_status add_flags(mlc_context *call, const mlc_model *model, const mlc_dataset *rows,
                            const struct predict_settings *s, int32_t outputs, mlci_table *table,
                            mlc_error *err)
{
    mlci_matrix *inputs = NULL;
    MLCI_TRY(mlci_matrix_open(call, model->record->inputs, rows, &inputs, err));
    const int wanted = (outputs & MLCI_OUTPUT_FLAGS) != 0;
    mlc_status status = MLC_OK;
    if (wanted || s->on_invalid == MLCI_ON_INVALID_FAIL) {
        int64_t *flags = mlci_alloc(table->root, rows->n_rows, sizeof *flags);
        if (flags == NULL) status = mlci_fail_memory(err, rows->n_rows, sizeof *flags);
        if (status == MLC_OK) mlci_matrix_flags(inputs, 0, rows->n_rows, flags);
        if (status == MLC_OK && s->on_invalid == MLCI_ON_INVALID_FAIL) {
            status = refuse_unseen(inputs, flags, err);
        }
        if (status == MLC_OK && wanted) {
            mlci_table_integers(table, "flags", rows->n_rows, flags);
        }
        mlci_free(flags);
    }
    mlci_matrix_close(inputs);
    return status;
}

/* The column of an input with its unseen categories missing; a reference to itself when there are
 * none. */
static mlc_status column_without_unseen(const mlci_matrix *inputs, int32_t input, int64_t *rows,
                                        mlci_column **out, mlc_error *err)
{
    const mlci_column *const column = inputs->columns[input];
    int64_t n_unseen = 0;
    for (int64_t i = 0; i < column->n_rows; i++) {
        rows[i] = is_unseen(inputs, input, i) ? -1 : i;
        n_unseen += rows[i] < 0;
    }
    if (n_unseen > 0) return mlci_column_take(column, rows, 0, column->n_rows, out, err);
    *out = mlci_column_ref(column);
    return MLC_OK;
}

static mlc_status forget_codes(const mlc_dataset *rows, const mlci_matrix *inputs,
                               mlc_dataset **out, mlc_error *err)
{
    mlci_field *fields = mlci_alloc(rows->root, rows->n_fields, sizeof *fields);
    int64_t *numbers = mlci_alloc_raw(rows->root, rows->n_rows, sizeof *numbers);
    mlci_column **made = mlci_alloc(rows->root, inputs->features->n_inputs, sizeof *made);
    mlc_status status = MLC_OK;
    if (fields == NULL || numbers == NULL || made == NULL) {
        status = mlci_fail_memory(err, rows->n_rows, sizeof *numbers);
    } else {
        memcpy(fields, rows->fields, (size_t)rows->n_fields * sizeof *fields);
    }
    for (int32_t i = 0; i < inputs->features->n_inputs && status == MLC_OK; i++) {
        const mlci_feature *input = &inputs->features->inputs[i];
        if (input->dictionary == NULL) continue;
        status = column_without_unseen(inputs, i, numbers, &made[i], err);
        if (status == MLC_OK) fields[mlci_dataset_find(rows, input->name)].column = made[i];
    }
    if (status == MLC_OK) {
        status = mlci_dataset_with_fields(rows, rows->n_fields, fields, out, err);
    }
    for (int32_t i = 0; made != NULL && i < inputs->features->n_inputs; i++) {
        mlci_column_unref(made[i]);
    }
    mlci_free(made);
    mlci_free(numbers);
    mlci_free(fields);
    return status;
}

/* on_invalid=missing: the rows with categories that training did not see missing. */
static mlc_status without_unseen(mlc_context *call, const mlc_model *model, const mlc_dataset *rows,
                                 mlc_dataset **out, mlc_error *err)
{
    mlci_matrix *inputs = NULL;
    MLCI_TRY(mlci_matrix_open(call, model->record->inputs, rows, &inputs, err));
    const mlc_status status = forget_codes(rows, inputs, out, err);
    mlci_matrix_close(inputs);
    return status;
}

static void add_ids(const mlc_dataset *rows, mlci_table *table)
{
    for (int32_t i = 0; i < rows->n_fields; i++) {
        const mlci_field *field = &rows->fields[i];
        if (field->role != MLCI_ROLE_ID) continue;
        mlci_table_column(table, field->name, mlci_column_ref(field->column));
    }
}

static mlc_status add_outputs(mlc_context *call, const mlc_model *model, const mlc_dataset *rows,
                              int32_t outputs, mlci_table *table, mlc_error *err)
{
    const mlci_component *last = mlci_component_last(model->component);
    static const int32_t order[] = {MLCI_OUTPUT_PREDICTION, MLCI_OUTPUT_INTERVAL,
                                    MLCI_OUTPUT_QUANTILE,   MLCI_OUTPUT_PROBABILITY,
                                    MLCI_OUTPUT_RAW,        MLCI_OUTPUT_LEAF};
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        if ((outputs & order[i]) == 0) continue;
        double *values = NULL;
        int64_t width = 0;
        MLCI_TRY(
            mlci_component_predict(call, model->component, rows, order[i], &values, &width, err));
        const mlc_status status =
            add_output(table, model->record, last, order[i], rows->n_rows, values, width, err);
        mlci_free(values);
        if (status != MLC_OK) return status;
    }
    return MLC_OK;
}

static mlc_status fill_table(mlc_context *call, const mlc_model *model, const mlc_dataset *rows,
                             const struct predict_settings *s, mlci_table *table, mlc_error *err)
{
    int32_t outputs = 0;
    MLCI_TRY(mlci_outputs_parse(s->output, &outputs, err));
    if ((outputs & ~MLCI_OUTPUT_FLAGS) == 0) {
        outputs |= default_outputs(mlci_component_last(model->component));
    }
    add_ids(rows, table);
    mlc_dataset *usable = NULL;
    if (s->on_invalid == MLCI_ON_INVALID_MISSING) {
        MLCI_TRY(without_unseen(call, model, rows, &usable, err));
    } else {
        usable = mlc_dataset_ref(rows);
    }
    const mlc_status status = add_outputs(call, model, usable, outputs, table, err);
    mlc_dataset_free(usable);
    return status == MLC_OK ? add_flags(call, model, rows, s, outputs, table, err) : status;
}

/* With the first rounds only, where that is asked: a model of those for as long as the call. */
static mlc_status fill_from(mlc_context *call, const mlc_model *model, const mlc_dataset *rows,
                            const struct predict_settings *s, mlci_table *table, mlc_error *err)
{
    if (s->n_rounds == MLCI_NONE_INTEGER) return fill_table(call, model, rows, s, table, err);
    mlc_model first = *model;
    MLCI_TRY(mlci_component_truncate(call, model->component, s->n_rounds, &first.component, err));
    const mlc_status status = fill_table(call, &first, rows, s, table, err);
    mlci_component_unref(first.component);
    return status;
}

mlc_status mlci_model_predict_call(mlc_context *call, const mlc_model *model,
                                   const mlc_dataset *rows, const char *settings, mlc_dataset **out,
                                   mlc_error *err)
{
    mlci_root *root = mlci_context_root(call);
    struct predict_settings s = {0};
    MLCI_TRY(mlci_params_from_text(root, "predict", predict_params, NULL, settings, &s, err));
    mlc_dataset *bound = NULL;
    mlci_table table;
    mlci_table_init(&table, root);
    mlc_status status = mlci_record_bind(call, model->record, rows, &bound, err);
    if (status == MLC_OK) status = fill_from(call, model, bound, &s, &table, err);
    mlc_dataset *result = NULL;
    const mlc_status finished = mlci_table_finish(&table, &result, status == MLC_OK ? err : NULL);
    if (status == MLC_OK) status = finished;
    mlc_dataset_free(bound);
    mlci_params_clear(predict_params, &s);
    if (status != MLC_OK) {
        mlc_dataset_free(result);
        return status;
    }
    *out = result;
    return MLC_OK;
}

mlc_status mlc_model_predict(mlc_context *ctx, const mlc_model *model, const mlc_dataset *rows,
                             const char *settings, mlc_dataset **out, mlc_error *err)
{
    MLCI_TRY(mlci_model_require_fitted(model, err));
    if (rows == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "rows", "rows or out is NULL");
    }
    mlc_context local, *call = NULL;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_PREDICT, &call, err));
    const mlc_status status = mlci_model_predict_call(call, model, rows, settings, out, err);
    mlci_call_end(call);
    return status;
}
