/* What is made of columns before trees goes into the trees: a stump says where the threshold is
 * then. Values follow from the operations; ONNX Runtime beside it is in
 * tests/python/test_interop_onnx.py. */
#include "check_suite.h"
#include "onnx_writing.h"

/* 1 where column 0 is at most `at`, else 2; missing ones go right. */
#define STUMP(in, at)                                                                              \
    "TreeEnsembleRegressor.ml " in " -> y nodes_treeids=i0,0,0 nodes_nodeids=i0,1,2 "              \
    "nodes_featureids=i0,0,0 nodes_modes=sBRANCH_LEQ,LEAF,LEAF nodes_values=f" at ",0,0 "          \
    "nodes_truenodeids=i1,0,0 nodes_falsenodeids=i2,0,0 target_treeids=i0,0 target_nodeids=i1,2 "  \
    "target_ids=i0,0 target_weights=f1,2\nout y\n"

static double of_number(const mlc_model *model, double x)
{
    const mlc_array array = making_real("x", 1, &x);
    mlc_dataset *row = making_dataset(&array, 1, NULL), *out = NULL;
    mlc_error err = {0};
    ck_assert_msg(mlc_model_predict(NULL, model, row, NULL, &out, &err) == MLC_OK, "%s",
                  err.message);
    const double value = making_cell(out, "prediction", 0);
    mlc_dataset_free(out);
    mlc_dataset_free(row);
    return value;
}

static float after(float x)
{
    return nextafterf(x, INFINITY);
}

/* (x - 0.1f) * 3f <= 1.5f in floats: the last x is found by going through the floats near it. */
START_TEST(test_scaled_numbers_have_a_threshold_that_is_rounded_as_in_the_runtime)
{
    mlc_model *model = onnx_writing_import(
        "in x float 1\nScaler.ml x -> s offset=f0.1 scale=f3\n" STUMP("s", "1.5"));
    float last = 0.59F;
    for (float x = 0.59F; x < 0.61F; x = after(x)) {
        const float moved = x - 0.1F;
        if (moved * 3.0F <= 1.5F) last = x;
    }
    ck_assert_double_eq(of_number(model, (double)last), 1);
    ck_assert_double_eq(of_number(model, (double)after(last)), 2);
    /* a double between them is rounded to one of them */
    ck_assert_double_eq(of_number(model, (double)last + 1e-12), 1);
    mlc_model_free(model);
}
END_TEST

/* x * -2 <= 1 is x >= -0.5: answers change places. */
START_TEST(test_numbers_that_are_turned_change_their_sides)
{
    mlc_model *model =
        onnx_writing_import("in x double 1\nconst m double - -2\nMul x,m -> s\n" STUMP("s", "1"));
    ck_assert_double_eq(of_number(model, -0.5), 1);
    ck_assert_double_eq(of_number(model, nextafter(-0.5, -1)), 2);
    ck_assert_double_eq(of_number(model, NAN), 2);
    mlc_model_free(model);
}
END_TEST

START_TEST(test_missing_numbers_go_where_what_is_filled_in_goes)
{
    mlc_model *model =
        onnx_writing_import("in x float 1\nImputer.ml x -> s imputed_value_floats=f-1 "
                            "replaced_value_float=Fnan\n" STUMP("s", "0"));
    ck_assert_double_eq(of_number(model, NAN), 1);
    ck_assert_double_eq(of_number(model, 0.5), 2);
    mlc_model_free(model);
    model =
        onnx_writing_import("in x float 1\nIsNaN x -> m\nCast m -> s to=I1\n" STUMP("s", "0.5"));
    ck_assert_double_eq(of_number(model, NAN), 2);
    ck_assert_double_eq(of_number(model, 0.5), 1);
    mlc_model_free(model);
}
END_TEST

START_TEST(test_clipped_numbers_all_go_one_way_beyond_the_bounds)
{
    mlc_model *model =
        onnx_writing_import("in x float 1\nClip x -> s min=F-2 max=F2\n" STUMP("s", "1.5"));
    ck_assert_double_eq(of_number(model, -1e30), 1);
    ck_assert_double_eq(of_number(model, 1.5), 1);
    ck_assert_double_eq(of_number(model, 1e30), 2);
    mlc_model_free(model);
    model = onnx_writing_import("in x float 1\nClip x -> s min=F-2 max=F1\n" STUMP("s", "1.5"));
    ck_assert_double_eq(of_number(model, 1e30), 1);
    mlc_model_free(model);
}
END_TEST

/* Is it 3? The whole part counts, as in the runtime. */
START_TEST(test_indicators_of_numbers_become_sets)
{
    mlc_model *model = onnx_writing_import("in x float 1\nCast x -> k to=I7\nOneHotEncoder.ml k -> "
                                           "s cats_int64s=i3,5 zeros=I1\n" STUMP("s", "0.5"));
    ck_assert_double_eq(of_number(model, 3), 2);
    ck_assert_double_eq(of_number(model, 3.75), 2);
    ck_assert_double_eq(of_number(model, 5), 1);
    ck_assert_double_eq(of_number(model, 1e6), 1);
    ck_assert_double_eq(of_number(model, NAN), 1);
    mlc_model_free(model);
}
END_TEST

/* Codes of 4, 0, 2 are 0, 1, 2; others -1. At most 0: 4 and those that are not known. */
START_TEST(test_codes_of_numbers_become_sets)
{
    mlc_model *model = onnx_writing_import(
        "in x int64 1\nLabelEncoder.ml x -> k keys_int64s=i4,0,2 values_int64s=i0,1,2 "
        "default_int64=I-1\nCast k -> s to=I1\n" STUMP("s", "0"));
    ck_assert_double_eq(of_number(model, 4), 1);
    ck_assert_double_eq(of_number(model, 0), 2);
    ck_assert_double_eq(of_number(model, 2), 2);
    ck_assert_double_eq(of_number(model, 7), 1);
    mlc_model_free(model);
}
END_TEST

START_TEST(test_indicators_of_texts_become_sets)
{
    mlc_model *model = onnx_writing_import(
        "in x string 1\nOneHotEncoder.ml x -> u cats_strings=sred,blue zeros=I1\n"
        "const second int64 1 1\nGather u,second -> s axis=I1\n" STUMP("s", "0.5"));
    static const struct {
        const char *text;
        double wanted;
    } cases[] = {{"red", 1}, {"blue", 2}, {"green", 1}, {NULL, 1}};
    for (size_t i = 0; i < 4; i++) {
        const mlc_array array = making_text("x", 1, &cases[i].text);
        mlc_dataset *row = making_dataset(&array, 1, NULL), *out = NULL;
        ck_assert_int_eq(mlc_model_predict(NULL, model, row, NULL, &out, NULL), MLC_OK);
        ck_assert_double_eq(making_cell(out, "prediction", 0), cases[i].wanted);
        mlc_dataset_free(out);
        mlc_dataset_free(row);
    }
    mlc_model_free(model);
}
END_TEST

START_TEST(test_what_trees_cannot_ask_the_inputs_is_refused_by_name)
{
    static const struct {
        const char *graph;
        mlc_status status;
        const char *says;
    } cases[] = {
        {"in x float 1\nNormalizer.ml x -> s norm=SL1\n" STUMP("s", "1"), MLC_ERROR_UNSUPPORTED,
         "node 'y', operator 'TreeEnsembleRegressor' asks for columns after a Normalizer"},
        {"in x float 1\nImputer.ml x -> s imputed_value_floats=f1 replaced_value_float=F-1\n" STUMP(
             "s", "1"),
         MLC_ERROR_UNSUPPORTED, "no missing one"},
        {"in x float 1\nLabelEncoder.ml x -> s keys_floats=f1,2 values_floats=f1,2\n" STUMP("s",
                                                                                            "1"),
         MLC_ERROR_UNSUPPORTED, "int64 would be right"},
        {"in x int64 1\nLabelEncoder.ml x -> s keys_int64s=i1,-2 values_floats=f1,2\n" STUMP("s",
                                                                                             "1"),
         MLC_ERROR_UNSUPPORTED, "integers from 0 on"},
        {"in x int64 1\nLabelEncoder.ml x -> k keys_int64s=i1,2 values_floats=f1,2\n"
         "Concat k,x -> s axis=I1\n" STUMP("s", "1"),
         MLC_OK, ""},
        {"in x float 1\nCast x -> s to=I7\n" STUMP("s", "1"), MLC_ERROR_UNSUPPORTED,
         "made integers"},
        {"in x float 1\nCast x -> s to=I9\n" STUMP("s", "1"), MLC_ERROR_UNSUPPORTED,
         "to = INT64 or FLOAT would be right"},
        {"in x float 1\nCast x -> s to=I8\n" STUMP("s", "1"), MLC_ERROR_UNSUPPORTED,
         "operator 'Cast' makes numbers of another kind"},
        {"in x float 1\nScaler.ml x -> s offset=f1,2 scale=f1,2\n" STUMP("s", "1"),
         MLC_ERROR_FORMAT, "not one number a column"},
        {"in x float 1\nScaler.ml x -> s offset=f1 scale=f1,2\n" STUMP("s", "1"), MLC_ERROR_FORMAT,
         "different lengths"},
        {"in x float 1\nImputer.ml x -> s imputed_value_floats=fnan "
         "replaced_value_float=Fnan\n" STUMP("s", "1"),
         MLC_ERROR_FORMAT, "not finite"},
        {"in x float 1\nClip x -> s min=F2 max=F1\n" STUMP("s", "1"), MLC_ERROR_FORMAT,
         "no range of numbers"},
        {"in x float 1\nOneHotEncoder.ml x -> s zeros=I1\n" STUMP("s", "1"), MLC_ERROR_FORMAT,
         "cats_int64s"},
        {"in x string 1\nOneHotEncoder.ml x -> s cats_int64s=i1\n" STUMP("s", "1"),
         MLC_ERROR_FORMAT, "cats_strings"},
        {"in x float 1\nFeatureVectorizer.ml x -> s inputdimensions=i2\n" STUMP("s", "1"),
         MLC_ERROR_UNSUPPORTED, "inputdimensions"},
        {"in x float 2\nconst k int64 1 5\nGather x,k -> s axis=I1\n" STUMP("s", "1"),
         MLC_ERROR_FORMAT, "no such column"},
        {"in x float 1\nIsNaN x -> m\nconst k float - 1\nconst j float - 2\nAdd x,j -> z\n"
         "Where m,k,z -> s\n" STUMP("s", "1"),
         MLC_ERROR_UNSUPPORTED, "operator 'Where' is not known at this place"},
        {"in x float 1\nAdd x,x -> s\n" STUMP("s", "1"), MLC_ERROR_UNSUPPORTED, "needs a constant"},
        {"in x float 2\nReshape x,k -> s\nconst k int64 2 -1,1\n" STUMP("s", "1"),
         MLC_ERROR_UNSUPPORTED, "another shape"},
        {"in x float 1\nConcat x -> s axis=I0\n" STUMP("s", "1"), MLC_ERROR_UNSUPPORTED,
         "axis = 1 would be right"},
        {"in x float 1\nSqrt x -> s\n" STUMP("s", "1"), MLC_ERROR_UNSUPPORTED,
         "node 's', operator 'Sqrt' is not known; these are: TreeEnsembleClassifier"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (cases[i].status == MLC_OK)
            mlc_model_free(onnx_writing_import(cases[i].graph));
        else
            onnx_writing_fails(cases[i].graph, cases[i].status, cases[i].says);
}
END_TEST

MLCI_CHECK_SUITE("onnx_preprocessing",
                 test_scaled_numbers_have_a_threshold_that_is_rounded_as_in_the_runtime,
                 test_numbers_that_are_turned_change_their_sides,
                 test_missing_numbers_go_where_what_is_filled_in_goes,
                 test_clipped_numbers_all_go_one_way_beyond_the_bounds,
                 test_indicators_of_numbers_become_sets, test_codes_of_numbers_become_sets,
                 test_indicators_of_texts_become_sets,
                 test_what_trees_cannot_ask_the_inputs_is_refused_by_name)
