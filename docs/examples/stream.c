/* Rows that come as they come: batches that a callback yields, collected and learned from; and rows
 * that two threads push, in the order of their numbers whichever thread is first. */
#include <mlcore/mlcore.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>

#define BATCH 500
#define N_BATCHES 40

/* A sensor with x and the state that it is in; the state follows the noise of a generator. */
struct sensor {
    uint32_t state;
    int batches_left;
};

static double draw(struct sensor *s)
{
    s->state = s->state * 1664525u + 1013904223u;
    return s->state / 4294967296.0;
}

/* The next batch as a dataset, which the library takes over; then the end. */
static mlc_status yield(void *user, mlc_dataset **out, mlc_error *err)
{
    struct sensor *const s = user;
    double heat[BATCH], load[BATCH];
    int64_t fails[BATCH];
    if (s->batches_left-- == 0) return MLC_END;
    for (int i = 0; i < BATCH; i++) {
        heat[i] = 20 + 60 * draw(s);
        load[i] = draw(s);
        fails[i] = heat[i] * load[i] + 10 * draw(s) > 35;
    }
    const mlc_array columns[] = {
        {.size = sizeof columns[0], .name = "heat", .type = MLC_TYPE_FLOAT64, .data = heat,
         .n_rows = BATCH, .n_columns = 1},
        {.size = sizeof columns[0], .name = "load", .type = MLC_TYPE_FLOAT64, .data = load,
         .n_rows = BATCH, .n_columns = 1},
        {.size = sizeof columns[0], .name = "fails", .type = MLC_TYPE_INT64, .data = fails,
         .n_rows = BATCH, .n_columns = 1},
    };
    return mlc_dataset_from_arrays(NULL, columns, 3, NULL, out, err); /* no release: copied */
}

static mlc_status train(mlc_dataset **rows, mlc_model **model, mlc_error *err)
{
    struct sensor sensor = {.state = 1, .batches_left = N_BATCHES};
    const mlc_source source = {.size = sizeof source, .user = &sensor, .next = yield};
    mlc_reader *reader = NULL;
    mlc_model *recipe = NULL;
    mlc_status status = mlc_reader_from_source(NULL, &source, "target=fails", &reader, err);
    if (status == MLC_OK) status = mlc_reader_collect(NULL, reader, rows, err);
    if (status == MLC_OK) {
        status = mlc_model_parse(NULL, "gradient_boosting_classifier", &recipe, err);
    }
    if (status == MLC_OK) status = mlc_model_fit(NULL, recipe, *rows, NULL, model, err);
    mlc_model_free(recipe);
    mlc_reader_close(reader);
    return status;
}

/* One of two threads, with every second row. */
struct worker {
    mlc_builder *builder;
    int first;
    mlc_status status;
    mlc_error err;
};

static void *push(void *arg)
{
    struct worker *const w = arg;
    static const char *const site[] = {"north", "south", "west"};
    w->status = MLC_OK;
    for (int i = w->first; i < 1000 && w->status == MLC_OK; i += 2) {
        const mlc_value row[] = {
            {.kind = i % 10 == 9 ? MLC_MISSING : MLC_REAL, .real = 20 + i % 60},
            {.kind = MLC_REAL, .real = i % 7 / 7.0},
            {.kind = MLC_TEXT, .length = i % 3 == 2 ? 4 : 5, .text = site[i % 3]},
        };
        w->status = mlc_builder_push_rows(w->builder, i, row, 1, &w->err);
    }
    return NULL;
}

static mlc_status build(mlc_dataset **out, mlc_error *err)
{
    mlc_builder *builder = NULL;
    mlc_status status = mlc_builder_open(NULL, "heat:float64,load:float64,site:category", NULL,
                                         &builder, err);
    if (status != MLC_OK) return status;
    struct worker workers[2] = {{.builder = builder, .first = 0}, {.builder = builder, .first = 1}};
    pthread_t other;
    if (pthread_create(&other, NULL, push, &workers[1]) == 0) {
        push(&workers[0]);
        pthread_join(other, NULL);
    } else {
        push(&workers[0]);
        push(&workers[1]);
    }
    for (int i = 0; i < 2 && status == MLC_OK; i++) {
        status = workers[i].status;
        if (status != MLC_OK) *err = workers[i].err;
    }
    if (status == MLC_OK) status = mlc_builder_finish(NULL, builder, out, err);
    mlc_builder_close(builder);
    return status;
}

int main(void)
{
    mlc_error err;
    mlc_dataset *rows = NULL, *new_rows = NULL, *report = NULL, *found = NULL, *first = NULL;
    mlc_model *model = NULL;
    double auc = 0, heat = 0;
    const int failed =
        train(&rows, &model, &err) || build(&new_rows, &err) ||
        mlc_model_evaluate(NULL, model, rows, "metrics=roc_auc", &report, &err) ||
        mlc_dataset_real(report, "value", 0, &auc, &err) ||
        mlc_model_predict(NULL, model, new_rows, NULL, &found, &err) ||
        mlc_dataset_rows(NULL, new_rows, NULL, 123, 1, &first, &err) ||
        mlc_dataset_real(first, "heat", 0, &heat, &err);
    if (failed) {
        fprintf(stderr, "%s\n", err.message);
    } else {
        printf("learned from %lld rows, AUC %.4f\n", (long long)mlc_dataset_n_rows(rows), auc);
        printf("%lld rows predicted; row 123 has heat %.0f\n",
               (long long)mlc_dataset_n_rows(found), heat);
    }
    mlc_dataset_free(first);
    mlc_dataset_free(found);
    mlc_dataset_free(report);
    mlc_model_free(model);
    mlc_dataset_free(new_rows);
    mlc_dataset_free(rows);
    return failed != 0;
}
