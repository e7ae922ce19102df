/* The matrix view: blocks, columns, sparse rows, flags, and records that agree with them. */
#include "matrix.h"

#include <math.h>
#include <string.h>

#include "check_suite.h"
#include "descriptor.h"
#include "making.h"
#include "torture.h"

#define TREE (MLCI_CAN_MISSING | MLCI_CAN_CATEGORY)
enum { N = 700, W = 8 };

static double reals[N], matrix[N * 3];
static int64_t integers[N];
static float singles[N];
static uint8_t bits[N / 8 + 1], valid[N / 8 + 1];
static const char *words[N];

/* Columns of each kind with gaps and NaN; two rows in three thousand are out of range. */
static mlc_dataset *mixed(int64_t shift)
{
    static const char *const levels[] = {"a", "b", NULL, "c", "d", "e"};
    memset(bits, 0, sizeof bits);
    memset(valid, 0, sizeof valid);
    for (int64_t i = 0; i < N; i++) {
        const int64_t k = i + shift;
        reals[i] = k % 11 == 3 ? (double)NAN : (double)(k * 37 % 101) / 7;
        integers[i] = k * 13 % 17 - 5;
        singles[i] = (float)(k % 29) / 3;
        if (k % 3 == 0) bits[i >> 3] = (uint8_t)(bits[i >> 3] | 1U << (i & 7));
        if (k % 5 != 1) valid[i >> 3] = (uint8_t)(valid[i >> 3] | 1U << (i & 7));
        words[i] = levels[k % 6];
        for (int j = 0; j < 3; j++)
            matrix[i * 3 + j] = k % 7 == 2 ? 0 : (double)(k + j);
    }
    mlc_array arrays[] = {making_real("x", N, reals),
                          making_integer("i", N, integers),
                          making_array("f", MLC_TYPE_FLOAT32, N, singles),
                          making_array("b", MLC_TYPE_BOOL, N, bits),
                          making_category("c", N, words),
                          making_matrix("m", N, 3, matrix)};
    arrays[1].valid = valid;
    return making_dataset(arrays, 6, NULL);
}

static mlc_context local, *call;

static mlci_features *fit(const mlc_dataset *d)
{
    mlci_features *f = NULL;
    mlc_error err = {0};
    ck_assert_msg(mlci_features_fit(call, d, "tree", TREE, &f, &err) == MLC_OK, "%s", err.message);
    return f;
}

static mlci_matrix *open_matrix(const mlci_features *f, const mlc_dataset *d)
{
    mlci_matrix *m = NULL;
    mlc_error err = {0};
    ck_assert_msg(mlci_matrix_open(call, f, d, &m, &err) == MLC_OK, "%s", err.message);
    return m;
}

static void begin(void)
{
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_PREDICT, &call, NULL), MLC_OK);
}

static int same_bits(double a, double b)
{
    return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}

START_TEST(test_block_when_read_is_what_cells_say)
{
    begin();
    mlc_dataset *d = mixed(0);
    mlci_features *f = fit(d);
    mlci_matrix *m = open_matrix(f, d);
    static double block[N * (W + 1)];
    ck_assert_int_eq(m->n_features, W);
    mlci_matrix_block(m, 0, N, block, W + 1);
    const char *const cells[] = {"x", "i", "f", "b", "c", "m[m0]", "m[m1]", "m[m2]"};
    for (int64_t i = 0; i < N; i++) {
        for (int j = 0; j < W; j++) {
            ck_assert(same_bits(block[i * (W + 1) + j], making_cell(d, cells[j], i)));
        }
    }
    mlci_matrix_close(m);
    mlci_features_unref(f);
    mlc_dataset_free(d);
    mlci_call_end(call);
}
END_TEST

START_TEST(test_rows_when_they_lie_without_gaps_are_not_copied)
{
    begin();
    const double x[] = {1, 2, 3, 4, 5, 6};
    static double block[N * W], memory[N * W];
    mlci_matrix *wrapped = NULL;
    ck_assert_int_eq(mlci_matrix_wrap(NULL, x, 3, 2, &wrapped, NULL), MLC_OK);
    ck_assert_ptr_eq(mlci_matrix_rows(wrapped, 1, 2, memory), x + 2);
    mlci_matrix_close(wrapped);

    const uint8_t all_but_one = 5;
    mlc_array gaps = making_matrix("m", 3, 2, x), next = making_matrix("m", 3, 2, x);
    gaps.valid = &all_but_one;
    const mlc_array two[] = {next, making_real("y", 3, x)};
    mlc_dataset *sets[] = {mixed(0), making_dataset(&gaps, 1, NULL), making_dataset(two, 2, NULL)};
    for (int k = 0; k < 3; k++) {
        mlci_features *f = fit(sets[k]);
        mlci_matrix *m = open_matrix(f, sets[k]);
        mlci_matrix_block(m, 1, 2, block, m->n_features);
        ck_assert_ptr_eq(mlci_matrix_rows(m, 1, 2, memory), memory);
        for (int64_t i = 0; i < 2 * m->n_features; i++)
            ck_assert(same_bits(memory[i], block[i]));
        mlci_matrix_close(m);
        mlci_features_unref(f);
        mlc_dataset_free(sets[k]);
    }
    mlci_call_end(call);
}
END_TEST

START_TEST(test_columns_that_lie_side_by_side_are_read_together)
{
    begin();
    const double x[] = {1, 2, 3, 4, 5, 6};
    const mlc_array arrays[] = {making_matrix("m", 3, 2, x), making_real("y", 3, x)};
    mlc_dataset *d = making_dataset(arrays, 2, NULL);
    mlci_features *f = fit(d);
    mlci_matrix *m = open_matrix(f, d);
    ck_assert_int_eq(mlci_matrix_together(m, 0, 8), 2);
    ck_assert_int_eq(mlci_matrix_together(m, 0, 1), 1);
    ck_assert_int_eq(mlci_matrix_together(m, 1, 8), 1);
    ck_assert_int_eq(mlci_matrix_together(m, 2, 8), 1);
    mlci_matrix_close(m);
    mlci_features_unref(f);
    mlc_dataset_free(d);
    mlci_call_end(call);
}
END_TEST

/* Any block, column and sparse row says the same as the whole block; so does a view. */
START_TEST(test_readers_when_compared_agree)
{
    begin();
    mlc_dataset *d = mixed(0), *v = NULL;
    ck_assert_int_eq(mlc_dataset_rows(NULL, d, NULL, 13, N - 20, &v, NULL), MLC_OK);
    mlci_features *f = fit(d);
    mlci_matrix *m = open_matrix(f, d), *of_view = open_matrix(f, v);
    static double all[N * W], part[256 * W], column[N];
    mlci_matrix_block(m, 0, N, all, W);
    for (int64_t first = 0; first < N; first += 100) {
        mlci_matrix_block(m, first, 100, part, W);
        for (int64_t i = 0; i < 100 * W; i++)
            ck_assert(same_bits(part[i], all[first * W + i]));
    }
    mlci_matrix_block(of_view, 0, 256, part, W);
    for (int64_t i = 0; i < 256 * W; i++)
        ck_assert(same_bits(part[i], all[13 * W + i]));
    for (int64_t j = 0; j < W; j++) {
        mlci_matrix_column(m, j, column);
        for (int64_t i = 0; i < N; i++)
            ck_assert(same_bits(column[i], all[i * W + j]));
    }
    for (int64_t j = 0; j < W; j++) {
        static double columns[N * W];
        mlci_matrix_columns(m, j, W - j, columns);
        for (int64_t i = 0; i < N * (W - j); i++)
            ck_assert(same_bits(columns[i], all[i % N * W + j + i / N]));
        mlci_matrix_columns(m, j, 1, columns);
        for (int64_t i = 0; i < N; i++)
            ck_assert(same_bits(columns[i], all[i * W + j]));
    }
    for (int64_t i = 0; i < N; i++) {
        int32_t positions[W];
        double values[W], row[W] = {0};
        const int64_t n = mlci_matrix_sparse_row(m, i, positions, values);
        for (int64_t k = 0; k < n; k++) {
            ck_assert(values[k] != 0 && (k == 0 || positions[k] > positions[k - 1]));
            row[positions[k]] = values[k];
        }
        for (int j = 0; j < W; j++)
            ck_assert(same_bits(row[j] + 0, all[i * W + j] + 0));
    }
    mlci_matrix_close(m);
    mlci_matrix_close(of_view);
    mlci_features_unref(f);
    mlc_dataset_free(v);
    mlc_dataset_free(d);
    mlci_call_end(call);
}
END_TEST

/* Record i of a dataset as cells. */
static void cells_of(const mlc_dataset *d, int64_t i, mlc_value cells[W])
{
    const char *const names[] = {"x", "i", "f", "b", "c", "m[m0]", "m[m1]", "m[m2]"};
    memset(cells, 0, W * sizeof *cells);
    for (int j = 0; j < W; j++) {
        if (j == 4) {
            int64_t length = 0;
            ck_assert_int_eq(mlc_dataset_text(d, "c", i, &cells[j].text, &length, NULL), MLC_OK);
            cells[j].length = (int32_t)length;
            cells[j].kind = cells[j].text != NULL ? MLC_TEXT : MLC_MISSING;
        } else {
            cells[j].real = making_cell(d, names[j], i);
            cells[j].kind = isnan(cells[j].real) ? MLC_MISSING : MLC_REAL;
        }
    }
}

START_TEST(test_rows_when_single_give_the_bits_and_flags_of_the_block)
{
    begin();
    mlc_dataset *d = mixed(0);
    mlc_dataset *train = making_rows(d, 5, (int64_t[]){0, 1, 6, 7, 60});
    mlci_features *f = fit(train);
    mlci_matrix *m = open_matrix(f, d);
    static double block[N * W];
    static int64_t flags[N];
    int64_t seen = 0;
    mlci_matrix_block(m, 0, N, block, W);
    mlci_matrix_flags(m, 0, N, flags);
    for (int64_t i = 0; i < N; i++) {
        mlc_value cells[W];
        double row[W];
        int64_t row_flags = 0;
        cells_of(d, i, cells);
        mlci_features_row(f, cells, row, &row_flags);
        for (int j = 0; j < W; j++)
            ck_assert(same_bits(row[j], block[i * W + j]));
        ck_assert_int_eq(row_flags, flags[i]);
        seen |= row_flags;
    }
    ck_assert_int_eq(seen, MLC_FLAG_MISSING | MLC_FLAG_UNSEEN | MLC_FLAG_OUT_OF_RANGE);
    mlci_matrix_close(m);
    mlci_features_unref(f);
    mlc_dataset_free(train);
    mlc_dataset_free(d);
    mlci_call_end(call);
}
END_TEST

START_TEST(test_open_when_dictionaries_differ_uses_the_models_codes)
{
    begin();
    const char *const trained[] = {"b", "c"}, *const given[] = {"a", "c", NULL, "b"};
    const mlc_array train_array = making_category("c", 2, trained);
    const mlc_array arrays[] = {making_real("z", 4, (double[]){1, 2, 3, 4}),
                                making_text("c", 4, given)};
    mlc_dataset *train = making_dataset(&train_array, 1, NULL);
    mlc_dataset *d = making_dataset(arrays, 2, NULL);
    mlci_features *f = fit(train);
    mlci_matrix *m = open_matrix(f, d);
    double column[4];
    int64_t flags[4];
    mlci_matrix_column(m, 0, column);
    mlci_matrix_flags(m, 0, 4, flags);
    ck_assert(column[0] == -1 && column[1] == 1 && isnan(column[2]) && column[3] == 0);
    ck_assert(flags[0] == MLC_FLAG_UNSEEN && flags[1] == 0 && flags[2] == MLC_FLAG_MISSING);
    mlci_matrix_close(m);
    mlci_features_unref(f);
    mlc_dataset_free(d);
    mlc_dataset_free(train);
    mlci_call_end(call);
}
END_TEST

/* Fitted on one array; the matrix is asked of another of the same name. */
static void assert_refused(mlc_array train, mlc_array given, const char *says)
{
    mlc_dataset *a = making_dataset(&train, 1, NULL), *b = making_dataset(&given, 1, NULL);
    mlci_features *f = fit(a);
    mlci_matrix *m = NULL;
    making_assert_fails(mlci_matrix_open(call, f, b, &m, err), MLC_ERROR_COLUMN, says);
    ck_assert_ptr_null(m);
    mlci_features_unref(f);
    mlc_dataset_free(a);
    mlc_dataset_free(b);
}

START_TEST(test_open_when_a_column_is_another_kind_is_refused)
{
    const char *const texts[] = {"a", "b"};
    const mlc_array text = making_text("x", 2, texts),
                    number = making_real("x", 2, (double[]){1, 2});
    const mlc_array integer = making_integer("x", 2, (int64_t[]){1, 2});
    const mlc_array time = making_array("x", MLC_TYPE_TIMESTAMP, 2, (int64_t[]){1, 2});
    const mlc_array two = making_matrix("x", 2, 2, (double[]){1, 2, 3, 4});
    const mlc_array three = making_matrix("x", 2, 3, (double[]){1, 2, 3, 4, 5, 6});
    begin();
    assert_refused(text, integer, "column 'x' is int64; the model was fitted with text");
    assert_refused(number, text, "column 'x' is text; the model was fitted with float64");
    assert_refused(number, time, "column 'x' is timestamp; the model was fitted with float64");
    assert_refused(two, number, "column 'x' is float64; the model was fitted with vector");
    assert_refused(number, two, "column 'x' is vector; the model was fitted with float64");
    assert_refused(two, three, "column 'x' has 3 components; the model was fitted with 2");
    mlc_array renamed = number;
    renamed.name = "xy";
    assert_refused(number, renamed, "no column 'x': did you mean 'xy'?");
    mlci_call_end(call);
}
END_TEST

START_TEST(test_open_when_components_have_another_order_is_refused)
{
    const mlc_array array = making_matrix("x", 2, 2, (double[]){1, 2, 3, 4});
    const char *const one[] = {"a", "b"}, *const other[] = {"b", "a"};
    mlc_dataset *a = making_dataset(&array, 1, NULL), *b = making_dataset(&array, 1, NULL);
    mlci_matrix *m = NULL;
    ck_assert_int_eq(mlci_column_set_components(a->fields[0].column, one, NULL), MLC_OK);
    ck_assert_int_eq(mlci_column_set_components(b->fields[0].column, other, NULL), MLC_OK);
    begin();
    mlci_features *f = fit(a);
    making_assert_fails(mlci_matrix_open(call, f, b, &m, err), MLC_ERROR_COLUMN,
                        "component 1 of column 'x' is 'b'; the model was fitted with 'a'");
    mlci_features_unref(f);
    mlc_dataset_free(a);
    mlc_dataset_free(b);
    mlci_call_end(call);
}
END_TEST

START_TEST(test_open_when_all_rows_are_missing_takes_any_type)
{
    const char *const texts[] = {"a", "b"}, *const none[] = {NULL, NULL};
    const uint8_t no = 0;
    const mlc_array train[] = {making_real("x", 2, (double[]){1, 2}), making_text("c", 2, texts)};
    mlc_array given[] = {making_text("x", 2, none), making_integer("c", 2, (int64_t[]){1, 2})};
    given[1].valid = &no;
    mlc_dataset *a = making_dataset(train, 2, NULL), *b = making_dataset(given, 2, NULL);
    double block[4];
    begin();
    mlci_features *f = fit(a);
    mlci_matrix *m = open_matrix(f, b);
    mlci_matrix_block(m, 0, 2, block, 2);
    for (int i = 0; i < 4; i++)
        ck_assert(isnan(block[i]));
    mlci_matrix_close(m);
    mlci_features_unref(f);
    mlc_dataset_free(a);
    mlc_dataset_free(b);
    mlci_call_end(call);
}
END_TEST

/* [0 5 0 NaN; 0 0 0 0; 1 0 2 0] as CSR beside a number. */
static mlc_dataset *sparse(void)
{
    int64_t *offsets = mlci_alloc(NULL, 4, sizeof *offsets);
    int32_t *indices = mlci_alloc(NULL, 4, sizeof *indices);
    double *values = mlci_alloc(NULL, 4, sizeof *values);
    mlci_column *columns[2] = {NULL, NULL};
    mlc_dataset *d = NULL;
    const char *const names[] = {"s", "x"};
    memcpy(offsets, (int64_t[]){0, 2, 2, 4}, 4 * sizeof *offsets);
    memcpy(indices, (int32_t[]){1, 3, 0, 2}, 4 * sizeof *indices);
    memcpy(values, (double[]){5, NAN, 1, 2}, 4 * sizeof *values);
    ck_assert_int_eq(
        mlci_column_create_sparse(NULL, 3, 4, offsets, indices, values, &columns[0], NULL), MLC_OK);
    ck_assert_int_eq(mlci_column_create(NULL, MLC_TYPE_FLOAT64, 3, 1, 0, &columns[1], NULL),
                     MLC_OK);
    ((double *)mlci_column_data(columns[1]))[2] = 7;
    ck_assert_int_eq(mlci_dataset_create(NULL, 2, names, columns, NULL, &d, NULL), MLC_OK);
    mlci_column_unref(columns[0]);
    mlci_column_unref(columns[1]);
    return d;
}

START_TEST(test_sparse_when_read_each_way_says_the_same)
{
    begin();
    mlc_dataset *d = sparse();
    mlci_features *f = fit(d);
    mlci_matrix *m = open_matrix(f, d);
    const double wanted[] = {0, 5, 0, NAN, 0, 0, 0, 0, 0, 0, 1, 0, 2, 0, 7};
    double block[15], column[3], values[5];
    int32_t positions[5];
    int64_t flags[3];
    ck_assert_int_eq(m->is_sparse, 1);
    mlci_matrix_block(m, 0, 3, block, 5);
    for (int i = 0; i < 15; i++)
        ck_assert(same_bits(block[i], wanted[i]));
    for (int j = 0; j < 5; j++) {
        mlci_matrix_column(m, j, column);
        for (int i = 0; i < 3; i++)
            ck_assert(same_bits(column[i], wanted[i * 5 + j]));
    }
    ck_assert_int_eq(mlci_matrix_sparse_row(m, 1, positions, values), 0);
    ck_assert_int_eq(mlci_matrix_sparse_row(m, 2, positions, values), 3);
    ck_assert(positions[0] == 0 && positions[1] == 2 && positions[2] == 4 && values[2] == 7);
    mlci_matrix_flags(m, 0, 3, flags);
    ck_assert(flags[0] == MLC_FLAG_MISSING && flags[1] == 0 && flags[2] == 0);
    making_assert_fails(mlci_matrix_check(m, "ridge", 0, err), MLC_ERROR_DATA,
                        "column 's' is NaN in row 1: 'ridge' needs finite values");
    ck_assert_int_eq(mlci_matrix_check(m, "ridge", MLCI_CAN_MISSING, NULL), MLC_OK);
    mlci_matrix_close(m);
    mlci_features_unref(f);
    mlc_dataset_free(d);
    mlci_call_end(call);
}
END_TEST

START_TEST(test_zeros_when_missing_are_so_however_they_are_read)
{
    begin();
    mlc_dataset *data[2] = {mixed(0), sparse()};
    for (int v = 0; v < 2; v++) {
        mlci_features *f = fit(data[v]);
        mlci_matrix *m = open_matrix(f, data[v]);
        const int64_t n = m->n_rows, w = m->n_features;
        double *const seen = malloc((size_t)(n * w) * sizeof *seen);
        double *const hidden = malloc((size_t)(n * w) * sizeof *hidden);
        double *const other = malloc((size_t)(n * w) * sizeof *other);
        int n_zeros = 0;
        mlci_matrix_block(m, 0, n, seen, w);
        f->zero_is_missing = 1;
        mlci_matrix_block(m, 0, n, hidden, w);
        for (int64_t i = 0; i < n * w; i++) {
            const int is_category = f->inputs[mlci_features_input(f, i % w)].dictionary != NULL;
            const int is_hidden = seen[i] == 0 && !is_category;
            n_zeros += is_hidden;
            ck_assert(is_hidden ? isnan(hidden[i]) : same_bits(hidden[i], seen[i]));
        }
        ck_assert_int_gt(n_zeros, 0);
        const double *const rows = mlci_matrix_rows(m, 0, n < 256 ? n : 256, other);
        for (int64_t i = 0; i < (n < 256 ? n : 256) * w; i++)
            ck_assert(isnan(hidden[i]) ? isnan(rows[i]) : same_bits(rows[i], hidden[i]));
        mlci_matrix_columns(m, 0, w, other);
        for (int64_t i = 0; i < n * w; i++) {
            const double x = other[i % w * n + i / w];
            ck_assert(isnan(hidden[i]) ? isnan(x) : same_bits(x, hidden[i]));
        }
        free(seen);
        free(hidden);
        free(other);
        mlci_matrix_close(m);
        mlci_features_unref(f);
        mlc_dataset_free(data[v]);
    }
    mlci_call_end(call);
}
END_TEST

START_TEST(test_wrap_when_given_doubles_reads_them_in_place)
{
    const double x[] = {1, 2, 3, 4, 5, 6};
    double block[4];
    mlci_matrix *m = NULL;
    mlci_text name = mlci_text_init(NULL);
    ck_assert_int_eq(mlci_matrix_wrap(NULL, x, 2, 3, &m, NULL), MLC_OK);
    ck_assert_int_eq(m->n_rows, 2);
    mlci_matrix_block(m, 1, 1, block, 3);
    ck_assert(block[0] == 4 && block[2] == 6);
    mlci_features_name(m->features, 2, &name);
    ck_assert_str_eq(name.data, "x2");
    mlci_text_clear(&name);
    mlci_matrix_close(m);
    mlci_matrix_close(NULL);
}
END_TEST

static mlc_status open_and_wrap(mlc_context *ctx, void *arg, mlc_error *err)
{
    const char *const texts[] = {"a", "b", NULL};
    const mlc_array arrays[] = {making_real("x", 3, (double[]){1, 2, 3}),
                                making_text("c", 3, texts)};
    mlc_context own, *c = NULL;
    mlc_dataset *d = NULL, *v = NULL;
    mlci_features *f = NULL;
    mlci_matrix *m = NULL, *wrapped = NULL;
    MLCI_TRY(mlci_call_begin(ctx, &own, MLCI_PREDICT, &c, err));
    mlc_status status = mlc_dataset_from_arrays(ctx, arrays, 2, NULL, &d, err);
    if (status == MLC_OK) status = mlc_dataset_rows(ctx, d, NULL, 1, 2, &v, err);
    if (status == MLC_OK) status = mlci_features_fit(c, d, "tree", TREE, &f, err);
    if (status == MLC_OK) status = mlci_matrix_open(c, f, v, &m, err);
    if (status == MLC_OK) {
        status =
            mlci_matrix_wrap(mlci_context_root(ctx), (double[]){1, 2, 3, 4}, 2, 2, &wrapped, err);
    }
    mlci_matrix_close(m);
    mlci_matrix_close(wrapped);
    mlci_features_unref(f);
    mlc_dataset_free(v);
    mlc_dataset_free(d);
    mlci_call_end(c);
    return status;
}
MLCI_TORTURE_TEST(test_matrix_when_memory_fails_leaks_nothing, open_and_wrap, NULL)

MLCI_CHECK_SUITE("matrix", test_block_when_read_is_what_cells_say,
                 test_rows_when_they_lie_without_gaps_are_not_copied,
                 test_columns_that_lie_side_by_side_are_read_together,
                 test_readers_when_compared_agree,
                 test_rows_when_single_give_the_bits_and_flags_of_the_block,
                 test_open_when_dictionaries_differ_uses_the_models_codes,
                 test_open_when_a_column_is_another_kind_is_refused,
                 test_open_when_components_have_another_order_is_refused,
                 test_open_when_all_rows_are_missing_takes_any_type,
                 test_sparse_when_read_each_way_says_the_same,
                 test_zeros_when_missing_are_so_however_they_are_read,
                 test_wrap_when_given_doubles_reads_them_in_place,
                 test_matrix_when_memory_fails_leaks_nothing)
