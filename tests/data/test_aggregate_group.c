/* Functions of one group, on values whose results are known. */
#include "aggregate.h"
#include "shaping.h"

/* The function over all rows of a column; integers, and rows that stand for a value, as reals. */
static double of(const mlc_dataset *d, mlci_aggregate_kind kind, double share)
{
    int64_t integer = 0;
    uint8_t valid = 9;
    const mlci_aggregation item = {.name = (char *)"f", .kind = kind, .quantile = share};
    const mlci_column *const c = d->fields[0].column;
    mlci_aggregate_result r = {.values = &integer, .valid = &valid};
    mlc_context local, *call = NULL;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_aggregate_type(&item, c->type, &r.type, NULL), MLC_OK);
    const int64_t starts[] = {0, c->n_rows};
    ck_assert_int_eq(mlci_aggregate_groups(call, &item, c, starts, 0, 1, &r, NULL), MLC_OK);
    mlci_call_end(call);
    double real;
    memcpy(&real, &integer, sizeof real);
    return !valid ? (double)NAN : r.type == MLC_TYPE_FLOAT64 ? real : (double)integer;
}

START_TEST(test_moments_of_known_values)
{
    mlc_dataset *d = parse("x\n2\nNA\n4\n4\n4\n5\n5\n7\n9\n", "types='x:float64'");
    ck_assert_double_eq(of(d, MLCI_SUM, 0), 40);
    ck_assert_double_eq(of(d, MLCI_MEAN, 0), 5);
    ck_assert_double_eq(of(d, MLCI_VAR, 0), 32.0 / 7);
    ck_assert_double_eq(of(d, MLCI_STD, 0), sqrt(32.0 / 7));
    ck_assert_double_eq(of(d, MLCI_QUANTILE, 0.5), 4.5);
    ck_assert_double_eq(of(d, MLCI_QUANTILE, 0), 2);
    ck_assert_double_eq(of(d, MLCI_QUANTILE, 1), 9);
    ck_assert_double_eq(of(d, MLCI_QUANTILE, 0.25), 4);
    ck_assert_double_eq(of(d, MLCI_N_DISTINCT, 0), 5);
    ck_assert_double_eq(of(d, MLCI_COUNT, 0), 8);
    ck_assert_double_eq(of(d, MLCI_COUNT_ROWS, 0), 9);
    ck_assert_double_eq(of(d, MLCI_MIN, 0), 0); /* rows */
    ck_assert_double_eq(of(d, MLCI_MAX, 0), 8);
    ck_assert_double_eq(of(d, MLCI_LAST, 0), 8);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_sums_do_not_lose_what_cancels)
{
    mlci_text csv = mlci_text_init(NULL);
    mlci_text_append_text(&csv, "x\n");
    for (int i = 0; i < 1000; i++)
        mlci_text_append_text(&csv, "1e16\n1\n-1e16\n");
    mlc_dataset *d = parse(csv.data, NULL);
    ck_assert_double_eq(of(d, MLCI_SUM, 0), 1000);
    mlci_text_clear(&csv);
    mlc_dataset_free(d);
    d = parse("x\n1e8\n1.00000001e8\n", NULL);
    ck_assert_double_eq(of(d, MLCI_VAR, 0), 0.5);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_infinities_and_missing_values)
{
    mlc_dataset *d = parse("x\ninf\n1.5\nNA\n", NULL);
    ck_assert_double_eq(of(d, MLCI_SUM, 0), INFINITY);
    ck_assert_double_eq(of(d, MLCI_MEAN, 0), INFINITY);
    ck_assert_double_nan(of(d, MLCI_VAR, 0));
    mlc_dataset_free(d);
    d = parse("x\nNA\nnan\n", "types='x:float64'");
    ck_assert_double_eq(of(d, MLCI_SUM, 0), 0);
    ck_assert_double_nan(of(d, MLCI_MEAN, 0));
    ck_assert_double_nan(of(d, MLCI_QUANTILE, 0.5));
    ck_assert_double_eq(of(d, MLCI_FIRST, 0), -1);
    ck_assert_double_eq(of(d, MLCI_N_DISTINCT, 0), 0);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_integers_are_summed_beyond_64_bits)
{
    mlc_dataset *d = parse("x\n9223372036854775807\n9223372036854775807\n-9223372036854775807\n"
                           "-9223372036854775806\n",
                           NULL);
    ck_assert_double_eq(of(d, MLCI_SUM, 0), 1);
    mlc_dataset_free(d);
    d = parse("x\n9223372036854775807\n1\n", NULL);
    ck_assert_double_nan(of(d, MLCI_SUM, 0));
    mlc_dataset_free(d);
    d = parse("x\n-9223372036854775808\n-1\n", NULL);
    ck_assert_double_nan(of(d, MLCI_SUM, 0));
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_conditions)
{
    mlc_dataset *d = parse("x\ntrue\nfalse\nNA\n", NULL);
    ck_assert_double_eq(of(d, MLCI_ANY, 0), 1);
    ck_assert_double_eq(of(d, MLCI_ALL, 0), 0);
    ck_assert_double_eq(of(d, MLCI_SUM, 0), 1);
    ck_assert_double_eq(of(d, MLCI_MEAN, 0), 0.5);
    mlc_dataset_free(d);
    d = parse("x\nNA\n", "types='x:bool'");
    ck_assert_double_nan(of(d, MLCI_ANY, 0));
    ck_assert_double_nan(of(d, MLCI_ALL, 0));
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("aggregate_group", test_moments_of_known_values,
                 test_sums_do_not_lose_what_cancels, test_infinities_and_missing_values,
                 test_integers_are_summed_beyond_64_bits, test_conditions)
