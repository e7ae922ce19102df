/* ONNX: graphs that are one ensemble of trees or one linear model, with what is before and after
 * it.
 *
 * The nodes are gone through in their order, and each value gets a form: columns of the inputs and
 * what is made of them, raw scores, what a link makes of them, labels. An operator that has no
 * meaning there is refused by its name. Preprocessing goes into trees (onnx_read_trees), and
 * becomes transforms before a linear model (onnx_linear_model). */
#include <stdio.h>
#include <string.h>

#include "import.h"
#include "onnx_reading.h"

mlc_status mlci_onnx_refuse_step(const mlci_onnx_step *s, const char *what, mlc_error *err)
{
    return mlci_onnx_unknown(&s->g->file, s->op, what, err);
}

mlc_status mlci_onnx_refuse_word(const mlci_onnx_step *s, const char *attribute, mlci_span word,
                                 const char *right, mlc_error *err)
{
    char text[192];
    snprintf(text, sizeof text, "has %s = %.*s: %s", attribute,
             (int)(word.length > 32 ? 32 : word.length), word.at, right);
    return mlci_onnx_refuse_step(s, text, err);
}

mlc_status mlci_onnx_refuse_place(const mlci_onnx_step *s, mlc_error *err)
{
    return mlci_onnx_refuse_step(s,
                                 "is not known at this place of a graph: columns are made of "
                                 "inputs, one model reads them, and "
                                 "links follow its scores",
                                 err);
}

/* ---- columns, labels and scores ----------------------------------------------------------- */

static mlc_status concat(const mlci_onnx_step *s, mlc_error *err)
{
    int64_t axis = 0;
    MLCI_TRY(mlci_onnx_integer_of(&s->g->file, s->op, "axis", 0, &axis, err));
    if (axis != 1 && axis != -1)
        return mlci_onnx_refuse_step(s, "puts rows together: axis = 1 would be right", err);
    return mlci_form_is(s->in[0], MLCI_FORM_SECOND) || mlci_form_is(s->in[0], MLCI_FORM_NEGATIVE)
               ? mlci_onnx_concat_scores(s, err)
               : mlci_onnx_concat_columns(s, err);
}

static int has_columns(const mlci_onnx_form *f)
{
    return mlci_form_is(f, MLCI_FORM_COLUMNS) || mlci_form_is(f, MLCI_FORM_TEXT);
}

static mlc_status gather(const mlci_onnx_step *s, mlc_error *err)
{
    int64_t axis = 0;
    MLCI_TRY(mlci_onnx_integer_of(&s->g->file, s->op, "axis", 0, &axis, err));
    if (mlci_form_is(s->in[0], MLCI_FORM_CONSTANT) && mlci_form_is(s->in[1], MLCI_FORM_CLASS) &&
        axis == 0)
        return mlci_onnx_constant_labels(s, err);
    if (mlci_form_is(s->in[0], MLCI_FORM_CONSTANT) && mlci_form_is(s->in[1], MLCI_FORM_COLUMNS) &&
        axis == 0)
        return mlci_onnx_gather_codes(s, err);
    if (has_columns(s->in[0]) && (axis == 1 || axis == -1)) return mlci_onnx_gather_columns(s, err);
    return mlci_onnx_refuse_place(s, err);
}

static mlc_status extractor(const mlci_onnx_step *s, mlc_error *err)
{
    if (mlci_form_is(s->in[0], MLCI_FORM_CONSTANT) && mlci_form_is(s->in[1], MLCI_FORM_CLASS))
        return mlci_onnx_constant_labels(s, err);
    if (has_columns(s->in[0])) return mlci_onnx_gather_columns(s, err);
    return mlci_onnx_second_score(s, err);
}

static mlc_status cast(const mlci_onnx_step *s, mlc_error *err)
{
    int64_t to = 0;
    MLCI_TRY(mlci_onnx_integer_of(&s->g->file, s->op, "to", 0, &to, err));
    if (mlci_form_is(s->in[0], MLCI_FORM_COLUMNS))
        return mlci_onnx_cast_columns(s, (int32_t)to, err);
    MLCI_TRY(mlci_onnx_pass(s, err));
    if (s->in[0]->kind == MLCI_FORM_ABOVE) {
        s->out->kind = MLCI_FORM_CLASS;
        s->g->is_class = 1;
    }
    return MLC_OK;
}

/* Columns stay as they are where rows get as many of them as there are. */
static mlc_status reshape_columns(const mlci_onnx_step *s, mlc_error *err)
{
    mlci_onnx_numbers shape = {0};
    MLCI_TRY(mlci_onnx_constant_numbers(s, s->in[1], &shape, err));
    const int fits =
        shape.n == 2 && s->in[0]->n > 0 && shape.values[0] <= 0 &&
        (shape.values[1] == (double)s->in[0]->n || (shape.values[1] == -1 && shape.values[0] == 0));
    mlci_free(shape.values);
    return fits ? mlci_onnx_pass(s, err)
                : mlci_onnx_refuse_step(
                      s, "gives rows another shape: all columns of a row would be right", err);
}

/* What reorders no values. */
static mlc_status reshape(const mlci_onnx_step *s, mlc_error *err)
{
    const int is_flatten = mlci_span_is(s->op->name, "Flatten");
    int64_t axis = 1;
    if (!has_columns(s->in[0])) return mlci_onnx_pass(s, err);
    if (is_flatten) MLCI_TRY(mlci_onnx_integer_of(&s->g->file, s->op, "axis", 1, &axis, err));
    if (is_flatten && axis == 1) return mlci_onnx_pass(s, err);
    return mlci_span_is(s->op->name, "Reshape") ? reshape_columns(s, err)
                                                : mlci_onnx_refuse_place(s, err);
}

static int changes_columns(const mlci_onnx_step *s)
{
    return mlci_form_is(s->in[0], MLCI_FORM_COLUMNS) || mlci_form_is(s->in[1], MLCI_FORM_COLUMNS);
}

static mlc_status add(const mlci_onnx_step *s, mlc_error *err)
{
    return changes_columns(s) ? mlci_onnx_arithmetic(s, MLCI_ONNX_ADD, err) : mlci_onnx_add(s, err);
}

static mlc_status subtract(const mlci_onnx_step *s, mlc_error *err)
{
    return changes_columns(s) ? mlci_onnx_arithmetic(s, MLCI_ONNX_SUBTRACT, err)
                              : mlci_onnx_subtract(s, err);
}

static mlc_status multiply(const mlci_onnx_step *s, mlc_error *err)
{
    return changes_columns(s) ? mlci_onnx_arithmetic(s, MLCI_ONNX_MULTIPLY, err)
                              : mlci_onnx_scale(s, err);
}

static mlc_status divide(const mlci_onnx_step *s, mlc_error *err)
{
    return changes_columns(s) ? mlci_onnx_arithmetic(s, MLCI_ONNX_DIVIDE, err)
                              : mlci_onnx_scale(s, err);
}

/* ---- trees -------------------------------------------------------------------------------- */

/* An input of unknown width has the columns that the trees ask for. */
static mlc_status widen_input(mlci_onnx_reading *g, const mlci_onnx_op *op, mlci_onnx_form *columns,
                              mlc_error *err)
{
    int64_t n = 0;
    MLCI_TRY(mlci_onnx_count_features(&g->file, op, &n, err));
    MLCI_TRY(mlci_foreign_set_inputs(g->model, n, err));
    columns->first = g->n_sources;
    columns->n = n;
    for (int64_t j = 0; j < n; j++)
        MLCI_TRY(mlci_onnx_add_source(
            g,
            (mlci_onnx_source){.feature = (int32_t)j, .is_float = columns->is_float, .change = -1},
            err));
    return MLC_OK;
}

/* Are the numbers that trees ask for those of the inputs? */
static int are_plain(const mlci_onnx_reading *g, const mlci_onnx_form *columns)
{
    for (int64_t i = columns->first; i < columns->first + columns->n; i++) {
        const mlci_onnx_source *const s = &g->sources[i];
        if (s->map == NULL && (s->change >= 0 || s->is_float != columns->is_float)) return 0;
    }
    return 1;
}

/* Zeros are missing in all columns of numbers or in none. */
static mlc_status take_zeros(const mlci_onnx_step *s, mlc_error *err)
{
    int64_t n_hidden = 0, n_numbers = 0;
    for (int64_t i = s->in[0]->first; i < s->in[0]->first + s->in[0]->n; i++) {
        n_hidden += s->g->sources[i].hides_zeros;
        n_numbers += s->g->sources[i].map == NULL;
    }
    s->g->model->zero_is_missing = n_hidden > 0;
    if (n_hidden == 0 || n_hidden == n_numbers) return MLC_OK;
    return mlci_onnx_refuse_step(
        s, "takes zeros for missing in some columns: all or none would be right", err);
}

static mlc_status take_trees(const mlci_onnx_step *s, mlc_error *err)
{
    mlci_onnx_reading *const g = s->g;
    if (mlci_form_is(s->in[0], MLCI_FORM_SHARES))
        return mlci_onnx_refuse_step(s,
                                     "asks for columns after a Normalizer, which depend on the "
                                     "whole row: a linear model there would be right",
                                     err);
    if (!mlci_form_is(s->in[0], MLCI_FORM_COLUMNS)) return mlci_onnx_refuse_place(s, err);
    if (g->maker != NULL)
        return mlci_onnx_refuse_step(s, "is one more model: a graph of one would be right", err);
    g->maker = s->op;
    if (g->model->n_features == 0) MLCI_TRY(widen_input(g, s->op, s->in[0], err));
    MLCI_TRY(take_zeros(s, err));
    const int32_t is_float = s->in[0]->is_float;
    g->trees = (mlci_onnx_tree_node){.file = &g->file,
                                     .op = s->op,
                                     .n_sources = s->in[0]->n,
                                     .sources = g->sources + s->in[0]->first,
                                     .changes = &g->changes,
                                     .is_plain = are_plain(g, s->in[0]),
                                     .n_classes = g->n_labels};
    MLCI_TRY(mlci_onnx_read_trees(&g->trees, err));
    const int32_t is_old = !mlci_span_is(s->op->name, "TreeEnsemble");
    g->model->compare = g->trees.is_plain && is_float ? MLCI_COMPARE_FLOAT : MLCI_COMPARE_DOUBLE;
    g->model->rule.is_float = is_old ? is_float : !g->trees.is_double;
    return MLC_OK;
}

static mlc_status regressor_trees(const mlci_onnx_step *s, mlc_error *err)
{
    MLCI_TRY(take_trees(s, err));
    *s->out = mlci_onnx_new_scores(s->g, s->g->trees.post);
    return MLC_OK;
}

/* Its first result are labels, its second probabilities. */
static mlc_status classifier_trees(const mlci_onnx_step *s, mlc_error *err)
{
    mlci_onnx_reading *const g = s->g;
    MLCI_TRY(mlci_onnx_attribute_labels(s, err));
    if (g->n_labels < 2)
        return mlci_onnx_refuse_step(s, "has one class only: two labels or more would be right",
                                     err);
    MLCI_TRY(take_trees(s, err));
    g->is_class = 1;
    mlci_onnx_form made = mlci_onnx_new_scores(g, g->trees.post);
    made.kind = MLCI_FORM_LINKED;
    *s->out = made;
    s->out->kind = MLCI_FORM_LABEL;
    if (s->op->n_outputs > 1) g->forms[g->ids[s->op->first_output + 1]] = made;
    return MLC_OK;
}

/* ---- going through the graph -------------------------------------------------------------- */

typedef struct operator
{
    const char *name;
    int32_t is_ml; /* of ai.onnx.ml */
    mlc_status (*take)(const mlci_onnx_step *s, mlc_error *err);
}
operator;

static const operator operators[] = {
    {"TreeEnsembleClassifier", 1, classifier_trees},
    {"TreeEnsembleRegressor", 1, regressor_trees},
    {"TreeEnsemble", 1, regressor_trees},
    {"LinearRegressor", 1, mlci_onnx_linear_regressor},
    {"LinearClassifier", 1, mlci_onnx_linear_classifier},
    {"SVMRegressor", 1, mlci_onnx_svm_regressor},
    {"SVMClassifier", 1, mlci_onnx_svm_classifier},
    {"Scaler", 1, mlci_onnx_scaler},
    {"Imputer", 1, mlci_onnx_imputer},
    {"OneHotEncoder", 1, mlci_onnx_one_hot},
    {"LabelEncoder", 1, mlci_onnx_label_encoder},
    {"FeatureVectorizer", 1, mlci_onnx_feature_vectorizer},
    {"Normalizer", 1, mlci_onnx_normalizer},
    {"ArrayFeatureExtractor", 1, extractor},
    {"ZipMap", 1, mlci_onnx_zip_map},
    {"Identity", 0, mlci_onnx_pass},
    {"Cast", 0, cast},
    {"Concat", 0, concat},
    {"Gather", 0, gather},
    {"Reshape", 0, reshape},
    {"Flatten", 0, reshape},
    {"Squeeze", 0, reshape},
    {"Add", 0, add},
    {"Sub", 0, subtract},
    {"Div", 0, divide},
    {"Mul", 0, multiply},
    {"Clip", 0, mlci_onnx_clip},
    {"IsNaN", 0, mlci_onnx_is_nan},
    {"Where", 0, mlci_onnx_where},
    {"Equal", 0, mlci_onnx_equal},
    {"MatMul", 0, mlci_onnx_mat_mul},
    {"Gemm", 0, mlci_onnx_gemm},
    {"Sigmoid", 0, mlci_onnx_sigmoid},
    {"Softmax", 0, mlci_onnx_softmax},
    {"Exp", 0, mlci_onnx_exponential},
    {"Abs", 0, mlci_onnx_abs},
    {"ReduceSum", 0, mlci_onnx_reduce_sum},
    {"Greater", 0, mlci_onnx_greater},
    {"ArgMax", 0, mlci_onnx_arg_max},
    {"Sign", 0, mlci_onnx_sign},
};

static mlc_status refuse_operator(const mlci_onnx_reading *g, const mlci_onnx_op *op,
                                  mlc_error *err)
{
    mlci_text text = mlci_text_init(g->model->root);
    mlci_text_append_text(&text, "is not known; these are: ");
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++)
        mlci_text_append_format(&text, "%s%s", i > 0 ? ", " : "", operators[i].name);
    const mlc_status status =
        mlci_onnx_unknown(&g->file, op, text.data == NULL ? "is not known" : text.data, err);
    mlci_text_clear(&text);
    return status;
}

static mlc_status take_op(mlci_onnx_reading *g, const mlci_onnx_op *op, mlc_error *err)
{
    const int is_ml = mlci_span_is(op->domain, "ai.onnx.ml");
    mlci_onnx_form made = {0};
    mlci_onnx_step s = {.g = g, .op = op, .out = &made};
    if (op->n_outputs < 1) return mlci_onnx_fault(&g->file, op, "it has no result", err);
    for (int32_t i = 0; i < 4 && i < op->n_inputs; i++)
        s.in[i] = &g->forms[g->ids[op->first_input + i]];
    int is_part = mlci_onnx_is_of_votes(&s);
    if (!is_part && !is_ml) MLCI_TRY(mlci_onnx_take_part(&s, &is_part, err));
    if (is_part) {
        g->forms[g->ids[op->first_output]] = made;
        return MLC_OK;
    }
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
        if (operators[i].is_ml != is_ml || !mlci_span_is(op->name, operators[i].name)) continue;
        if (!is_ml && op->domain.length > 0 && !mlci_span_is(op->domain, "ai.onnx")) continue;
        MLCI_TRY(operators[i].take(&s, err));
        g->forms[g->ids[op->first_output]] = made;
        return MLC_OK;
    }
    return refuse_operator(g, op, err);
}

/* ---- together ----------------------------------------------------------------------------- */

static mlc_status read_graph(mlci_onnx_reading *g, const char *bytes, int64_t n, mlc_error *err)
{
    g->file.model = g->model;
    g->n_bytes = n;
    MLCI_TRY(mlci_onnx_read(&g->file, bytes, n, err));
    mlci_text version = mlci_text_init(NULL);
    mlci_text_append_format(&version, "ai.onnx.ml %lld", (long long)g->file.ml_version);
    if (version.data != NULL && version.length < (int64_t)sizeof g->model->version)
        memcpy(g->model->version, version.data, (size_t)version.length + 1);
    mlci_text_clear(&version);
    MLCI_TRY(mlci_onnx_number_names(g, err));
    MLCI_TRY(mlci_onnx_open_inputs(g, err));
    for (int64_t i = 0; i < g->file.n_ops; i++)
        MLCI_TRY(take_op(g, &g->file.ops[i], err));
    return mlci_onnx_take_outputs(g, err);
}

static void clear(mlci_onnx_reading *g)
{
    mlci_onnx_clear_maps(g);
    void *const blocks[] = {g->ids,
                            g->forms,
                            g->sources,
                            g->labels,
                            g->label_numbers,
                            g->starts,
                            g->first_column,
                            g->changes.list,
                            g->linear.weights,
                            g->linear.intercept,
                            g->vectors.counts.values,
                            g->vectors.coefficients.values,
                            g->vectors.rho.values,
                            g->vectors.slope.values,
                            g->vectors.shift.values};
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++)
        mlci_free(blocks[i]);
    mlci_onnx_file_clear(&g->file);
}

static mlc_status read_onnx(mlci_foreign *model, const char *bytes, int64_t n, mlc_error *err)
{
    mlci_onnx_reading *const g = mlci_alloc(model->root, 1, sizeof *g);
    if (g == NULL) return mlci_fail_memory(err, 1, sizeof *g);
    model->library = "ONNX";
    g->model = model;
    const mlc_status status = read_graph(g, bytes, n, err);
    clear(g);
    mlci_free(g);
    return status;
}

/* ir_version, field 1, as a small number, then another field of a model. */
static int sniff(const char *bytes, int64_t n)
{
    mlci_proto r;
    mlci_proto_read(&r, bytes, n < 4096 ? n : 4096);
    if (!mlci_proto_next(&r) || r.field != 1 || r.wire != MLCI_PROTO_VARINT || r.value < 1 ||
        r.value > 1000 || r.at == r.end)
        return 0;
    const int next = (uint8_t)*r.at;
    const int field = next >> 3, wire = next & 7;
    return (field == 5 && wire == MLCI_PROTO_VARINT) ||
           (wire == MLCI_PROTO_BYTES && field >= 2 && field <= 15 && field != 5);
}

const mlci_import_format mlci_import_onnx = {"onnx", "ONNX graphs of trees or linear models", sniff,
                                             .read = read_onnx};
