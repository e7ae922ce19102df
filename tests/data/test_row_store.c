/* Rows of cells that become columns: what fits which type, and that a push is all or nothing. */
#include "row_store.h"

#include <math.h>
#include <string.h>

#include "check_suite.h"
#include "making.h"
#include "torture.h"

#define COLUMNS "ok:bool,n:int64,f:float32,x:float64,c:category,t:text,at:timestamp"

static mlc_value real(double value)
{
    return (mlc_value){.kind = MLC_REAL, .real = value};
}

static mlc_value integer(int64_t value)
{
    return (mlc_value){.kind = MLC_INTEGER, .integer = value};
}

static mlc_value text(const char *value)
{
    return (mlc_value){.kind = MLC_TEXT, .length = (int32_t)strlen(value), .text = value};
}

static mlci_row_store open_store(mlci_root *root, const char *columns)
{
    mlci_row_store store;
    mlc_error err = {0};
    ck_assert_msg(mlci_row_store_open(root, columns, &store, &err) == MLC_OK, "%s", err.message);
    return store;
}

static mlc_dataset *dataset_of(mlci_row_store *store)
{
    mlc_dataset *dataset = NULL;
    mlc_error err = {0};
    ck_assert_msg(mlci_row_store_dataset(store, &dataset, &err) == MLC_OK, "%s", err.message);
    return dataset;
}

START_TEST(test_rows_when_cells_fit_become_columns_of_the_types_declared)
{
    mlci_row_store store = open_store(NULL, COLUMNS);
    const mlc_value none = {0};
    const mlc_value rows[] = {integer(1),
                              real(-5),
                              real(0.1),
                              integer(7),
                              text("b"),
                              text("\xC3\xA9t\xC3\xA9"),
                              text("1970-01-01T00:00:01Z"),
                              none,
                              none,
                              none,
                              none,
                              none,
                              none,
                              none,
                              real(0),
                              integer(INT64_MIN),
                              integer(3),
                              real((double)INFINITY),
                              text("a"),
                              text(""),
                              integer(-1)};
    ck_assert_int_eq(mlci_row_store_add(&store, rows, 3, NULL), MLC_OK);
    mlc_dataset *d = dataset_of(&store);
    mlci_row_store_close(&store);
    ck_assert_int_eq(mlc_dataset_n_rows(d), 3);
    for (int j = 0; j < 7; j++) {
        ck_assert_int_eq(mlc_dataset_column_type(d, j), j + 1);
        ck_assert(!mlci_column_is_valid(d->fields[j].column, 1));
    }
    ck_assert_double_eq(making_cell(d, "ok", 0), 1);
    ck_assert_double_eq(making_cell(d, "ok", 2), 0);
    ck_assert_int_eq(((const int64_t *)d->fields[1].column->values)[2], INT64_MIN);
    ck_assert_double_eq(making_cell(d, "f", 0), (double)0.1F);
    ck_assert_double_eq(making_cell(d, "x", 0), 7);
    ck_assert(isinf(making_cell(d, "x", 2)));
    making_assert_text(d, "c", 0, "b");
    making_assert_text(d, "c", 1, NULL);
    making_assert_text(d, "t", 0, "\xC3\xA9t\xC3\xA9");
    making_assert_text(d, "t", 2, "");
    ck_assert_double_eq(making_cell(d, "at", 0), 1e6);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_rows_when_a_cell_does_not_fit_names_it_and_adds_nothing)
{
    static const char *const says[] = {
        "row 2, column 'ok' is an integer that does not fit: bool needs 0 or 1",
        "row 2, column 'n' is a real that does not fit: int64 needs an integer",
        "row 2, column 'f' is a text that does not fit",
        "row 2, column 'x' is an integer that does not fit: float64 needs a real, or an integer",
        "row 2, column 'c' is an integer that does not fit: category needs a text",
        "row 2, column 't' is a text that does not fit",
        "row 2, column 'at' is a real that does not fit: timestamp needs microseconds",
        "row 2, column 'at' is a text",
        "row 2, column 'ok': 9 is no kind of a value",
        "row 2, column 't' is a text",
        "row 2, column 't' is a text"};
    const int32_t column[] = {0, 1, 2, 3, 4, 5, 6, 6, 0, 5, 5};
    mlc_value bad[] = {integer(2),
                       real(0x1p63),
                       text("1"),
                       integer(((int64_t)1 << 53) + 1),
                       integer(0),
                       text("\xFF"),
                       real(5),
                       text("yesterday"),
                       {.kind = 9},
                       {.kind = MLC_TEXT, .length = 3, .text = NULL},
                       {.kind = MLC_TEXT, .length = 3, .text = "a\0b"}};
    mlci_row_store store = open_store(NULL, COLUMNS);
    for (int k = 0; k < 11; k++) {
        mlc_value rows[14] = {0};
        rows[7 + column[k]] = bad[k];
        mlc_error err = {0};
        ck_assert_int_eq(mlci_row_store_add(&store, rows, 2, &err), MLC_ERROR_DATA);
        ck_assert_msg(strstr(err.message, says[k]) != NULL, "%s", err.message);
        ck_assert_int_eq(err.line, 2);
        ck_assert_int_eq(store.n_rows, 0);
    }
    bad[0] = real((double)NAN);
    making_assert_fails(mlci_row_store_add(&store, bad, 1, err), MLC_ERROR_DATA, "'ok'");
    mlci_row_store_close(&store);
}
END_TEST

START_TEST(test_rows_when_columns_are_wrong_says_what_is_right)
{
    mlci_row_store store;
    making_assert_fails(mlci_row_store_open(NULL, "age", &store, err), MLC_ERROR_SETTING,
                        "'age' is not of the form column:type");
    making_assert_fails(mlci_row_store_open(NULL, "a:int64,age:int", &store, err),
                        MLC_ERROR_SETTING, "'int' is no type of a column: must be bool, int64");
    making_assert_fails(mlci_row_store_open(NULL, ":int64", &store, err), MLC_ERROR_SETTING,
                        "not of the form");
    making_assert_fails(mlci_row_store_open(NULL, "v:vector", &store, err), MLC_ERROR_SETTING,
                        "'vector' is no type");
    store = open_store(NULL, "'a, b:int64','x:y:text'");
    ck_assert_str_eq(store.columns[0].name, "a, b");
    ck_assert_str_eq(store.columns[1].name, "x:y");
    mlci_row_store_close(&store);
}
END_TEST

START_TEST(test_rows_when_many_keep_every_text)
{
    mlci_row_store store = open_store(NULL, "t:text,n:int64");
    char word[16];
    for (int i = 0; i < 3000; i++) {
        snprintf(word, sizeof word, "word %d", i);
        const mlc_value row[] = {text(word), integer(i)};
        ck_assert_int_eq(mlci_row_store_add(&store, row, 1, NULL), MLC_OK);
    }
    mlc_dataset *d = dataset_of(&store);
    for (int i = 0; i < 3000; i += 271) {
        snprintf(word, sizeof word, "word %d", i);
        making_assert_text(d, "t", i, word);
        ck_assert_double_eq(making_cell(d, "n", i), i);
    }
    mlc_dataset_free(d);
    mlci_row_store_empty(&store);
    const mlc_value row[] = {text("again"), integer(1)};
    ck_assert_int_eq(mlci_row_store_add(&store, row, 1, NULL), MLC_OK);
    d = dataset_of(&store);
    ck_assert_int_eq(mlc_dataset_n_rows(d), 1);
    making_assert_text(d, "t", 0, "again");
    mlc_dataset_free(d);
    mlci_row_store_close(&store);
}
END_TEST

static mlc_status store_rows(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlci_row_store store;
    mlc_dataset *d = NULL;
    const mlc_value rows[] = {integer(1), {0}, real(2), real(3), text("b"), text("xyz"), {0}};
    mlc_status status = mlci_row_store_open(mlci_context_root(ctx), COLUMNS, &store, err);
    for (int i = 0; status == MLC_OK && i < 70; i++)
        status = mlci_row_store_add(&store, rows, 1, err);
    if (status == MLC_OK) status = mlci_row_store_dataset(&store, &d, err);
    if (status == MLC_OK) mlci_torture_answer(d->fields[5].column->values, 70 * 3);
    mlc_dataset_free(d);
    mlci_row_store_close(&store);
    return status;
}
MLCI_TORTURE_TEST(test_rows_when_memory_fails_leak_nothing, store_rows, NULL)

MLCI_CHECK_SUITE("row_store", test_rows_when_cells_fit_become_columns_of_the_types_declared,
                 test_rows_when_a_cell_does_not_fit_names_it_and_adds_nothing,
                 test_rows_when_columns_are_wrong_says_what_is_right,
                 test_rows_when_many_keep_every_text, test_rows_when_memory_fails_leak_nothing)
