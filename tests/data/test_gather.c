/* Gathered values: which kinds go together, what the column is, and where they contradict. */
#include "check_suite.h"
#include "gather.h"
#include "torture.h"

static mlci_value integer(int64_t value)
{
    return (mlci_value){.kind = MLCI_KIND_INTEGER, .integer = value, .text = "1", .length = 1};
}

static mlci_value text(const char *value)
{
    return (mlci_value){.kind = MLCI_KIND_TEXT, .text = value, .length = (int64_t)strlen(value)};
}

static mlci_value real(double value)
{
    return (mlci_value){.kind = MLCI_KIND_REAL, .real = value, .text = "x", .length = 1};
}

/* Two pieces of three rows each: a in row 1 of the first, b in row 0 and 2 of the second. */
static mlc_status gather_three(mlci_root *root, mlci_wish wish, const mlci_value *a,
                               const mlci_value *b, const mlci_value *c, mlci_column **out,
                               mlci_conflict *conflict, mlc_error *err)
{
    static const int64_t first_rows[] = {0, 3};
    mlci_gather first, second;
    mlci_gather_open(&first, root, wish, NULL);
    mlci_gather_open(&second, root, wish, NULL);
    mlc_status status = mlci_gather_put(&first, 1, a, err);
    if (status == MLC_OK) status = mlci_gather_put(&second, 0, b, err);
    if (status == MLC_OK) status = mlci_gather_put(&second, 2, c, err);
    if (status == MLC_OK) status = mlci_gather_trim(&first, 3, err);
    if (status == MLC_OK) status = mlci_gather_trim(&second, 3, err);
    mlci_gather *const pieces[] = {&first, &second};
    const mlci_gathered column = {.name = "c",
                                  .wish = wish,
                                  .n_rows = 6,
                                  .n_pieces = 2,
                                  .pieces = pieces,
                                  .first_rows = first_rows};
    conflict->piece = -1;
    if (status == MLC_OK && !mlci_gathered_conflict(&column, conflict)) {
        conflict->piece = -1;
        status = mlci_gathered_finish(root, &column, out, err);
    }
    mlci_gather_close(&first);
    mlci_gather_close(&second);
    return status;
}

static mlci_column *column_of(int32_t type, mlci_value a, mlci_value b, mlci_value c)
{
    mlci_column *column = NULL;
    mlci_conflict conflict;
    mlc_error err;
    const mlc_status status =
        gather_three(NULL, (mlci_wish){.type = type}, &a, &b, &c, &column, &conflict, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    ck_assert_int_eq(conflict.piece, -1);
    ck_assert_int_eq(column->n_rows, 6);
    return column;
}

START_TEST(test_gather_integers_among_reals_are_reals)
{
    mlci_column *c = column_of(0, integer(7), integer(-1), integer(INT64_MIN));
    ck_assert_int_eq(c->type, MLC_TYPE_INT64);
    ck_assert_int_eq(c->n_missing, 3);
    ck_assert_int_eq(((const int64_t *)c->values)[5], INT64_MIN);
    ck_assert_int_eq(mlci_column_is_valid(c, 4), 0);
    mlci_column_unref(c);
    c = column_of(0, integer(7), real(0.5), integer(2));
    ck_assert_int_eq(c->type, MLC_TYPE_FLOAT64);
    ck_assert_double_eq(((const double *)c->values)[1], 7);
    ck_assert_double_eq(((const double *)c->values)[3], 0.5);
    mlci_column_unref(c);
}
END_TEST

START_TEST(test_gather_wishes_convert_what_says_the_same)
{
    mlci_column *c = column_of(MLC_TYPE_INT64, text("42"), real(-3), integer(1));
    ck_assert_int_eq(((const int64_t *)c->values)[1], 42);
    ck_assert_int_eq(((const int64_t *)c->values)[3], -3);
    mlci_column_unref(c);
    c = column_of(MLC_TYPE_FLOAT64, text("0.1"), integer(3), text("inf"));
    ck_assert_double_eq(((const double *)c->values)[1], 0.1);
    mlci_column_unref(c);
    c = column_of(MLC_TYPE_BOOL, text("True"), integer(1), integer(0));
    ck_assert_int_eq(((const uint8_t *)c->values)[0], 1 << 1 | 1 << 3);
    mlci_column_unref(c);
    c = column_of(MLC_TYPE_TIMESTAMP, text("1970-01-01"), text("1970-01-01T00:00:01Z"),
                  text("1969-12-31"));
    ck_assert_int_eq(((const int64_t *)c->values)[3], 1000000);
    mlci_column_unref(c);
}
END_TEST

START_TEST(test_gather_wishes_refuse_what_does_not)
{
    static const struct {
        int32_t type;
        const char *text, *message;
    } cases[] = {{MLC_TYPE_INT64, "1.5", "'1.5' is no int64"},
                 {MLC_TYPE_FLOAT64, "", "'' is no float64"},
                 {MLC_TYPE_BOOL, "yes", "'yes' is no bool"},
                 {MLC_TYPE_TIMESTAMP, "2024-13-01", "'2024-13-01' is no timestamp"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mlci_gather piece;
        mlc_error err;
        const mlci_value value = text(cases[i].text);
        mlci_gather_open(&piece, NULL, (mlci_wish){.type = cases[i].type}, NULL);
        ck_assert_int_eq(mlci_gather_put(&piece, 0, &value, &err), MLC_ERROR_FORMAT);
        ck_assert_str_eq(err.message, cases[i].message);
        ck_assert_int_eq(piece.n, 0);
        mlci_gather_close(&piece);
    }
    const mlci_value beyond = real(0x1p63);
    mlci_gather piece;
    mlci_gather_open(&piece, NULL, (mlci_wish){.type = MLC_TYPE_INT64}, NULL);
    ck_assert_int_eq(mlci_gather_put(&piece, 0, &beyond, NULL), MLC_ERROR_FORMAT);
    mlci_gather_close(&piece);
}
END_TEST

START_TEST(test_gather_conflict_is_the_first_of_another_kind)
{
    const mlci_value a = integer(1), b = text("x"), c = text("y");
    mlci_column *column = NULL;
    mlci_conflict conflict;
    ck_assert_int_eq(gather_three(NULL, (mlci_wish){0}, &a, &b, &c, &column, &conflict, NULL),
                     MLC_OK);
    ck_assert_int_eq(conflict.piece, 1);
    ck_assert_int_eq(conflict.row, 0);
    mlci_text what = mlci_text_init(NULL);
    mlci_conflict_describe(&conflict, &what);
    ck_assert_str_eq(what.data, "a text, where rows before have a number");
    mlci_text_clear(&what);
}
END_TEST

START_TEST(test_gather_null_words_are_missing_but_not_the_empty_text)
{
    mlci_csv_nulls nulls;
    mlci_gather piece;
    const mlci_value na = text("NA"), empty = text("");
    ck_assert_int_eq(mlci_csv_nulls_init(&nulls, NULL, "NA,?", NULL), MLC_OK);
    mlci_gather_open(&piece, NULL, (mlci_wish){.type = MLC_TYPE_TEXT}, &nulls);
    ck_assert_int_eq(mlci_gather_put(&piece, 0, &na, NULL), MLC_OK);
    ck_assert_int_eq(piece.n, 0);
    ck_assert_int_eq(mlci_gather_put(&piece, 1, &empty, NULL), MLC_OK);
    ck_assert_int_eq(piece.n, 1);
    mlci_gather_close(&piece);
    mlci_csv_nulls_clear(&nulls);
}
END_TEST

static mlc_status gather_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlci_column *column = NULL;
    mlci_conflict conflict;
    const mlci_value a = text("one"), b = text("two"), c = text("one");
    mlci_root *const root = mlci_context_root(ctx);
    const mlc_status status =
        gather_three(root, (mlci_wish){0}, &a, &b, &c, &column, &conflict, err);
    mlci_column_unref(column);
    return status;
}
MLCI_TORTURE_TEST(test_gather_when_memory_fails_leaks_nothing, gather_and_free, NULL)

MLCI_CHECK_SUITE("gather", test_gather_integers_among_reals_are_reals,
                 test_gather_wishes_convert_what_says_the_same,
                 test_gather_wishes_refuse_what_does_not,
                 test_gather_conflict_is_the_first_of_another_kind,
                 test_gather_null_words_are_missing_but_not_the_empty_text,
                 test_gather_when_memory_fails_leaks_nothing)
