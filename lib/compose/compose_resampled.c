/* resampled: a classifier that is fitted on rows with other shares of the classes, and whose
 * answers are brought back to the shares that there were (prior_shift.h). The rows that are
 * predicted, scored or used for early stopping stay as they are. */
#include <string.h>

#include "chosen.h"
#include "prior_shift.h"
#include "program.h"

struct resampled_params {
    char *resampler;
    int32_t correct_prior;
};

static const mlci_param params_table[] = {
    MLCI_STRING(struct resampled_params, resampler, "random_over",
                "how the training rows are resampled: a resampler and its parameters, as in "
                "'smote k_neighbors=5'",
                .since = "0.1"),
    MLCI_BOOL(struct resampled_params, correct_prior, 1,
              "bring probabilities, scores and classes back to the shares of the classes before",
              .since = "0.1"),
    {.name = NULL}};

static const struct resampled_params *params_of(const mlci_component *c)
{
    return c->params;
}

/* ---- recipes ------------------------------------------------------------------------------ */

static mlc_status read_resampler(const mlci_component *c, mlci_chosen *out, mlc_error *err)
{
    const char *const text = params_of(c)->resampler;
    mlc_error inner;
    const mlc_status status =
        mlci_chosen_read(c->root, MLCI_KIND_RESAMPLER, text, "smote k_neighbors=5", out, &inner);
    if (status == MLC_OK || status == MLC_ERROR_NO_MEMORY) {
        if (status != MLC_OK && err != NULL) *err = inner;
        return status;
    }
    return mlci_fail(err, status, "resampler", "resampler = '%s': %s", text, inner.message);
}

/* A model that was fitted already has seen other rows than those that it would be corrected for. */
static mlc_status check_not_frozen(const mlci_component *c, mlc_error *err)
{
    for (const mlci_component *m = c->parts[0];; m = m->parts[m->n_parts - 1]) {
        if (mlci_is_frozen(m)) {
            return mlci_fail(err, MLC_ERROR_ARGUMENT, m->name,
                             "'%s' was fitted already, on rows that '%s' did not resample: give "
                             "its recipe",
                             m->name, c->descriptor->name);
        }
        if (!mlci_is_composition(m)) return MLC_OK;
    }
}

static mlc_status resampled_check(const mlci_component *c, mlc_error *err)
{
    const mlci_component *const last = mlci_component_last(c);
    mlci_chosen chosen = {0};
    if ((last->descriptor->capabilities & MLCI_CAN_CLASSIFY) == 0 ||
        (mlci_model_of(last)->outputs & MLCI_OUTPUT_PROBABILITY) == 0) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, last->descriptor->name,
                         "'%s' takes a model that gives probabilities of classes; '%s' does not",
                         c->descriptor->name, last->descriptor->name);
    }
    MLCI_TRY(check_not_frozen(c, err));
    const mlc_status status = read_resampler(c, &chosen, err);
    mlci_chosen_clear(&chosen);
    return status;
}

/* ---- fitting ------------------------------------------------------------------------------ */

/* The rows of the fit, resampled and made whole. */
static mlc_status resample(const mlci_fitting *fitting, const mlci_component *c, mlc_dataset **out,
                           mlc_error *err)
{
    mlci_chosen chosen = {0};
    mlc_dataset *rows = NULL;
    MLCI_TRY(read_resampler(c, &chosen, err));
    /* base is the first member. */
    const mlci_maker_descriptor *const maker =
        (const mlci_maker_descriptor *)(const void *)chosen.descriptor;
    mlc_status status = maker->make(fitting->call, chosen.params, fitting->train, &rows, err);
    if (status == MLC_OK) status = mlci_dataset_contiguous(fitting->call, rows, out, err);
    mlc_dataset_free(rows);
    mlci_chosen_clear(&chosen);
    return status;
}

/* The weight of the rows of each class, in the order of the rows: a block. known as of
 * mlci_target_classes(); *classes gets a reference where it is not NULL. */
static mlc_status weigh_classes(mlc_context *call, const mlc_dataset *rows,
                                const mlci_classes *known, mlci_classes **classes, double **out,
                                mlc_error *err)
{
    mlci_target *y = NULL;
    double *weight = NULL, *sums = NULL;
    mlc_status status = mlci_target_classes(call, rows, known, &y, err);
    if (status == MLC_OK) status = mlci_dataset_weights(rows, &weight, err);
    if (status == MLC_OK) {
        sums = mlci_alloc(mlci_context_root(call), y->classes->n, sizeof *sums);
        if (sums == NULL) status = mlci_fail_memory(err, y->classes->n, sizeof *sums);
    }
    for (int64_t i = 0; status == MLC_OK && i < rows->n_rows; i++)
        sums[y->class_of_row[i]] += weight == NULL ? 1 : weight[i];
    if (status == MLC_OK && classes != NULL) *classes = mlci_classes_ref(y->classes);
    mlci_free(weight);
    mlci_target_free(y);
    *out = sums;
    return status;
}

/* Of a class without rows nothing can be brought back. */
static mlc_status require_rows(const mlci_component *c, const mlci_classes *classes,
                               const double *before, const double *after, mlc_error *err)
{
    for (int32_t k = 0; k < classes->n; k++) {
        if (before[k] > 0 && after[k] > 0) continue;
        return mlci_fail(err, MLC_ERROR_DATA, classes->names[k],
                         "class '%s' has no rows %s resampling, so '%s' cannot say how probable it "
                         "is",
                         classes->names[k], before[k] > 0 ? "after" : "before", c->name);
    }
    return MLC_OK;
}

static mlc_status learn_shares(const mlci_fitting *fitting, const mlc_dataset *resampled,
                               mlci_component *fitted, mlc_error *err)
{
    mlci_classes *classes = NULL;
    double *before = NULL, *after = NULL;
    mlci_prior_shift *shift = NULL;
    mlc_status status = weigh_classes(fitting->call, fitting->train, NULL, &classes, &before, err);
    if (status == MLC_OK)
        status = weigh_classes(fitting->call, resampled, classes, NULL, &after, err);
    if (status == MLC_OK) status = require_rows(fitted, classes, before, after, err);
    if (status == MLC_OK)
        status = mlci_prior_shift_create(fitted->root, classes->n, before, after, &shift, err);
    fitted->state = shift;
    mlci_free(after);
    mlci_free(before);
    mlci_classes_unref(classes);
    return status;
}

static mlc_status resampled_fit(const mlci_fitting *fitting, const mlci_component *recipe,
                                mlci_component *fitted, mlc_error *err)
{
    mlc_dataset *rows = NULL;
    MLCI_TRY(check_not_frozen(recipe, err));
    MLCI_TRY(resample(fitting, recipe, &rows, err));
    mlc_status status = learn_shares(fitting, rows, fitted, err);
    if (status == MLC_OK) {
        mlci_fitting inner = *fitting;
        inner.train = rows;
        status = mlci_component_fit_part(&inner, recipe->parts[0], fitted, err);
    }
    mlc_dataset_free(rows);
    return status;
}

/* ---- after the model ---------------------------------------------------------------------- */

static int32_t read_output(const mlci_component *fitted, int32_t output)
{
    const mlci_component *const last = mlci_component_last(fitted);
    if (output == MLCI_OUTPUT_PREDICTION) return MLCI_OUTPUT_PROBABILITY;
    if (output != MLCI_OUTPUT_RAW) return output;
    const mlci_model_descriptor *const d = mlci_model_of(last);
    return d->has_log_odds != NULL && d->has_log_odds(last->params, last->state) ? output : 0;
}

/* The first of the largest. */
static double choose_class(const double *p, int32_t n)
{
    int32_t best = 0;
    for (int32_t k = 1; k < n; k++)
        if (p[k] > p[best]) best = k;
    return best;
}

static void finish_rows(const mlci_component *fitted, int32_t output, int64_t n, int64_t width,
                        double *values, double *out)
{
    const mlci_prior_shift *const s = fitted->state;
    const int64_t n_values = n * width;
    switch (output) {
    case MLCI_OUTPUT_PREDICTION:
        mlci_prior_shift_probabilities(s, n, values);
        for (int64_t i = 0; i < n; i++)
            out[i] = choose_class(values + i * width, s->n);
        return;
    case MLCI_OUTPUT_PROBABILITY:
        mlci_prior_shift_probabilities(s, n, values);
        break;
    case MLCI_OUTPUT_RAW:
        for (int64_t i = 0; i < n_values; i++)
            values[i] += mlci_prior_shift_raw(s, width, i % width);
        break;
    default:
        break;
    }
    memcpy(out, values, (size_t)n_values * sizeof *out);
}

static void shift_base(const mlci_component *fitted, int64_t n_outputs, double *base)
{
    for (int64_t k = 0; k < n_outputs; k++)
        base[k] += mlci_prior_shift_raw(fitted->state, n_outputs, k);
}

static const mlci_finisher *resampled_finisher(const mlci_component *fitted)
{
    static const mlci_finisher correction = {read_output, finish_rows, shift_base};
    return params_of(fitted)->correct_prior ? &correction : NULL;
}

static mlc_status resampled_compile(mlci_frame *frame, const mlci_component *fitted, mlc_error *err)
{
    MLCI_TRY(mlci_frame_model(frame, fitted->parts[0], err));
    return resampled_finisher(fitted) == NULL ? MLC_OK : mlci_frame_finish(frame, fitted, err);
}

/* ---- what was learned --------------------------------------------------------------------- */

static mlc_status copy_shares(mlci_root *root, const void *state, void **out, mlc_error *err)
{
    const mlci_prior_shift *const s = state;
    mlci_prior_shift *copy = NULL;
    MLCI_TRY(mlci_prior_shift_create(root, s->n, s->before, s->after, &copy, err));
    *out = copy;
    return MLC_OK;
}

static mlc_status load_shares(const mlci_component *fitted, mlci_reader *r, void **out,
                              mlc_error *err)
{
    const mlci_classes *const classes = mlci_component_last(fitted)->classes;
    mlci_prior_shift *shift = NULL;
    if (classes->n < 2 || mlci_component_n_outputs(fitted, MLCI_OUTPUT_PROBABILITY) != classes->n)
        mlci_reader_refuse(r, "a model without a probability for each class");
    MLCI_TRY(mlci_prior_shift_load(r, classes->n, &shift, err));
    *out = shift;
    return MLC_OK;
}

static mlc_status shares_table(mlc_context *call, const mlci_component *fitted, const char *table,
                               mlc_dataset **out, mlc_error *err)
{
    (void)table;
    return mlci_prior_shift_table(mlci_context_root(call), fitted->state,
                                  mlci_component_last(fitted)->classes, out, err);
}

static const char *const tables[] = {"class_shares", NULL};

static const mlci_learned learned = {.version = 1,
                                     .copy = copy_shares,
                                     .save = mlci_prior_shift_save,
                                     .load = load_shares,
                                     .table = shares_table,
                                     .free = mlci_prior_shift_free};

extern const mlci_composition mlci_compose_resampled;
const mlci_composition mlci_compose_resampled = {
    .base = {.kind = MLCI_KIND_MODEL,
             .capabilities = MLCI_IS_COMPOSITION,
             .name = "resampled",
             .summary = "a classifier fitted on resampled rows, with honest probabilities",
             .details =
                 "The rows that the model is fitted on get other shares of the classes: rows are "
                 "repeated, left out or made up by a resampler. Rows for early stopping stay as "
                 "they are, and so do rows that are predicted, so in a pipeline nothing but the "
                 "fit of the model knows of it, as in imbalanced-learn's. A model that keeps rows "
                 "back by validation_fraction takes them from the resampled ones, repeated rows "
                 "included: give it validation rows instead. Their loss is that of answers without "
                 "correction.\n\n"
                 "The resampler sees rows as they come to this step: smote_nc belongs before "
                 "categories are encoded, as in pipeline(on(type:number, simple_imputer), "
                 "resampled(pipeline(automatic, logistic_regression), resampler=smote_nc)).\n\n"
                 "A model that was fitted on resampled rows overstates what they have more of. "
                 "With correct_prior probabilities are p_k before_k / after_k, scaled to a sum of "
                 "1, where before_k and after_k are the weight of the rows of class k before and "
                 "after (Elkan 2001, theorem 2; Saerens, Latinne, Decaestecker 2002; Dal Pozzolo "
                 "et al. 2015); the class is the most probable one, the first among equals. raw "
                 "scores that are log odds move by ln(before_k / after_k), of two classes by the "
                 "second less the first, so that they stay the log odds of these probabilities up "
                 "to a rounding; of other models there are none. Shapley values have the move in "
                 "their base. With correct_prior=false the answers are those of the model.\n\n"
                 "The formula is exact where resampling changes nothing but the shares, as "
                 "random_over and random_under do; smote also changes what the rows of a class "
                 "look like. A model that leaves out rows may gain time, one that repeats them "
                 "says no more than class weights do.\n\n"
                 "A resampled model may stand in another, such as smote inside random_under. The "
                 "table class_shares has the weights.",
             .since = "0.1",
             .params = params_table,
             .params_size = sizeof(struct resampled_params),
             .tables = tables},
    .min_parts = 1,
    .max_parts = 1,
    .last_is_model = 1,
    .passes_rows = 1,
    .check = resampled_check,
    .fit = resampled_fit,
    .predict = mlci_component_finish,
    .compile = resampled_compile,
    .finisher = resampled_finisher,
    .learned = &learned,
};
