/* A program that lives for months: cycles of create, fit, save, load, predict, free leave memory,
 * files and threads as they were. A thousand cycles a change, a hundred thousand in the long form,
 * through all components in turn. */
#include "guest.h"
#include "operations.h"

#define N_ROWS 60
#define MOST_DRIFT_BYTES (1 << 20)

typedef struct life {
    const mlci_descriptor *d;
    mlc_dataset *rows;
    mlc_model *recipe;
    char path[64];
} life;

static void live_once(const life *l, int32_t n_threads)
{
    mlc_context *ctx = n_threads > 0 ? conformance_context(n_threads, NULL) : NULL;
    mlc_model *recipe = NULL, *model = NULL, *loaded = NULL;
    mlc_dataset *out = NULL;
    mlc_predictor *predictor = NULL;
    mlc_buffer *text = NULL;
    mlc_error err = {0};
    mlc_status status = mlc_model_format(l->recipe, NULL, &text, &err);
    if (status == MLC_OK) status = mlc_model_parse(ctx, mlc_buffer_data(text), &recipe, &err);
    if (status == MLC_OK) status = mlc_model_fit(ctx, recipe, l->rows, NULL, &model, &err);
    if (status == MLC_OK) status = mlc_model_save(model, l->path, "sync=false", &err);
    if (status == MLC_OK) status = mlc_model_load(ctx, l->path, NULL, &loaded, &err);
    if (status == MLC_OK) status = mlc_model_predict(ctx, loaded, l->rows, NULL, &out, &err);
    if (status == MLC_OK) status = mlc_predictor_create(ctx, loaded, NULL, &predictor, &err);
    ck_assert_msg(status == MLC_OK, "%s: %s", l->d->name, err.message);
    mlc_predictor_free(predictor);
    mlc_dataset_free(out);
    mlc_model_free(loaded);
    mlc_model_free(model);
    mlc_model_free(recipe);
    mlc_buffer_free(text);
    mlc_context_close(ctx);
}

static int open_lives(life *lives, int most)
{
    int n = 0;
    for (int i = 0; mlci_registry_table[i] != NULL; i++) {
        rows_options o = {.n_rows = N_ROWS};
        mlc_model *recipe = conformance_model(NULL, mlci_registry_table[i], &o);
        if (recipe == NULL) continue;
        ck_assert_int_lt(n, most);
        lives[n] = (life){.d = mlci_registry_table[i], .recipe = recipe};
        lives[n].rows = conformance_rows(&o);
        snprintf(lives[n].path, sizeof lives[n].path, "/tmp/mlcore-growth-%ld.mlcore",
                 (long)getpid());
        n++;
    }
    return n;
}

START_TEST(test_process_when_models_come_and_go_then_does_not_grow)
{
    life lives[200];
    if (_i > 0) return; /* all components in one process, so that one is measured */
    const int n = open_lives(lives, 200);
    const int64_t n_cycles = guest_amount(GUEST_SANITIZER ? 100 : 1000, 100000);
    /* The first tenth fills the caches of malloc and of threads that have been. */
    const int64_t warm = n_cycles / 10 + 2 * n;
    int64_t resident = 0;
    int files = 0, threads = 0;
    for (int64_t k = 0; k < warm + n_cycles; k++) {
        if (k == warm) {
            resident = guest_resident_bytes();
            files = guest_count_files();
            threads = guest_count_threads();
        }
        live_once(&lives[k % n], (int32_t)(k / n % 3));
    }
    const int64_t drift = guest_resident_bytes() - resident;
    printf("%lld cycles over %d components: %lld bytes more\n", (long long)n_cycles, n,
           (long long)drift);
    ck_assert_int_eq(guest_count_files(), files);
    for (int i = 0; i < 200 && guest_count_threads() != threads; i++)
        usleep(10000);
    ck_assert_int_eq(guest_count_threads(), threads);
    if (!GUEST_SANITIZER) ck_assert_int_le(drift, MOST_DRIFT_BYTES);
    unlink(lives[0].path);
    for (int i = 0; i < n; i++) {
        mlc_dataset_free(lives[i].rows);
        mlc_model_free(lives[i].recipe);
    }
}
END_TEST

MLCI_CHECK_SUITE_BY(conformance_add, "growth",
                    test_process_when_models_come_and_go_then_does_not_grow)
