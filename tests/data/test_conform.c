/* Datasets made to fit a schema: casts, clips, missing values, columns; each policy. */
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

MLCI_CHECK_MAIN("conform", test_missing_takes_what_does_not_fit_as_missing,
                test_coerce_clips_and_refuses_what_means_nothing, test_fail_and_warn,
                test_conform_when_memory_fails_leaks_nothing)
