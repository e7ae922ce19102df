/* Writing JSON Lines: each type in the form that read.h says, and back. */
#include "format_reading.h"
#include "torture.h"

START_TEST(test_jsonl_write_each_type_in_its_form)
{
    char path[128];
    path_of(path, "write.jsonl");
    mlc_dataset *d = parse("i,f,n,b,t,when\n1,0.5,3,true,\"q\"\"\\\n\",2024-02-29\n"
                           "-9223372036854775808,1e300,0.1,false,\"\",2024-02-29T01:02:03.5Z\n"
                           ",,,,,\n0,-0.0,1e-45,true,x,1970-01-01\n",
                           "types='f:float64,n:float32,t:text,when:timestamp'");
    ck_assert_int_eq(mlc_dataset_write(NULL, d, path, NULL, NULL), MLC_OK);
    char *const text = text_of_file(path);
    ck_assert_str_eq(text,
                     "{\"i\":1,\"f\":0.5,\"n\":3.0,\"b\":true,\"t\":\"q\\\"\\\\\\n\",\"when\":"
                     "\"2024-02-29T00:00:00Z\"}\n"
                     "{\"i\":-9223372036854775808,\"f\":1e+300,\"n\":0.1,\"b\":false,\"t\":\"\","
                     "\"when\":\"2024-02-29T01:02:03.500000Z\"}\n"
                     "{\"i\":null,\"f\":null,\"n\":null,\"b\":null,\"t\":null,\"when\":null}\n"
                     "{\"i\":0,\"f\":-0.0,\"n\":1e-45,\"b\":true,\"t\":\"x\",\"when\":\"1970-01-"
                     "01T00:00:00Z\"}\n");
    mlc_dataset *again = parse_as("jsonl", text, "types='n:float32,t:text,when:timestamp'");
    assert_same(d, again);
    free(text);
    mlc_dataset_free(again);
    mlc_dataset_free(d);
    unlink(path);
}
END_TEST

START_TEST(test_jsonl_write_has_views_and_sparse_vectors)
{
    char path[128];
    path_of(path, "view.jsonl");
    mlc_dataset *d = parse_as("libsvm", "1 2:5\n0 1:-1 3:inf\n3\n", NULL), *view = NULL;
    const int64_t rows[] = {2, 1};
    ck_assert_int_eq(mlc_dataset_rows(NULL, d, rows, 0, 2, &view, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_write(NULL, view, path, NULL, NULL), MLC_OK);
    char *const text = text_of_file(path);
    ck_assert_str_eq(text, "{\"target\":3,\"x\":[0.0,0.0,0.0]}\n"
                           "{\"target\":0,\"x\":[-1.0,0.0,1e999]}\n");
    free(text);
    mlc_dataset_free(view);
    mlc_dataset_free(d);
    unlink(path);
}
END_TEST

START_TEST(test_jsonl_write_wrong_settings_and_paths_fail)
{
    mlc_error err;
    mlc_dataset *d = parse("a\n1\n", NULL);
    ck_assert_int_eq(mlc_dataset_write(NULL, d, "/tmp/x.jsonl", "nan=zero", &err),
                     MLC_ERROR_SETTING);
    ck_assert_str_eq(err.message, "nan = 'zero': must be word or null");
    ck_assert_int_eq(mlc_dataset_write(NULL, d, "/no/such/x.jsonl", NULL, &err), MLC_ERROR_IO);
    mlc_dataset_free(d);
}
END_TEST

static mlc_status write_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    char path[128];
    path_of(path, arg);
    mlc_dataset *d = NULL;
    const char *const text = "{\"a\":1,\"b\":[1,2],\"c\":\"x\"}\n{\"a\":2.5}\n";
    mlc_status status = mlc_dataset_parse(ctx, text, (int64_t)strlen(text), NULL, &d, err);
    if (status == MLC_OK) status = mlc_dataset_write(ctx, d, path, "format=jsonl nan=null", err);
    mlc_dataset_free(d);
    unlink(path);
    return status;
}
MLCI_TORTURE_TEST(test_jsonl_write_when_memory_fails_leaks_nothing, write_and_free,
                  (void *)"t.jsonl")
MLCI_TORTURE_TEST(test_jsonl_write_packed_when_memory_fails_leaks_nothing, write_and_free,
                  (void *)"t.jsonl.gz")

MLCI_CHECK_SUITE("jsonl_write", test_jsonl_write_each_type_in_its_form,
                 test_jsonl_write_has_views_and_sparse_vectors,
                 test_jsonl_write_wrong_settings_and_paths_fail,
                 test_jsonl_write_when_memory_fails_leaks_nothing,
                 test_jsonl_write_packed_when_memory_fails_leaks_nothing)
