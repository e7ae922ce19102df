/* The model at the end of a graph of ONNX: its features, its scores, and what is made of them. */
#include <math.h>
#include <string.h>

#include "linear/linear_state.h"
#include "onnx_export.h"
#include "svm/svm_state.h"
#include "tree/forest.h"

/* ---- features ----------------------------------------------------------------------------- */

/* The codes of a category as the bins that the trees ask for; missing and unseen ones as NaN where
 * they have none. */
static mlc_status list_bins(mlci_root *root, const mlci_category_bins *bins, int64_t feature,
                            int64_t n, double **out, mlc_error *err)
{
    double *const list = mlci_alloc(root, n + 2, sizeof *list);
    if (list == NULL) return mlci_fail_memory(err, n + 2, sizeof *list);
    for (int64_t k = 0; k < n + 2; k++) {
        const uint32_t bin = mlci_category_bin(bins, feature, k < n ? (double)k : k > n ? -1 : NAN);
        list[k] = bin == 0 ? (double)NAN : bin;
    }
    *out = list;
    return MLC_OK;
}

static mlc_status text_feature(mlci_onnx_export *x, const mlci_feature *input, int32_t cell,
                               const mlci_category_bins *bins, int32_t *value, mlc_error *err)
{
    const mlci_dictionary *const labels = input->dictionary;
    mlci_onnx_labels known = {.n = labels->n};
    double *list = NULL;
    known.texts = mlci_alloc(x->root, known.n, sizeof *known.texts);
    known.lengths = mlci_alloc(x->root, known.n, sizeof *known.lengths);
    mlc_status status = known.texts == NULL || known.lengths == NULL
                            ? mlci_fail_memory(err, known.n, sizeof *known.texts)
                            : list_bins(x->root, bins, input->first, known.n, &list, err);
    for (int32_t k = 0; k < labels->n && status == MLC_OK; k++)
        known.texts[k] = mlci_dictionary_text(labels, k, &known.lengths[k]);
    if (status == MLC_OK)
        status = mlci_onnx_codes(x, x->program->model->name, cell, &known, value, err);
    if (status == MLC_OK)
        *value =
            mlci_onnx_gather(&x->g, mlci_onnx_reals(&x->g, -1, labels->n + 2, list), *value, 0);
    mlci_free(list);
    mlci_free(known.texts);
    mlci_free(known.lengths);
    return status;
}

/* Categories that are given as numbers: the fraction does not count. */
static mlc_status code_feature(mlci_onnx_export *x, int32_t number, int64_t feature,
                               const mlci_category_bins *bins, int32_t *value, mlc_error *err)
{
    mlci_onnx *const g = &x->g;
    const int64_t n = mlci_n_codes(bins, feature);
    double *list = NULL;
    MLCI_TRY(list_bins(x->root, bins, feature, n, &list, err));
    list[n] = list[n + 1]; /* no NaN comes here */
    const int32_t above = mlci_onnx_two(g, "Greater", number, mlci_onnx_real(g, -1));
    const int32_t below = mlci_onnx_two(g, "Less", number, mlci_onnx_real(g, (double)n));
    const int32_t code = mlci_onnx_choose(g, mlci_onnx_two(g, "And", above, below), number,
                                          mlci_onnx_real(g, (double)n));
    const int32_t bin = mlci_onnx_gather(g, mlci_onnx_reals(g, -1, n + 1, list),
                                         mlci_onnx_cast(g, code, MLCI_ONNX_INT64), 0);
    *value = mlci_onnx_choose(g, mlci_onnx_one(g, "IsNaN", number), number, bin);
    mlci_free(list);
    return MLC_OK;
}

static int32_t hide_zeros(mlci_onnx_export *x, int32_t value)
{
    mlci_onnx *const g = &x->g;
    const int32_t size = mlci_onnx_one(g, "Abs", value);
    const int32_t is_zero =
        mlci_onnx_two(g, "LessOrEqual", size, mlci_onnx_real(g, MLCI_NEAR_ZERO));
    return mlci_onnx_choose(g, is_zero, mlci_onnx_real(g, (double)NAN), value);
}

/* A number that the trees read, or the bin of one that is a category. */
static mlc_status put_number(mlci_onnx_export *x, int32_t cell, int64_t feature,
                             const mlci_category_bins *bins, int32_t *value, mlc_error *err)
{
    *value = mlci_onnx_column(x, cell);
    if (x->program->model->features->zero_is_missing) *value = hide_zeros(x, *value);
    if (mlci_n_codes(bins, feature) == 0) return MLC_OK;
    return code_feature(x, *value, feature, bins, value, err);
}

/* Numbers of one input, of which some are categories. */
static mlc_status put_codes(mlci_onnx_export *x, const mlci_feature *input, const int32_t *cells,
                            const mlci_category_bins *bins, int32_t *value, mlc_error *err)
{
    int32_t *const values = mlci_alloc(x->root, input->width, sizeof *values);
    if (values == NULL) return mlci_fail_memory(err, input->width, sizeof *values);
    mlc_status status = MLC_OK;
    for (int32_t k = 0; k < input->width && status == MLC_OK; k++)
        status = put_number(x, cells[k], input->first + k, bins, &values[k], err);
    if (status == MLC_OK) *value = mlci_onnx_concat(&x->g, (int32_t)input->width, values);
    mlci_free(values);
    return status;
}

static int has_codes(const mlci_category_bins *bins, const mlci_feature *input)
{
    return bins != NULL &&
           bins->first_code[input->first + input->width] > bins->first_code[input->first];
}

/* One input of the model, whose first cell is given. bins NULL: it has no categories. */
static mlc_status put_feature(mlci_onnx_export *x, const mlci_feature *input, const int32_t *cells,
                              const mlci_category_bins *bins, int32_t *value, mlc_error *err)
{
    const mlci_component *const model = x->program->model;
    if (input->dictionary != NULL && (bins == NULL || !x->cells[cells[0]].is_text))
        return mlci_onnx_refuse(model, "it reads categories that are no texts", err);
    if (input->dictionary != NULL) return text_feature(x, input, cells[0], bins, value, err);
    if (x->cells[cells[0]].is_text)
        return mlci_onnx_refuse(model, "it reads numbers where there are texts", err);
    if (has_codes(bins, input)) return put_codes(x, input, cells, bins, value, err);
    MLCI_TRY(mlci_onnx_columns(x, (int32_t)input->width, cells, value, err));
    if (model->features->zero_is_missing) *value = hide_zeros(x, *value);
    return MLC_OK;
}

/* A number a feature that is read as it is: cells that lie side by side come as one value. */
static int is_plain(const mlci_onnx_export *x, const mlci_category_bins *bins)
{
    const mlci_features *const features = x->program->model->features;
    if (features->zero_is_missing) return 0;
    for (int32_t i = 0; i < features->n_inputs; i++)
        if (features->inputs[i].dictionary != NULL) return 0;
    for (int32_t i = 0; i < x->program->n_in; i++)
        if (x->cells[x->program->in[i]].is_text) return 0;
    return bins == NULL || bins->first_code[features->n_features] == 0;
}

mlc_status mlci_onnx_put_features(mlci_onnx_export *x, const mlci_category_bins *bins, int32_t *out,
                                  mlc_error *err)
{
    const mlci_features *const features = x->program->model->features;
    const int32_t *cells = x->program->in;
    if (is_plain(x, bins)) return mlci_onnx_columns(x, x->program->n_in, cells, out, err);
    int32_t *const values = mlci_alloc(x->root, features->n_inputs, sizeof *values);
    if (values == NULL) return mlci_fail_memory(err, features->n_inputs, sizeof *values);
    mlc_status status = MLC_OK;
    for (int32_t i = 0; i < features->n_inputs && status == MLC_OK; i++) {
        status = put_feature(x, &features->inputs[i], cells, bins, &values[i], err);
        cells += features->inputs[i].width;
    }
    if (status == MLC_OK) *out = mlci_onnx_concat(&x->g, features->n_inputs, values);
    mlci_free(values);
    return status;
}

/* ---- labels ------------------------------------------------------------------------------- */

static int32_t number_labels(mlci_onnx_export *x, const mlci_classes *classes, int32_t *type)
{
    mlci_text raw = mlci_text_init(x->root);
    const int is_real = classes->type == MLC_TYPE_FLOAT32 || classes->type == MLC_TYPE_FLOAT64;
    *type = is_real                          ? MLCI_ONNX_DOUBLE
            : classes->type == MLC_TYPE_BOOL ? MLCI_ONNX_BOOL
                                             : MLCI_ONNX_INT64;
    for (int32_t k = 0; k < classes->n; k++) {
        const double number = classes->numbers[classes->order[k]];
        const int64_t integer = is_real ? 0 : (int64_t)number;
        double bits = number;
        if (!is_real) memcpy(&bits, &integer, sizeof bits);
        if (*type == MLCI_ONNX_BOOL)
            mlci_text_append_char(&raw, number != 0);
        else
            mlci_proto_put_double(&raw, bits);
    }
    const int32_t value = mlci_onnx_raw(&x->g, *type, classes->n, &raw);
    mlci_text_clear(&raw);
    return value;
}

void mlci_onnx_put_label(mlci_onnx_export *x, int32_t class_number)
{
    const mlci_classes *const classes = x->program->model->classes;
    int32_t type = MLCI_ONNX_STRING;
    const int32_t labels =
        classes->labels != NULL
            ? mlci_onnx_texts(&x->g, classes->n, (const char *const *)classes->names)
            : number_labels(x, classes, &type);
    mlci_onnx_output(&x->g, "label", mlci_onnx_gather(&x->g, labels, class_number, 0), type, 0);
}

int32_t mlci_onnx_above(mlci_onnx_export *x, int32_t score, const char *op, double bound)
{
    static const int64_t flat = -1;
    const int32_t is_second = mlci_onnx_two(&x->g, op, score, mlci_onnx_real(&x->g, bound));
    const int32_t number = mlci_onnx_cast(&x->g, is_second, MLCI_ONNX_INT64);
    return mlci_onnx_two(&x->g, "Reshape", number, mlci_onnx_integers(&x->g, -1, 1, &flat));
}

void mlci_onnx_put_probabilities(mlci_onnx_export *x, int32_t value, int32_t n)
{
    mlci_onnx_output(&x->g, "probabilities", value, x->g.real, n);
}

int32_t mlci_onnx_both(mlci_onnx_export *x, int32_t second, int32_t n_classes)
{
    const int32_t first = mlci_onnx_two(&x->g, "Sub", mlci_onnx_real(&x->g, 1), second);
    return mlci_onnx_concat(&x->g, n_classes < 2 ? 1 : 2, (const int32_t[]){first, second});
}

static int32_t softmax(mlci_onnx_export *x, int32_t scores)
{
    const int32_t out = mlci_onnx_open(&x->g, "Softmax", NULL, 1, &scores);
    mlci_onnx_set_integer(&x->g, "axis", 1);
    mlci_onnx_close(&x->g);
    return out;
}

/* ---- links -------------------------------------------------------------------------------- */

/* log(1 + exp(s)), of which runtimes have no double: max(s, 0) + log(1 + exp(-|s|)). */
static int32_t softplus(mlci_onnx_export *x, int32_t scores)
{
    mlci_onnx *const g = &x->g;
    const int32_t size = mlci_onnx_one(g, "Abs", scores);
    const int32_t power = mlci_onnx_one(g, "Exp", mlci_onnx_one(g, "Neg", size));
    const int32_t rest =
        mlci_onnx_one(g, "Log", mlci_onnx_two(g, "Add", power, mlci_onnx_real(g, 1)));
    return mlci_onnx_two(g, "Add", mlci_onnx_two(g, "Max", scores, mlci_onnx_real(g, 0)), rest);
}

static int32_t by(mlci_onnx_export *x, const char *op, int32_t scores, double number)
{
    return number == 1 ? scores : mlci_onnx_two(&x->g, op, scores, mlci_onnx_real(&x->g, number));
}

/* Numbers of a row in order, and the one or two in the middle. */
static int32_t middle(mlci_onnx_export *x, int32_t scores, int64_t n)
{
    mlci_onnx *const g = &x->g;
    const int64_t low = (n - 1) / 2, high = n / 2;
    const int32_t inputs[] = {scores, mlci_onnx_integers(g, -1, 1, &n)};
    const int32_t sorted = mlci_onnx_open(g, "TopK", NULL, 2, inputs);
    mlci_onnx_set_integer(g, "axis", 1);
    mlci_onnx_set_integer(g, "largest", 0);
    mlci_onnx_add_result(g);
    mlci_onnx_close(g);
    const int32_t a = mlci_onnx_gather(g, sorted, mlci_onnx_integers(g, -1, 1, &low), 1);
    const int32_t b = mlci_onnx_gather(g, sorted, mlci_onnx_integers(g, -1, 1, &high), 1);
    const int32_t half = mlci_onnx_real(g, 0.5);
    return mlci_onnx_two(g, "Add", mlci_onnx_two(g, "Mul", a, half),
                         mlci_onnx_two(g, "Mul", b, half));
}

static int32_t gathered(mlci_onnx *g, int32_t scores, int64_t first, int64_t n)
{
    int64_t columns[MLCI_MOST_LEVELS];
    for (int64_t k = 0; k < n; k++)
        columns[k] = first + k;
    return mlci_onnx_gather(g, scores, mlci_onnx_integers(g, -1, n, columns), 1);
}

/* The first number of a row, and how far each of the others is above the one before. */
static int32_t climb(mlci_onnx_export *x, int32_t scores, int64_t n)
{
    mlci_onnx *const g = &x->g;
    const int64_t axis = 1;
    const int32_t steps = mlci_onnx_two(g, "Add", softplus(x, gathered(g, scores, 1, n - 1)),
                                        mlci_onnx_real(g, 1e-6));
    const int32_t first[] = {gathered(g, scores, 0, 1), steps};
    return mlci_onnx_two(g, "CumSum", mlci_onnx_concat(g, 2, first),
                         mlci_onnx_integers(g, -1, 1, &axis));
}

static void put_numbers(mlci_onnx_export *x, const mlci_link *l, int32_t scores)
{
    mlci_onnx *const g = &x->g;
    int64_t width = l->n_outputs;
    int32_t value = l->rule == NULL ? scores : by(x, "Div", scores, l->rule->divisor);
    switch (l->link) {
    case MLCI_LINK_LOG:
        value = mlci_onnx_one(g, "Exp", value);
        break;
    case MLCI_LINK_LOGIT:
        value =
            mlci_onnx_one(g, "Sigmoid", by(x, "Mul", value, l->rule == NULL ? 1 : l->rule->factor));
        break;
    case MLCI_LINK_QUANTILES:
        value = middle(x, value, width);
        width = 1;
        break;
    case MLCI_LINK_SQUARE:
        value = mlci_onnx_two(g, "Mul", value, mlci_onnx_one(g, "Abs", value));
        break;
    case MLCI_LINK_SOFTPLUS:
        value = softplus(x, value);
        break;
    case MLCI_LINK_STEP:
        value =
            mlci_onnx_cast(g, mlci_onnx_two(g, "Greater", value, mlci_onnx_real(g, 0)), g->real);
        break;
    case MLCI_LINK_CLIMB:
        value = climb(x, value, width);
        break;
    default:
        break;
    }
    mlci_onnx_output(g, "prediction", value, g->real, width);
}

static void put_classes(mlci_onnx_export *x, const mlci_link *l, int32_t scores)
{
    mlci_onnx *const g = &x->g;
    int32_t value = l->rule == NULL ? scores : by(x, "Div", scores, l->rule->divisor);
    const double factor = l->rule == NULL ? 1 : l->rule->factor;
    if (l->n_outputs == 1) {
        value = mlci_onnx_one(g, "Sigmoid", by(x, "Mul", value, factor));
        mlci_onnx_put_label(x, l->rule == NULL ? mlci_onnx_above(x, scores, "Greater", 0)
                                               : mlci_onnx_above(x, value, "Greater", 0.5));
        mlci_onnx_put_probabilities(x, mlci_onnx_both(x, value, l->n_classes), l->n_classes);
        return;
    }
    if (l->link == MLCI_LINK_EACH)
        value = mlci_onnx_one(g, "Sigmoid", by(x, "Mul", value, factor));
    else if (l->link == MLCI_LINK_ONE_VS_ALL)
        value = softmax(x, mlci_onnx_one(g, "Neg", softplus(x, mlci_onnx_one(g, "Neg", value))));
    else
        value = softmax(x, value);
    mlci_onnx_put_label(x, mlci_onnx_largest(g, l->rule == NULL ? scores : value));
    mlci_onnx_put_probabilities(x, value, l->n_classes);
}

mlc_status mlci_onnx_note_scores(mlci_onnx_export *x, int has_exp, int has_classes, mlc_error *err)
{
    const char *const name = x->program->model->name;
    if (x->g.opset == 5)
        MLCI_TRY(mlci_onnx_note(
            x, name, "sums", "doubles in the order of the runtime: last digits may differ", err));
    else
        MLCI_TRY(mlci_onnx_note(x, name, "numbers and sums",
                                "they are rounded to float32 and added in the order of the "
                                "runtime: about 1e-7 of the largest number that is added",
                                err));
    if (has_exp)
        MLCI_TRY(mlci_onnx_note(x, name, "exp and log",
                                "those of the runtime: last digits may differ", err));
    if (!has_classes) return MLC_OK;
    return mlci_onnx_note(
        x, name, "label",
        "where two classes are equal but for those digits it may be the other one", err);
}

static mlc_status put_scores(mlci_onnx_export *x, const mlci_link *l, int32_t scores, int has_raw,
                             mlc_error *err)
{
    if (l->n_classes > 0)
        put_classes(x, l, scores);
    else
        put_numbers(x, l, scores);
    if (has_raw) mlci_onnx_output(&x->g, "raw", scores, x->g.real, l->n_outputs);
    const int has_exp = l->n_classes > 0 || l->link == MLCI_LINK_LOG ||
                        l->link == MLCI_LINK_LOGIT || l->link == MLCI_LINK_SOFTPLUS ||
                        l->link == MLCI_LINK_CLIMB;
    return mlci_onnx_note_scores(x, has_exp, l->n_classes > 0, err);
}

/* ---- models ------------------------------------------------------------------------------- */

static int32_t one_add(const void *state, int64_t tree)
{
    return 1;
}

static double boosted_add(const void *state, int64_t tree, int64_t node, int32_t k, int32_t *target)
{
    const mlci_ensemble *const e = state;
    *target = (int32_t)(tree % e->n_outputs);
    return e->nodes[node].value;
}

/* Levels of quantiles, without which the graph could not become a model again. */
static mlc_status put_levels(mlci_onnx_export *x, const mlci_link *l, mlc_error *err)
{
    const mlci_component *const c = x->program->model;
    mlci_text list = mlci_text_init(x->root);
    for (int32_t k = 0; k < l->n_outputs; k++) {
        if (k > 0) mlci_text_append_text(&list, ",");
        mlci_model_of(c)->level_name(c->params, k, &list);
    }
    const mlc_status status = mlci_text_status(&list, err);
    if (status == MLC_OK) mlci_onnx_metadata(&x->g, MLCI_ONNX_QUANTILES, list.data);
    mlci_text_clear(&list);
    return status;
}

static mlc_status put_boosted(mlci_onnx_export *x, mlc_error *err)
{
    const mlci_component *const c = x->program->model;
    const mlci_ensemble *const e = c->state;
    const mlci_onnx_trees trees = {mlci_ensemble_view(e), e->n_outputs, e, one_add, boosted_add};
    const mlci_link link = mlci_ensemble_link(e);
    int32_t features = 0, scores = 0, has_start = 0;
    if (e->terms != NULL) return mlci_onnx_refuse(c, "its leaves are linear", err);
    MLCI_TRY(mlci_onnx_put_features(x, &e->categories, &features, err));
    MLCI_TRY(mlci_onnx_put_trees(x, &trees, features, &scores, err));
    for (int32_t k = 0; k < e->n_outputs; k++)
        has_start |= e->start[k] != 0;
    if (has_start)
        scores =
            mlci_onnx_two(&x->g, "Add", scores, mlci_onnx_reals(&x->g, 1, e->n_outputs, e->start));
    if (e->rule != NULL && e->rule->is_float && x->g.opset == 5)
        MLCI_TRY(
            mlci_onnx_note(x, c->name, "sums in float32",
                           "the model adds floats, the file doubles: about 1e-7 of the largest "
                           "number that is added",
                           err));
    if (link.link == MLCI_LINK_QUANTILES) MLCI_TRY(put_levels(x, &link, err));
    return put_scores(x, &link, scores, 1, err);
}

/* Shares of a forest's leaf with more than two classes: one a class, unless all leaves of the tree
 * are of one class. */
static int32_t forest_adds(const void *state, int64_t tree)
{
    const mlci_forest *const f = state;
    return f->n_classes > 2 && f->first_share[tree + 1] > f->first_share[tree] ? f->n_classes : 1;
}

static double forest_add(const void *state, int64_t tree, int64_t node, int32_t k, int32_t *target)
{
    const mlci_forest *const f = state;
    const double value = f->nodes[node].value;
    *target = k;
    if (f->n_classes < 3) return value;
    if (value >= f->n_classes)
        return f->shares[(f->first_share[tree] + (int64_t)value - f->n_classes) * f->n_classes + k];
    if (forest_adds(state, tree) > 1) return k == (int32_t)value;
    *target = (int32_t)value;
    return 1;
}

static mlc_status put_forest(mlci_onnx_export *x, mlc_error *err)
{
    const mlci_forest *const f = x->program->model->state;
    const mlci_onnx_trees trees = {mlci_forest_view(f), mlci_forest_width(f), f, forest_adds,
                                   forest_add};
    int32_t features = 0, sums = 0;
    MLCI_TRY(mlci_onnx_put_features(x, &f->categories, &features, err));
    MLCI_TRY(mlci_onnx_put_trees(x, &trees, features, &sums, err));
    const int32_t means = by(x, "Div", sums, (double)f->n_trees);
    if (f->n_classes == 0) {
        mlci_onnx_output(&x->g, "prediction", means, x->g.real, 1);
    } else if (f->n_classes < 3) {
        mlci_onnx_put_label(x, mlci_onnx_above(x, means, "Greater", 0.5));
        mlci_onnx_put_probabilities(x, mlci_onnx_both(x, means, f->n_classes), f->n_classes);
    } else {
        mlci_onnx_put_label(x, mlci_onnx_largest(&x->g, sums));
        mlci_onnx_put_probabilities(x, means, f->n_classes);
    }
    return mlci_onnx_note_scores(x, 0, f->n_classes > 0, err);
}

static mlc_status put_linear(mlci_onnx_export *x, mlc_error *err)
{
    const mlci_component *const c = x->program->model;
    const mlci_linear_state *const s = c->state;
    const int64_t p = s->n_features, n = s->n_outputs;
    const mlci_link link = {n > 1 && c->classes != NULL ? MLCI_LINK_SOFTMAX : MLCI_LINK_IDENTITY,
                            (int32_t)n, c->classes == NULL ? 0 : c->classes->n, NULL};
    int32_t features = 0;
    MLCI_TRY(mlci_onnx_put_features(x, NULL, &features, err));
    int32_t scores =
        mlci_onnx_two(&x->g, "MatMul", features, mlci_onnx_reals(&x->g, p, n, s->weights));
    scores = mlci_onnx_two(&x->g, "Add", scores, mlci_onnx_reals(&x->g, 1, n, s->intercept));
    MLCI_TRY(mlci_onnx_note(x, c->name, "missing and infinite numbers",
                            "they give NaN; the model refuses them", err));
    return put_scores(x, &link, scores, c->classes != NULL, err);
}

mlc_status mlci_onnx_model(mlci_onnx_export *x, mlc_error *err)
{
    const mlci_component *const c = x->program->model;
    const mlci_model_descriptor *const d = mlci_model_of(c);
    const char *const name = c->descriptor->name;
    if (d->predict == mlci_ensemble_predict) return put_boosted(x, err);
    if (d->predict == mlci_forest_predict) return put_forest(x, err);
    if (strcmp(name, "ridge") == 0 || strcmp(name, "logistic_regression") == 0)
        return put_linear(x, err);
    if (d->table == mlci_svm_table) return mlci_onnx_put_vectors_model(x, err);
    return mlci_onnx_refuse(c, "it has no words for this model", err);
}
