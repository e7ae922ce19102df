/* Writing libsvm text; tests/python/test_formats.py has scikit-learn read it. */
#include "format_reading.h"
#include "torture.h"

static char *written(const mlc_dataset *d, const char *settings)
{
    char path[128];
    path_of(path, "w.svm");
    mlc_error err;
    ck_assert_msg(mlc_dataset_write(NULL, d, path, settings, &err) == MLC_OK, "%s", err.message);
    char *const text = text_of_file(path);
    unlink(path);
    return text;
}

START_TEST(test_libsvm_write_puts_features_side_by_side)
{
    mlc_dataset *d = parse("y,a,b,i,w,name\n1.0,0.5,true,7,2,x\n2.5,0,false,,3,y\n",
                           "target=y weight=w ignore=name types='y:float64'");
    char *text = written(d, NULL);
    ck_assert_str_eq(text, "1.0 1:0.5 2:1 3:7\n2.5 3:nan\n");
    free(text);
    text = written(d, "index_base=0");
    ck_assert_str_eq(text, "1.0 0:0.5 1:1 2:7\n2.5 2:nan\n");
    free(text);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_libsvm_write_reads_back_the_same)
{
    static const char text[] = "1 qid:2 1:0 3:0.1\n-4 qid:3 2:-0 5:1e-310\n0 qid:3\n";
    mlc_dataset *d = parse_as("libsvm", text, NULL);
    char *const again = written(d, NULL);
    ck_assert_str_eq(again, text); /* also the zero that is stored */
    free(again);
    mlc_dataset_free(d);
}
END_TEST

static void refuses(const char *csv, const char *roles, mlc_status status, const char *message)
{
    mlc_error err;
    mlc_dataset *d = parse(csv, roles);
    ck_assert_int_eq(mlc_dataset_write(NULL, d, "/tmp/mlc_never.svm", NULL, &err), status);
    ck_assert_str_eq(err.message, message);
    ck_assert_int_ne(access("/tmp/mlc_never.svm", F_OK), 0);
    mlc_dataset_free(d);
}

START_TEST(test_libsvm_write_refuses_what_is_no_number)
{
    refuses("y,a\n1,2\n", NULL, MLC_ERROR_ROLE,
            "libsvm text starts with a label: name the column with target=");
    refuses("y,a\n1,x\n", "target=y", MLC_ERROR_COLUMN,
            "column 'a' is a category: libsvm text holds numbers only; encode it first or set its "
            "role to ignore");
    refuses("y,g\n1,\n2,3\n", "target=y group=g", MLC_ERROR_COLUMN,
            "column 'g' is the group: qid: needs int64 without missing values");
}
END_TEST

static mlc_status write_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    char path[128];
    path_of(path, "t.svm");
    mlc_dataset *d = NULL;
    const char *const text = "1 qid:2 1:0 3:0.1\n";
    mlc_status status = mlc_dataset_parse(ctx, text, (int64_t)strlen(text), NULL, &d, err);
    if (status == MLC_OK) status = mlc_dataset_write(ctx, d, path, "index_base=0", err);
    mlc_dataset_free(d);
    unlink(path);
    return status;
}
MLCI_TORTURE_TEST(test_libsvm_write_when_memory_fails_leaks_nothing, write_and_free, NULL)

MLCI_CHECK_SUITE("libsvm_write", test_libsvm_write_puts_features_side_by_side,
                 test_libsvm_write_reads_back_the_same, test_libsvm_write_refuses_what_is_no_number,
                 test_libsvm_write_when_memory_fails_leaks_nothing)
