/* Vectors that rows have as a column a component. */
#include "record_vectors.h"

#include "check_suite.h"
#include "composing.h"
#include "torture.h"

static const double v[] = {1, 2, 3, 4, 5, 6, 7, 8}, y[] = {1, 2, 4, 7};
static const double first[] = {1, 3, 5, 7}, second[] = {2, 4, 6, 8};

static mlc_model *of_vector(void)
{
    const mlc_array arrays[] = {making_matrix("v", 4, 2, v), making_real("y", 4, y)};
    mlc_dataset *rows = making_dataset(arrays, 2, "target=y");
    mlc_model *model = transforming_model("ridge", rows);
    mlc_dataset_free(rows);
    return model;
}

static void predict_fails(const mlc_model *model, const mlc_array *arrays, int32_t n,
                          const char *says)
{
    mlc_dataset *rows = making_dataset(arrays, n, NULL), *out = NULL;
    making_assert_fails(mlc_model_predict(NULL, model, rows, NULL, &out, err), MLC_ERROR_COLUMN,
                        says);
    mlc_dataset_free(rows);
}

START_TEST(test_components_are_columns_in_any_order_they_are_the_vector)
{
    static const int64_t whole[] = {2, 4, 6, 8};
    const mlc_array vector[] = {making_matrix("v", 4, 2, v)};
    const mlc_array columns[] = {making_integer("v1", 4, whole), making_real("other", 4, y),
                                 making_real("v0", 4, first)};
    mlc_model *model = of_vector();
    mlc_dataset *rows = making_dataset(vector, 1, NULL), *parts = making_dataset(columns, 3, NULL);
    mlc_dataset *one = composing_predict(model, rows, "output=class,flags");
    mlc_dataset *other = composing_predict(model, parts, "output=class,flags");
    for (int64_t i = 0; i < 4; i++) {
        ck_assert_double_eq(making_cell(one, "prediction", i), making_cell(other, "prediction", i));
        ck_assert_double_eq(making_cell(other, "flags", i), 0);
    }
    mlc_dataset_free(one);
    mlc_dataset_free(other);
    mlc_dataset_free(rows);
    mlc_dataset_free(parts);
    mlc_model_free(model);
}
END_TEST

START_TEST(test_rows_are_measured_and_explained_by_such_columns_too)
{
    const mlc_array columns[] = {making_real("v0", 4, first), making_real("v1", 4, second),
                                 making_real("y", 4, y)};
    mlc_model *model = of_vector();
    mlc_dataset *rows = making_dataset(columns, 3, NULL), *out = NULL;
    mlc_error err = {0};
    ck_assert_msg(mlc_model_evaluate(NULL, model, rows, NULL, &out, &err) == MLC_OK, "%s",
                  err.message);
    mlc_dataset_free(out);
    ck_assert_msg(mlc_model_explain(NULL, model, rows, rows, NULL, &out, &err) == MLC_OK, "%s",
                  err.message);
    mlc_dataset_free(out);
    mlc_dataset_free(rows);
    mlc_model_free(model);
}
END_TEST

START_TEST(test_components_are_absent_or_no_numbers_the_column_is_named)
{
    static const char *const texts[] = {"a", "b", "c", "d"};
    const mlc_array columns[] = {making_real("v0", 4, first), making_real("w", 4, second),
                                 making_category("v1", 4, texts)};
    mlc_model *model = of_vector();
    predict_fails(model, columns, 2,
                  "no column 'v1', one of the 2 components of 'v', while others are there");
    predict_fails(model, columns + 1, 1,
                  "no column 'v' among the 1 columns: a vector of 2 numbers, or as many columns "
                  "from 'v0' on");
    const mlc_array mixed[] = {columns[0], columns[2]};
    predict_fails(model, mixed, 2, "column 'v1' is a category; the components of 'v' are numbers");
    mlc_model_free(model);
}
END_TEST

typedef struct scene {
    mlc_model *model;
    mlc_dataset *rows;
} scene;

static mlc_status predict_once(mlc_context *ctx, void *arg, mlc_error *err)
{
    const scene *const s = arg;
    mlc_dataset *out = NULL;
    const mlc_status status = mlc_model_predict(ctx, s->model, s->rows, NULL, &out, err);
    mlc_dataset_free(out);
    return status;
}

START_TEST(test_memory_fails_while_vectors_are_made_nothing_leaks)
{
    const mlc_array columns[] = {making_real("v0", 4, first), making_real("v1", 4, second)};
    scene s = {of_vector(), making_dataset(columns, 2, NULL)};
    mlci_torture(predict_once, &s);
    mlc_dataset_free(s.rows);
    mlc_model_free(s.model);
}
END_TEST

MLCI_CHECK_SUITE("record_vectors", test_components_are_columns_in_any_order_they_are_the_vector,
                 test_rows_are_measured_and_explained_by_such_columns_too,
                 test_components_are_absent_or_no_numbers_the_column_is_named,
                 test_memory_fails_while_vectors_are_made_nothing_leaks)
