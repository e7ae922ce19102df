/* Small graphs written by hand, field by field; what they must give follows from the few numbers
 * that they hold. Files of other programs are in tests/python/test_interop_onnx.py. */
#include <math.h>
#include <mlcore/model.h>
#include <string.h>

#include "check_suite.h"
#include "data/making.h"
#include "mutate.h"
#include "onnx_writing.h"
#include "torture.h"

/* What is different in a file; zero: nothing. */
typedef struct variant {
    int classifier;   /* else a regressor */
    const char *mode; /* of the root; NULL: BRANCH_LEQ */
    const char *op, *post, *aggregate;
    int no_child, lost_weight, twice, short_list, external, two_parents, unpacked, many_features;
    int double_input, unknown_width, no_outputs, sparse, function;
} variant;

static void add_attribute(mlci_text *out, const char *name, int32_t type, int64_t *mark)
{
    *mark = mlci_proto_open(out, MLCI_ONNX_NODE_ATTRIBUTE);
    mlci_proto_add_text(out, MLCI_ONNX_ATTRIBUTE_NAME, name);
    mlci_proto_add_integer(out, MLCI_ONNX_ATTRIBUTE_TYPE, type);
}

static void add_integers(mlci_text *out, const variant *v, const char *name, int n,
                         const int64_t *values)
{
    int64_t mark;
    add_attribute(out, name, MLCI_ONNX_IS_INTEGERS, &mark);
    const int64_t packed = v->unpacked ? 0 : mlci_proto_open(out, MLCI_ONNX_ATTRIBUTE_INTEGERS);
    for (int i = 0; i < n; i++) {
        if (v->unpacked)
            mlci_proto_add_integer(out, MLCI_ONNX_ATTRIBUTE_INTEGERS, values[i]);
        else
            mlci_proto_put_varint(out, (uint64_t)values[i]);
    }
    if (!v->unpacked) mlci_proto_close(out, packed);
    mlci_proto_close(out, mark);
}

static void add_floats(mlci_text *out, const char *name, int n, const double *values)
{
    int64_t mark;
    add_attribute(out, name, MLCI_ONNX_IS_FLOATS, &mark);
    const int64_t packed = mlci_proto_open(out, MLCI_ONNX_ATTRIBUTE_FLOATS);
    for (int i = 0; i < n; i++)
        mlci_proto_put_float(out, (float)values[i]);
    mlci_proto_close(out, packed);
    mlci_proto_close(out, mark);
}

static void add_texts(mlci_text *out, const char *name, int n, const char *const *texts)
{
    int64_t mark;
    add_attribute(out, name, MLCI_ONNX_IS_TEXTS, &mark);
    for (int i = 0; i < n; i++)
        mlci_proto_add_text(out, MLCI_ONNX_ATTRIBUTE_TEXTS, texts[i]);
    mlci_proto_close(out, mark);
}

static void add_text(mlci_text *out, const char *name, const char *text)
{
    int64_t mark;
    add_attribute(out, name, MLCI_ONNX_IS_TEXT, &mark);
    mlci_proto_add_text(out, MLCI_ONNX_ATTRIBUTE_TEXT, text);
    mlci_proto_close(out, mark);
}

/* Two trees. Tree 0: x0 ? 1.5 to leaf 1 (yes), else x1 <= -2 (missing: yes) to leaves 3 and 4.
 * Tree 1 is a leaf. */
static void add_nodes(mlci_text *out, const variant *v)
{
    const char *const modes[] = {
        v->mode == NULL ? "BRANCH_LEQ" : v->mode, "LEAF", "BRANCH_LEQ", "LEAF", "LEAF", "LEAF"};
    const int64_t trees[] = {0, 0, 0, 0, v->twice ? 1 : 0, 1};
    const int64_t nodes[] = {0, 1, 2, 3, v->twice ? 0 : 4, 0};
    const int64_t features[] = {0, 0, v->many_features ? 70000 : 1, 0, 0, 0};
    const int64_t yes[] = {v->two_parents ? 2 : 1, 0, 3, 0, 0, 0};
    const int64_t no[] = {2, 0, v->no_child ? 9 : 4, 0, 0, 0};
    const int64_t tracks[] = {0, 0, 1, 0, 0, 0};
    const double values[] = {1.5, 0, -2, 0, 0, 0};
    add_integers(out, v, "nodes_treeids", 6, trees);
    add_integers(out, v, "nodes_nodeids", 6, nodes);
    add_integers(out, v, "nodes_featureids", v->short_list ? 5 : 6, features);
    add_texts(out, "nodes_modes", 6, modes);
    add_floats(out, "nodes_values", 6, values);
    add_integers(out, v, "nodes_truenodeids", 6, yes);
    add_integers(out, v, "nodes_falsenodeids", 6, no);
    add_integers(out, v, "nodes_missing_value_tracks_true", 6, tracks);
}

static void add_weights(mlci_text *out, const variant *v)
{
    static const char *const labels[] = {"ash", "birch", "cedar"};
    const int64_t trees[] = {0, 0, 0, 1}, nodes[] = {1, 3, v->lost_weight ? 7 : 4, 0};
    const int64_t of_classes[] = {0, 1, 2, 1}, none[] = {0, 0, 0, 0};
    const double weights[] = {0.5, 0.25, 1, 0.125};
    const int64_t one = 1;
    add_integers(out, v, v->classifier ? "class_treeids" : "target_treeids", 4, trees);
    add_integers(out, v, v->classifier ? "class_nodeids" : "target_nodeids", 4, nodes);
    add_integers(out, v, v->classifier ? "class_ids" : "target_ids", 4,
                 v->classifier ? of_classes : none);
    add_floats(out, v->classifier ? "class_weights" : "target_weights", 4, weights);
    if (v->classifier)
        add_texts(out, "classlabels_strings", 3, labels);
    else
        add_floats(out, "base_values", (int)one, (const double[]){8});
}

static void add_node(mlci_text *out, const variant *v)
{
    const int64_t node = mlci_proto_open(out, MLCI_ONNX_GRAPH_NODE);
    mlci_proto_add_text(out, MLCI_ONNX_NODE_INPUT, "X");
    mlci_proto_add_text(out, MLCI_ONNX_NODE_OUTPUT, v->classifier ? "label" : "y");
    if (v->classifier) mlci_proto_add_text(out, MLCI_ONNX_NODE_OUTPUT, "y");
    mlci_proto_add_text(out, MLCI_ONNX_NODE_OP,
                        v->op != NULL   ? v->op
                        : v->classifier ? "TreeEnsembleClassifier"
                                        : "TreeEnsembleRegressor");
    mlci_proto_add_text(out, MLCI_ONNX_NODE_DOMAIN, "ai.onnx.ml");
    add_nodes(out, v);
    add_weights(out, v);
    if (v->post != NULL) add_text(out, "post_transform", v->post);
    if (v->aggregate != NULL) add_text(out, "aggregate_function", v->aggregate);
    mlci_proto_close(out, node);
}

static void add_constant(mlci_text *out, const variant *v)
{
    const int64_t mark = mlci_proto_open(out, MLCI_ONNX_GRAPH_CONSTANT);
    mlci_proto_add_integer(out, MLCI_ONNX_TENSOR_DIMS, 1);
    mlci_proto_add_integer(out, MLCI_ONNX_TENSOR_TYPE, MLCI_ONNX_INT64);
    mlci_proto_add_integer(out, MLCI_ONNX_TENSOR_INT64S, 3);
    mlci_proto_add_text(out, MLCI_ONNX_TENSOR_NAME, "unused");
    if (v->external) mlci_proto_add_integer(out, MLCI_ONNX_TENSOR_LOCATION, 1);
    mlci_proto_close(out, mark);
}

static mlci_text make(const variant *v)
{
    mlci_text out = mlci_text_init(NULL);
    mlci_proto_add_integer(&out, MLCI_ONNX_MODEL_IR, 8);
    mlci_proto_add_text(&out, MLCI_ONNX_MODEL_PRODUCER, "hand");
    const int64_t graph = mlci_proto_open(&out, MLCI_ONNX_MODEL_GRAPH);
    add_node(&out, v);
    add_constant(&out, v);
    if (v->sparse) mlci_proto_add_text(&out, MLCI_ONNX_GRAPH_SPARSE, "");
    onnx_writing_value(&out, MLCI_ONNX_GRAPH_INPUT, "X",
                       v->double_input ? MLCI_ONNX_DOUBLE : MLCI_ONNX_FLOAT,
                       v->unknown_width ? 0 : 2);
    if (!v->no_outputs) {
        if (v->classifier)
            onnx_writing_value(&out, MLCI_ONNX_GRAPH_OUTPUT, "label", MLCI_ONNX_STRING, 1);
        onnx_writing_value(&out, MLCI_ONNX_GRAPH_OUTPUT, "y", MLCI_ONNX_FLOAT, 1);
    }
    mlci_proto_close(&out, graph);
    if (v->function) mlci_proto_add_text(&out, MLCI_ONNX_MODEL_FUNCTIONS, "");
    const int64_t opset = mlci_proto_open(&out, MLCI_ONNX_MODEL_OPSET);
    mlci_proto_add_text(&out, MLCI_ONNX_OPSET_DOMAIN, "ai.onnx.ml");
    mlci_proto_add_integer(&out, MLCI_ONNX_OPSET_VERSION, 3);
    mlci_proto_close(&out, opset);
    ck_assert(!out.failed);
    return out;
}

static mlc_model *import(const variant *v)
{
    mlci_text file = make(v);
    mlc_model *model = NULL;
    mlc_error err = {0};
    ck_assert_msg(mlc_model_import_memory(NULL, file.data, file.length, NULL, NULL, &model, &err) ==
                      MLC_OK,
                  "%s", err.message);
    mlci_text_clear(&file);
    return model;
}

static void fails(const variant *v, mlc_status wanted, const char *says)
{
    mlci_text file = make(v);
    mlc_model *model = NULL;
    making_assert_fails(
        mlc_model_import_memory(NULL, file.data, file.length, NULL, NULL, &model, err), wanted,
        says);
    ck_assert_ptr_null(model);
    mlci_text_clear(&file);
}

static void gives(const mlc_model *model, const char *output, const double *x, const double *wanted,
                  int64_t width)
{
    const mlc_array array = making_matrix("x", 4, 2, x);
    mlc_dataset *rows = making_dataset(&array, 1, NULL), *out = NULL;
    char settings[64];
    mlc_error err = {0};
    double values[16];
    snprintf(settings, sizeof settings, "output=%s", output);
    ck_assert_msg(mlc_model_predict(NULL, model, rows, settings, &out, &err) == MLC_OK, "%s",
                  err.message);
    const int32_t column = mlc_dataset_find(out, output);
    ck_assert_int_ge(column, 0);
    ck_assert_int_eq(mlc_dataset_column_width(out, column), width);
    ck_assert_int_eq(mlc_dataset_copy_real(out, output, values, 4 * width, NULL), MLC_OK);
    for (int64_t i = 0; i < 4 * width; i++)
        ck_assert_msg(values[i] == wanted[i], "%d: %g not %g", (int)i, values[i], wanted[i]);
    mlc_dataset_free(out);
    mlc_dataset_free(rows);
}

/* Rows that reach each leaf: x0 below; x1 below; x1 above; x0 and x1 missing. */
static const double points[] = {1.5, 0, 2, -2, 2, 3, NAN, NAN};

START_TEST(test_trees_of_a_regressor_give_their_sums)
{
    const variant plain = {0}, unpacked = {.unpacked = 1}, wide = {.unknown_width = 1};
    const double wanted[] = {8.625, 8.375, 9.125, 8.375};
    const variant *const variants[] = {&plain, &unpacked, &wide};
    for (size_t i = 0; i < 3; i++) {
        mlc_model *model = import(variants[i]);
        gives(model, "prediction", points, wanted, 1);
        mlc_model_free(model);
    }
}
END_TEST

START_TEST(test_modes_of_questions_go_their_own_way)
{
    static const struct {
        const char *mode;
        double wanted[4]; /* of x0 = 1.5, 2, 1, missing where x1 is 3 */
    } cases[] = {{"BRANCH_LEQ", {8.625, 9.125, 8.625, 9.125}},
                 {"BRANCH_LT", {9.125, 9.125, 8.625, 9.125}},
                 {"BRANCH_GTE", {8.625, 8.625, 9.125, 9.125}},
                 {"BRANCH_GT", {9.125, 8.625, 9.125, 9.125}}};
    const double x[] = {1.5, 3, 2, 3, 1, 3, NAN, 3};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const variant v = {.mode = cases[i].mode};
        mlc_model *model = import(&v);
        gives(model, "prediction", x, cases[i].wanted, 1);
        mlc_model_free(model);
    }
}
END_TEST

START_TEST(test_floats_of_an_input_are_rounded_before_they_are_compared)
{
    const double above = 1.5 + 1e-9, x[] = {above, 3, 1.5, 3, 2, 3, 1, 3};
    const double rounded[] = {8.625, 8.625, 9.125, 8.625}, exact[] = {9.125, 8.625, 9.125, 8.625};
    const variant floats = {0}, doubles = {.double_input = 1};
    mlc_model *model = import(&floats);
    gives(model, "prediction", x, rounded, 1);
    mlc_model_free(model);
    model = import(&doubles);
    gives(model, "prediction", x, exact, 1);
    mlc_model_free(model);
}
END_TEST

/* A leaf adds to one class; the sums are the probabilities. */
START_TEST(test_votes_of_a_classifier_are_probabilities)
{
    const variant v = {.classifier = 1};
    const double wanted[] = {0.5, 0.125, 0, 0, 0.375, 0, 0, 0.125, 1, 0, 0.375, 0};
    mlc_model *model = import(&v);
    gives(model, "probability", points, wanted, 3);
    mlc_dataset *classes = NULL;
    ck_assert_int_eq(mlc_model_table(NULL, model, "classes", &classes, NULL), MLC_OK);
    making_assert_text(classes, "class", 2, "cedar");
    mlc_dataset_free(classes);
    mlc_model_free(model);
}
END_TEST

START_TEST(test_mean_of_trees_is_divided)
{
    const variant v = {.classifier = 1, .aggregate = "AVERAGE"};
    const double wanted[] = {0.25, 0.0625, 0, 0, 0.1875, 0, 0, 0.0625, 0.5, 0, 0.1875, 0};
    mlc_model *model = import(&v);
    gives(model, "probability", points, wanted, 3);
    mlc_model_free(model);
}
END_TEST

START_TEST(test_what_is_not_known_is_refused_by_name)
{
    const variant op = {.op = "KMeans"}, post = {.post = "PROBIT"};
    const variant least = {.aggregate = "MIN"}, parents = {.two_parents = 1};
    const variant base = {.aggregate = "AVERAGE"}, external = {.external = 1};
    const variant sparse = {.sparse = 1}, function = {.function = 1};
    const variant mixed = {.mode = "BRANCH_EQ"};
    fails(&op, MLC_ERROR_UNSUPPORTED, "node 'y', operator 'KMeans' is not known");
    fails(&post, MLC_ERROR_UNSUPPORTED, "post_transform");
    fails(&least, MLC_ERROR_UNSUPPORTED, "least or largest");
    fails(&base, MLC_ERROR_UNSUPPORTED, "mean and base values");
    fails(&parents, MLC_ERROR_UNSUPPORTED, "two parents");
    fails(&external, MLC_ERROR_UNSUPPORTED, "another file");
    fails(&sparse, MLC_ERROR_UNSUPPORTED, "sparse");
    fails(&function, MLC_ERROR_UNSUPPORTED, "functions");
    fails(&mixed, MLC_ERROR_UNSUPPORTED, "no number of a category");
}
END_TEST

START_TEST(test_lists_that_do_not_fit_together_are_damage)
{
    const variant child = {.no_child = 1}, weight = {.lost_weight = 1}, twice = {.twice = 1};
    const variant length = {.short_list = 1}, wide = {.many_features = 1};
    const variant mode = {.mode = "BRANCH_IF"}, none = {.no_outputs = 1};
    fails(&child, MLC_ERROR_FORMAT, "not in its tree");
    fails(&weight, MLC_ERROR_FORMAT, "leaf that gets a weight");
    fails(&twice, MLC_ERROR_FORMAT, "twice");
    fails(&length, MLC_ERROR_FORMAT, "different lengths");
    fails(&wide, MLC_ERROR_FORMAT, "column that its input does not have");
    fails(&mode, MLC_ERROR_FORMAT, "mode of nodes_modes");
    fails(&none, MLC_ERROR_FORMAT, "no outputs");
}
END_TEST

/* An exact block, so that a sanitizer sees each byte read behind its end. */
static mlc_status import_block(const char *bytes, int64_t n, mlc_error *err)
{
    char *const block = malloc((size_t)n + (n == 0));
    mlc_model *model = NULL;
    memcpy(block, bytes, (size_t)n);
    const mlc_status status = mlc_model_import_memory(
        NULL, block, n, NULL, "format=onnx, max_features=100000, parity_rows=16", &model, err);
    ck_assert((status == MLC_OK) == (model != NULL));
    mlc_model_free(model);
    free(block);
    return status;
}

START_TEST(test_file_that_is_cut_off_anywhere_is_refused)
{
    const variant kinds[] = {{0}, {.classifier = 1}};
    for (size_t k = 0; k < 2; k++) {
        mlci_text file = make(&kinds[k]);
        for (int64_t n = 0; n < file.length; n++) {
            mlc_error err = {0};
            const mlc_status status = import_block(file.data, n, &err);
            /* The versions of the operators stand last, and are not needed. */
            if (status == MLC_OK) ck_assert_int_ge(n, file.length - 20);
            ck_assert(status == MLC_OK || err.message[0] != '\0');
        }
        mlci_text_clear(&file);
    }
}
END_TEST

/* Lengths, encodings and numbers of fields among them. */
START_TEST(test_every_byte_may_be_another)
{
    static const unsigned char values[] = {0, 1, 8, 0x0a, 0x0b, 0x0d, 0x7f, 0x80, 0xff};
    const variant kinds[] = {{0}, {.classifier = 1}};
    for (size_t k = 0; k < 2; k++) {
        mlci_text file = make(&kinds[k]);
        for (int64_t i = 0; i < file.length; i++) {
            const char old = file.data[i];
            for (size_t j = 0; j < sizeof values; j++) {
                mlc_error err = {0};
                file.data[i] = (char)values[j];
                const mlc_status status = import_block(file.data, file.length, &err);
                ck_assert(status == MLC_OK || err.message[0] != '\0');
            }
            file.data[i] = old;
        }
        mlci_text_clear(&file);
    }
}
END_TEST

START_TEST(test_random_changes_do_no_harm)
{
    const variant v = {.classifier = 1};
    mlci_text file = make(&v);
    uint64_t state = 3;
    for (int i = 0; i < 3000; i++) {
        char *const copy = malloc((size_t)file.length);
        mlc_error err = {0};
        memcpy(copy, file.data, (size_t)file.length);
        for (size_t k = 1 + mutate_below(&state, 4); k > 0; k--)
            copy[mutate_below(&state, (size_t)file.length)] = (char)mutate_next(&state);
        import_block(copy, file.length, &err);
        free(copy);
    }
    mlci_text_clear(&file);
}
END_TEST

static mlc_status import_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    const mlci_text *const file = arg;
    mlc_model *model = NULL;
    const mlc_status status =
        mlc_model_import_memory(ctx, file->data, file->length, NULL, "parity_rows=16", &model, err);
    mlc_model_free(model);
    return status;
}

START_TEST(test_import_when_memory_fails_leaks_nothing)
{
    const variant v = {.classifier = 1};
    mlci_text file = make(&v);
    mlci_torture(import_and_free, &file);
    mlci_text_clear(&file);
}
END_TEST

MLCI_CHECK_SUITE("import_onnx", test_trees_of_a_regressor_give_their_sums,
                 test_modes_of_questions_go_their_own_way,
                 test_floats_of_an_input_are_rounded_before_they_are_compared,
                 test_votes_of_a_classifier_are_probabilities, test_mean_of_trees_is_divided,
                 test_what_is_not_known_is_refused_by_name,
                 test_lists_that_do_not_fit_together_are_damage,
                 test_file_that_is_cut_off_anywhere_is_refused, test_every_byte_may_be_another,
                 test_random_changes_do_no_harm, test_import_when_memory_fails_leaks_nothing)
