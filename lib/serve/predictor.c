/* Predictors: a fitted model compiled for raw records.
 *
 * All names are resolved when the predictor is made. A run copies a record into the scratch and
 * follows the program over its cells, which gives the numbers that the model reads; the model is
 * called with those of one record or several. No memory is taken and no lock. */
#include <mlcore/predictor.h>

#include <string.h>

#include "program.h"
#include "record.h"

#define STAMP_BYTES 64

struct mlc_predictor {
    int32_t n_references; /* atomic */
    mlci_root *root;      /* reference */
    mlc_model *model;     /* reference */
    mlci_program *program;
    uint64_t stamp; /* of scratch memory that was used with it */
    int32_t isa;
    int32_t output;
    int32_t n_outputs;
    int32_t on_invalid;
    int64_t n_rows; /* that are to come at a time; the program takes blocks of them */
    int64_t scratch_bytes;
    double *ranges;      /* of the inputs as numbers */
    char **input_names;  /* of the cells of a record: a column, or a component of a vector */
    char **output_names; /* n_outputs */
};

struct predictor_settings {
    char *output;
    int32_t on_invalid;
    int64_t rows;
};

static mlc_status check_one_output(const void *values, mlc_error *err)
{
    const struct predictor_settings *s = values;
    int32_t outputs = 0;
    MLCI_TRY(mlci_outputs_parse(s->output, &outputs, err));
    if ((outputs & (outputs - 1)) == 0 && outputs != MLCI_OUTPUT_FLAGS) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_SETTING, "output",
                     "output = '%s': a predictor gives one of class, probability, interval, "
                     "quantile, raw, leaf",
                     s->output);
}

/* ---- scratch ------------------------------------------------------------------------------ */

/* Scratch: whose it is | memory of the program | a record of reals, where they become cells. */
static int64_t record_at(const mlc_predictor *p)
{
    return STAMP_BYTES + p->program->scratch_bytes;
}

static int64_t record_bytes(const mlc_predictor *p)
{
    const int64_t bytes = mlc_predictor_n_inputs(p) * (int64_t)sizeof(mlc_value);
    return p->program->is_direct ? 0 : (bytes + 63) / 64 * 64;
}

/* ---- making ----------------------------------------------------------------------------- */

static mlc_status name_inputs(mlc_predictor *p, mlc_error *err)
{
    const mlci_features *const inputs = p->model->record->inputs;
    p->input_names = mlci_alloc(p->root, inputs->n_features, sizeof *p->input_names);
    if (p->input_names == NULL) return mlci_fail_memory(err, inputs->n_features, 8);
    for (int64_t j = 0; j < inputs->n_features; j++) {
        mlci_text text = mlci_text_init(p->root);
        mlci_features_name(inputs, j, &text);
        MLCI_TRY(mlci_text_take(&text, &p->input_names[j], err));
    }
    return MLC_OK;
}

static mlc_status name_output(const mlc_predictor *p, int64_t i, char **out, mlc_error *err)
{
    const mlci_component *last = mlci_component_last(p->model->component);
    mlci_text text = mlci_text_init(p->root);
    if (p->output == MLCI_OUTPUT_INTERVAL) {
        mlci_text_append_text(&text, i == 0 ? "lower" : "upper");
        return mlci_text_take(&text, out, err);
    }
    mlci_text_append_text(&text, mlci_output_word(p->output));
    if (p->output == MLCI_OUTPUT_QUANTILE) {
        mlci_text_append_char(&text, '[');
        mlci_model_of(last)->level_name(last->params, i, &text);
        mlci_text_append_char(&text, ']');
    } else if (p->n_outputs > 1 && mlci_outputs_are_by_class(last, p->output, p->n_outputs)) {
        mlci_text_append_format(&text, "[%s]", last->classes->names[i]);
    } else if (p->n_outputs > 1) {
        mlci_text_append_format(&text, "[%lld]", (long long)i);
    }
    return mlci_text_take(&text, out, err);
}

static mlc_status name_outputs(mlc_predictor *p, mlc_error *err)
{
    p->output_names = mlci_alloc(p->root, p->n_outputs, sizeof *p->output_names);
    if (p->output_names == NULL) return mlci_fail_memory(err, p->n_outputs, 8);
    for (int32_t i = 0; i < p->n_outputs; i++) {
        MLCI_TRY(name_output(p, i, &p->output_names[i], err));
    }
    return MLC_OK;
}

static mlc_status find_ranges(mlc_predictor *p, mlc_error *err)
{
    const mlci_features *const inputs = p->model->record->inputs;
    p->ranges = mlci_alloc_raw(p->root, 2 * inputs->n_features, sizeof *p->ranges);
    if (p->ranges == NULL) return mlci_fail_memory(err, 2 * inputs->n_features, 8);
    mlci_features_ranges(inputs, p->ranges);
    return MLC_OK;
}

static mlc_status fill_predictor(mlc_predictor *p, const struct predictor_settings *s,
                                 mlc_error *err)
{
    const mlci_component *last = mlci_component_last(p->model->component);
    MLCI_TRY(mlci_outputs_parse(s->output, &p->output, err));
    if (p->output == 0) {
        const int has_probability =
            last->classes != NULL && mlci_component_has_output(last, MLCI_OUTPUT_PROBABILITY);
        p->output = has_probability ? MLCI_OUTPUT_PROBABILITY : MLCI_OUTPUT_PREDICTION;
    }
    MLCI_TRY(mlci_component_require_output(p->model->component, p->output, err));
    p->on_invalid = s->on_invalid;
    p->n_outputs = (int32_t)mlci_component_n_outputs(p->model->component, p->output);
    MLCI_TRY(mlci_program_compile(p->root, p->model->component, p->model->record->inputs,
                                  &p->program, err));
    p->n_rows = s->rows;
    const int64_t most = mlci_component_most_rows(p->program->model);
    mlci_program_set_rows(p->program, s->rows < most ? s->rows : most);
    p->scratch_bytes = record_at(p) + record_bytes(p);
    MLCI_TRY(find_ranges(p, err));
    MLCI_TRY(name_inputs(p, err));
    return name_outputs(p, err);
}

static const mlci_param predictor_params[] = {
    MLCI_STRING(struct predictor_settings, output, NULL,
                "what to give: class, probability, interval, quantile, raw or leaf",
                .flags = MLCI_PARAM_NONE),
    MLCI_CHOICE(struct predictor_settings, on_invalid, MLCI_ON_INVALID_FLAG,
                mlci_on_invalid_choices, "what becomes of records with values that cannot be used"),
    MLCI_INTEGER(
        struct predictor_settings, rows, 1, 1, 65536,
        "records that come at a time; the scratch has room for as many of them as the model "
        "takes at once"),
    {.name = NULL},
};

/* Distinguishes predictors whose scratch may be mixed up: the address alone would match again
 * after a free, so what the scratch is laid out by goes in as well. */
static uint64_t make_stamp(const mlc_predictor *p)
{
    uint64_t h = (uint64_t)(uintptr_t)p;
    const uint64_t parts[3] = {(uint64_t)p->scratch_bytes, (uint64_t)p->program->n_cells,
                               (uint64_t)p->output};
    for (int i = 0; i < 3; i++) {
        h = (h ^ parts[i]) * UINT64_C(0x9E3779B97F4A7C15);
        h ^= h >> 29;
    }
    return h | 1; /* never the zero of fresh scratch */
}

mlc_status mlc_predictor_create(mlc_context *ctx, const mlc_model *model, const char *settings,
                                mlc_predictor **out, mlc_error *err)
{
    MLCI_TRY(mlci_model_require_fitted(model, err));
    if (out == NULL) return mlci_fail(err, MLC_ERROR_ARGUMENT, "out", "out is NULL");
    mlci_root *root = mlci_context_root(ctx);
    struct predictor_settings s = {0};
    MLCI_TRY(mlci_params_from_text(root, "predictor", predictor_params, check_one_output, settings,
                                   &s, err));
    mlc_predictor *p = mlci_alloc(root, 1, sizeof *p);
    mlc_status status = MLC_OK;
    if (p == NULL) {
        status = mlci_fail_memory(err, 1, sizeof *p);
    } else {
        p->n_references = 1;
        p->root = mlci_root_ref(root);
        p->model = mlc_model_ref(model);
        p->isa = mlci_root_isa(root);
        status = fill_predictor(p, &s, err);
    }
    mlci_params_clear(predictor_params, &s);
    if (status != MLC_OK) {
        mlc_predictor_free(p);
        return status;
    }
    p->stamp = make_stamp(p);
    *out = p;
    return MLC_OK;
}

mlc_predictor *mlc_predictor_ref(const mlc_predictor *predictor)
{
    mlc_predictor *p = (mlc_predictor *)predictor;
    __atomic_fetch_add(&p->n_references, 1, __ATOMIC_RELAXED);
    return p;
}

void mlc_predictor_free(mlc_predictor *predictor)
{
    if (predictor == NULL) return;
    if (__atomic_sub_fetch(&predictor->n_references, 1, __ATOMIC_ACQ_REL) > 0) return;
    mlci_root *root = predictor->root;
    mlci_free(predictor->ranges);
    for (int32_t i = 0; predictor->input_names != NULL && i < mlc_predictor_n_inputs(predictor);
         i++) {
        mlci_free(predictor->input_names[i]);
    }
    mlci_free(predictor->input_names);
    for (int32_t i = 0; predictor->output_names != NULL && i < predictor->n_outputs; i++) {
        mlci_free(predictor->output_names[i]);
    }
    mlci_free(predictor->output_names);
    mlci_program_free(predictor->program);
    mlc_model_free(predictor->model);
    mlci_free(predictor);
    mlci_root_unref(root);
}

/* ---- asking ----------------------------------------------------------------------------- */

int32_t mlc_predictor_n_inputs(const mlc_predictor *predictor)
{
    return predictor == NULL ? 0 : (int32_t)predictor->model->record->inputs->n_features;
}

const char *mlc_predictor_input_name(const mlc_predictor *predictor, int32_t i)
{
    return i >= 0 && i < mlc_predictor_n_inputs(predictor) ? predictor->input_names[i] : NULL;
}

static const char *next_input(const void *arg, int32_t i)
{
    return mlc_predictor_input_name(arg, i);
}

mlc_status mlc_predictor_input(const mlc_predictor *predictor, const char *name, int32_t *out,
                               mlc_error *err)
{
    if (predictor == NULL || name == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "name", "predictor, name or out is NULL");
    }
    for (int32_t i = 0; i < mlc_predictor_n_inputs(predictor); i++) {
        if (strcmp(predictor->input_names[i], name) == 0) {
            *out = i;
            return MLC_OK;
        }
    }
    const char *near = mlci_nearest(name, next_input, predictor);
    return mlci_fail(err, MLC_ERROR_COLUMN, name, "the model has no input '%s'%s%s%s", name,
                     near != NULL ? "; did you mean '" : "", near != NULL ? near : "",
                     near != NULL ? "'?" : "");
}

int32_t mlc_predictor_n_outputs(const mlc_predictor *predictor)
{
    return predictor == NULL ? 0 : predictor->n_outputs;
}

const char *mlc_predictor_output_name(const mlc_predictor *predictor, int32_t i)
{
    return i >= 0 && i < predictor->n_outputs ? predictor->output_names[i] : NULL;
}

const char *mlc_predictor_label(const mlc_predictor *predictor, int32_t i)
{
    const mlci_classes *classes = mlci_component_last(predictor->model->component)->classes;
    return classes != NULL && i >= 0 && i < classes->n ? classes->names[i] : NULL;
}

int64_t mlc_predictor_n_rows(const mlc_predictor *predictor)
{
    return predictor == NULL ? 0 : predictor->n_rows;
}

int64_t mlc_predictor_scratch_bytes(const mlc_predictor *predictor)
{
    return predictor == NULL ? 0 : predictor->scratch_bytes;
}

/* ---- running ---------------------------------------------------------------------------- */

/* Is this scratch the predictor's, or its own from now on? */
static int take_scratch(const mlc_predictor *p, void *scratch)
{
    uint64_t stamp;
    if (scratch == NULL || ((uintptr_t)scratch & 63) != 0) return 0;
    memcpy(&stamp, scratch, sizeof stamp);
    if (stamp == 0) memcpy(scratch, &p->stamp, sizeof p->stamp);
    return stamp == p->stamp || stamp == 0;
}

static mlc_status refuse_scratch(const void *scratch, mlc_error *err)
{
    if (scratch == NULL || ((uintptr_t)scratch & 63) != 0) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "scratch", "scratch must be aligned to 64 bytes");
    }
    return mlci_fail(err, MLC_ERROR_ARGUMENT, "scratch",
                     "this scratch was used with another predictor: each needs zeroed memory of "
                     "its own");
}

static mlc_status check_row(const mlc_predictor *p, const mlc_value *row, int64_t number, double *x,
                            int64_t *flags, mlc_error *err)
{
    const mlci_features *inputs = p->model->record->inputs;
    for (int64_t i = 0; i < inputs->n_features; i++) {
        if (row[i].kind >= MLC_MISSING && row[i].kind <= MLC_TEXT &&
            (row[i].kind != MLC_TEXT || (row[i].text != NULL && row[i].length >= 0))) {
            continue;
        }
        return mlci_fail(err, MLC_ERROR_ARGUMENT, p->input_names[i],
                         "input '%s' is of kind %d: must be MLC_MISSING, MLC_REAL, MLC_INTEGER "
                         "or MLC_TEXT with a text",
                         p->input_names[i], (int)row[i].kind);
    }
    mlci_features_row(inputs, row, x, flags);
    for (int32_t i = 0; p->on_invalid == MLCI_ON_INVALID_FAIL && i < inputs->n_inputs; i++) {
        const int64_t found =
            (*flags & MLCI_FLAGS_REFUSED) == 0 ? 0 : mlci_feature_flags(&inputs->inputs[i], row);
        if ((found & MLCI_FLAGS_REFUSED) == 0) continue;
        return mlci_flags_refuse(found, number, inputs->inputs[i].name, err);
    }
    return MLC_OK;
}

/* on_invalid=missing: categories that training did not see become missing. What is of the wrong
 * kind counts as missing anyway. */
static void forget_unseen(const mlc_predictor *p, mlc_value *cells)
{
    const mlci_features *inputs = p->model->record->inputs;
    for (int32_t i = 0; i < inputs->n_inputs; i++) {
        const mlci_dictionary *known = inputs->inputs[i].dictionary;
        mlc_value *const cell = &cells[inputs->inputs[i].first];
        if (known == NULL || cell->kind != MLC_TEXT) continue;
        if (mlci_dictionary_find(known, cell->text, cell->length) >= 0) continue;
        *cell = (mlc_value){.kind = MLC_MISSING};
    }
}

static void *program_memory(void *scratch)
{
    return (char *)scratch + STAMP_BYTES;
}

/* What the model reads of a record, of this number. */
static mlc_status take_row(const mlc_predictor *p, const mlc_value *row, int64_t number,
                           void *scratch, double *x, int64_t *flags, mlc_error *err)
{
    void *const memory = program_memory(scratch);
    int64_t step_flags = 0;
    if (p->program->is_direct) return check_row(p, row, number, x, flags, err);
    /* Only the flags come from the inputs as numbers: the memory of the cells serves as room. */
    MLCI_TRY(check_row(p, row, number, memory, flags, err));
    memcpy(memory, row, (size_t)mlc_predictor_n_inputs(p) * sizeof *row);
    if (p->on_invalid == MLCI_ON_INVALID_MISSING) forget_unseen(p, memory);
    return mlci_program_run(p->program, memory, x, &step_flags, err);
}

mlc_status mlc_predictor_run(const mlc_predictor *predictor, const mlc_value *row, void *scratch,
                             double *out, int64_t *flags, mlc_error *err)
{
    if (predictor == NULL || row == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "row", "predictor, row or out is NULL");
    }
    if (!take_scratch(predictor, scratch)) return refuse_scratch(scratch, err);
    const mlci_program *const program = predictor->program;
    void *const memory = program_memory(scratch);
    int64_t seen = 0;
    double *const x = mlci_program_features(program, memory);
    MLCI_TRY(take_row(predictor, row, 0, scratch, x, &seen, err));
    MLCI_TRY(mlci_program_predict(program, predictor->isa, predictor->output, 0, 1, x, memory, out,
                                  err));
    if (flags != NULL) *flags = seen;
    return MLC_OK;
}

static mlc_status take_reals(const mlc_predictor *p, const double *reals, int64_t number,
                             void *scratch, double *x, int64_t *flags, mlc_error *err)
{
    mlc_value *const row = (mlc_value *)(void *)((char *)scratch + record_at(p));
    for (int32_t i = 0; i < mlc_predictor_n_inputs(p); i++)
        row[i] = (mlc_value){.kind = MLC_REAL, .real = reals[i]};
    return take_row(p, row, number, scratch, x, flags, err);
}

static int overlap(const double *a, int64_t n_a, const double *b, int64_t n_b)
{
    return (uintptr_t)a < (uintptr_t)(b + n_b) && (uintptr_t)b < (uintptr_t)(a + n_a);
}

/* What the model reads of rows that become cells. */
static mlc_status take_rows(const mlc_predictor *p, const double *rows, int64_t first, int64_t n,
                            void *scratch, double *x, int64_t *flags, mlc_error *err)
{
    const int64_t width = p->model->record->inputs->n_features;
    for (int64_t i = 0; i < n; i++) {
        int64_t flag = 0;
        MLCI_TRY(take_reals(p, rows + i * width, first + i, scratch,
                            x + i * p->program->model->features->n_features, &flag, err));
        if (flags != NULL) flags[i] = flag;
    }
    return MLC_OK;
}

/* Rows first to first + n, as many as the scratch has room for. A model that reads the record
 * itself reads rows where they lie, unless its answers go there: what is missing may be any NaN. */
static mlc_status run_block(const mlc_predictor *p, const double *rows, int64_t first, int64_t n,
                            void *scratch, double *out, int64_t *flags, mlc_error *err)
{
    const mlci_program *const program = p->program;
    const mlci_features *const inputs = p->model->record->inputs;
    void *const memory = program_memory(scratch);
    double *const x = mlci_program_features(program, memory);
    const double *read = rows;
    if (!program->is_direct) {
        read = x;
        MLCI_TRY(take_rows(p, rows, first, n, scratch, x, flags, err));
    } else {
        const int64_t n_reals = n * inputs->n_features;
        if (flags != NULL) mlci_features_flag_reals(inputs, p->isa, p->ranges, rows, n, flags);
        if (overlap(rows, n_reals, out, n * p->n_outputs))
            read = memcpy(x, rows, (size_t)n_reals * sizeof *x);
    }
    return mlci_program_predict(program, p->isa, p->output, first, n, read, memory, out, err);
}

__attribute__((noinline)) static mlc_status run_blocks(const mlc_predictor *p, const double *rows,
                                                       int64_t n_rows, void *scratch, double *out,
                                                       int64_t *flags, mlc_error *err)
{
    const int64_t most = p->program->n_rows;
    const int64_t width = p->model->record->inputs->n_features;
    for (int64_t first = 0; first < n_rows; first += most) {
        const int64_t n = n_rows - first < most ? n_rows - first : most;
        MLCI_TRY(run_block(p, rows + first * width, first, n, scratch, out + first * p->n_outputs,
                           flags == NULL ? NULL : flags + first, err));
    }
    return MLC_OK;
}

mlc_status mlc_predictor_run_reals(const mlc_predictor *predictor, const double *rows,
                                   int64_t n_rows, void *scratch, double *out, int64_t *flags,
                                   mlc_error *err)
{
    if (predictor == NULL || n_rows < 0 || (n_rows > 0 && (rows == NULL || out == NULL))) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "rows",
                         "predictor, rows or out is NULL, or n_rows < 0");
    }
    if (!take_scratch(predictor, scratch)) return refuse_scratch(scratch, err);
    return n_rows == 1 ? run_block(predictor, rows, 0, 1, scratch, out, flags, err)
                       : run_blocks(predictor, rows, n_rows, scratch, out, flags, err);
}
