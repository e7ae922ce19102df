/* Linear models in small graphs: what they must give follows from the few numbers that they hold.
 * Graphs of other programs, beside ONNX Runtime, are in tests/python/test_interop_onnx.py. */
#include "check_suite.h"
#include "onnx_writing.h"
#include "torture.h"

/* One row of numbers, as the columns a, b, c or as one vector x. */
static mlc_dataset *row_of(const double *x, int n, int is_vector)
{
    static const char *const names[] = {"a", "b", "c"};
    mlc_array arrays[3];
    for (int i = 0; i < n; i++)
        arrays[i] = making_real(names[i], 1, &x[i]);
    if (is_vector) arrays[0] = making_matrix("x", 1, n, x);
    return making_dataset(arrays, is_vector ? 1 : n, NULL);
}

static void gives(const mlc_model *model, const mlc_dataset *row, const char *output, int n,
                  const double *wanted)
{
    mlc_dataset *out = NULL;
    mlc_error err = {0};
    double values[8];
    char settings[64];
    snprintf(settings, sizeof settings, "output=%s", output);
    ck_assert_msg(mlc_model_predict(NULL, model, row, settings, &out, &err) == MLC_OK, "%s",
                  err.message);
    ck_assert_int_eq(mlc_dataset_copy_real(out, output, values, n, NULL), MLC_OK);
    for (int i = 0; i < n; i++)
        ck_assert_msg(fabs(values[i] - wanted[i]) <= 1e-12 * fabs(wanted[i]),
                      "%s %d: %.17g not %.17g", output, i, values[i], wanted[i]);
    mlc_dataset_free(out);
}

/* 2 (1.5) - 4 (-0.5) + 0.25 whatever comes before and after that gives it */
START_TEST(test_sums_of_weights_are_the_same_in_every_form)
{
    static const char *const graphs[] = {
        "in x float 2\nLinearRegressor.ml x -> y coefficients=f2,-4 intercepts=f0.25\nout y\n",
        "in x double 2\nconst w double 2x1 2,-4\nconst c double 1 0.25\n"
        "MatMul x,w -> s\nAdd s,c -> y\nout y\n",
        "in x float 2\nconst w float 1x2 2,-4\nconst c float 1 0.25\n"
        "Gemm x,w,c -> y transB=I1\nout y\n",
        "in x float ?\nLinearRegressor.ml x -> y coefficients=f2,-4 intercepts=f0.25\nout y\n",
        "in x float 2\nSVMRegressor.ml x -> y kernel_type=SLINEAR n_supports=I2 rho=f0.25 "
        "coefficients=f2,-1 support_vectors=f1,0,0,4\nout y\n",
        "in x float 2\nIdentity x -> z\nconst shape int64 2 -1,2\nReshape z,shape -> u\n"
        "LinearRegressor.ml u -> v coefficients=f4,-8 intercepts=f0.5\nconst two float - 2\n"
        "Div v,two -> y\nout y\n",
        "in x float 2\nLinearRegressor.ml x -> v coefficients=f4,-8 intercepts=f0.5\n"
        "const half float - 0.5\nMul v,half -> y\nout y\n",
    };
    const double x[] = {1.5, -0.5}, wanted[] = {5.25};
    mlc_dataset *row = row_of(x, 2, 1);
    for (size_t i = 0; i < sizeof graphs / sizeof graphs[0]; i++) {
        mlc_model *model = onnx_writing_import(graphs[i]);
        gives(model, row, "prediction", 1, wanted);
        mlc_model_free(model);
    }
    mlc_dataset_free(row);
}
END_TEST

/* ((x - 1) / 2 + 3) of x = 5 is 5 by either way; missing ones are 9 before it: 7 */
START_TEST(test_changes_of_a_number_become_imputer_and_scaler)
{
    static const char *const graphs[] = {
        "in a float 1\nImputer.ml a -> f imputed_value_floats=f9 replaced_value_float=Fnan\n"
        "Scaler.ml f -> s offset=f-5 scale=f0.5\n"
        "LinearRegressor.ml s -> y coefficients=f1\nout y\n",
        "in a double 1\nconst nine double - 9\nconst one double - 1\nconst two double - 2\n"
        "const three double - 3\nIsNaN a -> m\nWhere m,nine,a -> f\nSub f,one -> d\nDiv d,two -> "
        "e\n"
        "Add e,three -> s\nconst w double 1x1 1\nMatMul s,w -> y\nout y\n",
        /* the same input twice: 0.25 a + 0.5 s, where s is the scaled number */
        "in a float 1\nImputer.ml a -> f imputed_value_floats=f9 replaced_value_float=Fnan\n"
        "Scaler.ml f -> s offset=f-5 scale=f0.5\nConcat f,s -> c axis=I1\n"
        "LinearRegressor.ml c -> y coefficients=f0.25,0.5 intercepts=f1.25\nout y\n",
    };
    const double five[] = {5}, missing[] = {NAN}, wanted[] = {5}, filled[] = {7};
    mlc_dataset *row = row_of(five, 1, 0), *none = row_of(missing, 1, 0);
    for (size_t i = 0; i < sizeof graphs / sizeof graphs[0]; i++) {
        mlc_model *model = onnx_writing_import(graphs[i]);
        gives(model, row, "prediction", 1, wanted);
        gives(model, none, "prediction", 1, filled);
        mlc_model_free(model);
    }
    mlc_dataset_free(row);
    mlc_dataset_free(none);
}
END_TEST

/* Where it is missing the number is 9 and the flag adds 10. */
START_TEST(test_flags_of_missing_numbers_have_a_weight_of_their_own)
{
    mlc_model *model = onnx_writing_import(
        "in a double 1\nconst nine double - 9\nIsNaN a -> m\nWhere m,nine,a -> f\n"
        "Cast m -> flag to=I11\nConcat f,flag -> c axis=I1\nconst w double 2x1 2,10\n"
        "MatMul c,w -> y\nout y\n");
    const double five[] = {5}, missing[] = {NAN}, wanted[] = {10}, filled[] = {28};
    mlc_dataset *row = row_of(five, 1, 0), *none = row_of(missing, 1, 0);
    gives(model, row, "prediction", 1, wanted);
    gives(model, none, "prediction", 1, filled);
    mlc_dataset_free(row);
    mlc_dataset_free(none);
    mlc_model_free(model);
}
END_TEST

/* 3, 4 and 12 have the norm 13, and the sum 19. */
START_TEST(test_rows_are_divided_by_their_norm)
{
    static const struct {
        const char *graph;
        double wanted;
    } cases[] = {{"in x float 3\nNormalizer.ml x -> n norm=SL2\n"
                  "LinearRegressor.ml n -> y coefficients=f13,26,0\nout y\n",
                  11},
                 {"in x float 3\nScaler.ml x -> s offset=f0,0,0 scale=f1,1,1\n"
                  "Normalizer.ml s -> n norm=SL1\n"
                  "LinearRegressor.ml n -> y coefficients=f19,0,19\nout y\n",
                  15}};
    const double x[] = {3, 4, 12};
    mlc_dataset *row = row_of(x, 3, 1);
    for (size_t i = 0; i < 2; i++) {
        mlc_model *model = onnx_writing_import(cases[i].graph);
        gives(model, row, "prediction", 1, &cases[i].wanted);
        mlc_model_free(model);
    }
    mlc_dataset_free(row);
}
END_TEST

static double predicted(const mlc_model *model, const char *text, double number, mlc_status *status)
{
    const mlc_array arrays[] = {making_text("t", 1, &text), making_real("n", 1, &number)};
    mlc_dataset *row = making_dataset(arrays, 2, NULL), *out = NULL;
    mlc_error err = {0};
    double value = NAN;
    *status = mlc_model_predict(NULL, model, row, NULL, &out, &err);
    if (*status == MLC_OK)
        ck_assert_int_eq(mlc_dataset_copy_real(out, "prediction", &value, 1, NULL), MLC_OK);
    mlc_dataset_free(out);
    mlc_dataset_free(row);
    return value;
}

/* Weights of a category by its text or number; others add nothing where zeros is 1. */
START_TEST(test_categories_have_a_weight_each)
{
    mlc_model *model = onnx_writing_import(
        "in t string 1\nin n int64 1\nOneHotEncoder.ml t -> u cats_strings=sred,blue zeros=I1\n"
        "OneHotEncoder.ml n -> v cats_int64s=i7,-2 zeros=I1\nConcat u,v -> c axis=I1\n"
        "LinearRegressor.ml c -> y coefficients=f1,2,10,20 intercepts=f100\nout y\n");
    static const struct {
        const char *text;
        double number, wanted;
    } cases[] = {{"red", 7, 111},    {"blue", 7, 112}, {"red", -2, 121},
                 {"green", -2, 120}, {"blue", 3, 102}, {NULL, 3, 100}};
    mlc_status status;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_double_eq(predicted(model, cases[i].text, cases[i].number, &status),
                            cases[i].wanted);
    mlc_model_free(model);
}
END_TEST

START_TEST(test_categories_that_are_not_known_are_refused_where_zeros_is_0)
{
    mlc_model *model = onnx_writing_import(
        "in t string 1\nin n int64 1\nOneHotEncoder.ml t -> u cats_strings=sred,blue zeros=I0\n"
        "OneHotEncoder.ml n -> v cats_int64s=i7,-2 zeros=I0\nConcat u,v -> c axis=I1\n"
        "LinearRegressor.ml c -> y coefficients=f1,2,10,20 intercepts=f100\nout y\n");
    mlc_status status;
    ck_assert_double_eq(predicted(model, "blue", -2, &status), 122);
    predicted(model, "green", -2, &status);
    ck_assert_int_ne(status, MLC_OK);
    predicted(model, "blue", 8, &status);
    ck_assert_int_ne(status, MLC_OK);
    mlc_model_free(model);
}
END_TEST

/* Codes are numbers that are weighed: 3 c, with a code for those that are not known. */
START_TEST(test_codes_of_categories_are_weighed_as_numbers)
{
    mlc_model *model = onnx_writing_import(
        "in t string 1\nin n int64 1\n"
        "LabelEncoder.ml t -> u keys_strings=sred,blue values_int64s=i4,6 default_int64=I-1\n"
        "LabelEncoder.ml n -> v keys_int64s=i7,-2 values_floats=f0.5,0.25 default_float=F2\n"
        "Cast u -> w to=I1\nConcat w,v -> c axis=I1\n"
        "LinearRegressor.ml c -> y coefficients=f3,8 intercepts=f100\nout y\n");
    mlc_status status;
    ck_assert_double_eq(predicted(model, "red", 7, &status), 100 + 12 + 4);
    ck_assert_double_eq(predicted(model, "blue", -2, &status), 100 + 18 + 2);
    ck_assert_double_eq(predicted(model, "green", 1, &status), 100 - 3 + 16);
    mlc_model_free(model);
}
END_TEST

/* ---- classes ------------------------------------------------------------------------------ */

/* Scores of two classes are s = 2 a - 1 or -s and s; of three 0, s and 1. */
START_TEST(test_classes_have_the_probabilities_of_their_form)
{
    const double s = 2 * 0.75 - 1, p = 1 / (1 + exp(-s)), e = exp(s), sum = 1 + e + exp(1.0);
    static const char one[] =
        "in a float 1\nLinearClassifier.ml a -> l,p coefficients=f2 "
        "intercepts=f-1 classlabels_ints=i0,1 post_transform=SLOGISTIC\nout p\n";
    static const char two[] =
        "in a float 1\nLinearClassifier.ml a -> l,p coefficients=f-2,2 intercepts=f1,-1 "
        "classlabels_strings=sno,yes post_transform=SLOGISTIC\nZipMap.ml p -> z "
        "classlabels_strings=sno,yes\nout l\nout z\n";
    static const char turned[] =
        "in a float 1\nLinearClassifier.ml a -> l,p coefficients=f-2,2 intercepts=f1,-1 "
        "classlabels_strings=syes,no post_transform=SLOGISTIC\nout l\nout p\n";
    static const char soft[] =
        "in a float 1\nLinearClassifier.ml a -> l,p coefficients=f1,3 intercepts=f1,0 "
        "classlabels_ints=i3,5 post_transform=SSOFTMAX\nNormalizer.ml p -> n norm=SL1\nout n\n";
    static const char plain[] =
        "in a double 1\nconst w double 1x2 -2,2\nconst c double 2 1,-1\nMatMul a,w -> m\n"
        "Add m,c -> s\nSigmoid s -> g\nAbs g -> h\nconst ax int64 1 1\nReduceSum h,ax -> t\n"
        "Div g,t -> p\nArgMax s -> k axis=I1\nconst names int64 2 0,1\nArrayFeatureExtractor.ml "
        "names,k -> l\nCast l -> out to=I7\nout out\nout p\n";
    static const char three[] =
        "in a float 1\nLinearClassifier.ml a -> l,p coefficients=f0,2,0 intercepts=f0,-1,1 "
        "classlabels_ints=i2,0,1 post_transform=SSOFTMAX\nout l\nout p\n";
    const double both[] = {1 - p, p}, other[] = {p, 1 - p};
    const double soft2[] = {1 / (1 + exp(0.5)), 1 / (1 + exp(-0.5))};
    const double all[] = {e / sum, exp(1.0) / sum, 1 / sum};
    const struct {
        const char *graph;
        int n;
        const double *wanted;
    } cases[] = {{one, 2, both},   {two, 2, both},   {turned, 2, other},
                 {soft, 2, soft2}, {plain, 2, both}, {three, 3, all}};
    const double x[] = {0.75};
    mlc_dataset *row = row_of(x, 1, 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mlc_model *model = onnx_writing_import(cases[i].graph);
        gives(model, row, "probability", cases[i].n, cases[i].wanted);
        mlc_model_free(model);
    }
    mlc_dataset_free(row);
}
END_TEST

static const char one_from_the_rest[] =
    "in a float 1\nin t string 1\nin n int64 1\n"
    "Imputer.ml a -> f imputed_value_floats=f9 replaced_value_float=Fnan\n"
    "Scaler.ml f -> s offset=f5 scale=f0.5\n"
    "LabelEncoder.ml t -> u keys_strings=sred,blue, values_int64s=i4,6,1 default_int64=I2\n"
    "OneHotEncoder.ml n -> v cats_int64s=i7,2 zeros=I1\n"
    "FeatureVectorizer.ml s,u,v -> c inputdimensions=i1,1,2\n"
    "LinearClassifier.ml c -> l,p coefficients=f1,0.5,2,3,0.25,0,-1,1,-1,0.5,0,2 "
    "intercepts=f0.5,-0.5,0 classlabels_strings=sash,elm,oak post_transform=SLOGISTIC\n"
    "Normalizer.ml p -> q norm=SL1\nout l\nout q\n";

/* Logistic probabilities by their sum; whatever is before, an input adds what it added there. */
START_TEST(test_classes_told_one_from_the_rest_have_shares_of_logistic_probabilities)
{
    mlc_model *model = onnx_writing_import(one_from_the_rest);
    static const struct {
        double a;
        const char *text;
        double n, s, u, v7, v2;
    } rows[] = {{6, "red", 7, 0.5, 4, 1, 0},
                {3, "blue", 2, -1, 6, 0, 1},
                {NAN, "green", 5, 2, 2, 0, 0},
                {6, NULL, 5, 0.5, 1, 0, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const double s = rows[i].s, u = rows[i].u, v7 = rows[i].v7, v2 = rows[i].v2;
        const double scores[] = {s + 0.5 * u + 2 * v7 + 3 * v2 + 0.5, 0.25 * s - v7 + v2 - 0.5,
                                 -s + 0.5 * u + 2 * v2};
        double p[3], sum = 0;
        for (int k = 0; k < 3; k++)
            sum += p[k] = 1 / (1 + exp(-scores[k]));
        for (int k = 0; k < 3; k++)
            p[k] /= sum;
        const mlc_array arrays[] = {making_real("a", 1, &rows[i].a),
                                    making_text("t", 1, &rows[i].text),
                                    making_real("n", 1, &rows[i].n)};
        mlc_dataset *row = making_dataset(arrays, 3, NULL);
        gives(model, row, "raw", 3, scores);
        gives(model, row, "probability", 3, p);
        mlc_dataset_free(row);
    }
    mlc_model_free(model);
}
END_TEST

/* The runtime has the first class where its sum, 1 - 2 a here, is above 0. */
START_TEST(test_support_vectors_of_two_classes_decide_by_the_sign_of_their_sum)
{
    mlc_model *model = onnx_writing_import(
        "in a float 1\nSVMClassifier.ml a -> l,s kernel_type=SLINEAR vectors_per_class=i1,1 "
        "support_vectors=f2,4 coefficients=f1,-1 rho=f1 classlabels_ints=i0,1\nout l\nout s\n");
    const double x[] = {0.75}, wanted[] = {0.5};
    mlc_dataset *row = row_of(x, 1, 0);
    gives(model, row, "raw", 1, wanted);
    mlc_dataset_free(row);
    mlc_model_free(model);
}
END_TEST

/* Is the sum above 0? */
START_TEST(test_labels_by_the_sign_of_a_sum_are_those_of_the_model)
{
    mlc_model *model = onnx_writing_import(
        "in a float 1\nLinearRegressor.ml a -> s coefficients=f2 intercepts=f-1\n"
        "const zero float - 0\nGreater s,zero -> k\nCast k -> l to=I7\nout l\nout s\n");
    const double x[] = {0.6, 0.4}, second[] = {0.6 * 2 - 1}, first[] = {0.4 * 2 - 1};
    mlc_dataset *above = row_of(&x[0], 1, 0), *below = row_of(&x[1], 1, 0), *out = NULL;
    gives(model, above, "raw", 1, second);
    gives(model, below, "raw", 1, first);
    ck_assert_int_eq(mlc_model_predict(NULL, model, above, NULL, &out, NULL), MLC_OK);
    ck_assert_double_eq(making_cell(out, "prediction", 0), 1);
    mlc_dataset_free(out);
    ck_assert_int_eq(mlc_model_predict(NULL, model, below, NULL, &out, NULL), MLC_OK);
    ck_assert_double_eq(making_cell(out, "prediction", 0), 0);
    mlc_dataset_free(out);
    mlc_dataset_free(above);
    mlc_dataset_free(below);
    mlc_model_free(model);
}
END_TEST

START_TEST(test_several_targets_have_a_prediction_each)
{
    mlc_model *model = onnx_writing_import(
        "in a float 1\nLinearRegressor.ml a -> y coefficients=f2,-4 intercepts=f1,0 targets=I2\n"
        "out y\n");
    const double x[] = {0.75};
    mlc_dataset *row = row_of(x, 1, 0), *out = NULL;
    ck_assert_int_eq(mlc_model_predict(NULL, model, row, NULL, &out, NULL), MLC_OK);
    double values[2];
    ck_assert_int_eq(mlc_dataset_copy_real(out, "prediction", values, 2, NULL), MLC_OK);
    ck_assert_double_eq(values[0], 2 * 0.75 + 1);
    ck_assert_double_eq(values[1], -4 * 0.75);
    mlc_dataset_free(out);
    mlc_dataset_free(row);
    mlc_model_free(model);
}
END_TEST

/* ---- what is refused ---------------------------------------------------------------------- */

#define REGRESSOR "LinearRegressor.ml s -> y coefficients=f2 intercepts=f0.25\nout y\n"
#define SCORES "in x float 1\nLinearRegressor.ml x -> s coefficients=f2\n"
#define CLASSES " -> l,p coefficients=f2,1,3 intercepts=f-1,0,1 classlabels_ints=i0,1,2"

START_TEST(test_what_is_no_linear_model_of_ours_is_refused_by_name)
{
    static const struct {
        const char *graph;
        mlc_status status;
        const char *says;
    } cases[] = {
        {"in x float 1\nSVMRegressor.ml x -> y kernel_type=SCOSINE n_supports=I1 rho=f0 "
         "coefficients=f1 support_vectors=f1\nout y\n",
         MLC_ERROR_UNSUPPORTED, "operator 'SVMRegressor' has kernel_type = COSINE"},
        {"in x float 1\nSVMClassifier.ml x -> l,p kernel_type=SLINEAR coefficients=f1,1 rho=f0 "
         "support_vectors=f1,2 classlabels_ints=i0,1,2\nout p\n",
         MLC_ERROR_FORMAT, "different lengths"},
        {"in x float 1\nSVMClassifier.ml x -> l,p kernel_type=SLINEAR coefficients=f1,1 rho=f0 "
         "support_vectors=f1,2 classlabels_ints=i0,1 prob_a=f1 prob_b=f0\nout p\n",
         MLC_ERROR_FORMAT, "different lengths"},
        {"in x float 1\nSVMRegressor.ml x -> s kernel_type=SRBF kernel_params=f1,0,3 "
         "n_supports=I1 rho=f0 coefficients=f1 support_vectors=f1\nMul s,x -> y\nout y\n",
         MLC_ERROR_UNSUPPORTED, "Mul"},
        {"in x float 1\nClip x -> s min=F0 max=F1\n" REGRESSOR, MLC_ERROR_UNSUPPORTED, "clipped"},
        {"in x float 1\nImputer.ml x -> s imputed_value_floats=f1 "
         "replaced_value_float=F-1\n" REGRESSOR,
         MLC_ERROR_UNSUPPORTED, "no missing one"},
        {"in x float 1\nOneHotEncoder.ml x -> s cats_int64s=i1\n" REGRESSOR, MLC_ERROR_UNSUPPORTED,
         "int64 would be right"},
        {"in x int64 1\nOneHotEncoder.ml x -> s cats_int64s=i33554433\n" REGRESSOR,
         MLC_ERROR_UNSUPPORTED, "beyond exact integers"},
        {"in x string 1\nLabelEncoder.ml x -> s keys_strings=sa,a values_int64s=i1,2\n" REGRESSOR,
         MLC_ERROR_UNSUPPORTED, "there twice"},
        {"in x string 1\nLabelEncoder.ml x -> s keys_strings=sa,b values_int64s=i1\n" REGRESSOR,
         MLC_ERROR_FORMAT, "different lengths"},
        {"in x string 1\nLabelEncoder.ml x -> s keys_strings=sa values_strings=sb\n" REGRESSOR,
         MLC_ERROR_UNSUPPORTED, "makes no numbers"},
        {"in x float 2\nNormalizer.ml x -> s norm=SMAX\n"
         "LinearRegressor.ml s -> y coefficients=f1,2\nout y\n",
         MLC_ERROR_UNSUPPORTED, "norm = MAX"},
        {"in x float 2\nConcat x,x -> z axis=I1\nNormalizer.ml z -> s norm=SL1\n"
         "LinearRegressor.ml s -> y coefficients=f1,2,3,4\nout y\n",
         MLC_ERROR_UNSUPPORTED, "each input once"},
        {"in x float 1\nLinearRegressor.ml x -> s coefficients=f2\nSigmoid s -> y\nout y\n",
         MLC_ERROR_UNSUPPORTED, "through a link"},
        {"in x float 1\nLinearRegressor.ml x -> s coefficients=f2\n" REGRESSOR,
         MLC_ERROR_UNSUPPORTED, "'LinearRegressor' is not known at this place"},
        {"in x float 1\nLinearRegressor.ml x -> y coefficients=f2 post_transform=SLOGISTIC\nout "
         "y\n",
         MLC_ERROR_UNSUPPORTED, "post_transform"},
        {"in x float 1\nLinearClassifier.ml x" CLASSES " post_transform=SPROBIT\nout p\n",
         MLC_ERROR_UNSUPPORTED, "post_transform = PROBIT"},
        {"in x float 1\nLinearClassifier.ml x" CLASSES " post_transform=SLOGISTIC\nout p\n",
         MLC_ERROR_UNSUPPORTED, "no sum of 1"},
        {"in x float 1\nNormalizer.ml x -> s norm=SL2\nLinearClassifier.ml s" CLASSES
         " post_transform=SLOGISTIC\nNormalizer.ml p -> n norm=SL1\nout n\n",
         MLC_ERROR_UNSUPPORTED, "told one from the rest"},
        {"in x int64 1\nOneHotEncoder.ml x -> s cats_int64s=i-1\nLinearClassifier.ml s" CLASSES
         " post_transform=SLOGISTIC\nNormalizer.ml p -> n norm=SL1\nout n\n",
         MLC_ERROR_UNSUPPORTED, "whole numbers from 0 on"},
        {"in x float 1\nLinearClassifier.ml x -> l,p coefficients=f2,1 intercepts=f0,1 "
         "classlabels_ints=i0,1 post_transform=SLOGISTIC\nout p\n",
         MLC_ERROR_UNSUPPORTED, "SOFTMAX would be right"},
        {"in x float 1\nLinearClassifier.ml x -> l,p coefficients=f2 intercepts=f0 "
         "classlabels_ints=i0,1\nout p\n",
         MLC_ERROR_UNSUPPORTED, "no logistic function"},
        {"in x float 1\nLinearClassifier.ml x -> l,p coefficients=f2,1 intercepts=f0,1 "
         "classlabels_ints=i4,4 post_transform=SSOFTMAX\nout p\n",
         MLC_ERROR_FORMAT, "classes"},
        {"in x float 2\nLinearRegressor.ml x -> y coefficients=f2\nout y\n", MLC_ERROR_FORMAT,
         "not a weight a column"},
        {"in x float 1\nLinearRegressor.ml x -> y coefficients=fnan\nout y\n", MLC_ERROR_FORMAT,
         "not finite"},
        {"in x float 1\nScaler.ml x -> s offset=f0 scale=f0\n" REGRESSOR, MLC_ERROR_UNSUPPORTED,
         "or 0"},
        {"in x float 1\nconst w float 1x1 2\nGemm x,w -> y alpha=F2\nout y\n",
         MLC_ERROR_UNSUPPORTED, "alpha"},
        {"in x float 2\nconst w float 1x2 2,3\nMatMul x,w -> y\nout y\n", MLC_ERROR_FORMAT,
         "not a weight a column"},
        {"in x float 2\nconst w float 2x1 2,3\nAdd x,w -> s\n"
         "LinearRegressor.ml s -> y coefficients=f1,2\nout y\n",
         MLC_ERROR_UNSUPPORTED, "a constant of several rows"},
        {SCORES "Softmax s -> p axis=I1\nout p\n", MLC_ERROR_UNSUPPORTED, "softmax of one score"},
        {SCORES "const one float - 1\nSub one,s -> n\nConcat n,s -> p axis=I1\nout p\n",
         MLC_ERROR_UNSUPPORTED, "a Sigmoid before it would be right"},
        {SCORES "const half float - 0.5\nGreater s,half -> k\nCast k -> l to=I7\nout l\nout s\n",
         MLC_ERROR_UNSUPPORTED, "larger probability"},
        {SCORES "Exp s -> p\nout p\n", MLC_ERROR_UNSUPPORTED, "through a link"},
        {"in x float 1\nTanh x -> s\n" REGRESSOR, MLC_ERROR_UNSUPPORTED,
         "operator 'Tanh' is not known"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        onnx_writing_fails(cases[i].graph, cases[i].status, cases[i].says);
}
END_TEST

/* ---- hostile ------------------------------------------------------------------------------ */

static const char chain[] =
    "in a float 1\nin t string 1\nin n int64 1\n"
    "Imputer.ml a -> f imputed_value_floats=f9 replaced_value_float=Fnan\n"
    "Scaler.ml f -> s offset=f5 scale=f0.5\n"
    "OneHotEncoder.ml t -> u cats_strings=sred,blue zeros=I1\n"
    "LabelEncoder.ml n -> v keys_int64s=i7,-2 values_floats=f0.5,0.25 default_float=F2\n"
    "FeatureVectorizer.ml s,u,v -> c inputdimensions=i1,2,1\n"
    "LinearClassifier.ml c -> l,p coefficients=f1,2,3,4,-1,-2,-3,-4 intercepts=f0.5,-0.5 "
    "classlabels_strings=sno,yes post_transform=SLOGISTIC\nZipMap.ml p -> z "
    "classlabels_strings=sno,yes\nout l\nout z\n";

START_TEST(test_every_byte_may_be_another)
{
    static const unsigned char values[] = {0, 1, 8, 0x0a, 0x7f, 0x80, 0xff};
    mlci_text file = onnx_writing_model(chain);
    for (int64_t i = 0; i < file.length; i++) {
        const char old = file.data[i];
        for (size_t j = 0; j < sizeof values; j++) {
            mlc_model *model = NULL;
            mlc_error err = {0};
            file.data[i] = (char)values[j];
            const mlc_status status = mlc_model_import_memory(
                NULL, file.data, file.length, NULL, "format=onnx, max_features=1000", &model, &err);
            ck_assert((status == MLC_OK) == (model != NULL));
            ck_assert(status == MLC_OK || err.message[0] != '\0');
            ck_assert_int_ne(status, MLC_ERROR_INTERNAL);
            mlc_model_free(model);
        }
        file.data[i] = old;
    }
    mlci_text_clear(&file);
}
END_TEST

START_TEST(test_columns_that_double_again_and_again_are_refused)
{
    char graph[4096] = "in x float 1000\n";
    for (int i = 0; i < 30; i++)
        snprintf(graph + strlen(graph), sizeof graph - strlen(graph),
                 "Concat %c%d,%c%d -> y%d axis=I1\n", i == 0 ? 'x' : 'y', i, i == 0 ? 'x' : 'y', i,
                 i + 1);
    memcpy(graph, "in x0 float 99 \n", 16);
    onnx_writing_fails(graph, MLC_ERROR_LIMIT, "too often");
}
END_TEST

static mlc_status import_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    const mlci_text *const file = arg;
    mlc_model *model = NULL;
    const mlc_status status =
        mlc_model_import_memory(ctx, file->data, file->length, NULL, NULL, &model, err);
    mlc_model_free(model);
    return status;
}

START_TEST(test_import_when_memory_fails_leaks_nothing)
{
    const char *const graphs[] = {chain, one_from_the_rest};
    for (int i = 0; i < 2; i++) {
        mlci_text file = onnx_writing_model(graphs[i]);
        mlci_torture(import_and_free, &file);
        mlci_text_clear(&file);
    }
}
END_TEST

MLCI_CHECK_SUITE("onnx_linear_model", test_sums_of_weights_are_the_same_in_every_form,
                 test_changes_of_a_number_become_imputer_and_scaler,
                 test_flags_of_missing_numbers_have_a_weight_of_their_own,
                 test_rows_are_divided_by_their_norm, test_categories_have_a_weight_each,
                 test_categories_that_are_not_known_are_refused_where_zeros_is_0,
                 test_codes_of_categories_are_weighed_as_numbers,
                 test_classes_have_the_probabilities_of_their_form,
                 test_classes_told_one_from_the_rest_have_shares_of_logistic_probabilities,
                 test_support_vectors_of_two_classes_decide_by_the_sign_of_their_sum,
                 test_labels_by_the_sign_of_a_sum_are_those_of_the_model,
                 test_several_targets_have_a_prediction_each,
                 test_what_is_no_linear_model_of_ours_is_refused_by_name,
                 test_every_byte_may_be_another,
                 test_columns_that_double_again_and_again_are_refused,
                 test_import_when_memory_fails_leaks_nothing)
