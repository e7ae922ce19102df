/* Rows in the order of columns; many rows are sorted in pieces that are merged. */
#include "shaping.h"
#include "sort.h"

static mlc_dataset *sort(const mlc_dataset *d, const char *settings)
{
    mlc_dataset *out = NULL;
    mlc_error err;
    const mlc_status status = mlc_dataset_sort(NULL, d, settings, &out, &err);
    ck_assert_msg(status == MLC_OK, "%s: %s", settings, status == MLC_OK ? "" : err.message);
    return out;
}

START_TEST(test_sort_is_stable_and_puts_missing_values_at_the_end_asked_for)
{
    mlc_dataset *d = parse("a,t\n2,x\n,y\n1,z\n2,\n-1,x\n", "types='t:text'");
    is_csv(sort(d, "by=a"), "a,t\n-1,x\n1,z\n2,x\n2,\n,y\n");
    is_csv(sort(d, "by=a descending=true"), "a,t\n2,x\n2,\n1,z\n-1,x\n,y\n");
    is_csv(sort(d, "by=a missing=first"), "a,t\n,y\n-1,x\n1,z\n2,x\n2,\n");
    is_csv(sort(d, "by=t,a descending=true,false"), "a,t\n1,z\n,y\n-1,x\n2,x\n2,\n");
    is_csv(sort(d, "by=t,a descending=[false,true] missing=first"),
           "a,t\n2,\n2,x\n-1,x\n,y\n1,z\n");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_many_rows_are_sorted_the_same_by_any_number_of_threads)
{
    enum { N = 300000 };
    static double values[N];
    for (int64_t i = 0; i < N; i++)
        values[i] = i % 97 == 0 ? (double)NAN : (double)(i * 7919 % 5003) - 2500;
    const mlc_array array = {.size = sizeof array,
                             .name = "x",
                             .type = MLC_TYPE_FLOAT64,
                             .data = values,
                             .n_rows = N,
                             .n_columns = 1};
    mlc_dataset *d = NULL;
    ck_assert_int_eq(mlc_dataset_from_arrays(NULL, &array, 1, NULL, &d, NULL), MLC_OK);
    int64_t *one = NULL, *more = NULL;
    int32_t field = 0;
    for (int32_t n = 1; n <= 5; n += 2) {
        mlc_context local, *call = NULL;
        ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
        call->n_threads = n;
        ck_assert_int_eq(mlci_sort_rows(call, d, &field, 1, &more, NULL), MLC_OK);
        mlci_call_end(call);
        if (one == NULL) {
            one = more;
            for (int64_t i = 1; i < N; i++) {
                const double a = values[one[i - 1]], b = values[one[i]];
                ck_assert(isnan(b) || a <= b);
                if (a == b || (isnan(a) && isnan(b))) ck_assert_int_lt(one[i - 1], one[i]);
            }
        } else {
            ck_assert_mem_eq(one, more, N * sizeof *one);
            mlci_free(more);
        }
    }
    mlci_free(one);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_settings_are_checked)
{
    mlc_dataset *d = parse("a,b\n1,2\n", NULL), *out = NULL;
    mlc_error err;
    refused(mlc_dataset_sort(NULL, d, NULL, &out, &err), MLC_ERROR_SETTING, out, &err,
            "by is not set: name the columns to sort by, as in by=carrier,delay");
    refused(mlc_dataset_sort(NULL, d, "by=a descending=up", &out, &err), MLC_ERROR_SETTING, out,
            &err, "descending = 'up': must be true or false, or one of them a column");
    refused(mlc_dataset_sort(NULL, d, "by=a descending=true,false", &out, &err), MLC_ERROR_SETTING,
            out, &err, "descending has 2 items, by has 1 columns: give one, or one a column");
    refused(mlc_dataset_sort(NULL, d, "by=c", &out, &err), MLC_ERROR_COLUMN, out, &err,
            "no column 'c' among the 2 columns");
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("sort", test_sort_is_stable_and_puts_missing_values_at_the_end_asked_for,
                 test_many_rows_are_sorted_the_same_by_any_number_of_threads,
                 test_settings_are_checked)
