/* What a model learns about its inputs, and single records. */
#include "matrix.h"

#include <math.h>
#include <string.h>

#include "check_suite.h"
#include "descriptor.h"
#include "making.h"
#include "torture.h"

#define TREE (MLCI_CAN_MISSING | MLCI_CAN_CATEGORY)

static const char *const jobs[] = {"cook", "smith", NULL, "cook"};

/* age, job (category), m (2 wide), a target and an ignored column. */
static mlc_dataset *people(void)
{
    const mlc_array arrays[] = {
        making_real("age", 4, (double[]){20, NAN, 60, 33}), making_category("job", 4, jobs),
        making_matrix("m", 4, 2, (double[]){1, 2, 3, 4, 5, 6, 7, 8}),
        making_integer("y", 4, (int64_t[]){0, 1, 0, 1}), making_text("note", 4, jobs)};
    return making_dataset(arrays, 5, "target=y ignore=note");
}

static mlc_status try_fit(const mlc_dataset *d, int32_t capabilities, mlci_features **out,
                          mlc_error *err)
{
    mlc_context local, *call = NULL;
    MLCI_TRY(mlci_call_begin(NULL, &local, MLCI_FIT, &call, err));
    const mlc_status status = mlci_features_fit(call, d, "ridge", capabilities, out, err);
    mlci_call_end(call);
    return status;
}

static mlci_features *fit(const mlc_dataset *d, int32_t capabilities)
{
    mlci_features *f = NULL;
    mlc_error err = {0};
    ck_assert_msg(try_fit(d, capabilities, &f, &err) == MLC_OK, "%s", err.message);
    return f;
}

START_TEST(test_fit_when_columns_are_mixed_lays_them_out_in_order)
{
    mlc_dataset *d = people();
    mlci_features *f = fit(d, TREE);
    ck_assert_int_eq(f->n_inputs, 3);
    ck_assert_int_eq(f->n_features, 4);
    ck_assert_int_eq(f->inputs[1].first, 1);
    ck_assert_int_eq(f->inputs[2].first, 2);
    ck_assert_int_eq(f->inputs[1].dictionary->n, 2);
    ck_assert(f->inputs[0].low == 20 && f->inputs[0].high == 60);
    ck_assert(isnan(f->inputs[1].low) && isnan(f->inputs[2].high));
    mlci_features_unref(f);
    mlc_dataset_free(d);
}
END_TEST

static int64_t find(const mlci_features *f, const char *name, int64_t *first)
{
    *first = -1;
    return mlci_features_find(f, name, (int64_t)strlen(name), first);
}

START_TEST(test_find_takes_columns_and_their_components)
{
    mlc_dataset *d = people();
    mlci_features *f = fit(d, TREE);
    mlci_text text = mlci_text_init(NULL);
    int64_t first;
    ck_assert(find(f, "age", &first) == 1 && first == 0);
    ck_assert(find(f, "job", &first) == 1 && first == 1);
    ck_assert(find(f, "m", &first) == 2 && first == 2);
    for (int64_t j = 0; j < f->n_features; j++) {
        text.length = 0;
        mlci_features_name(f, j, &text);
        ck_assert_int_eq(mlci_text_status(&text, NULL), MLC_OK);
        ck_assert_msg(find(f, text.data, &first) == 1 && first == j, "%s", text.data);
    }
    static const char *const absent[] = {"",    "ag", "ages", "m[2]",  "m[",
                                         "m[]", "m2", "y",    "age[0]"};
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++)
        ck_assert_msg(find(f, absent[i], &first) == 0, "%s", absent[i]);
    mlci_text_clear(&text);
    mlci_features_unref(f);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_fit_when_view_knows_only_the_categories_of_its_rows)
{
    mlc_dataset *d = people(), *v = making_rows(d, 2, (int64_t[]){3, 0});
    mlci_features *f = fit(v, TREE);
    ck_assert_int_eq(f->inputs[1].dictionary->n, 1);
    ck_assert_str_eq(mlci_dictionary_text(f->inputs[1].dictionary, 0, NULL), "cook");
    ck_assert(f->inputs[0].high == 33);
    mlci_features_unref(f);
    mlc_dataset_free(v);
    mlc_dataset_free(d);
}
END_TEST

static void assert_refused(mlc_array array, int32_t capabilities, mlc_status status,
                           const char *says)
{
    mlc_dataset *d = making_dataset(&array, 1, NULL);
    mlci_features *f = NULL;
    making_assert_fails(try_fit(d, capabilities, &f, err), status, says);
    ck_assert_ptr_null(f);
    mlc_dataset_free(d);
}

START_TEST(test_fit_when_the_model_cannot_use_a_column_says_what_would_help)
{
    const uint8_t valid = 0x07;
    mlc_array gap = making_integer("i", 4, (int64_t[]){1, 2, 3, 4});
    gap.valid = &valid;
    assert_refused(making_text("job", 4, jobs), 0, MLC_ERROR_COLUMN,
                   "column 'job' is text; 'ridge' needs numbers: add one_hot_encoder or set its "
                   "role to ignore");
    assert_refused(making_category("job", 4, jobs), 0, MLC_ERROR_COLUMN,
                   "column 'job' is a category; 'ridge' needs numbers");
    assert_refused(making_category("job", 4, jobs), MLCI_CAN_CATEGORY, MLC_ERROR_DATA,
                   "column 'job' is missing in row 3");
    assert_refused(gap, 0, MLC_ERROR_DATA,
                   "column 'i' is missing in row 4: 'ridge' needs finite "
                   "values; add simple_imputer");
    assert_refused(making_real("x", 2, (double[]){1, NAN}), 0, MLC_ERROR_DATA,
                   "column 'x' is NaN in row 2");
    assert_refused(making_array("x", MLC_TYPE_FLOAT32, 2, (float[]){-INFINITY, 1}), 0,
                   MLC_ERROR_DATA, "column 'x' is infinite in row 1");
    assert_refused(making_matrix("m", 2, 2, (double[]){1, 2, 3, NAN}), 0, MLC_ERROR_DATA,
                   "column 'm' is NaN in row 2");
}
END_TEST

START_TEST(test_fit_when_no_column_is_a_feature_is_refused)
{
    const mlc_array array = making_real("x", 1, (double[]){1});
    mlc_dataset *d = making_dataset(&array, 1, "target=x");
    mlci_features *f = NULL;
    making_assert_fails(try_fit(d, TREE, &f, err), MLC_ERROR_COLUMN, "'ridge' found no feature");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_names_when_asked_are_those_of_columns_and_components)
{
    mlc_dataset *d = people();
    const char *const levels[] = {"a", "m1"};
    ck_assert_int_eq(mlci_column_set_components(d->fields[2].column, levels, NULL), MLC_OK);
    mlci_features *f = fit(d, TREE);
    const char *const wanted[] = {"age", "job", "m[a]", "m1"};
    for (int j = 0; j < 4; j++) {
        mlci_text name = mlci_text_init(NULL);
        mlci_features_name(f, j, &name);
        ck_assert_str_eq(name.data, wanted[j]);
        mlci_text_clear(&name);
    }
    ck_assert_int_eq(mlci_features_input(f, 3), 2);
    ck_assert_int_eq(mlci_features_input(f, 1), 1);
    mlci_features_unref(f);
    mlc_dataset_free(d);
}
END_TEST

static mlc_value real(double value)
{
    return (mlc_value){.kind = MLC_REAL, .real = value};
}

static mlc_value text(const char *value)
{
    return (mlc_value){.kind = MLC_TEXT, .text = value, .length = (int32_t)strlen(value)};
}

/* One record with the cells of m as 0; age and job as given. */
static int64_t row_flags(const mlci_features *f, mlc_value age, mlc_value job, double out[4])
{
    const mlc_value cells[] = {age, job, real(0), real(0)};
    int64_t flags = 0;
    mlci_features_row(f, cells, out, &flags);
    mlci_features_row(f, cells, out, NULL); /* flags need not be asked for */
    return flags;
}

START_TEST(test_row_when_cells_fit_gives_numbers_and_codes)
{
    mlc_dataset *d = people();
    mlci_features *f = fit(d, TREE);
    double out[4];
    ck_assert_int_eq(row_flags(f, real(33.5), text("smith"), out), 0);
    ck_assert(out[0] == 33.5 && out[1] == 1 && out[2] == 0);
    const mlc_value integer = {.kind = MLC_INTEGER, .integer = 40};
    ck_assert_int_eq(row_flags(f, integer, text("cook"), out), 0);
    ck_assert(out[0] == 40 && out[1] == 0);
    mlci_features_unref(f);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_row_when_cells_are_odd_sets_flags)
{
    mlc_dataset *d = people();
    mlci_features *f = fit(d, TREE);
    const mlc_value missing = {0}, integer = {.kind = MLC_INTEGER, .integer = 1};
    const mlc_value null = {.kind = MLC_TEXT}, alien = {.kind = 77};
    double out[4];
    ck_assert_int_eq(row_flags(f, missing, text("cook"), out), MLC_FLAG_MISSING);
    ck_assert(isnan(out[0]));
    ck_assert_int_eq(row_flags(f, real(NAN), missing, out), MLC_FLAG_MISSING);
    ck_assert(isnan(out[0]) && isnan(out[1]));
    ck_assert_int_eq(row_flags(f, real(30), text("king"), out), MLC_FLAG_UNSEEN);
    ck_assert(out[1] == -1);
    ck_assert_int_eq(row_flags(f, real(19.9), text("cook"), out), MLC_FLAG_OUT_OF_RANGE);
    ck_assert(out[0] == 19.9);
    ck_assert_int_eq(row_flags(f, real(INFINITY), text("cook"), out), MLC_FLAG_OUT_OF_RANGE);
    ck_assert_int_eq(row_flags(f, text("30"), text("cook"), out), MLC_FLAG_WRONG_KIND);
    ck_assert(isnan(out[0]));
    ck_assert_int_eq(row_flags(f, real(30), integer, out), MLC_FLAG_WRONG_KIND);
    ck_assert(isnan(out[1]));
    ck_assert_int_eq(row_flags(f, null, real(NAN), out), MLC_FLAG_MISSING);
    ck_assert_int_eq(row_flags(f, alien, alien, out), MLC_FLAG_WRONG_KIND);
    mlci_features_unref(f);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_load_when_saved_gives_the_same_features)
{
    mlc_dataset *d = people();
    mlci_features *f = fit(d, TREE);
    mlci_writer w, again;
    mlci_reader r;
    mlci_writer_init(&w, NULL);
    mlci_writer_init(&again, NULL);
    mlci_features_save(f, &w);
    mlci_reader_init(&r, NULL, "test", w.data, w.length);
    mlci_features *back = mlci_features_load(&r);
    ck_assert_ptr_nonnull(back);
    ck_assert_int_eq(mlci_reader_finish(&r, NULL), MLC_OK);
    ck_assert_int_eq(back->n_features, 4);
    ck_assert_str_eq(back->inputs[2].components[1], "m1");
    mlci_features_save(back, &again);
    ck_assert_int_eq(again.length, w.length);
    ck_assert_int_eq(memcmp(again.data, w.data, (size_t)w.length), 0);
    mlci_features_unref(back);
    mlci_features_unref(f);
    mlci_writer_clear(&w);
    mlci_writer_clear(&again);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_load_when_damaged_is_refused_or_usable)
{
    mlc_dataset *d = people();
    mlci_features *f = fit(d, TREE);
    mlci_writer w;
    mlci_writer_init(&w, NULL);
    mlci_features_save(f, &w);
    for (int64_t at = 0; at < w.length; at++) {
        for (int flip = 1; flip < 256; flip <<= 1) {
            mlci_reader r;
            w.data[at] ^= (uint8_t)flip;
            mlci_reader_init(&r, NULL, "test", w.data, w.length);
            mlci_features *back = mlci_features_load(&r);
            ck_assert_int_eq(back == NULL, r.status != MLC_OK);
            if (back != NULL && back->n_features == 4) {
                const mlc_value cells[4] = {text("cook"), text("cook"), real(1), real(1)};
                double out[4];
                mlci_features_row(back, cells, out, NULL);
            }
            mlci_features_unref(back);
            w.data[at] ^= (uint8_t)flip;
        }
        mlci_reader r;
        mlci_reader_init(&r, NULL, "test", w.data, at);
        ck_assert_ptr_null(mlci_features_load(&r));
    }
    mlci_writer_clear(&w);
    mlci_features_unref(f);
    mlc_dataset_free(d);
}
END_TEST

static mlc_status fit_save_load(mlc_context *ctx, void *arg, mlc_error *err)
{
    const mlc_array arrays[] = {making_real("x", 4, (double[]){1, 2, 3, 4}),
                                making_text("t", 4, jobs),
                                making_matrix("m", 4, 2, (double[]){1, 2, 3, 4, 5, 6, 7, 8})};
    mlci_root *root = mlci_context_root(ctx);
    mlc_dataset *d = NULL;
    mlci_features *f = NULL, *back = NULL;
    mlc_context local, *call = NULL;
    mlci_writer w;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_PREDICT, &call, err));
    mlci_writer_init(&w, root);
    mlc_status status = mlc_dataset_from_arrays(ctx, arrays, 3, NULL, &d, err);
    if (status == MLC_OK) status = mlci_features_fit(call, d, "tree", TREE, &f, err);
    if (status == MLC_OK) {
        mlci_features_save(f, &w);
        status = mlci_writer_status(&w, err);
    }
    if (status == MLC_OK) {
        mlci_reader r;
        mlci_reader_init(&r, root, "test", w.data, w.length);
        back = mlci_features_load(&r);
        status = mlci_reader_finish(&r, err);
    }
    mlci_writer_clear(&w);
    mlci_features_unref(f);
    mlci_features_unref(back);
    mlc_dataset_free(d);
    mlci_call_end(call);
    return status;
}
MLCI_TORTURE_TEST(test_features_when_memory_fails_leak_nothing, fit_save_load, NULL)

MLCI_CHECK_SUITE("features", test_find_takes_columns_and_their_components,
                 test_fit_when_columns_are_mixed_lays_them_out_in_order,
                 test_fit_when_view_knows_only_the_categories_of_its_rows,
                 test_fit_when_the_model_cannot_use_a_column_says_what_would_help,
                 test_fit_when_no_column_is_a_feature_is_refused,
                 test_names_when_asked_are_those_of_columns_and_components,
                 test_row_when_cells_fit_gives_numbers_and_codes,
                 test_row_when_cells_are_odd_sets_flags,
                 test_load_when_saved_gives_the_same_features,
                 test_load_when_damaged_is_refused_or_usable,
                 test_features_when_memory_fails_leak_nothing)
