/* Cells as text. */
#include "cell.h"
#include "csv_reading.h"

START_TEST(test_cell_texts_are_exact)
{
    mlc_dataset *d =
        parse("i,f,g,w,b,t\n-3,0.1,0.1,x,true,2024-02-29\n", "types='g:float32,t:timestamp'");
    static const char *const expected[] = {"-3", "0.1", "0.1", "x", "true", "2024-02-29T00:00:00Z"};
    for (int j = 0; j < 6; j++) {
        const mlci_shown shown = {&d->fields[j], -1};
        mlci_text t = mlci_text_init(NULL);
        mlci_cell_append(&shown, 0, 0, &t);
        ck_assert_str_eq(t.data, expected[j]);
        mlci_text_clear(&t);
    }
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_cell_texts_have_the_digits_asked_for)
{
    mlc_dataset *d = parse("f,g\n0.123456,0.123456\n", "types='g:float32'");
    for (int j = 0; j < 2; j++) {
        const mlci_shown shown = {&d->fields[j], -1};
        mlci_text t = mlci_text_init(NULL);
        mlci_cell_append(&shown, 0, 3, &t);
        ck_assert_str_eq(t.data, "0.123");
        mlci_text_clear(&t);
    }
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_cell_components_of_dense_and_sparse_vectors_agree)
{
    static const double dense[] = {0, 2, 0, 0, 0, 0, 5, 0, 7.25};
    int64_t *const offsets = mlci_alloc(NULL, 4, 8);
    int32_t *const indices = mlci_alloc(NULL, 3, 4);
    double *const values = mlci_alloc(NULL, 3, 8);
    offsets[1] = offsets[2] = 1;
    offsets[3] = 3;
    indices[0] = 1, indices[1] = 0, indices[2] = 2;
    values[0] = 2, values[1] = 5, values[2] = 7.25;
    mlci_column *sparse = NULL, *column = NULL;
    ck_assert_int_eq(mlci_column_create_sparse(NULL, 3, 3, offsets, indices, values, &sparse, NULL),
                     MLC_OK);
    ck_assert_int_eq(mlci_column_create(NULL, MLC_TYPE_VECTOR, 3, 3, 0, &column, NULL), MLC_OK);
    memcpy(mlci_column_data(column), dense, sizeof dense);
    for (int64_t i = 0; i < 3; i++) {
        for (int64_t c = 0; c < 3; c++) {
            ck_assert_double_eq(mlci_cell_component(sparse, i, c), dense[3 * i + c]);
            ck_assert_double_eq(mlci_cell_component(column, i, c), dense[3 * i + c]);
        }
    }
    mlci_column_unref(sparse);
    mlci_column_unref(column);
}
END_TEST

START_TEST(test_cell_shown_columns_take_vectors_apart)
{
    static const double x[6] = {0};
    const mlc_array arrays[] = {{.size = sizeof(mlc_array),
                                 .name = "v",
                                 .type = MLC_TYPE_FLOAT64,
                                 .data = x,
                                 .n_rows = 2,
                                 .n_columns = 3},
                                {.size = sizeof(mlc_array),
                                 .name = "y",
                                 .type = MLC_TYPE_FLOAT64,
                                 .data = x,
                                 .n_rows = 2,
                                 .n_columns = 1}};
    mlc_dataset *d = NULL;
    ck_assert_int_eq(mlc_dataset_from_arrays(NULL, arrays, 2, NULL, &d, NULL), MLC_OK);
    mlci_shown *shown = NULL;
    int64_t n = 0, n_all = 0;
    ck_assert_int_eq(mlci_shown_columns(d, 2, &shown, &n, &n_all, NULL), MLC_OK);
    ck_assert_int_eq(n, 2);
    ck_assert_int_eq(n_all, 4);
    mlci_free(shown);
    ck_assert_int_eq(mlci_shown_columns(d, 99, &shown, &n, &n_all, NULL), MLC_OK);
    ck_assert_int_eq(n, 4);
    ck_assert_int_eq(shown[2].component, 2);
    mlci_text t = mlci_text_init(NULL);
    mlci_shown_name(&shown[3], &t);
    ck_assert_str_eq(t.data, "y");
    mlci_text_clear(&t);
    mlci_free(shown);
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("cell", test_cell_texts_are_exact, test_cell_texts_have_the_digits_asked_for,
                 test_cell_components_of_dense_and_sparse_vectors_agree,
                 test_cell_shown_columns_take_vectors_apart)
