/* Rows that come as they come: a model learns from batches that a callback yields, and predicts
 * rows that two threads push, which lie in the order of their numbers whichever came first. */
#include <mlcore/mlcore.h>
#include <pthread.h>
#include <stdio.h>

#define BATCH 500
#define N_NEW 1000

/* A machine that is watched: how hot it is, how loaded, and whether it fails soon after. */
struct machine { uint32_t state; int batches_left; };

static double draw(struct machine *m)
{
    m->state = m->state * 1664525u + 1013904223u;
    return m->state / 4294967296.0;
}

static mlc_array column(const char *name, int32_t type, const void *data)
{
    return (mlc_array){.size = sizeof(mlc_array), .name = name, .type = type, .data = data,
                       .n_rows = BATCH, .n_columns = 1}; /* no release: copied */
}

/* The next batch, as a dataset that the library frees; then the end. */
static mlc_status yield(void *user, mlc_dataset **out, mlc_error *err)
{
    struct machine *const m = user;
    double heat[BATCH], load[BATCH];
    int64_t fails[BATCH];
    if (m->batches_left-- == 0) return MLC_END;
    for (int i = 0; i < BATCH; i++) {
        heat[i] = 20 + 60 * draw(m);
        load[i] = draw(m);
        fails[i] = heat[i] * load[i] + 10 * draw(m) > 35;
    }
    const mlc_array columns[] = {column("heat", MLC_TYPE_FLOAT64, heat),
                                 column("load", MLC_TYPE_FLOAT64, load),
                                 column("fails", MLC_TYPE_INT64, fails)};
    return mlc_dataset_from_arrays(NULL, columns, 3, NULL, out, err);
}

/* Half of the new rows; the builder is shared with the thread that has the other half. */
struct half { mlc_builder *builder; int first; mlc_status status; mlc_error err; };

static void *push(void *arg)
{
    struct half *const h = arg;
    for (int i = h->first; i < N_NEW && h->status == MLC_OK; i += 2) {
        const mlc_value row[] = {{.kind = MLC_REAL, .real = 20 + 60 * (i / (double)N_NEW)},
                                 {.kind = i % 10 == 9 ? MLC_MISSING : MLC_REAL, .real = 0.9}};
        h->status = mlc_builder_push_rows(h->builder, i, row, 1, &h->err);
    }
    return NULL;
}

static mlc_status push_all(mlc_builder *builder, mlc_error *err)
{
    struct half halves[2] = {{.builder = builder, .first = 0}, {.builder = builder, .first = 1}};
    pthread_t other;
    const int is_alone = pthread_create(&other, NULL, push, &halves[1]);
    push(&halves[0]);
    if (is_alone) push(&halves[1]);
    else pthread_join(other, NULL);
    const struct half *const worst = &halves[halves[0].status == MLC_OK];
    if (worst->status != MLC_OK) *err = worst->err;
    return worst->status;
}

int main(void)
{
    struct machine machine = {.state = 1, .batches_left = 40};
    const mlc_source source = {.size = sizeof source, .user = &machine, .next = yield};
    mlc_error err;
    mlc_reader *reader = NULL;
    mlc_builder *builder = NULL;
    mlc_dataset *seen = NULL, *rows = NULL, *found = NULL;
    mlc_model *recipe = NULL, *model = NULL;
    double cool = 0, hot = 0;
    const int failed =
        mlc_reader_from_source(NULL, &source, "target=fails", &reader, &err) ||
        mlc_reader_collect(NULL, reader, &seen, &err) ||
        mlc_model_parse(NULL, "gradient_boosting_classifier", &recipe, &err) ||
        mlc_model_fit(NULL, recipe, seen, NULL, &model, &err) ||
        mlc_builder_open(NULL, "heat:float64,load:float64", NULL, &builder, &err) ||
        push_all(builder, &err) || mlc_builder_finish(NULL, builder, &rows, &err) ||
        mlc_model_predict(NULL, model, rows, NULL, &found, &err) ||
        mlc_dataset_real(found, "prediction", 0, &cool, &err) ||
        mlc_dataset_real(found, "prediction", N_NEW - 2, &hot, &err);
    if (failed) fprintf(stderr, "%s\n", err.message);
    else printf("Of %lld rows in batches it learned that a machine at 20 degrees fails: %.0f, at 80: "
                "%.0f\n", (long long)mlc_dataset_n_rows(seen), cool, hot);
    mlc_dataset_free(found); mlc_dataset_free(rows); mlc_dataset_free(seen);
    mlc_model_free(model); mlc_model_free(recipe);
    mlc_builder_close(builder); mlc_reader_close(reader);
    return failed != 0;
}
