/* What is checked before an Arrow array is read. */
#include "arrow_source.h"

#include "arrow_making.h"
#include "check_suite.h"

static const double reals[] = {1, 2, 3, 4};
static const uint8_t two_of_four = 0x0A;

START_TEST(test_array_when_it_does_not_fit_its_schema_is_refused)
{
    const arrow_field good = arrow_values("g", "x", 4, reals);
    arrow_field f = good;
    f.n_buffers = 3;
    arrow_assert_refused(&f, MLC_ERROR_ARGUMENT, "column 'x': its Arrow array has n_buffers 3");
    f = good;
    f.buffers[1] = NULL;
    arrow_assert_refused(&f, MLC_ERROR_ARGUMENT, "buffer 1 of its Arrow array is NULL");
    f = good;
    f.null_count = 2;
    arrow_assert_refused(&f, MLC_ERROR_ARGUMENT,
                         "2 rows are null, but its Arrow array has no bitmap");
    for (int i = 0; i < 4; i++) {
        f = good;
        if (i == 0) f.offset = -1;
        if (i == 1) f.null_count = 5;
        if (i == 2) f.null_count = -2;
        if (i == 3) f.offset = INT64_MAX - 1;
        arrow_assert_refused(&f, MLC_ERROR_ARGUMENT, "cannot be");
    }
}
END_TEST

START_TEST(test_array_when_shorter_than_its_batch_is_refused)
{
    const arrow_field f = arrow_values("g", "x", 4, reals);
    arrow_field batch = arrow_batch(&f, NULL);
    mlc_dataset *d = NULL;
    batch.length = 5;
    making_assert_fails(arrow_import(NULL, &batch, NULL, &d, err), MLC_ERROR_ARGUMENT,
                        "column 'x': its Arrow array has 4 rows");
    batch.length = 3;
    batch.offset = 2;
    making_assert_fails(arrow_import(NULL, &batch, NULL, &d, err), MLC_ERROR_ARGUMENT,
                        "column 'x': its Arrow array has 4 rows");
}
END_TEST

START_TEST(test_null_count_when_zero_or_unknown_is_respected)
{
    arrow_field f = arrow_values("g", "x", 4, reals);
    f.buffers[0] = &two_of_four;
    mlc_dataset *d = arrow_column(&f, NULL);
    ck_assert_ptr_null(d->fields[0].column->valid);
    mlc_dataset_free(d);
    f.null_count = -1;
    d = arrow_column(&f, NULL);
    ck_assert_int_eq(d->fields[0].column->n_missing, 2);
    ck_assert_ptr_eq(d->fields[0].column->values, reals);
    mlc_dataset_free(d);
    f.length = 1;
    f.offset = 1; /* all that is left is there */
    d = arrow_column(&f, NULL);
    ck_assert_ptr_null(d->fields[0].column->valid);
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("arrow_source", test_array_when_it_does_not_fit_its_schema_is_refused,
                 test_array_when_shorter_than_its_batch_is_refused,
                 test_null_count_when_zero_or_unknown_is_respected)
