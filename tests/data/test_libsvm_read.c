/* libsvm text: rows, groups and entries however the text is cut. tests/python/test_formats.py
 * compares with scikit-learn. */
#include "format_reading.h"
#include "torture.h"

static const char ranks[] = "# made by hand\n2 qid:1 1:0.5 3:-2e-3 # first\n-1\tqid:1  2:1\r\n\n"
                            "+0 qid:7 3:nan\n";

START_TEST(test_libsvm_gives_target_group_and_vector)
{
    mlc_dataset *d = parse_as("libsvm", ranks, NULL);
    ck_assert_int_eq(d->n_rows, 3);
    ck_assert_int_eq(type_of(d, "target"), MLC_TYPE_INT64);
    ck_assert_str_eq(mlc_dataset_column_role(d, 0), "target");
    ck_assert_str_eq(mlc_dataset_column_role(d, 1), "group");
    ck_assert_int_eq(mlc_dataset_column_width(d, 2), 3);
    ck_assert_double_eq(real_of(d, "target", 1), -1);
    ck_assert_double_eq(real_of(d, "qid", 2), 7);
    ck_assert_double_eq(real_of(d, "x[2]", 0), -2e-3);
    ck_assert_double_eq(real_of(d, "x[0]", 1), 0);
    ck_assert_double_nan(real_of(d, "x[2]", 2));
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_libsvm_is_the_same_in_chunks_of_any_size)
{
    mlc_dataset *whole = NULL;
    const int64_t n = (int64_t)sizeof ranks - 1;
    ck_assert_int_eq(libsvm_in_chunks(NULL, ranks, n, "width=9", 1 << 20, 1, &whole, NULL), MLC_OK);
    for (int64_t chunk = 1; chunk < 90; chunk++) {
        mlc_dataset *cut = NULL;
        ck_assert_int_eq(libsvm_in_chunks(NULL, ranks, n, "width=9", chunk, 3, &cut, NULL), MLC_OK);
        ck_assert_int_eq(cut->n_rows, 3);
        for (int64_t i = 0; i < 3; i++) {
            double a[9], b[9];
            mlci_column_reals(whole->fields[2].column, i, 1, a, 9);
            mlci_column_reals(cut->fields[2].column, i, 1, b, 9);
            ck_assert_mem_eq(a, b, sizeof a);
            ck_assert_double_eq(real_of(cut, "qid", i), real_of(whole, "qid", i));
        }
        mlc_dataset_free(cut);
    }
    mlc_dataset_free(whole);
}
END_TEST

START_TEST(test_libsvm_labels_are_reals_where_one_is_written_so)
{
    mlc_dataset *d = parse_as("libsvm", "1 1:1\n2.0 1:1\n", "target_name=y features_name=f");
    ck_assert_int_eq(type_of(d, "y"), MLC_TYPE_FLOAT64);
    ck_assert_int_eq(type_of(d, "f"), MLC_TYPE_VECTOR);
    mlc_dataset_free(d);
    d = parse_as("libsvm", "9007199254740993 1:1\n", NULL); /* no double */
    ck_assert_int_eq(type_of(d, "target"), MLC_TYPE_FLOAT64);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_libsvm_errors_are_at_their_place_in_any_chunks)
{
    static const char text[] = "1 1:1\n2 1:1\n3 3:1 2:1\nx\n";
    for (int64_t chunk = 1; chunk < 30; chunk++) {
        mlc_dataset *d = NULL;
        mlc_error err;
        ck_assert_int_eq(
            libsvm_in_chunks(NULL, text, (int64_t)sizeof text - 1, NULL, chunk, 2, &d, &err),
            MLC_ERROR_FORMAT);
        ck_assert_str_eq(err.message,
                         "libsvm:3:7: '2:1' does not ascend: indices rise along a line");
    }
    parse_as_fails("libsvm", "1 1:1\n", "width=-1", MLC_ERROR_SETTING,
                   "width = -1: must be from 0 to 2147483647");
    parse_as_fails("libsvm", "1 0:1\n", "index_base=1", MLC_ERROR_FORMAT,
                   "libsvm:1:1: index 0: indices count from 1; index_base=0 takes this one");
    parse_as_fails("libsvm", "1 2:1\n3 5:1", "width=4", MLC_ERROR_FORMAT,
                   "libsvm:2:1: index 5 is beyond the vector of 4 components (width=) that count "
                   "from 1");
}
END_TEST

static mlc_status read_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlc_dataset *d = NULL;
    const mlc_status status = libsvm_in_chunks(ctx, ranks, (int64_t)sizeof ranks - 1,
                                               "width=5 weight=qid", 30, 1, &d, err);
    mlc_dataset_free(d);
    return status;
}
MLCI_TORTURE_TEST(test_libsvm_when_memory_fails_leaks_nothing, read_and_free, NULL)

MLCI_CHECK_SUITE("libsvm_read", test_libsvm_gives_target_group_and_vector,
                 test_libsvm_is_the_same_in_chunks_of_any_size,
                 test_libsvm_labels_are_reals_where_one_is_written_so,
                 test_libsvm_errors_are_at_their_place_in_any_chunks,
                 test_libsvm_when_memory_fails_leaks_nothing)
