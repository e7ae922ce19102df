/* Profiles from JSON: they come back to the byte, and whatever else is read is refused or usable.
 */
#include "csv_reading.h"
#include "torture.h"

static mlc_buffer *some_json(const char *settings)
{
    char text[6000] = "x,i,t,c\n";
    for (int i = 0; i < 60; i++) {
        snprintf(text + strlen(text), sizeof text - strlen(text), "%d.25,%d,word %d,%c\n", i * i,
                 i % 7, i, 'a' + i % 3);
    }
    mlc_dataset *d = parse(text, "types='t:text,c:category'");
    mlc_profile *p = NULL;
    mlc_buffer *json = NULL;
    ck_assert_int_eq(mlc_profile_create(NULL, d, settings, &p, NULL), MLC_OK);
    ck_assert_int_eq(mlc_profile_format(p, &json, NULL), MLC_OK);
    mlc_profile_free(p);
    mlc_dataset_free(d);
    return json;
}

/* Reads; what can be read can be asked, merged and written. */
static mlc_status try_json(const char *bytes, int64_t n)
{
    mlc_profile *p = NULL, *merged = NULL;
    mlc_dataset *table = NULL;
    mlc_buffer *json = NULL;
    mlc_error err;
    const mlc_status status = mlc_profile_parse(NULL, bytes, n, &p, &err);
    if (status != MLC_OK) {
        ck_assert_ptr_null(p);
        ck_assert(err.message[0] != '\0');
        return status;
    }
    const char *const names[] = {"columns", "quantiles", "histogram", "top"};
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(mlc_profile_table(NULL, p, names[i], NULL, &table, &err), MLC_OK);
        mlc_dataset_free(table);
    }
    if (mlc_profile_merge(NULL, (const mlc_profile *[]){p, p}, 2, "max_distinct=16", &merged,
                          &err) == MLC_OK) {
        ck_assert_int_eq(mlc_profile_format(merged, &json, NULL), MLC_OK);
        mlc_buffer_free(json);
        mlc_profile_free(merged);
    }
    mlc_profile_free(p);
    return MLC_OK;
}

START_TEST(test_profile_comes_back_to_the_byte)
{
    const char *const settings[] = {"correlation=true", "max_distinct=20", "max_distinct=none"};
    for (int i = 0; i < 3; i++) {
        mlc_buffer *json = some_json(settings[i]), *again = NULL;
        mlc_profile *p = NULL;
        ck_assert_int_eq(
            mlc_profile_parse(NULL, mlc_buffer_data(json), mlc_buffer_size(json), &p, NULL),
            MLC_OK);
        ck_assert_int_eq(mlc_profile_format(p, &again, NULL), MLC_OK);
        ck_assert_str_eq(mlc_buffer_data(again), mlc_buffer_data(json));
        mlc_buffer_free(again);
        mlc_profile_free(p);
        mlc_buffer_free(json);
    }
}
END_TEST

START_TEST(test_profile_cut_anywhere_is_refused)
{
    mlc_buffer *json = some_json("max_distinct=20 correlation=true");
    const char *const bytes = mlc_buffer_data(json);
    for (int64_t n = 0; n < mlc_buffer_size(json) - 2; n += n < 600 ? 1 : 37)
        ck_assert_int_ne(try_json(bytes, n), MLC_OK);
    mlc_buffer_free(json);
}
END_TEST

START_TEST(test_profile_with_changed_bytes_is_refused_or_usable)
{
    mlc_buffer *json = some_json("max_distinct=20");
    const int64_t n = mlc_buffer_size(json);
    char *const bytes = malloc((size_t)n);
    const char changes[] = "0193-\"]},:a";
    for (int64_t i = 0; i < n; i += i < 900 ? 1 : 13) {
        memcpy(bytes, mlc_buffer_data(json), (size_t)n);
        bytes[i] = changes[i % ((int64_t)sizeof changes - 1)];
        try_json(bytes, n);
    }
    free(bytes);
    mlc_buffer_free(json);
}
END_TEST

static void refused(const char *text, mlc_status status, const char *says)
{
    mlc_profile *p = NULL;
    mlc_error err;
    ck_assert_int_eq(mlc_profile_parse(NULL, text, (int64_t)strlen(text), &p, &err), status);
    ck_assert_msg(strstr(err.message, says) != NULL, "%s", err.message);
}

#define HEAD "{\"mlcore_profile\":1,\"n_rows\":3,\"max_distinct\":16,\"columns\":["
#define COLUMN                                                                                     \
    HEAD "{\"name\":\"x\",\"role\":\"feature\",\"type\":\"float64\",\"kind\":\"numbers\","         \
         "\"null\":0,\"nan\":0,\"zero\":0,\"low\":0,\"high\":0,"

START_TEST(test_profile_that_lies_is_refused)
{
    refused("[]", MLC_ERROR_SYNTAX, "a profile is an object");
    refused("{\"mlcore_profile\":2}", MLC_ERROR_VERSION, "this library reads format 1");
    refused("{\"mlcore_profile\":1,\"rows\":3}", MLC_ERROR_SYNTAX, "\"n_rows\" must come here");
    refused(COLUMN "\"shift\":0,\"values\":[1,2],\"counts\":[1,1]}]}", MLC_ERROR_SYNTAX,
            "add up to n_rows");
    refused(COLUMN "\"shift\":0,\"values\":[2,1],\"counts\":[1,2]}]}", MLC_ERROR_SYNTAX, "ascend");
    refused(COLUMN "\"shift\":0,\"values\":[1e999],\"counts\":[3]}]}", MLC_ERROR_SYNTAX, "finite");
    refused(COLUMN "\"shift\":64,", MLC_ERROR_SYNTAX, "out of its range");
    refused(COLUMN "\"shift\":0,\"values\":[1],\"counts\":[3]}]} x", MLC_ERROR_SYNTAX, "");
    mlc_profile *p = NULL;
    const char *const right = COLUMN "\"shift\":0,\"values\":[1,2],\"counts\":[1,2]}]}";
    ck_assert_int_eq(mlc_profile_parse(NULL, right, (int64_t)strlen(right), &p, NULL), MLC_OK);
    mlc_profile_free(p);
}
END_TEST

/* The one text that is right, with one piece of it replaced. */
static void changed(const char *json, const char *piece, const char *other, const char *says)
{
    const char *const at = strstr(json, piece);
    ck_assert_msg(at != NULL, "%s", piece);
    const size_t before = (size_t)(at - json), n = strlen(json) + strlen(other) + 1;
    char *const text = malloc(n);
    snprintf(text, n, "%.*s%s%s", (int)before, json, other, at + strlen(piece));
    mlc_profile *p = NULL;
    mlc_error err;
    ck_assert_msg(mlc_profile_parse(NULL, text, (int64_t)strlen(text), &p, &err) ==
                      MLC_ERROR_SYNTAX,
                  "%s for %s", other, piece);
    ck_assert_msg(strstr(err.message, says) != NULL, "%s: %s", other, err.message);
    ck_assert_ptr_null(p);
    free(text);
}

START_TEST(test_profile_with_one_member_changed_says_what_would_be_right)
{
    mlc_buffer *json = some_json("max_distinct=20 correlation=true");
    const char *const text = mlc_buffer_data(json);
    static const char *const changes[][3] = {
        {"\"max_distinct\":20", "\"max_distinct\":15", "null or 16 to 2^40"},
        {"\"max_distinct\":20", "\"max_distinct\":20.5", "null or 16 to 2^40"},
        {"\"max_distinct\":20", "\"max_distinct\":\"20\"", "null or 16 to 2^40"},
        {"\"max_distinct\":20", "\"max_distinct\":17", "more"},
        {"\"columns\":[", "\"columns\":{", "must be an array"},
        {"\"columns\":[", "\"columns\":[7,", "must be a column"},
        {"\"name\":\"x\"", "\"name\":7", "must be a text"},
        {"\"name\":\"x\"", "\"name\":\"x\\u0000y\"", "NUL"},
        {"\"role\":\"feature\"", "\"role\":\"future\"", "no such word"},
        {"\"type\":\"float64\"", "\"type\":\"any\"", "no such word"},
        {"\"type\":\"float64\"", "\"type\":\"text\"", "of another kind"},
        {"\"kind\":\"numbers\"", "\"kind\":\"sounds\"", "no such word"},
        {"\"kind\":\"numbers\"", "\"kind\":\"vector\"", "of another kind"},
        {"\"null\":0", "\"null\":61", "out of its range"},
        {"\"null\":0", "\"null\":\"0\"", "must be an integer"},
        {"\"null\":0,\"nan\":0", "\"null\":60,\"nan\":1", "add up to n_rows"},
        {"\"least\":0.25", "\"least\":true", "must be a number"},
        {"\"least\":0.25", "\"least\":3400.25", "first and the last cell"},
        {"\"greatest\":3481.25", "\"greatest\":1", "first and the last cell"},
        {"\"sum\":\"", "\"sum\":\"g", "0 to 9 and a to f"},
        {"\"sum\":\"", "\"sum\":7,\"s\":\"", "hexadecimal"},
        {"\"registers\":\"", "\"registers\":\"0", "4096 characters"},
        {"\"registers\":\"", "\"registers\":0,\"r\":\"", "must be a text"},
        {"\"cells\":[", "\"cells\":[-1,", "out of its range"},
        {"\"cells\":[", "\"cells\":[\"a\",", "out of its range"},
        {"\"cells\":[", "\"cells\":[9223372036854775807,", "out of its range"},
        {"\"cells\":[", "\"values\":[", "\"cells\" must come here"},
        {"\"counts\":[", "\"counts\":[0,", "out of its range"},
        {"\"counts\":[", "\"counts\":[1,", ""},
        {"\"values\":[0", "\"values\":[0.5", "integer of 64 bits"},
        {"\"present\":60", "\"present\":59", "add up to n_rows"},
        {"\"longest\":", "\"longest\":-", "out of its range"},
        {"\"texts\":[", "\"texts\":[7,", "must be a text"},
        {"\"texts\":[\"", "\"texts\":[\"zz\",\"", "a"},
        {"\"texts\":[\"", "\"texts\":[\"\\u0000", "NUL"},
        {"\"sums\":[", "\"sums\":{", "must be an array"},
        {"\"sums\":[{", "\"sums\":[[", "must be sums of a column"},
        {"\"pairs\":[", "\"pairs\":[{},", "must come here"},
        {"\"pairs\":[{", "\"pairs\":[1,{", "must be a pair"},
        {"\"first\":null", "\"first\":1", "must be sums or null"},
        {"\"first\":null", "\"first\":{\"n\":61", "out of its range"},
        {"\"products\":", "\"product\":", "\"products\" must come here"},
    };
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++)
        if (strstr(text, changes[i][0]) != NULL) {
            changed(text, changes[i][0], changes[i][1], changes[i][2]);
        } else {
            ck_abort_msg("%s is not in %.3000s", changes[i][0], text);
        }
    mlc_buffer_free(json);
}
END_TEST

/* 900 columns would have 404,550 pairs, of which none can follow in what is left. */
START_TEST(test_profile_with_more_pairs_than_bytes_takes_no_memory_for_them)
{
    enum { N = 900 };
    mlci_text text = mlci_text_init(NULL);
    mlci_text_append_text(&text,
                          "{\"mlcore_profile\":1,\"n_rows\":0,\"max_distinct\":16,\"columns\":[");
    for (int i = 0; i < N; i++) {
        mlci_text_append_format(
            &text,
            "%s{\"name\":\"%d\",\"role\":\"feature\",\"type\":\"bool\",\"kind\":\"numbers\","
            "\"null\":0,\"nan\":0,\"zero\":0,\"low\":0,\"high\":0,\"shift\":0,\"values\":[],"
            "\"counts\":[]}",
            i == 0 ? "" : ",", i);
    }
    mlci_text_append_text(&text, "],\"sums\":[");
    mlc_profile *p = NULL;
    mlc_error err;
    ck_assert_int_eq(mlc_profile_parse(NULL, text.data, text.length, &p, &err), MLC_ERROR_SYNTAX);
    ck_assert_msg(strstr(err.message, "not as many pairs") != NULL, "%s", err.message);
    mlci_text_clear(&text);
}
END_TEST

static mlc_status read_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlc_buffer *json = some_json("max_distinct=20 correlation=true");
    mlc_profile *p = NULL;
    const mlc_status status =
        mlc_profile_parse(ctx, mlc_buffer_data(json), mlc_buffer_size(json), &p, err);
    mlc_profile_free(p);
    mlc_buffer_free(json);
    return status;
}
MLCI_TORTURE_TEST(test_parse_when_memory_fails_leaks_nothing, read_and_free, NULL)

MLCI_CHECK_SUITE("profile_parse", test_profile_comes_back_to_the_byte,
                 test_profile_cut_anywhere_is_refused,
                 test_profile_with_changed_bytes_is_refused_or_usable,
                 test_profile_that_lies_is_refused,
                 test_profile_with_one_member_changed_says_what_would_be_right,
                 test_profile_with_more_pairs_than_bytes_takes_no_memory_for_them,
                 test_parse_when_memory_fails_leaks_nothing)
