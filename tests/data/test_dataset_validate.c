/* Each rule of a schema broken once; tests/python/test_validate.py has more of it. */
#include "csv_reading.h"
#include "torture.h"

static const char rows_text[] =
    "id,n,x,c,t,w\n1,3,0.5,a,ab1,2024-01-01\n2,9,inf,b,ab2,2024-01-03\n2,-4,,q,abcd5,2024-01-02\n"
    "4,5,2,a,x,2024-01-04\n";
static const char types[] = "types='c:category,t:text,w:timestamp'";

static mlc_dataset *validate(const mlc_dataset *d, const char *schema, const mlc_profile *reference,
                             const char *settings)
{
    mlc_dataset *out = NULL;
    mlc_error err;
    ck_assert_msg(mlc_dataset_validate(NULL, d, schema, reference, settings, &out, &err) == MLC_OK,
                  "%s", err.message);
    return out;
}

static void finds(const char *schema, const char *rule, double n_rows, const char *examples)
{
    mlc_dataset *d = parse(rows_text, types);
    mlc_dataset *out = validate(d, schema, NULL, "now=2024-01-05T00:00:00Z");
    ck_assert_int_eq(out->n_rows, 1);
    ck_assert_msg(text_is(out, "rule", 0, rule), "%s", schema);
    if (n_rows < 0) {
        ck_assert(isnan(real_of(out, "rows", 0)));
    } else {
        ck_assert_double_eq(real_of(out, "rows", 0), n_rows);
        ck_assert_double_eq(real_of(out, "share", 0), n_rows / 4);
    }
    ck_assert_msg(text_is(out, "examples", 0, examples), "%s", schema);
    mlc_dataset_free(out);
    mlc_dataset_free(d);
}

#define ALLOW "\"dataset\":{\"extra_columns\":\"allow\"},"
#define ONE(column) "{" ALLOW "\"columns\":[{" column "}]}"

START_TEST(test_each_rule_is_found)
{
    finds(ONE("\"name\":\"n\",\"max\":5"), "above_max", 1, "1: 9");
    finds(ONE("\"name\":\"n\",\"min\":0"), "below_min", 1, "2: -4");
    finds(ONE("\"name\":\"x\",\"finite\":true"), "not_finite", 1, "1: inf");
    finds(ONE("\"name\":\"x\",\"min_present\":0.9"), "too_many_missing", 1, "2: missing");
    finds(ONE("\"name\":\"c\",\"values\":[\"a\",\"b\"]"), "not_in_values", 1, "2: q");
    finds(ONE("\"name\":\"id\",\"values\":[1,2]"), "not_in_values", 1, "3: 4");
    finds(ONE("\"name\":\"t\",\"pattern\":\"[a-z]+\\\\d\""), "pattern_mismatch", 1, "3: x");
    finds(ONE("\"name\":\"t\",\"max_length\":4"), "too_long", 1, "2: abcd5");
    finds(ONE("\"name\":\"t\",\"min_length\":2"), "too_short", 1, "3: x");
    finds(ONE("\"name\":\"id\",\"unique\":true"), "not_unique", 1, "2: 2");
    finds(ONE("\"name\":\"w\",\"monotone\":\"increasing\""), "not_monotone", 1,
          "2: 2024-01-02T00:00:00Z");
    finds(ONE("\"name\":\"id\",\"monotone\":\"strictly_increasing\""), "not_monotone", 1, "2: 2");
    finds(ONE("\"name\":\"w\",\"max\":\"2024-01-03\""), "above_max", 1, "3: 2024-01-04T00:00:00Z");
    finds(ONE("\"name\":\"w\",\"fresh_within_hours\":20"), "not_fresh", -1, NULL);
    finds(ONE("\"name\":\"n\",\"type\":\"text\""), "wrong_type", -1, NULL);
    finds(ONE("\"name\":\"n\",\"role\":\"target\""), "wrong_role", -1, NULL);
    finds(ONE("\"name\":\"gone\""), "missing_column", -1, NULL);
    finds("{\"dataset\":{\"extra_columns\":\"allow\",\"min_rows\":5}}", "too_few_rows", -1, NULL);
    finds("{\"dataset\":{\"extra_columns\":\"allow\",\"max_rows\":3}}", "too_many_rows", -1, NULL);
    finds("{\"dataset\":{\"extra_columns\":\"allow\",\"key\":\"id\"}}", "duplicate_key", 1, "2: 2");
    finds("{" ALLOW "\"rules\":[{\"expression\":\"n > 0\"}]}", "row_rule", 1, "2");
}
END_TEST

START_TEST(test_what_is_allowed_is_not_found)
{
    mlc_dataset *d = parse(rows_text, types);
    static const char *const schemas[] = {
        ONE("\"name\":\"n\",\"min\":-4,\"max\":9,\"type\":\"float64\""),
        ONE("\"name\":\"c\",\"values\":[\"a\",\"b\"],\"min_domain_mass\":0.75"),
        ONE("\"name\":\"w\",\"fresh_within_hours\":24"),
        ONE("\"name\":\"gone\",\"required\":false"),
        ONE("\"name\":\"gone\",\"environments\":[\"serving\"]"),
        "{" ALLOW "\"rules\":[{\"expression\":\"n > 0\",\"max_share\":0.25}]}",
    };
    for (int i = 0; i < 6; i++) {
        mlc_dataset *out =
            validate(d, schemas[i], NULL, "environment=training now=2024-01-05T00:00:00Z");
        ck_assert_msg(out->n_rows == 0, "%s", schemas[i]);
        mlc_dataset_free(out);
    }
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_schema_that_does_not_fit_is_an_error)
{
    mlc_dataset *d = parse(rows_text, types), *out = NULL;
    static const char *const wrong[] = {
        ONE("\"name\":\"t\",\"min\":3"),        ONE("\"name\":\"n\",\"pattern\":\"a\""),
        ONE("\"name\":\"n\",\"max\":\"many\""), ONE("\"name\":\"w\",\"fresh_within_hours\":1"),
        ONE("\"name\":\"n\",\"max_psi\":0.1"),  ONE("\"name\":\"n\",\"fresh_within_hours\":1")};
    for (int i = 0; i < 6; i++) {
        mlc_error err;
        ck_assert_int_eq(mlc_dataset_validate(NULL, d, wrong[i], NULL, NULL, &out, &err),
                         MLC_ERROR_SETTING);
        ck_assert_msg(err.message[0] != '\0' && out == NULL, "%s", wrong[i]);
    }
    mlc_dataset_free(d);
}
END_TEST

static mlc_status validate_all(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlc_dataset *d = parse(rows_text, types), *out = NULL;
    mlc_profile *reference = NULL;
    ck_assert_int_eq(mlc_profile_create(NULL, d, NULL, &reference, NULL), MLC_OK);
    const mlc_status status = mlc_dataset_validate(
        ctx, d,
        "{\"dataset\":{\"key\":\"c\",\"ordered\":true},\"columns\":[{\"name\":\"n\",\"max\":5,"
        "\"values\":[1,2],\"max_psi\":0},{\"name\":\"t\",\"pattern\":\"a.*\",\"unique\":true},"
        "{\"name\":\"id\"},{\"name\":\"gone\"}],\"rules\":[{\"expression\":\"n > 4\"}]}",
        reference, NULL, &out, err);
    mlc_dataset_free(out);
    mlc_profile_free(reference);
    mlc_dataset_free(d);
    return status;
}
MLCI_TORTURE_TEST(test_validate_when_memory_fails_leaks_nothing, validate_all, NULL)

MLCI_CHECK_SUITE("dataset_validate", test_each_rule_is_found, test_what_is_allowed_is_not_found,
                 test_schema_that_does_not_fit_is_an_error,
                 test_validate_when_memory_fails_leaks_nothing)
