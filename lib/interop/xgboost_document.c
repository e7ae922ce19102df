/* An XGBoost document from its root down to the trees, which are in xgboost_tree.c. Keys may come
 * in any order, so what needs several of them waits until all are read. */
#include <string.h>

#include "number.h"
#include "xgboost.h"

typedef mlc_status (*read_function)(mlci_xgboost *x, mlc_error *err);

typedef struct field {
    const char *key;
    read_function read; /* of its value */
} field;

/* Reads the object that a key has: known fields by their functions, others not at all. */
static mlc_status read_object(mlci_xgboost *x, const char *name, const field *fields,
                              mlc_error *err)
{
    mlci_document *const d = &x->document;
    int more = 0;
    MLCI_TRY(mlci_document_enter(d, name, MLCI_JSON_OBJECT, err));
    for (;;) {
        MLCI_TRY(mlci_document_key(d, &more, err));
        if (!more) return MLC_OK;
        const field *f = fields;
        while (f->key != NULL && !mlci_document_is(d, f->key))
            f++;
        MLCI_TRY(f->key != NULL ? f->read(x, err) : mlci_document_skip(d, err));
    }
}

/* ---- trees -------------------------------------------------------------------------------- */

static mlc_status read_trees(mlci_xgboost *x, mlc_error *err)
{
    mlci_document *const d = &x->document;
    if (x->has_trees) return mlci_foreign_fail(x->model, err, "trees", "trees are there twice");
    x->has_trees = 1;
    MLCI_TRY(mlci_document_enter(d, "trees", MLCI_JSON_ARRAY, err));
    for (;;) {
        MLCI_TRY(mlci_document_next(d, err));
        if (d->event == MLCI_JSON_END_ARRAY) return MLC_OK;
        if (d->event != MLCI_JSON_OBJECT)
            return mlci_document_fail(d, err, "trees", "it has an element that is no object");
        MLCI_TRY(mlci_xgboost_read_tree(x, err));
    }
}

static mlc_status read_tree_info(mlci_xgboost *x, mlc_error *err)
{
    return mlci_document_integers(&x->document, "tree_info", &x->tree_info, err);
}

static mlc_status read_first_tree(mlci_xgboost *x, mlc_error *err)
{
    return mlci_document_integers(&x->document, "iteration_indptr", &x->first_tree, err);
}

static mlc_status read_weight_drop(mlci_xgboost *x, mlc_error *err)
{
    return mlci_document_floats(&x->document, "weight_drop", &x->weight_drop, err);
}

static mlc_status read_weights(mlci_xgboost *x, mlc_error *err)
{
    x->has_weights = 1;
    return mlci_document_floats(&x->document, "weights", &x->weights, err);
}

static mlc_status read_n_trees(mlci_xgboost *x, mlc_error *err)
{
    return mlci_document_integer(&x->document, "num_trees", &x->n_declared_trees, err);
}

static mlc_status read_n_parallel_trees(mlci_xgboost *x, mlc_error *err)
{
    return mlci_document_integer(&x->document, "num_parallel_tree", &x->n_parallel_trees, err);
}

static mlc_status read_trees_param(mlci_xgboost *x, mlc_error *err)
{
    static const field fields[] = {
        {"num_trees", read_n_trees}, {"num_parallel_tree", read_n_parallel_trees}, {NULL, NULL}};
    return read_object(x, "gbtree_model_param", fields, err);
}

/* ---- booster ------------------------------------------------------------------------------ */

/* Of gblinear its weights; else trees. */
static mlc_status read_model(mlci_xgboost *x, mlc_error *err)
{
    static const field fields[] = {{"trees", read_trees},
                                   {"tree_info", read_tree_info},
                                   {"iteration_indptr", read_first_tree},
                                   {"weight_drop", read_weight_drop},
                                   {"gbtree_model_param", read_trees_param},
                                   {"cats", mlci_xgboost_read_labels},
                                   {"weights", read_weights},
                                   {NULL, NULL}};
    return read_object(x, "model", fields, err);
}

static mlc_status read_inner_trees(mlci_xgboost *x, mlc_error *err)
{
    static const field fields[] = {{"model", read_model}, {NULL, NULL}};
    return read_object(x, "gbtree", fields, err);
}

/* A text of at most size - 1 bytes; longer ones are cut off. */
static mlc_status read_text(mlci_xgboost *x, const char *name, char *out, size_t size,
                            mlc_error *err)
{
    mlci_document *const d = &x->document;
    MLCI_TRY(mlci_document_next(d, err));
    if (d->event != MLCI_JSON_TEXT) return mlci_document_fail(d, err, name, "it is no text");
    if (!mlci_utf8_valid(d->text, d->length, NULL) ||
        (d->length > 0 && memchr(d->text, 0, (size_t)d->length) != NULL))
        return mlci_document_fail(d, err, name, "it is not UTF-8");
    const size_t n = (size_t)d->length < size ? (size_t)d->length : size - 1;
    memcpy(out, d->text, n);
    out[n] = '\0';
    if (n < (size_t)d->length) mlci_cut_text(out, size, (int)size);
    return MLC_OK;
}

static mlc_status read_booster_name(mlci_xgboost *x, mlc_error *err)
{
    return read_text(x, "name", x->booster, sizeof x->booster, err);
}

static mlc_status read_booster(mlci_xgboost *x, mlc_error *err)
{
    static const field fields[] = {{"name", read_booster_name},
                                   {"model", read_model},
                                   {"gbtree", read_inner_trees},
                                   {"weight_drop", read_weight_drop},
                                   {NULL, NULL}};
    return read_object(x, "gradient_booster", fields, err);
}

/* ---- learner ------------------------------------------------------------------------------ */

/* "5E-1", or from release 3.1 on "[5E-1]" or "[2E-1,8E-1]". */
static mlc_status read_base_score(mlci_xgboost *x, mlc_error *err)
{
    mlci_document *const d = &x->document;
    MLCI_TRY(mlci_document_next(d, err));
    const char *at = d->text, *end = d->text + d->length;
    x->base_score.n = 0;
    if (d->event != MLCI_JSON_TEXT)
        return mlci_document_fail(d, err, "base_score", "it is no text");
    if (end - at >= 2 && *at == '[' && end[-1] == ']') {
        at++;
        end--;
    }
    for (const char *stop; at <= end; at = stop + 1) {
        float value;
        stop = at < end ? memchr(at, ',', (size_t)(end - at)) : NULL;
        if (stop == NULL) stop = end;
        if (!mlci_float_parse(at, stop - at, &value))
            return mlci_document_fail(d, err, "base_score", "it is no number or list of numbers");
        MLCI_TRY(mlci_document_add_float(d, &x->base_score, value, err));
    }
    return MLC_OK;
}

static mlc_status read_n_features(mlci_xgboost *x, mlc_error *err)
{
    return mlci_document_integer(&x->document, "num_feature", &x->n_features, err);
}

static mlc_status read_n_classes(mlci_xgboost *x, mlc_error *err)
{
    return mlci_document_integer(&x->document, "num_class", &x->n_classes, err);
}

static mlc_status read_n_targets(mlci_xgboost *x, mlc_error *err)
{
    return mlci_document_integer(&x->document, "num_target", &x->n_targets, err);
}

static mlc_status read_learner_param(mlci_xgboost *x, mlc_error *err)
{
    static const field fields[] = {{"base_score", read_base_score},
                                   {"num_feature", read_n_features},
                                   {"num_class", read_n_classes},
                                   {"num_target", read_n_targets},
                                   {NULL, NULL}};
    return read_object(x, "learner_model_param", fields, err);
}

static mlc_status read_objective_name(mlci_xgboost *x, mlc_error *err)
{
    return read_text(x, "objective", x->model->objective, sizeof x->model->objective, err);
}

/* "[1E-1,5E-1]". */
static mlc_status read_levels(mlci_xgboost *x, mlc_error *err)
{
    mlci_document *const d = &x->document;
    MLCI_TRY(mlci_document_next(d, err));
    if (d->event != MLCI_JSON_TEXT)
        return mlci_document_fail(d, err, "quantile_alpha", "it is no text");
    const int has_brackets = d->length >= 2 && d->text[0] == '[' && d->text[d->length - 1] == ']';
    x->levels.length = 0;
    mlci_text_append(&x->levels, d->text + has_brackets, d->length - 2 * has_brackets);
    return mlci_text_status(&x->levels, err);
}

static mlc_status read_quantile_param(mlci_xgboost *x, mlc_error *err)
{
    static const field fields[] = {{"quantile_alpha", read_levels}, {NULL, NULL}};
    return read_object(x, "quantile_loss_param", fields, err);
}

static mlc_status read_objective(mlci_xgboost *x, mlc_error *err)
{
    static const field fields[] = {
        {"name", read_objective_name}, {"quantile_loss_param", read_quantile_param}, {NULL, NULL}};
    return read_object(x, "objective", fields, err);
}

/* Attributes are the user's: one that is no number is none of early stopping. */
static mlc_status read_best_iteration(mlci_xgboost *x, mlc_error *err)
{
    mlci_document *const d = &x->document;
    MLCI_TRY(mlci_document_next(d, err));
    if (d->event != MLCI_JSON_TEXT) return mlci_document_skip(d, err);
    if (!mlci_integer_parse(d->text, d->length, &x->best_iteration)) x->best_iteration = -1;
    return MLC_OK;
}

static mlc_status read_attributes(mlci_xgboost *x, mlc_error *err)
{
    static const field fields[] = {{"best_iteration", read_best_iteration}, {NULL, NULL}};
    return read_object(x, "attributes", fields, err);
}

static mlc_status read_learner(mlci_xgboost *x, mlc_error *err)
{
    static const field fields[] = {{"attributes", read_attributes},
                                   {"feature_names", mlci_xgboost_read_names},
                                   {"feature_types", mlci_xgboost_read_types},
                                   {"gradient_booster", read_booster},
                                   {"learner_model_param", read_learner_param},
                                   {"objective", read_objective},
                                   {NULL, NULL}};
    if (x->has_learner)
        return mlci_foreign_fail(x->model, err, "learner", "learner is there twice");
    x->has_learner = 1;
    return read_object(x, "learner", fields, err);
}

/* ---- root --------------------------------------------------------------------------------- */

static mlc_status read_version(mlci_xgboost *x, mlc_error *err)
{
    mlci_integers parts = {0};
    mlc_status status = mlci_document_integers(&x->document, "version", &parts, err);
    if (status == MLC_OK && parts.n != 3)
        status = mlci_document_fail(&x->document, err, "version", "it is not three numbers");
    if (status == MLC_OK) memcpy(x->version, parts.at, sizeof x->version);
    mlci_free(parts.at);
    return status;
}

/* A snapshot of the memory, as in a pickle, has the model under a key. */
static mlc_status read_snapshot(mlci_xgboost *x, mlc_error *err)
{
    static const field fields[] = {
        {"learner", read_learner}, {"version", read_version}, {NULL, NULL}};
    return read_object(x, "Model", fields, err);
}

mlc_status mlci_xgboost_read(mlci_xgboost *x, mlc_error *err)
{
    static const field fields[] = {{"learner", read_learner},
                                   {"version", read_version},
                                   {"Model", read_snapshot},
                                   {NULL, NULL}};
    MLCI_TRY(read_object(x, "the document", fields, err));
    MLCI_TRY(mlci_document_next(&x->document, err)); /* nothing more */
    if (!x->has_learner)
        return mlci_foreign_fail(x->model, err, "learner", "it has no learner: this is no model");
    return MLC_OK;
}
