#include "categories.h"

#include <math.h>

#include "check_suite.h"
#include "param.h"
#include "torture.h"

static const mlci_rarity any = {.min_frequency = MLCI_NONE_REAL,
                                .max_categories = MLCI_NONE_INTEGER};

static mlci_column *texts_of(mlci_root *root, int64_t n, const char *const *texts)
{
    mlci_column *column = NULL;
    ck_assert_int_eq(mlci_column_create_text(root, n, texts, NULL, &column, NULL), MLC_OK);
    return column;
}

static mlc_status learn(mlc_context *ctx, const mlci_column *column, const mlci_rarity *rarity,
                        mlci_categories *out, mlc_error *err)
{
    mlc_context local, *call = NULL;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    const mlc_status status = mlci_categories_fit(call, "t", column, NULL, rarity, out, err);
    mlci_call_end(call);
    return status;
}

START_TEST(test_categories_of_texts_are_ascending_with_missing_last)
{
    const char *const texts[] = {"pear", NULL, "apple", "pear"};
    mlci_column *column = texts_of(NULL, 4, texts);
    mlci_categories c;
    ck_assert_int_eq(learn(NULL, column, &any, &c, NULL), MLC_OK);
    ck_assert_int_eq(c.n_values, 2);
    ck_assert_int_eq(c.n_levels, 3);
    ck_assert_str_eq(c.names[0], "apple");
    ck_assert_str_eq(c.names[2], "missing");
    ck_assert_int_eq(c.infrequent, -1);
    int32_t levels[4];
    mlc_context local, *call = NULL;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_categories_levels(call, &c, column, levels, NULL), MLC_OK);
    mlci_call_end(call);
    const int32_t wanted[] = {1, 2, 0, 1};
    ck_assert(memcmp(levels, wanted, sizeof wanted) == 0);
    mlci_categories_clear(&c);
    mlci_column_unref(column);
}
END_TEST

START_TEST(test_category_of_a_cell_marks_what_is_odd)
{
    const char *const texts[] = {"a", "b"};
    mlci_column *column = texts_of(NULL, 2, texts);
    mlci_categories c;
    ck_assert_int_eq(learn(NULL, column, &any, &c, NULL), MLC_OK);
    int64_t flags = 0;
    const mlc_value b = {.kind = MLC_TEXT, .text = "b", .length = 1};
    ck_assert_int_eq(mlci_categories_level(&c, &b, &flags), 1);
    ck_assert_int_eq(flags, 0);
    const mlc_value unseen = {.kind = MLC_TEXT, .text = "bb", .length = 2};
    ck_assert_int_eq(mlci_categories_level(&c, &unseen, &flags), MLCI_LEVEL_UNKNOWN);
    ck_assert_int_eq(flags, MLC_FLAG_UNSEEN);
    flags = 0;
    const mlc_value number = {.kind = MLC_INTEGER, .integer = 3};
    ck_assert_int_eq(mlci_categories_level(&c, &number, &flags), MLCI_LEVEL_UNKNOWN);
    ck_assert_int_eq(flags, MLC_FLAG_WRONG_KIND);
    flags = 0;
    const mlc_value none = {.kind = MLC_MISSING};
    ck_assert_int_eq(mlci_categories_level(&c, &none, &flags), MLCI_LEVEL_UNKNOWN);
    ck_assert_int_eq(flags, MLC_FLAG_MISSING);
    mlci_categories_clear(&c);
    mlci_column_unref(column);
}
END_TEST

static mlc_status load(const mlci_writer *w, mlci_categories *out, mlc_error *err)
{
    mlci_reader r;
    mlci_reader_init(&r, NULL, "state", w->data, w->length);
    mlci_categories_load(&r, out);
    return mlci_reader_finish(&r, err);
}

/* Value v comes v % 3 + 1 times; the rare ones are those that come once, and of those that come
 * twice the lowest. Searching the least frequent anew for each would take hours here. */
START_TEST(test_rare_categories_when_there_are_many_are_the_least_frequent_then_the_lowest)
{
    const int64_t n_values = 500000, n_frequent = n_values / 3, n_kept = n_frequent + 1000;
    mlci_column *column = NULL;
    ck_assert_int_eq(mlci_column_create(NULL, MLC_TYPE_INT64, 2 * n_values, 1, 0, &column, NULL),
                     MLC_OK);
    int64_t *values = mlci_column_data(column), n = 0;
    for (int64_t v = 0; v < n_values; v++) {
        for (int64_t k = 0; k <= v % 3; k++)
            values[n++] = v;
    }
    while (n < 2 * n_values)
        values[n++] = 2;
    const mlci_rarity rarity = {.min_frequency = MLCI_NONE_REAL, .max_categories = n_kept + 1};
    mlci_categories c;
    ck_assert_int_eq(learn(NULL, column, &rarity, &c, NULL), MLC_OK);
    ck_assert_int_eq(c.n_levels, n_kept + 1);
    ck_assert_int_eq(c.infrequent, n_kept);
    int64_t n_twice = 0;
    for (int32_t v = (int32_t)n_values - 1; v >= 0; v--) {
        const int is_twice = v % 3 == 1;
        const int is_kept = v % 3 == 2 || (is_twice && n_twice < n_kept - n_frequent);
        n_twice += is_twice;
        ck_assert_int_eq(c.level[v] != c.infrequent, is_kept);
    }
    mlci_categories_clear(&c);
    mlci_column_unref(column);
}
END_TEST

START_TEST(test_categories_saved_and_loaded_are_the_same)
{
    const char *const texts[] = {"a", "b", "b", NULL, "c"};
    mlci_column *column = texts_of(NULL, 5, texts);
    mlci_categories c, again;
    const mlci_rarity rarity = {.min_frequency = 2, .max_categories = MLCI_NONE_INTEGER};
    ck_assert_int_eq(learn(NULL, column, &rarity, &c, NULL), MLC_OK);
    mlci_writer w;
    mlci_writer_init(&w, NULL);
    mlci_categories_save(&c, &w);
    ck_assert_int_eq(load(&w, &again, NULL), MLC_OK);
    mlci_writer_clear(&w);
    ck_assert_int_eq(again.n_levels, 2);
    ck_assert_int_eq(again.infrequent, 1);
    ck_assert_str_eq(again.names[1], "infrequent");
    ck_assert_str_eq(again.name, "t");
    ck_assert(memcmp(again.level, c.level, 4 * sizeof *c.level) == 0);
    mlci_categories_clear(&again);
    mlci_categories_clear(&c);
    mlci_column_unref(column);
}
END_TEST

/* Numbers 3 and 1: out of order. */
START_TEST(test_categories_out_of_order_are_refused)
{
    mlci_writer w;
    mlci_writer_init(&w, NULL);
    mlci_write_text(&w, "x", 1);
    mlci_write_int64(&w, 0);
    mlci_write_reals(&w, (double[]){3, 1}, 2);
    mlci_write_int64(&w, 0);
    mlci_write_int64(&w, 2);
    mlci_write_int64(&w, -1);
    mlci_write_int32s(&w, (int32_t[]){0, 1}, 2);
    mlci_categories out;
    mlc_error err = {0};
    ck_assert_int_eq(load(&w, &out, &err), MLC_ERROR_FORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "categories out of order"));
    mlci_categories_clear(&out);
    mlci_writer_clear(&w);
}
END_TEST

START_TEST(test_categories_read_only_what_they_were_learned_from)
{
    const char *const texts[] = {"a", "b"};
    mlci_column *column = texts_of(NULL, 2, texts);
    mlci_categories c;
    ck_assert_int_eq(learn(NULL, column, &any, &c, NULL), MLC_OK);
    const mlci_input inputs[] = {{NULL, MLCI_TAKES_CATEGORY, 1}, {NULL, MLCI_TAKES_CATEGORY, 1}};
    const mlci_input number = {NULL, MLCI_TAKES_NUMBER, 1};
    ck_assert(mlci_categories_read(&c, 1, 1, inputs));
    ck_assert(!mlci_categories_read(&c, 1, 2, inputs));
    ck_assert(!mlci_categories_read(&c, 1, 1, &number));
    mlci_categories_clear(&c);
    mlci_column_unref(column);
}
END_TEST

static mlc_status fit_and_table(mlc_context *ctx, void *arg, mlc_error *err)
{
    const mlci_column *column = arg;
    mlci_root *root = mlci_context_root(ctx);
    mlci_categories c = {0};
    mlc_dataset *table = NULL;
    mlc_status status = learn(ctx, column, &any, &c, err);
    if (status == MLC_OK) status = mlci_categories_table(root, &c, 1, &table, err);
    mlc_dataset_free(table);
    mlci_categories_clear(&c);
    return status;
}

START_TEST(test_categories_when_memory_fails_leak_nothing)
{
    const char *const texts[] = {"a", "b", NULL, "c"};
    mlci_column *column = texts_of(NULL, 4, texts);
    mlci_torture(fit_and_table, column);
    mlci_column_unref(column);
}
END_TEST

MLCI_CHECK_SUITE("categories", test_categories_of_texts_are_ascending_with_missing_last,
                 test_category_of_a_cell_marks_what_is_odd,
                 test_rare_categories_when_there_are_many_are_the_least_frequent_then_the_lowest,
                 test_categories_saved_and_loaded_are_the_same,
                 test_categories_out_of_order_are_refused,
                 test_categories_read_only_what_they_were_learned_from,
                 test_categories_when_memory_fails_leak_nothing)
