/* Rows that come by Arrow's C stream interface, as Parquet readers, databases and DuckDB give them:
 * batches in turn, trained on without a copy of more than joining them. The producer here makes
 * its batches itself: two thousand points in four batches, and whether they lie in a ring. */
#include <mlcore/mlcore.h>
#include <stdio.h>
#include <stdlib.h>

#define N_BATCHES 4
#define BATCH_ROWS 500

/* ---- a producer ------------------------------------------------------------------------------ */

/* A batch owns its three columns of numbers; its children point into it. */
typedef struct batch {
    double x[BATCH_ROWS], y[BATCH_ROWS];
    int8_t ring[BATCH_ROWS];
    const void *buffers[3][2], *no_bitmap[1];
    struct ArrowArray columns[3], *children[3];
} batch;

static void release_column(struct ArrowArray *array)
{
    array->release = NULL; /* the memory belongs to the batch */
}

static void release_batch(struct ArrowArray *array)
{
    for (int k = 0; k < 3; k++) {
        if (array->children[k]->release != NULL) array->children[k]->release(array->children[k]);
    }
    free(array->private_data);
    array->release = NULL;
}

static void release_schema(struct ArrowSchema *schema)
{
    schema->release = NULL; /* all of it is static */
}

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    static struct ArrowSchema columns[] = {
        {.format = "g", .name = "x", .release = release_schema},
        {.format = "g", .name = "y", .release = release_schema},
        {.format = "c", .name = "ring", .release = release_schema}};
    static struct ArrowSchema *children[] = {&columns[0], &columns[1], &columns[2]};
    (void)stream;
    *out = (struct ArrowSchema){.format = "+s", .n_children = 3, .children = children,
                                .release = release_schema};
    return 0;
}

static void fill(batch *b, int number)
{
    for (int i = 0; i < BATCH_ROWS; i++) {
        const unsigned k = (unsigned)(number * BATCH_ROWS + i);
        b->x[i] = (double)(k * 7919u % 2000u) / 1000 - 1; /* spread over a square */
        b->y[i] = (double)(k * 104729u % 1999u) / 1000 - 1;
        const double r = b->x[i] * b->x[i] + b->y[i] * b->y[i];
        b->ring[i] = r > 0.25 && r < 0.75;
    }
}

static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    int *const number = stream->private_data;
    *out = (struct ArrowArray){.release = NULL}; /* the end */
    if (*number == N_BATCHES) return 0;
    batch *const b = calloc(1, sizeof *b);
    if (b == NULL) return 12; /* ENOMEM */
    fill(b, (*number)++);
    const void *const values[] = {b->x, b->y, b->ring};
    for (int k = 0; k < 3; k++) {
        b->buffers[k][1] = values[k];
        b->columns[k] = (struct ArrowArray){.length = BATCH_ROWS, .n_buffers = 2,
                                            .buffers = b->buffers[k], .release = release_column};
        b->children[k] = &b->columns[k];
    }
    *out = (struct ArrowArray){.length = BATCH_ROWS, .n_buffers = 1, .n_children = 3,
                               .buffers = b->no_bitmap, .children = b->children,
                               .release = release_batch, .private_data = b};
    return 0;
}

static const char *get_last_error(struct ArrowArrayStream *stream)
{
    (void)stream;
    return "no memory for a batch";
}

static void release_stream(struct ArrowArrayStream *stream)
{
    stream->release = NULL;
}

/* ---- a program that trains on whatever stream it is given ------------------------------------ */

int main(void)
{
    int next_batch = 0;
    struct ArrowArrayStream stream = {.get_schema = get_schema, .get_next = get_next,
                                      .get_last_error = get_last_error,
                                      .release = release_stream, .private_data = &next_batch};
    struct ArrowArrayStream results = {.release = NULL};
    struct ArrowArray rows = {.release = NULL};
    mlc_error err;
    mlc_dataset *data = NULL, *folds = NULL, *train = NULL, *test = NULL, *report = NULL;
    mlc_dataset *predictions = NULL;
    mlc_model *recipe = NULL, *model = NULL;
    double accuracy = 0;
    int failed =
        mlc_dataset_from_arrow_stream(NULL, &stream, "target=ring", &data, &err) ||
        mlc_dataset_split(NULL, data, "hold_out test_size=0.25", &folds, &err) ||
        mlc_dataset_fold(data, folds, 0, "train", &train, &err) ||
        mlc_dataset_fold(data, folds, 0, "test", &test, &err) ||
        mlc_model_parse(NULL, "gradient_boosting_classifier", &recipe, &err) ||
        mlc_model_fit(NULL, recipe, train, NULL, &model, &err) ||
        mlc_model_evaluate(NULL, model, test, "metrics=accuracy", &report, &err) ||
        mlc_dataset_real(report, "value", 0, &accuracy, &err) ||
        mlc_model_predict(NULL, model, test, NULL, &predictions, &err) ||
        /* Results go back the same way. */
        mlc_dataset_arrow_stream(NULL, predictions, NULL, &results, &err);
    if (failed) {
        fprintf(stderr, "%s\n", err.message);
    } else if (results.get_next(&results, &rows) != 0) {
        fprintf(stderr, "%s\n", results.get_last_error(&results));
        failed = 1;
    } else {
        printf("%lld rows in %d batches, %.1f%% of the held-out ones right\n"
               "%lld predictions in %lld columns go back by Arrow\n",
               (long long)mlc_dataset_n_rows(data), next_batch, 100 * accuracy,
               (long long)rows.length, (long long)rows.n_children);
    }
    /* What is released or was moved has no release any more. */
    if (rows.release != NULL) rows.release(&rows);
    if (results.release != NULL) results.release(&results);
    if (stream.release != NULL) stream.release(&stream);
    mlc_dataset_free(predictions);
    mlc_dataset_free(report);
    mlc_dataset_free(test);
    mlc_dataset_free(train);
    mlc_dataset_free(folds);
    mlc_dataset_free(data);
    mlc_model_free(model);
    mlc_model_free(recipe);
    return failed;
}
