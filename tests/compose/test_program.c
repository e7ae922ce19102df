#include "program.h"

#include <stdio.h>

#include "check_suite.h"
#include "composing.h"
#include "record.h"
#include "torture.h"

static mlc_status compile(mlci_root *root, const mlc_model *model, const mlci_features *inputs,
                          mlci_program **out, mlc_error *err)
{
    return mlci_program_compile(root, model->component, inputs, out, err);
}

START_TEST(test_program_has_a_cell_for_each_input_and_for_what_steps_write)
{
    mlc_dataset *rows = composing_rows(60, COMPOSING_NUMBERS);
    mlc_model *model = transforming_model("pipeline(simple_imputer, on(city, one_hot_encoder), "
                                          "on(job, ordinal_encoder(encoded_missing_value=-1)), "
                                          "ridge)",
                                          rows);
    mlci_program *program = NULL;
    ck_assert_int_eq(compile(NULL, model, model->record->inputs, &program, NULL), MLC_OK);
    ck_assert_int_eq(program->n_steps, 3);
    ck_assert_int_eq(program->n_cells, 4 + 2 + 3 + 1);
    ck_assert_int_eq(program->n_in, 2 + 1 + 3);
    ck_assert_int_eq(program->scratch_bytes % 64, 0);
    mlci_program_free(program);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

/* Steps that were fitted on more cells than the record has are never run. */
START_TEST(test_program_over_other_inputs_than_the_steps_read_is_refused)
{
    const double v[] = {1, 2, 3, 4, 5, 6}, x[] = {1, 2, 3}, y[] = {3, 1, 2};
    const mlc_array wide[] = {making_matrix("x", 3, 2, v), making_real("y", 3, y)};
    const mlc_array narrow[] = {making_real("x", 3, x), making_real("y", 3, y)};
    const mlc_array other[] = {making_real("z", 3, x), making_real("y", 3, y)};
    mlc_dataset *a = making_dataset(wide, 2, "target=y"),
                *b = making_dataset(narrow, 2, "target=y");
    mlc_dataset *c = making_dataset(other, 2, "target=y");
    mlc_model *model = transforming_model("pipeline(on(x, standard_scaler), ridge)", a);
    mlc_model *thin = transforming_model("ridge", b), *third = transforming_model("ridge", c);
    mlci_program *program = NULL;
    making_assert_fails(compile(NULL, model, thin->record->inputs, &program, err), MLC_ERROR_COLUMN,
                        "column 'x' has 1 cells where 2 are read");
    making_assert_fails(compile(NULL, model, third->record->inputs, &program, err),
                        MLC_ERROR_COLUMN, "column 'x' is lost on the way to the model");
    ck_assert_ptr_null(program);
    mlc_model_free(third);
    mlc_model_free(thin);
    mlc_model_free(model);
    mlc_dataset_free(c);
    mlc_dataset_free(b);
    mlc_dataset_free(a);
}
END_TEST

/* Names that sort otherwise than the columns stand ("x10" before "x9"): each is found. */
START_TEST(test_program_of_many_inputs_reads_each_from_its_own_cell)
{
    enum { P = 300 };
    static char names[P][8];
    static double x[P][3];
    const double y[] = {3, 1, 2};
    mlc_array arrays[P + 1];
    for (int j = 0; j < P; j++) {
        sprintf(names[j], "x%d", j * 7 % P);
        for (int i = 0; i < 3; i++)
            x[j][i] = i * j;
        arrays[j] = making_real(names[j], 3, x[j]);
    }
    arrays[P] = making_real("y", 3, y);
    mlc_dataset *rows = making_dataset(arrays, P + 1, "target=y");
    mlc_model *model = transforming_model("ridge", rows);
    mlci_program *program = NULL;
    ck_assert_int_eq(compile(NULL, model, model->record->inputs, &program, NULL), MLC_OK);
    ck_assert_int_eq(program->n_in, P);
    for (int j = 0; j < P; j++)
        ck_assert_int_eq(program->in[j], j);
    mlci_program_free(program);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_program_of_a_model_that_reads_numbers_itself_is_direct)
{
    static const struct {
        const char *recipe, *roles;
        int32_t is_direct;
    } cases[] = {{"gradient_boosting_regressor", "target=spent ignore=id,buys,w,job,city", 1},
                 {"gradient_boosting_regressor", "target=spent ignore=id,buys,w,city", 0},
                 {"pipeline(simple_imputer, ridge)", "target=spent ignore=id,buys,w,job,city", 0}};
    for (int k = 0; k < 3; k++) {
        mlc_dataset *rows = composing_rows(60, cases[k].roles);
        mlc_model *model = transforming_model(cases[k].recipe, rows);
        mlci_program *program = NULL;
        ck_assert_int_eq(compile(NULL, model, model->record->inputs, &program, NULL), MLC_OK);
        ck_assert_int_eq(program->is_direct, cases[k].is_direct);
        mlci_program_free(program);
        mlc_model_free(model);
        mlc_dataset_free(rows);
    }
}
END_TEST

static mlc_status compile_once(mlc_context *ctx, void *arg, mlc_error *err)
{
    const mlc_model *model = arg;
    mlci_program *program = NULL;
    const mlc_status status =
        compile(mlci_context_root(ctx), model, model->record->inputs, &program, err);
    mlci_program_free(program);
    return status;
}

START_TEST(test_program_when_memory_fails_leaks_nothing)
{
    /* wires are blocks of the model's root, so only a model without steps is all torture's */
    mlc_dataset *rows = composing_rows(60, "target=spent id=id ignore=buys,w,age,job,city");
    mlc_model *model = transforming_model("ridge", rows);
    mlci_torture(compile_once, model);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

MLCI_CHECK_SUITE("program", test_program_has_a_cell_for_each_input_and_for_what_steps_write,
                 test_program_over_other_inputs_than_the_steps_read_is_refused,
                 test_program_of_many_inputs_reads_each_from_its_own_cell,
                 test_program_of_a_model_that_reads_numbers_itself_is_direct,
                 test_program_when_memory_fails_leaks_nothing)
