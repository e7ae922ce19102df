/* Classes in use: rows to classes, classes to columns, saving and loading. */
#include "target.h"

#include <math.h>
#include <string.h>

#include "check_suite.h"
#include "making.h"
#include "torture.h"

static const char *const words[] = {"yes", "no", "maybe", "yes"};
static const uint8_t bits = 0x09;
static const int64_t integers[] = {5, -3, 7, 5};
static const double reals[] = {5, -3, 7, 5};
static const float singles[] = {5, -3, 7, 5};

static mlci_column *column_of(mlc_array array)
{
    mlc_dataset *dataset = making_dataset(&array, 1, NULL);
    mlci_column *column = mlci_column_ref(dataset->fields[0].column);
    mlc_dataset_free(dataset);
    return column;
}

static mlci_classes *fit(const mlci_column *column, const char *list)
{
    mlci_classes *c = NULL;
    mlc_error err = {0};
    ck_assert_msg(mlci_classes_fit(NULL, column, "y", list, NULL, &c, &err) == MLC_OK, "%s",
                  err.message);
    return c;
}

/* Each type of target, in an order that is not the values' own where there are three. */
static mlc_array target_of(int i)
{
    switch (i) {
    case 0:
        return making_text("y", 4, words);
    case 1:
        return making_category("y", 4, words);
    case 2:
        return making_integer("y", 4, integers);
    case 3:
        return making_real("y", 4, reals);
    case 4:
        return making_array("y", MLC_TYPE_FLOAT32, 4, singles);
    default:
        return making_array("y", MLC_TYPE_BOOL, 4, &bits);
    }
}

static const char *list_of(int i)
{
    return i < 2 ? "no,yes,maybe" : i < 5 ? "-3,5,7" : NULL;
}

START_TEST(test_column_when_made_of_rows_is_the_target_again)
{
    for (int i = 0; i < 6; i++) {
        mlci_column *column = column_of(target_of(i)), *back = NULL;
        mlci_classes *c = fit(column, list_of(i));
        int32_t rows[4];
        ck_assert_int_eq(mlci_classes_of_rows(c, column, "y", rows, NULL), MLC_OK);
        ck_assert(rows[0] == 1 && rows[1] == 0 && rows[3] == 1);
        ck_assert_int_eq(mlci_classes_column(c, NULL, 4, rows, &back, NULL), MLC_OK);
        ck_assert_int_eq(back->type, column->type);
        for (int row = 0; row < 4; row++) {
            double a = 0, b = 0;
            int64_t n_a = 0, n_b = 0;
            const char *text = mlci_column_text(column, row, &n_a);
            const char *text_back = mlci_column_text(back, row, &n_b);
            ck_assert_int_eq(n_a, n_b);
            if (text != NULL) ck_assert_int_eq(memcmp(text, text_back, (size_t)n_a), 0);
            mlci_column_reals(column, row, 1, &a, 1);
            mlci_column_reals(back, row, 1, &b, 1);
            ck_assert((isnan(a) && isnan(b)) || a == b);
        }
        mlci_column_unref(back);
        mlci_column_unref(column);
        mlci_classes_unref(c);
    }
}
END_TEST

START_TEST(test_column_when_class_is_minus_one_is_missing)
{
    const int32_t rows[] = {1, -1};
    for (int i = 0; i < 6; i++) {
        mlci_column *column = column_of(target_of(i)), *back = NULL;
        mlci_classes *c = fit(column, NULL);
        ck_assert_int_eq(mlci_classes_column(c, NULL, 2, rows, &back, NULL), MLC_OK);
        ck_assert(mlci_column_is_valid(back, 0) && !mlci_column_is_valid(back, 1));
        mlci_column_unref(back);
        mlci_column_unref(column);
        mlci_classes_unref(c);
    }
}
END_TEST

START_TEST(test_rows_when_numbers_have_another_type_match_by_value)
{
    mlci_column *trained = column_of(making_integer("y", 2, (int64_t[]){0, 1}));
    mlci_column *given = column_of(making_array("y", MLC_TYPE_BOOL, 4, &bits));
    mlci_classes *c = fit(trained, NULL);
    int32_t rows[4];
    ck_assert_int_eq(mlci_classes_of_rows(c, given, "y", rows, NULL), MLC_OK);
    ck_assert(rows[0] == 1 && rows[1] == 0 && rows[2] == 0 && rows[3] == 1);
    mlci_column_unref(trained);
    mlci_column_unref(given);
    mlci_classes_unref(c);
}
END_TEST

START_TEST(test_rows_when_a_value_is_no_class_names_it)
{
    const char *const more[] = {"no", "perhaps"};
    mlci_column *text = column_of(making_text("y", 4, words));
    mlci_column *other = column_of(making_text("y", 2, more));
    mlci_column *number = column_of(making_integer("y", 2, (int64_t[]){0, 1}));
    mlci_column *numbers = column_of(making_integer("y", 3, (int64_t[]){0, 1, 7}));
    mlci_classes *of_text = fit(text, NULL), *of_number = fit(number, NULL);
    int32_t rows[3];
    making_assert_fails(mlci_classes_of_rows(of_text, other, "y", rows, err), MLC_ERROR_DATA,
                        "target 'y' is 'perhaps' in row 2, which is none of its 3 classes: "
                        "maybe, no, yes");
    making_assert_fails(mlci_classes_of_rows(of_number, numbers, "y", rows, err), MLC_ERROR_DATA,
                        "target 'y' is '7' in row 3");
    making_assert_fails(mlci_classes_of_rows(of_text, number, "y", rows, err), MLC_ERROR_COLUMN,
                        "target 'y' is int64; the model's classes are text");
    mlci_column_unref(text);
    mlci_column_unref(other);
    mlci_column_unref(number);
    mlci_column_unref(numbers);
    mlci_classes_unref(of_text);
    mlci_classes_unref(of_number);
}
END_TEST

START_TEST(test_load_when_saved_gives_the_same_classes)
{
    for (int i = 0; i < 6; i++) {
        mlci_column *column = column_of(target_of(i));
        mlci_classes *c = fit(column, list_of(i));
        mlci_writer w;
        mlci_reader r;
        mlci_writer_init(&w, NULL);
        mlci_classes_save(c, &w);
        mlci_reader_init(&r, NULL, "test", w.data, w.length);
        mlci_classes *back = mlci_classes_load(&r);
        ck_assert_ptr_nonnull(back);
        ck_assert_int_eq(mlci_reader_finish(&r, NULL), MLC_OK);
        ck_assert_int_eq(back->type, c->type);
        ck_assert_int_eq(back->n, c->n);
        ck_assert_int_eq(back->positive, c->positive);
        for (int32_t k = 0; k < c->n; k++)
            ck_assert_str_eq(back->names[k], c->names[k]);
        mlci_classes_unref(back);
        mlci_writer_clear(&w);
        mlci_classes_unref(c);
        mlci_column_unref(column);
    }
}
END_TEST

START_TEST(test_load_when_damaged_is_refused_or_consistent)
{
    for (int i = 0; i < 6; i++) {
        mlci_column *column = column_of(target_of(i));
        mlci_classes *c = fit(column, list_of(i));
        mlci_writer w;
        mlci_writer_init(&w, NULL);
        mlci_classes_save(c, &w);
        for (int64_t at = 0; at < w.length; at++) {
            for (int flip = 1; flip < 256; flip <<= 1) {
                mlci_reader r;
                w.data[at] ^= (uint8_t)flip;
                mlci_reader_init(&r, NULL, "test", w.data, w.length);
                mlci_classes *back = mlci_classes_load(&r);
                ck_assert_int_eq(back == NULL, r.status != MLC_OK);
                for (int32_t k = 0; back != NULL && k < back->n; k++) {
                    ck_assert_int_eq(mlci_classes_find(back, back->names[k]), k);
                }
                if (back != NULL) ck_assert_int_lt(back->positive, back->n);
                mlci_classes_unref(back);
                w.data[at] ^= (uint8_t)flip;
            }
            mlci_reader r;
            mlci_reader_init(&r, NULL, "test", w.data, at);
            ck_assert_ptr_null(mlci_classes_load(&r));
        }
        mlci_writer_clear(&w);
        mlci_classes_unref(c);
        mlci_column_unref(column);
    }
}
END_TEST

static mlc_status use(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlci_root *root = mlci_context_root(ctx);
    const mlc_array arrays[] = {making_text("a", 4, words), making_category("b", 4, words),
                                making_integer("c", 4, (int64_t[]){5, -3, 7, 5})};
    mlc_dataset *d = NULL;
    mlc_status status = mlc_dataset_from_arrays(ctx, arrays, 3, NULL, &d, err);
    for (int i = 0; i < 3 && status == MLC_OK; i++) {
        mlci_classes *c = NULL, *back = NULL;
        mlci_column *column = NULL;
        mlci_writer w;
        int32_t rows[] = {0, 1, 2, -1};
        mlci_writer_init(&w, root);
        status = mlci_classes_fit(root, d->fields[i].column, "y", NULL, NULL, &c, err);
        if (status == MLC_OK) status = mlci_classes_column(c, root, 4, rows, &column, err);
        if (status == MLC_OK) {
            mlci_classes_save(c, &w);
            status = mlci_writer_status(&w, err);
        }
        if (status == MLC_OK) {
            mlci_reader r;
            mlci_reader_init(&r, root, "test", w.data, w.length);
            back = mlci_classes_load(&r);
            status = mlci_reader_finish(&r, err);
        }
        mlci_writer_clear(&w);
        mlci_column_unref(column);
        mlci_classes_unref(c);
        mlci_classes_unref(back);
    }
    mlc_dataset_free(d);
    return status;
}
MLCI_TORTURE_TEST(test_classes_when_memory_fails_leak_nothing, use, NULL)

MLCI_CHECK_SUITE("classes", test_column_when_made_of_rows_is_the_target_again,
                 test_column_when_class_is_minus_one_is_missing,
                 test_rows_when_numbers_have_another_type_match_by_value,
                 test_rows_when_a_value_is_no_class_names_it,
                 test_load_when_saved_gives_the_same_classes,
                 test_load_when_damaged_is_refused_or_consistent,
                 test_classes_when_memory_fails_leak_nothing)
