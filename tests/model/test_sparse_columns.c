#include "tree/sparse_columns.h"

#include "boosting.h"
#include "tables.h"

static mlci_sparse_columns *read_table(mlc_context *ctx, const double *x, int64_t n, int64_t f)
{
    mlc_context local, *call = NULL;
    mlci_matrix *matrix = NULL;
    mlci_sparse_columns *s = NULL;
    ck_assert_int_eq(mlci_call_begin(ctx, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_matrix_wrap(mlci_context_root(ctx), x, n, f, &matrix, NULL), MLC_OK);
    ck_assert_int_eq(mlci_sparse_columns_read(call, matrix, &s, NULL), MLC_OK);
    mlci_matrix_close(matrix);
    mlci_call_end(call);
    return s;
}

/* Is column j of the table what is listed? Bit for bit. */
static void check_column(const mlci_sparse_columns *s, const double *x, int64_t j)
{
    int64_t row = 0;
    for (int64_t t = 0; t < s->n_tiles; t++) {
        const mlci_sparse_run run = mlci_sparse_run_of(s, t, s->column[j]);
        const int64_t end =
            run.first_row + s->tile_rows < s->n_rows ? run.first_row + s->tile_rows : s->n_rows;
        for (int64_t k = 0; row < end; row++) {
            const int is_other = k < run.n && run.first_row + run.rows[k] == row;
            const double value = is_other ? run.values[k++] : s->common[j];
            ck_assert_msg(memcmp(&value, &x[row * s->n_features + j], sizeof value) == 0,
                          "column %d, row %d", (int)j, (int)row);
        }
    }
    ck_assert_int_eq(row, s->n_rows);
}

START_TEST(test_sparse_columns_list_what_is_not_common_for_any_threads_and_isa)
{
    enum { N = 20000, F = TEST_TABLE_WIDTH };
    const char *const isas[] = {NULL, NULL, NULL, NULL, "reference"};
    const int32_t threads[] = {1, 2, 3, 7, 2};
    double *const x = test_table(N);
    for (int k = 0; k < 5; k++) {
        int32_t n_sparse = 0;
        mlc_context *const ctx = test_root(threads[k], isas[k]);
        mlci_sparse_columns *const s = read_table(ctx, x, N, F);
        ck_assert_int_gt(s->n_tiles, 2);
        for (int64_t j = 0; j < F; j++) {
            ck_assert_int_eq(s->column[j] >= 0, test_column_is_sparse(j));
            if (s->column[j] >= 0) check_column(s, x, j);
            n_sparse += s->column[j] >= 0;
        }
        ck_assert_int_eq(n_sparse, s->n_columns);
        mlci_sparse_columns_free(s);
        mlc_context_close(ctx);
    }
    free(x);
}
END_TEST

START_TEST(test_sparse_columns_of_dense_or_small_tables_are_none)
{
    enum { N = 3000, F = 9 };
    double *const x = calloc(N * F, sizeof *x);
    for (int64_t i = 0; i < N * F; i++)
        x[i] = i % F == 0 ? 0 : test_unit(0, i);
    for (int64_t i = 0; i < N; i++)
        x[i * F + 1] = i % 3 == 0;
    mlci_sparse_columns *s = read_table(NULL, x, N, F); /* one constant column of nine */
    ck_assert_int_eq(s->n_columns, 0);
    for (int j = 0; j < F; j++)
        ck_assert_int_eq(s->column[j], -1);
    mlci_sparse_columns_free(s);
    memset(x, 0, N * F * sizeof *x);
    s = read_table(NULL, x, 1000, F);
    ck_assert_int_eq(s->n_columns, 0);
    mlci_sparse_columns_free(s);
    free(x);
}
END_TEST

/* All rows but those of the sample hold other values. */
START_TEST(test_sparse_columns_that_are_not_as_the_sample_was_are_given_up)
{
    enum { N = 20000, F = 8 };
    double *const x = calloc(N * F, sizeof *x);
    for (int64_t i = 0; i < N; i++)
        for (int64_t j = 0; j < 5; j++)
            x[i * F + j] = test_unit((uint32_t)j, i);
    for (int64_t k = 0; k < 64; k++)
        for (int64_t j = 0; j < 5; j++)
            x[(k * N / 64) * F + j] = 3;
    x[(N - 1) * F + 6] = 1; /* one odd value, in the last row */
    mlc_context *const ctx = test_root(2, NULL);
    mlci_sparse_columns *const s = read_table(ctx, x, N, F);
    ck_assert_int_eq(s->n_columns, F);
    for (int64_t j = 0; j < F; j++) {
        ck_assert_int_eq(s->column[j] >= 0, j >= 5);
        if (j >= 5) check_column(s, x, j);
    }
    ck_assert_int_eq(mlci_sparse_run_of(s, s->n_tiles - 1, s->column[6]).n, 1);
    mlci_sparse_columns_drop_values(s);
    ck_assert_ptr_null(mlci_sparse_run_of(s, 0, s->column[6]).values);
    mlci_sparse_columns_free(s);
    mlc_context_close(ctx);
    free(x);
}
END_TEST

MLCI_CHECK_SUITE("sparse_columns",
                 test_sparse_columns_list_what_is_not_common_for_any_threads_and_isa,
                 test_sparse_columns_of_dense_or_small_tables_are_none,
                 test_sparse_columns_that_are_not_as_the_sample_was_are_given_up)
