#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>

#include "artifacts.h"
#include "check_suite.h"
#include "context_impl.h"
#include "fault_system.h"
#include "torture.h"

/* A directory of its own for each test. */
static char folder[64], path[80];

static void open_folder(void)
{
    strcpy(folder, "/tmp/mlcore-artifact-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    strcat(strcpy(path, folder), "/m.mlcore");
}

static int n_files(void)
{
    int n = 0;
    DIR *d = opendir(folder);
    for (struct dirent *e = readdir(d); e != NULL; e = readdir(d))
        n += e->d_name[0] != '.';
    /* temporary files may start with a dot */
    rewinddir(d);
    for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
        n += e->d_name[0] == '.' && strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    }
    closedir(d);
    return n;
}

static void close_folder(void)
{
    unlink(path);
    ck_assert_int_eq(n_files(), 0);
    ck_assert_int_eq(rmdir(folder), 0);
}

static artifact_bytes read_file(void)
{
    artifact_bytes a = {NULL, 0};
    FILE *f = fopen(path, "rb");
    if (f == NULL) return a;
    a.data = malloc(1 << 20);
    a.n = (int64_t)fread(a.data, 1, 1 << 20, f);
    fclose(f);
    return a;
}

static int same(const artifact_bytes *a, const artifact_bytes *b)
{
    return a->n == b->n && memcmp(a->data, b->data, (size_t)a->n) == 0;
}

static mlc_model *fit_in(mlc_context *ctx, const char *recipe, const mlc_dataset *rows)
{
    mlc_model *parsed = NULL, *model = NULL;
    mlc_error err = {0};
    ck_assert_int_eq(mlc_model_parse(ctx, recipe, &parsed, &err), MLC_OK);
    ck_assert_msg(mlc_model_fit(ctx, parsed, rows, NULL, &model, &err) == MLC_OK, "%s",
                  err.message);
    mlc_model_free(parsed);
    return model;
}

START_TEST(test_artifact_saved_to_a_file_loads_and_has_the_bytes_of_memory)
{
    open_folder();
    mlc_dataset *rows = composing_rows(60, COMPOSING_NUMBERS);
    mlc_model *model = transforming_model("pipeline(automatic, ridge)", rows), *loaded = NULL;
    mlc_error err = {0};
    ck_assert_msg(mlc_model_save(model, path, NULL, &err) == MLC_OK, "%s", err.message);
    ck_assert_msg(mlc_model_load(NULL, path, NULL, &loaded, &err) == MLC_OK, "%s", err.message);
    composing_same(model, loaded, rows);
    artifact_bytes file = read_file(), memory = artifact_of(model, NULL);
    ck_assert(same(&file, &memory));
    ck_assert_int_eq(n_files(), 1);
    free(file.data);
    free(memory.data);
    mlc_model_free(loaded);
    mlc_model_free(model);
    mlc_dataset_free(rows);
    close_folder();
}
END_TEST

START_TEST(test_artifact_settings_compress_and_describe)
{
    mlc_dataset *rows = composing_rows(200, COMPOSING_CLASSES);
    mlc_model *model = transforming_model("gradient_boosting_classifier(n_estimators=20)", rows);
    artifact_bytes plain = artifact_of(model, NULL);
    artifact_bytes packed = artifact_of(model, "compress=true description='for \"you\"'");
    ck_assert_int_lt(packed.n, plain.n);
    mlci_container_in c = {0};
    ck_assert_int_eq(
        mlci_container_open(NULL, packed.data, packed.n, &mlci_default_limits, &c, NULL), MLC_OK);
    ck_assert_str_eq(c.sections[0].name, "info");
    char *info = mlci_copy_text(NULL, (const char *)c.sections[0].raw, c.sections[0].n_raw);
    ck_assert_ptr_nonnull(strstr(info, "\"description\": \"for \\\"you\\\"\""));
    ck_assert_ptr_nonnull(strstr(info, "\"rows\": 200"));
    mlci_free(info);
    mlci_container_close(&c);
    mlc_model *loaded = NULL;
    ck_assert_int_eq(mlc_model_load_memory(NULL, packed.data, packed.n, NULL, &loaded, NULL),
                     MLC_OK);
    composing_same(model, loaded, rows);
    mlc_model_free(loaded);
    making_assert_fails(
        mlc_model_load_memory(NULL, packed.data, packed.n, "max_bytes=2000", &loaded, err),
        MLC_ERROR_LIMIT, "max_bytes = 2000");
    free(plain.data);
    free(packed.data);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_artifact_paths_that_cannot_be_used_say_why)
{
    mlc_dataset *rows = composing_rows(60, COMPOSING_NUMBERS);
    mlc_model *model = transforming_model("pipeline(automatic, ridge)", rows), *loaded = NULL;
    making_assert_fails(mlc_model_save(model, "/no/such/place/m.mlcore", NULL, err), MLC_ERROR_IO,
                        "/no/such/place/m.mlcore");
    making_assert_fails(mlc_model_save(model, "/tmp", NULL, err), MLC_ERROR_IO, "/tmp");
    making_assert_fails(mlc_model_save(model, NULL, NULL, err), MLC_ERROR_ARGUMENT, "NULL");
    making_assert_fails(mlc_model_save(model, "/tmp/x", "sink=true", err), MLC_ERROR_SETTING,
                        "sink: no such parameter of 'save'");
    making_assert_fails(mlc_model_load(NULL, "/no/such/m.mlcore", NULL, &loaded, err), MLC_ERROR_IO,
                        "/no/such/m.mlcore");
    making_assert_fails(mlc_model_load(NULL, "/proc/self/cmdline", NULL, &loaded, err),
                        MLC_ERROR_FORMAT, "/proc/self/cmdline: this is not a libmlcore artifact");
    making_assert_fails(mlc_model_load_memory(NULL, NULL, 3, NULL, &loaded, err),
                        MLC_ERROR_ARGUMENT, "NULL");
    ck_assert_ptr_null(loaded);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

/* Every call to the system fails in turn: the file is the old one or the new one, whole; nothing
 * is left beside it and no descriptor open. */
START_TEST(test_save_when_any_system_call_fails_leaves_the_old_file_or_the_new_one)
{
    open_folder();
    mlc_dataset *rows = composing_rows(60, COMPOSING_NUMBERS);
    mlc_context *ctx = NULL;
    ck_assert_int_eq(mlc_context_create(NULL, &ctx, NULL), MLC_OK);
    mlc_model *before = fit_in(ctx, "pipeline(automatic, ridge)", rows);
    mlc_model *after = fit_in(ctx, "pipeline(automatic, ridge(alpha=9))", rows);
    artifact_bytes old = artifact_of(before, NULL), new = artifact_of(after, NULL);
    static const int errors[] = {ENOSPC, EIO, EACCES};
    int64_t n_calls = 0, n_old = 0, n_new = 0;
    for (int e = 0; e < 3; e++) {
        for (int64_t k = 0; k <= n_calls; k++) { /* the first time none fails: to count */
            mlci_root_set_system(mlci_context_root(ctx), &mlci_native_system);
            ck_assert_int_eq(mlc_model_save(before, path, NULL, NULL), MLC_OK);
            mlci_fault_system f = mlci_fault_system_init();
            f.fail_at = k;
            f.error = errors[e];
            f.short_bytes = k % 2 == 0 ? 1000 : 0;
            mlci_root_set_system(mlci_context_root(ctx), mlci_fault_system_table(&f));
            mlc_error err = {0};
            const mlc_status status = mlc_model_save(after, path, NULL, &err);
            mlci_root_set_system(mlci_context_root(ctx), &mlci_native_system);
            if (f.n_calls > n_calls) n_calls = f.n_calls;
            artifact_bytes now = read_file();
            ck_assert(same(&now, &old) || same(&now, &new));
            if (status == MLC_OK) ck_assert(same(&now, &new));
            if (status != MLC_OK) {
                ck_assert_int_eq(status, MLC_ERROR_IO);
                ck_assert_msg(strstr(err.message, folder) != NULL, "%s", err.message);
                ck_assert(same(&now, &old) || f.n_renamed > 0);
            }
            n_old += same(&now, &old);
            n_new += same(&now, &new);
            const int unlink_failed = f.failed != NULL && strcmp(f.failed, "unlink") == 0;
            ck_assert_msg(n_files() == 1 || unlink_failed, "call %lld (%s)", (long long)k,
                          f.failed);
            ck_assert_int_eq(f.n_open, 0);
            free(now.data);
        }
    }
    ck_assert_int_gt(n_calls, 5);
    ck_assert_int_gt(n_old, 3);
    ck_assert_int_gt(n_new, 0);
    free(old.data);
    free(new.data);
    mlc_model_free(before);
    mlc_model_free(after);
    mlc_context_close(ctx);
    mlc_dataset_free(rows);
    close_folder();
}
END_TEST

START_TEST(test_load_when_any_system_call_fails_is_an_io_error)
{
    open_folder();
    mlc_dataset *rows = composing_rows(60, COMPOSING_NUMBERS);
    mlc_model *model = transforming_model("pipeline(automatic, ridge)", rows);
    ck_assert_int_eq(mlc_model_save(model, path, NULL, NULL), MLC_OK);
    mlc_context *ctx = NULL;
    ck_assert_int_eq(mlc_context_create(NULL, &ctx, NULL), MLC_OK);
    int64_t k = 1;
    for (int64_t n_failed = 1; n_failed > 0; k++) {
        mlci_fault_system f = mlci_fault_system_init();
        f.fail_at = k;
        f.short_bytes = 777;
        mlci_root_set_system(mlci_context_root(ctx), mlci_fault_system_table(&f));
        mlc_model *loaded = NULL;
        mlc_error err = {0};
        const mlc_status status = mlc_model_load(ctx, path, NULL, &loaded, &err);
        mlci_root_set_system(mlci_context_root(ctx), &mlci_native_system);
        n_failed = f.n_failed;
        ck_assert_int_eq(f.n_open, 0);
        /* what was read is whole, and a size is only a hint */
        const int harmless = f.failed != NULL &&
                             (strcmp(f.failed, "close") == 0 || strcmp(f.failed, "file_size") == 0);
        if (f.n_failed > 0 && !harmless) {
            ck_assert_msg(status == MLC_ERROR_IO, "%s: status %d", f.failed, (int)status);
            ck_assert_msg(strstr(err.message, path) != NULL, "%s", err.message);
        }
        mlc_model_free(loaded);
    }
    ck_assert_int_gt(k, 3);
    mlc_context_close(ctx);
    mlc_model_free(model);
    mlc_dataset_free(rows);
    close_folder();
}
END_TEST

static mlc_status save(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlc_buffer *bytes = NULL;
    const mlc_status status =
        mlc_model_save_memory(ctx, arg, "compress=true description=x", &bytes, err);
    mlc_buffer_free(bytes);
    return status;
}

START_TEST(test_save_when_memory_fails_leaks_nothing)
{
    mlc_dataset *rows = composing_rows(40, COMPOSING_CLASSES);
    mlc_model *model = transforming_model("gradient_boosting_classifier(n_estimators=2)", rows);
    mlci_torture(save, model);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

MLCI_CHECK_SUITE("artifact", test_artifact_saved_to_a_file_loads_and_has_the_bytes_of_memory,
                 test_artifact_settings_compress_and_describe,
                 test_artifact_paths_that_cannot_be_used_say_why,
                 test_save_when_any_system_call_fails_leaves_the_old_file_or_the_new_one,
                 test_load_when_any_system_call_fails_is_an_io_error,
                 test_save_when_memory_fails_leaks_nothing)
