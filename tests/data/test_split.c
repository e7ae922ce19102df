/* Splits and folds as such: settings, views, folds made by others. */
#include "registry.h"
#include "splitting.h"

#include "torture.h"

START_TEST(test_split_settings_without_or_with_a_wrong_name_fail)
{
    mlc_dataset *d = seventeen_rows("target=y"), *folds = NULL;
    mlc_error err;
    split_fails(d, "n_splits=5", MLC_ERROR_COMPONENT,
                "the settings begin with the name of a splitter, as in `k_fold n_splits=5`");
    ck_assert_int_eq(mlc_dataset_split(NULL, d, "k_folds", &folds, &err), MLC_ERROR_COMPONENT);
    ck_assert_ptr_nonnull(strstr(err.message, "k_fold"));
    ck_assert_int_eq(mlc_dataset_split(NULL, d, "k_fold n_split=3", &folds, &err),
                     MLC_ERROR_SETTING);
    ck_assert_ptr_nonnull(strstr(err.message, "n_splits"));
    ck_assert_int_eq(mlc_dataset_split(NULL, NULL, "k_fold", &folds, NULL), MLC_ERROR_ARGUMENT);
    ck_assert_int_eq(mlc_dataset_split(NULL, d, "k_fold", NULL, NULL), MLC_ERROR_ARGUMENT);
    ck_assert_int_eq(mlc_dataset_fold(d, NULL, 0, "test", &folds, &err), MLC_ERROR_ARGUMENT);
    ck_assert_str_eq(err.message, "dataset, folds, part and out must not be NULL");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_fold_views_the_rows_of_a_part)
{
    mlc_dataset *d = seventeen_rows("target=y"), *folds = split(d, "k_fold n_splits=5");
    mlc_dataset *train = NULL, *test = NULL;
    ck_assert_int_eq(mlc_dataset_fold(d, folds, 1, "train", &train, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_fold(d, folds, 1, "test", &test, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_n_rows(train), 13);
    ck_assert_int_eq(mlc_dataset_n_rows(test), 4);
    /* t is 17 - row; rows 4 to 7 are tested. */
    ck_assert_double_eq(real_of(test, "t", 0), 13);
    ck_assert_double_eq(real_of(test, "t", 3), 10);
    ck_assert_double_eq(real_of(train, "t", 4), 9);
    ck_assert_str_eq(mlc_dataset_column_role(train, 0), "target");
    mlc_dataset_free(test);
    mlc_dataset_free(train);
    mlc_dataset_free(folds);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_split_of_a_view_is_by_its_rows)
{
    static const int64_t rows[] = {16, 3, 4, 8, 0, 1};
    mlc_dataset *d = seventeen_rows("target=y time=t"), *view = NULL, *test = NULL;
    ck_assert_int_eq(mlc_dataset_rows(NULL, d, rows, 0, 6, &view, NULL), MLC_OK);
    mlc_dataset *folds = split(view, "time_series n_splits=2");
    /* By time: rows 16 8 4 3 1 0 of the data, two tested at a time. */
    ck_assert_int_eq(mlc_dataset_fold(view, folds, 1, "test", &test, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_n_rows(test), 2);
    ck_assert_double_eq(real_of(test, "t", 0), 17);
    ck_assert_double_eq(real_of(test, "t", 1), 16);
    mlc_dataset_free(test);
    mlc_dataset_free(folds);
    mlc_dataset_free(view);
    mlc_dataset_free(d);
}
END_TEST

static void takes_any_columns_of_parts(const char *texts)
{
    mlc_dataset *d = parse("x\n1\n2\n3\n4\n", NULL), *out = NULL;
    mlc_dataset *mine =
        parse("a,mine,b\n1,train,test\n2,test,train\n3,none,train\n4,,test\n", texts);
    mlc_error err;
    ck_assert_int_eq(mlc_dataset_fold(d, mine, 0, "test", &out, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_n_rows(out), 1);
    ck_assert_double_eq(real_of(out, "x", 0), 2);
    mlc_dataset_free(out);
    out = NULL;
    ck_assert_int_eq(mlc_dataset_fold(d, mine, 1, "test", &out, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_n_rows(out), 2);
    mlc_dataset_free(out);
    out = NULL;
    ck_assert_int_eq(mlc_dataset_fold(d, mine, 2, "test", &out, &err), MLC_ERROR_ARGUMENT);
    ck_assert_str_eq(err.message, "fold 2: the folds are 2, from 0");
    ck_assert_int_eq(mlc_dataset_fold(d, mine, 0, "dev", &out, &err), MLC_ERROR_ARGUMENT);
    ck_assert_str_eq(err.message, "part = 'dev': must be train, valid or test");
    mlc_dataset *wrong = parse("p\ntrain\ntset\ntest\ntest\n", texts);
    ck_assert_int_eq(mlc_dataset_fold(d, wrong, 0, "test", &out, &err), MLC_ERROR_DATA);
    ck_assert_str_eq(err.message,
                     "row 1 of column 'p' is 'tset': must be train, valid, test or none");
    mlc_dataset *shorter = parse("p\ntrain\n", NULL);
    ck_assert_int_eq(mlc_dataset_fold(d, shorter, 0, "test", &out, &err), MLC_ERROR_DATA);
    ck_assert_str_eq(err.message, "the dataset has 4 rows and its folds 1");
    ck_assert_ptr_null(out);
    mlc_dataset_free(shorter);
    mlc_dataset_free(wrong);
    mlc_dataset_free(mine);
    mlc_dataset_free(d);
}

START_TEST(test_fold_takes_any_columns_of_parts)
{
    takes_any_columns_of_parts("text=text");
    takes_any_columns_of_parts("text=category");
}
END_TEST

/* Each splitter works without a role or says which it lacks. */
START_TEST(test_splitters_without_the_role_they_need_say_so)
{
    static const char *const roles[] = {"feature=y", "target=y", "group=g", "group=g target=y",
                                        "time=t",    "key=g",    "fold=g"};
    const mlci_descriptor *splitter = NULL;
    for (int32_t i = 0; (splitter = mlci_registry_at(MLCI_KIND_SPLITTER, i)) != NULL; i++) {
        int n_done = 0;
        for (size_t r = 0; r < sizeof roles / sizeof roles[0]; r++) {
            mlc_dataset *d = seventeen_rows(roles[r]), *folds = NULL;
            mlc_error err = {0};
            const mlc_status status = mlc_dataset_split(NULL, d, splitter->name, &folds, &err);
            ck_assert_msg(status == MLC_OK || status == MLC_ERROR_ROLE, "%s, %s: %s",
                          splitter->name, roles[r], err.message);
            if (status == MLC_ERROR_ROLE) ck_assert_ptr_nonnull(strstr(err.message, "the role "));
            n_done += status == MLC_OK;
            mlc_dataset_free(folds);
            mlc_dataset_free(d);
        }
        ck_assert_int_gt(n_done, 0);
    }
}
END_TEST

static mlc_status split_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    const char *const settings[] = {"hold_out stratify=true",
                                    "stratified_k_fold n_splits=2 "
                                    "shuffle=true",
                                    "group_k_fold n_splits=2",
                                    "time_series n_splits=2",
                                    "hash",
                                    "predefined",
                                    "hold_out group=true validation_size=1",
                                    "k_fold shuffle=true "
                                    "n_splits=2"};
    const char *const text = "y,g,t,k,f\na,1,2020,x,0\nb,2,2021,y,1\na,3,2022,z,-1\nb,3,2019,w,1\n";
    mlc_dataset *d = NULL;
    mlc_status status = mlc_dataset_parse_csv(ctx, text, (int64_t)strlen(text),
                                              "target=y group=g time=t key=k fold=f", &d, err);
    for (int i = 0; i < 8 && status == MLC_OK; i++) {
        mlc_dataset *folds = NULL, *train = NULL;
        status = mlc_dataset_split(ctx, d, settings[i], &folds, err);
        if (status == MLC_OK) status = mlc_dataset_fold(d, folds, 0, "train", &train, err);
        mlc_dataset_free(train);
        mlc_dataset_free(folds);
    }
    mlc_dataset_free(d);
    return status;
}
MLCI_TORTURE_TEST(test_split_when_memory_fails_leaks_nothing, split_and_free, NULL)

MLCI_CHECK_SUITE("split", test_split_settings_without_or_with_a_wrong_name_fail,
                 test_fold_views_the_rows_of_a_part, test_split_of_a_view_is_by_its_rows,
                 test_fold_takes_any_columns_of_parts,
                 test_splitters_without_the_role_they_need_say_so,
                 test_split_when_memory_fails_leaks_nothing)
