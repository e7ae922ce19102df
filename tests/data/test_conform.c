/* Datasets made to fit a schema: casts, clips, missing values, columns; each policy. */
#include "cell.h"
#include "csv_reading.h"
#include "torture.h"

static const char rows_text[] = "n,t,x,extra\n1,12,0.5,a\n7,q,,b\n3,15.0,9,c\n";
static const char schema[] =
    "{\"dataset\":{\"extra_columns\":\"warning\"},\"columns\":[{\"name\":\"t\",\"type\":\"int64\"},"
    "{\"name\":\"n\",\"type\":\"int64\",\"max\":5},{\"name\":\"added\",\"type\":\"category\"},"
    "{\"name\":\"x\",\"type\":\"text\"}]}";

static mlc_dataset *conform(const char *settings)
{
    mlc_dataset *d = parse(rows_text, "types='t:text'"), *out = NULL;
    mlc_error err;
    ck_assert_msg(mlc_dataset_conform(NULL, d, schema, settings, &out, &err) == MLC_OK, "%s",
                  err.message);
    mlc_dataset_free(d);
    return out;
}

static void refuses(const char *settings, mlc_status status, const char *says)
{
    mlc_dataset *d = parse(rows_text, "types='t:text'"), *out = NULL;
    mlc_error err;
    ck_assert_int_eq(mlc_dataset_conform(NULL, d, schema, settings, &out, &err), status);
    ck_assert_msg(strstr(err.message, says) != NULL, "%s", err.message);
    ck_assert_ptr_null(out);
    mlc_dataset_free(d);
}

START_TEST(test_missing_takes_what_does_not_fit_as_missing)
{
    mlc_dataset *d = conform("policy=missing");
    ck_assert_int_eq(d->n_fields, 4); /* without extra */
    ck_assert_str_eq(d->fields[0].name, "t");
    ck_assert_double_eq(real_of(d, "t", 0), 12);
    ck_assert(isnan(real_of(d, "t", 1)));
    ck_assert_double_eq(real_of(d, "t", 2), 15);
    ck_assert(isnan(real_of(d, "n", 1)));
    ck_assert_double_eq(real_of(d, "n", 2), 3);
    ck_assert(text_is(d, "added", 2, NULL));
    ck_assert(text_is(d, "x", 0, "0.5"));
    ck_assert(text_is(d, "x", 1, NULL));
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_coerce_clips_and_refuses_what_means_nothing)
{
    mlc_dataset *d = conform("policy=coerce policies='t:missing'");
    ck_assert_double_eq(real_of(d, "n", 1), 5);
    ck_assert(isnan(real_of(d, "t", 1)));
    mlc_dataset_free(d);
    refuses("policy=coerce", MLC_ERROR_DATA, "column 't', row 1: q is not");
}
END_TEST

START_TEST(test_fail_and_warn)
{
    refuses(NULL, MLC_ERROR_COLUMN, "column 't' is text: must be int64");
    refuses("policies='t:missing'", MLC_ERROR_DATA, "above 5");
    refuses("policies='u:missing'", MLC_ERROR_SETTING, "no column 'u'");
    refuses("policies='t:skip'", MLC_ERROR_SETTING, "fail, warn, coerce or missing");
    mlc_dataset *d = conform("policy=warn");
    ck_assert_int_eq(d->n_fields, 4); /* added is not there, extra is */
    ck_assert_double_eq(real_of(d, "n", 1), 7);
    ck_assert(text_is(d, "t", 1, "q"));
    mlc_dataset_free(d);
}
END_TEST

/* A dataset of one column, made to fit another type; what each row is as text then, '-' where
 * missing. */
static void casts(const char *type, const char *rows, const char *to, const char *expected)
{
    char text[300], types[60], rules[120], seen[300] = "";
    mlc_dataset *d, *out = NULL;
    mlc_error err;
    snprintf(text, sizeof text, "v,k\n%s", rows);
    snprintf(types, sizeof types, "types='v:%s,k:int64'", type);
    snprintf(rules, sizeof rules,
             "{\"dataset\":{\"extra_columns\":\"allow\"},\"columns\":[{\"name\":\"v\","
             "\"type\":\"%s\"}]}",
             to);
    d = parse(text, types);
    ck_assert_msg(mlc_dataset_conform(NULL, d, rules, "policy=missing", &out, &err) == MLC_OK, "%s",
                  err.message);
    for (int64_t i = 0; i < out->n_rows; i++) {
        mlci_text cell = mlci_text_init(NULL);
        const mlci_shown shown = {&out->fields[0], -1};
        mlci_text_append_text(&cell, i == 0 ? "" : "|");
        if (mlci_column_is_valid(out->fields[0].column, i)) {
            mlci_cell_append(&shown, i, 0, &cell);
        } else {
            mlci_text_append_char(&cell, '-');
        }
        strncat(seen, cell.data, sizeof seen - strlen(seen) - 1);
        mlci_text_clear(&cell);
    }
    ck_assert_msg(strcmp(seen, expected) == 0, "%s to %s: %s", type, to, seen);
    mlc_dataset_free(out);
    mlc_dataset_free(d);
}

#define INTEGERS "1,1\n0,2\n,3\n-5,4\n9223372036854775807,5\n"
#define REALS "1,1\n0.5,2\n,3\n-5,4\n1e19,5\n"
#define TEXTS "1,1\n2.0,2\n,3\ntrue,4\nfalse,5\n2024-02-29,6\nx,7\n"
#define BOOLS "true,1\n,2\nfalse,3\n"
#define TIMES "2024-02-29,1\n,2\n"

START_TEST(test_casts_keep_what_means_the_same)
{
    casts("int64", INTEGERS, "bool", "true|false|-|-|-");
    casts("int64", INTEGERS, "timestamp", "-|-|-|-|-");
    casts("int64", INTEGERS, "float64", "1|0|-|-5|9.223372036854776e+18");
    casts("int64", INTEGERS, "float32", "1|0|-|-5|9.223372e+18");
    casts("int64", INTEGERS, "text", "1|0|-|-5|9223372036854775807");
    casts("float64", REALS, "int64", "1|-|-|-5|-");
    casts("float64", REALS, "bool", "true|-|-|-|-");
    casts("float64", REALS, "float32", "1|0.5|-|-5|1e+19");
    casts("float64", REALS, "category", "1|0.5|-|-5|1e+19");
    casts("float64", REALS, "timestamp", "-|-|-|-|-");
    casts("bool", BOOLS, "int64", "1|-|0");
    casts("bool", BOOLS, "float64", "1|-|0");
    casts("bool", BOOLS, "text", "true|-|false");
    casts("bool", BOOLS, "timestamp", "-|-|-");
    casts("timestamp", TIMES, "int64", "-|-");
    casts("timestamp", TIMES, "float64", "-|-");
    casts("timestamp", TIMES, "bool", "-|-");
    casts("timestamp", TIMES, "text", "2024-02-29T00:00:00Z|-");
}
END_TEST

START_TEST(test_casts_of_texts_read_them)
{
    const char *const types[] = {"text", "category"};
    for (int i = 0; i < 2; i++) {
        casts(types[i], TEXTS, "int64", "1|2|-|-|-|-|-");
        casts(types[i], TEXTS, "float64", "1|2|-|-|-|-|-");
        casts(types[i], TEXTS, "bool", "true|-|-|true|false|-|-");
        casts(types[i], TEXTS, "timestamp", "-|-|-|-|-|2024-02-29T00:00:00Z|-");
        casts(types[i], TEXTS, types[1 - i], "1|2.0|-|true|false|2024-02-29|x");
    }
}
END_TEST

/* Bounds that are no numbers, of a column of numbers that the dataset lacks. */
START_TEST(test_conform_checks_the_rules_of_columns_that_it_adds)
{
    mlc_dataset *d = parse(rows_text, "types='t:text'"), *out = NULL;
    mlc_error err;
    const char *const wrong = "{\"columns\":[{\"name\":\"gone\",\"type\":\"int64\",\"min\":"
                              "\"1970-01-01\"}]}";
    const char *const policies[] = {"policy=coerce", "policy=missing"};
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(mlc_dataset_conform(NULL, d, wrong, policies[i], &out, &err),
                         MLC_ERROR_SETTING);
        ck_assert_msg(strstr(err.message, "must be a number") != NULL, "%s", err.message);
        ck_assert_ptr_null(out);
    }
    mlc_dataset_free(d);
}
END_TEST

static mlc_status conform_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlc_dataset *d = parse(rows_text, "types='t:text'"), *out = NULL;
    const mlc_status status =
        mlc_dataset_conform(ctx, d, schema, "policy=missing policies='n:coerce'", &out, err);
    mlc_dataset_free(out);
    mlc_dataset_free(d);
    return status;
}
MLCI_TORTURE_TEST(test_conform_when_memory_fails_leaks_nothing, conform_and_free, NULL)

MLCI_CHECK_SUITE("conform", test_casts_keep_what_means_the_same, test_casts_of_texts_read_them,
                 test_conform_checks_the_rules_of_columns_that_it_adds,
                 test_missing_takes_what_does_not_fit_as_missing,
                 test_coerce_clips_and_refuses_what_means_nothing, test_fail_and_warn,
                 test_conform_when_memory_fails_leaks_nothing)
