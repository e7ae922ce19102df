/* JSON Lines: the same columns however the text is cut, and each error at its place. Expected
 * values follow from RFC 8259 and the rules in read.h. */
#include "format_reading.h"
#include "torture.h"

static const char mixed[] = "{\"a\":1,\"u\":{\"t\":\"x\",\"k\":null}}\n\n"
                            "{\"u\":{\"t\":\"\",\"k\":{\"deep\":[1,2]}},\"b\":true}\r\n"
                            "{\"a\":2.5,\"b\":false,\"u\":null}\n"
                            "  {\"late\":9223372036854775807,\"u\":{\"k\":{\"deep\":[3,null]}}}";

START_TEST(test_jsonl_columns_come_in_the_order_of_the_lines)
{
    mlc_dataset *d = parse_as("jsonl", mixed, NULL);
    static const char *const names[] = {"a", "u.t", "u.k.deep", "b", "late"};
    ck_assert_int_eq(d->n_fields, 5);
    ck_assert_int_eq(d->n_rows, 4);
    for (int32_t j = 0; j < 5; j++)
        ck_assert_str_eq(d->fields[j].name, names[j]);
    ck_assert_int_eq(type_of(d, "a"), MLC_TYPE_FLOAT64);
    ck_assert_int_eq(type_of(d, "u.t"), MLC_TYPE_CATEGORY);
    ck_assert_int_eq(type_of(d, "u.k.deep"), MLC_TYPE_VECTOR);
    ck_assert_int_eq(type_of(d, "b"), MLC_TYPE_BOOL);
    ck_assert_int_eq(type_of(d, "late"), MLC_TYPE_INT64);
    ck_assert(text_is(d, "u.t", 1, ""));
    ck_assert(text_is(d, "u.t", 2, NULL));
    ck_assert_double_eq(real_of(d, "u.k.deep[1]", 1), 2);
    ck_assert_double_nan(real_of(d, "u.k.deep[1]", 3));
    ck_assert(isnan(real_of(d, "b", 0)) && real_of(d, "b", 1) == 1);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_jsonl_is_the_same_in_chunks_of_any_size)
{
    static const char *const settings[] = {NULL, "columns='x:u.k.deep[0],a,u.t'", "types='a:text'",
                                           "on_error=collect"};
    for (int k = 0; k < 4; k++) {
        mlc_dataset *whole = NULL;
        const int64_t n = (int64_t)sizeof mixed - 1;
        ck_assert_int_eq(jsonl_in_chunks(NULL, mixed, n, settings[k], 1 << 20, 1, &whole, NULL),
                         MLC_OK);
        for (int64_t chunk = 1; chunk < 120; chunk++) {
            mlc_dataset *cut = NULL;
            ck_assert_int_eq(jsonl_in_chunks(NULL, mixed, n, settings[k], chunk, 3, &cut, NULL),
                             MLC_OK);
            assert_same(whole, cut);
            mlc_dataset_free(cut);
        }
        mlc_dataset_free(whole);
    }
}
END_TEST

START_TEST(test_jsonl_lines_left_out_have_no_say)
{
    static const char text[] =
        "{\"a\":1}\n{\"z\":1,\"a\":\"x\",\"y\":\n{\"y\":2,\"a\":3,\"z\":4}\n7\n";
    for (int64_t chunk = 1; chunk < 60; chunk++) {
        mlc_dataset *d = NULL;
        ck_assert_int_eq(jsonl_in_chunks(NULL, text, (int64_t)sizeof text - 1, "on_error=collect",
                                         chunk, 2, &d, NULL),
                         MLC_OK);
        ck_assert_int_eq(d->n_rows, 2);
        ck_assert_str_eq(d->fields[1].name, "y");
        ck_assert_int_eq(type_of(d, "a"), MLC_TYPE_INT64);
        ck_assert_int_eq(d->problems->n_rows, 2);
        ck_assert_double_eq(real_of(d->problems, "line", 0), 2);
        ck_assert_double_eq(real_of(d->problems, "column", 0), 20);
        ck_assert_double_eq(real_of(d->problems, "line", 1), 4);
        mlc_dataset_free(d);
    }
}
END_TEST

START_TEST(test_jsonl_contradictions_are_found_at_the_same_place_in_any_chunks)
{
    static const char text[] =
        "{\"b\":[1,2],\"a\":1}\n{\"a\":2,\"b\":null}\n{\"b\":[1,2,3],\"a\":\"q\"}\n"
        "{\"a\":true}\n";
    for (int64_t chunk = 1; chunk < 80; chunk++) {
        mlc_dataset *d = NULL;
        mlc_error err;
        ck_assert_int_eq(
            jsonl_in_chunks(NULL, text, (int64_t)sizeof text - 1, NULL, chunk, 2, &d, &err),
            MLC_ERROR_FORMAT);
        ck_assert_str_eq(err.message,
                         "jsonl:3:6: column 'b': an array of 3 numbers, where rows before have 2; "
                         "types='b:text' reads texts, null= names words that mean missing");
        ck_assert_int_eq(err.line, 3);
        ck_assert_int_eq(err.column, 6);
        ck_assert_str_eq(err.name, "b");
    }
}
END_TEST

START_TEST(test_jsonl_settings_are_checked)
{
    parse_as_fails("jsonl", "{}", "colums=a", MLC_ERROR_SETTING,
                   "the JSON Lines reader has no setting 'colums'; did you mean 'columns'?");
    parse_as_fails("jsonl", "{\"a\":1}", "types='b:int64'", MLC_ERROR_COLUMN,
                   "types: 'jsonl' has no column 'b'");
    parse_as_fails("jsonl", "{\"a\":1}", "types='a:int'", MLC_ERROR_SETTING,
                   "types: 'int' is no type of a column: must be bool, int64, float32, float64, "
                   "category, text or timestamp");
    parse_as_fails("jsonl", "{\"a\":\"x\"}", "types='a:int64'", MLC_ERROR_FORMAT,
                   "jsonl:1:6: column 'a': 'x' is no int64");
    parse_as_fails("jsonl", "{\"a\":{\"b\":1},\"a.b\":2}", NULL, MLC_ERROR_COLUMN,
                   "columns 1 and 2 are both named 'a.b': give each its own name");
    parse_as_fails("jsonl", "{\"a\":1}", "target=b", MLC_ERROR_COLUMN,
                   "no column 'b' among the 1 columns");
}
END_TEST

START_TEST(test_jsonl_without_lines_or_members_has_rows_alone)
{
    mlc_dataset *d = parse_as("jsonl", "\n \n", NULL);
    ck_assert_int_eq(d->n_rows, 0);
    ck_assert_int_eq(d->n_fields, 0);
    mlc_dataset_free(d);
    d = parse_as("jsonl", "{}\n{}\n", NULL);
    ck_assert_int_eq(d->n_rows, 2);
    mlc_dataset_free(d);
    d = parse_as("jsonl", "", "columns=a,b");
    ck_assert_int_eq(d->n_fields, 2);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_jsonl_many_keys_of_any_order_are_found)
{
    mlci_text text = mlci_text_init(NULL);
    for (int32_t line = 0; line < 3; line++) {
        for (int32_t k = 0; k < 3000; k++) {
            const int32_t key = (int32_t)((int64_t)k * (line == 1 ? 2999 : 7) % 3000);
            mlci_text_append_format(&text, "%s\"k%d\":%d", k == 0 ? "{" : ",", key, key + line);
        }
        mlci_text_append_text(&text, "}\n");
    }
    mlc_dataset *d = parse_as("jsonl", text.data, NULL);
    ck_assert_int_eq(d->n_fields, 3000);
    for (int32_t j = 0; j < 3000; j++) {
        const int64_t *const values = d->fields[j].column->values;
        const int64_t key = atoi(d->fields[j].name + 1);
        for (int64_t line = 0; line < 3; line++)
            ck_assert_int_eq(values[line], key + line);
    }
    mlc_dataset_free(d);
    mlci_text_clear(&text);
}
END_TEST

static mlc_status read_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlc_dataset *d = NULL;
    const mlc_status status =
        jsonl_in_chunks(ctx, mixed, (int64_t)sizeof mixed - 1, arg, 40, 1, &d, err);
    mlc_dataset_free(d);
    return status;
}
MLCI_TORTURE_TEST(test_jsonl_when_memory_fails_leaks_nothing, read_and_free, NULL)
MLCI_TORTURE_TEST(test_jsonl_paths_when_memory_fails_leak_nothing, read_and_free,
                  (void *)"columns='x:u.k.deep[0],u.t' types='x:text' target=u.t")

static mlc_status collect_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    static const char text[] = "{\"a\":1}\n{\"a\":\n{\"b\":[1,{}]}\n";
    mlc_dataset *d = NULL;
    const mlc_status status = jsonl_in_chunks(ctx, text, (int64_t)sizeof text - 1,
                                              "on_error=collect null=x", 9, 1, &d, err);
    mlc_dataset_free(d);
    return status;
}
MLCI_TORTURE_TEST(test_jsonl_problems_when_memory_fails_leak_nothing, collect_and_free, NULL)

START_TEST(test_jsonl_read_takes_little_more_than_twice_its_columns)
{
    enum { N = 400000 };
    const int64_t columns = 4 * 8 * (int64_t)N;
    const mlc_host host = {
        .size = sizeof host, .n_threads = 2, .memory_limit_bytes = columns * 9 / 4};
    mlc_context *ctx = NULL;
    mlc_dataset *d = NULL;
    mlc_error err = {0};
    mlci_text t = mlci_text_init(NULL);
    for (int64_t i = 0; i < N; i++) {
        mlci_text_append_format(&t, "{\"a\":%d,\"b\":%d.5,\"c\":%d,\"d\":-%d}\n", (int)i, (int)i,
                                (int)(i % 7), (int)i);
    }
    ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
    const mlc_status status = mlc_dataset_parse(ctx, t.data, t.length, "format=jsonl", &d, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    ck_assert_double_eq(real_of(d, "b", N - 1), N - 0.5);
    mlc_dataset_free(d);
    mlc_context_close(ctx);
    mlci_text_clear(&t);
}
END_TEST

MLCI_CHECK_SUITE("jsonl_read", test_jsonl_columns_come_in_the_order_of_the_lines,
                 test_jsonl_is_the_same_in_chunks_of_any_size,
                 test_jsonl_lines_left_out_have_no_say,
                 test_jsonl_contradictions_are_found_at_the_same_place_in_any_chunks,
                 test_jsonl_settings_are_checked,
                 test_jsonl_without_lines_or_members_has_rows_alone,
                 test_jsonl_many_keys_of_any_order_are_found,
                 test_jsonl_when_memory_fails_leaks_nothing,
                 test_jsonl_paths_when_memory_fails_leak_nothing,
                 test_jsonl_problems_when_memory_fails_leak_nothing,
                 test_jsonl_read_takes_little_more_than_twice_its_columns)
