/* Fitted models made out of fitted models: more rounds, other values, fewer rounds.
 *
 * Only the model at the end learns. The transforms before it stay as they are and so do features,
 * categories and classes, since the rounds that are there ask about those; new rows pass through
 * the fitted transforms. The new model's recipe has the number of rounds that it has come to, so
 * that it is the recipe of a fit in one go. */
#include <math.h>
#include <string.h>

#include "record.h"

enum { CONTINUE = 0, REFIT, TRUNCATE };

#define DEFAULT_DECAY 0.9

static const mlci_choice methods[] = {
    {"continue", CONTINUE, "more rounds on the rows"},
    {"refit", REFIT, "the same trees, with values mixed from before and the rows"},
    {"truncate", TRUNCATE, "the first rounds only; takes no rows"},
    {NULL, 0, NULL}};

typedef struct update_settings {
    int32_t method;
    int64_t n_rounds;
    double decay_rate;
    char *parameters;
} update_settings;

static const mlci_param update_params[] = {
    MLCI_CHOICE(update_settings, method, CONTINUE, methods, "what is made of the model"),
    MLCI_INTEGER(update_settings, n_rounds, MLCI_NONE_INTEGER, 1, INT64_MAX,
                 "method=continue: rounds to add, none for as many as a fit makes; "
                 "method=truncate: rounds to keep",
                 .flags = MLCI_PARAM_NONE),
    MLCI_REAL(update_settings, decay_rate, MLCI_NONE_REAL, 0, 1,
              "method=refit: share that the values from before keep; none: 0.9",
              .flags = MLCI_PARAM_NONE),
    MLCI_STRING(update_settings, parameters, NULL,
                "parameters of the model at the end to go on with, such as 'learning_rate=0.05'",
                .flags = MLCI_PARAM_NONE),
    {.name = NULL}};

static mlc_status check_settings(const void *settings, mlc_error *err)
{
    const update_settings *const s = settings;
    const char *const method = methods[s->method].name;
    if (s->method != REFIT && s->decay_rate == s->decay_rate)
        return mlci_fail(err, MLC_ERROR_SETTING, "decay_rate",
                         "decay_rate is for method = refit; method is %s", method);
    if (s->method == REFIT && s->n_rounds != MLCI_NONE_INTEGER)
        return mlci_fail(err, MLC_ERROR_SETTING, "n_rounds",
                         "n_rounds: method = refit keeps the rounds there are");
    if (s->method != TRUNCATE) return MLC_OK;
    if (s->n_rounds == MLCI_NONE_INTEGER)
        return mlci_fail(err, MLC_ERROR_SETTING, "n_rounds",
                         "method = truncate needs n_rounds, such as n_rounds=50");
    if (s->parameters != NULL)
        return mlci_fail(err, MLC_ERROR_SETTING, "parameters",
                         "parameters: method = truncate learns nothing");
    return MLC_OK;
}

/* ---- the model at the end ----------------------------------------------------------------- */

static mlc_status refuse_model(const mlci_component *leaf, mlc_error *err)
{
    mlci_text able = mlci_text_init(leaf->root);
    const mlci_descriptor *d;
    for (int32_t i = 0; (d = mlci_registry_at(MLCI_KIND_MODEL, i)) != NULL; i++) {
        if ((d->capabilities & MLCI_IS_COMPOSITION) ||
            ((const mlci_model_descriptor *)(const void *)d)->updater == NULL)
            continue;
        if (able.length > 0) mlci_text_append_text(&able, ", ");
        mlci_text_append_text(&able, d->name);
    }
    const mlc_status status =
        mlci_fail(err, MLC_ERROR_UNSUPPORTED, leaf->name,
                  "'%s' does not learn in rounds that could be added or left out; models that do "
                  "are %s",
                  leaf->descriptor->name, able.failed || able.length == 0 ? "others" : able.data);
    mlci_text_clear(&able);
    return status;
}

static const mlci_updater *updater_of(const mlci_component *leaf)
{
    return mlci_model_of(leaf)->updater;
}

static int64_t rounds_parameter(const mlci_component *leaf)
{
    const mlci_param *row = leaf->descriptor->params;
    int64_t n;
    while (strcmp(row->name, updater_of(leaf)->rounds) != 0)
        row++;
    memcpy(&n, (const char *)leaf->params + row->offset, sizeof n);
    return n;
}

/* The leaf, unfitted, in the root of the call, with settings applied. */
static mlc_status leaf_with(mlci_root *root, const mlci_component *leaf, const char *settings,
                            mlci_component **out, mlc_error *err)
{
    mlci_component *changed = NULL;
    MLCI_TRY(mlci_component_with(leaf, settings, &changed, err));
    const mlc_status status = mlci_component_clone(root, changed, NULL, 0, out, err);
    mlci_component_unref(changed);
    return status;
}

static mlc_status leaf_of_rounds(mlci_root *root, const mlci_component *leaf, int64_t n,
                                 mlci_component **out, mlc_error *err)
{
    mlci_text settings = mlci_text_init(root);
    mlci_text_append_format(&settings, "%s=%lld", updater_of(leaf)->rounds, (long long)n);
    mlc_status status = mlci_text_status(&settings, err);
    if (status == MLC_OK) status = leaf_with(root, leaf, settings.data, out, err);
    mlci_text_clear(&settings);
    return status;
}

/* With the parameters that the new model gets. */
static mlc_status make_recipe(mlc_context *call, const mlci_component *leaf,
                              const update_settings *s, mlci_component **out, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(call);
    mlci_component *changed = NULL;
    MLCI_TRY(leaf_with(root, leaf, s->parameters, &changed, err));
    int64_t n = rounds_parameter(changed);
    mlc_status status = MLC_OK;
    if (s->method == REFIT && n != rounds_parameter(leaf))
        status =
            mlci_fail(err, MLC_ERROR_SETTING, updater_of(leaf)->rounds,
                      "%s: method = refit keeps the rounds there are", updater_of(leaf)->rounds);
    if (s->method == CONTINUE) {
        const int64_t there = updater_of(leaf)->n_rounds(leaf->state);
        if (s->n_rounds != MLCI_NONE_INTEGER) n = s->n_rounds;
        n = n > INT64_MAX - there ? INT64_MAX : there + n;
    }
    if (status == MLC_OK) status = leaf_of_rounds(root, changed, n, out, err);
    mlci_component_unref(changed);
    return status;
}

typedef struct learn_args {
    const update_settings *settings;
    const void *state; /* of the model that goes on */
} learn_args;

static mlc_status learn_on(const mlci_component *c, const mlci_model_fit *fit, const void *arg,
                           void **state, mlc_error *err)
{
    const learn_args *const a = arg;
    const double decay_rate = a->settings->decay_rate;
    if (a->settings->method == CONTINUE) return updater_of(c)->fit_more(fit, a->state, state, err);
    return updater_of(c)->refit(fit, a->state,
                                decay_rate == decay_rate ? decay_rate : DEFAULT_DECAY, state, err);
}

/* What a fitted leaf keeps from the one that it is made of. */
static void keep_schema(mlci_component *to, const mlci_component *from)
{
    to->is_product = from->is_product;
    to->features = mlci_features_ref(from->features);
    if (from->classes != NULL) to->classes = mlci_classes_ref(from->classes);
    to->n_targets = from->n_targets;
}

static mlc_status truncate_leaf(mlc_context *call, const mlci_component *leaf, int64_t n_rounds,
                                mlci_component **out, mlc_error *err)
{
    mlci_component *c = NULL;
    const int64_t there = updater_of(leaf)->n_rounds(leaf->state);
    if (n_rounds > there)
        return mlci_fail(err, MLC_ERROR_SETTING, "n_rounds", "n_rounds = %lld: the model has %lld",
                         (long long)n_rounds, (long long)there);
    MLCI_TRY(leaf_of_rounds(mlci_context_root(call), leaf, n_rounds, &c, err));
    keep_schema(c, leaf);
    const mlc_status status =
        updater_of(leaf)->truncate(call, leaf->state, n_rounds, &c->state, err);
    if (status != MLC_OK) {
        mlci_component_unref(c);
        return status;
    }
    c->is_fitted = 1;
    *out = c;
    return MLC_OK;
}

static mlc_status update_leaf(const mlci_fitting *fitting, const mlci_component *leaf,
                              const update_settings *s, mlci_component **out, mlc_error *err)
{
    mlci_component *c = NULL;
    if (updater_of(leaf) == NULL) return refuse_model(leaf, err);
    if (s->method == TRUNCATE) return truncate_leaf(fitting->call, leaf, s->n_rounds, out, err);
    MLCI_TRY(make_recipe(fitting->call, leaf, s, &c, err));
    keep_schema(c, leaf);
    const learn_args args = {s, leaf->state};
    const mlc_status status = mlci_component_learn(fitting, c, learn_on, &args, err);
    if (status != MLC_OK) {
        mlci_component_unref(c);
        return status;
    }
    c->is_fitted = 1;
    *out = c;
    return MLC_OK;
}

/* ---- compositions ------------------------------------------------------------------------- */

/* Rows as the last part sees them. */
static mlc_status pass_rows(mlc_context *call, const mlci_component *c, const mlc_dataset *rows,
                            mlc_dataset **out, mlc_error *err)
{
    mlc_dataset *data = rows == NULL ? NULL : mlc_dataset_ref(rows);
    for (int32_t i = 0; i < c->n_parts - 1 && data != NULL; i++) {
        mlc_dataset *moved = NULL;
        const mlc_status status = mlci_component_apply(call, c->parts[i], data, &moved, err);
        mlc_dataset_free(data);
        if (status != MLC_OK) return status;
        data = moved;
    }
    *out = data;
    return MLC_OK;
}

/* The same parts with another model at the end, whose reference is taken over. */
static mlc_status replace_last(mlci_root *root, const mlci_component *c, mlci_component *last,
                               mlci_component **out, mlc_error *err)
{
    mlci_component *made = NULL;
    mlc_status status = mlci_component_clone(root, c, NULL, 0, &made, err);
    if (status == MLC_OK && c->state != NULL)
        status = mlci_composition_of(c)->learned->copy(root, c->state, &made->state, err);
    if (status != MLC_OK) {
        mlci_component_unref(made);
        mlci_component_unref(last);
        return status;
    }
    for (int32_t i = 0; i < c->n_parts - 1 && status == MLC_OK; i++)
        status = mlci_composition_add_part(made, mlci_component_ref(c->parts[i]), err);
    if (status == MLC_OK)
        status = mlci_composition_add_part(made, last, err);
    else
        mlci_component_unref(last);
    if (status != MLC_OK) {
        mlci_component_unref(made);
        return status;
    }
    made->is_fitted = 1;
    made->is_product = c->is_product;
    *out = made;
    return MLC_OK;
}

/* Nested pipelines are as deep as a recipe may be. */
static mlc_status update_component(const mlci_fitting *fitting, const mlci_component *c,
                                   const update_settings *s, mlci_component **out, mlc_error *err)
{
    if (!mlci_is_composition(c)) return update_leaf(fitting, c, s, out, err);
    if (!mlci_composition_of(c)->passes_rows)
        return mlci_fail(err, MLC_ERROR_UNSUPPORTED, c->name,
                         "'%s' puts the answers of several models together: it cannot go on",
                         c->name);
    if (s->method != TRUNCATE && mlci_composition_of(c)->learned != NULL)
        return mlci_fail(
            err, MLC_ERROR_UNSUPPORTED, c->name,
            "'%s' goes by what it learned of the rows that it was fitted on, and cannot "
            "go on with others: fit it again",
            c->name);
    mlci_fitting next = *fitting;
    mlc_dataset *train = NULL, *valid = NULL;
    mlci_component *last = NULL;
    mlc_status status = pass_rows(fitting->call, c, fitting->train, &train, err);
    if (status == MLC_OK) status = pass_rows(fitting->call, c, fitting->valid, &valid, err);
    if (status == MLC_OK) {
        next.train = train;
        next.valid = valid;
        status = update_component(&next, c->parts[c->n_parts - 1], s, &last, err);
    }
    if (status == MLC_OK)
        status = replace_last(mlci_context_root(fitting->call), c, last, out, err);
    mlc_dataset_free(train);
    mlc_dataset_free(valid);
    return status;
}

mlc_status mlci_component_truncate(mlc_context *call, const mlci_component *model, int64_t n_rounds,
                                   mlci_component **out, mlc_error *err)
{
    const mlci_fitting fitting = {.call = call};
    const update_settings s = {.method = TRUNCATE, .n_rounds = n_rounds};
    return update_component(&fitting, model, &s, out, err);
}

/* ---- the call ----------------------------------------------------------------------------- */

static mlc_status update_call(mlc_context *call, const mlc_model *model, const mlc_dataset *train,
                              const mlc_dataset *valid, const update_settings *s, mlc_model **out,
                              mlc_error *err)
{
    mlc_dataset *rows = NULL, *valid_rows = NULL;
    mlci_component *made = NULL;
    mlc_status status = MLC_OK;
    if (train != NULL)
        status = mlci_record_rows(call, model->record, model->component, train, &rows, err);
    if (status == MLC_OK && valid != NULL)
        status = mlci_record_rows(call, model->record, model->component, valid, &valid_rows, err);
    if (status == MLC_OK) {
        const mlci_fitting fitting = {.call = call, .train = rows, .valid = valid_rows};
        status = update_component(&fitting, model->component, s, &made, err);
    }
    mlc_dataset_free(rows);
    mlc_dataset_free(valid_rows);
    if (status != MLC_OK) return status;
    return mlci_model_wrap(mlci_context_root(call), made, mlci_record_ref(model->record),
                           model->golden == NULL ? NULL : mlc_dataset_ref(model->golden), out, err);
}

static mlc_status check_rows(const update_settings *s, const mlc_dataset *train,
                             const mlc_dataset *valid, mlc_error *err)
{
    if (s->method == TRUNCATE && (train != NULL || valid != NULL))
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "train",
                         "method = truncate takes no rows: train and valid must be NULL");
    if (s->method != TRUNCATE && train == NULL)
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "train", "train is NULL");
    return MLC_OK;
}

mlc_status mlc_model_update(mlc_context *ctx, const mlc_model *model, const mlc_dataset *train,
                            const mlc_dataset *valid, const char *settings, mlc_model **out,
                            mlc_error *err)
{
    update_settings s = {0};
    mlc_context local, *call = NULL;
    MLCI_TRY(mlci_model_require_fitted(model, err));
    if (out == NULL) return mlci_fail(err, MLC_ERROR_ARGUMENT, "out", "out is NULL");
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    mlc_status status = mlci_params_from_text(mlci_context_root(call), "update", update_params,
                                              check_settings, settings, &s, err);
    if (status == MLC_OK) {
        status = check_rows(&s, train, valid, err);
        if (status == MLC_OK) status = update_call(call, model, train, valid, &s, out, err);
        mlci_params_clear(update_params, &s);
    }
    mlci_call_end(call);
    return status;
}
