/* Schemas: what is inferred reads back, and what is wrong is named. */
#include "csv_reading.h"
#include "schema_impl.h"
#include "torture.h"

static void refused(const char *text, mlc_status status, const char *says)
{
    mlci_schema schema;
    mlc_error err;
    ck_assert_int_eq(mlci_schema_parse(NULL, text, &schema, &err), status);
    ck_assert_msg(strstr(err.message, says) != NULL, "%s", err.message);
}

START_TEST(test_schema_that_is_wrong_says_what)
{
    refused("", MLC_ERROR_SYNTAX, "");
    refused("[]", MLC_ERROR_SYNTAX, "a schema is a JSON object");
    refused("{\"mlcore_schema\":2}", MLC_ERROR_VERSION, "reads format 1");
    refused("{\"colums\":[]}", MLC_ERROR_SYNTAX, "columns and rules");
    refused("{\"columns\":[{\"type\":\"int64\"}]}", MLC_ERROR_SETTING, "without a name");
    refused("{\"columns\":[{\"name\":\"a\",\"maxx\":3}]}", MLC_ERROR_SETTING, "'max'");
    refused("{\"columns\":[{\"name\":\"a\",\"type\":\"int\"}]}", MLC_ERROR_SETTING, "int64");
    refused("{\"columns\":[{\"name\":\"a\",\"min_present\":2}]}", MLC_ERROR_SETTING, "min_present");
    refused("{\"columns\":[{\"name\":\"a\"},{\"name\":\"a\"}]}", MLC_ERROR_COLUMN, "twice");
    refused("{\"columns\":[],\"columns\":[3]}", MLC_ERROR_SYNTAX, "must be an object");
    refused("{\"rules\":[{\"name\":\"x\"}]}", MLC_ERROR_SETTING, "without an expression");
    refused("{\"dataset\":{\"min_rows\":-1}}", MLC_ERROR_SETTING, "min_rows");
    refused("{\"columns\":[{\"name\":\"a\",\"min_length\":3,\"max_length\":2}]}", MLC_ERROR_SETTING,
            "max_length below min_length");
}
END_TEST

static mlc_buffer *inferred(mlc_context *ctx, mlc_status *status, mlc_error *err)
{
    mlc_dataset *d = parse("i,c,t,f,y\n1,a,xx,0.5,no\n2,\"b,\"\"c\",yyy,,yes\n3,a,z,2,no\n",
                           "target=y types='t:text,c:category'");
    mlc_profile *p = NULL;
    mlc_buffer *text = NULL;
    ck_assert_int_eq(mlc_profile_create(NULL, d, NULL, &p, NULL), MLC_OK);
    *status = mlc_profile_schema(ctx, p, "max_psi=0.2 min_domain_mass=0.9", &text, err);
    mlc_profile_free(p);
    mlc_dataset_free(d);
    return text;
}

START_TEST(test_schema_inferred_reads_back)
{
    mlc_status status;
    mlci_schema s;
    mlc_error err;
    mlc_buffer *text = inferred(NULL, &status, &err);
    ck_assert_int_eq(status, MLC_OK);
    ck_assert_msg(mlci_schema_parse(NULL, mlc_buffer_data(text), &s, &err) == MLC_OK, "%s",
                  err.message);
    ck_assert_int_eq(s.n_columns, 5);
    ck_assert_str_eq(s.columns[0].least, "1");
    ck_assert_str_eq(s.columns[0].greatest, "3");
    ck_assert_double_eq(s.columns[1].min_domain_mass, 0.9);
    ck_assert_int_eq(s.columns[2].max_length, 3);
    ck_assert_double_eq(s.columns[3].min_present, 0.66);
    ck_assert_double_eq(s.columns[3].max_psi, 0.2);
    ck_assert(mlci_schema_is_in(&s.columns[4], "training"));
    ck_assert(!mlci_schema_is_in(&s.columns[4], "serving"));
    ck_assert(mlci_schema_is_in(&s.columns[4], NULL));
    mlci_schema_clear(&s);
    mlc_buffer_free(text);
}
END_TEST

static mlc_status infer_and_parse(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlc_status status;
    mlci_schema s;
    mlc_buffer *text = inferred(ctx, &status, err);
    if (status == MLC_OK) {
        status = mlci_schema_parse(mlci_context_root(ctx), mlc_buffer_data(text), &s, err);
        if (status == MLC_OK) mlci_schema_clear(&s);
    }
    mlc_buffer_free(text);
    return status;
}
MLCI_TORTURE_TEST(test_schema_when_memory_fails_leaks_nothing, infer_and_parse, NULL)

START_TEST(test_schema_cut_or_changed_is_refused_or_read)
{
    mlc_status status;
    mlc_buffer *whole = inferred(NULL, &status, NULL);
    const int64_t n = mlc_buffer_size(whole);
    char *const text = malloc((size_t)n + 1);
    mlci_schema s;
    mlc_error err;
    for (int64_t i = 0; i < n; i++) {
        memcpy(text, mlc_buffer_data(whole), (size_t)n + 1);
        text[i] = '\0';
        if (i < n - 2) ck_assert_int_ne(mlci_schema_parse(NULL, text, &s, &err), MLC_OK);
        text[i] = "0\"{]:x,"[i % 7];
        memcpy(text + i + 1, (const char *)mlc_buffer_data(whole) + i + 1, (size_t)(n - i));
        if (mlci_schema_parse(NULL, text, &s, &err) == MLC_OK) mlci_schema_clear(&s);
    }
    free(text);
    mlc_buffer_free(whole);
}
END_TEST

MLCI_CHECK_SUITE("schema_parse", test_schema_that_is_wrong_says_what,
                 test_schema_inferred_reads_back, test_schema_when_memory_fails_leaks_nothing,
                 test_schema_cut_or_changed_is_refused_or_read)
