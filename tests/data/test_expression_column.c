/* Columns of many rows: the same for any number of threads, and when memory fails. */
#include "expressing.h"
#include "torture.h"

static mlc_dataset *many(int64_t n)
{
    mlci_text csv = mlci_text_init(NULL);
    mlci_text_append_text(&csv, "i,r,c,t\n");
    for (int64_t k = 0; k < n; k++) {
        mlci_text_append_format(&csv, "%lld,", (long long)(k * 7919 % 1000));
        if (k % 7 != 0) mlci_text_append_real(&csv, (double)(k % 101) / 8);
        mlci_text_append_format(&csv, ",%s,row %lld\n",
                                k % 11 == 0 ? ""
                                : k % 3     ? "Yes"
                                            : "no",
                                (long long)k);
    }
    mlc_dataset *d = parse(csv.data, "types='c:category,t:text'");
    mlci_text_clear(&csv);
    return d;
}

/* The bytes of the column that an expression gives with so many threads. */
static void bytes_of(const mlc_dataset *d, const char *expression, int32_t n_threads,
                     mlci_text *out)
{
    mlc_context local, *call = NULL;
    mlci_expression *e = NULL;
    mlci_column *c = NULL;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    call->n_threads = n_threads;
    ck_assert_int_eq(mlci_expression_parse(NULL, expression, d, &e, NULL), MLC_OK);
    ck_assert_int_eq(mlci_expression_column(call, e, d, &c, NULL), MLC_OK);
    const int64_t n_bits = (c->n_rows + 7) / 8;
    if (c->valid != NULL) mlci_text_append(out, (const char *)c->valid, n_bits);
    if (c->type == MLC_TYPE_TEXT) {
        mlci_text_append(out, (const char *)c->offsets, 8 * (c->n_rows + 1));
        mlci_text_append(out, c->values, c->offsets[c->n_rows]);
    } else {
        mlci_text_append(out, c->values, c->type == MLC_TYPE_BOOL ? n_bits : 8 * c->n_rows);
    }
    mlci_column_unref(c);
    mlci_expression_free(e);
    mlci_call_end(call);
}

START_TEST(test_threads_cannot_be_seen_in_the_result)
{
    static const char *const expressions[] = {"i * 3 + 1", "exp(r / 3) - r ** 1.7",
                                              "c == 'Yes' and i > 500", "upper(t) + text(r)"};
    mlc_dataset *d = many(40001);
    for (int k = 0; k < 4; k++) {
        mlci_text one = mlci_text_init(NULL), more = mlci_text_init(NULL);
        bytes_of(d, expressions[k], 1, &one);
        for (int32_t n = 2; n <= 7; n += 5) {
            mlci_text_clear(&more);
            bytes_of(d, expressions[k], n, &more);
            ck_assert_int_eq(one.length, more.length);
            ck_assert_mem_eq(one.data, more.data, (size_t)one.length);
        }
        mlci_text_clear(&one);
        mlci_text_clear(&more);
    }
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_a_condition_must_be_one)
{
    mlc_context local, *call = NULL;
    mlci_column *column = NULL;
    mlc_error err;
    mlc_dataset *d = parse("a\n1\n", NULL);
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_expression_condition(call, "a + 1", d, &column, &err), MLC_ERROR_SYNTAX);
    ck_assert_str_eq(err.message, "expression:1:1: a condition is needed, but this is int64: "
                                  "compare it with something");
    ck_assert_int_eq(mlci_expression_condition(call, "a + 1 > 0", d, &column, &err), MLC_OK);
    mlci_column_unref(column);
    mlci_call_end(call);
    mlc_dataset_free(d);
}
END_TEST

static mlc_status evaluate_all(mlc_context *ctx, void *arg, mlc_error *err)
{
    static const char *const expressions[] = {"upper(t) + text(i)", "lower(c)",
                                              "c in ('no', 'x') or length(t) > i * 2 + 1", "c"};
    mlc_context local, *call = NULL;
    mlc_status status = mlci_call_begin(ctx, &local, MLCI_FIT, &call, err);
    if (status != MLC_OK) return status;
    for (int k = 0; k < 4 && status == MLC_OK; k++) {
        mlci_expression *e = NULL;
        mlci_column *column = NULL;
        status = mlci_expression_parse(call->root, expressions[k], arg, &e, err);
        if (status == MLC_OK) status = mlci_expression_column(call, e, arg, &column, err);
        if (status == MLC_OK) mlci_torture_answer(&column->n_missing, 8);
        mlci_column_unref(column);
        mlci_expression_free(e);
    }
    mlci_call_end(call);
    return status;
}

START_TEST(test_when_memory_fails_nothing_leaks)
{
    mlc_dataset *d = many(50);
    mlci_torture(evaluate_all, d);
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("expression_column", test_threads_cannot_be_seen_in_the_result,
                 test_a_condition_must_be_one, test_when_memory_fails_nothing_leaks)
