#include "tree/sparse_rows.h"

#include "growing.h"
#include "torture.h"
#include "tree/bundle.h"

enum { N = 20000, F = 12 };

/* Rare numbers at random, indicators that exclude each other, one dense column. */
static double *make_table(void)
{
    double *const x = calloc(N * F, sizeof *x);
    for (int64_t i = 0; i < N; i++) {
        double *const row = x + i * F;
        for (uint32_t j = 0; j < 9; j++)
            row[j] = test_unit(j, i) < 0.05 ? test_unit(50 + j, i) - 0.5 : 0;
        row[9] = i % 40 == 7;
        row[10] = i % 40 == 8;
        row[11] = test_unit(80, i);
    }
    return x;
}

/* The code of bundle i in a row, from what is listed; -1: the common one. */
static int32_t listed_code(const mlci_binned *b, int32_t i, int64_t row)
{
    int32_t code = -1;
    for (int64_t e = b->row_cells[row]; e < b->row_cells[row + 1]; e++) {
        const int64_t cell = b->cells[e];
        if (e > b->row_cells[row]) ck_assert_uint_lt(b->cells[e - 1], b->cells[e]);
        ck_assert_int_ge(cell, b->first_cell[b->n_dense]);
        if (cell >= b->first_cell[i] && cell < b->first_cell[i + 1])
            code = (int32_t)cell - b->first_cell[i];
    }
    return code;
}

/* Does what is listed, or common, tell the codes of the bundles? */
static void check_rows(const mlci_binned *b)
{
    ck_assert_int_eq(b->n_dense, 1);
    ck_assert_int_eq(b->n_bundles, 11); /* the two indicators share one */
    for (int32_t i = 1; i < b->n_bundles; i++) {
        const mlci_bin_place *const place = &b->places[b->features[b->first_feature[i]]];
        ck_assert_int_gt(place->n_entries, 0);
        for (int64_t row = 0; row < b->n_train; row++) {
            const int32_t code = listed_code(b, i, row);
            ck_assert_int_eq(code < 0 ? (place->is_alone ? place->common : 0) : code,
                             b->columns[i][row]);
        }
    }
}

START_TEST(test_sparse_rows_list_every_code_that_is_not_common)
{
    double *const x = make_table();
    for (int32_t n_threads = 1; n_threads <= 7; n_threads += 2) {
        test_data d;
        test_data_open(&d, x, x, N, F, NULL, NULL, n_threads);
        check_rows(d.binned);
        test_data_close(&d);
    }
    free(x);
}
END_TEST

START_TEST(test_sparse_rows_of_few_bundles_or_rows_are_not_made)
{
    double *const x = make_table();
    test_data d;
    test_data_open(&d, x, x, 8000, F, NULL, NULL, 1);
    ck_assert_int_eq(d.binned->n_dense, d.binned->n_bundles);
    ck_assert_ptr_null(d.binned->row_cells);
    test_data_close(&d);
    for (int64_t i = 0; i < N; i++)
        for (int64_t j = 4; j < F; j++)
            x[i * F + j] = test_unit(90, i * F + j);
    test_data_open(&d, x, x, N, F, NULL, NULL, 1);
    ck_assert_int_eq(d.binned->n_dense, d.binned->n_bundles);
    test_data_close(&d);
    free(x);
}
END_TEST

/* Every fifth row is held out. */
static mlc_status list_rows(mlc_context *ctx, void *arg, mlc_error *err)
{
    enum { ROWS = 10500 };
    static int64_t position[ROWS];
    int64_t n_train = 0, n_valid = 0;
    for (int64_t i = 0; i < ROWS; i++)
        position[i] = i % 5 == 2 ? ROWS - 1 - n_valid++ : n_train++;
    const mlci_bin_rows rows = {
        .n_rows = ROWS, .n_train = n_train, .position = position, .unit = 1};
    mlc_context local, *call = NULL;
    mlci_matrix *x = NULL;
    mlci_binned *b = NULL;
    mlc_status status = mlci_call_begin(ctx, &local, MLCI_FIT, &call, err);
    if (status != MLC_OK) return status;
    status = mlci_matrix_wrap(mlci_context_root(call), arg, ROWS, F, &x, err);
    if (status == MLC_OK) status = mlci_binned_fit(call, x, &rows, 255, &b, err);
    if (status == MLC_OK) status = mlci_binned_finish(call, b, err);
    if (status == MLC_OK) {
        check_rows(b);
        mlci_torture_answer(b->cells, b->row_cells[n_train] * (int64_t)sizeof *b->cells);
    }
    mlci_binned_free(b);
    mlci_matrix_close(x);
    mlci_call_end(call);
    return status;
}

START_TEST(test_sparse_rows_leave_out_held_out_rows_and_nothing_leaks_when_memory_fails)
{
    double *const x = make_table();
    mlci_torture(list_rows, x);
    free(x);
}
END_TEST

MLCI_CHECK_SUITE("sparse_rows", test_sparse_rows_list_every_code_that_is_not_common,
                 test_sparse_rows_of_few_bundles_or_rows_are_not_made,
                 test_sparse_rows_leave_out_held_out_rows_and_nothing_leaks_when_memory_fails)
